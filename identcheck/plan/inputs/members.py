"""How many persons of a group there are in clusters of a few persons, and what that does to the sampling errors of groups.

A cluster's persons are in a group of share w by chance. Where clusters are weighted alike, the chance p that a cluster has
persons of it and the mean of w / N over the N of them that it then has follow from the binomial law. Where persons are weighted
alike a cell's mean is a ratio, and what it comes to with a few clusters is found by drawing them, once for each kind of cell.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["Scales", "of_few_members", "of_persons_alike"]

Array = NDArray[np.float64]

SEED = 20130419
DRAWN = 3000
"""So many cells are drawn of a kind."""
MOST_DRAWN = 400_000
"""So many clusters at the most, in fewer cells where there are many."""
MOST_SIZES = 2000
"""Of more sizes of clusters so many stand for all."""
STEPS = 1000
"""Shares of persons who stay are told apart in so many steps."""


@dataclass(frozen=True)
class Scales:
    """By what the covariances between and within clusters are multiplied in the errors of groups, (K, L + 1) each.

    Attributes:
        common: that between clusters, in what the groups of a site share.
        own: that between clusters, in what a group has of its own.
        inside: that within clusters.
        inside_seen: the last as the scatter of clusters about the mean of their cell shows it, on average. That scatter is
            corrected for weights as if all clusters had one variance; means of few persons have more than those of many.
    """

    common: Array
    own: Array
    inside: Array
    inside_seen: Array


def of_few_members(each: Array, share: float) -> tuple[Array, Array]:
    """(1 / p - 1) w and E[w / N given N > 0] / p for groups of share w in clusters of so many persons."""
    sizes, place = np.unique(each, return_inverse=True)
    found = np.array([_of_members(float(size), share) for size in sizes])
    own, inside = found[place.reshape(each.shape)].transpose(2, 0, 1)
    return np.asarray(own), np.asarray(inside)


@lru_cache(maxsize=10_000)
def _of_members(size: float, share: float) -> tuple[float, float]:
    """The same of one size; between whole numbers of persons it is linear."""
    from scipy.special import bdtr, gammaln

    low = max(math.floor(size), 1)
    known = []
    for n in (low, low + 1):
        k = np.arange(1, n + 1)
        chance = np.exp(
            gammaln(n + 1)
            - gammaln(k + 1)
            - gammaln(n - k + 1)
            + k * np.log(share)
            + (n - k) * np.log1p(-share)
        )
        p = 1.0 - float(bdtr(0, n, share))
        known.append(np.array([share * (1 / p - 1), share * float(chance @ (1 / k)) / p**2]))
    found = known[0] + (known[1] - known[0]) * max(size - low, 0.0)
    return float(found[0]), float(found[1])


def of_persons_alike(counts: Array, people: Array, sizes: NDArray[np.int64] | None, groups: int) -> Scales:
    """The scales where every person counts as one, in the mean of a group as elsewhere.

    Args:
        counts: (K, L + 1) clusters that stay, by site in control and in each arm.
        people: (K, L + 1) persons who stay.
        sizes: of all clusters before anybody drops out, where they differ within sites.
        groups: how many there are, of equal share.
    """
    each = people / counts
    pools = np.ceil(each - 1e-9) if sizes is None else np.full_like(each, sizes.mean())
    stay = np.rint(STEPS * np.minimum(each / pools, 1.0)) / STEPS
    every = None if sizes is None else tuple(sizes[:: -(-len(sizes) // MOST_SIZES)].tolist())
    rest = counts.sum(axis=1, keepdims=True) - counts
    found = np.empty((4, *counts.shape))
    for cell in np.ndindex(*counts.shape):
        pool = (int(pools[cell]),) if every is None else every
        found[(slice(None), *cell)] = _of_cell(
            float(counts[cell]), round(float(rest[cell])), pool, float(stay[cell]), groups
        )
    return Scales(*found)


def _of_cell(count: float, rest: int, pool: tuple[int, ...], stay: float, groups: int) -> Array:
    """The scales of a cell; between whole numbers of clusters they are linear."""
    low = max(math.floor(count), 1)
    found = np.array(_drawn(low, rest, pool, stay, groups))
    if count > low:
        found = found + (count - low) * (np.array(_drawn(low + 1, rest, pool, stay, groups)) - found)
    return found


@lru_cache(maxsize=2000)
def _drawn(
    count: int, rest: int, pool: tuple[int, ...], stay: float, groups: int
) -> tuple[float, float, float, float]:
    """The scales of a cell of so many clusters in a site with so many others, from drawn ones."""
    rng = np.random.default_rng(SEED)
    shape = (max(min(DRAWN, MOST_DRAWN // (count + rest)), 100), count + rest)
    whole = rng.choice(np.array(pool), size=shape)
    if stay < 1:
        whole = rng.binomial(whole, stay)
    one = rng.binomial(whole, 1 / groups).astype(float)
    other = rng.binomial((whole - one).astype(int), 1 / (groups - 1)) if groups > 2 else whole - one
    share = one.sum(axis=1) / np.maximum(whole.sum(axis=1), 1)
    one, other = one[:, :count], other[:, :count]
    some = (one.sum(axis=1) > 0) & (other.sum(axis=1) > 0)
    one, other, share = one[some], other[some], share[some]
    n, m = one.sum(axis=1), other.sum(axis=1)
    two, three = (one**2).sum(axis=1), (one**3).sum(axis=1)
    common = float((count * (one * other).sum(axis=1) / (n * m)).mean())
    between, inside = float((share * count * two / n**2).mean()), float((share * count / n).mean())
    left = two - 2 * three / n + two**2 / n**2
    several = (one > 0).sum(axis=1) > 1
    seen = np.where(several, share * count * two * (n - two / n) / np.where(several, left, 1.0) / n**2, 0.0)
    return common, max(between - common / groups, 0.0), inside, float(seen.sum() / max(several.sum(), 1))
