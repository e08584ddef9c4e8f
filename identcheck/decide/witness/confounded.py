"""Where assignment is not ignorable for a node, the coefficients into it can change unseen.

What the arms differ by in that node for the common cause's sake may be anything, and takes up whatever a change of
these coefficients does to the contrasts. Below such a node it does so if what the cause does to a person is related
to the person's effects: contrasts there are means of products, and the graph does not say that their covariance is 0.

Source: theory, equation (12.4).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from identcheck.decide.estimands import Target
from identcheck.decide.witness.world import Edge, World
from identcheck.derive.assignment import back_doors
from identcheck.derive.paths import edges_between, reaches
from identcheck.describe.design import Design

__all__ = ["related", "unseen"]

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
    for edge in edges_between(design, target.source, target.target, target.avoiding):
        if edge[1] in own and any(world.target_gain(*cell, edge, target) for cell in cells):
            for amount in map(Fraction, AMOUNTS):
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
    for e in edges_between(design, target.source, target.target, target.avoiding):
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
    for amount in map(Fraction, AMOUNTS):
        first = World(design, [[dict(site[0]), dict(site[0])] for site in world.sites])
        change = {(s, i, e): amount for s in sites for i in (0, 1)}
        for s in sites:
            change[s, 0, f] = change.get((s, 0, f), Fraction(0)) + 1
            change[s, 1, f] = change.get((s, 1, f), Fraction(0)) - 1
        second = first.moved(change)
        for pair in (first, second):
            for s in sites:
                for arm in design.treatments:
                    by = -amount * world.effect(s, 0, arm, e[0], frozenset()) / reach[s]
                    pair.unequal[s][arm, n] = (by, -by)
        yield first, second


def _own(design: Design) -> list[str]:
    """The nodes that share a cause with treatment themselves."""
    return [node for node, door in back_doors(design).items() if door.own]
