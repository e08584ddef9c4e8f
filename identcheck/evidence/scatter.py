"""Tests of what a regression rests on, and how much effects differ between sites (theory section 17)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from identcheck.evidence.averaged import pooled
from identcheck.evidence.columns import Floats
from identcheck.evidence.minimum import Minimum
from identcheck.evidence.rows import Rows
from identcheck.evidence.weighted import Fit

__all__ = ["SPEAKS", "Test", "differing", "scatter_tests"]

SPEAKS = {
    "intercept": "exclusion (ii), or a bypass that is related to compliance",
    "curvature": "(vii), effects unrelated to compliances; also exclusion (ii)",
    "heterogeneity": "one effect for all sites; not (vii)",
    "heterogeneity at minimum": "one effect for all sites, whatever it is; not (vii)",
    "pooled": "(vii): sites weighted by compliance give another answer than their average",
}
"""What each test speaks against."""


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
    if free:
        ones = np.stack([(arm == a).astype(float) for a in free], axis=1)
        found["intercept"] = _added(rows, [f"intercept {a}" for a in free], ones)
    found["curvature"] = _added(rows, *rows.products(mediators))
    found["heterogeneity"] = heterogeneity(rows)
    found["heterogeneity at minimum"] = _at_minimum(rows, lowest)
    if free and len(mediators) == len(rows.columns) <= len(np.unique(arm)):
        found["pooled"] = _against_pooled(rows, arm)
    return found


def _added(rows: Rows, names: Sequence[str], values: Floats) -> Test:
    """A Wald test, with CR3, of columns that are added."""
    more = rows.adding(names, values)
    q = len(names)
    if more.count <= len(more.columns):
        return Test(None, "", None, f"needs more than {len(more.columns)} sites")
    if not more.full:
        return Test(None, "", None, "the added columns lie in the span of the others")
    found = Fit(more).wald(list(range(len(rows.columns), len(more.columns))))
    if found is None:
        return Test(
            None, f"{q}, {more.count - len(more.columns)}", None, "one site alone determines a coefficient"
        )
    return Test(found[0], f"{found[1]}, {found[2]}", found[3])


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


def _against_pooled(rows: Rows, arm: np.ndarray) -> Test:
    """The jackknife of the difference between least squares and pooled."""
    width, count = len(rows.columns), rows.count
    left = count - width
    fit = Fit(rows)
    if left <= 0 or fit.alone:
        return Test(None, "", None, "too few sites")
    difference, changes = np.zeros(width), np.zeros((width, count))
    for k in range(width):
        other = pooled(rows, arm, k)
        if isinstance(other, str):
            return Test(None, "", None, other)
        own = fit.linear(k)
        difference[k] = own.value - other.value
        changes[k] = [own.change[n] - other.change[n] for n in rows.names]
    spread = changes @ changes.T * (count - 1) / count
    if np.linalg.matrix_rank(spread, hermitian=True) < width:
        return Test(None, f"{width}, {left}", None, "both are the same in every part of the data")
    f = float(difference @ np.linalg.solve(spread, difference)) / width
    return Test(f, f"{width}, {left}", float(stats.f.sf(f, width, left)))


def differing(rows: Rows, mediators: Sequence[str]) -> dict[str, float]:
    """tau^2 of each mediator's effect, by moments of the residuals at the coefficients weighted by precision; never below 0."""
    if rows.exact or rows.degrees <= 0:
        return {}
    plain = rows.by_precision
    fit = Fit(plain)
    left = np.eye(len(rows.y)) - plain.g @ fit.inverse @ (plain.g * plain.w[:, None]).T
    b = fit.coefficients
    c = np.array([1.0, *(-b)])
    sampling = np.einsum("a,rab,b->r", c, plain.own, c)
    squared = (plain.y - plain.g @ b) ** 2 - (left**2) @ sampling
    places = [rows.columns.index(m) for m in mediators]
    shape = (left**2) @ rows.g[:, places] ** 2
    weights = plain.w[:, None] * shape
    scale = np.sqrt(np.maximum((weights * shape).sum(0), 1e-300))
    matrix = weights.T @ shape / np.outer(scale, scale)
    found, _ = optimize.nnls(matrix, weights.T @ squared / scale)
    return dict(zip(mediators, (found / scale).tolist(), strict=True))
