"""Groups of persons who are alike in some characteristics, in trials drawn person by person.

Each person draws a group by its share in the site; treatment is assigned by lot whatever the group. A group of a site without
persons in control and in every arm is left out. Where clusters are assigned, the units of a group are the means of its persons in
each cluster, weighted by their number where the design weighs persons alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from identcheck.derive.heterogeneity import Term
from identcheck.plan.inputs.anticipated import Anticipated, Array
from identcheck.plan.simulation.contrasts import Contrasts, observed
from identcheck.plan.simulation.groups import Alike, Asked, Effects, GroupRows

__all__ = ["Clusters", "Kinds", "PersonGroups"]


@dataclass(frozen=True, eq=False)
class Kinds:
    """The groups of the persons of R trials.

    Attributes:
        group: (R, N) the number of each person's group among those of its site.
        away: by arrow what a person's effect is above the average of the site, for the group, (R, N).
        held: terms of modifiers by what persons of a row are alike in, (R, K C) each.
    """

    group: NDArray[np.int64]
    away: list[Array]
    held: Mapping[Alike, Mapping[Term, Array]]


@dataclass(frozen=True, eq=False)
class Clusters:
    """The assigned clusters of the persons of R trials.

    Attributes:
        members: (C,) persons of each cluster, who stand in that order.
        covariates: (., R, C) of clusters.
        alike: whether persons are weighted alike, not clusters.
    """

    members: NDArray[np.int64]
    covariates: Array | None
    alike: bool


class PersonGroups:
    """Draws groups of persons, and works out their contrasts.

    Args:
        at: the definite plan.
        asked: the terms that are wanted, by what persons of a row are alike in.
    """

    def __init__(self, at: Anticipated, asked: Asked) -> None:
        self.at, self.nodes = at, observed(at)
        self.kinds = {alike: GroupRows(at, alike, terms) for alike, terms in asked.items() if alike}
        names = {name for alike in self.kinds for name in alike}
        every = tuple(m.name for m in at.design.modifiers if m.name in names)
        self.finest = self.kinds.get(every) or GroupRows(at, every, ())

    def drawn(self, rng: np.random.Generator, across: Effects, site: NDArray[np.int64]) -> Kinds:
        """The groups of persons of sites with these effects and characteristics."""
        finest = self.finest
        shape = np.shape(next((e for e in across if isinstance(e, np.ndarray)), np.zeros((1, self.at.sites))))
        mix = finest.mix(across, rng.standard_normal((len(finest.alike), *shape)))
        shares = finest.mixed.shares(mix)
        bounds = np.cumsum(shares, axis=0)[:-1]
        lot = rng.random((shape[0], len(site)))
        group = (lot > bounds[..., site]).sum(axis=0)
        by_group = finest.mixed.away(mix)
        away = [np.take_along_axis(own[..., site], group[None], axis=0)[0] for own in by_group]
        held = {}
        for alike, rows in self.kinds.items():
            own = mix[[finest.alike.index(name) for name in alike]]
            held[alike] = rows.held(rows.rows(across, own)[0])
        return Kinds(group, away, held)

    def contrasts(
        self,
        kinds: Kinds,
        values: Array,
        counts: NDArray[np.int64],
        covariates: Array | None,
        clusters: Clusters | None = None,
    ) -> dict[Alike, Contrasts]:
        """The contrasts of arms with control in each kind of groups.

        Args:
            kinds: the groups of persons.
            values: (V, R, N) of each node.
            counts: (K, L + 1) persons, or clusters, by site in control and in each arm, which stand in that order.
            covariates: (., R, N) of persons.
            clusters: the clusters of the persons, where these are assigned.
        """
        found = {}
        for alike, rows in self.kinds.items():
            joined = np.eye(self.finest.count) if rows is self.finest else self.finest.in_coarser(rows)
            group = joined.argmax(axis=1)[kinds.group]
            known = rows, kinds.held[alike]
            found[alike] = (
                self._contrasts(group, *known, values, counts, covariates)
                if clusters is None
                else self._of_clusters(group, *known, values, counts, covariates, clusters)
            )
        return found

    def _contrasts(
        self,
        group: NDArray[np.int64],
        rows: GroupRows,
        held: Mapping[Term, Array],
        values: Array,
        counts: NDArray[np.int64],
        covariates: Array | None,
    ) -> Contrasts:
        (sites, cells), groups = counts.shape, rows.count
        units = counts.ravel()
        starts = np.concatenate([[0], np.cumsum(units)[:-1]])
        place = np.repeat(np.arange(len(units)), units) * groups + group  # by site, arm and group
        if covariates is not None and len(covariates):
            values = _adjusted(values, covariates, place)
        reps = len(group)
        shape = (reps, sites, cells, groups)
        number = _sums(np.ones((1, *group.shape)), place, sites * cells * groups)[0]
        safe = np.maximum(number, 1.0)
        means = _sums(values, place, number.shape[1]) / safe
        apart = values - np.take_along_axis(means, place[None], axis=2)
        by_cell = means.reshape(-1, *shape)
        whole = number.reshape(shape).min(axis=2) > 0
        share = number.reshape(shape).sum(axis=2) / counts.sum(axis=1)[:, None]
        roots = np.sqrt(np.where(whole, share, 0.0))

        def inside(product: Array) -> Array:
            return np.asarray(
                np.add.reduceat(product, starts, axis=1).reshape(reps, sites, cells).sum(axis=1)
            )

        used = (number.reshape(shape) > 0).sum(axis=(1, 3)).mean(axis=0)
        freedom = counts.sum(axis=0) - used
        if covariates is not None and len(covariates):
            freedom = freedom * (1 - len(covariates) / freedom.sum())
        return self._told(by_cell, roots, counts, counts, _scatter(apart, cells, inside), freedom, held)

    def _of_clusters(
        self,
        group: NDArray[np.int64],
        rows: GroupRows,
        held: Mapping[Term, Array],
        values: Array,
        counts: NDArray[np.int64],
        covariates: Array | None,
        clusters: Clusters,
    ) -> Contrasts:
        (sites, cells), groups, reps = counts.shape, rows.count, len(group)
        units = counts.ravel()
        many = len(clusters.members)
        place = np.repeat(np.arange(many), clusters.members) * groups + group
        if covariates is not None and len(covariates):
            values = _adjusted(values, covariates, place)
        number = _sums(np.ones((1, *group.shape)), place, many * groups)[0]
        means = _sums(values, place, many * groups) / np.maximum(number, 1.0)
        weights = number if clusters.alike else np.minimum(number, 1.0)
        cell = np.repeat(np.arange(len(units)), units)[:, None] * groups + np.arange(groups)
        place = np.broadcast_to(cell.ravel(), number.shape)  # of a cluster's group by site, arm and group
        taken = 0
        if clusters.covariates is not None and len(clusters.covariates):
            shared = np.repeat(clusters.covariates, groups, axis=2)
            means, taken = _adjusted(means, shared, place, weights), len(clusters.covariates)
        powers = np.stack([weights, weights**2, weights**3, np.minimum(number, 1.0)])
        whole, two, three, used = _sums(powers, place, sites * cells * groups)
        safe = np.maximum(whole, 1.0)
        by_cell = _sums(means * weights, place, whole.shape[1]) / safe
        apart = (means - np.take_along_axis(by_cell, place[None], axis=2)) * weights
        shape = (reps, sites, cells, groups)
        people = _sums(number[None], place, whole.shape[1])[0].reshape(shape).sum(axis=2)
        sound = used.reshape(shape).min(axis=2) > 0
        share = people / people.sum(axis=2, keepdims=True)
        roots = np.sqrt(np.where(sound, share, 0.0))
        # the variance of each mean times the clusters of its arm, on average over the rows of a site
        left = two - 2 * three / safe + two**2 / safe**2  # of sum w^2 (y - mean)^2, in variances of y
        factor = np.where(used > 1, two / np.where(used > 1, left, 1.0), 0.0) / safe**2
        factor = (
            factor.reshape(shape) * share[:, :, None] * (counts * (counts - 1))[None, :, :, None] / groups
        )

        def inside(product: Array) -> Array:
            sums = _sums(product[None], place, whole.shape[1])[0].reshape(shape)
            return np.asarray((sums * factor).sum(axis=(1, 3)))

        freedom = counts.sum(axis=0) - float(sites)
        freedom = freedom * (1 - taken / freedom.sum())
        left_in = np.add.reduceat(clusters.members, np.concatenate([[0], np.cumsum(units)[:-1]]))
        persons = left_in.reshape(sites, cells)
        scatter = _scatter(apart, cells, inside)
        return self._told(by_cell.reshape(-1, *shape), roots, counts, persons, scatter, freedom, held)

    def _told(
        self,
        by_cell: Array,
        roots: Array,
        counts: NDArray[np.int64],
        persons: NDArray[np.int64],
        scatter: Array,
        freedom: Array,
        held: Mapping[Term, Array],
    ) -> Contrasts:
        """The contrasts of means (V, R, K, L + 1, G), each group's times the root of its share (R, K, G)."""
        nodes, reps, _, cells, groups = by_cell.shape
        effects = (by_cell[:, :, :, 1:] - by_cell[:, :, :, :1]) * roots[None, :, :, None]
        return Contrasts(
            self.nodes,
            np.ascontiguousarray(effects.transpose(3, 0, 1, 2, 4)).reshape(cells - 1, nodes, reps, -1),
            np.repeat(counts.astype(np.float64), groups, axis=0),
            scatter,
            freedom,
            np.repeat(persons.astype(np.float64), groups, axis=0),
            held,
            groups,
            roots.reshape(reps, -1),
        )


def _scatter(apart: Array, cells: int, inside: Callable[[Array], Array]) -> Array:
    """(L + 1, V, V, R) for each pair of nodes what ``inside`` gives of the product of their deviations, (R, L + 1)."""
    found = np.empty((cells, len(apart), len(apart), apart.shape[1]))
    for i in range(len(apart)):
        for j in range(i, len(apart)):
            found[:, i, j] = found[:, j, i] = inside(apart[i] * apart[j]).T
    return found


def _sums(values: Array, place: NDArray[np.int64], count: int) -> Array:
    """Sums of values (V, R, N) over the persons in each place, (V, R, count)."""
    flat = (place + np.arange(len(place))[:, None] * count).ravel()
    found = [np.bincount(flat, each.ravel(), minlength=len(place) * count) for each in values]
    return np.array(found, dtype=np.float64).reshape(len(values), len(place), count)


def _adjusted(
    values: Array, covariates: Array, place: NDArray[np.int64], weights: Array | None = None
) -> Array:
    """Values less what covariates predict, by slopes within the cells of groups that are common to all of them."""
    count, w = int(place.max()) + 1, np.ones(place.shape) if weights is None else weights
    number = np.maximum(_sums(w[None], place, count), 1e-300)
    means = _sums(covariates * w, place, count) / number
    x = ((covariates - np.take_along_axis(means, place[None], axis=2)) * w).transpose(1, 0, 2)
    y = values.transpose(1, 2, 0)
    slopes = np.linalg.solve(x @ covariates.transpose(1, 2, 0), x @ y)
    return np.asarray(values - (covariates.transpose(1, 2, 0) @ slopes).transpose(2, 0, 1))
