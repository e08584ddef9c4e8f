"""Arrows that end on arrows, and what they cost: length, what they run over or cross, and the angle at which they meet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from identcheck.picture.geometry import (
    at,
    between,
    bounds,
    crossings,
    inside,
    inside_rounded,
    polyline,
    segment_meets,
)
from identcheck.picture.palette import ROUND
from identcheck.picture.values import Arrow, Box, Influence, Point, Pointer, Rect

__all__ = ["ON_LABEL", "Scene", "distance_to", "pointer", "reach"]

_SHARES = (0.5, 0.42, 0.58, 0.34, 0.66, 0.27, 0.73)
"""How far along an arrow one may end that moves it."""

_ON_BOX, ON_LABEL, _CROSSING, _SLANTED, _ON_TIP = 2000.0, 1000.0, 30.0, 24.0, 60.0
_NEAR, _TIP = 5.0, 20.0


@dataclass
class Scene:
    """What stands and runs in the picture so far."""

    rects: dict[str, Rect]
    labels: list[Rect]
    lines: list[list[Point]]
    tips: list[Point]
    curves: Mapping[tuple[str, str], Arrow]
    boxes: dict[str, Box] = field(default_factory=dict)
    faults: int = 0

    @property
    def extent(self) -> Rect:
        """The smallest rectangle around all boxes and labels."""
        lefts, tops, rights, bottoms = zip(*self.rects.values(), *self.labels, strict=True)
        return Rect(min(lefts), min(tops), max(rights), max(bottoms))


def distance_to(place: Point, goals: Iterable[Point]) -> float:
    """The sum of the distances from a place to some points."""
    return float(sum(((place[0] - x) ** 2 + (place[1] - y) ** 2) ** 0.5 for x, y in goals))


def reach(scene: Scene, one: Box, other: Box) -> float:
    """What an arrow to another modifier costs."""
    start, end = (one.x, one.y), (other.x, other.y)
    own = (one.node.name, other.node.name)
    return _price(scene, _outside(start, end, one.rect), _outside(end, start, other.rect), own)


def pointer(scene: Scene, box: Box, influence: Influence) -> tuple[float, Pointer]:
    """The best straight arrow from a modifier onto an arrow, with its cost."""
    arrow = scene.curves[influence.on]
    options = []
    for share in _SHARES:
        tip = at(arrow.curve, share)
        start = _outside((box.x, box.y), tip, box.rect)
        cost = _price(scene, start, tip, (box.node.name,), polyline(arrow.curve))
        cost += 16 * abs(share - 0.5) + _SLANTED * _slant(start, tip, arrow, share)
        cost += ON_LABEL * any(inside(tip, label.inflated(_NEAR)) for label in scene.labels)
        options.append((cost, share, Pointer(influence, (start, tip))))
    cost, _, found = min(options, key=lambda option: option[:2])
    return cost, found


def _slant(start: Point, tip: Point, arrow: Arrow, share: float) -> float:
    """How far from upright one arrow meets another: 0 for a right angle, 1 along it."""
    (ax, ay), (bx, by) = at(arrow.curve, share - 0.02), at(arrow.curve, share + 0.02)
    ux, uy, vx, vy = bx - ax, by - ay, tip[0] - start[0], tip[1] - start[1]
    lengths = ((ux * ux + uy * uy) * (vx * vx + vy * vy)) ** 0.5 or 1.0
    return ((ux * vx + uy * vy) / lengths) ** 2


def _price(
    scene: Scene, start: Point, end: Point, own: Sequence[str], onto: list[Point] | None = None
) -> float:
    """What a straight line costs: its length, what it runs over, and the lines that it crosses but for the one it ends on."""
    cost = 0.3 * distance_to(start, [end])
    cost += _ON_BOX * sum(
        segment_meets(start, end, rect.inflated(_NEAR))
        for name, rect in scene.rects.items()
        if name not in own
    )
    cost += ON_LABEL * sum(segment_meets(start, end, label.inflated(2)) for label in scene.labels)
    cost += _ON_TIP * sum(segment_meets(start, end, Rect.around(*tip, _TIP, _TIP)) for tip in scene.tips)
    field_ = bounds([start, end]).inflated(1)
    for line in scene.lines:
        if line != onto and field_.overlaps(bounds(line).inflated(1)):
            cost += _CROSSING * crossings([start, end], line)
    return cost


def _outside(centre: Point, end: Point, rect: Rect) -> Point:
    """Where the way from a box's centre leaves the box with its rounded corners, by bisection."""
    low, high = 0.0, 1.0
    radius = min(ROUND, (rect.bottom - rect.top) / 2)
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (
            (middle, high) if inside_rounded(between(centre, end, middle), rect, radius) else (low, middle)
        )
    return between(centre, end, high)
