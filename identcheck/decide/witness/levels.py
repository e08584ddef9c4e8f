"""Persons behind a world with products: levels without treatment from which the contrast of every product comes out.

A world has a coefficient for the arrow into a product, as for every other. It is one that persons can have if there are levels
M_k(0), M_l(0) with

    Gamma_Q = Gamma_k M_l(0) + Gamma_l M_k(0) + Gamma_k Gamma_l        for every product and arm.

Where levels alone do not do it, as with several arms, each person is taken apart into persons who are alike in all effects on the
outcome and have the person's coefficients on average: some have a level above and a compliance above, the others both below.

Source: theory, equation (15.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from operator import or_
from typing import Any

from identcheck.decide.population import Population
from identcheck.decide.population.declared import independent_in
from identcheck.decide.population.flows import Values
from identcheck.decide.population.linear import Number, plain, quotient, solve
from identcheck.decide.population.sites import Site
from identcheck.decide.witness.world import Before, Level, World
from identcheck.derive.apart import Apart
from identcheck.derive.paths import Edge, edges_in, numbered
from identcheck.describe.design import Design

__all__ = [
    "Before",
    "apart_with_levels",
    "both_with_levels",
    "come_out",
    "contrast",
    "products_apart",
    "with_levels",
]


@dataclass(frozen=True)
class _Split:
    """One way to take persons apart: an arm's arrow is moved up and down, and a factor's level with it.

    Attributes:
        arm: the arm.
        arrow: its arrow into a node that leads to a factor, or into a factor.
        level: the factor whose level moves along.
    """

    arm: str
    arrow: Edge
    level: str


def both_with_levels(first: World, second: World) -> tuple[tuple[World, Before], tuple[World, Before]] | None:
    """Both worlds with levels for their persons, as many in the one as in the other; None where there are none."""
    if first.before is not None and second.before is not None:
        return (first, first.before), (second, second.before)
    for apart in (False, True):
        one, other = with_levels(first, apart), with_levels(second, apart)
        if one is None or other is None:
            return None
        if all(len(a) == len(b) for a, b in zip(one[1], other[1], strict=True)):
            return one, other
    return None


def with_levels(world: World, apart: bool = False) -> tuple[World, Before] | None:
    """The world with levels for its persons, taken apart where they must be, or ``apart``; None where there are none."""
    world = _as_one(world)
    found: list[tuple[list[Values], tuple[Level, ...]]] = []
    for place in range(len(world.sites)):
        plain_ones = None if apart else _site(world, place, ())
        persons = plain_ones or _site(world, place, _splits(world.design))
        if persons is None or world.unequal[place]:
            return None
        found.append(persons)
    sites = [persons for persons, _ in found]
    before = tuple(levels for _, levels in found)
    if all(len(new) == len(old) for new, old in zip(sites, world.sites, strict=True)):
        return world, before
    return World(world.design, sites), before


def _as_one(world: World) -> World:
    """The world with products that are a factor in that factor's unit: its arrow into them is 1."""
    if not world.design.same:
        return world
    outcome = world.design.outcome
    sites = [[dict(values) for values in site] for site in world.sites]
    for values in (values for site in sites for values in site):
        for product, factor in world.design.same.items():
            values[product, outcome] = plain(values[product, outcome] * values[factor, product])
            values[factor, product] = 1
    made = World(world.design, sites)
    made.unequal = world.unequal
    return made


def _splits(design: Design) -> tuple[_Split, ...]:
    """For each product and arm one: an arrow of the arm that differs between persons and leads to a factor."""
    found = []
    for product, pair in products_apart(design).items():
        for arm in design.causal.pred[product]:
            ways = (
                _Split(arm, (arm, node), other)
                for factor, other in (pair, pair[::-1])
                for node in (factor, *(n for n in design.mediators if design.causal.has_edge(n, factor)))
                if design.causal.has_edge(arm, node) and design.varies(arm, node) == "persons"
            )
            way = next(ways, None)
            if way is not None:
                found.append(way)
    return tuple(found)


def _site(world: World, site: int, splits: Sequence[_Split]) -> tuple[list[Values], tuple[Level, ...]] | None:
    """The persons of a site with their levels; None where there are none."""
    persons: list[Values] = []
    levels: list[Level] = []
    for place in range(len(world.sites[site])):
        solved = _person(world, site, place, splits)
        if solved is None:
            return None
        for values, level in solved:
            persons.append(values)
            levels.append(level)
    return persons, tuple(levels)


def _person(
    world: World, site: int, person: int, splits: Sequence[_Split]
) -> list[tuple[Values, Level]] | None:
    """A person with levels, or the persons that one is taken apart into."""
    design, values = world.design, world.sites[site][person]
    factors = sorted(
        {node for pair in products_apart(design).values() for node in pair}, key=design.order.__getitem__
    )
    unknown = {name: place for place, name in enumerate([*factors, *splits])}

    def gain(source: str, node: str) -> Number:
        return 1 if source == node else world.effect(site, person, source, node, frozenset())

    rows: list[dict[int, Number]] = []
    right: list[Number] = []
    for product, (k, other) in products_apart(design).items():
        for arm in design.causal.pred[product]:
            up, across = gain(arm, k), gain(arm, other)
            row: dict[int, Number] = {}
            _count(row, unknown[other], up)
            _count(row, unknown[k], across)
            rest = values[arm, product] - up * across
            for split in splits:
                if split.arm == arm:
                    moved = gain(split.arrow[1], k), gain(split.arrow[1], other)
                    _count(
                        row, unknown[split], (split.level == other) * moved[0] + (split.level == k) * moved[1]
                    )
                    rest -= moved[0] * moved[1]
            rows.append(row)
            right.append(rest)
    solved = solve(rows, right, len(unknown))
    if solved is None:
        return None
    return [
        _one(design, values, gain, dict(zip(unknown, solved, strict=True)), signs) for signs in _signs(splits)
    ]


def _count(row: dict[int, Number], place: int, by: Number) -> None:
    row[place] = row.get(place, 0) + by


def _signs(splits: Sequence[_Split]) -> list[dict[_Split, int]]:
    """Plus or minus for each split, so that they average zero, and so do the products of two: rows of a Hadamard matrix."""
    size = 1
    while size <= len(splits):
        size *= 2
    return [
        {split: (-1) ** (row & place).bit_count() for place, split in enumerate(splits, 1)}
        for row in range(size)
    ]


def _one(design: Design, values: Values, gain, solved: Mapping[object, Number], signs: Mapping[_Split, int]):  # type: ignore[no-untyped-def]
    """One person: the coefficients moved by the signs, the levels, and the contrasts of products that follow."""
    moved, shifts = dict(values), dict[str, dict[str, Number]]()
    level = {name: value for name, value in solved.items() if isinstance(name, str)}
    for split, sign in signs.items():
        moved[split.arrow] = plain(moved[split.arrow] + sign)
        level[split.level] += sign * solved[split]
        for node in level:
            of_arm = shifts.setdefault(split.arm, {})
            of_arm[node] = of_arm.get(node, 0) + sign * gain(split.arrow[1], node)
    for product, (k, other) in products_apart(design).items():
        for arm in design.causal.pred[product]:
            up, across = (gain(arm, n) + shifts.get(arm, {}).get(n, 0) for n in (k, other))
            moved[arm, product] = plain(Fraction(up * level[other] + across * level[k] + up * across))
    return moved, {name: plain(Fraction(value)) for name, value in level.items()}


def come_out(population: Population, before: Before) -> bool:
    """Whether persons with these levels have the contrasts of products that a population says, recomputed one by one.

    Each person's mediators are worked out with and without each arm, and multiplied.
    """
    design = population.design
    kinds = population.flows.persons
    if any(v[factor, q] != 1 for p in kinds for v in p for q, factor in design.same.items()):
        return False
    if len(kinds) != len(before) or any(len(p) != len(b) for p, b in zip(kinds, before, strict=True)):
        return False
    return all(
        values[arm, product] == contrast(design, values, level, arm, pair)
        for persons, levels in zip(kinds, before, strict=True)
        for values, level in zip(persons, levels, strict=True)
        for product, pair in products_apart(design).items()
        for arm in design.causal.pred[product]
    )


def apart_with_levels(population: Population, before: Before, apart: Apart) -> bool:
    """Whether levels without treatment are as independent of effects as the contrasts of products, which contain them.

    (vii) with a product among the regressors is about levels against every effect, (vi) about those against its own
    coefficient (theory section 15). Where a drawn cause moves a factor's compliance and an effect, it moves the contrast with
    it, and the levels alone are unrelated to that effect.
    """
    design, core = population.design, population.core
    into = {(arm, q): pair for q, pair in products_apart(design).items() for arm in design.causal.pred[q]}
    contrasts = numbered(design, into)
    plain_ones = Apart(apart.levels, frozenset((level, arrows & ~contrasts) for level, arrows in apart.moved))

    def sites(made: frozenset[Edge]) -> list[Site]:
        return [
            replace(
                site,
                persons=[
                    _beside(into, made, v, level) for v, level in zip(site.persons, levels, strict=True)
                ],
            )
            for site, levels in zip(core.sites, before, strict=True)
        ]

    known: dict[frozenset[Edge], list[Site]] = {}
    for level in apart.levels:
        for up, down in plain_ones.bundles(design, level, numbered(design, design.causal.edges)):
            if up & contrasts:
                joined = (arrows for at, arrows in apart.moved if at == level and arrows & down)
                made = frozenset(edges_in(design, reduce(or_, joined, 0) & contrasts))
                known.setdefault(made, sites(made))
                if not independent_in(known[made], edges_in(design, up), edges_in(design, down), level):
                    return False
    return True


def _beside(
    into: Mapping[Edge, tuple[str, str]],
    made: frozenset[Edge],
    values: Mapping[Edge, Number],
    level: Level,
) -> dict[Edge, Any]:
    """A person's coefficients, each contrast of a product with the levels of its factors beside it; the levels alone of some."""
    return dict(values) | {
        edge: (*([] if edge in made else [values[edge]]), *(level[node] for node in pair))
        for edge, pair in into.items()
    }


def products_apart(design: Design) -> dict[str, tuple[str, str]]:
    """The products that are none of their factors."""
    return {product: pair for product, pair in design.products.items() if product not in design.same}


def contrast(design: Design, values: Values, level: Level, arm: str, pair: tuple[str, str]) -> Number:
    """What an arm adds to the product of two mediators of a person."""
    changes: dict[str, Number] = {}
    for node in design.mediators:
        changes[node] = sum(
            values[cause, node] * (1 if cause == arm else changes.get(cause, 0))
            for cause in design.causal.pred[node]
            if cause == arm or cause in changes
        )
    k, other = pair
    return (level[k] + changes[k]) * (level[other] + changes[other]) - level[k] * level[other]


# -- first worlds in which levels without treatment are drawn ----------------------------------------------


def levelled(world: World, ways: Iterable[bool] = (True, False)) -> Iterator[World]:
    """The world with levels without treatment, from which the contrasts of products follow (theory section 15).

    Whichever factor's level is drawn; the other makes up for its compliance, or is 0, or each. Where a drawn cause
    moves a factor's compliance, the contrast of the product contains that compliance. It is unrelated to the cause
    all the same where the level of the other factor makes up for it: with M_l(0) = -Gamma_l, Gamma_Q = Gamma_l
    M_k(0), so that the level of M_k settles what was drawn for the arrow into the product. With M_l(0) = 0 that is
    read as the level itself.
    """
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
