"""GraphML; files of yEd and igraph too, where nodes are numbered and labeled. Written through networkx.

yEd writes the words at a node, and the heads of an edge, in elements of its own.

Source: http://graphml.graphdrawing.org/specification.html.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

import networkx as nx

from identcheck.describe.design import Design
from identcheck.formats.graphs import xml
from identcheck.formats.graphs.design import drawing_within
from identcheck.formats.graphs.drawing import MARK, Drawing, network
from identcheck.formats.graphs.listing import Heads, Listing, Undirected
from identcheck.formats.graphs.options import PREFIX, as_text, from_text
from identcheck.formats.graphs.xml import Element

__all__ = ["MARK", "draw", "write"]

_OURS = "identcheck"
"""The key that says who wrote the file: a label is then a label, and not the name of a numbered node."""

_NOT_READ = {
    "hyperedge": "an edge that joins any number of nodes; draw an arrow from each cause to each effect",
    "locator": "a part of the graph in another file; put it here",
}


def draw(text: str, source: str = "<text>") -> Drawing:
    """What a GraphML document draws, be it a design or not."""
    return _Reader(xml.parsed(text, "graphml", source), source).drawing()


@dataclass(frozen=True)
class _Key:
    """The name of a key of the document, its default and the kind of element it is for."""

    name: str
    usual: str | None
    kind: str


class _Reader:
    """Walks a document once, and lists what it finds."""

    def __init__(self, root: Element, source: str) -> None:
        self.root = root
        self.listing = Listing(source)
        declared = [key for part in (root, *root.all("graph")) for key in part.all("key")]
        self.keys = {key.get("id"): _key(key) for key in declared}
        self.listing.usual = self.usual("node")
        self.usual_of_edges = self.usual("edge")
        for key in declared:  # so that a wrong default is told
            found = self.keys[key.get("id")]
            self.listing.say(key, {}, found.name, found.usual or "")

    def usual(self, kind: str) -> dict[str, str]:
        """What holds of every node or edge that says nothing else."""
        keys = [key for key in self.keys.values() if key.kind in (kind, "all")]
        return {key.name: key.usual for key in keys if key.usual is not None}

    def drawing(self) -> Drawing:
        graph = self.listing.one_graph(
            self.root,
            lambda graph: bool(graph.all("node", "edge", "hyperedge")),
            lambda graphs: (
                ": " + ", ".join(f"{graph.get('id')[:60]!r} (line {graph.line})" for graph in graphs)
            ),
        )
        about = {**self.usual("graph"), **self.said(self.root), **self.said(graph)}
        self.walk(graph, graph.get("edgedefault"), graph, None)
        return self.listing.drawing(dict(self.options(graph)), _OURS not in about)

    def walk(self, graph: Element, default: str, says: Element, around: str | None) -> None:
        """List what a graph holds, and the graphs inside its nodes.

        Args:
            graph: the graph.
            default: whether its edges are "directed" where they do not say.
            says: the graph that says so.
            around: the id of the node that it is in.
        """
        if graph.get("edgedefault"):
            default, says = graph.get("edgedefault"), graph
            if default not in ("directed", "undirected"):
                self.listing.problem(
                    graph, f"edgedefault is {default[:60]!r}; it is 'directed' or 'undirected'"
                )
        for part in graph.children:
            if part.space != graph.space:
                continue
            self.refuse(part)
            if part.tag == "node":
                self.node(part, default, says, around)
            elif part.tag == "edge":
                self.edge(part, default, says)

    def refuse(self, part: Element) -> None:
        """Tell of what is in GraphML and not in a design."""
        if part.tag == "edge" and part.all("graph"):
            self.listing.problem(
                part, "found a graph inside an edge; draw its nodes and arrows in the graph itself"
            )
        for element in (part, *part.all("locator")):
            if element.tag in _NOT_READ:
                self.listing.problem(element, f"found <{element.tag}>, {_NOT_READ[element.tag]}")

    def node(self, node: Element, default: str, says: Element, around: str | None) -> None:
        said = self.said(node)
        shown = _node_words(node)
        if shown:
            said.setdefault("label", shown)
        key = self.listing.node(node, said, shown or said.get("label") or said.get("name", ""), around)
        for inner in node.all("graph"):
            self.walk(inner, default, says, key)

    def edge(self, edge: Element, default: str, says: Element) -> None:
        said = self.usual_of_edges | self.said(edge)
        if words := next(filter(None, (_label(drawn, "EdgeLabel") for drawn in _drawn(edge))), ""):
            said.setdefault("label", words)
        heads = _heads(edge)
        if isinstance(heads, str):
            ends = " and ".join(repr(edge.get(end)[:60]) for end in ("source", "target"))
            self.listing.problem(edge, f"the edge between {ends} {heads}")
        else:
            self.listing.edge(edge, said, heads or self.way(edge, default, says))

    def way(self, edge: Element, default: str, says: Element) -> Heads | Undirected:
        """The direction of an edge, said at the edge or else at its graph."""
        own = edge.get("directed")
        if own not in ("", "true", "1", "false", "0"):
            self.listing.problem(edge, f"directed is {own[:60]!r}; it is 'true' or 'false'")
        if own not in ("", "false", "0") or (not own and default not in ("", "undirected")):
            return False, True  # a word that is no direction is told already
        if own:
            return Undirected(edge, f'directed="{own[:60]}"')
        return Undirected(says, f'edgedefault="{default[:60]}"' if default else "no edgedefault")

    def said(self, element: Element) -> dict[str, str]:
        """What is said of a node, an edge or the graph, by the names of the keys."""
        said: dict[str, str] = {}
        for data in element.all("data"):
            key = self.keys.get(data.get("key"))
            self.listing.say(data, said, key.name if key else data.get("key"), data.text)
        return said

    def options(self, graph: Element) -> Iterator[tuple[str, Any]]:
        """What is said of the design as a whole."""
        for data in (*self.root.all("data"), *graph.all("data")):
            key = self.keys.get(data.get("key"))
            full = key.name if key else data.get("key")
            if full.startswith(PREFIX):
                name = full.removeprefix(PREFIX)
                try:
                    yield name, from_text(name, data.text)
                except (ValueError, RecursionError):
                    self.listing.problem(data, f"the value of {full[:60]!r} cannot be read; write it as JSON")


def _key(key: Element) -> _Key:
    usual = next((child.text for child in key.all("default")), None)
    return _Key(key.get("attr.name") or key.get("id"), usual, key.get("for") or "all")


def write(design: Design) -> str:
    """A GraphML document."""
    drawing = drawing_within(design, xml.fits, xml.name_fits, xml.slug)
    graph = network(drawing)
    graph.graph[_OURS] = "design"
    for key, value in drawing.options.items():
        graph.graph[f"{PREFIX}{key}"] = as_text(value, lambda text: xml.fits("", text))
    out = io.BytesIO()
    nx.write_graphml_xml(graph, out)
    return out.getvalue().decode().rstrip() + "\n"


_POINTED = ("standard", "delta", "white_delta", "short", "plain", "concave", "convex")
_TAG = re.compile(r"<[^<>]*>")


def _node_words(node: Element) -> str:
    """The words at a node; of a group, those at the state that is shown."""
    for drawn in _drawn(node):
        choice = next((part for part in drawn.children if part.tag == "Realizers"), None)
        if choice is not None and choice.children:
            active = choice.get("active")
            place = int(active) if re.fullmatch(r"\d{1,3}", active) else 0
            drawn = choice.children[min(place, len(choice.children) - 1)]
        if words := _label(drawn, "NodeLabel"):
            return words
    return ""


def _heads(edge: Element) -> Heads | str | None:
    """Where an edge has its heads, whichever way it runs; or what is wrong with its marks; None if it has no marks.

    A circle leaves open whether there is a head; another mark is a head only where the other end has none.
    """
    arrows = next((part for drawn in _drawn(edge) for part in drawn.children if part.tag == "Arrows"), None)
    if arrows is None:
        return None
    marks = [arrows.get(end) or "none" for end in ("source", "target")]
    if any("circle" in mark for mark in marks):
        return (
            "has a circle at an end: the mark of an equivalence class (pag), where it is not known whether there is an "
            "arrowhead; draw what you hold to be true"
        )
    if "none" not in marks and not all(mark in _POINTED for mark in marks):
        return (
            f"has the ends {marks[0][:60]!r} and {marks[1][:60]!r}, which does not say what causes what; draw an "
            "arrowhead or nothing"
        )
    return marks[0] != "none", marks[1] != "none"


def _drawn(element: Element) -> Iterator[Element]:
    """How a node or an edge is drawn."""
    for data in element.all("data"):
        yield from (child for child in data.children if "yworks" in child.space)


def _label(drawn: Element, tag: str) -> str:
    """The first label with words; one in HTML without its tags."""
    words = next(filter(None, (part.text for part in drawn.children if part.tag == tag)), "")
    if words[:6].lower() != "<html>":
        return words
    return " ".join(unescape(_TAG.sub(" ", words)).split())
