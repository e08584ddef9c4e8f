"""Numbers of effects at levels of modifiers: closed forms and ``simulate`` against trials drawn by other code."""

from __future__ import annotations

import math

import numpy as np
import pytest

import identcheck as ic
from identcheck import Arrow, Modifier, Plan
from identcheck.errors import InvalidPlanError
from tests.drawn import drawn
from tests.planning import group_trials, held_trials

REPS = 500
ONE = {("T", "M1"): (0.5, 0.4, (0.6,)), ("M1", "Y"): (0.3, 0.2, (0.5,))}
SITES = {
    "continuous": held_trials.Setting(ONE, sites=60, persons=200),
    "binary": held_trials.Setting(ONE, sites=60, persons=200, categories=2),
}
WITHIN = {("T", "M1"): (0.5, 0.3, 0.5, 0.6), ("M1", "Y"): (0.3, 0.15, 0.3, 0.7)}


@pytest.mark.parametrize("name", SITES)
def test_of_sites(name: str) -> None:
    """True value by hand; bias within 0.01, SE 6%, beside 4 Monte Carlo errors."""
    setting = SITES[name]
    design, plan = setting.described()
    if name == "continuous":  # 14 is an SD above the average
        plan = plan.but(modifiers=dict(plan.modifiers) | {("z0", "mean"): 10, ("z0", "sd"): 4})
    asked = ic.at(ic.direct("M1", "Y"), z0=14 if name == "continuous" else 1)
    found = held_trials.run(setting, REPS).above["M1"]
    _agrees(design, plan, asked, found, 0.3 + 0.2 * 0.5)


@pytest.mark.parametrize("icc", [0.0, 0.2])
def test_of_persons(icc: float) -> None:
    setting = group_trials.Groups(WITHIN, icc=icc)
    design, plan = setting.described()
    found = group_trials.run(setting, 300).above["M1"]
    truth = 0.3 + 0.3 * 0.7 / math.sqrt(1 - icc)
    _agrees(design, plan, ic.at(ic.direct("M1", "Y"), z=1), found, truth)


def _agrees(design: ic.Design, plan: Plan, asked: ic.Estimand, found: np.ndarray, truth: float) -> None:
    (effect,) = ic.diagnose(design, plan, [asked]).effects
    assert effect.question.target == pytest.approx(truth)
    spread, reps = found.std(ddof=1), len(found)
    assert effect.bias == pytest.approx(found.mean() - truth, abs=0.01 + 4 * spread / math.sqrt(reps))
    assert effect.se == pytest.approx(spread, rel=0.06 + 4 / math.sqrt(2 * reps))
    row = ic.simulate(design, plan, 400, seed=3, estimands=[asked]).row(asked)
    assert row["mean"].value == pytest.approx(
        found.mean(), abs=4 * math.hypot(row["mean"].error, spread / math.sqrt(reps))
    )
    assert row["sd"].value == pytest.approx(spread, rel=4 * math.sqrt(0.5 / 400 + 0.5 / reps))


def test_sums_of_effects_at_levels() -> None:
    """An effect at a level less the average effect, and with the contrast of arms: bias within 0.01, SE 6%."""
    setting = SITES["binary"]
    design, plan = setting.described()
    found = held_trials.run(setting, REPS)
    at = ic.at(ic.direct("M1", "Y"), z0=1)
    _agrees(
        design,
        plan,
        ic.difference(at, ic.direct("M1", "Y")),
        found.above["M1"] - found.estimates["M1"],
        0.2 * 0.5,
    )
    itt = 0.5 * 0.3 + 0.4 * 0.2 * 0.6 * 0.5
    _agrees(design, plan, ic.plus(at, ic.itt()), found.above["M1"] + found.contrasts["Y"], 0.4 + itt)


def test_two_levels_differ_by_the_slope_alone() -> None:
    """1 less 0 of a binary modifier is twice the slope, whatever the average effect is."""
    design, plan = SITES["binary"].described()
    effect = ic.direct("M1", "Y")
    one, none = ic.at(effect, z0=1), ic.at(effect, z0=0)
    numbers = ic.diagnose(design, plan, [one, none, ic.difference(one, none), ic.plus(one, none)])
    both, apart = numbers[ic.plus(one, none)].se, numbers[ic.difference(one, none)].se
    assert 2 * (numbers[one].se ** 2 + numbers[none].se ** 2) == pytest.approx(both**2 + apart**2)
    assert numbers[ic.difference(one, none)].question.target == pytest.approx(2 * 0.2 * 0.5)
    row = ic.simulate(design, plan, 400, seed=3, estimands=[ic.difference(one, none)]).rows[0]
    assert row["coverage"].value > 0.88


def test_a_compliance_where_a_category_is() -> None:
    """Its SE is about that of the half of the sites that have it."""
    design, plan = SITES["binary"].described()
    asked = ic.at(ic.compliance("M1"), z0=1)
    half = plan.but(sites=30, modifiers={})
    here, alike = ic.diagnose(design, plan, [asked])[asked], ic.diagnose(design, half, ["compliance M1"])
    assert here.question.target == pytest.approx(0.5 + 0.4 * 0.6)
    left = alike.effects[0].se * math.sqrt((0.16 * 0.64 + 4 / 200) / (0.16 + 4 / 200))
    assert here.se == pytest.approx(left, rel=0.06)


def test_what_level_is_meant_has_to_be_known() -> None:
    design = drawn("T -> M -> Y", modifiers=[Modifier("z", ["T -> M", "M -> Y"])])
    plan = Plan(sites=40, arrows={"T -> M": Arrow(0.5, 0.4), "M -> Y": Arrow(0.3, 0.2)})
    asked = ic.at(ic.direct("M", "Y"), z=1)
    (effect,) = ic.diagnose(design, plan, [asked]).effects
    assert effect.se is None
    assert "state its mean and sd" in effect.question.reason
    (effect,) = ic.diagnose(design, plan.but(modifiers={"z": {"mean": 0, "sd": 1}}), [asked]).effects
    assert effect.se


@pytest.mark.parametrize(
    ("scale", "said", "why"),
    [
        ("continuous", {"sd": 0}, "sd of z is 0"),
        ("binary", {"mean": 1}, "categories"),
        ("continuous", {"sd": -1}, "sd"),
    ],
)
def test_impossible_units(scale: str, said: dict[str, float], why: str) -> None:
    design = drawn("T -> M -> Y", modifiers=[Modifier("z", ["T -> M", "M -> Y"], scale=scale)])
    with pytest.raises(InvalidPlanError, match=why):
        ic.diagnose(design, Plan(sites=40, modifiers={"z": said}))
