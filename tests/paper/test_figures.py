"""Reardon and Raudenbush (2013), section 5: Figure 1, footnote 4, Figure 2; theory section 5.

Each formula is compared as an expression, and on random populations with sums over persons and sites.
"""

from __future__ import annotations

from collections.abc import Iterable

import networkx as nx
import pytest
import sympy

from identcheck import check, direct, effect, total
from identcheck.derive.moments import expand_between, expand_site_mean, expand_within
from identcheck.describe.design import Design
from identcheck.symbols.notation import Cov, Cov_s, E, E_s, mu, mu_s
from tests.exact.oracle import Regression, World
from tests.paper.designs import condition, figure_1, figure_2, populations, symbols


class TestFigure1:
    """Section 5: M1 affects M2."""

    def test_compliance_with_the_second_mediator(self):
        """Gamma_2 = Gamma*_2 + Gamma_1 * Lambda."""

        design = figure_1()
        g1, g2, lam = symbols(design, "T M1", "T M2", "M1 M2")

        assert g2.name == "Gamma_2_star"
        assert effect(design, "T", "M2") == g2 + g1 * lam

    def test_total_effect_of_the_first_mediator(self):
        """Delta^tot_1 = Delta_1 + Lambda * Delta_2."""

        design = figure_1()
        lam, d1, d2 = symbols(design, "M1 M2", "M1 Y", "M2 Y")

        assert effect(design, "M1", "Y") == d1 + lam * d2

    def test_total_effect_of_treatment(self):
        """B = Gamma_1 * Delta_1 + Gamma_2 * Delta_2, with total compliances."""

        design = figure_1()
        g1, g2, lam, d1, d2 = symbols(design, "T M1", "T M2", "M1 M2", "M1 Y", "M2 Y")
        expected = g1 * d1 + (g2 + g1 * lam) * d2

        assert sympy.expand(effect(design, "T", "Y") - expected) == 0

    def test_vi_along_every_upstream_path(self):
        """Cov_s(Gamma_2, Delta_2) has four terms, a third central moment among them."""

        design = figure_1()
        g1, g2, lam, d2 = symbols(design, "T M1", "T M2", "M1 M2", "M2 Y")
        expected = (
            Cov_s(g2, d2)
            + E_s(g1) * Cov_s(lam, d2)
            + E_s(lam) * Cov_s(g1, d2)
            + mu_s(g1, lam, d2)
        )  # fmt: skip

        assert expand_within(design, "T", "M2", "Y", ["M1"]) == expected
        for world, population in populations(design):
            pair = world.effect("T", "M2"), world.effect("M2", "Y", ["M1"])
            found = [population.evaluate(expected, site=s) for s in range(len(world.persons))]
            assert world.within(*pair) == found

    def test_vi_of_the_first_mediator(self):
        """Cov_s(Gamma_1, Delta_1) stands alone."""

        design = figure_1()
        g1, d1 = symbols(design, "T M1", "M1 Y")

        assert expand_within(design, "T", "M1", "Y", ["M2"]) == Cov_s(g1, d1)

    def test_vi_necessary_and_sufficient(self):
        """Theory 8: two covariances, and the one sum of a covariance and a third moment."""

        design = figure_1()
        g1, g2, lam, d2 = symbols(design, "T M1", "T M2", "M1 M2", "M2 Y")
        found = condition(check(design)[direct("M2", "Y")].strategies[0], "within", "M2")

        expected = {Cov_s(lam, d2), Cov_s(g1, d2), Cov_s(g2, d2) + mu_s(g1, lam, d2)}
        assert set(found.collected()) == expected
        assert set(found.moments()) == {Cov_s(lam, d2), Cov_s(g1, d2), Cov_s(g2, d2), mu_s(g1, lam, d2)}

    def test_site_average_of_the_second_compliance(self):
        """gamma_2s = gamma*_2s + gamma_1s * lambda_s + Cov_s(Gamma_1, Lambda)."""

        design = figure_1()
        g1, g2, lam = symbols(design, "T M1", "T M2", "M1 M2")

        assert expand_site_mean(design, "T", "M2") == E_s(g2) + E_s(g1) * E_s(lam) + Cov_s(g1, lam)

    @pytest.mark.parametrize("mediator", ["M1", "M2"])
    def test_vii_expanded(self, mediator):
        """Cov(gamma_2s, delta_ks) has five terms; the paper leaves out the last."""

        design = figure_1()
        g1, g2, lam, delta = symbols(design, "T M1", "T M2", "M1 M2", f"{mediator} Y")
        expected = (
            Cov(E_s(g2), E_s(delta))
            + E(E_s(g1)) * Cov(E_s(lam), E_s(delta))
            + E(E_s(lam)) * Cov(E_s(g1), E_s(delta))
            + mu(E_s(g1), E_s(lam), E_s(delta))
            + Cov(Cov_s(g1, lam), E_s(delta))
        )

        found = expand_between(design, ("T", "M2", ()), (mediator, "Y", {"M1", "M2"} - {mediator}))

        assert canonical(found) == canonical(expected)
        for world, population in populations(design):
            pair = world.site_effects("T", "M2"), world.site_effects(mediator, "Y", {"M1", "M2"})
            assert world.between(*pair) == population.evaluate(expected)

    def test_vii_four_covariances(self):
        """Cov(gamma_j, delta_k) = 0 for j, k = 1, 2: necessary, with the third moments."""

        strategy = check(figure_1())[direct("M1", "Y")].strategies[0]
        pairs = [condition(strategy, "between", m).moments(order=2) for m in ("M1", "M2")]
        every = [condition(strategy, "between", m).moments() for m in ("M1", "M2")]

        assert [len(found) for found in pairs] == [2, 2]
        assert [len(found) for found in every] == [5, 5]

    def test_vii_primitive_form(self):
        """The site means of every upstream edge, and Cov_s(Gamma_1, Lambda)."""

        design = figure_1()
        g1, g2, lam = symbols(design, "T M1", "T M2", "M1 M2")
        found = condition(check(design)[direct("M2", "Y")].strategies[0], "between", "M2")

        assert set(found.upstream()) == {E_s(g1), E_s(g2), E_s(lam), Cov_s(g1, lam)}

    def test_footnote_4(self):
        """lambda: regress gamma_2s on gamma_1s with an intercept, if gamma*_2s is unrelated to gamma_1s."""

        design = figure_1()
        g1, g2, lam = symbols(design, "T M1", "T M2", "M1 M2")
        (strategy,) = check(design)[direct("M1", "M2")].strategies
        bypass = strategy.conditions[2]

        assert (strategy.outcome, strategy.regressors, strategy.intercept) == ("M2", ("M1",), True)
        assert (bypass.kind, bypass.assumption) == ("between", "bypass")
        assert bypass.moments(order=2) == (Cov(E_s(g1), E_s(g2)),)
        assert condition(strategy, "between", "M1").moments(order=2) == (Cov(E_s(g1), E_s(lam)),)

    def test_footnote_4_in_numbers(self):
        """The intercept regression gives lambda exactly where gamma*_2s is unrelated to gamma_1s."""

        reg = Regression("M2", ("M1",), ("T",), ("T",))
        crossed = [person(1, a, b) for a in (1, 2, 4) for b in (-1, 3)]
        related = [person(1, a, 2 * a) for a in (1, 2, 4)]

        for coefficients, expected in ((crossed, [1, 5]), (related, [0, 7])):
            world = each_a_site(figure_1(), coefficients)
            assert reg.limit(world) == expected

    def test_direct_effects_by_the_regression_through_the_origin(self):
        """beta_s on (gamma_1s, gamma_2s) gives delta_1 and delta_2 where (vi) and (vii) hold."""

        world = each_a_site(
            figure_1(), [person(lam, a, b) for lam in (1, -2) for a in (1, 2) for b in (1, 3)]
        )
        reg = Regression("Y", ("M1", "M2"), ("T",))

        assert reg.limit(world) == reg.targets(world) == [2, -3]


def person(lam: int, first: int, second: int) -> dict[tuple[str, str], int]:
    """Figure 1 with Delta_1 = 2, Delta_2 = -3, and M1 -> M2 shifted to 5 + (lam - 1)."""
    edges = (("T", "M1"), ("T", "M2"), ("M1", "M2"), ("M1", "Y"), ("M2", "Y"))
    return dict(zip(edges, (first, second, 4 + lam, 2, -3), strict=True))


def each_a_site(design: Design, people: Iterable[dict[tuple[str, str], int]]):
    """A population of one-person sites."""
    persons = tuple((p,) for p in people)
    return World(nx.DiGraph(design.graph), (1,) * len(persons), persons)


def canonical(expr: sympy.Expr) -> sympy.Expr:
    """The expression with the arguments of every moment in one order (moments are symmetric)."""
    return expr.replace(
        lambda e: isinstance(e, (Cov, Cov_s, mu, mu_s)),
        lambda e: e.func(*sorted(e.args, key=sympy.default_sort_key)),
    )


class TestFigure2:
    """Moving to Opportunity: T -> V, V -> NP, V -> Y, NP -> Y."""

    def test_conditions_within_sites(self):
        """Cov_s(Gamma_V, Delta_V) = 0 and Cov_s(Gamma_V * Lambda, Delta_NP) = 0."""

        design = figure_2()
        gamma, lam, dv, dn = symbols(design, "T V", "V NP", "V Y", "NP Y")
        strategy = check(design)[direct("NP", "Y")].strategies[0]

        assert strategy.regressors == ("V", "NP")
        assert condition(strategy, "within", "V").expanded() == (Cov_s(gamma, dv),)
        (found,) = condition(strategy, "within", "NP").expanded()
        for world, population in populations(design):
            product = [[p["T", "V"] * p["V", "NP"] for p in site] for site in world.persons]
            effect_np = [[p["NP", "Y"] for p in site] for site in world.persons]
            values = [population.evaluate(found, site=s) for s in range(len(world.persons))]
            assert world.within(product, effect_np) == values
        assert found == (E_s(gamma) * Cov_s(lam, dn) + E_s(lam) * Cov_s(gamma, dn) + mu_s(gamma, lam, dn))

    def test_conditions_between_sites(self):
        """a) to d): NP effect and V effect, each against take-up and against the voucher's effect on NP."""

        design = figure_2()
        gamma, lam = symbols(design, "T V", "V NP")
        strategy = check(design)[direct("NP", "Y")].strategies[0]

        for mediator in ("NP", "V"):
            found = condition(strategy, "between", mediator)
            assert found.subject == E_s(design.notation.edge(mediator, "Y"))
            assert {E_s(gamma), E_s(lam)} <= set(found.upstream())

    def test_total_effect_of_the_voucher(self):
        """Every path from T to Y goes through V: W = {V} through the origin gives its total effect."""

        (strategy,) = (
            s
            for s in check(figure_2())[total("V", "Y")].strategies
            if not (s.pooled or s.site_by_site) and s.regressors == ("V",)
        )

        assert not strategy.intercept
        assert {c.kind for c in strategy.conditions} == {"cut", "within", "between", "rank"}
        assert next(c for c in strategy.conditions if c.kind == "cut").implied

    def test_proportional_compliances(self):
        """V -> NP the same in all sites: gamma_NP is proportional to gamma_V, rank 1 at any K."""

        design = figure_2(varies="none", sites=50)
        gamma, lam = symbols(design, "T V", "V NP")

        assert expand_site_mean(design, "T", "NP") == E_s(gamma) * E_s(lam)
        for world, _ in populations(figure_2(varies="none")):
            assert Regression("Y", ("V", "NP"), ("T",)).limit(world) == [None, None]
