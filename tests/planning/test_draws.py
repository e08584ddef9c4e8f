"""Drawn trials: both levels against each other and against exact moments, at several standard errors."""

from __future__ import annotations

import numpy as np
import pytest

from identcheck import Arrow, Plan, Sizes
from identcheck.plan.closed.draws import Effects, root
from identcheck.plan.closed.polynomials import Products, times
from identcheck.plan.inputs.anticipate import anticipate
from identcheck.plan.inputs.anticipated import Anticipated
from identcheck.plan.simulation.contrasts import Contrasts
from identcheck.plan.simulation.trials import draw_contrasts
from tests.planning.trials import ONE, SERIAL, designed

TA, TB, AB, AY, BY = ("T", "A"), ("T", "B"), ("A", "B"), ("A", "Y"), ("B", "Y")
TM, MY = ONE
ALIKE = Plan(
    persons=Sizes(40, 0.4),
    treated=0.4,
    arrows={TA: Arrow(0.5, 0.3), AB: Arrow(0.4, 0.2), AY: Arrow(0.3, 0.3)},
    between={(TA, AY): 0.6, (AB, BY): -0.4},
    third_between={(TA, TA, AY): 0.2},
    confounding={("A", "B"): 0.2},
)
DIFFERENT = ALIKE.but(
    arrows={
        TA: Arrow(0.5, 0.3, 0.6),
        AB: Arrow(0.4, 0.2, 0.5),
        AY: Arrow(0.3, 0.3, 0.4),
        BY: Arrow(0.2, 0.2, 0.4),
    },
    within={(TA, AB): 0.5, (AB, BY): -0.4, (TA, AY): 0.4},
    third_within={(TA, AB, BY): 0.1},
)
PLANS = pytest.mark.parametrize("plan", [ALIKE, DIFFERENT], ids=["persons alike", "persons differ"])
LEVELS = pytest.mark.parametrize("level", ["sites", "persons"])
TOLERATED = 4.5
"""Standard errors: each test looks at some tens of numbers."""


def drawn(plan: Plan, level: str, sites: int = 6, reps: int = 6000) -> tuple[Anticipated, Contrasts]:
    at = anticipate(designed(SERIAL, sites), plan)
    return at, draw_contrasts(at, np.random.default_rng(2), reps, level)


def close(draws: np.ndarray, exact: float) -> None:
    error = draws.std() / np.sqrt(draws.size)
    assert abs(draws.mean() - exact) < TOLERATED * error, (draws.mean(), exact, error)


def inside(at: Anticipated, products: Products, v: str, w: str, treated: bool) -> float:
    """The average within-cell covariance, by a route of its own: E[B Sigma B'] + E[effects] - E[site averages]."""
    total = 0.0
    for i, u in enumerate(at.nodes):
        for j, x in enumerate(at.nodes):
            both = times(products.effect(u, v), products.effect(x, w))
            total += at.residual[i, j] * products.over_sites(products.over_persons(both))
    if treated:
        both = times(products.effect("T", v), products.effect("T", w))
        total += products.over_sites(products.over_persons(both))
        total -= products.over_sites(times(products.site_effect("T", v), products.site_effect("T", w)))
    return total


@PLANS
@LEVELS
def test_means_and_covariances_of_contrasts_are_the_exact_ones(plan: Plan, level: str) -> None:
    at, found = drawn(plan, level)
    products = Products(at)
    means = [products.over_sites(products.site_effect("T", v)) for v in at.nodes]
    for i, v in enumerate(at.nodes):
        close(found.effects[0, i], means[i])
        for j, w in enumerate(at.nodes[: i + 1]):
            raw = products.over_sites(times(products.site_effect("T", v), products.site_effect("T", w)))
            for s in (0, at.sites - 1):
                noise = sum(inside(at, products, v, w, t == 1) / found.counts[s, t] for t in (0, 1))
                apart = (found.effects[0, i, :, s] - means[i]) * (found.effects[0, j, :, s] - means[j])
                close(apart, raw - means[i] * means[j] + noise)


@PLANS
@LEVELS
def test_scatter_within_arms_has_the_exact_average(plan: Plan, level: str) -> None:
    at, found = drawn(plan, level)
    products = Products(at)
    for i, v in enumerate(at.nodes):
        for j, w in enumerate(at.nodes[: i + 1]):
            for t in (0, 1):
                close(found.scatter[t, i, j] / found.freedom[t], inside(at, products, v, w, t == 1))


def test_arms_share_their_control_group() -> None:
    edges = [("S", "M"), ("T", "M"), ("M", "Y")]
    at = anticipate(designed(edges, 4, ["S", "T"]), Plan(persons=30, treated={"S": 0.5, "T": 0.2}))
    for level in ("sites", "persons"):
        found = draw_contrasts(at, np.random.default_rng(3), 8000, level)
        left, right = (found.effects[arm, 0] - 0.5 for arm in (0, 1))
        close(left * right, 1 / 9)
        close(left**2, 0.04 + 1 / 9 + 1 / 15)
        close(right**2, 0.04 + 1 / 9 + 1 / 6)


def test_hidden_mediators_act_and_are_not_seen() -> None:
    design = designed(SERIAL, 5)
    hidden = type(design)(design.graph, treatment="T", outcome="Y", sites=5, unobserved=["B"])
    for level in ("sites", "persons"):
        at = anticipate(hidden, ALIKE.but(treated=0.5))
        found = draw_contrasts(at, np.random.default_rng(4), 4000, level)
        assert found.nodes == ("A", "Y")
        products = Products(at)
        close(found.effects[0, 1], products.over_sites(products.site_effect("T", "Y")))


def test_effects_have_the_stated_third_moments() -> None:
    covariance = np.array([[0.09, 0.02, 0.0], [0.02, 0.04, 0.01], [0.0, 0.01, 0.25]])
    sd = np.sqrt(np.diag(covariance))
    stated = {(0, 0, 0): 0.1, (0, 0, 1): -0.05, (0, 1, 2): 0.1, (1, 2, 2): 0.08}
    thirds = {key: value * float(np.prod(sd[list(key)])) for key, value in stated.items()}
    mean = np.array([0.5, -0.2, 1.0])
    effects = Effects(mean, covariance, thirds)
    rng = np.random.default_rng(6)
    found = np.array(effects.drawn(rng, rng.standard_normal((effects.normals, 1, 2_000_000))))[:, 0]
    assert found.std(axis=1).all()
    for i in range(3):
        close(found[i], mean[i])
        for j in range(i, 3):
            close((found[i] - mean[i]) * (found[j] - mean[j]), covariance[i, j])
            for k in range(j, 3):
                cube = (found[i] - mean[i]) * (found[j] - mean[j]) * (found[k] - mean[k])
                close(cube, thirds.get((i, j, k), 0.0))


def test_constant_and_perfectly_correlated_effects_take_no_draws_of_their_own() -> None:
    covariance = np.array([[1.0, 2.0, 0.0], [2.0, 4.0, 0.0], [0.0, 0.0, 0.0]])
    half = root(covariance)
    assert half.shape == (3, 1)
    np.testing.assert_allclose(half @ half.T, covariance)
    effects = Effects(np.array([0.0, 1.0, 7.0]), covariance, {})
    one, two, three = effects.drawn(np.random.default_rng(0), np.array([[[2.0]]]))
    assert (float(one[0, 0]), float(two[0, 0]), three) == (2.0, 5.0, 7.0)  # type: ignore[index]
