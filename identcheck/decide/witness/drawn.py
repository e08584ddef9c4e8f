"""Sites drawn from two normal populations of sites, where a finite population cannot obey what is declared.

No finite set of sites is normal, and few sites in which much varies are never independent. Then the sites of the two worlds
may be some that were drawn from two infinite populations: in the first the arms' own arrows are jointly normal, with
a stated covariance; in the second they are stated linear functions of those of the first, which keeps them normal. All other
arrows are the same in all sites. For normal coefficients independence is a covariance of zero, so every declaration
is a statement about two matrices of fractions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, islice, product

from identcheck.decide.population import Population
from identcheck.decide.population.declared import holds
from identcheck.decide.population.linear import rank, solve
from identcheck.derive.assignment import back_doors
from identcheck.describe.declarations import Declaration, Edge

__all__ = ["NormalSites", "normal_sites"]

MOST_FUNCTIONS = 64
"""So many ways to write the second world's arrows as functions of the first's are tried at most."""

MOST_SOURCES = 3
"""An arrow of the second world is made of so many of the first at most."""

Row = tuple[Fraction, ...]


@dataclass(frozen=True)
class NormalSites:
    """Two normal populations of sites.

    Attributes:
        arrows: the arms' arrows that vary between the sites of the first population. Their means are those over the
            sites that were drawn.
        covariance: their covariance, a row for each.
        functions: by arrow of the second population that varies: a constant, and a factor for each of ``arrows``.
    """

    arrows: tuple[Edge, ...]
    covariance: tuple[Row, ...]
    functions: tuple[tuple[Edge, Row], ...]

    def fault(self, first: Population, second: Population) -> str:
        """Why these are no populations that both worlds' sites may be drawn from, and give the same data; "" if they are.

        The contrasts are the same in every site of the two populations; or the design has as many sites as were drawn,
        all different, in which they agree.
        """
        if not (first.uniform and second.uniform):
            return "persons of a site differ"
        if not self._only_arms_vary(first, second):
            return "something else than arrows of the arms differs between sites"
        if not _positive(self.covariance):
            return "the covariance is not that of a distribution with a density"
        if any(
            _value(second, s, edge) != self._value(row, first, s)
            for s in range(len(first.sites))
            for edge, row in self.functions
        ):
            return "the second world's sites are no such functions of the first's"
        if not (self._agree(first, second) or self._all_sites(first)):
            return "other sites of the two populations differ in contrasts"
        broken = [d for d in first.design.declarations if not self.obeyed(first, second, d)]
        return f"they do not obey {broken[0]}" if broken else ""

    def obeyed(self, first: Population, second: Population, declaration: Declaration) -> bool:
        """Whether both populations obey a declaration."""
        if declaration.level == "persons":
            return holds(first, declaration) and holds(second, declaration)
        pairs = [(a, b) for a in declaration.left for b in declaration.right]
        unit = {e: tuple(Fraction(e == a) for a in self.arrows) for e in self.arrows}
        after = {edge: row[1:] for edge, row in self.functions}
        for rows in (unit, after):
            values = [self._covariance(rows[a], rows[b]) for a, b in pairs if a in rows and b in rows]
            if declaration.kind != "normal" and any(values) != (declaration.kind == "correlated"):
                return False
        return True

    def _covariance(self, one: Row, other: Row) -> Fraction:
        return sum(
            (
                x * y * c
                for x, line in zip(one, self.covariance, strict=True)
                for y, c in zip(other, line, strict=True)
            ),
            Fraction(0),
        )

    def _value(self, row: Row, first: Population, site: int) -> Fraction:
        parts = (x * _value(first, site, edge) for x, edge in zip(row[1:], self.arrows, strict=True))
        return row[0] + sum(parts, Fraction(0))

    def _only_arms_vary(self, first: Population, second: Population) -> bool:
        moving = set(_varying(first)) | set(_varying(second))
        named = set(self.arrows) | {edge for edge, _ in self.functions}
        arms = first.design.treatments
        return moving <= named and all(
            edge[0] in arms and first.design.causal.has_edge(*edge) for edge in named
        )

    def _agree(self, first: Population, second: Population) -> bool:
        """Whether the contrasts, linear in the arms' arrows, are the same functions of the first's arrows in both.

        Where arms differ in a node for the sake of a common cause, that takes up any difference there.
        """
        design = first.design
        taken = {node for node, door in back_doors(design).items() if door.own}
        if any(site.unequal for site in first.sites):
            return False
        for arm, place in product(design.treatments, range(len(self.arrows))):
            more: dict[str, Fraction] = {}
            for node in (*design.mediators, design.outcome):
                gap = self._gap(first, second, (arm, node), place) + sum(
                    (by * _onward(second, moved, node) for moved, by in more.items()), Fraction(0)
                )
                if node in taken:
                    more[node] = -gap
                elif gap and node not in design.unobserved:
                    return False
        return True

    def _gap(self, first: Population, second: Population, ends: Edge, place: int) -> Fraction:
        """By how much more a contrast grows with one of the arrows in the second population."""
        arm, node = ends
        arrow = self.arrows[place]
        one = _onward(first, arrow[1], node) if arrow[0] == arm else Fraction(0)
        moved = ((e, row[place + 1]) for e, row in self.functions if e[0] == arm)
        return sum((factor * _onward(second, e[1], node) for e, factor in moved), Fraction(0)) - one

    def _all_sites(self, first: Population) -> bool:
        """Whether the design has as many sites as were drawn, in general position."""
        rows = [
            [Fraction(1), *(_value(first, s, edge) for edge in self.arrows)] for s in range(len(first.sites))
        ]
        return first.design.sites == len(rows) and rank(rows) == min(len(rows), len(self.arrows) + 1)


def normal_sites(first: Population, second: Population) -> NormalSites | None:
    """Two normal populations that obey what is declared and from which the sites of two worlds may be drawn, if any."""
    arms = first.design.treatments
    arrows, after = _varying(first), _varying(second)
    if not arrows or any(edge[0] not in arms for edge in (*arrows, *after)):
        return None
    covariance = _covariance_of(arrows, first.design.declarations)
    ways = [list(_functions(first, second, arrows, edge)) for edge in after]
    for chosen in islice(product(*ways), MOST_FUNCTIONS):
        found = NormalSites(arrows, covariance, tuple(zip(after, chosen, strict=True)))
        if not found.fault(first, second):
            return found
    return None


def _covariance_of(arrows: Sequence[Edge], declarations: Sequence[Declaration]) -> tuple[Row, ...]:
    """Variances of 1, and a covariance that is small enough where two arrows are declared to have one."""
    known = {d.edges for d in declarations if d.kind == "correlated" and d.level == "sites"}
    small = Fraction(1, len(arrows) + 1)
    return tuple(
        tuple(Fraction(1) if a == b else small if frozenset({a, b}) in known else Fraction(0) for b in arrows)
        for a in arrows
    )


def _functions(first: Population, second: Population, arrows: Sequence[Edge], edge: Edge) -> Iterator[Row]:
    """The second world's arrow as a linear function of the first's, from the fewest of them, its own before others."""
    sites = range(len(first.sites))
    right = [_value(second, s, edge) for s in sites]
    ordered = sorted(arrows, key=lambda other: other != edge)
    for size in range(min(MOST_SOURCES, len(ordered)) + 1):
        for chosen in combinations(ordered, size):
            rows = [[Fraction(1), *(_value(first, s, other) for other in chosen)] for s in sites]
            found = solve(rows, right, size + 1)
            if found is not None and all(found[1:]):
                factors = dict(zip(chosen, found[1:], strict=True))
                yield (Fraction(found[0]), *(Fraction(factors.get(other, 0)) for other in arrows))


def _varying(world: Population) -> tuple[Edge, ...]:
    """The arrows that are not the same for everyone."""
    return tuple(
        edge
        for edge in sorted(world.design.causal.edges)
        if len({person[edge] for site in world.sites for person in site.persons}) > 1
    )


def _value(world: Population, site: int, edge: Edge) -> Fraction:
    return Fraction(world.sites[site].persons[0][edge])


def _onward(world: Population, node: str, end: str) -> Fraction:
    return Fraction(1) if node == end else world.effect(node, end, site=0)


def _positive(matrix: Sequence[Row]) -> bool:
    """Whether a symmetric matrix is positive definite: every pivot of its elimination is positive."""
    rows = [list(row) for row in matrix]
    if any(rows[i][j] != rows[j][i] for i in range(len(rows)) for j in range(i)):
        return False
    for k, pivot in enumerate(rows):
        if pivot[k] <= 0:
            return False
        for row in rows[k + 1 :]:
            factor = row[k] / pivot[k]
            row[k:] = [a - factor * b for a, b in zip(row[k:], pivot[k:], strict=True)]
    return True
