"""The parts of a sound graph, in an order that does not depend on how it was written down."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import networkx as nx

from identcheck.describe.interactions import products_of, without_products

__all__ = ["Parts", "fixed", "mediators_of", "natural", "parts_of", "reached_from", "role_of"]


@dataclass(frozen=True)
class Parts:
    """What each node of a design is.

    Attributes:
        treatments: the arms, in the order given.
        outcome: the outcome.
        mediators: the nodes between an arm and the outcome, in topological order, products of two of them last.
        baseline: the nodes that no arm reaches, in topological order.
        consequences: the nodes that an arm reaches and from which no way leads to the outcome.
    """

    treatments: tuple[str, ...]
    outcome: str
    mediators: tuple[str, ...]
    baseline: tuple[str, ...]
    consequences: tuple[str, ...]

    @property
    def causal(self) -> tuple[str, ...]:
        """The nodes that carry effects of the treatment: arms, mediators, outcome."""
        return (*self.treatments, *self.mediators, self.outcome)

    @property
    def nodes(self) -> tuple[str, ...]:
        """Every node, in order: the causal ones, then baseline, then consequences."""
        return (*self.causal, *self.baseline, *self.consequences)


def parts_of(graph: nx.DiGraph[str], treatments: Sequence[str], outcome: str) -> Parts:
    """Read the parts off an acyclic graph; equally placed nodes stand in natural order."""
    reached = reached_from(graph, treatments)
    between = mediators_of(graph, treatments, [outcome])
    products = products_of(graph)
    ordered = list(nx.lexicographical_topological_sort(without_products(graph), key=natural))
    ordered += sorted(products, key=natural)  # they lead to the outcome alone
    return Parts(
        treatments=tuple(treatments),
        outcome=outcome,
        mediators=tuple(n for n in ordered if n in between),
        baseline=tuple(n for n in ordered if n not in reached and n not in treatments),
        consequences=tuple(n for n in ordered if n in reached and n not in between and n != outcome),
    )


def reached_from(graph: nx.DiGraph[Any], nodes: Iterable[Any]) -> set[Any]:
    """The nodes that any of the given ones reaches; those that the graph lacks reach none."""
    return set().union(*(nx.descendants(graph, node) for node in nodes if node in graph))


def mediators_of(graph: nx.DiGraph[Any], arms: Sequence[Any], outcomes: Sequence[Any]) -> set[Any]:
    """The nodes that an arm reaches, but the outcomes and what is named a consequence."""
    aside = {node for node in graph if role_of(graph, node) == "consequence"}
    return reached_from(graph, arms) - {*arms, *outcomes} - aside


def role_of(graph: nx.DiGraph[Any], node: Any) -> str | None:
    """The role that a node's attribute names, if it is text."""
    role = graph.nodes[node].get("role")
    return role if isinstance(role, str) else None


def natural(name: object) -> tuple[list[tuple[int, int, str]], str]:
    """Sort key under which M2 comes before M10."""
    text = str(name)
    parts = re.findall(r"[0-9]+|[^0-9]+", text)
    return [_number(p) if p[0] in "0123456789" else (1, 0, p) for p in parts], text


def _number(digits: str) -> tuple[int, int, str]:
    """A number of any length: fewer digits first."""
    plain = digits.lstrip("0")
    return (0, len(plain), plain)


class _Fixed(dict[str, Any]):
    """What a node or an edge of a design says: a dict that cannot be changed; its copies can."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("a Design is immutable: make a new one from a changed copy of its graph")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)


def fixed(graph: nx.DiGraph[str], nodes: Sequence[str]) -> nx.DiGraph[str]:
    """The part of a graph on some nodes, in their order, as a copy that cannot be changed."""
    made: nx.DiGraph[str] = nx.DiGraph()
    made.graph.update(graph.graph)
    made.add_nodes_from(nodes)
    for node in nodes:
        made._node[node] = _Fixed(graph.nodes[node])
    place = {node: at for at, node in enumerate(nodes)}
    inside = [edge for edge in graph.edges if edge[0] in place and edge[1] in place]
    for u, v in sorted(inside, key=lambda edge: (place[edge[0]], place[edge[1]])):
        made.add_edge(u, v)
        made._adj[u][v] = made._pred[v][u] = _Fixed(graph.edges[u, v])
    return nx.freeze(made)
