"""Worlds in which persons of a site differ in several arrows at once.

Who gains more along one way may gain more, or less, along another; a change of how effects go with compliances can then cancel
over ways, where with one arrow it would show.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import product
from random import Random

from identcheck.decide.witness.world import Edge, Values, World

SIGNS = tuple(product((1, -1), repeat=2))
"""Four persons, alike or unlike in two traits that are independent of one another."""

ROUNDS = 8
"""Every world is tried with persons so many times."""


def mixed(worlds: Sequence[World], edges: Collection[Edge]) -> Iterator[World]:
    """Each of some worlds with four persons in each site in place of one, whose arrows go with one of two traits.

    An arrow goes up and down by 1, or by as much as it is: some persons it does not move, and others twice as much.

    Args:
        worlds: everyone in a site is alike in them.
        edges: what may vary from person to person.
    """
    random = Random("identcheck")
    alone = [world for world in worlds if all(len(site) == 1 for site in world.sites)]
    for _ in range(ROUNDS if edges else 0):
        traits = {edge: random.choice((None, 0, 0, 1)) for edge in sorted(edges)}
        whole = random.random() < 0.5
        sizes = {edge: None if whole or random.random() < 0.3 else 1 for edge in traits}
        for world in alone:
            yield World(
                world.design,
                [[_person(site[0], signs, traits, sizes) for signs in SIGNS] for site in world.sites],
            )


def _person(
    values: Values, signs: tuple[int, ...], traits: dict[Edge, int | None], sizes: dict[Edge, int | None]
) -> Values:
    person = dict(values)
    for edge, trait in traits.items():
        if trait is not None:
            person[edge] += signs[trait] * (sizes[edge] or values[edge])
    return person
