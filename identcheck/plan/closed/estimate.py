"""What is expected of an estimator at some number of sites and persons: its average, its standard error, the power of a test."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from identcheck.plan.inputs.anticipated import Anticipated, Array

__all__ = ["Estimate", "numbers", "power_of", "smallest_detectable"]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(48)
"""Gauss-Legendre points and weights, for integrals over the ratio of estimated to true standard error."""


@dataclass(frozen=True)
class Estimate:
    """What is expected of an estimator's coefficients at some number of sites and persons.

    Attributes:
        limit: with sites without end, (J,).
        few_sites: the further bias from the number of sites being finite, to first order in 1 / sites, (J,).
        covariance: of the estimates, (J, J).
        degrees: degrees of freedom between sites; below 1 there is no test.
    """

    limit: Array
    few_sites: Array
    covariance: Array
    degrees: int

    def se(self, place: int) -> float:
        """The standard error of one coefficient."""
        return math.sqrt(max(float(self.covariance[place, place]), 0.0))


def numbers(anticipated: Anticipated, sites: float | None, persons: float | None) -> tuple[float, float]:
    """Number of sites, and persons per site; those of the plan where left out.

    Other numbers keep the plan's spread of sizes.
    """
    return anticipated.sites if sites is None else sites, anticipated.persons if persons is None else persons


def power_of(effect: float, se: float, degrees: int, alpha: float) -> float:
    """The power of a two-sided t test of no effect: noncentral t, integrated over the estimated standard error.

    Source: theory, equation (11.11).
    """
    from scipy.special import ndtr  # when it is first used: `import identcheck.plan` is quick

    if degrees < 1:
        return 0.0  # there is no test
    if se == 0:
        return float(effect != 0)
    bound, weights, spread = _t_test(degrees, alpha)
    away = abs(effect) / se
    # theory (11.11), the mean over the ratio S of estimated to true SE by Gauss-Legendre
    return float(weights @ (ndtr(away - bound * spread) + ndtr(-away - bound * spread)))


@lru_cache(maxsize=20_000)
def _t_test(degrees: int, alpha: float) -> tuple[float, Array, Array]:
    """The bound of a two-sided t test; weights, and the ratio of estimated to true SE that each is of."""
    from scipy.special import gammaincinv, stdtrit

    shares = (_NODES + 1) / 2
    spread = np.sqrt(2 * gammaincinv(degrees / 2, shares) / degrees)
    return float(stdtrit(degrees, 1 - alpha / 2)), _WEIGHTS / 2, spread


def smallest_detectable(se: float, degrees: float, alpha: float, power: float) -> float:
    """The smallest effect that a two-sided t test finds with the given power (theory, equation (11.12))."""
    from scipy.special import stdtrit

    return float((stdtrit(degrees, 1 - alpha / 2) + stdtrit(degrees, power)) * se)
