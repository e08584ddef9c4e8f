"""Worlds changed so that persons differ within sites."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import permutations, product
from random import Random

from identcheck.basics.once import once
from identcheck.decide.population.linear import Number, plain as plain_number
from identcheck.decide.witness.turns import arrows
from identcheck.decide.witness.world import Edge, Values, World

__all__ = ["ROUNDS", "SIGNS", "mixed"]


def of_types(plain: World, edges: Collection[Edge]) -> World:
    """The world with a person for every arm whom it alone moves, so much the more, and one whom no arm does.

    Effects of mediators in one of them then show in the contrasts of one arm alone, or in none.
    """
    arms = plain.design.treatments
    return World(
        plain.design,
        [
            [_moved_by(plain, values, arm, edges) for values in site for arm in (None, *arms)]
            for site in plain.sites
        ],
    )


def _moved_by(plain: World, values: Values, arm: str | None, edges: Collection[Edge]) -> Values:
    """Someone whom one arm alone moves, or none, as far as the arrows that vary from person to person allow it."""
    person, arms = dict(values), plain.design.treatments
    reach: dict[str, dict[str, Number]] = {other: {other: 1} for other in arms}
    for node, parents in plain.parents.items():
        inner = [p for p in parents if p not in arms]
        for p in inner:
            if (p, node) in edges and any(reach[a].get(p) for a in arms) and not (arm and reach[arm].get(p)):
                person[p, node] = 0
        for other in arms:
            through = sum(reach[other].get(p, 0) * person[p, node] for p in inner)
            if (other, node) in edges:
                person[other, node] = (len(arms) + 1) * values[other, node] if other == arm else -through
            reach[other][node] = through + person.get((other, node), 0)
    return person


def unmoved(plain: World, node: str, edges: Collection[Edge]) -> World | None:
    """The world with one more person in each site, in whom no arm moves a node: what the arms do along two ways cancels.

    None where no arrow that may differ between persons allows it.
    """
    design = plain.design
    if node in design.treatments or not edges:
        return None
    sites = []
    for s, site in enumerate(plain.sites):
        person = dict(site[0])
        for arm in design.treatments:
            own = [e for e in sorted(edges) if e[0] == arm]
            gains = dict(plain.gains(s, 0, own, (arm, node, frozenset())))
            whole = plain.effect(s, 0, arm, node, frozenset())
            if whole and not gains:
                return None
            if whole:
                edge, gain = next(iter(gains.items()))
                person[edge] = plain_number(person[edge] - Fraction(whole) / gain)
        sites.append([*site, person])
    return World(design, sites)


def all_spread(
    worlds: Iterable[World], edges: Iterable[Edge], fits: Callable[[World], bool]
) -> Iterator[World]:
    """Those worlds with two persons for each, who differ in one arrow."""
    chosen = tuple(worlds)
    for edge in edges:
        yield from (w for w in (_spread(world, edge) for world in chosen) if fits(w))


@once
def _spread(plain: World, edge: Edge) -> World:
    """Two persons for each in a site, who differ, by as much above as below the mean, in one arrow."""
    return World(
        plain.design,
        [[values | {edge: values[edge] + by} for values in site for by in (1, -1)] for site in plain.sites],
    )


def spread_alike(worlds: Iterable[World], own: Sequence[Edge], edges: Collection[Edge]) -> Iterator[World]:
    """Two persons for each in a site, who differ in one arrow of an arm by as much as another of its arrows does there.

    What a covariance of that compliance can make up for is then in proportion to another compliance.
    """
    for world in worlds:
        for edge, other in permutations(own, 2):
            if edge in edges and edge[0] == other[0]:
                yield World(
                    world.design,
                    [
                        [p | {edge: p[edge] + by * p[other]} for p in site for by in (1, -1)]
                        for site in world.sites
                    ],
                )


# -- worlds in which persons of a site differ in several arrows at once ------------------


SIGNS = tuple(product((1, -1), repeat=2))
"""Four persons, alike or unlike in two traits that are independent of one another."""

ROUNDS = 8
"""Every world is tried with persons so many times."""


def mixed(worlds: Sequence[World], edges: Collection[Edge]) -> Iterator[World]:
    """Each of some worlds with four persons in each site in place of one, whose arrows go with one of two traits.

    An arrow goes up and down by 1, or by as much as it is: some persons it does not move, and others twice as much. Who gains
    more along one way may gain more, or less, along another; a change of how effects go with compliances can then cancel over
    ways, where with one arrow it would show.

    Args:
        worlds: everyone in a site is alike in them.
        edges: what may vary from person to person.
    """
    random = Random("identcheck")
    alone = [world for world in worlds if all(len(site) == 1 for site in world.sites)]
    every = [edge for edge in arrows(worlds[0].design) if edge in edges] if worlds else []
    for _ in range(ROUNDS if edges else 0):
        traits = {edge: random.choice((None, 0, 0, 1)) for edge in every}
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
