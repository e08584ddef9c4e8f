"""Changes that no contrast shows: of what enters a node that shares a cause with treatment, and of unmeasured nodes.

What the arms differ by in such a node for the common cause's sake may be anything, and takes up whatever a change of
the coefficients into it does to the contrasts. Below such a node it does so if what the cause does to a person is related
to the person's effects: contrasts there are means of products, and the graph does not say that their covariance is 0.

Of an unmeasured node no measurement of its children can tell the scale, and what it shares with parents. The
coefficients into it are changed, and then, node by node, those into the measured ones behind it, so that every contrast
is as before.

Source: theory, equation (12.4).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from identcheck.basics.once import Listed, once
from identcheck.decide.estimands import Target
from identcheck.decide.population.linear import Number, average, plain, quotient, solve
from identcheck.decide.witness.world import Edge, Values, World
from identcheck.derive.assignment import back_doors
from identcheck.derive.paths import reaches
from identcheck.describe.design import Design

__all__ = ["related", "reparametrized", "unseen"]

AMOUNTS = (1, -1, 2)
"""The amounts by which a coefficient is moved, until the world keeps what is granted."""


def unseen(world: World, target: Target) -> Iterator[World]:
    """Worlds with the same contrasts in which a coefficient into a confounded node differs for everyone.

    Args:
        world: the first world.
        target: the estimand, which has to change.
    """
    design = world.design
    if any(len(site) > 1 for site in world.sites) and not design.declarations:
        return
    cells = [(s, i) for s, site in enumerate(world.sites) for i in range(len(site))]
    own = _own(design)
    for edge in target.edges(design):
        if edge[1] in own and any(world.target_gain(*cell, edge, target) for cell in cells):
            for amount in AMOUNTS:
                second = world.moved({(*cell, edge): amount for cell in cells})
                second.unequal = [
                    {
                        (arm, edge[1]): -amount * world.mean_effect(s, arm, edge[0])
                        for arm in design.treatments
                    }
                    for s in range(len(world.sites))
                ]
                yield second


def related(world: World, target: Target) -> Iterator[tuple[World, World]]:
    """Pairs of worlds with the same contrasts: the cause moves one half of the persons up, the other half down.

    On average it adds nothing to the node n that it enters. In the second world the halves also differ in the coefficient of
    an arrow f into a node below n, so that their products add to the contrasts there what a change of the coefficient of
    an arrow e into the same node, for everyone, takes away.

    Args:
        world: everyone in a site is alike in it.
        target: the estimand, which has to change: e is on its paths.
    """
    design = world.design
    if any(len(site) > 1 for site in world.sites):
        return
    own = _own(design)
    for e in target.edges(design):
        if any(world.target_gain(s, 0, e, target) for s in range(len(world.sites))):
            for p in sorted(design.causal.predecessors(e[1]), key=lambda p: p != e[0]):
                for n in own:
                    if design.varies(p, e[1]) == "persons" and reaches(design, n, p):
                        yield from _related(world, e, (p, e[1]), n)


def _related(world: World, e: Edge, f: Edge, n: str) -> Iterator[tuple[World, World]]:
    """The pair for two arrows into the same node, and a node that shares a cause with treatment."""
    design, sites = world.design, range(len(world.sites))
    reach = [world.effect(s, 0, n, f[0], frozenset()) for s in sites]
    if not all(reach):
        return
    for amount in AMOUNTS:
        first = World(design, [[dict(site[0]), dict(site[0])] for site in world.sites])
        change = {(s, i, e): amount for s in sites for i in (0, 1)}
        for s in sites:
            change[s, 0, f] = change.get((s, 0, f), 0) + 1
            change[s, 1, f] = change.get((s, 1, f), 0) - 1
        second = first.moved(change)
        for pair in (first, second):
            for s in sites:
                for arm in design.treatments:
                    by = quotient(-amount * world.effect(s, 0, arm, e[0], frozenset()), reach[s])
                    pair.unequal[s][arm, n] = (by, -by)
        yield first, second


def _own(design: Design) -> list[str]:
    """The nodes that share a cause with treatment themselves."""
    return [node for node, door in back_doors(design).items() if door.own]


def reparametrized(world: World, target: Target) -> Iterator[World]:
    """Worlds with another unmeasured node behind the same contrasts."""
    design = world.design
    near = [
        h
        for h in design.mediators
        if h in design.unobserved
        and (h in (target.source, target.target) or reaches(design, h, target.target))
    ]
    for h in near:
        yield from _others(world, h)


@once
def _others(world: World, h: str) -> Listed[World]:
    """The worlds with another such node, the same whatever is asked."""
    return Listed(partial(_reparametrized, world, h))


def _reparametrized(world: World, h: str) -> Iterator[World]:
    yield from _settled(world, h, [[_scaled(p, h, 2) for p in site] for site in world.sites])
    for m in sorted(world.design.observed_mediators, key=lambda m: reaches(world.design, h, m)):
        yield from _settled(world, h, [_mixed(world, s, h, m) for s in range(len(world.sites))])
    for parent in world.parents[h]:
        moved = [[p | {(parent, h): p[parent, h] + 1} for p in site] for site in world.sites]
        yield from _settled(world, h, moved)


def _scaled(values: Values, node: str, factor: int) -> Values:
    """Another unit for a node: what comes in is multiplied, what goes out divided."""
    return {
        (a, b): x * factor if b == node else quotient(x, factor) if a == node else x
        for (a, b), x in values.items()
    }


def _mixed(world: World, site: int, node: str, other: str) -> list[Values]:
    """The effect of treatment on another node added to that on this one, by the arms' own arrows that may vary."""
    design = world.design
    more = {
        (arm, node): world.mean_effect(site, arm, other)
        for arm in world.parents[node]
        if arm in design.treatments and design.varies(arm, node) != "none"
    }
    return [person | {edge: person[edge] + by for edge, by in more.items()} for person in world.sites[site]]


def _settled(world: World, changed: str, sites: list[list[Values]]) -> Iterator[World]:
    """Adjust the measured nodes behind the changed one, in order; nothing where one cannot be adjusted.

    What the arms do to a node is carried along, since what enters later nodes cannot change it.
    """
    design, start = world.design, world.design.order[changed]
    flows: Reached = [
        [{arm: world.flows.before(s, i, arm, start) for arm in design.treatments} for i in range(len(site))]
        for s, site in enumerate(sites)
    ]
    for node, arrows in world.flows.arrows:
        if design.order[node] < start:
            continue
        sums = _sums(sites, flows, arrows)
        if node not in design.unobserved and node != changed:
            gaps = _gaps(world, node, sums)
            if any(gaps.values()):
                change = _mending(world, node, flows, gaps)
                if change is None:
                    return
                for s, edge, by in change:
                    sites[s] = [person | {edge: plain(person[edge] + by)} for person in sites[s]]
                sums = _sums(sites, flows, arrows)
        for (s, i, arm), value in sums.items():
            flows[s][i][arm][node] = value
    yield World(design, sites, world)


Reached = list[list[dict[str, dict[str, Number]]]]
"""By site and person, what each arm does to the nodes so far."""


def _sums(
    sites: list[list[Values]], flows: Reached, arrows: Sequence[tuple[str, Edge]]
) -> dict[tuple[int, int, str], Number]:
    """What each arm does to a node, by site and person: theory, equation (6.1)."""
    return {
        (s, i, arm): sum([reach[p] * person[e] for p, e in arrows if p in reach])
        for s, site in enumerate(sites)
        for i, person in enumerate(site)
        for arm, reach in flows[s][i].items()
    }


def _gaps(world: World, node: str, sums: dict[tuple[int, int, str], Number]) -> dict[tuple[int, str], Number]:
    """By site and arm, how much less the contrast of a node is than in the first world."""
    return {
        (s, arm): world.mean_effect(s, arm, node) - average([sums[s, i, arm] for i in range(len(site))])
        for s, site in enumerate(world.sites)
        for arm in world.design.treatments
    }


def _mending(
    world: World, node: str, flows: Reached, gaps: dict[tuple[int, str], Number]
) -> list[tuple[int, Edge, Number]] | None:
    """By how much to change coefficients into the node, in which site, so that its gaps close (theory section 12)."""
    design = world.design
    arms = [p for p in world.parents[node] if p in design.treatments]
    others = [p for p in world.parents[node] if p not in arms]
    columns: list[tuple[str, int | None]] = [(p, None) for p in others]
    for arm in arms:
        places = [None] if design.varies(arm, node) == "none" else range(len(world.sites))
        columns += [(arm, s) for s in places]
    number = {column: place for place, column in enumerate(columns)}

    def slopes(s: int, arm: str) -> dict[int, Number]:
        found = {k: average([reach[arm].get(p, 0) for reach in flows[s]]) for k, p in enumerate(others)}
        own = (number.get((arm, at)) for at in (None, s))
        return found | {place: 1 for place in own if place is not None}

    change = solve([slopes(s, arm) for s, arm in gaps], [*gaps.values()], len(columns))
    if change is None:
        return None
    return [
        (s, (p, node), x)
        for (p, at), x in zip(columns, change, strict=True)
        if x
        for s in (range(len(world.sites)) if at is None else [at])
    ]
