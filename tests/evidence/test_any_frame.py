"""Frames of any kind: an answer or one clear error, never a traceback, and no number where the columns do not determine it."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pandas as pd
from hypothesis import given, settings, strategies as st

import identcheck as ic
from identcheck.errors import IdentcheckError
from tests.evidence.shared import pairs, parallel

ODD = st.sampled_from([0.0, 1.0, float("nan"), float("inf"), 1e-300, 1e300])
NUMBER = st.one_of(st.floats(-1e6, 1e6), ODD, st.just(None), st.text(max_size=3))
NODES = ("M", "N", "Y")


@settings(max_examples=30, deadline=None)
@given(data=st.data(), sites=st.integers(0, 7), weights=st.sampled_from(["precision", "sites", "w"]))
def test_an_answer_or_one_error(data, sites, weights):
    kinds = st.sampled_from([NUMBER, st.floats(-3, 3), st.floats(0.01, 2)])
    columns = {"site": [f"s{i}" for i in range(sites)]}
    for name in ("m", "m_se", "n", "n_se", "y", "y_se", "w"):
        columns[name] = data.draw(st.lists(data.draw(kinds), min_size=sites, max_size=sites))
    with suppress(IdentcheckError):
        table = ic.SiteEffects.from_frame(
            pd.DataFrame(columns), site="site", effects=pairs(*NODES), weights=weights
        )
        found = ic.examine(parallel("M", "N", sites=4), table, assume="all")
        assert found.render("markdown")


@settings(max_examples=25, deadline=None)
@given(sites=st.integers(1, 9), seed=st.integers(0, 999), times=st.sampled_from([0.0, 1.0, -2.5, 1e4]))
def test_no_number_where_the_rank_is_deficient(sites, seed, times):
    rng = np.random.default_rng(seed)
    m = rng.normal(size=sites)
    columns = {"site": list(range(sites)), "m": m, "n": times * m, "y": rng.normal(size=sites)}
    columns |= {f"{c}_se": np.full(sites, 0.2 * (abs(times) if c == "n" and times else 1)) for c in "mny"}
    table = ic.SiteEffects.from_frame(pd.DataFrame(columns), site="site", effects=pairs(*NODES))
    found = ic.examine(parallel("M", "N", sites=9), table, assume="all")
    for node in "MN":
        one = found[ic.direct(node, "Y")]
        assert one.estimates == {}
        assert any(word in one.reason for word in ("span", "fewer", "is 0 in every row"))
        assert found.strength[node].conditional is None


@settings(max_examples=40, deadline=None)
@given(data=st.data(), people=st.integers(0, 30))
def test_persons_of_any_kind(data, people):
    cell = st.one_of(st.integers(0, 2), NUMBER)
    columns = {
        name: data.draw(st.lists(cell, min_size=people, max_size=people)) for name in ("site", "t", "m", "y")
    }
    with suppress(IdentcheckError):
        table = ic.SiteEffects.from_persons(
            pd.DataFrame(columns), site="site", treatment="t", nodes={"M": "m", "Y": "y"}
        )
        assert str(ic.examine(parallel("M", sites=4), table, assume="all"))
