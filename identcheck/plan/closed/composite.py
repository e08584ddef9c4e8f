"""Composed strategies in numbers: sums of products of coefficients."""

from __future__ import annotations

import math

from identcheck.decide.strategies import Composed, Strategy
from identcheck.plan.closed.estimators import Estimators

__all__ = ["composed_limit", "expected"]


def composed_limit(estimators: Estimators, strategy: Composed) -> float:
    """What a composed estimate comes to on average, to first order: the same sum of products of its parts' values."""
    return math.fsum(
        term.sign * math.prod(expected(estimators, factor.strategy) for factor in term.factors)
        for term in strategy.terms
    )


def expected(estimators: Estimators, part: Strategy) -> float:
    """What a part's coefficient comes to on average."""
    estimate = estimators.at(part.regression)()
    place = estimators.place(part.regression, part.column)
    return float(estimate.limit[place] + estimate.few_sites[place])
