"""The keys of a plan's tables, given as tuples or in arrow notation, brought into one form.

What cannot be brought into it stays as it is, to be reported where the plan meets its design.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from identcheck.errors import FormatError
from identcheck.formats.plan_keys import arrows_in, nodes_in, tuples_in

__all__ = ["ARROW_TABLES", "NODE_PAIRS", "SIZES", "is_arrow", "normal_keys"]

ARROW_TABLES = ("arrows", "suspected")
SIZES = {"between": 2, "within": 2, "third_between": 3, "third_within": 3}
"""How many arrows go together in a key."""

NODE_PAIRS = ("confounding",)


def is_arrow(key: object) -> bool:
    """Whether a key is an arrow: two names."""
    return isinstance(key, tuple) and len(key) == 2 and all(isinstance(node, str) and node for node in key)


def normal_keys(name: str, table: Mapping[Any, Any]) -> dict[Any, Any]:
    """A field's table with tuples of names as keys; a key that names again what is there stays as it is."""
    found: dict[Any, Any] = {}
    for key, value in table.items():
        for normal in _normal(name, key, found):
            found[normal] = value
    return found


def _normal(name: str, key: Hashable, taken: Mapping[Any, Any]) -> tuple[Hashable, ...]:
    """The keys that a key stands for; the key itself where it cannot be read or one of them is taken."""
    try:
        if name in ARROW_TABLES:
            keys: tuple[Hashable, ...] = _arrows(key)
        elif name in SIZES:
            keys = _tuples(key, SIZES[name])
        elif name in NODE_PAIRS and isinstance(key, str):
            keys = (nodes_in(key),)
        else:
            return (key,)
    except FormatError:
        return (key,)
    return (key,) if any(each in taken for each in keys) else keys


def _arrows(key: Hashable) -> tuple[Hashable, ...]:
    return arrows_in(key) if isinstance(key, str) else (key,)


def _tuples(key: Hashable, size: int) -> tuple[Hashable, ...]:
    """A text such as ``"T -> M ~ M -> Y"``, or a tuple whose parts may be texts that draw one arrow each."""
    if isinstance(key, str):
        return tuples_in(key, size)
    if not isinstance(key, tuple):
        return (key,)
    parts = [arrows_in(part) if isinstance(part, str) else (part,) for part in key]
    return (tuple(part[0] if len(part) == 1 else part for part in parts),)
