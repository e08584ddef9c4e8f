"""Whether the interactions of a design fit its graph: products of mediators that have arrows into the outcome."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import networkx as nx

from identcheck.basics.arguments import entries_of
from identcheck.describe.interactions import (
    factors_in,
    product_name,
    products_of,
    with_products,
    without_products,
    written_product,
)
from identcheck.describe.validation.parts import reached_from, role_of
from identcheck.describe.wording import unknown_node
from identcheck.errors import Problem

__all__ = ["products_drawn"]

Pair = tuple[str, str]

MEND = (
    "give pairs of mediators such as [('V', 'NP')], or text such as 'V * NP'; the square of one is ('V', 'V')"
)


def products_drawn(
    graph: nx.DiGraph[Any],
    value: Any,
    arms: list[Any],
    outcomes: list[Any],
    scales: dict[Any, Any],
    problems: list[str],
) -> nx.DiGraph[Any]:
    """The graph with a node for every product that is sound; what is wrong with the others is told.

    Args:
        graph: the arrows, perhaps with products of a design in it.
        value: the interactions handed over.
        arms: the treatments.
        outcomes: what is named the outcome.
        scales: the scales of nodes.
        problems: where problems go.
    """
    drawn = without_products(graph)
    listed, wrong = _listed(value, drawn)
    pairs = [*products_of(graph).values()]
    pairs += [pair for pair in listed if {*pair} not in map(set, pairs)]
    if not pairs and not wrong:
        return graph
    ends = [*arms, *outcomes]
    found = {pair: list(_pair_problems(drawn, pair, arms, outcomes, scales)) for pair in pairs}
    wrong += [Problem.at(problem, ("interactions",)) for told in found.values() for problem in told]
    wrong += [Problem.at(problem, ("interactions",)) for problem in _twice(listed)]
    wrong += _not_binary(arms, scales)
    problems.extend(wrong)
    sound = [pair for pair, told in found.items() if not told]
    return _with_attributes(with_products(drawn, arms, ends[-1], sound), graph) if sound else drawn


def _with_attributes(made: nx.DiGraph[Any], before: nx.DiGraph[Any]) -> nx.DiGraph[Any]:
    """What was said of products and their arrows is kept."""
    for product in products_of(made):
        if product in before:
            made.nodes[product].update(before.nodes[product])
        for edge in [*made.in_edges(product), *made.out_edges(product)]:
            if before.has_edge(*edge) and "symbol" in before.edges[edge]:
                made.edges[edge]["symbol"] = before.edges[edge]["symbol"]
    return made


def _listed(value: Any, graph: nx.DiGraph[Any]) -> tuple[list[Pair], list[str]]:
    """The pairs handed over, and what among them is none."""
    if value is None:
        return [], []
    entries = [value] if isinstance(value, str) or _is_pair(value) else entries_of(value)
    if entries is None:
        return [], [Problem.at(f"interactions is {value!r:.60}; {MEND}", ("interactions",))]
    read = [(entry, _read(entry, graph)) for entry in entries]
    wrong: list[str] = [
        Problem.at(f"interactions: {entry!r:.60} is no product; {MEND}", ("interactions",))
        for entry, pair in read
        if pair is None
    ]
    return [pair for _, pair in read if pair is not None], wrong


def _read(entry: Any, graph: nx.DiGraph[Any]) -> Pair | None:
    if isinstance(entry, str):
        return factors_in(entry, graph)
    return (
        (entry[0], entry[1]) if isinstance(entry, (tuple, list)) and _is_pair(entry, any_list=True) else None
    )


def _is_pair(value: Any, any_list: bool = False) -> bool:
    """Whether this is one pair of names: a tuple of two that are not products themselves."""
    kinds = (tuple, list) if any_list else tuple
    return (
        isinstance(value, kinds)
        and len(value) == 2
        and all(isinstance(one, str) for one in value)
        and (any_list or not any(sign in one for one in value for sign in "*×"))
    )


def _twice(pairs: list[Pair]) -> Iterator[str]:
    sides = [frozenset(pair) for pair in pairs]
    for pair in dict(zip(sides, pairs, strict=True)).values():
        if (many := sides.count(frozenset(pair))) > 1:
            yield f"the interaction {written_product(*pair)} is named {many} times; name it once"


def _pair_problems(
    graph: nx.DiGraph[Any], pair: Pair, arms: list[Any], outcomes: list[Any], scales: dict[Any, Any]
) -> Iterator[str]:
    where = f"the interaction {written_product(*pair)}"
    for node in dict.fromkeys(pair):
        yield from _factor_problems(graph, where, node, arms, outcomes)
    if pair[0] == pair[1] and scales.get(pair[0]) == "binary":
        yield f"{where}: {pair[0]!r} is binary, so that its square is itself; take the interaction out"
    if product_name(*pair) in graph:
        yield f"{where} is the node {product_name(*pair)!r}, a name that the graph has already; rename that node"


def _factor_problems(
    graph: nx.DiGraph[Any], where: str, node: str, arms: list[Any], outcomes: list[Any]
) -> Iterator[str]:
    """Why a node is no factor of a product in the outcome's equation."""
    if node not in graph:
        yield from unknown_node(graph, where, node)
    elif node in arms:
        yield (
            f"{where}: {node!r} is a treatment; an effect of a mediator that differs between arms is a change of the outcome by "
            "treatment beside the mediators, which exclusion, (ii), rules out: take it out, or draw the arrow from treatment to "
            "the outcome"
        )
    elif node in outcomes:
        yield f"{where}: {node!r} is the outcome; a product is of mediators: take it out"
    elif role_of(graph, node) == "consequence":
        yield f"{where}: {node!r} is a consequence of treatment that does not lead to the outcome; take it out"
    elif node not in reached_from(graph, arms):
        yield (
            f"{where}: treatment does not reach {node!r}; what is fixed before treatment and changes an effect is a modifier: "
            f"draw it as one, Modifier({node!r}, of=[...]), and take the product out"
        )
    elif not _into(graph, node, outcomes):
        yield (
            f"{where}: there is no arrow from {node!r} to the outcome; interactions are offered in the outcome's own equation, "
            f"each factor with an effect of its own there: draw the arrow, or take the interaction out"
        )


def _into(graph: nx.DiGraph[Any], node: str, outcomes: Iterable[Any]) -> bool:
    return any(graph.has_edge(node, outcome) for outcome in outcomes)


def _not_binary(arms: list[Any], scales: dict[Any, Any]) -> Iterator[str]:
    for arm in dict.fromkeys(arms):
        if scales.get(arm) == "continuous":
            yield Problem.at(
                f"the treatment {arm!r} is continuous, and the design has interactions; the product of two mediators changes "
                "with treatment by one number a person only where treatment is given or not: say that it is binary, or take "
                "the interactions out",
                ("scales", arm),
            )
