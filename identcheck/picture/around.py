"""Where modifiers stand, and how their arrows run onto the arrows that they move: around a graph that is laid out already.

Each modifier takes the place from which straight arrows reach all that it moves, clear of boxes and labels, shortest and with
the fewest crossings; what only causes other modifiers stands near these.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from identcheck.picture.geometry import at, bounds, line_meets, polyline
from identcheck.picture.pointers import ON_LABEL, Scene, distance_to, pointer, reach
from identcheck.picture.routes import CLOSE_LOOK, SPACE, route
from identcheck.picture.values import Arrow, Box, Edge, Influence, Point, Pointer, Rect

__all__ = ["Placed", "around"]

_STEP_X, _STEP_Y, _OUT_X, _OUT_Y = 16.0, 12.0, 36.0, 46.0
_LOOKS = 90
"""Free places that are tried for a modifier, those nearest to what it moves first."""

_GROWTH, _CLEAR, _CORNER = 0.25, 9.0, 5.0


@dataclass(frozen=True)
class Placed:
    """Modifiers in their places.

    Attributes:
        boxes: the modifiers.
        pointers: their arrows onto arrows.
        links: the arrows among them.
        faults: how often one runs over a box or a label.
    """

    boxes: tuple[Box, ...]
    pointers: tuple[Pointer, ...]
    links: tuple[Arrow, ...]
    faults: int


def around(
    boxes: Sequence[Box],
    arrows: Sequence[Arrow],
    modifiers: Sequence[Box],
    influences: Sequence[Influence],
    links: Sequence[Edge],
) -> Placed:
    """Place modifiers, each still at the origin, around boxes and arrows in their places.

    Args:
        boxes: what is placed.
        arrows: how the arrows between them run.
        modifiers: what is to be placed.
        influences: which arrows each moves.
        links: the arrows among modifiers.
    """
    few = len(arrows) <= CLOSE_LOOK
    scene = Scene(
        {box.node.name: box.rect for box in boxes},
        [arrow.label.rect for arrow in arrows if arrow.label],
        [polyline(arrow.curve) for arrow in arrows] if few else [],
        [arrow.curve[3] for arrow in arrows] if few else [],
        {(arrow.edge.source, arrow.edge.target): arrow for arrow in arrows if not arrow.edge.both},
    )
    pointers: dict[Influence, Pointer] = {}
    for box in _in_turn(modifiers, influences, links):
        mine = [influence for influence in influences if influence.source == box.node.name]
        onward = [
            link.target for link in links if link.source == box.node.name and link.target in scene.boxes
        ]
        placed, found = _settle(scene, box, mine, onward)
        scene.boxes[box.node.name] = placed
        scene.rects[box.node.name] = placed.rect
        scene.lines += [list(each.line) for each in found]
        scene.tips += [each.line[1] for each in found]
        pointers |= zip(mine, found, strict=True)
    drawn = tuple(_link(scene, link) for link in links)
    return Placed(
        tuple(scene.boxes[box.node.name] for box in modifiers),
        tuple(pointers[influence] for influence in influences),
        drawn,
        scene.faults,
    )


def _in_turn(
    modifiers: Sequence[Box], influences: Sequence[Influence], links: Sequence[Edge]
) -> Iterator[Box]:
    """Those that move most arrows first; what moves none after all that it causes."""
    moves = {box.node.name: sum(i.source == box.node.name for i in influences) for box in modifiers}
    waiting = sorted(modifiers, key=lambda box: -moves[box.node.name])
    done: set[str] = set()
    while waiting:
        free = (
            box
            for box in waiting
            if moves[box.node.name] or all(e.target in done for e in links if e.source == box.node.name)
        )
        box = next(free)
        waiting.remove(box)
        done.add(box.node.name)
        yield box


def _settle(
    scene: Scene, box: Box, influences: Sequence[Influence], onward: Sequence[str]
) -> tuple[Box, list[Pointer]]:
    """The best place of a modifier, and its arrows from there."""
    goals = [at(scene.curves[influence.on].curve, 0.5) for influence in influences]
    goals += [(scene.boxes[name].x, scene.boxes[name].y) for name in onward]
    best: tuple[float, Box, list[Pointer]] | None = None
    for place in _free(scene, box, goals):
        put = replace(box, x=place[0], y=place[1])
        found = [pointer(scene, put, influence) for influence in influences]
        cost = sum(price for price, _ in found) + _growth(scene, put.rect)
        cost += sum(reach(scene, put, scene.boxes[name]) for name in onward)
        if best is None or cost < best[0]:
            best = (cost, put, [each for _, each in found])
    assert best is not None
    scene.faults += best[0] >= ON_LABEL
    return best[1], best[2]


def _free(scene: Scene, box: Box, goals: Sequence[Point]) -> list[Point]:
    """Free places for a box, those nearest to its goals first; one above the picture is always free."""
    extent = scene.extent
    wide, high = box.width / 2, box.height / 2
    left, right = extent.left - wide / 2, extent.right + wide / 2
    top, bottom = extent.top - high - _OUT_Y, extent.bottom + high + _OUT_Y
    columns = [left + k * _STEP_X for k in range(int((right - left) / _STEP_X) + 1)]
    rows = [top + k * _STEP_Y for k in range(int((bottom - top) / _STEP_Y) + 1)]
    grid = sorted(((x, y) for x in columns for y in rows), key=lambda place: distance_to(place, goals))
    found: list[Point] = []
    for place in grid:
        rect = Rect.around(*place, box.width, box.height)
        if _is_free(scene, rect):
            found.append(place)
            if len(found) == _LOOKS:
                break
    return found or [(extent.left - wide - _OUT_X, extent.top - high - _OUT_Y)]


def _is_free(scene: Scene, rect: Rect) -> bool:
    wide = rect.inflated(_CLEAR)
    if any(wide.overlaps(other) for other in (*scene.rects.values(), *scene.labels)):
        return False
    return not any(line_meets(line, wide) for line in scene.lines)


def _growth(scene: Scene, rect: Rect) -> float:
    """What it costs that the picture becomes larger; height counts for more."""
    extent = scene.extent
    wider = max(0.0, extent.left - rect.left) + max(0.0, rect.right - extent.right)
    higher = max(0.0, extent.top - rect.top) + max(0.0, rect.bottom - extent.bottom)
    return _GROWTH * (wider + 2 * higher)


def _link(scene: Scene, link: Edge) -> Arrow:
    """An arrow between two modifiers; it may bend around what is in its way."""
    others = [rect for name, rect in scene.rects.items() if name not in (link.source, link.target)]
    others += scene.labels
    lines = [(line, bounds(line).inflated(_CLEAR)) for line in scene.lines]
    source = scene.rects[link.source].inflated(-_CORNER)  # the box, drawn later, hides what is inside
    curve = route(source, scene.rects[link.target], tuple(rect.inflated(SPACE) for rect in others), lines)
    scene.lines.append(polyline(curve))
    scene.faults += any(line_meets(polyline(curve), rect) for rect in others)
    return Arrow(link, curve, None)
