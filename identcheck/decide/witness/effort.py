"""How long the search for two worlds goes on: so many first worlds, and so much to look at in them; never by a clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from identcheck.basics.once import kept_with
from identcheck.decide.conditions import Condition
from identcheck.decide.estimands import Target
from identcheck.decide.witness.world import World
from identcheck.describe.design import Design
from identcheck.errors.limits import FIRST_WORLDS, WORLD_COEFFICIENTS

WAYS = 4
"""Shifting coefficients costs about as much as making this many other worlds of the same size."""


def within_limits(
    worlds: Iterable[World],
    design: Design,
    target: Target,
    conditions: Iterable[Condition],
    all_granted: bool,
    shares: int = 1,
) -> Iterator[World]:
    """The first worlds that are tried; that there were more than the second limit allows is kept with the design.

    ``shares`` says into how many searches, for one answer, what is allowed is divided.
    """
    ways = WAYS + len(design.unobserved) * len(design.mediators)
    each, work = ways * design.causal.number_of_edges(), 0
    for number, world in enumerate(islice(worlds, -(-FIRST_WORLDS.most // shares))):
        if work > WORLD_COEFFICIENTS.most // shares:
            kept_with(design, "searches ended")[target, tuple(conditions), all_granted] = number
            return
        work += each * sum(map(len, world.sites))
        yield world


def ended_after(design: Design, target: Target, conditions: Iterable[Condition], all_granted: bool) -> int:
    """After how many first worlds a search that found nothing was ended, since they are large; 0 where it was not."""
    asked = target, tuple(dict.fromkeys(conditions)), all_granted
    found: int = kept_with(design, "searches ended").get(asked, 0)
    return found
