"""Exact arithmetic: averages and covariances; rank, solutions and null spaces.

A number is an int where it is whole, a Fraction where it is not: both are exact, and whole numbers are many times quicker.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import gcd, lcm
from operator import mul
from typing import TypeAlias

from identcheck.derive.general_position import PRIME, Span

__all__ = [
    "Echelon",
    "Number",
    "average",
    "covariance",
    "deviations",
    "full_rank",
    "null_vectors",
    "plain",
    "quotient",
    "rank",
    "solve",
    "uncorrelated",
]

Number: TypeAlias = Fraction | int
Row = list[Number]


def plain(value: Number) -> Number:
    """The same number, an int where it is whole."""
    return value.numerator if value.denominator == 1 else value


def quotient(value: Number, by: Number) -> Number:
    """One number divided by another, exactly."""
    if type(value) is int and type(by) is int:
        whole, rest = divmod(value, by)
        return Fraction(value, by) if rest else whole
    return plain(Fraction(value) / by)


def average(values: Sequence[Number], weights: Sequence[Number] | None = None) -> Number:
    """The average of some numbers, under weights where there are any."""
    if weights is None:
        return values[0] if len(values) == 1 else quotient(sum(values), len(values))
    return quotient(sum(map(mul, weights, values)), sum(weights))


def covariance(x: Sequence[Number], y: Sequence[Number], weights: Sequence[Number] | None = None) -> Number:
    """E[x y] - E[x] E[y], under weights where there are any."""
    products = list(map(mul, x, y))
    return average(products, weights) - average(x, weights) * average(y, weights)


def uncorrelated(x: Sequence[Number], y: Sequence[Number], weights: Sequence[Number] | None = None) -> bool:
    """Whether that covariance is zero."""
    weights = weights or [1] * len(x)
    heavy: Row = list(map(mul, weights, x))
    left, right = sum(weights) * sum(map(mul, heavy, y)), sum(heavy) * sum(map(mul, weights, y))
    return bool(left == right)


def deviations(values: Sequence[Number]) -> Row:
    """Each number less the average of all, times how many there are."""
    total, count = sum(values), len(values)
    return [count * value - total for value in values]


Sparse = dict[int, int]
"""A row in whole numbers: those that are not zero, by place."""


class Echelon:
    """Rows in reduced echelon form, one after another, each kept as whole numbers without a common factor.

    The form depends on the space that the rows span alone, so that it is the same in whatever order they come.

    Attributes:
        width: how many columns there are.
        rows: by the place of its first number that is not zero, each row of the form.
    """

    def __init__(self, width: int, rows: Iterable[Mapping[int, Number] | Sequence[Number]] = ()) -> None:
        self.width = width
        self.rows: dict[int, Sparse] = {}
        for row in rows:
            self.add(row)

    def copy(self) -> Echelon:
        """Another with the same rows, to which more can be added."""
        other = Echelon(self.width)
        other.rows = dict(self.rows)
        return other

    def _rest(self, raw: Mapping[int, Number] | Sequence[Number]) -> Sparse:
        """What is left of a multiple of a row that the others do not account for."""
        row = _whole(raw)
        for pivot in [place for place in row if place in self.rows]:
            row = _less(row, self.rows[pivot], pivot)
        return row

    def spans(self, row: Mapping[int, Number] | Sequence[Number]) -> bool:
        """Whether a row is a combination of these."""
        return not self._rest(row)

    def add(self, raw: Mapping[int, Number] | Sequence[Number]) -> None:
        """Take in one more row, by place or number after number."""
        row = self._rest(raw)
        if not row:
            return
        lead = min(row)
        for pivot, other in self.rows.items():
            if lead in other:
                self.rows[pivot] = _less(other, row, lead)
        self.rows[lead] = row

    def null_vectors(self) -> Iterator[list[int]]:
        """A basis of the solutions x of rows . x = 0, in whole numbers without a common factor."""
        for free in (place for place in range(self.width) if place not in self.rows):
            moved = {pivot: row for pivot, row in self.rows.items() if free in row}
            scale = lcm(*(row[pivot] for pivot, row in moved.items()))
            vector = [0] * self.width
            vector[free] = scale
            for pivot, row in moved.items():
                vector[pivot] = -row[free] * (scale // row[pivot])
            common = gcd(*vector)
            yield [x // common for x in vector] if common > 1 else vector


def null_vectors(rows: Iterable[Sequence[Number]], width: int) -> list[list[int]]:
    """A basis of the solutions x of rows . x = 0, in whole numbers without a common factor."""
    return list(Echelon(width, rows).null_vectors())


def rank(rows: Sequence[Sequence[Number]]) -> int:
    """How many rows are linearly independent.

    The rank over a prime field is never larger than the rank; where it is as large as can be, it is the rank.
    """
    if not rows:
        return 0
    whole = [_integers(row) for row in rows]
    most, found = min(len(rows), len(rows[0])), _rank_modulo(whole)
    return most if found == most else len(Echelon(len(rows[0]), whole).rows)


def full_rank(rows: Sequence[Sequence[Number]]) -> bool:
    """Whether as many rows are seen to be linearly independent, over a prime field, as there are columns.

    Where they are, the columns are independent; where not, they are dependent but for a probability of a few 1e-18.
    """
    width = len(rows[0]) if rows else 0
    return len(rows) >= width and _rank_modulo([_integers(row) for row in rows]) == width


def solve(
    rows: Sequence[Mapping[int, Number] | Sequence[Number]], right: Sequence[Number], width: int
) -> Row | None:
    """One solution x of rows . x = right, its free entries zero; None where there is none."""
    form: dict[int, Sparse] = {}
    for raw, value in zip(rows, right, strict=True):
        row = _whole({**(raw if isinstance(raw, Mapping) else dict(enumerate(raw))), width: value})
        while row and (lead := min(row)) in form:
            row = _less(row, form[lead], lead)
        if row and lead == width:
            return None
        if row:
            form[lead] = row
    solution: Row = [0] * width
    for pivot in sorted(form, reverse=True):
        row = form[pivot]
        known = sum(x * solution[place] for place, x in row.items() if pivot < place < width)
        solution[pivot] = quotient(row.get(width, 0) - known, row[pivot])
    return solution


def _less(row: Sparse, other: Sparse, pivot: int) -> Sparse:
    """A multiple of the row less one of the other, so that nothing is left at the pivot."""
    factor, by = row[pivot], other[pivot]
    found = dict(row) if by == 1 else {place: by * x for place, x in row.items()}
    for place, y in other.items():
        left = found.get(place, 0) - factor * y
        if left:
            found[place] = left
        else:
            del found[place]
    return _primitive(found)


def _primitive(row: Sparse) -> Sparse:
    """The row without a common factor."""
    common = gcd(*row.values())
    return {place: x // common for place, x in row.items()} if common > 1 else row


def _whole(row: Mapping[int, Number] | Sequence[Number]) -> Sparse:
    """The multiple of a row in whole numbers without a common factor."""
    places = row.items() if isinstance(row, Mapping) else enumerate(row)
    found = {place: x for place, x in places if x}
    return _primitive(dict(zip(found, _integers([*found.values()]), strict=True)))


def _integers(row: Sequence[Number]) -> list[int]:
    """The row times the least number that makes it whole."""
    scale = lcm(*(x.denominator for x in row))
    if scale == 1:
        return [x.numerator for x in row]
    return [x.numerator * (scale // x.denominator) for x in row]


def _rank_modulo(rows: Sequence[list[int]]) -> int:
    span = Span(len(rows[0]))
    for row in rows:
        span.add([x % PRIME for x in row])
        if span.rank == len(rows[0]):
            break
    return span.rank
