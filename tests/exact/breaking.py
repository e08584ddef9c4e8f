"""Populations in which one condition of a strategy fails, all others hold, and the strategy misses."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from random import Random

import networkx as nx

from identcheck.decide.estimands import Target
from identcheck.decide.strategies import Composed, Strategy
from identcheck.describe.design import Design
from tests.exact.obliging import (
    Asked,
    Enumerated,
    Layout,
    asked_by,
    coefficient,
    in_sites,
    layout,
    limit,
    meets,
    obliging,
    truth,
)

MOST_MOVING = 7
VALUES = (-3, -2, -1, 1, 2, 3, 4)


def open_conditions(strategy: Strategy | Composed) -> list[Asked]:
    """The conditions that a population may or may not meet; the cut among them, where it says something."""
    return [
        one
        for one, condition in asked_by(strategy)
        if (one.kind == "cut" and set(one.regression.arms) - set(one.regression.intercepts))
        or (one.kind != "cut" and not condition.implied)
    ]


def breaking(
    random: Random,
    design: Design,
    strategy: Strategy | Composed,
    target: Target,
    broken: Asked,
    attempts: int = 24,
) -> Enumerated | None:
    """A population in which that condition alone fails, and the estimand is missed; None where none was found.

    Where the rank fails the coefficient is left open. Where an arrow that must not vary varies (S), all arrows
    are independent of one another, and what is asked between sites fails with it.
    """
    every = [one for one, _ in asked_by(strategy)]
    rest = [one for one in every if one != broken and not (broken.kind == "rank" and same_rank(one, broken))]
    keep = [one for one in open_conditions(strategy) if one in rest and one.kind != "cut"]
    makers = {"cut": bypassed, "rank": deranked, "shared": independent, "everywhere": stalled}
    make = makers.get(broken.kind, ordinary)
    for attempt in range(attempts):
        world = make(random, design, keep, broken, attempt)
        if broken.kind == "rank":
            if coefficient(world, broken.regression, broken.pooled, broken.subject) is not None:
                continue
        elif broken.kind == "everywhere":
            if None not in in_sites(world, broken.regression, broken.subject):
                continue
        else:
            found = limit(world, strategy)
            if found is None or found == truth(world, target):
                continue
        if broken.kind == "shared" or all(meets(world, one) for one in rest):
            return world
    return None


def follows(strategy: Strategy | Composed, broken: Asked) -> bool:
    """Whether another condition of the same strategy already says so: fewer columns of a matrix, a larger cut."""
    others = [one for one, _ in asked_by(strategy) if one.kind == broken.kind and one != broken]
    if broken.kind == "everywhere":
        return bool(others)
    if broken.kind == "rank":
        return any(
            not broken.pooled
            and not one.pooled
            and not same_rank(one, broken)
            and set(one.regression.arms) == set(broken.regression.arms)
            and set(broken.regression.regressors) <= set(one.regression.regressors)
            and set(broken.regression.intercepts) <= set(one.regression.intercepts)
            for one in others
        )
    return broken.kind == "cut" and any(
        one.regression.outcome == broken.regression.outcome
        and set(broken.regression.arms) <= set(one.regression.arms)
        and set(one.regression.regressors) < set(broken.regression.regressors)
        for one in others
    )


def same_rank(one: Asked, other: Asked) -> bool:
    """Whether both are about the rank of one matrix."""
    return (one.kind, one.regression, one.pooled) == (other.kind, other.regression, other.pooled)


def wider(random: Random, design: Design, keep: Sequence[Asked], attempt: int) -> Layout:
    """Sites and persons: more of both with every third attempt."""
    widths = [len((*one.regression.regressors, *one.regression.intercepts)) for one in keep if one.regression]
    drawn = layout(random, design, max(widths, default=1) + 1)
    if attempt % 3 == 0:
        return drawn
    a, b = random.choice([(3, 1), (2, 2), (5, 1), (3, 2)])
    if design.sites is not None:
        return Layout(drawn.g, drawn.h, a, b)
    g, h = random.choice([(3, 1), (4, 1), (2, 2), (3, 2), (3, 3)])
    return Layout(g, h, a, b)


def ordinary(
    random: Random, design: Design, keep: Sequence[Asked], broken: Asked, attempt: int
) -> Enumerated:
    """Nothing is asked of the broken condition."""
    del broken
    calm = random.choice([0, 0, 0.3, 0.5, 0.7, 0.9])
    return obliging(random, design, keep, calm, crowd=wider(random, design, keep, attempt))


def bypassed(
    random: Random, design: Design, keep: Sequence[Asked], broken: Asked, attempt: int
) -> Enumerated:
    """One more arrow, from an arm to the outcome of the regression or to what leads to it."""
    world = ordinary(random, design, keep, broken, attempt)
    reg = broken.regression
    ends = [v for v in nx.descendants(design.graph, reg.arms[0]) if v not in reg.regressors]
    ends = [v for v in ends if v == reg.outcome or nx.has_path(design.graph, v, reg.outcome)]
    clean = [arm for arm in reg.arms if arm not in reg.intercepts]
    new = (random.choice(clean), reg.outcome if attempt % 2 else random.choice(ends))
    graph = nx.DiGraph(design.graph)
    graph.add_edge(*new)
    drawn = [random.choice(VALUES if attempt % 4 < 2 else VALUES[-1:]) for _ in world.persons]
    persons = tuple(tuple({**p, new: x} for p in site) for site, x in zip(world.persons, drawn, strict=True))
    return Enumerated(graph, world.weights, persons)


def deranked(
    random: Random, design: Design, keep: Sequence[Asked], broken: Asked, attempt: int
) -> Enumerated:
    """Arms that do nothing, or nothing to some nodes; arrows that are the same everywhere."""
    crowd = wider(random, design, keep, attempt)
    edges = sorted(design.graph.edges)
    own = [e for e in edges if e[0] in design.treatments]
    if attempt % 4 == 0:
        idle = [e for e in own if e[0] in broken.regression.arms]
        return obliging(random, design, keep, 0, crowd=crowd, idle=idle)
    if attempt % 4 == 1:
        idle = [e for e in own if random.random() < 0.5] if attempt > 4 else []
        still = [e for e in edges if e[1] != broken.regression.outcome or random.random() < 0.5]
        return obliging(random, design, keep, 0, crowd=crowd, idle=idle, still=still)
    if attempt % 4 == 2:
        moved = set(random.sample(sorted({b for _, b in own}), 1))
        idle = [e for e in own if e[1] not in moved]
        still = [e for e in edges if e not in own]
        return obliging(random, design, keep, 0, crowd=crowd, idle=idle, still=still)
    idle = [e for e in own if random.random() < 0.4]
    return obliging(random, design, keep, random.choice([0.5, 0.8, 1]), crowd=crowd, idle=idle)


def stalled(random: Random, design: Design, keep: Sequence[Asked], broken: Asked, attempt: int) -> Enumerated:
    """In the first site arms do nothing, or nothing by some of their arrows; so that nothing there is uncertain within it."""
    world = ordinary(random, design, keep, broken, attempt)
    own = [e for e in sorted(design.graph.edges) if e[0] in design.treatments]
    idle = dict.fromkeys([e for e in own if not attempt % 2 or random.random() < 0.5], 0)
    first, *others = world.persons
    return Enumerated(world.graph, world.weights, (tuple({**p, **idle} for p in first), *others))


def independent(
    random: Random, design: Design, keep: Sequence[Asked], broken: Asked, attempt: int
) -> Enumerated:
    """All arrows independent of one another."""
    del keep, broken, attempt
    return crossed(random, design, MOST_MOVING)


def crossed(random: Random, design: Design, most: int) -> Enumerated:
    """A site for every combination of two values of some arrows that may vary: each independent of all others."""
    edges = sorted(design.graph.edges)
    moving = [e for e in edges if design.varies(*e) != "none"]
    moving = random.sample(moving, min(len(moving), most))
    base = {e: random.choice(VALUES) for e in edges}
    sites = [
        ({**base, **{e: base[e] + x for e, x in zip(moving, extra, strict=True)}},)
        for extra in itertools.product((0, 3), repeat=len(moving))
    ]
    return Enumerated(nx.DiGraph(design.graph), (1,) * len(sites), tuple(sites))


def routes(design: Design, most: int) -> Iterator[tuple[str, ...]]:
    """A few directed paths to the outcome, from arms and mediators."""
    for source in (*design.treatments, *design.mediators):
        found = nx.all_simple_paths(design.causal, source, design.outcome)
        yield from map(tuple, itertools.islice(found, most))
