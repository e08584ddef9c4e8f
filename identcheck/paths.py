"""Directed paths of a design: effects as sums of path products (theory section 6).

Everything here is about the causal part of the graph: arms, mediators, outcome. Reachability and counts
are linear in the graph; enumeration is exponential and only done where a polynomial is asked for.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

import sympy

from identcheck.design import Design
from identcheck.errors import InvalidQuestionError

__all__ = [
    "check_nodes",
    "count_paths",
    "edges_between",
    "effect",
    "effect_symbol",
    "inner_nodes",
    "paths",
    "reaches",
]

Edge = tuple[str, str]


def effect(design: Design, u: str, v: str, avoiding: Iterable[str] = ()) -> sympy.Expr:
    """The person-specific effect of u on v: the sum over directed paths of the product of coefficients.

        effect(u, v) = sum over paths pi from u to v of prod over edges e in pi of A_e

    Args:
        design: the design.
        u: where the paths start.
        v: where they end.
        avoiding: drop the paths that pass through any of these nodes (u and v themselves do not count).

    Returns:
        A polynomial in the edge coefficients; 0 without a path, 1 where u is v.

    Raises:
        UnknownVariableError: for a name that is no node of the design.
        InvalidQuestionError: for a node fixed before treatment.

    Source: theory section 6; the paper's equations (1) and (9) are its cases.
    """
    banned = frozenset(avoiding)
    check_nodes(design, u, v, *banned)
    edge = design.notation.edge
    return sympy.Add(
        *(sympy.Mul(*(edge(*pair) for pair in edges_of(path))) for path in paths(design, u, v, banned))
    )


def check_nodes(design: Design, *nodes: str) -> None:
    """Raise for a name that is no node, or a node that treatment does not reach."""
    for node in nodes:
        if design.known(node) in design.baseline:
            raise InvalidQuestionError(
                [f"{node!r} is fixed before treatment, so the contrasts of arms say nothing of its effects"]
            )


def edges_of(path: tuple[str, ...]) -> list[Edge]:
    """The edges of a path given by its nodes."""
    return list(itertools.pairwise(path))


def paths(design: Design, u: str, v: str, avoiding: Iterable[str] = ()) -> Iterator[tuple[str, ...]]:
    """Every directed path from u to v that avoids the given inner nodes, in topological order."""
    usable = _between(design, u, v, frozenset(avoiding))
    order = design.order

    def walk(path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        if path[-1] == v:
            yield path
            return
        onward = [n for n in design.causal.successors(path[-1]) if n in usable]
        for node in sorted(onward, key=order.__getitem__):
            yield from walk((*path, node))

    if u in usable:
        yield from walk((u,))


def count_paths(design: Design, u: str, v: str, avoiding: Iterable[str] = ()) -> int:
    """How many directed paths lead from u to v avoiding the given inner nodes (dynamic programming)."""
    usable = _between(design, u, v, frozenset(avoiding))
    counts = {u: 1} if u in usable else {}
    for node in sorted(usable - {u}, key=design.order.__getitem__):
        counts[node] = sum(counts.get(parent, 0) for parent in design.causal.predecessors(node))
    return counts.get(v, 0)


def reaches(design: Design, u: str, v: str, avoiding: Iterable[str] = ()) -> bool:
    """Whether a directed path leads from u to v without passing through the given nodes."""
    return bool(_between(design, u, v, frozenset(avoiding)))


def inner_nodes(design: Design, u: str, v: str, avoiding: Iterable[str] = ()) -> frozenset[str]:
    """The nodes strictly between u and v on the directed paths that avoid the given nodes."""
    return _between(design, u, v, frozenset(avoiding)) - {u, v}


def edges_between(design: Design, u: str, v: str, avoiding: Iterable[str] = ()) -> tuple[Edge, ...]:
    """The edges that lie on a directed path from u to v avoiding the given nodes, in order."""
    usable = _between(design, u, v, frozenset(avoiding))
    order = design.order
    found = [(a, b) for a in usable if a != v for b in design.causal.successors(a) if b in usable and b != u]
    return tuple(sorted(found, key=lambda edge: (order[edge[0]], order[edge[1]])))


def effect_symbol(design: Design, u: str, v: str, avoiding: Iterable[str] = ()) -> sympy.Expr:
    """One symbol for the effect of u on v avoiding nodes; equal path sets give the same symbol.

    0 without a path, 1 where u is v, and the edge's own coefficient where only the edge survives.
    """
    banned = frozenset(avoiding) - {u, v}
    surviving = _between(design, u, v, banned)
    if not surviving:
        return sympy.Integer(0)
    if u == v:
        return sympy.Integer(1)
    inner = surviving - {u, v}
    if not inner:
        return design.notation.edge(u, v)
    dropped = inner_nodes(design, u, v) - inner
    return design.notation.effect(u, v, dropped)


@lru_cache(maxsize=100_000)
def _between(design: Design, u: str, v: str, banned: frozenset[str]) -> frozenset[str]:
    """The nodes on a directed path u to v whose inner nodes are not banned; empty without one."""
    if u == v:
        return frozenset({u})
    ahead = _walk(design.causal.adj, u, v, banned)
    if v not in ahead:
        return frozenset()
    return ahead & _walk(design.causal.pred, v, u, banned)


def _walk(
    neighbours: Mapping[str, Iterable[str]], start: str, stop: str, banned: frozenset[str]
) -> frozenset[str]:
    found = {start}
    stack = [start]
    while stack:
        for node in neighbours[stack.pop()]:
            if node not in found and (node == stop or node not in banned):
                found.add(node)
                if node != stop:
                    stack.append(node)
    return frozenset(found)
