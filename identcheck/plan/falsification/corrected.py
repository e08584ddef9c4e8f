r"""Tests of a straight line through the origin in a scatter of site effects, corrected for sampling error in the compliances.

Each row is a site, or a site and arm: estimated compliances :math:`G` (P columns), the estimated effect on the outcome
:math:`y`, a weight :math:`w`, and the sampling covariance :math:`S` of :math:`(y, G)`. With coefficients :math:`b`

.. math:: e = y - G'b, \qquad c = S_{Gy} - S_{GG} b = \operatorname{Cov}(\text{error of } G, \text{error of } e)

and a line through the origin makes each of these 0 on average, whatever the sampling error:

.. math:: w (G e - c), \qquad w e, \qquad w (G_k G_l e - G_k c_l - G_l c_k).

The first P give the corrected coefficients. The second is what the intercept test looks at, for each arm; the third, for
k <= l, what the curvature test looks at. Without the terms in c the sampling error of a compliance, which the outcome shares,
counts as an intercept and as a bend: at 60 sites a test without them rejects in up to all trials in which nothing is wrong.

- intercept: a Wald test of the arms' intercepts beside the corrected coefficients, with the variance CR3 (what a site adds is
  divided by 1 less its leverage); F on q and K - P - q degrees of freedom.
- curvature: a score test. Compliances that few sites make large would decide a Wald test, which rejects too often at any
  number of sites. U is the sum over sites of the third moments at the corrected coefficients, less what the estimation of b adds;
  V the sum of their squares with the variance CR2 (divided by the root of 1 less the leverage). Q = U' V^-1 U is at most K, and
  F = (K - P - q) / q * Q / (K - Q).
- pooled: whether the corrected coefficients and those of contrasts averaged over sites, arm by arm, are the same. Their
  difference is a combination of the arms' intercepts; with as many arms as mediators it is the intercept test.

Source: theory, equations (17.3) and (17.4); the variances are those of Bell and McCaffrey (2002).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from identcheck.plan.inputs.anticipated import Array

__all__ = [
    "FAMILY",
    "Scatter",
    "Tested",
    "curvature",
    "intercept",
    "pooled",
    "sites_needed",
    "with_intercepts",
]

FAMILY = ("intercept", "curvature", "pooled")
"""The tests that speak against a line through the origin. Of heterogeneity there is a test too, which (vii) allows."""

SINGULAR = 1e12
"""Matrices with a larger condition number count as singular."""

DISTINCT = 1e-6
"""The compliances vary by more than their sampling error where the smallest eigenvalue, columns of unit size, is above this."""

ALONE = 1e-8
"""A site that has more than all but this share of a leverage of 1 determines a coefficient alone."""


@dataclass(frozen=True, eq=False)
class Scatter:
    """The rows of R trials, of K sites with up to L rows each; sites without a row have weight 0 there.

    Attributes:
        y: (R, K, L) effects on the outcome.
        g: (R, K, L, P) the columns of the regression, compliances among them.
        w: (R, K, L) weights, or (1, K, L).
        sampling: (R, K, L, 1 + P, 1 + P) sampling covariance of (y, g), or (1, ...).
    """

    y: Array
    g: Array
    w: Array
    sampling: Array

    @property
    def sites(self) -> int:
        """K."""
        return int(self.y.shape[1])

    @property
    def width(self) -> int:
        """P."""
        return int(self.g.shape[-1])

    @cached_property
    def moments(self) -> Array:
        """(R, P, P) the second moments of the columns, less what sampling error adds."""
        whole = np.einsum("rkl,rkla,rklb->rab", self._w, self.g, self.g)
        return np.asarray(whole - _over(self.w, self.sampling[..., 1:, 1:], len(self.y)))

    @cached_property
    def mixed(self) -> Array:
        """(R, P) those of columns and outcome."""
        whole = np.einsum("rkl,rkla,rkl->ra", self._w, self.g, self.y)
        return np.asarray(whole - _over(self.w, self.sampling[..., 1:, 0], len(self.y)))

    @cached_property
    def _w(self) -> Array:
        return np.broadcast_to(self.w, self.y.shape)

    def shared(self, b: Array) -> Array:
        """(R, K, L, P) c, the sampling covariance of the columns with y - g'b."""
        own = np.broadcast_to(self.sampling[..., 1:, 1:], (*self.g.shape, self.width))
        return np.asarray(self.sampling[..., 1:, 0] - np.einsum("rklab,rb->rkla", own, b))


@dataclass(frozen=True, eq=False)
class Tested:
    """A test in each trial.

    Attributes:
        statistic: (R,) F; nan where the test cannot be worked out.
        p: (R,) p values.
        tested: q, how many coefficients it says are 0.
        left: the second degrees of freedom.
    """

    statistic: Array
    p: Array
    tested: int
    left: int


def sites_needed(width: int, tested: int) -> int:
    """Sites that leave 2 degrees of freedom beside the columns and the coefficients tested."""
    return width + tested + 2


def intercept(scatter: Scatter, ones: Array) -> Tested:
    """The test that the arms' intercepts are 0 (theory, equation (17.3)).

    Args:
        scatter: the rows.
        ones: (K, L, q) indicators of the arms that have no intercept.
    """
    found, spread = _intercepts(scatter, ones)
    return _wald(scatter, found, spread)


def pooled(scatter: Scatter, ones: Array) -> Tested:
    """The test that contrasts averaged over sites give the same coefficients; needs at least as many arms as columns.

    Args:
        scatter: the rows.
        ones: (K, L, q) indicators of the arms, all of them.
    """
    found, spread = _intercepts(scatter, ones)
    size = np.einsum("rkl,kla->ra", scatter._w, ones)
    sums = np.einsum("rkl,kla,rklb->rab", scatter._w, ones, scatter.g)
    with np.errstate(divide="ignore", invalid="ignore"):
        means = sums / size[..., None]
    sound = _regular(scatter.moments) & np.isfinite(means).all(axis=(1, 2))
    apart = np.full((len(found), scatter.width, ones.shape[-1]), np.nan)
    if sound.any():
        weighted = np.linalg.solve(scatter.moments[sound], sums[sound].transpose(0, 2, 1))
        apart[sound] = np.linalg.pinv(means[sound]) - weighted
    difference = np.einsum("rpa,ra->rp", apart, found)
    return _wald(scatter, difference, apart @ spread @ apart.transpose(0, 2, 1), ones.shape[-1])


def curvature(scatter: Scatter, mediators: Sequence[int]) -> Tested:
    """The test that the outcome's effects do not bend with the compliances (theory, equation (17.4)).

    Args:
        scatter: the rows.
        mediators: the columns that are compliances.
    """
    pairs = list(combinations_with_replacement(mediators, 2))
    first, other = [k for k, _ in pairs], [m for _, m in pairs]
    q, left = len(pairs), scatter.sites - scatter.width - len(pairs)
    reps = len(scatter.y)
    sound = _distinct(scatter.moments, np.einsum("rkl,rkla->ra", scatter._w, scatter.g**2))
    statistic = np.full(reps, np.nan)
    if left < 1 or not sound.any():
        return _f(statistic, q, left)
    inverse = np.linalg.inv(np.where(sound[:, None, None], scatter.moments, np.eye(scatter.width)))
    b = np.einsum("rab,rb->ra", inverse, scatter.mixed)
    g, s = scatter.g, np.broadcast_to(scatter.sampling[..., 1:, 1:], (*scatter.g.shape, scatter.width))
    c, e = scatter.shared(b), scatter.y - np.einsum("rkla,ra->rkl", g, b)
    z = g[..., first] * g[..., other]
    slopes = np.einsum(
        "rkl,rklq,rkla->rqa", scatter._w, z, g
    )  # how the moments move with b, less their own corrections
    slopes -= np.einsum("rkl,rklq,rklqa->rqa", scatter._w, g[..., first], s[..., other, :])
    slopes -= np.einsum("rkl,rklq,rklqa->rqa", scatter._w, g[..., other], s[..., first, :])
    project = slopes @ inverse
    damp, alone = _damped(scatter, g, -0.5)
    own = np.einsum("rkl,rklq,rkl->rkq", scatter._w, z - np.einsum("rqa,rkla->rklq", project, g), e)
    turned = _turned(scatter, z - np.einsum("rqa,rkla->rklq", project, g), e, damp)
    noise = scatter._w[..., None] * (
        g[..., first] * c[..., other]
        + g[..., other] * c[..., first]
        - np.einsum("rqa,rkla->rklq", project, c)
    )
    total = own.sum(axis=1) - noise.sum(axis=(1, 2))
    each = turned - np.einsum("rklq,rkll->rkq", noise, damp)
    spread = np.einsum("rkq,rkp->rqp", each, each)
    sound &= _regular(spread) & ~alone
    solved = np.linalg.solve(spread[sound], total[sound][..., None])[..., 0]
    squares = np.einsum("rq,rq->r", total[sound], solved)
    statistic[sound] = left / q * squares / np.maximum(scatter.sites - squares, ALONE)
    return _f(statistic, q, left)


def _intercepts(scatter: Scatter, ones: Array) -> tuple[Array, Array]:
    """The arms' intercepts beside the corrected coefficients, (R, q), and their covariance CR3; nan where undetermined."""
    reps, count, q = len(scatter.y), scatter.width, ones.shape[-1]
    found, spread = np.full((reps, q), np.nan), np.full((reps, q, q), np.nan)
    x, inverse, whole = _beside(scatter, ones)
    sound = np.asarray(np.isfinite(whole).all(axis=1))
    if scatter.sites <= count + q or not sound.any():
        return found, spread
    inverse, whole = np.where(sound[:, None, None], inverse, 0.0), np.where(sound[:, None], whole, 0.0)
    e = scatter.y - np.einsum("rkla,ra->rkl", x, whole)
    damp, alone = _damped(scatter, x, -1.0)
    each = _turned(scatter, x, e, damp)
    noise = scatter._w[..., None] * scatter.shared(whole[:, :count])
    each[..., :count] -= np.einsum("rkla,rkll->rka", noise, damp)
    moved = np.einsum("rab,rkb->rka", inverse[:, count:], each)
    sound &= ~alone
    found[sound] = whole[sound, count:]
    spread[sound] = (np.einsum("rka,rkb->rab", moved, moved) * ((scatter.sites - 1) / scatter.sites))[sound]
    return found, spread


def with_intercepts(scatter: Scatter, ones: Array) -> Array:
    """(R, P + q) the corrected coefficients with the arms' intercepts beside them; nan where undetermined.

    Args:
        scatter: the rows.
        ones: (K, L, q) indicators of the arms that have one.
    """
    return _beside(scatter, ones)[2]


def _beside(scatter: Scatter, ones: Array) -> tuple[Array, Array, Array]:
    """Columns and indicators of arms, the inverse of their corrected moments, and their coefficients."""
    count, q = scatter.width, ones.shape[-1]
    x = np.concatenate([scatter.g, np.broadcast_to(ones, (*scatter.y.shape, q))], axis=-1)
    gram = np.einsum("rkl,rkla,rklb->rab", scatter._w, x, x)
    gram[:, :count, :count] = scatter.moments
    right = np.concatenate([scatter.mixed, np.einsum("rkl,kla,rkl->ra", scatter._w, ones, scatter.y)], axis=1)
    sound = _distinct(gram, np.einsum("rkl,rkla->ra", scatter._w, x**2))
    inverse = np.linalg.inv(np.where(sound[:, None, None], gram, np.eye(count + q)))
    whole = np.where(sound[:, None], np.einsum("rab,rb->ra", inverse, right), np.nan)
    return x, inverse, whole


def _turned(scatter: Scatter, x: Array, e: Array, damp: Array) -> Array:
    """(R, K, J) what a site's rows x e add, residuals times ``damp``."""
    root = np.sqrt(scatter._w)
    turned = np.einsum("rklm,rkm->rkl", damp, root * e)
    return np.asarray(np.einsum("rkl,rkla->rka", root * turned, x))


def _damped(scatter: Scatter, x: Array, power: float) -> tuple[Array, NDArray[np.bool_]]:
    """(R, K, L, L) I - H of each site to a power, H its leverage in least squares; and in which trials a site stands alone."""
    gram = np.einsum("rkl,rkla,rklb->rab", scatter._w, x, x)
    inverse = np.linalg.pinv(gram, hermitian=True)
    root = np.sqrt(scatter._w)[..., None] * x
    left = np.eye(x.shape[2]) - np.einsum("rkla,rab,rkmb->rklm", root, inverse, root)
    if x.shape[2] == 1:
        return np.maximum(left, ALONE) ** power, np.asarray((left < ALONE).any(axis=(1, 2, 3)))
    values, vectors = np.linalg.eigh(left)
    damp = np.einsum("rkla,rka,rkma->rklm", vectors, np.maximum(values, ALONE) ** power, vectors)
    return np.asarray(damp), np.asarray((values < ALONE).any(axis=(1, 2)))


def _wald(scatter: Scatter, found: Array, spread: Array, beside: int | None = None) -> Tested:
    """F of coefficients with their covariance; ``beside`` is how many were fitted beside the columns."""
    q = found.shape[-1]
    left = scatter.sites - scatter.width - (q if beside is None else beside)
    sound = _regular(spread)
    statistic = np.full(len(found), np.nan)
    solved = np.linalg.solve(spread[sound], found[sound][..., None])[..., 0]
    statistic[sound] = np.einsum("ra,ra->r", found[sound], solved) / q
    return _f(statistic, q, left)


def _f(statistic: Array, q: int, left: int) -> Tested:
    from scipy.special import fdtrc  # when it is first used: `import identcheck.plan` is quick

    p = np.asarray(fdtrc(q, left, statistic)) if left > 0 else np.full_like(statistic, np.nan)
    return Tested(statistic, p, q, left)


def _over(w: Array, values: Array, reps: int) -> Array:
    """The weighted sum over rows, for each trial."""
    shape = np.broadcast_shapes(w.shape, values.shape[:3])
    rest = values.shape[3:]
    summed = np.einsum(
        "rkl,rkl...->r...", np.broadcast_to(w, shape), np.broadcast_to(values, (*shape, *rest))
    )
    return np.asarray(np.broadcast_to(summed, (reps, *rest)))


def _distinct(moments: Array, squares: Array) -> NDArray[np.bool_]:
    """Whether moments, corrected, are those of columns that vary; ``squares`` are the columns' own, uncorrected."""
    size = np.sqrt(np.where(squares > 0, squares, 1.0))
    scaled = moments / size[:, :, None] / size[:, None, :]
    finite = np.asarray(np.isfinite(scaled).all(axis=(1, 2)))
    least = np.linalg.eigvalsh(np.where(finite[:, None, None], scaled, 0.0))[:, 0]
    return np.asarray(finite & (least > DISTINCT))


def _regular(matrices: Array) -> NDArray[np.bool_]:
    """Which of the matrices can be inverted."""
    finite = np.asarray(np.isfinite(matrices).all(axis=(1, 2)))
    safe = np.where(finite.reshape(-1, 1, 1), matrices, 0.0)
    size = np.sqrt(np.abs(np.diagonal(safe, axis1=1, axis2=2)))
    size = np.where(size > 0, size, 1.0)
    return np.asarray(finite & (np.linalg.cond(safe / size[:, :, None] / size[:, None, :]) < SINGULAR))
