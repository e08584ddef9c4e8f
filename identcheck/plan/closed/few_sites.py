"""What few sites do to the variance of a coefficient.

To first order in 1 / K the variance is E[psi^2] / K, with psi what a site adds to the coefficient's error. With very few sites,
and where compliances are skewed, so that sites with a large compliance weigh most and err most, it is far from that. Here it is
found by trying: drawn sites are taken K at a time, and the variance of the coefficient over such sets is compared with that of
the mean of psi over the same sets. Between the numbers of sites that are tried the ratio is linear in 1 / K.
"""

from __future__ import annotations

import numpy as np

from identcheck.plan.closed.convergence import Limits
from identcheck.plan.closed.draws import SITES, Representative, root
from identcheck.plan.inputs.anticipated import Array

__all__ = ["FEW", "drawn_products", "variance_ratios"]

COPIES = 4
"""How often each representative site is taken, each time with other sampling error."""
MANY_COLUMNS = 6
"""With more columns each site is taken once."""
SEED = 20130217
FEW = 12
"""Below so many sites the variance is found by trying, whatever the distribution of effects."""
TRIED = (4, 5, 6, 8, 12, 20, 35, 60)
"""Numbers of sites."""
SPARE = 3
"""So many sites more than columns there are at least."""


def drawn_products(limits: Limits, sites: Representative, persons: float) -> Array:
    """Weighted products q_s of estimated rows, (J + 1, J + 1, S); in the order of S the plan's sizes come over and over."""
    at = limits.anticipated
    names = (*limits.columns, limits.regression.outcome)
    arms, size = len(limits.weights), len(names)
    rng = np.random.default_rng(SEED)
    order = np.concatenate([rng.permutation(SITES) for _ in range(COPIES if size <= MANY_COLUMNS else 1)])
    rows = np.stack([sites.column(limits.regression.arms, name) for name in names], axis=1)[:, :, order]
    which = np.resize(
        rng.permutation(at.sites) if at.sites < len(order) else rng.integers(at.sites, size=len(order)),
        len(order),
    )
    factor = root(limits.noise_of_rows.reshape(arms * size, arms * size))
    error = (factor @ rng.standard_normal((factor.shape[1], len(order)))).reshape(rows.shape)
    rows = rows + error * np.sqrt(at.noisiness[which] / persons)
    weights = at.site_weights / at.site_weights.mean()
    return np.asarray(np.einsum("lm,las,mbs->abs", limits.weights, rows, rows) * weights[which])


def variance_ratios(q: Array, inverse: Array, limit: Array) -> tuple[Array, Array]:
    """The variance of each coefficient as a multiple of that to first order, at some numbers of sites.

    Args:
        q: (J + 1, J + 1, S) drawn products.
        inverse: P^{-1}, (J, J), at the plan's number of persons per site.
        limit: (J,) what the coefficients converge to.

    Returns:
        1 / K in ascending order, from 0 on, (N,); the ratios, (N, J), 1 at 0.
    """
    added = inverse @ np.einsum("abs,b->as", q[:-1], np.append(-limit, 1.0))
    tried = sorted({max(count, len(limit) + SPARE) for count in TRIED}, reverse=True)
    ratios = [np.ones(len(limit))]
    for count in tried:
        whole = q.shape[2] // count
        sums = q[:, :, : whole * count].reshape(*q.shape[:2], whole, count).mean(axis=3).transpose(2, 0, 1)
        found = np.linalg.solve(sums[:, :-1, :-1], sums[:, :-1, -1:])[:, :, 0]
        means = added[:, : whole * count].reshape(len(limit), whole, count).mean(axis=2)
        first = means.var(axis=1)
        ratios.append(np.where(first > 0, found.var(axis=0) / np.where(first > 0, first, 1.0), 1.0))
    return np.array([0.0, *(1.0 / count for count in tried)]), np.array(ratios)
