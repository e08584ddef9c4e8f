"""How much memory a simulation takes, worked out before it starts: by the shape of plan and questions alone."""

from __future__ import annotations

from identcheck.errors import InvalidQuestionError
from identcheck.errors.limits import SIMULATION_MEGABYTES
from identcheck.plan.inputs.anticipated import Anticipated
from identcheck.plan.inputs.groups import in_groups
from identcheck.plan.simulation.contrasts import observed
from identcheck.plan.simulation.persons import numbers_of_a_trial
from identcheck.plan.simulation.work import Work

__all__ = ["at_once", "batch_size", "demand_memory", "megabytes"]

BATCH = 2048
"""At most so many trials share a random stream and are estimated at once; fewer where they are large."""
AT_ONCE = 2
"""Batches that are at work side by side, where there is room for them."""
HELD = 4_000_000
"""Numbers that one batch may hold of each kind."""
BYTES = 8
"""Of a number."""
CELL_NUMBERS = 130
"""What a row of results takes in the memory of Python, as so many numbers: its measures, their errors, its words."""


def batch_size(at: Anticipated, work: Work) -> int:
    """How many trials share a stream: by the shape of plan and questions alone, whatever the machine."""
    held = max(work.pairs**2, _contrasts(at, work), _scatter(at))
    return max(1, min(BATCH, HELD // held))


def at_once(at: Anticipated, work: Work, reps: int, level: str) -> int:
    """How many batches are at work side by side: as many as there are, up to two where both have room."""
    kept, working = megabytes(at, work, reps, level)
    room = kept + AT_ONCE * working <= SIMULATION_MEGABYTES.most
    return min(AT_ONCE, -(-reps // batch_size(at, work))) if room else 1


def demand_memory(at: Anticipated, work: Work, reps: int, level: str, cells: int = 0) -> None:
    """Refuse a simulation that would take more memory than there may be.

    Args:
        at: the definite plan.
        work: what is to be estimated.
        reps: how many trials.
        level: "sites" or "persons".
        cells: of how many cells of a grid the results are kept.

    Raises:
        InvalidQuestionError: how much it would take, and what would take less.
    """
    results = _megabytes(cells * _answers(work) * CELL_NUMBERS)
    if results > SIMULATION_MEGABYTES.most:
        rows = f"the results of {cells:,} combinations with {_answers(work):,} estimates each"
        raise InvalidQuestionError([f"{rows} need {SIMULATION_MEGABYTES.refusal(results)}"])
    kept, working = megabytes(at, work, reps, level)
    if kept + working <= SIMULATION_MEGABYTES.most:
        return
    said = f"this simulation needs {SIMULATION_MEGABYTES.refusal(kept + working)}"
    room = SIMULATION_MEGABYTES.most - working
    if room > 0:
        said += (
            f"; with these effects, estimators and sites there is room for {int(reps * room / kept):,} trials"
        )
    raise InvalidQuestionError([said])


def megabytes(at: Anticipated, work: Work, reps: int, level: str) -> tuple[int, int]:
    """Megabytes for what is kept of all trials, and for one batch of them at work; rounded up."""
    batch = min(reps, batch_size(at, work))
    each = _contrasts(at, work) + 2 * _scatter(at) + work.numbers_of_a_trial
    held = batch * each + 3 * at.sites * len(at.design.treatments) * _answers(
        work
    )  # of one trial what sites add to errors
    held += numbers_of_a_trial(at) if level == "persons" else 0
    return _megabytes(2 * reps * _answers(work)), _megabytes(held)


def _answers(work: Work) -> int:
    """How many estimates each trial has, and first stages."""
    answers = sum(len(work.estimators(question)) for question in work.asked)
    return answers + sum(len(equation.regressors) for equation in work.equations)


def _contrasts(at: Anticipated, work: Work) -> int:
    """Numbers in the contrasts of one trial, of sites and of groups of their persons."""
    groups = sum(in_groups(at, alike).rows_per_site for alike in work.terms)
    return len(at.design.treatments) * len(at.nodes) * at.sites * groups


def _scatter(at: Anticipated) -> int:
    """Numbers in the scatter within arms of one trial."""
    return (len(at.design.treatments) + 1) * len(observed(at)) ** 2


def _megabytes(numbers: int) -> int:
    return -(-numbers * BYTES // 1_000_000)
