"""The power of t tests, and the smallest effects that they detect."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from identcheck.plan.inputs.anticipated import Array

__all__ = ["SHARES", "WEIGHTS", "power_of", "quantile", "smallest_detectable"]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(48)
SHARES, WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2
"""Gauss-Legendre points and weights, for integrals over the ratio of estimated to true standard error."""


def power_of(effect: float, se: float, degrees: float, alpha: float, sides: int = 2) -> float:
    """The power of a t test of no effect: noncentral t, integrated over the estimated standard error.

    Source: theory, equation (11.11); of a test of one side, in the direction of the effect, its first term at level alpha.
    """
    from scipy.special import ndtr  # when it is first used: `import identcheck.plan` is quick

    if degrees < 1:
        return 0.0  # there is no test
    if se == 0:
        return float(effect != 0)
    bound, weights, spread = _t_test(degrees, alpha * 2 / sides)
    away = abs(effect) / se
    # theory (11.11), the mean over the ratio S of estimated to true SE by Gauss-Legendre
    wrong = ndtr(-away - bound * spread) if sides == 2 else 0.0
    return float(weights @ (ndtr(away - bound * spread) + wrong))


@lru_cache(maxsize=20_000)
def _t_test(degrees: float, alpha: float) -> tuple[float, Array, Array]:
    """The bound of a two-sided t test; weights, and the ratio of estimated to true SE that each is of."""
    from scipy.special import gammaincinv, stdtrit

    spread = np.sqrt(2 * gammaincinv(degrees / 2, SHARES) / degrees)
    return float(stdtrit(degrees, 1 - alpha / 2)), WEIGHTS, spread


def quantile(degrees: float, alpha: float) -> float:
    """What a two-sided t test of level alpha, and an interval of level 1 - alpha, is multiplied by."""
    from scipy.special import stdtrit

    return float(stdtrit(degrees, 1 - alpha / 2))


def smallest_detectable(se: float, degrees: float, alpha: float, power: float, sides: int = 2) -> float:
    """The smallest effect that a t test finds with the given power (theory, equation (11.12))."""
    from scipy.special import stdtrit

    return float((stdtrit(degrees, 1 - alpha / sides) + stdtrit(degrees, power)) * se)
