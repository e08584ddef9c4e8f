"""How many conditions there are, counted without listing them: those of theory, equation (8.4).

A condition of the within-site ladder is a pair (S, R): S a nonempty set of arrows inside one path down to a
mediator, R one inside a path on from it. A set of arrows that lie on one path is a chain, each of which
leads to the next, so chains are counted arrow by arrow in topological order. Arrows whose coefficient is
the same for everyone in a site have no deviation and drop out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from identcheck.derive.paths import edge_set, edges_in
from identcheck.derive.routes import routes_of
from identcheck.describe.design import Design

__all__ = ["count_chains", "ladder_counts"]


def count_chains(
    design: Design, u: str, v: str, avoiding: Iterable[str] = (), level: str = "persons"
) -> dict[int, int]:
    """How many distinct sets of varying arrows lie on one common directed path from u to v, by their size.

    Args:
        design: the design; its ``varies`` matters.
        u: where the paths start.
        v: where they end.
        avoiding: inner nodes that the paths avoid.
        level: the arrows counted are those that may vary within sites ("persons") or between ("sites").

    Returns:
        For each size that occurs, from 1, the number of sets; empty where nothing varies.
    """
    return _chains(design, edge_set(design, u, v, avoiding), level)


def ladder_counts(
    design: Design,
    arms: Iterable[str],
    u: str,
    v: str,
    avoiding: Iterable[str] = (),
    level: str = "persons",
) -> dict[int, int]:
    """How many distinct pairs (S, R) there are, by their order: the arrows of S and R together.

    S is a nonempty set of varying arrows on one path from one of the arms to u, R on one path from u to v
    that avoids the given nodes. With several arms a set that lies on paths of two of them counts once.

    Returns:
        For each order that occurs, from 2, the number of pairs.
    """
    above = 0
    for arm in arms:
        above |= edge_set(design, arm, u)
    upstream = _chains(design, above, level)
    downstream = count_chains(design, u, v, avoiding, level)
    found: dict[int, int] = defaultdict(int)
    for more, many in upstream.items():
        for less, few in downstream.items():
            found[more + less] += many * few
    return dict(sorted(found.items()))


def _chains(design: Design, edges: int, level: str) -> dict[int, int]:
    """The chains of varying arrows within a set of arrows, by size; every arrow of it may be passed on the way."""
    moving = set(edges_in(design, edges & routes_of(design).varying[level]))
    ending: dict[str, dict[int, int]] = {}  # chains by the node where their last arrow ends
    upstream: dict[str, set[str]] = {}
    for node, entering in _by_end(design, edges).items():
        upstream[node] = {node}.union(*(upstream.get(a, {a}) for a, _ in entering))
        longer: dict[int, int] = defaultdict(int)
        for a, b in entering:
            if (a, b) in moving:
                longer[1] += 1
                for passed in upstream.get(a, ()):
                    for size, count in ending.get(passed, {}).items():
                        longer[size + 1] += count
        ending[node] = longer
    return _total(ending.values())


def _by_end(design: Design, edges: int) -> dict[str, list[tuple[str, str]]]:
    """The arrows by where they end, in topological order."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for edge in edges_in(design, edges):
        found[edge[1]].append(edge)
    return {node: found[node] for node in sorted(found, key=design.order.__getitem__)}


def _total(parts: Iterable[Mapping[int, int]]) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for part in parts:
        for size, count in part.items():
            found[size] += count
    return dict(sorted(found.items()))
