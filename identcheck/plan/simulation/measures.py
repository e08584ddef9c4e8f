"""How well an estimator did in simulated trials: each measure with its Monte Carlo standard error."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from identcheck.plan.inputs.anticipated import Array

__all__ = ["Measure", "interquartile", "mean_of", "median_of", "rmse_of", "sd_of", "share_of"]

NORMAL_RANGE = 1.3489795003921634
"""The interquartile range of a standard normal variable."""


@dataclass(frozen=True)
class Measure:
    """A measure and its Monte Carlo standard error: how far it is likely to be from that of endless trials."""

    value: float
    error: float


def mean_of(draws: Array) -> Measure | None:
    """The mean; error SD / sqrt(R)."""
    if not len(draws):
        return None
    return Measure(float(draws.mean()), _deviation(draws) / math.sqrt(len(draws)))


def sd_of(draws: Array) -> Measure | None:
    """The standard deviation; error sqrt(m4 - m2^2) / (2 SD sqrt(R)) with central moments m."""
    if len(draws) < 2:
        return None
    sd = _deviation(draws)
    return Measure(sd, _root_error((draws - draws.mean()) ** 2, sd))


def rmse_of(errors: Array) -> Measure | None:
    """The root of the mean square of errors; its own error by the delta method."""
    if not len(errors):
        return None
    rmse = math.sqrt(float(np.mean(errors**2)))
    return Measure(rmse, _root_error(errors**2, rmse))


def share_of(hits: Iterable[bool] | Array) -> Measure | None:
    """A share; binomial error."""
    given = np.asarray(hits, dtype=np.float64)
    if not len(given):
        return None
    share = float(given.mean())
    return Measure(share, math.sqrt(share * (1 - share) / len(given)))


def median_of(ordered: Array) -> Measure | None:
    """The median of ordered draws; error from the order statistics one binomial standard deviation to either side."""
    if not len(ordered):
        return None
    return Measure(_quantile(ordered, 0.5), _quantile_error(ordered, 0.5))


def interquartile(ordered: Array) -> Measure | None:
    """The interquartile range over that of a standard normal, of ordered draws: a normal variable's SD, whatever the tails."""
    if not len(ordered):
        return None
    low, high = _quantile(ordered, 0.25), _quantile(ordered, 0.75)
    errors = _quantile_error(ordered, 0.25), _quantile_error(ordered, 0.75)
    joint = (
        errors[0] ** 2 + errors[1] ** 2 - 2 * errors[0] * errors[1] / 3
    )  # the quartiles' correlation is 1/3
    return Measure((high - low) / NORMAL_RANGE, math.sqrt(joint) / NORMAL_RANGE)


def _deviation(draws: Array) -> float:
    return float(draws.std(ddof=1)) if len(draws) > 1 else math.nan


def _root_error(squares: Array, root: float) -> float:
    """The error of the root of a mean, from that of the mean."""
    return float(squares.std()) / (2 * root * math.sqrt(len(squares))) if root > 0 else 0.0


def _quantile_error(ordered: Array, share: float) -> float:
    count = len(ordered)
    away = math.sqrt(share * (1 - share) / count)
    return (_quantile(ordered, min(share + away, 1.0)) - _quantile(ordered, max(share - away, 0.0))) / 2


def _quantile(ordered: Array, share: float) -> float:
    """A quantile of ordered draws, between the two nearest."""
    place = share * (len(ordered) - 1)
    below = min(int(place), max(len(ordered) - 2, 0))
    above = min(below + 1, len(ordered) - 1)
    low, high = float(ordered[below]), float(ordered[above])
    return low + (place - below) * (high - low)
