"""The tables of a plan: what a key of each is, and what kind of value stands under it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from identcheck.errors.limits import TEXT_LETTERS
from identcheck.plan.inputs.problems import Problems
from identcheck.plan.inputs.stated import (
    ARROW_TABLES,
    BOUNDED,
    BY_NODE,
    COSTS,
    NODE_PAIRS,
    SIZES,
    Arrow,
    is_arrow,
    is_name,
    normal_keys,
)

__all__ = ["KEYS", "sound_entries"]


def _are_arrows(size: int) -> Callable[[object], bool]:
    return lambda key: isinstance(key, tuple) and len(key) == size and all(map(is_arrow, key))


def _is_moved(key: object) -> bool:
    """Whether a key is a modifier with what it moves, or with its share between sites."""
    return (
        isinstance(key, tuple) and len(key) == 2 and is_name(key[0]) and (is_arrow(key[1]) or is_name(key[1]))
    )


KEYS: dict[str, tuple[Callable[[object], bool], str, str]] = {
    **dict.fromkeys(ARROW_TABLES, (is_arrow, "no arrow; write ('A', 'B') or 'A -> B'", "by arrow")),
    **{
        name: (
            _are_arrows(size),
            f"no {'pair' if size == 2 else 'triple'} of arrows; write '{' ~ '.join(('A -> B', 'B -> C', 'C -> D')[:size])}'",
            f"by {'pair' if size == 2 else 'triple'} of arrows",
        )
        for name, size in SIZES.items()
    },
    "modifiers": (_is_moved, "not what a modifier moves; write {'wages': {'A -> B': 0.3}}", "by modifier"),
    **dict.fromkeys(NODE_PAIRS, (is_arrow, "no pair of nodes; write 'A ~ B'", "by pair of nodes")),
    **dict.fromkeys(("residuals", "units", *BY_NODE), (is_name, "no node; write its name", "by node")),
    "costs": (
        lambda key: isinstance(key, str) and key in COSTS,
        f"not what a cost is of: {', '.join(COSTS)}",
        "by what it is of",
    ),
    "bounds": (
        lambda key: isinstance(key, str) and key in BOUNDED,
        f"not what a bound is of: {', '.join(BOUNDED)}",
        "by what it is of",
    ),
    "sources": (is_name, "no field; write its name", "by field"),
}
"""For each table what a key of it is, what is wrong with one that is not, and what the table is by."""


def sound_entries(name: str, table: object, to: Problems) -> dict[Any, Any]:
    """The entries of a table with sound keys, and values of the right kind."""
    if not isinstance(table, Mapping):
        to.report((name,), f"{name} is {table!r}, expected a table {KEYS[name][2]}, such as {{...}}")
        return {}
    return {k: v for k, v in table.items() if _sound_key(to, name, k) and _sound_value(to, name, k, v)}


def _sound_key(to: Problems, name: str, key: object) -> bool:
    is_key, wrong, _ = KEYS[name]
    if is_key(key):
        return True
    again = all(map(is_key, normal_keys(name, {key: None})))
    to.report(
        (name, str(key)),
        f"{key!r} states again what another key states; drop one of them" if again else f"{key!r} is {wrong}",
    )
    return False


def _sound_value(to: Problems, name: str, key: object, value: object) -> bool:
    """Whether a value is an arrow with a source, or a text where one is meant; numbers are looked at later."""
    path: tuple[str, ...] = (name, " ~ ".join(map(str, key)) if isinstance(key, tuple) else str(key))
    what = f"{name} of {key}"
    if name in ARROW_TABLES:
        words = " -> ".join(key) if isinstance(key, tuple) else str(key)
        if not isinstance(value, Arrow):
            to.report(
                (name, words),
                f"{words} is {value!r}, expected numbers as Arrow(mean=..., between=..., within=...)",
            )
            return False
        path, what, value = (name, words, "source"), f"the source of {words}", value.source
    if name in (*ARROW_TABLES, "units", "sources") and not isinstance(value, str):
        to.report(path, f"{what} is {value!r}, expected text")
        return False
    if isinstance(value, str) and len(value) > TEXT_LETTERS.most:
        to.report(path, f"{what} has {TEXT_LETTERS.refusal(len(value))}")
        return False
    return True
