"""Exact averages under a plan: against pairing by brute force, and against distributions written out."""

from __future__ import annotations

import itertools
import math
from random import Random

import numpy as np
import pytest
from hypothesis import given, strategies as st

from identcheck import Arrow, Plan, anticipate
from identcheck.errors import InvalidQuestionError
from identcheck.plan.closed.polynomials import Products, evaluated, plus, times
from tests.drawn import FIGURE_1, drawn
from tests.exact.questions import design_of
from tests.planning.plans import normal_moment, random_plan

T1, T2, L, Y1, Y2 = ("T", "M1"), ("T", "M2"), ("M1", "M2"), ("M1", "Y"), ("M2", "Y")


@given(st.lists(st.integers(0, 2), min_size=0, max_size=6), st.integers(0, 10**6))
def test_averages_over_sites_are_those_of_normal_variables(places: list[int], seed: int) -> None:
    design = drawn("T -> M1 -> M2 -> Y")
    random = Random(seed)
    arrows = {edge: Arrow(random.uniform(-1, 1), random.uniform(0.1, 1)) for edge in design.causal.edges}
    edges = list(design.causal.edges)
    at = anticipate(
        design, Plan(arrows=arrows, between={(edges[0], edges[1]): 0.5, (edges[1], edges[2]): -0.4})
    )
    expected = normal_moment(at.mean.tolist(), at.between.tolist(), places)
    assert Products(at).over_sites({tuple(sorted(places)): 2.0}) == pytest.approx(
        2 * expected, rel=1e-12, abs=1e-12
    )


@given(st.lists(st.integers(0, 2), min_size=0, max_size=5), st.integers(0, 10**6))
def test_averages_over_persons_then_sites_are_those_of_all_persons(places: list[int], seed: int) -> None:
    """Normal within and between sites: over everyone normal, with the sum of the covariances."""
    design = drawn("T -> M1 -> M2 -> Y")
    random = Random(seed)
    edges = list(design.causal.edges)
    arrows = {
        edge: Arrow(random.uniform(-1, 1), random.uniform(0.1, 1), random.uniform(0.1, 1)) for edge in edges
    }
    plan = Plan(arrows=arrows, between={(edges[0], edges[1]): 0.5}, within={(edges[1], edges[2]): -0.4})
    at = anticipate(design, plan)
    products = Products(at)
    expected = normal_moment(at.mean.tolist(), (at.between + at.within).tolist(), places)
    found = products.over_sites(products.over_persons({tuple(sorted(places)): 1.0}))
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    ("triple", "points"),
    [
        # Two independent signs and their product; a sign and what it scales.
        ((T1, Y1, Y2), [(e, f, e * f) for e, f in itertools.product((-1, 1), repeat=2)]),
        ((T1, T1, Y1), [(e * math.sqrt(1 + k), k) for e, k in itertools.product((-1, 1), repeat=2)]),
    ],
)
def test_third_moments_up_to_products_of_three(triple: tuple, points: list[tuple[float, ...]]) -> None:
    design = drawn(FIGURE_1)
    names = list(dict.fromkeys(triple))
    arrows = {edge: Arrow(0.3 + 0.1 * i, 0.5) for i, edge in enumerate(design.causal.edges)}
    at = anticipate(design, Plan(arrows=arrows, third_between={triple: 1.0}))
    products = Products(at)
    for chosen in itertools.combinations_with_replacement(range(len(names)), 3):
        values = [math.prod(arrows[names[i]].mean + 0.5 * point[i] for i in chosen) for point in points]
        key = tuple(sorted(at.place[names[i]] for i in chosen))
        assert products.over_sites({key: 1.0}) == pytest.approx(sum(values) / len(values), abs=1e-12)


@pytest.mark.parametrize("number", range(40))
def test_the_last_regressors_split_every_site_effect(number: int) -> None:
    """Equation (10'): r_vs = theta_s + sum of r_us d_us + Cov_s(Gamma_u, D_u), as polynomials in the site's arrows."""
    random, design = design_of("last regressors", number, most=4)
    products = Products(anticipate(design, random_plan(random, design)))
    mediators = [m for m in design.mediators if random.random() < 0.7]
    for arm in design.treatments:
        total = products.site_effect(arm, design.outcome, mediators)
        for u in mediators:
            others = set(mediators) - {u}
            person = times(products.effect(arm, u), products.effect(u, design.outcome, others))
            total = plus(total, products.over_persons(person))
        for at in np.random.default_rng(number).normal(size=(3, len(products.law.mean))):
            whole = evaluated(products.site_effect(arm, design.outcome), at)
            assert evaluated(total, at) == pytest.approx(float(whole), abs=1e-10)


def test_a_product_of_too_many_paths_is_refused() -> None:
    names = [f"M{i}" for i in range(1, 13)]
    arrows = "; ".join(
        f"{a} -> {b}" for a, b in itertools.combinations(["T", *names, "Y"], 2) if (a, b) != ("T", "Y")
    )
    products = Products(anticipate(drawn(arrows), Plan()))
    with pytest.raises(InvalidQuestionError, match=r"4095 paths; exact numbers are worked out up to 1000"):
        products.site_effect("T", "Y")
