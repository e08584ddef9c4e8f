"""First worlds in which levels without treatment are drawn, and the contrasts of products follow from them (theory section 15).

Where a drawn cause moves a factor's compliance, the contrast of the product contains that compliance. It is unrelated to the
cause all the same where the level of the other factor makes up for it: with M_l(0) = -Gamma_l, Gamma_Q = Gamma_l M_k(0), so that
the level of M_k settles what was drawn for the arrow into the product. With M_l(0) = 0 that is read as the level itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from identcheck.decide.population.linear import Number, plain, quotient
from identcheck.decide.witness.levels import contrast, products_apart
from identcheck.decide.witness.world import World


def levelled(world: World, ways: Iterable[bool] = (True, False)) -> Iterator[World]:
    """The world with such levels, whichever factor's level is drawn; the other makes up for its compliance, or is 0, or each."""
    for even in ways:
        for turned in (False, True):
            yield _with_levels(world, turned, even)


def _with_levels(world: World, turned: bool, even: bool) -> World:
    """One of these.

    Args:
        world: the world.
        turned: whether the level of the second factor is drawn, not that of the first.
        even: whether the other factor's level makes up for its compliance; else it is 0.
    """
    design, sites, before = world.design, [], []
    for place, persons in enumerate(world.sites):
        made, levels = [], []
        for number, values in enumerate(persons):
            level: dict[str, Number] = {}
            for q, pair in products_apart(design).items():
                arm = next(iter(design.causal.pred[q]))
                drawn, other = pair[::-1] if turned else pair
                gain = world.effect(place, number, arm, other, frozenset()) if even else 0
                level.setdefault(drawn, quotient(values[arm, q], gain) if gain else values[arm, q])
                level.setdefault(other, plain(-gain))
            follows = {
                (arm, q): plain(contrast(design, values, level, arm, pair))
                for q, pair in products_apart(design).items()
                for arm in design.causal.pred[q]
            }
            made.append({**values, **follows})
            levels.append(level)
        sites.append(made)
        before.append(tuple(levels))
    found = World(design, sites)
    found.before = tuple(before)
    return found
