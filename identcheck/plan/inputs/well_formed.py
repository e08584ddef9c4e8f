"""Whether the tables of a plan are tables, their keys arrows or nodes, and their values of the right kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from identcheck.errors.limits import TEXT_LETTERS
from identcheck.plan.inputs.keys import ARROW_TABLES, NODE_PAIRS, SIZES, is_arrow, normal_keys
from identcheck.plan.inputs.parts import Arrow

__all__ = ["well_shaped"]

ARROW = "('A', 'B') or 'A -> B'"
KEYS = {
    **dict.fromkeys(ARROW_TABLES, (f"no arrow; write {ARROW}", "by arrow")),
    **{
        name: (
            f"no {'pair' if size == 2 else 'triple'} of arrows; write '{' ~ '.join(('A -> B', 'B -> C', 'C -> D')[:size])}'",
            "by pair of arrows" if size == 2 else "by triple of arrows",
        )
        for name, size in SIZES.items()
    },
    **dict.fromkeys(NODE_PAIRS, ("no pair of nodes; write 'A ~ B'", "by pair of nodes")),
    "residuals": ("no node; write its name", "by node"),
    "units": ("no node; write its name", "by node"),
    "sources": ("no field; write its name", "by field"),
}
"""What is wrong with a key of each table, and what the tables are by."""


Report = Callable[[tuple[str, ...], str], None]
"""Takes down where a problem is, and what it is."""


def well_shaped(plan: Any, report: Report) -> dict[str, dict[Any, Any]]:
    """The tables of a plan without the entries that are no such thing; those are reported."""
    found = {}
    for name, (wrong, by) in KEYS.items():
        table = getattr(plan, name)
        if not isinstance(table, Mapping):
            report((name,), f"{name} is {table!r}, expected a table {by}, such as {{...}}")
            table = {}
        found[name] = {
            key: value
            for key, value in table.items()
            if _sound_key(report, name, key, wrong) and _sound_value(report, name, key, value)
        }
    return found


def _sound_key(report: Report, name: str, key: object, wrong: str) -> bool:
    if _SHAPES[name](key):
        return True
    path = (name, str(key))
    drawn = normal_keys(name, {key: None})
    if all(_SHAPES[name](each) for each in drawn):
        report(path, f"{key!r} states again what another key states; drop one of them")
    else:
        report(path, f"{key!r} is {wrong}")
    return False


def _sound_value(report: Report, name: str, key: object, value: object) -> bool:
    path = (name, " ~ ".join(map(str, key)) if isinstance(key, tuple) else str(key))
    if name in ARROW_TABLES:
        words = " -> ".join(key) if isinstance(key, tuple) else str(key)
        if not isinstance(value, Arrow):
            report(
                (name, words),
                f"{words} is {value!r}, expected numbers as Arrow(mean=..., between=..., within=...)",
            )
            return False
        if not isinstance(value.source, str):
            report((name, words, "source"), f"the source of {words} is {value.source!r}, expected text")
            return False
        if len(value.source) > TEXT_LETTERS.most:
            report(
                (name, words, "source"),
                f"the source of {words} has {TEXT_LETTERS.refusal(len(value.source))}",
            )
            return False
    if name in ("units", "sources") and not isinstance(value, str):
        report(path, f"{name} of {key} is {value!r}, expected text")
        return False
    if isinstance(value, str) and len(value) > TEXT_LETTERS.most:
        report(path, f"{name} of {key} has {TEXT_LETTERS.refusal(len(value))}")
        return False
    return True


def _is_text(key: object) -> bool:
    return isinstance(key, str) and bool(key)


def _is_tuple(size: int) -> Callable[[object], bool]:
    return lambda key: isinstance(key, tuple) and len(key) == size and all(is_arrow(edge) for edge in key)


_SHAPES: dict[str, Callable[[object], bool]] = {
    **dict.fromkeys(ARROW_TABLES, is_arrow),
    **{name: _is_tuple(size) for name, size in SIZES.items()},
    **dict.fromkeys(NODE_PAIRS, is_arrow),
    **dict.fromkeys(("residuals", "units", "sources"), _is_text),
}
