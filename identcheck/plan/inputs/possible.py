"""Which correlations and third moments can hold together, and the nearest ones that can.

Numbers here decide whether a plan is possible at all, so every bound is rounded toward what is possible.

Skewed effects have given covariances and given third moments: they are taken for a normal part plus independent
components, each of which brings about one third moment and no other, and no covariance:

- of one effect with itself twice: a shifted exponential variable;
- of a, a and b: b is s_b e and a is s_a f sqrt(1 + e k) with independent signs e, f: the spread of a
  depends on b;
- of a, b and c: s_a e, s_b f and s_c e f with independent signs e, f.

With the law "quadratic" the components are squares and products of independent normal variables z, y instead:

- of one effect: s (z^2 - 1) / sqrt 2;
- of a, a and b: s_a z, and s_b (r (z^2 - 1) / sqrt 2 - sqrt(1 - r^2) x) with x a shifted exponential variable and
  r^2 / (1 - r^2) = 2^(-1/3), at which b has no third moment by itself;
- of a, b and c: s_a z, s_b y and s_c z y.

A third moment of t in SDs takes up at least the share |t|^(2/3) of the variances of its effects ((t/2)^(2/3) of one
effect's by itself); what is left must still be a covariance matrix.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "SHARED",
    "UNIT",
    "Component",
    "completed",
    "components_of",
    "impossible_correlations",
    "impossible_thirds",
    "least_eigenvalue",
    "normal_part",
    "possible_range",
]

Name = TypeVar("Name")
Matrix = NDArray[np.float64]
Triple = tuple[int, int, int]
Component = tuple[Triple, tuple[float, ...]]
"""Positions i <= j <= k of the effects, and the SD that the component adds to each position's effect, signed."""

SHARED = math.sqrt(2 ** (-1 / 3) / (1 + 2 ** (-1 / 3)))
"""r of the quadratic law: the correlation of the effect b with the square that the effect a has."""

UNIT = {"signs": (2.0, 1.0, 1.0), "quadratic": (math.sqrt(8), math.sqrt(2) * SHARED, 1.0)}
"""By law the third moment of a component in SDs: of one effect, of a, a and b, and of a, b and c."""

TOLERANCE = 1e-9
"""A correlation matrix is possible if no eigenvalue lies below minus this."""


def least_eigenvalue(matrix: Matrix) -> float:
    """The least eigenvalue of a symmetric matrix; 0 for an empty one."""
    return float(np.linalg.eigvalsh(matrix)[0]) if matrix.size else 0.0


def possible_range(matrix: Matrix, i: int, j: int) -> tuple[float, float] | None:
    """Between which bounds one correlation is possible beside all the others, rounded inwards; None if none is.

    With C the matrix of the rest, the correlation lies within c_i'C^-1 c_j plus or minus
    sqrt((1 - c_i'C^-1 c_i) (1 - c_j'C^-1 c_j)).
    """
    rest = [k for k in range(len(matrix)) if k not in (i, j)]
    block = matrix[np.ix_(rest, rest)]
    to = matrix[np.ix_(rest, [i, j])]
    inverse = np.linalg.pinv(block, rcond=1e-9, hermitian=True)
    left = np.eye(2) - to.T @ inverse @ to
    middle = float((to.T @ inverse @ to)[0, 1])
    half = math.sqrt(max(left[0, 0], 0.0) * max(left[1, 1], 0.0))
    low, high = max(middle - half, -1.0), min(middle + half, 1.0)
    for digits in range(3, 13):
        step = 10.0**-digits
        bounds = round(math.ceil(low / step) * step, digits), round(math.floor(high / step) * step, digits)
        if bounds[0] <= bounds[1] and all(_possible(matrix, i, j, value) for value in bounds):
            return bounds
    exact = float(f"{middle:.12g}")
    return (exact, exact) if _possible(matrix, i, j, exact) else None


def completed(matrix: Matrix, linked: Sequence[int], wanted: Mapping[int, float]) -> Matrix:
    """A correlation matrix with what is not known of its last variable filled in.

    The correlations of the last variable with the ``linked`` ones, and of all others with one another, are given
    and possible. Those in ``wanted`` are taken if they are possible beside these; otherwise they move as far as is
    needed toward what follows if the last variable has to do with the others through the linked ones alone, which
    is always possible: c_f = C_fl C_ll^-1 c_l.
    """
    last = len(matrix) - 1
    free = list(wanted)
    through = matrix[np.ix_(free, linked)] @ np.linalg.pinv(
        matrix[np.ix_(linked, linked)], rcond=1e-9, hermitian=True
    )
    through = through @ matrix[linked, last]
    aim = np.array([wanted[i] for i in free], dtype=np.float64)
    found = matrix.copy()
    for step in range(101):
        values = (aim * (100 - step) + through * step) / 100
        found[free, last] = found[last, free] = values
        if least_eigenvalue(found) >= -TOLERANCE:
            break
    return found


def _possible(matrix: Matrix, i: int, j: int, value: float) -> bool:
    """Whether a matrix is possible with another value for one correlation."""
    changed = matrix.copy()
    changed[i, j] = changed[j, i] = value
    return least_eigenvalue(changed) >= -TOLERANCE


def impossible_correlations(
    matrix: Matrix, said: Mapping[tuple[int, int], Name], what: str
) -> Iterator[tuple[Name | None, str]]:
    """What is wrong with a correlation matrix, and the nearest values that are possible.

    Args:
        matrix: the correlations, 1 on the diagonal, each between -1 and 1.
        said: the pairs (i < j) that the user gave, with their names.
        what: what is correlated, in words.

    Yields:
        The name of a pair that could be fixed alone, and the problem; None for a problem of all of them.
    """
    if least_eigenvalue(matrix) >= -TOLERANCE:
        return
    found = False
    for (i, j), name in said.items():
        bounds = possible_range(matrix, i, j)
        if bounds is None:
            continue
        found = True
        low, high = bounds
        value = float(matrix[i, j])
        nearest = high if value > high else low
        yield (
            name,
            f"{value:g} is impossible beside the other {what} (0 where none is stated); beside them it lies between "
            f"{low:.12g} and {high:.12g}, and the nearest possible value is {nearest:.12g}",
        )
    if not found:
        factor = math.floor(1000 / (1 - least_eigenvalue(matrix))) / 1000
        yield (
            None,
            f"these {what} are impossible together, and changing one of them does not fix it; the nearest possible "
            f"ones in the same proportions are {factor:g} times as large",
        )


def components_of(covariance: Matrix, thirds: Mapping[Triple, float], law: str = "signs") -> list[Component]:
    """The component for each third moment, with SDs in proportion to those of the effects."""
    sd = np.sqrt(np.diag(covariance))
    found: list[Component] = []
    for (i, j, k), value in thirds.items():
        standard = abs(value / float(sd[i] * sd[j] * sd[k]))
        share = (standard / UNIT[law][len({i, j, k}) - 1]) ** (1 / 3)
        if i == j == k:
            found.append(((i, j, k), (math.copysign(share * float(sd[i]), value),)))
        elif i == j or j == k:
            single = k if i == j else i
            parts = (share * float(sd[j]), math.copysign(share * float(sd[single]), value))
            found.append(((j, j, single), parts))
        else:
            first = math.copysign(share * float(sd[i]), value)
            found.append(((i, j, k), (first, share * float(sd[j]), share * float(sd[k]))))
    return found


def _taken(covariance: Matrix, thirds: Mapping[Triple, float], law: str) -> Matrix:
    """The variances that the components take up, (E,)."""
    variances = np.zeros(len(covariance))
    for places, sds in components_of(covariance, thirds, law):
        for place, sd in zip(dict.fromkeys(places), sds, strict=True):
            variances[place] += sd**2
    return variances


def normal_part(covariance: Matrix, thirds: Mapping[Triple, float], law: str = "signs") -> Matrix:
    """The covariance that is left for the normal part."""
    return np.asarray(covariance - np.diag(_taken(covariance, thirds, law)))


def impossible_thirds(
    covariance: Matrix, thirds: Mapping[Triple, float], law: str = "signs"
) -> Iterator[str]:
    """Whether the third moments leave a covariance matrix for the rest; if not, how far they must shrink."""
    if not thirds:
        return
    varying = np.flatnonzero(np.diag(covariance))
    block = covariance[np.ix_(varying, varying)]
    sd = np.sqrt(np.diag(block))
    correlations = block / np.outer(sd, sd)
    shares = _taken(covariance, thirds, law)[varying] / sd**2
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


def _leaves_a_covariance(correlations: Matrix, shares: Matrix) -> bool:
    """Whether a covariance matrix is left when these shares of the variances are taken away."""
    return least_eigenvalue(correlations - np.diag(shares)) >= -TOLERANCE
