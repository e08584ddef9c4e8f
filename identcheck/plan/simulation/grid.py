"""Grids of plans: which numbers vary, and the plan of each cell."""

from __future__ import annotations

import hashlib
import itertools
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from identcheck.describe.design import Design
from identcheck.errors import InvalidPlanError, InvalidQuestionError
from identcheck.errors.limits import GRID_CELLS
from identcheck.formats.plan_keys import arrow_name
from identcheck.plan.inputs.anticipate import anticipate
from identcheck.plan.inputs.fields import changed, field_problems
from identcheck.plan.inputs.plan import Plan, Sizes

__all__ = ["GridCell", "cells_of", "demand_few", "fingerprint", "seed_of"]


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

    def seed(self, seed: int) -> int:
        """The seed of this cell: from the sweep's and the settings, not from where or when it is worked out."""
        return seed_of(self.key, seed)


def seed_of(key: str, seed: int) -> int:
    """The seed of the cell with this key in the sweep with this seed."""
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
        cell = plan
        for path, value in zip(grid, values, strict=True):
            cell = changed(cell, path, value)
        cells.append(GridCell(tuple(zip(grid, values, strict=True)), cell))
    _check(design, cells)
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


def _check(design: Design, cells: Sequence[GridCell]) -> None:
    found: dict[str, None] = {}
    for cell in cells:
        try:
            anticipate(design, cell.plan)
        except InvalidPlanError as error:
            at = ", ".join(f"{path} = {value}" for path, value in cell.settings)
            found.update((f"{problem} (at {at})" if at else problem, None) for problem in error.problems)
    if found:
        raise InvalidPlanError(list(found))


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
    if isinstance(value, Sizes):
        return {"mean": value.mean, "cv": value.cv}
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
