"""The pooled instrument, and plain contrasts of arms: averages over sites first, then one equation an arm.

With G the (L, J) matrix of mean compliances and y the L mean effects on the outcome, the pooled estimator is G^+ y; with
one arm and one mediator the ratio beta / gamma. Its bias between sites is Cov(r_u, d_u), that within sites
E[Cov_s(Gamma_u, D_u)], both divided by G (theory, equation (9.4)); it needs no third moments.
"""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np

from identcheck.plan.closed.convergence import Limits
from identcheck.plan.closed.estimate import Estimate, numbers
from identcheck.plan.closed.polynomials import times
from identcheck.plan.inputs.anticipated import Array

__all__ = ["Pooled"]


class Pooled:
    """The pooled estimator of a regression under a plan, with the regression's limits."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits

    @cached_property
    def means(self) -> Array:
        """Mean effects over sites: (L, J + 1), regressors and, last, the outcome."""
        over_sites = self.limits.products.over_sites
        return np.array([[over_sites(item) for item in row] for row in self.limits.rows])

    @cached_property
    def inverse(self) -> Array:
        """G^+, (J, L)."""
        return np.asarray(np.linalg.pinv(self.means[:, :-1]))

    def parts(self) -> dict[str, Array]:
        """The bias of each coefficient by its cause, (J,) each: theory, equation (9.4)."""
        over_sites = self.limits.products.over_sites
        return {
            key: np.asarray(self.inverse @ np.array(list(map(over_sites, left_out))))
            for key, left_out in self.limits.left_out.items()
        }

    @cached_property
    def spread(self) -> Array:
        """Covariance over sites of the rows' entries, (L, J+1, L, J+1)."""
        rows, over_sites = self.limits.rows, self.limits.products.over_sites
        arms, size = self.means.shape
        found = np.zeros((arms, size, arms, size))
        for at in np.ndindex(arms, size, arms, size):
            product = over_sites(times(rows[at[0]][at[1]], rows[at[2]][at[3]]))
            found[at] = product - self.means[at[0], at[1]] * self.means[at[2], at[3]]
        return found

    def total(self, persons: float) -> Array:
        """K times the covariance of the weighted means over sites, (L, J+1, L, J+1)."""
        own, once, _ = self.limits.anticipated.spread_of_weights
        return np.asarray(own * self.spread + once * self.limits.noise_of_rows / persons)

    def at(self, sites: float | None = None, persons: float | None = None) -> Estimate:
        """The estimator at a number of sites and of persons per site; those of the plan where left out."""
        count, n = numbers(self.limits.anticipated, sites, persons)
        total = self.total(n)
        limit = self.inverse @ self.means[:, -1]
        c = np.append(-limit, 1.0)
        # the delta method for G^+ y: what is left of the outcome by arm, and its covariance with G
        residual = np.einsum("iajb,a,b->ij", total, c, c)
        pull = np.einsum("ljmb,jm,b->l", total[:, :-1], self.inverse, c)
        return Estimate(
            limit=np.asarray(limit),
            few_sites=np.asarray(-self.inverse @ pull / count),
            covariance=np.asarray(self.inverse @ residual @ self.inverse.T / count),
            degrees=round(count) - 1,
        )

    def contrast_at(self, sites: float | None = None, persons: float | None = None) -> Estimate:
        """The weighted average over sites of the first arm's contrast with control: a compliance, or the ITT."""
        count, n = numbers(self.limits.anticipated, sites, persons)
        return Estimate(
            limit=self.means[0, -1:],
            few_sites=np.zeros(1),
            covariance=np.full((1, 1), self.total(n)[0, -1, 0, -1] / count),
            degrees=round(count) - 1,
        )

    def strength(self) -> float:
        """The first-stage F of one pooled instrument: 1 + K n p (1 - p) g^2 / R (theory, equation (11.15)).

        R / (n p (1 - p)) is the sampling variance of a site's compliance.
        """
        anticipated = self.limits.anticipated
        sampling = (
            anticipated.spread_of_weights[1]
            * float(self.limits.noise_of_rows[0, 0, 0, 0])
            / anticipated.persons
        )
        moved = anticipated.sites * float(self.means[0, 0]) ** 2  # K g^2
        return 1 + moved / sampling if sampling else math.inf
