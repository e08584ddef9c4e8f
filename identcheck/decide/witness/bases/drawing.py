"""Which arrows move, and small numbers drawn for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from random import Random
from typing import Any

from identcheck.basics.once import Listed, once
from identcheck.decide.witness.crossing import Plan, drawn_up_to
from identcheck.decide.witness.turns import arrows
from identcheck.decide.witness.world import Edge, Values, World
from identcheck.describe.design import Design

RANGES = (3, 3, 5, 9, 20)
"""Coefficients are drawn up to these, the smallest first, until the world has the rank that is asked for."""


LARGER = (20, 50)


def free_arrows(design: Design) -> list[Edge]:
    """The arrows that may vary."""
    return [e for e in arrows(design) if design.varies(*e) != "none"]


def own_arrows(design: Design) -> list[Edge]:
    """Those of the arms among them."""
    return [e for e in free_arrows(design) if e[0] in design.treatments]


def with_correlated(moving: Sequence[Edge], pairs: Iterable[Iterable[Edge]]) -> list[Edge]:
    """The arrows that move, and those that have to because they are correlated with another."""
    return list(dict.fromkeys([*moving, *(edge for pair in pairs for edge in pair)]))


def drawn_world(
    design: Design,
    count: int,
    moving: Sequence[Edge],
    fits: Callable[[World], bool],
    plan: Plan,
    ranges: tuple[int, ...] = RANGES,
) -> World | None:
    """The first world drawn that fits, its moving arrows different from site to site; None where none does."""
    worlds = _draws(design, count, tuple(with_correlated(moving, plan.together)), plan, ranges)
    return next((world for world in worlds if fits(world)), None)


@once
def _draws(
    design: Design, count: int, moving: tuple[Edge, ...], plan: Plan, ranges: tuple[int, ...]
) -> Listed[World]:
    """The worlds that are drawn, the same for every effect, so that what is found out about one serves them all."""

    def worlds() -> Iterator[World]:
        shared, random = drawn_alike(design)
        for most in ranges:
            sites = plan.sites(shared, moving, count, drawn_up_to(random, most))
            if sites is None:
                return
            yield from plan.peopled(World.of_means(design, sites))
            shared = _small(design, random)

    return Listed(worlds)


def drawn_alike(design: Design) -> tuple[Values, Random]:
    """A small whole number for every arrow, the same every time, and what is drawn with next."""
    values, state = _first_values(design)
    random = Random(0)
    random.setstate(state)
    return values, random


@once
def _first_values(design: Design) -> tuple[Values, tuple[Any, ...]]:
    random = Random("identcheck")
    return _small(design, random), random.getstate()


def _small(design: Design, random: Random) -> Values:
    return {edge: random.randint(1, 3) for edge in arrows(design)}
