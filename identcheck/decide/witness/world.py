"""A world under construction: persons by site, and effects from one node to all others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import repeat
from math import lcm, prod
from typing import NamedTuple, TypeAlias

from identcheck.basics.once import once
from identcheck.decide.conditions.declared import Ends
from identcheck.decide.estimands import Target
from identcheck.decide.population import Population
from identcheck.decide.population.flows import Flows, Values
from identcheck.decide.population.linear import Number, plain
from identcheck.decide.population.sites import Site, constancy_problems, site_problems
from identcheck.derive.paths import Edge, edges_of
from identcheck.describe.design import Design
from identcheck.errors import InvalidPopulationError
from identcheck.errors.limits import WITNESS_SITES

__all__ = ["Before", "ByCause", "Edge", "Level", "Values", "World"]

Level: TypeAlias = Mapping[str, Number]
Before: TypeAlias = tuple[tuple[Level, ...], ...]
"""Of each kind of site and person, the level of every factor of a product without treatment."""


class ByCause(NamedTuple):
    """A drawn cause that moves something in a world.

    Attributes:
        arrows: the arrows that it moves.
        values: its value for each person of each site.
    """

    arrows: frozenset[Edge]
    values: Sequence[Sequence[int]]


class World:
    """Sites of persons, each person a value for every edge; sites count equally.

    Attributes:
        design: the design.
        sites: the persons of each site.
        like: another world with as many persons, from which this differs in a few arrows, if any.
        unequal: by site, what the arms differ by in a node for the sake of a common cause, by (arm, node); as in ``Site``.
        before: where mediators interact and they are drawn, the levels without treatment; else they are to be found.
        by: which drawn cause moves something, where its values are said; else None.
    """

    def __init__(self, design: Design, sites: list[list[Values]], like: World | None = None) -> None:
        self.design = design
        self.sites = sites
        self.like = like
        self.unequal: list[dict[Edge, Number | tuple[Number, ...]]] = [{} for _ in sites]
        self.before: Before | None = None if like is None else like.before
        self.by: ByCause | None = None if like is None else like.by

    @cached_property
    def flows(self) -> Flows:
        """The path sums of its persons."""
        return Flows(self.design, self.sites, None if self.like is None else self.like.flows)

    @property
    def parents(self) -> Mapping[str, Sequence[str]]:
        """Of each mediator and the outcome, in topological order."""
        return parents_of(self.design)

    def effect(self, site: int, person: int, u: str, v: str, avoiding: frozenset[str]) -> Number:
        """A person's effect of u on v avoiding nodes."""
        return self.flows.effect(site, person, u, v, avoiding)

    def mean_effect(self, site: int, u: str, v: str, avoiding: frozenset[str] = frozenset()) -> Number:
        """The site average of it."""
        return self.flows.mean(site, u, v, avoiding)

    def gains(
        self, site: int, person: int, edges: Iterable[Edge], ends: Ends
    ) -> Iterator[tuple[Edge, Number]]:
        """How much the person's effect between two ends grows with the coefficients of edges, where it does."""
        u, end, avoiding = ends
        order, banned = self.design.order, avoiding - {u, end}
        into, on = self.flows.flow(site, person, u, banned), dict[str, Number]()
        for edge in edges:
            p, v = edge
            if into.get(p) and p != end and order[v] <= order[end] and p not in banned and v not in banned:
                if v not in on:
                    on[v] = self.flows.flow(site, person, v, banned).get(end, 0)
                if on[v]:
                    yield edge, into[p] * on[v]

    def target_gain(self, site: int, person: int, edge: Edge, target: Target) -> Number:
        """How much the person's value of the estimand grows with the coefficient of an edge."""
        if target.route is None:
            gains = ([*self.gains(site, person, [edge], ends)] for ends in target.stretches)
            return self._of_product(site, person, target, [found[0][1] if found else 0 for found in gains])
        along = edges_of(target.route)
        if edge not in along:
            return 0
        values = self.sites[site][person]
        return prod(values[e] for e in along if e != edge)

    def _of_product(self, site: int, person: int, target: Target, gains: Sequence[Number]) -> Number:
        """How much the product of some effects grows, of which at most one does."""
        if len(gains) == 1 or not any(gains):
            return gains[0]
        others = zip(target.stretches, gains, strict=True)
        return prod(gain or self.effect(site, person, *ends) for ends, gain in others)

    def moved(self, change: Mapping[tuple[int, int, Edge], Number]) -> World:
        """The world with some coefficients changed by the given amounts."""
        sites = [list(site) for site in self.sites]
        for s, i in {(s, i) for s, i, _ in change}:
            sites[s][i] = dict(sites[s][i])
        for (s, i, edge), amount in change.items():
            sites[s][i][edge] = plain(sites[s][i][edge] + amount)
        return World(self.design, sites, self)

    @cached_property
    def kinds(self) -> Population:
        """The sites as a population of their own, each once."""
        sites = [Site(*one) for one in zip(self.sites, repeat(1), self.unequal)]
        return self._known(sites, lambda like: like.kinds)

    @once
    def _shares(self) -> Population:
        """The same, each site as heavy as there are some of its kind in the design."""
        sites = [Site(*one) for one in zip(self.sites, self._repeats, self.unequal, strict=True)]
        return self._known(sites, World._shares)

    def _known(self, sites: list[Site], alike: Callable[[World], Population]) -> Population:
        return Population.known(
            self.design, sites, self.flows, like=None if self.like is None else alike(self.like)
        )

    @cached_property
    def _problems(self) -> list[str]:
        """Why its persons do not fit the design; like another's, only what differs from it is looked at."""
        if self.like is None or any(self.unequal):
            return site_problems(self.design, self.kinds.sites)
        return [*self.like._problems, *constancy_problems(self.design, self.sites, self.flows.differing)]

    @property
    def divides(self) -> bool:
        """Whether the design's sites can be as many of each kind, so that kinds count equally where sites do."""
        return len({*self._repeats}) == 1

    @property
    def _repeats(self) -> list[int]:
        """How many sites of the design are of each kind."""
        kinds = len(self.sites)
        count = max(self.design.sites or kinds, kinds)
        return [(count - s + kinds - 1) // kinds for s in range(kinds)]

    @once
    def population(self, each_once: bool = False) -> Population:
        """The same as a population; a design with more sites than the world has repeats them.

        What is repeated shares one weight, so that the sites of the world go on counting equally; ``each_once`` makes every
        site count once instead, however many are alike. Of many sites those that are alike stand together.

        Raises:
            InvalidPopulationError: its persons do not fit the design.
        """
        if self._problems:
            raise InvalidPopulationError(self._problems)
        repeats, kinds = self._repeats, len(self.sites)
        shares = repeats if each_once else [1] * kinds
        whole = [Site(*kind) for kind in zip(self.sites, shares, self.unequal, repeats, strict=True)]
        if sum(repeats) <= WITNESS_SITES.most:
            weights = [1 if each_once else lcm(*repeats) // number for number in repeats]
            whole = [
                replace(whole[s % kinds], weight=weights[s % kinds], number=1) for s in range(sum(repeats))
            ]
        core = self._shares() if each_once and not self.divides else self.kinds
        return Population.known(self.design, whole, self.flows, core)

    @classmethod
    def of_means(cls, design: Design, sites: Iterable[Values]) -> World:
        """One person a site."""
        return cls(design, [[values] for values in sites])


@once
def parents_of(design: Design) -> Mapping[str, Sequence[str]]:
    """Of each mediator and the outcome, in topological order, where its arrows come from."""
    return {n: tuple(design.causal.predecessors(n)) for n in (*design.mediators, design.outcome)}
