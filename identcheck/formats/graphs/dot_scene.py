"""What statements in DOT draw, as Graphviz has it: graphs inside graphs, their defaults, and the ends of edges.

A default holds for what is made later in the same graph or in those inside it; a node is made where it is first
named. A graph inside a graph that has a name may be opened again, with the nodes and the defaults it had.

Source: https://graphviz.org/doc/info/lang.html, "Subgraphs and Clusters"; https://graphviz.org/docs/attr-types/arrowType/ and
https://graphviz.org/docs/attr-types/dirType/.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from identcheck.errors import suggestion
from identcheck.formats.chains import Edge
from identcheck.formats.graphs.drawing import EDGE_KEYS, NODE_KEYS, Drawing, said_of_edge, said_of_node

__all__ = ["KEPT", "WAYS", "Graph", "Scene", "way_of"]

KEPT = {*NODE_KEYS, "observed", *EDGE_KEYS, "dir", "arrowhead", "arrowtail", "style", "key"}
"""What is read of the attributes of nodes and edges."""

Attributes = dict[str, str | None]
"""What stands in brackets; None for what is written in HTML, which is for the eye only."""


@dataclass
class Graph:
    """A graph, or a graph inside it.

    Attributes:
        outer: the graph around it; None at the top.
        node, edge: the defaults of nodes and edges said in it.
        said: its own attributes.
        nodes: the nodes spoken of in it, or inside it.
        inner: the graphs inside it that have names.
    """

    outer: Graph | None = None
    node: Attributes = field(default_factory=dict)
    edge: Attributes = field(default_factory=dict)
    said: Attributes = field(default_factory=dict)
    nodes: dict[str, None] = field(default_factory=dict)
    inner: dict[str, Graph] = field(default_factory=dict)

    def opened(self, name: str | None) -> Graph:
        """The graph of a name inside this one; a new one where it has none yet, or no name is given."""
        return Graph(self) if name is None else self.inner.setdefault(name, Graph(self))

    def defaults(self, kind: str) -> Attributes:
        """The defaults of nodes or edges that hold here."""
        around = self.outer.defaults(kind) if self.outer else {}
        return {**around, **getattr(self, kind)}


class Scene:
    """Nodes and edges in the making.

    Args:
        strict: whether two nodes are joined by one edge at most.
    """

    def __init__(self, strict: bool) -> None:
        self.strict = strict
        self.top = Graph()
        self.nodes: dict[str, Attributes] = {}
        self.lines: dict[str, int] = {}
        self.edges: list[tuple[Edge, int, Attributes]] = []
        self.known: dict[tuple[str, str, str], Attributes] = {}

    def node(self, graph: Graph, name: str, line: int) -> None:
        """Note that a statement names a node."""
        if name not in self.nodes:
            self.nodes[name] = graph.defaults("node")
            self.lines[name] = line
        within: Graph | None = graph
        while within is not None and name not in within.nodes:
            within.nodes[name] = None
            within = within.outer

    def join(
        self, graph: Graph, tails: Iterable[str], heads: Iterable[str], line: int, said: Attributes
    ) -> None:
        """Draw the edges from all tails to all heads."""
        defaults = graph.defaults("edge")
        key = said.get("key") or ""
        heads = list(heads)
        for u in tails:
            for v in heads:
                made = {**defaults, **said}
                if self.strict or key:  # said again, it is the same edge
                    known = self.known.setdefault((u, v, key), made)
                    if known is not made:
                        known.update(said)
                        continue
                self.edges.append(((u, v), line, made))

    def drawn(self) -> tuple[Drawing, list[str]]:
        """The drawing, and what is wrong with its edges."""
        sketch, problems = Drawing(), []
        for name, attributes in self.nodes.items():
            sketch.node(name, self.lines[name], **dict(said_of_node(attributes)))
        for (u, v), line, said in self.edges:
            if "invis" in (said.get("style") or ""):  # it only moves nodes to their places
                continue
            way, problem = way_of(said)
            if way == "none" and not problem:
                problem = "has no arrowhead; say what causes what, or dir=both for two that share a cause"
            if problem:
                problems.append(f"line {line}: the edge {u!r} -> {v!r} {problem}")
            elif way == "both":
                sketch.pair(u, v)
            else:
                sketch.edge(*((v, u) if way == "back" else (u, v)), **dict(said_of_edge(said)))
        return sketch, problems


WAYS = ("forward", "back", "both", "none")
_SYNONYMS = {
    "ediamond": "odiamond",
    "open": "vee",
    "halfopen": "lvee",
    "empty": "onormal",
    "invempty": "oinv",
}
_SHAPES = ("box", "crow", "curve", "icurve", "diamond", "dot", "inv", "none", "normal", "tee", "vee")
_SHAPE = re.compile(rf"o?[lr]?({'|'.join(sorted(_SHAPES, key=len, reverse=True))})")
_POINTED = {"normal", "vee"}


def way_of(said: Mapping[str, str | None]) -> tuple[str, str]:
    """Where an edge has its heads: "forward", "back", "both" or "none"; and what is wrong with its marks, or "".

    An end without a mark is a tail. Both ends pointed: the two share a cause. A circle leaves open whether there is a
    head, as the marks of equivalence classes do; a mark of another kind is a head only where the other end has none.
    """
    way = said.get("dir") or "forward"
    if way not in WAYS:
        return way, f"has the dir {way!r}{suggestion(way, WAYS)}; it is one of {', '.join(WAYS)}"
    marks = []
    for end, key, drawn in (
        ("head", "arrowhead", ("forward", "both")),
        ("tail", "arrowtail", ("back", "both")),
    ):
        mark, problem = _mark(said.get(key) or "normal") if way in drawn else ("none", "")
        if problem:
            return way, f"has its {end} drawn {said[key]!r}, {problem}"
        marks.append(mark)
    head, tail = marks
    if "other" in marks and "none" not in marks:
        shapes = " and ".join(repr(said.get(key) or "normal") for key in ("arrowtail", "arrowhead"))
        return (
            way,
            f"has its ends drawn {shapes}, which does not say what causes what; draw an arrowhead or nothing",
        )
    if head == "none":
        return ("none" if tail == "none" else "back"), ""
    return ("forward" if tail == "none" else "both"), ""


def _mark(shape: str) -> tuple[str, str]:
    """What a shape is, "none", "pointed" or "other", and what is wrong with it, or ""."""
    parts = _parts(shape)
    if "dot" in parts or shape.lower() in ("circle", "ocircle"):
        return "", (
            "a circle: the mark of an equivalence class (pag), where it is not known whether there is an arrowhead; "
            "write what you hold to be true"
        )
    if not parts:
        return "", f"which is no shape of an arrow{suggestion(shape, (*_SHAPES, *_SYNONYMS))}"
    if "inv" in parts:
        return "", "an arrowhead that points away from its end; draw it at the other end"
    shapes = [part for part in parts if part != "none"]
    return ("none" if not shapes else "pointed" if set(shapes) & _POINTED else "other"), ""


def _parts(shape: str) -> list[str]:
    """The primitive shapes of an arrow, up to four; none where it is no shape."""
    shape, parts, at = _SYNONYMS.get(shape, shape), [], 0
    while at < len(shape) and (found := _SHAPE.match(shape, at)):
        parts.append(found[1])
        at = found.end()
    return parts if at == len(shape) and len(parts) <= 4 else []
