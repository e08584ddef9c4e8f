"""How a drawing and the file that changed outside differ, in words: what is only in one of them, and what both say otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from identcheck.drawing.edit import Drawing, document_drawn, names_of
from identcheck.formats.chains import write_edge

__all__ = ["differences"]

LINES = 10
"""Lines at most."""
NAMES = 5
"""Names in a line at most."""
LETTERS = 40
"""Letters of a value that is shown."""

_DRAWN = ("graph", "interactions", "modifiers")


def differences(file: Drawing, drawing: Drawing) -> list[str]:
    """The differences, those of the graph first; a line for each kind, and "and k more" where there are many.

    Args:
        file: what the file says now, as a drawing.
        drawing: what is drawn.
    """
    lines = [*_of_graph(file, drawing), *_of_keys(document_drawn(file), document_drawn(drawing))]
    if not lines:
        lines = ["nothing that is drawn: remarks, the places of boxes, or tables such as [plan]"]
    return lines if len(lines) <= LINES else [*lines[: LINES - 1], f"and {len(lines) - LINES + 1} more"]


def _of_graph(file: Drawing, drawing: Drawing) -> Iterator[str]:
    """What of the graph is only in one of the two, then modifiers that are otherwise."""
    for what, found in (
        ("variables", names_of),
        ("arrows", _arrows),
        ("shared causes", _shared),
        ("interactions", _interactions),
        ("modifiers", _modifiers),
    ):
        there, here = [*found(file)], [*found(drawing)]
        for where, names in (
            ("file", [name for name in there if name not in here]),
            ("drawing", [name for name in here if name not in there]),
        ):
            if names:
                yield f"{what} only in the {where}: {_listed(names)}"
    before, after = _modifiers(file), _modifiers(drawing)
    other = [name for name in before if name in after and before[name] != after[name]]
    if other:
        yield f"modifiers that differ: {_listed(other)}"


def _arrows(drawing: Drawing) -> list[str]:
    return [f"{arrow['from']} → {arrow['to']}" for arrow in drawing["arrows"]]


def _shared(drawing: Drawing) -> list[str]:
    return [" ↔ ".join(sorted(pair)) for pair in drawing["shared"]]


def _interactions(drawing: Drawing) -> list[str]:
    return [" * ".join(sorted(pair)) for pair in drawing["interactions"]]


def _modifiers(drawing: Drawing) -> dict[str, Any]:
    return {
        m["name"]: {**m, "of": sorted(write_edge(*edge) for edge in m["of"])} for m in drawing["modifiers"]
    }


def _of_keys(there: Mapping[str, Any], here: Mapping[str, Any]) -> Iterator[str]:
    """The keys and tables of the design file that only one of them has, or that differ."""
    for key in dict.fromkeys([*here, *there]):
        old, new = there.get(key), here.get(key)
        if old == new or key in _DRAWN:
            continue
        if isinstance(old or new, Mapping):
            yield from _of_table(key, old or {}, new or {})
        elif (
            isinstance(old, list) and isinstance(new, list) and sorted(map(str, old)) == sorted(map(str, new))
        ):
            continue
        else:
            yield f"{key}: {_value(old)} in the file, {_value(new)} in the drawing"


def _of_table(key: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """The entries of a table; one that differs alone with both its values."""
    only = {
        "only in the file": [name for name in old if name not in new],
        "only in the drawing": [name for name in new if name not in old],
        "differs": [name for name in old if name in new and old[name] != new[name]],
    }
    for where, names in only.items():
        if where == "differs" and len(names) == 1 and isinstance(old[names[0]], (str, int, float)):
            values = f"{_value(old[names[0]])} in the file, {_value(new[names[0]])} in the drawing"
            yield f"[{key}] {_arrow(names[0])}: {values}"
        elif names:
            yield f"[{key}] {where}: {_listed([*map(_arrow, names)])}"


def _arrow(name: str) -> str:
    return name.replace("->", "→")


def _value(value: Any) -> str:
    """A value as it is said, cut where it is long."""
    if value in (None, "", [], {}):
        return "nothing"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= LETTERS else f"{text[: LETTERS - 1]}…"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(map(_value, names[:NAMES]))
    return shown if len(names) <= NAMES else f"{shown} and {len(names) - NAMES} more"
