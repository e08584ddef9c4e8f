"""From nodes and edges to a finished layout: boxes, then arrows, then labels and legend."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import networkx as nx

from identcheck.picture.frame import framed
from identcheck.picture.geometry import line_meets, polyline
from identcheck.picture.ring import ring
from identcheck.picture.routes import faults, labels, routes
from identcheck.picture.rows import LEAST_GAP, ROW_GAP, Board, Rows, columns, places, settle
from identcheck.picture.text import (
    CAPTION_LINE,
    CAPTION_SIZE,
    NAME_LINE,
    NAME_SIZE,
    runs,
    runs_width,
    text_width,
    wrap,
)
from identcheck.picture.values import Arrow, Box, Edge, Layout, Node, Point, Rect

MOST_LABELS = 40

SHORT, SMALL_WORDS = 28, 15
"""Letters of a caption that stands in a box of a compact picture, and about how many of a line of it."""

SMALL_GAP, SMALL_ROW_GAP = 44.0, 26.0
"""The least distance between boxes side by side in a compact picture, and between boxes on top of one another."""

_STRETCHES = (1.0, 1.15, 1.35, 1.6, 2.0, 2.5)
_ENOUGH = 1.35
_PAD, _LEAST_WIDTH, _BESIDE = 8.0, 40.0, 26.0


@dataclass(frozen=True)
class _Trial:
    """One drawing of the picture; `badness` weighs its faults against its size."""

    boxes: list[Box]
    arrows: list[Arrow]
    badness: float


def layout(nodes: Sequence[Node], edges: Sequence[Edge], compact: bool = False) -> Layout:
    """Place nodes and edges: treatments left, outcome right, baseline nodes above or below.

    The edges must be acyclic. The same input gives the same layout. Boxes never overlap; where
    labels are in the way of others or of arrows the picture is stretched. Above 40 arrows the
    nodes stand around an ellipse and the labels are left out, and `notes` says so.

    Args:
        nodes: what is drawn.
        edges: the arrows between them.
        compact: whether it is to be small, to stand beside something: boxes with their caption where that is short, else with
            their name, arrows without labels, and no legend.

    Raises:
        ValueError: there is no node, or an edge names a node that is not there.
    """
    _demand(nodes, edges)
    bare = compact or len(edges) > MOST_LABELS
    shown = [edge if edge.causal and not bare else replace(edge, label_text="") for edge in edges]
    best = _best(nodes, shown, compact)
    arrows = [replace(a, edge=edge) for a, edge in zip(best.arrows, edges, strict=True)]
    return framed(best.boxes, arrows, unlabeled(edges, compact), not compact)


def unlabeled(edges: Sequence[Edge], compact: bool) -> tuple[str, ...]:
    """That labels are left out which a picture of this kind has."""
    if compact or len(edges) <= MOST_LABELS or not any(edge.causal and edge.label_text for edge in edges):
        return ()
    return (f"coefficient labels are left out: {len(edges)} arrows",)


def _demand(nodes: Sequence[Node], edges: Sequence[Edge]) -> None:
    known = {node.name for node in nodes}
    if not known:
        raise ValueError("a picture needs at least one node")
    for edge in edges:
        for name in (edge.source, edge.target):
            if name not in known:
                raise ValueError(f"edge {edge.source!r} -> {edge.target!r}: no node {name!r}")


def _best(nodes: Sequence[Node], edges: Sequence[Edge], compact: bool) -> _Trial:
    """The least stretched picture without faults, or the one of the best compromise."""
    board_columns = columns(nodes, edges)
    usual = 18 if len(board_columns) <= 5 else 14 if len(board_columns) <= 8 else 11
    early = 18 if sum(node.role == "baseline" for node in nodes) <= 4 else 11
    boxes = [
        _small(node) if compact else _box(node, early if node.role == "baseline" else usual) for node in nodes
    ]
    gaps = (SMALL_GAP, SMALL_ROW_GAP) if compact else (LEAST_GAP, ROW_GAP)
    board = _board(boxes, board_columns, edges, gaps)
    if len(edges) > MOST_LABELS:
        return _trial(boxes, board, None, edges, 1.0)
    rows = settle(board)
    best: _Trial | None = None
    for stretch in _STRETCHES:
        trial = _trial(boxes, board, rows, edges, stretch)
        if best is None or trial.badness < best.badness:
            best = trial
        if best.badness < 100 and (stretch >= _ENOUGH or best.badness <= 14 * (stretch - 1)):
            break
    assert best is not None
    return best


def _box(node: Node, usual: int) -> Box:
    """The box of a node, as large as its text, still at the origin."""
    told = " ".join(node.caption.split())
    caption = () if told == node.name else wrap(told, max(usual, min(30, len(told) // 4)))  # about five lines
    return _boxed(node, wrap(node.name, 24), caption)


def _boxed(node: Node, name: tuple[str, ...], caption: tuple[str, ...]) -> Box:
    widths = [text_width(line, NAME_SIZE) * 1.08 for line in name]
    widths += [text_width(line, CAPTION_SIZE) for line in caption]
    width = max(_LEAST_WIDTH, max(widths, default=0.0) + 2 * _PAD)
    height = NAME_LINE * len(name) + CAPTION_LINE * len(caption) + 2 * _PAD
    return Box(node, 0.0, 0.0, width, height, name, caption)


def _small(node: Node) -> Box:
    """The box of a node with a word or two and nothing else, still at the origin."""
    told = " ".join(node.caption.split())
    return _boxed(node, wrap(told if told and len(told) <= SHORT else node.name, SMALL_WORDS), ())


def _board(
    boxes: Sequence[Box],
    board_columns: tuple[tuple[str, ...], ...],
    edges: Sequence[Edge],
    gaps: tuple[float, float],
) -> Board:
    sizes = {b.node.name: (b.width, b.height) for b in boxes if b.node.role != "baseline"}
    arrows = tuple((e.source, e.target) for e in edges if {e.source, e.target} <= set(sizes) and not e.both)
    widest = max((runs_width(runs(edge.label_text)) for edge in edges), default=0.0)
    tallest = max((len(column) for column in board_columns), default=0)
    return Board(
        board_columns, sizes, arrows, max(gaps[0], widest + 40 if widest else 0.0, 15.0 * tallest), gaps[1]
    )


def _trial(
    boxes: Sequence[Box], board: Board, rows: Rows | None, edges: Sequence[Edge], stretch: float
) -> _Trial:
    """The picture with all distances between boxes stretched; a ring if there are no rows."""
    at = ring(board) if rows is None else places(board, rows, stretch)
    rest = [_put(box, at) for box in boxes if box.node.name in at]
    early = [box for box in boxes if box.node.name not in at]
    at |= _shelves(early, rest, edges, board.row_gap)
    placed = [_put(box, at) for box in boxes]
    rects = {box.node.name: box.rect for box in placed}
    curves = routes(edges, rects)
    found = labels(edges, curves, list(rects.values()))
    clashes, covered = faults(found, curves, list(rects.values()))
    clashes += sum(
        line_meets(polyline(curve), rect)
        for edge, curve in zip(edges, curves, strict=True)
        for name, rect in rects.items()
        if name not in (edge.source, edge.target)
    )
    arrows = [Arrow(*parts) for parts in zip(edges, curves, found, strict=True)]
    return _Trial(placed, arrows, 100 * clashes + covered + 14 * (stretch - 1))


def _put(box: Box, at: dict[str, tuple[float, float]]) -> Box:
    x, y = at[box.node.name]
    return replace(box, x=x, y=y)


def _shelves(
    early: Sequence[Box], rest: Sequence[Box], edges: Sequence[Edge], gap: float
) -> dict[str, Point]:
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
