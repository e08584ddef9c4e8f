"""First worlds in which a drawn cause moves effects so that changes of them make up for one another, and nothing shows.

A cause z moves M2 -> M3 and M1 -> Y, say. The contrast in Y changes by gamma_1 x_1(z) + r_3(z) x_3, where the effect of M1
changes by x_1, which may go with z, and that of M3 by x_3 for everyone. With what is between mediators and the change drawn, that
is linear in the arms' own arrows (theory, equation (12.2)). One solution is drawn: compliances are in proportion where
they have to be, and idle where the cause switches them off (theory section 14).

What an arm does has a part of its own, and so may an arrow between mediators: every combination of these parts and of the
values of the cause is a site, so that none of them tells anything of another. Levels of factors of a product go with the arms'
part. Where the product's effect changes, compliances with what leads to its factors are drawn too (theory section 15).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from random import Random
from typing import NamedTuple

from identcheck.basics.once import Listed, once
from identcheck.basics.options import LevelName
from identcheck.decide.population.linear import Echelon, Number, plain, solve
from identcheck.decide.witness.bases import free_arrows, own_arrows
from identcheck.decide.witness.crossing import MOST_KINDS
from identcheck.decide.witness.dependent import MANY_COLUMNS
from identcheck.decide.witness.levels import contrast, products_apart
from identcheck.decide.witness.world import ByCause, Edge, Values, World, parents_of
from identcheck.derive.paths import reaches
from identcheck.describe.design import Design

__all__ = ["Moved", "compensated"]

DRAWS, FEW_DRAWS = 300, 20
"""So many worlds are drawn for each node; and in large designs."""

VALUES = (0, 1, 1, 2, 3)
"""What coefficients are drawn from."""

CHANGES = (1, 1, 0, -1, 2)
"""What an effect may change by."""

WEIGHTS = (1, 1, 2, 3, -1)
"""How often each of the plainest compliances that show nothing is taken."""

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


class _Site(NamedTuple):
    """What a site is like: which of the arms' own parts it has, its mix of the cause's values, and the parts of other arrows."""

    own: int
    mix: Mix
    beside: tuple[int, ...]


@once
def compensated(design: Design, node: str, moved: Moved, columns: int) -> Listed[World]:
    """Worlds in which some change of what mediators do to a node may not be seen; the same for every effect.

    Args:
        design: the design.
        node: the node.
        moved: what the cause moves.
        columns: how many columns the widest regression in question has.
    """
    random, most = Random("identcheck"), DRAWS if len(design.mediators) <= MANY_COLUMNS else FEW_DRAWS
    return Listed(lambda: (_Draw(design, node, moved, columns, random).world() for _ in range(most)))


@dataclass(eq=False)
class _Draw:
    """One draw of such a world."""

    design: Design
    node: str
    moved: Moved
    columns: int
    random: Random

    def world(self) -> World:
        """The world; where no compliances hide the change, one with others."""
        change, drawn = self.change, self.random.choice
        hidden, crossed = self.random.random() < 0.75, any(any(change.get(q, ())) for q in self.products)
        cells = {
            cell: e for s in self.sites for z in s.mix for e in self.arrows for cell in [self.cell(e, s, z)]
        }
        values: dict[Hashable, Number] = {
            cell: drawn(VALUES) for cell, e in cells.items() if not hidden or (crossed and e in self.feeding)
        }
        unknown = [cell for cell in cells if cell not in values]
        values |= self.hiding(unknown, self.made(values)) if unknown else {}
        return self.made(values)

    def made(self, values: Mapping[Hashable, Number]) -> World:
        """The world with values of the arms' own arrows, zero where there are none, and what follows for products."""
        sites, before = [], []
        for site in self.sites:
            level = self.levels[site.own]
            persons = []
            for z in site.mix:
                person: Values = self.inner(site, z)
                person |= {e: values.get(self.cell(e, site, z), 0) for e in self.arrows}
                for q, pair in self.products.items():
                    for arm in self.design.causal.pred[q]:
                        person[arm, q] = plain(contrast(self.design, person, level, arm, pair))
                persons.append(person)
            sites.append(persons)
            before.append((level,) * len(site.mix))
        world = World(self.design, sites)
        world.by = ByCause(frozenset(self.moved.arrows), [site.mix for site in self.sites])
        world.before = tuple(before) if self.design.interactions else None
        return world

    def hiding(self, unknown: Sequence[Hashable], drawn: World) -> dict[Hashable, Number]:
        """Values for some cells with which nothing is seen of the change beside what is drawn; others where there are none."""
        places = {cell: place for place, cell in enumerate(unknown)}
        rows, right = [], []
        for s, site in enumerate(self.sites):
            for arm in self.design.treatments:
                row: dict[int, Number] = {}
                for i, z in enumerate(site.mix):
                    for e in self.arrows:
                        if e[0] == arm and (place := places.get(self.cell(e, site, z))) is not None:
                            row[place] = row.get(place, 0) + self.shown(drawn, s, i, e[1])
                rows.append(row)
                right.append(-sum(self.shown(drawn, s, i, arm) for i in range(len(site.mix))))
        found = solve(rows, right, len(places))
        if found is None:
            return {cell: self.random.choice(VALUES) for cell in unknown}
        for vector in Echelon(len(places), rows).null_vectors():
            by = self.random.choice(WEIGHTS)
            found = [x + by * y for x, y in zip(found, vector, strict=True)]
        if any(found):
            return {cell: plain(found[place]) for cell, place in places.items()}
        return {cell: self.random.choice(VALUES) for cell in unknown}

    def shown(self, world: World, site: int, person: int, start: str) -> Number:
        """What the change does to what an arm, or a node, does to the node."""
        z = self.sites[site].mix[person]
        return sum(
            x[z] * (1 if u == start else world.effect(site, person, start, u, frozenset()))
            for u, x in self.change.items()
        )

    @cached_property
    def mixes(self) -> Sequence[Mix]:
        """The values of the cause in sites that differ in nothing else."""
        each, level = MIXES[self.moved.level, self.moved.values], self.moved.level
        return self.random.choice([m for m in each if len(m) == 1 or not self.moved.even or level == "sites"])

    @cached_property
    def sites(self) -> Sequence[_Site]:
        """Every combination of parts and mixes."""
        parts = list(product((0, 1), repeat=len(self.beside)))
        count = min(self.columns + 1, MOST_KINDS // (len(self.mixes) * len(parts)))
        count = 1 if self.design.sites == 1 else max(1, count)
        return [_Site(c, mix, part) for c in range(count) for part in parts for mix in self.mixes]

    @cached_property
    def beside(self) -> Sequence[Edge]:
        """The arrows between mediators that have parts of their own."""
        if self.design.sites == 1:
            return []
        arms, end = self.design.treatments, self.design.outcome
        inner = [e for e in free_arrows(self.design) if e[0] not in arms and e[1] != end]
        return self.random.sample(
            inner, min(len(inner), self.random.choice((0, 1, 2, 2) if len(self.mixes) < 3 else (0, 1)))
        )

    @cached_property
    def arrows(self) -> Sequence[Edge]:
        """The arms' own arrows into mediators, those into products apart."""
        ends = (self.design.outcome, self.node, *self.products)
        return [
            e for e in sorted(self.design.causal.edges) if e[0] in self.design.treatments and e[1] not in ends
        ]

    @cached_property
    def products(self) -> Mapping[str, tuple[str, str]]:
        """The products with their factors."""
        return products_apart(self.design)

    @cached_property
    def feeding(self) -> Sequence[Edge]:
        """Those of the arms' own arrows that lead to a factor of a product."""
        factors = {n for pair in self.products.values() for n in pair}
        return [e for e in self.arrows if any(e[1] == n or reaches(self.design, e[1], n) for n in factors)]

    @cached_property
    def alike(self) -> frozenset[Edge]:
        """The arms' own arrows that have no part of their own in this world."""
        free, few = own_arrows(self.design), self.random.random() < 0.3
        some = {e for e in self.feeding if few and self.random.random() < 0.6}
        return frozenset(e for e in self.arrows if e not in free or e in some)

    def cell(self, edge: Edge, site: _Site, value: int) -> Hashable:
        """What an arm's own arrow may differ by."""
        return edge, 0 if edge in self.alike else site.own, value if edge in self.moved.arrows else 0

    @cached_property
    def levels(self) -> Sequence[Mapping[str, Number]]:
        """By the arms' part, the level of each factor without treatment; in some worlds alike."""
        factors = sorted({n for pair in self.products.values() for n in pair})
        own = 1 + max(site.own for site in self.sites)
        drawn = [{n: self.random.choice((0, *VALUES, -1)) for n in factors} for _ in range(own)]
        return drawn[:1] * own if self.random.random() < 0.4 else drawn

    def inner(self, site: _Site, value: int) -> Values:
        """The coefficients of a person, those of the arms' own arrows apart."""
        parts = dict(zip(self.beside, site.beside, strict=True))
        return {e: each[parts.get(e, 0)][value if len(each[0]) > 1 else 0] for e, each in self.table.items()}

    @cached_property
    def table(self) -> Mapping[Edge, Sequence[Sequence[int]]]:
        """The coefficient of every arrow, by its own part and the value of the cause."""
        found = {e: self.coefficients(e) for e in sorted(self.design.causal.edges)}
        return found | {(factor, q): [[1]] for q, factor in self.design.same.items()}

    def coefficients(self, edge: Edge) -> list[list[int]]:
        """Those of one arrow, which the cause may switch off; the part multiplies what it does, or tells at one value alone."""
        draw, part = self.random.choice, edge in self.beside
        values = range(self.moved.values if edge in self.moved.arrows else 1)
        first = [draw(VALUES) for _ in values]
        if len(values) > 1 and self.random.random() < 0.35:
            first[draw(values)] = 0
        way = self.random.random()
        if not part:
            return [first]
        if way < 0.4:
            by = self.random.randint(2, 3)
            return [first, [x * by for x in first]]
        if way < 0.8:
            place = draw(values)
            return [first, [draw(VALUES) if z == place else x for z, x in enumerate(first)]]
        return [first, [draw(VALUES) for _ in values]]

    @cached_property
    def change(self) -> Mapping[str, Sequence[int]]:
        """What the effect of each mediator on the node changes by, by the value of the cause.

        Of arrows that it moves at every value, or at one alone; or, over a site, unrelated to another arrow that it moves.
        """
        draw, values = self.random.choice, range(self.moved.values)
        alone = draw([None, None, *values])
        inner = [
            e for e in self.moved.arrows if e[1] != self.design.outcome and e[0] not in self.design.treatments
        ]
        level = self.table[draw(inner)][0] if inner and alone is None and len(self.mixes) == 1 else None
        idle = draw((True, False))
        found: dict[str, Sequence[int]] = {}
        for u in parents_of(self.design)[self.node]:
            if u in self.design.treatments:
                continue
            moved = (u, self.node) in self.moved.arrows
            each = [draw(CHANGES) for _ in values] if moved else [draw(CHANGES)] * len(values)
            if alone is not None:
                each = [x if z == alone and moved else 0 for z, x in enumerate(each)]
            elif level is not None and moved:
                first, other = self.mixes[0].count(0), self.mixes[0].count(1)
                each = [other * level[1], -first * level[0], *[0] * (len(values) - 2)]
            found[u] = [0] * len(values) if u in self.products and idle else each
        return found
