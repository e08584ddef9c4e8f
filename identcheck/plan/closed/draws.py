"""Drawing effects, and a fixed, large set of anticipated sites that stands for all of them.

Effects are correlated normal variables, with skewed components where third moments are stated.

Standard errors need averages of products of four site effects, each of which may be a sum of products of arrows.
Here they are averages over 4,096 sites, drawn once from a fixed seed in mirrored pairs and then moved so that their
means, variances and covariances are exactly those of the plan; what remains is an error of a percent or so.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from identcheck.basics.once import once
from identcheck.plan.closed.polynomials import Products, evaluated
from identcheck.plan.inputs.anticipated import Anticipated, Array, Thirds
from identcheck.plan.inputs.possible import Component, components_of, normal_part

__all__ = ["SITES", "Effects", "Representative", "combined", "root"]

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


def combined(weights: Array, drawn: Iterable[Array], start: float | Array = 0.0) -> Array | float:
    """``start`` plus the sum of drawn variables, each times its weight; terms of weight 0 cost nothing."""
    total: Array | None = None
    for weight, variable in zip(weights.tolist(), drawn, strict=True):
        if weight:
            if total is None:
                total = variable * weight
                if np.ndim(start) or start:
                    total += start
            else:
                total += variable * weight
    return start if total is None else total


class Effects:
    """A distribution of the effects along all arrows, at one level.

    Args:
        mean: (E,) averages.
        covariance: (E, E) covariance.
        thirds: third central moments by positions i <= j <= k.
    """

    def __init__(self, mean: Array, covariance: Array, thirds: Thirds) -> None:
        self.mean = mean
        self.root = root(normal_part(covariance, thirds))
        self.components = components_of(covariance, thirds)

    @cached_property
    def normals(self) -> int:
        """How many normal variables each draw takes."""
        return int(self.root.shape[1])

    def drawn(self, rng: np.random.Generator | _Even, normals: Array) -> list[Array | float]:
        """The effect along each arrow: an array of the shape of one normal variable, or the number it always is.

        Args:
            rng: for the skewed components.
            normals: (``self.normals``, ...) independent standard normal variables.
        """
        found = [
            combined(row, normals, mean) for row, mean in zip(self.root, self.mean.tolist(), strict=True)
        ]
        for component in self.components:
            for place, part in _component(rng, component, normals.shape[1:]):
                found[place] = found[place] + part
        return found


def _component(
    rng: np.random.Generator | _Even, component: Component, shape: tuple[int, ...]
) -> list[tuple[int, Array]]:
    """What one component adds to which effect (see ``thirds``)."""
    (i, j, k), sds = component
    if i == j == k:
        return [(i, (rng.standard_exponential(shape) - 1.0) * sds[0])]
    if i == j:  # the spread of the double one depends on the single one
        e, f = _signs(rng, shape), _signs(rng, shape)
        return [(i, f * np.sqrt(1.0 + e) * sds[0]), (k, e * sds[1])]
    e, f = _signs(rng, shape), _signs(rng, shape)
    return [(i, e * sds[0]), (j, f * sds[1]), (k, e * f * sds[2])]


def _signs(rng: np.random.Generator | _Even, shape: tuple[int, ...]) -> Array:
    return 2.0 * rng.integers(0, 2, size=shape).astype(np.float64) - 1.0


class _Even:
    """Skewed draws for mirrored pairs, spread evenly over their distribution: third and fourth moments are the distribution's.

    Both of a pair have the same draw, so that no skewed draw is related to a normal one.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def standard_exponential(self, shape: tuple[int, ...]) -> Array:
        """As of ``numpy.random.Generator``, of an even number."""
        return np.tile(self.rng.permutation(_exponential(shape[0] // 2)), 2)

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


SITES = 4096
SEED = 20130208


class Representative:
    """The representative sites of a plan, and any site effect in them.

    Attributes:
        effects: (E, sites) the average effect along each arrow in each site.
    """

    def __init__(self, products: Products) -> None:
        self.products = products
        self.effects = _drawn(products.anticipated)
        self._products: dict[tuple[tuple[str, ...], str, str], Array] = {}

    @once
    def effect(self, u: str, v: str) -> Array:
        """The site average of the effect of u on v, (sites,)."""
        return np.broadcast_to(evaluated(self.products.site_effect(u, v), list(self.effects)), SITES)

    def product(self, arms: tuple[str, ...], weights: Array, one: str, other: str) -> Array:
        """The entry of z'Hz for two columns, less its mean, (sites,); an arm's name stands for its indicator.

        Args:
            arms: the arms of the rows.
            weights: H, their weights, (L, L).
            one: a column: a node, or an arm.
            other: another one.
        """
        key = (arms, min(one, other), max(one, other))
        if key not in self._products:
            left, right = self.column(arms, one), self.column(arms, other)
            self._products[key] = _centred(np.einsum("lm,ls,ms->s", weights, left, right))
        return self._products[key]

    def column(self, arms: tuple[str, ...], name: str) -> Array:
        """The entries of the rows of some arms in one column, (L, sites): 1 or 0 for the indicator of an arm."""
        if name in arms:
            return np.repeat(np.array([[float(arm == name)] for arm in arms]), SITES, axis=1)
        return np.stack([self.effect(arm, name) for arm in arms])

    @once
    def noise(self, part: int, one: str, other: str) -> Array:
        """A part of the covariance within arms of two columns in each site, less its mean, (sites,); 0 for an arm."""
        position = self.products.anticipated.position
        if one in position and other in position:
            return _centred(self.covariance(part)[position[one], position[other]])
        return np.zeros(SITES)

    @once
    def covariance(self, part: int) -> Array:
        """A part of V_t of theory, equation (11.2), mediators and outcome, in each site: (V, V, sites), its average exact.

        That of the disturbances, carried along the arrows by the site's average effects; what comes from effects that
        vary between persons enters by its average.
        """
        at = self.products.anticipated
        count = len(at.nodes)
        reach = np.zeros((count, count, SITES))
        reach[np.arange(count), np.arange(count)] = 1.0
        for place, (u, v) in enumerate(at.edges):  # by their heads, in topological order
            if u in at.position:
                reach[:, at.position[v]] += reach[:, at.position[u]] * self.effects[place]
        level = at.allocation.parts[part].whole
        found = _carried(level.left, reach)
        if level.explained.any():  # theory (18.3)
            found += _carried(np.diag(level.explained), reach - reach.mean(axis=2, keepdims=True))
        return found


def _carried(covariance: Array, reach: Array) -> Array:
    """B Sigma B' in each site from B', (V, V, sites)."""
    flat = np.tensordot(covariance, reach, axes=1).transpose(2, 1, 0)
    return np.asarray((flat @ reach.transpose(2, 0, 1)).transpose(1, 2, 0))


def _drawn(anticipated: Anticipated) -> Array:
    """(E, sites) effects whose means, variances and covariances are the plan's to the last digit."""
    at = anticipated
    distribution = Effects(np.zeros_like(at.mean), at.between, at.third_between)
    moving = np.flatnonzero(np.diag(at.between))
    effects = np.repeat(at.mean[:, None], SITES, axis=1)
    if not moving.size:
        return effects
    rng = np.random.default_rng(SEED)
    half = rng.standard_normal((distribution.normals, SITES // 2))
    parts = distribution.drawn(_Even(rng), np.concatenate([half, -half], axis=1))
    drawn = np.array([np.broadcast_to(parts[place], SITES) for place in moving])
    drawn = drawn - drawn.mean(axis=1, keepdims=True)
    # Whitened and coloured again.
    whitened = np.linalg.pinv(_root(drawn @ drawn.T / SITES), hermitian=True) @ drawn
    effects[moving] += _root(at.between[np.ix_(moving, moving)]) @ whitened
    return effects


def _centred(values: Array) -> Array:
    return np.asarray(values - values.mean())


def _root(matrix: Array) -> Array:
    """The symmetric square root of a covariance matrix."""
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T)
