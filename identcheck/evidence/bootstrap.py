"""The restricted wild bootstrap over sites, as a test and turned into an interval (theory section 17)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from identcheck.evidence.weighted import Fit
from identcheck.plan.small_samples import WEBB, wild_p

__all__ = ["FEW", "wild_interval", "wild_test"]

FEW = 30
"""Below so many sites there is a bootstrap interval."""

DRAWS = 1999
SEED = 1


def wild_interval(fit: Fit, k: int, level: float = 0.95, seed: int = SEED) -> tuple[float, float] | None:
    """The values of coefficient k that a wild bootstrap test restricted to them does not reject; None where there is none.

    Args:
        fit: the regression.
        k: the coefficient.
        level: of the interval.
        seed: of the draws.
    """
    if not _allowed(fit):
        return None
    p_of, center = _p_of(fit, k, seed), float(fit.coefficients[k])
    step = float(fit.classical[k]) + float(fit.cr1[k])
    if step <= 0:
        return None
    ends = [_end(p_of, center, sign * step, 1 - level) for sign in (-1.0, 1.0)]
    return None if None in ends else (ends[0] or 0.0, ends[1] or 0.0)


def wild_test(fit: Fit, k: int, seed: int = SEED) -> float | None:
    """The two-sided p value that coefficient k is 0; None where there is none. With the same draws as the interval."""
    return _p_of(fit, k, seed)(0.0) if _allowed(fit) else None


def _allowed(fit: Fit) -> bool:
    return fit.rows.count > max(len(fit.rows.columns), 2) and not fit.alone


def _p_of(fit: Fit, k: int, seed: int) -> Callable[[float], float]:
    """The p value of each value of coefficient k."""
    signs = np.random.default_rng(seed).choice(WEBB, size=(fit.rows.count, DRAWS))
    x, residuals, center = fit.leverage.x, fit.by_site(fit.residuals), np.array(fit.coefficients[k])
    return lambda value: float(wild_p(x, fit.inverse, residuals, center, k, value, signs))


def _end(p_of: Callable[[float], float], center: float, step: float, alpha: float) -> float | None:
    """Where p falls to alpha, by doubling and bisection; None where it does not."""
    inside, outside = center, center + step
    for _ in range(12):
        if p_of(outside) <= alpha:
            break
        inside, outside = outside, outside + 2 * (outside - center)
    else:
        return None
    for _ in range(24):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if p_of(middle) > alpha else (inside, middle)
    return (inside + outside) / 2
