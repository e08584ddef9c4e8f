"""Skewed effects: distributions with given covariances and given third moments.

The effects are taken for a normal part plus independent components, each of which brings about one third moment
and no other, and no covariance:

- of one effect with itself twice: a shifted exponential variable;
- of a, a and b: b is s_b e and a is s_a f sqrt(1 + e k) with independent signs e, f: the spread of a
  depends on b;
- of a, b and c: s_a e, s_b f and s_c e f with independent signs e, f.

A third moment of t in SDs takes up at least the share |t|^(2/3) of the variances of its effects ((t/2)^(2/3) of one
effect's by itself); what is left must still be a covariance matrix.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from identcheck.plan.inputs.feasible import TOLERANCE, least_eigenvalue

__all__ = ["Component", "components_of", "impossible_thirds", "normal_part"]

Array = NDArray[np.float64]
Triple = tuple[int, int, int]
Component = tuple[Triple, tuple[float, ...]]
"""Positions i <= j <= k of the effects, and the SD that the component adds to each position's effect, signed."""


def components_of(covariance: Array, thirds: Mapping[Triple, float]) -> list[Component]:
    """The component for each third moment, with SDs in proportion to those of the effects."""
    sd = np.sqrt(np.diag(covariance))
    found: list[Component] = []
    for (i, j, k), value in thirds.items():
        standard = value / float(sd[i] * sd[j] * sd[k])
        if i == j == k:
            found.append(((i, j, k), (math.copysign((abs(standard) / 2) ** (1 / 3) * sd[i], value),)))
            continue
        share = abs(standard) ** (1 / 3)
        single = k if i == j else i
        if i == j or j == k:
            double = j
            parts = (share * float(sd[double]), math.copysign(share * float(sd[single]), value))
            found.append(((double, double, single), parts))
        else:
            first = math.copysign(share * float(sd[i]), value)
            found.append(((i, j, k), (first, share * float(sd[j]), share * float(sd[k]))))
    return found


def taken(covariance: Array, thirds: Mapping[Triple, float]) -> Array:
    """The variances that the components take up, (E,)."""
    variances = np.zeros(len(covariance))
    for places, sds in components_of(covariance, thirds):
        for place, sd in zip(dict.fromkeys(places), sds, strict=True):
            variances[place] += sd**2
    return variances


def normal_part(covariance: Array, thirds: Mapping[Triple, float]) -> Array:
    """The covariance that is left for the normal part."""
    return np.asarray(covariance - np.diag(taken(covariance, thirds)))


def impossible_thirds(covariance: Array, thirds: Mapping[Triple, float]) -> Iterator[str]:
    """Whether the third moments leave a covariance matrix for the rest; if not, how far they must shrink."""
    if not thirds:
        return
    varying = np.flatnonzero(np.diag(covariance))
    block = covariance[np.ix_(varying, varying)]
    sd = np.sqrt(np.diag(block))
    correlations = block / np.outer(sd, sd)
    shares = taken(covariance, thirds)[varying] / sd**2
    if _leaves_a_covariance(correlations, shares):
        return
    low, high = (
        0.0,
        1.0,
    )  # by what the shares of variance must shrink; a third moment goes with their power of 3/2
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if _leaves_a_covariance(correlations, middle * shares) else (low, middle)
    factor = low**1.5
    step = 10.0 ** (math.floor(math.log10(factor)) - 2) if factor > 1e-6 else 1.0
    factor = math.floor(factor / step + 1e-6) * step
    nearest = (
        f"the nearest possible ones in the same proportions are {factor:.3g} times as large"
        if factor
        else "beside these correlations only 0 is possible, as some of the effects are exact sums of others"
    )
    yield f"these third moments are too large beside the SDs and correlations for the distributions used here; {nearest}"


def _leaves_a_covariance(correlations: Array, shares: Array) -> bool:
    """Whether a covariance matrix is left when these shares of the variances are taken away."""
    return least_eigenvalue(correlations - np.diag(shares)) >= -TOLERANCE
