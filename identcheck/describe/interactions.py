"""Interactions: products of two mediators, or the square of one, in the outcome's own equation.

The product is one more mediator. It has an arrow of its own from each arm that reaches one of its factors, and one into the
outcome, whose coefficient is the interaction. It is measured where both factors are. What a graph says of a product is
its node's attribute ``product``, the pair of its factors.

Where nobody has N without V, a binary mediator (noncompliance is one-sided on V -> N), the product of the two is N itself: its
one arrow comes from N.

Source: theory, equation (15.1).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import networkx as nx

__all__ = [
    "PRODUCT",
    "factors_in",
    "factors_of",
    "product_label",
    "product_name",
    "product_token",
    "products_of",
    "same_as",
    "with_products",
    "without_products",
    "written_product",
]

PRODUCT = "product"
"""The node attribute that makes a node the product of two others."""

Pair = tuple[str, str]


def product_name(k: str, other: str) -> str:
    """The name of the product of two mediators as a node: ``V*NP``."""
    return f"{k}*{other}"


def written_product(k: str, other: str) -> str:
    """A product as it is written in files: ``V * NP``."""
    return f"{k} * {other}"


def product_label(k: str, other: str) -> str:
    """Words for a product, from words for its factors."""
    return f"the square of {k}" if k == other else f"{k} × {other}"


def product_token(k: str, other: str) -> str:
    """The subscript of a product, from those of its factors."""
    return f"{k}*{other}"


def products_of(graph: nx.DiGraph[Any]) -> dict[Any, Pair]:
    """The products among the nodes of a graph, each with its factors."""
    return {node: found for node in graph if (found := factors_of(graph, node))}


def factors_of(graph: nx.DiGraph[Any], node: Any) -> Pair | None:
    """The two mediators whose product a node is."""
    said = graph.nodes[node].get(PRODUCT)
    pair = isinstance(said, (tuple, list)) and len(said) == 2 and all(isinstance(one, str) for one in said)
    return (said[0], said[1]) if pair else None


def without_products(graph: nx.DiGraph[Any]) -> nx.DiGraph[Any]:
    """The graph as it is drawn: without the nodes that are products of others."""
    made: nx.DiGraph[Any] = nx.DiGraph(graph)
    made.remove_nodes_from([*products_of(graph)])
    return made


def with_products(
    graph: nx.DiGraph[Any], arms: Sequence[Any], outcome: Any, pairs: Iterable[Pair]
) -> nx.DiGraph[Any]:
    """The graph with a node for each product: arrows into it from each arm that reaches a factor, one into the outcome."""
    made: nx.DiGraph[Any] = nx.DiGraph(graph)
    reached = {arm: nx.descendants(graph, arm) for arm in arms if arm in graph}
    for pair in pairs:
        product = product_name(*pair)
        made.add_node(product, **{PRODUCT: pair})
        if same := same_as(graph, pair):
            made.add_edge(same, product, varies="none")
        else:
            made.add_edges_from((arm, product) for arm in reached if reached[arm] & {*pair})
        made.add_edge(product, outcome)
    return made


def same_as(graph: nx.DiGraph[Any], pair: Pair) -> str | None:
    """The factor that a product is, as nobody has it without the other; None where it is no factor."""
    for first, second in (pair, pair[::-1]):
        if (
            first != second
            and graph.has_edge(first, second)
            and "noncompliance" in graph.edges[first, second]
        ):
            return second
    return None


def factors_in(text: str, known: Mapping[str, object] | Iterable[str]) -> Pair | None:
    """The two nodes whose product a text writes, ``V * NP`` or ``V^2``; None where it writes none.

    Names may hold the sign themselves: of all ways to part the text the first between two nodes that there are is meant.
    """
    nodes = {str(node) for node in known}

    def meant(side: str, exact: str) -> str:
        """A name may begin or end with a blank: beside the sign one is ours."""
        return exact if exact in nodes else side.strip()

    parted = [(text[:at], text[at + 1 :]) for at, sign in enumerate(text) if sign in "*×"]
    ways = [(meant(a, a.removesuffix(" ")), meant(b, b.removeprefix(" "))) for a, b in parted]
    if text.rstrip().endswith(("^2", "²")):
        base = text.rstrip().removesuffix("²").removesuffix("^2")
        ways.append((meant(base, base), meant(base, base)))
    sound = [way for way in ways if nodes.issuperset(way)]
    return sound[0] if sound else ways[0] if len(ways) == 1 and all(ways[0]) else None
