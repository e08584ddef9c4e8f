"""Where the coefficients stand: on their own arrow, clear of boxes, labels and other lines."""

from collections.abc import Sequence
from itertools import combinations

from identcheck.picture.geometry import at, bounds, line_meets, polyline
from identcheck.picture.text import LABEL_SIZE, runs, runs_width
from identcheck.picture.values import Curve, Edge, Label, Point, Rect

_SHARES = [0.5 + sign * k * 0.025 for k in range(17) for sign in (1, -1)][1:]
_BOX, _LABEL, _LINE, _TIP = 2000.0, 1000.0, 12.0, 200.0
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
    return option[0] + _LABEL * sum(mine.overlaps(rect) for rect in taken)


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
        found.append((_cost(label.rect, share, curves, lines, rects), label))
    return found


def _cost(
    place: Rect,
    share: float,
    curves: Sequence[Curve],
    lines: Sequence[list[Point]],
    rects: Sequence[Rect],
) -> float:
    covered = sum(place.inflated(3).overlaps(rect) for rect in rects)
    crossed = sum(line_meets(line, place.inflated(2)) for line in lines)
    tips = sum(place.overlaps(Rect.around(*curve[3], 16, 16)) for curve in curves)
    return _BOX * covered + _LINE * crossed + _TIP * tips + 20 * abs(share - 0.5)
