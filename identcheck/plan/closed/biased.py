"""What bias does to a test and to a confidence interval: power, the chance of a wrong sign, coverage."""

from __future__ import annotations

import numpy as np

from identcheck.plan.closed.standard_errors import EXACT, Errors
from identcheck.plan.closed.t_tests import SHARES, WEIGHTS

__all__ = ["TOLERABLE", "coverage_of", "rejects_of", "tolerable", "wrong_sign_of"]

TOLERABLE = 0.25
"""The largest bias, as a share of the standard error, at which a number of sites needed still means something.

A bias of a quarter of the standard error lowers the coverage of a 95% interval to about 94%; more sites make it a larger share.
"""


ALONE = 0.1
"""Where a set of sites leaves fewer degrees of freedom, there are none, and the test does not reject."""


def tolerable(bias: float, se: float) -> bool:
    """Whether a bias is below ``TOLERABLE`` of the standard error."""
    return abs(bias) < TOLERABLE * se or abs(bias) < 1e-12


def coverage_of(bias: float, se: float, degrees: float, alpha: float, errors: Errors = EXACT) -> float:
    """The chance that the interval of nominal level 1 - alpha has the true value in it.

    The interval misses the true value where a test of the true value rejects; the estimate is off by the bias.
    """
    return 1.0 - sum(_tails(bias, se, degrees, alpha, errors))


def rejects_of(
    effect: float,
    bias: float,
    se: float,
    degrees: float,
    alpha: float,
    errors: Errors = EXACT,
    sides: int = 2,
) -> float:
    """The chance that the test of no effect rejects, given the bias; one of one side in the direction of the effect only."""
    above, below = _tails(effect + bias, se, degrees, alpha * 2 / sides, errors)
    return above + below if sides == 2 else above if effect >= 0 else below


def wrong_sign_of(
    effect: float,
    bias: float,
    se: float,
    degrees: float,
    alpha: float,
    errors: Errors = EXACT,
    sides: int = 2,
) -> float:
    """The chance of a significant estimate whose sign is not that of the effect; of an effect of 0, of any significant one.

    A test of one side never finds the other sign.
    """
    above, below = _tails(effect + bias, se, degrees, alpha * 2 / sides, errors)
    if sides == 1:
        return 0.0 if effect else above
    return above + below if not effect else below if effect > 0 else above


def _tails(away: float, se: float, degrees: float, alpha: float, errors: Errors) -> tuple[float, float]:
    """The chances that t is above its upper and below its lower bound, the estimate being away from 0 on average.

    Source: theory, equation (11.11), with the ratio S of estimated to true standard error of equations (11.18) and (11.19).
    """
    from scipy.special import gammaincinv, ndtr, stdtrit  # when first used: `import identcheck.plan` is quick

    if degrees < 1:
        return 0.0, 0.0
    if se == 0:
        return float(away > 0), float(away < 0)
    freedom = errors.freedom or degrees
    bound = float(stdtrit(degrees, 1 - alpha / 2))
    if errors.tried is not None:
        off, estimated, own = errors.tried
        t = away / se + off
        bounds = (bound if own is None else stdtrit(np.maximum(own, ALONE), 1 - alpha / 2)) * estimated
        return float(np.mean(t > bounds)), float(np.mean(t < -bounds))
    ratio = np.sqrt(errors.share * 2 * gammaincinv(freedom / 2, SHARES) / freedom)
    found = (float(WEIGHTS @ ndtr(sign * away / se - bound * ratio)) for sign in (1.0, -1.0))
    above, below = found
    return above, below
