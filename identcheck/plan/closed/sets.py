"""Estimates, standard errors and F in sets of K drawn sites, where averages over sites do not tell how they are distributed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from identcheck.basics.options import TestName
from identcheck.plan.closed.columns import Entry
from identcheck.plan.closed.convergence import Limits
from identcheck.plan.closed.few_sites import (
    FEW_COLUMNS,
    SEED,
    Drawn,
    Indices,
    copies_of,
    in_sets,
    order_of,
    shuffled,
)
from identcheck.plan.closed.representative import Representative
from identcheck.plan.inputs.anticipated import Array
from identcheck.plan.small_samples import CR2, CR3, Leverage

__all__ = ["Averaged", "SetMeans", "averaged_terms", "estimated_in_sets", "set_means", "strength_ratio"]

WANTED = 2000
"""So many sets tell how estimates and their standard errors go together; sites are shuffled until there are as many."""
OF_FEW_COLUMNS = 6000
"""So many with at most ``FEW_COLUMNS``, where they cost little: shares of sets have errors of .004, not .007."""


@dataclass(frozen=True, eq=False)
class Averaged:
    """What the terms of h are in drawn sites, for coefficients that stand for average effects.

    Attributes:
        heads: (M,) the columns of the effects.
        places: (M,) the columns of their products with the terms.
        held: (M, S) terms, times the weights of the sites.
        weights: (S,) these weights, 1 on average.
    """

    heads: Sequence[int]
    places: Sequence[int]
    held: Array
    weights: Array


def averaged_terms(limits: Limits, sites: Representative, drawn: Drawn) -> Averaged:
    """The terms of h in the drawn sites of a regression that holds modifiers fixed."""
    at, entries = limits.anticipated, limits.entries
    copies = copies_of(len(entries) + 1)
    weights = at.site_weights / at.site_weights.mean()
    return Averaged(
        [entries.index(Entry(entry.head)) for entry in limits.held],
        [entries.index(entry) for entry in limits.held],
        drawn[1],
        weights[order_of(sites, copies)[1]],
    )


def estimated_in_sets(
    rows: tuple[Array, Array],
    along: Array,
    count: int,
    test: TestName = "CR1",
    averaged: Averaged | None = None,
    kept: bool = False,
) -> tuple[Array, Array, Array | None]:
    """A sum of coefficients in sets of K drawn sites, less its average, and its standard error, both over its SD: (sets,).

    Args:
        rows: of drawn sites, regressors (S, L, J) and outcome (S, L).
        along: (J,) the factor of each coefficient in the sum.
        count: K, more than J.
        test: whose standard error.
        averaged: where modifiers are held fixed, the terms of h: coefficients are then averages of effects; with CR1 only.
        kept: whether each set is to have the sizes of the plan's sites, of which there are ``count``.

    Returns:
        Both, and Satterthwaite's degrees of freedom in each set, (sets,); None for CR1, whose degrees are K - J.
    """
    x, y = rows
    rng, columns, sets = np.random.default_rng(SEED), x.shape[-1], len(x) // count
    values, errors, degrees = [], [], []
    for order in shuffled(rng, len(x), count, OF_FEW_COLUMNS if columns <= FEW_COLUMNS else WANTED, kept):
        some, own = x[order].reshape(sets, count, -1, columns), y[order].reshape(sets, count, -1)
        inverse = np.linalg.pinv(np.einsum("sklp,sklq->spq", some, some), hermitian=True)
        b = np.einsum("spq,sklq,skl->sp", inverse, some, own)
        left = own - np.einsum("sklp,sp->skl", some, b)
        if test != "CR1":
            values.append(b @ along)
            leverage = Leverage(some, inverse)
            changes = leverage.changes(left, CR3 if test == "CR3" else CR2) @ along
            shrunk = (count - 1) / count if test == "CR3" else 1.0
            errors.append(np.sqrt(shrunk * (changes**2).sum(axis=1)))
            degrees.append(leverage.degrees(along))
            continue
        pull: Array = np.broadcast_to(along, b.shape)
        moved = added = np.zeros(())
        if averaged is not None:
            pull, moved, added = _of_averages(averaged, order.reshape(sets, count), along, b)
        values.append(b @ along + moved)
        scores = np.einsum("sp,spq,sklq,skl->sk", pull, inverse, some, left, optimize=True) + added
        spread = ((scores - scores.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
        errors.append(np.sqrt(spread * count / (count - columns)))
    found = np.concatenate(values)
    sd = float(found.std()) or 1.0
    freedom = np.concatenate(degrees) if degrees else None
    return (found - found.mean()) / sd, np.concatenate(errors) / sd, freedom


def _of_averages(known: Averaged, order: Indices, along: Array, b: Array) -> tuple[Array, Array, Array]:
    """What averages of h in sets of sites, (sets, K), change: factors of coefficients (sets, J), their sum, each site's score."""
    weights = known.weights[order]
    whole = weights.sum(axis=1)
    pull, moved, added = np.tile(along, (len(order), 1)), np.zeros(len(order)), np.zeros(order.shape)
    for head, place, held in zip(known.heads, known.places, known.held, strict=True):
        own = held[order]
        level = own.sum(axis=1) / whole
        pull[:, place] += along[head] * level
        moved += along[head] * level * b[:, place]
        added += along[head] * (b[:, place] / whole)[:, None] * (own - weights * level[:, None])
    return pull, moved, added


@dataclass(frozen=True, eq=False)
class SetMeans:
    """What sets of K drawn sites have on average.

    Attributes:
        products: (sets, J, J) of the columns.
        within: (sets, J, J) the covariance of units within arms, its terms of h those of the set.
        known: the average of the first over all sets without end, (J, J).
        residual: that of the second.
    """

    products: Array
    within: Array
    known: Array
    residual: Array


def set_means(limits: Limits, sites: Representative, drawn: Drawn) -> SetMeans:
    """Means over sets of as many drawn sites as are planned."""
    count, q = limits.anticipated.sites, drawn[0][:-1, :-1]
    known = (limits.moments + limits.noise / limits.anticipated.persons)[:-1, :-1]
    residual, terms = limits.residual[:-1, :-1], _terms(limits, sites)
    rng, products, within = np.random.default_rng(SEED), [], []
    for order in shuffled(rng, q.shape[2], count, WANTED, kept=True):
        products.append(in_sets(q[..., order], count).transpose(2, 0, 1))
        each = np.repeat(residual[None], len(products[-1]), axis=0)
        for (i, j), h in terms.items():
            each[:, i, j] = each[:, j, i] = h[0] * in_sets(h[1][order], count)
        within.append(each)
    whole = np.concatenate(products)
    sound = np.linalg.matrix_rank(whole, hermitian=True) == len(known)
    return SetMeans(whole[sound], np.concatenate(within)[sound], known, residual)


def _terms(limits: Limits, sites: Representative) -> dict[tuple[int, int], tuple[float, Array]]:
    """Of two columns of which one is a product: the covariance of their compliances within arms, and their terms, (S,)."""
    entries, found = limits.entries, {}
    heads = [entries.index(Entry(entry.head)) for entry in entries]
    for i, one in enumerate(entries):
        for j, other in enumerate(entries[: i + 1]):
            if one.term or other.term:
                h = sites.of_groups(sites.term(one.term) * sites.term(other.term))
                order = order_of(sites, copies_of(len(entries) + 1))[0]
                found[i, j] = float(limits.residual[heads[i], heads[j]]), h[order]
    return found


def strength_ratio(means: SetMeans, place: int, others: Sequence[int]) -> float:
    """The average over sets of K sites of c'Ac / c'Rc, as a multiple of what it is with many sites.

    A is the mean of the products, R the covariance within arms, and c has 1 at a column and minus the coefficients of its
    A-projection on others. The same with the c of many sites, whose average is known, tells how far the sets that are taken
    are off.

    Args:
        means: of the sets.
        place: the column.
        others: the others.
    """
    rest = list(others)
    fixed, c = _apart_from(means.known[None], place, rest), _apart_from(means.products, place, rest)
    known = float(_quadratic(fixed, means.known[None])[0])
    f = _quadratic(c, means.products) / _quadratic(c, means.within)
    below = float(_quadratic(fixed, means.residual[None])[0])
    control = _quadratic(np.repeat(fixed, len(f), axis=0), means.products)
    slope = float(np.cov(f, control)[0, 1] / (control.var() or 1.0))
    return float(f.mean() - slope * (control.mean() - known)) * below / known


def _apart_from(products: Array, place: int, rest: list[int]) -> Array:
    """(sets, J) 1 at a column, and minus the coefficients of its projection on others."""
    c = np.zeros(products.shape[:2])
    c[:, place] = 1.0
    c[:, rest] = -np.linalg.solve(products[:, rest][:, :, rest], products[:, rest, place, None])[..., 0]
    return c


def _quadratic(c: Array, matrices: Array) -> Array:
    return np.asarray((c * (matrices @ c[..., None])[..., 0]).sum(axis=1))
