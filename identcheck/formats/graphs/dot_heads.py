"""What the ends of an edge in DOT say: which of them has an arrowhead, and which marks are no arrowheads.

Source: Graphviz, https://graphviz.org/docs/attr-types/arrowType/ and https://graphviz.org/docs/attr-types/dirType/.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from identcheck.errors import suggestion

__all__ = ["WAYS", "way_of"]

WAYS = ("forward", "back", "both", "none")
_SYNONYMS = {
    "ediamond": "odiamond",
    "open": "vee",
    "halfopen": "lvee",
    "empty": "onormal",
    "invempty": "oinv",
}
_SHAPES = ("box", "crow", "curve", "icurve", "diamond", "dot", "inv", "none", "normal", "tee", "vee")
_SHAPE = re.compile(rf"o?[lr]?({'|'.join(sorted(_SHAPES, key=len, reverse=True))})")
_POINTED = {"normal", "vee"}


def way_of(said: Mapping[str, str]) -> tuple[str, str]:
    """Where an edge has its heads: "forward", "back", "both" or "none"; and what is wrong with its marks, or "".

    An end without a mark is a tail. Both ends pointed: the two share a cause. A circle leaves open whether there is a
    head, as the marks of equivalence classes do; a mark of another kind is a head only where the other end has none.
    """
    way = said.get("dir") or "forward"
    if way not in WAYS:
        return way, f"has the dir {way!r}{suggestion(way, WAYS)}; it is one of {', '.join(WAYS)}"
    marks = []
    for end, key, drawn in (
        ("head", "arrowhead", ("forward", "both")),
        ("tail", "arrowtail", ("back", "both")),
    ):
        mark, problem = _mark(said.get(key) or "normal") if way in drawn else ("none", "")
        if problem:
            return way, f"has its {end} drawn {said[key]!r}, {problem}"
        marks.append(mark)
    head, tail = marks
    if "other" in marks and "none" not in marks:
        shapes = " and ".join(repr(said.get(key) or "normal") for key in ("arrowtail", "arrowhead"))
        return (
            way,
            f"has its ends drawn {shapes}, which does not say what causes what; draw an arrowhead or nothing",
        )
    if head == "none":
        return ("none" if tail == "none" else "back"), ""
    return ("forward" if tail == "none" else "both"), ""


def _mark(shape: str) -> tuple[str, str]:
    """What a shape is, "none", "pointed" or "other", and what is wrong with it, or ""."""
    parts = _parts(shape)
    if "dot" in parts or shape.lower() in ("circle", "ocircle"):
        return "", (
            "a circle: the mark of an equivalence class (pag), where it is not known whether there is an arrowhead; "
            "write what you hold to be true"
        )
    if not parts:
        return "", f"which is no shape of an arrow{suggestion(shape, (*_SHAPES, *_SYNONYMS))}"
    if "inv" in parts:
        return "", "an arrowhead that points away from its end; draw it at the other end"
    shapes = [part for part in parts if part != "none"]
    return ("none" if not shapes else "pointed" if set(shapes) & _POINTED else "other"), ""


def _parts(shape: str) -> list[str]:
    """The primitive shapes of an arrow, up to four; none where it is no shape."""
    shape, parts, at = _SYNONYMS.get(shape, shape), [], 0
    while at < len(shape) and (found := _SHAPE.match(shape, at)):
        parts.append(found[1])
        at = found.end()
    return parts if at == len(shape) and len(parts) <= 4 else []
