"""What sites add to the error of estimates, and variances robust to clustering by site.

What site s adds to an estimate is a sum of terms u'q_s r, each a vector u that pulls at the rows times a residual r'z_s; with the
turned rows t of the site, u'q_s r = sum of (u't)(r't).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from identcheck.plan.inputs.anticipated import Array
from identcheck.plan.simulation.moments import Moments
from identcheck.plan.simulation.pulls import Influence, Pull
from identcheck.plan.simulation.repeated import variances_in_same_sites
from identcheck.plan.simulation.rows import block_size, slices, turned

__all__ = ["added", "variances"]

AT_LEAST = 128
"""Of so many trials vectors are put side by side at once, where their rows are small."""

TURNED = 32
"""So many trials are turned at once, from the last axis to the first: they are read from the nearest memory."""


def variances(moments: Moments, asked: Sequence[tuple[Influence, int]]) -> list[Array]:
    """The variances of estimates, (R,) each; NaN without freedom.

    K / (K - P) * sum over sites of (what the site adds less its average)^2

    Where the sites are the population they are those of trials repeated in the same sites.

    Args:
        moments: of the rows of the trials.
        asked: what sites add to each estimate, and P, how many columns its regression has.
    """
    if moments.same:
        return variances_in_same_sites(moments, asked)
    sites, reps = moments.sites, moments.drawn.reps
    with_test = [k for k, (_, columns) in enumerate(asked) if sites > columns]
    pulls = _Pulls([asked[k][0] for k in with_test])
    squares, sums = np.empty((2, reps, len(pulls.of)))
    ones = np.ones(sites)
    for here, scores in _scored(moments, pulls) if with_test else ():
        np.einsum("rns,rns->rn", scores, scores, out=squares[here])
        np.matmul(scores, ones, out=sums[here])
    squares -= np.square(sums, out=sums) / sites
    np.maximum(squares, 0.0, out=squares)
    place = dict(zip(with_test, pulls.place, strict=True))
    return [
        squares[:, place[k]] * (sites / (sites - columns)) if k in place else np.full(reps, np.nan)
        for k, (_, columns) in enumerate(asked)
    ]


def added(moments: Moments, influence: Influence) -> Array:
    """What each site adds to the error of an estimate, (R, K)."""
    return np.concatenate([scores[:, 0].copy() for _, scores in _scored(moments, _Pulls([influence]))])


class _Pulls:
    """The products that some estimates are made of: the first ones, the second ones and so on of those that are as many.

    Attributes:
        along: N vectors that pull at the rows, (., R) each with the columns it has.
        residuals: the M by which they are multiplied, alike.
        of: (N,) by which of them.
        sums: which products are to be added to which.
        place: of each estimate among the products, to which its others have been added.
    """

    def __init__(self, asked: Sequence[Influence]) -> None:
        pulls: list[Pull] = []
        self.place = [0] * len(asked)
        self.sums: list[tuple[slice, slice]] = []
        for products in sorted({len(influence) for influence in asked}):
            mine = [k for k, influence in enumerate(asked) if len(influence) == products]
            start, count = len(pulls), len(mine)
            for n, k in enumerate(mine, start):
                self.place[k] = n
            pulls += [asked[k][which] for which in range(products) for k in mine]
            begins = range(start + count, len(pulls), count)
            self.sums += [(slice(start, start + count), slice(begin, begin + count)) for begin in begins]
        residuals = {id(pull.residual): pull.residual for pull in pulls}
        row = {key: m for m, key in enumerate(residuals)}
        self.along = [(_run(pull.rows), pull.along) for pull in pulls]
        self.residuals = [(slice(None), residual) for residual in residuals.values()]
        self.of = np.array([row[id(pull.residual)] for pull in pulls], dtype=np.intp)


def _scored(moments: Moments, pulls: _Pulls) -> Iterator[tuple[slice, Array]]:
    """Block by block what sites add: which trials, and (R, N, K).

    The same memory serves all blocks.
    """
    drawn, rows = moments.drawn, moments.rows
    halves = np.asarray(np.linalg.cholesky(moments.weights), dtype=np.float64)
    count, arms, lines = len(rows.names), len(rows.arms), len(drawn.counts)
    sizes = len(pulls.residuals), len(pulls.along), len(pulls.along)
    step = block_size(drawn, rows, count + sum(sizes))
    least = min(AT_LEAST, block_size(drawn, rows, count))
    memory = [np.empty((min(step, drawn.reps), size, arms * lines)) for size in sizes]
    for whole in slices(drawn.reps, step * -(-least // step)):
        entries = turned(drawn, rows, halves, whole).reshape(-1, count, arms * lines)
        along, residuals = (_by_trial(each, count, whole) for each in (pulls.along, pulls.residuals))
        for part in slices(len(entries), step):
            left, found, other = (each[: part.stop - part.start] for each in memory)
            np.matmul(along[part], entries[part], out=found)
            np.matmul(residuals[part], entries[part], out=left)
            found *= np.take(left, pulls.of, axis=1, out=other, mode="clip")
            for first, further in pulls.sums:
                found[:, first] += found[:, further]
            scores = found.reshape(len(found), -1, arms, lines).sum(axis=2) if arms > 1 else found
            if drawn.groups > 1:  # what a site adds
                scores = scores.reshape(len(found), -1, moments.sites, drawn.groups).sum(axis=3)
            yield slice(whole.start + part.start, whole.start + part.stop), scores


def _by_trial(vectors: Sequence[tuple[Sequence[int] | slice, Array]], columns: int, here: slice) -> Array:
    """Of N vectors, given where they may be other than 0, some trials, (R, N, C)."""
    close = np.zeros((len(vectors), columns, here.stop - here.start))  # near each other, to be read in turn
    for own, (which, values) in zip(close, vectors, strict=True):
        own[which] = values[:, here]
    found = np.empty((here.stop - here.start, len(vectors), columns))
    for some in slices(len(found), TURNED):
        found[some] = close[..., some].transpose(2, 0, 1)
    return found


def _run(rows: Sequence[int]) -> Sequence[int] | slice:
    """The same rows as a slice, where they stand together."""
    first, last = rows[0], rows[-1] + 1
    return slice(first, last) if [*rows] == [*range(first, last)] else rows
