"""The bypass of an intercept is a covariance: nothing more is needed, and nothing less does (theory section 7)."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

import networkx as nx
import pytest

import identcheck as ic
from identcheck.decide.conditions import Bypass, Regression
from identcheck.decide.population.meeting import meets as engine_meets
from identcheck.decide.strategies import Composed, Strategy
from tests.drawn import FIGURE_1, drawn
from tests.exact.obliging import (
    Enumerated,
    asked_by,
    grouped,
    limit,
    meets,
    obliging,
    regression_of,
    truth,
    weighted,
)

SITES_ONLY = {"T -> M": "sites", "M -> Y": "none"}
UNRELATED = ic.uncorrelated("T -> M", "T -> Y", "sites")


def bypasses(strategy) -> list[Bypass]:
    return [c for c in strategy.conditions if isinstance(c, Bypass)]


def world_of(design: ic.Design, sites: list[dict], weights: list[int] | None = None) -> Enumerated:
    """Everyone in a site alike."""
    return Enumerated(nx.DiGraph(design.graph), weights or [1] * len(sites), tuple((site,) for site in sites))


def mean_independent(world: Enumerated, strategy) -> bool:
    """What the bypass condition does not ask for."""
    reg = regression_of(strategy)
    theta = [world.site_effects(arm, reg.outcome, reg.regressors) for arm in reg.intercepts]
    return all(len({weighted(world, one, group) for group in grouped(world, reg)}) == 1 for one in theta)


class TestEnough:
    def test_a_declared_covariance_of_zero_identifies(self):
        """theta_s = (r_s - E r)^2 is a function of compliance and uncorrelated with it: the slope is exact."""
        design = drawn("T -> M -> Y; T -> Y", SITES_ONLY, sites=5)
        finding = ic.check(design, ["all", UNRELATED])[ic.total("M", "Y")]
        assert finding.verdict is ic.Verdict.IDENTIFIED
        assert finding.declared == (UNRELATED,)
        deviations = (-2, -1, 0, 1, 2)
        sites = [{("T", "M"): 3 + x, ("T", "Y"): x * x, ("M", "Y"): 7} for x in deviations]
        world = world_of(design, sites)
        assert not mean_independent(world, finding.best)
        assert limit(world, finding.best) == truth(world, finding.target) == 7
        exact = ic.Population(design, [ic.Site([{e: Fraction(v) for e, v in s.items()}]) for s in sites])
        assert all(engine_meets(exact, c) for c in finding.best.conditions)
        assert ic.check(design, "all")[ic.total("M", "Y")].verdict is ic.Verdict.CONDITIONAL

    @pytest.mark.parametrize(
        ("arrows", "varies", "known", "asked"),
        [
            (
                "T -> {M N} -> Y; T -> Y",
                {"N -> Y": "none"},
                [("T -> M", "T -> N"), ("T -> M", "T -> Y")],
                "M Y",
            ),
            ("T -> {M N} -> Y; M -> N", {}, [("T -> M", "T -> N")], "M N"),
            ("T -> A -> M -> Y; T -> Y", {"A -> M": "none"}, [("T -> A", "T -> Y")], "M Y"),
        ],
    )
    def test_sums_of_paths(self, arrows, varies, known, asked):
        """Compliances and bypasses are sums over paths: every covariance of their terms is declared to be 0."""
        declared = [ic.uncorrelated(a, b, "sites") for a, b in known]
        hidden = ["N"] if asked == "M Y" and "N" in arrows else []
        design = drawn(arrows, varies, sites=8, unobserved=hidden)
        finding = ic.check(design, ["all", *declared])[ic.total(*asked.split())]
        assert finding.verdict is ic.Verdict.IDENTIFIED
        for missing in range(len(declared)):
            rest = [d for place, d in enumerate(declared) if place != missing]
            assert (
                ic.check(design, ["all", *rest])[ic.total(*asked.split())].verdict is ic.Verdict.CONDITIONAL
            )

    @pytest.mark.parametrize(
        ("arrows", "estimand"),
        [
            (FIGURE_1, ic.total("M1", "Y")),
            (FIGURE_1, ic.direct("M1", "M2")),
            (f"{FIGURE_1}; T -> Y", ic.direct("M2", "Y")),
            ("{T1 T2} -> {M1 M2} -> Y; {T1 T2} -> Y", ic.direct("M1", "Y")),
        ],
    )
    def test_worlds_that_meet_the_covariances_alone_give_the_estimand(self, arrows, estimand):
        finding = ic.check(drawn(arrows), "all")[estimand]
        random, dependent = Random(f"bypass {arrows} {estimand}"), 0
        strategies = [s for s in finding.strategies if not isinstance(s, Composed) and bypasses(s)]
        for strategy in strategies:
            wanted = [one for one, condition in asked_by(strategy) if not condition.implied]
            for _ in range(30):
                world = obliging(random, finding.design, wanted, random.choice([0, 0.3]))
                if limit(world, strategy) is not None:
                    assert all(meets(world, one) for one in wanted)
                    assert limit(world, strategy) == truth(world, finding.target)
                    dependent += not mean_independent(world, strategy)
        assert dependent > 5


class TestNoLess:
    @pytest.mark.parametrize("moved", ["M1", "M2"])
    def test_each_covariance_is_needed(self, moved):
        """The bypass follows one compliance, and is uncorrelated with the other."""
        design = drawn("T -> {M1 M2} -> Y; T -> Y")
        finding = ic.check(design, "all")[ic.direct(moved, "Y")]
        (bypass,) = bypasses(finding.best)
        assert len(bypass.moments()) == 2
        sites = [
            {
                ("T", "M1"): a,
                ("T", "M2"): b,
                ("T", "Y"): a if moved == "M1" else b,
                ("M1", "Y"): 5,
                ("M2", "Y"): 3,
            }
            for a, b in product((1, 2, 4), repeat=2)
        ]
        world = world_of(design, sites)
        exact = ic.Population(design, [ic.Site([site]) for site in sites])
        values = [exact.evaluate(item) for item in bypass.moments()]
        assert sum(value != 0 for value in values) == 1
        assert limit(world, finding.best) == truth(world, finding.target) + 1
        assert not engine_meets(exact, bypass)
        assert all(engine_meets(exact, c) for c in finding.best.conditions if c is not bypass)

    @pytest.mark.parametrize("arm", ["T1", "T2"])
    def test_each_arm_has_its_own_and_needs_no_other(self, arm):
        """theta of an arm may follow the compliances of the other arm, which are in other rows; not its own."""
        design = drawn("{T1 T2} -> M -> Y; {T1 T2} -> Y")
        arms = ("T1", "T2")
        strategy = Strategy(Regression(design, "Y", ("M",), arms, arms), "M")
        other = {"T1": "T2", "T2": "T1"}[arm]
        assert [c.arm for c in bypasses(strategy)] == ["T1", "T2"]
        for followed in (arm, other):
            sites = [
                {
                    ("T1", "M"): a,
                    ("T2", "M"): b,
                    (arm, "Y"): a if followed == "T1" else b,
                    (other, "Y"): 2,
                    ("M", "Y"): 5,
                }
                for a, b in product((1, 2, 4), repeat=2)
            ]
            exact = ic.Population(design, [ic.Site([site]) for site in sites])
            met = all(engine_meets(exact, c) for c in bypasses(strategy))
            assert met == (followed == other)
            assert (limit(world_of(design, sites), strategy) == 5) == met


class TestWhatIsSaid:
    def test_covariances_and_no_third_moments(self):
        finding = ic.check(drawn(f"{FIGURE_1}; T -> Y"), "all")[ic.direct("M2", "Y")]
        (bypass,) = bypasses(finding.best)
        assert len(bypass.moments()) == len(bypass.moments(2)) == len(bypass.moments(None)) == 2
        assert bypass.exact == bypass.moments()
        assert "is uncorrelated with the average effects of T on M1 and on M2" in bypass.statement
        assert bypass.latex.count("Cov") == 2

    def test_a_compliance_that_does_not_vary_is_uncorrelated_with_anything(self):
        design = drawn("T -> {M N} -> Y; T -> Y", {"T -> M": "sites", "T -> N": "none"}, sites=9)
        finding = ic.check(design, "all")[ic.direct("M", "Y")]
        (bypass,) = bypasses(finding.best)
        assert len(bypass.moments()) == 1
