"""Drawing effects: correlated normal variables, with skewed components where third moments are stated."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from identcheck.plan.inputs.anticipated import Anticipated, Array, Thirds
from identcheck.plan.inputs.possible import SHARED, Component, components_of, normal_part
from identcheck.plan.inputs.sites_law import sites_law

__all__ = [
    "NEGLIGIBLE",
    "Effects",
    "Even",
    "SiteEffects",
    "mixed",
    "root",
    "sampling_errors",
    "with_errors",
]

Normals = Callable[[tuple[int, int]], Array]
"""Gives independent standard normal variables of a shape."""
NEGLIGIBLE = 1e-12
"""Share of a variance below which what is left of it is taken for 0."""


def root(covariance: Array) -> Array:
    """A matrix R with R R' = covariance, lower triangular, without the columns that are 0.

    A covariance matrix may be singular, as with a correlation of 1 or a variance of 0.
    """
    count = len(covariance)
    left = np.array(covariance, dtype=np.float64)
    columns = []
    for i in range(count):
        if left[i, i] > NEGLIGIBLE * covariance[i, i]:
            column = left[:, i] / np.sqrt(left[i, i])
            column[:i] = 0.0
            left -= np.outer(column, column)
            columns.append(column)
    return np.array(columns).T if columns else np.zeros((count, 0))


def mixed(weights: Array, drawn: Array) -> Array:
    """Sums of drawn variables (C, ...), each times its weight, for each row of weights (V, C); ``drawn`` may be written over."""
    if weights.shape[0] == weights.shape[1] and np.count_nonzero(weights) == np.count_nonzero(
        np.diag(weights)
    ):
        drawn *= np.diag(weights).reshape(-1, *(1,) * (drawn.ndim - 1))
        return drawn
    return np.asarray(np.tensordot(weights, drawn, axes=1))


def sampling_errors(draw: Normals, covariance: Array, shape: tuple[int, ...]) -> Array:
    """Errors of contrasts, (L, J, *shape), with this covariance (L, J, L, J)."""
    arms, columns = covariance.shape[:2]
    factor = root(covariance.reshape(arms * columns, arms * columns))
    normals = draw((factor.shape[1], math.prod(shape)))
    return np.asarray((factor @ normals).reshape(arms, columns, *shape))


def with_errors(draw: Normals, rows: Array, covariance: Array, scale: Array) -> Array:
    """True contrasts of drawn sites with sampling error, (L, J, C, S).

    Args:
        draw: gives standard normal variables.
        rows: (L, J, C, S) the true contrasts of arms in columns, of the C rows of each site.
        covariance: (L, J, L, J) of their errors.
        scale: (S,) what the errors of each site are multiplied by.
    """
    return np.asarray(rows + sampling_errors(draw, covariance, rows.shape[2:]) * scale)


class Effects:
    """A distribution of the effects along all arrows, at one level.

    Args:
        mean: (E,) averages.
        covariance: (E, E) covariance.
        thirds: third central moments by positions i <= j <= k.
        law: of the components that bring these about, "signs" or "quadratic".
    """

    def __init__(self, mean: Array, covariance: Array, thirds: Thirds, law: str = "signs") -> None:
        self.mean = mean
        self.root = root(normal_part(covariance, thirds, law))
        self.moved = np.flatnonzero(self.root.any(axis=1))
        self.components = components_of(covariance, thirds, law)
        self.component = _quadratic if law == "quadratic" else _component

    @cached_property
    def normals(self) -> int:
        """How many normal variables each draw takes."""
        return int(self.root.shape[1])

    def drawn(self, rng: np.random.Generator | Even, normals: Array) -> list[Array | float]:
        """The effect along each arrow: an array of the shape of one normal variable, or the number it always is.

        Args:
            rng: for the skewed components.
            normals: (``self.normals``, ...) independent standard normal variables; they may be written over.
        """
        found: list[Array | float] = self.mean.tolist()
        moved = mixed(self.root[self.moved], normals)
        moved += self.mean[self.moved].reshape(-1, *(1,) * (normals.ndim - 1))
        for place, each in zip(self.moved.tolist(), moved, strict=True):
            found[place] = each
        for component in self.components:
            for place, part in self.component(rng, component, normals.shape[1:]):
                found[place] = found[place] + part
        return found


class SiteEffects(Effects):
    """The effects of a plan across sites; after them the characteristics of sites, where these are wanted or have categories."""

    def __init__(self, at: Anticipated, modifiers: bool) -> None:
        self.law = law = sites_law(at)
        count = len(law.mean) if modifiers or law.steps else len(at.mean)
        super().__init__(law.mean[:count], law.rest[:count, :count], at.third_between, at.plan.third_law)

    def drawn(self, rng: np.random.Generator | Even, normals: Array) -> list[Array | float]:
        """As for all effects; each site draws its combination of categories."""
        found = super().drawn(rng, normals)
        if not self.law.steps:
            return found
        shares, values = zip(*self.law.cases, strict=True)
        assert isinstance(rng, np.random.Generator)  # these are not drawn evenly
        case = rng.choice(len(shares), size=normals.shape[1:], p=shares)
        for place, row in enumerate(self.law.slopes @ np.array(values).T):
            if row.any():
                found[place] = found[place] + row[case]
        return found


def _component(
    rng: np.random.Generator | Even, component: Component, shape: tuple[int, ...]
) -> list[tuple[int, Array]]:
    """What one component adds to which effect, by signs (see ``possible``)."""
    (i, j, k), sds = component
    if i == j == k:
        return [(i, (rng.standard_exponential(shape) - 1.0) * sds[0])]
    if i == j:  # the spread of the double one depends on the single one
        e, f = _signs(rng, shape), _signs(rng, shape)
        return [(i, f * np.sqrt(1.0 + e) * sds[0]), (k, e * sds[1])]
    e, f = _signs(rng, shape), _signs(rng, shape)
    return [(i, e * sds[0]), (j, f * sds[1]), (k, e * f * sds[2])]


def _quadratic(
    rng: np.random.Generator | Even, component: Component, shape: tuple[int, ...]
) -> list[tuple[int, Array]]:
    """The same by squares and products of normal variables."""
    (i, j, k), sds = component
    z = rng.standard_normal(shape)
    square = (z**2 - 1.0) / np.sqrt(2.0)
    if i == j == k:
        return [(i, square * sds[0])]
    if i == j:
        apart = np.sqrt(1 - SHARED**2) * (rng.standard_exponential(shape) - 1.0)
        return [(i, z * sds[0]), (k, (SHARED * square - apart) * sds[1])]
    y = rng.standard_normal(shape)
    return [(i, z * sds[0]), (j, y * sds[1]), (k, z * y * sds[2])]


def _signs(rng: np.random.Generator | Even, shape: tuple[int, ...]) -> Array:
    return 2.0 * rng.integers(0, 2, size=shape).astype(np.float64) - 1.0


class Even:
    """Skewed draws for mirrored pairs, spread evenly over their distribution: third and fourth moments are the distribution's.

    Both of a pair have the same draw, so that no skewed draw is related to a normal one.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def standard_exponential(self, shape: tuple[int, ...]) -> Array:
        """As of ``numpy.random.Generator``, of an even number."""
        return np.tile(self.rng.permutation(_exponential(shape[0] // 2)), 2)

    def standard_normal(self, shape: tuple[int, ...]) -> Array:
        """As of ``numpy.random.Generator``, of an even number."""
        return np.tile(self.rng.permutation(_normal(shape[0] // 2)), 2)

    def integers(self, low: int, high: int, size: tuple[int, ...]) -> NDArray[np.int64]:
        """Each of the whole numbers from low to below high, equally often as far as that goes."""
        return np.tile(self.rng.permutation(np.arange(size[0] // 2) % (high - low) + low), 2)


def _exponential(count: int) -> Array:
    """The standard exponential distribution by that many numbers of equal weight, with its fourth moment about the mean.

    Each stands for one of ``count`` intervals of equal probability and is as far from the mean as the fourth root of the mean
    fourth power there; the antiderivative of (x - 1)^4 e^{-x} is a polynomial times e^{-x}.
    """
    share = np.arange(count) / count
    z = -np.log1p(-share) - 1.0
    above = np.append((1 - share) * (z**4 + 4 * z**3 + 12 * z**2 + 24 * z + 24), 0.0)
    away = np.maximum(count * (above[:-1] - above[1:]), 0.0) ** 0.25
    middle = -np.log1p(-share - 0.5 / count) - 1.0
    return np.asarray(1.0 + np.sign(middle) * away)


def _normal(count: int) -> Array:
    """The standard normal distribution by that many quantiles of equal weight, with its variance."""
    from scipy.special import ndtri  # when it is first used: `import identcheck.plan` is quick

    found = ndtri((np.arange(count) + 0.5) / count)
    return np.asarray(found / found.std())
