"""sweep(): the same simulation under every plan of a grid, in parallel."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from os import PathLike
from typing import Any

from identcheck.basics.options import Estimator, LevelName
from identcheck.decide.estimands import Estimand, listed_estimands
from identcheck.derive.words import counted
from identcheck.describe.design import Design, demand_design
from identcheck.errors import InvalidQuestionError
from identcheck.plan.closed.questions import questions
from identcheck.plan.closed.unidentified import unanswered, unidentified
from identcheck.plan.inputs.anticipate import anticipate
from identcheck.plan.inputs.plan import Plan, demand_plan
from identcheck.plan.simulation.cells import (
    GridCell,
    cells_of,
    demand_workers,
    fingerprint,
    parallel,
    seed_of,
)
from identcheck.plan.simulation.memory import demand_memory
from identcheck.plan.simulation.result import ROWS, STRENGTH_ROWS
from identcheck.plan.simulation.sweep_file import FinishedCells
from identcheck.plan.simulation.trials import asked_estimators, no_progress
from identcheck.plan.simulation.work import Work
from identcheck.tables.table import Column, ResultTables, Table

__all__ = ["Sweep", "sweep"]

VERSION = 3
"""Raised when the same seed begins to give other results, or the lines of the file change."""

_PLAIN = (bool, int, float, str, type(None))


@dataclass(frozen=True, eq=False)
class Sweep(ResultTables):
    """Simulations under every plan of a grid.

    Attributes:
        design: the design.
        plan: the plan that the grid varies.
        grid: the values of each field.
        reps: trials per cell.
        seed: the seed of the sweep.
        level: "sites" or "persons".
        cells: the cells, each a combination of values.
        results: what was found in each cell, as in the file: "cell" (its settings), "seed" (with which ``simulate``
            gives the same results), "rows" and "strength".
        estimands: the effects that were asked for; None for those that ``check`` answers.
    """

    design: Design
    plan: Plan
    grid: Mapping[str, Sequence[Any]]
    reps: int
    seed: int
    level: LevelName
    cells: tuple[GridCell, ...]
    results: tuple[Mapping[str, Any], ...] = field(repr=False)
    estimands: tuple[Estimand, ...] | None = None

    MAIN = "sweep"

    def _brief(self) -> str:
        return f"Sweep: {len(self.cells)} plans, {self.reps:,} trials each"

    @cached_property
    def cautions(self) -> tuple[str, ...]:
        """As of a simulation, and which effects are not simulated; what is so under some plans only says of how many."""
        found = Counter(said for cell in self.cells for said in self._cautions(cell.plan))
        every = len(self.cells)
        some = {
            said: f" (Under {count} of the {every} plans.)" for said, count in found.items() if count < every
        }
        return tuple(said + some.get(said, "") for said in found)

    def _cautions(self, plan: Plan) -> Iterator[str]:
        at = anticipate(self.design, plan)
        asked = questions(at, self.estimands)
        yield from unidentified(at, asked)
        without = [q for q in asked if q.strategy is None and q.by_site is None]
        yield from unanswered(((str(q.estimand), q.reason) for q in without), "Not simulated: ")

    @cached_property
    def table(self) -> Table:
        """One row for each cell, effect and estimator, with the values of the cell in front."""
        plans = counted(len(self.cells), "plan", "plans")
        title = f"Estimators in {self.reps} simulated trials for each of {plans}"
        return self._table("sweep", title, "rows", ROWS, self.cautions)

    @cached_property
    def strength(self) -> Table:
        """One row for each cell, regression and mediator."""
        return self._table("sweep_strength", "First-stage strength by plan", "strength", STRENGTH_ROWS)

    @property
    def all_tables(self) -> tuple[Table, ...]:
        """The estimators, then the strength of the instruments."""
        return self.table, self.strength

    def _table(
        self, key: str, title: str, part: str, columns: Iterable[Column], said: Iterable[str] = ()
    ) -> Table:
        settings = [Column(re.sub(r"\W+", "_", path), path, f"the plan's {path}") for path in self.grid]
        rows = []
        for cell, record in zip(self.cells, self.results, strict=True):
            front = tuple(v if isinstance(v, _PLAIN) else str(v) for _, v in cell.settings)
            rows += [(*front, *row) for row in record[part]]
        return Table(key, title, (*settings, *columns), tuple(rows), " ".join((*said, f"Seed {self.seed}.")))


def sweep(
    design: Design,
    plan: Plan | None = None,
    grid: Mapping[str, Sequence[Any]] | None = None,
    reps: int = 1000,
    seed: int = 0,
    *,
    level: LevelName = "sites",
    estimands: Iterable[Estimand | str] | None = None,
    estimators: Iterable[Estimator] | None = None,
    file: str | PathLike[str] | None = None,
    progress: Callable[[int, int], object] | None = None,
    workers: int | None = None,
) -> Sweep:
    """Simulate a design under every plan of a grid, in parallel.

    Each cell has its own seed, made from ``seed`` and the cell's settings, so that results do not depend on the number of
    workers. Inside ``joblib.parallel_config("dask")`` or ``("ray")`` the work runs on that cluster.

    Args:
        design: the design.
        plan: the plan that the grid varies; None for the defaults.
        grid: values by field, such as ``{"sites": [20, 50], "arrows.T -> M.between": [0.1, 0.3],
            "between.T -> M ~ M -> Y": [0, 0.5], "confounding.M ~ Y": [0.3]}``; every combination is a cell.
        reps: trials per cell.
        seed: a whole number from 0.
        level: "sites" or "persons".
        estimands: the effects; None for those that ``check`` answers.
        estimators: by name; None for all.
        file: where finished cells are kept, a line each. Cells in it are not simulated again: an interrupted sweep goes on,
            and a grid can be extended.
        progress: called with the number of cells done and in all, finished ones included.
        workers: how many cells at once; None for what joblib is configured to, or all cores.

    Raises:
        InvalidPlanError: with every impossible number of any cell, before any is simulated.
        InvalidQuestionError, UnknownVariableError: for what cannot be asked.
        FormatError: where the file holds another sweep, or a line that is not as it was written.
        ReportError: where the file cannot be written, or another process is writing to it.
    """
    demand_design(design)
    base = demand_plan(plan)
    if grid is not None and not isinstance(grid, Mapping):
        raise InvalidQuestionError(
            [f"the grid is {grid!r}; give a table of values by field, such as {{'sites': [20, 50]}}"]
        )
    varied = dict(grid or {})
    names = asked_estimators(reps, seed, level, estimators)
    asked = None if estimands is None else listed_estimands(design, estimands)
    demand_workers(workers)
    cells = cells_of(design, base, varied)
    header = {
        "identcheck_sweep": VERSION,
        "reps": int(reps),
        "seed": int(seed),
        "level": level,
        "fingerprint": fingerprint(design, base, asked, names),
    }
    _demand_room(design, cells, asked, names, reps, level)
    settings = {"level": level, "estimands": asked, "estimators": names}
    kept, told = {cell.key for cell in cells}, progress or no_progress
    with FinishedCells(file, header, kept, lambda key: seed_of(key, int(seed))) as finished:
        left = [cell for cell in cells if cell.key not in finished.records]
        done = len(cells) - len(left)
        tasks = [(design, cell, reps, seed, settings) for cell in left]
        with closing(parallel(tasks, workers)) as results:
            told(done, len(cells))
            for record in results:
                finished.add(record)
                done += 1
                told(done, len(cells))
    found = tuple(finished.records[cell.key] for cell in cells)
    return Sweep(design, base, varied, reps, seed, level, cells, found, asked)


def _demand_room(
    design: Design,
    cells: Sequence[GridCell],
    asked: tuple[Estimand, ...] | None,
    names: tuple[str, ...],
    reps: int,
    level: str,
) -> None:
    """Refuse a sweep whose largest cell, or whose results, would take more memory than there may be."""
    sized = {
        (p.sites, p.persons, p.clusters, p.persons_per_cluster): p for p in (cell.plan for cell in cells)
    }
    found = [anticipate(design, plan) for plan in sized.values()]
    largest = max(found, key=lambda at: at.sites), max(found, key=lambda at: int(at.sizes.sum()))
    for at in dict.fromkeys(largest):
        work = Work(at, questions(at, asked), names)
        demand_memory(at, work, reps, level, len(cells))
