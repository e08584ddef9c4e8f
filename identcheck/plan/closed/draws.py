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

from identcheck.basics.once import once
from identcheck.derive.heterogeneity import Term
from identcheck.plan.closed.columns import Entry
from identcheck.plan.closed.polynomials import Products, evaluated
from identcheck.plan.inputs.anticipated import Anticipated, Array, Thirds
from identcheck.plan.inputs.possible import Component, components_of, normal_part
from identcheck.plan.inputs.sites_law import sites_law

__all__ = ["SITES", "Effects", "Representative", "across_sites", "combined", "root"]

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

    def drawn(self, rng: np.random.Generator, normals: Array) -> list[Array | float]:
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


def across_sites(at: Anticipated, modifiers: bool) -> Effects:
    """The effects of a plan across sites; after them the characteristics of sites, where they are wanted."""
    law = sites_law(at)
    if not modifiers:
        return Effects(at.mean, at.between, at.third_between)
    return Effects(law.mean, law.covariance, at.third_between)


def _component(
    rng: np.random.Generator, component: Component, shape: tuple[int, ...]
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


def _signs(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return 2.0 * rng.integers(0, 2, size=shape).astype(np.float64) - 1.0


SITES = 4096
SEED = 20130208


class Representative:
    """The representative sites of a plan, and any site effect in them.

    Attributes:
        effects: (E + M, sites) the average effect along each arrow in each site, then the characteristics of sites.
    """

    def __init__(self, products: Products) -> None:
        self.products = products
        self.effects = _drawn(products)
        self._products: dict[tuple[tuple[str, ...], Entry, Entry], Array] = {}

    @once
    def effect(self, u: str, v: str) -> Array:
        """The site average of the effect of u on v, (sites,)."""
        return np.broadcast_to(evaluated(self.products.site_effect(u, v), list(self.effects)), SITES)

    @once
    def term(self, term: Term) -> Array:
        """A term of h(Z) in each site, less its average, (sites,)."""
        return np.broadcast_to(evaluated(self.products.term(term), list(self.effects)), SITES)

    def product(self, arms: tuple[str, ...], weights: Array, one: Entry, other: Entry) -> Array:
        """The entry of z'Hz for two columns, less its mean, (sites,).

        Args:
            arms: the arms of the rows.
            weights: H, their weights, (L, L).
            one: a column.
            other: another one.
        """
        key = (arms, min(one, other), max(one, other))
        if key not in self._products:
            left, right = self.column(arms, one), self.column(arms, other)
            self._products[key] = _centred(np.einsum("lm,ls,ms->s", weights, left, right))
        return self._products[key]

    def column(self, arms: tuple[str, ...], entry: Entry) -> Array:
        """The entries of the rows of some arms in one column, (L, sites)."""
        if entry.head in arms:
            own = np.repeat(np.array([[float(arm == entry.head)] for arm in arms]), SITES, axis=1)
        else:
            own = np.stack([self.effect(arm, entry.head) for arm in arms])
        return own * self.term(entry.term) if entry.term else own

    @once
    def noise(self, part: int, one: str, other: str) -> Array:
        """A part of the covariance within arms of two nodes in each site, less its mean, (sites,); 0 for an arm."""
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


def _drawn(products: Products) -> Array:
    """(E + M, sites) effects, and modifiers, whose means, variances and covariances are the plan's to the last digit."""
    law, at = products.law, products.anticipated
    rng = np.random.default_rng(SEED)
    distribution = Effects(np.zeros_like(at.mean), at.between, at.third_between)
    parts = distribution.drawn(rng, _mirrored(rng, distribution.normals))
    effects = _exactly(np.array([np.broadcast_to(part, SITES) for part in parts]), at.between)
    if not law.names:
        return at.mean[:, None] + effects
    # modifiers given the effects: what these say of them, and a rest that goes with none of them in these sites
    count = len(at.mean)
    slopes = law.covariance[count:, :count] @ np.linalg.pinv(at.between, hermitian=True)
    rest = law.covariance[count:, count:] - slopes @ law.covariance[:count, count:]
    rest[:, np.diag(rest) < NEGLIGIBLE] = rest[np.diag(rest) < NEGLIGIBLE] = 0.0
    drawn = _mirrored(rng, len(rest))
    drawn -= drawn @ effects.T @ np.linalg.pinv(effects @ effects.T, hermitian=True) @ effects
    return np.concatenate([at.mean[:, None] + effects, slopes @ effects + _exactly(drawn, rest)])


def _mirrored(rng: np.random.Generator, count: int) -> Array:
    """Standard normal variables in the sites, (count, sites), each site with a mirror image."""
    half = rng.standard_normal((count, SITES // 2))
    return np.concatenate([half, -half], axis=1)


def _exactly(drawn: Array, covariance: Array) -> Array:
    """Variables in the sites moved so that their means are 0 and their covariance is this one."""
    found = np.zeros((len(covariance), SITES))
    moving = np.flatnonzero(np.diag(covariance))
    if moving.size:
        centred = drawn[moving] - drawn[moving].mean(axis=1, keepdims=True)
        # Whitened and coloured again.
        whitened = np.linalg.pinv(_root(centred @ centred.T / SITES), hermitian=True) @ centred
        found[moving] = _root(covariance[np.ix_(moving, moving)]) @ whitened
    return found


def _centred(values: Array) -> Array:
    return np.asarray(values - values.mean())


def _root(matrix: Array) -> Array:
    """The symmetric square root of a covariance matrix."""
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T)
