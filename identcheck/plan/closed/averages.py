"""Average effects of regressions that hold modifiers fixed: a + k'h, h the averages of the terms over the sites of the trial."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from identcheck.plan.closed.columns import Entry
from identcheck.plan.closed.convergence import Limits
from identcheck.plan.closed.representative import Representative
from identcheck.plan.inputs.anticipated import Array

__all__ = ["averaged", "slopes_of"]


class Sampled(Protocol):
    """What is known of the sampling distribution of a regression."""

    limits: Limits
    sites: Representative
    arms: int

    @property
    def products(self) -> Sequence[Array]:
        """The entries of z'Hz in each representative site without sampling error, less their means, (sites,) each."""

    @property
    def noises(self) -> Sequence[Array]:
        """What sampling error adds to them in each site by one arm, times persons, less its mean, (sites,) each."""

    def inverse_at(self, persons: float) -> Array:
        """(Q + U)^{-1} at a number of persons per site, (J, J)."""


def slopes_of(limits: Limits, place: int, limit: Array) -> Array:
    """Of a coefficient the slopes of its effect on each of the terms of h, (M,): 0 for those of other effects.

    Args:
        limits: of the regression.
        place: of the coefficient.
        limit: (J,) what all coefficients converge to.
    """
    entries, column = limits.entries, limits.entries[place]
    own = [entry.head == column.head and not column.term for entry in limits.held]
    return np.array([limit[entries.index(e)] * o for e, o in zip(limits.held, own, strict=True)])


def averaged(
    of: Sampled, persons: float, limit: Array, pull: Array, first: Array, second: Array
) -> tuple[Array, Array, Array]:
    """The factors of -1/K in the bias and of 1/K and 1/K^2 in the covariance, of average effects in place of coefficients.

    The error of a gains k'(h - E h), which goes with the error of a, and the product of the error of k with h - E h.

    Source: theory, equation (14.7).

    Args:
        of: the regression.
        persons: per site.
        limit: what the coefficients converge to.
        pull: the first of these factors for the coefficients, (J,).
        first: the second, (J, J).
        second: the third, (J, J).
    """
    limits, held = of.limits, of.limits.held
    places = [limits.entries.index(entry) for entry in held]
    heads = [limits.entries.index(Entry(entry.head)) for entry in held]
    slopes = np.stack([slopes_of(limits, place, limit) for place in range(len(limit))])
    spread, crossed = _with_levels(of, persons, limit)
    with_averages = first + crossed @ slopes.T + slopes @ crossed.T + slopes @ spread @ slopes.T
    pull, second = pull.copy(), second.copy()
    for m, (place, head) in enumerate(zip(places, heads, strict=True)):
        pull[head] -= crossed[place, m]
        for other, (beside, also) in enumerate(zip(places, heads, strict=True)):
            if also == head:
                second[head, head] += (
                    first[place, beside] * spread[m, other] + crossed[place, other] * crossed[beside, m]
                )
    return pull, with_averages, second


def _with_levels(of: Sampled, persons: float, limit: Array) -> tuple[Array, Array]:
    """K times the covariance of the averages of the terms, (M, M), and of each coefficient's error with them, (J, M)."""
    levels = np.stack([of.sites.of_persons(of.sites.term(entry.term)) for entry in of.limits.held])
    own, once, _ = of.limits.anticipated.spread_of_weights
    size, count = len(limit) + 1, levels.shape[1]
    along = (own * np.stack(of.products) + once * of.arms * np.stack(of.noises) / persons) @ levels.T / count
    entries = np.zeros((size, size, len(levels)))
    upper = np.triu_indices(size)
    entries[upper] = entries[upper[::-1]] = along
    errors = np.einsum("jbm,b->jm", entries[:-1], np.append(-limit, 1.0))
    return np.asarray(own * levels @ levels.T / count), np.asarray(of.inverse_at(persons) @ errors)
