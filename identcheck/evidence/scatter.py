"""Tests of what a regression rests on, and how much effects differ between sites (theory section 17).

Intercept, curvature and pooled are those of ``identcheck.plan.falsification.corrected``, of which the plan gives the power.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import optimize, stats

from identcheck.evidence.columns import Floats
from identcheck.evidence.minimum import Minimum
from identcheck.evidence.rows import Rows
from identcheck.evidence.weighted import Fit
from identcheck.plan.falsification.corrected import (
    Scatter,
    Tested,
    curvature,
    intercept,
    pooled,
    with_intercepts,
)

__all__ = ["SAME", "SPEAKS", "Test", "differing", "lifted", "scatter_tests"]

SPEAKS = {
    "intercept": "exclusion (ii), or a bypass that is related to compliance",
    "curvature": "(vii), effects unrelated to compliances; also exclusion (ii)",
    "heterogeneity": "one effect for all sites; not (vii)",
    "heterogeneity at minimum": "one effect for all sites, whatever it is; not (vii)",
    "pooled": "(vii): sites weighted by compliance give another answer than their average",
}
"""What each test speaks against."""

SAME = "with as many arms as mediators it is the intercept test"
UNDETERMINED = (
    "compliances vary by no more than their sampling error, or one site alone determines a coefficient"
)


@dataclass(frozen=True)
class Test:
    """A test of the scatter of site effects.

    Attributes:
        statistic: F, Q or t; None where it cannot be worked out.
        df: degrees of freedom, as text "2, 14" or "27".
        p: the p value; None where there is none.
        note: why a number is missing; "".
    """

    statistic: float | None
    df: str
    p: float | None
    note: str = ""


def scatter_tests(
    rows: Rows, mediators: Sequence[str], lowest: Minimum | None, arm: np.ndarray, free: Sequence[int]
) -> dict[str, Test]:
    """Every test that the regression allows.

    Args:
        rows: the rows.
        mediators: the columns that are compliances.
        lowest: the least Q.
        arm: the arm of each row.
        free: the arms that have no intercept.
    """
    found: dict[str, Test] = {}
    scatter, spread = _scatter(rows)
    ones = spread(np.stack([(arm == a).astype(float) for a in free], axis=1)) if free else None
    if ones is not None:
        found["intercept"] = _told(rows, intercept(scatter, ones))
    found["curvature"] = _told(rows, curvature(scatter, [rows.columns.index(m) for m in mediators]))
    found["heterogeneity"] = heterogeneity(rows)
    found["heterogeneity at minimum"] = _at_minimum(rows, lowest)
    if ones is not None and len(mediators) == len(rows.columns) <= len(np.unique(arm)) == len(free):
        found["pooled"] = _told(rows, pooled(scatter, ones))
        if len(free) == len(mediators):
            found["pooled"] = replace(found["pooled"], note=SAME)
    return found


def lifted(rows: Rows, arm: np.ndarray, free: Sequence[int]) -> Floats:
    """P + q: the corrected coefficients, and the arms' intercepts, which the test is of; NaN where undetermined.

    Args:
        rows: the rows.
        arm: the arm of each row.
        free: the arms that have no intercept among the columns.
    """
    scatter, spread = _scatter(rows)
    ones = spread(np.stack([(arm == a).astype(float) for a in free], axis=1))
    found: Floats = with_intercepts(scatter, ones)[0]
    return found


def _scatter(rows: Rows) -> tuple[Scatter, Callable[[Floats], Floats]]:
    """The rows as those of one trial, sites by rows; and what lays out values of rows in that way, 0 where there is no row."""
    column = np.zeros(len(rows.y), dtype=np.intp)  # a site has a row for each arm, and cell
    for block in rows.blocks:
        column[block] = np.arange(len(block))
    shape = rows.count, int(column.max(initial=0)) + 1

    def spread(values: Floats) -> Floats:
        found: Floats = np.zeros((*shape, *values.shape[1:]))
        found[rows.site, column] = values
        return found

    weight = rows.w / rows.w.mean()
    return Scatter(*(spread(each)[None] for each in (rows.y, rows.g, weight, rows.own))), spread


def _told(rows: Rows, tested: Tested) -> Test:
    """The test of these rows, or why there is none."""
    if tested.left < 1:
        return Test(None, "", None, f"needs more than {rows.count - tested.left} sites")
    df = f"{tested.tested}, {tested.left}"
    if np.isnan(tested.p[0]):
        return Test(None, df, None, UNDETERMINED)
    return Test(float(tested.statistic[0]), df, float(tested.p[0]))


def heterogeneity(rows: Rows) -> Test:
    """Q at the coefficients weighted by precision, sampling error of y alone."""
    if rows.degrees <= 0:
        return Test(None, "0", None, "as many coefficients as rows")
    if rows.exact:
        return Test(None, str(rows.degrees), None, "a row has no sampling error of the outcome")
    q = _q(rows)
    return Test(q, str(rows.degrees), float(stats.chi2.sf(q, rows.degrees)))


def _q(rows: Rows) -> float:
    """The least sum of e_s'V_s^-1 e_s, V_s the sampling covariance of y."""
    unit = np.zeros(1 + len(rows.columns))
    unit[0] = 1.0
    x, y = np.empty_like(rows.g), np.empty_like(rows.y)
    for block in rows.apart:
        root = np.linalg.cholesky(rows.block(block, unit))
        x[block], y[block] = np.linalg.solve(root, rows.g[block]), np.linalg.solve(root, rows.y[block])
    e = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    return float(e @ e)


def _at_minimum(rows: Rows, lowest: Minimum | None) -> Test:
    if rows.degrees <= 0:
        return Test(None, "0", None, "as many coefficients as rows")
    if lowest is None:
        return Test(None, str(rows.degrees), None, "Q has no minimum in these data")
    note = "" if lowest.agreed else "two methods disagree on the minimum"
    return Test(lowest.q, str(rows.degrees), float(stats.chi2.sf(lowest.q, rows.degrees)), note)


def differing(rows: Rows, mediators: Sequence[str]) -> dict[str, float]:
    """tau^2 of each mediator's effect, by moments of the residuals at the coefficients weighted by precision; never below 0."""
    if rows.exact or rows.degrees <= 0:
        return {}
    plain = rows.by_precision
    fit = Fit(plain)
    left = np.eye(len(rows.y)) - plain.g @ fit.inverse @ fit.x.T @ plain.turned(np.eye(len(rows.y)))
    b = fit.coefficients
    c = np.array([1.0, *(-b)])
    places = [rows.columns.index(m) for m in mediators]
    sampling, shape = np.zeros(len(rows.y)), np.zeros((len(rows.y), len(places)))
    for block in rows.apart:  # the rows of a unit have its effects and a sampling covariance
        sampling += np.einsum("ri,ij,rj->r", left[:, block], rows.block(block, c), left[:, block])
        shape += (left[:, block] @ rows.g[block][:, places]) ** 2
    squared = (plain.y - plain.g @ b) ** 2 - sampling
    weights = plain.w[:, None] * shape
    scale = np.sqrt(np.maximum((weights * shape).sum(0), 1e-300))
    matrix = weights.T @ shape / np.outer(scale, scale)
    found, _ = optimize.nnls(matrix, weights.T @ squared / scale)
    return dict(zip(mediators, (found / scale).tolist(), strict=True))
