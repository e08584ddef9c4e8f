"""The joint sampling covariance of estimates from the same data, and what is put together of them (theory section 16).

What a site adds to the error of each estimate is drawn: the representative sites with sampling error, the same for all
estimates. Correlations are those of the draws; standard errors are those of the closed forms. A sum of products then has its
variance by the delta method, with what two errors add together in a product of two.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import combinations

import numpy as np

from identcheck.basics.once import once
from identcheck.decide.conditions import Regression
from identcheck.decide.estimands import Target
from identcheck.decide.strategies import Composed, Strategy
from identcheck.derive.heterogeneity import Term
from identcheck.plan.closed.estimators import Estimators
from identcheck.plan.closed.levels import At, levels_of, terms_at
from identcheck.plan.closed.pieces import Average, Known, Piece, Sum, sum_of
from identcheck.plan.closed.precision import Estimate
from identcheck.plan.closed.questions import Question
from identcheck.plan.inputs.anticipated import Array

__all__ = ["Put", "bias_of", "covariance_among", "put_together", "share_of"]


@dataclass(frozen=True)
class Put:
    """A sum of products of estimates, such as a part of an intent-to-treat effect; or one estimate.

    Attributes:
        estimators: of the plan.
        strategy: what is put together.
        levels: of modifiers, at which the effect is asked for; none for the average.
    """

    estimators: Estimators
    strategy: Strategy | Composed
    levels: At = ()

    @cached_property
    def sum(self) -> Sum:
        """The products of pieces that it is the sum of."""
        return sum_of(self.strategy, partial(self._term, self.levels) if self.levels else None, self._stated)

    def _term(self, levels: At, reg: Regression, term: Term) -> float:
        return terms_at(self.estimators.rows(reg.cells).products, levels, (term,))[term]

    def _stated(self, target: Target, reg: Regression, term: Term) -> float:
        return self._term(levels_of(self.estimators.anticipated, target, reg), reg, term)

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """What is estimated, each once."""
        return tuple(dict.fromkeys(piece for _, pieces in self.sum for piece in pieces))

    def __call__(self, sites: float | None = None, persons: float | None = None) -> Estimate:
        """What is expected of it at a number of sites and of persons per site; correlations are those at the plan's persons."""
        each = self.each(sites, persons)
        limits = np.array([known.limit for known in each])
        few = np.array([known.few_sites for known in each])
        covariance = covariance_of(self.estimators, self.pieces, each)
        gradient = self.gradient(limits)
        variance = gradient @ covariance @ gradient + self._second(covariance)
        return Estimate(
            limit=np.array([self.value(limits)]),
            few_sites=np.array([self.value(limits + few) - self.value(limits)]),
            covariance=np.array([[variance]]),
            degrees=min(known.degrees for known in each),
            few=np.array([min(known.freedom for known in each)]),
        )

    def contributions(
        self, sites: float | None = None, persons: float | None = None
    ) -> list[tuple[Regression, tuple[float, ...], float]]:
        """Each regression with the factors of its coefficients, and its share of the variance, correlations of these aside."""
        each = self.each(sites, persons)
        gradient = self.gradient(np.array([known.limit for known in each]))
        along: dict[Regression, Array] = {}
        variance: dict[Regression, float] = {}
        for piece, known, factor in zip(self.pieces, each, gradient, strict=True):
            if isinstance(piece, Average) or known.estimate is None:
                continue
            factors = along.setdefault(piece.regression, np.zeros(len(known.estimate.covariance)))
            factors[known.place] += factor
            variance[piece.regression] = max(float(factors @ known.estimate.covariance @ factors), 0.0)
        whole = math.fsum(variance.values()) or 1.0
        return [(reg, tuple(factors.tolist()), variance[reg] / whole) for reg, factors in along.items()]

    def each(self, sites: float | None = None, persons: float | None = None) -> list[Known]:
        """What is expected of every piece."""
        return [piece.known(self.estimators, sites, persons) for piece in self.pieces]

    def value(self, at: Array) -> float:
        """The sum of products at values of its pieces."""
        return math.fsum(
            factor * math.prod(float(at[k]) for k in places) for factor, places in self._products
        )

    def gradient(self, at: Array) -> Array:
        """Its derivatives by the pieces."""
        found = np.zeros(len(at))
        for factor, places in self._products:
            for i, k in enumerate(places):
                found[k] += factor * math.prod(float(at[j]) for j in (*places[:i], *places[i + 1 :]))
        return found

    @cached_property
    def _products(self) -> list[tuple[float, tuple[int, ...]]]:
        """Each product, with the places of its factors among the pieces."""
        place = {piece: k for k, piece in enumerate(self.pieces)}
        return [(factor, tuple(place[piece] for piece in pieces)) for factor, pieces in self.sum]

    def _second(self, covariance: Array) -> float:
        """What the errors of two factors add together, for products of two: theory, equation (16.2)."""
        pairs = (places for _, places in self._products if len(places) == 2)
        return math.fsum(float(covariance[j, j] * covariance[k, k] + covariance[j, k] ** 2) for j, k in pairs)


def put_together(estimators: Estimators, strategy: Strategy | Composed, levels: At = ()) -> Put:
    """The estimate of a strategy, whatever it is made of, as a function of the number of sites and of persons per site."""
    return Put(estimators, strategy, levels)


def bias_of(estimators: Estimators, question: Question) -> float | None:
    """Expected estimate of an effect less its true value, to first order; None without a strategy."""
    if question.strategy is None:
        return None
    estimate = put_together(estimators, question.strategy, question.levels)()
    return float(estimate.limit[0] + estimate.few_sites[0]) - question.target


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
    return float(covariance_among(estimators, (Put(estimators, part), Put(estimators, whole)))[0, 1])


def covariance_among(estimators: Estimators, puts: Sequence[Put]) -> Array:
    """The covariance of the estimates of several effects from the same sites, (N, N), by the delta method.

    Source: theory, equation (16.2).
    """
    every = tuple(dict.fromkeys(piece for put in puts for piece in put.pieces))
    place = {piece: k for k, piece in enumerate(every)}
    each = [piece.known(estimators, None, None) for piece in every]
    limits = np.array([known.limit for known in each])
    gradients = np.zeros((len(puts), len(every)))
    for row, put in zip(gradients, puts, strict=True):
        own = [place[piece] for piece in put.pieces]
        row[own] = put.gradient(limits[own])
    found = gradients @ covariance_of(estimators, every, each) @ gradients.T
    np.fill_diagonal(found, [float(put().covariance[0, 0]) for put in puts])
    return np.asarray(found)


def covariance_of(estimators: Estimators, pieces: Sequence[Piece], each: Sequence[Known]) -> Array:
    """Of coefficients of one regression in closed form, of other pieces by the correlations of what sites add.

    Args:
        estimators: of the plan.
        pieces: what is estimated.
        each: what is expected of it.
    """
    errors = np.array([known.se for known in each])
    found = correlations(estimators, tuple(pieces)) * np.outer(errors, errors)
    for j, k in combinations(range(len(pieces)), 2):
        one, other = pieces[j], pieces[k]
        if isinstance(one, Average) or isinstance(other, Average):
            continue
        if (one.regression, one.apart) != (other.regression, other.apart):
            continue
        estimate = each[j].estimate
        assert estimate is not None
        found[j, k] = found[k, j] = float(estimate.covariance[each[j].place, each[k].place])
    return np.asarray(found)


@once
def correlations(estimators: Estimators, pieces: tuple[Piece, ...]) -> Array:
    """The correlations of what is estimated: of what each site adds to the errors."""
    scores = np.stack([piece.score(estimators) for piece in pieces])
    scores = scores - scores.mean(axis=1, keepdims=True)
    sizes = np.sqrt((scores**2).mean(axis=1))
    scaled = scores / np.where(sizes, sizes, 1.0)[:, None]
    found = scaled @ scaled.T / scores.shape[1]
    np.fill_diagonal(found, 1.0)
    return np.asarray(found)
