"""Exact linear algebra in fractions: rank, solutions and null spaces."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm

__all__ = ["null_vectors", "rank", "solve"]

Row = list[Fraction]


def null_vectors(rows: Sequence[Sequence[Fraction | int]], width: int) -> list[Row]:
    """A basis of the solutions x of rows . x = 0, in whole numbers without a common factor."""
    reduced, pivots = _reduced(rows, width)
    basis = []
    for free in (c for c in range(width) if c not in pivots):
        vector = [Fraction(0)] * width
        vector[free] = Fraction(1)
        for row, pivot in zip(reduced, pivots, strict=True):
            vector[pivot] = -row[free]
        basis.append(_whole(vector))
    return basis


def rank(rows: Sequence[Sequence[Fraction | int]]) -> int:
    """How many rows are linearly independent."""
    return len(_reduced(rows, len(rows[0]))[1]) if rows else 0


def solve(
    rows: Sequence[Sequence[Fraction | int]], right: Sequence[Fraction | int], width: int
) -> Row | None:
    """One solution x of rows . x = right, its free entries zero; None where there is none."""
    reduced, pivots = _reduced([[*row, value] for row, value in zip(rows, right, strict=True)], width + 1)
    if width in pivots:
        return None
    solution = [Fraction(0)] * width
    for row, pivot in zip(reduced, pivots, strict=True):
        solution[pivot] = row[width]
    return solution


def _reduced(rows: Sequence[Sequence[Fraction | int]], width: int) -> tuple[list[Row], list[int]]:
    """The rows in reduced echelon form, with the place of each one's leading 1."""
    done: list[Row] = []
    pivots: list[int] = []
    for raw in rows:
        row = [Fraction(x) for x in raw]
        for other, pivot in zip(done, pivots, strict=True):
            if row[pivot]:
                row = _less(row, row[pivot], other)
        lead = next((i for i in range(width) if row[i]), None)
        if lead is None:
            continue
        row = [x / row[lead] if x else x for x in row]
        done = [_less(other, other[lead], row) if other[lead] else other for other in done]
        done.append(row)
        pivots.append(lead)
    return done, pivots


def _less(row: Row, factor: Fraction, other: Row) -> Row:
    return [x - factor * y if y else x for x, y in zip(row, other, strict=True)]


def _whole(vector: Row) -> Row:
    scale = lcm(*(x.denominator for x in vector))
    common = gcd(*(int(x * scale) for x in vector)) or 1
    return [x * scale / common for x in vector]
