"""Linear algebra for many small matrices at once: (n, n, R), the last axis over replications.

Numpy's own takes a call into LAPACK for each matrix; these take one operation on all of them for each step.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from identcheck.plan.inputs.anticipated import Array

__all__ = ["cholesky", "inverse", "least_eigenvalue", "partialled", "solved"]

SINGULAR = 1e-11
"""A pivot smaller than this share of what it was at first is taken for 0."""


def inverse(matrix: Array) -> Array:
    """The inverses of symmetric positive definite matrices (n, n, R); NaN where one is not.

    Source: Gauss-Jordan elimination by the sweep operator, which needs no pivoting here.
    """
    count = len(matrix)
    swept = matrix.copy()
    sound = np.ones(matrix.shape[2], dtype=bool)
    for k in range(count):
        pivot = swept[k, k].copy()
        sound &= pivot > SINGULAR * np.abs(matrix[k, k])
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            row = swept[k] / pivot
            for i in range(count):
                if i != k:
                    column = swept[i, k].copy()
                    swept[i] -= column * row
                    swept[i, k] = -column / pivot
            swept[k] = row
            swept[k, k] = 1.0 / pivot
    swept[..., ~sound] = np.nan
    return swept


def solved(inverted: Array, right: Array) -> Array:
    """Inverses (n, n, R) times vectors (n, R)."""
    return np.asarray(np.einsum("ijr,jr->ir", inverted, right))


def partialled(matrix: Array, out: list[int], kept: list[int]) -> Array:
    """Symmetric matrices of the kept variables with others regressed out: A_kk - A_ko A_oo^-1 A_ok."""
    block = matrix[np.ix_(kept, kept)]
    if not out:
        return block
    cross = matrix[np.ix_(kept, out)]
    half = np.einsum("ijr,jkr->ikr", cross, inverse(matrix[np.ix_(out, out)]))
    return np.asarray(block - np.einsum("ijr,kjr->ikr", half, cross))


def least_eigenvalue(matrix: Array, metric: Array) -> Array:
    """The least root of det(matrix - root * metric) = 0, (R,); metric positive definite, else NaN."""
    count, _, reps = matrix.shape
    halves = cholesky({(i, j): metric[i, j] for i in range(count) for j in range(i, count)}, count)
    lower = np.zeros((count, count, reps))
    for i in range(count):
        for j in range(i + 1):
            lower[i, j] = halves[i, j]
    left = _divided(lower, matrix)
    scaled = _divided(lower, left.transpose(1, 0, 2))
    if count == 1:
        return np.asarray(scaled[0, 0])
    if count == 2:
        return _least_of_two(scaled)
    sound = np.isfinite(scaled).all(axis=(0, 1))
    found = np.full(reps, np.nan)
    if count == 3:
        found[sound] = _least_of_three(scaled[..., sound])
    else:
        found[sound] = np.linalg.eigvalsh(np.moveaxis(scaled[..., sound], 2, 0))[:, 0]
    return found


def _divided(lower: Array, right: Array) -> Array:
    """The inverses of lower triangular matrices times others, by forward substitution."""
    found = np.empty_like(right)
    with np.errstate(divide="ignore", invalid="ignore"):
        for i in range(len(lower)):
            row = right[i].copy()
            for j in range(i):
                row -= lower[i, j] * found[j]
            found[i] = row / lower[i, i]
    return found


def _least_of_two(matrix: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):  # where the metric is not definite there is no root
        middle = (matrix[0, 0] + matrix[1, 1]) / 2
        product = matrix[0, 0] * matrix[1, 1] - matrix[0, 1] ** 2
        return np.asarray(product / (middle + np.hypot((matrix[0, 0] - matrix[1, 1]) / 2, matrix[0, 1])))


def _least_of_three(matrix: Array) -> Array:
    """By the cosine formula, then two steps of Newton's method on the characteristic polynomial."""
    (a, d, e), (_, b, f), (_, _, c) = matrix
    mean = (a + b + c) / 3
    off = d * d + e * e + f * f
    spread = np.sqrt(((a - mean) ** 2 + (b - mean) ** 2 + (c - mean) ** 2 + 2 * off) / 6)
    shifted = (a - mean) * ((b - mean) * (c - mean) - f * f) - d * (d * (c - mean) - e * f)
    shifted += e * (d * f - e * (b - mean))
    with np.errstate(divide="ignore", invalid="ignore"):
        angle = np.arccos(np.clip(shifted / (2 * spread**3), -1.0, 1.0)) / 3
        root = mean + 2 * spread * np.cos(angle + 2 * np.pi / 3)
        for _ in range(2):
            p, q, s = a - root, b - root, c - root
            value = p * (q * s - f * f) - d * (d * s - e * f) + e * (d * f - e * q)
            slope = q * s - f * f + p * s - e * e + p * q - d * d
            step = value / slope
            root = root + np.where(np.isfinite(step) & (np.abs(step) < 1e-3 * spread), step, 0.0)
    return np.asarray(root)


def cholesky(
    matrix: Mapping[tuple[int, int], Array | float], count: int
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
