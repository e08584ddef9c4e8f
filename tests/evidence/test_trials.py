"""Coverage of the stated interval and sizes of the tests in simulated site tables; at the level of persons: ``person_trials``."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pandas as pd
import pytest

import identcheck as ic
from identcheck.decide.conditions import Regression
from identcheck.evidence.minimum import minimum
from identcheck.evidence.regressors import rows_of
from identcheck.evidence.rows import Rows
from identcheck.evidence.scatter import scatter_tests
from identcheck.evidence.weighted import Fit
from tests.drawn import drawn
from tests.evidence.shared import effects, frame, pairs, parallel

TRUE = 0.5
SHAPES = {"even": 4.0, "skewed": 0.5}
"""The shape of the gamma distribution of compliances: skewness 1, and 2.8."""

ERRORS = (0.03, 0.2)
"""Standard errors of contrasts of a mediator and of the outcome."""


@lru_cache
def one_arm_table(sites: int) -> ic.SiteEffects:
    """A table of the right form, whose numbers are replaced."""
    return effects(sites, "M", "Y")


@lru_cache
def two_arm_table(sites: int) -> ic.SiteEffects:
    """The same with arms A and B."""
    table = pd.concat([frame(sites, "M", "N", "Y").assign(arm=arm, treated=50, control=50) for arm in "AB"])
    return ic.SiteEffects.from_frame(
        table, site="site", arm="arm", effects=pairs("M", "N", "Y"), persons=("treated", "control")
    )


def one_arm(rng: np.random.Generator, sites: int, spread: float, shape: float) -> Rows:
    """One mediator; Y = 0.5 M with effects that differ between sites by ``spread``, independent of compliance; known errors."""
    base = one_arm_table(sites)
    g = rng.gamma(shape, 1 / shape, sites) + 0.3
    d = TRUE + spread * rng.normal(size=sites)
    se = np.column_stack([np.full(sites, ERRORS[0]), rng.uniform(0.1, 0.3, sites)])
    values = np.column_stack([g, d * g]) + rng.normal(size=(sites, 2)) * se
    sampling = np.zeros((sites, 2, 2))
    sampling[:, 0, 0], sampling[:, 1, 1] = se.T**2
    table = replace(base, effects=values, sampling=sampling)
    return rows_of(table, Regression(parallel("M", sites=sites), "Y", ("M",), ("T",)))


def two_arms(rng: np.random.Generator, sites: int, spread: float, shape: float) -> Rows:
    """Arms A and B that share a control, mediators M and N; effects 0.5 of M and 0.2 of N, independent of compliances."""
    base = two_arm_table(sites)
    level = {"A": (1.0, 0.3), "B": (0.3, 1.0)}
    d = np.array([TRUE, 0.2]) + spread * rng.normal(size=(sites, 2))
    own = np.diag([ERRORS[0], ERRORS[0], ERRORS[1]]) ** 2
    shared = np.broadcast_to(own / 2, (sites, 3, 3))
    control = rng.normal(size=(sites, 3)) * np.sqrt(np.diag(own) / 2)
    values = np.zeros((2 * sites, 3))
    for place, arm in enumerate("AB"):
        g = np.array(level[arm]) * (rng.gamma(shape, 1 / shape, (sites, 2)) + 0.3)
        found = np.column_stack([g, (g * d).sum(1)])
        values[place * sites : (place + 1) * sites] = (
            found + rng.normal(size=(sites, 3)) * np.sqrt(np.diag(own) / 2) - control
        )
    sampling = np.broadcast_to(own, (2 * sites, 3, 3)).copy()
    table_ = replace(base, effects=values, sampling=sampling, shared=shared)
    design = drawn("{A B} -> {M N} -> Y", treatment=["A", "B"], sites=sites)
    return rows_of(table_, Regression(design, "Y", ("M", "N"), ("A", "B")))


WORLDS = {
    "one arm": (one_arm, ("M",), "even"),
    "one arm, skewed": (one_arm, ("M",), "skewed"),
    "two arms": (two_arms, ("M", "N"), "even"),
    "two arms, skewed": (two_arms, ("M", "N"), "skewed"),
}


def simulated(
    sites: int, trials: int, spread: float, seed: int = 1, world: str = "one arm"
) -> dict[str, tuple[float, int]]:
    """Shares of trials in which the interval covers, and each test rejects at .05; and of how many trials."""
    rng = np.random.default_rng(seed)
    make, mediators, shape = WORLDS[world]
    found: dict[str, list[bool]] = {}
    for _ in range(trials):
        rows = make(rng, sites, spread, SHAPES[shape])
        fit = Fit(rows)
        low, high = fit.linear(0).interval
        found.setdefault("covers", []).append(low <= TRUE <= high)
        arm = np.repeat(np.arange(len(rows.y) // sites), sites)
        lowest = minimum(rows) if spread == 0 and len(mediators) == 1 else None
        for name, test in scatter_tests(rows, mediators, lowest, arm, np.unique(arm).tolist()).items():
            if test.p is not None:
                found.setdefault(name, []).append(test.p < 0.05)
    return {name: (float(np.mean(values)), len(values)) for name, values in found.items()}


@pytest.mark.parametrize("sites", [8, 20, 60])
def test_coverage_and_sizes(sites):
    """Within 4 Monte Carlo errors of .95 and .05, given what the small sample of sites itself costs (at most .02)."""
    trials = 80
    error = 4 * np.sqrt(0.05 * 0.95 / trials)
    differing = simulated(sites, trials, spread=0.2)
    assert abs(differing["covers"][0] - 0.95) < error + 0.01
    for name in ("intercept", "curvature", "pooled"):
        assert differing[name][0] < 0.05 + error + 0.02
    alike = simulated(sites, trials, spread=0.0)
    for name in ("heterogeneity", "heterogeneity at minimum"):
        assert abs(alike[name][0] - 0.05) < error + 0.02


def test_two_arms_cover():
    found = simulated(20, 60, spread=0.2, world="two arms")
    assert abs(found["covers"][0] - 0.95) < 4 * np.sqrt(0.05 * 0.95 / 60) + 0.02
