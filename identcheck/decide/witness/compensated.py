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
from identcheck.decide.population.linear import Echelon, Number, plain, solve
from identcheck.decide.strategies.candidates import own_regressors
from identcheck.decide.witness.bases import drawn_alike, free_arrows, own_arrows
from identcheck.decide.witness.by_cause import MIXES, VALUES, Mix, Moved, changes, coefficients
from identcheck.decide.witness.crossing import MOST_KINDS
from identcheck.decide.witness.levels import contrast, products_apart
from identcheck.decide.witness.turns import arrows
from identcheck.decide.witness.world import ByCause, Edge, Values, World, parents_of
from identcheck.derive.paths import reaches
from identcheck.describe.design import Design

__all__ = ["LARGEST", "compensated", "dependent"]

DRAWS, FEW_DRAWS = 300, 20
"""So many worlds are drawn for each node; and in large designs."""

WEIGHTS = (1, 1, 2, 3, -1)
"""How often each of the plainest compliances that show nothing is taken."""


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
        return [e for e in arrows(self.design) if e[0] in self.design.treatments and e[1] not in ends]

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
        found = {
            e: coefficients(self.random, self.moved.values if e in self.moved.arrows else 1, e in self.beside)
            for e in arrows(self.design)
        }
        return found | {(factor, q): [[1]] for q, factor in self.design.same.items()}

    @cached_property
    def change(self) -> Mapping[str, Sequence[int]]:
        """What the effect of each mediator on the node changes by, by the value of the cause; of a product not always."""
        sources = [u for u in parents_of(self.design)[self.node] if u not in self.design.treatments]
        arms, end = self.design.treatments, self.design.outcome
        inner = [self.table[e][0] for e in self.moved.arrows if e[1] != end and e[0] not in arms]
        mix = self.mixes[0] if len(self.mixes) == 1 else ()
        idle = [u for u in sources if u in self.products] if self.random.random() < 0.5 else []
        moved = {u for u in sources if (u, self.node) in self.moved.arrows}
        found = changes(self.random, sources, moved, range(self.moved.values), inner, mix)
        return found | {u: [0] * self.moved.values for u in idle}


# -- regressions with more columns than there are equations ------------------------------


MANY_COLUMNS = 8
"""With no more regressors than this, coefficients that are drawn serve as well and are plainer than dependent ones."""

LARGEST = 9
"""Dependent coefficients are drawn up to this."""


@once
def dependent(design: Design, node: str, count: int) -> World | None:
    """A world of so many sites for the equation of a node; None where it does not have too many regressors for them.

    None too where the number of sites is not stated (``count`` is 0): no regression has too many regressors then.

    Drawn at random, compliances with many regressors in fewer sites are dependent too, but only with coefficients of dozens
    of digits. Here the arms' own arrows into the last regressors are set so that each compliance with one of them is the sum
    of those with a few of the others, site by site. Adding 1 to the effects of these few, and taking 1 from that of the last,
    then changes nothing that can be observed, and every effect can be moved that way.
    """
    regressors = own_regressors(design, node)
    free = len(regressors) - count * len(design.treatments)
    if count < 1 or len(regressors) <= MANY_COLUMNS or free < 1:
        return None
    own = own_arrows(design)
    adjusted = [u for u in regressors if all((arm, u) in own for arm in design.treatments)][-free:]
    if len(adjusted) < free:
        return None
    parts = _parts(regressors, adjusted)
    shared, random = drawn_alike(design)
    drawn = [shared | {edge: random.randint(1, LARGEST) for edge in own} for _ in range(count)]
    return World.of_means(design, (_with_sums(design, site, parts) for site in drawn))


def _parts(regressors: tuple[str, ...], adjusted: list[str]) -> dict[str, list[str]]:
    """For each regressor that is adjusted, the earlier ones whose compliances its own is the sum of."""
    others = [u for u in regressors if u not in adjusted]
    parts: dict[str, list[str]] = {u: [] for u in adjusted}
    for place in range(max(len(others), len(adjusted))):
        last = adjusted[place % len(adjusted)]
        one = others[place % len(others)]
        if regressors.index(one) < regressors.index(last):
            parts[last].append(one)
    return parts


def _with_sums(design: Design, values: Values, parts: dict[str, list[str]]) -> Values:
    """The coefficients of a site with the arms' own arrows into the last regressors set."""
    site = dict(values)
    for arm in design.treatments:
        reach: dict[str, Number] = {arm: 1}
        for node in design.mediators:
            before = [p for p in design.causal.predecessors(node) if p in reach and p != arm]
            through = sum(reach[p] * site[p, node] for p in before)
            if node in parts:
                site[arm, node] = sum(reach.get(u, 0) for u in parts[node]) - through
            reach[node] = through + site.get((arm, node), 0)
    return site
