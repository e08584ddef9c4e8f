"""What measuring drawn causes buys at the planned numbers, against the bias of the correlations that follow."""

from __future__ import annotations

import pytest

import identcheck as ic
from identcheck import Arrow, Modifier, Plan
from tests.drawn import FIGURE_1, drawn

BOTH = ("T -> M1", "M2 -> Y")
ARROWS = {"T -> {M1 M2}": Arrow(0.5, 0.4), "{M1 M2} -> Y": Arrow(0.3, 0.2), "M1 -> M2": Arrow(0.2, 0.1)}


def diagnosed(*modifiers, numbers=None, **said):
    plan = Plan(
        sites=80, persons=300, arrows=ARROWS, modifiers=numbers or {"w": {BOTH[0]: 0.6, BOTH[1]: 0.5}}, **said
    )
    return ic.diagnose(drawn(FIGURE_1, modifiers=modifiers), plan, ["direct M1 Y", "direct M2 Y"])


@pytest.mark.parametrize("measured", [True, False])
def test_the_bias_is_that_of_the_correlation_and_goes(measured):
    found = diagnosed(Modifier("w", BOTH, measured=measured)).bought
    guess = Plan(sites=80, persons=300, arrows=ARROWS, between={" ~ ".join(BOTH): 0.3})
    plain = ic.diagnose(drawn(FIGURE_1), guess, ["direct M1 Y", "direct M2 Y"])

    assert len(found) == 2
    for each, effect in zip(found, plain.effects, strict=True):
        assert each.bias == pytest.approx(effect.budget.between, abs=1e-12)
        assert abs(each.left) < 1e-12
        assert each.held == ("w",)
        assert (each.columns, each.columns_held) == (2, 3)


def test_what_else_is_stated_stays():
    found = diagnosed(Modifier("w", BOTH), between={" ~ ".join(BOTH): 0.5}).bought

    assert all(abs(each.left) > 0.001 for each in found)
    assert "of it is left" in found[0].sentence


def test_two_causes_of_which_one_is_not_measured():
    """Both would have to be held fixed; four products of h for the one effect that they change."""
    numbers = {"w": {BOTH[0]: 0.6, BOTH[1]: 0.5}, "luck": {BOTH[0]: 0.3, BOTH[1]: 0.3}}
    found = diagnosed(Modifier("w", BOTH), Modifier("luck", BOTH, measured=False), numbers=numbers).bought

    assert found[0].held == ("luck", "w")
    assert (found[0].columns, found[0].columns_held) == (2, 5)
    assert abs(found[0].left) < 1e-12


def test_nothing_to_buy():
    assert diagnosed(Modifier("w", BOTH[0]), numbers={"w": {BOTH[0]: 0.6}}).bought == ()
    assert ic.diagnose(drawn(FIGURE_1), Plan(sites=80), ["direct M1 Y"]).bought == ()


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ({}, "but [plan.modifiers] gives it no influence: bias from it is taken to be 0"),
        ({"w": {BOTH[0]: 0.6}}, "but [plan.modifiers] gives it influence on one side only"),
        ({"w": {BOTH[0]: 0.6, BOTH[1]: 0.5}}, ""),
    ],
)
def test_numbers_of_an_effect_that_is_not_identified_say_so(numbers, said):
    """Also where they hold a bias; that one is left out is told where the plan lets the cause do nothing."""
    design = drawn(FIGURE_1, modifiers=(Modifier("w", BOTH, measured=False),))
    plan = Plan(sites=80, persons=300, arrows=ARROWS, modifiers=numbers)
    effects = ["direct M1 Y", "direct M2 Y", "itt"]
    verdict = "direct(M1, Y) and direct(M2, Y) are not identified in this design"

    found = ic.diagnose(design, plan, effects)
    notes = {
        table.key: table.note
        for table in (*found.tables, *ic.simulate(design, plan, 20, estimands=effects).tables)
    }
    for key in ("outlook", "precision", "simulation"):
        assert verdict in notes[key]
        assert ("w moves T -> M1 and M2 -> Y" in notes[key]) == bool(said)
        assert said in notes[key]
    assert any(abs(found[effect].budget.between) > 1e-9 for effect in effects[:2]) == (not said)


def test_stated_correlations_are_a_bias_that_is_counted():
    design = drawn(FIGURE_1, modifiers=(Modifier("w", BOTH, measured=False),))
    plan = Plan(
        sites=80,
        persons=300,
        arrows=ARROWS,
        between={" ~ ".join(BOTH): 0.3},
        costs={"site": 1, "person": 0.01},
    )
    notes = " ".join(table.note for table in ic.diagnose(design, plan).tables)
    effects = ic.cheapest(design, plan, ["direct M2 Y"], bias=9).tables[1]

    assert "not identified in this design" in notes
    assert "direct(M2, Y) is not identified in this design: its bias" in effects.note
    assert "taken to be 0" not in notes + effects.note


def test_nothing_is_said_of_effects_that_hold_causes_fixed():
    notes = " ".join(table.note for table in diagnosed(Modifier("w", BOTH), numbers={}).tables)

    assert "in this design" not in notes
    assert "taken to be 0" not in notes
