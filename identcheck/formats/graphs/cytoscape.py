"""The elements of Cytoscape and Cytoscape.js, as node-link data.

``elements`` is an object with the lists "nodes" and "edges", or one list; each element has its "data". A node that is the
"parent" of others is a box around them and no variable. Edges go from "source" to "target", however they are drawn.

Source: Cytoscape.js, https://js.cytoscape.org/#notation/elements-json.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from identcheck.errors import InvalidDesignError, clipped

__all__ = ["NAMED", "as_node_link"]

NAMED = "identcheck_named"
"""The key that says that nodes are shown by their "name" where their ids are numbers."""

_OF_THE_PROGRAM = ("selected", "position", "parent")
"""What Cytoscape says of an element on the screen; "selected" is no selection of persons."""


def as_node_link(document: Mapping[str, Any], source: str) -> dict[str, Any]:
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
        NAMED: True,
    }


def _sorted(elements: Any, problems: list[str]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The data of nodes and of edges; in one list "group" tells them apart, or that edges have a source."""
    nodes: list[dict[str, Any]] = []
    edges: list[dict[str, Any]] = []
    if isinstance(elements, Mapping):
        listed = [("nodes", x) for x in _list(elements.get("nodes"))]
        listed += [("edges", x) for x in _list(elements.get("edges"))]
    else:
        listed = [("", x) for x in _list(elements)]
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


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
