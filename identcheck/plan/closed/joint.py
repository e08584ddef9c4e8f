"""The joint sampling covariance of estimates from the same data, and what is put together of them (theory section 16).

What a site adds to the error of each estimate is drawn: the representative sites with sampling error, the same for all
estimates. Correlations are those of the draws; standard errors are those of the closed forms. A sum of products then has its
variance by the delta method, with what two errors add together in a product of two.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from identcheck.basics.once import once
from identcheck.decide.conditions import Regression
from identcheck.decide.strategies import Composed, Strategy
from identcheck.plan.closed.averages import slopes_of
from identcheck.plan.closed.columns import plain
from identcheck.plan.closed.convergence import Limits
from identcheck.plan.closed.draws import with_errors
from identcheck.plan.closed.estimators import Estimators
from identcheck.plan.closed.precision import Estimate
from identcheck.plan.closed.representative import SITES
from identcheck.plan.inputs.anticipated import Array

__all__ = ["Put", "covariance_among", "put_together", "share_of"]

SEED = 20131109


@dataclass(frozen=True)
class Put:
    """A sum of products of estimates, such as a part of an intent-to-treat effect; or one estimate.

    Attributes:
        estimators: of the plan.
        strategy: what is put together.
    """

    estimators: Estimators
    strategy: Strategy | Composed

    def __call__(self, sites: float | None = None, persons: float | None = None) -> Estimate:
        """What is expected of it at a number of sites and of persons per site; correlations are those at the plan's persons."""
        each = self.each(sites, persons)
        limits = np.array([float(estimate.limit[place]) for estimate, place in each])
        few = np.array([float(estimate.few_sites[place]) for estimate, place in each])
        covariance = covariance_of(self.estimators, self.strategy.parts, each)
        gradient = self.gradient(limits)
        variance = gradient @ covariance @ gradient + self._second(covariance)
        return Estimate(
            limit=np.array([self.value(limits)]),
            few_sites=np.array([self.value(limits + few) - self.value(limits)]),
            covariance=np.array([[variance]]),
            degrees=min(estimate.degrees for estimate, _ in each),
            few=np.array([min(estimate.freedom(place) for estimate, place in each)]),
        )

    def contributions(
        self, sites: float | None = None, persons: float | None = None
    ) -> list[tuple[Regression, tuple[float, ...], float]]:
        """Each regression with the factors of its coefficients, and its share of the variance, correlations of these aside."""
        estimates = self.each(sites, persons)
        gradient = self.gradient(np.array([float(estimate.limit[place]) for estimate, place in estimates]))
        along: dict[Regression, Array] = {}
        variance: dict[Regression, float] = {}
        for part, (estimate, place), factor in zip(self.strategy.parts, estimates, gradient, strict=True):
            factors = along.setdefault(part.regression, np.zeros(len(estimate.covariance)))
            factors[place] += factor
            variance[part.regression] = max(float(factors @ estimate.covariance @ factors), 0.0)
        whole = math.fsum(variance.values()) or 1.0
        return [(reg, tuple(factors.tolist()), variance[reg] / whole) for reg, factors in along.items()]

    def each(self, sites: float | None, persons: float | None) -> list[tuple[Estimate, int]]:
        """Of every part what is expected of its regression, and the place of its coefficient."""
        at, regressions = self.estimators, [(p.regression, p.column) for p in self.strategy.parts]
        return [
            (at.at(reg)(sites=sites, persons=persons), at.place(reg, column)) for reg, column in regressions
        ]

    def value(self, parts: Array) -> float:
        """The sum of products at values of its parts."""
        return math.fsum(sign * math.prod(float(parts[k]) for k in places) for sign, places in self._terms)

    def gradient(self, parts: Array) -> Array:
        """Its derivatives by the parts."""
        found = np.zeros(len(parts))
        for sign, places in self._terms:
            for at, k in enumerate(places):
                found[k] += sign * math.prod(float(parts[j]) for j in (*places[:at], *places[at + 1 :]))
        return found

    @property
    def _terms(self) -> list[tuple[float, tuple[int, ...]]]:
        """Each product, with the places of its factors among the parts."""
        if isinstance(self.strategy, Strategy):
            return [(1.0, (0,))]
        place = {part: k for k, part in enumerate(self.strategy.parts)}
        return [(float(t.sign), tuple(place[f.strategy] for f in t.factors)) for t in self.strategy.terms]

    def _second(self, covariance: Array) -> float:
        """What the errors of two factors add together, for products of two: theory, equation (16.2)."""
        pairs = (places for _, places in self._terms if len(places) == 2)
        return math.fsum(float(covariance[j, j] * covariance[k, k] + covariance[j, k] ** 2) for j, k in pairs)


def put_together(estimators: Estimators, strategy: Strategy | Composed) -> Put:
    """The estimate of a strategy, whatever it is made of, as a function of the number of sites and of persons per site."""
    return Put(estimators, strategy)


def share_of(
    estimators: Estimators, part: Strategy | Composed, whole: Strategy, quantile: float
) -> tuple[float, float, float] | None:
    """A part as a share of the whole, and the interval expected for it by Fieller's method; None where that is no interval.

    Args:
        estimators: of the plan.
        part: how the part is estimated.
        whole: the contrast of arms in the outcome.
        quantile: of the t distribution, for the level of the interval.

    Source: theory, equation (16.3).
    """
    one, other = put_together(estimators, part)(), put_together(estimators, whole)()
    value, total = (float(e.limit[0] + e.few_sites[0]) for e in (one, other))
    variance, square = float(one.covariance[0, 0]), float(other.covariance[0, 0])
    both = _covariance(estimators, part, whole)
    a = total**2 - quantile**2 * square
    b, c = value * total - quantile**2 * both, value**2 - quantile**2 * variance
    if a <= 0 or not total:
        return None
    half = math.sqrt(max(b**2 - a * c, 0.0))
    return value / total, (b - half) / a, (b + half) / a


def _covariance(estimators: Estimators, part: Strategy | Composed, whole: Strategy) -> float:
    """The covariance of what is put together with another estimate, by the delta method."""
    return float(covariance_among(estimators, (part, whole))[0, 1])


def covariance_among(estimators: Estimators, strategies: Sequence[Strategy | Composed]) -> Array:
    """The covariance of the estimates of several effects from the same sites, (N, N), by the delta method.

    Source: theory, equation (16.2).
    """
    puts = [Put(estimators, strategy) for strategy in strategies]
    every = tuple(dict.fromkeys(part for strategy in strategies for part in strategy.parts))
    place = {part: k for k, part in enumerate(every)}
    each = [(estimators.at(p.regression)(), estimators.place(p.regression, p.column)) for p in every]
    limits = np.array([float(estimate.limit[k]) for estimate, k in each])
    gradients = np.zeros((len(puts), len(every)))
    for row, put in zip(gradients, puts, strict=True):
        own = [place[part] for part in put.strategy.parts]
        row[own] = put.gradient(limits[own])
    found = gradients @ covariance_of(estimators, every, each) @ gradients.T
    np.fill_diagonal(found, [float(put().covariance[0, 0]) for put in puts])
    return np.asarray(found)


def covariance_of(
    estimators: Estimators, parts: Sequence[Strategy], each: Sequence[tuple[Estimate, int]]
) -> Array:
    """Of estimates: of coefficients of one regression in closed form, of others by the correlations of what sites add.

    Args:
        estimators: of the plan.
        parts: the estimates.
        each: what is expected of the regression of each, and the place of its coefficient.
    """
    errors = np.array([estimate.se(place) for estimate, place in each])
    found = correlations(estimators, tuple(parts)) * np.outer(errors, errors)
    for j, k in combinations(range(len(parts)), 2):
        if parts[j].regression == parts[k].regression:
            (estimate, one), (_, other) = each[j], each[k]
            found[j, k] = found[k, j] = float(estimate.covariance[one, other])
    return np.asarray(found)


# -- what sites add ---------------------------------------------------------------------


@once
def correlations(estimators: Estimators, parts: tuple[Strategy, ...]) -> Array:
    """The correlations of estimates: of what each site adds to their errors."""
    scores = np.stack([_score(estimators, part.regression, part.column) for part in parts])
    scores = scores - scores.mean(axis=1, keepdims=True)
    sizes = np.sqrt((scores**2).mean(axis=1))
    scaled = scores / np.where(sizes, sizes, 1.0)[:, None]
    found = scaled @ scaled.T / scores.shape[1]
    np.fill_diagonal(found, 1.0)
    return np.asarray(found)


@once
def _score(estimators: Estimators, reg: Regression, column: str) -> Array:
    """What each drawn site adds to the error of a coefficient, up to a factor."""
    limits, place = estimators.limits(reg), estimators.place(reg, column)
    rows, weights = _drawn_rows(estimators, reg)
    if not reg.regressors:
        return np.asarray(weights * (rows[0, -1] - rows[0, -1].mean()))
    estimate = estimators.at(reg)()
    a = np.append(-estimate.limit, 1.0)
    if reg.pooled:
        left = np.einsum("las,a->ls", rows, a)
        return np.asarray(weights * (estimators.pooled(reg).inverse[place] @ left))
    errors = np.einsum("lm,las,mbs,b->as", limits.weights, rows[:, :-1], rows, a)
    precision = estimators.precision(reg)
    own = precision.inverse[place] @ errors
    for slope, entry in zip(slopes_of(limits, place, estimate.limit), limits.held, strict=True):
        own = own + slope * estimators.sites.term(entry.term)
    return np.asarray(weights * own)


def _drawn_rows(estimators: Estimators, reg: Regression) -> tuple[Array, Array]:
    """The rows of a regression in the drawn sites, (L, J + 1, S), with the weight of each site."""
    at, limits = estimators.anticipated, estimators.limits(reg)
    nodes, drawn, which = _drawn(estimators)
    arms = [at.design.treatments.index(arm) for arm in reg.arms]
    columns = [
        estimators.sites.column(reg.arms, entry)
        if entry.head in reg.arms
        else drawn[arms, nodes.index(entry.head)] * estimators.sites.term(entry.term)
        for entry in (*limits.entries, limits.outcome)
    ]
    weights = at.site_weights / at.site_weights.mean()
    return np.stack(columns, axis=1), np.asarray(weights[which])


@once
def _drawn(estimators: Estimators) -> tuple[tuple[str, ...], Array, Array]:
    """The contrasts of each arm in each measured node, with sampling error: nodes, (L, V, S), and the plan's site of each."""
    at, design = estimators.anticipated, estimators.anticipated.design
    nodes, arms = (*design.observed_mediators, design.outcome), design.treatments
    rng = np.random.default_rng(SEED)
    true = np.stack([[estimators.sites.effect(arm, node) for node in nodes] for arm in arms])
    which = rng.permutation(np.resize(np.arange(at.sites), SITES))
    whole = Limits(estimators.products, Regression(design, nodes[0], (), arms))
    noise = whole.noise_among(plain(nodes))
    return nodes, with_errors(rng, true, noise, np.sqrt(at.noisiness[which] / at.persons)), which
