"""Designs for tests, drawn in arrow notation, and the paper's graphs by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import networkx as nx

from identcheck import Design
from identcheck.formats.chains import parse_chains

PARALLEL = "T -> {M1 M2} -> Y"
FIGURE_1 = "T -> {M1 M2} -> Y; M1 -> M2"
FIGURE_2 = "T -> V -> NP -> Y; V -> Y"
CHAIN = "T -> M1 -> M2 -> Y"


def drawn_graph(arrows: str, varies: Mapping[str, str] | None = None) -> nx.DiGraph:
    """A graph from arrows such as ``T -> M -> Y``, with ``{"T -> M": "none"}`` for what varies."""
    chains = parse_chains(arrows)
    graph = nx.DiGraph()
    graph.add_nodes_from(chains.nodes)
    graph.add_edges_from(chains.edges)
    for arrow, rule in (varies or {}).items():
        for edge in parse_chains(arrow).edges:
            assert graph.has_edge(*edge), arrow
            graph.edges[edge]["varies"] = rule
    return graph


def drawn(arrows: str, varies: Mapping[str, str] | None = None, **options: Any) -> Design:
    """The design of such a graph, from T (or the arms T1, T2, ...) to Y."""
    graph = drawn_graph(arrows, varies)
    arms = sorted(node for node in graph if node[0] == "T" and node[1:].isdigit())
    options.setdefault("treatment", arms or "T")
    options.setdefault("outcome", "Y")
    return Design(graph, **options)
