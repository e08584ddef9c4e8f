"""The cells of a sweep: which numbers vary, the plan of each cell, and all of them in several processes at once."""

from __future__ import annotations

import hashlib
import itertools
import json
import math
import os
import sys
import threading
import warnings
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np

from identcheck.basics.stopping import end_with, held
from identcheck.describe.design import Design
from identcheck.errors import InvalidPlanError, InvalidQuestionError, ReportError
from identcheck.errors.limits import GRID_CELLS, SWEEP_PROCESSES
from identcheck.formats.plan_keys import arrow_name
from identcheck.plan.inputs.anticipate import anticipate
from identcheck.plan.inputs.fields import all_changed, field_problems
from identcheck.plan.inputs.plan import Plan
from identcheck.plan.simulation.trials import simulate

__all__ = ["GridCell", "cells_of", "demand_few", "demand_workers", "fingerprint", "parallel", "seed_of"]


@dataclass(frozen=True)
class GridCell:
    """One combination of a grid's values.

    Attributes:
        settings: the values, by the paths of their fields.
        plan: the plan with these values.
    """

    settings: tuple[tuple[str, Any], ...]
    plan: Plan

    @property
    def key(self) -> str:
        """The settings as text: what tells cells apart in a file, whatever their order in the grid."""
        return json.dumps(_plain(dict(self.settings)), sort_keys=True)


def seed_of(key: str, seed: int) -> int:
    """The seed of the cell with this key in the sweep with this seed: not from where or when it is worked out."""
    return int.from_bytes(hashlib.sha256(f"{seed} {key}".encode()).digest()[:8], "big")


def cells_of(design: Design, plan: Plan, grid: Mapping[str, Sequence[Any]]) -> tuple[GridCell, ...]:
    """Every combination of the values of a grid, the last field fastest.

    Raises:
        InvalidQuestionError: for fields that a plan does not have, or that have no values.
        InvalidPlanError: with what is impossible in any cell.
    """
    problems = [problem for path, values in grid.items() for problem in _axis_problems(path, values)]
    if problems:
        raise InvalidQuestionError(problems)
    demand_few(grid)
    cells = []
    for values in itertools.product(*grid.values()):
        settings = tuple(zip(grid, values, strict=True))
        cells.append(GridCell(settings, all_changed(plan, settings)))
    found: list[str] = []
    for cell in cells:
        try:
            anticipate(design, cell.plan)
        except InvalidPlanError as error:
            at = ", ".join(f"{path} = {value}" for path, value in cell.settings)
            found += (f"{problem} (at {at})" if at else problem for problem in error.problems)
    if found:
        raise InvalidPlanError(list(dict.fromkeys(found)))
    return tuple(cells)


def demand_few(grid: Mapping[str, Sequence[Any]]) -> None:
    """Refuse a grid of more cells than there may be.

    Raises:
        InvalidQuestionError: how many there are, and of which values.
    """
    count = math.prod(len(values) for values in grid.values())
    if count > GRID_CELLS.most:
        product = " x ".join(f"{len(values):,} of {path}" for path, values in grid.items())
        raise InvalidQuestionError([f"{GRID_CELLS.refusal(count)} ({product})"])


def _axis_problems(path: object, values: object) -> Iterator[str]:
    if isinstance(path, str) and (
        isinstance(values, (str, bytes)) or not isinstance(values, Sequence) or len(values) == 0
    ):
        yield f"{path}: give a list of values, such as [20, 50]"
    yield from field_problems(path)


def fingerprint(design: Design, plan: Plan, *further: Any) -> str:
    """A digest of a design, a plan and what else decides the results of a sweep."""
    nodes = sorted((n, sorted(d.items())) for n, d in design.graph.nodes.items())
    edges = sorted((u, v, sorted(d.items())) for (u, v), d in design.graph.edges.items())
    said = [nodes, edges, design._said(), plan, further]
    return hashlib.sha256(json.dumps(_plain(said), sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """The same in terms of JSON, alike in every process."""
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return {_name(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted((_plain(entry) for entry in value), key=str)
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return value.item() if hasattr(value, "item") else str(value)


def _name(key: Any) -> str:
    if isinstance(key, tuple) and key and isinstance(key[0], tuple):
        return " ~ ".join(sorted(arrow_name(edge) for edge in key))
    return " ~ ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def demand_workers(workers: object) -> None:
    """Refuse what is no number of processes.

    Raises:
        InvalidQuestionError: what is wrong with it.
    """
    if workers is None:
        return
    if (
        isinstance(workers, bool)
        or not isinstance(workers, (int, np.integer))
        or (workers < 1 and workers != -1)
    ):
        raise InvalidQuestionError([f"workers is {workers!r}; give a whole number from 1, or None for all"])
    if workers > SWEEP_PROCESSES.most:
        raise InvalidQuestionError([f"workers: {SWEEP_PROCESSES.refusal(f'{Decimal(int(workers)):.4g}')}"])


def _simulated(
    design: Design, cell: GridCell, reps: int, seed: int, settings: dict[str, Any]
) -> dict[str, Any]:
    """One cell, as the file keeps it."""
    own = seed_of(cell.key, seed)
    found = simulate(_known(design), cell.plan, reps, own, **settings)
    rows = [list(row) for row in found.table.rows]
    strength = [list(row) for row in found.strength.rows]
    return {"cell": json.loads(cell.key), "seed": own, "rows": rows, "strength": strength}


def _worked(owner: int | None, *task: Any) -> dict[str, Any]:
    """The same in a process that ends when the one that started it, with this number, does; None on a cluster."""
    if owner is not None:
        end_with(owner)
    return _simulated(*task)


@lru_cache(maxsize=8)
def _known(design: Design) -> Design:
    """The first design in this process that equals it: what was worked out for that one is kept with it."""
    return design


@lru_cache(maxsize=1)
def _give_up_quietly() -> None:
    """From now on the thread that hands out tasks says nothing of queues that are closed under it: its work is given up."""
    before = threading.excepthook

    def heard(failed: threading.ExceptHookArgs) -> None:
        if failed.thread is None or failed.thread.name != "ExecutorManagerThread":
            before(failed)

    threading.excepthook = heard


def parallel(tasks: Sequence[tuple[Any, ...]], workers: int | None) -> Generator[dict[str, Any], None, None]:
    """The cells as they are finished, by the backend that joblib is configured to."""
    if not tasks:
        return
    import joblib  # when it is first used: `import identcheck.plan` is quick
    from joblib.parallel import BACKENDS, get_active_backend

    backend, configured = get_active_backend()
    owner = os.getpid() if isinstance(backend, BACKENDS["loky"]) else None
    count = workers if workers is not None else configured if configured not in (None, 1) else -1
    if not getattr(backend, "supports_return_generator", False):
        run = joblib.Parallel(n_jobs=count)
        step = 4 * joblib.effective_n_jobs(count)
        for start in range(0, len(tasks), step):
            yield from run(joblib.delayed(_worked)(owner, *task) for task in tasks[start : start + step])
        return
    run = joblib.Parallel(n_jobs=count, return_as="generator_unordered")
    results = None
    try:
        if owner is not None and sys.platform != "win32":
            from multiprocessing import resource_tracker

            from joblib.externals.loky.backend import resource_tracker as of_loky

            for tracker in (resource_tracker, of_loky):
                tracker.ensure_running()  # started later, either would let Ctrl-C through to the workers
        with held():  # half-started processes would be left behind
            results = run(joblib.delayed(_worked)(owner, *task) for task in tasks)
        for record in results:  # noqa: UP028  (`yield from` would close the results before what follows)
            yield record
    except BrokenProcessPool:
        raise ReportError(
            "a process of the sweep was ended from outside, perhaps because memory ran out; use fewer processes, and go on "
            "with the same file"
        ) from None
    finally:
        if results is not None:
            _give_up_quietly()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # that what was begun is given up
                results.close()
