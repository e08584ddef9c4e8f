"""Exact arithmetic in fractions: averages and covariances; rank, solutions and null spaces."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm

from identcheck.derive.general_position import PRIME, Span

__all__ = ["average", "covariance", "deviations", "null_vectors", "rank", "solve"]

Row = list[Fraction]


def average(values: Sequence[Fraction], weights: Sequence[Fraction] | None = None) -> Fraction:
    """The average of some numbers, under weights where there are any."""
    if weights is None:
        return sum(values, Fraction(0)) / len(values)
    whole = sum((w * x for w, x in zip(weights, values, strict=True)), Fraction(0))
    return whole / sum(weights, Fraction(0))


def covariance(
    x: Sequence[Fraction], y: Sequence[Fraction], weights: Sequence[Fraction] | None = None
) -> Fraction:
    """E[x y] - E[x] E[y], under weights where there are any."""
    products = [a * b for a, b in zip(x, y, strict=True)]
    return average(products, weights) - average(x, weights) * average(y, weights)


def deviations(values: Sequence[Fraction]) -> Row:
    """Each number less the average of all."""
    centre = average(values)
    return [value - centre for value in values]


def null_vectors(rows: Sequence[Sequence[Fraction | int]], width: int) -> list[Row]:
    """A basis of the solutions x of rows . x = 0, in whole numbers without a common factor."""
    reduced, pivots = _reduced(rows, width)
    basis = []
    for free in (c for c in range(width) if c not in pivots):
        vector = [Fraction(0)] * width
        vector[free] = Fraction(1)
        for row, pivot in zip(reduced, pivots, strict=True):
            vector[pivot] = -row[free]
        basis.append([Fraction(x) for x in _primitive(_integers(vector))])
    return basis


def rank(rows: Sequence[Sequence[Fraction | int]]) -> int:
    """How many rows are linearly independent.

    The rank over a prime field is never larger than the rank; where it is as large as can be, it is the rank.
    """
    if not rows:
        return 0
    whole = [_integers(row) for row in rows]
    most, found = min(len(rows), len(rows[0])), _rank_modulo(whole)
    return most if found == most else len(_reduced(rows, len(rows[0]))[1])


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
    """The rows in reduced echelon form, with the place of each one's leading 1.

    Rows are kept as whole numbers without a common factor until the end, which is quicker than fractions.
    """
    done: list[list[int]] = []
    pivots: list[int] = []
    for raw in rows:
        row = _integers(raw)
        for other, pivot in zip(done, pivots, strict=True):
            if row[pivot]:
                row = _less(row, other, pivot)
        lead = next((i for i in range(width) if row[i]), None)
        if lead is None:
            continue
        done = [_less(other, row, lead) if other[lead] else other for other in done]
        done.append(row)
        pivots.append(lead)
    scaled = [
        [Fraction(x, row[pivot]) if x else Fraction(0) for x in row]
        for row, pivot in zip(done, pivots, strict=True)
    ]
    return scaled, pivots


def _less(row: list[int], other: list[int], pivot: int) -> list[int]:
    """A multiple of the row less one of the other, so that nothing is left at the pivot."""
    factor, by = row[pivot], other[pivot]
    return _primitive([by * x - factor * y if y else by * x for x, y in zip(row, other, strict=True)])


def _primitive(row: list[int]) -> list[int]:
    """The row without a common factor."""
    common = gcd(*row)
    return [x // common for x in row] if common > 1 else row


def _integers(row: Sequence[Fraction | int]) -> list[int]:
    """The row times the least number that makes it whole."""
    scale = lcm(*(x.denominator for x in row))
    return [x.numerator * (scale // x.denominator) for x in row]


def _rank_modulo(rows: Sequence[list[int]]) -> int:
    span = Span(len(rows[0]))
    for row in rows:
        span.add([x % PRIME for x in row])
        if span.rank == len(rows[0]):
            break
    return span.rank
