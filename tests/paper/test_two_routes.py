"""Figure 1: two routes to the total effect of M1, their different conditions, each derivation replayed (theory 7, 12)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from random import Random

import pytest
import sympy

from identcheck import Verdict, check, total
from identcheck.decide.conditions import Product
from identcheck.decide.strategies import Composed
from identcheck.symbols.names import Effect
from identcheck.symbols.notation import Cov, E, E_s
from tests.exact.obliging import Asked, Enumerated, asked_by, limit, meets, obliging, truth
from tests.exact.oracle import Regression
from tests.exact.test_composed import sides
from tests.paper.designs import condition, figure_1, symbols

DESIGN = figure_1()
FINDING = check(DESIGN, "all")[total("M1", "Y")]
INTERCEPT = next(s for s in FINDING.strategies if not isinstance(s, Composed))
FOOTNOTE_4 = next(s for s in FINDING.strategies if isinstance(s, Composed))


def many_numbers(strategy, asked: list[Asked]) -> Iterator[Enumerated]:
    """Populations that meet what is asked, in which the coefficients of a strategy are determined."""
    random = Random(f"two routes {strategy.name} {len(asked)}")
    drawn = (obliging(random, DESIGN, asked, random.choice([0, 0.4])) for _ in range(100))
    return (world for world in drawn if limit(world, strategy) is not None)


def numbers(strategy, asked: list[Asked]) -> Enumerated:
    """The first of them."""
    return next(many_numbers(strategy, asked))


def wanted(strategy) -> list[Asked]:
    return [one for one, found in asked_by(strategy) if not found.implied]


class TestBoth:
    def test_there_are_two_and_neither_is_granted_by_the_nine(self):
        assert FINDING.verdict is Verdict.CONDITIONAL
        assert set(FINDING.strategies) == {INTERCEPT, FOOTNOTE_4}

    @pytest.mark.parametrize("strategy", [INTERCEPT, FOOTNOTE_4], ids=["intercept", "footnote 4"])
    def test_each_gives_the_total_effect_under_its_own_conditions(self, strategy):
        world = numbers(strategy, wanted(strategy))
        assert all(meets(world, one) for one, _ in asked_by(strategy))
        assert limit(world, strategy) == truth(world, FINDING.target) != 0

    @pytest.mark.parametrize("strategy", [INTERCEPT, FOOTNOTE_4], ids=["intercept", "footnote 4"])
    def test_each_derivation_can_be_replayed(self, strategy):
        world = numbers(strategy, wanted(strategy))
        for step in strategy.derivation:
            for left, right in sides(world, step):
                assert left == right, step

    def test_where_the_intercept_route_holds_footnote_4_may_miss(self):
        worlds = many_numbers(INTERCEPT, wanted(INTERCEPT))
        world = next(w for w in worlds if limit(w, FOOTNOTE_4) not in (None, truth(w, FINDING.target)))
        assert not all(meets(world, one) for one, _ in asked_by(FOOTNOTE_4))
        assert limit(world, INTERCEPT) == truth(world, FINDING.target)

    def test_where_footnote_4_holds_the_conditions_of_the_intercept_may_fail(self):
        """Yet the two numbers agree: regressing r1 d1 + r2 d2 on r1 alone adds the slope of r2 on r1, times d2."""
        failed = 0
        for world in itertools.islice(many_numbers(FOOTNOTE_4, wanted(FOOTNOTE_4)), 20):
            failed += not all(meets(world, one) for one, _ in asked_by(INTERCEPT))
            assert limit(world, INTERCEPT) == limit(world, FOOTNOTE_4) == truth(world, FINDING.target)
        assert failed


class TestIntercept:
    """beta_s regressed on gamma_1s with an intercept."""

    def test_regression(self):
        assert (INTERCEPT.outcome, INTERCEPT.regressors, INTERCEPT.intercept) == ("Y", ("M1",), True)

    def test_the_total_effect_not_the_direct_one_is_free_of_compliance(self):
        """Within sites Cov_s(Gamma_1, Delta^tot_1) = 0; between sites the same of the site means."""
        within, between = condition(INTERCEPT, "within", "M1"), condition(INTERCEPT, "between", "M1")
        (covariance,) = within.covariances
        assert {item.meaning for item in covariance.args} == {
            Effect("T", "M1", None) if item.meaning.avoiding is None else item.meaning
            for item in covariance.args
        }
        assert between.subject.args[0].meaning == Effect("M1", "Y", frozenset())

    def test_the_bypass(self):
        """Gamma*_2 Delta_2 is mean-independent of gamma_1s: no numeral grants it."""
        (bypass,) = FINDING.missing_for(INTERCEPT)
        assert bypass.subject.args[0].meaning == Effect("T", "Y", frozenset({"M1"}))
        assert bypass.compliances == (E_s(*symbols(DESIGN, "T M1")),)


class TestFootnote4:
    """delta_1 + lambda delta_2, lambda by the regression of gamma_2s on gamma_1s with an intercept."""

    def test_parts(self):
        parts = {(p.outcome, p.regressors, p.intercept) for p in FOOTNOTE_4.parts}
        assert parts == {("M2", ("M1",), True), ("Y", ("M1", "M2"), False)}

    def test_the_condition_beyond_the_nine(self):
        """gamma*_2s is uncorrelated with gamma_1s."""
        (missing,) = FINDING.missing_for(FOOTNOTE_4)
        assert missing.subject == E_s(*symbols(DESIGN, "T M2"))

    def test_the_product_that_the_nine_grant_by_their_form(self):
        """The average of Lambda Delta_2 is lambda delta_2: by (vi) and (vii) of M2 together, by neither alone."""
        lam, d2 = symbols(DESIGN, "M1 M2", "M2 Y")
        (granted,) = (c for c in FOOTNOTE_4.conditions if type(c) is Product)
        assert [set(factors) for _, factors in granted.terms if len(factors) > 1] == [{lam, d2}]
        (moment,) = granted.moments()
        assert moment.has(Cov(E_s(lam), E_s(d2)))
        assert granted.licence == {"vi", "vii"}
        assert [granted.met(frozenset(names)) for names in (["vi", "vii"], ["vi"], ["vii"], ["product"])] == [
            True,
            False,
            False,
            True,
        ]

    def test_the_last_step(self):
        lam, d1, d2 = symbols(DESIGN, "M1 M2", "M1 Y", "M2 Y")
        last = FOOTNOTE_4.derivation[-1]
        assert sympy.expand(last.right - E(E_s(d1)) - E(E_s(lam)) * E(E_s(d2))) == 0

    def test_the_product_condition_is_needed(self):
        """All the rest met, and the estimate is not the total effect."""
        rest = [one for one in wanted(FOOTNOTE_4) if one.kind != "product"]
        world = numbers(FOOTNOTE_4, rest)
        reg = Regression("M2", ("M1",), ("T",), ("T",))
        assert reg.limit(world) == reg.targets(world)
        assert limit(world, FOOTNOTE_4) != truth(world, FINDING.target)
