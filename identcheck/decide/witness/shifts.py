"""Shifting the coefficients into one node, or out of one, so that nothing observed and nothing granted changes.

Every path passes a node at most once, so with all other coefficients fixed each contrast, each within-site
covariance, each site mean of an effect and the estimand are linear in the coefficients of the edges into one
node, or out of it (theory, equation (12.2)). The changes that leave the contrasts and the granted conditions as they
are form a linear space; a change in it that moves the estimand makes the second world.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, singledispatch
from itertools import accumulate, chain, repeat
from math import lcm

from identcheck.basics.once import kept_with, once
from identcheck.decide.conditions import (
    Assigned,
    Between,
    Bypass,
    Condition,
    Cut,
    Product,
    Rank,
    Shared,
    Within,
    unknown_kind,
)
from identcheck.decide.conditions.declared import Ends
from identcheck.decide.estimands import Target
from identcheck.decide.population.linear import Echelon, Number, average, deviations
from identcheck.decide.witness.ties import Ties
from identcheck.decide.witness.world import Edge, World
from identcheck.derive.paths import edges_between, edges_of
from identcheck.describe.design import Design

__all__ = ["shifts"]

LEVELS = ("none", "sites", "persons")
FREEDOMS = (
    ("none", "none"),
    ("none", "sites"),
    ("sites", "none"),
    ("sites", "sites"),
    ("persons", "persons"),
)
"""What may differ between sites or persons in a shift: arrows from mediators, arrows from arms; the plainest first."""

MOST_CHANGES = 3
"""So many changes are tried where something is declared, which is not all linear."""

AMOUNTS = (1, 2)
"""The amounts of a change; one of the two leaves a covariance that is not zero as such."""

MANY_ARROWS = 8
"""Where more arrows than this change together, all free changes at once are preferred: the pair serves most effects."""

Cell = tuple[int, int, Edge]
Row = dict[int, Number]


def shifts(world: World, target: Target, conditions: tuple[Condition, ...], steady: bool) -> Iterator[World]:
    """Worlds with the same contrasts and granted conditions but another estimand, the plainest first.

    Args:
        world: the first world.
        target: the estimand.
        conditions: what both are to meet.
        steady: whether arrows from mediators are to change by the same amount in all sites.
    """
    design = world.design
    beyond = [n for n in (*design.mediators, design.outcome) if n in target.inner or n == target.target]
    graph = design.causal
    stars = [tuple(graph.in_edges(node)) for node in beyond]
    if design.unobserved:  # where everything is measured, what leaves a node is known by what enters the next
        stars += [
            tuple(graph.out_edges(n)) for n in graph if n in design.treatments or n in design.unobserved
        ]
    aims = {*_aims(design, target)}
    known, ties = kept_with(world, "shifts"), _ties(world)
    seen: set[tuple[tuple[Edge, str], ...]] = set()
    for freedom in FREEDOMS:
        if (steady and freedom[0] != "none") or ("persons" in freedom and len(world.sites[0]) == 1):
            continue
        for edges in stars:
            if aims.isdisjoint(edges):
                continue
            if (edges, freedom) not in known:
                known[edges, freedom] = _Shift(world, edges, freedom, ties)
            shift: _Shift = known[edges, freedom]
            if shift.unknowns not in seen:
                yield from (world.moved(change) for change in shift.find(target, conditions))
            seen.add(shift.unknowns)


def _aims(design: Design, target: Target) -> Sequence[Edge]:
    """The arrows on the paths of an estimand."""
    if target.route is not None:
        return edges_of(target.route)
    return edges_between(design, target.source, target.target, target.avoiding)


@once
def _ties(world: World) -> Ties:
    return Ties(world)


@dataclass(frozen=True, eq=False)
class _Shift:
    """The unknown changes of coefficients of which a path has one at most."""

    world: World
    edges: tuple[Edge, ...]
    freedom: tuple[str, str]
    ties: Ties

    @cached_property
    def _levels(self) -> dict[Edge, int]:
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
        for edge, level in self._levels.items():
            sites = self.ties.site_classes(edge) if level else [0] * len(self.world.sites)
            persons = self._person_keys(edge) if level > 1 else repeat(0)
            labels = [
                [(group, next(persons)) for _ in site]
                for group, site in zip(sites, self.world.sites, strict=True)
            ]
            numbers = {label: before + i for i, label in enumerate(dict.fromkeys(chain(*labels)))}
            found[edge] = [[numbers[label] for label in site] for site in labels]
            before += len(numbers)
        return found

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
        for place, number in zip(starts, self.ties.person_classes(edge), strict=True):
            yield number - before[place]

    @cached_property
    def unknowns(self) -> tuple[tuple[Edge, str], ...]:
        """What tells shifts apart."""
        return tuple((edge, repr(places)) for edge, places in self.places.items())

    @cached_property
    def width(self) -> int:
        return 1 + max((x for sites in self.places.values() for x in chain(*sites)), default=-1)

    def find(self, target: Target, conditions: tuple[Condition, ...]) -> Iterator[dict[Cell, Number]]:
        """The plainest change that moves the estimand and nothing else; a few more where something is declared."""
        aim = self._dense(self._target_row(target))
        if not any(aim) or self._observed.spans(aim):
            return
        free = self._free(conditions, aim)
        vectors = [v for v in free if sum(a * x for a, x in zip(aim, v, strict=True) if a and x)]
        if not vectors:
            return
        declared = self.world.design.declarations
        together = not declared and self._many and vectors[-1] is free[-1]
        plainest = [vectors[-1]] if together else sorted(vectors, key=_length)
        times = AMOUNTS if any(d.kind == "correlated" for d in declared) else AMOUNTS[:1]
        for vector in plainest[: MOST_CHANGES if declared else 1]:
            for factor in times:
                yield {cell: factor * vector[place] for cell, place in self.cells.items() if vector[place]}

    @property
    def _many(self) -> bool:
        return len(self.edges) > MANY_ARROWS

    def _free(self, conditions: tuple[Condition, ...], aim: Sequence[Number]) -> list[list[int]]:
        """The changes that leave contrasts and conditions as they are; none where none of them moves the aim.

        Where there are many, all of them together are another, which moves most that any of them moves.
        """
        known = kept_with(self, "free")
        if conditions not in known:
            form = self._observed.copy()
            for condition in conditions:
                if self._ask(form, condition) and form.spans(aim):
                    return []
            vectors = list(form.null_vectors())  # theory, equation (12.2): H x = 0
            if self._many and len(vectors) > 1:
                vectors.append([sum(column) for column in zip(*vectors, strict=True)])
            known[conditions] = vectors
        found: list[list[int]] = known[conditions]
        return found

    def _ask(self, form: Echelon, condition: Condition) -> bool:
        """Add what a condition asks; whether that is more than was asked before."""
        before = len(form.rows)
        for row in self._rows(condition):
            if len(form.rows) == self.width:
                break
            form.add(row)
        return len(form.rows) > before

    @once
    def _rows(self, condition: Condition) -> list[Row]:
        """What a condition asks, each row once."""
        rows = ({p: x for p, x in row.items() if x} for row in _rows_of(condition, self))
        return [*{frozenset(row.items()): row for row in rows if row}.values()]

    @cached_property
    def _observed(self) -> Echelon:
        """What contrasts and declarations ask of the unknowns."""
        asked = chain(self._observed_rows(), self._declared_rows())
        return Echelon(self.width, asked)

    def _dense(self, row: Row) -> list[Number]:
        return [row.get(place, 0) for place in range(self.width)]

    def _target_row(self, target: Target) -> Row:
        """How the estimand moves with each unknown: the slope l of theory, equation (12.2), up to a factor."""
        if target.route is None:
            ends = (target.source, target.target, target.avoiding)
            return _sum([self.mean_row(s, ends) for s in range(len(self.world.sites))])
        row: Row = defaultdict(int)
        for (s, i, edge), place in self.cells.items():
            row[place] += self._heavy[s] * self.world.target_gain(s, i, edge, target)
        return row

    def _observed_rows(self) -> Iterator[Row]:
        """The contrasts of every measured node from these edges on, in every site.

        Of a measured node's own edges, where everybody in a site is alike, those of later nodes are multiples of its own.
        """
        design, ends = self.world.design, {end for _, end in self.edges}
        first = min(map(design.order.__getitem__, ends))
        known = [n for n in (*design.observed_mediators, design.outcome) if design.order[n] >= first]
        if known[0] in ends and len(ends) == 1 and all(len(site) == 1 for site in self.world.sites):
            known = known[:1]
        for s in range(len(self.world.sites)):
            for arm in design.treatments:
                for end in known:
                    yield self.mean_row(s, (arm, end, frozenset()))

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

    def _declared_rows(self) -> Iterator[Row]:
        """The covariances that are zero by declaration, as far as one of the two arrows moves."""
        moved = {
            level: [e for e, most in self._levels.items() if most > k] for k, level in enumerate(LEVELS[1:])
        }
        sites = self.world.sites
        for pair in self.ties.uncorrelated("sites"):
            for edge, other in (pair, pair[::-1]):
                if edge in moved["sites"]:
                    apart = deviations([average([p[other] for p in site]) for site in sites])
                    yield _sum([_sum([self._edge_row(s, edge)], by) for s, by in enumerate(apart)])
        for pair in self.ties.uncorrelated("persons"):
            for edge, other in (pair, pair[::-1]):
                if edge in moved["persons"]:
                    each = (deviations([p[other] for p in site]) for site in sites)
                    yield from (self._edge_row(s, edge, apart) for s, apart in enumerate(each))

    def _edge_row(self, site: int, edge: Edge, factors: Sequence[Number] | None = None) -> Row:
        """The site mean of a coefficient, times a factor for each person."""
        row: Row = defaultdict(int)
        for i, place in enumerate(self.places[edge][site]):
            row[place] += self._heavy[site] * (factors[i] if factors else 1)
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


@singledispatch
def _rows_of(condition: Condition, _shift: _Shift) -> Iterator[Row]:
    """What a condition asks of the unknown changes."""
    unknown_kind(condition, "shifts")


@_rows_of.register(Assigned)
@_rows_of.register(Cut)
@_rows_of.register(Rank)
@_rows_of.register(Shared)
@_rows_of.register(Product)
def _no_rows(_condition: Condition, _shift: _Shift) -> Iterator[Row]:
    """Not linear in the changes, or not about coefficients: ``Witness.verify`` decides."""
    return iter(())


@_rows_of.register
def _within(condition: Within, shift: _Shift) -> Iterator[Row]:
    """Cov_s(Gamma_u, D_u) in every site, pooled in all of them together."""
    sites = shift.world.sites
    if all(len(site) == 1 for site in sites):
        return  # nobody differs from the others in a site
    for arm in condition.regression.arms:
        ends = (arm, condition.regressor, frozenset[str]()), condition.effect
        rows = [shift.covariance_row(s, *ends) for s in range(len(sites))]
        yield from [_sum(rows)] if condition.regression.pooled else rows


@_rows_of.register
def _between(condition: Between, shift: _Shift) -> Iterator[Row]:
    """E[d_us | r_W] = E[d_us], the compliances fixed; pooled, that they are uncorrelated."""
    if condition.regression.pooled:
        yield from _uncorrelated(condition, shift)
    elif not shift.world.kinds.differs(condition.shared) and (means := shift.mean_rows(condition.effect)):
        first, *others = shift.world.kinds.alike(condition.pairs)
        whole = _sum([means[s] for s in first])
        for members in others:  # their average less that of the first, times the numbers of both
            yield _sum([_sum([means[s] for s in members], len(first)), _sum([whole], -len(members))])


@_rows_of.register(Bypass)
def _uncorrelated(condition: Between | Bypass, shift: _Shift) -> Iterator[Row]:
    """Cov(r_us, x_s) with each compliance that the condition is about, these fixed."""
    means = shift.mean_rows(condition.effect)
    for arm, u in condition.pairs if means else ():
        apart = deviations([shift.world.mean_effect(s, arm, u) for s in range(len(means))])
        yield _sum([_sum([row], by) for row, by in zip(means, apart, strict=True)])


def _length(vector: Sequence[int]) -> tuple[int, int]:
    """How plain a change is: how many coefficients it moves, and how far."""
    return sum(map(bool, vector)), sum(map(abs, vector))


def _sum(rows: Sequence[Row], factor: Number = 1) -> Row:
    total: Row = defaultdict(int)
    for row in rows:
        for place, value in row.items():
            total[place] += factor * value
    return total
