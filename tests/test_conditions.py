"""What a strategy needs: letters, kinds, numerals, levels, formulas, ladders of moments, sentences."""

from __future__ import annotations

import itertools
import re
from fractions import Fraction

import networkx as nx
import pytest
import sympy

from identcheck import Condition, Modifier, Population, Site, check, direct, total
from identcheck.decide.conditions import Between, Bypass, Cut, Everywhere, Rank, Shared, Within
from identcheck.decide.conditions.breaking import breaks
from identcheck.decide.conditions.plain import plain
from identcheck.decide.estimands import Estimand
from identcheck.decide.strategies import Strategy
from identcheck.symbols.algebra import moment
from identcheck.symbols.typeset import text_of, unicode
from tests.drawn import FIGURE_1, FIGURE_2, PARALLEL, drawn
from tests.exact.worlds import cases

SHARED = "T -> {M1 M2} -> Y; M1 -> x -> {M2 Y}"


def strategy(design, asked: Estimand, place: int = 0) -> Strategy:
    finding = check(design)[asked]
    return (*finding.strategies, *finding.ruled_out)[place]


def conditions(design, asked: Estimand, place: int = 0) -> tuple[Condition, ...]:
    return strategy(design, asked, place).conditions


def only(kind: type, found, regressor: str | None = None):
    (one,) = [c for c in found if isinstance(c, kind) and regressor in (None, getattr(c, "regressor", None))]
    return one


def texts(expressions) -> list[str]:
    return [text_of(expr) for expr in expressions]


class TestWhichConditions:
    """Letter, kind, numeral, level of each, in order."""

    @pytest.mark.parametrize(
        ("arrows", "asked", "expected"),
        [
            (FIGURE_1, direct("M1", "Y"), "C:ii W:vi W:vi B:vii B:vii R:ix"),
            (FIGURE_2, total("V", "Y"), "C:ii W:vi B:vii R:ix"),
            (FIGURE_1, direct("M1", "M2"), "W:vi B:vii B:bypass R:ix"),
            (FIGURE_1, total("M1", "Y"), "W:vi B:vii B:bypass R:ix"),
            (FIGURE_1 + "; T -> Y", direct("M2", "Y"), "W:vi W:vi B:vii B:vii B:bypass R:ix"),
            (FIGURE_2, total("T", "Y"), ""),
        ],
        ids=str,
    )
    def test_letters_and_numerals(self, arrows, asked, expected):
        found = conditions(drawn(arrows, sites=8), asked)
        assert " ".join(f"{c.letter}:{c.assumption}" for c in found) == expected

    def test_kinds_and_levels(self):
        design = drawn(SHARED, unobserved=["x"], sites=8)
        found = {c.letter: (c.kind, c.level) for c in conditions(design, direct("M2", "Y"))}
        assert found == {
            "C": ("cut", "graph"),
            "W": ("within", "within sites"),
            "B": ("between", "between sites"),
            "S": ("shared", "between sites"),
            "R": ("rank", "between sites"),
        }

    def test_one_site_and_one_mediator_use_the_seven(self):
        found = conditions(drawn("T -> M -> Y", sites=1), direct("M", "Y"))
        assert [(c.letter, c.assumption) for c in found] == [("C", "ii"), ("W", "v"), ("B", "v"), ("R", "vi")]

    def test_one_site_and_two_arms_use_the_nine(self):
        found = conditions(drawn("{T1 T2} -> {M1 M2} -> Y", sites=1), direct("M1", "Y"))
        assert {c.assumption for c in found} == {"ii", "vi", "vii", "ix"}

    def test_pooled_ratio_is_granted_by_its_own_numerals_or_the_stronger_ones(self):
        found = conditions(drawn("T -> M -> Y", sites=9), direct("M", "Y"), place=1)
        assert {c.letter: c.granted_by for c in found} == {
            "C": ("ii",),
            "W": ("v.a", "vi"),
            "B": ("v.b", "vii"),
            "R": ("ix",),
        }

    def test_pooled_regression_of_several_mediators_has_no_numerals_of_its_own(self):
        found = conditions(drawn("{T1 T2} -> {M1 M2} -> Y", sites=9), direct("M1", "Y"), place=1)
        assert {c.letter: c.granted_by for c in found} == {
            "C": ("ii",),
            "W": ("vi",),
            "B": ("vii",),
            "R": ("ix",),
        }

    def test_an_arm_with_a_bypass_gets_an_intercept_and_the_other_is_cut(self):
        arrows = "{T1 T2} -> {M1 M2} -> Y; T1 -> Y"
        clean = check(drawn(arrows, sites=9))[direct("M1", "Y")].best
        assert clean.arms == ("T2",)
        assert not clean.intercept
        alone = drawn(arrows, {"T2 -> M1": "none", "T2 -> M2": "none"}, sites=9)  # T2 cannot do it by itself
        (mixed,) = (s for s in check(alone)[direct("M1", "Y")].strategies if len(s.arms) == 2)
        assert mixed.regression.intercepts == ("T1",)
        assert only(Bypass, mixed.conditions).arm == "T1"
        assert only(Cut, mixed.conditions).regression.arms == ("T2",)


class TestWithin:
    """(W), theory section 8."""

    figure_1 = only(Within, conditions(drawn(FIGURE_1, sites=8), direct("M2", "Y")), "M2")

    def test_weakest_form(self):
        assert unicode(self.figure_1.latex) == "Cov_s(Γ_2, Δ_2) = 0"
        first = only(Within, conditions(drawn(FIGURE_1), direct("M2", "Y")), "M1")
        assert unicode(first.latex) == "Cov_s(Γ_1, Δ_1) = 0"
        whole = only(Within, conditions(drawn(FIGURE_2), total("V", "Y")))
        assert unicode(whole.latex) == "Cov_s(Γ_V, Δ^tot_V) = 0"

    def test_pooled_form_is_about_the_average(self):
        found = only(Within, conditions(drawn("T -> M -> Y"), direct("M", "Y"), place=1))
        assert unicode(found.latex) == "E[Cov_s(Γ, Δ)] = 0"
        assert "averaged over them" in found.statement.lower()

    def test_figure_1_ladder(self):
        second = {"Cov_s(Γ_1, Δ_2)", "Cov_s(Γ*_2, Δ_2)", "Cov_s(Λ_12, Δ_2)"}
        assert set(texts(self.figure_1.moments(2))) == second
        assert texts(self.figure_1.moments(3))[3:] == ["μ_s(Γ_1, Λ_12, Δ_2)"]
        assert set(texts(self.figure_1.moments(3))[:3]) == second
        assert self.figure_1.moments(None) == self.figure_1.moments(3)
        assert self.figure_1.moments() == self.figure_1.moments(3)
        assert self.figure_1.moments(1) == ()
        assert self.figure_1.longest == 3

    def test_figure_1_necessary_and_sufficient_sums(self):
        assert set(texts(self.figure_1.collected())) == {
            "Cov_s(Λ_12, Δ_2)",
            "Cov_s(Γ_1, Δ_2)",
            "Cov_s(Γ*_2, Δ_2) + μ_s(Γ_1, Λ_12, Δ_2)",
        }

    @pytest.mark.parametrize("shift", [0, 1, -3, Fraction(5, 2)])
    def test_the_terms_of_a_sum_may_offset_one_another(self, shift):
        """So (W*) is not necessary: here two of its moments are 1 and -1, and the covariance is 0."""
        design = self.figure_1.design
        persons = [
            {
                ("T", "M1"): g + shift,
                ("M1", "M2"): m + 2 * shift,
                ("T", "M2"): -g * m - shift,
                ("M2", "Y"): g * m + 7,
                ("M1", "Y"): 1,
            }
            for g, m in itertools.product((-1, 1), repeat=2)
        ]
        population = Population(design, [Site(persons)] * 8)
        values = {text_of(m): population.evaluate(m, site=0) for m in self.figure_1.moments()}
        assert values["Cov_s(Γ*_2, Δ_2)"] == -1
        assert values["μ_s(Γ_1, Λ_12, Δ_2)"] == 1
        assert [population.evaluate(m, site=0) for m in self.figure_1.collected()] == [0, 0, 0]
        (covariance,) = self.figure_1.covariances
        assert population.evaluate(covariance, site=0) == 0

    @pytest.mark.parametrize(
        ("varies", "ladder"),
        [
            ({"M1 -> M2": "none"}, {"Cov_s(Γ_1, Δ_2)", "Cov_s(Γ*_2, Δ_2)"}),
            ({"M1 -> M2": "sites"}, {"Cov_s(Γ_1, Δ_2)", "Cov_s(Γ*_2, Δ_2)"}),
            ({"T -> M1": "none"}, {"Cov_s(Λ_12, Δ_2)", "Cov_s(Γ*_2, Δ_2)"}),
            ({"T -> M1": "sites", "T -> M2": "sites", "M1 -> M2": "none"}, set()),
            ({"M2 -> Y": "none"}, set()),
            ({"M2 -> Y": "sites"}, set()),
        ],
        ids=lambda value: str(value) if isinstance(value, dict) else "",
    )
    def test_what_does_not_vary_drops_out(self, varies, ladder):
        found = only(Within, conditions(drawn(FIGURE_1, varies), direct("M2", "Y")), "M2")
        assert set(texts(found.moments(None))) == ladder
        assert bool(found.implied) is not bool(ladder)
        assert found.latex  # the formula is given also where it holds by design
        assert bool(found.collected()) is bool(ladder)
        assert found.violated == ""

    def test_random_ladders_against_enumeration(self):
        """(W*): every nonempty S inside one upstream path, every nonempty R inside one downstream path."""
        checked = 0
        for case in cases(30):
            for asked in check(case.design).findings:
                for found in asked.strategies[:1]:
                    for condition in found.conditions:
                        if isinstance(condition, Within):
                            assert set(condition.moments(None)) == enumerated(condition), (
                                case,
                                str(condition),
                            )
                            checked += 1
        assert checked > 40

    def test_several_arms_each_have_theirs(self):
        found = only(Within, conditions(drawn("{T1 T2} -> {M1 M2} -> Y"), direct("M1", "Y")), "M1")
        assert unicode(found.latex) == "Cov_s(Γ^(T1)_1, Δ_1) = 0, Cov_s(Γ^(T2)_1, Δ_1) = 0"
        assert "the effects of T1 and T2 on M1 are uncorrelated" in found.statement


def enumerated(condition: Within) -> set[sympy.Expr]:
    """The ladder of (W*) by brute force over simple paths."""
    reg, u, design = condition.regression, condition.regressor, condition.design
    edge = design.notation.edge

    def parts(start: str, end: str, banned: frozenset[str]) -> set[tuple]:
        graph = design.causal.subgraph(set(design.causal) - (banned - {start, end}))
        found = set()
        for nodes in nx.all_simple_paths(graph, start, end):
            edges = [e for e in itertools.pairwise(nodes) if design.varies(*e) == "persons"]
            for size in range(1, len(edges) + 1):
                found.update(itertools.combinations(edges, size))
        return found

    ladder = set()
    for arm in reg.arms:
        for s in parts(arm, u, frozenset()):
            for r in parts(u, reg.outcome, reg.others(u)):
                upper, lower = [edge(*e) for e in s], [edge(*e) for e in r]
                ladder.add(
                    moment("persons", upper + lower) - moment("persons", upper) * moment("persons", lower)
                )
    return ladder - {0}


class TestBetween:
    """(B), theory sections 5, 8 and 9."""

    def test_weakest_form(self):
        found = conditions(drawn(FIGURE_1), direct("M1", "Y"))
        assert unicode(only(Between, found, "M1").latex) == "E[δ_1s | γ_1s, γ_2s] = E[δ_1s]"
        assert unicode(only(Between, found, "M2").latex) == "E[δ_2s | γ_1s, γ_2s] = E[δ_2s]"

    def test_bypass(self):
        found = only(Bypass, conditions(drawn(FIGURE_1), direct("M1", "M2")))
        assert unicode(found.latex) == "Cov(γ_1s, γ*_2s) = 0"
        assert found.granted_by == ()
        assert "bypass" in found.statement

    def test_ladder_of_what_the_regression_needs(self):
        found = only(Between, conditions(drawn(FIGURE_1), direct("M1", "Y")), "M1")
        second = ["Cov(γ_1s, δ_1s)", "Cov(γ_2s, δ_1s)"]
        third = ["μ(γ_1s, γ_1s, δ_1s)", "μ(γ_1s, γ_2s, δ_1s)", "μ(γ_2s, γ_2s, δ_1s)"]
        assert texts(found.moments(2)) == second
        assert texts(found.moments()) == second + third

    def test_pooled_ladder_has_own_compliances_only(self):
        found = only(Between, conditions(drawn("{T1 T2} -> {M1 M2} -> Y"), direct("M1", "Y"), place=1), "M1")
        assert texts(found.moments()) == ["Cov(γ^(T1)_1s, δ_1s)", "Cov(γ^(T2)_1s, δ_1s)"]
        assert unicode(found.latex) == "Cov(γ^(T1)_1s, δ_1s) = 0, Cov(γ^(T2)_1s, δ_1s) = 0"

    def test_primitive_upstream_list(self):
        found = only(Between, conditions(drawn(FIGURE_1), direct("M1", "Y")), "M2")
        assert texts(found.upstream()) == ["γ_1s", "γ*_2s", "λ_12s", "Cov_s(Γ_1, Λ_12)"]
        assert found.upstream_complete
        assert unicode(found.primitive) == "E[δ_2s | γ_1s, γ*_2s, λ_12s, Cov_s(Γ_1, Λ_12)] = E[δ_2s]"

    def test_primitive_form_of_parallel_mediators_says_nothing_new(self):
        assert only(Between, conditions(drawn(PARALLEL), direct("M1", "Y")), "M1").primitive == ""

    def test_expansion_keeps_the_within_site_covariance(self):
        """Theory section 5: the term the paper leaves out."""
        found = only(Between, conditions(drawn(FIGURE_1), direct("M1", "Y")), "M1")
        last = text_of(found.expanded()[1])
        for term in (
            "Cov(γ*_2s, δ_1s)",
            "γ_1 Cov(λ_12s, δ_1s)",
            "λ_12 Cov(γ_1s, δ_1s)",
            "μ(γ_1s, λ_12s, δ_1s)",
            "Cov(Cov_s(Γ_1, Λ_12), δ_1s)",
        ):
            assert term in last

    def test_implied_by_one_site(self):
        found = only(Between, conditions(drawn("T -> M -> Y", sites=1), direct("M", "Y")))
        assert found.implied == "with one site, nothing can differ between sites"
        assert found.moments() == ()

    def test_implied_by_an_effect_that_is_the_same_everywhere(self):
        design = drawn(FIGURE_1, {"M1 -> Y": "none"}, labels={"M1": "hours", "Y": "distress"})
        found = conditions(design, direct("M1", "Y"))
        assert (
            only(Between, found, "M1").implied
            == "the average direct effect of hours on distress is the same in all sites"
        )
        assert only(Between, found, "M2").implied == ""

    def test_implied_by_compliances_that_are_the_same_everywhere(self):
        design = drawn("T -> M -> Y", {"T -> M": "none"})
        assert (
            only(Between, conditions(design, direct("M", "Y"))).implied
            == "treatment changes the regressors by the same amount, on average, in all sites"
        )

    def test_a_constant_bypass_is_implied(self):
        found = only(Bypass, conditions(drawn(FIGURE_1, {"T -> M2": "none"}), direct("M1", "M2")))
        assert (
            found.implied
            == "the average direct effect of T on M2 (the bypass, T -> M2) is the same in all sites"
        )

    def test_a_bypass_that_goes_on_through_what_varies_is_not(self):
        finding = check(drawn(FIGURE_1, {"T -> M2": "none"}))[total("M1", "Y")]
        found = next(only(Bypass, s.conditions) for s in finding.strategies if s.regressors == ("M1",))
        assert found.implied == ""


class TestCut:
    def test_read_off_the_graph(self):
        found = only(Cut, conditions(drawn(FIGURE_2), direct("V", "Y")))
        assert found.implied.startswith("the graph has no path")
        assert found.violated == ""
        assert found.statement == "Every directed path from T to Y passes through V or NP."

    @pytest.mark.parametrize("arrows", ["T -> M -> Y", FIGURE_2, "{T1 T2} -> M -> Y"])
    def test_the_formula_names_what_is_avoided(self, arrows):
        m = "M" if "M" in arrows else "V"
        found = only(Cut, conditions(drawn(arrows), total(m, "Y")))
        formula = unicode(found.latex)
        assert formula.endswith("= 0")
        assert "∖ }" not in formula
        assert "∖ =" not in formula
        assert "∖(" not in formula


class TestShared:
    """(S), theory section 7: M1 -> x -> Y and x -> M2, with x not measured."""

    def test_theorys_example(self):
        design = drawn(SHARED, unobserved=["x"], labels={"M1": "hours", "x": "stress"})
        found = only(Shared, conditions(design, direct("M2", "Y")))
        assert texts(found.moments()) == ["Var(λ_{1x,s})"]
        assert unicode(found.latex) == "Var(λ_{1x,s}) = 0"
        assert found.granted_by == ()
        assert "hours -> stress" in found.statement

    def test_not_where_the_node_is_measured(self):
        assert not [c for c in conditions(drawn(SHARED), direct("M2", "Y")) if isinstance(c, Shared)]

    @pytest.mark.parametrize("options", [{"varies": {"M1 -> x": "none"}}, {"sites": 1}], ids=str)
    def test_not_where_the_edge_cannot_vary(self, options):
        design = drawn(SHARED, unobserved=["x"], **options)
        assert not [c for c in conditions(design, direct("M2", "Y")) if isinstance(c, Shared)]

    def test_not_for_the_pooled_regression(self):
        """It needs each regressor's own compliance only, and what is above a node shares no edge with what is below."""
        design = drawn("{T1 T2} -> {M1 M2} -> Y; M1 -> x -> {M2 Y}", unobserved=["x"])
        over_sites = [s for s in check(design)[direct("M2", "Y")].strategies if not s.site_by_site]
        first, second = over_sites[:2]
        for found in (first, second):
            assert any(isinstance(c, Shared) for c in found.conditions) is not found.pooled
        assert {first.pooled, second.pooled} == {True, False}

    def test_a_bypass_that_shares_an_arrow_asks_for_covariances_alone(self):
        """T -> a -> b -> Y bypasses W = {M}, and a -> M makes T -> a part of the compliance with M."""
        design = drawn("T -> a -> {b M} -> Y", unobserved=["a", "b"])
        found = conditions(design, direct("M", "Y"))
        assert not any(isinstance(c, Shared) for c in found)
        assert any(isinstance(c, Bypass) for c in found)

    def test_and_says_that_the_arrow_is_part_of_both(self):
        """Unless it is the same in all sites the covariance is not zero, though all arrows are independent."""
        graph = "T -> a -> {M Y}; T -> M -> Y"
        for rule, tied in (("persons", (("T", "a"),)), ("none", ())):
            design = drawn(graph, {"T -> a": rule}, unobserved=["a"], sites=9)
            bypass = only(Bypass, conditions(design, direct("M", "Y")))
            assert bypass.tied == tied
            assert ("part of both" in bypass.statement) is ("the same in all" in plain(bypass)) is bool(tied)
            assert ("T changes a more in some sites" in breaks(bypass)) is bool(tied)
            moving = {
                e: [Fraction(1), Fraction(3)] for e in design.causal.edges if design.varies(*e) != "none"
            }
            sites = [
                Site([{e: Fraction(2) for e in design.causal.edges} | dict(zip(moving, some, strict=True))])
                for some in itertools.product(*moving.values())
            ]
            assert (Population(design, sites).evaluate(bypass.moments()[0]) != 0) is bool(tied)
        assert not only(Bypass, conditions(drawn(FIGURE_1), direct("M1", "M2"))).tied

    def test_what_it_demands_leaves_the_rank(self):
        """With M1 -> x the same in all sites, and x -> M2 too, the compliances are proportional."""
        design = drawn("T -> M1 -> x -> {M2 Y}; M2 -> Y", {"x -> M2": "none"}, unobserved=["x"], sites=8)
        for found in check(design, "all")[direct("M2", "Y")].strategies:
            rules = {f"{a} -> {b}": design.varies(a, b) for a, b in design.causal.edges}
            for condition in found.conditions:
                if isinstance(condition, Shared):
                    rules |= {"M1 -> x": "none"}
            held = drawn("T -> M1 -> x -> {M2 Y}; M2 -> Y", rules, unobserved=["x"], sites=8)
            assert check(held, "all")[direct("M2", "Y")].strategies


class TestRank:
    def test_one_regressor_beside_an_intercept_of_some_arms(self):
        """Rows of an arm without one need no difference between sites: one site can be enough."""
        design = drawn("{T0 T1} -> M -> Y; T0 -> Y", {"T0 -> Y": "none"}, sites=2)
        mixed = next(s for s in check(design)[direct("M", "Y")].strategies if len(s.arms) == 2)
        assert only(Rank, mixed.conditions).statement == (
            "The effect of T1 on M is not zero in at least one site, or the effect of T0 on M differs between sites. "
            "It takes at least 1 site."
        )

    def test_one_regressor_given_a_modifier_has_one_product(self):
        wages = Modifier("wages", ["T -> M", "M -> Y"])
        design = drawn("T -> M -> Y", sites=9, modifiers=[wages])
        assert only(Rank, conditions(design, direct("M", "Y"))).statement == (
            "Across sites, the effect of T on M, and its product with wages, are linearly independent (2 columns). "
            "It takes at least 2 sites."
        )

    def test_weakest_forms(self):
        cases_ = [
            (drawn("T -> M -> Y", sites=1), direct("M", "Y"), 0, "γ ≠ 0"),
            (drawn("T -> M -> Y", sites=4), direct("M", "Y"), 0, "γ_s ≠ 0 for some s"),
            (drawn("T -> M -> Y", sites=4), direct("M", "Y"), 1, "γ ≠ 0"),
            (drawn(FIGURE_1, sites=4), direct("M1", "Y"), 0, "rank (γ_1s, γ_2s)_{s=1,...,4} = 2"),
            (drawn(FIGURE_1), direct("M1", "Y"), 0, "rank (γ_1s, γ_2s)_{s=1,...,K} = 2"),
            (drawn(FIGURE_1 + "; T -> Y"), direct("M1", "Y"), 0, "rank (1, γ_1s, γ_2s)_{s=1,...,K} = 3"),
        ]
        for design, asked, place, formula in cases_:
            assert unicode(only(Rank, conditions(design, asked, place)).latex) == formula

    @pytest.mark.parametrize(
        "design",
        [
            drawn("{T1 T2} -> {M1 M2} -> Y", sites=1),
            drawn("{T1 T2} -> {M1 M2} -> Y", sites=5),
            drawn("{T1 T2} -> {M1 M2} -> Y"),
            drawn("{T1 T2} -> M1 -> Y; T2 -> M2 -> Y; T1 -> Y", sites=5),
        ],
        ids=["1 site", "5 sites", "K sites", "T1 -> Y"],
    )
    def test_arms_are_rows_of_the_matrix_not_columns(self, design):
        """Two coefficients need a matrix of two columns, with a row for each site and arm."""
        for found in check(design)[direct("M1", "Y")].strategies:
            formula = unicode(only(Everywhere if found.site_by_site else Rank, found.conditions).latex)
            columns = entries(formula)
            every = " for every s" if found.site_by_site else ""
            assert formula.endswith(f"= {len(found.regression.columns)}{every}")
            assert len(columns) == len(found.regression.columns), formula

    def test_the_pooled_matrix_holds_averages(self):
        found = conditions(drawn("{T1 T2} -> {M1 M2} -> Y", sites=5), direct("M1", "Y"), place=1)
        formula = unicode(only(Rank, found).latex)
        assert not [entry for entry in entries(formula) if entry.endswith(("s", "s}"))], formula

    def test_where_one_coefficient_is_determined_and_others_are_not(self):
        """(R_u): M2 and M3 are proportional, so the matrix has rank 2, not 3; that is enough for M1."""
        design = drawn("T -> {M1 M2} -> Y; M2 -> M3 -> Y", {"M2 -> M3": "none"}, sites=9)
        strategies = check(design)[direct("M1", "Y")].strategies
        found = next(only(Rank, s.conditions) for s in strategies if s.regressors == ("M1", "M2", "M3"))
        assert found.violated == ""
        assert "determine the coefficient of M1" in found.statement
        assert "= 3" not in unicode(found.latex)

    def test_an_arm_is_not_used_for_what_it_does_not_move(self):
        """T2 has a bypass, so the rows of T1 serve, and in these M2 does not move: it is no regressor."""
        design = drawn("T1 -> M1 -> Y; T2 -> {M2 Y}; M2 -> Y", sites=6)
        best = check(design, "all")[direct("M1", "Y")].best
        assert (best.arms, best.regressors) == (("T1",), ("M1",))
        assert unicode(only(Rank, best.conditions).latex) == "γ^(T1)_1s ≠ 0 for some s"

    def test_every_regressor_is_moved_by_some_arm(self):
        for case in cases(35):
            for finding in check(case.design).findings:
                for found in finding.strategies:
                    for u in found.regressors:
                        assert any(nx.has_path(case.design.causal, arm, u) for arm in found.arms), (
                            case,
                            finding.estimand,
                            found.name,
                        )

    def test_needed_sites_are_told(self):
        design = drawn("T -> {M1 M2 M3} -> Y", sites=2)
        found = only(Rank, conditions(design, direct("M1", "Y")))
        assert found.violated == (
            "the matrix for M1, M2 and M3 has rank 2 with 2 sites; it takes at least 3 sites"
        )

    def test_structural_failure_is_told(self):
        design = drawn(FIGURE_2, {"V -> NP": "none"}, sites=50)
        found = only(Rank, conditions(design, direct("V", "Y")))
        assert "has rank 1 of 2 at any number of sites" in found.violated
        assert found.implied == ""

    @pytest.mark.parametrize(
        "design",
        [drawn(FIGURE_1, sites=8), drawn(FIGURE_2, sites=8), drawn(FIGURE_1 + "; T -> Y", sites=8)],
        ids=["Figure 1", "Figure 2", "T -> Y"],
    )
    def test_sentences_about_one_effect_are_in_the_singular(self, design):
        for finding in check(design).findings:
            for found in (*finding.strategies, *finding.ruled_out):
                for c in found.conditions:
                    if isinstance(c, Rank) and len(found.regressors) == 1:
                        assert " are " not in c.statement
                        assert "no one of them" not in c.statement


def entries(formula: str) -> list[str]:
    """What stands side by side in ``rank (a, b, ...)``."""
    inside = formula.partition("(")[2]
    found, depth = [""], 0
    for character in inside:
        depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(character, 0)
        if depth < 0:
            break
        found = [*found, ""] if character == "," and depth == 0 else [*found[:-1], found[-1] + character]
    return [entry.strip() for entry in found]


LABELS = {"T1": "the first offer", "T2": "the second offer", "T": "the offer", "M1": "hours worked",
          "M2": "household income", "x": "stress", "V": "take-up", "NP": "poverty", "Y": "distress"}  # fmt: skip


class TestSentences:
    @pytest.mark.parametrize(
        ("arrows", "hidden"),
        [
            (PARALLEL, []),
            (FIGURE_1, []),
            (FIGURE_1 + "; T -> Y", []),
            (FIGURE_2, []),
            (SHARED, ["x"]),
            ("{T1 T2} -> {M1 M2} -> Y; T2 -> Y; M1 -> M2", []),
        ],
        ids=str,
    )
    def test_labels_not_names(self, arrows, hidden):
        graph = drawn(arrows, unobserved=hidden).graph
        labels = {node: LABELS[node] for node in graph}
        design = drawn(arrows, unobserved=hidden, labels=labels)
        for finding in check(design).findings:
            for found in (*finding.strategies, *finding.ruled_out):
                for condition in found.conditions:
                    plain = re.sub(r"\(the bypass, [^)]*\)", "", condition.statement)  # routes are of nodes
                    words = set(re.findall(r"\w+", plain))
                    assert not words & {"T1", "T2", "T", "M1", "M2", "x", "V", "NP", "Y"}, condition.statement
                    assert any(label in condition.statement.lower() for label in labels.values())

    def test_every_sentence_begins_with_a_capital_and_ends_with_a_full_stop(self):
        for case in cases(25):
            for finding in check(case.design).findings:
                for found in (*finding.strategies, *finding.ruled_out):
                    for condition in found.conditions:
                        assert condition.statement[0].isupper()
                        assert condition.statement.endswith(".")
                        assert "  " not in condition.statement
                        assert str(condition) == condition.statement
                        assert condition.reason

    def test_figure_1(self):
        design = drawn(FIGURE_1, sites=8, labels={k: LABELS[k] for k in ("T", "M1", "M2", "Y")})
        found = conditions(design, direct("M1", "Y"))
        assert [c.statement for c in found[:4]] == [
            "Every directed path from the offer to distress passes through hours worked or household income.",
            "Within each site, the effect of the offer on hours worked is uncorrelated, from person to person, with the "
            "direct effect of hours worked on distress.",
            "Within each site, the effect of the offer on household income is uncorrelated, from person to person, with the "
            "effect of household income on distress.",
            "Across sites, the average direct effect of hours worked on distress has the same expected value whatever the "
            "average effects of the offer on hours worked and on household income may be.",
        ]
