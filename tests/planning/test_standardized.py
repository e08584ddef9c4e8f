"""SDs as they are observed, and effects in units of them: the trial that is drawn has these SDs."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import identcheck as ic
from identcheck.plan.inputs.anticipate import anticipate
from tests.drawn import FIGURE_1, drawn

ARROWS = {
    "T -> M1": ic.Arrow(0.5, 0.3),
    "T -> M2": ic.Arrow(0.4, 0.2),
    "M1 -> M2": ic.Arrow(0.3, 0.0),
    "M1 -> Y": ic.Arrow(0.3, 0.1),
    "M2 -> Y": ic.Arrow(0.25, 0.1),
}
CONFOUNDING = {"M1 ~ Y": 0.3, "M2 ~ Y": 0.2, "M1 ~ M2": 0.1}


def persons_of(plan: ic.Plan, treated: float, count: int = 400_000) -> np.ndarray:
    """M1, M2 and Y of that many persons with the average effects of a plan, (3, persons); drawn here, by hand."""
    at = anticipate(drawn(FIGURE_1, sites=10), plan)
    b = dict(zip(at.edges, at.mean.tolist(), strict=True))
    rng = np.random.default_rng(7)
    e = np.linalg.cholesky(at.residual) @ rng.standard_normal((3, count))
    t = rng.random(count) < treated
    m1 = b["T", "M1"] * t + e[0]
    m2 = b["T", "M2"] * t + b["M1", "M2"] * m1 + e[1]
    return np.array([t, m1, m2, b["M1", "Y"] * m1 + b["M2", "Y"] * m2 + e[2]])


@pytest.mark.parametrize("treated", [0.5, 0.3])
def test_drawn_persons_have_the_sds_that_are_stated(treated: float) -> None:
    """400,000 persons: an SD is known up to 0.11 percent."""
    sds = {"M1": 2.0, "M2": 1.0, "Y": 15.0}
    common = ic.Plan(arrows=ARROWS, confounding=CONFOUNDING, treated=treated, sds=sds, standardized=True)
    control = persons_of(common.but(sds_of="control"), treated)
    assert control[1:, control[0] == 0].std(axis=1) == pytest.approx(list(sds.values()), rel=0.01)
    everybody = persons_of(common.but(sds_of="total"), treated)
    assert everybody[1:].std(axis=1) == pytest.approx(list(sds.values()), rel=0.01)


def test_effects_in_sds_are_the_effects_in_units() -> None:
    design, sds = drawn(FIGURE_1, sites=10), {"M1": 2.0, "M2": 1.0, "Y": 15.0}
    at = anticipate(design, ic.Plan(arrows=ARROWS, sds=sds, standardized=True))
    found = dict(zip(at.edges, at.mean.tolist(), strict=True))
    assert found["T", "M1"] == pytest.approx(0.5 * 2)
    assert found["M1", "M2"] == pytest.approx(0.3 / 2)
    assert found["M1", "Y"] == pytest.approx(0.3 * 15 / 2)
    assert math.sqrt(at.between[at.place["M1", "Y"], at.place["M1", "Y"]]) == pytest.approx(0.1 * 15 / 2)
    same = ic.diagnose(design, at.plan)[ic.direct("M1", "Y")]
    assert ic.diagnose(design, ic.Plan(arrows=ARROWS, sds=sds, standardized=True))[
        ic.direct("M1", "Y")
    ].se == pytest.approx(same.se)


def test_units_do_not_matter() -> None:
    design, effect = drawn(FIGURE_1, sites=30), ic.direct("M2", "Y")
    plans = [
        ic.Plan(arrows=ARROWS, sds=sds, standardized=True) for sds in ({}, {"M1": 3.0, "M2": 7.0, "Y": 100.0})
    ]
    one, other = (ic.diagnose(design, plan)[effect] for plan in plans)
    assert other.se == pytest.approx(one.se * 100 / 7, rel=1e-4)
    assert other.power == pytest.approx(one.power, rel=1e-3)


def test_default_effects_follow_the_residual_sds_that_come_out() -> None:
    at = anticipate(drawn("T -> M -> Y", sites=10), ic.Plan(sds={"Y": 4.0}))
    residual, effect = math.sqrt(at.residual[1, 1]), float(at.mean[at.place["M", "Y"]])
    assert effect == pytest.approx(0.2 * residual)
    assert residual**2 + 2 * 0.3 * effect * residual + effect**2 == pytest.approx(16.0)
    (told,) = [item for item in at.inputs if item.name == "residual SD of Y"]
    assert not told.default
    assert "leave of the SD of Y, 4 among control persons" in told.source


def test_a_binary_mediator_moves_by_one_step() -> None:
    design = drawn("T -> M -> Y", sites=10, scales={"M": "binary"})
    plan = ic.Plan(arrows={"M -> Y": ic.Arrow(0.3, 0.1)}, sds={"M": 0.4, "Y": 10.0}, standardized=True)
    at = anticipate(design, plan)
    assert at.mean[at.place["M", "Y"]] == pytest.approx(3.0)


def test_what_is_impossible_is_told_all_at_once() -> None:
    design = drawn(FIGURE_1, sites=10)
    with pytest.raises(ic.InvalidPlanError, match="alone give it one of"):
        anticipate(design, ic.Plan(sds={"Y": 0.1}, arrows={"M1 -> Y": ic.Arrow(0.9)}))
    with pytest.raises(ic.InvalidPlanError) as caught:
        anticipate(design, ic.Plan(sds={"Y": 1.0, "M1": 1.0}, residuals={"Y": 1.0, "M1": 2.0}))
    assert len(caught.value.problems) == 2
    with pytest.raises(ic.InvalidPlanError) as caught:
        ic.Plan(sds={"Y": -1}, sds_of="everybody", standardized="yes")  # type: ignore[arg-type]
    assert len(caught.value.problems) == 3
    with pytest.raises(ic.InvalidPlanError, match="no mediator and not the outcome"):
        anticipate(design, ic.Plan(sds={"Q": 1.0}))


def test_it_travels_in_files(tmp_path: Path) -> None:
    file = tmp_path / "trial.toml"
    tables = '\n[plan]\nstandardized = true\nsds_of = "total"\n[plan.sds]\nY = 15\n'
    file.write_text(ic.dumps(drawn(FIGURE_1), "toml") + tables)
    plan = ic.Plan.from_toml(file)
    assert (dict(plan.sds), plan.sds_of, plan.standardized) == ({"Y": 15}, "total", True)
    assert ic.diagnose(ic.load(file), plan)[ic.direct("M1", "Y")].se > 0


def test_what_is_in_no_stated_unit_is_not_called_sds() -> None:
    """An SD of 15, or a residual SD of 14, is in points or whatever; one below 1 may be in SDs of all there is."""
    design = drawn("T -> M -> Y")

    def unit(**said: object) -> str:
        (row,) = (
            row
            for row in anticipate(design, ic.Plan(**said)).table.records()
            if row["name"] == "mean of M -> Y"
        )
        return row["unit"]

    assert unit() == unit(residuals={"Y": 0.8}) == unit(sds={"Y": 1.0}) == "SD of Y per SD of M"
    assert unit(sds={"Y": 15.0}) == unit(residuals={"Y": 14.0}) == "units of Y per SD of M"
    assert unit(sds={"Y": 15.0, "M": 3.0}, standardized=True) == "units of Y per unit of M"
    assert unit(sds={"Y": 15.0}, units={"Y": "points"}) == "points per SD of M"
