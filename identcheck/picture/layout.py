"""From nodes and edges to a finished layout: boxes, then arrows, then labels and legend."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from identcheck.picture.around import Placed, around
from identcheck.picture.frame import framed
from identcheck.picture.geometry import line_meets, polyline
from identcheck.picture.ring import ring
from identcheck.picture.routes import faults, labels, routes
from identcheck.picture.rows import LEAST_GAP, ROW_GAP, Board, Rows, columns, places, settle
from identcheck.picture.shelves import shelves
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
from identcheck.picture.values import BESIDE, Arrow, Box, Edge, Influence, Layout, Node

MOST_LABELS = 40

BESIDE_WORDS = 20
"""About how many letters a line of a modifier's caption has."""

SHORT, SMALL_WORDS = 28, 15
"""Letters of a caption that stands in a box of a compact picture, and about how many of a line of it."""

SMALL_GAP, SMALL_ROW_GAP = 44.0, 26.0
"""The least distance between boxes side by side in a compact picture, and between boxes on top of one another."""

_STRETCHES = (1.0, 1.15, 1.35, 1.6, 2.0, 2.5)
_ENOUGH = 1.35
_PAD, _LEAST_WIDTH = 8.0, 40.0
_TRIED = 4
"""Pictures that are tried for a place for modifiers."""


@dataclass(frozen=True)
class _Trial:
    """One drawing of the picture; `badness` weighs its faults against its size."""

    boxes: list[Box]
    arrows: list[Arrow]
    badness: float
    stretch: float


def layout(
    nodes: Sequence[Node], edges: Sequence[Edge], compact: bool = False, influences: Sequence[Influence] = ()
) -> Layout:
    """Place nodes and edges: treatments left, outcome right, baseline nodes above or below, modifiers where there is room.

    The edges must be acyclic. The same input gives the same layout. Boxes never overlap; where
    labels are in the way of others or of arrows the picture is stretched. Above 40 arrows the
    nodes stand around an ellipse and the labels are left out, and `notes` says so.

    Args:
        nodes: what is drawn.
        edges: the arrows between them.
        compact: whether it is to be small, to stand beside something: boxes with their caption where that is short, else with
            their name, arrows without labels, and no legend.
        influences: which arrows the modifiers among the nodes move.

    Raises:
        ValueError: there is no node, an edge names a node that is not there, or an influence such an arrow.
    """
    _demand(nodes, edges, influences)
    graph = [node for node in nodes if node.role not in BESIDE]
    beside = [node for node in nodes if node.role in BESIDE]
    links = [edge for edge in edges if edge.beside]
    effects = [edge for edge in edges if not edge.beside]
    bare = compact or len(effects) > MOST_LABELS
    shown = [edge if edge.causal and not bare else replace(edge, label_text="") for edge in effects]
    small = [_small(node) if compact else boxed(node, BESIDE_WORDS) for node in beside]
    best, added = _settled(graph, shown, compact, small, influences, links)
    arrows = [replace(a, edge=edge) for a, edge in zip(best.arrows, effects, strict=True)]
    at = {box.node: box for box in (*best.boxes, *added.boxes)}
    run = dict(zip((*effects, *links), (*arrows, *added.links), strict=True))
    every = [run[edge] for edge in edges]
    return framed([at[n] for n in nodes], every, unlabeled(effects, compact), not compact, added.pointers)


def unlabeled(edges: Sequence[Edge], compact: bool) -> tuple[str, ...]:
    """That labels are left out which a picture of this kind has."""
    effects = [edge for edge in edges if not edge.beside]
    if compact or len(effects) <= MOST_LABELS or not any(edge.causal and edge.label_text for edge in effects):
        return ()
    return (f"coefficient labels are left out: {len(effects)} arrows",)


def _settled(
    nodes: Sequence[Node],
    edges: Sequence[Edge],
    compact: bool,
    beside: Sequence[Box],
    influences: Sequence[Influence],
    links: Sequence[Edge],
) -> tuple[_Trial, Placed]:
    """The best picture of the graph, with its modifiers; stretched further where these are in the way of something."""
    first: tuple[_Trial, Placed] | None = None
    for trial in islice(_trials(nodes, edges, compact), _TRIED if beside else 1):
        found = trial, around(trial.boxes, trial.arrows, beside, influences, links)
        first = first or found
        if not found[1].faults:
            return found
    assert first is not None
    return first


def _demand(nodes: Sequence[Node], edges: Sequence[Edge], influences: Sequence[Influence]) -> None:
    known = {node.name for node in nodes}
    if not known:
        raise ValueError("a picture needs at least one node")
    for edge in edges:
        for name in (edge.source, edge.target):
            if name not in known:
                raise ValueError(f"edge {edge.source!r} -> {edge.target!r}: no node {name!r}")
    drawn = {(edge.source, edge.target) for edge in edges if not edge.both}
    for influence in influences:
        if influence.source not in known or influence.on not in drawn:
            raise ValueError(f"influence {influence.source!r} => {influence.on!r}: no such modifier or arrow")


def _trials(nodes: Sequence[Node], edges: Sequence[Edge], compact: bool) -> Iterator[_Trial]:
    """The least stretched picture without faults, or the one of the best compromise; then those stretched further."""
    board_columns = columns(nodes, edges)
    usual = 18 if len(board_columns) <= 5 else 14 if len(board_columns) <= 8 else 11
    early = 18 if sum(node.role == "baseline" for node in nodes) <= 4 else 11
    boxes = [
        _small(node) if compact else boxed(node, early if node.role == "baseline" else usual)
        for node in nodes
    ]
    gaps = (SMALL_GAP, SMALL_ROW_GAP) if compact else (LEAST_GAP, ROW_GAP)
    board = _board(boxes, board_columns, edges, gaps)
    if len(edges) > MOST_LABELS:
        yield _trial(boxes, board, None, edges, 1.0)
        return
    rows = settle(board)
    best: _Trial | None = None
    for stretch in _STRETCHES:
        trial = _trial(boxes, board, rows, edges, stretch)
        if best is None or trial.badness < best.badness:
            best = trial
        if best.badness < 100 and (stretch >= _ENOUGH or best.badness <= 14 * (stretch - 1)):
            break
    assert best is not None
    yield best
    yield from (_trial(boxes, board, rows, edges, more) for more in _STRETCHES if more > best.stretch)


def boxed(node: Node, usual: int = BESIDE_WORDS) -> Box:
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
    at |= shelves(early, rest, edges, board.row_gap)
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
    return _Trial(placed, arrows, 100 * clashes + covered + 14 * (stretch - 1), stretch)


def _put(box: Box, at: dict[str, tuple[float, float]]) -> Box:
    x, y = at[box.node.name]
    return replace(box, x=x, y=y)
