"""Sites that obey the drawn graph and whose weights mislead: what a weighted regression gives is not the average wanted.

Two worlds that look alike are no proof here, as the same data under other weights may give the effect. What weights do is
shown by one set of sites, counted in two ways: as the estimator counts them, and as the average wanted does.

Source: theory, equation (14.5).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations, pairwise, product
from math import prod
from random import Random

import networkx as nx

from identcheck.basics.display import Brief
from identcheck.decide.population import Population, Site
from identcheck.decide.population.declared import factorises
from identcheck.decide.population.linear import rank, solve
from identcheck.decide.strategies import Strategy
from identcheck.derive.heterogeneity import (
    Heterogeneous,
    Route,
    heterogeneity,
    open_route,
    separated,
    weights_drawn,
)
from identcheck.derive.paths import edges_in, feeding_set
from identcheck.describe.declarations import Edge
from identcheck.describe.site_weights import SITE_WEIGHTS

__all__ = ["WeightedSites", "misled_by_weights"]

TRIES = 20
"""So many draws of the coefficients are tried."""
MOST_PARTS = 3
"""So many arrows upstream have a part of their own, for the rank."""


@dataclass(frozen=True)
class WeightedSites(Brief):
    """Sites that obey the drawn graph, and the effect that a regression gives there under its weights.

    Attributes:
        strategy: the regression, with the effect's column.
        sites: the sites, each once; ``modifiers`` has the weight of each and what goes with it.
        route: the way by which the weights mislead.
    """

    strategy: Strategy
    sites: tuple[Site, ...]
    route: Route

    @cached_property
    def estimated(self) -> Population:
        """The sites as the estimator counts them."""
        return self._counted(self.strategy.regression.design.weights != "sites")

    @cached_property
    def wanted(self) -> Population:
        """The sites as the average wanted counts them."""
        return self._counted(self.strategy.regression.design.average != "sites")

    def _counted(self, weighted: bool) -> Population:
        each = [Site(s.persons, s.modifiers[SITE_WEIGHTS] if weighted else 1) for s in self.sites]
        return Population(self.strategy.regression.design, each)

    @cached_property
    def estimate(self) -> Fraction | None:
        """What the regression gives: the weighted least squares of the sites' contrasts; None where its columns are dependent."""
        reg, counted = self.strategy.regression, self.estimated
        rows, right, weights = [], [], []
        for s, site in enumerate(counted.sites):
            for arm in reg.arms:
                rows.append([counted.effect(arm, u, s) for u in reg.regressors])
                right.append(counted.effect(arm, reg.outcome, s))
                weights.append(site.weight)
        if rank(rows) < len(reg.regressors):
            return None
        columns = list(zip(*rows, strict=True))
        gram = [
            [sum(map(prod, zip(weights, one, other, strict=True))) for other in columns] for one in columns
        ]
        moment = [sum(map(prod, zip(weights, one, right, strict=True))) for one in columns]
        found = solve(gram, moment, len(columns))
        return None if found is None else Fraction(found[reg.regressors.index(self.strategy.column)])

    @cached_property
    def average(self) -> Fraction:
        """The average effect that is wanted."""
        return self._effect(self.wanted)

    def _effect(self, population: Population) -> Fraction:
        reg, u = self.strategy.regression, self.strategy.column
        return population.effect(u, reg.outcome, avoiding=reg.others(u))

    def verify(self) -> bool:
        """Whether the sites obey the graph, and the regression misses the average wanted: all worked out again."""
        return self.obeys and self.estimate is not None and self.estimate != self.average

    @property
    def obeys(self) -> bool:
        """Whether what has no drawn cause in common is independent over the sites, each counted once."""
        graph = heterogeneity(self.strategy.regression.design, "sites")
        values = {
            node: [_value(site, node) for site in self.sites] for node in graph if _known(self.sites, node)
        }
        return all(
            factorises([(a, b, 1) for a, b in zip(values[one], values[other], strict=True)])
            for one, other in combinations(values, 2)
            if not ({one} | nx.ancestors(graph, one)) & ({other} | nx.ancestors(graph, other))
        )

    def _brief(self) -> str:
        return f"WeightedSites {self.strategy.column}: estimate {self.estimate}, average {self.average}"


def misled_by_weights(strategy: Strategy) -> WeightedSites | None:
    """Sites in which a regression over sites, with nothing held fixed, is misled by drawn weights; None where it is not."""
    reg = strategy.regression
    plain = reg.regressors and not (reg.moderators or reg.site_by_site or reg.pooled or reg.intercepts)
    if not (plain and weights_drawn(reg.design)):
        return None
    for (kind, _), demand in reg.demands.items():
        if kind != "between" or separated(reg.design, *demand):
            continue
        route = open_route(reg.design, *demand)
        if route is not None and SITE_WEIGHTS in route.nodes:
            found = (WeightedSites(strategy, sites, route) for sites in _tried(strategy, route))
            if (shown := next((each for each in found if each.verify()), None)) is not None:
                return shown
    return None


def _tried(strategy: Strategy, route: Route) -> Iterator[tuple[Site, ...]]:
    """Sites for a way, with as few as will do."""
    reg, random = strategy.regression, Random("identcheck")
    design = reg.design
    upstream = {
        e: None
        for arm in reg.arms
        for u in reg.regressors
        for e in edges_in(design, feeding_set(design, arm, u))
    }
    free = [e for e in upstream if design.varies(*e) != "none"]
    for size in range(min(MOST_PARTS, len(free)) + 1):
        for parts in combinations(free, size):
            for _ in range(TRIES):
                base = {e: random.randint(1, 4) for e in design.causal.edges}
                yield tuple(_sites(strategy, route, base, parts))


def _sites(
    strategy: Strategy, route: Route, base: Mapping[Edge, int], parts: tuple[Edge, ...]
) -> Iterator[Site]:
    """Every combination of what the modifiers at the tops of a way are, and of own parts of some arrows."""
    graph = heterogeneity(strategy.regression.design, "sites")
    steps = [step if graph.has_edge(*step) else step[::-1] for step in pairwise(route.nodes)]
    way: nx.DiGraph[Heterogeneous] = nx.DiGraph(steps)
    ordered = [node for node in nx.topological_sort(way) if isinstance(node, str)]
    binary = {m.name for m in strategy.regression.design.modifiers if m.scale == "binary"}
    tops = [node for node in ordered if not way.pred[node]]
    for drawn in product((0, 1), repeat=len(tops) + len(parts)):
        values: dict[str, int] = dict(zip(tops, drawn, strict=False))
        for node in ordered:
            if node not in values:
                whole = sum(values[str(cause)] for cause in way.pred[node])
                values[node] = min(whole, 1) if node in binary else whole
        values[SITE_WEIGHTS] += 1
        own = dict(zip(parts, drawn[len(tops) :], strict=True))
        moved = {e: sum(values[str(m)] for m in way.pred[e]) for e in base if e in way}
        person = {e: Fraction(x + moved.get(e, 0) + own.get(e, 0)) for e, x in base.items()}
        yield Site([person], modifiers=values)


def _known(sites: tuple[Site, ...], node: Heterogeneous) -> bool:
    """Whether something of a node differs between the sites."""
    return isinstance(node, tuple) or node in sites[0].modifiers


def _value(site: Site, node: Heterogeneous) -> object:
    return site.persons[0][node] if isinstance(node, tuple) else site.modifiers[node]
