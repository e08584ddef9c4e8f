"""Modifiers of a design: what may be said of them, in Python and in files, and every problem with its remedy."""

from __future__ import annotations

import copy
import pickle
from random import Random

import pytest
from click.testing import CliRunner

import identcheck as ic
from identcheck import Verdict
from identcheck.cli import main
from identcheck.decide.comparison.designs import MODIFIED
from identcheck.describe.modifiers import MODIFIER_KEYS, fitted
from identcheck.formats import FORMATS
from tests.drawn import FIGURE_1, drawn
from tests.formats.random_designs import random_design

FIGURE = "T -> {hours income} -> Y"
BOTH = ["T -> hours", "income -> Y"]


def wages(**said) -> ic.Modifier:
    return ic.Modifier("wages", BOTH, **said)


def problems(graph=FIGURE, **said) -> list[str]:
    with pytest.raises(ic.InvalidDesignError) as caught:
        drawn(graph, **said)
    return list(caught.value.problems)


class TestValue:
    def test_what_is_said_in_any_order_is_the_same(self):
        one = ic.Modifier("w", [("income", "Y"), "T -> hours"], causes=["b", "a", "b"], label="two\n lines")
        other = ic.Modifier(
            "w", ["T -> hours", "income -> Y", ("income", "Y")], causes=["a", "b"], label="two lines"
        )

        assert one == other
        assert hash(one) == hash(other)
        assert one.of == (("T", "hours"), ("income", "Y"))
        assert one.causes == ("a", "b")

    def test_its_repr_makes_it_again(self):
        one = wages(
            level="persons", scale="categorical", levels=3, measured=False, balanced=True, citation="A (2020)"
        )

        assert eval(repr(one), {"Modifier": ic.Modifier}) == one
        assert str(one) == "wages => (T -> hours), (income -> Y)"
        assert one.terms == 2
        assert copy.copy(one) == pickle.loads(pickle.dumps(one)) == one

    def test_it_cannot_be_changed(self):
        with pytest.raises(AttributeError):
            wages().name = "other"

    def test_words_are_the_label_or_the_name(self):
        assert wages(label="entry  wages").words == "entry wages"
        assert wages().words == "wages"

    @pytest.mark.parametrize(
        ("said", "problem"),
        [
            ({"level": "site"}, "level is 'site' (did you mean 'sites'?); it is one of"),
            ({"scale": "ordinal"}, "scale is 'ordinal'; it is one of 'binary', 'categorical', 'continuous'"),
            ({"scale": "categorical"}, "levels is None; say how many categories it has"),
            ({"scale": "categorical", "levels": 1}, "levels is 1; say how many categories it has"),
            ({"scale": "categorical", "levels": True}, "levels is True; say how many"),
            ({"levels": 3}, "levels is 3, which is for categories; leave it out, or say scale 'categorical'"),
            ({"measured": "no"}, "measured is 'no'; it is True or False"),
            ({"balanced": True}, "balanced is said of characteristics of persons"),
            ({"causes": 3}, "causes is no list"),
            ({"causes": [3]}, "causes: 3 is not text"),
            ({"causes": "wages"}, "it is named among its own causes; take it out"),
            ({"label": " "}, "the label is ' '; write words that people read"),
            ({"label": "x" * 20_001}, "the label has 20,001 letters"),
            ({"citation": 5}, "the citation is 5; write text in quotes"),
        ],
    )
    def test_what_is_wrong_with_one(self, said, problem):
        with pytest.raises(ic.InvalidDesignError) as caught:
            wages(**said)
        assert len(caught.value.problems) == 1
        assert caught.value.problems[0].startswith(f"modifier 'wages': {problem}")

    @pytest.mark.parametrize(
        ("name", "problem"),
        [
            ("", "a modifier has the empty name ''; give it a name"),
            (5, "the modifier 5 is not text"),
            ("a\u202eb", "the name 'a\\u202eb' has characters that are obeyed"),
            ("x" * 201, "has 201 letters in a variable's name"),
        ],
    )
    def test_what_is_no_name(self, name, problem):
        with pytest.raises(ic.InvalidDesignError) as caught:
            ic.Modifier(name, BOTH)
        assert problem in str(caught.value)

    def test_what_is_no_arrow(self):
        with pytest.raises(ic.InvalidDesignError, match="modifier 'w': 'T' is no arrow; write it as"):
            ic.Modifier("w", "T")


class TestInDesign:
    def test_causes_stand_before_what_they_cause(self):
        design = drawn(
            FIGURE, modifiers=[wages(causes="size"), ic.Modifier("size", ()), ic.Modifier("age", BOTH)]
        )

        assert [modifier.name for modifier in design.modifiers] == ["age", "size", "wages"]
        assert repr(design).endswith(
            "; age => (T -> hours), (income -> Y); size; wages => (T -> hours), (income -> Y) (sites unknown)>"
        )

    def test_a_table_by_name_and_a_list_say_the_same(self):
        one = drawn(FIGURE, modifiers=[wages(causes="size"), ic.Modifier("size", (), measured=False)])

        assert one == drawn(
            FIGURE, modifiers={"size": {"measured": False}, "wages": {"of": BOTH, "causes": "size"}}
        )
        assert one == drawn(FIGURE, modifiers=[{"name": "size", "measured": False}, wages(causes="size")])
        assert drawn(FIGURE, modifiers=wages()) == drawn(FIGURE, modifiers={"wages": BOTH})
        assert one != drawn(FIGURE)
        assert hash(one) != hash(drawn(FIGURE, modifiers=wages()))

    def test_copies_and_changes_keep_them(self):
        design = drawn(FIGURE, modifiers=wages())

        assert pickle.loads(pickle.dumps(design)) == copy.deepcopy(design) == design
        assert design.with_sites(5).modifiers == design.modifiers
        assert design.declaring(ic.normal("sites")).modifiers == design.modifiers

    def test_what_is_no_modifier(self):
        mend = "make each with ic.Modifier('wages', of=['T -> M'])"
        assert problems(modifiers=3) == [f"modifiers is 3; it is a list: {mend}"]
        assert problems(modifiers=["wages", None]) == [
            f"modifiers: {odd!r} is no modifier; {mend}" for odd in ("wages", None)
        ]
        assert problems(modifiers={"w": {"of": BOTH, "lvl": "sites"}})[0].startswith(
            "modifier 'w': unknown key 'lvl'; it has of,"
        )

    @pytest.mark.parametrize(
        ("name", "problem"),
        [
            (
                "hours",
                "is a mediator: treatment reaches it, and a mediator that changes another's effect is an interaction",
            ),
            ("T", "is a treatment; a modifier is a characteristic from before treatment"),
            ("Y", "is the outcome, which treatment reaches"),
            (
                "U",
                "has the name of a node of the graph that is fixed before treatment; if it only changes effects, take the",
            ),
            ("after", "is a consequence of treatment"),
        ],
    )
    def test_a_node_is_no_modifier(self, name, problem):
        from tests.drawn import drawn_graph

        graph = drawn_graph(f"{FIGURE}; U -> hours; Y -> after")
        graph.nodes["after"]["role"] = "consequence"
        with pytest.raises(ic.InvalidDesignError) as caught:
            ic.Design(graph, treatment="T", outcome="Y", modifiers={name: "T -> income"})
        assert str(caught.value).startswith(f"invalid design: modifier {name!r} {problem}")

    def test_arrows_that_there_are_not(self):
        assert problems(modifiers={"w": "T -> Y"})[0].startswith(
            "modifier 'w': there is no arrow 'T' -> 'Y' in the graph; its arrows are "
        )
        assert problems(modifiers={"w": "hours -> T"}) == [
            "modifier 'w': there is no arrow 'hours' -> 'T' in the graph; it has 'T' -> 'hours'"
        ]
        assert (
            "starts where no treatment reaches"
            in problems(f"{FIGURE}; U -> hours", modifiers={"w": "U -> hours"})[0]
        )

    def test_causes_that_cannot_be(self):
        assert problems(modifiers={"w": {"of": BOTH, "causes": ["size", "hours"]}}) == [
            "modifier 'w': its cause 'hours' is a node that treatment reaches, and no modifier follows from treatment; "
            "take the cause out",
            "modifier 'w': its cause 'size' is no modifier; there are 'w'",
        ]
        assert (
            "draw it as one, under a name of its own"
            in problems(f"{FIGURE}; U -> Y", modifiers={"w": {"of": BOTH, "causes": "U"}})[0]
        )
        person = {"of": BOTH, "level": "persons"}
        assert (
            "'sex', its cause, of the persons"
            in problems(modifiers={"sex": person, "w": {"of": BOTH, "causes": "sex"}})[0]
        )

    @pytest.mark.parametrize(
        ("cause", "why"), [({}, "is of the sites"), ({"level": "persons"}, "is not balanced")]
    )
    def test_what_is_balanced_has_balanced_causes(self, cause, why):
        even = {"of": BOTH, "level": "persons", "balanced": True, "causes": "c"}
        assert (
            f"modifier 'w' is balanced, but its cause 'c' {why}"
            in problems(modifiers={"w": even, "c": {"of": BOTH, **cause}})[0]
        )
        assert drawn(FIGURE, modifiers={"w": even, "c": {"level": "persons", "balanced": True}}).modifiers

    def test_cycles_repetition_and_what_moves_nothing(self):
        cycle = {"a": {"of": BOTH, "causes": "b"}, "b": {"causes": "a"}}
        assert problems(modifiers=cycle) == [
            "the modifiers form a cycle, a -> b -> a; take out one of these causes"
        ]
        assert problems(modifiers=[wages(), wages(measured=False)]) == [
            "modifier 'wages' is drawn 2 times; draw it once, with all its arrows"
        ]
        assert problems(modifiers={"size": {}, "w": {"causes": "size"}}) == [
            f"modifier {name!r} moves no arrow, and is no cause of a modifier that does; say what it moves (of), or take it out"
            for name in ("size", "w")
        ]


class TestDeclared:
    """A declared independence that a drawn modifier denies, at the level where it acts."""

    SIDES = ("T -> hours", "income -> Y")

    @pytest.mark.parametrize(
        ("said", "denied"),
        [
            ({}, ["sites"]),
            ({"level": "persons"}, ["persons", "sites"]),
            ({"level": "persons", "balanced": True}, ["persons"]),
        ],
    )
    def test_levels(self, said, denied):
        for level in ("persons", "sites"):
            known = [ic.independent(*self.SIDES, level)]
            if level in denied:
                (found,) = problems(modifiers={"w": {"of": BOTH, **said}}, declarations=known)
                assert found.startswith(f"{known[0]} contradicts the modifier 'w', which moves both")
                assert ("declarations", "independent") in found.about
                assert ("modifiers", "w") in found.about
            else:
                assert drawn(FIGURE, modifiers={"w": {"of": BOTH, **said}}, declarations=known)

    def test_a_common_cause_of_two_modifiers_denies_it_too(self):
        two = {"a": {"of": BOTH[0], "causes": "size"}, "b": {"of": BOTH[1], "causes": "size"}, "size": {}}
        assert (
            "the modifier 'size'"
            in problems(modifiers=two, declarations=[ic.independent(*self.SIDES, "sites")])[0]
        )

    def test_what_does_not_vary_is_moved_by_nothing(self):
        known = [ic.independent(*self.SIDES, "sites")]
        assert drawn(FIGURE, {"T -> hours": "none"}, modifiers={"w": BOTH}, declarations=known)
        person = {"w": {"of": BOTH, "level": "persons"}}
        assert drawn(FIGURE, {"T -> hours": "sites"}, modifiers=person, declarations=known)
        assert drawn(FIGURE, sites=1, modifiers={"w": BOTH}, declarations=known)

    def test_other_declarations_may_stand(self):
        assert drawn(FIGURE, modifiers={"w": BOTH}, declarations=[ic.uncorrelated(*self.SIDES, "sites")])
        assert drawn(
            FIGURE, modifiers={"w": BOTH}, declarations=[ic.independent(BOTH[0], "hours -> Y", "sites")]
        )


class TestBesideOtherDesigns:
    def test_differences_are_named(self):
        before = drawn(FIGURE, modifiers={"size": {"of": BOTH[:1]}, "wages": {"of": BOTH, "causes": "size"}})
        after = drawn(FIGURE, modifiers={"wages": {"of": BOTH[:1], "measured": False}, "rain": BOTH[1]})
        found = ic.compare(ic.check(before), ic.check(after)).design

        assert [(change.kind, str(change)) for change in found] == [
            ("modifier removed", "modifier removed: size => (T -> hours)"),
            ("modifier added", "modifier added: rain => (income -> Y)"),
            (
                "modifier",
                "the modifier wages changes T -> hours; before, it changes T -> hours and income -> Y",
            ),
            ("modifier", "the modifier wages is not measured; before, it is measured"),
            ("modifier", "the modifier wages is caused by nothing; before, it is caused by size"),
        ]

    def test_no_field_is_passed_over(self):
        assert {*MODIFIED} == {*MODIFIER_KEYS} - {"label", "citation"}

    def test_what_is_left_of_them_in_a_part_of_the_graph(self):
        of = [
            wages(causes="size"),
            ic.Modifier("size", ()),
            ic.Modifier("rain", BOTH[1], causes="fog"),
            ic.Modifier("fog", ()),
        ]

        assert fitted(of, [("T", "hours")]) == [
            ic.Modifier("wages", BOTH[0], causes="size"),
            ic.Modifier("size", ()),
        ]
        assert fitted(of, [("T", "hours"), ("income", "Y")]) == of
        assert fitted(of, []) == []

    def test_a_mend_may_leave_out_a_mediator_that_a_modifier_is_about(self):
        design = drawn("T -> {M1 M2} -> Y; T -> Y", sites=3, modifiers={"w": ["T -> M1", "M2 -> Y"]})
        assert ic.mends(ic.check(design, "all"), ic.direct("M2", "Y")) is not None


TEXT = 'treatment = "T"\noutcome = "Y"\ngraph = """\nT -> {hours income} -> Y\n'


def read(graph: str, tables: str = "") -> ic.Design:
    return ic.Design.from_text(f'{TEXT}{graph}\n"""\n{tables}')


class TestInFiles:
    def test_arrows_onto_arrows(self):
        design = read(
            "size -> wages => (T -> hours), (income -> Y)\n{a b} => ({hours income} -> Y); c => (T -> hours -> Y)"
        )

        assert design == drawn(
            FIGURE,
            modifiers={
                "size": {},
                "wages": {"of": BOTH, "causes": "size"},
                "a": ["hours -> Y", "income -> Y"],
                "b": ["hours -> Y", "income -> Y"],
                "c": "T -> hours -> Y",
            },
        )

    def test_tables_say_more_of_what_is_drawn_and_draw_alone(self):
        tables = '[modifiers.wages]\nof = "hours -> Y"\nmeasured = false\n'
        tables += '[modifiers.sex]\nof = ["{hours income} -> Y"]\nlevel = "persons"'
        design = read(
            "size -> wages => (T -> hours)\nrace -> sex", f'{tables}\n[modifiers.race]\nlevel = "persons"'
        )

        assert design == drawn(
            FIGURE,
            modifiers={
                "size": {},
                "wages": {"of": ["T -> hours", "hours -> Y"], "causes": "size", "measured": False},
                "race": {"level": "persons"},
                "sex": {"of": ["hours -> Y", "income -> Y"], "level": "persons", "causes": "race"},
            },
        )

    @pytest.mark.parametrize(
        ("graph", "message"),
        [
            (
                "wages => (T -> hours",
                "line 5, column 21: found the end of the line, expected ')' after the arrow",
            ),
            ("wages => T -> hours", "line 5, column 7: found '=>', another kind of arrow"),
            ("wages => (hours)", "found ')', expected '->' or '<-': what a modifier moves is an arrow"),
            ("wages => (T <-> hours)", "found '<->', expected '->' or '<-'"),
            ("wages => (T -> hours),", "expected an arrow in parentheses, such as '(T -> M)'"),
            ("wages => (T -> hours) -> Y", "expected an arrow, ';' or the end of the line"),
        ],
    )
    def test_mistakes_in_arrows_onto_arrows(self, graph, message):
        with pytest.raises(ic.FormatError) as caught:
            read(graph)
        assert message in str(caught.value)

    @pytest.mark.parametrize(
        ("graph", "tables", "message"),
        [
            (
                "wages => (T -> hour)",
                "",
                "line 5: modifier 'wages': there is no arrow 'T' -> 'hour' in the graph",
            ),
            (
                "hours -> wages => (T -> income)",
                "",
                "line 5: modifier 'wages': its cause 'hours' is a node that treatment reaches",
            ),
            (
                "wages => (T -> hours); wages -> Y",
                "",
                "line 5: modifier 'wages' has the name of a node of the graph that is fixed",
            ),
            (
                "wages => (T -> hours); wages <-> Y",
                "",
                "line 3: wages <-> Y has a modifier; draw the cause that they share",
            ),
            (
                "",
                '[modifiers.w]\nof = "T -> hour"',
                "line 8: 'hour' is no node of the graph (did you mean 'hours'?)",
            ),
            ("", "[modifiers.w]\nof = 5", "line 8: of is '5'; it is an arrow or a list of arrows"),
            ("", '[modifiers.w]\nof = "T -> hours"\nlevel = "site"', "line 9: modifier 'w': level is 'site'"),
            (
                "",
                '[modifiers]\nw = "T -> hours"',
                "line 8: 'modifiers.w' is text, expected a table: write [modifiers.w]",
            ),
            ("", '[modifiers.hours]\nof = "T -> income"', "line 7: modifier 'hours' is a mediator"),
            (
                "",
                '[varies]\n"w => (T -> hours)" = "none"',
                "line 8: the key 'w => (T -> hours)' is no edge: found '=>'",
            ),
        ],
    )
    def test_mistakes_are_named_with_their_line(self, graph, tables, message):
        with pytest.raises(ic.InvalidDesignError) as caught:
            read(graph, tables)
        assert message in str(caught.value)

    def test_convert_says_that_only_identcheck_sees_them(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        ic.dump(drawn(FIGURE, modifiers=wages()), "a.toml")
        told = "the modifiers are kept where only identcheck looks for them"

        for target in ("a.dagitty", "a.lavaan", "a.dot", "a.graphml", "a.gexf"):
            found = CliRunner().invoke(main, ["convert", "a.toml", target])
            assert told in found.stderr
            assert ic.load(target) == ic.load("a.toml")
        assert told not in CliRunner().invoke(main, ["convert", "a.toml", "a.json"]).stderr

    def test_a_wrong_option_of_another_format_is_told(self):
        text = ic.dumps(drawn(FIGURE, modifiers=wages()), "dagitty").replace('\\"wages\\"', "5")
        with pytest.raises(ic.InvalidDesignError, match="the modifier 5 is not text"):
            ic.Design.from_text(text, "dagitty")


@pytest.mark.parametrize("format", FORMATS)
def test_random_modifiers_come_back(format):
    random, found = Random(f"modifiers in {format}"), 0
    while found < 60:
        design = random_design(random)
        if design.modifiers:
            found += 1
            assert ic.Design.from_text(ic.dumps(design, format), format).modifiers == design.modifiers


class TestVerdicts:
    """What is drawn is read: it excludes what nothing then grants, and implies nothing."""

    def test_what_an_unmeasured_cause_moves_on_both_sides_nothing_grants(self):
        design = drawn(FIGURE_1, sites=5, modifiers=unmeasured(["T -> M1", "M2 -> Y"]))
        for assume in ((), "all", ("all", "bypass", "shared", "product")):
            found = ic.check(design, assume)["direct M1 Y"]
            assert found.verdict is Verdict.NOT_IDENTIFIED
            assert found.reason == "a drawn cause moves both sides: w => M2 -> Y and w => T -> M1"
            assert found.witness().verify()
            assert set(found.witness().modifiers) == {"w"}

    def test_a_cause_of_compliances_alone_excludes_only_a_bypass(self):
        """Of footnote 4: T -> M2 bypasses M1, and is not to move with T -> M1."""
        plain = drawn(FIGURE_1, sites=5)
        modified = drawn(FIGURE_1, sites=5, modifiers=unmeasured(["T -> M1", "T -> M2"]))
        for assume in ((), "all", ("vi",)):
            found = [ic.check(design, assume).verdicts for design in (plain, modified)]
            changed = [effect for effect in found[0] if found[0][effect] != found[1][effect]]
            assert changed == ["total(M1, Y)", "direct(M1, M2)"]
            assert {found[1][effect] for effect in changed} == {Verdict.NOT_IDENTIFIED}

    def test_nothing_drawn_implies_anything_by_itself(self):
        design = drawn("T -> M -> Y", sites=5, modifiers=unmeasured(["T -> M"]))
        assert ic.check(design)["total M Y"].verdict is Verdict.CONDITIONAL

    @pytest.mark.parametrize("balanced", [True, False])
    @pytest.mark.parametrize("sites", [1, 4, None])
    def test_persons_who_comply_and_gain_for_one_reason(self, balanced, sites):
        modifier = ic.Modifier("w", ["T -> M", "M -> Y"], measured=False, level="persons", balanced=balanced)
        found = ic.check(drawn("T -> M -> Y", sites=sites, modifiers=[modifier]), "all")["total M Y"]
        assert found.verdict is Verdict.NOT_IDENTIFIED
        assert found.witness().verify()

    def test_sites_solved_by_themselves_do_not_mind_what_moves_both_between_sites(self):
        """The common cause of the paper's own example does no harm to a mediator whom treatment moves everywhere."""
        design = drawn("T -> M -> Y", modifiers=unmeasured(["T -> M", "M -> Y"]), works_everywhere=True)
        found = ic.check(design, ["vi"])["total M Y"]
        assert found.verdict is Verdict.IDENTIFIED
        assert found.best.site_by_site
        assert "does no harm: each site is solved by itself" in found.reason
        lacking = ic.check(drawn("T -> M -> Y", modifiers=design.modifiers), "all")
        assert {c.assumption for c in lacking["total M Y"].missing} == {"everywhere"}

    def test_sites_solved_by_themselves_do_mind_what_moves_persons(self):
        modifier = ic.Modifier("w", ["T -> M", "M -> Y"], measured=False, level="persons")
        design = drawn("T -> M -> Y", modifiers=[modifier], works_everywhere=True)
        assert ic.check(design, "all")["total M Y"].verdict is Verdict.NOT_IDENTIFIED

    def test_the_report_says_the_values_of_the_cause(self):
        modifier = ic.Modifier("w", ["T -> M1", "M2 -> Y"], measured=False, label="entry wages")
        text = ic.check(drawn(FIGURE_1, sites=5, modifiers=[modifier]), "all").render("text")
        assert "entry wages                   0        1" in text
        assert "Entry wages is not\n  measured, and what it moves" in text

    def test_a_declared_covariance_of_zero_may_stand_beside_a_common_cause(self):
        zero = ic.uncorrelated(("T", "M"), ("M", "Y"), level="persons")
        modifier = ic.Modifier("w", ["T -> M", "M -> Y"], measured=False, level="persons", balanced=True)
        design = drawn("T -> M -> Y", sites=4, modifiers=[modifier], declarations=[zero])
        assert ic.check(design, "all")["total M Y"].verdict is Verdict.IDENTIFIED

    def test_an_arm_that_no_drawn_cause_touches_serves_alone(self):
        design = drawn("{T1 T2} -> M -> Y", sites=5, modifiers=unmeasured(["T1 -> M", "M -> Y"]))
        found = ic.check(design, "all")["total M Y"]
        assert found.verdict is Verdict.IDENTIFIED
        assert found.best.arms == ("T2",)

    def test_a_shared_arrow_beside_a_drawn_cause_is_exempt_from_the_grant(self):
        """M2 with an intercept: T -> M1 is in bypass and compliance, and moves with M2 -> Y."""
        design = drawn(FIGURE_1, sites=5, modifiers=unmeasured(["T -> M1", "M2 -> Y"]))
        found = ic.check(design, "all")["direct M2 Y"]
        assert found.verdict is Verdict.NOT_IDENTIFIED
        assert found.witness().verify()

    def test_what_is_not_tried_is_not_said_to_be_impossible(self):
        """A composition in cells of persons: undecided, with a note, where an unmeasured cause is a proof."""
        moved = ["M1 -> M2", "M2 -> Y"]
        measured = ic.Modifier("w", moved, level="persons", scale="binary")
        found = ic.check(drawn(FIGURE_1, sites=30, modifiers=[measured]), "all")["path M1 M2 Y"]
        assert found.verdict is Verdict.UNDECIDED
        assert "within groups of persons" in found.note

        hidden = ic.Modifier("w", moved, level="persons", scale="binary", measured=False)
        found = ic.check(drawn(FIGURE_1, sites=30, modifiers=[hidden]), "all")["path M1 M2 Y"]
        assert found.verdict is Verdict.NOT_IDENTIFIED
        assert found.witness().verify()


def unmeasured(of):
    return [ic.Modifier("w", of, measured=False)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'graph = "T -> M -> Y; w => T -> M"',
            "where a modifier moves an arrow this one in brackets, such as wages => (T -> hours)",
        ),
        (
            'graph = "T -> M -> Y"\n[modifiers.w]\nof = "T -> M"\nscale = "categorical"\nlevels = 1000000',
            "1,000,000 categories of a modifier; at most 100 are accepted",
        ),
        ('graph = "T -> M -> Y"\ninteractions = [["M", "M"]]', 'such as ["A * B"]'),
        (
            'graph = "T -> M -> Y"\ninteractions = ["M * M"]\n[modifiers.w]\nof = "M*M -> Y"',
            'the node of an interaction is named in double quotes, such as "V*NP"',
        ),
    ],
)
def test_what_is_wrong_is_said_with_what_to_write(text, said):
    first, _, rest = text.partition("\n[")
    with pytest.raises(ic.IdentcheckError) as error:
        ic.Design.from_text(f'{first}\ntreatment = "T"\noutcome = "Y"\n' + (f"[{rest}" if rest else ""))
    assert said in str(error.value)
