"""What sites add to the error of estimates, and variances robust to clustering by site.

What site s adds to an estimate is a sum of terms u'q_s r, each a vector u that pulls at the rows times a residual r'z_s; with the
turned rows t of the site, u'q_s r = sum of (u't)(r't).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np

from identcheck.plan.inputs.anticipated import Array
from identcheck.plan.simulation.moments import Moments
from identcheck.plan.simulation.pulls import Influence
from identcheck.plan.simulation.repeated import variances_in_same_sites
from identcheck.plan.simulation.rows import block_size, slices, turned

__all__ = ["added", "variances"]

AT_LEAST = 32
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
    with_test = sorted(
        (k for k, (_, columns) in enumerate(asked) if sites > columns), key=lambda k: len(asked[k][0])
    )
    if not with_test:
        return found
    squares, sums = np.empty((2, reps, len(with_test)))
    ones = np.ones(sites)
    for here, group, scores in _scored(moments, [asked[k][0] for k in with_test]):
        np.einsum("rns,rns->rn", scores, scores, out=squares[here, group])
        np.matmul(scores, ones, out=sums[here, group])
    squares -= sums**2 / sites
    for k, square in zip(with_test, np.maximum(squares, 0.0).T, strict=True):
        found[k] = square * (sites / (sites - asked[k][1]))
    return found


def added(moments: Moments, influence: Influence) -> Array:
    """What each site adds to the error of an estimate, (R, K)."""
    found = np.empty((moments.drawn.reps, moments.sites))
    for here, _, scores in _scored(moments, [influence]):
        found[here] = scores[:, 0]
    return found


def _scored(moments: Moments, asked: Sequence[Influence]) -> Iterator[tuple[slice, slice, Array]]:
    """Block by block what sites add: which trials, which estimates (in the order of their number of products), and (R, N, K).

    The same memory serves all blocks: what is wanted of one is to be copied.
    """
    drawn, rows = moments.drawn, moments.rows
    halves = np.asarray(np.linalg.cholesky(moments.weights), dtype=np.float64)
    residuals = {id(pull.residual): pull.residual for influence in asked for pull in influence}
    place = {key: k for k, key in enumerate(residuals)}
    pulls = [pull for influence in asked for pull in influence]
    of = np.array([place[id(pull.residual)] for pull in pulls])
    along, apart = np.array([pull.along for pull in pulls]), np.array([*residuals.values()])
    several = [(products, len([*group])) for products, group in groupby(asked, len)]
    count, arms, lines = len(rows.names), len(rows.arms), len(drawn.counts)
    step = block_size(drawn, rows, count + 2 * len(pulls) + len(residuals))
    least = min(AT_LEAST, block_size(drawn, rows, count))
    memory = [
        np.empty((min(step, drawn.reps), n, arms * lines)) for n in (len(residuals), len(pulls), len(pulls))
    ]
    for whole in slices(drawn.reps, step * -(-least // step)):
        entries = turned(drawn, rows, halves, whole).reshape(-1, count, arms * lines)
        pulling, left_over = _by_trial(along, whole), _by_trial(apart, whole)
        for part in slices(len(entries), step):
            size = part.stop - part.start
            left, found, other = (each[:size] for each in memory)
            np.matmul(pulling[part], entries[part], out=found)
            np.matmul(left_over[part], entries[part], out=left)
            found *= np.take(left, of, axis=1, out=other, mode="clip")
            scores = found.reshape(size, len(pulls), arms, lines).sum(axis=2) if arms > 1 else found
            if drawn.groups > 1:  # what a site adds
                scores = scores.reshape(size, len(pulls), moments.sites, drawn.groups).sum(axis=3)
            here = slice(whole.start + part.start, whole.start + part.stop)
            start = first = 0
            for products, estimates in several:
                stop, last = start + products * estimates, first + estimates
                parts = scores[:, start:stop:products]
                for k in range(1, products):
                    parts = parts + scores[:, start + k : stop : products]
                yield here, slice(first, last), parts
                start, first = stop, last


def _by_trial(vectors: Array, here: slice) -> Array:
    """Of N vectors (N, C, R) some trials, (R, N, C)."""
    close = np.ascontiguousarray(
        vectors[..., here]
    )  # numbers that are far from each other take long to be read in turn
    return np.ascontiguousarray(close.transpose(2, 0, 1))
