"""Linear algebra for many small matrices at once: (n, n, R), the last axis over replications.

Numpy's own takes a call into LAPACK for each matrix; these take one operation on all of them for each step. The one
eigenvalue of a trial is numpy's.
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

    Source: Gauss-Jordan elimination by the sweep operator, which needs no pivoting here; its signs keep the matrices symmetric.
    """
    count = len(matrix)
    swept = matrix.copy()  # its upper half, which is all that is worked with until the end
    sound = np.ones(matrix.shape[2], dtype=bool)
    memory = np.empty_like(swept[0])
    for k in range(count):
        pivot = swept[k, k].copy()
        sound &= pivot > SINGULAR * np.abs(matrix[k, k])
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            row = np.concatenate([swept[:k, k], swept[k, k:]])
            over = row / pivot
            for i in range(count):
                if i != k:
                    swept[i, i:] -= np.multiply(over[i], row[i:], out=memory[i:])
            swept[:k, k], swept[k, k:] = over[:k], over[k:]
            swept[k, k] = -1.0 / pivot
    for i in range(count):
        np.negative(swept[i, i:], out=swept[i, i:])
        swept[i + 1 :, i] = swept[i, i + 1 :]
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
    lower = np.zeros((count, count, reps))
    for place, half in cholesky(metric, count).items():
        lower[place] = half
    left = _divided(lower, matrix)
    scaled = _divided(lower, left.transpose(1, 0, 2))
    sound = np.isfinite(scaled).all(axis=(0, 1))
    found = np.full(reps, np.nan)
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
