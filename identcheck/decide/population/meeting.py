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
from identcheck.decide.population.linear import rank
from identcheck.decide.population.sites import Site

__all__ = ["exempt", "meets"]


def meets(population: Population, condition: Condition) -> bool:
    """Whether the condition holds in the population.

    A mean independence is checked as such, not by its covariances: the quantity has the same average in every
    group of sites whose compliances agree. The bypass is its covariances. A rank is that of the matrix of these sites.
    """
    if condition not in population.kept:
        population.kept[condition] = _holds(condition, population)
    found: bool = population.kept[condition]
    return found


def exempt(population: Population, condition: Condition) -> bool:
    """Whether (vii) is not to be had of a regressor: an arrow that its own effect shares with what is upstream varies.

    An arrow in both is exempt from the grant (theory section 12); where it is the same in all sites, nothing is.
    """
    return is_kind(condition, Between) and any(
        len({_arrow_mean(site, edge) for site in population.sites}) > 1 for edge in condition.shared
    )


def _arrow_mean(site: Site, edge: tuple[str, str]) -> Fraction:
    return sum((Fraction(person[edge]) for person in site.persons), Fraction(0)) / len(site.persons)


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
def _rank(condition: Rank, population: Population) -> bool:
    return _determined(population, condition)


@_holds.register
def _between(condition: Between, population: Population) -> bool:
    if condition.regression.pooled:
        return _vanish(condition, population)
    return _mean_independent(population, condition)


@_holds.register
def _within(condition: Within, population: Population) -> bool:
    if condition.regression.pooled:
        return all(_average(population, item) == 0 for item in condition.exact)
    sites = range(len(population.sites))
    return all(population.evaluate(item, s) == 0 for item in condition.exact for s in sites)


@_holds.register(Bypass)
@_holds.register(Shared)
@_holds.register(Product)
def _vanish(condition: Condition, population: Population) -> bool:
    """Moments over sites, or over all persons, that must be 0."""
    return all(population.evaluate(item) == 0 for item in condition.exact)


def _average(population: Population, item: sympy.Expr) -> Fraction:
    """The average over sites of a quantity of a site."""
    values = [population.evaluate(item, s) for s in range(len(population.sites))]
    return sum((w * x for w, x in zip(population.shares, values, strict=True)), Fraction(0))


def _mean_independent(population: Population, condition: Between) -> bool:
    key = ("groups", condition.compliances)
    if key not in population.kept:
        groups: dict[tuple[Fraction, ...], list[int]] = defaultdict(list)
        for s in range(len(population.sites)):
            groups[tuple(population.evaluate(item, s) for item in condition.compliances)].append(s)
        population.kept[key] = list(groups.values())
    means = {_mean(population, condition.subject, members) for members in population.kept[key]}
    return len(means) == 1


def _mean(population: Population, item: sympy.Expr, members: list[int]) -> Fraction:
    whole = sum((population.shares[s] for s in members), Fraction(0))
    return sum((population.shares[s] * population.evaluate(item, s) for s in members), Fraction(0)) / whole


def _determined(population: Population, condition: Rank) -> bool:
    """Whether the column's unit vector lies in the row space; where the structure is full, every column's."""
    reg = condition.regression
    rows = []
    for s in range(len(population.sites)):
        for arm in reg.arms:
            row = [Fraction(arm == other) for other in reg.intercepts]
            rows.append(row + [population.effect(arm, u, site=s) for u in reg.regressors])
    if reg.pooled:
        arms = len(reg.arms)
        rows = [
            [
                sum(
                    (population.shares[s] * rows[s * arms + a][c] for s in range(len(population.sites))),
                    Fraction(0),
                )
                for c in range(len(reg.columns))
            ]
            for a in range(arms)
        ]
    whole = rank(rows)
    if condition.structure.full:
        return whole == len(reg.columns)
    unit = [Fraction(column == condition.column) for column in reg.columns]
    return rank([*rows, unit]) == whole
