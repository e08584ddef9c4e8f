"""A world under construction: persons by site, and effects from one node to all others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from math import lcm, prod

from identcheck.basics.once import once
from identcheck.decide.conditions.declared import Ends
from identcheck.decide.estimands import Target
from identcheck.decide.population import Population
from identcheck.decide.population.linear import average
from identcheck.decide.population.sites import Site
from identcheck.derive.paths import edges_of
from identcheck.describe.design import Design
from identcheck.errors.limits import WITNESS_SITES

__all__ = ["Edge", "Values", "World"]

Edge = tuple[str, str]
Values = dict[Edge, Fraction]


class World:
    """Sites of persons, each person a value for every edge; sites count equally.

    Attributes:
        design: the design.
        sites: the persons of each site.
        unequal: by site, what the arms differ by in a node for the sake of a common cause, by (arm, node); as in ``Site``.
    """

    def __init__(self, design: Design, sites: list[list[Values]]) -> None:
        self.design = design
        self.sites = sites
        self.unequal: list[dict[Edge, Fraction | tuple[Fraction, ...]]] = [{} for _ in sites]

    @cached_property
    def parents(self) -> dict[str, tuple[str, ...]]:
        """Of each mediator and the outcome, in topological order."""
        graph = self.design.causal
        return {n: tuple(graph.predecessors(n)) for n in (*self.design.mediators, self.design.outcome)}

    @once
    def flow(self, site: int, person: int, start: str, avoiding: frozenset[str]) -> dict[str, Fraction]:
        """A person's effect of one node on every other, over the paths that avoid inner nodes: theory, equation (6.1)."""
        values = self.sites[site][person]
        reach = {start: Fraction(1)}
        for node, parents in self.parents.items():
            parts = [
                reach[p] * values[p, node]
                for p in parents
                if p in reach and (p == start or p not in avoiding)
            ]
            if parts and node != start:
                reach[node] = sum(parts, Fraction(0))
        return reach

    def effect(self, site: int, person: int, u: str, v: str, avoiding: frozenset[str]) -> Fraction:
        """A person's effect of u on v avoiding nodes."""
        return self.flow(site, person, u, avoiding - {u, v}).get(v, Fraction(0))

    @once
    def mean_effect(self, site: int, u: str, v: str, avoiding: frozenset[str] = frozenset()) -> Fraction:
        """The site average of it."""
        return average([self.effect(site, i, u, v, avoiding) for i in range(len(self.sites[site]))])

    def gain(self, site: int, person: int, edge: Edge, ends: Ends) -> Fraction:
        """How much the person's effect between two ends grows with the coefficient of an edge."""
        (p, v), (u, end, avoiding) = edge, ends
        if p == end or (p in avoiding and p != u) or (v in avoiding and v != end):
            return Fraction(0)
        order = self.design.order
        if order[p] < order[u] or order[end] < order[v]:
            return Fraction(0)
        banned = avoiding - {u, end}
        into = self.flow(site, person, u, banned).get(p)
        return into * self.flow(site, person, v, banned).get(end, Fraction(0)) if into else Fraction(0)

    def target_gain(self, site: int, person: int, edge: Edge, target: Target) -> Fraction:
        """How much the person's value of the estimand grows with the coefficient of an edge."""
        if target.route is None:
            return self.gain(site, person, edge, (target.source, target.target, target.avoiding))
        along = edges_of(target.route)
        if edge not in along:
            return Fraction(0)
        values = self.sites[site][person]
        return prod((values[e] for e in along if e != edge), start=Fraction(1))

    def moved(self, change: dict[tuple[int, int, Edge], Fraction]) -> World:
        """The world with some coefficients changed by the given amounts."""
        sites = [[dict(person) for person in site] for site in self.sites]
        for (s, i, edge), amount in change.items():
            sites[s][i][edge] += amount
        return World(self.design, sites)

    @cached_property
    def kinds(self) -> Population:
        """The sites as a population of their own, each once."""
        return Population(self.design, map(Site, self.sites))

    @property
    def divides(self) -> bool:
        """Whether the design's sites can be as many of each kind, so that kinds count equally where sites do."""
        return max(self.design.sites or 1, len(self.sites)) % len(self.sites) == 0

    @once
    def population(self, each_once: bool = False) -> Population:
        """The same as a population; a design with more sites than the world has repeats them.

        What is repeated shares one weight, so that the sites of the world go on counting equally; ``each_once`` makes every
        site count once instead, however many are alike. Of many sites those that are alike stand together.
        """
        kinds = len(self.sites)
        count = max(self.design.sites or kinds, kinds)
        repeats = [(count - s + kinds - 1) // kinds for s in range(kinds)]
        shares = repeats if each_once else [1] * kinds
        whole = [Site(*kind) for kind in zip(self.sites, shares, self.unequal, repeats, strict=True)]
        if count <= WITNESS_SITES.most:
            weights = [1 if each_once else lcm(*repeats) // number for number in repeats]
            whole = [replace(whole[s % kinds], weight=weights[s % kinds], number=1) for s in range(count)]
        return Population(self.design, whole)

    @classmethod
    def of_means(cls, design: Design, sites: Iterable[Values]) -> World:
        """One person a site."""
        return cls(design, [[values] for values in sites])
