"""The restricted wild bootstrap over sites, turned into an interval (theory section 17)."""

from __future__ import annotations

import numpy as np

from identcheck.evidence.weighted import Fit
from identcheck.plan.small_samples import WEBB, wild_p

__all__ = ["FEW", "wild_interval"]

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
    count = fit.rows.count
    if count <= len(fit.rows.columns) or count < 3 or fit.alone:
        return None
    rng = np.random.default_rng(seed)
    signs = rng.choice(WEBB, size=(count, DRAWS))
    x, residuals = fit.leverage.x, fit.by_site(fit.residuals)
    center = float(fit.coefficients[k])

    def p_of(value: float) -> float:
        return float(wild_p(x, fit.inverse, residuals, np.array(center), k, value, signs))

    step = float(fit.classical[k]) + float(fit.cr1[k])
    if step <= 0:
        return None
    ends = [_end(p_of, center, sign * step, 1 - level) for sign in (-1.0, 1.0)]
    return None if None in ends else (ends[0] or 0.0, ends[1] or 0.0)


def _end(p_of: object, center: float, step: float, alpha: float) -> float | None:
    """Where p falls to alpha, by doubling and bisection; None where it does not."""
    assert callable(p_of)
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
