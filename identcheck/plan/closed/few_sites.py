"""What few sites do to the variance of a coefficient.

To first order in 1 / K the variance is E[psi^2] / K, with psi what a site adds to the coefficient's error. With very few sites,
and where compliances are skewed, so that sites with a large compliance weigh most and err most, it is far from that. Here it is
found by trying: drawn sites are taken K at a time, and the variance of the coefficient over such sets is compared with that of
the mean of psi over the same sets. Between the numbers of sites that are tried the ratio is linear in 1 / K.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from functools import partial
from itertools import combinations_with_replacement
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from identcheck.basics.once import once
from identcheck.plan.closed.averages import slopes_of
from identcheck.plan.closed.columns import Entry
from identcheck.plan.closed.convergence import Limits
from identcheck.plan.closed.draws import sampling_errors, with_errors
from identcheck.plan.closed.representative import SITES, Representative
from identcheck.plan.inputs.anticipated import Array
from identcheck.plan.small_samples import CR2, CR3, Leverage

__all__ = [
    "FEW",
    "FEW_COLUMNS",
    "SEED",
    "Drawn",
    "Indices",
    "copies_of",
    "drawn_products",
    "in_sets",
    "order_of",
    "rows_of",
    "shuffled",
    "small_sample_ratios",
    "variance_ratios",
]

Drawn: TypeAlias = tuple[Array, Array]
"""Products (J + 1, J + 1, S), and terms of h (M, S)."""

Indices: TypeAlias = NDArray[np.int64]
"""Positions."""

COPIES = 4
"""How often each representative site is taken, each time with other sampling error."""
MANY_COLUMNS = 6
"""With more columns each site is taken once."""
SEED = 20130217
SEED_OF_SHARED = 20131203
FEW = 12
"""Below so many sites the variance is found by trying, whatever the distribution of effects."""
TRIED = (4, 5, 6, 8, 12, 20, 35, 60)
"""Numbers of sites."""
ENOUGH = 100
"""So many sets with an estimate tell a variance; with fewer that at more sites is taken."""
FEW_COLUMNS = 3
"""With at most so many columns more sets cost little."""
SETS_OF_FEW = 3000
"""Of so many sets the variance is taken with few columns; sites are shuffled until there are as many."""
SETS_OF_MANY = 1000
"""The same with more columns."""
SETS = 400
"""So many sets at the most tell degrees of freedom."""
ROUNDING = 1e-10
"""An eigenvalue of products below this share of the largest is 0."""
SPARE = 3
"""So many sites more than columns there are at least."""


def drawn_products(limits: Limits, sites: Representative, persons: float) -> Drawn:
    """Weighted products q_s of estimated rows, (J + 1, J + 1, S), and weighted terms of h, (M, S).

    In the order of S the plan's sizes come over and over. The row of a group of persons counts as its share of them; times the
    root of that share, its sampling error is that of a whole site's row.
    """
    at = limits.anticipated
    every = (*limits.entries, limits.outcome)
    reg = limits.regression
    copies = copies_of(len(every))
    order, which = order_of(sites, copies)[:2]
    heads = tuple(entry for entry in every if not entry.term)
    whole = np.stack([sites.column(reg.arms, entry) for entry in heads], axis=1)
    rows = (sites.by_group(whole) * np.sqrt(sites.shares))[..., order]
    noise = limits.noise_of_rows if heads == every else limits.noise_among(heads)
    size = np.sqrt(at.noisiness[which] / persons)
    rows = with_errors(partial(_normals, sites, copies), rows, noise, size)
    if limits.share:
        normals = np.random.default_rng(SEED_OF_SHARED).standard_normal
        common = sampling_errors(normals, limits.noise_among(heads, shared=True), (1, len(order)))
        rows = rows + np.sqrt(sites.shares)[:, order] * common * size
    if heads != every:  # a product has the sampling error of its compliance
        place = {entry.head: i for i, entry in enumerate(heads)}
        levels = [sites.by_group(sites.term(e.term))[:, order] if e.term else 1.0 for e in every]
        rows = np.stack([rows[:, place[e.head]] * h for e, h in zip(every, levels, strict=True)], axis=1)
    weights = (at.site_weights / at.site_weights.mean())[which]
    turned = np.tensordot(limits.weights, rows, axes=1) * weights
    q = np.empty((len(every), len(every), len(order)))
    for i, j in combinations_with_replacement(range(len(every)), 2):
        np.einsum("lcs,lcs->s", turned[:, i], rows[:, j], out=q[i, j])
        q[j, i] = q[i, j]
    held = [sites.of_persons(sites.term(entry.term))[order] * weights for entry in limits.held]
    return q, np.asarray(held).reshape(len(held), len(order))


def copies_of(columns: int) -> int:
    """How often each representative site is taken, with so many columns, the outcome's among them."""
    return COPIES if columns <= MANY_COLUMNS else 1


@once
def order_of(sites: Representative, copies: int) -> tuple[Indices, Indices, np.random.Generator]:
    """The order of drawn sites, the plan's site that each has the size of, (S,) each, and the stream of their errors."""
    rng = np.random.default_rng(SEED)
    order = np.concatenate([rng.permutation(SITES) for _ in range(copies)])
    count = sites.products.anticipated.sites
    sizes = rng.permutation(count) if count < len(order) else rng.integers(count, size=len(order))
    return order, np.resize(sizes, len(order)), rng


@once
def _normals(sites: Representative, copies: int, shape: tuple[int, int]) -> Array:
    """The same standard normal variables for every regression that asks for as many."""
    return np.asarray(deepcopy(order_of(sites, copies)[2]).standard_normal(shape))


def variance_ratios(limits: Limits, drawn: Drawn, inverse: Array, limit: Array) -> tuple[Array, Array]:
    """The variance of each coefficient as a multiple of that to first order, at some numbers of sites.

    Where modifiers are held fixed a coefficient stands for the average effect, a + k'h with the averages of the terms in the
    sites that are taken. Sets in which the columns are in one another's span have no estimate and are left out.

    Args:
        limits: of the regression.
        drawn: products and terms of drawn sites.
        inverse: P^{-1}, (J, J), at the plan's number of persons per site.
        limit: (J,) what the coefficients converge to.

    Returns:
        1 / K in ascending order, from 0 on, (N,); the ratios, (N, J), 1 at 0.
    """
    q, held = drawn
    slopes = np.stack([slopes_of(limits, place, limit) for place in range(len(limit))])
    added = inverse @ np.einsum("abs,b->as", q[:-1], np.append(-limit, 1.0)) + slopes @ held
    entries = limits.entries
    products = [(entries.index(Entry(entry.head)), entries.index(entry)) for entry in limits.held]
    ratios = [np.ones(len(limit))]
    planned = limits.anticipated.sites
    few = {max(count, len(limit) + SPARE) for count in (*TRIED, *([planned] if planned < TRIED[-1] else []))}
    tried = sorted(few, reverse=True)
    for count in tried:
        means, terms, firsts = _of_sets((q, held, added), count, kept=count == planned)
        whole = np.linalg.matrix_rank(means[:, :-1, :-1], hermitian=True) == len(limit)
        if whole.sum() < ENOUGH:
            ratios.append(ratios[-1])
            continue
        found = np.linalg.solve(means[whole, :-1, :-1], means[whole, :-1, -1:])[:, :, 0]
        slope = found.copy()
        for (head, place), average in zip(products, terms[whole].T, strict=True):
            found[:, head] += slope[:, place] * average
        first = firsts[whole].var(axis=0)
        ratios.append(np.where(first > 0, found.var(axis=0) / np.where(first > 0, first, 1.0), 1.0))
    return np.array([0.0, *(1.0 / count for count in tried)]), np.array(ratios)


def _of_sets(drawn: tuple[Array, ...], count: int, kept: bool) -> tuple[Array, ...]:
    """The means of what sites have over sets of so many, (sets, ...), as many sets as tell a variance."""
    sites, columns = drawn[0].shape[-1], drawn[0].shape[0] - 1
    wanted = SETS_OF_FEW if columns <= FEW_COLUMNS else SETS_OF_MANY
    orders = list(shuffled(np.random.default_rng(SEED), sites, count, wanted, kept))
    return tuple(
        np.concatenate([np.moveaxis(in_sets(each[..., order], count), -1, 0) for order in orders])
        for each in drawn
    )


def shuffled(rng: np.random.Generator, sites: int, count: int, wanted: int, kept: bool) -> Iterator[Indices]:
    """Orders of drawn sites whose sets of ``count`` are, together, at least so many.

    Args:
        rng: the stream.
        sites: how many are drawn.
        count: of a set.
        wanted: how many sets.
        kept: whether each set is to have the sizes of the plan's sites, of which there are ``count``.
    """
    sets = sites // count
    for _ in range(-(-wanted // sets)):
        if kept:
            yield rng.permuted(np.arange(sets * count).reshape(sets, count), axis=0).ravel()
        else:
            yield rng.permutation(sites)[: sets * count]


def in_sets(drawn: Array, count: int) -> Array:
    """The means of what sites have over sets of so many, (..., sets)."""
    whole = drawn.shape[-1] // count
    return np.asarray(drawn[..., : whole * count].reshape(*drawn.shape[:-1], whole, count).mean(axis=-1))


def small_sample_ratios(q: Array, rows: tuple[Array, Array]) -> tuple[Array, Array, Array]:
    """Satterthwaite's degrees as a share of K - J, and CR3 variances as a multiple of those of CR2, at some numbers of sites.

    Of each set of K drawn sites the regression is made, with rows that give its products; averages are over the sets.

    Args:
        q: (J + 1, J + 1, S) products of drawn sites.
        rows: that have them.

    Returns:
        1 / K in ascending order, from 0 on, (N,); the shares and the multiples, (N, J).
    """
    x, y = rows
    columns = x.shape[-1]
    along = x @ np.linalg.inv(q[:-1, :-1].mean(axis=-1))
    size = (along**2).sum(axis=1)  # what a site adds to the variance of each coefficient, with many sites
    fewness, shares, multiples = [0.0], [size.mean(axis=0) ** 2 / (size**2).mean(axis=0)], [np.ones(columns)]
    for count in sorted({max(count, columns + SPARE) for count in TRIED}, reverse=True):
        sets = min(len(x) // count, SETS)
        some = x[: sets * count].reshape(sets, count, -1, columns)
        own = y[: sets * count].reshape(sets, count, -1)
        whole = np.einsum("sklp,sklq->spq", some, some)
        sound = np.linalg.matrix_rank(whole, hermitian=True) == columns
        some, own, inverse = some[sound], own[sound], np.linalg.inv(whole[sound])
        b = np.einsum("spq,sklq,skl->sp", inverse, some, own)
        left = own - np.einsum("sklp,sp->skl", some, b)
        leverage = Leverage(some, inverse)
        two, three = ((leverage.changes(left, power) ** 2).sum(axis=1).mean(axis=0) for power in (CR2, CR3))
        fewness.append(1.0 / count)
        each = [leverage.degrees(unit).mean() for unit in np.eye(columns)]
        shares.append(np.array(each) / (count - columns))
        multiples.append((count - 1) / count * three / two)
    return np.array(fewness), np.array(shares), np.array(multiples)


def rows_of(q: Array) -> tuple[Array, Array]:
    """Rows of each drawn site that have its products, as many as there are arms: regressors (S, L, J) and outcome (S, L)."""
    values, vectors = np.linalg.eigh(q.transpose(2, 0, 1))
    some = (values > ROUNDING * values[:, -1:]).any(axis=0)
    values, vectors = values[:, some], vectors[:, :, some]
    rows = np.sqrt(np.maximum(values, 0.0))[..., None] * vectors.swapaxes(1, 2)
    return rows[..., :-1], rows[..., -1]
