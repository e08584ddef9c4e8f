"""What bias does to a test and to a confidence interval: power, the chance of a wrong sign, coverage."""

from __future__ import annotations

import math

from identcheck.plan.closed.precision import power_of, t_test

__all__ = ["TOLERABLE", "coverage_of", "tolerable", "wrong_sign_of"]

TOLERABLE = 0.25
"""The largest bias, as a share of the standard error, at which a number of sites needed still means something.

A bias of a quarter of the standard error lowers the coverage of a 95% interval to about 94%; more sites make it a larger share.
"""


def tolerable(bias: float, se: float) -> bool:
    """Whether a bias is below ``TOLERABLE`` of the standard error."""
    return abs(bias) < TOLERABLE * se or abs(bias) < 1e-12


def coverage_of(bias: float, se: float, degrees: int, alpha: float) -> float:
    """The chance that the interval of nominal level 1 - alpha has the true value in it: theory, equation (11.11).

    The interval misses the true value where a test of the true value rejects; the estimate is off by the bias.
    """
    return 1.0 - power_of(bias, se, degrees, alpha)


def wrong_sign_of(effect: float, bias: float, se: float, degrees: int, alpha: float) -> float:
    """The chance of a significant estimate whose sign is not that of the effect; of an effect of 0, of any significant one."""
    from scipy.special import ndtr  # when it is first used: `import identcheck.plan` is quick

    if degrees < 1:
        return 0.0
    if not effect:
        return power_of(bias, se, degrees, alpha)
    away = math.copysign(1.0, effect) * (effect + bias)
    if se == 0:
        return float(away < 0)
    bound, weights, spread = t_test(degrees, alpha)
    return float(weights @ ndtr(-away / se - bound * spread))
