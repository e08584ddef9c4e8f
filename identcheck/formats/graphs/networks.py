"""Drawings as networkx graphs, the way GraphML, GEXF and node-link JSON hold them, and what their attributes say.

What is said of a node or an arrow is an attribute of it. A pair that shares a cause is an edge with
``confounded`` true; where an arrow joins the same two nodes, the graph is a multigraph.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import networkx as nx

from identcheck.describe.validation.wording import one_line
from identcheck.errors import InvalidDesignError
from identcheck.formats.graphs.drawing import EDGE_KEYS, FLAGS, NODE_KEYS, Drawing, Sketch

__all__ = ["MARK", "drawn", "flag", "names_of", "network", "said_of_edge", "said_of_node"]

MARK = "give one node the attribute role = {role}"
"""How these formats say which node is the treatment."""


def network(drawing: Drawing) -> nx.DiGraph[str]:
    """The graph of a drawing; its options are left to the format."""
    overlap = any({(u, v), (v, u)} & set(drawing.edges) for u, v in drawing.confounded)
    graph: nx.DiGraph[str] = nx.MultiDiGraph() if overlap else nx.DiGraph()
    for node, said in drawing.nodes.items():
        graph.add_node(node)
        graph.nodes[node].update(said)
    graph.add_edges_from((u, v, dict(said)) for (u, v), said in drawing.edges.items())
    graph.add_edges_from((u, v, {"confounded": True}) for u, v in drawing.confounded)
    return graph


def drawn(
    graph: nx.Graph[Any],
    options: Mapping[str, Any],
    source: str,
    labels: Callable[[Any], object] | None = None,
) -> Drawing:
    """The drawing of a graph by whatever program; attributes that mean nothing here are let be.

    Args:
        graph: the graph.
        options: what is said of the design as a whole.
        source: the file's name for error messages.
        labels: the words that a program shows at a node, where nodes are numbered: they become the names.

    Raises:
        InvalidDesignError: it is undirected, or two nodes have one name.
    """
    if not graph.is_directed() and graph.number_of_edges():
        raise InvalidDesignError(
            [
                f"{source}: the graph is undirected; verdicts need to know what causes what: save it as a directed graph"
            ]
        )
    names = {node: str(node) for node in graph}
    if labels is not None:
        named = names_of({str(node): one_line(str(labels(node) or "")).strip() for node in graph})
        names = {node: named[name] for node, name in names.items()}
    sketch = Sketch()
    for node, data in graph.nodes(data=True):
        if names[node] in sketch.nodes:
            raise InvalidDesignError([f"{source}: two nodes are named {names[node]!r}; rename one"])
        said = dict(said_of_node(data))
        if labels is not None and said.get("label") == names[node]:
            del said["label"]
        sketch.node(names[node], **said)
    for u, v, data in graph.edges(data=True):
        if flag(data.get("confounded")) or data.get("dir") == "both":
            sketch.pair(names[u], names[v])
        else:
            sketch.edge(names[u], names[v], **dict(said_of_edge(data)))
    sketch.options.update(options)
    return sketch.done()


def said_of_node(data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What the attributes of a node say here."""
    for key in NODE_KEYS:
        value = data.get(key)
        if key in FLAGS:
            if flag(value) or (
                key == "unobserved" and str(data.get("observed")).lower() in ("no", "false", "0")
            ):
                yield key, True
        elif value is not None and value != "":
            yield key, _text(value)


def said_of_edge(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What the attributes of an arrow say here."""
    for key in EDGE_KEYS:
        if data.get(key) not in (None, ""):
            yield key, _text(data[key])


def flag(value: object) -> bool:
    """Whether an attribute says yes; formats without truth values write it as text."""
    return value == 1 or (isinstance(value, str) and value.lower() in ("true", "yes", "1"))


def _text(value: object) -> str:
    """An attribute as text; a position may come as a pair of numbers."""
    if isinstance(value, (list, tuple)):
        return ",".join(map(str, value))
    return str(value)


def names_of(shown: Mapping[str, str]) -> dict[str, str]:
    """The names of nodes: their ids, or where these are only numbers the words that a program shows at the nodes.

    A node without words keeps its id; where two would have one name, all do.

    Args:
        shown: the words under each id, or "".
    """
    ids = {key: one_line(key).strip() for key in shown}
    named = {key: words or ids[key] for key, words in shown.items()}
    numbered = all(re.fullmatch(r"n?\d+(\.0)?(::n\d+)*", key) for key in shown)
    return named if numbered and len(set(named.values())) == len(named) else ids
