"""The causal graph of a design by numbers, for quick answers about the routes through it.

Nodes and edges are numbered in topological order, and a set of them is the whole number with those bits.
What is asked of two nodes depends only on the set between them, so each such set is worked out once.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from identcheck.basics.once import kept_with

if TYPE_CHECKING:
    from identcheck.describe.design import Design

__all__ = ["Nodes", "Routes", "bits", "routes_of"]


Kept = TypeVar("Kept")
Nodes = Iterable[str] | int
"""Nodes by their names, or as a set in one number."""

LEVELS = {"persons": ("persons",), "sites": ("persons", "sites")}
"""At each level, within sites ("persons") or between ("sites"): which edges may vary there."""


class Routes:
    """The causal graph of one design by numbers, and what has been asked about it."""

    def __init__(self, design: Design) -> None:
        graph = design.causal
        self.nodes: Sequence[str] = tuple(graph)  # in topological order
        self.number = {node: i for i, node in enumerate(self.nodes)}
        self.after = [_mask(self.number[b] for b in graph.adj[a]) for a in self.nodes]
        self.before = [_mask(self.number[b] for b in graph.pred[a]) for a in self.nodes]
        self.edges = [(a, self.nodes[j]) for i, a in enumerate(self.nodes) for j in bits(self.after[i])]
        rules = [design.varies(*edge) for edge in self.edges]
        self.varying = {
            level: _mask(i for i, rule in enumerate(rules) if rule in allowed)
            for level, allowed in LEVELS.items()
        }
        self.first_edge = list(itertools.accumulate((x.bit_count() for x in self.after), initial=0))
        self.measured = self.mask(design.observed_mediators)
        self.arms = self.mask(design.treatments)
        places = range(len(self.nodes))
        self.down = _closures(self.after, reversed(places))  # each node itself, and all that it leads to
        self.up = _closures(self.before, places)
        self.fed = {
            self.number[q]: self.up[self.number[k]] | self.up[self.number[other]]
            for q, (k, other) in design.products.items()
        }
        self.part: dict[tuple[int, int, int], int] = {}
        self.answers: dict[tuple[str, int, int, int], object] = {}
        self.backward: dict[tuple[int, int], int] = {}
        self.most: dict[int, dict[int, int]] = {}

    @cached_property
    def edge_number(self) -> dict[tuple[str, str], int]:
        """The number of each edge."""
        return {edge: i for i, edge in enumerate(self.edges)}

    @cached_property
    def moving(self) -> dict[str, list[int]]:
        """At each level, and for each node, the nodes that an edge from it which varies there leads to."""
        found = {level: [0] * len(self.nodes) for level in LEVELS}
        for level, among in found.items():
            for i in bits(self.varying[level]):
                a, b = self.edges[i]
                among[self.number[a]] |= 1 << self.number[b]
        return found

    def between(self, u: str, v: str, avoiding: Nodes) -> int:
        """The nodes on a directed path u to v whose inner nodes are not banned; empty without one."""
        return self.inside(self.number[u], self.number[v], self.mask(avoiding) if avoiding else 0)

    def answer(
        self,
        question: str,
        u: str,
        v: str,
        avoiding: Nodes,
        work_out: Callable[[Routes, int, int, int], Kept],
    ) -> Kept:
        """What a function says of two nodes and the set between them, worked out once."""
        start, end = self.number[u], self.number[v]
        key = (question, start, end, self.inside(start, end, self.mask(avoiding) if avoiding else 0))
        try:
            found: Kept = self.answers[key]  # type: ignore[assignment]
        except KeyError:
            found = self.answers[key] = work_out(self, *key[1:])
        return found

    def inside(self, start: int, end: int, banned: int) -> int:
        """The nodes on a path between two nodes whose inner nodes are not banned; all by their numbers."""
        whole = self.down[start] & self.up[end]
        shut = banned & whole & ~(1 << start | 1 << end)
        if not shut:
            return whole
        key = (start, end, shut)
        try:
            return self.part[key]
        except KeyError:
            found = self.part[key] = self._walk(start, end, banned)
            return found

    def _walk(self, start: int, end: int, banned: int) -> int:
        usable = self.leading(end, banned)
        found = waiting = self.after[start] & usable
        while waiting:
            low = waiting & -waiting
            new = self.after[low.bit_length() - 1] & usable & ~found
            found |= new
            waiting ^= low | new
        return found and found | 1 << start

    def leading(self, end: int, banned: int) -> int:
        """A node, and the nodes that are not banned from which a way leads to it that passes no banned one."""
        shut = banned & self.up[end] & ~(1 << end)
        return self.back(end, shut) & ~shut | 1 << end if shut else self.up[end]

    def onward(self, start: int, shut: int) -> int:
        """The nodes that a node leads to on ways whose inner nodes are not shut."""
        shut &= self.down[start] & ~(1 << start)
        return _spread(self.after, start, shut) if shut else self.down[start] ^ 1 << start

    def back(self, end: int, shut: int) -> int:
        """The nodes that lead to a node on ways whose inner nodes are not shut."""
        shut &= self.up[end] & ~(1 << end)
        if not shut:
            return self.up[end] ^ 1 << end
        try:
            return self.backward[end, shut]
        except KeyError:
            found = self.backward[end, shut] = _spread(self.before, end, shut)
            return found

    def mask(self, nodes: Nodes) -> int:
        """A set of nodes as a number; those that are not on the causal graph are left out."""
        if isinstance(nodes, int):
            return nodes
        return _mask(place for node in nodes if (place := self.number.get(node)) is not None)

    def named(self, nodes: int) -> tuple[str, ...]:
        """The names of a set of nodes, in topological order."""
        return tuple(self.nodes[i] for i in bits(nodes))

    def edge(self, start: int, end: int) -> int:
        """The number of an edge."""
        return self.first_edge[start] + (self.after[start] & (1 << end) - 1).bit_count()

    def count(self, start: int, end: int, inside: int) -> int:
        """How many paths lead from start to end through a set, by dynamic programming."""
        counts = dict.fromkeys(bits(inside), 0)
        if counts:
            counts[start] = 1
        for i in counts:
            for j in bits(self.after[i] & inside):
                counts[j] += counts[i]
        return counts.get(end, 0)

    def inner(self, start: int, end: int, inside: int) -> frozenset[str]:
        """The nodes of a set but its ends."""
        return frozenset(self.named(inside & ~(1 << start | 1 << end)))

    def edges_inside(self, _start: int, _end: int, inside: int) -> int:
        """The edges with both ends in a set."""
        found = 0
        for i in bits(inside):
            ends = self.after[i]
            if ends & inside == ends:
                found |= (1 << ends.bit_count()) - 1 << self.first_edge[i]
                continue
            for place, j in enumerate(bits(ends), self.first_edge[i]):
                found |= (inside >> j & 1) << place
        return found

    def shared(self, starts: int, leading: int, upstream: int, downstream: int) -> int:
        """Edges on ways on from the starts, and on ways from downstream to upstream nodes too, that vary between sites."""
        also = leading & upstream
        found, on, waiting = 0, starts, starts if also else 0
        while waiting:
            low = waiting & -waiting
            node = low.bit_length() - 1
            new = self.after[node] & leading & ~on
            on |= new
            waiting ^= low | new
            if low & downstream:
                for other in bits(self.moving["sites"][node] & also):
                    found |= 1 << self.edge(node, other)
        return found

    def feeding(self, start: int, end: int, inside: int) -> int:
        """The edges with both ends in a set, and those that the contrast of a product at its end is made of.

        The contrast of a product contains those of its factors, and so every arrow above them (theory section 15).
        """
        above = self.edges_inside(start, end, inside)
        if inside and end in self.fed:
            above |= self.edges_inside(start, end, self.fed[end] & self.down[start])
        return above

    def most_varying(self, start: int, end: int, inside: int) -> int:
        """The most edges that vary within sites on one path from start to end through a set."""
        if inside == self.down[start] & self.up[end]:  # all ways, so that one pass serves every start
            if end not in self.most:
                self.most[end] = self._most_varying(end, self.up[end])
            return self.most[end].get(start, 0)
        return self._most_varying(end, inside).get(start, 0)

    def _most_varying(self, end: int, inside: int) -> dict[int, int]:
        """The same from every node of a set all of whose nodes lead to the end."""
        moving, most = self.moving["persons"], {end: 0}
        for i in reversed(list(bits(inside & ~(1 << end)))):
            most[i] = max(most[j] + (moving[i] >> j & 1) for j in bits(self.after[i] & inside))
        return most

    def varies(self, level: str, inside: int) -> bool:
        """Whether an edge with both ends in a set varies at a level."""
        moving = self.moving[level]
        return any(moving[i] & inside for i in bits(inside))


def routes_of(design: Design) -> Routes:
    """The routes of a design, numbered when first asked for."""
    try:
        found: Routes = design.__dict__["_kept"]["routes"][None]
    except KeyError:
        found = kept_with(design, "routes")[None] = Routes(design)
    return found


def _closures(steps: Sequence[int], order: Iterable[int]) -> list[int]:
    """For each node itself and all nodes that steps lead to from it; each node in the order follows those."""
    found = [0] * len(steps)
    for node in order:
        whole = 1 << node
        for i in bits(steps[node]):
            whole |= found[i]
        found[node] = whole
    return found


def _spread(steps: Sequence[int], start: int, shut: int) -> int:
    """The nodes that steps lead to from a node, those that are shut found but not passed."""
    found = steps[start]
    waiting = found & ~shut
    while waiting:
        low = waiting & -waiting
        new = steps[low.bit_length() - 1] & ~found
        found |= new
        waiting = waiting & ~low | new & ~shut
    return found


def _mask(places: Iterable[int]) -> int:
    mask = 0
    for place in places:
        mask |= 1 << place
    return mask


def bits(mask: int) -> Iterator[int]:
    """The places of the set bits, ascending."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
