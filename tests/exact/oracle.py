"""Brute force on finite populations, written from the definitions and without the engine.

A path effect is an entry of (I - A)^{-1}, with A the matrix of edge coefficients of one person; nodes
to be avoided are deleted from the graph. Averages and moments are sums over persons and sites; a
regression is its normal equations. Everything is a whole number or a Fraction, so that results compare
by equality.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod

import networkx as nx
import sympy

Number = int | Fraction
Coefficients = Mapping[tuple[str, str], Number]
PersonValues = list[list[Number]]  # by site, by person
SiteValues = list[Number]
Matrix = Sequence[Sequence[Number]]

ZERO, ONE = Fraction(0), Fraction(1)


# -- linear algebra ----------------------------------------------------------------


def solve(matrix: Matrix, right: Sequence[Number]) -> list[Number] | None:
    """Solve a square system by Gauss-Jordan elimination; None where it is singular."""
    solution = solve_each(matrix, right)
    return None if None in solution else solution


def solve_each(matrix: Matrix, right: Sequence[Number]) -> list[Number | None]:
    """Solve a system; None for each entry that it leaves open, or for all where nothing solves it."""
    waiting = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    pivots: dict[int, list[Number]] = {}
    for column in range(len(matrix[0])):
        found = next((i for i, row in enumerate(waiting) if row[column]), None)
        if found is None:
            continue
        pivot = waiting.pop(found)
        if pivot[column] != 1:
            pivot = [Fraction(x) / pivot[column] if x else x for x in pivot]
        places = [j for j, x in enumerate(pivot) if x]
        for row in (*waiting, *pivots.values()):
            if factor := row[column]:
                for j in places:
                    row[j] -= factor * pivot[j]
        pivots[column] = pivot
    if any(row[-1] for row in waiting):
        return [None for _ in matrix[0]]
    return [
        pivots[j][-1] if j in pivots and not any(pivots[j][:j] + pivots[j][j + 1 : -1]) else None
        for j in range(len(matrix[0]))
    ]


def least_squares(rows: Matrix, right: Sequence[Number], weights: Sequence[Number]) -> list[Number | None]:
    """Weighted least squares by its normal equations; None for each entry they leave open."""
    width = range(len(rows[0]))
    weighted = list(zip(weights, rows, right, strict=True))
    gram = [[sum((w * x[j] * x[k] for w, x, _ in weighted), ZERO) for k in width] for j in width]
    return solve_each(gram, [sum((w * x[j] * y for w, x, y in weighted), ZERO) for j in width])


# -- moments -----------------------------------------------------------------------


def central_moment(shares: Sequence[Fraction], *columns: Sequence[Fraction]) -> Fraction:
    """E[prod (A_i - E A_i)] under the given shares."""
    deviations = [[x - average(shares, column) for x in column] for column in columns]
    return average(shares, [prod(row, start=ONE) for row in zip(*deviations, strict=True)])


def average(shares: Sequence[Fraction], values: Sequence[Fraction]) -> Fraction:
    """The mean under the given shares."""
    return sum((w * x for w, x in zip(shares, values, strict=True)), ZERO)


def plain_average(values: Sequence[Number]) -> Fraction:
    return Fraction(sum(values)) / len(values)


def equal_shares(count: int) -> list[Fraction]:
    return [Fraction(1, count)] * count


# -- populations -------------------------------------------------------------------


@dataclass(frozen=True)
class World:
    """A finite population: sites with weights, persons with one coefficient for every edge."""

    graph: nx.DiGraph
    weights: tuple[int, ...]
    persons: tuple[tuple[Coefficients, ...], ...]
    _effects: dict = field(default_factory=dict, compare=False, repr=False)

    @property
    def shares(self) -> list[Fraction]:
        """The weights of the sites, as shares of one."""
        return [Fraction(weight, sum(self.weights)) for weight in self.weights]

    def effect(self, u: str, v: str, avoiding: Iterable[str] = ()) -> PersonValues:
        """Every person's effect of u on v over the paths without a node of ``avoiding`` inside."""
        banned = frozenset(avoiding) - {u, v}
        if (v, banned) not in self._effects:
            nodes = [node for node in self.graph if node not in banned]
            self._effects[v, banned] = [
                [effects_on(nodes, person, v) for person in site] for site in self.persons
            ]
        return [[column[u] for column in site] for site in self._effects[v, banned]]

    def site_effects(self, u: str, v: str, avoiding: Iterable[str] = ()) -> SiteValues:
        """The effect of u on v averaged over the persons of each site: r_vs, d_us, theta_s."""
        return self.within(self.effect(u, v, avoiding))

    def within(self, *quantities: PersonValues) -> SiteValues:
        """In each site: the mean of one quantity, or the joint central moment of several."""
        if len(quantities) == 1:
            return [plain_average(column) for column in quantities[0]]
        sites = zip(*quantities, strict=True)
        return [central_moment(equal_shares(len(columns[0])), *columns) for columns in sites]

    def between(self, *quantities: SiteValues) -> Fraction:
        """Over sites: the mean of one quantity, or the joint central moment of several."""
        if len(quantities) == 1:
            return average(self.shares, quantities[0])
        return central_moment(self.shares, *quantities)


def effects_on(nodes: Sequence[str], person: Coefficients, v: str) -> dict[str, Fraction]:
    """Column v of (I - A)^{-1}, for the matrix A of one person on the given nodes."""
    matrix = [[int(a == b) - person.get((a, b), 0) for b in nodes] for a in nodes]
    column = solve(matrix, [int(node == v) for node in nodes])
    assert column is not None
    return dict(zip(nodes, column, strict=True))


# -- regressions -------------------------------------------------------------------


@dataclass(frozen=True)
class Regression:
    """Regress the site effects r_v on (r_u, u in regressors); one row for each site and arm."""

    outcome: str
    regressors: tuple[str, ...]
    arms: tuple[str, ...]
    intercepts: tuple[str, ...] = ()

    def rows(self, world: World) -> list[tuple[int, list[Number], Number]]:
        """For each arm and site: its weight, its regressors with the arms' intercepts first, r_vs."""
        found = []
        for arm in self.arms:
            leading = [Fraction(int(arm == other)) for other in self.intercepts]
            compliances = [world.site_effects(arm, u) for u in self.regressors]
            effects = world.site_effects(arm, self.outcome)
            for s, weight in enumerate(world.weights):
                found.append((weight, leading + [r[s] for r in compliances], effects[s]))
        return found

    def limit(self, world: World) -> list[Number | None]:
        """The coefficients by weighted least squares on the site effects; None for those left open."""
        weights, rows, right = zip(*self.rows(world), strict=True)
        return least_squares(rows, right, weights)

    def pooled_limit(self, world: World) -> list[Number | None]:
        """The same after averaging over sites: one row for each arm."""
        rows = [[world.between(world.site_effects(arm, u)) for u in self.regressors] for arm in self.arms]
        right = [world.between(world.site_effects(arm, self.outcome)) for arm in self.arms]
        return least_squares(rows, right, equal_shares(len(self.arms)))

    def targets(self, world: World) -> list[Fraction]:
        """E[theta] of each arm with an intercept, then E[D_u] of each regressor."""
        bypass = [world.site_effects(arm, self.outcome, self.regressors) for arm in self.intercepts]
        inner = [world.site_effects(u, self.outcome, set(self.regressors) - {u}) for u in self.regressors]
        return [world.between(values) for values in (*bypass, *inner)]


# -- expressions -------------------------------------------------------------------


def value_at(expr: sympy.Expr, leaf: Callable[[sympy.Expr], Fraction], known: dict | None = None) -> Fraction:
    """The value of a rational expression, given that of its leaves: symbols and moments."""
    known = {} if known is None else known
    if expr not in known:
        known[expr] = _value_at(expr, leaf, known)
    return known[expr]


def _value_at(expr: sympy.Expr, leaf: Callable[[sympy.Expr], Fraction], known: dict) -> Fraction:
    if expr.is_Rational:
        return Fraction(int(expr.p), int(expr.q))
    if expr.is_Pow:
        return value_at(expr.base, leaf, known) ** int(expr.exp)
    if not (expr.is_Add or expr.is_Mul):
        return leaf(expr)
    parts = [value_at(argument, leaf, known) for argument in expr.args]
    return sum(parts, ZERO) if expr.is_Add else prod(parts, start=ONE)
