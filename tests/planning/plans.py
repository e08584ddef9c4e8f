"""Random plans for designs, and averages of products of normal variables by brute force."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations
from random import Random

from identcheck import Arrow, Design, Plan


def random_plan(random: Random, design: Design, *, within: bool = True) -> Plan:
    """Numbers for every arrow and some correlations, small enough to be possible together."""
    arrows, moving, varying = {}, [], []
    for edge in design.causal.edges:
        rule = design.varies(*edge)
        between = 0.0 if rule == "none" else random.choice((0.0, 0.2, 0.4))
        inside = random.choice((0.0, 0.3)) if rule == "persons" and within else 0.0
        moving += [edge] if between else []
        varying += [edge] if inside else []
        arrows[edge] = Arrow(random.choice((-0.4, 0.3, 0.7)), between, inside)
    return Plan(
        sites=random.randint(8, 60),
        persons=random.choice((60, 100)),
        treated={arm: 0.8 / (len(design.treatments) + 1) for arm in design.treatments}
        if len(design.treatments) > 1
        else 0.4,
        arrows=arrows,
        between=_some(random, moving),
        within=_some(random, varying),
    )


def _some(random: Random, edges: Sequence[tuple[str, str]]) -> dict:
    """Correlations of at most three pairs, none of them sharing an arrow with another."""
    shuffled = random.sample(list(edges), len(edges))
    pairs = list(zip(shuffled[::2], shuffled[1::2], strict=False))[:3]
    return {pair: random.choice((-0.5, 0.3, 0.6)) for pair in pairs}


def normal_moment(
    mean: Sequence[float], covariance: Sequence[Sequence[float]], places: Sequence[int]
) -> float:
    """E of a product of jointly normal variables: choose which stand for their mean, pair off the rest (Isserlis)."""
    total = 0.0
    for size in range(0, len(places) + 1, 2):
        for chosen in combinations(range(len(places)), size):
            rest = math.prod(mean[places[i]] for i in range(len(places)) if i not in chosen)
            for pairing in pairings(chosen):
                total += rest * math.prod(covariance[places[i]][places[j]] for i, j in pairing)
    return total


def pairings(items: Sequence[int]) -> Iterator[list[tuple[int, int]]]:
    """Every way to pair off an even number of items."""
    if not items:
        yield []
        return
    first, rest = items[0], items[1:]
    for place, other in enumerate(rest):
        for others in pairings((*rest[:place], *rest[place + 1 :])):
            yield [(first, other), *others]
