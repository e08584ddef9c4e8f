"""Where nodes from before treatment stand: on shelves above and below the graph."""

from collections.abc import Mapping, Sequence

import networkx as nx

from identcheck.picture.values import Box, Edge, Point, Rect

_BESIDE = 26.0
"""Free room between two boxes of a shelf."""


def shelves(early: Sequence[Box], rest: Sequence[Box], edges: Sequence[Edge], gap: float) -> dict[str, Point]:
    """Centres for the baseline boxes `early`, given the boxes already placed.

    A box goes above or below, whichever is nearer to what it affects (above, if neither is), and
    as nearly as the others allow over the middle of that.
    """
    rects = [box.rect for box in rest] or [Rect(0, 0, 0, 0)]
    top, bottom = min(r.top for r in rects), max(r.bottom for r in rects)
    wishes = _wishes(early, rest, edges, Rect(rects[0].left, top, rects[0].right, bottom))
    low = _low(wishes, edges, (top + bottom) / 2)
    above = [box for box in early if box.node.name not in low]
    below = [box for box in early if box.node.name in low]
    shelf = _shelf(above, wishes, top - gap, -1)
    return shelf | _shelf(below, wishes, bottom + gap, 1)


def _low(wishes: Mapping[str, Point], edges: Sequence[Edge], middle: float) -> set[str]:
    """The boxes that go below; boxes joined by arrows among themselves stay together."""
    joined: nx.Graph = nx.Graph()
    joined.add_nodes_from(wishes)
    joined.add_edges_from((e.source, e.target) for e in edges if {e.source, e.target} <= set(wishes))
    low: set[str] = set()
    for group in nx.connected_components(joined):
        if sum(wishes[name][1] - middle for name in group) > 1:
            low |= group
    return low


def _wishes(
    early: Sequence[Box], rest: Sequence[Box], edges: Sequence[Edge], field: Rect
) -> dict[str, Point]:
    """The mean place of what each box affects; the top left corner if it affects nothing placed."""
    at = {box.node.name: (box.x, box.y) for box in rest}
    found: dict[str, Point] = {}
    for box in early:
        ends = [at[e.target] for e in edges if e.source == box.node.name and e.target in at]
        count = len(ends) or 1
        mean = (sum(x for x, _ in ends) / count, sum(y for _, y in ends) / count)
        found[box.node.name] = mean if ends else (field.left, field.top)
    return found


def _shelf(boxes: Sequence[Box], wishes: Mapping[str, Point], edge: float, way: int) -> dict[str, Point]:
    """A row of boxes that starts at height `edge` and grows up (way -1) or down (way 1)."""
    order = sorted(boxes, key=lambda box: wishes[box.node.name][0])
    xs: list[float] = []
    for k, box in enumerate(order):
        least = [xs[-1] + (order[k - 1].width + box.width) / 2 + _BESIDE] if xs else []
        xs.append(max([wishes[box.node.name][0], *least]))
    excess = [x - wishes[box.node.name][0] for x, box in zip(xs, order, strict=True)]
    back = sum(excess) / max(1, len(excess))
    return {box.node.name: (x - back, edge + way * box.height / 2) for x, box in zip(xs, order, strict=True)}
