"""Tests of one side reject in the direction of the anticipated effect only."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import identcheck as ic
from tests.drawn import PARALLEL, drawn

EFFECT = ic.direct("M1", "Y")
ARROWS = {"T -> {M1 M2}": ic.Arrow(0.5, 0.4), "M1 -> Y": ic.Arrow(0.12, 0.0), "M2 -> Y": ic.Arrow(-0.1, 0.0)}


def plans(**said: object) -> tuple[ic.Plan, ic.Plan]:
    plan = ic.Plan(sites=30, persons=300, arrows=ARROWS, confounding={"M1 ~ Y": 0.0, "M2 ~ Y": 0.0}, **said)  # type: ignore[arg-type]
    return plan, plan.but(sides=1)


def test_the_compliance_has_the_power_of_a_t_test_of_one_side() -> None:
    design, (_, plan) = drawn(PARALLEL), plans(alpha=0.05)
    found = ic.diagnose(design, plan.but(sites=6, persons=20))[ic.compliance("M1")]
    away = found.question.target / found.se
    assert found.power == pytest.approx(stats.nct.sf(stats.t.isf(0.05, 5), 5, away), abs=2e-4)
    bound = stats.t.isf(0.05, 5) + stats.t.ppf(0.8, 5)
    assert found.detectable == pytest.approx(bound * found.se)


def test_it_is_the_two_sided_test_of_twice_the_level_less_the_wrong_side() -> None:
    design, (two, one) = (
        drawn(PARALLEL),
        (each.but(sites=50) for each in plans()),
    )  # no chance is counted in sets
    for effect in (EFFECT, ic.direct("M2", "Y")):
        found = ic.diagnose(design, one)[effect]
        wide = ic.diagnose(design, two.but(alpha=0.1))[effect]
        assert found.detectable == pytest.approx(wide.detectable)
        assert wide.power - 0.05 < found.power <= wide.power
        assert found.power > ic.diagnose(design, two)[effect].power
        assert found.prospect.wrong_sign == 0 < wide.prospect.wrong_sign
        assert (
            found.prospect.coverage == ic.diagnose(design, two)[effect].prospect.coverage
        )  # of a two-sided interval


def test_simulated_tests_reject_as_often() -> None:
    """4,000 trials: a share is known up to 0.008."""
    design, (_, plan) = drawn(PARALLEL, sites=30), plans()
    drawn_trials = ic.simulate(design, plan, 4000, 5)
    for effect in (EFFECT, ic.direct("M2", "Y")):
        row = next(r for r in drawn_trials.rows if r.estimand == effect and r.own)
        closed = ic.diagnose(design, plan)[effect].prospect.power_with_bias
        assert row.measures["power"].value == pytest.approx(closed, abs=0.04)
    two = ic.simulate(design, plan.but(sides=2), 4000, 5)
    for row, other in zip(drawn_trials.rows, two.rows, strict=True):
        assert row.measures["coverage"] == other.measures["coverage"]


def test_it_is_said_and_travels(tmp_path: Path) -> None:
    design, (_, plan) = drawn(PARALLEL), plans()
    assert "power of a one-sided test" in ic.check(design).render("text", plan=plan, full=True)
    file = tmp_path / "trial.toml"
    file.write_text(ic.dumps(design, "toml") + "\n[plan]\nsides = 1\n")
    assert ic.Plan.from_toml(file).sides == 1
    for wrong in (3, "one", True, 0):
        with pytest.raises(ic.InvalidPlanError, match="it is 1 or 2"):
            ic.Plan(sides=wrong)  # type: ignore[arg-type]
    assert np.isfinite(ic.diagnose(design, plan)[EFFECT].se)
