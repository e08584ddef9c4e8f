"""From persons: equal to two-stage least squares with site effects and site-by-treatment instruments, as others work it out."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from linearmodels.iv import IV2SLS
from scipy import stats

import identcheck as ic
from identcheck.evidence.regression_evidence import RegressionEvidence
from identcheck.evidence.scatter import scatter_tests
from tests.evidence.shared import parallel
from tests.tools import often


def people(seed=0, sites=12, each=60) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    site = np.repeat(np.arange(sites), each)
    t = (rng.random(len(site)) < rng.uniform(0.3, 0.7, sites)[site]).astype(int)
    g, h = rng.normal(1, 0.5, sites), rng.normal(0.5, 0.5, sites)
    m = g[site] * t + rng.normal(size=len(site))
    n = h[site] * t + 0.4 * m + rng.normal(size=len(site))
    y = 0.7 * m - 0.2 * n + rng.normal(size=len(site)) + site * 0.1
    return pd.DataFrame({"site": site, "t": t, "m": m, "n": n, "y": y, "x": rng.normal(size=len(site))})


def examined(table, design, **options):
    said = {"site": "site", "treatment": "t", "nodes": {"M": "m", "N": "n", "Y": "y"}} | options
    return ic.examine(design, ic.SiteEffects.from_persons(table, **said), assume="all")


def test_equal_to_linearmodels():
    table = people()
    dummies = pd.get_dummies(table.site, prefix="s").astype(float)
    instruments = dummies.mul(table.t, axis=0).add_prefix("z")
    others = IV2SLS(table.y, dummies, table[["m", "n"]], instruments).fit(cov_type="unadjusted")
    found = examined(table, parallel("M", "N", sites=12))
    for node in ("M", "N"):
        ours = found[ic.direct(node, "Y")].estimates["wls"].value
        assert ours == pytest.approx(others.params[node.lower()], rel=1e-7)


def test_equal_to_pyfixest():
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pyfixest

        table = people(3)
        others = pyfixest.feols("y ~ 1 | site | m ~ i(site, t)", table)
        value = float(others.coef()["m"])
    found = examined(table, parallel("M", sites=12), nodes={"M": "m", "Y": "y"})
    assert found["direct M Y"].estimates["wls"].value == pytest.approx(value, rel=1e-6)


def test_the_contrast_is_that_of_each_site_and_its_error():
    table = people(1)
    effects = ic.SiteEffects.from_persons(table, site="site", treatment="t", nodes={"Y": "y"})
    for place in (0, 5):
        one = table[table.site == place]
        a, b = one.y[one.t == 1], one.y[one.t == 0]
        assert effects.effects[place, 0] == pytest.approx(a.mean() - b.mean())
        assert effects.sampling[place, 0, 0] == pytest.approx(a.var() / len(a) + b.var() / len(b))


@pytest.mark.parametrize(("each", "covariates"), [(60, ["x"]), (9, [])])
def test_sites_that_lack_an_arm_or_control_count_for_nothing(each, covariates):
    """Also where slopes of covariates, or sampling errors, are pooled over sites."""
    table = people(each=each)
    table["y"] += table["site"].isin([2, 5]) * table["x"] * 3
    lacking = table[~((table.site == 2) & (table.t == 1) | (table.site == 5) & (table.t == 0))]
    both = [
        ic.SiteEffects.from_persons(
            frame, site="site", treatment="t", nodes={"M": "m", "Y": "y"}, covariates=covariates
        )
        for frame in (lacking, table[~table.site.isin([2, 5])])
    ]
    assert any("no person there: '2', '5'" in note for note in both[0].notes)
    assert both[0].sites == both[1].sites
    assert both[0].pooled == both[1].pooled
    assert (both[0].pooled > 0) == (each == 9)
    for name in ("effects", "sampling", "shared", "weight"):
        assert np.allclose(getattr(both[0], name), getattr(both[1], name), rtol=1e-12)


def test_clusters():
    rng = np.random.default_rng(2)
    sites, clusters, each = 3, 8, 10
    site = np.repeat(np.arange(sites), clusters * each)
    cluster = np.repeat(np.arange(sites * clusters), each)
    t = (cluster % 2).astype(int)
    y = rng.normal(size=sites * clusters)[cluster] + rng.normal(size=len(site))
    table = {"site": site, "t": t, "y": y, "c": cluster}
    effects = ic.SiteEffects.from_persons(table, site="site", treatment="t", nodes={"Y": "y"}, cluster="c")
    inside = pd.DataFrame(table)[site == 1].groupby(["t", "c"]).y.mean()
    each = pd.DataFrame(table).groupby(["site", "t", "c"]).y.mean()
    expected = sum(each[:, a].groupby("site").var().mean() / len(inside[a]) for a in (0, 1))
    assert effects.sampling[1, 0, 0] == pytest.approx(expected)


def test_covariates_take_variance_and_leave_the_effect():
    table = people(4, each=200)
    table["y"] += 3 * table.x
    plain = ic.SiteEffects.from_persons(table, site="site", treatment="t", nodes={"Y": "y"})
    adjusted = ic.SiteEffects.from_persons(
        table, site="site", treatment="t", nodes={"Y": "y"}, covariates=["x"]
    )
    assert (adjusted.errors < 0.6 * plain.errors).all()
    assert np.abs(adjusted.effects - plain.effects).max() < 4 * plain.errors.max()


def districts(
    rng: np.random.Generator, sites: int, units: int, each: int, moved: float, spread: float, icc: float
) -> dict[str, np.ndarray]:
    """Persons of clusters, half of which are treated in each site; with an icc of 0 and one person each, persons alone."""
    cluster = np.repeat(np.arange(sites * units), each)
    site, t = cluster // units, cluster % 2
    shape = np.array([[1, 0.2, 0.5], [0.2, 1, 0.5], [0.5, 0.5, 1]])
    u = np.sqrt(icc) * rng.multivariate_normal(np.zeros(3), shape, sites * units)[cluster]
    u += np.sqrt(1 - icc) * rng.multivariate_normal(np.zeros(3), shape, len(cluster))
    g = rng.normal(moved, spread, (sites, 2))
    m, n = (g[site, k] * t + u[:, k] for k in (0, 1))
    return {"site": site, "t": t, "c": cluster, "m": m, "n": n, "y": 0.3 * m + 0.3 * n + u[:, 2]}


def regressed(table, nodes, cluster):
    """The regression of Y on the mediators, its searched minimum of Q left out."""
    design = parallel(*nodes, sites=12)
    said = {node: node.lower() for node in (*nodes, "Y")}
    effects = ic.SiteEffects.from_persons(table, site="site", treatment="t", nodes=said, cluster=cluster)
    return RegressionEvidence(effects, ic.check(design, "all")[ic.direct("M", "Y")].best)


KINDS = [(4, 10, 0.2), (6, 10, 0.2), (8, 10, 0.2), (20, 5, 0.2), (4, 1, 0.0), (6, 1, 0.0), (10, 1, 0.0)]
"""Units in a site, persons in each, and icc: schools, then persons alone."""


@pytest.mark.parametrize(("units", "each", "icc"), KINDS)
def test_f_is_one_where_nothing_moves(units, each, icc):
    """Of 12 sites. F on pooled variances has the mean f / (f - 2), the conditional F that or less; 4 Monte Carlo errors."""
    rng, reps = np.random.default_rng(units), often(150, 1000)
    found = []
    for _ in range(reps):
        table = districts(rng, 12, units, each, 0.0, 0.0, icc)
        made = regressed(table, ("M", "N"), "c" if icc else None)
        assert made.effects.pooled == 12 * (units - 2)
        found.append([(one.f, one.conditional) for one in made.strengths])
    f, conditional = np.array(found).mean(1).T  # of the two mediators
    error = f.std() / np.sqrt(reps)
    expected = 12 * (units - 2) / (12 * (units - 2) - 2)
    assert abs(f.mean() - expected) < 4 * error
    assert error < 0.04
    assert 0.8 < conditional.mean() < expected + 4 * conditional.std() / np.sqrt(reps)


@pytest.mark.parametrize(("units", "each", "icc"), [(4, 10, 0.2), (8, 10, 0.2), (20, 5, 0.2), (6, 1, 0.0)])
def test_tests_keep_their_size_where_sampling_errors_are_pooled(units, each, icc):
    """Intercept and curvature, at .05 in trials of 12 sites where nothing is wrong: no more than .05 by 4 Monte Carlo errors."""
    rng, reps = np.random.default_rng(3 * units), often(150, 1000)
    rejects: dict[str, list[bool]] = {"intercept": [], "curvature": []}
    for _ in range(reps):
        made = regressed(districts(rng, 12, units, each, 1.0, 0.7, icc), ("M", "N"), "c" if icc else None)
        tests = scatter_tests(made.rows, ["M", "N"], None, np.zeros(12), made.free)
        for name, values in rejects.items():
            values.append(tests[name].p is not None and tests[name].p < 0.05)
    for values in rejects.values():
        assert np.mean(values) < 0.05 + 4 * np.sqrt(0.05 * 0.95 / reps)


def test_q_of_pooled_sampling_errors_says_how_often_it_rejects():
    """Of 12 sites of six persons with one effect: Q at the true effects against its note, within 4 Monte Carlo errors."""
    rng, reps = np.random.default_rng(6), often(500, 4000)
    limit, rejects = stats.chi2.ppf(0.95, 12), []
    for _ in range(reps):
        made = regressed(districts(rng, 12, 6, 1, 1.0, 0.7, 0.0), ("M", "N"), None)
        c = np.array([1.0, -0.3, -0.3])
        left = np.column_stack([made.rows.y, made.rows.g]) @ c
        rejects.append((left**2 / np.einsum("a,rab,b->r", c, made.rows.own, c)).sum() > limit)
    said = re.search(
        r"have 48 degrees of freedom: Q rejects in about (\d+)% of trials with one effect", made.few
    )
    assert said is not None
    assert abs(int(said[1]) / 100 - np.mean(rejects)) < 4 * np.sqrt(0.08 * 0.92 / reps) + 0.01


def test_each_site_has_its_own_sampling_error_where_it_has_the_persons_for_it():
    """F by each site's own is then less than a tenth too large on average; a rule of numbers alone, whatever the values."""
    for each, pooled in ((22, True), (24, False)):
        table = people(5, each=each)
        table["t"] = np.arange(len(table)) % 2
        effects = ic.SiteEffects.from_persons(table, site="site", treatment="t", nodes={"Y": "y"})
        assert bool(effects.pooled) is pooled
        one = table[(table.site == 0)].groupby("t").y.var().sum() / (each / 2)
        assert (effects.sampling[0, 0, 0] == pytest.approx(one)) is not pooled


def test_clusters_count_once_and_persons_alike_where_the_design_says_so():
    """One site: the mean over schools of their means, or over pupils; with the variance of what schools contribute.

    Pupils alike, times what makes it right on average where all means have one variance: then that of A y is tr(AA').
    """
    rng = np.random.default_rng(4)
    size = np.array([3, 9, 5, 7, 12, 4])
    school = np.repeat(np.arange(6), size)
    table = pd.DataFrame({"c": school, "t": school % 2, "m": school % 2, "y": rng.normal(size=40) + school})
    table = pd.concat([table.assign(site=s, y=table.y + s) for s in range(3)])
    said = {"site": "site", "treatment": "t", "nodes": {"M": "m", "Y": "y"}, "cluster": "c"}
    once = ic.SiteEffects.from_persons(table, **said)
    means = table[table.site == 0].groupby(["t", "c"]).y.mean()
    assert once.effects[0, 1] == pytest.approx(means[1].mean() - means[0].mean())
    assert once.sampling[0, 1, 1] == pytest.approx(means[1].var() / 3 + means[0].var() / 3)
    assert once.weight == pytest.approx([1.5] * 3)
    design = parallel("M", sites=3, weights="persons", average="persons")
    alike = ic.examine(design, once, assume="all").effects
    first = table[table.site == 0].groupby("t").y.mean()
    assert alike.effects[0, 1] == pytest.approx(first[1] - first[0])
    spread = 0.0
    for a in (0, 1):
        share = size[a::2] / size[a::2].sum()
        contributed = np.diag(share) @ (np.eye(3) - np.outer(np.ones(3), share))
        spread += (
            ((contributed @ means[a]) ** 2).sum() * (share @ share) / np.trace(contributed @ contributed.T)
        )
    assert alike.sampling[0, 1, 1] == pytest.approx(spread)
    assert alike.counting(alike=False).effects == pytest.approx(once.effects)
