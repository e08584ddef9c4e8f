"""Reardon and Raudenbush (2013), formula by formula; theory sections 2 to 5 and 9.

Each formula is compared as an expression, and on random populations with sums over persons and sites.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import networkx as nx
import pytest
import sympy

from identcheck import check, direct, effect, total
from identcheck.assumptions import assumption_list
from identcheck.bias import pooled_bias, regression_bias
from identcheck.conditions import Condition
from identcheck.design import Design
from identcheck.moments import expand_between, expand_site_mean, expand_within
from identcheck.notation import Coefficient, Cov, Cov_s, E, E_s, E_s_among, mu, mu_s
from identcheck.population import Population, Site
from identcheck.strategies import Strategy
from tests.exact.oracle import Regression, World, average, equal_shares, plain_average
from tests.paper.designs import figure_1, figure_2, one_mediator, one_site, parallel, populations


def symbols(design: Design, *edges: str) -> list[Coefficient]:
    """The coefficients of edges written as "T M1"."""
    return [design.notation.edge(*edge.split()) for edge in edges]


def condition(strategy: Strategy, kind: str, about: str) -> Condition:
    """The condition of a kind that is about one regressor."""
    (found,) = (c for c in strategy.conditions if c.kind == kind and getattr(c, "regressor", "") == about)
    return found


def step(strategy: Strategy, number: str):
    """The first step of a derivation that carries this equation number."""
    return next(s for s in strategy.derivation if s.number == number)


class TestOneSiteOneMediator:
    """Section 2."""

    def test_1_effect_is_compliance_times_effect(self):
        """(1) B = Gamma * Delta for every person."""

        design = one_site()
        gamma, delta = symbols(design, "T M", "M Y")

        assert effect(design, "T", "Y") == gamma * delta
        assert step(check(design)[direct("M", "Y")].strategies[0], "1").right == gamma * delta

    def test_2_average_is_product_of_averages_plus_covariance(self):
        """(2) beta = gamma * delta + Cov(Gamma, Delta)."""

        design = one_site()
        gamma, delta = symbols(design, "T M", "M Y")
        expected = E_s(gamma) * E_s(delta) + Cov_s(gamma, delta)

        assert expand_site_mean(design, "T", "Y") == expected
        for world, population in populations(design):
            (beta,) = world.site_effects("T", "Y")
            assert beta == population.evaluate(expected, site=0)

    def test_3_ratio_without_covariance(self):
        """(3) delta = beta / gamma, in a population where Gamma and Delta are uncorrelated."""

        design = one_site()
        persons = [{("T", "M"): g, ("M", "Y"): d} for g in (0, 1, 3) for d in (-2, 5)]
        population = Population(design, [Site(persons)])
        (strategy,) = check(design)[direct("M", "Y")].strategies
        ratio = step(strategy, "3").right

        assert population.evaluate(ratio) == population.effect("M", "Y") == Fraction(3, 2)

    @pytest.mark.parametrize("t", [0, 1, Fraction(5, 2)])
    def test_4_contrast_of_arms(self, t):
        """(4) (E[Y|t+1] - E[Y|t]) / (E[M|t+1] - E[M|t]) = beta / gamma, whatever the baselines."""

        for world, population in populations(one_site()):
            persons = world.persons[0]
            baselines = [(Fraction(i, 3), i * i - 2) for i in range(len(persons))]

            def arm(treatment, persons=persons, baselines=baselines):
                """Mean mediator and mean outcome if everyone got this treatment."""
                levels = [m + treatment * p["T", "M"] for (m, _), p in zip(baselines, persons, strict=True)]
                rows = zip(levels, baselines, persons, strict=True)
                outcomes = [y + level * p["M", "Y"] for level, (_, y), p in rows]
                return plain_average(levels), plain_average(outcomes)

            (m0, y0), (m1, y1) = arm(t), arm(t + 1)
            (observed,) = population.observed()
            assert (m1 - m0, y1 - y0) == (observed["T", "M"], observed["T", "Y"])

    def test_5_compliance_weighted_average_effect(self):
        """(5) Without (v), beta/gamma = delta + Cov(Gamma, Delta)/gamma = sum(Gamma Delta)/sum(Gamma)."""

        design = one_site()
        gamma, delta = symbols(design, "T M", "M Y")
        (bias,) = regression_bias(design, "Y", ("M",), ("T",), ())

        assert bias == E(Cov_s(gamma, delta)) / E(E_s(gamma))
        for world, population in populations(design):
            people = [(p["T", "M"], p["M", "Y"]) for p in world.persons[0]]
            if sum(g for g, _ in people):
                weighted = Fraction(sum(g * d for g, d in people)) / sum(g for g, _ in people)
                assert weighted == population.effect("M", "Y") + population.evaluate(bias)

    def test_6_late(self):
        """(6) T and M binary, no defiers: the weighted average is the mean effect among compliers."""

        design = one_site(scales={"T": "binary", "M": "binary"})
        gamma, delta = symbols(design, "T M", "M Y")
        persons = [{("T", "M"): int(i % 3 == 0), ("M", "Y"): i * i - 4} for i in range(7)]
        population = Population(design, [Site(persons)])

        late = population.evaluate(E_s_among(delta, gamma), site=0)

        assert late == average(equal_shares(3), [-4, 5, 32])
        assert late == population.effect("T", "Y") / population.effect("T", "M")

    def test_seven_assumptions(self):
        """(i) to (vii): the list of this design has seven entries."""

        numerals = [a.numeral for a in assumption_list(one_site())]

        assert numerals == ["i", "ii", "iii", "iv", "v", "vi", "vii"]


class TestManySitesOneMediator:
    """Section 3."""

    def test_7_within_each_site(self):
        """(7) beta_s = gamma_s * delta_s + Cov_s(Gamma, Delta)."""

        design = one_mediator()
        gamma, delta = symbols(design, "T M", "M Y")
        expected = E_s(gamma) * E_s(delta) + Cov_s(gamma, delta)

        assert expand_site_mean(design, "T", "Y") == expected
        for world, population in populations(design):
            found = [population.evaluate(expected, site=s) for s in range(len(world.persons))]
            assert world.site_effects("T", "Y") == found

    def test_8_over_sites(self):
        """(8) beta = gamma * delta + Cov(gamma_s, delta_s) + E[Cov_s(Gamma, Delta)]."""

        design = one_mediator()
        gamma, delta = symbols(design, "T M", "M Y")
        left_out = Cov(E_s(gamma), E_s(delta)) + E(Cov_s(gamma, delta))
        expected = E(E_s(gamma)) * E(E_s(delta)) + left_out

        assert pooled_bias(design, "Y", ("M",), ("T",)) == (left_out / E(E_s(gamma)),)
        for world, population in populations(design):
            assert world.between(world.site_effects("T", "Y")) == population.evaluate(expected)

    def test_v_splits_in_two(self):
        """(v.a) E[Cov_s] = 0 and (v.b) Cov(gamma_s, delta_s) = 0 are the pooled ratio's conditions."""

        design = one_mediator()
        gamma, delta = symbols(design, "T M", "M Y")
        (pooled,) = (s for s in check(design)[direct("M", "Y")].strategies if s.pooled)
        conditions = {c.assumption: c.moments() for c in pooled.conditions}

        assert conditions["v.a"] == (Cov_s(gamma, delta),)
        assert conditions["v.b"] == (Cov(E_s(gamma), E_s(delta)),)

    def test_bias_of_the_regression(self):
        """Theory 9, P = 1: [2 g Cov(r,d) + mu(r,r,d) + E(r_s Cov_s)] / (g^2 + Var r)."""

        design = one_mediator()
        gamma, delta = symbols(design, "T M", "M Y")
        r, d, within = E_s(gamma), E_s(delta), Cov_s(gamma, delta)
        product = E(r) * E(within) + Cov(r, within)  # E(r_s Cov_s)
        expected = (2 * E(r) * Cov(r, d) + mu(r, r, d) + product) / (E(r) ** 2 + Cov(r, r))

        (bias,) = regression_bias(design, "Y", ("M",), ("T",), ())

        assert sympy.simplify(bias - expected) == 0
        for world, population in populations(design):
            reg = Regression("Y", ("M",), ("T",))
            assert reg.limit(world)[0] - reg.targets(world)[0] == population.evaluate(expected)

    def test_bias_of_the_pooled_ratio(self):
        """Theory 9, P = 1: [Cov(r,d) + E Cov_s] / g, without a third moment."""

        design = one_mediator()
        (bias,) = pooled_bias(design, "Y", ("M",), ("T",))

        for world, population in populations(design):
            beta, gamma, delta = (
                world.between(world.site_effects(*pair)) for pair in (("T", "Y"), ("T", "M"), ("M", "Y"))
            )
            if gamma:
                assert Fraction(beta) / gamma - delta == population.evaluate(bias)
        assert not bias.atoms(mu)


class TestParallelMediators:
    """Section 4."""

    @pytest.mark.parametrize("count", [2, 3, 5])
    def test_9_sum_of_products(self, count):
        """(9) B = sum over k of Gamma_k * Delta_k."""

        design = parallel(count)
        expected = sum(design.notation.edge("T", m) * design.notation.edge(m, "Y") for m in design.mediators)

        assert sympy.expand(effect(design, "T", "Y") - expected) == 0
        assert step(check(design)[direct("M1", "Y")].strategies[0], "9").right == expected

    def test_10_site_average(self):
        """(10) beta_s = sum over k of gamma_ks * delta_ks + Cov_s(Gamma_k, Delta_k)."""

        design = parallel(2)
        g1, g2, d1, d2 = symbols(design, "T M1", "T M2", "M1 Y", "M2 Y")
        expected = E_s(g1) * E_s(d1) + Cov_s(g1, d1) + E_s(g2) * E_s(d2) + Cov_s(g2, d2)

        assert expand_site_mean(design, "T", "Y") == expected
        assert step(check(design)[direct("M1", "Y")].strategies[0], "10").right == expected
        for world, population in populations(design):
            found = [population.evaluate(expected, site=s) for s in range(len(world.persons))]
            assert world.site_effects("T", "Y") == found

    def test_11_error_of_the_regression(self):
        """(11) omega_s = sum over k of gamma_ks * (delta_ks - delta_k) is what the slopes leave over."""

        design = parallel(2)
        g1, g2, d1, d2 = symbols(design, "T M1", "T M2", "M1 Y", "M2 Y")
        slopes = E_s(g1) * E(E_s(d1)) + E_s(g2) * E(E_s(d2))
        omega = E_s(g1) * (E_s(d1) - E(E_s(d1))) + E_s(g2) * (E_s(d2) - E(E_s(d2)))
        found = step(check(design)[direct("M1", "Y")].strategies[0], "11")

        assert sympy.expand(found.right - slopes - omega) == 0
        for world, population in populations(design):
            covariances = Cov_s(g1, d1) + Cov_s(g2, d2)
            right = [
                population.evaluate(slopes + omega + covariances, site=s) for s in range(len(world.persons))
            ]
            assert world.site_effects("T", "Y") == right

    def test_vi_is_about_each_mediator_alone_vii_about_every_pair(self):
        """(vi) Cov_s(Gamma_k, Delta_k) only; (vii) each delta_ks against every gamma_js."""

        design = parallel(2)
        g1, g2, d1, d2 = symbols(design, "T M1", "T M2", "M1 Y", "M2 Y")
        strategy = check(design)[direct("M1", "Y")].strategies[0]

        assert condition(strategy, "within", "M1").moments() == (Cov_s(g1, d1),)
        assert condition(strategy, "within", "M2").moments() == (Cov_s(g2, d2),)
        for m, delta in (("M1", d1), ("M2", d2)):
            expected = {Cov(E_s(g), E_s(delta)) for g in (g1, g2)}
            assert set(condition(strategy, "between", m).moments(order=2)) == expected

    def test_nine_assumptions(self):
        """(i) to (ix), and (x) on weights: the list of this design."""

        numerals = [a.numeral for a in assumption_list(parallel(2))]

        assert numerals[:9] == ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"]


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
        assert (bypass.kind, bypass.assumption) == ("between", None)
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
            if not s.pooled and s.regressors == ("V",)
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


class TestRemark:
    def test_baseline_levels_do_no_harm(self):
        """Theory 2: a correlation of baseline mediator levels with effects leaves the ratio alone."""

        deltas = [1, 2, 6]
        gammas = [Fraction(4)] * 3  # (v) holds: no covariance with the effects
        baselines = [d * d for d in deltas]  # as far from constant as one likes

        def outcome(t: int) -> Fraction:
            return plain_average([(m + t * g) * d for m, g, d in zip(baselines, gammas, deltas, strict=True)])

        assert (outcome(1) - outcome(0)) / 4 == plain_average(deltas)
