"""Variances of estimates in trials repeated in the same sites, where these are the population."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement

import numpy as np

from identcheck.plan.inputs.anticipated import Array
from identcheck.plan.simulation.contrasts import Contrasts
from identcheck.plan.simulation.moments import Moments
from identcheck.plan.simulation.pulls import Influence
from identcheck.plan.simulation.rows import Rows, blocks_of, turned

__all__ = ["variances_in_same_sites"]


def variances_in_same_sites(moments: Moments, asked: Sequence[tuple[Influence, int]]) -> list[Array]:
    """The influence of each estimate times the covariance of the elements of A by sampling error, (R,) each.

    Args:
        moments: of the rows of the trials.
        asked: what sites add to each estimate, and how many columns its regression has.
    """
    drawn, rows, reps = moments.drawn, moments.rows, moments.drawn.reps
    pairs, found = _pairs(rows), [np.empty(reps) for _ in asked]
    halves = np.asarray(np.linalg.cholesky(moments.weights), dtype=np.float64)
    error = _errors(drawn, rows, moments.weights)
    factors = [_by_pairs(influence, pairs, reps) for influence, _ in asked]
    for here in blocks_of(drawn, rows, len(pairs) + len(rows.names)):
        entries = turned(drawn, rows, halves, here)
        parts = np.stack([(entries[:, i] * entries[:, j]).sum(axis=1) for i, j in pairs], axis=1)
        mixed = np.matmul(parts, error.T).transpose(1, 2, 0)
        covariance = _covariance(mixed, error, pairs, len(rows.arms))
        for out, factor in zip(found, factors, strict=True):
            own = np.einsum("ir,ijr,jr->r", factor[:, here], covariance, factor[:, here])
            out[here] = np.maximum(own, 0.0)
    return found


def _pairs(rows: Rows) -> list[tuple[int, int]]:
    """The pairs of columns, each with itself too."""
    return list(combinations_with_replacement(range(len(rows.names)), 2))


def _by_pairs(influence: Influence, pairs: Sequence[tuple[int, int]], reps: int) -> Array:
    """What each element of A is multiplied by, (D, R)."""
    found = np.zeros((len(pairs), reps))
    for pull in influence:
        along = pull.whole
        for row, (i, j) in zip(found, pairs, strict=True):
            row += along[i] * pull.residual[j]
            if i != j:
                row += along[j] * pull.residual[i]
    return found


def _errors(drawn: Contrasts, rows: Rows, weights: Array) -> Array:
    """What sampling error adds to q_s for each arm of a site, by pairs of columns, (D, K): v_s of theory, equation (11.22)."""
    assert drawn.inside is not None
    arms, used, counts = len(rows.arms), rows.used, drawn.counts
    heads = rows.heads(range(len(rows.names)))
    levels = [drawn.held[rows.term(i)][0] if rows.term(i) else 1.0 for i in range(len(rows.names))]
    found = np.zeros((len(_pairs(rows)), len(counts)))
    for row, (i, j) in zip(found, _pairs(rows), strict=True):
        if i < arms or {rows.names[i], rows.names[j]} & rows.indicators:
            continue
        one, other = drawn.nodes.index(heads[i]), drawn.nodes.index(heads[j])
        control = weights.sum(axis=(1, 2)) * drawn.inside[0, one, other] / counts[:, 0]
        treated = [
            weights[:, a, a] * drawn.inside[t, one, other] / counts[:, t] for a, t in enumerate(used[1:])
        ]
        row[:] = (control + np.sum(treated, axis=0)) * levels[i] * levels[j] / arms
    return found


def _covariance(mixed: Array, error: Array, pairs: Sequence[tuple[int, int]], arms: int) -> Array:
    """The covariance of two elements of A in repeated trials in the same sites, as estimated, (D, D, R).

    Args:
        mixed: (D, D, R) sums over sites of an element of q_s times one of v_s.
        error: (D, K) v_s.
        pairs: the columns of each element.
        arms: L.

    Source: theory, equation (11.22).
    """
    place = {pair: i for i, pair in enumerate(pairs)}
    twice = arms * (error @ error.T)
    found = np.empty_like(mixed)
    for p, (a, b) in enumerate(pairs):
        for r, (c, d) in enumerate(pairs):
            ac, bd, ad, bc = (place[min(x, y), max(x, y)] for x, y in ((a, c), (b, d), (a, d), (b, c)))
            once = mixed[ac, bd] + mixed[bd, ac] + mixed[ad, bc] + mixed[bc, ad]
            found[p, r] = once - twice[ac, bd] - twice[ad, bc]
    return found
