"""The covariance of measured nodes among the persons of one arm in one site, from the site's average effects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations_with_replacement

import numpy as np

from identcheck.derive.paths import count_paths
from identcheck.errors import InvalidQuestionError
from identcheck.errors.limits import MULTIPLIED_PRODUCTS
from identcheck.plan.closed.polynomials import Poly, Products, plus, times
from identcheck.plan.inputs.allocation import Level, Part

__all__ = ["Matrix", "arm_covariances", "comoving", "spread"]

Matrix = Mapping[tuple[int, int], Poly]
"""A symmetric matrix of polynomials in a site's average effects, by positions i <= j."""


def arm_covariances(products: Products, part: Part, nodes: Sequence[str]) -> list[Matrix]:
    """A part of the within-cell covariance of nodes in control and in each arm, as polynomials in the site's effects.

        V_t = E_s[B Sigma B'] + Cov_s(effect(t, v), effect(t, w))

    with B the persons' effects of one node on another and Sigma the covariance of the disturbances, which do
    not depend on effects. Source: theory, equation (11.2).
    """
    at = products.anticipated
    sources = *at.nodes, *at.design.treatments
    into = sum(count_paths(at.world, u, v) for v in nodes for u in sources if u != v)
    if into**2 > MULTIPLIED_PRODUCTS.most:
        raise InvalidQuestionError(
            [
                "the graph has too many paths for the covariances within sites to be multiplied out; simulate "
                "persons instead (level='persons')"
            ]
        )
    control = {(i, j): spread(products, part, nodes[i], nodes[j]) for i, j in _pairs(nodes)}
    found: list[Matrix] = [control]
    for arm in at.design.treatments:
        own = {(i, j): comoving(products, arm, nodes[i], nodes[j]) for i, j in _pairs(nodes) if part.apart}
        found.append({pair: plus(control[pair], own.get(pair, {}), factor=part.apart) for pair in control})
    return found


def _pairs(nodes: Sequence[str]) -> list[tuple[int, int]]:
    return list(combinations_with_replacement(range(len(nodes)), 2))


def spread(products: Products, part: Part, v: str, w: str) -> Poly:
    """E_s[B Sigma B'] at two nodes, the first term of theory, equation (11.2), of a part of what differs between units."""
    return plus({}, *(_of_level(products, level, v, w) for level in part.levels))


def _of_level(products: Products, level: Level, v: str, w: str) -> Poly:
    """The same of one level.

    Covariates have slopes common to all sites; what a site's own slope differs from that stays (theory, equation (18.3)).
    """
    at, found = products.anticipated, Poly()
    for i, k in zip(*np.nonzero(level.left), strict=True):
        into = products.effect(at.nodes[i], v), products.effect(at.nodes[k], w)
        if all(into):
            found = plus(found, _average(products, level, *into), factor=float(level.left[i, k]))
    for i in np.flatnonzero(level.explained):
        about = [_about_mean(products, at.nodes[i], node) for node in (v, w)]
        if all(about):
            found = plus(found, _average(products, level, *about), factor=float(level.explained[i]))
    if v == w and level.error[at.position[v]]:
        found = plus(found, {(): float(level.error[at.position[v]])})
    return found


def _average(products: Products, level: Level, one: Poly, other: Poly) -> Poly:
    """The average over the units of a site of the product of two effects, each that of a unit's persons on average."""
    persons = products.over_persons(times(one, other))
    if level.differ == 1 or not products.anticipated.within.any():
        return persons
    site = times(products.over_persons(one), products.over_persons(other))
    return plus(site, persons, {key: -factor for key, factor in site.items()}, factor=level.differ)


def _about_mean(products: Products, u: str, v: str) -> Poly:
    """A person's effect of u on v less its average over all; nothing where it is the same for everybody."""
    found = plus(products.effect(u, v), {(): -products.mean_effect(u, v)})
    return {key: factor for key, factor in found.items() if factor}


def comoving(products: Products, arm: str, v: str, w: str) -> Poly:
    """Cov_s of the persons' effects of an arm on two nodes (theory, equation (11.2)); 0 where persons do not differ."""
    if not products.anticipated.within.any():
        return {}
    both = products.over_persons(times(products.effect(arm, v), products.effect(arm, w)))
    apart = times(products.site_effect(arm, v), products.site_effect(arm, w))
    return {key: factor for key, factor in plus(both, apart, factor=-1.0).items() if factor}
