"""What two worlds leave open of an effect: its size alone, its direction too, or whether there is any.

Worlds on the line through the two are tried as well: where contrasts, conditions and effect are linear in what was changed,
every value of the effect is that of some world with the same data (theory, equation (12.2)). An unmeasured node at one end of the
effect may be measured the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from identcheck.decide.population import Population, Site
from identcheck.decide.population.sites import Number
from identcheck.decide.witness import Witness
from identcheck.derive.words import listed

__all__ = ["between", "left_open", "turned"]

REVERSED = Fraction(-1)


def left_open(*witnesses: Witness) -> str:
    """What the data leave open, as a phrase: "whether there is any such effect, its direction and its size".

    Args:
        witnesses: pairs of worlds that differ in the same effect; none for "".
    """
    if not witnesses:
        return ""
    found: set[Fraction] = set()
    for witness in witnesses:
        first, second = witness.values
        found |= {first, second}
        for share in (first / (first - second), 2 * first / (first - second)):
            found |= {world.values[1] for world in _verified(between(witness, share))}
    if not _both_ways(found):
        found |= {world.values[1] for world in _verified(turned(witnesses[0]))}
    parts = [
        *(["whether there is any such effect"] if 0 in found else []),
        *(["its direction"] if _both_ways(found) else []),
        "its size",
    ]
    return listed(parts)


def _both_ways(values: set[Fraction]) -> bool:
    return min(values) < 0 < max(values)


def _verified(witness: Witness | None) -> Iterator[Witness]:
    """A pair of worlds, if it is one."""
    if witness is not None and witness.values[0] != witness.values[1] and witness.verify():
        yield witness


def between(witness: Witness, share: Fraction) -> Witness | None:
    """The first world with one that is a share of the way to the second, or beyond it; exact finite ones only."""
    if witness.drawn is not None:
        return None
    sites = []
    for one, other in zip(witness.first.sites, witness.second.sites, strict=True):
        persons = [
            {edge: Fraction(value) + share * (other_[edge] - value) for edge, value in one_.items()}
            for one_, other_ in zip(one.persons, other.persons, strict=True)
        ]
        pairs = dict.fromkeys((*one.unequal, *other.unequal))
        unequal = {
            pair: _each(
                [a + share * (b - a) for a, b in zip(one.added(*pair), other.added(*pair), strict=True)]
            )
            for pair in pairs
        }
        sites.append(Site(persons, one.weight, unequal, one.number))
    return replace(witness, second=Population(witness.first.design, sites))


def turned(witness: Witness, by: Fraction = REVERSED) -> Witness | None:
    """The first world with one in which an unmeasured end of the effect has another unit, by default the other way round.

    What goes into the node is multiplied, what comes out of it divided, person by person; nothing else changes, so every
    contrast and every effect between other nodes stays what it is. Of two unmeasured ends it is the one that the effect
    starts from.
    """
    design, target = witness.first.design, witness.target
    ends = [node for node in (target.source, target.target) if node in design.unobserved]
    if not ends or witness.drawn is not None:
        return None
    return replace(witness, second=Population(design, [_turned(s, ends[0], by) for s in witness.first.sites]))


def _turned(site: Site, node: str, by: Fraction) -> Site:
    def scaled(edge: tuple[str, str], value: Number) -> Number:
        return value * by if edge[1] == node else value / by if edge[0] == node else value

    persons = [{edge: scaled(edge, value) for edge, value in person.items()} for person in site.persons]
    unequal = {
        pair: _each([Fraction(scaled(pair, each)) for each in site.added(*pair)])
        if pair[1] == node
        else value
        for pair, value in site.unequal.items()
    }
    return replace(site, persons=persons, unequal=unequal)


def _each(values: list[Fraction]) -> Fraction | tuple[Fraction, ...]:
    """A number for everyone where the persons are alike, else one for each."""
    return values[0] if len({*values}) == 1 else tuple(values)
