"""How well an estimator did in simulated trials: each measure with its Monte Carlo standard error."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import numpy as np
from numpy.typing import NDArray

from identcheck.plan.inputs.anticipated import Array

__all__ = [
    "NORMAL_RANGE",
    "Measure",
    "interquartile",
    "mean_of",
    "measures_of",
    "median_of",
    "share_of",
]

NORMAL_RANGE = 1.3489795003921634
"""The interquartile range of a standard normal variable."""


@dataclass(frozen=True)
class Measure:
    """A measure and its Monte Carlo standard error: how far it is likely to be from that of endless trials."""

    value: float
    error: float

    def over(self, number: float) -> Measure:
        """The measure divided by a positive number."""
        return Measure(self.value / number, self.error / number)


def _of_some(measure: Callable[[NDArray[Any]], Measure]) -> Callable[[NDArray[Any]], Measure | None]:
    """The measure, None where there are no draws."""

    @wraps(measure)
    def of(draws: NDArray[Any]) -> Measure | None:
        return measure(draws) if len(draws) else None

    return of


@_of_some
def mean_of(draws: Array) -> Measure:
    """The mean; error SD / sqrt(R)."""
    mean, count = float(draws.mean()), len(draws)
    deviation = math.sqrt(_squares(draws - mean) / (count - 1)) if count > 1 else math.nan
    return Measure(mean, deviation / math.sqrt(count))


def measures_of(errors: Array, target: float) -> dict[str, Measure | None]:
    """Mean, bias, SD and root of the mean square of estimates, from what each is above the true value.

    Errors are SD / sqrt(R) of mean and bias, and by the delta method sqrt(m4 - m2^2) / (2 root sqrt(R)) of SD and RMSE, with
    moments about the mean and about the true value.
    """
    found: dict[str, Measure | None] = dict.fromkeys(("mean", "bias", "sd", "rmse"))
    count = len(errors)
    if not count:
        return found
    bias = float(errors.mean())
    apart = errors - bias
    variance = _squares(apart) / (count - 1) if count > 1 else math.nan
    uncertain = math.sqrt(variance / count)
    found["mean"], found["bias"] = Measure(bias + target, uncertain), Measure(bias, uncertain)
    if count > 1:
        found["sd"] = _root(apart, math.sqrt(variance))
    found["rmse"] = _root(errors, math.sqrt(_squares(errors) / count))
    return found


@_of_some
def share_of(hits: NDArray[Any]) -> Measure:
    """A share; binomial error."""
    share = int(np.count_nonzero(hits)) / len(hits)
    return Measure(share, math.sqrt(share * (1 - share) / len(hits)))


@_of_some
def median_of(ordered: Array) -> Measure:
    """The median of draws in order; error from the order statistics one binomial standard deviation to either side."""
    return Measure(_quantile(ordered, 0.5), _quantile_error(ordered, 0.5))


@_of_some
def interquartile(ordered: Array) -> Measure:
    """The interquartile range of draws in order; over that of a standard normal it is a normal variable's SD."""
    low, high = _quantile(ordered, 0.25), _quantile(ordered, 0.75)
    errors = _quantile_error(ordered, 0.25), _quantile_error(ordered, 0.75)
    joint = (
        errors[0] ** 2 + errors[1] ** 2 - 2 * errors[0] * errors[1] / 3
    )  # the quartiles' correlation is 1/3
    return Measure(high - low, math.sqrt(joint))


def _squares(draws: Array) -> float:
    """The sum of squares."""
    return float(draws @ draws)


def _root(draws: Array, root: float) -> Measure:
    """The root of a mean of squares of draws, with its error from that of the mean."""
    if root <= 0:
        return Measure(root, 0.0)
    squares, count = draws * draws, len(draws)
    squares -= squares.mean()
    return Measure(root, math.sqrt(_squares(squares) / count) / (2 * root * math.sqrt(count)))


def _quantile_error(ordered: Array, share: float) -> float:
    below, above = _beside(share, len(ordered))
    return (_quantile(ordered, min(above, 1.0)) - _quantile(ordered, max(below, 0.0))) / 2


def _beside(share: float, count: int) -> tuple[float, float]:
    """A share of the draws less and plus one binomial standard deviation."""
    away = math.sqrt(share * (1 - share) / count)
    return share - away, share + away


def _quantile(ordered: Array, share: float) -> float:
    """A quantile of ordered draws, between the two nearest."""
    place = share * (len(ordered) - 1)
    below = min(int(place), max(len(ordered) - 2, 0))
    above = min(below + 1, len(ordered) - 1)
    low, high = float(ordered[below]), float(ordered[above])
    return low + (place - below) * (high - low)
