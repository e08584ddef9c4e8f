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
    made = (
        found,
        ic.simulate(design, plan, 20, estimands=effects),
        ic.sweep(design, plan, {"sites": [40, 80]}, 20, estimands=effects, workers=1),
        ic.sensitivity(design, plan, effects),
    )
    notes = {table.key: table.note for result in made for table in result.tables}
    for key in ("outlook", "precision", "simulation", "sweep", "robustness"):
        assert verdict in notes[key]
        assert ("w moves T -> M1 and M2 -> Y" in notes[key]) == bool(said)
        assert said in notes[key]
    assert any(abs(found[effect].budget.between) > 1e-9 for effect in effects[:2]) == (not said)


def test_a_contour_says_that_its_effect_is_not_identified():
    """And that a cause biases nothing only where no value of the two numbers lets it."""
    design = drawn(FIGURE_1, modifiers=(Modifier("w", BOTH, measured=False),))
    plan = Plan(sites=80, persons=300, arrows=ARROWS)
    persons = ("persons", [100, 300])
    plain = ic.contour(design, plan, "direct M1 Y", persons, ("sites", [40, 80])).table.note
    asked = persons, (f"between.{' ~ '.join(BOTH)}", [0.2, 0.3])
    counted = ic.contour(design, plan, "direct M1 Y", *asked).table.note

    assert plain.startswith("direct(M1, Y) is not identified in this design: its bias")
    assert "w moves T -> M1 and M2 -> Y, but [plan.modifiers] gives it no influence" in plain
    assert "not identified" in counted
    assert "taken to be 0" not in counted


def test_a_contour_asks_once_what_is_left_out_where_its_numbers_leave_least_at_0(monkeypatch):
    """Not for every cell; where a correlation of 0 is among the values the others still count the cause."""
    from identcheck.plan.sensitivity import contour as made_of

    asked = []
    own = made_of.unidentified
    monkeypatch.setattr(made_of, "unidentified", lambda at, those: asked.append(at) or own(at, those))
    design = drawn(FIGURE_1, modifiers=(Modifier("w", BOTH, measured=False),))
    plan = Plan(sites=80, persons=300, arrows=ARROWS)
    axes = ("persons", [100, 300]), (f"between.{' ~ '.join(BOTH)}", [0, 0.3])
    note = ic.contour(design, plan, "direct M1 Y", *axes).table.note

    assert len(asked) == 1
    assert "not identified" in note
    assert "taken to be 0" not in note


def test_what_has_no_strategy_is_said_to_be_left_out():
    design = drawn("T -> M1 -> M2 -> Y; M1 -> Y", varies={"M1 -> M2": "none"})
    why = "direct(M1, Y) and direct(M2, Y): the matrix for M1 and M2 has rank 1 of 2"
    effects = ["direct M1 Y", "direct M2 Y", "total M1 Y"]
    swept = ic.sweep(design, Plan(), {"sites": [20, 30]}, 20, estimands=effects, workers=1)

    assert f"No sensitivity of {why}" in ic.sensitivity(design, Plan(), effects).tables[0].note
    assert f"Not simulated: {why}" in swept.table.note
    with pytest.raises(ic.InvalidQuestionError, match="no estimate whose bias could be shown: the matrix"):
        ic.contour(design, Plan(), effects[0], ("sites", [20]), ("persons", [50]))


def test_a_sweep_says_under_how_many_of_its_plans():
    design = drawn(FIGURE_1, modifiers=(Modifier("w", BOTH, measured=False),))
    plan = Plan(sites=40, persons=100, arrows=ARROWS)
    grid = {f"between.{' ~ '.join(BOTH)}": [0.0, 0.2, 0.3]}
    note = ic.sweep(design, plan, grid, 20, estimands=["direct M1 Y"], workers=1).table.note

    assert "bias from it is taken to be 0. (Under 1 of the 3 plans.)" in note
    assert note.count("Under") == 1


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
