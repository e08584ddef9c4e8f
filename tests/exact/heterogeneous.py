"""Finite populations that obey a graph of heterogeneity, made from its definition, and independence in them by counting.

Every site-level modifier, the mix of persons in every person-level one that is not balanced, and every coefficient has a part
of its own per site; every person-level modifier and coefficient one per person. The population has every combination of
these parts, with the product of their shares; each value is drawn at random as a function of what points to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import networkx as nx

from identcheck import Design, Modifier

Counts = dict[Any, int]
Row = tuple[int, dict[Any, int]]
"""How many persons there are of a kind, and the value of every modifier and coefficient."""

GRAPHS = (
    ("T -> {M1 M2} -> Y", [("T", "M1"), ("T", "M2"), ("M1", "Y"), ("M2", "Y")]),
    ("Figure 2", [("T", "V"), ("V", "NP"), ("V", "Y"), ("NP", "Y")]),
    ("chain", [("T", "M1"), ("M1", "M2"), ("M2", "Y")]),
)


def random_heterogeneous(random: Random) -> Design:
    """A small design with one to four modifiers, and arrows that vary in any way."""
    edges = random.choice(GRAPHS)[1]
    graph = nx.DiGraph(edges)
    for edge in edges:
        graph.edges[edge]["varies"] = random.choice(("persons", "persons", "persons", "sites", "none"))
    made: list[Modifier] = []
    for name in "ABCD"[: random.randint(1, 4)]:
        level = random.choice(("sites", "persons"))
        causes = [m for m in made if (level == "persons" or m.level == "sites") and random.random() < 0.5]
        even = level == "persons" and all(m.balanced for m in causes) and random.random() < 0.5
        of = random.sample(edges, random.choice((0, 1, 1, 2)))
        made.append(Modifier(name, of, level=level, balanced=even, causes=[m.name for m in causes]))
    while idle := [m for m in made if not m.of and not any(m.name in other.causes for other in made)]:
        made = [m for m in made if m not in idle]
    sites = random.choice((None, None, None, 1))
    return Design(graph, treatment="T", outcome="Y", modifiers=made, sites=sites)


class Drawn:
    """A population of a design: for each site its share and its persons.

    Args:
        design: the design with its modifiers.
        random: where the functions and shares come from.
    """

    def __init__(self, design: Design, random: Random) -> None:
        self.design = design
        self.random = random
        self.functions: dict[Any, dict[Hashable, int]] = defaultdict(dict)
        self.shares: dict[Any, list[int]] = {}
        one = design.sites == 1
        own = [m.name for m in design.modifiers if not m.balanced]
        self.edges = list(design.causal.edges)
        self.varies = {e: design.varies(*e) for e in self.edges}
        self.moving = {
            e: [
                m.name
                for m in design.modifiers
                if e in m.of and (m.level == "sites" or self.varies[e] == "persons")
            ]
            for e in self.edges
        }
        own += [e for e in self.edges if self.varies[e] != "none"]
        self.of_sites = [] if one else own
        self.of_persons: list[Any] = [m.name for m in design.modifiers if m.level == "persons"]
        self.of_persons += [e for e in self.edges if self.varies[e] == "persons"]
        self.sites = [
            (share, list(self._persons(site))) for share, site in self._parts("site", self.of_sites, {})
        ]

    def _share(self, key: Hashable) -> list[int]:
        if key not in self.shares:
            first = self.random.randint(1, 4)
            self.shares[key] = [first, 5 - first]
        return self.shares[key]

    def _parts(self, kind: str, nodes: list[Any], mix: dict[Any, int]) -> Iterator[Row]:
        """Every combination of own parts, with its share; persons' parts are distributed by the site's own part."""
        for parts in product((0, 1), repeat=len(nodes)):
            share = 1
            for node, part in zip(nodes, parts, strict=True):
                share *= self._share((kind, node, mix.get(node)))[part]
            yield share, dict(zip(nodes, parts, strict=True))

    def _persons(self, site: dict[Any, int]) -> Iterator[Row]:
        for share, person in self._parts("person", self.of_persons, site):
            values: dict[Any, int] = {}
            for modifier in self.design.modifiers:
                parents = tuple(values[cause] for cause in modifier.causes)
                # what is of the sites depends on the site's part; persons differ by theirs, which the mix distributes
                part = person[modifier.name] if modifier.level == "persons" else site.get(modifier.name, 0)
                values[modifier.name] = self._value(modifier.name, (parents, part))
            for edge in self.edges:
                values[edge] = self._value(edge, self._arguments(edge, values, site, person))
            yield share, values

    def _arguments(
        self, edge: Any, values: dict[Any, int], site: dict[Any, int], person: dict[Any, int]
    ) -> Hashable:
        if self.varies[edge] == "none":
            return ()
        return tuple(values[name] for name in self.moving[edge]), site.get(edge, 0), person.get(edge, 0)

    def _value(self, node: Any, arguments: Hashable) -> int:
        known = self.functions[node]
        if arguments not in known:
            known[arguments] = self.random.randint(0, 1 if isinstance(node, str) else 3)
        return known[arguments]


def independent_within(
    population: Drawn, one: Iterable[Any], other: Iterable[Any], given: Iterable[str], _: Iterable[str] = ()
) -> bool:
    """Whether, in every site and every cell of what is given, the two vectors are independent."""
    left, right, fixed = (sorted(side, key=str) for side in (one, other, given))
    for _, persons in population.sites:
        table: dict[Any, Counts] = defaultdict(lambda: defaultdict(int))
        for share, values in persons:
            key = tuple(values[n] for n in left), tuple(values[n] for n in right)
            table[tuple(values[n] for n in fixed)][key] += share
        if not all(map(_factors, table.values())):
            return False
    return True


def independent_between(
    population: Drawn,
    one: Iterable[Any],
    other: Iterable[Any],
    given: Iterable[str],
    cells: Iterable[str] = (),
) -> bool:
    """Whether, given Z, all that a row's distribution says of the one vector is independent of all that it says of the other.

    Rows are sites, or the cells in them of what is given and of ``cells``, weighted by their share of persons.
    """
    left, right, fixed, more = (sorted(side, key=str) for side in (one, other, given, cells))
    strata: dict[Any, Counts] = defaultdict(lambda: defaultdict(int))
    for share, persons in population.sites:
        rows: dict[Any, list[Row]] = defaultdict(list)
        for row in persons:
            rows[tuple(row[1][n] for n in fixed), tuple(row[1][n] for n in more)].append(row)
        for (stratum, _), inside in rows.items():
            whole = sum(count for count, _ in inside)
            says = _distribution(inside, left, whole), _distribution(inside, right, whole)
            strata[stratum][says] += share * whole
    return all(map(_factors, strata.values()))


def _distribution(rows: list[Row], nodes: list[Any], whole: int) -> Hashable:
    found: Counts = defaultdict(int)
    for count, values in rows:
        found[tuple(values[n] for n in nodes)] += count
    return frozenset((vector, Fraction(count, whole)) for vector, count in found.items())


def _factors(table: Counts) -> bool:
    """Whether the shares of pairs are the products of the shares of their parts."""
    whole = sum(table.values())
    left, right = (_margin(table, lambda pair, side=side: pair[side]) for side in (0, 1))
    return all(table.get((a, b), 0) * whole == left[a] * right[b] for a in left for b in right)


def _margin(table: Counts, part: Callable[[Any], Any]) -> Counts:
    found: Counts = defaultdict(int)
    for key, share in table.items():
        found[part(key)] += share
    return found
