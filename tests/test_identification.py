"""Verdicts: the table of theory section 12, what granting grants, and what a finding says."""

from __future__ import annotations

import itertools

import pytest

from identcheck import Design, Verdict, average, check, compliance, direct, itt, mediated, path, total
from identcheck.decide.conditions import Bypass, Shared
from identcheck.decide.estimands import parse
from identcheck.decide.identification import distinct
from tests.drawn import CHAIN, FIGURE_1, FIGURE_2, PARALLEL, drawn

IDENTIFIED, CONDITIONAL = Verdict.IDENTIFIED, Verdict.CONDITIONAL
NOT_IDENTIFIED, UNDECIDED = Verdict.NOT_IDENTIFIED, Verdict.UNDECIDED


def verdict(design: Design, asked, assume="all") -> Verdict:
    return check(design, assume)[asked].verdict


class TestTable:
    """Theory section 12, row by row, with the nine granted."""

    @pytest.mark.parametrize("sites", [2, 16, None])
    @pytest.mark.parametrize("asked", [direct, total])
    @pytest.mark.parametrize("m", ["M1", "M2"])
    def test_two_parallel_mediators(self, sites, asked, m):
        assert verdict(drawn(PARALLEL, sites=sites), asked(m, "Y")) is IDENTIFIED

    @pytest.mark.parametrize("asked", [direct("M1", "Y"), direct("M2", "Y"), total("M2", "Y")], ids=str)
    def test_figure_1_direct_effects(self, asked):
        finding = check(drawn(FIGURE_1, sites=4), "all")[asked]
        assert finding.verdict is IDENTIFIED
        assert finding.missing == ()
        assert finding.witness() is None

    @pytest.mark.parametrize("asked", [direct("M1", "M2"), total("M1", "M2"), total("M1", "Y")], ids=str)
    def test_figure_1_needs_the_bypass_for_the_rest(self, asked):
        """Footnote 4: T -> M2 against the compliance of M1, whichever of the three is asked."""
        finding = check(drawn(FIGURE_1, sites=4), "all")[asked]
        assert finding.verdict is CONDITIONAL
        (missing,) = finding.missing
        assert isinstance(missing, Bypass)
        assert (missing.effect[:2], missing.pairs) == (("T", "M2"), (("T", "M1"),))
        assert missing.regression.intercepts == ("T",)
        assert "the nine assumptions do not identify it" in finding.reason

    @pytest.mark.parametrize(
        "asked",
        [direct("V", "Y"), direct("NP", "Y"), direct("V", "NP"), total("V", "Y"), total("NP", "Y")],
        ids=str,
    )
    def test_figure_2(self, asked):
        assert verdict(drawn(FIGURE_2, sites=5), asked) is IDENTIFIED

    @pytest.mark.parametrize("sites", [2, 5, 100, None])
    def test_figure_2_with_one_effect_the_same_in_all_sites(self, sites):
        result = check(drawn(FIGURE_2, {"V -> NP": "none"}, sites=sites), "all")
        for m in ("V", "NP"):
            finding = result[direct(m, "Y")]
            assert finding.verdict is NOT_IDENTIFIED
            assert finding.witness().verify()
            assert "has rank 1 of 2 at any number of sites" in finding.reason
        assert result[direct("V", "NP")].verdict is IDENTIFIED
        assert result[total("V", "Y")].verdict is IDENTIFIED

    @pytest.mark.parametrize("asked", [direct("M1", "Y"), direct("M2", "Y")], ids=str)
    @pytest.mark.parametrize(
        ("sites", "expected"),
        [(1, NOT_IDENTIFIED), (2, NOT_IDENTIFIED), (3, CONDITIONAL), (None, CONDITIONAL)],
    )
    def test_figure_1_with_an_arrow_to_the_outcome(self, asked, sites, expected):
        finding = check(drawn(FIGURE_1 + "; T -> Y", sites=sites), "all")[asked]
        assert finding.verdict is expected
        if expected is CONDITIONAL:
            assert [type(c) for c in finding.missing] == [Bypass]
        else:
            assert "it takes at least 3 sites" in finding.reason

    def test_three_parallel_mediators_and_two_sites(self):
        result = check(drawn("T -> {M1 M2 M3} -> Y", sites=2), "all")
        for m, asked in itertools.product(("M1", "M2", "M3"), (direct, total)):
            assert result[asked(m, "Y")].verdict is NOT_IDENTIFIED
            assert result[asked(m, "Y")].witness().verify()

    @pytest.mark.parametrize(
        ("arms", "sites", "expected"),
        [
            (2, 1, NOT_IDENTIFIED),
            (2, 2, IDENTIFIED),
            (3, 1, IDENTIFIED),
            (1, 3, IDENTIFIED),
            (1, 2, NOT_IDENTIFIED),
        ],
    )
    def test_enough_arms_make_up_for_sites(self, arms, sites, expected):
        names = " ".join(f"T{k}" for k in range(1, arms + 1)) if arms > 1 else "T"
        result = check(drawn(f"{{{names}}} -> {{M1 M2 M3}} -> Y", sites=sites), "all")
        for m in ("M1", "M2", "M3"):
            assert result[direct(m, "Y")].verdict is expected

    @pytest.mark.parametrize("arrows", [PARALLEL, FIGURE_1, FIGURE_2, CHAIN, FIGURE_1 + "; T -> Y"])
    @pytest.mark.parametrize("sites", [1, 2, None])
    def test_compliances_and_itt_need_no_grant(self, arrows, sites):
        """By (i) and (viii) alone."""
        design = drawn(arrows, sites=sites)
        result = check(design)
        for asked in (itt(), total("T", "Y"), *(compliance(m) for m in design.mediators)):
            finding = result[asked]
            assert finding.verdict is IDENTIFIED
            assert finding.rests_on == ("i", "viii")
            assert finding.best.conditions == ()

    def test_one_site_and_one_mediator(self):
        result = check(drawn("T -> M -> Y", sites=1), "all")
        assert result[direct("M", "Y")].verdict is IDENTIFIED
        assert result[direct("M", "Y")].rests_on == ("i", "ii", "iii", "iv", "v", "vi", "vii")
        assert result[itt()].rests_on == ("i", "vii")


class TestGranting:
    design = drawn(FIGURE_1, sites=4)

    def test_nothing(self):
        finding = check(self.design)[direct("M1", "Y")]
        assert finding.verdict is CONDITIONAL
        assert [c.assumption for c in finding.missing] == ["vi", "vi", "vii", "vii", "ix"]
        assert finding.granted == frozenset()

    @pytest.mark.parametrize(
        ("assume", "missing"),
        [
            (["vi"], ["vii", "vii", "ix"]),
            (["vii"], ["vi", "vi", "ix"]),
            (["ix"], ["vi", "vi", "vii", "vii"]),
            (["vi", "vii"], ["ix"]),
            (["vi", "vii", "ix"], []),
            (["i", "ii", "iii", "iv", "v", "viii", "x"], ["vi", "vi", "vii", "vii", "ix"]),
        ],
        ids=str,
    )
    def test_each_numeral_grants_its_own(self, assume, missing):
        finding = check(self.design, assume)[direct("M1", "Y")]
        assert [c.assumption for c in finding.missing] == missing
        assert finding.verdict is (CONDITIONAL if missing else IDENTIFIED)

    def test_the_cut_is_read_off_the_graph_not_granted(self):
        assert (
            verdict(drawn(FIGURE_1 + "; T -> Y", sites=9), direct("M1", "Y"), ["ii", "vi", "vii", "ix"])
            is CONDITIONAL
        )
        assert "ii" in check(self.design, ["vi", "vii", "ix"])[direct("M1", "Y")].rests_on

    def test_a_numeral_grants_for_every_strategy(self):
        """W = {V} and W = {V, NP} in Figure 2, and M2's own equation in a chain."""
        assert verdict(drawn(FIGURE_2, sites=5), total("V", "Y"), ["vi", "vii", "ix"]) is IDENTIFIED
        assert verdict(drawn(CHAIN, sites=5), direct("M1", "M2"), ["vi", "vii", "ix"]) is IDENTIFIED

    def test_the_bypass_is_never_granted(self):
        for assume in ("all", ["all", "vii"], list(self.design.numerals)):
            assert verdict(self.design, total("M1", "Y"), assume) is CONDITIONAL

    def test_a_constant_bypass_needs_no_grant(self):
        """The arrow T -> M2, and what it goes on through, is the same in all sites."""
        design = drawn(FIGURE_1, {"T -> M2": "none"}, sites=5)
        assert verdict(design, direct("M1", "M2"), ["vi", "vii"]) is CONDITIONAL
        assert verdict(design, direct("M1", "M2"), ["vi", "vii", "ix"]) is IDENTIFIED
        assert verdict(design, total("M1", "Y"), "all") is IDENTIFIED
        assert verdict(design, total("M1", "Y"), ["vi", "ix"]) is CONDITIONAL
        design = drawn(FIGURE_1, {"T -> M2": "none", "M2 -> Y": "none"}, sites=5)
        assert verdict(design, total("M1", "Y"), "all") is IDENTIFIED

    def test_shared_edges_are_never_granted(self):
        arrows = "T -> {M1 M2} -> Y; M1 -> x -> {M2 Y}"
        finding = check(drawn(arrows, unobserved=["x"], sites=9), "all")[direct("M2", "Y")]
        assert finding.verdict is CONDITIONAL
        assert [type(c) for c in finding.missing] == [Shared]
        held = drawn(arrows, {"M1 -> x": "none"}, unobserved=["x"], sites=9)
        assert verdict(held, direct("M2", "Y"), "all") is IDENTIFIED
        assert verdict(drawn(arrows, sites=9), direct("M2", "Y"), "all") is IDENTIFIED  # x measured

    def test_two_arms_make_the_shared_edge_harmless(self):
        """Averaged over sites, each regressor needs its own compliance only."""
        arrows = "{T1 T2} -> {M1 M2} -> Y; M1 -> x -> {M2 Y}"
        finding = check(drawn(arrows, unobserved=["x"], sites=9), "all")[direct("M2", "Y")]
        assert finding.verdict is IDENTIFIED
        assert finding.best.pooled

    def test_structural_rank_overrides_a_granted_ix(self):
        design = drawn("T -> {M1 M2 M3} -> Y", sites=2)
        for assume in ("all", ["ix"]):
            finding = check(design, assume)[direct("M1", "Y")]
            assert finding.verdict is NOT_IDENTIFIED
            assert finding.strategies == ()
            assert finding.ruled_out
            assert finding.missing == ()
            assert finding.best is None

    def test_one_effect_can_be_identified_where_another_is_not(self):
        """(R_u): M2 and M3 are proportional, M1 is not."""
        design = drawn("T -> {M1 M2} -> Y; M2 -> M3 -> Y", {"M2 -> M3": "none"}, sites=9)
        result = check(design, "all")
        assert result[direct("M1", "Y")].verdict is IDENTIFIED
        assert result[direct("M2", "Y")].verdict is NOT_IDENTIFIED
        assert result[direct("M3", "Y")].verdict is NOT_IDENTIFIED
        assert result[total("M2", "Y")].verdict is IDENTIFIED

    def test_what_the_design_implies_needs_no_grant(self):
        everywhere = {"M1 -> Y": "none", "M2 -> Y": "none"}
        assert verdict(drawn(PARALLEL, everywhere, sites=5), direct("M1", "Y"), "ix") is IDENTIFIED
        assert verdict(drawn(PARALLEL, everywhere, sites=5), direct("M1", "Y"), ()) is CONDITIONAL
        within = dict.fromkeys(["M1 -> Y", "M2 -> Y"], "sites")
        assert verdict(drawn(PARALLEL, within, sites=5), direct("M1", "Y"), ["vii", "ix"]) is IDENTIFIED
        finding = check(drawn(PARALLEL, everywhere, sites=5), "all")[direct("M1", "Y")]
        assert finding.rests_on == ("i", "ii", "iii", "iv", "viii", "ix")

    def test_pooled_ratio_by_its_own_numerals(self):
        design = drawn("T -> M -> Y", sites=9)
        finding = check(design, ["v.a", "v.b", "ix"])[direct("M", "Y")]
        assert finding.verdict is IDENTIFIED
        assert finding.best.pooled
        assert finding.rests_on == ("i", "ii", "iii", "iv", "v.a", "v.b", "viii", "ix")
        regression = check(design, ["vi", "vii", "ix"])[direct("M", "Y")]
        assert not regression.best.pooled
        assert regression.rests_on == ("i", "ii", "iii", "iv", "vi", "vii", "viii", "ix")

    def test_the_regression_does_not_rest_on_the_pooled_numerals(self):
        finding = check(drawn("T -> M -> Y", sites=9), ["v.a", "v.b"])[direct("M", "Y")]
        assert finding.verdict is CONDITIONAL
        assert [c.assumption for c in finding.missing] == ["ix"]


class TestGraphs:
    """Rows of our own, beyond the paper's."""

    @pytest.mark.parametrize(
        ("arrows", "options", "asked", "expected"),
        [
            # all of T goes through M1, so nothing bypasses it
            (CHAIN, {}, total("M1", "Y"), IDENTIFIED),
            (CHAIN, {}, direct("M2", "Y"), IDENTIFIED),
            (CHAIN, {}, direct("M1", "Y"), IDENTIFIED),  # no such arrow: zero
            # exclusion violated
            ("T -> M -> Y; T -> Y", {}, direct("M", "Y"), CONDITIONAL),
            ("T -> M -> Y; T -> Y", {}, direct("T", "Y"), CONDITIONAL),
            ("T -> M -> Y; T -> Y", {"varies": {"T -> Y": "none"}}, direct("M", "Y"), IDENTIFIED),
            ("T -> M -> Y; T -> Y", {"varies": {"T -> Y": "none"}}, direct("T", "Y"), IDENTIFIED),
            ("T -> M -> Y; T -> Y", {"varies": {"T -> Y": "none"}, "sites": 1}, direct("M", "Y"), NOT_IDENTIFIED),
            ("T -> M -> Y; T -> Y", {"varies": {"T -> M": "none"}}, direct("M", "Y"), NOT_IDENTIFIED),
            ("T -> M -> Y; T -> Y", {"varies": {"T -> Y": "sites"}}, direct("M", "Y"), CONDITIONAL),
            ("T -> M -> Y; T -> Y", {}, itt(), IDENTIFIED),
            # not measured
            ("T -> x -> Y", {"unobserved": ["x"]}, direct("x", "Y"), NOT_IDENTIFIED),
            ("T -> x -> Y", {"unobserved": ["x"]}, compliance("x"), NOT_IDENTIFIED),
            ("T -> x -> Y", {"unobserved": ["x"]}, itt(), IDENTIFIED),
            ("T -> {x M} -> Y", {"unobserved": ["x"]}, direct("M", "Y"), CONDITIONAL),
            ("T -> M -> x -> Y", {"unobserved": ["x"]}, total("M", "Y"), IDENTIFIED),
            ("T -> M -> x -> Y", {"unobserved": ["x"]}, path("M", "x", "Y"), IDENTIFIED),
            ("T -> x -> M -> Y", {"unobserved": ["x"]}, direct("M", "Y"), IDENTIFIED),
            ("T -> x -> M -> Y", {"unobserved": ["x"]}, direct("x", "M"), NOT_IDENTIFIED),
            # baseline causes do no harm
            ("T -> M -> Y; U -> {M Y}", {"unobserved": ["U"]}, direct("M", "Y"), IDENTIFIED),
            # an arm that lacks an arrow
            ("T1 -> {M1 M2} -> Y; T2 -> M1 -> M2", {}, total("M1", "Y"), IDENTIFIED),
            ("T1 -> {M1 M2} -> Y; T2 -> M1 -> M2", {}, direct("M1", "M2"), IDENTIFIED),
            ("{T1 T2} -> {M1 M2} -> Y; M1 -> M2", {}, total("M1", "Y"), CONDITIONAL),
            ("{T1 T2} -> M -> Y; T1 -> Y", {}, direct("M", "Y"), IDENTIFIED),
            ("T1 -> M -> Y; T2 -> Y", {}, direct("M", "Y"), IDENTIFIED),
            ("T1 -> M -> Y; T2 -> Y", {}, direct("T2", "Y"), IDENTIFIED),
            ("T1 -> M -> Y; T2 -> Y", {}, itt("T2"), IDENTIFIED),
            # mediators reached by one arm each
            ("T1 -> M1 -> Y; T2 -> M2 -> Y", {"sites": 1}, direct("M1", "Y"), IDENTIFIED),
            ("T1 -> M1 -> Y; T2 -> M2 -> Y", {"sites": 1}, direct("M2", "Y"), IDENTIFIED),
            # effects on what has no path to it
            ("T1 -> M1 -> Y; T2 -> M2 -> Y", {}, total("T1", "M2"), IDENTIFIED),
            (PARALLEL, {}, total("M1", "M2"), IDENTIFIED),
            # paths
            (FIGURE_1, {}, path("M1", "Y"), IDENTIFIED),
            (FIGURE_1, {}, path("T", "M1"), IDENTIFIED),
            (FIGURE_1, {}, path("T", "M2"), CONDITIONAL),
            (CHAIN, {}, path("T", "M1", "M2", "Y"), IDENTIFIED),
            (CHAIN, {}, path("M1", "M2", "Y"), IDENTIFIED),
        ],
        ids=str,
    )  # fmt: skip
    def test_verdict(self, arrows, options, asked, expected):
        finding = check(drawn(arrows, **options), "all")[asked]
        assert finding.verdict is expected, finding.reason

    @pytest.mark.parametrize(
        "asked", [path("M1", "M2", "Y"), path("T", "M1", "M2", "Y"), path("T", "M1", "Y")], ids=str
    )
    def test_a_path_of_figure_1_is_at_most_conditional(self, asked):
        """Each is a difference of what is identified, or of what the bypass condition identifies."""
        assert verdict(drawn(FIGURE_1, sites=9), asked) in (IDENTIFIED, CONDITIONAL, UNDECIDED)

    def test_an_effect_that_is_zero_by_the_graph(self):
        finding = check(drawn(PARALLEL, sites=1))[total("M1", "M2")]
        assert finding.verdict is IDENTIFIED
        assert finding.reason.startswith("it is zero: the graph has no such path, which is a claim, (v): ")
        assert finding.missing == finding.strategies == ()

    def test_no_measured_end_has_a_scale(self):
        result = check(drawn("T -> M1 -> x -> {M2 Y}; M2 -> Y; T -> M2", unobserved=["x"], sites=8), "all")
        for asked in (
            direct("M1", "x"),
            direct("x", "Y"),
            total("x", "Y"),
            compliance("x"),
            direct("x", "M2"),
        ):
            assert result[asked].verdict is NOT_IDENTIFIED, asked

    def test_a_hidden_node_has_no_scale_whatever_varies(self):
        """Also where generic rank rests on an arrow between mediators."""
        result = check(drawn("T -> M1 -> x -> {M2 Y}; M2 -> Y", unobserved=["x"], sites=8), "all")
        for asked in (direct("M1", "x"), direct("x", "Y"), compliance("x")):
            assert result[asked].verdict is NOT_IDENTIFIED, asked


class TestFinding:
    def test_default_estimands(self):
        found = [f.estimand for f in check(drawn(FIGURE_1, sites=4)).findings]
        assert found == [
            direct("M1", "Y"),
            total("M1", "Y"),
            direct("M2", "Y"),
            total("M2", "Y"),
            direct("M1", "M2"),
            compliance("M1"),
            compliance("M2"),
            itt(),
            mediated("M1"),
            mediated("M2"),
        ]

    def test_default_estimands_of_arms(self):
        found = [f.estimand for f in check(drawn("T1 -> {M1 M2} -> Y; T2 -> M2")).findings]
        assert found[-8:] == [
            compliance("M1", "T1"),
            compliance("M2", "T1"),
            itt("T1"),
            compliance("M2", "T2"),
            itt("T2"),
            mediated("M1", "T1"),
            mediated("M2", "T1"),
            mediated("M2", "T2"),
        ]

    def test_distinct_leaves_out_totals_that_are_direct_effects(self):
        found = [f.estimand for f in distinct(check(drawn(FIGURE_2, sites=4)).findings)]
        assert total("NP", "Y") not in found
        assert {direct("V", "Y"), total("V", "Y"), direct("NP", "Y")} <= set(found)

    def test_the_same_finding_is_given_again(self):
        result = check(drawn(FIGURE_2))
        assert result[total("V", "Y")] is result[total("V", "Y")]

    def test_equal_questions_in_other_words(self):
        result = check(drawn(FIGURE_2, sites=4), "all")
        for one, other in [
            (compliance("V"), total("T", "V")),
            (compliance("V"), compliance("V", "T")),
            (itt(), total("T", "Y")),
            (itt(), itt("T")),
            (direct("NP", "Y"), total("NP", "Y")),
            (direct("V", "Y"), path("V", "Y")),
        ]:
            assert result[one].verdict is result[other].verdict
            assert result[one].rests_on == result[other].rests_on
            assert [s.regression for s in result[one].strategies] == [
                s.regression for s in result[other].strategies
            ]

    def test_strategies_are_ordered_by_demand(self):
        """No bypass before bypass; a pooled variant after its regression."""
        found = check(drawn("{T1 T2} -> {M1 M2} -> Y; T1 -> Y"))[direct("M1", "Y")].strategies
        assert [s.intercept for s in found] == sorted(s.intercept for s in found)
        assert not found[0].pooled

    def test_best_is_what_lacks_least(self):
        result = check(drawn(FIGURE_1, sites=4), ["vi", "vii"])
        for finding in result.findings:
            if finding.verdict is CONDITIONAL:
                lacking = [len(finding.missing_for(s)) for s in finding.strategies if not s.intercept]
                if lacking:
                    assert len(finding.missing) == min(lacking)
                assert finding.missing == finding.missing_for(finding.best)

    def test_note_where_the_search_was_cut_short(self):
        many = " ".join(f"M{k}" for k in range(1, 11))
        finding = check(drawn(f"T -> {{{many}}} -> Y; M1 -> {{M2 M3 M4 M5 M6 M7 M8 M9}}", sites=99))[
            direct("M10", "Y")
        ]
        assert "9 measured mediators to an intercept were not tried" in finding.note
        assert check(drawn(FIGURE_1))[direct("M1", "Y")].note == ""

    def test_reasons_are_sentences_without_a_full_stop(self):
        for design in (
            drawn(FIGURE_1, sites=4),
            drawn("T -> {M1 M2 M3} -> Y", sites=2),
            drawn("T -> x -> Y", unobserved=["x"]),
        ):
            for assume in ("all", ()):
                for finding in check(design, assume).findings:
                    assert finding.reason
                    assert not finding.reason.endswith(".")

    def test_grants_only_help(self):
        """More numerals never turn a better verdict into a worse one."""
        order = [IDENTIFIED, CONDITIONAL, UNDECIDED, NOT_IDENTIFIED]
        for arrows in (
            PARALLEL,
            FIGURE_1,
            FIGURE_2,
            FIGURE_1 + "; T -> Y",
            "{T1 T2} -> {M1 M2} -> Y; T1 -> Y",
        ):
            design = drawn(arrows, sites=4)
            grants = [(), ["vi"], ["vi", "vii"], ["vi", "vii", "ix"], "all"]
            for asked in [f.estimand for f in check(design).findings]:
                ranks = [order.index(verdict(design, asked, assume)) for assume in grants]
                assert ranks == sorted(ranks, reverse=True)


class TestAverage:
    """The average effect avoiding nodes: direct, total and everything between."""

    def test_with_all_or_no_nodes_avoided_it_is_direct_or_total(self):
        result = check(drawn(FIGURE_1, sites=6), "all")
        for avoiding, same in ((["M2"], direct("M1", "Y")), ([], total("M1", "Y"))):
            found = result[average("M1", "Y", avoiding)]
            assert (found.verdict, found.strategies) == (result[same].verdict, result[same].strategies)

    def test_between_direct_and_total(self):
        """M1 on Y avoiding M2 but not M3: M3 stays inside the effect, M2 becomes a regressor."""
        design = drawn("T -> {M1 M2} -> Y; M1 -> {M2 M3}; M3 -> Y", sites=6)
        found = check(design, "all")[average("M1", "Y", ["M2"])]
        assert found.verdict is IDENTIFIED
        assert found.best.regressors == ("M1", "M2")
        assert average("M1", "Y", ["M2"]) in found.best.estimands

    def test_a_strategy_names_what_it_identifies(self):
        found = check(drawn(FIGURE_1, sites=6))
        assert found[direct("M2", "Y")].best.estimands == (
            direct("M1", "Y"),
            direct("M2", "Y"),
            total("M2", "Y"),
        )
        assert average("T", "Y", ["M1"]) in found[total("M1", "Y")].best.estimands
        assert found[itt()].best.estimands == (itt(),)

    def test_is_read_as_it_is_written(self):
        for asked in (average("M1", "Y", ["M2", "M3"]), average("M1", "Y")):
            assert parse(str(asked)) == asked
