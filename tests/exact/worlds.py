"""Random designs and random finite populations that respect what the design says of its edges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from random import Random

import networkx as nx
from hypothesis import strategies as st

from identcheck.decide.population import Population, Site
from identcheck.describe.design import Design
from tests.exact.oracle import Number, World
from tests.tools import often

Edge = tuple[str, str]

MANY = often(250, 500)
VALUES: list[Number] = [-3, -2, -1, 1, 2, 3, *(Fraction(n, d) for n, d in ((1, 2), (-1, 2), (1, 3), (3, 2)))]


@dataclass(frozen=True)
class Case:
    """A design with a population for it, under the number that makes them again."""

    number: int
    design: Design
    world: World

    @cached_property
    def population(self) -> Population:
        """The same population for the engine."""
        return population(self.design, self.world)

    @property
    def random(self) -> Random:
        """For the choices of a test: the same in every run."""
        return Random(f"choices {self.number}")

    @property
    def sites(self) -> range:
        return range(len(self.world.persons))

    def __str__(self) -> str:
        edges = "; ".join(f"{u} -> {v} ({self.design.varies(u, v)})" for u, v in self.design.graph.edges)
        return f"case({self.number}): {edges}; sites={self.design.sites}\n{self.world.persons}"


@cache
def case(number: int) -> Case:
    """The random case of this number."""
    random = Random(f"case {number}")
    count = random.choice([1, 2, 3, 3, 4, 4, 5, 6])
    design = random_design(random, sites=random.choice([None, count]))
    return Case(number, design, random_world(random, design, count))


def cases(count: int = MANY) -> Iterator[Case]:
    """The first so many random cases."""
    return (case(number) for number in range(count))


@st.composite
def designs(draw: st.DrawFn) -> Design:
    """Random designs that hypothesis can shrink."""
    return random_design(draw(st.randoms(use_true_random=False)))


# -- designs -----------------------------------------------------------------------


def random_design(random: Random, *, sites: int | None = None) -> Design:
    """One to five mediators, one to three arms; every mediator lies on a path from an arm to Y."""
    mediators = [f"M{k}" for k in range(1, random.choice([1, 2, 2, 3, 3, 3, 4, 4, 5]) + 1)]
    random.shuffle(mediators)
    arms = random.choice([["T"], ["T"], ["T"], ["T1", "T2"], ["T1", "T2", "T3"]])
    edges = _edges(random, arms, mediators, density=random.choice([0.3, 0.6, 0.9]))
    random.shuffle(edges)
    graph = nx.DiGraph()
    kinds = random.choice([["persons"], ["sites"], ["persons", "sites", "none"], ["sites", "none"]])
    for edge in edges:
        graph.add_edge(*edge, varies=random.choice(kinds))
    latent = [m for m in mediators if random.random() < 0.2]
    return Design(graph, treatment=arms, outcome="Y", sites=sites, unobserved=latent)


def _edges(random: Random, arms: list[str], mediators: list[str], density: float) -> list[Edge]:
    found = {
        (u, v)
        for i, u in enumerate(mediators)
        for v in [*mediators[i + 1 :], "Y"]
        if random.random() < density
    }
    found |= {(arm, m) for arm in arms for m in mediators if random.random() < density}
    found |= {(arm, "Y") for arm in arms if random.random() < 0.25}
    for i, m in enumerate(mediators):  # every mediator is reached ...
        if not any(v == m for _, v in found):
            found.add((random.choice([*arms, *mediators[:i]]), m))
        if not any(u == m for u, _ in found):  # ... and reaches the outcome
            found.add((m, random.choice([*mediators[i + 1 :], "Y"])))
    for arm in arms:
        if not any(u == arm for u, _ in found):
            found.add((arm, random.choice(mediators)))
    return sorted(found)


# -- populations -------------------------------------------------------------------


def random_world(
    random: Random,
    design: Design,
    sites: int,
    persons: Sequence[int] = (1, 2, 3, 4),
    values: Sequence[Number] = VALUES,
) -> World:
    """Random coefficients that respect ``varies``; each site has one of the given numbers of persons."""

    def draw(edges: Iterable[Edge]) -> dict[Edge, Number]:
        return {edge: random.choice(values) for edge in edges}

    kinds: dict[str, list[Edge]] = {"persons": [], "sites": [], "none": []}
    for edge in design.graph.edges:
        kinds[design.varies(*edge)].append(edge)
    everywhere = draw(kinds["none"])
    drawn = []
    for _ in range(sites):
        here = everywhere | draw(kinds["sites"])
        drawn.append(tuple(here | draw(kinds["persons"]) for _ in range(random.choice(persons))))
    weights = tuple(random.randint(1, 3) for _ in range(sites))
    return World(nx.DiGraph(design.graph), weights, tuple(drawn))


def population(design: Design, world: World) -> Population:
    """A world as the engine's own population."""
    return Population(
        design,
        [Site(persons, weight) for persons, weight in zip(world.persons, world.weights, strict=True)],
    )
