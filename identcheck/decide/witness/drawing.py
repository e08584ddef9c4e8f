"""The search for two normal populations of sites from which the sites of two worlds may be drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import combinations, islice

from identcheck.basics.once import Listed, once
from identcheck.decide.population import Population
from identcheck.decide.population.linear import Echelon, Number, quotient, solve
from identcheck.decide.witness.drawn import NormalSites, Row, covariance_of, onward, value_of, varying
from identcheck.derive.assignment import back_doors
from identcheck.describe.declarations import Declaration, Edge

__all__ = ["normal_sites"]

MOST_FUNCTIONS = 64
"""So many ways to write the second world's arrows as functions of the first's are tried at most."""

MOST_SOURCES = 3
"""An arrow of the second world is made of so many of the first at most."""


def normal_sites(first: Population, second: Population) -> NormalSites | None:
    """Two normal populations that obey what is declared and from which the sites of two worlds may be drawn, if any."""
    arms, declarations = first.design.treatments, first.design.declarations
    arrows, after = varying(first), varying(second)
    alike = first.uniform and second.uniform
    if not alike or not arrows or any(edge[0] not in arms for edge in (*arrows, *after)):
        return None
    covariance = _covariances(arrows, declarations)
    some = NormalSites(arrows, covariance, tuple((edge, ()) for edge in after))
    if not all(_possible(some, d, first, second) for d in declarations):
        return None
    settled = {} if some.all_sites(first) else _settled(first, second, arrows, after)
    if settled is None:
        return None
    ways = _Ways(first, second, arrows, settled)
    ordered = sorted(after, key=lambda edge: edge in settled)
    if not all(any(ways.of(edge, ())) for edge in ordered if edge not in settled):
        return None
    chosen = _chosen(ordered, ways, _rules(after, declarations), covariance)
    tried = (NormalSites(arrows, covariance, f) for f in islice(chosen, MOST_FUNCTIONS) if f is not None)
    return next((found for found in tried if not found.fault(first, second)), None)


Sums = dict[Edge, tuple[dict[Edge, Number], list[Number]]]
"""By arrow, of which others its function is a sum, with what factors, and what is added to the factor of each of ``arrows``."""


def _settled(
    first: Population, second: Population, arrows: Sequence[Edge], after: Sequence[Edge]
) -> Sums | None:
    """The functions that others settle if contrasts are to agree in every site; None where no functions make them agree.

    The contrast of an arm in a measured node is linear in the functions of the arm's arrows, and has the factors that it has
    in the first population. Those of arrows into measured nodes are worked out, where they can be, from the others'.
    """
    if any(site.unequal for site in first.sites):
        return None
    design, found = first.design, Sums()
    taken = {node for node, door in back_doors(design).items() if door.own}
    for arm in design.treatments:
        loose = taken | {*design.unobserved}
        own = sorted((e for e in after if e[0] == arm), key=lambda e: e[1] in loose)
        form, carried = Echelon(len(own) + len(arrows)), dict[str, list[Number]]()
        for node in (*design.mediators, design.outcome):
            row = [onward(second, e[1], node) for e in own]
            row += [-onward(first, e[1], node) if e[0] == arm else 0 for e in arrows]
            for moved, more in carried.items():
                by = onward(second, moved, node)
                row = [x - by * y for x, y in zip(row, more, strict=True)]
            if node in taken:
                carried[node] = row
            elif node not in design.unobserved:
                form.add(row)
        if any(pivot >= len(own) for pivot in form.rows):
            return None
        for pivot, solved in form.rows.items():
            sums = {place: quotient(-x, solved[pivot]) for place, x in solved.items() if place != pivot}
            parts = {own[place]: x for place, x in sums.items() if place < len(own)}
            found[own[pivot]] = parts, [sums.get(len(own) + k, 0) for k in range(len(arrows))]
    return found


def _possible(some: NormalSites, declaration: Declaration, first: Population, second: Population) -> bool:
    """Whether a declaration can be obeyed, whatever the functions are."""
    if declaration.level == "persons":
        return some.obeyed(first, second, declaration)
    after = {edge for edge, _ in some.functions}
    return declaration.kind != "correlated" or declaration.edges <= after & {*some.arrows}


Functions = tuple[tuple[Edge, Row], ...]
Rules = dict[frozenset[Edge], bool]
"""Of pairs of arrows, whether the two are to be correlated."""


def _rules(arrows: Sequence[Edge], declarations: Sequence[Declaration]) -> Rules:
    """What is declared between sites of pairs of some arrows."""
    said = [d for d in declarations if d.level == "sites" and d.kind != "normal"]
    pairs = ((d, a, b) for d in said for a in d.left for b in d.right if {a, b} <= {*arrows})
    return {frozenset({a, b}): d.kind == "correlated" for d, a, b in pairs}


def _chosen(
    edges: Sequence[Edge],
    ways: _Ways,
    rules: Rules,
    covariance: Sequence[Row],
    before: Functions = (),
) -> Iterator[Functions | None]:
    """A function for each arrow, the first ones first, so that every pair of them is as the rules say; None at a dead end."""
    if not edges:
        yield before
        return
    edge, *others = edges
    for row in ways.of(edge, before):
        if all(
            bool(covariance_of(covariance, row, other)) == rules[frozenset({edge, known})]
            for known, other in before
            if frozenset({edge, known}) in rules
        ):
            yield from _chosen(others, ways, rules, covariance, (*before, (edge, row)))
        else:
            yield None


def _covariances(arrows: Sequence[Edge], declarations: Sequence[Declaration]) -> tuple[Row, ...]:
    """Variances of 1, and a covariance that is small enough where two arrows are declared to have one."""
    known = {d.edges for d in declarations if d.kind == "correlated" and d.level == "sites"}
    small = Fraction(1, len(arrows) + 1)
    return tuple(
        tuple(Fraction(1) if a == b else small if frozenset({a, b}) in known else Fraction(0) for b in arrows)
        for a in arrows
    )


class _Ways:
    """How arrows of the second world are linear functions of a few of the first's, or sums of others' functions."""

    def __init__(self, first: Population, second: Population, arrows: Sequence[Edge], settled: Sums) -> None:
        self.first, self.second, self.arrows, self.settled = first, second, arrows, settled
        self.spans = _spans(first)

    def of(self, edge: Edge, before: Functions) -> Iterable[Row]:
        """The function that others settle; else functions of the fewest of the first's arrows, its own before others."""
        return [self._sum(edge, dict(before))] if edge in self.settled else self._free(edge)

    @once
    def _free(self, edge: Edge) -> Listed[Row]:
        return Listed(partial(self._functions, edge))

    def _sum(self, edge: Edge, known: dict[Edge, Row]) -> Row:
        parts, more = self.settled[edge]
        factors = [
            Fraction(x + sum(by * known[other][k] for other, by in parts.items()))
            for k, x in enumerate(more, 1)
        ]
        there = (x * value_of(self.first, 0, e) for x, e in zip(factors, self.arrows, strict=True) if x)
        return value_of(self.second, 0, edge) - sum(there, Fraction(0)), *factors

    def _functions(self, edge: Edge) -> Iterator[Row]:
        right = [value_of(self.second, s, edge) for s in self.spans.sites]
        if not self.spans.whole.spans(right):
            return
        ordered = sorted(self.arrows, key=lambda other: other != edge)
        for size in range(min(MOST_SOURCES, len(ordered)) + 1):
            for chosen in combinations(ordered, size):
                span = self.spans.by(chosen)
                if span is not None and span.spans(right):
                    rows = [
                        [1, *(self.spans.columns[other][s] for other in chosen)] for s in self.spans.sites
                    ]
                    found = solve(rows, right, size + 1)
                    if found is not None and all(found[1:]):
                        factors = dict(zip(chosen, found[1:], strict=True))
                        yield (Fraction(found[0]), *(Fraction(factors.get(e, 0)) for e in self.arrows))


@once
def _spans(world: Population) -> _Spans:
    return _Spans(world)


class _Spans:
    """What arrows of a world and a constant span over its kinds of sites, the same whatever the second world is."""

    def __init__(self, world: Population) -> None:
        self.sites = range(len(world.flows.persons))
        ones = [1] * len(self.sites)
        self.columns = {edge: [value_of(world, s, edge) for s in self.sites] for edge in varying(world)}
        self.ones = Echelon(len(ones), [ones])
        self.whole = Echelon(len(ones), [ones, *self.columns.values()])

    @once
    def by(self, chosen: tuple[Edge, ...]) -> Echelon | None:
        """Of some arrows; None where one of them is a function of the others."""
        if not chosen:
            return self.ones
        before = self.by(chosen[:-1])
        if before is None or before.spans(self.columns[chosen[-1]]):
            return None
        span = before.copy()
        span.add(self.columns[chosen[-1]])
        return span
