"""Linear algebra for many small matrices at once: (n, n, R), the last axis over replications.

Numpy's own takes a call into LAPACK for each matrix; these take one operation on all of them for each step.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from identcheck.plan.inputs.anticipated import Array

__all__ = ["bordered", "cholesky", "inverse", "least_eigenvalue", "solved"]

SINGULAR = 1e-11
"""A pivot smaller than this share of what it was at first is taken for 0."""

CLOSE = 1e-9
"""A step towards a root that is smaller than this share of it is the last one."""


def inverse(matrix: Array) -> Array:
    """The inverses of symmetric positive definite matrices (n, n, R); NaN where one is not."""
    found = np.empty((0, 0, matrix.shape[2]))
    for k in range(len(matrix)):
        found = bordered(found, matrix[:k, k], matrix[k, k])
    return found


def bordered(inverted: Array, cross: Array, corner: Array) -> Array:
    """The inverses of symmetric positive definite matrices with one more row and column; NaN where one is not.

    Args:
        inverted: (n, n, R) the inverses without these.
        cross: (n, R) the new column, without its last entry.
        corner: (R,) that entry.
    """
    count = len(cross)
    found = np.empty((count + 1, count + 1, len(corner)))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        along = solved(inverted, cross)
        pivot = corner - np.einsum("ir,ir->r", cross, along)
        pivot[~(pivot > SINGULAR * np.abs(corner))] = np.nan
        over = along / pivot
        np.multiply(along[:, None], over, out=found[:count, :count])
        found[:count, :count] += inverted
        found[:count, count] = found[count, :count] = -over
        found[count, count] = 1.0 / pivot
    return found


def solved(inverted: Array, right: Array) -> Array:
    """Inverses (n, n, R) times vectors (n, R)."""
    return np.asarray(np.einsum("ijr,jr->ir", inverted, right))


def least_eigenvalue(matrix: Array, metric: Array) -> Array:
    """The least root of det(matrix - root * metric) = 0, (R,); metric positive definite, else NaN; no root below 0.

    Source: Laguerre's method from 0, which comes to the least root from below, and cubically, where all roots are real: a step is
    n / (s + ((n - 1) (n q - s^2))^(1/2)) with s and q the sums over the roots of 1 / (root - x) and of its square.
    """
    count, _, reps = matrix.shape
    found = np.full(reps, np.nan)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        scaled = _scaled(matrix, metric)
        here = np.flatnonzero(np.isfinite(scaled).all(axis=(0, 1)))
        diagonal, squares = (each[..., here] for each in _tridiagonal(scaled))
        root = np.zeros(len(here))
        while len(here):
            total, square = _sums_over_roots(diagonal, squares, root)
            step = count / (total + np.sqrt(np.maximum((count - 1) * (count * square - total**2), 0.0)))
            left = step > CLOSE * root  # not where rounding has led beyond the root
            root = np.where(step > 0, root + step, root)
            if 2 * np.count_nonzero(left) < len(here):
                found[here] = root
                here, root, diagonal, squares = here[left], root[left], diagonal[:, left], squares[:, left]
    return found


def _scaled(matrix: Array, metric: Array) -> Array:
    """Symmetric matrices whose roots are those of (matrix, metric); not finite where the metric is not positive definite."""
    found, left = matrix.copy(), metric
    pivots = np.empty(matrix.shape[1:])
    for k in range(len(matrix)):
        pivots[k] = left[0, 0]
        ratio = left[1:, 0] / pivots[k]
        left = left[1:, 1:] - ratio[:, None] * left[0, 1:]
        found[k + 1 :] -= ratio[:, None] * found[k]
        found[:, k + 1 :] -= found[:, k, None] * ratio
    scale = 1.0 / np.sqrt(pivots)
    found *= scale
    found *= scale[:, None]
    return found


def _tridiagonal(matrix: Array) -> tuple[Array, Array]:
    """The diagonal (n, R) and the squares beside it (n - 1, R) of tridiagonal matrices with the same roots, by reflections."""
    count = len(matrix)
    diagonal, squares = np.empty(matrix.shape[1:]), np.empty((count - 1, matrix.shape[2]))
    for k in range(count):
        diagonal[k] = matrix[0, 0]
        if k == count - 1:
            break
        v, inner = matrix[1:, 0].copy(), matrix[1:, 1:]
        squares[k] = size = np.einsum("ir,ir->r", v, v)
        if len(v) > 1:
            length = np.copysign(np.sqrt(size), v[0])
            half = size + length * v[0]
            half[half == 0] = 1.0
            v[0] += length
            w = solved(inner, v) / half
            w -= np.einsum("ir,ir->r", v, w) / (2 * half) * v
            outer = v[:, None] * w
            inner = inner - outer
            inner -= outer.transpose(1, 0, 2)
        matrix = inner
    return diagonal, squares


def _sums_over_roots(diagonal: Array, squares: Array, x: Array) -> tuple[Array, Array]:
    """Of tridiagonal matrices the sums over roots of 1 / (root - x), and of its square, by the pivots and their derivatives.

    NaN where a root is not above x.
    """
    total, square = np.zeros((2, len(x)))
    pivot, first, second = np.ones(len(x)), np.zeros(len(x)), np.zeros(len(x))
    for k, own in enumerate(diagonal):
        if k:
            ratio = squares[k - 1] / pivot
            over = ratio / pivot
            slope = first / pivot
            second = over * second - 2.0 * ratio * slope**2
            first = over * first - 1.0
            pivot = own - x - ratio
        else:
            pivot, first = own - x, first - 1.0
        slope = first / pivot
        total -= np.where(pivot > 0, slope, np.nan)
        square += slope**2
        square -= second / pivot
    return total, square


def cholesky(
    matrix: Mapping[tuple[int, int], Array | float] | Array, count: int
) -> dict[tuple[int, int], Array | float]:
    """Lower triangular halves by positions (i, j), i >= j, of matrices given by positions i <= j.

    Where a pivot is 0 its column is 0 too: the matrices may be singular.
    """
    half: dict[tuple[int, int], Array | float] = {}
    for j in range(count):
        pivot = matrix[j, j]
        for k in range(j):
            pivot = pivot - half[j, k] * half[j, k]
        half[j, j] = diagonal = np.sqrt(np.maximum(pivot, 0.0))
        divisor = np.where(diagonal > 0, diagonal, np.inf)
        for i in range(j + 1, count):
            rest = matrix[j, i]
            for k in range(j):
                rest = rest - half[i, k] * half[j, k]
            half[i, j] = rest / divisor
    return half
