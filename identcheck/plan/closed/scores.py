"""What each site adds to the errors of estimates: representative sites with drawn sampling error, the same for all estimates."""

from __future__ import annotations

import numpy as np

from identcheck.basics.once import once
from identcheck.decide.conditions import Regression
from identcheck.derive.heterogeneity import Term
from identcheck.plan.closed.averages import slopes_of
from identcheck.plan.closed.columns import plain
from identcheck.plan.closed.convergence import Limits
from identcheck.plan.closed.draws import sampling_errors
from identcheck.plan.closed.estimators import Estimators
from identcheck.plan.closed.representative import SITES
from identcheck.plan.inputs.anticipated import Array

__all__ = ["score_of", "score_of_average"]

SEED = 20131109


@once
def score_of(estimators: Estimators, reg: Regression, column: str, apart: bool = False) -> Array:
    """What each drawn site adds to the error of a coefficient, up to a factor; ``apart`` from that of averages of modifiers.

    Where the sites are the population that is sampling error alone.
    """
    found = _score(estimators, reg, column, apart, errors=True)
    if not estimators.anticipated.fixed:
        return found
    return np.asarray(found - _score(estimators, reg, column, apart, errors=False))


def _score(estimators: Estimators, reg: Regression, column: str, apart: bool, *, errors: bool) -> Array:
    """The same with or without sampling error."""
    limits, place = estimators.limits(reg), estimators.place(reg, column)
    rows, weights = _drawn_rows(estimators, reg, errors)
    sites = estimators.rows(reg.cells)
    if not reg.regressors and not reg.moderators:
        own = (rows[0, -1] * np.sqrt(sites.shares)).sum(axis=0)
        return np.asarray(weights * (own - own.mean()))
    estimate = estimators.at(reg)()
    a = np.append(-estimate.limit, 1.0)
    if reg.pooled:
        left = np.einsum("lacs,a->ls", rows, a)
        return np.asarray(weights * (estimators.pooled(reg).inverse[place] @ left))
    left = np.einsum("lm,lacs,mcs->as", limits.weights, rows[:, :-1], np.einsum("mbcs,b->mcs", rows, a))
    precision = estimators.precision(reg)
    own = precision.inverse[place] @ left
    held = () if apart else limits.held
    for slope, entry in zip(slopes_of(limits, place, estimate.limit)[: len(held)], held, strict=True):
        own = own + slope * sites.of_persons(sites.term(entry.term))
    return np.asarray(weights * own)


def _drawn_rows(estimators: Estimators, reg: Regression, errors: bool) -> tuple[Array, Array]:
    """The rows of a regression in the drawn sites, (L, J + 1, C, S), with the weight of each site.

    Those of a group of persons times the root of its share.
    """
    at, limits, sites = estimators.anticipated, estimators.limits(reg), estimators.rows(reg.cells)
    nodes, true, drawn, which = _drawn(estimators, reg.cells)
    drawn = drawn if errors else true
    arms = [at.design.treatments.index(arm) for arm in reg.arms]
    columns = [
        sites.by_group(sites.column(reg.arms, entry)) * np.sqrt(sites.shares)
        if entry.head in reg.arms
        else drawn[arms, nodes.index(entry.head)] * sites.by_group(sites.term(entry.term))
        for entry in (*limits.entries, limits.outcome)
    ]
    weights = at.site_weights / at.site_weights.mean()
    return np.stack(columns, axis=1), np.asarray(weights[which])


@once
def _drawn(estimators: Estimators, alike: tuple[str, ...]) -> tuple[tuple[str, ...], Array, Array, Array]:
    """The contrasts of each arm in each measured node: nodes, (L, V, C, S) without and with sampling error, the plan's sites.

    Those of groups of persons times the root of a group's share; weighted by the shares they make up the site's own.
    """
    at, design, sites = estimators.anticipated, estimators.anticipated.design, estimators.rows(alike)
    nodes, arms = (*design.observed_mediators, design.outcome), design.treatments
    rng = np.random.default_rng(SEED)
    true = np.stack([[sites.effect(arm, node) for node in nodes] for arm in arms])
    which = rng.permutation(np.resize(np.arange(at.sites), SITES))
    whole = Limits(estimators.products, Regression(design, nodes[0], (), arms))
    noise, share = whole.noise_among(plain(nodes)), np.sqrt(sites.shares)
    own = sampling_errors(rng.standard_normal, noise, (1, SITES))
    if alike:
        rows, common = Limits(sites.products, whole.regression), np.zeros(())
        if rows.share:
            noise = rows.noise_among(plain(nodes))
            common = _shared(rng, own, rows.noise_among(plain(nodes), shared=True), noise)
        each = sampling_errors(rng.standard_normal, noise, (len(share), SITES))
        left = own - common - (each * share).sum(axis=2, keepdims=True)
        own = each + share * (common + left)
    true = sites.by_group(true) * share
    return nodes, true, true + own * np.sqrt(at.noisiness[which] / at.persons), which


def _shared(rng: np.random.Generator, whole: Array, shared: Array, own: Array) -> Array:
    """What the groups of a site share, (L, V, 1, S), given the errors of whole sites, of which it is one of two parts.

    Args:
        rng: the stream.
        whole: (L, V, 1, S) the sum of what is shared and of a weighted mean of what groups have of their own.
        shared: (L, V, L, V) the covariance of the former.
        own: of the latter.
    """
    one, other = (sampling_errors(rng.standard_normal, part, whole.shape[2:]) for part in (shared, own))
    flat = tuple(int(np.prod(whole.shape[:2])) for _ in range(2))
    along = shared.reshape(flat) @ np.linalg.pinv((shared + own).reshape(flat), hermitian=True)
    left = (whole - one - other).reshape(flat[0], -1)
    return np.asarray(one + (along @ left).reshape(whole.shape))


@once
def score_of_average(
    estimators: Estimators,
    alike: tuple[str, ...],
    contrast: tuple[str, str] | None,
    terms: tuple[Term, ...],
    noisy: bool,
) -> Array:
    """What each drawn site adds to the error of an average over rows of a product of deviations from averages.

    Args:
        estimators: of the plan.
        alike: what the persons of a row are alike in; rows are sites where there is nothing.
        contrast: an arm and a node whose contrast is the first factor; None without.
        terms: of h, the other factors.
        noisy: whether with sampling error.
    """
    at, sites = estimators.anticipated, estimators.rows(alike)
    nodes, _, drawn, which = _drawn(estimators, alike)
    share = sites.shares
    factors = [sites.by_group(sites.term(term)) for term in terms]
    if contrast is not None:
        arm, node = contrast
        own = sites.by_group(sites.effect(arm, node))
        if noisy:
            own = drawn[at.design.treatments.index(arm), nodes.index(node)] / np.sqrt(share)
        factors.append(own - (own * share).sum(axis=0).mean())
    whole = np.prod(factors, axis=0)
    found = (whole * share).sum(axis=0)
    found = found - found.mean()
    for k, factor in enumerate(factors):  # the averages that deviations are from have errors too
        rest = np.prod([*factors[:k], *factors[k + 1 :], np.ones_like(whole)], axis=0)
        found = found - (factor * share).sum(axis=0) * float((rest * share).sum(axis=0).mean())
    weights = at.site_weights / at.site_weights.mean()
    return np.asarray(weights[which] * found)
