"""A fixed, large set of anticipated sites that stands for all of them in averages of fourth order.

Standard errors need averages of products of four site effects, each of which may be a sum of products of arrows.
Here they are averages over 4,096 sites, drawn once from a fixed seed in mirrored pairs and then moved so that their
means, variances and covariances are exactly those of the plan; what remains is an error of a percent or so.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from identcheck.planning.anticipated import Anticipated
from identcheck.planning.polynomials import Products, evaluated
from identcheck.planning.thirds import components_of, normal_part

__all__ = ["Representative", "draw_components"]

Array = NDArray[np.float64]

SITES = 4096
SEED = 20130208


class Representative:
    """The representative sites of a plan, and any site effect in them.

    Attributes:
        effects: (sites, E) the average effect along each arrow in each site.
    """

    def __init__(self, products: Products) -> None:
        self.products = products
        self.effects = _drawn(products.anticipated)
        self._known: dict[tuple[str, str], Array] = {}

    def effect(self, u: str, v: str) -> Array:
        """The site average of the effect of u on v, (sites,)."""
        if (u, v) not in self._known:
            self._known[u, v] = evaluated(self.products.site_effect(u, v), self.effects)
        return self._known[u, v]

    @cached_property
    def covariance(self) -> Array:
        """The covariance of mediators and outcome within arms in each site, (V, V, sites), its average exact.

        That of the disturbances, carried along the arrows by the site's average effects; what comes from effects that
        vary between persons enters by its average.
        """
        at = self.products.anticipated
        count = len(at.nodes)
        reach = np.zeros((count, count, len(self.effects)))
        reach[np.arange(count), np.arange(count)] = 1.0
        for place, (u, v) in enumerate(at.edges):  # by their heads, in topological order
            if u in at.position:
                reach[:, at.position[v]] += reach[:, at.position[u]] * self.effects[:, place]
        flat = np.tensordot(at.residual, reach, axes=1).transpose(2, 1, 0)
        return np.asarray((flat @ reach.transpose(2, 0, 1)).transpose(1, 2, 0))


def _drawn(anticipated: Anticipated) -> Array:
    moving = np.flatnonzero(np.diag(anticipated.between))
    effects = np.tile(anticipated.mean, (SITES, 1))
    if not moving.size:
        return effects
    rng = np.random.default_rng(SEED)
    inside = np.ix_(moving, moving)
    normal = normal_part(anticipated.between, anticipated.third_between)[inside]
    half = rng.standard_normal((SITES // 2, len(moving)))
    drawn = np.concatenate([half, -half]) @ _root(normal)
    if anticipated.third_between:
        full = np.zeros((SITES, len(anticipated.mean)))
        draw_components(full, anticipated.between, anticipated.third_between, rng)
        drawn = drawn + full[:, moving]
        drawn = drawn - drawn.mean(axis=0)
    # Whitened and coloured again: the second moments are then those of the plan to the last digit.
    drawn = (
        drawn
        @ np.linalg.pinv(_root(drawn.T @ drawn / SITES), hermitian=True)
        @ _root(anticipated.between[inside])
    )
    effects[:, moving] += drawn
    return effects


def draw_components(
    into: Array, covariance: Array, thirds: dict[tuple[int, int, int], float], rng: np.random.Generator
) -> None:
    """Add to deviations (..., E) one draw of every component that brings about a third moment (see ``thirds``)."""
    shape = into.shape[:-1]

    def signs() -> Array:
        return np.where(rng.random(shape) < 0.5, -1.0, 1.0)

    for places, sds in components_of(covariance, thirds):
        if len(set(places)) == 1:
            into[..., places[0]] += sds[0] * (rng.standard_exponential(shape) - 1.0)
        elif len(set(places)) == 2:
            one = signs()
            into[..., places[0]] += sds[0] * signs() * np.sqrt(1.0 + one)
            into[..., places[2]] += sds[1] * one
        else:
            one, other = signs(), signs()
            for place, sd, value in zip(places, sds, (one, other, one * other), strict=True):
                into[..., place] += sd * value


def _root(matrix: Array) -> Array:
    """The symmetric square root of a covariance matrix."""
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T)
