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

__all__ = ["Reach", "Routes", "bits", "routes_of"]

Kept = TypeVar("Kept")
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
        self.varying = {
            level: _mask(i for i, edge in enumerate(self.edges) if design.varies(*edge) in allowed)
            for level, allowed in LEVELS.items()
        }
        self.first_edge = list(itertools.accumulate((x.bit_count() for x in self.after), initial=0))
        self.whole: dict[tuple[int, int], int] = {}
        self.part: dict[tuple[int, int, int], int] = {}
        self.answers: dict[tuple[str, int, int, int], object] = {}

    @cached_property
    def edge_number(self) -> dict[tuple[str, str], int]:
        """The number of each edge."""
        return {edge: i for i, edge in enumerate(self.edges)}

    def between(self, u: str, v: str, avoiding: Iterable[str]) -> int:
        """The nodes on a directed path u to v whose inner nodes are not banned; empty without one."""
        return self._between(self.number[u], self.number[v], avoiding)

    def answer(
        self,
        question: str,
        u: str,
        v: str,
        avoiding: Iterable[str],
        work_out: Callable[[Routes, int, int, int], Kept],
    ) -> Kept:
        """What a function says of two nodes and the set between them, worked out once."""
        start, end = self.number[u], self.number[v]
        key = (question, start, end, self._between(start, end, avoiding))
        try:
            found: Kept = self.answers[key]  # type: ignore[assignment]
        except KeyError:
            found = self.answers[key] = work_out(self, *key[1:])
        return found

    def _between(self, start: int, end: int, avoiding: Iterable[str]) -> int:
        try:
            whole = self.whole[start, end]
        except KeyError:
            whole = self.whole[start, end] = self._walk(start, end, 0)
        if not avoiding or not whole:
            return whole
        banned = 0
        for node in avoiding:
            place = self.number.get(node)
            if place is not None:
                banned |= 1 << place
        banned &= whole & ~(1 << start | 1 << end)
        if not banned:
            return whole
        key = (start, end, banned)
        try:
            return self.part[key]
        except KeyError:
            found = self.part[key] = self._walk(*key)
            return found

    def _walk(self, start: int, end: int, banned: int) -> int:
        if start >= end:
            return (start == end) << start
        usable = ((2 << end) - 1) & ~banned
        ahead = waiting = 1 << start
        while waiting:
            low = waiting & -waiting
            new = self.after[low.bit_length() - 1] & usable & ~ahead
            ahead |= new
            waiting ^= low | new
        if not ahead >> end & 1:
            return 0
        found = waiting = 1 << end
        while waiting:
            high = waiting.bit_length() - 1
            new = self.before[high] & ahead & ~found
            found |= new
            waiting ^= 1 << high | new
        return found

    def onward(self, u: str, avoiding: Iterable[str] = ()) -> Reach:
        """The nodes that a node leads to without passing through the given ones."""
        return Reach(self.after, self.number[u], self.mask(avoiding))

    def back(self, v: str, avoiding: Iterable[str] = ()) -> Reach:
        """The nodes that lead to a node without passing through the given ones."""
        return Reach(self.before, self.number[v], self.mask(avoiding))

    def mask(self, nodes: Iterable[str]) -> int:
        """A set of nodes as a number; those that are not on the causal graph are left out."""
        return _mask(place for node in nodes if (place := self.number.get(node)) is not None)

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
        return frozenset(self.nodes[i] for i in bits(inside & ~(1 << start | 1 << end)))

    def edges_inside(self, _start: int, _end: int, inside: int) -> int:
        """The edges with both ends in a set."""
        found = 0
        for i in bits(inside):
            places = list(bits(self.after[i]))
            for place, j in enumerate(places, self.first_edge[i]):
                found |= (inside >> j & 1) << place
        return found


class Reach:
    """The nodes that one node leads to, or that lead to it, on ways whose inner nodes are not shut.

    Shut nodes are found as ends of ways, and may be opened one after another; each arrow is followed once in all.
    """

    def __init__(self, steps: Sequence[int], start: int, shut: int) -> None:
        self.steps = steps
        self.shut = shut
        self.found = 0
        self._spread(steps[start])

    def open(self, place: int) -> None:
        """Let ways pass through a node that was shut."""
        self.shut &= ~(1 << place)
        if self.found >> place & 1:
            self._spread(self.steps[place])

    def _spread(self, new: int) -> None:
        waiting = new & ~self.found
        self.found |= waiting
        while waiting:
            low = waiting & -waiting
            waiting ^= low
            if not low & self.shut:
                fresh = self.steps[low.bit_length() - 1] & ~self.found
                self.found |= fresh
                waiting |= fresh


def routes_of(design: Design) -> Routes:
    """The routes of a design, numbered when first asked for."""
    try:
        found: Routes = design.__dict__["_kept"]["routes"][None]
    except KeyError:
        found = kept_with(design, "routes")[None] = Routes(design)
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
