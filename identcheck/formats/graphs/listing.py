"""The nodes and edges that an XML document lists, put together to a drawing; what is wrong is told with its place.

A node that has nodes inside it is a box: it is drawn around variables, and is none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from identcheck.describe.wording import one_line
from identcheck.errors import FormatError
from identcheck.errors.limits import NAME_LETTERS, TEXT_LETTERS
from identcheck.formats.graphs.dot_scene import WAYS, way_of
from identcheck.formats.graphs.drawing import (
    EDGE_KEYS,
    FLAGS,
    NODE_KEYS,
    YES,
    Drawing,
    flag,
    names_of,
    said_of_edge,
    said_of_node,
)
from identcheck.formats.graphs.xml import Element

__all__ = ["Heads", "Listing", "Undirected"]

Heads = tuple[bool, bool]
"""Whether an edge has an arrowhead at its source, and at its target."""

_NO = ("false", "no", "0", "0.0", "")
_READ = frozenset({*NODE_KEYS, *EDGE_KEYS, "confounded"})
_SHOW = ("label", "pos", "beta")
"""Of these, what only a picture shows; where one is said twice, the last counts."""
_SHOWN = 10
"""How many problems are told one by one."""


@dataclass(frozen=True)
class Undirected:
    """What says that an edge has no direction: the element where that stands, and the words that stand there."""

    element: Element
    found: str


@dataclass(frozen=True)
class _Node:
    element: Element
    said: Mapping[str, str]
    shown: str
    around: tuple[str | None, ...]


@dataclass(frozen=True)
class _Edge:
    element: Element
    ends: tuple[str, str]
    said: Mapping[str, str]
    heads: Heads | Undirected


@dataclass
class Listing:
    """Nodes and edges in order of appearance.

    Attributes:
        source: the file's name for error messages.
        usual: what is said of every variable that does not say otherwise.
        nodes: each node under its id.
        edges: the edges.
        undirected: how many edges each element leaves without direction, and the first of them.
        problems: what is wrong, with line and column.
    """

    source: str
    usual: dict[str, str] = field(default_factory=dict)
    nodes: dict[str, _Node] = field(default_factory=dict)
    edges: list[_Edge] = field(default_factory=list)
    undirected: dict[tuple[int, int], tuple[Undirected, list[_Edge]]] = field(default_factory=dict)
    problems: list[tuple[int, int, str]] = field(default_factory=list)

    def problem(self, element: Element, message: str) -> None:
        """Tell what is wrong, at the place of an element."""
        self.problems.append((element.line, element.column, message))

    def one_graph(
        self, root: Element, holds: Callable[[Element], bool], named: Callable[[list[Element]], str]
    ) -> Element:
        """The one graph of a document; several that hold something are a problem.

        Args:
            root: the document.
            holds: whether a graph holds anything.
            named: names graphs in the problem.

        Raises:
            FormatError: there is none.
        """
        graphs = root.all("graph")
        if not graphs:
            message = "the document holds no graph: there is no <graph> in it"
            raise FormatError(root.line, root.column, message, self.source)
        drawn = [graph for graph in graphs if holds(graph)]
        if len(drawn) > 1:
            found = f"the file holds {len(drawn):,} graphs{named(drawn[:10])}"
            self.problem(drawn[1], f"{found}; a design has one: keep one in the file")
        return (drawn or graphs)[0]

    def say(self, element: Element, said: dict[str, str], key: str, value: str) -> None:
        """Add to what is said of a node or an edge; a word that means nothing here is passed over."""
        if key in _READ:
            if key not in _SHOW and said.get(key) and value and said[key] != value:
                self.problem(
                    element, f"{key!r} is said twice, {_quoted(said[key])} and {_quoted(value)}; drop one"
                )
            if key in (*FLAGS, "confounded") and value.lower() not in (*YES, *_NO):
                self.problem(element, f"{key!r} is {_quoted(value)}; write true or false")
            if len(value) > TEXT_LETTERS.most:
                self.problem(element, f"{key!r} has {TEXT_LETTERS.refusal(len(value))}")
        said[key] = value

    def node(
        self, element: Element, said: Mapping[str, str], shown: str = "", *around: str | None
    ) -> str | None:
        """Add a node.

        Args:
            element: its element, with its id.
            said: what is said of it.
            shown: the words that the program shows at it.
            around: the id of the node that it is in, one or several; None for the graph.

        Returns:
            Its id; None where it has none.
        """
        key = element.attributes.get("id", "")
        shown = one_line(shown).strip()
        if not key.strip():
            self.problem(element, "a node has no id; every node has an id of its own")
            return None
        if len(key) > NAME_LETTERS.most or len(shown) > NAME_LETTERS.most:
            self.problem(element, f"a node has {NAME_LETTERS.refusal(max(len(key), len(shown)))}")
            return None
        if key in self.nodes:
            first = self.nodes[key].element.line
            self.problem(
                element,
                f"the node {key!r} stands twice: here and on line {first}; drop one, or give it an id of its own",
            )
        else:
            self.nodes[key] = _Node(element, said, shown, around)
        return key

    def edge(self, element: Element, said: Mapping[str, str], heads: Heads | Undirected) -> None:
        """Add an edge between the nodes with the ids ``source`` and ``target`` of its element."""
        ends = element.attributes.get("source", ""), element.attributes.get("target", "")
        self.edges.append(_Edge(element, ends, said, heads))

    def drawing(self, options: Mapping[str, object], shown: bool) -> Drawing:
        """The drawing.

        Args:
            options: what is said of the design as a whole.
            shown: whether the words that the program shows are names, where ids are only numbers.

        Raises:
            FormatError: what is wrong, at the place of the first.
        """
        inside = self._inside()
        variables = {key: node for key, node in self.nodes.items() if key not in inside}
        names = names_of({key: node.shown if shown else "" for key, node in variables.items()})
        sketch = Drawing(options=dict(options))
        for key, node in variables.items():
            self._draw_node(sketch, names[key], node, shown)
        for key in inside:
            self._check_box(self.nodes[key], inside[key])
        for edge in self.edges:
            self._draw_edge(sketch, edge, names, inside)
        self._tell_undirected(names)
        self._refuse()
        return sketch

    def _inside(self) -> dict[str, list[str]]:
        """The boxes, each with the nodes directly in it."""
        found: dict[str, list[str]] = {}
        for key, node in self.nodes.items():
            for around in {*node.around} - {key, None}:
                if around in self.nodes:
                    found.setdefault(around, []).append(key)
        return found

    def _draw_node(self, sketch: Drawing, name: str, node: _Node, shown: bool) -> None:
        if name in sketch.nodes:
            self.problem(
                node.element,
                f"two nodes are named {name!r}, here and on line {sketch.lines[name]}; rename one",
            )
            return
        said = dict(said_of_node({**self.usual, **node.said}))
        if shown and "label" in said and one_line(said["label"]).strip() == name:
            del said["label"]
        sketch.node(name, node.element.line, **said)

    def _check_box(self, box: _Node, inside: list[str]) -> None:
        """A box is no variable, so that nothing can be said of it as of one."""
        for key in NODE_KEYS:
            if key not in ("label", "pos") and box.said.get(key, "").lower() not in _NO:
                self.problem(
                    box.element, f"{key!r} is said of {self._box(box, inside)}; say it of a variable inside"
                )

    def _draw_edge(
        self, sketch: Drawing, edge: _Edge, names: Mapping[str, str], inside: Mapping[str, list[str]]
    ) -> None:
        if not self._ends_are_variables(edge, names, inside):
            return
        source, target = (names[end] for end in edge.ends)
        heads = self._heads(edge, source, target)
        if flag(edge.said.get("confounded")):
            sketch.pair(source, target)
        elif isinstance(heads, Undirected):
            place = heads.element.line, heads.element.column
            self.undirected.setdefault(place, (heads, []))[1].append(edge)
        elif heads == (False, False):
            self.problem(
                edge.element,
                f"the edge between {source!r} and {target!r} has no arrowhead, so it does not say what causes what; "
                "give it one",
            )
        elif heads == (True, True):
            sketch.pair(source, target)
        else:
            ends = (target, source) if heads[0] else (source, target)
            sketch.edge(*ends, **dict(said_of_edge(edge.said)))

    def _heads(self, edge: _Edge, source: str, target: str) -> Heads | Undirected:
        """Where an edge has its heads: a graph that came from DOT says so in the words of DOT."""
        said = {key: edge.said[key] for key in ("dir", "arrowhead", "arrowtail") if edge.said.get(key)}
        shape = said.get("arrowhead", "")
        if said.get("dir") not in WAYS:
            said.pop("dir", None)
            if shape != "none" and "dot" not in shape:
                return edge.heads
        if isinstance(edge.heads, Undirected) and "dir" not in said:
            return edge.heads
        way, problem = way_of(said)
        if problem:
            self.problem(edge.element, f"the edge between {source!r} and {target!r}: {problem}")
        return way in ("back", "both"), way in ("forward", "both") or bool(problem)

    def _ends_are_variables(
        self, edge: _Edge, names: Mapping[str, str], inside: Mapping[str, list[str]]
    ) -> bool:
        for end, key in zip(("source", "target"), edge.ends, strict=True):
            if not key:
                self.problem(edge.element, f"an edge has no {end}; it names the id of a node")
            elif key in inside:
                box = self._box(self.nodes[key], inside[key])
                self.problem(
                    edge.element,
                    f"an edge ends at {box}; draw it to the variables inside that are meant, or take the box apart",
                )
            elif key not in names:
                self.problem(
                    edge.element,
                    f"the {end} of an edge is {_quoted(key)}, and no node has that id; add the node",
                )
        return all(key in names for key in edge.ends)

    def _box(self, box: _Node, inside: list[str]) -> str:
        held = ", ".join(repr(self.nodes[key].shown or key) for key in inside[:5])
        more = f" and {len(inside) - 5:,} more" if len(inside) > 5 else ""
        return (
            f"{box.shown or box.element.attributes['id']!r}, a box around {held}{more}, which is no variable"
        )

    def _tell_undirected(self, names: Mapping[str, str]) -> None:
        for why, edges in self.undirected.values():
            source, target = (names[end] for end in edges[0].ends)
            many = (
                "" if len(edges) == 1 else f" ({len(edges):,} edges; the first: line {edges[0].element.line})"
            )
            self.problem(
                why.element,
                f"found {why.found}: the edge between {source!r} and {target!r}{many} has no direction, so it does not "
                "say what causes what; make it an arrow",
            )

    def _refuse(self) -> None:
        """Tell every problem, in the order of their places; from the eleventh on only how many."""
        if not self.problems:
            return
        first, *more = sorted(self.problems)
        lines = [f"\n  - line {line}, column {column}: {message}" for line, column, message in more]
        if len(lines) >= _SHOWN:
            lines[_SHOWN - 1 :] = [f"\n  - and {len(lines) - _SHOWN + 1:,} problems more"]
        raise FormatError(first[0], first[1], first[2] + "".join(lines), self.source)


def _quoted(text: str) -> str:
    return repr(text) if len(text) <= 60 else f"{text[:60]!r}..."
