"""Grids of plans: which numbers vary, and the plan of each cell."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from identcheck.design import Design
from identcheck.errors import InvalidPlanError, InvalidQuestionError, suggestion
from identcheck.planning.anticipate import anticipate
from identcheck.planning.ledger import arrow_name
from identcheck.planning.plan import Arrow, Plan, Sizes

__all__ = ["GridCell", "cells_of", "fingerprint"]

PLAIN = ("sites", "persons", "treated", "variation", "alpha", "power")
"""Fields that are one value."""
ARROWS = ("arrows", "suspected")
"""Tables by arrow, of several numbers."""
TABLES = {"between": 2, "within": 2, "third_between": 3, "third_within": 3}
"""Tables by so many arrows."""
NODES = {"residuals": 1, "confounding": 2}
"""Tables by so many nodes."""


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
        digest = hashlib.sha256(f"{seed} {self.key}".encode()).digest()
        return int.from_bytes(digest[:8], "big")


def cells_of(design: Design, plan: Plan, grid: Mapping[str, Sequence[Any]]) -> tuple[GridCell, ...]:
    """Every combination of the values of a grid, the last field fastest.

    Raises:
        InvalidQuestionError: for fields that a plan does not have, or that have no values.
        InvalidPlanError: with what is impossible in any cell.
    """
    problems = [problem for path, values in grid.items() for problem in _path_problems(path, values)]
    if problems:
        raise InvalidQuestionError(problems)
    cells = []
    for values in itertools.product(*grid.values()):
        changed = plan
        for path, value in zip(grid, values, strict=True):
            changed = _with(changed, path, value)
        cells.append(GridCell(tuple(zip(grid, values, strict=True)), changed))
    _check(design, cells)
    return tuple(cells)


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


def _path_problems(path: object, values: object) -> Iterator[str]:
    if not isinstance(path, str):
        yield f"{path!r} is no field of a plan; write it as text, such as 'sites' or 'arrows.T -> M.between'"
        return
    if isinstance(values, (str, bytes)) or not isinstance(values, Sequence) or not values:
        yield f"{path}: give a list of values, such as [20, 50]"
    table, _, rest = path.partition(".")
    known = (*PLAIN, *ARROWS, *TABLES, *NODES)
    if table not in known:
        yield f"{path}: a plan has no field {table!r}{suggestion(table, known)}; there are {', '.join(known)}"
    elif table in PLAIN and rest and table != "treated":
        yield f"{path}: {table} is one value; write {table!r}"
    elif table in ARROWS:
        name, _, key = rest.rpartition(".")
        if key not in ("mean", "between", "within") or len(_ends(name)) != 2:
            yield f"{path}: write it as '{table}.T -> M.mean', '.between' or '.within'"
    elif table in TABLES:
        parts = rest.split("~")
        if len(parts) != TABLES[table] or any(len(_ends(part)) != 2 for part in parts):
            yield f"{path}: write it as '{table}.{' ~ '.join(['T -> M', 'M -> Y', 'T -> Y'][: TABLES[table]])}'"
    elif table in NODES and len([part for part in rest.split("~") if part.strip()]) != NODES[table]:
        yield f"{path}: write it as '{table}.{' ~ '.join(['M', 'Y'][: NODES[table]])}'"


def _ends(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("->") if part.strip())


def _with(plan: Plan, path: str, value: Any) -> Plan:
    """The plan with one of its numbers changed."""
    table, _, rest = path.partition(".")
    said = getattr(plan, table)
    if table in ARROWS:
        name, _, key = rest.rpartition(".")
        edge = _ends(name)
        return plan.but(**{table: {**said, edge: replace(said.get(edge, Arrow()), **{key: value})}})
    if table in TABLES or table in NODES:
        parts = [part.strip() for part in rest.split("~")]
        key_parts: tuple[Any, ...] = tuple(_ends(part) if table in TABLES else part for part in parts)
        wanted = key_parts if len(key_parts) > 1 else key_parts[0]
        kept = {k: v for k, v in said.items() if table == "residuals" or sorted(k) != sorted(key_parts)}
        return plan.but(**{table: {**kept, wanted: value}})
    if rest:
        return plan.but(treated={**(said if isinstance(said, Mapping) else {}), rest.strip(): value})
    return plan.but(**{table: value})


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
