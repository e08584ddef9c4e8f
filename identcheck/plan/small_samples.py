"""Tests of a weighted regression over few sites: CR2 and CR3, Satterthwaite's degrees, the restricted wild bootstrap.

Everything is for many regressions at once: leading axes are over these. A regression has J sites of L rows, each row times
the root of its weight, so that errors have variance 1 in the working model; X_s is (L, P), V = (X'X)^-1 and H_ss = X_s V X_s'.
A site with fewer rows has rows of 0.

- what site s adds to the estimate: V X_s'(I - H_ss)^-q e_s, with q 0 (CR0, CR1), 1/2 (CR2) or 1 (CR3);
- the degrees of freedom of a CR2 variance of c'b: tr(G)^2 / tr(G^2), G_st = a_s (I - H)_st a_t', a_s = c'V X_s'(I - H_ss)^-1/2;
- the bootstrap: residuals under the hypothesis, those of a site all times one of Webb's six values; how often t is as large.

Source: theory section 17; Bell and McCaffrey (2002); Cameron, Gelbach and Miller (2008); Webb (2014).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from identcheck.plan.inputs.anticipated import Array

__all__ = ["ALONE", "CR2", "CR3", "WEBB", "Leverage", "wild_p"]

ALONE = 1e-8
"""A site whose 1 - h is below this determines a coefficient alone."""

CR2, CR3 = -0.5, -1.0
"""The powers of I - H_ss."""

WEBB = np.array([-np.sqrt(1.5), -1.0, -np.sqrt(0.5), np.sqrt(0.5), 1.0, np.sqrt(1.5)])
"""Webb's six values: many different draws also with few sites."""


@dataclass(frozen=True, eq=False)
class Leverage:
    """What I - H_ss does to the residuals of each site.

    Attributes:
        x: (..., J, L, P) rows times the roots of their weights.
        inverse: (..., P, P) V.
    """

    x: Array
    inverse: Array

    @cached_property
    def parts(self) -> tuple[Array, Array | None]:
        """Eigenvalues (..., J, L) of I - H_ss, ascending, and eigenvectors; None for these where each site has one row."""
        pulled = self.x @ self.inverse[..., None, :, :]
        if self.x.shape[-2] == 1:
            return 1.0 - (pulled * self.x).sum(axis=-1), None
        values, vectors = np.linalg.eigh(np.eye(self.x.shape[-2]) - pulled @ np.swapaxes(self.x, -1, -2))
        return np.asarray(values), np.asarray(vectors)

    def damped(self, right: Array, power: float) -> Array:
        """(I - H_ss)^power times (..., J, L, M)."""
        values, vectors = self.parts
        factors = np.maximum(values, ALONE)[..., None] ** power
        if vectors is None:
            return np.asarray(factors * right)
        return np.asarray(vectors @ (factors * (np.swapaxes(vectors, -1, -2) @ right)))

    def changes(self, residuals: Array, power: float) -> Array:
        """(..., J, P) what each site adds to each coefficient, from residuals (..., J, L)."""
        damped = self.damped(residuals[..., None], power)
        pulled = (np.swapaxes(self.x, -1, -2) @ damped)[..., 0]
        return np.asarray(pulled @ self.inverse)

    def degrees(self, c: Array) -> Array:
        """(...) Satterthwaite's degrees of freedom of the CR2 variance of c'b; 0 where nothing varies."""
        along = self.inverse @ c
        pulled = self.damped((self.x @ along[..., None, :, None]), CR2)  # a_s, (..., J, L, 1)
        size = (pulled**2).sum(axis=(-1, -2))
        m = (np.swapaxes(self.x, -1, -2) @ pulled)[..., 0]  # X_s'a_s, (..., J, P)
        mv = m @ self.inverse
        taken = (mv * m).sum(axis=-1)
        cross = np.swapaxes(m, -1, -2) @ mv
        trace = (size - taken).sum(axis=-1)
        square = (size * (size - 2.0 * taken)).sum(axis=-1) + (cross * np.swapaxes(cross, -1, -2)).sum(
            axis=(-1, -2)
        )
        return np.asarray(np.divide(trace**2, square, out=np.zeros_like(trace), where=square > 0))


def wild_p(
    x: Array,
    inverse: Array,
    residuals: Array,
    estimate: Array,
    place: int,
    value: Array | float,
    draws: Array,
) -> Array:
    """The p-value of the wild bootstrap test, restricted to it, that a coefficient is ``value``.

    Args:
        x: (..., J, L, P) rows times the roots of their weights.
        inverse: (..., P, P) V.
        residuals: (..., J, L) of the regression.
        estimate: (...) of the coefficient.
        place: of the coefficient.
        value: (...) under the hypothesis.
        draws: (..., J, B) a value of ``WEBB`` for each site.

    Returns:
        (...)
    """
    along = inverse[..., place]
    own = (x @ along[..., None, :, None])[..., 0] / along[
        ..., place, None, None
    ]  # column, others taken out of it
    restricted = residuals + (estimate - value)[..., None, None] * own
    pulled = (own * restricted).sum(axis=-1)  # (..., J)
    leaning = (own[..., None, :] @ x)[..., 0, :] @ inverse  # (..., J, P)
    each = (restricted[..., None, :] @ x)[..., 0, :]  # X_s'e_s, (..., J, P)
    ones = np.ones((*draws.shape[:-1], 1))
    t = []
    for signs in (draws, ones):
        scores = pulled[..., None] * signs
        left = scores - leaning @ (np.swapaxes(each, -1, -2) @ signs)
        with np.errstate(divide="ignore", invalid="ignore"):
            t.append(np.abs(scores.sum(axis=-2)) / np.sqrt((left**2).sum(axis=-2)))
    return np.asarray((t[0] >= t[1] * (1 - 1e-12)).mean(axis=-1))
