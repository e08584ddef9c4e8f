"""Contrasts of arms, and sites solved by themselves, are averaged as the design wants: worked by hand on three unequal sites."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import identcheck as ic
from tests.drawn import drawn
from tests.report.test_code import run

MOVED = {"a": (1.0, 2.0), "b": (2.0, 3.0), "c": (4.0, -2.0)}
"""By site the compliance and the effect on the outcome."""

TREATED = {"a": (2, 2), "b": (4, 8), "c": (30, 10)}
"""By site the persons treated, and in control; n p (1 - p) is 1, 8/3 and 7.5."""


def trial() -> pd.DataFrame:
    rows = []
    for site, (m, y) in MOVED.items():
        for t, count in zip((1, 0), TREATED[site], strict=True):
            for k in range(count):
                off = (-1) ** k  # mean 0 in each arm
                rows.append({"site": site, "T": t, "M": m * t + 0.1 * off, "Y": y * t + 0.2 * off})
    return pd.DataFrame(rows)


BY_HAND = {
    ("itt", "sites"): (2 + 3 - 2) / 3,
    ("itt", "persons"): (4 * 2 + 12 * 3 + 40 * -2) / 56,
    ("compliance M", "sites"): (1 + 2 + 4) / 3,
    ("compliance M", "persons"): (4 * 1 + 12 * 2 + 40 * 4) / 56,
}


@pytest.mark.parametrize(("effect", "average"), BY_HAND)
@pytest.mark.parametrize("weights", ["persons", "precision", "sites"])
def test_a_contrast_is_the_average_wanted_whatever_the_weights(effect, average, weights):
    design = drawn("T -> M -> Y", sites=3, average=average)
    table = ic.SiteEffects.from_persons(
        trial(), site="site", treatment="T", nodes={"M": "M", "Y": "Y"}, weights=weights
    )
    found = ic.examine(design, table, assume="all")[effect].estimates["wls"]
    assert found.value == pytest.approx(BY_HAND[effect, average])
    assert "(x)" not in found.note


@pytest.mark.parametrize(("effect", "average"), BY_HAND)
def test_the_code_gives_the_same(effect, average, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    trial().to_csv("trial.csv", index=False)
    design = drawn("T -> M -> Y", sites=3, average=average)
    left = run(ic.check(design, "all")[effect].code("python"))
    assert left["estimate"] == pytest.approx(BY_HAND[effect, average])
    capsys.readouterr()


@pytest.mark.parametrize(
    ("average", "wanted"),
    [("sites", (2 + 1.5 - 0.5) / 3), ("persons", (4 * 2 + 12 * 1.5 + 40 * -0.5) / 56)],
)
def test_sites_by_themselves_are_averaged_as_wanted(average, wanted):
    design = drawn("T -> M -> Y", sites=3, average=average)
    table = ic.SiteEffects.from_persons(trial(), site="site", treatment="T", nodes={"M": "M", "Y": "Y"})
    found = ic.examine(design, table, assume=("vi", "everywhere"))["total M Y"].estimates
    assert found["site by site"].value == pytest.approx(wanted)


def two_arms() -> pd.DataFrame:
    """Site b has an arm T2 that is large; its persons count for T1 too where T1 and T2 are of one regression."""
    rows = []
    for site, sizes in {"a": (2, 4, 2), "b": (4, 2, 20)}.items():
        for arm, count in enumerate(sizes):
            effect = {("a", 1): 1.0, ("a", 2): 3.0, ("b", 1): 5.0, ("b", 2): -1.0}.get((site, arm), 0.0)
            for k in range(count):
                rows.append({"site": site, "arm": arm, "M": effect + (-1) ** k, "Y": 2 * effect + (-1) ** k})
    frame = pd.DataFrame(rows)
    return frame.assign(T1=(frame["arm"] == 1) * 1, T2=(frame["arm"] == 2) * 1)


@pytest.mark.parametrize("arm", ["T1", "T2"])
@pytest.mark.parametrize("average", ["sites", "persons"])
def test_with_two_arms_the_code_and_examine_agree(arm, average, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    two_arms().to_csv("trial.csv", index=False)
    design = drawn("{T1 T2} -> M -> Y", sites=2, average=average)
    table = ic.SiteEffects.from_persons(
        two_arms(), site="site", treatment={"T1": 1, "T2": 2}, arm="arm", nodes={"M": "M", "Y": "Y"}
    )
    effect = ic.itt(arm)
    found = ic.examine(design, table, assume="all")[effect].estimates["wls"].value
    left = run(ic.check(design, "all")[effect].code("python"))
    assert found == pytest.approx(left["estimate"])
    if average == "sites":
        assert found == pytest.approx({"T1": (2 + 10) / 2, "T2": (6 - 2) / 2}[arm])
    capsys.readouterr()


def table(persons=None, **more) -> ic.SiteEffects:
    frame = {
        "site": [*MOVED], "m": [m for m, _ in MOVED.values()], "y": [y for _, y in MOVED.values()],
        "sm": [0.5, 0.4, 0.1], "sy": [0.5, 0.25, 0.2],
        "t": [t for t, _ in TREATED.values()], "c": [c for _, c in TREATED.values()],
    }  # fmt: skip
    effects = {"M": ("m", "sm"), "Y": ("y", "sy")}
    return ic.SiteEffects.from_frame(frame, site="site", effects=effects, persons=persons, **more)


def test_a_table_with_numbers_of_persons_is_averaged_over_them():
    design = drawn("T -> M -> Y", sites=3, average="persons")
    found = ic.examine(design, table(("t", "c")), assume="all")["itt"].estimates["wls"]
    assert found.value == pytest.approx(BY_HAND["itt", "persons"])
    assert found.common is None


def test_without_them_it_says_what_the_weights_suppose():
    design = drawn("T -> M -> Y", sites=3, average="persons")
    found = ic.examine(design, table(), assume="all")["itt"].estimates["wls"]
    w = np.array([4.0, 16.0, 25.0])
    assert found.value == pytest.approx(w @ [2, 3, -2] / w.sum())
    assert "if (x): the table has no numbers of persons" in found.note


def test_a_regression_with_other_weights_than_the_design_says_what_that_supposes():
    design = drawn("T -> M -> Y", sites=3, weights="sites")
    for weights, supposes in (("precision", True), ("sites", False)):
        found = ic.examine(design, table(weights=weights), assume="all")["direct M Y"].estimates["wls"]
        assert ("if (x): the design weighs by sites" in found.note) is supposes
