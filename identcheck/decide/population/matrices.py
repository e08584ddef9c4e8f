"""The matrix of a regression in a finite population, and which of its columns it determines."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from identcheck.basics.once import once
from identcheck.decide.conditions import Regression
from identcheck.decide.population import Population, Site
from identcheck.decide.population.linear import Number, average, full_rank, null_vectors, rank

__all__ = ["determined", "determined_in_sites", "matrix", "moderated", "terms_of"]


@once
def determined(
    core: Population,
    regressors: tuple[str, ...],
    arms: tuple[str, ...],
    intercepts: tuple[str, ...] = (),
    pooled: bool = False,
) -> frozenset[str]:
    """The columns of a regression that its matrix determines, by name.

    The rank over a prime field is never larger than the rank; where that is full the columns all are, and else it is worked out.
    """
    columns = (*intercepts, *regressors)
    rows = matrix(core, regressors, arms, intercepts)
    if pooled:  # theory, equation (7.2): one row an arm, averaged over sites
        by_arm = (rows[a :: len(arms)] for a in range(len(arms)))
        rows = [[average(column, core.weights) for column in zip(*own, strict=True)] for own in by_arm]
    return _columns_of(rows, columns)


@once
def determined_in_sites(
    core: Population, regressors: tuple[str, ...], arms: tuple[str, ...]
) -> tuple[frozenset[str], ...]:
    """For each site the regressors that its own matrix determines, of which each arm is a row."""
    rows, size = matrix(core, regressors, arms), len(arms)
    return tuple(_columns_of(rows[at : at + size], regressors) for at in range(0, len(rows), size))


def _columns_of(rows: list[list[Number]], columns: Sequence[str]) -> frozenset[str]:
    if full_rank(rows):
        return frozenset(columns)
    free = null_vectors(rows, len(columns))
    return frozenset(c for place, c in enumerate(columns) if not any(vector[place] for vector in free))


def matrix(
    core: Population, regressors: Sequence[str], arms: Sequence[str], intercepts: Sequence[str] = ()
) -> list[list[Number]]:
    """The rows of a regression, by site and arm: 1 for an arm's intercept, then compliances."""
    return [
        [*(int(arm == other) for other in intercepts), *(core.flows.mean(s, arm, u) for u in regressors)]
        for s in range(len(core.sites))
        for arm in arms
    ]


def moderated(core: Population, reg: Regression) -> int:
    """The rank of the matrix of a regression with moderators, by their values in the sites (theory section 14)."""
    plain = matrix(core, reg.regressors, reg.arms, reg.intercepts)
    rows = []
    for place, heads in enumerate(plain):
        site = core.sites[place // len(reg.arms)]
        row: list[Number] = []
        for head, column in zip(heads, reg.columns, strict=True):
            row += [head, *(head * value for value in terms_of(reg, column, site))]
        rows.append(row)
    return rank(rows)


def terms_of(reg: Regression, column: str, site: Site) -> list[Number]:
    """The values in a site of the terms h(Z) that stand beside a column."""
    binary = {m.name for m in reg.design.modifiers if m.scale == "binary"}

    def value(name: str, category: int) -> Number:
        level = site.modifiers.get(name, 0)
        return int(level == category) if category and name not in binary else level

    return [prod(value(*factor) for factor in term) for term in reg.terms(column)]
