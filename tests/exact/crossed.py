"""Populations that meet the conditions of a regression by construction, or all of them but one.

The edges that carry treatment to the regressors vary independently of all others, within sites (persons
fully crossed) and between sites (sites fully crossed); the edges on both sides are the same for everyone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from random import Random

import networkx as nx

from identcheck.describe.design import Design
from tests.exact.oracle import Regression, World
from tests.exact.worlds import Edge, random_world

WHOLE = (-3, -2, -1, 1, 2, 3)
Persons = list[dict[Edge, int]]


def on_paths(graph: nx.DiGraph, u: str, v: str, avoiding: set[str]) -> set[Edge]:
    """The edges on directed paths from u to v with no inner node in ``avoiding``."""
    kept = graph.subgraph([n for n in graph if n in {u, v} or n not in avoiding])
    ahead, behind = nx.descendants(kept, u) | {u}, nx.ancestors(kept, v) | {v}
    return {(a, b) for a, b in kept.edges if a in ahead and b in behind}


@dataclass(frozen=True)
class Sides:
    """Which edges a regression's compliances, effects and bypasses are made of."""

    graph: nx.DiGraph
    regression: Regression

    @property
    def above(self) -> set[Edge]:
        """The edges that carry treatment to the regressors."""
        reg = self.regression
        return {e for arm in reg.arms for w in reg.regressors for e in on_paths(self.graph, arm, w, set())}

    def effect(self, u: str) -> set[Edge]:
        """The edges of D_u; those of Theta where u is an arm."""
        reg = self.regression
        return on_paths(self.graph, u, reg.outcome, set(reg.regressors) - {u})

    @property
    def below(self) -> set[Edge]:
        """The edges of every D_u and of the bypass of every arm with an intercept."""
        return set().union(
            *(self.effect(u) for u in (*self.regression.regressors, *self.regression.intercepts))
        )

    @property
    def shared(self) -> set[Edge]:
        """The edges of (S): those of some D_u that also carry treatment to a regressor."""
        return self.above & set().union(*(self.effect(u) for u in self.regression.regressors))

    def own(self, u: str) -> set[Edge]:
        """The edges of D_u (or Theta) that are in no other effect and carry treatment nowhere."""
        reg = self.regression
        others = [self.effect(w) for w in (*reg.regressors, *reg.intercepts) if w != u]
        return self.effect(u) - self.above - set().union(*others)


def crossed_world(
    random: Random, design: Design, regression: Regression, linked: Mapping[Edge, str] | None = None
) -> World:
    """Compliances on one side, effects and bypasses on the other: independent at both levels.

    Args:
        random: for all choices.
        design: what ``varies`` and how many sites there are.
        regression: whose conditions are to hold.
        linked: edges that are to move with the compliances instead: "sites" for from site to site,
            constant within; "persons" for from person to person, with the same mean in every site.
    """
    linked = linked or {}
    sides = Sides(design.graph, regression)
    above, shared = sides.above, sides.above & sides.below
    sites = design.sites or 2 * (len(regression.regressors) + len(regression.intercepts))
    second = 1 if sites % 2 or (linked and sites == 2) else 2
    first = random_world(random, design, sites // second, [2] if linked else [1, 2], WHOLE)
    other = random_world(random, design, second, [1, 2], WHOLE)
    ups = [[dict(person) for person in site] for site in first.persons]
    for edge, level in linked.items():
        _link(random, ups, edge, level)
    fixed = {edge: x for edge, x in ups[0][0].items() if edge in shared or design.varies(*edge) == "none"}
    carried = above | set(linked)
    persons = tuple(
        tuple(_joined(up, down, carried) | fixed for up, down in product(upper, lower))
        for upper, lower in product(ups, other.persons)
    )
    weights = tuple(v * w for v, w in product(first.weights, other.weights))
    return World(nx.DiGraph(design.graph), weights, persons)


def _joined(up: dict[Edge, int], down: Mapping[Edge, int], carried: set[Edge]) -> dict[Edge, int]:
    return {edge: (up if edge in carried else down)[edge] for edge in up}


def _link(random: Random, ups: list[Persons], edge: Edge, level: str) -> None:
    mean = random.choice(WHOLE)
    for persons in ups:
        here = random.choice(WHOLE)
        for i, person in enumerate(persons):
            person[edge] = here if level == "sites" else mean + (here if i % 2 else -here)


def on_arm(design: Design, regression: Regression, arm: str) -> set[Edge]:
    """The edges that carry this arm to the regressors."""
    return {e for w in regression.regressors for e in on_paths(design.graph, arm, w, set())}


def broken_worlds(
    random: Random, design: Design, regression: Regression, u: str, level: str, attempts: int = 3
) -> Iterator[World]:
    """Populations that break one condition: D_u (or the bypass of arm u) moves with the compliances.

    At level "sites" that is (B) for u, or the bypass condition; at level "persons" (W) for u. All other
    conditions hold. Yields nothing where the design rules such a population out.
    """
    sides = Sides(design.graph, regression)
    kinds = ("persons",) if level == "persons" else ("persons", "sites")
    own = [edge for edge in sorted(sides.own(u)) if design.varies(*edge) in kinds]
    if level == "persons" and sides.effect(u) != {(u, regression.outcome)}:
        return
    carriers = on_arm(design, regression, u) if u in regression.intercepts else sides.above
    moving = [edge for edge in carriers if design.varies(*edge) != "none"]
    if not own or not moving or (level == "sites" and design.sites == 1):
        return
    for _ in range(attempts):
        yield crossed_world(random, design, regression, dict.fromkeys(own, level))
