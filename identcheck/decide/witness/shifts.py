"""Shifting the coefficients into one node, or out of one, so that nothing observed and nothing granted changes.

The changes that leave the contrasts and the granted conditions as they are form a linear space (``unknowns``, ``asked``);
a change in it that moves the estimand makes the second world.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from identcheck.basics.once import kept_with, once
from identcheck.decide.conditions import Condition
from identcheck.decide.estimands import Target
from identcheck.decide.population.linear import Echelon, Number
from identcheck.decide.witness.asked import declared_rows, observed_rows, rows_of
from identcheck.decide.witness.ties import Ties
from identcheck.decide.witness.unknowns import Cell, Row, Unknowns
from identcheck.decide.witness.world import Edge, World
from identcheck.derive.apart import Apart
from identcheck.derive.paths import edges_of
from identcheck.describe.design import Design

__all__ = ["shifts"]

FREEDOMS = (
    ("none", "none"),
    ("none", "sites"),
    ("sites", "none"),
    ("sites", "sites"),
    ("persons", "persons"),
)
"""What may differ between sites or persons in a shift: arrows from mediators, arrows from arms; the plainest first."""

MOST_CHANGES = 3
"""So many changes are tried where something is declared, which is not all linear."""

AMOUNTS = (1, 2)
"""The amounts of a change; one of the two leaves a covariance that is not zero as such."""

MANY_ARROWS = 8
"""Where more arrows than this change together, all free changes at once are preferred: the pair serves most effects."""


def shifts(
    world: World, target: Target, conditions: tuple[Condition, ...], apart: Apart, steady: bool
) -> Iterator[World]:
    """Worlds with the same contrasts and granted conditions but another estimand, the plainest first.

    Args:
        world: the first world.
        target: the estimand.
        conditions: what both are to meet.
        apart: which bundles of arrows are to stay independent, as (vi) and (vii) are granted.
        steady: whether arrows from mediators are to change by the same amount in all sites.
    """
    design = world.design
    beyond = [n for n in (*design.mediators, design.outcome) if n in target.inner or n == target.target]
    graph = design.causal
    stars = [tuple(graph.in_edges(node)) for node in beyond]
    if design.unobserved:  # where everything is measured, what leaves a node is known by what enters the next
        stars += [
            tuple(graph.out_edges(n)) for n in graph if n in design.treatments or n in design.unobserved
        ]
    aims = {*_aims(design, target)}
    known, ties = kept_with(world, "shifts"), _ties(world, apart)
    seen: set[tuple[tuple[Edge, str], ...]] = set()
    for freedom in FREEDOMS:
        if (steady and freedom[0] != "none") or ("persons" in freedom and len(world.sites[0]) == 1):
            continue
        for edges in stars:
            if aims.isdisjoint(edges):
                continue
            if (edges, freedom, apart) not in known:
                known[edges, freedom, apart] = _Shift(Unknowns(world, edges, freedom, ties))
            shift: _Shift = known[edges, freedom, apart]
            if shift.unknowns.told_by not in seen:
                yield from (world.moved(change) for change in shift.find(target, conditions))
            seen.add(shift.unknowns.told_by)


def _aims(design: Design, target: Target) -> Sequence[Edge]:
    """The arrows on the paths of an estimand."""
    if target.route is not None:
        return edges_of(target.route)
    return target.edges(design)


@once
def _ties(world: World, apart: Apart) -> Ties:
    return Ties(world, apart)


@dataclass(frozen=True, eq=False)
class _Shift:
    """The search for a change of some coefficients.

    Attributes:
        unknowns: the changes.
    """

    unknowns: Unknowns

    def find(self, target: Target, conditions: tuple[Condition, ...]) -> Iterator[dict[Cell, Number]]:
        """The plainest change that moves the estimand and nothing else; a few more where something is declared."""
        aim = self._dense(self.unknowns.target_row(target))
        if not any(aim) or self._observed.spans(aim):
            return
        free = self._free(conditions, aim)
        vectors = [v for v in free if sum(a * x for a, x in zip(aim, v, strict=True) if a and x)]
        if not vectors:
            return
        declared = self.unknowns.world.design.declarations
        together = not declared and self._many and vectors[-1] is free[-1]
        plainest = [vectors[-1]] if together else sorted(vectors, key=_length)
        times = AMOUNTS if any(d.kind == "correlated" for d in declared) else AMOUNTS[:1]
        for vector in plainest[: MOST_CHANGES if declared else 1]:
            for factor in times:
                yield {
                    cell: factor * vector[place]
                    for cell, place in self.unknowns.cells.items()
                    if vector[place]
                }

    @property
    def _many(self) -> bool:
        return len(self.unknowns.edges) > MANY_ARROWS

    def _free(self, conditions: tuple[Condition, ...], aim: Sequence[Number]) -> list[list[int]]:
        """The changes that leave contrasts and conditions as they are; none where none of them moves the aim.

        Where there are many, all of them together are another, which moves most that any of them moves.
        """
        known = kept_with(self, "free")
        if conditions not in known:
            form = self._observed.copy()
            for condition in conditions:
                if self._ask(form, condition) and form.spans(aim):
                    return []
            vectors = list(form.null_vectors())  # theory, equation (12.2): H x = 0
            if self._many and len(vectors) > 1:
                vectors.append([sum(column) for column in zip(*vectors, strict=True)])
            known[conditions] = vectors
        found: list[list[int]] = known[conditions]
        return found

    def _ask(self, form: Echelon, condition: Condition) -> bool:
        """Add what a condition asks; whether that is more than was asked before."""
        before = len(form.rows)
        for row in self._rows(condition):
            if len(form.rows) == self.unknowns.width:
                break
            form.add(row)
        return len(form.rows) > before

    @once
    def _rows(self, condition: Condition) -> list[Row]:
        """What a condition asks, each row once."""
        rows = ({p: x for p, x in row.items() if x} for row in rows_of(condition, self.unknowns))
        return [*{frozenset(row.items()): row for row in rows if row}.values()]

    @cached_property
    def _observed(self) -> Echelon:
        """What contrasts and declarations ask of the unknowns."""
        asked = chain(observed_rows(self.unknowns), declared_rows(self.unknowns))
        return Echelon(self.unknowns.width, asked)

    def _dense(self, row: Row) -> list[Number]:
        return [row.get(place, 0) for place in range(self.unknowns.width)]


def _length(vector: Sequence[int]) -> tuple[int, int]:
    """How plain a change is: how many coefficients it moves, and how far."""
    return sum(map(bool, vector)), sum(map(abs, vector))
