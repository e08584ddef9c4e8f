"""From persons: equal to two-stage least squares with site effects and site-by-treatment instruments, as others work it out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from linearmodels.iv import IV2SLS

import identcheck as ic
from tests.evidence.shared import parallel


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
    expected = sum(inside[a].var() / len(inside[a]) for a in (0, 1))  # clusters are of one size
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
