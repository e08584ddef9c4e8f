"""Reardon and Raudenbush (2013), sections 2 to 4, formula by formula; theory sections 2 to 4, 9.

Each formula is compared as an expression, and on random populations with sums over persons and sites.
"""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy

from identcheck import check, direct, effect
from identcheck.decide.assumptions import assumption_list
from identcheck.decide.population import Population, Site
from identcheck.derive.bias import pooled_bias, regression_bias
from identcheck.derive.moments import expand_site_mean
from identcheck.symbols.notation import Cov, Cov_s, E, E_s, E_s_among, mu
from tests.exact.oracle import Regression, average, equal_shares, plain_average
from tests.paper.designs import condition, one_mediator, one_site, parallel, populations, step, symbols


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


class TestRemark:
    def test_baseline_levels_do_no_harm(self):
        """Theory 2: a correlation of baseline mediator levels with effects leaves the ratio alone."""

        deltas = [1, 2, 6]
        gammas = [Fraction(4)] * 3  # (v) holds: no covariance with the effects
        baselines = [d * d for d in deltas]  # as far from constant as one likes

        def outcome(t: int) -> Fraction:
            return plain_average([(m + t * g) * d for m, g, d in zip(baselines, gammas, deltas, strict=True)])

        assert (outcome(1) - outcome(0)) / 4 == plain_average(deltas)
