"""Which correlations can hold together, and the nearest ones that can.

Numbers here decide whether a plan is possible at all, so every bound is rounded towards what is possible.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["completed", "impossible_correlations", "least_eigenvalue", "possible_range"]

Name = TypeVar("Name")
Matrix = NDArray[np.float64]

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
    needed towards what follows if the last variable has to do with the others through the linked ones alone, which
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
        The name of a pair that could be mended alone, and the problem; None for a problem of all of them.
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
            f"these {what} are impossible together, and changing one of them does not mend it; the nearest possible "
            f"ones in the same proportions are {factor:g} times as large",
        )
