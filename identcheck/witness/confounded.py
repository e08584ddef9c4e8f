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
        world: the first world.
        target: the estimand, which has to change.
    """
    design = world.design
    if any(len(site) > 1 for site in world.sites) and not design.declarations:
        return
    cells = [(s, i) for s, site in enumerate(world.sites) for i in range(len(site))]
    own = {node for node, door in back_doors(design).items() if door.own}
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
