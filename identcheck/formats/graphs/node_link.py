"""Graphs as JSON: node-link, as networkx and d3 have it, and the elements of Cytoscape and Cytoscape.js.

::

    {"nodes": [{"id": "T"}, {"id": "M"}], "links": [{"source": "T", "target": "M"}]}
    {"elements": {"nodes": [{"data": {"id": "T"}}, ...], "edges": [{"data": {"source": "T", "target": "M"}}]}}

Node-link is also written. JSON of other programs is refused by its name. "elements" is an object with the lists "nodes" and
"edges", or one list; each element has its "data". A node that is the "parent" of others is a box around them and no
variable. Edges go from "source" to "target", however they are drawn.

Source: Cytoscape.js, https://js.cytoscape.org/#notation/elements-json.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import networkx as nx

from identcheck.describe.design import Design
from identcheck.describe.wording import one_line
from identcheck.errors import FormatError, InvalidDesignError, clipped
from identcheck.errors.visible import json_text
from identcheck.formats.graphs.design import from_design
from identcheck.formats.graphs.drawing import (
    MARK,
    Drawing,
    flag,
    names_of,
    network,
    said_of_edge,
    said_of_node,
)
from identcheck.formats.json_design import loaded

__all__ = ["MARK", "draw", "write"]

_OURS = "identcheck"
_OTHERS = (
    ("adjacency", "the adjacency data of networkx; save it with node_link_data"),
    ("children", "a hierarchy of d3; save the graph as a list of nodes and a list of links"),
    ("graphs", "JSON Graph Format; save the graph as node-link JSON, GraphML or DOT"),
    ("graph", "JSON Graph Format; save the graph as node-link JSON, GraphML or DOT"),
)
_READ = (
    'graphs that are read have the keys "nodes" and "links" (networkx, d3) or "elements" (Cytoscape), and a design has '
    '"graph", "treatment" and "outcome"'
)


def draw(text: str, source: str = "<text>") -> Drawing:
    """What a graph as JSON draws, be it a design or not.

    Raises:
        FormatError: malformed JSON, or that of another program.
        InvalidDesignError: every entry that is no node or no link, or the graph has no direction.
    """
    if not text.strip():
        raise FormatError(1, 1, "malformed JSON: the text is empty", source)
    document = loaded(text, source)
    if isinstance(document, dict) and "elements" in document:
        document = _as_node_link(document, source)
    _demand_known(document, source)
    key = "links" if "links" in document else "edges"
    nodes, links = _listed(document["nodes"]), _listed(document[key])
    numbered = bool(nodes) and not any(isinstance(node, Mapping) and "id" in node for node in nodes)
    if numbered:  # d3 joins nodes without an "id" by their places
        nodes = [{"id": at, **node} if isinstance(node, Mapping) else node for at, node in enumerate(nodes)]
    problems = list(_problems(nodes, links, key))
    if problems:
        raise InvalidDesignError([f"{source}: {problem}" for problem in problems])
    about = document.get("graph")
    ours = isinstance(about, dict) and _OURS in about
    for entry, ends in ((nodes, ("id",)), (links, ("source", "target"))):
        for each in entry if not ours else ():  # in a file of ours, names are as they are in the design
            each.update({end: one_line(each[end]) for end in ends if isinstance(each[end], str)})
    sketch = _sketch(
        nodes, links, document.get("directed", True), numbered or bool(document.get(_NAMED)), source
    )
    options = about[_OURS] if isinstance(about, dict) and ours else {}
    sketch.options.update(options if isinstance(options, dict) else {_OURS: options})
    return sketch


def _sketch(
    nodes: list[dict[str, Any]], links: list[dict[str, Any]], directed: object, numbered: bool, source: str
) -> Drawing:
    """What nodes and links draw; attributes that mean nothing here are ignored.

    Args:
        nodes: each with its "id".
        links: each with its "source" and its "target".
        directed: False for a graph without directions.
        numbered: whether nodes are numbered: the words that the program shows at them become their names.
        source: the file's name for error messages.

    Raises:
        InvalidDesignError: it is undirected, or two nodes have one name.
    """
    said = {node["id"]: node for node in nodes}
    found = ""
    if len(said) < len(nodes):
        found = "two nodes have one name when it stands on one line; rename one"
    elif links and directed is False:
        found = "the graph is undirected; verdicts need to know what causes what: save it as a directed graph"
    names = {key: str(key) for key in said}
    if numbered:
        named = names_of(
            {
                names[key]: one_line(
                    str(node.get("name") or node.get("shared_name") or node.get("label") or "")
                ).strip()
                for key, node in said.items()
            }
        )
        names = {key: named[name] for key, name in names.items()}
    sketch = Drawing()
    for key, node in said.items():
        if names[key] in sketch.nodes:
            found = found or f"two nodes are named {names[key]!r}; rename one"
        words = dict(said_of_node(node))
        if numbered and words.get("label") == names[key]:
            del words["label"]
        sketch.node(names[key], **words)
    if found:
        raise InvalidDesignError([f"{source}: {found}"])
    for link in links:
        ends = names[link["source"]], names[link["target"]]
        if flag(link.get("confounded")) or link.get("dir") == "both":
            sketch.pair(*ends)
        else:
            sketch.edge(*ends, **dict(said_of_edge(link)))
    return sketch


def write(design: Design) -> str:
    """A JSON document."""
    drawing = from_design(design)
    graph = network(drawing)
    graph.graph[_OURS] = dict(drawing.options)
    return json_text(nx.node_link_data(graph, edges="links")) + "\n"


def _demand_known(document: Any, source: str) -> None:
    """Refuse JSON that is no node-link graph, by the name of what it is."""
    if isinstance(document, dict) and "nodes" in document and {"links", "edges"} & {*document}:
        links = _listed(document.get("links", document.get("edges")))
        if any(isinstance(x, Mapping) and {"from", "to"} <= {*x} and "source" not in x for x in links):
            found = 'a graph whose edges go "from" and "to", as in vis.js; give each edge "source" and "target" instead'
            raise FormatError(1, 1, f"this is {found}", source)
        return
    if isinstance(document, dict):
        other = next((what for key, what in _OTHERS if key in document), "")
        keys = ", ".join(map(clipped, list(document)[:8])) or "none"
        found = (
            f"this is {other}, which is not read" if other else f"this JSON is not known (its keys: {keys})"
        )
    else:
        found = "this JSON is no object"
    raise FormatError(1, 1, f"{found}; {_READ}", source)


def _problems(nodes: list[Any], links: list[Any], key: str) -> Iterator[str]:
    """Every entry that is no node or no link."""
    known = set()
    for number, node in enumerate(nodes, 1):
        name = node.get("id") if isinstance(node, Mapping) else None
        if not isinstance(name, (str, int, float)):
            yield f'entry {number} of "nodes" is {node!r:.80}; it has an "id", such as {{"id": "T"}}'
        elif name in known:
            yield f'two entries of "nodes" have the id {name!r}; rename one'
        else:
            known.add(name)
    for number, link in enumerate(links, 1):
        ends = [link.get(end) for end in ("source", "target")] if isinstance(link, Mapping) else [None]
        if not all(isinstance(end, (str, int, float)) for end in ends):
            yield f'entry {number} of "{key}" is {link!r:.80}; it has a "source" and a "target"'
            continue
        for end in ends:
            if end not in known:
                yield f'entry {number} of "{key}" speaks of the node {end!r}, which is not among "nodes"'


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


_NAMED = "identcheck_named"
"""The key that says that nodes are shown by their "name" where their ids are numbers."""

_OF_THE_PROGRAM = ("selected", "position", "parent")
"""What Cytoscape says of an element on the screen; "selected" is no selection of persons."""


def _as_node_link(document: Mapping[str, Any], source: str) -> dict[str, Any]:
    """The same graph as node-link data.

    Raises:
        InvalidDesignError: every element that is neither, and every edge at a box.
    """
    problems: list[str] = []
    nodes, edges = _sorted(document["elements"], problems)
    parents = {node["parent"] for node in nodes if isinstance(node.get("parent"), (str, int, float))}
    boxes = {node.get("id") for node in nodes if _hashable(node.get("id"))} & parents
    for edge in edges:
        for end in (edge.get("source"), edge.get("target")):
            if _hashable(end) and end in boxes:
                problems.append(
                    f"an edge ends at {clipped(str(end))}, a box around other nodes; draw the arrows to the nodes in it"
                )
    if problems:
        raise InvalidDesignError([f"{source}: {problem}" for problem in dict.fromkeys(problems)])
    return {
        "directed": document.get("directed", True),
        "graph": document.get("data") if isinstance(document.get("data"), dict) else {},
        "nodes": [
            _said(node) for node in nodes if not (_hashable(node.get("id")) and node.get("id") in boxes)
        ],
        "links": [_said(edge) for edge in edges],
        _NAMED: True,
    }


def _sorted(elements: Any, problems: list[str]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The data of nodes and of edges; in one list "group" tells them apart, or that edges have a source."""
    nodes: list[dict[str, Any]] = []
    edges: list[dict[str, Any]] = []
    if isinstance(elements, Mapping):
        listed = [("nodes", x) for x in _listed(elements.get("nodes") or [])]
        listed += [("edges", x) for x in _listed(elements.get("edges") or [])]
    else:
        listed = [("", x) for x in _listed(elements or [])]
    for number, (group, element) in enumerate(listed, 1):
        data = element.get("data") if isinstance(element, Mapping) else None
        if not isinstance(data, dict):
            problems.append(f'element {number} of "elements" is {element!r:.80}; it has "data" with an "id"')
            continue
        group = group or element.get("group") or ("edges" if "source" in data else "nodes")
        (edges if group == "edges" else nodes).append(data)
    return nodes, edges


def _said(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key not in _OF_THE_PROGRAM}


def _hashable(value: Any) -> bool:
    return isinstance(value, (str, int, float))
