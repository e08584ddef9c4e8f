"""What a plan is stated in: the numbers of an arrow, sizes that differ, and the keys of its tables.

Keys are tuples of names, or texts in arrow notation that are brought into that form. What cannot be brought into it stays
as it is, to be reported by ``checks``.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from identcheck.errors import FormatError
from identcheck.formats.plan_keys import arrows_in, nodes_in, tuples_in

__all__ = [
    "ARROW_TABLES",
    "LEVELS",
    "NODE_PAIRS",
    "SIZES",
    "WORDS",
    "Arrow",
    "Sizes",
    "is_arrow",
    "is_name",
    "normal_keys",
]

WORDS = {"mean": "mean", "between": "SD across sites", "within": "SD within sites"}
"""The numbers of an arrow in words."""

ARROW_TABLES = ("arrows", "suspected")
"""Tables by arrow, of several numbers."""

SIZES = {"between": 2, "within": 2, "third_between": 3, "third_within": 3}
"""Tables by several arrows, and how many go together in a key."""

LEVELS = {"between": "across sites", "within": "within sites"}
"""The levels in words, by the names of their tables."""

NODE_PAIRS = ("confounding",)
"""Tables by pair of nodes."""


@dataclass(frozen=True)
class Arrow:
    """What is anticipated of the effect along one arrow; None stands for the default.

    Attributes:
        mean: its average over sites, in units of the head per unit of the tail (an arm's unit is its offer).
        between: its standard deviation across sites.
        within: its standard deviation across the persons of a site.
        source: where the numbers are from, for the reports.
    """

    mean: float | None = None
    between: float | None = None
    within: float | None = None
    source: str = ""


@dataclass(frozen=True)
class Sizes:
    """Persons per site that differ: their mean and coefficient of variation (SD divided by mean)."""

    mean: float
    cv: float = 0.0


def is_name(key: object) -> bool:
    """Whether a key is a name."""
    return isinstance(key, str) and bool(key)


def is_arrow(key: object) -> bool:
    """Whether a key is an arrow: two names."""
    return isinstance(key, tuple) and len(key) == 2 and all(map(is_name, key))


def normal_keys(name: str, table: Mapping[Any, Any]) -> dict[Any, Any]:
    """A field's table with tuples of names as keys; a key that names again what is there stays as it is."""
    found: dict[Any, Any] = {}
    for key, value in table.items():
        for normal in _normal(name, key, found):
            found[normal] = value
    return found


def _normal(name: str, key: Hashable, taken: Mapping[Any, Any]) -> tuple[Hashable, ...]:
    """The keys that a key stands for; the key itself where it cannot be read or one of them is taken."""
    keys: tuple[Hashable, ...] = (key,)
    try:
        if name in ARROW_TABLES and isinstance(key, str):
            keys = arrows_in(key)
        elif name in SIZES:
            keys = _tuples(key, SIZES[name])
        elif name in NODE_PAIRS and isinstance(key, str):
            keys = (nodes_in(key),)
    except FormatError:
        return (key,)
    return (key,) if any(each in taken for each in keys) else keys


def _tuples(key: Hashable, size: int) -> tuple[Hashable, ...]:
    """A text such as ``"T -> M ~ M -> Y"``, or a tuple whose parts may be texts that draw one arrow each."""
    if isinstance(key, str):
        return tuples_in(key, size)
    if not isinstance(key, tuple):
        return (key,)
    parts = [arrows_in(part) if isinstance(part, str) else (part,) for part in key]
    return (tuple(part[0] if len(part) == 1 else part for part in parts),)
