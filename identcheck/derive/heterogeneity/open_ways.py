"""By which way bundles of coefficients move together, in words (theory section 14)."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import pairwise

import networkx as nx

from identcheck.derive.heterogeneity.separation import (
    SELECTED,
    Heterogeneous,
    Nodes,
    heterogeneity,
    in_cells,
    in_graph,
    modifiers_named,
)
from identcheck.describe.declarations import written
from identcheck.describe.design import Design

__all__ = ["Route", "open_route"]


@dataclass(frozen=True)
class Route:
    """A way by which two coefficients move together.

    Attributes:
        nodes: from the one coefficient by modifiers to the other.
        words: the way in words, "wages => T -> hours and wages => income -> Y".
    """

    nodes: tuple[Heterogeneous, ...]
    words: str

    @property
    def modifiers(self) -> tuple[str, ...]:
        """The modifiers on the way, in its order."""
        return tuple(node for node in self.nodes if isinstance(node, str))

    def __str__(self) -> str:
        return self.words


def open_route(
    design: Design,
    level: str,
    one: Iterable[Heterogeneous],
    other: Iterable[Heterogeneous],
    given: Collection[str] = (),
    cells: Collection[str] = (),
) -> Route | None:
    """The shortest way by which two bundles move together given some modifiers; None where they are separated.

    Arguments as in :func:`separated`.
    """
    chosen = modifiers_named(design, given)
    celled = in_cells(design, level, chosen, modifiers_named(design, cells))
    left, right, fixed = in_graph(design, level, celled, frozenset(one), frozenset(other), chosen)
    graph = heterogeneity(design, level, celled)
    if left & right:
        shared = min(left & right, key=str)
        return Route((shared,), f"{_name(shared)} on both sides")
    nodes = _active(graph, left, right, fixed)
    return Route(nodes, _worded(graph, nodes, fixed)) if nodes else None


def _active(
    graph: nx.DiGraph[Heterogeneous], left: Nodes, right: Nodes, fixed: frozenset[str]
) -> tuple[Heterogeneous, ...]:
    """The shortest active way from one set to another, by breadth-first search over nodes and how they were reached.

    A chain or fork is open where its middle is not held fixed, a collider where it or what follows from it is.
    """
    opened = fixed.union(*(nx.ancestors(graph, name) for name in fixed))
    waiting: deque[tuple[Heterogeneous, bool, tuple[Heterogeneous, ...]]] = deque(
        (node, True, (node,))
        for node in graph
        if node in left and (isinstance(node, str) or graph.pred[node])
    )
    seen = {(node, True) for node, *_ in waiting}
    while waiting:
        node, from_below, way = waiting.popleft()
        if node in right:
            return way
        up = graph.pred[node] if (node not in fixed if from_below else node in opened) else ()
        down = graph.adj[node] if node not in fixed else ()
        for onward, below in (*((n, True) for n in up), *((n, False) for n in down)):
            if (onward, below) not in seen:
                seen.add((onward, below))
                waiting.append((onward, below, (*way, onward)))
    return ()


def _worded(graph: nx.DiGraph[Heterogeneous], nodes: tuple[Heterogeneous, ...], fixed: frozenset[str]) -> str:
    """A way in words: from each of its tops down to both sides, and what is held fixed where two of them meet."""
    arms: list[list[Heterogeneous]] = [[nodes[0]]]
    rising = True
    for before, node in pairwise(nodes):
        up = graph.has_edge(node, before)
        if up != rising:
            arms.append([before])
            rising = up
        arms[-1].append(node)
    written_arms = [
        _arm(arm if graph.has_edge(arm[0], arm[1]) else arm[::-1]) for arm in arms if len(arm) > 1
    ]
    meeting = [arm[-1] for at, arm in enumerate(arms) if at % 2 and at + 1 < len(arms)]
    held = [name for name in fixed if any(name == m or name in nx.descendants(graph, m) for m in meeting)]
    names = sorted(name for name in held if name != SELECTED)
    given = f", with {' and '.join(names)} held fixed" if names else ""
    given += f", among {SELECTED}" if SELECTED in held else ""
    return f"{' and '.join(written_arms)}{given}"


def _arm(nodes: list[Heterogeneous]) -> str:
    """Modifiers down to another, or to a coefficient."""
    words = _name(nodes[0])
    for node in nodes[1:]:
        words += f" {'->' if isinstance(node, str) else '=>'} {_name(node)}"
    return words


def _name(node: Heterogeneous) -> str:
    return node if isinstance(node, str) else written(node)
