"""The search for two normal populations of sites from which the sites of two worlds may be drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import combinations, islice

from identcheck.basics.once import Listed
from identcheck.decide.population import Population
from identcheck.decide.population.linear import Echelon, solve
from identcheck.decide.witness.drawn import NormalSites, Row, covariance_of, value_of, varying
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
    if not arrows or any(edge[0] not in arms for edge in (*arrows, *after)):
        return None
    covariance = _covariances(arrows, declarations)
    some = NormalSites(arrows, covariance, tuple((edge, ()) for edge in after))
    if some.unfit(first, second) or not all(_possible(some, d, first, second) for d in declarations):
        return None
    each = _Ways(first, second, arrows)
    ways = [(edge, each.of(edge)) for edge in after]
    if not all(any(rows) for _, rows in ways):
        return None
    chosen = _chosen(ways, _rules(after, declarations), covariance)
    tried = (NormalSites(arrows, covariance, f) for f in islice(chosen, MOST_FUNCTIONS) if f is not None)
    return next((found for found in tried if not found.fault(first, second)), None)


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
    ways: Sequence[tuple[Edge, Iterable[Row]]],
    rules: Rules,
    covariance: Sequence[Row],
    before: Functions = (),
) -> Iterator[Functions | None]:
    """A function for each arrow, the first ones first, so that every pair of them is as the rules say; None at a dead end."""
    if not ways:
        yield before
        return
    (edge, rows), *others = ways
    for row in rows:
        if all(
            bool(covariance_of(covariance, row, other)) == rules[frozenset({edge, known})]
            for known, other in before
            if frozenset({edge, known}) in rules
        ):
            yield from _chosen(others, rules, covariance, (*before, (edge, row)))
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
    """How arrows of the second world are linear functions of a few of the first's."""

    def __init__(self, first: Population, second: Population, arrows: Sequence[Edge]) -> None:
        self.second, self.arrows, self.sites = second, arrows, range(len(first.sites))
        self.columns = {edge: [value_of(first, s, edge) for s in self.sites] for edge in arrows}
        ones = Echelon(len(self.sites), [[1] * len(self.sites)])
        self.spans: dict[frozenset[Edge], Echelon | None] = {frozenset(): ones}

    def of(self, edge: Edge) -> Listed[Row]:
        """The second world's arrow as a linear function of the first's, from the fewest of them, its own before others."""
        return Listed(partial(self._functions, edge))

    def _functions(self, edge: Edge) -> Iterator[Row]:
        right = [value_of(self.second, s, edge) for s in self.sites]
        ordered = sorted(self.arrows, key=lambda other: other != edge)
        for size in range(min(MOST_SOURCES, len(ordered)) + 1):
            for chosen in combinations(ordered, size):
                span = self._span(chosen)
                if span is not None and span.spans(right):
                    rows = [[1, *(self.columns[other][s] for other in chosen)] for s in self.sites]
                    found = solve(rows, right, size + 1)
                    if found is not None and all(found[1:]):
                        factors = dict(zip(chosen, found[1:], strict=True))
                        yield (Fraction(found[0]), *(Fraction(factors.get(e, 0)) for e in self.arrows))

    def _span(self, chosen: tuple[Edge, ...]) -> Echelon | None:
        """What some arrows and a constant span over the sites; None where one of them is a function of the others."""
        key = frozenset(chosen)
        if key not in self.spans:
            before = self._span(chosen[:-1])
            span = None if before is None else before.copy()
            if span is not None:
                span.add(self.columns[chosen[-1]])
            self.spans[key] = span if span is not None and len(span.rows) == len(key) + 1 else None
        return self.spans[key]
