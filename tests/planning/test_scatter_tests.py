"""The corrected tests of a line through the origin: one site at a time, their size, and that plan and data agree."""

from __future__ import annotations

import sys
from itertools import combinations_with_replacement

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import identcheck as ic
from identcheck import Arrow, Plan, anticipate
from identcheck.decide.conditions import Regression
from identcheck.plan.falsification.corrected import Scatter, curvature, intercept, pooled
from identcheck.plan.falsification.statistics import HETEROGENEITY, Line, p_values, scatter_of
from identcheck.plan.simulation.trials import draw_contrasts
from tests.drawn import PARALLEL, drawn


def made(rng, trials, sites, mediators, arms, persons, cv, skewed, spread) -> Scatter:
    """Lines through the origin with effects that are independent of compliances; errors of mediators and outcome go together."""
    size = (trials, sites, arms, mediators)
    z = rng.exponential(size=size) - 1 if skewed else rng.normal(size=size)
    mean = np.where(np.arange(mediators) % arms == np.arange(arms)[:, None], 0.6, 0.3)
    g = mean + 0.5 * cv * z
    d = 0.2 + spread * rng.normal(size=(trials, sites, 1, mediators))
    own = np.eye(1 + mediators)
    own[0, 1:] = own[1:, 0] = 0.5
    mixed = np.eye(1 + mediators)
    mixed[0, 1:] = 0.2
    within = mixed @ own @ mixed.T
    cells = rng.normal(size=(trials, sites, arms + 1, 1 + mediators)) @ np.linalg.cholesky(within).T
    error = (cells[:, :, 1:] - cells[:, :, :1]) / np.sqrt(persons / (arms + 1))
    sampling = np.broadcast_to(within * 2 * (arms + 1) / persons, (1, sites, arms, *within.shape))
    return Scatter((g * d).sum(-1) + error[..., 0], g + error[..., 1:], np.ones((1, sites, arms)), sampling)


def indicators(scatter: Scatter) -> np.ndarray:
    sites, arms = scatter.y.shape[1:]
    return np.broadcast_to(np.eye(arms), (sites, arms, arms))


def root(matrix: np.ndarray, power: float) -> np.ndarray:
    values, vectors = np.linalg.eigh(matrix)
    return vectors @ np.diag(values**power) @ vectors.T


class TestOneSiteAtATime:
    """Two arms, two mediators, unequal weights, a site without the second arm."""

    @pytest.fixture
    def scatter(self) -> Scatter:
        rng = np.random.default_rng(4)
        plain = made(rng, 1, 15, 2, 2, 200, 0.8, False, 0.2)
        w = rng.uniform(0.5, 2, (1, 15, 2))
        w[0, 3, 1] = 0.0
        return Scatter(plain.y, plain.g, w, plain.sampling * rng.uniform(0.5, 1, (1, 15, 2, 1, 1)))

    def rows(self, scatter: Scatter):
        """For each site its rows: w, y, g, covariance of g, covariance of g and y, arm."""
        for s in range(scatter.sites):
            kept = [a for a in range(2) if scatter.w[0, s, a]]
            yield [
                (
                    scatter.w[0, s, a],
                    scatter.y[0, s, a],
                    scatter.g[0, s, a],
                    scatter.sampling[0, s, a][1:, 1:],
                    scatter.sampling[0, s, a][1:, 0],
                    a,
                )
                for a in kept
            ]

    def test_intercept(self, scatter: Scatter) -> None:
        gram, right, plain = np.zeros((4, 4)), np.zeros(4), np.zeros((4, 4))
        for site in self.rows(scatter):
            for w, y, g, cov, with_y, a in site:
                x = np.append(g, np.eye(2)[a])
                plain += w * np.outer(x, x)
                gram += w * np.outer(x, x)
                gram[:2, :2] -= w * cov
                right += w * y * x - w * np.append(with_y, [0, 0])
        b = np.linalg.solve(gram, right)
        spread = np.zeros((4, 4))
        for site in self.rows(scatter):
            x = np.array([np.append(g, np.eye(2)[a]) for *_, g, _, _, a in site])
            w = np.array([row[0] for row in site])
            scaled = x * np.sqrt(w)[:, None]
            damp = root(np.eye(len(site)) - scaled @ np.linalg.inv(plain) @ scaled.T, -1.0)
            e = np.array([row[1] for row in site]) - x @ b
            adds = scaled.T @ damp @ (np.sqrt(w) * e)
            for place, (weight, _, _, cov, with_y, _) in enumerate(site):
                adds[:2] -= damp[place, place] * weight * (with_y - cov @ b[:2])
            spread += np.outer(adds, adds) * 14 / 15
        spread = np.linalg.inv(gram) @ spread @ np.linalg.inv(gram)
        f = b[2:] @ np.linalg.solve(spread[2:, 2:], b[2:]) / 2
        found = intercept(scatter, indicators(scatter))
        assert found.statistic[0] == pytest.approx(f, rel=1e-8)
        assert found.p[0] == pytest.approx(stats.f.sf(f, 2, 15 - 4), rel=1e-8)

    def test_curvature(self, scatter: Scatter) -> None:
        pairs = list(combinations_with_replacement(range(2), 2))
        gram, right, plain = np.zeros((2, 2)), np.zeros(2), np.zeros((2, 2))
        for site in self.rows(scatter):
            for w, y, g, cov, with_y, _ in site:
                plain += w * np.outer(g, g)
                gram += w * (np.outer(g, g) - cov)
                right += w * (y * g - with_y)
        b = np.linalg.solve(gram, right)

        def bend(row, at):
            """The third moment of a row, corrected, at coefficients ``at``."""
            w, y, g, cov, with_y, _ = row
            e, c = y - g @ at, with_y - cov @ at
            return np.array([w * (g[k] * g[m] * e - g[k] * c[m] - g[m] * c[k]) for k, m in pairs])

        every = [row for site in self.rows(scatter) for row in site]
        step = np.eye(2)  # the moments are linear in b, so that differences are exact
        slopes = -np.array([sum(bend(row, b + h) - bend(row, b) for row in every) for h in step]).T
        project = slopes @ np.linalg.inv(gram)
        total, spread = np.zeros(3), np.zeros((3, 3))
        for site in self.rows(scatter):
            g = np.array([row[2] for row in site])
            w = np.array([row[0] for row in site])
            scaled = g * np.sqrt(w)[:, None]
            damp = root(np.eye(len(site)) - scaled @ np.linalg.inv(plain) @ scaled.T, -0.5)
            e = np.array([row[1] for row in site]) - g @ b
            z = np.array([[one[k] * one[m] for k, m in pairs] for one in g]) - g @ project.T
            adds = z.T @ (np.sqrt(w) * (damp @ (np.sqrt(w) * e)))
            for place, row in enumerate(site):
                c = row[4] - row[3] @ b
                noise = np.array([row[2][k] * c[m] + row[2][m] * c[k] for k, m in pairs]) - project @ c
                adds -= damp[place, place] * row[0] * noise
            spread += np.outer(adds, adds)
            total += sum(bend(row, b) for row in site)
        q = total @ np.linalg.solve(spread, total)
        f = (15 - 2 - 3) / 3 * q / (15 - q)
        found = curvature(scatter, [0, 1])
        assert found.statistic[0] == pytest.approx(f, rel=1e-8)
        assert found.p[0] == pytest.approx(stats.f.sf(f, 3, 10), rel=1e-8)


def test_pooled_is_the_intercept_test_with_as_many_arms_as_mediators() -> None:
    rng = np.random.default_rng(2)
    for mediators, arms in ((1, 1), (2, 2)):
        scatter = made(rng, 5, 20, mediators, arms, 400, 0.5, False, 0.1)
        ones = indicators(scatter)
        assert pooled(scatter, ones).p == pytest.approx(intercept(scatter, ones).p, rel=1e-6)


def test_pooled_compares_the_two_estimates() -> None:
    """With more arms than mediators it is blind to what both estimates share; a bypass of one arm is not that."""
    scatter = made(np.random.default_rng(3), 400, 40, 1, 2, 2000, 0.5, False, 0.1)
    moved = Scatter(scatter.y + np.array([0.2, 0.0]), scatter.g, scatter.w, scatter.sampling)
    assert np.mean(pooled(scatter, indicators(scatter)).p < 0.05) == pytest.approx(0.05, abs=0.035)
    assert np.mean(pooled(moved, indicators(scatter)).p < 0.05) > 0.5


WORLDS = {
    "strong": (2000, 0.5, False, 0.1),
    "skewed, effects differ": (2000, 1.0, True, 0.2),
    "skewed": (400, 1.0, True, 0.1),
    "weak": (200, 0.3, False, 0.0),
    "weaker": (40, 0.5, False, 0.2),
}
"""Persons a site, CV of the compliances, whether they are skewed, SD of the effects between sites."""


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize(("mediators", "arms"), [(1, 1), (2, 1), (1, 2), (2, 2)])
@pytest.mark.parametrize("sites", [8, 20, 60])
def test_no_test_rejects_too_often(world: str, mediators: int, arms: int, sites: int) -> None:
    """Within .03 and 4 Monte Carlo errors above .05, in every world; without the corrections up to 1 of all trials rejects."""
    trials = 300
    scatter = made(np.random.default_rng(1), trials, sites, mediators, arms, *WORLDS[world])
    ones = indicators(scatter)
    found = [intercept(scatter, ones), curvature(scatter, range(mediators))]
    found += [pooled(scatter, ones)] if mediators <= arms else []
    for test in found:
        assert np.nanmean(np.append(test.p, 1.0) < 0.05) < 0.05 + 0.03 + 4 * np.sqrt(0.05 * 0.95 / trials)


def test_without_the_correction_every_trial_rejects() -> None:
    """60 sites of 40 persons: sampling error of the compliances bends and lifts the line by itself."""
    scatter = made(np.random.default_rng(1), 200, 200, 1, 1, 40, 0.5, False, 0.0)
    plain = Scatter(scatter.y, scatter.g, scatter.w, np.zeros_like(scatter.sampling))
    ones = indicators(scatter)
    assert np.mean(intercept(plain, ones).p < 0.05) > 0.9
    assert np.mean(intercept(scatter, ones).p < 0.05) < 0.11


@pytest.mark.parametrize(
    ("design", "intercepts"),
    [
        ("T -> M -> Y", ()),
        (PARALLEL, ()),
        ("{A B} -> M -> Y", ()),
        ("T -> M -> Y; T -> Y", ("T",)),
        (f"{PARALLEL}; T -> Y", ("T",)),
        ("A -> M1 -> Y; {A B} -> M2 -> Y; A -> Y", ("A",)),
    ],
)
def test_what_the_plan_draws_is_tested_as_the_data_would_be(design: str, intercepts: tuple[str, ...]) -> None:
    """The p values of simulated site tables, and of the same tables examined as data, are equal."""
    arms = ("A", "B") if "A" in design else ("T",)
    trial = drawn(design, treatment=list(arms), sites=30)
    at = anticipate(
        trial, Plan(sites=30, persons=300, arrows={"M -> Y": Arrow(0.2)} if "M " in design else {})
    )
    drawn_ = draw_contrasts(at, np.random.default_rng(1), 3)
    nodes = tuple(n for n in drawn_.nodes if n != "Y")
    line = Line(Regression(at.design, "Y", nodes, arms, intercepts), tuple(range(len(arms))), 30)
    without = Line(Regression(at.design, "Y", nodes, arms), line.arms, 30)
    for trial_ in range(3):
        table = _table(scatter_of(drawn_, without), trial_, ("Y", *nodes), arms)
        effects = ic.SiteEffects.from_frame(
            table, site="site", arm="arm", persons=("n", "n0"),
            effects={n: (n, f"{n}_se") for n in ("Y", *nodes)},
            covariances={(a, b): f"{a}_{b}" for a, b in _pairs(("Y", *nodes))},
        )  # fmt: skip
        found = ic.examine(trial, effects, assume="all")
        tests = next(
            m.tests
            for reg, m in found.regressions.items()
            if reg.outcome == "Y" and set(reg.regressors) == set(nodes) and reg.arms == arms
        )
        assert ("intercept" in line.tests) == (intercepts != arms)
        for test in line.tests:
            mine = p_values(drawn_, line, test)[trial_]
            name = "heterogeneity at minimum" if test == HETEROGENEITY else test
            near = 0.02 if test == HETEROGENEITY else 1e-6  # the plan takes one variance within arms
            assert tests[name].p == pytest.approx(mine, abs=near)


def _pairs(nodes):
    return [(a, b) for i, a in enumerate(nodes) for b in nodes[i + 1 :]]


def _table(scatter: Scatter, trial: int, nodes, arms) -> pd.DataFrame:
    """A trial's rows as a table of site effects."""
    rows = []
    for s in range(scatter.sites):
        for a, arm in enumerate(arms):
            values = [scatter.y[trial, s, a], *scatter.g[trial, s, a]]
            cov = scatter.sampling[trial, s, a]
            row = {"site": f"site {s}", "arm": arm, "n": 100, "n0": 100}
            row |= dict(zip(nodes, values, strict=True))
            row |= {f"{n}_se": np.sqrt(cov[i, i]) for i, n in enumerate(nodes)}
            row |= {f"{x}_{y}": cov[nodes.index(x), nodes.index(y)] for x, y in _pairs(nodes)}
            rows.append(row)
    return pd.DataFrame(rows)


def sizes(trials: int) -> None:
    """The table of docs/accuracy.md: the least and largest share over ``WORLDS`` in which each test rejects."""
    print("| arms | mediators | sites | intercept | curvature | pooled |\n|---|---|---|---|---|---|")
    for arms, mediators in ((1, 1), (1, 2), (2, 1), (2, 2)):
        for sites in (8, 20, 60, 200):
            shares: list[list[float]] = []
            for place, world in enumerate(WORLDS.values()):
                p: list[list[np.ndarray]] = []
                for batch in range(0, trials, 500):
                    rng = np.random.default_rng((place, sites, batch))
                    scatter = made(rng, min(500, trials - batch), sites, mediators, arms, *world)
                    ones = indicators(scatter)
                    found = [intercept(scatter, ones).p, curvature(scatter, range(mediators)).p]
                    p.append(found + ([pooled(scatter, ones).p] if mediators < arms else []))
                shares.append(
                    [np.mean(one[~np.isnan(one)] < 0.05) for one in map(np.concatenate, zip(*p, strict=True))]
                )
            cells = [f"{min(one):.3f} to {max(one):.3f}" for one in zip(*shares, strict=True)]
            cells += [""] if mediators >= arms else []
            print(f"| {arms} | {mediators} | {sites} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    sizes(int(sys.argv[1]))  # python -m tests.planning.test_scatter_tests 4000
