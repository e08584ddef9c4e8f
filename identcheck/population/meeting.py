"""Whether a finite population meets a condition, exactly and in its weakest form."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

import sympy

from identcheck.conditions import Between, Bypass, Condition, Rank, Within
from identcheck.population import Population
from identcheck.population.linear import rank

__all__ = ["meets"]


def meets(population: Population, condition: Condition) -> bool:
    """Whether the condition holds in the population.

    A mean independence is checked as such, not by its covariances: the quantity has the same average in every
    group of sites whose compliances agree. A rank is that of the matrix of these sites.
    """
    if condition not in population.kept:
        population.kept[condition] = _holds(population, condition)
    found: bool = population.kept[condition]
    return found


def _holds(population: Population, condition: Condition) -> bool:
    if condition.kind == "cut":
        return not condition.violated
    if isinstance(condition, Rank):
        return _determined(population, condition)
    if isinstance(condition, (Between, Bypass)) and not condition.regression.pooled:
        return _mean_independent(population, condition)
    within = isinstance(condition, Within)
    if within and not condition.regression.pooled:
        sites = range(len(population.sites))
        return all(population.evaluate(item, s) == 0 for item in condition.exact for s in sites)
    return all(_average(population, item, within) == 0 for item in condition.exact)


def _average(population: Population, item: sympy.Expr, within: bool) -> Fraction:
    """The value over sites; a quantity of a site is averaged."""
    if not within:
        return population.evaluate(item)
    values = [population.evaluate(item, s) for s in range(len(population.sites))]
    return sum((w * x for w, x in zip(population.shares, values, strict=True)), Fraction(0))


def _mean_independent(population: Population, condition: Between | Bypass) -> bool:
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
