"""Persons and sites, and whether they fit a design."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeAlias

from identcheck.basics.display import Brief
from identcheck.decide.population.linear import Number, plain
from identcheck.derive.assignment import back_doors
from identcheck.describe.design import Design

__all__ = ["Number", "Person", "Site", "constancy_problems", "site_problems"]

Person: TypeAlias = Mapping[tuple[str, str], Fraction]


@dataclass(frozen=True)
class Site(Brief):
    """The persons of one site.

    Attributes:
        persons: for each person, the value of every edge's coefficient, by edge (source, target).
        weight: the site's weight in averages over sites.
        unequal: what the arms differ by in a node, against control, for the sake of a cause that they share with it,
            by (arm, node); only where the graph draws such a cause. A number, or one for each person where the cause
            does not do the same to all of them.
        number: how many sites of a trial are alike and stand here as one; ``weight`` is that of all of them together.
        modifiers: the values of modifiers, by name; categories by number, the first of them 0. Where persons' characteristics
            are among them, the site is a cell.
    """

    persons: Sequence[Mapping[tuple[str, str], Number]]
    weight: Number = 1
    unequal: Mapping[tuple[str, str], Number | Sequence[Number]] = field(default_factory=dict)
    number: int = 1
    modifiers: Mapping[str, Number] = field(default_factory=dict)

    def _brief(self) -> str:
        persons = len(self.persons) if isinstance(self.persons, Sequence) else "unknown"
        return f"Site: persons {persons}, weight {self.weight}"

    def added(self, arm: str, node: str) -> tuple[Number, ...]:
        """For each person what the cause that an arm shares with a node adds to the arm's contrast in it."""
        by = self.unequal.get((arm, node), 0)
        each = by if isinstance(by, Sequence) else [by] * len(self.persons)
        return tuple(map(plain, each))


def site_problems(design: Design, sites: Sequence[object]) -> list[str]:
    """Every reason why these sites are no population of the design."""
    problems = []
    if not sites:
        problems.append("the population has no sites")
    elif design.sites == 1 and len(sites) > 1:
        problems.append(f"the population has {len(sites)} sites, the design 1")
    for number, site in enumerate(sites):
        problems += _problems_of_site(design, f"site {number}", site)
    persons = [_persons(site) for site in sites]
    return [*problems, *constancy_problems(design, persons, design.causal.edges)]


def _problems_of_site(design: Design, where: str, site: object) -> Iterator[str]:
    if not isinstance(site, Site):
        yield f"{where} is {site!r}; make it with Site(persons)"
        return
    if not _exact(site.weight) or site.weight <= 0:
        yield f"{where}: the weight {site.weight!r} is not a positive whole number or Fraction"
    if isinstance(site.number, bool) or not isinstance(site.number, int) or site.number < 1:
        yield f"{where}: the number {site.number!r} is not a positive whole number"
    known = {modifier.name for modifier in design.modifiers}
    for name, level in site.modifiers.items():
        if name not in known:
            yield f"{where}: it has a value of {name!r}, which is no modifier of the design"
        elif not _exact(level):
            yield f"{where}: the value {level!r} of {name!r} is not a whole number or Fraction"
    doors = back_doors(design)
    for pair, value in site.unequal.items():
        arm, node = pair
        if arm not in design.treatments or node not in doors or not doors[node].own:
            yield f"{where}: unequal names {pair!r}, but the graph draws no common cause of the two"
        elif (
            isinstance(value, Sequence)
            and isinstance(site.persons, Sequence)
            and len(value) != len(site.persons)
        ):
            yield (
                f"{where}: unequal has {len(value)} values for {pair!r} and the site {len(site.persons)} persons; give "
                "one number, or one for each person"
            )
        elif not all(map(_exact, value if isinstance(value, Sequence) else [value])):
            yield f"{where}: what the arms differ by in {node!r}, {value!r}, is not exact; give a Fraction or an int"
    if not isinstance(site.persons, Sequence):
        yield f"{where}: the persons are {site.persons!r}; give a list"
    elif not site.persons:
        yield f"{where} has no persons"
    else:
        for index, person in enumerate(site.persons):
            yield from _problems_of_person(design, f"{where}, person {index}", person)


def _problems_of_person(design: Design, where: str, person: object) -> Iterator[str]:
    if not isinstance(person, Mapping):
        yield f"{where} is {person!r}; it is a table of values by edge, such as {{('T', 'M'): 1}}"
        return
    for edge in design.causal.edges:
        if edge not in person:
            yield f"{where}: no value for the edge {edge}"
    for edge, value in person.items():
        if not (isinstance(edge, tuple) and len(edge) == 2 and design.graph.has_edge(*edge)):
            yield f"{where}: there is no edge {edge!r} in the design"
        elif not _exact(value):
            yield f"{where}: the value {value!r} of {edge} is not exact; give a Fraction or an int"


def _persons(site: object) -> list[Mapping[Any, Any]]:
    """The persons of a site that are tables, whatever else is wrong."""
    persons = site.persons if isinstance(site, Site) else ()
    listed = persons if isinstance(persons, Sequence) else ()
    return [person for person in listed if isinstance(person, Mapping)]


def constancy_problems(
    design: Design, sites: Sequence[Sequence[Mapping[Any, Any]]], edges: Iterable[tuple[str, str]]
) -> Iterator[str]:
    """Which of some edges vary where the design says that they do not."""
    for edge in edges:
        rule = design.varies(*edge)
        values = [
            {person[edge] for person in persons if edge in person and _exact(person[edge])}
            for persons in sites
        ]
        if rule != "persons" and any(len(found) > 1 for found in values):
            over = "only between sites" if rule == "sites" else "for no one"
            yield f"the edge {edge} varies within a site, but the design says it varies {over}"
        elif rule == "none" and len(set().union(*values)) > 1:
            yield f"the edge {edge} varies between sites, but the design says it is the same for everyone"


def _exact(value: object) -> bool:
    return isinstance(value, (int, Fraction)) and not isinstance(value, bool)
