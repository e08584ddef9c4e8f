"""Products of coefficients, the sums of their means that must vanish, and the order in which they are solved for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

from identcheck.describe.design import Design

__all__ = ["Edge", "Edges", "Monomial", "Term", "Tie", "Tied", "by_size", "is_normal", "reduced_sum"]

Edge = tuple[str, str]
Edges = frozenset[Edge]
Monomial = tuple[Edges, ...]  # sets of arrows, the mean of the product of each; several are multiplied


@dataclass(frozen=True)
class Term:
    """The mean of a product of coefficients, less the product of means that it is to equal."""

    constants: tuple[Edge, ...]
    whole: Monomial
    parts: Monomial


Tie = tuple[Term, ...]


@dataclass(frozen=True)
class Tied:
    """The products of coefficients that a matrix is made of, and what ties them.

    Attributes:
        design: the design.
        cells: for each arm and regressor the paths: constant arrows, and the product of those that vary.
        ties: sums that must vanish.
        vary: arrows that vary among the persons that the means are over.
        held: arrows whose mean is the same in all sites.
        pooled: whether means are over all persons of all sites, not over those of a site.
    """

    design: Design
    cells: dict[tuple[str, str], list[tuple[tuple[Edge, ...], Monomial]]]
    ties: tuple[Tie, ...]
    vary: Edges
    held: Edges
    pooled: bool

    @cached_property
    def steps(self) -> list[tuple[int, list[Edges], list[Tie]]]:
        """Node by node its place, the products that end there and the ties that ask something of these."""
        found: dict[int, tuple[set[Edges], list[Tie]]] = defaultdict(lambda: (set(), []))
        used = {m for paths in self.cells.values() for _, whole in paths for m in whole}
        for tie in self.ties:
            members = {m for term in tie for m in (*term.whole, *term.parts)}
            found[max(map(self._end, members))][1].append(tie)
            used |= members
        if is_normal(self.design, self.pooled):
            used |= {frozenset(some) for m in used for n in range(1, len(m)) for some in combinations(m, n)}
        for member in used:
            found[self._end(member)][0].add(member)
        return [(n, sorted(found[n][0], key=by_size), found[n][1]) for n in sorted(found)]

    def _end(self, member: Edges) -> int:
        return max(self.design.order[b] for _, b in member)

    @property
    def demanding(self) -> bool:
        """Whether anything ties the means of products along the paths."""
        cut = any(len(whole) > 1 for routes in self.cells.values() for _, whole in routes)
        return bool(cut or self.ties or self.held or is_normal(self.design, self.pooled))

    def stricter(self, node: int) -> Tied | None:
        """Where what ends at a node has no solution: what ends earlier is zero by itself; None if that is so already.

        Each sum is then cut in two. With many sums this may ask for a little more than is necessary.
        """
        ties: dict[Tie, None] = {}
        for tie in self.ties:
            last = [term for term in tie if max(map(self._end, (*term.whole, *term.parts))) >= node]
            rest = [term for term in tie if term not in last]
            ties.update((reduced_sum(some), None) for some in (last, rest) if some)
        return replace(self, ties=tuple(ties)) if ties.keys() != set(self.ties) else None


def reduced_sum(terms: Sequence[Term]) -> Tie:
    """The sum without what is a factor of all of it: none of it is zero."""
    sides = [side for term in terms for side in (term.whole, term.parts)]
    common = set(sides[0]).intersection(*sides[1:])
    steady = set(terms[0].constants).intersection(*(term.constants for term in terms))

    def rest(side: Monomial) -> Monomial:
        return tuple(member for member in side if member not in common)

    return tuple(
        Term(tuple(e for e in term.constants if e not in steady), rest(term.whole), rest(term.parts))
        for term in terms
    )


def by_size(edges: Edges) -> tuple[int, list[Edge]]:
    """The key by which sets of arrows are put in order, the smallest first."""
    return len(edges), sorted(edges)


def is_normal(design: Design, pooled: bool) -> bool:
    """Whether the coefficients of the persons of a site are declared jointly normal."""
    return not pooled and any(d.kind == "normal" and d.level == "persons" for d in design.declarations)
