"""What is expected of an estimator at some number of sites and persons: average, standard error, power of a test.

For a regression, the sampling distribution of its coefficients under a plan follows.

The estimator is b = A_xx^{-1} A_xy with A the mean over sites of q = z'Hz, z = (x, y) estimated in each site. To first
order in the number of sites K its variance is P^{-1} E[q c c'q] P^{-1} / K, here made larger by what A_xx^{-1} is
larger than P^{-1} / K on average, and to second order its bias gains
-P^{-1} E[q_xx P^{-1} q c] / K, with P = Q + U and c = (-plim b, 1). Given a site's effects, estimates are normal with
covariance V/n in site s (V differs between sites where arrows do), so that with L arms

    Cov(q_ab, q_cd) = Cov(q_ab, q_cd | no error) + L [Cov(q_ab, V_cd) + Cov(V_ab, q_cd)]/n
                      + E[q_ac V_bd + q_ad V_bc + q_bc V_ad + q_bd V_ac]/n
                      + {L^2 Cov(V_ab, V_cd) + L E[V_ac V_bd + V_ad V_bc]}/n^2

with averages over the representative sites. The variances of the arms are taken to be alike, at their average. Where rows are
groups of persons, L is the number of arms times that of the groups of a site, and q the sum over groups, weighted by persons.

Source: theory, equations (11.6) to (11.10).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations_with_replacement

import numpy as np

from identcheck.basics.once import once
from identcheck.derive.words import listed
from identcheck.errors import InvalidPlanError
from identcheck.plan.closed.averages import averaged
from identcheck.plan.closed.columns import Entry
from identcheck.plan.closed.convergence import Limits
from identcheck.plan.closed.few_sites import (
    FEW,
    Drawn,
    drawn_products,
    rows_of,
    small_sample_ratios,
    variance_ratios,
)
from identcheck.plan.closed.representative import Representative
from identcheck.plan.closed.sets import SetMeans, set_means, strength_ratio
from identcheck.plan.inputs.anticipated import Anticipated, Array

__all__ = [
    "Estimate",
    "Precision",
    "numbers",
]

FEW_WITH_PRODUCTS = 40
"""Below so many sites the variance given modifiers, whose products differ more from site to site, is found by trying."""


@dataclass(frozen=True)
class Estimate:
    """What is expected of an estimator's coefficients at some number of sites and persons.

    Attributes:
        limit: with sites without end, (J,).
        few_sites: the further bias from the number of sites being finite, to first order in 1 / sites, (J,).
        covariance: of the estimates, (J, J).
        degrees: degrees of freedom between sites; below 1 there is no test.
        few: Satterthwaite's, of each coefficient, where the plan's test takes these, (J,).
        apart: given modifiers, where ``limit`` and all else are of average effects in the sites of the trial, the same of the
            coefficients themselves: of effects where every term of h is at its average in the plan.
    """

    limit: Array
    few_sites: Array
    covariance: Array
    degrees: int
    few: Array | None = None
    apart: Estimate | None = None

    def freedom(self, place: int) -> float:
        """The degrees of freedom of the test of one coefficient; below 1 there is no test."""
        return self.degrees if self.few is None or self.degrees < 1 else max(float(self.few[place]), 1.0)

    def se(self, place: int) -> float:
        """The standard error of one coefficient."""
        return math.sqrt(max(float(self.covariance[place, place]), 0.0))


def numbers(anticipated: Anticipated, sites: float | None, persons: float | None) -> tuple[float, float]:
    """Number of sites, and persons per site; those of the plan where left out.

    Other numbers keep the plan's spread of sizes.
    """
    return anticipated.sites if sites is None else sites, anticipated.persons if persons is None else persons


_TRIED = (0.0, 0.5, 1.0, 1.5, 2.0)
"""Sizes of sampling errors, as multiples of those of the plan: as many as determine a polynomial of order 4."""


def _weight(at: float, place: float) -> float:
    """The weight of the value at a place among ``_TRIED`` in a polynomial's value (Lagrange)."""
    return math.prod((at - other) / (place - other) for other in _TRIED if other != place)


class Precision:
    """The sampling distribution of a regression's coefficients at any number of sites and persons per site."""

    def __init__(self, limits: Limits, sites: Representative) -> None:
        self.limits = limits
        self.sites = sites
        self.columns = limits.columns
        self.arms = len(limits.regression.arms) * limits.groups
        self._spread: dict[float, Array] = {}

    @cached_property
    def _entries(self) -> tuple[Entry, ...]:
        return (*self.limits.entries, self.limits.outcome)

    @cached_property
    def _pairs(self) -> list[tuple[Entry, Entry]]:
        """The entries of a symmetric matrix, each once."""
        return list(combinations_with_replacement(self._entries, 2))

    @cached_property
    def products(self) -> list[Array]:
        """Q in each representative site without sampling error, less its mean, (sites,) for each pair."""
        arms, weights = self.limits.regression.arms, self.limits.weights
        return [self.sites.product(arms, weights, *pair) for pair in self._pairs]

    @cached_property
    def noises(self) -> list[Array]:
        """V in each representative site, less its mean, (sites,) for each pair."""
        return [self._noise(one, other) for one, other in self._pairs]

    def _noise(self, one: Entry, other: Entry) -> Array:
        factors = tuple(self.limits.per_unit.tolist())
        if not one.term and not other.term:
            return self.sites.noise_of_groups(factors, *sorted((one.head, other.head)))
        found = self.sites.noise_of_rows(factors, one.head, other.head)
        place = {entry: i for i, entry in enumerate(self._entries)}
        mean = float(self.limits.noise[place[Entry(one.head)], place[Entry(other.head)]]) / self.arms
        found = self.sites.of_groups(self.sites.term(one.term) * self.sites.term(other.term) * (mean + found))
        return np.asarray(found - found.mean())

    @cached_property
    def _own(self) -> Array:
        """The covariance over sites of two entries of q without sampling error, (J+1, J+1, J+1, J+1)."""
        return self._tensor(self.products, self.products)

    def _tensor(self, one: list[Array], other: list[Array]) -> Array:
        """Averages over sites of products of two entries, (J+1, J+1, J+1, J+1)."""
        size = len(self._entries)
        place = np.zeros((size, size), dtype=np.intp)
        upper = np.triu_indices(size)
        place[upper] = place.T[upper] = range(len(self._pairs))
        if self.limits.held:  # what no other regression has
            found = np.stack(one) @ np.stack(other).T / len(one[0])
        else:
            alike = self.limits.regression.arms, tuple(self.limits.per_unit.tolist())
            found = self.sites.averages(alike, one, other)
        return np.asarray(found[place[:, :, None, None], place])

    def of_sites(self, persons: float) -> Array:
        """The average of q over repeated trials in each representative site, less its mean, (J + 1, J + 1, sites)."""
        size = len(self._entries)
        found = np.zeros((size, size, len(self.products[0])))
        upper = np.triu_indices(size)
        found[upper] = found[upper[::-1]] = (
            np.stack(self.products) + self.arms * np.stack(self.noises) / persons
        )
        return found

    @cached_property
    def inverse(self) -> Array:
        """(Q + U)^{-1} at the plan's number of persons per site, (J, J)."""
        return self.inverse_at(self.limits.anticipated.persons)

    @once
    def inverse_at(self, persons: float) -> Array:
        """(Q + U)^{-1} at a number of persons per site, (J, J).

        Raises:
            InvalidPlanError: neither sites nor persons differ in the compliances.
        """
        whole = (self.limits.moments + self.limits.noise / persons)[:-1, :-1]
        if np.linalg.matrix_rank(whole, hermitian=True) < len(whole):
            reg = self.limits.regression
            raise InvalidPlanError(
                [
                    f"arrows: the anticipated effects of {listed(reg.arms)} on {listed(reg.regressors)} do not differ enough "
                    "between sites for a regression on them; give their arrows SDs across sites"
                ]
            )
        return np.asarray(np.linalg.inv(whole))

    @cached_property
    def _noise_parts(self) -> tuple[Array, Array]:
        """What sampling error adds to that: the factors of 1/n and of 1/n^2."""
        v = self.limits.noise / self.arms
        mixed = self._tensor(self.products, self.noises)  # Cov(q_ab, V_cd)
        # X of theory (11.9)
        both = mixed + np.multiply.outer(self.limits.moments, v)
        once = sum(np.einsum(f"{one}->abcd", both) for one in ("acbd", "adbc", "bcad", "bdac"))
        # Z of theory (11.10)
        noisy = self._tensor(self.noises, self.noises)
        whole = noisy + np.multiply.outer(v, v)
        twice = np.einsum("acbd->abcd", whole) + np.einsum("adbc->abcd", whole)
        twice = self.arms * twice
        if not self.limits.anticipated.fixed:  # what a site's product is on average differs between sites too
            once = once + self.arms * (mixed + np.einsum("cdab->abcd", mixed))
            twice = twice + self.arms**2 * noisy
        return np.asarray(once), np.asarray(twice)

    def spread_at(self, persons: float) -> Array:
        """K times the covariance of two entries of the weighted mean of estimated q, (J+1, J+1, J+1, J+1).

        Where the sites are the population it is that in repeated trials in the same sites.

        Source: theory, equations (11.8) and (11.20).
        """
        if persons not in self._spread and self.limits.share:
            at = 1.0 / math.sqrt(persons / self.limits.anticipated.persons)
            weights = np.array([_weight(at, place) for place in _TRIED])
            self._spread = {persons: np.tensordot(weights, np.stack(self._drawn_spreads), axes=1)}
        if persons not in self._spread:
            # theory (11.8), each part with the weights of the sites that it takes
            own, once, twice = self.limits.anticipated.spread_of_weights
            crossed, squared = self._noise_parts
            found = once * crossed / persons + twice * squared / persons**2
            if not self.limits.anticipated.fixed:  # theory (11.20)
                found = found + own * self._own
            self._spread = {persons: found}  # the last one asked for, again and again
        return self._spread[persons]

    @cached_property
    def _drawn_spreads(self) -> list[Array]:
        """The covariance of q in drawn sites, where groups share errors: values of a polynomial in the size of errors."""
        found, persons = [], self.limits.anticipated.persons
        for size in _TRIED:
            drawn = drawn_products(self.limits, self.sites, persons / size**2 if size else math.inf)
            q = drawn[0] - drawn[0].mean(axis=2, keepdims=True)
            found.append(np.einsum("abs,cds->abcd", q, q, optimize=True) / q.shape[2])
        return found

    def at(self, sites: float | None = None, persons: float | None = None) -> Estimate:
        """The estimator at a number of sites and of persons per site; those of the plan where left out."""
        count, n = numbers(self.limits.anticipated, sites, persons)
        limit, *of_averages = self._with_persons(n)
        tried = not self.limits.anticipated.fixed and (self.limits.anticipated.skewed or count < FEW)
        if not self.limits.held:
            return self._estimate(count, n, tried, limit, *of_averages)
        apart = self._estimate(count, n, tried, *self._apart(n))
        tried = tried or (not self.limits.anticipated.fixed and count < FEW_WITH_PRODUCTS)
        return replace(self._estimate(count, n, tried, limit, *of_averages), apart=apart)

    def _estimate(
        self, count: float, n: float, tried: bool, limit: Array, pull: Array, first: Array, second: Array
    ) -> Estimate:
        if tried:
            ratio = np.sqrt(self._ratio(count))
            covariance = np.outer(ratio, ratio) * first / count
        else:
            covariance = first / count + second / count**2  # theory (11.6), and its second order
        return Estimate(
            limit=limit,
            few_sites=-pull / count,  # theory (11.7)
            covariance=np.asarray(covariance),
            degrees=self.limits.degrees(count, n, len(self.columns)),
            few=self.small_samples(count)[0] if self._satterthwaite else None,
        )

    @property
    def _satterthwaite(self) -> bool:
        """Whether tests have Satterthwaite's degrees: not where the sites are the population."""
        return self.limits.anticipated.plan.test != "CR1" and not self.limits.anticipated.fixed

    def small_samples(self, count: float) -> tuple[Array, Array]:
        """Satterthwaite's degrees at a number of sites, and the CR3 variance as a multiple of that of CR2, (J,) each."""
        fewness, degrees, larger = self._small_samples
        at = [
            np.array([np.interp(1.0 / count, fewness, own) for own in each.T]) for each in (degrees, larger)
        ]
        return at[0] * max(count - len(self.columns), 0.0), at[1]

    @cached_property
    def _small_samples(self) -> tuple[Array, Array, Array]:
        return small_sample_ratios(self.drawn[0], self.rows)

    def _ratio(self, sites: float) -> Array:
        """(J,) the variance of each coefficient at a number of sites as a multiple of that to first order."""
        fewness, ratios = self._ratios
        return np.array([np.interp(1.0 / sites, fewness, each) for each in ratios.T])

    @cached_property
    def _ratios(self) -> tuple[Array, Array]:
        limit = self._with_persons(self.limits.anticipated.persons)[0]
        return variance_ratios(self.limits, self.drawn, self.inverse, limit)

    @cached_property
    def drawn(self) -> Drawn:
        """Products of drawn sites with the plan's number of persons (see ``few_sites.drawn_products``)."""
        return drawn_products(self.limits, self.sites, self.limits.anticipated.persons)

    @once
    def strength_ratio(self, place: int, others: tuple[int, ...]) -> float:
        """The expected conditional F of a column given others, as a multiple of that with many sites, as it is in drawn sets."""
        return strength_ratio(self._set_means, place, others)

    @cached_property
    def _set_means(self) -> SetMeans:
        return set_means(self.limits, self.sites, self.drawn)

    @cached_property
    def rows(self) -> tuple[Array, Array]:
        """Rows of drawn sites, regressors and outcome (see ``few_sites.rows_of``)."""
        return rows_of(self.drawn[0])

    @property
    def tries_strength(self) -> bool:
        """Whether conditional F is tried in drawn sets: with skewed effects, few sites, or products with modifiers."""
        at = self.limits.anticipated
        return (
            not at.fixed
            and (at.skewed or at.sites < FEW or bool(self.limits.held))
            and bool(np.array_equal(at.site_weights, at.allocation.precise))
        )

    @once
    def _with_persons(self, n: float) -> tuple[Array, Array, Array, Array]:
        """The limit, and the factors of -1/K in the bias and of 1/K and 1/K^2 in the covariance, n persons per site."""
        limit, few, first, second = self._apart(n)
        if self.limits.held and not self.limits.anticipated.fixed:
            few, first, second = averaged(self, n, limit, few, first, second)
        return limit, few, first, second

    @once
    def _apart(self, n: float) -> tuple[Array, Array, Array, Array]:
        """The same of the coefficients themselves, where modifiers are held fixed."""
        spread = self.spread_at(n)
        inverse = self.inverse_at(n)
        # theory (11.4): the limit P^{-1} (q + c), q and c the columns of the outcome
        limit = inverse @ (self.limits.moments + self.limits.noise / n)[:-1, -1]
        c = np.append(-limit, 1.0)
        scores = np.einsum("jakb,a,b->jk", spread[:-1, :, :-1, :], c, c)  # E[q a a' q] of theory (11.6)
        pull = np.einsum(
            "jkla,kl,a->j", spread[:-1, :-1, :-1, :], inverse, c
        )  # E[q P^{-1} q a] of theory (11.7)
        first = inverse @ scores @ inverse
        # E[(A_xx/K)^{-1}] is P^{-1} + P^{-1} E[(q - P) P^{-1} (q - P)] P^{-1} / K to second order; q differs between sites,
        # also where these stay the same in all trials.
        own = (
            self.limits.anticipated.spread_of_weights[0] * self._own if self.limits.anticipated.fixed else 0.0
        )
        gain = inverse @ np.einsum("jkla,kl->ja", (spread + own)[:-1, :-1, :-1, :-1], inverse)
        return limit, inverse @ pull, first, (gain @ first + first @ gain.T) / 2
