"""Where boxes stand and how arrows run: as in the report, but that boxes stay where they were put.

A new box takes the free place nearest to the variables that it is joined to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count
from typing import Any

import networkx as nx

from identcheck.describe.interactions import written_product
from identcheck.drawing.edit import Drawing, arrows_of, names_of
from identcheck.picture import Box, Edge, Node, layout
from identcheck.picture.geometry import at
from identcheck.picture.layout import boxed
from identcheck.picture.routes import routes
from identcheck.picture.values import Curve, Kind, Point, Rect

__all__ = ["GAP", "boxes_of", "place"]

GAP = 26.0
"""Free space that a new box keeps around itself."""
RIGHT = 420.0
"""How far to the right of the others an outcome stands that nothing leads to yet."""
LONGEST = 20_000.0
"""No box is put farther away from the upper left than this."""


def place(drawing: Drawing) -> dict[str, Any]:
    """The places of a drawing's boxes and the curves of its arrows.

    Args:
        drawing: the drawing; it need not be a design, and may have cycles.
    """
    boxes = boxes_of(drawing)
    where = _stated(drawing, boxes) or _usual(drawing, boxes)
    for name in boxes:
        if name not in where:
            where[name] = _free(name, boxes, where, drawing)
    placed = {name: replace(box, x=where[name][0], y=where[name][1]) for name, box in boxes.items()}
    edges, rects = _edges(drawing), {name: box.rect for name, box in placed.items()}
    curves = routes(edges, rects) if edges else []
    return {
        "boxes": [_told(box) for box in placed.values()],
        "arrows": [_line(edge, curve) for edge, curve in zip(edges, curves, strict=True)],
        "pointers": list(_pointers(drawing, edges, curves, rects)),
    }


def boxes_of(drawing: Drawing) -> dict[str, Box]:
    """The boxes, as large as their words, variables first and then what stands beside the graph."""
    graph: nx.DiGraph[str] = nx.DiGraph(arrows_of(drawing))
    graph.add_nodes_from(names_of(drawing))
    arms = [arm for arm in drawing["treatment"] if arm in graph]
    after = {node for arm in arms for node in nx.descendants(graph, arm)}
    outcome = drawing["outcome"]
    before = nx.ancestors(graph, outcome) if outcome in graph else set()
    found = {}
    for node in drawing["nodes"]:
        name = node["name"]
        kind: Kind = "mediator" if name in before or not outcome else "consequence"
        if name in arms:
            kind = "treatment"
        elif name == outcome:
            kind = "outcome"
        elif name not in after and arms:
            kind = "baseline"
        found[name] = boxed(Node(name, str(node.get("label", "")), kind, not node.get("hidden")))
    for modifier in drawing["modifiers"]:
        label = str(modifier.get("label", ""))
        found[modifier["name"]] = boxed(
            Node(modifier["name"], label, "modifier", bool(modifier.get("measured", True)))
        )
    for pair in drawing["interactions"]:
        name = written_product(*pair)
        found[name] = boxed(Node(name, "", "interaction"))
    return found


def _edges(drawing: Drawing) -> list[Edge]:
    """The arrows between boxes that there are, then the pairs with a cause that is not drawn."""
    known = {*names_of(drawing)}
    drawn = [Edge(u, v, "", "") for u, v in arrows_of(drawing) if {u, v} <= known and u != v]
    shared = (tuple(pair) for pair in drawing["shared"])
    return [
        *drawn,
        *(Edge(u, v, "", "", causal=False, both=True) for u, v in shared if {u, v} <= known and u != v),
    ]


def _stated(drawing: Drawing, boxes: Mapping[str, Box]) -> dict[str, Point]:
    """The positions that the drawing states, of boxes that there are."""
    found = {}
    said = drawing.get("positions", {})
    for name, spot in said.items() if isinstance(said, dict) else ():
        numbers = isinstance(spot, (list, tuple)) and len(spot) == 2
        if name in boxes and numbers and all(isinstance(n, (int, float)) and abs(n) < LONGEST for n in spot):
            found[name] = (float(spot[0]), float(spot[1]))
    return found


def _usual(drawing: Drawing, boxes: Mapping[str, Box]) -> dict[str, Point]:
    """The places of the report's picture, arrows that close a cycle left out."""
    nodes = [box.node for box in boxes.values() if box.node.role not in ("modifier", "interaction")]
    if not nodes:
        return {}
    graph: nx.DiGraph[str] = nx.DiGraph()
    edges = []
    for edge in _edges(drawing):
        closes = (
            edge.target in graph and edge.source in graph and nx.has_path(graph, edge.target, edge.source)
        )
        if edge.both or not closes:
            edges.append(edge)
            graph.add_edges_from([] if edge.both else [(edge.source, edge.target)])
    found = layout(nodes, edges)
    return {box.node.name: (box.x, box.y) for box in found.boxes}


def _free(name: str, boxes: Mapping[str, Box], where: Mapping[str, Point], drawing: Drawing) -> Point:
    """The free place nearest to the middle of what a box is joined to."""
    beside = {written_product(*pair): pair for pair in drawing["interactions"]}
    beside |= {m["name"]: [end for edge in m["of"] for end in edge] for m in drawing["modifiers"]}
    near = [u if v == name else v for u, v in arrows_of(drawing) if name in (u, v)] + [*beside.get(name, ())]
    joined = [where[other] for other in near if other in where] or list(where.values()) or [(120.0, 160.0)]
    x, y = (sum(spot[k] for spot in joined) / len(joined) for k in (0, 1))
    if name == drawing["outcome"] and not near and where:
        x = max(spot[0] for spot in where.values()) + RIGHT
    box = boxes[name]
    taken = [
        Rect.around(*spot, boxes[n].width + 2 * GAP, boxes[n].height + 2 * GAP) for n, spot in where.items()
    ]
    return next(
        spot
        for spot in _around(x, y)
        if not any(Rect.around(*spot, box.width, box.height).overlaps(rect) for rect in taken)
    )


def _around(x: float, y: float) -> Iterator[Point]:
    """Places around one, the nearest first; below before above."""
    for ring in count():
        steps = [(dx, dy) for dx in range(-ring, ring + 1) for dy in range(-ring, ring + 1)]
        edge = [step for step in steps if max(map(abs, step)) == ring]
        for dx, dy in sorted(edge, key=lambda s: (s[0] ** 2 + s[1] ** 2, -s[1], abs(s[0]))):
            yield x + 20 * dx, y + 20 * dy


def _told(box: Box) -> dict[str, Any]:
    return {
        "name": box.node.name,
        "role": box.node.role,
        "x": round(box.x, 1),
        "y": round(box.y, 1),
        "width": round(box.width, 1),
        "height": round(box.height, 1),
        "lines": list(box.name_lines),
        "caption": list(box.caption_lines),
    }


def _line(edge: Edge, curve: Curve) -> dict[str, Any]:
    points = [[round(x, 1), round(y, 1)] for x, y in curve]
    return {"from": edge.source, "to": edge.target, "both": edge.both, "curve": points}


def _pointers(
    drawing: Drawing, edges: list[Edge], curves: list[Curve], rects: Mapping[str, Rect]
) -> Iterator[dict[str, Any]]:
    """The lines from what stands beside the graph to the arrows that it moves, and to what it causes there."""
    run = {(e.source, e.target): c for e, c in zip(edges, curves, strict=True) if not e.both}
    moved = [(m["name"], tuple(edge)) for m in drawing["modifiers"] for edge in m["of"]]
    moved += [
        (written_product(*pair), (factor, drawing["outcome"]))
        for pair in drawing["interactions"]
        for factor in dict.fromkeys(pair)
    ]
    for name, edge in moved:
        if edge in run:
            yield {"name": name, "on": list(edge), "line": _straight(rects[name], at(run[edge], 0.5))}
    for modifier in drawing["modifiers"]:
        said = modifier.get("causes", [])
        for cause in said if isinstance(said, (list, tuple)) else [said]:
            if isinstance(cause, str) and cause in rects and cause != modifier["name"]:
                here, there = rects[cause], rects[modifier["name"]]
                start, back = _straight(here, _middle(there))[0], _straight(there, _middle(here))[0]
                yield {"name": cause, "on": [cause, modifier["name"]], "line": [start, back]}


def _middle(rect: Rect) -> Point:
    return (rect.left + rect.right) / 2, (rect.top + rect.bottom) / 2


def _straight(rect: Rect, tip: Point) -> list[list[float]]:
    """The line from the edge of a box, towards a point, to it."""
    x, y = _middle(rect)
    dx, dy = tip[0] - x, tip[1] - y
    reach = max(abs(dx) / (rect.right - x), abs(dy) / (rect.bottom - y), 1.0)
    return [[round(number, 1) for number in point] for point in ((x + dx / reach, y + dy / reach), tip)]
