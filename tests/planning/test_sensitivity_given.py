"""Sensitivity of regressions that hold modifiers fixed: what moments given these come to adds up to the exact bias."""

from __future__ import annotations

import math

import pytest

import identcheck as ic
from identcheck import Arrow, Modifier, Plan
from identcheck.plan.closed.joint import bias_of
from tests.drawn import drawn

ARROWS = {
    "T -> M1": Arrow(0.5, 0.4, 0.3),
    "T -> M2": Arrow(0.4, 0.4, 0.2),
    "M1 -> Y": Arrow(0.3, 0.2, 0.2),
    "M2 -> Y": Arrow(0.2, 0.1, 0.2),
}
MOVED = {"T -> M1": 0.6, "M1 -> Y": 0.5}


def _design(**said) -> ic.Design:
    return drawn("T -> {M1 M2} -> Y", modifiers=[Modifier("z", list(MOVED), **said)])


@pytest.mark.parametrize(
    "said", [{}, {"scale": "binary"}, {"level": "persons", "scale": "binary"}, {"level": "persons"}]
)
@pytest.mark.parametrize("mediator", ["M1", "M2"])
def test_moments_add_up_to_the_bias_exactly(said: dict[str, str], mediator: str) -> None:
    """Of correlations that are stated beside the modifier, between sites and within them."""
    plan = Plan(sites=60, persons=200, arrows=ARROWS, modifiers={"z": MOVED})
    across, inside = (0.0, 0.3) if "level" in said else (0.3, 0.0)  # what z brings in
    plan = plan.but(
        between={"T -> M1 ~ M1 -> Y": 0.35 + across * 0.2, "T -> M2 ~ M1 -> Y": 0.2},
        within={"T -> M1 ~ M1 -> Y": inside + 0.15, "T -> M2 ~ M2 -> Y": 0.2},
    )
    design, asked = _design(**said), f"direct {mediator} Y"
    (effect,) = ic.sensitivity(design, plan, [asked]).effects
    assert effect.question.held
    (numbers,) = ic.diagnose(design, plan, [asked]).effects
    for name, value in (("(vii)", numbers.budget.between), ("(vi)", numbers.budget.within)):
        moves = [move for move in effect.moves if move.called == name]
        assert all("given z" in move.quantity for move in moves)
        assert math.fsum(move.planned * move.slope for move in moves) == pytest.approx(value, rel=1e-9)
        assert abs(value) > 1e-3


def test_a_part_given_modifiers_moves_less_its_own_covariance() -> None:
    """The bias of the part: the slope's times the contrast and its covariance with z, less the covariance given z itself."""
    plan = Plan(sites=60, persons=10**7, arrows=ARROWS, modifiers={"z": MOVED})
    related = plan.but(between={"T -> M1 ~ M1 -> Y": 0.6})
    design = _design()
    (effect,) = ic.sensitivity(design, related, ["mediated M1"]).effects
    moves = math.fsum(move.planned * move.slope for move in effect.moves if move.called == "(vii)")
    numbers = ic.diagnose(design, related, ["mediated M1"])
    few = numbers.effects[0].prospect
    assert moves == pytest.approx(bias_of(numbers.estimators, numbers.effects[0].question), abs=0.002)
    assert few is not None


def test_an_effect_that_bends_with_a_modifier() -> None:
    """(xi): what the square of z does to an effect is what the bias of the straight line is made of."""
    design = drawn(
        "T -> M -> X -> Y", unobserved=["X"], modifiers=[Modifier("z", ["T -> M", "M -> X", "X -> Y"])]
    )
    arrows = {"T -> M": Arrow(0.5, 0.4), "M -> X": Arrow(0.5, 0.3), "X -> Y": Arrow(0.5, 0.3)}
    plan = Plan(
        sites=100, persons=500, arrows=arrows, modifiers={"z": {"T -> M": 0.6, "M -> X": 0.8, "X -> Y": 0.8}}
    )
    (effect,) = ic.sensitivity(design, plan, ["total M Y"]).effects
    (move,) = (move for move in effect.moves if move.called == "(xi)")
    assert move.planned == pytest.approx(0.24**2)
    (numbers,) = ic.diagnose(design, plan, ["total M Y"]).effects
    assert move.planned * move.slope == pytest.approx(numbers.budget.between, rel=1e-9)
