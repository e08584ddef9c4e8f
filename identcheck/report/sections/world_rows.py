"""The rows of a table of two worlds: what contrasts of arms show, the arrows that differ, and those that do not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import pairwise
from operator import methodcaller

from identcheck.decide.population import Population, Site
from identcheck.decide.witness import Witness
from identcheck.derive.assignment import back_doors
from identcheck.derive.words import listed

__all__ = ["Alike", "Row", "Sites", "apart", "causes", "data", "head", "kinds", "weights"]

MOST_PLACES = 3
"""Of more sites in a column that are not neighbors the number is given."""

MOST_NAMED = 6
"""So many arrows that are the same everywhere are named with their value."""

Row = tuple[str, ...]
Sites = Sequence[Sequence[int]]
"""Places of sites, those together that are alike in both worlds."""


def kinds(witness: Witness) -> list[list[int]]:
    """The sites, those together that are alike in both worlds."""
    kinds: dict[object, list[int]] = {}
    for s in range(len(witness.first.sites)):
        alike = tuple(_persons(world, s) for world in (witness.first, witness.second))
        kinds.setdefault(alike, []).append(s)
    return list(kinds.values())


def _persons(world: Population, site: int) -> tuple[object, ...]:
    found = world.sites[site]
    return tuple(tuple(sorted(each.items())) for each in (*found.persons, found.unequal))


def head(same: Sequence[int]) -> str:
    """The sites of a column: "site 1", "sites 1 and 4", "8 sites"."""
    places = _places(same)
    word = "site" if len(same) == 1 else "sites"
    return f"{word} {places}" if places else f"{len(same)} {word}"


def _places(same: Sequence[int]) -> str:
    """The numbers of sites: "1", "1 and 4", "1 to 5"."""
    numbers = [s + 1 for s in same]
    if len(numbers) > 2 and all(b == a + 1 for a, b in pairwise(numbers)):
        return f"{numbers[0]} to {numbers[-1]}"
    return listed([str(number) for number in numbers]) if len(numbers) <= MOST_PLACES else ""


def weights(witness: Witness, sites: Sites) -> list[Fraction]:
    """The share of each kind of site in the average over sites."""
    each = [Fraction(site.weight) for site in witness.first.sites]
    return [sum((each[s] for s in same), Fraction(0)) / sum(each) for same in sites]


def causes(witness: Witness, sites: Sites) -> list[Row]:
    """The values of the drawn cause that the worlds rest on, the same in both."""
    words = {m.name: m.words for m in witness.first.design.modifiers}
    return [
        (words[name], *(", ".join(map(str, dict.fromkeys(values[same[0]]))) for same in sites))
        for name, values in witness.modifiers.items()
    ]


def data(witness: Witness, sites: Sites) -> list[Row]:
    """What the contrasts of arms show, the same in both worlds."""
    observed, doors = witness.first.observed(), back_doors(witness.first.design)
    rows = []
    for arm, node in observed[0]:
        what = f"contrast of {arm} in {node}" if node in doors else f"effect of {arm} on {node}"
        rows.append((what, *(str(observed[same[0]][arm, node]) for same in sites)))
    return rows


def apart(witness: Witness, sites: Sites) -> Iterator[Row]:
    """The coefficients that differ between the worlds, or between the persons of a site; then what a common cause adds."""
    worlds = (witness.first, witness.second)
    for edge in witness.first.design.causal.edges:
        name = " -> ".join(edge)
        first, second = (_cells(world, sites, partial(_coefficients, edge)) for world in worlds)
        if first != second:
            yield f"{name}, first world", *first
            yield f"{name}, second world", *second
        elif any("," in cell for cell in first):
            yield f"{name}, both worlds", *first
    for arm, node in dict.fromkeys(pair for world in worlds for site in world.sites for pair in site.unequal):
        for which, world in zip(("first", "second"), worlds, strict=True):
            added = _cells(world, sites, methodcaller("added", arm, node))
            yield f"{node} by its cause shared with {arm}, {which} world", *added


class Alike:
    """The arrows that are the same in both worlds, for everyone in a site."""

    def __init__(self, witness: Witness, sites: Sites) -> None:
        worlds, causal = (witness.first, witness.second), witness.first.design.causal
        cells = {
            e: [_cells(world, sites, partial(_coefficients, e)) for world in worlds] for e in causal.edges
        }
        self.cells = {
            edge: one
            for edge, (one, other) in cells.items()
            if one == other and not any("," in c for c in one)
        }

    def rows(self, data: Sequence[Row]) -> list[Row]:
        """Those that differ between sites, unless a contrast of arms shows them."""
        known = set(data)
        return [
            (f"{' -> '.join(edge)}, both worlds", *cells)
            for edge, cells in self.cells.items()
            if len(set(cells)) > 1 and (f"effect of {edge[0]} on {edge[1]}", *cells) not in known
        ]

    def sentence(self, data: Sequence[Row]) -> str:
        """Those that are the same in all sites, or that there are such where they are many."""
        known = set(data)
        same = [
            f"{' -> '.join(edge)} is {cells[0]}"
            for edge, cells in self.cells.items()
            if len(set(cells)) == 1 and (f"effect of {edge[0]} on {edge[1]}", *cells) not in known
        ]
        if len(same) > MOST_NAMED:
            return "All other arrows are the same in both worlds and in all sites."
        return f"In both worlds, and in all sites, {listed(same)}." if same else ""


def _coefficients(edge: tuple[str, str], site: Site) -> list[Fraction]:
    return [Fraction(person[edge]) for person in site.persons]


def _cells(world: Population, sites: Sites, of: Callable[[Site], Sequence[Fraction]]) -> Row:
    """A value for each kind of site; one for each person where they differ."""
    found = (of(world.sites[same[0]]) for same in sites)
    return tuple(str(v[0]) if len(set(v)) == 1 else ", ".join(map(str, v)) for v in found)
