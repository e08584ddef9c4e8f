"""The paper's designs, and random populations for them."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import networkx as nx

from identcheck.decide.conditions import Condition
from identcheck.decide.population import Population
from identcheck.decide.strategies import Step, Strategy
from identcheck.describe.design import Design
from identcheck.symbols.notation import Coefficient
from tests.exact.oracle import World
from tests.exact.worlds import population, random_world


def one_site(**options: object) -> Design:
    """Section 2: one site, T -> M -> Y."""
    return Design(nx.DiGraph([("T", "M"), ("M", "Y")]), treatment="T", outcome="Y", sites=1, **options)


def one_mediator() -> Design:
    """Section 3: many sites, T -> M -> Y."""
    return Design(nx.DiGraph([("T", "M"), ("M", "Y")]), treatment="T", outcome="Y")


def parallel(mediators: int = 2, sites: int | None = None) -> Design:
    """Section 4: parallel mediators M1, M2, ..."""
    names = [f"M{k}" for k in range(1, mediators + 1)]
    edges = [edge for m in names for edge in (("T", m), (m, "Y"))]
    return Design(nx.DiGraph(edges), treatment="T", outcome="Y", sites=sites)


def figure_1(*more: tuple[str, str], sites: int | None = None) -> Design:
    """Figure 1: T -> M1, T -> M2, M1 -> M2, M1 -> Y, M2 -> Y, and any further arrows."""
    edges = [("T", "M1"), ("T", "M2"), ("M1", "M2"), ("M1", "Y"), ("M2", "Y"), *more]
    return Design(nx.DiGraph(edges), treatment="T", outcome="Y", sites=sites)


def figure_2(varies: str = "persons", sites: int | None = None) -> Design:
    """Figure 2, Moving to Opportunity: T -> V -> NP -> Y and V -> Y; ``varies`` is said of V -> NP."""
    graph = nx.DiGraph([("T", "V"), ("V", "NP"), ("V", "Y"), ("NP", "Y")])
    graph.edges["V", "NP"]["varies"] = varies
    return Design(graph, treatment="T", outcome="Y", sites=sites)


def populations(design: Design, count: int = 20) -> Iterator[tuple[World, Population]]:
    """Random populations of a design, for brute force and for the engine."""
    random = Random("the paper")
    for _ in range(count):
        world = random_world(random, design, design.sites or random.randint(2, 5))
        yield world, population(design, world)


def symbols(design: Design, *edges: str) -> list[Coefficient]:
    """The coefficients of edges written as "T M1"."""
    return [design.notation.edge(*edge.split()) for edge in edges]


def condition(strategy: Strategy, kind: str, about: str) -> Condition:
    """The condition of a kind that is about one regressor."""
    (found,) = (c for c in strategy.conditions if c.kind == kind and getattr(c, "regressor", "") == about)
    return found


def step(strategy: Strategy, number: str) -> Step:
    """The first step of a derivation that carries this equation number."""
    return next(s for s in strategy.derivation if s.number == number)
