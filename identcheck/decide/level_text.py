"""Names, and levels of modifiers, in the text of an estimand: ``direct(V, Y) at wages=1 and "size of site"=20``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from math import isfinite
from typing import TypeAlias

from identcheck.errors import UnknownEstimandError, clipped

__all__ = ["Levels", "level_number", "split_levels", "write_levels", "write_name", "write_names"]

Levels: TypeAlias = tuple[tuple[str, int | float], ...]
"""Modifiers with the level of each, sorted by name."""

_SPECIAL = re.compile(r"""[,"()\[\]=]|->|^'|^(?:avoiding|at)$|^\s|\s$|\s\s|[^\S ]""")
_AT = re.compile(r"(?<!\w)at\s")
_PYTHON = re.compile(r"\s*at\s*\(")
_LEVEL = re.compile(
    r"""\s*(?:"(?P<double>(?:[^"]|"")*)"|'(?P<single>[^']*)'|(?P<plain>[^=,"'()]+?))\s*=\s*(?P<level>[^\s,="']+)"""
    r"""(?:\s*,\s*(?:and\s)?|\s+and\s|\s+|$)"""
)
_WHOLE = 10**15


def write_name(name: str) -> str:
    """A name in a list with commas."""
    doubled = name.replace('"', '""')
    return f'"{doubled}"' if _SPECIAL.search(name) or not name else name


def write_names(names: Iterable[str]) -> str:
    """Names in a list with blanks."""
    shown = (write_name(name) for name in names)
    return " ".join(f'"{name}"' if " " in name and name[0] != '"' else name for name in shown)


def level_number(level: float) -> int | float:
    """A level as it is kept: a whole one as an integer."""
    return int(level) if abs(level) < _WHOLE and level == int(level) else float(level)


def write_levels(levels: Levels) -> str:
    """Such as `` at wages=1 and size=20``, with names of several words in quotes; "" where there are none."""
    said = (f"{write_names([str(name)])}={level}" for name, level in levels)
    return f" at {' and '.join(said)}" if levels else ""


def split_levels(text: str) -> tuple[str, Levels]:
    """Part the text of an estimand from the levels behind it, as printed, or as ``at(direct(V, Y), wages=1)`` in Python.

    Raises:
        UnknownEstimandError: naming every level that is no number, and every name with two levels.
    """
    if "=" not in text:
        return text, ()
    for start, end, before in (*_as_printed(text), *_as_in_python(text)):
        found = _levels(text[start:end])
        if found:
            return before, _made(text, found)
    return text, ()


def _as_printed(text: str) -> Iterator[tuple[int, int, str]]:
    """Where levels may begin and end, and what stands before them."""
    for match in _AT.finditer(text):
        yield match.end(), len(text), text[: match.start()]


def _as_in_python(text: str) -> Iterator[tuple[int, int, str]]:
    head, end = _PYTHON.match(text), len(text.rstrip()) - 1
    if head is not None and text[end:].startswith(")"):
        for match in re.finditer(r"\)\s*,", text):
            yield match.end(), end, text[head.end() : match.start() + 1]


def _levels(text: str) -> list[tuple[str, str]]:
    """Names with what is said to be their level; empty where the text is something else."""
    found, place = [], 0
    while place < len(text):
        match = _LEVEL.match(text, place)
        if match is None:
            return []
        name = match["double"].replace('""', '"') if match["double"] is not None else match["single"]
        found.append((match["plain"].strip() if name is None else name, match["level"]))
        place = match.end()
    return found


def _made(text: str, found: Iterable[tuple[str, str]]) -> Levels:
    said: dict[str, int | float] = {}
    problems = []
    for name, level in found:
        try:
            number = float(level)
        except ValueError:
            number = float("nan")
        if not isfinite(number):
            problems.append(
                f"{clipped(text)}: the level of {clipped(name)} is {clipped(level)}, which is no number; write one, as in "
                "'direct V Y at wages=1'; an arm is named before it"
            )
        elif said.setdefault(name, level_number(number)) != number:
            problems.append(f"{clipped(text)}: {clipped(name)} has two levels; name it once")
    if problems:
        raise UnknownEstimandError(problems)
    return tuple(sorted(said.items()))
