"""Which correlations can hold together, and the nearest ones that can.

Numbers here decide whether a plan is possible at all, so every bound is rounded towards what is possible.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["impossible_correlations", "least_eigenvalue", "possible_range"]

Name = TypeVar("Name")
Matrix = NDArray[np.float64]

TOLERANCE = 1e-9
"""A correlation matrix is possible if no eigenvalue lies below minus this."""


def least_eigenvalue(matrix: Matrix) -> float:
    """The least eigenvalue of a symmetric matrix; 0 for an empty one."""
    return float(np.linalg.eigvalsh(matrix)[0]) if matrix.size else 0.0


def possible_range(matrix: Matrix, i: int, j: int) -> tuple[float, float] | None:
    """Between which bounds one correlation is possible beside all the others; None if beside none.

    With C the matrix of the rest, the correlation lies within c_i'C^-1 c_j plus or minus
    sqrt((1 - c_i'C^-1 c_i) (1 - c_j'C^-1 c_j)).
    """
    rest = [k for k in range(len(matrix)) if k not in (i, j)]
    block = matrix[np.ix_(rest, rest)]
    to = matrix[np.ix_(rest, [i, j])]
    inverse = np.linalg.pinv(block, hermitian=True)
    left = np.eye(2) - to.T @ inverse @ to
    unexplained = float(np.abs(block @ inverse @ to - to).max(initial=0.0))
    if min(left[0, 0], left[1, 1]) < -TOLERANCE or least_eigenvalue(block) < -TOLERANCE or unexplained > 1e-6:
        return None
    middle = float((to.T @ inverse @ to)[0, 1])
    half = math.sqrt(max(left[0, 0], 0.0) * max(left[1, 1], 0.0))
    return max(middle - half, -1.0), min(middle + half, 1.0)


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
        low, high = math.ceil(bounds[0] * 1000) / 1000, math.floor(bounds[1] * 1000) / 1000
        value = float(matrix[i, j])
        nearest = high if value > high else low
        yield (
            name,
            f"{value:g} is impossible beside the other {what}; beside them it lies between {low:g} and "
            f"{high:g}, and the nearest possible value is {nearest:g}",
        )
    if not found:
        factor = math.floor(1000 / (1 - least_eigenvalue(matrix))) / 1000
        yield (
            None,
            f"these {what} are impossible together, and changing one of them does not mend it; the nearest possible "
            f"ones in the same proportions are {factor:g} times as large",
        )
