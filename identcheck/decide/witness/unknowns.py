"""Unknown changes of the coefficients of some arrows, and how what two worlds share moves with each of them.

Every path passes a node at most once, so with all other coefficients fixed each contrast, each within-site
covariance, each site mean of an effect and the estimand are linear in the coefficients of the edges into one
node, or out of it (theory, equation (12.2)): a row of one number for each unknown, here by its place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain, repeat
from math import lcm

from identcheck.basics.once import once
from identcheck.decide.conditions.declared import Ends
from identcheck.decide.estimands import Target
from identcheck.decide.population.linear import Number, deviations
from identcheck.decide.witness.ties import Ties
from identcheck.decide.witness.world import ByCause, Edge, World

__all__ = ["LEVELS", "Cell", "Row", "Unknowns", "added"]

LEVELS = ("none", "sites", "persons")
Cell = tuple[int, int, Edge]
Row = dict[int, Number]


@dataclass(frozen=True, eq=False)
class Unknowns:
    """The unknown changes of coefficients of which a path has one at most.

    Attributes:
        world: the world that is shifted.
        edges: the arrows that move.
        freedom: what may differ between sites or persons in a change: arrows from mediators, arrows from arms.
        ties: what the declarations that hold in the world tie together.
    """

    world: World
    edges: tuple[Edge, ...]
    freedom: tuple[str, str]
    ties: Ties

    @cached_property
    def levels(self) -> dict[Edge, int]:
        """By arrow, whether its changes may differ between sites, or between persons."""
        design = self.world.design
        wanted = {edge: self.freedom[edge[0] in design.treatments] for edge in self.edges}
        levels = {
            edge: min(LEVELS.index(level), LEVELS.index(design.varies(*edge)))
            for edge, level in wanted.items()
        }
        for most, name in enumerate(LEVELS[1:]):
            for edge in self.ties.held(name, [edge for edge, level in levels.items() if level > most]):
                levels[edge] = most
        return levels

    @cached_property
    def places(self) -> dict[Edge, list[list[int]]]:
        """By edge, site and person, which unknown moves the coefficient."""
        found: dict[Edge, list[list[int]]] = {}
        before = 0
        for edge, level in self.levels.items():
            if level and self.world.by is not None and edge[0] not in self.world.design.treatments:
                found[edge] = self._by_cause(self.world.by, edge, before, level)
                before = 1 + max(chain(*found[edge]))
                continue
            sites = self.ties.site_classes(edge, self.edges) if level else [0] * len(self.world.sites)
            persons = self._person_keys(edge) if level > 1 else repeat(0)
            labels = [
                [(group, next(persons)) for _ in site]
                for group, site in zip(sites, self.world.sites, strict=True)
            ]
            numbers = {label: before + i for i, label in enumerate(dict.fromkeys(chain(*labels)))}
            found[edge] = [[numbers[label] for label in site] for site in labels]
            before += len(numbers)
        return found

    @staticmethod
    def _by_cause(by: ByCause, edge: Edge, before: int, level: int) -> list[list[int]]:
        """One unknown for each value of the cause that moves an arrow; one for all of an arrow that it does not move."""
        values = sorted({value for site in by.values for value in site})
        alone = edge in by.arrows and (level > 1 or all(len({*site}) == 1 for site in by.values))
        return [[before + (values.index(value) if alone else 0) for value in site] for site in by.values]

    @cached_property
    def cells(self) -> dict[Cell, int]:
        """The same, cell by cell."""
        return {
            (s, i, edge): place
            for edge, sites in self.places.items()
            for s, site in enumerate(sites)
            for i, place in enumerate(site)
        }

    def _person_keys(self, edge: Edge) -> Iterator[int]:
        """By person, in order: the place in the site of the first one that has to move with them."""
        starts = [s for s, site in enumerate(self.world.sites) for _ in site]
        before = list(accumulate(map(len, self.world.sites), initial=0))
        for place, number in zip(starts, self.ties.person_classes(edge, self.edges), strict=True):
            yield number - before[place]

    @cached_property
    def told_by(self) -> tuple[tuple[Edge, str], ...]:
        """What tells shifts apart."""
        return tuple((edge, repr(places)) for edge, places in self.places.items())

    @cached_property
    def width(self) -> int:
        """How many unknowns there are."""
        return 1 + max((x for sites in self.places.values() for x in chain(*sites)), default=-1)

    @cached_property
    def _heavy(self) -> list[int]:
        """By site, what a sum over its persons is multiplied by to count as much as in the others."""
        counts = [len(site) for site in self.world.sites]
        return [lcm(*counts) // count for count in counts]

    def mean_rows(self, ends: Ends) -> list[Row]:
        """The site means of an effect; none where they move alike in all sites."""
        rows = [self.mean_row(s, ends) for s in range(len(self.world.sites))]
        return rows if any(row != rows[0] for row in rows) else []

    @once
    def mean_row(self, site: int, ends: Ends) -> Row:
        """The site mean of an effect, times a number that is the same for all sites."""
        row: Row = defaultdict(int)
        for i in range(len(self.world.sites[site])):
            for edge, gain in self.world.gains(site, i, self.edges, ends):
                row[self.places[edge][site][i]] += self._heavy[site] * gain
        return row

    def edge_row(self, site: int, edge: Edge, factors: Sequence[Number] | None = None) -> Row:
        """The site mean of a coefficient, times a factor for each person."""
        row: Row = defaultdict(int)
        for i, place in enumerate(self.places[edge][site]):
            row[place] += self._heavy[site] * (factors[i] if factors else 1)
        return row

    def target_row(self, target: Target) -> Row:
        """How the estimand moves with each unknown: the slope l of theory, equation (12.2), up to a factor."""
        if target.route is None and target.last is None:
            (ends,) = target.stretches
            return added([self.mean_row(s, ends) for s in range(len(self.world.sites))])
        row: Row = defaultdict(int)
        for (s, i, edge), place in self.cells.items():
            row[place] += self._heavy[s] * self.world.target_gain(s, i, edge, target)
        return row

    def covariance_row(self, site: int, one: Ends, other: Ends) -> Row:
        """The covariance within a site of two effects, of which at most one has one of these edges."""
        row: Row = defaultdict(int)
        persons = range(len(self.world.sites[site]))
        for fixed, moving in ((one, other), (other, one)):
            for i, apart in enumerate(deviations([self.world.effect(site, i, *fixed) for i in persons])):
                for edge, gain in self.world.gains(site, i, self.edges, moving) if apart else ():
                    row[self.places[edge][site][i]] += self._heavy[site] ** 2 * apart * gain
        return row


def added(rows: Sequence[Row], factor: Number = 1) -> Row:
    """Some rows together, times a factor."""
    total: Row = defaultdict(int)
    for row in rows:
        for place, value in row.items():
            total[place] += factor * value
    return total
