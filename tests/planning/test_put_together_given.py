"""Products of effects, and parts of the intent-to-treat effect, given modifiers: against trials drawn by other code."""

from __future__ import annotations

import math

import numpy as np
import pytest

import identcheck as ic
from identcheck import Arrow, Modifier, Plan
from identcheck.decide.strategies import Composed
from identcheck.plan.closed.joint import put_together
from tests.drawn import drawn

ARROWS = {
    ("T", "M1"): (0.6, 0.4, 0.6),
    ("T", "M2"): (0.4, 0.4, 0.0),
    ("M1", "M2"): (0.4, 0.2, 0.7),
    ("M1", "Y"): (0.3, 0.2, -0.5),
    ("M2", "Y"): (0.3, 0.2, 0.7),
}
"""By arrow the mean, the SD across sites, and the change per SD of z."""
SITES, PERSONS, REPS = 60, 400, 600
CONFOUNDING = 0.3
ASKED = ("total M1 Y", "mediated M1", "mediated M2")


def _planned() -> tuple[ic.Design, Plan]:
    moved = {f"{u} -> {v}": b for (u, v), (_, _, b) in ARROWS.items() if b}
    design = drawn("T -> {M1 M2} -> Y; M1 -> M2", modifiers=[Modifier("z", list(moved))])
    plan = Plan(
        sites=SITES,
        persons=PERSONS,
        arrows={edge: Arrow(mean, sd) for edge, (mean, sd, _) in ARROWS.items()},
        modifiers={"z": moved},
        confounding={"M1 ~ Y": CONFOUNDING, "M2 ~ Y": CONFOUNDING},
    )
    return design, plan


def _trial(rng: np.random.Generator) -> tuple[float, ...]:
    z = rng.standard_normal(SITES)
    effect = {
        edge: mean + sd * (b * z + math.sqrt(1 - b**2) * rng.standard_normal(SITES))
        for edge, (mean, sd, b) in ARROWS.items()
    }
    t = np.tile(np.repeat([1.0, 0.0], PERSONS // 2), (SITES, 1))
    rest = rng.standard_normal((3, SITES, PERSONS))
    r = CONFOUNDING
    values = {"T": t}
    noise = {"M1": rest[0], "M2": rest[1], "Y": r * rest[0] + r * rest[1] + math.sqrt(1 - 2 * r**2) * rest[2]}
    for node in ("M1", "M2", "Y"):
        values[node] = noise[node] + sum(e[:, None] * values[u] for (u, v), e in effect.items() if v == node)
    half = PERSONS // 2
    g1, g2, y = (values[v][:, :half].mean(1) - values[v][:, half:].mean(1) for v in ("M1", "M2", "Y"))
    one, two, k1, k2 = np.linalg.lstsq(np.stack([g1, g2, g1 * z, g2 * z], 1), y, rcond=None)[0]
    _, _, along, change = np.linalg.lstsq(np.stack([np.ones(SITES), z, g1, g1 * z], 1), g2, rcond=None)[0]
    first, second = one + k1 * z, two + k2 * z
    total = first + (along + change * z) * second
    return float(total.mean()), float((g1 * first).mean()), float((g2 * second).mean())


def test_closed_forms_and_trials_drawn_by_other_code() -> None:
    """Bias within 0.01 and SE 6%, each beside 4 Monte Carlo errors; true values by hand."""
    design, plan = _planned()
    numbers = ic.diagnose(design, plan, ASKED, assume="all")
    rng = np.random.default_rng(3)
    found = np.array([_trial(rng) for _ in range(REPS)]).T
    truth = (
        0.3 + 0.4 * 0.3 + 0.2 * 0.2 * 0.7 * 0.7,
        0.6 * 0.3 - 0.4 * 0.2 * 0.6 * 0.5,
    )
    for asked, value in zip(ASKED, truth, strict=False):
        assert numbers[asked].question.target == pytest.approx(value)
    for asked, estimates in zip(ASKED, found, strict=True):
        effect, spread = numbers[asked], estimates.std(ddof=1)
        assert isinstance(effect.question.strategy, Composed)
        assert effect.question.held
        away = estimates.mean() - effect.question.target
        assert effect.bias == pytest.approx(away, abs=0.01 + 4 * spread / math.sqrt(REPS))
        assert effect.se == pytest.approx(spread, rel=0.06 + 4 / math.sqrt(2 * REPS))
    simulated = ic.simulate(design, plan, 600, seed=5, estimands=ASKED, assume="all")
    for asked, estimates in zip(ASKED, found, strict=True):
        row = simulated.row(asked)
        error = math.hypot(row["mean"].error, estimates.std() / math.sqrt(REPS))
        assert row["mean"].value == pytest.approx(estimates.mean(), abs=4 * error)
        assert row["sd"].value == pytest.approx(estimates.std(ddof=1), rel=4 * math.sqrt(1 / REPS))


def test_the_limit_is_the_average_of_products_given_the_modifier() -> None:
    """With very many persons the estimate of the total effect comes to E[m_1(z) + l(z) m_2(z)], not to products of averages."""
    design, plan = _planned()
    estimators = ic.diagnose(design, plan.but(persons=1_000_000), ["total M1 Y"], assume="all")
    (effect,) = estimators.effects
    estimate = put_together(estimators.estimators, effect.question.strategy)()
    assert float(estimate.limit[0]) == pytest.approx(0.3 + 0.4 * 0.3 + 0.2 * 0.2 * 0.7 * 0.7, abs=1e-4)


def test_parts_given_modifiers_add_up_to_the_whole() -> None:
    design, plan = _planned()
    numbers = ic.diagnose(design, plan, ["mediated M1", "mediated M2", "itt"], assume="all")
    joint = numbers.joint()
    assert joint.se([1, 1, -1]) < 0.35 * numbers["itt"].se
    assert sum(numbers[f"mediated {m}"].share for m in ("M1", "M2")) == pytest.approx(1.0, abs=0.02)
