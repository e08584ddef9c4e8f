"""Sites drawn from two normal populations of sites, where a finite population cannot obey what is declared.

No finite set of sites is normal, and few sites in which much varies are never independent. Then the sites of the two worlds
may be some that were drawn from two infinite populations: in the first the arms' own arrows are jointly normal, with
a stated covariance; in the second they are stated linear functions of those of the first, which keeps them normal. All other
arrows are the same in all sites. For normal coefficients independence is a covariance of zero, so every declaration
is a statement about two matrices of fractions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from identcheck.decide.population import Population
from identcheck.decide.population.declared import holds
from identcheck.decide.population.linear import Number, rank
from identcheck.derive.assignment import back_doors
from identcheck.describe.declarations import Declaration, Edge

__all__ = ["NormalSites", "Row", "covariance_of", "onward", "value_of", "varying"]

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
        if unfit := self.unfit(first, second):
            return unfit
        if any(
            value_of(second, s, edge) != self._value(row, first, s)
            for s in range(len(first.sites))
            for edge, row in self.functions
        ):
            return "the second world's sites are no such functions of the first's"
        if not self.same_data(first, second):
            return "other sites of the two populations differ in contrasts"
        broken = [d for d in first.design.declarations if not self.obeyed(first, second, d)]
        return f"they do not obey {broken[0]}" if broken else ""

    def unfit(self, first: Population, second: Population) -> str:
        """What is wrong whatever the functions are."""
        if not (first.uniform and second.uniform):
            return "persons of a site differ"
        if not self._only_arms_vary(first, second):
            return "something else than arrows of the arms differs between sites"
        if not _positive(self.covariance):
            return "the covariance is not that of a distribution with a density"
        return ""

    def same_data(self, first: Population, second: Population) -> bool:
        """Whether contrasts agree in every site of the two populations, or in all that the design has."""
        return self.all_sites(first) or self._agree(first, second)

    def obeyed(self, first: Population, second: Population, declaration: Declaration) -> bool:
        """Whether both populations obey a declaration."""
        if declaration.level == "persons":
            return holds(first, declaration) and holds(second, declaration)
        pairs = [(a, b) for a in declaration.left for b in declaration.right]
        unit = {e: (Fraction(0), *(Fraction(e == a) for a in self.arrows)) for e in self.arrows}
        for rows in (unit, dict(self.functions)):
            values = [
                covariance_of(self.covariance, rows[a], rows[b]) for a, b in pairs if a in rows and b in rows
            ]
            if declaration.kind != "normal" and any(values) != (declaration.kind == "correlated"):
                return False
        return True

    def _value(self, row: Row, first: Population, site: int) -> Fraction:
        parts = (x * value_of(first, site, edge) for x, edge in zip(row[1:], self.arrows, strict=True))
        return row[0] + sum(parts, Fraction(0))

    def _only_arms_vary(self, first: Population, second: Population) -> bool:
        moving = set(varying(first)) | set(varying(second))
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
                    (by * onward(second, moved, node) for moved, by in more.items()), Fraction(0)
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
        one = onward(first, arrow[1], node) if arrow[0] == arm else Fraction(0)
        moved = ((e, row[place + 1]) for e, row in self.functions if e[0] == arm)
        return sum((factor * onward(second, e[1], node) for e, factor in moved), Fraction(0)) - one

    def all_sites(self, first: Population) -> bool:
        """Whether the design has as many sites as were drawn, in general position."""
        rows = [
            [Fraction(1), *(value_of(first, s, edge) for edge in self.arrows)]
            for s in range(len(first.sites))
        ]
        return first.design.sites == len(rows) and rank(rows) == min(len(rows), len(self.arrows) + 1)


def covariance_of(covariance: Sequence[Row], one: Row, other: Row) -> Fraction:
    """That of two functions of jointly normal arrows."""
    left = [(place, x) for place, x in enumerate(one[1:]) if x]
    right = [(place, y) for place, y in enumerate(other[1:]) if y]
    return sum((x * y * covariance[i][j] for i, x in left for j, y in right), Fraction(0))


def varying(world: Population) -> tuple[Edge, ...]:
    """The arrows that are not the same for everyone."""
    return tuple(
        edge
        for edge in sorted(world.design.causal.edges)
        if len({person[edge] for site in world.sites for person in site.persons}) > 1
    )


def value_of(world: Population, site: int, edge: Edge) -> Number:
    """The coefficient of an arrow in a site whose persons are alike."""
    return world.sites[site].persons[0][edge]


def onward(world: Population, node: str, end: str) -> Number:
    """The effect of one node on another, the same in all sites."""
    return world.flows.mean(0, node, end)


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
