"""What sites add to the error of estimates, and variances robust to clustering by site.

What site s adds to an estimate is a sum of terms u'q_s r, each a vector u that pulls at the rows times a residual r'z_s; with the
turned rows t of the site, u'q_s r = sum of (u't)(r't).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from identcheck.plan.inputs.anticipated import Array
from identcheck.plan.simulation.moments import Moments
from identcheck.plan.simulation.pulls import Influence
from identcheck.plan.simulation.repeated import variances_in_same_sites
from identcheck.plan.simulation.rows import block_size, slices, turned

__all__ = ["added", "variances"]

AT_LEAST = 256
"""Of so many trials vectors are put side by side at once, where their rows are small."""


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
    found = [np.full(reps, np.nan) for _ in asked]
    with_test = [k for k, (_, columns) in enumerate(asked) if sites > columns]
    if not with_test:
        return found
    pulls = _Pulls([asked[k][0] for k in with_test])
    squares, sums = np.empty((2, reps, pulls.count))
    ones = np.ones(sites)
    for here, which, scores in _scored(moments, pulls):
        np.einsum("rns,rns->rn", scores, scores, out=squares[here, which])
        np.matmul(scores, ones, out=sums[here, which])
    squares -= sums**2 / sites
    np.maximum(squares, 0.0, out=squares)
    for k, n in zip(with_test, pulls.place, strict=True):
        found[k] = squares[:, n] * (sites / (sites - asked[k][1]))
    return found


def added(moments: Moments, influence: Influence) -> Array:
    """What each site adds to the error of an estimate, (R, K)."""
    pulls, found = _Pulls([influence]), np.empty((moments.drawn.reps, moments.sites))
    for here, which, scores in _scored(moments, pulls):
        if which.stop > pulls.place[0]:
            found[here] = scores[:, pulls.place[0] - which.start]
    return found


class _Pulls:
    """The products that some estimates are made of, then sums of them.

    Attributes:
        along: (C, R) each, N of them, what pulls at the rows.
        residuals: (C, R) each, M of them, by what it is multiplied.
        of: (N,) by which of them.
        sums: where they stand, and for each number of products the first ones of the sums, the second ones, and so on.
        count: of products and sums.
        place: of each estimate among these.
    """

    def __init__(self, asked: Sequence[Influence]) -> None:
        pulls = [pull for influence in asked for pull in influence]
        residuals = {id(pull.residual): pull.residual for pull in pulls}
        row = {key: m for m, key in enumerate(residuals)}
        self.along = [(_run(pull.rows), pull.along) for pull in pulls]
        self.residuals = [(slice(None), residual) for residual in residuals.values()]
        self.of = np.array([row[id(pull.residual)] for pull in pulls])
        starts = np.cumsum([0, *map(len, asked)]).tolist()
        self.place, self.count = starts[:-1], len(pulls)
        self.sums: list[tuple[slice, NDArray[np.int64]]] = []
        for products in sorted({len(influence) for influence in asked} - {1}):
            mine = [k for k, influence in enumerate(asked) if len(influence) == products]
            places = np.array([starts[k] + np.arange(products) for k in mine]).T
            self.sums.append((slice(self.count, self.count + len(mine)), places))
            for n, k in enumerate(mine, self.count):
                self.place[k] = n
            self.count += len(mine)


def _scored(moments: Moments, pulls: _Pulls) -> Iterator[tuple[slice, slice, Array]]:
    """Block by block what sites add: which trials, which products or sums of them, and (R, N, K).

    The same memory serves all blocks: what is wanted of one is to be copied.
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
            scores = found.reshape(len(found), -1, arms, lines).sum(axis=2) if arms > 1 else found
            if drawn.groups > 1:  # what a site adds
                scores = scores.reshape(len(found), -1, moments.sites, drawn.groups).sum(axis=3)
            here = slice(whole.start + part.start, whole.start + part.stop)
            yield here, slice(0, scores.shape[1]), scores
            for which, (first, *others) in pulls.sums:
                own = scores[:, first]
                for each in others:
                    own += scores[:, each]
                yield here, which, own


def _by_trial(vectors: Sequence[tuple[Sequence[int] | slice, Array]], columns: int, here: slice) -> Array:
    """Of N vectors, given where they may be other than 0, some trials, (R, N, C)."""
    close = np.zeros((len(vectors), columns, here.stop - here.start))  # near each other, to be read in turn
    for own, (rows, values) in zip(close, vectors, strict=True):
        own[rows] = values[:, here]
    return np.ascontiguousarray(close.transpose(2, 0, 1))


def _run(rows: Sequence[int]) -> Sequence[int] | slice:
    """The same rows as a slice, where they stand together."""
    first, last = rows[0], rows[-1] + 1
    return slice(first, last) if [*rows] == [*range(first, last)] else rows
