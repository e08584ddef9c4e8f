"""Who is assigned to which arm in each site, and what differs between them: where the sampling error of contrasts comes from.

Assigned are persons, or clusters of them. With m units in an arm of a site, the mean of mediators and outcome in it has the
sampling covariance R / m,

    R = V                      persons are assigned, V their covariance within arms
    R = V_b + V_w / c          clusters are assigned: V_b between clusters, V_w within them, c persons left in a cluster

each of what baseline covariates leave. Everything later (strength, bias, precision, simulation) follows from here.

Where rows are groups of the persons of a site, of share w, the sampling error of w^(1/2) times a row's mean in an arm of m
clusters is w^(1/2) times one that all groups of the site share, and one of its own, with covariances / m of

    V_b (u - 1 / c)    and    (V_b + V_w) / c                  persons are weighted alike, u = 1 + CV^2 of cluster sizes,
                                                               and many clusters; with few as drawn (see ``members``)
    V_b                and    V_b (1 / p - 1) / C + V_w h      clusters are weighted alike

for C groups, p the chance that a cluster has persons of a group and h = E[w / N given N > 0] / p for the number N of them.
Source: theory, equations (18.1), (18.2) and (18.4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from identcheck.plan.inputs.members import of_few_members, of_persons_alike

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
        shared: whether the groups of persons of a site share it, each times the root of its share.
        scale_seen: the scale as the scatter of units about their mean shows it, on average; None where it is the same.
    """

    levels: tuple[Level, ...]
    apart: float
    scale: Array
    shared: bool = False
    scale_seen: Array | None = None

    @property
    def seen(self) -> Array:
        """(K, L + 1) the scale as the scatter of units about their mean shows it."""
        return self.scale if self.scale_seen is None else self.scale_seen

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
        groups: C, the groups of persons of a site that are rows; 1 where rows are sites.
        alike: whether persons are weighted alike, not clusters, in the means of groups.
        sizes: of all clusters before anybody drops out, where they differ within sites and persons are weighted alike.
    """

    counts: Array
    persons: Level
    clusters: Level | None
    each: Array
    people: Array
    uneven: Array
    groups: int = 1
    alike: bool = False
    sizes: NDArray[np.int64] | None = None

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """What a unit's covariance within arms is the sum of; a single one where its scale is the same everywhere."""
        if self.clusters is None:
            return (Part((self.persons,), 1.0, np.ones_like(self.counts)),)
        if self.groups > 1:
            return self._of_groups(self.clusters)
        share = 1.0 / self.each
        inside, uneven = float(share.mean()), float(self.uneven.mean())
        if all(np.ptp(each) <= 1e-12 * each.max() for each in (share, self.uneven)):
            levels = self.clusters.scaled(uneven, inside), self.persons.scaled(inside)
            return (Part(levels, inside, np.ones_like(self.counts)),)
        between = self.clusters.scaled(1.0, inside)
        return Part((between,), 0.0, self.uneven), Part((self.persons,), 1.0, share)

    def _of_groups(self, clusters: Level) -> tuple[Part, ...]:
        """What the groups of a site share, and what each has of its own (theory, equation (18.4))."""
        between = clusters.scaled(1.0, float((1.0 / self.each).mean()))
        if self.alike:
            of = of_persons_alike(self.counts, self.people, self.sizes, self.groups)
            common, own, inside, seen = of.common, of.own, of.inside, of.inside_seen
        else:
            common, seen = np.ones_like(self.each), None
            own, inside = of_few_members(self.each, 1.0 / self.groups)
        return (
            Part((between,), 0.0, common, shared=True),
            Part((between,), 0.0, own),
            Part((self.persons,), 1.0, inside, scale_seen=seen),
        )

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
