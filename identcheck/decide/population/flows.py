"""Effects of every node on all others, person by person, worked out once for all that is asked of these persons."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from identcheck.basics.once import once
from identcheck.decide.population.linear import Number, average
from identcheck.derive.paths import Edge, numbered
from identcheck.describe.design import Design
from identcheck.symbols.names import Effect

__all__ = ["Flows", "Values"]

Values = dict[Edge, Number]
"""A person's coefficient of every edge."""

NOWHERE = 1 << 30


class Flows:
    """Path sums of persons.

    Attributes:
        design: whose edges the coefficients are for.
        persons: by site, each person's coefficients.
        like: other persons, as many in as many sites, from whom these differ in a few arrows alone.
        differing: these arrows.
        moved: the same, as a set in one number.
    """

    def __init__(
        self, design: Design, persons: Sequence[Sequence[Values]], like: Flows | None = None
    ) -> None:
        self.design = design
        self.persons = persons
        self.arrows = _arrows(design)
        self.like = like
        self.differing = frozenset[Edge]() if like is None else self._differing(like)
        self.moved = numbered(design, self.differing)
        order = design.order
        self._last = max((order[a] for a, _ in self.differing), default=-1)
        self._first = min((order[b] for _, b in self.differing), default=NOWHERE)

    def _differing(self, like: Flows) -> frozenset[Edge]:
        each = zip(chain.from_iterable(self.persons), chain.from_iterable(like.persons), strict=True)
        return frozenset(e for a, b in each if a is not b for e, value in a.items() if b[e] != value)

    @once
    def flow(self, site: int, person: int, start: str, avoiding: frozenset[str]) -> dict[str, Number]:
        """A person's effect of one node on every other, over the paths that avoid inner nodes: theory, equation (6.1)."""
        order = self.design.order
        reach: dict[str, Number] = {start: 1}
        done = order[start]
        if self.like is not None and done < self._first:
            reach = self.like.before(site, person, start, self._first, avoiding)
            done = self._first - 1
        elif self.like is not None and done > self._last:
            return self.like.flow(site, person, start, avoiding)
        values = self.persons[site][person]
        shut = avoiding - {start}
        for node, arrows in self.arrows[max(0, done + 1 - len(self.design.treatments)) :]:
            parts = [reach[p] * values[e] for p, e in arrows if p in reach and p not in shut]
            if parts:
                reach[node] = sum(parts)
        return reach

    def before(
        self, site: int, person: int, start: str, place: int, avoiding: frozenset[str] = frozenset()
    ) -> dict[str, Number]:
        """The same on every node before a place in the order, to be gone on from."""
        order = self.design.order
        return {n: x for n, x in self.flow(site, person, start, avoiding).items() if order[n] < place}

    def effect(self, site: int, person: int, u: str, v: str, avoiding: frozenset[str]) -> Number:
        """A person's effect of u on v avoiding nodes."""
        return self.flow(site, person, u, avoiding - {u, v}).get(v, 0)

    @once
    def mean(self, site: int, u: str, v: str, avoiding: frozenset[str] = frozenset()) -> Number:
        """The site average of it."""
        return average([self.effect(site, i, u, v, avoiding) for i in range(len(self.persons[site]))])

    def effects(self, meaning: Effect, site: int) -> list[Number]:
        """An effect for each person of a site."""
        edge = meaning.source, meaning.target
        if meaning.avoiding is None:
            return [person[edge] for person in self.persons[site]]
        return [self.effect(site, i, *edge, meaning.avoiding) for i in range(len(self.persons[site]))]


@once
def _arrows(design: Design) -> list[tuple[str, list[tuple[str, Edge]]]]:
    """Of each mediator and the outcome, in topological order, where its arrows come from."""
    nodes = (*design.mediators, design.outcome)
    return [(node, [(p, (p, node)) for p in design.causal.predecessors(node)]) for node in nodes]
