"""Questions to ask of random designs: every kind of effect, with random nodes to avoid and random paths."""

from __future__ import annotations

import itertools
from random import Random

import networkx as nx

from identcheck import Design, average, direct, path, total
from identcheck.decide.estimands import Estimand
from tests.exact.worlds import random_design

SITES = (None, None, 1, 2, 3, 4, 6)


def design_of(purpose: str, number: int, most: int = 5) -> tuple[Random, Design]:
    """A random design of at most so many mediators; the same for the same purpose and number."""
    random = Random(f"{purpose} {number}")
    while True:
        made = random_design(random, sites=random.choice(SITES))
        if len(made.mediators) <= most:
            return random, made


def questions(random: Random, design: Design, most: int) -> list[Estimand]:
    """A random choice of direct, total and avoiding effects, per arm too, and of single paths."""
    found: dict[Estimand, None] = {}
    nodes = (*design.treatments, *design.mediators, design.outcome)
    for u, v in itertools.permutations(nodes, 2):
        if v in design.treatments or not nx.has_path(design.causal, u, v):
            continue
        others = [m for m in design.mediators if m not in (u, v)]
        some = random.sample(others, random.randint(1, len(others))) if others else []
        routes = list(itertools.islice(nx.all_simple_paths(design.causal, u, v), 6))
        asked = [direct(u, v), total(u, v), average(u, v, some), path(*random.choice(routes))]
        found.update(dict.fromkeys(asked))
    return random.sample(list(found), min(most, len(found)))
