"""Random designs with random plans: everything answers, nothing is nonsense, and the parts agree with each other."""

from __future__ import annotations

import math

import pytest

import identcheck as ic
from identcheck.decide.strategies import Strategy
from tests.exact.questions import design_of, questions
from tests.planning.plans import random_plan


@pytest.mark.parametrize("number", range(40))
def test_every_design_with_any_plan(number: int) -> None:
    random, design = design_of("any plan", number, most=4)
    plan = random_plan(random, design)
    if random.random() < 0.3:
        plan = plan.but(sites=random.choice((1, 2, 3, 5)))
    asked = None if random.random() < 0.6 else questions(random, design, 4)
    numbers = ic.diagnose(design, plan, asked)
    for effect in numbers.effects:
        if effect.budget is None:
            assert effect.bias is not None or not isinstance(effect.question.strategy, Strategy)
            continue
        assert effect.bias is not None
        assert effect.se is not None
        assert math.isfinite(effect.bias)
        assert effect.se >= 0
        assert effect.power is None or 0 <= effect.power <= 1 + 1e-9
        b = effect.budget
        assert b.total == pytest.approx(b.between + b.within + b.bypass + b.left_out + b.persons + b.sites)
    for item in numbers.instruments:
        for strength in item.strengths:
            assert strength.f > 0
            assert math.isnan(strength.conditional) or strength.conditional > 0
    sensitive = ic.sensitivity(design, plan, asked)
    for effect in sensitive.effects:
        joint, single = effect.joint_robustness, effect.robustness
        assert single is None or (joint is not None and joint <= single + 1e-12)
        assert all(math.isfinite(move.slope) for move in effect.moves)
    simulated = ic.simulate(design, plan, reps=10, seed=1, estimands=asked)
    for found in (
        numbers.tables,
        sensitive.tables,
        simulated.tables,
        ic.falsification(design, plan, 10).tables,
    ):
        for table in found:
            assert all(len(row) == len(table.columns) for row in table.rows)
            assert table.text()
