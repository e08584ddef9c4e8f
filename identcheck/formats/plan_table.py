"""The table [plan] of a design file: anticipated numbers, read as they stand.

What a number must be is checked where the plan is made definite for its design (``plan/inputs``); this module checks
keys and shapes, and remembers under which key each number stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

from identcheck.errors import FormatError, suggestion
from identcheck.formats.chains import Edge
from identcheck.formats.design_file import KEYS
from identcheck.formats.elsewhere import elsewhere
from identcheck.formats.fields import KeyPath, Places
from identcheck.formats.plan_keys import (
    COUNTS,
    NODE_KEYS,
    PLAN_KEYS,
    SINGLE,
    arrow_name,
    arrows_in,
    joined_name,
    moved_in,
    nodes_in,
    tuples_in,
)

__all__ = ["ARROW_KEYS", "LEVELS", "PLAN_KEYS", "SIZE_KEYS", "SOURCED", "PlanTable", "plan_table"]

Problem: TypeAlias = tuple[KeyPath, str]

ARROW_KEYS = ("mean", "between", "within", "source", "takeup", "crossover", "takeup_sd", "crossover_sd")
SIZE_KEYS = ("mean", "cv")
LEVELS = {
    "correlations": {"sites": "between", "persons": "within"},
    "third_moments": {"sites": "third_between", "persons": "third_within"},
}
"""The fields of a plan that the tables with two levels hold."""

_TUPLES = {"correlations": partial(tuples_in, size=2), "third_moments": partial(tuples_in, size=3)}

SOURCED = tuple(
    key
    for key in PLAN_KEYS
    if key
    not in (
        "alpha",
        "sides",
        "test",
        "power",
        "sds_of",
        "standardized",
        "third_law",
        "bounds",
        "units",
        "sources",
    )
)
"""The keys that [plan.sources] may have."""


@dataclass
class PlanTable:
    """What the table [plan] of a file says.

    Attributes:
        places: where the keys of the file stand.
        said: the fields of the plan, values as they stand; arrows as tables of their numbers.
        keys: for a field, with the name of the arrow, pair or node and of the number, the key that says it.
        problems: each wrong key and what is wrong with it.
    """

    places: Places
    said: dict[str, Any] = field(default_factory=dict)
    keys: dict[tuple[str, ...], KeyPath] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def key_of(self, path: tuple[str, ...]) -> KeyPath:
        """The key behind a field of the plan, or behind the nearest around it."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.keys:
                return (*self.keys[path[:length]], *path[length:])
        return ("plan", *path) if path and path[0] in self.said else ("plan",)


def plan_table(document: Mapping[str, Any], places: Places) -> PlanTable:
    """The plan of a parsed document, of TOML or of JSON; an empty one where there is none."""
    table = PlanTable(places)
    plan = document.get("plan", {})
    if not isinstance(plan, dict):
        table.problems.append(
            (("plan",), f"'plan' is {plan!r}, expected a table: {places.dialect.table.format('plan')}")
        )
        return table
    _wrong_keys(table, ("plan",), plan, PLAN_KEYS)
    for key in (key for key in SINGLE if key in plan):
        table.said[key] = _sizes(table, key, plan[key]) if key in COUNTS else plan[key]
        table.keys[key,] = ("plan", key)
    for key in ("arrows", "suspected"):
        _read_arrows(table, key, _subtable(table, plan, key))
    for key, levels in LEVELS.items():
        said = _subtable(table, plan, key)
        _wrong_keys(table, ("plan", key), said, tuple(levels))
        for level, name in levels.items():
            numbers = _subtable(table, said, level, (key,))
            _read_joined(table, ("plan", key, level), name, numbers, _TUPLES[key], joined_name)
    pairs = _subtable(table, plan, "confounding")
    _read_joined(
        table, ("plan", "confounding"), "confounding", pairs, lambda text: [nodes_in(text)], " ~ ".join
    )
    for name, numbers in _subtable(table, plan, "modifiers").items():
        _read_moved(table, name, numbers)
    for key in NODE_KEYS:
        for node, value in _subtable(table, plan, key, of=document.get("outcome")).items():
            _say(table, ("plan", key, node), key, node, node, value)
    _read_sources(table, _subtable(table, plan, "sources"))
    return table


ELSEWHERE = {
    "between": "correlations.sites",
    "within": "correlations.persons",
    "third_between": "third_moments.sites",
    "third_within": "third_moments.persons",
}
"""Tables of a file that are called otherwise in Python."""


def _wrong_keys(table: PlanTable, path: KeyPath, said: Mapping[str, Any], keys: Collection[str]) -> None:
    for key, value in said.items():
        if key in keys:
            continue
        hint = elsewhere(key, value, "plan") if path == ("plan",) else ""
        hint = hint or suggestion(key, keys) or f"; its keys are {', '.join(keys)}"
        if path == ("plan",) and key in ELSEWHERE:
            hint = f"; write [plan.{ELSEWHERE[key]}]"
        problem = f"unknown key {key!r} in [{'.'.join(path)}]{hint}"
        if path[-1] in LEVELS and key in ("between", "within"):
            problem += f"; {key} is {'sites' if key == 'between' else 'persons'} here"
        if path[-1] in LEVELS and re.search("[~<>]", key):
            problem = _without_level(table, path, key)
        if path == ("plan",) and key in KEYS:
            problem = f"the key {key!r} is not part of [plan]; {table.places.dialect.above}"
        table.problems.append(((*path, key), problem))


def _without_level(table: PlanTable, path: KeyPath, key: str) -> str:
    """A number in a table that has two levels, put under neither."""
    name, where = ".".join(path), table.places.dialect.table
    size = 2 if path[-1] == "correlations" else 3
    form = " ~ ".join(("A -> B", "B -> C", "C -> D")[:size])
    joined = "" if key.count("~") == size - 1 else f"; the key is written '{form}'"
    return (
        f"{key!r} needs a level, sites or persons: across sites, {where.format(f'{name}.sites')}; across the persons of a "
        f"site, {where.format(f'{name}.persons')}{joined}"
    )


def _subtable(
    table: PlanTable, around: Mapping[str, Any], key: str, path: KeyPath = (), of: object = None
) -> dict[str, Any]:
    """The table under a key; an empty one where none is, or something else is. ``of`` is what an entry may be of."""
    said = around.get(key, {})
    if isinstance(said, dict):
        return said
    name, dialect = ".".join(("plan", *path, key)), table.places.dialect
    problem = f"{name!r} is {said!r}, expected a table: {dialect.table.format(name)}"
    if isinstance(of, str) and isinstance(said, (int, float)):
        problem += f", such as {dialect.entry.format(json.dumps(of, ensure_ascii=False), said)}"
    table.problems.append((("plan", *path, key), problem))
    return {}


def _sizes(table: PlanTable, key: str, said: object) -> object:
    """Persons, or clusters: a table must have a mean; anything else is left as it stands."""
    if isinstance(said, dict):
        path = ("plan", key)
        _wrong_keys(table, path, said, SIZE_KEYS)
        if "mean" not in said:
            table.problems.append(
                (path, f"{key}: the mean is missing; write {key} = {{ mean = 100, cv = 0.4 }}")
            )
            return None
        return {name: value for name, value in said.items() if name in SIZE_KEYS}
    return said


def _drawn(table: PlanTable, path: KeyPath, read: Callable[[str], Any]) -> Iterator[Any]:
    """What a key draws; one that cannot be read is a problem."""
    try:
        yield from read(path[-1])
    except FormatError as error:
        table.problems.append((path, f"the key {path[-1]!r} cannot be read: {error.message}"))


def _read_arrows(table: PlanTable, name: str, said: Mapping[str, Any]) -> None:
    """Numbers by arrow; several keys may name one arrow if each gives other numbers of it."""
    found: dict[Edge, dict[str, Any]] = table.said.setdefault(name, {})
    for text, numbers in said.items():
        path = ("plan", name, text)
        if not isinstance(numbers, dict):
            table.problems.append(
                (
                    path,
                    f"{text}: {numbers!r} is no table of numbers; write {{ mean = ..., between = ..., within = ... }}",
                )
            )
            numbers = {}
        for key in (key for key in numbers if key not in ARROW_KEYS):
            hint = suggestion(key, ARROW_KEYS) or f"; there are {', '.join(ARROW_KEYS)}"
            if key.lower() in ("sd", "tau"):
                hint = "; the SD across sites is between, that across the persons of a site within"
            table.problems.append((path, f"{text}: unknown key {key!r}{hint}"))
        for edge in _drawn(table, path, arrows_in):
            table.keys.setdefault((name, arrow_name(edge)), path)
            _merge(table, path, (name, edge), found.setdefault(edge, {}), numbers)


def _merge(
    table: PlanTable,
    path: KeyPath,
    which: tuple[str, Edge],
    found: dict[str, Any],
    numbers: Mapping[str, Any],
) -> None:
    """Add numbers to those of an arrow; what is there already is given twice. Sources are joined."""
    name, edge = which
    for key, value in numbers.items():
        place = (name, arrow_name(edge), key)
        if key == "source" and isinstance(value, str) and isinstance(found.get(key), str):
            found[key] = "; ".join(dict.fromkeys((found[key], value)))
        elif key in found:
            before = table.places.line(table.keys[place])
            table.problems.append(
                (path, f"{key!r} is given twice for {arrow_name(edge)}: here and at line {before}; drop one")
            )
        elif key in ARROW_KEYS:
            found[key] = value
            table.keys[place] = path


def _read_joined(
    table: PlanTable,
    around: KeyPath,
    name: str,
    said: Mapping[str, Any],
    read: Callable[[str], Any],
    words: Callable[[Any], str],
) -> None:
    """A number for all that each key joins: pairs or triples of arrows, or a pair of nodes."""
    for text, value in said.items():
        for joined in _drawn(table, (*around, text), read):
            _say(table, (*around, text), name, joined, words(joined), value)


def _read_moved(table: PlanTable, name: str, numbers: object) -> None:
    """What a modifier moves, by how much; and the share of its variance between sites."""
    path = ("plan", "modifiers", name)
    if not isinstance(numbers, dict):
        said = f"{name}: {numbers!r} is no table of numbers; write {name} = {{ 'A -> B' = 0.3 }}"
        table.problems.append((path, said))
        return
    for text, value in numbers.items():
        for what in _drawn(table, (*path, text), moved_in):
            words = what if isinstance(what, str) else arrow_name(what)
            _say(table, (*path, text), "modifiers", (name, what), words, value, (name, words))


def _say(
    table: PlanTable,
    path: KeyPath,
    name: str,
    key: object,
    words: str,
    value: object,
    place: tuple[str, ...] = (),
) -> None:
    found = table.said.setdefault(name, {})
    place = (name, *(place or (words,)))
    if key in found:
        before = table.places.line(table.keys[place])
        table.problems.append((path, f"{words} is stated twice: here and at line {before}; drop one"))
    else:
        found[key] = value
        table.keys[place] = path


def _read_sources(table: PlanTable, said: Mapping[str, Any]) -> None:
    """Sources by key; those of the tables with two levels as one text, or one by level."""
    _wrong_keys(table, ("plan", "sources"), said, SOURCED)
    for key, value in said.items():
        path = ("plan", "sources", key)
        levels = LEVELS.get(key, {})
        if levels and isinstance(value, dict):
            _wrong_keys(table, path, value, tuple(levels))
            for level in (level for level in levels if level in value):
                _say(table, (*path, level), "sources", levels[level], levels[level], value[level])
        else:
            for name in levels.values() if levels else (key,) if key in SOURCED else ():
                _say(table, path, "sources", name, name, value)
