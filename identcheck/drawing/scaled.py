"""The places of variables in a graph of dagitty, enlarged until their boxes stand apart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import combinations

from identcheck.drawing.edit import Drawing
from identcheck.drawing.place import GAP, boxes_of
from identcheck.formats.graphs import drawn
from identcheck.picture.values import Point, Rect

__all__ = ["places"]

_PLACE = re.compile(r"\s*(-?\d{0,9}\.?\d+)\s*,\s*(-?\d{0,9}\.?\d+)\s*")
FIRST = (120.0, 80.0)
"""Where the box that is first from the left, and the one that is first from above, stand."""
WIDEST = 400.0
"""A graph becomes no wider or higher than so much for each variable: boxes that would overlap then are placed anew."""


def places(text: str, format: str, drawing: Drawing) -> dict[str, list[int]]:
    """The positions of a drawing's variables as a text states them; none where it states none.

    dagitty's units are its own: x and y are multiplied by one number, the least with which no two boxes overlap.

    Args:
        text: what was read.
        format: its format; only dagitty's states places that are read.
        drawing: the drawing that was made of it.
    """
    if format != "dagitty":
        return {}
    found = {
        name: _PLACE.fullmatch(str(said.get("pos", ""))) for name, said in drawn(text, format).nodes.items()
    }
    boxes = boxes_of(drawing)
    spots = {
        name: (float(at[1]), float(at[2])) for name, at in found.items() if at is not None and name in boxes
    }
    if len(set(spots.values())) < 2:
        return {}
    sizes = {name: (boxes[name].width + 2 * GAP, boxes[name].height + GAP) for name in spots}
    left, top = (min(spot[axis] for spot in spots.values()) for axis in (0, 1))
    scale = _scale(spots, sizes)
    kept: dict[str, Rect] = {}
    for name, (x, y) in spots.items():
        rect = Rect.around(FIRST[0] + scale * (x - left), FIRST[1] + scale * (y - top), *sizes[name])
        if not any(rect.overlaps(other) for other in kept.values()):
            kept[name] = rect
    return {
        name: [round((rect.left + rect.right) / 2), round((rect.top + rect.bottom) / 2)]
        for name, rect in kept.items()
    }


def _scale(spots: Mapping[str, Point], sizes: Mapping[str, Point]) -> float:
    """The least number with which boxes stand apart, or with which the graph is as large as may be."""
    least = 0.0
    for one, other in combinations(spots, 2):
        apart = [abs(spots[one][axis] - spots[other][axis]) for axis in (0, 1)]
        needed = [(sizes[one][axis] + sizes[other][axis]) / 2 for axis in (0, 1)]
        least = max(least, min((n / a for a, n in zip(apart, needed, strict=True) if a > 0), default=0.0))
    extent = max(
        max(s[axis] for s in spots.values()) - min(s[axis] for s in spots.values()) for axis in (0, 1)
    )
    return min(1.001 * least, WIDEST * len(spots) / extent)
