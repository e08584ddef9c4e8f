"""GEXF, in every version; files of Gephi too, where nodes are numbered and labeled. Written through networkx.

GEXF says nothing of a graph as a whole but its description, which holds the options as JSON.

Source: https://gexf.net/schema.html.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

import networkx as nx

from identcheck.describe.design import Design
from identcheck.formats.graphs import xml
from identcheck.formats.graphs.design import drawing_within
from identcheck.formats.graphs.drawing import MARK, Drawing, network
from identcheck.formats.graphs.listing import Heads, Listing, Undirected
from identcheck.formats.graphs.xml import Element

__all__ = ["MARK", "draw", "write"]

_OURS = "identcheck"
_RENAMED = {"label": "words", "pos": "place"}
"""Attributes for whose names GEXF has a use of its own."""

_WAYS = ("directed", "undirected", "mutual")


def draw(text: str, source: str = "<text>") -> Drawing:
    """What a GEXF document draws, be it a design or not."""
    return _Reader(xml.parsed(text, "gexf", source), source).drawing()


class _Reader:
    """Walks a document once, and lists what it finds."""

    def __init__(self, root: Element, source: str) -> None:
        self.root = root
        self.listing = Listing(source)
        self.options = _options(root)
        self.graph = self.listing.one_graph(
            root,
            lambda graph: any(part.children for part in graph.all("nodes", "edges")),
            lambda graphs: f" ({', '.join(f'line {graph.line}' for graph in graphs)})",
        )
        self.titles: dict[str, dict[str, str]] = {"node": {}, "edge": {}}
        self.usual: dict[str, dict[str, str]] = {"node": {}, "edge": {}}
        for group in self.graph.all("attributes"):
            for attribute in group.all("attribute"):
                self.declare(attribute, group.get("class"))
        self.listing.usual = self.usual["node"]

    def declare(self, attribute: Element, kind: str) -> None:
        """Note the title and the default of an attribute."""
        if kind not in self.titles:
            return
        title = self.ours(attribute.get("title") or attribute.get("id"))
        self.titles[kind][attribute.get("id")] = title
        for default in attribute.all("default"):
            self.listing.say(default, self.usual[kind], title, default.text)

    def ours(self, title: str) -> str:
        """The name of an attribute, where we wrote the file by another."""
        back = {theirs: key for key, theirs in _RENAMED.items()}
        return title if self.options is None else back.get(title, title)

    def drawing(self) -> Drawing:
        self.nodes(self.graph, None)
        self.edges(self.graph)
        return self.listing.drawing(self.options or {}, self.options is None)

    def nodes(self, holder: Element, around: str | None) -> None:
        """List the nodes of the graph, or of a node."""
        for node in (node for group in holder.all("nodes") for node in group.all("node")):
            said = self.said(node, "node")
            shown = node.get("label")
            if self.options is None and shown:
                said["label"] = shown
            for parents in node.all("parents"):
                if parents.children:
                    message = "found <parents>, a line of descent that says nothing of causes; draw the arrows as edges"
                    self.listing.problem(parents, message)
            key = self.listing.node(node, said, shown, around, node.attributes.get("pid"))
            self.nodes(node, key)
            self.edges(node)

    def edges(self, holder: Element) -> None:
        """List the edges of the graph, or of a node."""
        for edge in (edge for group in holder.all("edges") for edge in group.all("edge")):
            said = self.usual["edge"] | self.said(edge, "edge")
            if self.options is None and edge.get("label"):
                said["label"] = edge.get("label")
            self.listing.edge(edge, said, self.way(edge))

    def way(self, edge: Element) -> Heads | Undirected:
        """The direction of an edge, said at the edge or else at the graph."""
        own, default = edge.get("type"), self.graph.get("defaultedgetype")
        says, key = (edge, "type") if own else (self.graph, "defaultedgetype")
        way = own or default or "undirected"
        if way not in _WAYS:
            self.listing.problem(says, f"{key} is {way[:60]!r}; it is one of {', '.join(_WAYS)}")
        if way not in ("undirected", "mutual"):  # another word is told already
            return False, True
        return Undirected(says, f'{key}="{way[:60]}"' if own or default else "no defaultedgetype")

    def said(self, element: Element, kind: str) -> dict[str, str]:
        """What is said of a node or an edge, by the titles of the attributes."""
        said: dict[str, str] = {}
        for values in element.all("attvalues"):
            for value in values.all("attvalue"):
                key = value.get("for") or value.get("id")
                self.listing.say(value, said, self.titles[kind].get(key, key), value.get("value"))
        return said


def write(design: Design) -> str:
    """A GEXF document."""
    drawing = drawing_within(design, xml.fits, xml.name_fits, xml.slug)
    graph = network(drawing)
    for data in (*dict(graph.nodes).values(), *(data for *_, data in graph.edges(data=True))):
        for key in [key for key in data if key in _RENAMED]:
            data[_RENAMED[key]] = data.pop(key)
    document = "\n".join(nx.generate_gexf(graph, version="1.2draft"))
    root = ElementTree.fromstring(document)
    meta = next(element for element in root if element.tag.endswith("meta"))
    meta.attrib.pop("lastmodifieddate", None)  # the same design is always the same text
    for element in list(meta):
        element.text = _OURS
    description = ElementTree.SubElement(meta, meta.tag.replace("meta", "description"))
    description.text = f"{_OURS}: {json.dumps(dict(drawing.options))}"
    ElementTree.register_namespace("", meta.tag[1:].partition("}")[0])
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _options(root: Element) -> Mapping[str, Any] | None:
    """The options in the description; None for a file by another program."""
    for meta in root.all("meta"):
        for description in meta.all("description"):
            if description.text.startswith(f"{_OURS}: "):
                try:
                    found = json.loads(description.text.removeprefix(f"{_OURS}: "))
                except (ValueError, RecursionError):
                    return {"description": description.text}
                return found if isinstance(found, dict) else {"description": found}
    return None
