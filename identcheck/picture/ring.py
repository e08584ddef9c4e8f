"""Where the boxes of a crowded picture go: around an ellipse."""

from itertools import combinations
from math import cos, pi, sin

from identcheck.picture.rows import CLEARANCE, Board
from identcheck.picture.values import Point, Rect

_FLATNESS, _GROWTH = 0.72, 1.06


def ring(board: Board) -> dict[str, Point]:
    """Box centres on the smallest ellipse that keeps the boxes apart.

    The nodes go from left to right in the order of the columns, every second one below.
    """
    names = [name for column in board.columns for name in column]
    radius = 200.0
    while True:
        at = _on_ellipse(names, radius)
        rects = [Rect.around(*at[n], *board.sizes[n]).inflated(CLEARANCE / 2) for n in names]
        if not any(one.overlaps(two) for one, two in combinations(rects, 2)):
            return at
        radius *= _GROWTH


def _on_ellipse(names: list[str], radius: float) -> dict[str, Point]:
    last = max(1, len(names) - 1)
    angles = [pi * k / last for k in range(len(names))]
    return {
        name: (-radius * cos(angle), (-1) ** k * -radius * _FLATNESS * sin(angle))
        for k, (name, angle) in enumerate(zip(names, angles, strict=True))
    }
