"""Whether a finite population meets a condition, exactly and in its weakest form."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from functools import singledispatch

import sympy

from identcheck.decide.conditions import (
    Assigned,
    Between,
    Bypass,
    Condition,
    Cut,
    Product,
    Rank,
    Shared,
    Within,
    is_kind,
    unknown_kind,
)
from identcheck.decide.population import Population
from identcheck.decide.population.linear import average, rank
from identcheck.describe.answers import kept

__all__ = ["exempt", "meets"]


@kept
def meets(population: Population, condition: Condition) -> bool:
    """Whether the condition holds in the population.

    A mean independence is checked as such, not by its covariances: the quantity has the same average in every
    group of sites whose compliances agree. The bypass is its covariances. A rank is that of the matrix of these sites.
    """
    return _holds(condition, population)


def exempt(population: Population, condition: Condition) -> bool:
    """Whether (vii) is not to be had of a regressor: an arrow that its own effect shares with what is upstream varies.

    An arrow in both is exempt from the grant (theory section 12); where it is the same in all sites, nothing is.
    """
    return is_kind(condition, Between) and any(
        len({average([Fraction(p[edge]) for p in site.persons]) for site in population.sites}) > 1
        for edge in condition.shared
    )


@singledispatch
def _holds(condition: Condition, population: Population) -> bool:
    del population
    unknown_kind(condition, "meets")


@_holds.register(Assigned)
@_holds.register(Cut)
def _by_graph(condition: Condition, population: Population) -> bool:
    """What the graph alone decides."""
    del population
    return not condition.violated


@_holds.register
def _between(condition: Between, population: Population) -> bool:
    if condition.regression.pooled:
        return _vanish(condition, population)
    return _mean_independent(population, condition)


@_holds.register
def _within(condition: Within, population: Population) -> bool:
    if condition.regression.pooled:  # theory, equation (7.2): only the average over sites of Cov_s
        return all(average(_by_site(population, item), population.shares) == 0 for item in condition.exact)
    return not any(value for item in condition.exact for value in _by_site(population, item))


@_holds.register(Bypass)
@_holds.register(Shared)
@_holds.register(Product)
def _vanish(condition: Condition, population: Population) -> bool:
    """Moments over sites, or over all persons, that must be 0."""
    return all(population.evaluate(item) == 0 for item in condition.exact)


@kept
def _alike(population: Population, items: tuple[sympy.Expr, ...]) -> list[list[int]]:
    """The sites that have the same values of some quantities, together."""
    groups: dict[tuple[Fraction, ...], list[int]] = defaultdict(list)
    for s, values in enumerate(zip(*(_by_site(population, item) for item in items), strict=True)):
        groups[values].append(s)
    return list(groups.values()) if items else [list(range(len(population.sites)))]


def _by_site(population: Population, item: sympy.Expr) -> list[Fraction]:
    """A quantity of a site, for each."""
    return [population.evaluate(item, s) for s in range(len(population.sites))]


def _mean_independent(population: Population, condition: Between) -> bool:
    """Whether the average of the subject is the same in every group of sites whose compliances agree."""
    values, shares = _by_site(population, condition.subject), population.shares
    groups = _alike(population, condition.compliances)
    means = {average([values[s] for s in group], [shares[s] for s in group]) for group in groups}
    return len(means) == 1


@_holds.register
def _determined(condition: Rank, population: Population) -> bool:
    """Whether the column's unit vector lies in the row space; where the structure is full, every column's."""
    reg = condition.regression
    rows = []
    for s in range(len(population.sites)):
        for arm in reg.arms:
            row = [Fraction(arm == other) for other in reg.intercepts]
            rows.append(row + [population.effect(arm, u, site=s) for u in reg.regressors])
    if reg.pooled:  # theory, equation (7.2): one row an arm, averaged over sites
        by_arm = (rows[a :: len(reg.arms)] for a in range(len(reg.arms)))
        rows = [[average(column, population.shares) for column in zip(*own, strict=True)] for own in by_arm]
    whole = rank(rows)
    if condition.structure.full:
        return whole == len(reg.columns)
    unit = [Fraction(column == condition.column) for column in reg.columns]
    return rank([*rows, unit]) == whole
