"""First worlds in which a drawn cause moves effects so that changes of them make up for one another, and nothing shows.

A cause z moves M2 -> M3 and M1 -> Y, say. The contrast in Y changes by gamma_1 x_1(z) + r_3(z) x_3, where the effect of M1 changes by
x_1, which may go with z, and that of M3 by x_3 for everyone. With what is between mediators and the change drawn, that is
linear in the arms' own arrows (theory, equation (12.2)). Those for which it is zero in every site are a linear space, and one of them
is drawn: compliances are in proportion where they have to be, and idle where the cause switches them off (theory section 14).

What an arm does has a part of its own, and so may an arrow between mediators: every combination of these parts and of the values of
the cause is a site, so that none of them tells anything of another.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import product
from random import Random
from typing import NamedTuple

from identcheck.basics.options import LevelName
from identcheck.decide.population.linear import Echelon, Number
from identcheck.decide.witness.bases import free_arrows, own_arrows
from identcheck.decide.witness.crossing import MOST_KINDS
from identcheck.decide.witness.world import ByCause, Edge, Values, World, parents_of
from identcheck.describe.design import Design

__all__ = ["Moved", "compensated"]

DRAWS = 200
"""So many worlds are drawn for each node."""

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
"""By level and number of values: of a cause that acts on sites all; of one on persons the same mix in all sites, or two mixes."""


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


Table = Mapping[Edge, Sequence[Sequence[int]]]
"""The coefficient of an arrow by its own part and the value of the cause."""


def compensated(design: Design, node: str, moved: Moved, columns: int) -> Iterator[World]:
    """Worlds in which some change of what mediators do to a node may not be seen.

    Args:
        design: the design.
        node: the node.
        moved: what the cause moves.
        columns: how many columns the widest regression in question has.
    """
    random = Random("identcheck")
    for _ in range(DRAWS):
        yield _world(design, node, moved, columns, random)


def _world(design: Design, node: str, moved: Moved, columns: int, random: Random) -> World:
    mixes = random.choice(
        [
            m
            for m in MIXES[moved.level, moved.values]
            if len(m) == 1 or not moved.even or moved.level == "sites"
        ]
    )
    beside = _beside(design, random, len(mixes))
    count = (
        max(1, min(columns + 1, MOST_KINDS // (len(mixes) * 2 ** len(beside)))) if design.sites != 1 else 1
    )
    sites = [
        _Site(c, mix, parts)
        for c in range(count)
        for parts in product((0, 1), repeat=len(beside))
        for mix in mixes
    ]
    table = {e: _coefficients(random, moved, e, beside) for e in sorted(design.causal.edges)}
    drawn = World(design, [[_person(table, beside, site, z) for z in site.mix] for site in sites])
    cells = _cells(design, node, moved, sites)
    hidden = random.random() < 0.75
    own = (
        _hiding(drawn, sites, cells, _change(design, node, moved, mixes, table, random), random)
        if hidden
        else {}
    )
    if not any(own.values()):
        own = {
            cell: random.choice(VALUES)
            for cell in dict.fromkeys(c for each in cells for p in each for c in p.values())
        }
    made = World(
        design,
        [
            [
                p | {e: own[cell] for e, cell in cell_of.items()}
                for p, cell_of in zip(persons, each, strict=True)
            ]
            for persons, each in zip(drawn.sites, cells, strict=True)
        ],
    )
    made.by = ByCause(frozenset(moved.arrows), [site.mix for site in sites])
    return made


def _beside(design: Design, random: Random, mixes: int) -> list[Edge]:
    """The arrows between mediators that have parts of their own."""
    if design.sites == 1:
        return []
    inner = [e for e in free_arrows(design) if e[0] not in design.treatments and e[1] != design.outcome]
    return random.sample(inner, min(len(inner), random.choice((0, 1, 2, 2) if mixes < 3 else (0, 1))))


def _coefficients(random: Random, moved: Moved, edge: Edge, beside: Sequence[Edge]) -> list[list[int]]:
    parts, each = 1 + (edge in beside), moved.values if edge in moved.arrows else 1
    if random.random() < 0.6:  # the part multiplies what the cause does
        plain = [random.choice(VALUES) for _ in range(each)]
        return [[x * by for x in plain] for by in (1, random.randint(2, 3))[:parts]]
    return [[random.choice(VALUES) for _ in range(each)] for _ in range(parts)]


def _person(table: Table, beside: Sequence[Edge], site: _Site, value: int) -> Values:
    parts = dict(zip(beside, site.beside, strict=True))
    return {e: each[parts.get(e, 0)][value if len(each[0]) > 1 else 0] for e, each in table.items()}


def _change(
    design: Design, node: str, moved: Moved, mixes: Sequence[Mix], table: Table, random: Random
) -> dict[str, list[int]]:
    """What the effect of each mediator on a node changes by, by the value of the cause.

    At every value, or at one alone; or in every site unrelated to an arrow that the cause moves.
    """
    values = range(moved.values)
    inner = [e for e in moved.arrows if e[1] != design.outcome and e[0] not in design.treatments]
    alone = random.choice([None, None, *values])
    level = table[random.choice(inner)][0] if inner and alone is None and len(mixes) == 1 else None
    found = {}
    for u in parents_of(design)[node]:
        if u not in design.treatments:
            by_value = (
                [random.choice(CHANGES) for _ in values]
                if (u, node) in moved.arrows
                else [random.choice(CHANGES)] * len(values)
            )
            if alone is not None:
                by_value = [
                    x if z == alone and (u, node) in moved.arrows else 0 for z, x in enumerate(by_value)
                ]
            elif level is not None and (u, node) in moved.arrows:
                first, other = mixes[0].count(0), mixes[0].count(1)
                by_value = [other * level[1], -first * level[0], *[0] * (len(values) - 2)]
            found[u] = by_value
    return found


Cells = list[list[dict[Edge, Hashable]]]
"""By site and person, what each arm's own arrow into a mediator may differ by."""


def _cells(design: Design, node: str, moved: Moved, sites: Sequence[_Site]) -> Cells:
    arms, ends, free = design.treatments, (design.outcome, node), own_arrows(design)
    arrows = [e for e in sorted(design.causal.edges) if e[0] in arms and e[1] not in ends]
    return [
        [
            {e: (e, site.own if e in free else 0, z if e in moved.arrows else 0) for e in arrows}
            for z in site.mix
        ]
        for site in sites
    ]


def _hiding(
    drawn: World, sites: Sequence[_Site], cells: Cells, change: Mapping[str, Sequence[int]], random: Random
) -> dict[Hashable, Number]:
    """Values for the arms' own arrows with which nothing is seen of a change."""
    every = dict.fromkeys(cell for each in cells for person in each for cell in person.values())
    places = {cell: place for place, cell in enumerate(every)}
    form = Echelon(len(places))
    for s, site in enumerate(sites):
        for arm in drawn.design.treatments:
            row: dict[int, Number] = {}
            for i, z in enumerate(site.mix):
                for e, cell in cells[s][i].items():
                    if e[0] == arm:
                        by = sum(
                            x[z] * (1 if u == e[1] else drawn.effect(s, i, e[1], u, frozenset()))
                            for u, x in change.items()
                        )
                        row[places[cell]] = row.get(places[cell], 0) + by
            form.add(row)
    vectors = [(random.choice(WEIGHTS), vector) for vector in form.null_vectors()]
    return {cell: sum(by * vector[place] for by, vector in vectors) for cell, place in places.items()}
