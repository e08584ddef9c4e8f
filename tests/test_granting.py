"""What was granted is worded in one way, and what cannot be granted is answered; effects that the graph says are zero."""

from __future__ import annotations

import json

import networkx as nx
import pytest

import identcheck as ic
from identcheck.decide.conditions.base import condition_names
from identcheck.decide.granting import granted_numerals, granted_words
from identcheck.errors import InvalidQuestionError
from tests.drawn import FIGURE_1, drawn
from tests.terminal import file, flat, run

CHAIN = 'graph = "T -> {M1 M2} -> Y; M1 -> M2"\ntreatment = "T"\noutcome = "Y"\nsites = 12\n'


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


WORDS = {
    "all": "(i), (iii), (iv), (vi), (vii), (viii), (ix) and (x)",
    "ii,v,vi": "(vi)",
    "v": "nothing",
}
READ_OFF = {
    "ii,v,vi": "(ii) and (v) are read off the graph: an arrow that is not drawn is claimed not to be.",
    "v": "(v) is read off the graph: an arrow that is not drawn is claimed not to be.",
}


class TestOneWording:
    @pytest.mark.parametrize("assume", WORDS)
    @pytest.mark.parametrize("command", ["check", "code", "compare", "robust"])
    def test_every_command_says_the_same(self, command, assume):
        design = file(CHAIN)
        more = {
            "check": [design],
            "code": [design, "-l", "r", "-t", "direct M2 Y"],
            "compare": [design, design],
            "robust": [design, "--most", "1"],
        }[command]
        said = flat(run(command, *more, "-a", assume).stdout.replace("\n# ", "\n").replace("#", ""))
        assert f"granting {WORDS[assume]}" in said
        assert ("read off the graph: an arrow" in said) == (assume in READ_OFF)
        assert READ_OFF.get(assume, "") in said

    @pytest.mark.parametrize("assume", WORDS)
    def test_reports_and_cards_say_the_same(self, assume):
        result = ic.check(drawn(FIGURE_1, sites=12, average="persons"), assume)
        self.says(
            assume,
            result.render("text", full=True),
            result.render("markdown", full=True),
            result._repr_html_(),
        )

    @pytest.mark.parametrize("assume", WORDS)
    def test_the_appendix_of_a_paper_says_the_same(self, assume):
        result = ic.check(drawn(FIGURE_1, sites=12, average="persons"), assume)
        self.says(assume, result.render("text", document=ic.Document("paper-appendix")))

    def says(self, assume, *texts):
        for text in map(flat, texts):
            assert ("read off the graph: an arrow" in text) == (assume in READ_OFF)
            assert ("Every numbered assumption that can be granted was granted" in text) == (assume == "all")
            assert ("No assumption was granted" in text) == (assume == "v")

    def test_in_json(self):
        design = file(CHAIN)
        data = json.loads(run("compare", design, design, "-a", "ii,v,vi", "--json").stdout)
        assert data["before"]["granted"] == ["vi"]

    def test_one_site(self):
        design = drawn("T -> M -> Y", sites=1)
        assert granted_words(design, set(design.numerals)) == "(i), (iii), (iv), (v), (vi) and (vii)"
        assert granted_numerals(design, {"ii", "v"}) == ("v",)
        assert ic.check(design, ["ii", "v"]).remarks == (
            "(ii) is read off the graph: an arrow that is not drawn is claimed not to be.",
        )


class TestWhatCannotBeGranted:
    def test_read_off_the_graph_changes_no_verdict_and_is_said(self):
        design = drawn(FIGURE_1, sites=12)
        plain, named = ic.check(design), ic.check(design, ["ii", "(V)"])
        assert [f.verdict for f in plain.findings] == [f.verdict for f in named.findings]
        assert named.remarks == (READ_OFF["ii,v,vi"],)
        assert (
            plain.remarks
            == ic.check(design, "all").remarks
            == ic.check(design, design.numerals).remarks
            == ()
        )

    def test_every_unknown_one_is_named(self):
        with pytest.raises(InvalidQuestionError) as caught:
            ic.check(drawn(FIGURE_1), ["xx", "vi", "(v.z)"])
        assert len(caught.value.problems) == 2


EVERY = {
    "bypass": ("T -> M -> Y; T -> Y", ic.direct("M", "Y"), []),
    "product": ("T -> A -> B -> C -> Y; A -> {C Y}; B -> Y", ic.path("A", "B", "Y"), []),
    "shared": ("T -> {M1 M2}; M1 -> X; X -> {M2 Y}; M2 -> Y", ic.total("M2", "Y"), ["X"]),
}

ARGUED = {
    "bypass": "Coaches do not visit homes.",
    "vii": "Hired centrally.",
    "viii": "By lot.",
    "ii": "No other way.",
}


class TestConditionsWithoutANumeralAreGranted:
    DESIGN = drawn("T -> M -> Y; T -> Y", sites=9, justifications=ARGUED)
    EFFECT = ic.direct("M", "Y")

    @pytest.mark.parametrize("name", ["bypass", "(Bypass)"])
    def test_by_name(self, name):
        assert ic.check(self.DESIGN, "all")[self.EFFECT].verdict is ic.Verdict.CONDITIONAL
        finding = ic.check(self.DESIGN, ["all", name])[self.EFFECT]
        assert finding.verdict is ic.Verdict.IDENTIFIED
        assert finding.missing == ()
        assert "bypass" in finding.rests_on
        assert run("check", file(CHAIN), "-a", "all,bypass", "-t", "direct M1 Y").exit_code == 0

    @pytest.mark.parametrize("name", EVERY)
    def test_each_makes_its_effect_identified(self, name):
        arrows, asked, hidden = EVERY[name]
        design = drawn(arrows, unobserved=hidden)
        most = (
            [n for n in design.numerals if n != "vii"] if name == "product" else ["all"]
        )  # (vi), (vii) grant it too
        names = {c.assumption for c in ic.check(design, most)[asked].missing}
        assert ic.check(design, [*most, *names])[asked].verdict is ic.Verdict.IDENTIFIED
        assert name in names

    def test_all_names_numerals_only(self):
        assert ic.check(self.DESIGN, "all").granted == frozenset(self.DESIGN.numerals)

    def test_both_worlds_meet_what_is_granted(self):
        """With the bypass granted and (vii) not, two worlds in which the bypass is met differ in the effect."""
        finding = ic.check(self.DESIGN, ["vi", "ix", "bypass"])[self.EFFECT]
        witness = finding.witness()
        assert "bypass" in {c.assumption for c in witness.granted}
        assert witness.verify()

    def test_a_bypass_by_choice_is_not(self):
        """Three parallel mediators in two sites: an intercept for one of them would identify the others."""
        design = drawn("T -> {A B C} -> Y", sites=2)
        every = ["all", "bypass", "shared", "product"]
        assert [f.verdict for f in ic.check(design, every)] == [f.verdict for f in ic.check(design, "all")]
        effect = ic.total("M1", "Y")
        finding = ic.check(drawn(FIGURE_1, sites=9), ["vi", "vii", "ix", "shared"])[effect]
        for strategy in finding.by_choice:
            assert "bypass" in {c.assumption for c in finding.missing_for(strategy)}

    def test_a_declaration_that_contradicts_it_is_an_error(self):
        known = ic.correlated("T -> M", "T -> Y", "sites")
        with pytest.raises(InvalidQuestionError, match="'bypass' cannot be granted, it is contradicted"):
            ic.check(self.DESIGN, ["all", "bypass", known])

    def test_an_arrow_that_is_correlated_between_sites_is_not_the_same_in_all(self):
        arrows, asked, hidden = EVERY["shared"]
        known = ic.correlated("M1 -> X", "M2 -> Y", "sites")
        finding = ic.check(drawn(arrows, unobserved=hidden), ["all", known])[asked]
        assert all("shared" not in {c.assumption for c in s.conditions} for s in finding.strategies)
        with pytest.raises(InvalidQuestionError, match="'shared' cannot be granted"):
            ic.check(drawn(arrows, unobserved=hidden), ["all", "shared", known])

    def test_what_the_design_justifies(self):
        result = ic.check(self.DESIGN, "justified")
        assert {c.assumption for c in result[self.EFFECT].missing} == {"vi", "ix"}
        assert (
            granted_words(self.DESIGN, result.granted) == "(vii) and the bypass as the design justifies them"
        )
        assert "(vii) and the bypass as the design justifies them" in flat(result.render("text", full=True))
        assert ic.check(self.DESIGN, ["vi", "ix", "justified"])[self.EFFECT].verdict is ic.Verdict.IDENTIFIED

    def test_nothing_justified_is_said(self):
        result = ic.check(drawn(FIGURE_1, sites=9), "justified")
        assert result.remarks == (
            "The design has a justification for none of the assumptions that can be granted.",
        )
        assert [f.verdict for f in result] == [f.verdict for f in ic.check(result.design)]

    def test_comparisons_name_them(self):
        before, after = ic.check(self.DESIGN, "all"), ic.check(self.DESIGN, ["all", "bypass"])
        assert "now granted: the bypass" in str(before.compare(after))
        assert json.loads(before.compare(after).json())["after"]["granted"][-1] == "bypass"


class TestZero:
    DESIGN = drawn(FIGURE_1, sites=12)

    @pytest.mark.parametrize("asked", [ic.direct("T", "Y"), ic.direct("Y", "M1"), ic.total("M2", "M1")])
    def test_no_path_is_zero_and_identified(self, asked):
        finding = ic.check(self.DESIGN)[asked]
        assert finding.zero
        assert finding.verdict is ic.Verdict.IDENTIFIED
        assert finding.answer == "zero by the graph"
        assert "zero by the graph" in finding._repr_html_()
        assert ">identified<" not in finding._repr_html_()
        with pytest.raises(InvalidQuestionError, match="it is zero: the graph has no such path"):
            finding.code("r")

    def test_an_effect_with_a_path_is_not(self):
        findings = ic.check(self.DESIGN, "all").findings
        assert not any(finding.zero for finding in findings)
        assert {finding.answer for finding in findings} == {finding.verdict.value for finding in findings}

    @pytest.mark.parametrize(
        ("asked", "said"),
        [
            ("direct T Y", "There are other paths from T to Y."),
            ("direct Y M1", "There are paths from M1 to Y: was the effect in that direction meant?"),
            ("total M2 M1", "There are paths from M1 to M2"),
        ],
    )
    def test_asked_by_name_it_ends_with_exit_code_1_and_a_sentence(self, asked, said):
        result = run("check", file(CHAIN), "-a", "all", "-t", asked)
        assert result.exit_code == 1
        assert "zero by the graph" in result.stdout
        assert "The graph has no path for" in flat(result.stdout)
        assert said in flat(result.stdout)
        assert run("check", file(CHAIN), "-a", "all", "-t", "direct M1 Y").exit_code == 0

    def test_comparisons_and_documents_say_it(self):
        result = ic.check(self.DESIGN, "all")
        without = nx.DiGraph(self.DESIGN.graph)
        without.remove_edge("M1", "M2")
        other = ic.check(ic.Design(without, treatment="T", outcome="Y", sites=12), "all")
        change = json.loads(result.compare(other).json())
        assert all(not side["zero"] for e in change["effects"] for side in (e["before"], e["after"]) if side)
        document = ic.Document("preregistration", effects=[ic.direct("T", "Y"), ic.direct("M1", "Y")])
        assert "zero by the graph" in result.render("text", document=document).lower()


class TestConditionsWithoutANumeral:
    @pytest.mark.parametrize("name", EVERY)
    def test_have_a_name_that_can_be_sorted_among_numerals(self, name):
        arrows, asked, hidden = EVERY[name]
        finding = ic.check(drawn(arrows, unobserved=hidden))[asked]
        every = [c for s in finding.strategies for c in s.conditions]
        assert name in sorted({condition.assumption for condition in every})
        assert sorted({condition.assumption for condition in finding.missing})
        for condition in every:
            assert condition.assumption == (condition.numeral or condition.key) != ""
            assert (condition.numeral is None) == (condition.assumption in ("bypass", "product", "shared"))

    @pytest.mark.parametrize("name", EVERY)
    def test_are_among_what_a_verdict_rests_on(self, name):
        arrows, asked, hidden = EVERY[name]
        design = drawn(arrows, unobserved=hidden)
        finding = ic.check(design, ["vii", "ix", "product"] if name == "product" else "all")[asked]
        used = {c.assumption for c in finding.best.conditions if not c.implied}
        assert used <= set(finding.rests_on)
        assert {"bypass", "product", "shared"} & used == {"bypass", "product", "shared"} & set(
            finding.rests_on
        )
        assert set(finding.rests_on) & used - set(finding.design.numerals)

    def test_a_product_that_numerals_grant_is_named_by_them(self):
        """(vi) and (vii) together; it is granted by its own name where one of them is not."""
        arrows, asked, _ = EVERY["product"]
        design = drawn(arrows)
        known = ic.check(design, "all")[asked]
        assert known.verdict is ic.Verdict.IDENTIFIED
        assert "product" not in known.rests_on
        assert {"vi", "vii"} <= {*known.rests_on}
        lacking = ic.check(design, ["vi", "ix"])[asked]
        assert "product" in {c.assumption for c in lacking.missing}
        assert condition_names(lacking.missing) == "(vii)"
        named = ic.check(design, ["vii", "ix", "product"])[asked]
        assert condition_names(named.missing) == "(vi)"
        assert "product" in named.rests_on

    def test_one_that_is_declared_is_not_among_them(self):
        known = ic.uncorrelated("T -> M", "T -> Y", "sites")
        finding = ic.check(drawn("T -> M -> Y; T -> Y", {"T -> M": "sites"}, sites=9), ["all", known])[
            ic.direct("M", "Y")
        ]
        assert finding.verdict is ic.Verdict.IDENTIFIED
        assert "bypass" not in finding.rests_on
        assert finding.declared == (known,)


class TestSharedArrowsAndRanks:
    """Where shared arrows are granted to be the same in all sites, no rank may live on their differences."""

    DESIGN = drawn(
        "T -> M1 -> X; X -> {M2 Y}; M2 -> {Z Y}; Z -> Y; T -> Z",
        {"T -> M1": "none", "X -> M2": "none"},
        unobserved=["X"],
        sites=20,
    )

    def test_a_rank_that_needs_them_to_differ_is_excluded(self):
        """M2 is moved by M1 -> X alone; the outcome's equation holds that arrow fixed."""
        effect = ic.direct("M2", "Z")
        assert ic.check(self.DESIGN, ["all", "bypass"])[effect].verdict is ic.Verdict.IDENTIFIED
        result = ic.check(self.DESIGN, ["all", "bypass", "shared"])
        assert result[effect].verdict is ic.Verdict.NOT_IDENTIFIED
        assert result[effect].witness().verify()
        assert (
            "(ix) for the equation of Z on M2 cannot hold beside M1 -> X being the same in all sites: the matrix then has "
            "rank 1 of 2."
        ) in result.contradictions

    def test_one_that_does_not_stays(self):
        design = drawn("T -> {P H}; P -> D; H -> D; {P H D} -> Y", unobserved=["H"], sites=30)
        for verdict in (f.verdict for f in ic.check(design, ["all", "bypass", "shared"])):
            assert verdict in (ic.Verdict.IDENTIFIED, ic.Verdict.NOT_IDENTIFIED)
        assert ic.check(design, ["all", "bypass", "shared"]).contradictions == ()
