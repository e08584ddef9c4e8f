"""What is declared of the coefficients: how it is said, what contradicts it, which conditions it meets."""

from __future__ import annotations

import copy
import pickle
import re

import pytest
from click.testing import CliRunner

from identcheck import (
    Design,
    InvalidDesignError,
    InvalidQuestionError,
    Population,
    Site,
    Verdict,
    check,
    correlated,
    direct,
    independent,
    itt,
    normal,
    total,
    uncorrelated,
)
from identcheck.cli import main
from identcheck.decide.conditions import Between, Bypass, Within
from identcheck.decide.population.declared import holds
from identcheck.describe.declarations import Declaration
from tests.drawn import CHAIN, FIGURE_1, FIGURE_2, PARALLEL, drawn

ONE = "T -> M -> Y"
UP, DOWN = ["T -> V", "V -> NP"], ["V -> Y", "NP -> Y"]
BOTH = [independent(UP, DOWN, "persons"), independent(UP, DOWN, "sites")]


class TestSaying:
    def test_arrows_may_be_pairs_texts_chains_or_lists_of_them(self):
        said = independent([("T", "V"), ("V", "NP")], ("V", "Y"), "sites")
        assert independent("T -> V -> NP", "V->Y", "sites") == said
        assert independent(["V -> NP", ("T", "V")], {("V", "Y")}, "sites") == said
        assert independent(("T -> V", "V -> NP"), ["V", "Y"], "sites") == said
        assert uncorrelated('"child health" -> Y', ("T", "M"), "sites").edges == {
            ("child health", "Y"),
            ("T", "M"),
        }

    @pytest.mark.parametrize("make", [independent, uncorrelated, correlated])
    def test_the_sides_may_change_places(self, make):
        one, other = make("T -> V", "V -> Y", "sites"), make("V -> Y", "T -> V", "sites")
        assert one == other
        assert hash(one) == hash(other)
        assert str(one) == str(other)
        assert one != make("T -> V", "V -> Y", "persons")

    def test_it_reads_as_it_was_said(self):
        assert str(independent("T -> V", "V -> Y", "sites")) == "independent(T -> V; V -> Y | sites)"
        assert str(normal("persons")) == "normal(persons)"
        assert '"child health" -> Y' in str(uncorrelated("child health -> Y", "T -> M", "sites"))
        for said in (*BOTH, normal("sites"), correlated("T -> V", "V -> Y", "persons")):
            assert eval(repr(said)) == said
            assert pickle.loads(pickle.dumps(said)) == said
            assert copy.deepcopy(said) == said

    @pytest.mark.parametrize(
        ("make", "problems"),
        [
            (lambda: independent("T", "V -> Y", "sites"), ["'T' is no arrow; write it as ('T', 'V') or"]),
            (lambda: independent(3, [("V",)], "sites"), ["3 is no arrow", "('V',) is no arrow"]),
            (lambda: independent([], "V -> Y", "sites"), ["one side names no arrow; name at least one"]),
            (
                lambda: independent("T -> V", "V -> Y", "site"),
                ["'site' (did you mean 'sites'?); it is one of"],
            ),
            (lambda: uncorrelated("T -> V -> Y", "V -> Y", "sites"), ["not of T -> V, V -> Y; make one for"]),
            (lambda: correlated("T -> ", b"x", None), ["level is None", "'T -> ' is no arrow", "b'x' is no"]),
            (lambda: normal("all"), ["the level is 'all'; it is one of 'persons', 'sites'"]),
            (lambda: normal([]), ["the level is []"]),
            (lambda: Declaration("normal", [("T", "V")], [], "sites"), ["name no arrows"]),
            (lambda: Declaration("indepnedent", "A -> B", "B -> C", "sites"), ["did you mean 'independent'"]),
        ],
    )
    def test_every_mistake_is_named(self, make, problems):
        with pytest.raises(InvalidQuestionError) as caught:
            make()
        assert len(caught.value.problems) == len(problems)
        for problem in problems:
            assert problem in str(caught.value)


class TestDesign:
    def test_declarations_belong_to_the_design(self):
        plain = drawn(FIGURE_2)
        design = drawn(FIGURE_2, declarations=BOTH)
        assert set(design.declarations) == set(BOTH)
        assert design != plain
        assert design == drawn(FIGURE_2, declarations=[*reversed(BOTH), BOTH[0]])
        assert hash(design) == hash(plain.declaring(*BOTH))
        assert repr(design) == repr(plain)
        assert pickle.loads(pickle.dumps(design)) == design
        assert plain.declarations == ()

    def test_declaring_adds_and_keeps_the_rest(self):
        design = drawn(FIGURE_2, title="MTO", sites=5, declarations=BOTH[0])
        more = design.declaring(BOTH[1], BOTH[0])
        assert more == drawn(FIGURE_2, title="MTO", sites=5, declarations=BOTH)
        assert design.declaring() == design

    @pytest.mark.parametrize("said", ["vi", 3, [3], ["independent"], b"x", object()])
    def test_what_is_no_declaration_is_a_problem(self, said):
        with pytest.raises(InvalidDesignError, match=r"declaration.*independent\(\)"):
            drawn(FIGURE_2, declarations=said)

    @pytest.mark.parametrize(
        ("declared", "problem"),
        [
            ([uncorrelated("T -> NP", "V -> Y", "sites")], "there is no arrow 'T' -> 'NP' in the graph"),
            ([uncorrelated("Y -> V", "T -> V", "sites")], "in the graph; it has 'V' -> 'Y'"),
            ([uncorrelated("U -> Y", "T -> V", "sites")], "starts where no treatment reaches"),
            ([independent(UP, "T -> V", "sites")], "'T' -> 'V' stands on both sides; name it on one"),
            ([correlated("V -> Y", "V -> Y", "sites")], "'V' -> 'Y' stands on both sides"),
            ([correlated("T -> V", "NP -> Y", "sites")], "said to vary for no one"),
            ([correlated("T -> V", "V -> NP", "persons")], "said to vary only between sites"),
            ([correlated("T -> V", "V -> Y", "persons"), uncorrelated("V -> Y", "T -> V", "persons")], "contradicts unc"),
            ([correlated("T -> V", "V -> Y", "persons"), BOTH[0]], "contradicts independent(NP -> Y, V -> Y;"),
            ([normal("persons")], "'T' -> 'V' leads from one binary node to another"),
        ],
    )  # fmt: skip
    def test_contradictions(self, declared, problem):
        varies = {"V -> NP": "sites", "NP -> Y": "none"}
        scales = {"T": "binary", "V": "binary"}
        with pytest.raises(InvalidDesignError) as caught:
            drawn(FIGURE_2 + "; U -> Y", varies, scales=scales, declarations=declared)
        assert problem in str(caught.value)
        assert len(caught.value.problems) == 1
        with pytest.raises(InvalidDesignError, match=re.escape(problem)):
            check(drawn(FIGURE_2 + "; U -> Y", varies, scales=scales), declared)

    def test_all_problems_are_listed_with_the_others(self):
        with pytest.raises(InvalidDesignError) as caught:
            drawn(
                FIGURE_2,
                sites=0,
                labels={"X": "x"},
                declarations=[uncorrelated("A -> B", "T -> V", "sites"), independent(UP, "T -> V", "sites")],
            )
        assert len(caught.value.problems) == 4

    def test_nothing_varies_between_one_site(self):
        with pytest.raises(InvalidDesignError, match="with one site nothing varies between sites"):
            drawn(ONE, sites=1, declarations=correlated("T -> M", "M -> Y", "sites"))

    @pytest.mark.parametrize("graph", ["T -> V -> NP -> V -> Y", "T -> V; A -> T; V -> Y"])
    def test_a_broken_graph_hides_no_problem(self, graph):
        with pytest.raises(InvalidDesignError, match="no arrow 'A' -> 'B'"):
            drawn(graph, declarations=[independent("A -> B", "T -> V", "sites"), normal("persons")])

    def test_arms_are_binary_where_there_are_several(self):
        arms = "{T1 T2} -> V -> Y"
        with pytest.raises(InvalidDesignError, match="-1, 0 or 1") as caught:
            drawn(arms, scales={"V": "binary"}, declarations=[normal("persons")])
        assert len(caught.value.problems) == 2
        drawn(arms, {arms: "sites"}, scales={"V": "binary"}, declarations=[normal("persons")])
        drawn("T -> V -> Y", scales={"V": "binary"}, declarations=[normal("persons")])

    def test_the_same_at_another_level_is_no_contradiction(self):
        drawn(FIGURE_2, declarations=[correlated("T -> V", "V -> Y", "persons"), BOTH[1]])
        drawn(FIGURE_2, declarations=[correlated("T -> V", "V -> NP", "persons"), *BOTH])

    def test_what_is_vacuous_is_accepted(self):
        design = drawn(FIGURE_2, {"NP -> Y": "none"}, sites=1)
        design.declaring(*BOTH, normal("sites"), uncorrelated("T -> V", "NP -> Y", "persons"))


class TestFile:
    TEXT = 'graph = "T -> V -> NP -> Y; V -> Y; \\"a b\\" -> Y"\ntreatment = "T"\noutcome = "Y"\n'

    def read(self, text):
        return Design.from_text(self.TEXT + text)

    def test_every_kind_can_be_written(self):
        design = self.read(
            """
            [declarations]
            independent = [
                { of = "T -> V -> NP", from = ["V -> Y", "NP -> Y"], level = "sites" },
                { of = ["T -> V", "V -> NP"], from = "{V NP} -> Y", level = "persons" },
            ]
            uncorrelated = { of = "V <- T", with = "V -> NP", level = "sites" }
            correlated = [{ of = "NP -> Y", with = "V -> Y", level = "sites" }]
            normal = ["persons", "sites"]
            """
        )
        plain = self.read("")
        assert design == plain.declaring(
            *BOTH,
            uncorrelated("T -> V", "V -> NP", "sites"),
            correlated("NP -> Y", "V -> Y", "sites"),
            normal("persons"),
            normal("sites"),
        )
        assert self.read('declarations.normal = "sites"').declarations == (normal("sites"),)
        again = '[[declarations.uncorrelated]]\nof = "T -> V"\nwith = "V -> Y"\nlevel = "sites"\n'
        assert self.read(again).declarations == (uncorrelated("T -> V", "V -> Y", "sites"),)

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("independant = []", "line 5: unknown key 'independant' in [declarations] (did"),
            ("x = []", "line 5: unknown key 'x' in [declarations]; its keys are independent, unc"),
            ("independent = 'T -> V'", "line 5: independent: 'T -> V' is no declaration; write { of"),
            (
                "uncorrelated = {of = 'T -> V', wiht = 'V -> Y', level = 'sites'}",
                "'wiht' (did you mean 'with'",
            ),
            ("uncorrelated = {of = 'T -> V', level = 'sites'}", "line 5: uncorrelated: 'with' is missing"),
            (
                "\ncorrelated = {of = 'T -> V', with = 'V -> NP -> Y', level = 'sites'}",
                "line 6: correlated: it is said of one",
            ),
            (
                "independent = {of = 'T -> X', from = 'V -> Y', level = 'sites'}",
                "line 5: 'X' is no node of the graph",
            ),
            (
                "independent = {of = 'T -> NP', from = 'V -> Y', level = 'sites'}",
                "line 5: T -> NP is no edge of the graph",
            ),
            (
                "independent = {of = 'T', from = 'V -> Y', level = 'sites'}",
                "line 5: 'T' is no edge; write it as",
            ),
            (
                "independent = {of = 'T - > V', from = 'V -> Y', level = 'sites'}",
                "line 5: 'T - > V' is no edge: found",
            ),
            (
                "independent = {of = [], from = [1], level = 'sites'}",
                "line 5: independent: from is [1]; it is an arrow",
            ),
            ("normal = ['sites', 'all']", "line 5: normal, entry 2: the level is 'all'"),
            ("normal = [{}]", "line 5: normal: the level is {}"),
            (
                "independent = {of = 'T -> V', from = 'T -> V', level = 'sites'}",
                "'T' -> 'V' stands on both sides",
            ),
        ],
    )
    def test_every_mistake_is_named_with_its_line(self, text, problem):
        with pytest.raises(InvalidDesignError) as caught:
            self.read(f"[declarations]\n{text}")
        assert problem in str(caught.value)

    def test_the_command_line_takes_them_from_the_file(self, tmp_path):
        file = tmp_path / "trial.toml"
        file.write_text(self.TEXT + '[declarations]\nnormal = ["sites"]\n', encoding="utf-8")
        done = CliRunner().invoke(main, ["check", str(file)])
        assert "  declared: normal(sites)\n" in done.output

    def test_it_is_a_table(self):
        with pytest.raises(
            InvalidDesignError, match="line 4: 'declarations' is a whole number, expected a table"
        ):
            self.read("declarations = 3")


class TestChecking:
    def test_figure_2_by_declaration_and_rank(self):
        result = check(drawn(FIGURE_2), ["ix", *BOTH])
        assert result.granted == {"ix"}
        assert result.design.declarations == tuple(sorted(BOTH, key=str))
        for effect in (direct("V", "Y"), direct("NP", "Y"), total("NP", "Y")):
            finding = result[effect]
            assert finding.verdict is Verdict.IDENTIFIED
            assert finding.rests_on == ("i", "ii", "iii", "iv", "viii", "ix")
            assert set(finding.declared) == set(BOTH)
            kinds = {Within: "persons", Between: "sites"}
            for condition in finding.best.conditions:
                if type(condition) in kinds:
                    (used,) = condition.declared
                    assert used.level == kinds[type(condition)]
                    assert condition.implied == f"declared: {used}"
        assert result[total("V", "Y")].verdict is Verdict.CONDITIONAL  # NP's effect may vary with V -> NP's

    def test_figure_1(self):
        up, down = ["T -> M1 -> M2", "T -> M2"], ["M1 -> Y", "M2 -> Y"]
        known = [independent(up, down, level) for level in ("persons", "sites")]
        result = check(drawn(FIGURE_1), ["ix", *known])
        assert result[direct("M1", "Y")].verdict is Verdict.IDENTIFIED
        assert result[direct("M2", "Y")].verdict is Verdict.IDENTIFIED
        assert result[direct("M1", "M2")].verdict is Verdict.CONDITIONAL

    def test_the_bypass_of_footnote_4(self):
        """No numeral grants it; independence between sites does."""
        lam = [independent("T -> M1", ["M1 -> M2", "T -> M2"], level) for level in ("persons", "sites")]
        result = check(drawn(FIGURE_1), ["ix", *lam])
        finding = result[direct("M1", "M2")]
        assert finding.verdict is Verdict.IDENTIFIED
        (bypass,) = (c for c in finding.best.conditions if isinstance(c, Bypass))
        assert bypass.declared == (lam[1],)

    def test_two_parallel_mediators(self):
        up, down = ["T -> M1", "T -> M2"], ["M1 -> Y", "M2 -> Y"]
        own = [uncorrelated(f"T -> {m}", f"{m} -> Y", "persons") for m in ("M1", "M2")]
        apart = independent(up, down, "sites")
        result = check(drawn(PARALLEL), [*own, apart, "ix"])
        finding = result[direct("M1", "Y")]
        assert finding.verdict is Verdict.IDENTIFIED
        within = [c for c in finding.best.conditions if isinstance(c, Within)]
        assert [c.declared for c in within] == [(own[0],), (own[1],)]
        less = check(drawn(PARALLEL), [own[0], apart, "ix"])[direct("M1", "Y")]
        assert [c.regressor for c in less.missing] == ["M2"]

    def test_a_single_declaration_and_one_among_numerals(self):
        one = uncorrelated("T -> M", "M -> Y", "persons")
        design = drawn(ONE, sites=1)
        assert check(design, one).design.declarations == (one,)
        assert check(design, one)[direct("M", "Y")].verdict is Verdict.CONDITIONAL
        assert check(design, {one, "vi"})[direct("M", "Y")].verdict is Verdict.IDENTIFIED
        assert check(design.declaring(one), "vi")[direct("M", "Y")].verdict is Verdict.IDENTIFIED
        assert check(design, [one, "(all)"]).granted == frozenset(design.numerals)

    def test_the_pooled_ratio_needs_covariances_only(self):
        known = [uncorrelated("T -> M", "M -> Y", level) for level in ("persons", "sites")]
        finding = check(drawn(ONE), ["ix", *known])[direct("M", "Y")]
        assert finding.verdict is Verdict.IDENTIFIED
        assert finding.best.pooled
        through_origin = next(s for s in finding.strategies if not s.pooled)
        assert [c.kind for c in finding.missing_for(through_origin)] == ["between"]

    def test_normality_makes_covariances_enough(self):
        pairs = [uncorrelated(arrow, "M2 -> Y", "persons") for arrow in ("T -> M1", "T -> M2", "M1 -> M2")]
        design = drawn(FIGURE_1, {"M1 -> Y": "none"}, declarations=pairs)
        within = next(
            c
            for s in check(design)[direct("M2", "Y")].strategies
            for c in s.conditions
            if isinstance(c, Within) and c.regressor == "M2" and len(s.regressors) == 2
        )
        assert within.implied == ""
        again = type(within)(
            type(within.regression)(design.declaring(normal("persons")), "Y", ("M1", "M2"), ("T",)),
            regressor="M2",
        )
        assert set(again.declared) == {*pairs, normal("persons")}

    def test_normal_site_means(self):
        """They settle (vii) where averages are products of site means, and not otherwise."""
        pairs = [uncorrelated(a, "M2 -> Y", "sites") for a in ("T -> M1", "M1 -> M2")]
        known = [normal("sites"), *pairs]

        def between(design):
            return next(
                c
                for s in check(design)[direct("M2", "Y")].strategies
                for c in s.conditions
                if isinstance(c, Between) and s.regressors == ("M2",) and not s.pooled
            )

        assert between(drawn(CHAIN, declarations=known)).declared == ()
        along = uncorrelated("T -> M1", "M1 -> M2", "persons")
        assert set(between(drawn(CHAIN, declarations=[*known, along])).declared) == {*known, along}
        assert set(between(drawn(CHAIN, {"M1 -> M2": "sites"}, declarations=known)).declared) == set(known)
        assert between(drawn(CHAIN, declarations=[*pairs, along])).declared == ()

    def test_one_level_says_nothing_of_the_other(self):
        for known, missing in ((BOTH[0], {"between", "rank"}), (BOTH[1], {"within", "rank"})):
            finding = check(drawn(FIGURE_2), known)[direct("NP", "Y")]
            assert {c.kind for c in finding.missing} == missing

    def test_correlation_rules_a_regression_out(self):
        design = drawn(ONE, sites=1, declarations=[correlated("T -> M", "M -> Y", "persons")])
        result = check(design, "all")
        finding = result[direct("M", "Y")]
        assert finding.verdict is Verdict.NOT_IDENTIFIED
        assert finding.reason == "declared: correlated(M -> Y; T -> M | persons)"
        worlds = finding.witness().first, finding.witness().second
        assert all(not holds(world, uncorrelated("T -> M", "M -> Y", "persons")) for world in worlds)
        assert [a.status for a in result.assumptions if a.numeral == "v"] == ["violated"]
        assert "Declared: correlated(M -> Y; T -> M | persons)." in result.render("text")

    def test_correlation_between_sites(self):
        """Where treatment does nothing in some site, the effect there may be anything; only site by site can it be had."""
        design = drawn(ONE, declarations=[correlated("T -> M", "M -> Y", "sites")])
        finding = check(design, "all")[direct("M", "Y")]
        assert finding.verdict is Verdict.CONDITIONAL
        assert [c.assumption for c in finding.missing] == ["everywhere"]
        assert all(s.site_by_site for s in finding.strategies)
        contrasts = [site["T", "M"] for site in finding.witness().first.observed()]
        assert 0 in contrasts
        assert any(contrasts)
        assert all(any(c.violated for c in s.conditions) for s in finding.ruled_out)
        bypassed = drawn("T -> M -> Y; T -> Y", declarations=[correlated("T -> M", "T -> Y", "sites")])
        (strategy,) = check(bypassed)[direct("M", "Y")].ruled_out
        assert [type(c) for c in strategy.conditions if c.violated] == [Bypass]

    def test_the_average_over_sites_of_covariances_may_vanish_all_the_same(self):
        design = drawn(ONE, declarations=[correlated("T -> M", "M -> Y", "persons")])
        finding = check(design, "all")[direct("M", "Y")]
        assert finding.verdict is Verdict.IDENTIFIED
        assert finding.best.pooled

    def test_statuses(self):
        result = check(drawn(FIGURE_2), BOTH)
        status = {a.numeral: (a.status, a.status_text) for a in result.assumptions}
        assert status["vi"] == ("holds by declaration", f"Declared: {BOTH[0]}.")
        assert status["vii"] == ("holds by declaration", f"Declared: {BOTH[1]}.")
        assert check(drawn(FIGURE_2), BOTH[0]).assumptions[6].status == "to be justified"
        one = [uncorrelated("T -> M", "M -> Y", level) for level in ("persons", "sites")]
        status = {a.numeral: a.status for a in check(drawn(ONE), one).assumptions}
        assert [status[n] for n in ("v.a", "v.b", "vi", "vii")] == ["holds by declaration"] * 3 + [
            "to be justified"
        ]

    @pytest.mark.parametrize("format", ["text", "markdown", "latex", "html", "json"])
    def test_reports_say_what_is_declared(self, format):
        result = check(drawn(FIGURE_2), BOTH)
        assert "independent(NP" in re.sub(r"\\icbreak|[\s{}\\]", "", result.render(format))
        text = result.render(format, full=True)
        assert "holds by declaration" in text
        assert "holds: declared" in text.replace("\n", " ")
        plain = re.sub(r"\\icbreak|[\s{}\\]", "", text)  # without line breaks and LaTeX's marks
        assert "(viii),(ix),independent(" in plain


class TestWitness:
    def test_it_obeys_the_declarations(self):
        design = drawn("T -> {M1 M2 M3} -> Y", sites=2)
        known = [independent("T -> M1", "M1 -> Y", "sites"), independent("T -> M1", "M2 -> Y", "persons")]
        finding = check(design, ["all", *known])[direct("M1", "Y")]
        assert finding.verdict is Verdict.NOT_IDENTIFIED
        witness = finding.witness()
        assert witness.verify()
        assert all(holds(world, d) for world in (witness.first, witness.second) for d in known)

    def test_sites_may_be_drawn_from_a_population_that_obeys(self):
        """Two sites are never normal; but any two compliances may be those of two sites of a normal population."""
        design = drawn("T -> {M1 M2 M3} -> Y", sites=2)
        known = [normal("sites"), independent("T -> M1", ["T -> M2", "T -> M3"], "sites")]
        finding = check(design, ["all", *known])[direct("M1", "Y")]
        assert finding.verdict is Verdict.NOT_IDENTIFIED
        witness = finding.witness()
        assert not witness.exact
        assert not holds(witness.first, normal("sites"))
        assert "They stand for two infinite populations of sites" in check(design, ["all", *known]).render(
            "text"
        )

    def test_what_is_correlated_is_so_in_both_worlds(self):
        design = drawn("T -> {M1 M2 M3} -> Y", sites=2)
        for level in ("persons", "sites"):
            known = correlated("T -> M1", "M2 -> Y", level)
            finding = check(design, ["all", known])[direct("M1", "Y")]
            assert finding.verdict is Verdict.NOT_IDENTIFIED
            witness = finding.witness()
            assert witness.verify()
            assert witness.exact
            assert all(holds(world, known) for world in (witness.first, witness.second))
        assert check(design, known)[itt()].verdict is Verdict.IDENTIFIED

    def test_without_one_that_obeys_the_verdict_is_undecided(self):
        """A finite set of persons who differ is not normal."""
        design = drawn("T -> {M1 M2 M3} -> Y", sites=2)
        known = [normal("persons"), correlated("T -> M1", "T -> M2", "persons")]
        finding = check(design, ["all", *known])[direct("M1", "Y")]
        assert finding.verdict is Verdict.UNDECIDED
        assert "nor were two worlds found that differ in it" in finding.reason
        assert check(design, ["all", known[1]])[direct("M1", "Y")].verdict is Verdict.NOT_IDENTIFIED


class TestNothingElse:
    """Populations that obey what is declared and break what it does not imply."""

    def test_uncorrelated_site_means_do_not_meet_vii(self):
        known = [uncorrelated("T -> M", "M -> Y", "sites"), independent("T -> M", "M -> Y", "persons")]
        design = drawn(ONE, declarations=known)
        sites = [Site([{("T", "M"): r, ("M", "Y"): d}]) for r, d in ((1, 1), (2, 0), (3, 1))]
        world = Population(design, sites)
        assert all(holds(world, d) for d in known)
        through_origin = next(s for s in check(design)[direct("M", "Y")].strategies if not s.pooled)
        assert [c.implied for c in through_origin.conditions if c.kind == "between"] == [""]
        assert world.evaluate(through_origin.bias()["M"]) != 0

    def test_independent_pairs_do_not_meet_vi(self):
        """In Figure 1 the effect of M2 is the product of the two coefficients on the way into it."""
        pairs = [independent(a, "M2 -> Y", "persons") for a in ("T -> M1", "M1 -> M2", "T -> M2")]
        design = drawn(FIGURE_1, declarations=pairs)
        base = {("T", "M2"): 1, ("M1", "Y"): 1}
        persons = [
            base | {("T", "M1"): a, ("M1", "M2"): b, ("M2", "Y"): a * b} for a in (-1, 1) for b in (-1, 1)
        ]
        world = Population(design, [Site(persons)])
        assert all(holds(world, d) for d in pairs)
        strategy = next(
            s for s in check(design)[direct("M2", "Y")].strategies if s.regressors == ("M1", "M2")
        )
        (within,) = (c for c in strategy.conditions if isinstance(c, Within) and c.regressor == "M2")
        assert within.implied == ""
        assert [world.evaluate(item, 0) for item in within.covariances] == [1]
        assert not holds(world, normal("persons"))
        jointly = design.declaring(independent(["T -> M1", "M1 -> M2", "T -> M2"], "M2 -> Y", "persons"))
        assert check(jointly)[direct("M2", "Y")].best.conditions[2].declared

    def test_independence_between_sites_of_one_pair_does_not_meet_vii(self):
        """(vii) is about the compliance with every mediator."""
        known = [independent("T -> M1", "M1 -> Y", "sites"), independent("T -> M2", "M2 -> Y", "sites")]
        design = drawn(PARALLEL, declarations=known)
        strategy = next(s for s in check(design)[direct("M1", "Y")].strategies if len(s.regressors) == 2)
        assert not any(c.implied for c in strategy.conditions if c.kind == "between")
        sites = [
            Site([{("T", "M1"): a, ("T", "M2"): b, ("M1", "Y"): b, ("M2", "Y"): a}])
            for a in (1, 2)
            for b in (1, 3)
        ]
        world = Population(design, sites)
        assert all(holds(world, d) for d in known)
        assert world.evaluate(strategy.bias()["M1"]) != 0


class TestHolds:
    def design(self):
        return drawn(ONE)

    def world(self, *sites, weights=None):
        made = [[{("T", "M"): a, ("M", "Y"): b} for a, b in persons] for persons in sites]
        return Population(
            self.design(), [Site(p, w) for p, w in zip(made, weights or [1] * len(made), strict=True)]
        )

    def test_independence_between_sites_counts_the_whole_distribution(self):
        """The site means are constant, but the spread of one moves with the mean of the other."""
        world = self.world([(1, 1), (1, -1)], [(2, 3), (2, -3)])
        said = ("T -> M", "M -> Y", "sites")
        assert holds(world, uncorrelated(*said))
        assert not holds(world, independent(*said))
        assert not holds(world, correlated(*said))
        assert holds(world, independent("T -> M", "M -> Y", "persons"))

    def test_shares_count_and_not_numbers_of_persons(self):
        world = self.world(
            [(1, 0), (1, 2)], [(1, 0), (1, 2), (1, 0), (1, 2)], [(2, 0), (2, 2)], [(2, 2), (2, 0)]
        )
        assert holds(world, independent("T -> M", "M -> Y", "sites"))

    def test_weights_of_sites_count(self):
        sites = [[(a, b)] for a in (0, 1) for b in (0, 1)]
        said = ("T -> M", "M -> Y", "sites")
        assert holds(self.world(*sites), independent(*said))
        assert holds(self.world(*sites, weights=[2, 4, 3, 6]), independent(*said))
        assert holds(self.world(*sites, weights=[2, 1, 1, 2]), correlated(*said))

    def test_a_covariance_in_one_site_is_correlation(self):
        world = self.world([(0, 0), (1, 1)], [(0, 1), (1, 1)])
        said = ("T -> M", "M -> Y", "persons")
        assert holds(world, correlated(*said))
        assert not holds(world, uncorrelated(*said))
        assert not holds(world, independent(*said))

    def test_only_what_does_not_vary_is_normal(self):
        assert holds(self.world([(0, 1)], [(1, 1)]), normal("persons"))
        assert not holds(self.world([(0, 1)], [(1, 1)]), normal("sites"))
        assert holds(self.world([(0, 1), (2, 1)], [(1, 1), (1, 1)]), normal("sites"))
        assert not holds(self.world([(0, 1), (2, 1)]), normal("persons"))

    def test_an_arrow_that_is_not_there(self):
        with pytest.raises(InvalidQuestionError, match="no coefficient of X -> Y"):
            holds(self.world([(1, 1)]), uncorrelated("X -> Y", "T -> M", "sites"))


def test_a_declared_correlation_leaves_v_a_to_be_granted_by_its_own_name():
    """(vi) cannot hold beside it; (v.a) can, where the covariances of sites average zero."""
    design = drawn("T -> M -> Y", sites=20, declarations=[correlated(("T", "M"), ("M", "Y"), "persons")])
    for own, verdict in (("v.a", Verdict.IDENTIFIED), ("vi", Verdict.CONDITIONAL)):
        assert check(design, [own, "vii", "ix"])["total M Y"].verdict is verdict
    assert "(v.a)" in str(check(design, ["vi", "vii", "ix"])["total M Y"])
