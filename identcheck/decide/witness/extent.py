"""What two worlds leave open of an effect: its size alone, its direction too, or whether there is any.

Worlds on the line through the two are tried as well: where contrasts, conditions and effect are linear in what was changed,
every value of the effect is that of some world with the same data (theory, equation (12.2)). An unmeasured node at one end of the
effect may be measured the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from identcheck.decide.population import Population, Site
from identcheck.decide.population.sites import Number
from identcheck.decide.witness import Witness
from identcheck.derive.words import listed

__all__ = ["left_open"]


def left_open(witness: Witness) -> str:
    """What the data leave open, as a phrase: "whether there is any such effect, its direction and its size"."""
    first, second = witness.values
    found = {first, second}
    for share in (first / (first - second), 2 * first / (first - second)):
        found |= {world.values[1] for world in _verified(_between(witness, share))}
    if not _both_ways(found):
        found |= {world.values[1] for world in _verified(_reversed(witness))}
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


def _between(witness: Witness, share: Fraction) -> Witness | None:
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
            pair: [a + share * (b - a) for a, b in zip(one.added(*pair), other.added(*pair), strict=True)]
            for pair in pairs
        }
        sites.append(Site(persons, one.weight, unequal, one.number))
    return replace(witness, second=Population(witness.first.design, sites))


def _reversed(witness: Witness) -> Witness | None:
    """The first world with one in which an unmeasured end of the effect is measured the other way round."""
    design, target = witness.first.design, witness.target
    ends = [node for node in (target.source, target.target) if node in design.unobserved]
    if len(ends) != 1 or witness.drawn is not None:
        return None
    sites = [
        replace(site, persons=[_turned(person, ends[0]) for person in site.persons])
        for site in witness.first.sites
    ]
    return replace(witness, second=Population(design, sites))


def _turned(person: Mapping[tuple[str, str], Number], node: str) -> dict[tuple[str, str], Number]:
    """The coefficients into and out of a node with the other sign."""
    return {edge: -value if node in edge else value for edge, value in person.items()}
