"""How the arrows run, straight where they can, else the mildest curve around the boxes; and where coefficients stand.

A coefficient stands on its own arrow, clear of boxes, other coefficients and other lines.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import combinations, pairwise
from math import inf

from identcheck.picture.geometry import (
    at,
    bounds,
    crossings,
    distance,
    inside,
    is_straight,
    line_meets,
    part,
    polyline,
)
from identcheck.picture.text import LABEL_SIZE, runs, runs_width
from identcheck.picture.values import Curve, Edge, Label, Point, Rect

_BULGES = (0.0, 24.0, 48.0, 76.0, 108.0, 145.0, 190.0, 250.0, 330.0)
SPACE, _NEAR, _TIP_SPACE = 7.0, 9.0, 1.5
CLOSE_LOOK = 40

_Line = tuple[list[Point], Rect]


def routes(edges: Sequence[Edge], rects: Mapping[str, Rect]) -> list[Curve]:
    """A curve for every edge, from box border to box border.

    Short arrows choose first and baseline arrows last; each then avoids boxes above all, and
    lines already there, as long as there are at most 40 edges to compare.
    """
    found: dict[int, Curve] = {}
    lines: list[_Line] = []
    wide = {name: rect.inflated(SPACE) for name, rect in rects.items()}
    for index in sorted(range(len(edges)), key=lambda k: _turn(edges[k], rects, k)):
        edge = edges[index]
        others = tuple(rect for name, rect in wide.items() if name not in (edge.source, edge.target))
        look = lines if len(edges) <= CLOSE_LOOK else []
        curve = route(rects[edge.source], rects[edge.target], others, look, bent=edge.both)
        found[index] = curve
        lines.append((polyline(curve), bounds(polyline(curve)).inflated(_NEAR)))
    return [found[index] for index in range(len(edges))]


def _turn(edge: Edge, rects: Mapping[str, Rect], index: int) -> tuple[bool, float, int]:
    (x, y), (z, w) = _centre(rects[edge.source]), _centre(rects[edge.target])
    return (not edge.causal, round(abs(x - z) + abs(y - w), 3), index)


def _centre(rect: Rect) -> Point:
    return ((rect.left + rect.right) / 2, (rect.top + rect.bottom) / 2)


def route(
    source: Rect, target: Rect, others: tuple[Rect, ...], lines: Sequence[_Line], bent: bool = False
) -> Curve:
    """The candidate of least cost; bent ones are looked at only while they can still win, or if there must be a bend."""
    best: tuple[float, Curve] | None = None
    for price, first, last in _BENDS:
        if bent and abs(first) + abs(last) <= 80:
            continue
        if best is not None and price >= best[0]:
            break
        curve, line, hits = _candidate(source, target, first, last, others)
        cost = price + hits
        if best is not None and cost >= best[0]:
            continue
        cost += _conflicts(curve, line, lines, inf if best is None else best[0] - cost)
        if best is None or cost < best[0]:
            best = (cost, curve)
    assert best is not None
    return best[1]


@lru_cache(maxsize=1024)
def _candidate(
    source: Rect, target: Rect, first: float, last: float, others: tuple[Rect, ...]
) -> tuple[Curve, list[Point], float]:
    """A curve of these bulges, the same as a line, and what it costs to meet boxes; kept: an edit moves few of them."""
    curve = _clipped(_bent(_centre(source), _centre(target), first, last), source, target)
    line = polyline(curve)
    return curve, line, _hits(line, others)


def _bends() -> list[tuple[float, float, float]]:
    """Bulges near the source and near the target, to either side (negative is up), the cheapest first after their prices."""
    pairs = [(b, c) for b in _BULGES for c in _BULGES if min(b, c) >= 0.4 * max(b, c)]
    bows = [(sign * b, sign * c) for b, c in pairs for sign in (-1, 1)]
    waves = [(sign * b, -sign * b) for b in _BULGES[1:] for sign in (-1, 1)]
    priced = [(_price(first, last), first, last) for first, last in bows + waves]
    return sorted(priced, key=lambda bend: bend[0])


def _price(first: float, last: float) -> float:
    """What a bend costs by itself; going above is slightly preferred."""
    size = abs(first) + abs(last)
    return 0.0 if size == 0 else 4 + 0.08 * size + 0.02 * abs(first - last) + (first > 0) * 0.5


_BENDS = _bends()


def _bent(p: Point, q: Point, first: float, last: float) -> Curve:
    dx, dy = q[0] - p[0], q[1] - p[1]
    length = (dx * dx + dy * dy) ** 0.5 or 1.0
    nx, ny = -dy / length, dx / length
    if dx < 0:
        nx, ny = -nx, -ny
    one = (p[0] + 0.3 * dx + nx * first, p[1] + 0.3 * dy + ny * first)
    two = (p[0] + 0.7 * dx + nx * last, p[1] + 0.7 * dy + ny * last)
    return (p, one, two, q)


def _clipped(curve: Curve, source: Rect, target: Rect) -> Curve:
    """The part of a curve between centres that lies outside both boxes."""
    first = _leaves(curve, source, 0.0, 1.0)
    last = _leaves(curve, target.inflated(_TIP_SPACE), 1.0, 0.0)
    return part(curve, first, last) if first < last else curve


def _leaves(curve: Curve, rect: Rect, start: float, stop: float) -> float:
    """The parameter at which a curve, followed from `start` inside `rect`, leaves it (bisection)."""
    steps, span = 48, stop - start

    def outside(k: int) -> bool:
        return not inside(at(curve, start + span * k / steps), rect)

    grid = range(1, steps + 1)
    straight = is_straight(curve)  # it leaves once, and stays outside
    left = grid[bisect_left(grid, True, key=outside) :] if straight else filter(outside, grid)
    for k in left:
        within, without = start + span * (k - 1) / steps, start + span * k / steps
        for _ in range(12):
            middle = (within + without) / 2
            if inside(at(curve, middle), rect):
                within = middle
            else:
                without = middle
        return without
    return stop


def _hits(line: list[Point], others: Sequence[Rect]) -> float:
    field = bounds(line)
    return 1000.0 * sum(line_meets(line, rect) for rect in others if not _apart(field, rect))


def _apart(one: Rect, two: Rect) -> bool:
    """Whether two rectangles, of which one may be a line, are clear of one another."""
    return one[2] < two[0] or two[2] < one[0] or one[3] < two[1] or two[3] < one[1]


def _conflicts(curve: Curve, mine: list[Point], lines: Sequence[_Line], limit: float) -> float:
    """Cost of crossing other lines, and more so of running along them; of the first only, once that is above `limit`."""
    middle = [at(curve, k / 8) for k in range(1, 8)]
    field = bounds(mine).inflated(_NEAR)
    cost = 0.0
    for line, extent in lines:
        if not field.overlaps(extent):
            continue
        cost += 3 * crossings(mine, line)
        close = [p for p in middle if inside(p, extent)]
        near = sum(any(distance(p, *s) < _NEAR for s in pairwise(line)) for p in close)
        cost += 6 * max(0, near - 1)
        if cost > limit:
            break
    return cost


_SHARES = [0.5 + sign * k * 0.025 for k in range(17) for sign in (1, -1)][1:]
_ON_BOX, _ON_LABEL, _ON_LINE, _ON_TIP = 2000.0, 1000.0, 12.0, 200.0
_ROUNDS = 4


def labels(edges: Sequence[Edge], curves: Sequence[Curve], rects: Sequence[Rect]) -> list[Label | None]:
    """A place for every label (none where the text is empty).

    Every label first takes its own best place; then each in turn moves, given the others, until
    none wants to.
    """
    options = [_options(k, edges, curves, rects) for k in range(len(edges))]
    chosen = [min(range(len(o)), key=lambda j: o[j][0]) if o else -1 for o in options]
    for _ in range(_ROUNDS):
        before = list(chosen)
        for k, mine in enumerate(options):
            taken = [options[m][chosen[m]][1].rect for m in range(len(edges)) if m != k and options[m]]
            if mine:
                chosen[k] = min(range(len(mine)), key=lambda j: _total(mine[j], taken))
        if chosen == before:
            break
    return [o[j][1] if o else None for o, j in zip(options, chosen, strict=True)]


def faults(found: Sequence[Label | None], curves: Sequence[Curve], rects: Sequence[Rect]) -> tuple[int, int]:
    """How often labels lie on boxes or one another, and how often on another arrow."""
    places = [(k, label.rect) for k, label in enumerate(found) if label]
    on_box = sum(place.overlaps(rect) for _, place in places for rect in rects)
    on_label = sum(one.overlaps(two) for (_, one), (_, two) in combinations(places, 2))
    lines = [polyline(curve) for curve in curves]
    on_line = sum(line_meets(line, place) for k, place in places for m, line in enumerate(lines) if m != k)
    return on_box + on_label, on_line


def _total(option: tuple[float, Label], taken: Sequence[Rect]) -> float:
    mine = option[1].rect.inflated(2)
    return option[0] + _ON_LABEL * sum(mine.overlaps(rect) for rect in taken)


def _options(
    k: int, edges: Sequence[Edge], curves: Sequence[Curve], rects: Sequence[Rect]
) -> list[tuple[float, Label]]:
    """Places along arrow `k`, each with the cost of what it covers there."""
    text = runs(edges[k].label_text)
    if not text:
        return []
    width, height = runs_width(text) + 6, LABEL_SIZE + 6
    found = []
    lines = [polyline(c) for m, c in enumerate(curves) if m != k]
    reach = bounds(polyline(curves[k])).inflated(max(width, height))
    lines = [line for line in lines if reach.overlaps(bounds(line).inflated(1))]
    for share in _SHARES:
        label = Label(*at(curves[k], share), width, height, text)
        found.append((_covered(label.rect, share, curves, lines, rects), label))
    return found


def _covered(
    place: Rect,
    share: float,
    curves: Sequence[Curve],
    lines: Sequence[list[Point]],
    rects: Sequence[Rect],
) -> float:
    boxes = sum(place.inflated(3).overlaps(rect) for rect in rects)
    crossed = sum(line_meets(line, place.inflated(2)) for line in lines)
    tips = sum(place.overlaps(Rect.around(*curve[3], 16, 16)) for curve in curves)
    return _ON_BOX * boxes + _ON_LINE * crossed + _ON_TIP * tips + 20 * abs(share - 0.5)
