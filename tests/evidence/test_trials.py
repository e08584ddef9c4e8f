"""Coverage of the stated interval and sizes of the tests in simulated site tables, with Monte Carlo error."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from identcheck.decide.conditions import Regression
from identcheck.evidence.bootstrap import wild_interval
from identcheck.evidence.minimum import minimum
from identcheck.evidence.regressors import rows_of
from identcheck.evidence.scatter import scatter_tests
from identcheck.evidence.weighted import Fit
from tests.evidence.shared import effects, parallel


def drawn_rows(rng: np.random.Generator, sites: int, spread: float):
    """One mediator; Y = 0.5 M with effects that differ between sites by ``spread``, independent of compliance; known errors."""
    from dataclasses import replace

    base = effects(sites, "M", "Y")
    g = rng.gamma(4, 0.25, sites) + 0.3
    d = 0.5 + spread * rng.normal(size=sites)
    se = np.column_stack([np.full(sites, 0.03), rng.uniform(0.1, 0.3, sites)])
    noise = rng.normal(size=(sites, 2)) * se
    values = np.column_stack([g, d * g]) + noise
    sampling = np.zeros((sites, 2, 2))
    sampling[:, 0, 0], sampling[:, 1, 1] = se.T**2
    table = replace(base, effects=values, sampling=sampling)
    return rows_of(table, Regression(parallel("M", sites=sites), "Y", ("M",), ("T",)))


def simulated(
    sites: int, trials: int, spread: float, seed: int = 1, bootstrap: bool = False
) -> dict[str, float]:
    """Shares of trials: the interval covers, each test rejects at .05."""
    rng = np.random.default_rng(seed)
    found: dict[str, list[bool]] = {}
    for _ in range(trials):
        rows = drawn_rows(rng, sites, spread)
        fit = Fit(rows)
        low, high = fit.linear(0).interval
        found.setdefault("covers", []).append(low <= 0.5 <= high)
        if bootstrap:
            low, high = wild_interval(fit, 0)
            found.setdefault("bootstrap covers", []).append(low <= 0.5 <= high)
        for name, test in scatter_tests(
            rows, ("M",), minimum(rows) if spread == 0 else None, np.zeros(sites), [0]
        ).items():
            if test.p is not None:
                found.setdefault(name, []).append(test.p < 0.05)
    return {name: float(np.mean(values)) for name, values in found.items()}


@pytest.mark.parametrize("sites", [8, 20, 60])
def test_coverage_and_sizes(sites):
    """Within 4 Monte Carlo errors of .95 and .05, given what the small sample of sites itself costs (at most .02)."""
    trials = 80
    error = 4 * np.sqrt(0.05 * 0.95 / trials)
    differing = simulated(sites, trials, spread=0.2)
    assert abs(differing["covers"] - 0.95) < error + 0.01
    for name in ("intercept", "curvature", "pooled"):
        assert differing[name] < 0.05 + error + 0.02
    alike = simulated(sites, trials, spread=0.0)
    for name in ("heterogeneity", "heterogeneity at minimum"):
        assert abs(alike[name] - 0.05) < error + 0.02


if __name__ == "__main__":
    # larger, by hand: python -m tests.evidence.test_trials 2000
    count = int(sys.argv[1])
    for sites in (8, 20, 60, 200):
        for spread in (0.0, 0.2):
            shares = simulated(sites, count, spread, bootstrap=sites < 30)
            print(sites, spread, {name: round(share, 3) for name, share in shares.items()})
