"""How much persons scatter within arms in a simulated trial."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from identcheck.plan.inputs.anticipated import Array
from identcheck.plan.simulation.small import cholesky

__all__ = ["average_product", "wishart"]


def average_product(
    left: Sequence[Array | float], right: Sequence[Array | float], weights: Array
) -> Array | float:
    """The weighted average over sites of the sum of products of two rows; each entry (R, K) or a number."""
    total: Array | float = 0.0
    for a, b in zip(left, right, strict=True):
        if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
            total = total + (a * b) @ weights
        elif isinstance(a, np.ndarray):
            total = total + (a @ weights) * b if b else total
        elif isinstance(b, np.ndarray):
            total = total + (b @ weights) * a if a else total
        else:
            total = total + a * b
    return total


def wishart(rng: np.random.Generator, covariance: Array, freedom: float) -> Array:
    """Sums of squares and products of normal variables, by Bartlett's decomposition.

    Args:
        rng: the stream.
        covariance: (V, V, R) of one observation, by trial.
        freedom: degrees of freedom.

    Returns:
        (V, V, R).
    """
    count, _, reps = covariance.shape
    lower = np.zeros((count, count, reps))
    for i in range(count):
        if freedom > i:
            lower[i, i] = np.sqrt(rng.chisquare(freedom - i, reps))
        lower[i, :i] = rng.standard_normal((i, reps))
    halves = cholesky({(i, j): covariance[i, j] for i in range(count) for j in range(i, count)}, count)
    spread = np.zeros_like(lower)
    for (i, c), half in halves.items():
        spread[i, : c + 1] += half * lower[c, : c + 1]
    return np.asarray(np.einsum("icr,jcr->ijr", spread, spread))
