"""Standard error, power and what they take, for a coefficient of a regression under a plan.

The estimator is b = A_xx^{-1} A_xy with A the mean over sites of q = z'Hz, z = (x, y) estimated in each site. To first
order in the number of sites K its variance is P^{-1} E[q c c'q] P^{-1} / K, and to second order its bias gains
-P^{-1} E[q_xx P^{-1} q c] / K, with P = Q + U and c = (-plim b, 1). Given a site's effects, estimates are normal with
covariance V/n, so averages of products of two q are those of the sites' own and polynomials in 1/n:

    E[q_ab q_cd] = E[q_ab q_cd | no error] + L (Q_ab V_cd + V_ab Q_cd)/n + (Q_ac V_bd + Q_ad V_bc + Q_bc V_ad
                   + Q_bd V_ac)/n + (L^2 V_ab V_cd + L V_ac V_bd + L V_ad V_bc)/n^2

for L arms, with V the covariance within arms averaged over arms and sites. Source: theory section 11, where compliances
are normal and unrelated to effects; this form needs neither.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import nctdtr, stdtrit

from identcheck.planning.limits import Limits
from identcheck.planning.representative import Representative

__all__ = ["Estimate", "Precision", "power_of", "smallest_detectable"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """What is expected of an estimator's coefficients at some number of sites and persons.

    Attributes:
        limit: with sites without end, (J,).
        few_sites: the further bias from the number of sites being finite, to first order in 1 / sites, (J,).
        covariance: of the estimates, (J, J).
        degrees: degrees of freedom between sites.
    """

    limit: Array
    few_sites: Array
    covariance: Array
    degrees: int

    def se(self, place: int) -> float:
        """The standard error of one coefficient."""
        return math.sqrt(max(float(self.covariance[place, place]), 0.0))


class Precision:
    """The sampling distribution of a regression's coefficients at any number of sites and persons per site."""

    def __init__(self, limits: Limits, sites: Representative) -> None:
        self.limits = limits
        self.sites = sites
        reg = limits.regression
        weights = limits.anticipated.site_weights
        self.columns = limits.columns
        self.arms = len(reg.arms)
        self.share_effective = float(weights.sum() ** 2 / (weights**2).sum()) / len(weights)
        """Effective number of sites (sum of weights, squared, by sum of squares) as a share of their number."""
        sizes = limits.anticipated.sizes
        self.persons = float(weights.sum() / (weights / sizes).sum())
        """The persons per site that sampling error is divided by."""
        self.site_count = limits.anticipated.sites

    @cached_property
    def _own(self) -> Array:
        """The covariance over sites of two entries of q without sampling error, (J+1, J+1, J+1, J+1)."""
        reg, size = self.limits.regression, len(self.columns) + 1
        ones = np.ones(len(self.sites.effects))
        rows = [
            np.stack(
                [
                    *(
                        ones * (arm == c) if c in reg.intercepts else self.sites.effect(arm, c)
                        for c in self.columns
                    ),
                    self.sites.effect(arm, reg.outcome),
                ]
            )
            for arm in reg.arms
        ]
        products = sum(
            float(weight) * one[:, None, :] * other[None, :, :]
            for weights, one in zip(self.limits.weights, rows, strict=True)
            for weight, other in zip(weights, rows, strict=True)
        )
        flat = np.asarray(products).reshape(size * size, -1)
        flat = flat - flat.mean(axis=1, keepdims=True)
        return (flat @ flat.T / flat.shape[1]).reshape(size, size, size, size)

    @cached_property
    def _noise_parts(self) -> tuple[Array, Array]:
        """What sampling error adds to that: the factors of 1/n and of 1/n^2."""
        q = self.limits.moments
        v = self.limits.noise / self.arms
        crossed = np.einsum("ac,bd->abcd", q, v) + np.einsum("ad,bc->abcd", q, v)
        crossed = crossed + np.einsum("bc,ad->abcd", q, v) + np.einsum("bd,ac->abcd", q, v)
        twice = np.einsum("ac,bd->abcd", v, v) + np.einsum("ad,bc->abcd", v, v)
        return crossed, self.arms * twice

    def at(self, sites: float | None = None, persons: float | None = None) -> Estimate:
        """The estimator at a number of sites and of persons per site; those of the plan where left out."""
        count = (self.site_count if sites is None else sites) * self.share_effective
        n = self.persons if persons is None else persons
        crossed, twice = self._noise_parts
        spread = self._own + crossed / n + twice / n**2
        whole = self.limits.moments + self.limits.noise / n
        inverse = np.linalg.inv(whole[:-1, :-1])
        limit = inverse @ whole[:-1, -1]
        c = np.append(-limit, 1.0)
        scores = np.einsum("jakb,a,b->jk", spread[:-1, :, :-1, :], c, c)
        pull = np.einsum("jkla,kl,a->j", spread[:-1, :-1, :-1, :], inverse, c)
        return Estimate(
            limit=limit,
            few_sites=-inverse @ pull / count,
            covariance=np.asarray(inverse @ scores @ inverse / count),
            degrees=max(round(sites or self.site_count) - len(self.columns), 1),
        )


def power_of(effect: float, se: float, degrees: float, alpha: float) -> float:
    """The power of a two-sided t test of no effect."""
    if se == 0:
        return float(effect != 0)
    bound = float(stdtrit(degrees, 1 - alpha / 2))
    away = abs(effect) / se
    if away > bound + 30:
        return 1.0
    return float(1 - nctdtr(degrees, away, bound) + nctdtr(degrees, away, -bound))


def smallest_detectable(se: float, degrees: float, alpha: float, power: float) -> float:
    """The smallest effect that a two-sided t test finds with the given power."""
    return float((stdtrit(degrees, 1 - alpha / 2) + stdtrit(degrees, power)) * se)
