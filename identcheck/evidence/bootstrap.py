"""The restricted wild bootstrap over sites, turned into an interval (theory section 17)."""

from __future__ import annotations

import numpy as np

from identcheck.evidence.columns import Floats
from identcheck.evidence.weighted import Fit

__all__ = ["FEW", "wild_interval"]

FEW = 30
"""Below so many sites there is a bootstrap interval."""

DRAWS = 1999
SEED = 1
WEBB = np.array([-np.sqrt(1.5), -1.0, -np.sqrt(0.5), np.sqrt(0.5), 1.0, np.sqrt(1.5)])
"""Webb's six values: many different draws also with few sites."""


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
    signs = rng.choice(WEBB, size=(count, DRAWS))[fit.rows.site]
    others = np.delete(fit.x, k, axis=1)
    y = fit.rows.y * np.sqrt(fit.rows.w)
    x = fit.x[:, k]
    if others.shape[1]:
        q, _ = np.linalg.qr(others)
        x, y = x - q @ (q.T @ x), y - q @ (q.T @ y)
    hat = fit.x @ fit.inverse @ fit.x.T
    size = float(x @ x)
    sites = (fit.rows.site[None, :] == np.arange(count)[:, None]).astype(float)

    def t_of(errors: Floats) -> Floats:
        scores = sites @ (x[:, None] * (errors - hat @ errors))
        spread = np.sqrt((scores**2).sum(0))
        with np.errstate(divide="ignore", invalid="ignore"):
            found: Floats = np.abs(x @ errors) / spread
        return found

    def p_of(value: float) -> float:
        errors = y - value * x
        return float(np.mean(t_of(errors[:, None] * signs) >= t_of(errors[:, None])[0] * (1 - 1e-12)))

    center, step = float(x @ y) / size, float(fit.classical[k]) + float(fit.cr1[k])
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
