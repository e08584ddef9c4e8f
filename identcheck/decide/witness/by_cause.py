"""What is drawn of a cause of heterogeneity: its values in sites, coefficients that it moves, changes of effects by its value."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from random import Random
from typing import NamedTuple

from identcheck.basics.options import LevelName
from identcheck.decide.witness.world import Edge

__all__ = ["MIXES", "VALUES", "Mix", "Moved", "changes", "coefficients"]

VALUES = (0, 1, 1, 2, 3)
"""What coefficients are drawn from."""

CHANGES = (1, 1, 0, -1, 2)
"""What an effect may change by."""

Mix = tuple[int, ...]
"""The values of a cause in a site, one for each person, or one for all."""

MIXES: Mapping[tuple[LevelName, int], tuple[tuple[Mix, ...], ...]] = {
    ("sites", 2): (((0,), (1,)),),
    ("sites", 3): (((0,), (1,)), ((0,), (1,), (2,))),
    ("persons", 2): (((0, 1),), ((0, 0, 1),), ((0, 0, 0, 1), (0, 1, 1, 1))),
    ("persons", 3): (((0, 1),), ((0, 1, 2),), ((0, 0, 1),), ((0, 0, 0, 1), (0, 1, 1, 1))),
}
"""By level and number of values: of a cause of sites all; of one of persons the same mix in all sites, or two mixes."""


class Moved(NamedTuple):
    """What a drawn cause moves.

    Attributes:
        arrows: the arrows.
        level: where it acts.
        values: how many values it may have, 2 or 3.
        even: whether it has the same mix in all sites.
    """

    arrows: tuple[Edge, ...]
    level: LevelName
    values: int
    even: bool


def coefficients(random: Random, values: int, part: bool) -> list[list[int]]:
    """Those of an arrow, for each value of a cause, which may switch it off; in a second row those with another part of its own.

    The part multiplies what the cause does, or tells at one value alone, or is free.

    Args:
        random: what is drawn with.
        values: how many values of the cause matter to the arrow.
        part: whether it has a part of its own.
    """
    first = [random.choice(VALUES) for _ in range(values)]
    if values > 1 and random.random() < 0.35:
        first[random.randrange(values)] = 0
    if not part:
        return [first]
    way = random.random()
    if way < 0.4:
        by = random.randint(2, 3)
        return [first, [x * by for x in first]]
    place = random.randrange(values) if way < 0.8 else None
    return [first, [random.choice(VALUES) if place in (None, z) else x for z, x in enumerate(first)]]


def changes(
    random: Random,
    sources: Collection[str],
    moved: Collection[str],
    values: range,
    inner: Sequence[Sequence[int]],
    mix: Mix,
) -> dict[str, Sequence[int]]:
    """What the effect of each node changes by, by the value of the cause.

    Effects that it moves change at every value, or at one alone; or so that the change is unrelated, over a site, to another
    arrow that it moves. The others change alike.

    Args:
        random: what is drawn with.
        sources: the nodes.
        moved: those of them whose effect the cause moves.
        values: the values of the cause.
        inner: what the cause makes of each arrow between mediators that it moves.
        mix: its values in a site, where they are the same in all; else empty.
    """
    alone = random.choice([None, None, *values])
    level = random.choice(inner) if inner and mix and alone is None else None
    found: dict[str, Sequence[int]] = {}
    for u in sources:
        each = (
            [random.choice(CHANGES) for _ in values] if u in moved else [random.choice(CHANGES)] * len(values)
        )
        if alone is not None:
            each = [x if z == alone and u in moved else 0 for z, x in enumerate(each)]
        elif level is not None and u in moved:
            each = [mix.count(1) * level[1], -mix.count(0) * level[0], *[0] * (len(values) - 2)]
        found[u] = each
    return found
