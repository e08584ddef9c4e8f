"""What a shift of coefficients must leave as it is declared.

Independent sides stay so where each becomes a function of what it was, or of anything else that is independent of
the other side: cells that are alike in that move by the same amount. A covariance is linear in the coefficients of
one of its two arrows; the other then keeps its differences.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from functools import cached_property

from identcheck.basics.once import once
from identcheck.basics.options import LevelName
from identcheck.decide.population.declared import distribution, holds_in, independent_in, varying
from identcheck.decide.witness.world import World
from identcheck.derive.apart import Apart
from identcheck.derive.paths import edges_in, numbered
from identcheck.describe.declarations import Declaration, Edge

__all__ = ["Ties"]

NOTHING = Apart()


class Ties:
    """The declarations that hold in a world, and what is granted, as ties between the cells of a shift.

    Attributes:
        world: the world that is shifted.
        apart: which bundles of arrows are independent, as (vi) and (vii) are granted.
    """

    def __init__(self, world: World, apart: Apart = NOTHING) -> None:
        self.world = world
        self.apart = apart
        self._sites = world.kinds.sites

    @cached_property
    def obeyed(self) -> tuple[Declaration, ...]:
        """The declarations that hold in the world, normality and correlations apart."""
        return tuple(
            d
            for d in self.world.design.declarations
            if d.kind in ("independent", "uncorrelated") and holds_in(self._sites, d)
        )

    @once
    def uncorrelated(self, level: str) -> list[tuple[Edge, Edge]]:
        """The pairs with a covariance of zero at a level."""
        said = [d for d in self.obeyed if (d.kind, d.level) == ("uncorrelated", level)]
        return [(one, other) for d in said for one in d.left for other in d.right]

    def held(self, level: str, edges: Sequence[Edge]) -> set[Edge]:
        """Of every such pair among the edges, the one that keeps its differences: an arm's own arrow moves first."""
        arms = self.world.design.treatments
        return {
            max(pair, key=lambda edge: (edge[0] not in arms, edge))
            for pair in self.uncorrelated(level)
            if set(pair) <= set(edges)
        }

    @cached_property
    def _alike(self) -> dict[tuple[str, Edge], list[list[Hashable]]]:
        """By level and arrow, for each independence what the cells are told apart by."""
        found: dict[tuple[str, Edge], list[list[Hashable]]] = defaultdict(list)
        for declaration in self.obeyed:
            if declaration.kind == "independent":
                for own, side in self._grown(declaration):
                    for edge in own:
                        found[declaration.level, edge].append(self._told(declaration.level, side))
        return found

    def _grown(self, declaration: Declaration) -> list[tuple[frozenset[Edge], frozenset[Edge]]]:
        """Each side, and with it the arrows that are independent of the other together with it."""
        left, right = declaration.left, declaration.right
        others = sorted(set(self.world.design.causal.edges) - declaration.edges)
        for edge in others:
            if self._independent(left | {edge}, right, declaration.level):
                left |= {edge}
        for edge in others:
            if edge not in left and self._independent(left, right | {edge}, declaration.level):
                right |= {edge}
        return [(declaration.left, left), (declaration.right, right)]

    def _independent(self, left: frozenset[Edge], right: frozenset[Edge], level: LevelName) -> bool:
        return independent_in(self._sites, left, right, level)

    def _told(self, level: str, side: Iterable[Edge]) -> list[Hashable]:
        """By site, or for all persons of all sites in order, what the arrows of a side say."""
        chosen = sorted(side)
        if level == "sites":
            return [distribution(site, chosen) for site in self._sites]
        return [
            (s, *(person[e] for e in chosen)) for s, site in enumerate(self.world.sites) for person in site
        ]

    def _of_bundles(self, level: str, edge: Edge, moved: Iterable[Edge]) -> Iterator[list[Hashable]]:
        """For each bundle that the arrow is in, and that is to stay independent of another which varies or is moved."""
        if level not in self.apart.levels:
            return
        design = self.world.design
        own = numbered(design, [edge])
        other = varying(self.world.kinds, level) | numbered(design, moved)
        for two in self.apart.bundles(design, level, other):
            for here, there in (two, two[::-1]):
                if here & own and there:
                    yield self._told(level, edges_in(design, here))

    @once
    def site_classes(self, edge: Edge, moved: tuple[Edge, ...]) -> list[int]:
        """By site, the number of the first site that it has to move with, where some arrows are moved."""
        labels = (*self._alike["sites", edge], *self._of_bundles("sites", edge, moved))
        return _joined(len(self.world.sites), labels)

    @once
    def person_classes(self, edge: Edge, moved: tuple[Edge, ...]) -> list[int]:
        """The same for all persons of all sites, in order."""
        labels = (*self._alike["persons", edge], *self._of_bundles("persons", edge, moved))
        return _joined(sum(map(len, self.world.sites)), labels)


def _joined(count: int, labels: Iterable[Sequence[Hashable]]) -> list[int]:
    """The finest grouping in which items that are alike by any of the labels are together."""
    first = list(range(count))

    def root(item: int) -> int:
        while first[item] != item:
            item = first[item]
        return item

    for label in labels:
        seen: dict[Hashable, int] = {}
        for item, value in enumerate(label):
            one, other = root(item), root(seen.setdefault(value, item))
            first[max(one, other)] = min(one, other)
    return [root(item) for item in range(count)]
