"""Balance of what was fixed before treatment, and missing values by arm, against other ways to the same numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import identcheck as ic
from identcheck.evidence.balance import balance_table, missing_table
from tests.evidence.shared import frame, parallel


def persons(
    rng: np.random.Generator, sites: int = 6, each: int = 40, shift: float = 0.0, cluster: int = 1
) -> pd.DataFrame:
    """Persons with two covariates; treatment moves the first by ``shift``, so that it is no baseline variable."""
    count = sites * each
    site = np.repeat(np.arange(sites), each)
    unit = np.arange(count) // cluster
    t = np.repeat(rng.random(count // cluster) < 0.4, cluster).astype(float)
    x = (
        rng.normal(size=count)
        + np.repeat(rng.normal(size=count // cluster), cluster)
        + shift * t
        + 0.2 * site
    )
    z = 0.5 * x + rng.normal(size=count)
    m = t + rng.normal(size=count)
    return pd.DataFrame(
        {"site": site, "unit": unit, "t": t, "x": x, "z": z, "m": m, "y": m + x + rng.normal(size=count)}
    )


def effects(table: pd.DataFrame, **options) -> ic.SiteEffects:
    return ic.SiteEffects.from_persons(
        table, site="site", treatment="t", nodes={"M": "m", "Y": "y"}, **options
    )


def balance(table: pd.DataFrame, **options) -> list[dict]:
    return balance_table(parallel("M", sites=6), effects(table, **options)).records()


def test_differences_are_those_of_a_regression_with_site_effects():
    table = persons(np.random.default_rng(2))
    x, z, both = balance(table, covariates=["x", "z"])
    dummies = pd.get_dummies(table["site"]).to_numpy(float)
    design = np.column_stack([table["t"], dummies])
    for row, name in ((x, "x"), (z, "z")):
        assert row["difference"] == pytest.approx(np.linalg.lstsq(design, table[name], rcond=None)[0][0])
    assert (both["variable"], both["df"]) == ("all together", 2)


def test_standard_errors_by_hand():
    table = persons(np.random.default_rng(2))
    weights, variances = [], []
    for _, site in table.groupby("site"):
        a, c = site[site["t"] == 1], site[site["t"] == 0]
        weights.append(len(a) * len(c) / (len(a) + len(c)))
        variances.append(np.array(a[["x", "z"]].cov() / len(a) + c[["x", "z"]].cov() / len(c)))
    share = np.array(weights) / sum(weights)
    covariance = sum(s**2 * v for s, v in zip(share, variances, strict=True))
    x, z, both = balance(table, covariates=["x", "z"])
    assert [x["se"], z["se"]] == pytest.approx(np.sqrt(np.diag(covariance)))
    d = np.array([x["difference"], z["difference"]])
    assert both["statistic"] == pytest.approx(d @ np.linalg.solve(covariance, d))


@pytest.mark.parametrize("cluster", [1, 5])
def test_size_and_power(cluster):
    rng = np.random.default_rng(5)
    options = {"covariates": ["x", "z"]} | ({"cluster": "unit"} if cluster > 1 else {})
    made = [balance(persons(rng, each=60, cluster=cluster), **options)[-1]["p"] for _ in range(200)]
    assert 0.01 < np.mean(np.array(made) < 0.05) < 0.12
    assert balance(persons(rng, each=60, shift=2.0, cluster=cluster), **options)[-1]["p"] < 0.01


def test_a_covariate_in_the_span_of_others_is_counted_once():
    table = persons(np.random.default_rng(2)).assign(w=lambda t: 2 * t["x"])
    both = balance(table, covariates=["x", "w"])[-1]
    assert both["df"] == 1
    assert both["statistic"] == pytest.approx(balance(table, covariates=["x"])[0]["statistic"])


def test_missing_values_by_arm():
    table = persons(np.random.default_rng(2))
    gone = (table["t"] == 1) & (table.index % 3 == 0)
    table.loc[gone, "y"] = np.nan
    m, y = missing_table(effects(table)).records()
    treated = table[table["t"] == 1]
    assert (m["share"], m["control"], m["difference"], m["p"]) == (0, 0, 0, None)
    assert y["share"] == pytest.approx(treated["y"].isna().mean())
    assert (y["control"], y["persons"]) == (0, len(treated))
    assert y["p"] < 1e-6
    assert missing_table(effects(table.dropna())).records() == []


def test_contrasts_of_baseline_nodes_in_a_table_of_site_effects():
    design = ic.Design.from_text(
        'graph = "T -> M -> Y; X -> Y"\ntreatment = "T"\noutcome = "Y"\nsites = 9\n', format="toml"
    )
    table = frame(9, "M", "X", "Y")
    columns = {node: (node.lower(), f"{node.lower()}_se") for node in ("M", "X", "Y")}
    found = ic.examine(design, ic.SiteEffects.from_frame(table, site="site", effects=columns), assume="all")
    (row,) = next(t for t in found.printed if t.key == "balance").records()
    assert row["variable"] == "X"
    assert row["difference"] == pytest.approx(table["x"].mean())
    assert row["se"] == pytest.approx(0.1 / 3)
