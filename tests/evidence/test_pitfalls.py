"""What went wrong in other tools. Those that are tested elsewhere, by the file in this folder:

============================================================  =================================================================
weights left out of a conditional F, its degrees wrong        test_published, Waterworth: 21.43, 13.65, 14.88 on 26
a large marginal F beside a small conditional one             test_examine, test_a_marginal_f_hides_a_conditional_one
a minimiser that stops early                                  test_published, the rank test; test_two_arms, by a second method
Hessian standard errors beside an unbounded set               test_published, Duncan
another object silently accepted                              test_input, test_another_object_is_refused_by_examine
long names that are cut alike; a forest of many sites         test_pictures
============================================================  =================================================================
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import identcheck as ic
from identcheck.errors import InvalidDataError
from tests.evidence.shared import frame, pairs, parallel

plots = pytest.importorskip("identcheck.plots")


def persons(sites: int = 8, size: int = 40, seed: int = 5) -> pd.DataFrame:
    """M is what site and arm say, so that it lies in the span of the instruments."""
    rng = np.random.default_rng(seed)
    site = np.repeat(np.arange(sites), size)
    t = np.tile([0, 1], sites * size // 2)
    m = t * (1 + site % 3)
    return pd.DataFrame({"site": site, "t": t, "m": m, "y": 0.4 * m + rng.normal(size=len(t))})


def test_a_mediator_in_the_span_of_the_instruments_has_no_strength_and_an_honest_error():
    """Its compliances have no error: LIML is least squares weighted by precision, and its standard error is that of Y."""
    effects = ic.SiteEffects.from_persons(persons(), site="site", treatment="t", nodes={"M": "m", "Y": "y"})
    found = ic.examine(parallel("M", sites=8), effects, assume="all")
    assert found.strength["M"].f is None
    assert found.strength["M"].conditional is None
    g, y, v = effects.effects[:, 0], effects.effects[:, 1], effects.sampling[:, 1, 1]
    liml = found["direct M Y"].estimates["liml"]
    assert liml.value == pytest.approx((g / v) @ y / ((g / v) @ g), rel=1e-6)
    assert liml.se == pytest.approx(((g / v) @ g) ** -0.5, rel=1e-3)


def test_a_mediator_in_the_span_of_another_gives_no_number_at_all():
    data = persons().assign(n=lambda d: 2 * d["m"])
    effects = ic.SiteEffects.from_persons(
        data, site="site", treatment="t", nodes={"M": "m", "N": "n", "Y": "y"}
    )
    found = ic.examine(parallel("M", "N", sites=8), effects, assume="all")
    for node in "MN":
        one = found[ic.direct(node, "Y")]
        assert one.estimates == {}
        assert "in one another's span" in one.reason


def test_no_site_is_left_and_there_is_no_estimate():
    data = persons()
    for gone in (data[data["t"] == 1], data[(data["t"] == 1) == (data["site"] % 2 == 0)]):
        with pytest.raises(InvalidDataError, match="no site has two persons"):
            ic.SiteEffects.from_persons(gone, site="site", treatment="t", nodes={"M": "m", "Y": "y"})
    table = frame(5, "M", "Y").assign(y=np.nan)
    with pytest.raises(InvalidDataError, match="the table is empty"):
        ic.SiteEffects.from_frame(table, site="site", effects=pairs("M", "Y"))


class TestCovariances:
    table = frame(6, "M", "N", "Y").assign(my=0.001, mn=-0.002)

    def made(self, covariances: object) -> ic.SiteEffects:
        return ic.SiteEffects.from_frame(
            self.table, site="site", effects=pairs("M", "N", "Y"), covariances=covariances
        )

    def test_either_order_of_a_pair_is_the_same_and_what_is_not_said_is_0(self):
        one, other = (
            self.made({("M", "Y"): "my", ("M", "N"): "mn"}),
            self.made({("Y", "M"): "my", ("N", "M"): "mn"}),
        )
        assert np.array_equal(one.sampling, other.sampling)
        assert one.sampling[0, 0, 2] == one.sampling[0, 2, 0] == 0.001
        assert one.sampling[0, 1, 2] == 0
        assert any("1 of 3" in note for note in one.notes)

    @pytest.mark.parametrize(
        "wrong",
        [
            ["my"],
            "my",
            {"MY": "my"},
            {("M", "M"): "my"},
            {("M", "X"): "my"},
            {("M", "Y"): "none"},
            {("M", "Y"): 3},
        ],
    )
    def test_what_is_no_pair_or_no_column_is_an_error_with_words(self, wrong):
        with pytest.raises(InvalidDataError):
            self.made(wrong)

    def test_the_same_pair_twice(self):
        with pytest.raises(InvalidDataError, match="named twice"):
            self.made({("M", "Y"): "my", ("Y", "M"): "mn"})


def test_rows_of_cells_have_labels_of_their_own_in_the_forest():
    rng = np.random.default_rng(1)
    data = pd.concat([persons(seed=s).assign(v=s) for s in (0, 1)])
    data["m"] = data["m"] + rng.normal(size=len(data))
    held = ic.Modifier("V", [("T", "M"), ("M", "Y")], level="persons", scale="binary")
    effects = ic.SiteEffects.from_persons(
        data, site="site", treatment="t", nodes={"M": "m", "Y": "y"}, modifiers={"V": "v"}
    )
    found = ic.examine(parallel("M", sites=8, modifiers=[held]), effects, assume="all")
    named = [label.get_text() for label in plots.site_forest(found).axes[0].get_yticklabels()]
    assert len(named) == len({*named}) == 16
    assert "3, V 1" in named


@pytest.mark.parametrize(
    "wrong",
    [
        {"site": None}, {"site": 3}, {"treatment": None}, {"treatment": {"A": 1}, "arm": 3}, {"nodes": ["m"]}, {"nodes": 3},
        {"nodes": {"M": 4}}, {"covariates": 4}, {"covariates": [3]}, {"cluster": 3}, {"modifiers": ["Z"]},
        {"modifiers": {"Z": 5}},
    ],
)  # fmt: skip
def test_arguments_of_other_kinds_are_errors_with_words(wrong):
    told = {"site": "site", "treatment": "t", "nodes": {"M": "m", "Y": "y"}}
    with pytest.raises(InvalidDataError):
        ic.SiteEffects.from_persons(persons(), **told | wrong)


@pytest.mark.parametrize(
    "wrong", [{"site": 3}, {"arm": 4}, {"persons": 5}, {"persons": ("a", 2)}, {"modifiers": ["Z"]}]
)
def test_arguments_of_a_table_too(wrong):
    with pytest.raises(InvalidDataError):
        ic.SiteEffects.from_frame(frame(5, "M", "Y"), **{"site": "site", "effects": pairs("M", "Y")} | wrong)
