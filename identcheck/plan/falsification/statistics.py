"""Tests of a straight line through the origin in the scatter of site effects, in many simulated trials at once.

The rows are the sites' (and arms') estimated compliances x and effects on the outcome y. Three tests:

- intercept: is the intercept of the regression of y on x 0 (one for each arm);
- curvature: are the coefficients of all products x_j x_k, j <= k, 0 beside those of x;
- heterogeneity Q: is the sum of squared residuals, each over its sampling variance, larger than chi-squared.

The first two are Wald tests with jackknife variances that leave out a site at a time.

Source: theory section 4; the curvature is that of theory, equation (11.16).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from identcheck.decide.conditions import Regression
from identcheck.plan.inputs.allocation import arm_weights
from identcheck.plan.inputs.anticipated import Array
from identcheck.plan.simulation.contrasts import Contrasts

__all__ = ["TESTS", "Line", "p_values"]

SINGULAR = 1e12
"""Matrices with a larger condition number count as singular."""

ROUNDING = 1e-12
"""A variance within arms below this share of its parts is 0, and there is no test against it."""

TESTS = ("intercept", "curvature", "heterogeneity Q")


@dataclass(frozen=True)
class Line:
    """The columns that each test needs, and whether the sites suffice for them.

    Attributes:
        regression: the regression whose line is tested.
        arms: its arms as positions among the design's.
        sites: K.
    """

    regression: Regression
    arms: tuple[int, ...]
    sites: int

    def tested(self, test: str) -> int:
        """How many coefficients a test says are 0."""
        count = len(self.regression.regressors)
        return {"intercept": len(self.arms), "curvature": count * (count + 1) // 2}.get(test, 0)

    def sites_needed(self, test: str) -> int:
        """Sites that leave at least 2 degrees of freedom beside all coefficients of a test."""
        return len(self.regression.regressors) + self.tested(test) + 2


def p_values(drawn: Contrasts, line: Line, test: str) -> Array:
    """The p value of a test in each simulated trial, (R,); nan where it could not be worked out."""
    reg = line.regression
    nodes = [drawn.nodes.index(u) for u in reg.regressors]
    x = [[drawn.effects[arm, node] for node in nodes] for arm in line.arms]  # [arm][column] (R, K)
    y = [drawn.effects[arm, drawn.nodes.index(reg.outcome)] for arm in line.arms]
    if test == "heterogeneity Q":
        return _heterogeneity(drawn, line, np.array(x), np.array(y))
    if test == "intercept":  # an indicator for each arm: theory, equation (11.17)
        added = [[np.full_like(own[0], float(i == j)) for j in range(len(x))] for i, own in enumerate(x)]
    else:  # products of compliances, of each with itself among them: the curvature of theory, equation (11.16)
        added = [[a * b for a, b in combinations_with_replacement(own, 2)] for own in x]
    columns = [[*own, *more] for own, more in zip(x, added, strict=True)]
    return _wald(_rows(columns, y, _halves(drawn, line)), line.tested(test), line.sites)


def _halves(drawn: Contrasts, line: Line) -> Array:
    """(K, L, L) lower triangular roots of the weights n (diag p - p p') of the arms' contrasts."""
    return np.asarray(np.linalg.cholesky(arm_weights(drawn.counts[:, [0, *(a + 1 for a in line.arms)]])))


def _rows(columns: list[list[Array]], y: list[Array], halves: Array) -> Array:
    """Weighted rows, outcome last: (R, K, L, J + 1)."""
    stacked = np.stack([np.stack([*own, out], axis=-1) for own, out in zip(columns, y, strict=True)], axis=-2)
    return np.asarray(np.einsum("kml,rkmj->rklj", halves, stacked))


def _wald(rows: Array, tested: int, sites: int) -> Array:
    """The p value that the last ``tested`` coefficients are 0: F with sites less coefficients behind."""
    from scipy.special import fdtrc  # when it is first used: `import identcheck.plan` is quick

    x, y = rows[..., :-1], rows[..., -1]
    count = x.shape[-1]
    behind = sites - count
    if behind < 1:
        return np.full(len(rows), np.nan)
    scale = np.sqrt((x**2).sum(axis=(1, 2)))  # columns of unit length, for squares of small compliances
    with np.errstate(divide="ignore", invalid="ignore"):
        x = x / scale[:, None, None, :]
    flat = x.reshape(len(x), -1, count)
    inner = flat.transpose(0, 2, 1) @ flat
    sound = _regular(inner)
    found = np.full(len(rows), np.nan)
    if not sound.any():
        return found
    x, y, flat = x[sound], y[sound], flat[sound]
    inverse = np.linalg.inv(inner[sound])
    b = inverse @ (flat.transpose(0, 2, 1) @ y.reshape(len(y), -1, 1))
    residual = _left_out_one_by_one(x, inverse, y - (x @ b[:, None])[..., 0])
    scores = np.einsum("rklj,rkl->rkj", x, residual)
    spread = inverse @ (scores.transpose(0, 2, 1) @ scores) @ inverse * ((sites - 1) / sites)
    last = b[:, -tested:, 0]
    block = spread[:, -tested:, -tested:]
    regular = _regular(block)
    statistic = np.full(len(last), np.nan)
    solved = np.linalg.solve(block[regular], last[regular, :, None])[..., 0]
    statistic[regular] = np.einsum("rj,rj->r", last[regular], solved) / tested
    found[sound] = fdtrc(tested, behind, statistic)
    return found


def _regular(matrices: Array) -> NDArray[np.bool_]:
    """Which of the matrices can be inverted; a test that needs it of another could not be worked out."""
    finite: NDArray[np.bool_] = np.all(np.isfinite(matrices), axis=(1, 2))
    return np.asarray(finite & (np.linalg.cond(np.where(finite.reshape(-1, 1, 1), matrices, 0.0)) < SINGULAR))


def _left_out_one_by_one(x: Array, inverse: Array, residual: Array) -> Array:
    """Each site's residuals about the line fitted to the other sites: the jackknife's, which few sites call for."""
    own = np.einsum("rklj,rji,rkmi->rklm", x, inverse, x)
    left = np.eye(x.shape[2]) - own
    with np.errstate(divide="ignore", invalid="ignore"):  # a site that alone decides a coefficient has none
        if x.shape[2] == 1:
            return np.asarray(residual / left[..., 0])
    return np.asarray((np.linalg.pinv(left, hermitian=True) @ residual[..., None])[..., 0])


def _heterogeneity(drawn: Contrasts, line: Line, x: Array, y: Array) -> Array:
    """Q of the line through the origin, with the variances within arms estimated from all sites."""
    from scipy.special import chdtrc

    columns = [list(own) for own in x]
    rows = _rows(columns, list(y), _halves(drawn, line))
    reps, count = len(rows), len(line.regression.regressors)
    behind = line.sites * len(line.arms) - count
    if behind < 1:
        return np.full(reps, np.nan)
    flat = rows.reshape(reps, -1, count + 1)
    inner = flat.transpose(0, 2, 1) @ flat
    b = (np.linalg.pinv(inner[:, :-1, :-1], hermitian=True) @ inner[:, :-1, -1:])[..., 0]
    c = np.concatenate([-b, np.ones((reps, 1))], axis=1)
    names = (*line.regression.regressors, line.regression.outcome)
    kept = [drawn.nodes.index(name) for name in names]
    used = [0, *(a + 1 for a in line.arms)]
    scatter = drawn.scatter[used][:, kept][:, :, kept].sum(axis=0) / drawn.freedom[used].sum()
    variance = np.einsum("ra,abr,rb->r", c, scatter, c)
    squares = np.einsum("ra,rab,rb->r", c, inner, c)
    known = variance > ROUNDING * np.einsum("ra,aar,ra->r", c, scatter, c)  # else rounding is all there is
    return np.where(known, chdtrc(behind, squares / np.where(known, variance, 1.0)), np.nan)
