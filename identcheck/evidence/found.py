"""How strong the instruments are in the data at hand (theory, equation (17.2))."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from identcheck.evidence.columns import Floats
from identcheck.evidence.minimum import Objective
from identcheck.evidence.rows import Rows
from identcheck.evidence.weighted import Fit

__all__ = ["Found", "strength"]


@dataclass(frozen=True)
class Found:
    """The strength of the instruments for one mediator.

    Attributes:
        node: the mediator.
        f: marginal F, the mean of (compliance / standard error) squared; None where no row has a standard error.
        conditional: F for what the other columns leave of its compliances; None where they leave nothing, or no sampling error.
        df: degrees of freedom of the conditional F, rows less columns plus 1.
        mean: weighted mean of the compliances.
        sd: weighted SD of the true compliances, the variance of the estimates less that of sampling; 0 where that is negative.
    """

    node: str
    f: float | None
    conditional: float | None
    df: int
    mean: float
    sd: float


def strength(rows: Rows, k: int) -> Found:
    """The strength for column k; psi is least squares of column k on the others, weighted by 1 / se_k^2."""
    variance, g = rows.own[:, k + 1, k + 1], rows.g[:, k]
    kept = variance > 0
    f = float((g[kept] ** 2 / variance[kept]).mean()) if kept.any() else None
    share = rows.w / (rows.w.sum() or 1.0)
    mean = float(share @ g)
    spread = (
        float(share @ (g - mean) ** 2 / (1 - (share**2).sum()) - share @ variance)
        if (share > 0).sum() > 1
        else 0.0
    )
    conditional, df = _conditional(rows, k)
    return Found(rows.columns[k], f, conditional, df, mean, float(np.sqrt(max(spread, 0.0))))


def _conditional(rows: Rows, k: int) -> tuple[float | None, int]:
    """Over the rows with a standard error."""
    df = rows.degrees + 1
    if df <= 0 or not rows.full:
        return None, max(df, 0)
    with_error = rows.own[:, k + 1, k + 1] > 0
    df -= int((~with_error).sum())
    if df <= 0:
        return None, 0
    left = rows.on(k)
    psi: Floats = Fit(left).coefficients if left.columns else np.zeros(0)
    if not left.columns:
        g, v = left.y[with_error], left.own[with_error, 0, 0]
        if not left.shared.any():
            return float((g**2 / v).sum() / df), df
    if not with_error.all():
        c = np.array([1.0, *(-psi)])
        e, v = left.y - left.g @ psi, np.einsum("a,rab,b->r", c, left.own, c)
        return float((e[with_error] ** 2 / v[with_error]).sum() / df), df
    return Objective(left).at(psi) / df, df
