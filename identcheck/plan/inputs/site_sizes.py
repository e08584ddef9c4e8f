"""Persons per site that differ: sizes with a given mean and coefficient of variation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from identcheck.plan.inputs.anticipated import Array

__all__ = ["most_spread", "spread_sizes"]

WIDEST = 20.0
"""Largest SD of log sizes that is tried; beyond, the largest site has all the persons that are not needed elsewhere."""


def spread_sizes(count: int, mean: float, cv: float, least: int) -> NDArray[np.int64]:
    """Whole sizes (count,) along the quantiles of a lognormal distribution, none below ``least``.

    Their mean and coefficient of variation are those asked for, up to rounding; the SD of log sizes is found by
    bisection.
    """
    low, high = 0.0, WIDEST
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _cv(_sizes(count, mean, middle, least)) < cv else (low, middle)
    sizes = _sizes(count, mean, high if cv else 0.0, least)
    whole = np.floor(sizes).astype(np.int64)
    short = round(count * mean - int(whole.sum()))
    whole[np.argsort(whole - sizes, kind="stable")[:short]] += 1  # the largest remainders are rounded up
    return np.asarray(whole, dtype=np.int64)


def most_spread(count: int, mean: float, least: int) -> float:
    """The largest coefficient of variation that so many sites of this mean and least size can have."""
    return _cv(_sizes(count, mean, WIDEST, least))


def _sizes(count: int, mean: float, spread: float, least: int) -> Array:
    """Sizes with this mean, before rounding: ``least`` and what a lognormal distribution adds to it."""
    logs = spread * ndtri((np.arange(count) + 0.5) / count)
    extra = np.exp(logs - logs.max())
    return np.asarray(least + (mean - least) * extra / extra.mean(), dtype=np.float64)


def _cv(sizes: Array) -> float:
    return float(sizes.std() / sizes.mean())
