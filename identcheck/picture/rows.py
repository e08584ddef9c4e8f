"""Where the boxes go: columns by longest path, rows by a small deterministic search.

A node's row is a whole number of half rows, so that boxes of neighboring columns can
stand between one another. The search starts from a few patterns (rows centred on one
axis, a zigzag, an arc) and moves single nodes, swaps two or shifts a column as long as that
makes the picture better: fewer arrows through boxes, fewer crossings, shorter arrows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import atan2, inf, pi, sin

import networkx as nx

from identcheck.picture.geometry import segment_meets, segments_cross
from identcheck.picture.values import Edge, Node, Point, Rect

Rows = dict[str, int]

ROW_GAP, CLEARANCE, LEAST_GAP, WIDTH = 54.0, 14.0, 70.0, 605.0
_WORK, _LOOKS = 800_000, 2_000
_ROUNDING = 1e-6
"""More than sums in another order can differ by."""


@dataclass(frozen=True)
class Board:
    """The nodes to place: `columns` from left to right, box sizes, arrows, free room between columns and between rows."""

    columns: tuple[tuple[str, ...], ...]
    sizes: Mapping[str, tuple[float, float]]
    arrows: tuple[tuple[str, str], ...]
    gap: float
    row_gap: float = ROW_GAP

    @cached_property
    def joined(self) -> frozenset[tuple[str, str]]:
        """The arrows as a set."""
        return frozenset(self.arrows)

    @cached_property
    def pairs(self) -> tuple[tuple[int, int, str], ...]:
        """Every two arrows that can cross, by their places, and those that share their "source" or "target"."""
        numbered = combinations(enumerate(self.arrows), 2)
        return tuple(
            (i, j, "source" if u == w else "target" if v == x else "")
            for (i, (u, v)), (j, (w, x)) in numbered
            if v != w and u != x
        )

    @cached_property
    def half_row(self) -> float:
        """Height of half a row; rows move closer together in tall columns."""
        tallest = max((len(column) for column in self.columns), default=0)
        gap = self.row_gap * min(1.0, max(0.5, 4 / max(1, tallest)))
        return (max((height for _, height in self.sizes.values()), default=0.0) + gap) / 2


def columns(nodes: Sequence[Node], edges: Sequence[Edge]) -> tuple[tuple[str, ...], ...]:
    """Nodes that are not baseline by longest path: treatments first, the outcome last."""
    role = {node.name: node.role for node in nodes if node.role != "baseline"}
    graph = nx.DiGraph(
        (e.source, e.target) for e in edges if not e.both and {e.source, e.target} <= set(role)
    )
    graph.add_nodes_from(role)
    depth: dict[str, int] = {}
    for name in nx.topological_sort(graph):
        least = 0 if role[name] == "treatment" else 1
        depth[name] = max((depth[p] + 1 for p in graph.predecessors(name)), default=least)
    outcomes = [name for name in role if role[name] == "outcome"]
    after = {name for outcome in outcomes for name in nx.descendants(graph, outcome)}
    last = max((d for name, d in depth.items() if name not in {*outcomes, *after}), default=0) + 1
    depth |= dict.fromkeys(outcomes, last)
    for name in nx.topological_sort(graph.subgraph(after)):
        depth[name] = max(depth[p] for p in graph.predecessors(name)) + 1
    last = max(depth.values(), default=0)
    found = (tuple(name for name in role if depth[name] == d) for d in range(last + 1))
    return tuple(column for column in found if column)


def places(board: Board, rows: Rows, stretch: float = 1.0) -> dict[str, Point]:
    """Box centres: every column as far left as the boxes and arrows before it allow.

    At last all distances between centres are multiplied by `stretch`.
    """
    step = board.half_row
    placed: dict[str, Point] = {}
    for column in board.columns:
        x = max(
            (
                here[0] + _apart(board, other, name, here[1] - rows[name] * step)
                for name in column
                for other, here in placed.items()
            ),
            default=0.0,
        )
        placed |= {name: (x, rows[name] * step) for name in column}
    return {name: (x * stretch, y * stretch) for name, (x, y) in placed.items()}


def _apart(board: Board, one: str, two: str, rise: float) -> float:
    """The least distance in x between the centres of two boxes `rise` apart in y."""
    (width_one, height_one), (width_two, height_two) = board.sizes[one], board.sizes[two]
    half = (width_one + width_two) / 2
    if abs(rise) < (height_one + height_two) / 2 + CLEARANCE:
        return half + board.gap
    return 0.8 * half + 30 if (one, two) in board.joined else 0.55 * half + 24


def settle(board: Board) -> Rows:
    """The best rows the search finds from any start; the same for the same board."""
    if not board.sizes:
        return {}
    starts = _starts(board)
    tests = max(1, len(board.arrows)) * (len(board.arrows) + len(board.sizes))
    budget = min(_LOOKS, max(1, _WORK // (tests * len(starts))))
    found = (
        _descend(board, rows, budget) for rows in {tuple(rows.values()): rows for rows in starts}.values()
    )
    return min(found, key=lambda pair: pair[0])[1]


def _descend(board: Board, rows: Rows, budget: int) -> tuple[float, Rows]:
    """Improve `rows` step by step, with at most `budget` looks at a neighbour."""
    score, improved = _badness(board, rows), True
    while improved:
        improved = False
        for other in _neighbours(board, rows):
            if budget <= 0:
                break
            budget -= 1
            if (new := _badness(board, other, score)) < score - 1e-9:
                score, rows, improved = new, other, True
                break
    return score, rows


def _starts(board: Board) -> list[Rows]:
    last = max(1, len(board.columns) - 1)
    arc = [-round(2 * max(2, len(board.columns) // 2) * sin(pi * k / last)) for k in range(last + 1)]
    flat, zigzag = [0] * (last + 1), [(0, -1, 1)[k % 3] for k in range(last + 1)]
    return [_centred(board, *way) for way in ((flat, 2), (flat, 4), (zigzag, 2), (arc, 2))]


def _centred(board: Board, centres: Sequence[int], spacing: int) -> Rows:
    """Every column around its centre, its nodes `spacing` half rows apart."""
    return {
        name: centre + spacing * index - spacing * (len(column) - 1) // 2
        for column, centre in zip(board.columns, centres, strict=False)
        for index, name in enumerate(column)
    }


def _neighbours(board: Board, rows: Rows) -> Iterator[Rows]:
    reach = max(len(board.columns) // 2, *(len(column) for column in board.columns), 2)
    for column in board.columns:
        for one, two in combinations(column, 2):
            yield rows | {one: rows[two], two: rows[one]}
        for shift in (-1, 1, -2, 2):
            yield rows | {name: rows[name] + shift for name in column}
        for name in column if len(column) > 1 else ():
            others = [rows[other] for other in column if other != name]
            for row in range(-reach, reach + 1):
                if row != rows[name] and all(abs(row - other) >= 2 for other in others):
                    yield rows | {name: row}


def _badness(board: Board, rows: Rows, limit: float = inf) -> float:
    """What is ugly about straight arrows between boxes in these rows, as one number; infinite where that is above `limit`.

    What is quickly worked out comes first, with the tilt, which alone can be negative: the rest can only add to it.
    """
    enough = limit + _ROUNDING
    step = board.half_row
    slope = sum((rows[u] * step - rows[v] * step) ** 2 for u, v in board.arrows) / (2 * step**2)
    tilt = _tilt(board, rows)
    if slope + tilt > enough:
        return inf
    at = places(board, rows)
    rects = {name: Rect.around(*at[name], *board.sizes[name]) for name in at}
    width = max(r.right for r in rects.values()) - min(r.left for r in rects.values())
    height = max(r.bottom for r in rects.values()) - min(r.top for r in rects.values())
    length = sum(abs(at[u][0] - at[v][0]) for u, v in board.arrows)
    size = 0.02 * width + 0.15 * max(0.0, width - WIDTH) + 0.03 * height
    known = size + slope + 0.01 * length + tilt
    through = 0 if known > enough else 40 * _through(board, at, rects)
    if known + through > enough:
        return inf
    tangled = _tangled(board, at, enough - known - through)
    return through + tangled + size + slope + 0.01 * length + tilt


def _through(board: Board, at: Mapping[str, Point], rects: Mapping[str, Rect]) -> int:
    """How often an arrow runs through a box that it does not join."""
    wide = {name: rect.inflated(8) for name, rect in rects.items()}
    return sum(
        segment_meets(at[u], at[v], rect)
        for u, v in board.arrows
        for name, rect in wide.items()
        if name not in (u, v)
    )


def _tangled(board: Board, at: Mapping[str, Point], limit: float) -> float:
    """What crossings and narrow angles between arrows cost; infinite where that is above `limit`."""
    lines = [(at[u], at[v]) for u, v in board.arrows]
    leaving = [atan2(q[1] - p[1], q[0] - p[0]) for p, q in lines]
    reaching = [atan2(p[1] - q[1], p[0] - q[0]) for p, q in lines]
    total = 0.0
    for one, two, shared in board.pairs:
        if shared:
            angles = leaving if shared == "source" else reaching
            total += max(0.0, 12 - 60 * abs(angles[one] - angles[two]))
        elif segments_cross(*lines[one], *lines[two]):
            total += 14.0
            if total > limit:
                return inf
    return total


def _tilt(board: Board, rows: Rows) -> float:
    """Preference for treatments and outcome at one height, and for the order given."""
    ends = [sum(rows[n] for n in c) / len(c) for c in (board.columns[0], board.columns[-1])]
    turned = sum(rows[a] > rows[b] for c in board.columns for a, b in combinations(c, 2))
    down = 0.01 * sum(row - ends[0] for row in rows.values())
    return 2 * abs(ends[0] - ends[1]) + 3 * turned + down
