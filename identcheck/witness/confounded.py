"""Where assignment is not ignorable for a node, the coefficients into it can change unseen.

What the arms differ by in that node for the common cause's sake may be anything, and takes up whatever a change of
these coefficients does to the contrasts.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from identcheck.assignment import back_doors
from identcheck.estimands import Target
from identcheck.paths import edges_between
from identcheck.witness.world import World

__all__ = ["unseen"]

AMOUNTS = (1, -1, 2)
"""The amounts by which a coefficient is moved, until the world keeps what is granted."""


def unseen(world: World, target: Target) -> Iterator[World]:
    """Worlds with the same contrasts in which a coefficient into a confounded node differs for everyone.

    Args:
        world: the first world; everyone in a site is alike in it.
        target: the estimand, which has to change.
    """
    design = world.design
    if any(len(site) > 1 for site in world.sites):
        return
    own = {node for node, door in back_doors(design).items() if door.own}
    for edge in edges_between(design, target.source, target.target, target.avoiding):
        if edge[1] in own and any(world.target_gain(s, 0, edge, target) for s in range(len(world.sites))):
            for amount in map(Fraction, AMOUNTS):
                second = world.moved({(s, 0, edge): amount for s in range(len(world.sites))})
                second.unequal = [
                    {
                        (arm, edge[1]): -amount * world.effect(s, 0, arm, edge[0], frozenset())
                        for arm in design.treatments
                    }
                    for s in range(len(world.sites))
                ]
                yield second
