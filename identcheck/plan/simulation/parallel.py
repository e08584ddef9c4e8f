"""The cells of a sweep in several processes at once."""

from __future__ import annotations

import json
import warnings
from collections.abc import Generator, Sequence
from concurrent.futures.process import BrokenProcessPool
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np

from identcheck.basics.stopping import held
from identcheck.describe.design import Design
from identcheck.errors import InvalidQuestionError, ReportError
from identcheck.errors.limits import SWEEP_PROCESSES
from identcheck.plan.simulation.grid import GridCell
from identcheck.plan.simulation.trials import simulate

__all__ = ["demand_workers", "parallel"]


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
    own = cell.seed(seed)
    found = simulate(_known(design), cell.plan, reps, own, **settings)
    rows = [list(row) for row in found.table.rows]
    strength = [list(row) for row in found.strength.rows]
    return {"cell": json.loads(cell.key), "seed": own, "rows": rows, "strength": strength}


@lru_cache(maxsize=8)
def _known(design: Design) -> Design:
    """The first design in this process that equals it: what was worked out for that one is kept with it."""
    return design


def parallel(tasks: Sequence[tuple[Any, ...]], workers: int | None) -> Generator[dict[str, Any], None, None]:
    """The cells as they are finished, by the backend that joblib is configured to."""
    if not tasks:
        return
    import joblib  # when it is first used: `import identcheck.plan` is quick
    from joblib.parallel import get_active_backend

    backend, configured = get_active_backend()
    count = workers if workers is not None else configured if configured not in (None, 1) else -1
    if not getattr(backend, "supports_return_generator", False):
        run = joblib.Parallel(n_jobs=count)
        step = 4 * joblib.effective_n_jobs(count)
        for start in range(0, len(tasks), step):
            yield from run(joblib.delayed(_simulated)(*task) for task in tasks[start : start + step])
        return
    run = joblib.Parallel(n_jobs=count, return_as="generator_unordered")
    results = None
    try:
        with held():  # half-started processes would be left behind
            results = run(joblib.delayed(_simulated)(*task) for task in tasks)
        for record in results:  # noqa: UP028  (`yield from` would close the results before what follows)
            yield record
    except BrokenProcessPool:
        raise ReportError(
            "a process of the sweep was ended from outside, perhaps because memory ran out; use fewer processes, and go on "
            "with the same file"
        ) from None
    finally:
        if results is not None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # that what was begun is given up
                results.close()
