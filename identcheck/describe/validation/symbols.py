"""How the nodes and edges of a design are written, and which would be written alike."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import networkx as nx

from identcheck.describe.interactions import factors_of, product_token
from identcheck.describe.validation.parts import Parts, mediators_of, natural, reached_from
from identcheck.errors import Problem
from identcheck.symbols.names import Effect, Name, Notation
from identcheck.symbols.typeset.names import named
from identcheck.symbols.typeset.text import unicode

__all__ = ["clashing_effects", "clashing_nodes", "notation_of"]


def notation_of(graph: nx.DiGraph[str], parts: Parts) -> Notation:
    """The symbols of a design, in the paper's letters unless overridden by its attributes."""
    return Notation(
        treatments=parts.treatments,
        outcome=parts.outcome,
        order={node: place for place, node in enumerate(parts.nodes)},
        starred=_starred(graph, parts.treatments),
        tokens={node: _token(graph, node, parts.mediators) for node in parts.nodes},
        overrides={
            edge: Name(*_split_symbol(data["symbol"]))
            for edge, data in graph.edges.items()
            if "symbol" in data
        },
    )


def _starred(graph: nx.DiGraph[str], arms: Sequence[str]) -> frozenset[tuple[str, str]]:
    """The edges arm -> node beside which the arm has other paths to the node."""
    reached = {arm: nx.descendants(graph, arm) for arm in arms}
    return frozenset(
        (arm, node) for arm in arms for node in graph.adj[arm] if reached[arm] & set(graph.pred[node])
    )


def _token(graph: nx.DiGraph[Any], node: str, mediators: Sequence[str]) -> str:
    """The subscript of a node: the user's, the number of M1, M2, ..., none for an only mediator, its name."""
    if isinstance(symbol := graph.nodes[node].get("symbol"), str):
        return symbol
    if tuple(mediators) == (node,):
        return ""
    if factors := factors_of(graph, node):
        return product_token(*(_token(graph, factor, mediators) for factor in factors))
    numbered = re.fullmatch(r"M_?([0-9]+)", node)
    return numbered.group(1) if numbered else node


def _split_symbol(symbol: str) -> tuple[str, tuple[str, ...]]:
    letter, _, below = symbol.partition("_")
    return letter, (below,) if below else ()


def clashing_nodes(graph: nx.DiGraph[Any], arms: Sequence[Any], outcomes: Sequence[Any]) -> Iterator[str]:
    """Mediators, or arms, that would be written with one subscript; the graph may have other faults."""
    named = [arm for arm in dict.fromkeys(arms) if arm in graph]
    mediators = mediators_of(graph, named, list(outcomes))
    for group in (named, sorted(mediators, key=natural)):
        written: dict[str, str] = {}
        for node in (node for node in group if isinstance(node, str) and node.strip()):
            token = re.sub(r"\W+", "_", _token(graph, node, group))
            if token in written:
                yield Problem.at(
                    f"the nodes {written[token]!r} and {node!r} would both be written {token!r} in symbols; "
                    "rename one, or give it a symbol of its own (node attribute 'symbol')",
                    ("graph", written[token]),
                    ("graph", node),
                )
            written.setdefault(token, node)


def clashing_effects(graph: nx.DiGraph[str], parts: Parts) -> Iterator[str]:
    """Edges and total effects of a sound graph that would be written alike, in person or on average."""
    notation = notation_of(graph, parts)
    tokens = [notation.tokens[node] for node in (*parts.treatments, *parts.mediators)]
    if not notation.overrides and all(token.isalnum() and token[-1] != "s" for token in tokens if token):
        return  # the paper's letters with plain subscripts; the index of a site is s
    written: dict[str, str] = {}
    for phrase, effect in _effects(graph, parts.causal):
        name = notation.name(effect)
        forms = (name.ascii, *(unicode(named(name, form)) for form in ("", "s", "mean")))
        taken = next((form for form in forms if form in written), None)
        if taken is not None:
            yield (
                f"{_together(written[taken], phrase)} would both be written {taken}; rename a node, or give "
                "one of them a symbol of its own (node or edge attribute 'symbol')"
            )
        for form in forms:
            written.setdefault(form, phrase)


def _effects(graph: nx.DiGraph[str], ends: Sequence[str]) -> Iterator[tuple[str, Effect]]:
    for u in ends:
        for v in ends:
            if graph.has_edge(u, v):
                yield f"the edge {u!r} -> {v!r}", Effect(u, v)
    for u in ends:
        onward = reached_from(graph, graph.adj[u])
        for v in ends:
            if v in onward:
                yield f"the total effect {u!r} -> {v!r}", Effect(u, v, frozenset())


def _together(one: str, other: str) -> str:
    if one.startswith("the edge ") and other.startswith("the edge "):
        return f"the edges {one.removeprefix('the edge ')} and {other.removeprefix('the edge ')}"
    return f"{one} and {other}"
