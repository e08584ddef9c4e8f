"""Sites in general position, and the space their rows span; exact (theory section 12, "generic rank").

Coefficients are drawn from 2^60 elements of a prime field: a rank computed there can never exceed the
true one, and falls short of it with a probability below 1e-15; no tolerance is involved.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import mul
from random import Random

from identcheck.basics.once import kept_with
from identcheck.describe.design import Design

__all__ = ["BITS", "PRIME", "Sites", "Span", "sites_in_general_position"]

PRIME = (1 << 61) - 1
BITS = 60
"""A coefficient is 1 and this many random bits, less than the prime and never 0."""
MOST_DRAWS = 32  # kept for one design
Edge = tuple[str, str]


class Sites:
    """Sites in general position, drawn one after another as they are asked for.

    Each is the mean over persons who differ where edges may. Several persons matter where there are
    several arms: covariances within a site may then tell apart compliances whose means would be
    proportional.
    """

    def __init__(self, design: Design, held: frozenset[Edge], persons: int) -> None:
        self.arms = design.treatments
        self.persons = persons
        self.random = Random("identcheck")
        edges = list(design.causal.edges)
        rules = {e: design.varies(*e) for e in edges} | dict.fromkeys(held, "none")
        self.shared = {e: self._value() for e in edges if rules[e] == "none"}
        self.by_site = [e for e in edges if rules[e] == "sites"]
        self.by_person = [e for e in edges if rules[e] == "persons"]
        self.parents = [(m, list(design.causal.predecessors(m))) for m in design.mediators]
        self.drawn: list[dict[str, dict[str, int]]] = []

    def __getitem__(self, number: int) -> dict[str, dict[str, int]]:
        """The effect of each arm on each mediator in one site."""
        while len(self.drawn) <= number:
            self.drawn.append(self._draw())
        return self.drawn[number]

    def _draw(self) -> dict[str, dict[str, int]]:
        site = self.shared | {e: self._value() for e in self.by_site}
        sums: dict[str, dict[str, int]] = {arm: {} for arm in self.arms}
        for _ in range(self.persons):
            values = site | {e: self._value() for e in self.by_person}
            for arm, total in sums.items():
                reach = {arm: 1}
                for node, parents in self.parents:  # theory, equation (6.1), arrow by arrow
                    effect = sum(reach[p] * values[p, node] for p in parents if p in reach) % PRIME
                    if effect:
                        reach[node] = effect
                        total[node] = (total.get(node, 0) + effect) % PRIME
        scale = pow(self.persons, -1, PRIME)
        return {arm: {u: x * scale % PRIME for u, x in total.items()} for arm, total in sums.items()}

    def _value(self) -> int:
        return 1 + self.random.getrandbits(BITS)


def sites_in_general_position(design: Design, held: frozenset[Edge], persons: int) -> Sites:
    """The draws for a design, the same for every regression; those asked for long ago are dropped."""
    table = kept_with(design, "sites in general position")
    sites = table.pop((held, persons), None) or Sites(design, held, persons)
    while len(table) >= MOST_DRAWS:
        del table[next(iter(table))]
    table[held, persons] = sites
    return sites


class Span:
    """Row space over the prime field, in fully reduced echelon form (theory, equation (12.1)).

    Each row has a 1 at its pivot and zeros at the other pivots; only the rest is stored, in the order of
    ``free``, the columns that are no pivot. A unit vector lies in the space iff it is one of the rows.
    """

    def __init__(self, width: int) -> None:
        self.free = list(range(width))
        self.rows: dict[int, list[int]] = {}

    @property
    def rank(self) -> int:
        """The dimension of the space."""
        return len(self.rows)

    def copy(self) -> Span:
        """The same space, to which more can be added."""
        other = Span(0)
        other.free, other.rows = list(self.free), {pivot: list(row) for pivot, row in self.rows.items()}
        return other

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.free) + len(self.rows)

    def determines(self, place: int) -> bool:
        """Whether the unit vector of a column lies in the span."""
        return place in self.rows and not any(self.rows[place])

    def add(self, row: Sequence[int]) -> None:
        """Take in one more row."""
        factors = [row[pivot] for pivot in self.rows]
        below = list(zip(*self.rows.values(), strict=True)) or [()] * len(self.free)
        rest = [
            (row[j] - sum(map(mul, factors, column))) % PRIME
            for j, column in zip(self.free, below, strict=True)
        ]
        at = next((i for i, x in enumerate(rest) if x), None)
        if at is None:
            return
        inverse = pow(rest.pop(at), -1, PRIME)
        fresh = [x * inverse % PRIME for x in rest]
        for kept in self.rows.values():
            factor = kept.pop(at)
            if factor:
                kept[:] = [(x - factor * y) % PRIME for x, y in zip(kept, fresh, strict=True)]
        self.rows[self.free.pop(at)] = fresh
