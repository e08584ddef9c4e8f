"""Trials of persons with potential outcomes, interactions in the outcome's equation among them: shares no code with the engine.

A person has levels without treatment, a coefficient for every arrow, and one for every product. What each arm does to a person is
worked out from the potential values one by one, never from products of coefficients.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

Edge = tuple[str, str]
Pair = tuple[str, str]


@dataclass(frozen=True)
class Shape:
    """A trial's graph: arms, mediators in order, arrows, and the products in the outcome's equation."""

    arms: tuple[str, ...]
    mediators: tuple[str, ...]
    edges: tuple[Edge, ...]
    products: tuple[Pair, ...]
    outcome: str = "Y"

    def name(self, pair: Pair) -> str:
        return f"{pair[0]}*{pair[1]}"

    @property
    def columns(self) -> tuple[str, ...]:
        """All that has an effect on the outcome of its own."""
        into = tuple(m for m in self.mediators if (m, self.outcome) in self.edges)
        return (*into, *map(self.name, self.products))


@dataclass(frozen=True)
class Person:
    """Levels without treatment by node; coefficients by arrow; those of products by pair."""

    before: dict[str, Fraction]
    effects: dict[Edge, Fraction]
    crossed: dict[Pair, Fraction] = field(default_factory=dict)

    def values(self, shape: Shape, arm: str | None) -> dict[str, Fraction]:
        """What the person's mediators, products and outcome are under an arm, or under control."""
        found: dict[str, Fraction] = {}
        for node in (*shape.mediators, shape.outcome):
            level = self.before[node]
            for a, b in shape.edges:
                if b == node and (a == arm or a in found):
                    level += self.effects[a, b] * (1 if a == arm else found[a])
            if node == shape.outcome:
                for k, other in shape.products:
                    level += self.crossed[k, other] * found[k] * found[other]
            found[node] = level
        for pair in shape.products:
            found[shape.name(pair)] = found[pair[0]] * found[pair[1]]
        return found

    def gains(self, shape: Shape, arm: str) -> dict[str, Fraction]:
        """What an arm changes."""
        treated, control = self.values(shape, arm), self.values(shape, None)
        return {node: treated[node] - control[node] for node in treated}

    def slope(self, shape: Shape, column: str) -> Fraction:
        """The coefficient of a mediator, or of a product, in the outcome's equation."""
        pairs = {shape.name(pair): pair for pair in shape.products}
        return self.crossed[pairs[column]] if column in pairs else self.effects[column, shape.outcome]


Site = Sequence[Person]


def mean(values: Iterable[Any]) -> Fraction:
    listed = list(values)
    return sum(listed, Fraction(0)) / len(listed)


def contrasts(shape: Shape, site: Site, arm: str) -> dict[str, Fraction]:
    """The contrast of an arm with control in every mean, in one site."""
    gains = [person.gains(shape, arm) for person in site]
    return {node: mean(one[node] for one in gains) for node in gains[0]}


def regression(rows: Sequence[Sequence[Fraction]], left: Sequence[Fraction]) -> list[Fraction] | None:
    """Least squares in exact fractions; None where the columns are not independent."""
    width = len(rows[0])
    table = [
        [sum((row[i] * row[j] for row in rows), Fraction(0)) for j in range(width)]
        + [sum((row[i] * y for row, y in zip(rows, left, strict=True)), Fraction(0))]
        for i in range(width)
    ]
    for i in range(width):
        pivot = next((j for j in range(i, width) if table[j][i]), None)
        if pivot is None:
            return None
        table[i], table[pivot] = table[pivot], table[i]
        table[i] = [value / table[i][i] for value in table[i]]
        for j in range(width):
            if j != i and table[j][i]:
                table[j] = [a - table[j][i] * b for a, b in zip(table[j], table[i], strict=True)]
    return [row[-1] for row in table]


def fitted(
    shape: Shape,
    sites: Sequence[Site],
    outcome: str,
    regressors: Sequence[str],
    arms: Sequence[str],
    intercepts: Sequence[str] = (),
) -> dict[str, Fraction] | None:
    """The regression of the contrasts in one node on those in others, a row for each site and arm; slopes by regressor."""
    found = [(arm, contrasts(shape, site, arm)) for site in sites for arm in arms]
    rows = [
        [*(gain[u] for u in regressors), *(Fraction(int(arm == one)) for one in intercepts)]
        for arm, gain in found
    ]
    slopes = regression(rows, [gain[outcome] for _, gain in found])
    return None if slopes is None else dict(zip((*regressors, *intercepts), slopes, strict=True))


def number(random: Random) -> Fraction:
    return Fraction(random.randint(-6, 6), random.randint(1, 3))


def random_shape(
    random: Random, mediators: int | None = None, arms: int | None = None, parallel: bool | None = None
) -> Shape:
    """A graph with one to three mediators, one to two arms, and one or two products, squares too."""
    count = mediators or random.choice([1, 2, 2, 3])
    named = tuple(f"M{k}" for k in range(1, count + 1))
    treated = ("T",) if (arms or random.choice([1, 1, 2])) == 1 else ("T1", "T2")
    flat = random.random() < 0.3 if parallel is None else parallel
    edges = {(m, "Y") for m in named}
    edges |= {
        (a, b) for i, a in enumerate(named) for b in named[i + 1 :] if not flat and random.random() < 0.6
    }
    edges |= {(arm, m) for arm in treated for m in named if random.random() < 0.7}
    for m in named:
        if not any(b == m for _, b in edges):
            edges.add((random.choice(treated), m))
    for arm in treated:
        if not any(a == arm for a, _ in edges):
            edges.add((arm, random.choice(named)))
    possible = [(a, b) for i, a in enumerate(named) for b in named[i:]]
    products = tuple(sorted(random.sample(possible, min(len(possible), random.choice([1, 1, 2])))))
    return Shape(treated, named, tuple(sorted(edges)), products)


def crossed_sites(random: Random, shape: Shape, kinds: int, effects: int = 2) -> list[list[Person]]:
    """Sites in which compliances and levels are independent of the outcome's coefficients, within sites and between them.

    Each site is a kind of compliance with a kind of effects, all pairs of kinds once; its persons are all pairs of a person's
    compliance and effects there.
    """
    inner = [edge for edge in shape.edges if edge[1] != shape.outcome]
    outer = [edge for edge in shape.edges if edge[1] == shape.outcome]

    def complies() -> tuple[dict[str, Fraction], dict[Edge, Fraction]]:
        return {n: number(random) for n in shape.mediators}, {e: number(random) for e in inner}

    def gains() -> tuple[dict[Edge, Fraction], dict[Pair, Fraction], Fraction]:
        return (
            {e: number(random) for e in outer},
            {pair: number(random) for pair in shape.products},
            number(random),
        )

    above = [[complies() for _ in range(random.choice([1, 2, 3]))] for _ in range(kinds)]
    below = [[gains() for _ in range(random.choice([1, 2]))] for _ in range(effects)]
    return [
        [
            Person(levels | {shape.outcome: start}, up | down, across)
            for levels, up in compliance
            for down, across, start in effect
        ]
        for compliance, effect in product(above, below)
    ]
