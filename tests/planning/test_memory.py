"""What a simulation takes is worked out before it starts, and is not less than what it then takes."""

from __future__ import annotations

import tracemalloc

import pytest

from identcheck import Design, InvalidQuestionError, Plan, direct, simulate, sweep
from identcheck.errors.limits import SIMULATION_MEGABYTES, TRIALS
from identcheck.plan.closed.questions import questions
from identcheck.plan.inputs.anticipate import anticipate
from identcheck.plan.simulation.memory import at_once, demand_memory, megabytes
from identcheck.plan.simulation.trials import EVERY
from identcheck.plan.simulation.work import Work
from tests.drawn import FIGURE_1, drawn

SMALL = drawn("T -> M -> Y", sites=20)
WIDE = drawn("T -> {A B C D E} -> Y; A -> B", sites=40)
SHAPES = {
    "many trials": (SMALL, Plan(), 400_000, "sites"),
    "many sites": (SMALL, Plan(sites=60_000, persons=20), 50, "sites"),
    "many mediators": (WIDE, Plan(), 3000, "sites"),
    "many persons": (drawn(FIGURE_1), Plan(sites=100, persons=2500), 5, "persons"),
}


def work_of(design: Design, plan: Plan) -> tuple[object, Work]:
    at = anticipate(design, plan)
    return at, Work(at, questions(at), EVERY)


@pytest.mark.parametrize(("design", "plan", "reps", "level"), SHAPES.values(), ids=SHAPES)
def test_the_estimate_is_about_what_is_taken(design: Design, plan: Plan, reps: int, level: str) -> None:
    at, work = work_of(design, plan)
    kept, working = megabytes(at, work, reps, level)  # type: ignore[arg-type]
    expected = kept + working * at_once(at, work, reps, level)  # type: ignore[arg-type]
    tracemalloc.start()
    try:
        simulate(design, plan, reps, 1, level=level)
        taken = tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()
    assert taken < 1.3 * expected + 15
    assert expected < 3 * taken + 15
    assert expected < SIMULATION_MEGABYTES.most


def test_more_than_there_may_be_is_refused_with_what_would_fit() -> None:
    at, work = work_of(SMALL, Plan())
    with pytest.raises(InvalidQuestionError) as error:
        simulate(SMALL, Plan(), 9_000_000, 1)
    kept, working = megabytes(at, work, 9_000_000, "sites")  # type: ignore[arg-type]
    said = str(error.value)
    assert SIMULATION_MEGABYTES.refusal(kept + working) in said
    fit = int(said.rpartition("room for ")[2].partition(" trials")[0].replace(",", ""))
    demand_memory(at, work, fit, "sites")  # type: ignore[arg-type]
    with pytest.raises(InvalidQuestionError):
        demand_memory(at, work, int(1.05 * fit), "sites")  # type: ignore[arg-type]


def test_persons_that_do_not_fit_are_refused_whatever_the_trials() -> None:
    with pytest.raises(InvalidQuestionError, match="fewer sites or persons") as error:
        simulate(SMALL, Plan(sites=1000, persons=100_000), 2, 1, level="persons")
    assert "room for" not in str(error.value)


def test_trials_without_end_are_refused() -> None:
    for reps in (TRIALS.most + 1, 10**400):
        with pytest.raises(InvalidQuestionError, match=f"at most {TRIALS.most:,} are accepted"):
            simulate(SMALL, Plan(), reps, 1)


def test_a_sweep_is_refused_before_its_first_cell() -> None:
    told: list[tuple[int, int]] = []

    grid = {"sites": [10, 90_000]}
    with pytest.raises(InvalidQuestionError, match="megabytes of memory"):
        sweep(
            SMALL,
            Plan(persons=1000),
            grid,
            10,
            1,
            level="persons",
            workers=1,
            progress=lambda *n: told.append(n),
        )
    assert not told


def test_results_of_many_cells_are_refused_too() -> None:
    at, work = work_of(WIDE, Plan())
    with pytest.raises(
        InvalidQuestionError, match=r"the results of 10,000 combinations with \d+ estimates each"
    ):
        demand_memory(at, work, 10, "sites", 10_000)  # type: ignore[arg-type]
    at = anticipate(SMALL, Plan())
    few = Work(at, questions(at, [direct("M", "Y")]), ("2SLS",))
    demand_memory(at, few, 10, "sites", 10_000)
