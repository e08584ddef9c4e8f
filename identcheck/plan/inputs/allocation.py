"""Who is assigned to which arm in each site, and what differs between them: where the sampling error of contrasts comes from.

Assigned are persons, or clusters of them. With m units in an arm of a site, the mean of mediators and outcome in it has the
sampling covariance R / m,

    R = V                      persons are assigned, V their covariance within arms
    R = V_b + V_w / c          clusters are assigned: V_b between clusters, V_w within them, c persons left in a cluster

each of what baseline covariates leave. Everything later (strength, bias, precision, simulation) follows from here.
Source: theory, equations (18.1) and (18.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

__all__ = ["Allocation", "Level", "Part", "arm_weights"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Level:
    """What differs between units of one level within arms: between persons (of a cluster), or between clusters.

    Attributes:
        left: (V, V) covariance of the disturbances of mediators and outcome that covariates leave.
        explained: (V,) the variance of each that its covariates explain.
        error: (V,) variance of the error with which each is measured.
        differ: how much of the variance of persons' effects there is in the average effect of a unit: 1, or 1 / c for a
            cluster of c persons.
    """

    left: Array
    explained: Array
    error: Array
    differ: float = 1.0

    def scaled(self, factor: float, differ: float = 1.0) -> Level:
        """The same with every variance multiplied."""
        return Level(self.left * factor, self.explained * factor, self.error * factor, differ)


@dataclass(frozen=True, eq=False)
class Part:
    """One part of what differs between assigned units.

    Attributes:
        levels: the disturbances that it is made of.
        apart: how much of the covariance of persons' effects within a site is in it.
        scale: (K, L + 1) what it is multiplied by in control and in each arm, by site.
    """

    levels: tuple[Level, ...]
    apart: float
    scale: Array

    @cached_property
    def whole(self) -> Level:
        """Its levels together."""
        return Level(
            np.asarray(sum(level.left for level in self.levels)),
            np.asarray(sum(level.explained for level in self.levels)),
            np.asarray(sum(level.error for level in self.levels)),
        )


@dataclass(frozen=True, eq=False)
class Allocation:
    """The units that are assigned, and what differs between them.

    Attributes:
        counts: (K, L + 1) units in control and in each arm, by site: persons, or clusters, that stay in the trial; not rounded.
        persons: what differs between the persons of a cluster; of a site's arm where persons are assigned.
        clusters: what differs between clusters; None where persons are assigned.
        each: (K, L + 1) persons who stay in a cluster: their harmonic mean, or their mean where persons are weighted alike;
            1 where persons are assigned.
        people: (K, L + 1) persons who stay, by site in control and in each arm.
        uneven: (K, L + 1) by how much cluster sizes that differ enlarge what is between clusters: 1, or where persons are
            weighted alike 1 + CV^2 of the sizes in a cell.
    """

    counts: Array
    persons: Level
    clusters: Level | None
    each: Array
    people: Array
    uneven: Array

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """What a unit's covariance within arms is the sum of; a single one where its scale is the same everywhere."""
        if self.clusters is None:
            return (Part((self.persons,), 1.0, np.ones_like(self.counts)),)
        share = 1.0 / self.each
        inside, uneven = float(share.mean()), float(self.uneven.mean())
        if all(np.ptp(each) <= 1e-12 * each.max() for each in (share, self.uneven)):
            levels = self.clusters.scaled(uneven, inside), self.persons.scaled(inside)
            return (Part(levels, inside, np.ones_like(self.counts)),)
        between = self.clusters.scaled(1.0, inside)
        return Part((between,), 0.0, self.uneven), Part((self.persons,), 1.0, share)

    @cached_property
    def freedom(self) -> Array:
        """(K, L + 1) degrees of freedom of the scatter of units about the mean of their arm in their site."""
        return np.maximum(self.counts - 1.0, 0.0)

    def mean_noise(self, part: Part, weights: Array) -> Array:
        """(L + 1,) what a part adds to the variance of an arm's mean, as a weighted average over sites."""
        return np.asarray(weights @ (part.scale / self.counts) / weights.sum())

    @cached_property
    def precise(self) -> Array:
        """(K,) the weights of two-stage least squares: units, times p (1 - p) relative to its average where shares differ."""
        return _site_weights(self.counts)

    @cached_property
    def by_persons(self) -> Array:
        """(K,) the same with persons who stay in place of units."""
        return _site_weights(self.people)

    @cached_property
    def noise(self) -> Array:
        """(K,) how large the sampling error of a site's contrasts is, up to a factor."""
        found = np.zeros(len(self.counts))
        for part in self.parts:
            size = float(np.trace(part.whole.left) + part.whole.error.sum()) or 1e-300
            each = part.scale / self.counts
            found += size * (each[:, 1:].sum(axis=1) + (each.shape[1] - 1) * each[:, 0])
        return found


def _site_weights(counts: Array) -> Array:
    total = counts.sum(axis=1)
    own = np.trace(arm_weights(counts), axis1=1, axis2=2)
    return np.asarray(own * (total.sum() / own.sum()))


def arm_weights(counts: Array, alike: bool = False, used: Sequence[int] | None = None) -> Array:
    """W_s of theory, equation (10.2), (K, L, L): the weights of the arms' contrasts in each site.

    Args:
        counts: (K, L + 1) units in control and in the arms.
        alike: whether every site counts as one of average weight.
        used: the columns that are used, control first; None for all.
    """
    counts = counts if used is None else counts[:, list(used)]
    total = counts.sum(axis=1)
    shares = counts[:, 1:] / total[:, None]
    inner = np.eye(shares.shape[1]) * shares[:, None, :] - shares[:, :, None] * shares[:, None, :]
    found = total[:, None, None] * inner
    return np.asarray(np.broadcast_to(found.mean(axis=0), found.shape) if alike else found)
