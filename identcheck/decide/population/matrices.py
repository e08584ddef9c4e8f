"""The matrix of a regression in a finite population, and which of its columns it determines."""

from __future__ import annotations

from collections.abc import Sequence

from identcheck.basics.once import once
from identcheck.decide.population import Population
from identcheck.decide.population.linear import Number, average, full_rank, null_vectors

__all__ = ["determined", "matrix"]


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
