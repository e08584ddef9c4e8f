"""Effects given characteristics of persons: cells of sites as rows, against two-stage least squares on the same persons."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import identcheck as ic
from identcheck.decide.conditions import Regression
from identcheck.errors import InvalidDataError
from identcheck.evidence.regressors import rows_of
from tests.drawn import drawn

NODES = {"M": "M", "N": "N", "Y": "Y"}


def persons(sites: int = 24, size: int = 60, kinds: int = 2, seed: int = 3) -> pd.DataFrame:
    """Persons of kinds V whose share differs between sites; V moves the effect of T on M and that of M on Y."""
    rng = np.random.default_rng(seed)
    found = []
    for site in range(sites):
        v = rng.choice(kinds, size=size, p=rng.dirichlet(np.full(kinds, 4.0)))
        t = (np.arange(size) % 2)[rng.permutation(size)]
        level = rng.normal(size=size)
        m = t * (0.5 + v + 0.6 * rng.normal()) + level + rng.normal(size=size)
        n = t * (1 + 0.7 * rng.normal()) + level
        y = (0.3 + 0.4 * v) * m + 0.2 * n + level + rng.normal(size=size)
        found.append(pd.DataFrame({"site": f"s{site}", "T": t, "V": v, "M": m, "N": n, "Y": y}))
    return pd.concat(found, ignore_index=True)


def design(kinds: int = 2, sites: int = 24, **options) -> ic.Design:
    scale = {"scale": "binary"} if kinds == 2 else {"scale": "categorical", "levels": kinds}
    held = ic.Modifier("V", [("T", "M"), ("M", "Y")], level="persons", **scale)
    return drawn("T -> {M N} -> Y", sites=sites, modifiers=[held], **options)


def examined(frame: pd.DataFrame, asked: ic.Design, **options) -> ic.Evidence:
    effects = ic.SiteEffects.from_persons(
        frame, site="site", treatment="T", nodes=NODES, modifiers={"V": "V"}, **options
    )
    return ic.examine(asked, effects, assume="all")


def two_stages(frame: pd.DataFrame, kinds: int, average: str) -> np.ndarray:
    """Cell effects as controls, cell by treatment as instruments; V less its average over sites, or persons."""
    cell = pd.get_dummies(frame["site"] + frame["V"].astype(str)).to_numpy(float)
    x = [frame["M"].to_numpy(), frame["N"].to_numpy()]
    for kind in range(1, kinds):
        h = (frame["V"] == kind).astype(float)
        mean = h.groupby(frame["site"]).mean().mean() if average == "sites" else h.mean()
        x.append(frame["M"].to_numpy() * (h - mean).to_numpy())
    z = np.hstack([cell, cell * frame[["T"]].to_numpy()])
    every = np.column_stack([*x, cell])
    fitted = z @ np.linalg.lstsq(z, every, rcond=None)[0]
    return np.linalg.lstsq(fitted, frame["Y"].to_numpy(), rcond=None)[0][: len(x)]


@pytest.mark.parametrize("average", ["sites", "persons"])
@pytest.mark.parametrize("kinds", [2, 3])
def test_weighted_least_squares_of_cells_is_two_stage_least_squares(kinds, average):
    frame = persons(kinds=kinds, size=90)
    found = examined(frame, design(kinds, average=average))
    expected = two_stages(frame, kinds, average)
    own = found["direct M Y"]
    assert own.estimates["wls"].value == pytest.approx(expected[0], rel=1e-9)
    assert found["direct N Y"].estimates["wls"].value == pytest.approx(expected[1], rel=1e-9)
    assert own.regression.rows.count == 24
    assert len(own.regression.rows.y) == 24 * kinds


def test_errors_are_over_sites_and_not_over_cells():
    """CR3 by leaving out one site with all its cells; CR1 by the sums of scores of sites."""
    frame = persons()
    one = examined(frame, design())["direct N Y"]
    rows = one.regression.rows
    x, y, w = rows.g, rows.y, rows.w

    def solved(kept):
        root = np.sqrt(w[kept])
        return np.linalg.lstsq(x[kept] * root[:, None], y[kept] * root, rcond=None)[0][1]

    left = np.array([solved(rows.site != s) for s in range(24)])
    assert len(one.leave_one_out.rows) == 24
    changes = one.own.value - left
    assert one.estimates["wls"].se == pytest.approx(np.sqrt(23 / 24 * (changes**2).sum()))
    inverse = np.linalg.inv((x * w[:, None]).T @ x)
    e = y - x @ (inverse @ x.T @ (w * y))
    scores = np.array([(x[rows.site == s] * (w * e)[rows.site == s][:, None]).sum(0) for s in range(24)])
    meat = inverse @ scores.T @ scores @ inverse
    factor = 24 / 23 * (len(y) - 1) / (len(y) - x.shape[1])
    assert one.estimates["wls"].cr1 == pytest.approx(np.sqrt(factor * meat[1, 1]))
    low, high = one.estimates["wls"].bootstrap
    assert low < one.own.value < high
    assert {"intercept", "curvature", "heterogeneity"} <= {*one.regression.tests}


def test_heterogeneity_takes_cells_as_independent():
    found = examined(persons(), design())["direct N Y"].regression
    rows = found.rows
    x, y, v = rows.g, rows.y, rows.own[:, 0, 0]
    root = 1 / np.sqrt(v)
    e = (y - x @ np.linalg.lstsq(x * root[:, None], y * root, rcond=None)[0]) * root
    assert found.tests["heterogeneity"].statistic == pytest.approx(e @ e)


def test_every_cell_of_a_site_counts_in_the_tests():
    """The corrected line with an intercept, from sums over all 48 cells; errors over 24 sites."""
    found = examined(persons(), design())["direct N Y"].regression
    rows = found.rows
    assert len(rows.y) == 48
    w = rows.w / rows.w.mean()
    x = np.column_stack([rows.g, np.ones(48)])
    gram, right = (x * w[:, None]).T @ x, (x * w[:, None]).T @ rows.y
    width = rows.g.shape[1]
    gram[:width, :width] -= np.einsum("r,rab->ab", w, rows.own[:, 1:, 1:])
    right[:width] -= np.einsum("r,ra->a", w, rows.own[:, 1:, 0])
    line, intercepts = found.lifted
    np.testing.assert_allclose([*line, *intercepts.values()], np.linalg.solve(gram, right), rtol=1e-9)
    assert 0 < found.tests["intercept"].p < 1
    assert 0 < found.tests["curvature"].p < 1


def test_at_a_level_it_is_the_effect_among_these_persons():
    frame = persons()
    found = examined(frame, design())
    for kind in (0, 1):
        b = two_stages(frame.assign(V=frame["V"] if kind == 0 else 1 - frame["V"]), 2, "persons")
        share = (frame["V"] != kind).mean()
        own = found[ic.at(ic.direct("M", "Y"), V=kind)].estimates["wls"].value
        assert own == pytest.approx(b[0] - share * b[2])


def test_a_part_is_averaged_over_cells():
    """The compliance of each cell times its effect, cells by their share of the persons of a site."""
    frame = persons()
    found = examined(frame, design())
    b = two_stages(frame, 2, "sites")
    middle = frame["V"].groupby(frame["site"]).mean().mean()
    mean = frame.groupby(["site", "V", "T"])["M"].mean().unstack()
    compliance = (mean[1] - mean[0]).rename("r").reset_index()
    count = frame.groupby(["site", "V"]).size().to_numpy()
    share = count / 60
    effect = b[0] + b[2] * (compliance["V"] - middle)
    expected = (share * compliance["r"] * effect).sum() / share.sum()
    one = found["mediated M"]
    assert one.own.value == pytest.approx(expected, rel=1e-9)
    assert {*one.own.without} == {f"s{i}" for i in range(24)}


def test_the_estimation_code_gives_the_same(tmp_path, monkeypatch, capsys):
    pytest.importorskip("linearmodels")
    monkeypatch.chdir(tmp_path)
    frame = persons(sites=10)
    frame.to_csv("trial.csv", index=False)
    found = examined(frame, design(sites=10))
    for asked in ("direct M Y", "mediated M", "direct M Y at V=1"):
        namespace: dict[str, object] = {}
        code = (
            found[asked]
            .finding.code("python", data="trial.csv", site="site")
            .replace("range(999)", "range(3)")
        )
        exec(compile(code, "estimation code", "exec"), namespace)
        assert namespace["estimate"] == pytest.approx(found[asked].own.value, rel=1e-7)
    capsys.readouterr()


def test_two_arms_share_the_control_of_their_cell():
    frame = persons(size=200)
    frame["arm"] = np.where(frame["T"] == 0, "c", np.where(np.arange(len(frame)) % 3 == 0, "A", "B"))
    effects = ic.SiteEffects.from_persons(
        frame, site="site", treatment={"A": "A", "B": "B"}, arm="arm", nodes=NODES, modifiers={"V": "V"}
    )
    held = ic.Modifier("V", [("A", "M"), ("B", "M"), ("M", "Y")], level="persons", scale="binary")
    asked = drawn("{A B} -> {M N} -> Y", treatment=["A", "B"], sites=24, modifiers=[held])
    rows = rows_of(effects, Regression(asked, "Y", ("M", "N"), ("A", "B"), moderators=("V",)))
    assert len(rows.apart) == 48
    assert all(len(block) == 2 for block in rows.apart)
    pick = np.array([1.0, *np.zeros(len(rows.columns))])
    for block in rows.apart[:5]:
        cell = rows.labels[block[0]]
        site, kind = cell.split(", V ")
        control = frame[(frame["site"] == site) & (frame["V"] == int(kind)) & (frame["arm"] == "c")]["Y"]
        assert rows.block(block, pick)[0, 1] == pytest.approx(control.var(ddof=1) / len(control))


def test_cells_of_one_site_are_its_units():
    frame = persons(sites=1, size=2000, kinds=12)
    scale = {"scale": "categorical", "levels": 12}
    held = ic.Modifier("V", [("T", "M")], level="persons", **scale)
    found = examined(frame, drawn("T -> {M N} -> Y", sites=1, modifiers=[held]))
    one = next(e for e in found.every if e.regression is not None)
    assert one.regression.rows.count == 12
    assert any("one site" in note for note in one.regression.notes)


class TestWhatCannotBe:
    def test_a_table_of_sites_has_no_cells(self):
        frame = pd.DataFrame(
            {"site": [f"s{i}" for i in range(24)], "V": 1.0}
            | {c: np.random.default_rng(2).normal(size=24) for c in ("m", "n", "y")}
            | {f"{c}_se": 0.1 for c in ("m", "n", "y")}
        )
        named = {n: (n.lower(), f"{n.lower()}_se") for n in NODES}
        effects = ic.SiteEffects.from_frame(frame, site="site", effects=named, modifiers={"V": "V"})
        reason = ic.examine(design(), effects, assume="all")["direct M Y"].reason
        assert "give the data of persons, with the column of V among the modifiers" in reason

    def test_persons_without_the_column(self):
        effects = ic.SiteEffects.from_persons(persons(), site="site", treatment="T", nodes=NODES)
        assert "column of V" in ic.examine(design(), effects, assume="all")["direct M Y"].reason

    def test_a_characteristic_with_numbers_needs_slopes(self):
        held = ic.Modifier("V", [("T", "M"), ("M", "Y")], level="persons")
        found = examined(persons(), drawn("T -> {M N} -> Y", sites=24, modifiers=[held]))
        said = "V is continuous: effects by it take slopes within each site, which examine does not work out; run the "
        assert said in found["direct M Y"].reason
        assert not found["direct M Y"].estimates
        assert said in found.render("html")
        assert "ibn.cell#c.V" in found.result["direct M Y"].code("stata")  # where the slopes are

    def test_categories_from_one_and_a_characteristic_of_sites_that_differs_within_them(self):
        frame = persons()
        with pytest.raises(
            InvalidDataError, match="has the value 2, and the design numbers its 2 categories from 0"
        ):
            examined(frame.assign(V=frame["V"] + 1), design())
        held = ic.Modifier("V", [("T", "M"), ("M", "Y")], scale="binary")
        with pytest.raises(
            InvalidDataError, match="characteristic of sites in the design, but persons of a site differ"
        ):
            examined(frame, drawn("T -> {M N} -> Y", sites=24, modifiers=[held]))

    def test_cells_with_an_empty_arm_are_left_out_and_named_and_their_persons_stay_in_the_average(self):
        frame = persons()
        gone = frame[~((frame["site"] == "s3") & (frame["V"] == 1) & (frame["T"] == 1))]
        one = examined(gone, design())["direct M Y"]
        assert len(one.regression.rows.y) == 47
        assert any("'s3, V 1'" in note for note in one.regression.notes)
        assert one.own.value == pytest.approx(two_stages(gone, 2, "sites")[0])

    def test_persons_without_a_value_are_counted(self):
        frame = persons().astype({"V": float})
        frame.loc[:9, "V"] = np.nan
        found = examined(frame, design())
        assert any("V is missing: 10 of 1,440" in note for note in found["direct M Y"].regression.notes)
