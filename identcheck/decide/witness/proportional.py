"""First worlds in which a drawn cause multiplies a compliance that differs between sites for reasons of its own.

A cause z moves T -> M1 and M2 -> Y: gamma_1 = c g(z), where c is the site's own part, or g(z) gamma_2 + gamma_3. Then
gamma_1 x_1 + gamma_2 x_2(z) + gamma_3 x_3 = 0 has the solution x_2(z) = -g(z) x_1, x_3 = -x_1 in every site, however compliances
differ, and the effects can change by x where no contrast does (theory section 14).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, permutations, product
from random import Random
from typing import NamedTuple

from identcheck.basics.options import LevelName
from identcheck.decide.population.linear import Number
from identcheck.decide.witness.bases import free_arrows, own_arrows
from identcheck.decide.witness.crossing import MOST_KINDS
from identcheck.decide.witness.turns import arrows
from identcheck.decide.witness.world import Edge, Values, World
from identcheck.derive.paths import reaches
from identcheck.describe.design import Design

__all__ = ["Multiplied", "proportional"]

DRAWS = 3
"""So many times numbers are drawn for each way to multiply."""

MOST_WAYS = 24
"""So many ways are tried."""

MOST = 5
"""Coefficients are whole numbers up to this."""

Mixes = tuple[tuple[int, ...], ...]
"""The values of a cause in the sites that differ in nothing else, a tuple for each of them."""

MIXES: Mapping[LevelName, tuple[Mixes, ...]] = {
    "sites": (((0,), (1,)),),
    "persons": (((0, 1),), ((0, 0, 0, 1), (0, 1, 1, 1))),
}
"""Of a cause that acts on sites both values; of one that acts on persons the same mix in all sites, or two mixes."""


class Multiplied(NamedTuple):
    """What a drawn cause multiplies.

    Attributes:
        arrows: the arrows that it moves.
        level: where it acts.
    """

    arrows: tuple[Edge, ...]
    level: LevelName


class _Way(NamedTuple):
    """What is multiplied, and what differs between sites.

    Attributes:
        times: for each arrow of an arm that the cause moves, the node whose compliance it multiplies, and perhaps one whose
            compliance is added; none, where it multiplies the arrow's own part.
        beside: an arrow between mediators that differs between sites, if any.
        mixes: the values of the cause.
    """

    times: Mapping[Edge, tuple[str, ...]]
    beside: Edge | None
    mixes: Mixes


def proportional(design: Design, times: Multiplied, columns: int) -> Iterator[World]:
    """Such worlds: every mix of the values of a cause with each of several sites' own parts.

    Args:
        design: the design.
        times: what the cause multiplies.
        columns: how many columns the widest regression in question has.
    """
    random, ways = Random("identcheck"), list(islice(_ways(design, *times), MOST_WAYS))
    for _ in range(DRAWS):
        for way in ways:
            kinds = len(way.mixes) * (1 if way.beside is None else 2)
            yield _world(design, times.arrows, min(columns + 1, MOST_KINDS // kinds), way, random)


def _ways(design: Design, moved: Sequence[Edge], level: LevelName) -> Iterator[_Way]:
    own = own_arrows(design)
    through = [edge for edge in own if edge in moved and edge[1] != design.outcome]
    nodes = {
        edge: [n for n in design.mediators if n != edge[1] and not reaches(design, edge[1], n)]
        for edge in through
    }
    choices = [[(), *((n,) for n in nodes[edge]), *permutations(nodes[edge], 2)] for edge in through]
    inner = [e for e in free_arrows(design) if e not in own and e not in moved and e[1] != design.outcome]
    for beside in (None, *inner):
        for chosen in product(*choices):
            for mixes in MIXES[level]:
                yield _Way(dict(zip(through, chosen, strict=True)), beside, mixes)


def _world(design: Design, moved: Sequence[Edge], count: int, way: _Way, random: Random) -> World:
    alike: Values = {edge: random.randint(1, MOST) for edge in arrows(design)}
    each: list[Values] = [{e: random.randint(1, MOST) for e in own_arrows(design)} for _ in range(count)]
    lower = (random.randint(1, 2) for _ in moved)
    by_cause = {edge: (x, x + random.randint(1, 2)) for edge, x in zip(moved, lower, strict=True)}
    besides: list[Values] = [{}] if way.beside is None else [{way.beside: x} for x in (1, 2)]

    def person(part: Values, value: int) -> Values:
        found = alike | part | {edge: two[value] for edge, two in by_cause.items()}
        for edge in sorted(way.times, key=lambda e: design.order[e[1]]):
            found[edge] = _times(design, found, edge, by_cause[edge][value], way.times[edge], part[edge])
        return found

    parts = [part | beside for part in each for beside in besides]
    return World(design, [[person(part, value) for value in mix] for part in parts for mix in way.mixes])


def _times(
    design: Design, values: Values, edge: Edge, by: Number, nodes: Sequence[str], own: Number
) -> Number:
    """What an arm's own arrow is where a cause multiplies its own part; or the compliance, that with another node."""
    if not nodes:
        return by * own
    arm, node = edge
    total: dict[str, Number] = {arm: 1}
    for n in design.mediators:
        total[n] = sum(total.get(p, 0) * values[p, n] for p in design.causal.pred[n] if (p, n) != edge)
    first, *others = nodes
    return by * total[first] + sum(total[n] for n in others) - total[node]
