"""How arrows vary over the sites and persons of a first world so that what is declared of them holds exactly.

An arrow's values are made of parts, each of which takes its own values in every combination with the others'
(as in a factorial experiment). Arrows without a common part are independent; those with one move together. So arrows
that are declared apart are given different parts, and two that are declared correlated a part of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import product
from math import prod
from operator import or_
from random import Random

from identcheck.basics.once import once
from identcheck.decide.conditions import Between, Condition, of_kind
from identcheck.decide.witness.world import Edge, Values, World
from identcheck.derive.apart import Apart
from identcheck.derive.paths import edge_set, edges_in, numbered
from identcheck.derive.routes import bits, routes_of
from identcheck.describe.design import Design

__all__ = ["Part", "Plan", "drawn_up_to", "plan_of"]

MOST_KINDS = 48
"""Worlds with more kinds of sites than this, or of persons in a site, are not made."""

Pair = frozenset[Edge]
Part = tuple[Edge, ...]


def drawn_up_to(random: Random, most: int) -> Callable[[Part], Values]:
    """Small whole numbers for the arrows of a part."""
    return lambda part: {edge: random.randint(1, most) for edge in part}


@dataclass(frozen=True)
class Plan:
    """What is declared of how arrows vary, pair by pair.

    Attributes:
        apart: pairs that are to have no common part between sites.
        together: pairs that are correlated between sites.
        persons: pairs that are correlated from person to person.
        most: how many kinds of sites there may be.
    """

    apart: frozenset[Pair] = frozenset()
    together: tuple[Part, ...] = ()
    persons: tuple[Part, ...] = ()
    most: int = MOST_KINDS

    def alike(self, first: Edge, others: Sequence[Edge]) -> list[Edge]:
        """An arrow and as many others as may move together with it, no two of them apart."""
        found = [first]
        for edge in others:
            if edge != first and not any(frozenset({edge, other}) in self.apart for other in found):
                found.append(edge)
        return found

    def parts(self, moving: Sequence[Edge]) -> list[Part]:
        """The arrows by the part of their values that they have in common.

        Each in one, and in one for each pair; one that shares the first with none other is in those of its pairs alone.
        """
        groups: list[list[Edge]] = []
        for edge in moving:
            free = (g for g in groups if not any(frozenset({edge, other}) in self.apart for other in g))
            group = next(free, None)
            if group is None:
                groups.append([edge])
            else:
                group.append(edge)
        pairs = [p for p in self.together if not any(set(p) <= set(group) for group in groups)]
        paired = {edge for pair in pairs for edge in pair}
        return [*(tuple(group) for group in groups if len(group) > 1 or group[0] not in paired), *pairs]

    def sites(
        self, shared: Values, moving: Sequence[Edge], count: int, draw: Callable[[Part], Values]
    ) -> list[Values] | None:
        """The kinds of sites: every combination of the parts' values; None where they would be too many.

        Args:
            shared: the values of arrows that do not move.
            moving: those that do.
            count: how many kinds there are without anything apart.
            draw: gives the arrows of a part their values.
        """
        parts = self.parts(moving)
        if not parts:
            return [dict(shared) for _ in range(count)]
        numbers = _levels(parts, count, self.most >> len(self.persons))
        if numbers is None:
            return None
        levels = [[draw(part) for _ in range(number)] for part, number in zip(parts, numbers, strict=True)]
        found = []
        for chosen in product(*levels):
            values: Values = dict.fromkeys(moving, 0)
            for part in chosen:
                for edge, value in part.items():
                    values[edge] += value
            found.append(shared | values)
        return found

    def peopled(self, world: World) -> Iterator[World]:
        """The world with persons in each site who differ in the arrows correlated from person to person.

        Of every such pair both arrows are higher by 1 for half of the persons, lower by 1 for the others; or in every other
        site, one higher where the other is lower, so that covariances cancel over sites.
        """
        if not self.persons:
            yield world
        elif 2 ** len(self.persons) <= MOST_KINDS and all(len(site) == 1 for site in world.sites):
            for turns in ((1, 1), (1, -1)):
                sites = [self._persons(site[0], turns[s % 2]) for s, site in enumerate(world.sites)]
                yield World(world.design, sites)

    def _persons(self, values: Values, turn: int) -> list[Values]:
        persons = []
        for signs in product((1, -1), repeat=len(self.persons)):
            person = dict(values)
            for sign, (one, other) in zip(signs, self.persons, strict=True):
                person[one] += sign
                person[other] += sign * turn
            persons.append(person)
        return persons


@once
def plan_of(
    design: Design, kept: Apart, any_number: bool = True, conditions: Iterable[Condition] = ()
) -> Plan:
    """What the declarations of a design ask of a first world; and (vii), where it is granted, path by path.

    Args:
        design: the design.
        kept: what is granted so.
        any_number: whether there may be more kinds of sites than the design has sites; always where something is declared.
        conditions: what worlds are to meet; where arrows are declared correlated, those between sites are kept arrow by arrow,
            as an arrow that is exempt from (vii) path by path may still be part of an effect that (vii) is granted of.
    """
    said = [d for d in design.declarations if d.level == "sites" and d.kind != "normal" and design.sites != 1]
    together = tuple(tuple(sorted(d.edges)) for d in said if d.kind == "correlated")
    pairs = {
        frozenset({a, b})
        for d in said
        if d.kind in ("independent", "uncorrelated")
        for a in d.left
        for b in d.right
    }
    pairs |= set(_kept_apart(design, kept))
    if together:
        pairs |= set(_asked_apart(design, conditions))
    paired = (d for d in design.declarations if d.kind == "correlated" and d.level == "persons")
    persons = tuple(tuple(sorted(d.edges)) for d in paired)
    apart = frozenset(pairs) - frozenset(map(frozenset, together))
    least = MOST_KINDS if any_number or said or persons or not design.sites else design.sites
    return Plan(apart, together, persons, min(least, MOST_KINDS))


def _kept_apart(design: Design, kept: Apart) -> Iterator[Pair]:
    """The arrows of an effect against those upstream, as (vii) has it."""
    routes = routes_of(design)
    below: dict[int, int] = {}
    for up, down in kept.bundles(design, "sites", routes.varying["sites"]):
        for place in bits(up):
            below[place] = below.get(place, 0) | down
    for place, effects in below.items():
        yield from (frozenset({routes.edges[place], routes.edges[other]}) for other in bits(effects))


def _asked_apart(design: Design, conditions: Iterable[Condition]) -> Iterator[Pair]:
    """The arrows of effects against those upstream of the regressors, as single regressions have it."""
    vary = numbered(design, (e for e in design.causal.edges if design.varies(*e) != "none"))
    for c in of_kind(conditions, Between):
        if not c.regression.pooled:
            down = edge_set(design, *c.effect) & vary
            up = reduce(or_, (edge_set(design, *pair) for pair in c.pairs), 0) & vary & ~down
            yield from map(frozenset, product(edges_in(design, up), edges_in(design, down)))


def _levels(parts: Sequence[Part], count: int, most: int) -> list[int] | None:
    """How many values each part takes: as many as its arrows need to move freely, two if that is too many kinds of sites."""
    if len(parts) == 1:
        return [count]
    numbers = [max(2, min(count, len(part) + 1)) for part in parts]
    while prod(numbers) > most and max(numbers) > 2:
        numbers[numbers.index(max(numbers))] -= 1
    return numbers if prod(numbers) <= most else None
