"""Trials drawn person by person: effects, disturbances, treatment, mediators and outcome; clusters, covariates, drop-out.

Where clusters are assigned, each has disturbances of its own, and what is regressed are means of clusters. Covariates are taken
out by slopes common to all sites: of persons' covariates as they differ within clusters (or arms of sites), of those of
clusters as these differ within arms of sites. Who drops out is drawn neither by values nor by effects.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from identcheck.derive.heterogeneity import Term
from identcheck.errors import InvalidPlanError
from identcheck.plan.closed.draws import Effects, SiteEffects, mixed, root
from identcheck.plan.closed.polynomials import Products, evaluated
from identcheck.plan.inputs.allocation import Level
from identcheck.plan.inputs.anticipated import Anticipated, Array
from identcheck.plan.simulation.contrasts import Contrasts, joined, observed
from identcheck.plan.simulation.groups import Asked
from identcheck.plan.simulation.persons_in_groups import Clusters, Kinds, PersonGroups

__all__ = ["PersonLevel", "Persons", "contrasts_of", "numbers_of_a_trial", "whole_cells"]

CACHE = 400_000
"""Numbers that a block of trials works on at once."""

SEED = 20131018
"""Of the order in which clusters of different sizes stand."""


@dataclass(frozen=True, eq=False)
class Persons:
    """The data of R simulated trials with the same N persons' places: sites in order, control before the arms, by cluster.

    Attributes:
        nodes: the measured mediators in topological order, then the outcome; V of them.
        counts: (K, L + 1) persons by site in control and in each arm, or clusters.
        site: (N,) each person's site.
        arm: (N,) 0 for control, l for the l-th arm.
        values: (V, R, N) each node.
        clusters: (C,) persons of each cluster; None where persons are assigned.
        covariates: (., R, N) covariates of persons.
        shared: (., R, C) covariates of clusters.
        alike: whether persons are weighted alike, not clusters.
        held: terms of modifiers, less their averages in the plan, (R, K) each.
        kinds: the groups of persons that each person is in; None where none are wanted.
        same: whether the sites are the population, the same in all trials.
    """

    nodes: tuple[str, ...]
    counts: NDArray[np.int64]
    site: NDArray[np.int64]
    arm: NDArray[np.int64]
    values: Array
    clusters: NDArray[np.int64] | None = None
    covariates: Array | None = None
    shared: Array | None = None
    alike: bool = False
    held: Mapping[Term, Array] = field(default_factory=dict)
    kinds: Kinds | None = None
    same: bool = False


def whole_cells(at: Anticipated) -> NDArray[np.int64]:
    """(K, L + 1) units in control and in each arm, by site: whole numbers, at least 2.

    Raises:
        InvalidPlanError: where a site has too few of them for that.
    """
    counts, clustered = at.allocation.counts, at.allocation.clusters is not None
    total = np.rint(counts.sum(axis=1)).astype(np.int64)
    arms = np.maximum(np.rint(counts[:, 1:]), 2).astype(np.int64)
    control = total - arms.sum(axis=1)
    if np.any(control < 2):
        few, word = int(total[control < 2].min()), "clusters" if clustered else "persons"
        raise InvalidPlanError(
            [
                f"{word}: sites of {few} {word} are too small for at least two {word} in "
                "control and in each arm at these shares; simulate larger sites, or site effects (level='sites')"
            ]
        )
    return np.column_stack([control, arms])


def numbers_of_a_trial(at: Anticipated) -> int:
    """How many numbers the persons of one trial take while they are drawn and summed up."""
    normals = len(at.edges) + 3 * len(at.nodes)
    return int(at.sizes.sum()) * (normals + 2 * len(at.edges) + 4 * len(at.nodes) + 6)


class _Disturbances:
    """Draws what differs between units of one level: what covariates leave, covariates with what they explain, errors."""

    def __init__(self, level: Level) -> None:
        self.root = root(level.left)
        self.slopes = np.diag(np.sqrt(level.explained))[:, level.explained > 0]
        self.errors = np.sqrt(level.error)
        self.width = self.root.shape[1] + self.slopes.shape[1] + int(np.count_nonzero(self.errors))

    def drawn(self, rng: np.random.Generator, shape: tuple[int, ...]) -> tuple[Array, Array]:
        """The disturbance of each node, and the covariates."""
        normals = rng.standard_normal((self.root.shape[1] + self.slopes.shape[1], *shape))
        covariates = normals[self.root.shape[1] :].copy()
        return mixed(np.concatenate([self.root, self.slopes], axis=1), normals), covariates

    def seen(self, rng: np.random.Generator, node: int, shape: tuple[int, ...]) -> Array | float:
        """The error with which a node is measured."""
        return rng.standard_normal(shape) * self.errors[node] if self.errors[node] else 0.0


class PersonLevel:
    """Draws the persons of trials under a plan.

    Args:
        anticipated: the definite plan.
        products: averages of products of effects, where they have been begun already.
        terms: of modifiers, that the trials are to have in sites, and in groups of persons.
        same: the sites where they are the population; None where each trial draws its own.
    """

    def __init__(
        self,
        anticipated: Anticipated,
        products: Products | None = None,
        terms: Asked | None = None,
        same: SiteEffects | None = None,
    ) -> None:
        self.at = at = anticipated
        known, asked = Products(at) if products is None else products, terms or {}
        self.terms = {term: known.term(term) for term in asked.get((), ())}
        self.groups = PersonGroups(at, asked) if any(asked) else None
        self.nodes = observed(at)
        self.counts = whole_cells(at)
        self.across = SiteEffects(at, bool(self.terms) or any(asked)) if same is None else same
        self.same = same is not None
        within = at.within if self.groups is None else self.groups.finest.at.within
        self.inside = Effects(np.zeros(len(at.edges)), within, at.third_within, at.plan.third_law)
        self.persons_own = _Disturbances(at.allocation.persons)
        clusters = at.allocation.clusters
        self.clusters_own = None if clusters is None else _Disturbances(clusters)
        self.clusters = None if clusters is None else _persons_left(at, self.counts)
        arms = self.counts.shape[1]
        units = self.counts.ravel()
        site, arm = (
            np.repeat(np.arange(len(units)) // arms, units),
            np.repeat(np.arange(len(units)) % arms, units),
        )
        members = np.ones_like(site) if self.clusters is None else self.clusters
        self.unit = np.repeat(np.arange(len(site)), members)
        self.site, self.arm = np.repeat(site, members), np.repeat(arm, members)
        live = self.inside.normals + self.persons_own.width + 2 * len(at.nodes) + len(at.edges)
        self.block = max(1, CACHE // (live * len(self.site)))

    def persons(self, rng: np.random.Generator, reps: int) -> Persons:
        """The data of this many trials."""
        at, people = self.at, len(self.site)
        across = self.across.drawn(rng, rng.standard_normal((self.across.normals, reps, at.sites)))
        inside = self.inside.drawn(rng, rng.standard_normal((self.inside.normals, reps, people)))
        disturbances, covariates = self.persons_own.drawn(rng, (reps, people))
        shared = None
        if self.clusters_own is not None:
            between, shared = self.clusters_own.drawn(rng, (reps, len(self._members)))
            disturbances += between[:, :, self.unit]
        kinds = None if self.groups is None else self.groups.drawn(rng, across, self.site)
        known: dict[str, Array] = {
            arm: (self.arm == place).astype(np.float64)
            for place, arm in enumerate(at.design.treatments, start=1)
        }
        for v, node in enumerate(at.nodes):
            total = np.zeros((reps, people)) + disturbances[v]
            for u in at.world.causal.predecessors(node):
                edge = at.place[u, node]
                own = self._each(across[edge], inside[edge])
                total += (own if kinds is None else own + kinds.away[edge]) * known[u]
            known[node] = total
        values = np.array([known[node] + self._seen(rng, at.position[node], reps) for node in self.nodes])
        return Persons(
            self.nodes,
            self.counts,
            self.site,
            self.arm,
            values,
            self.clusters,
            covariates,
            shared,
            at.design.weights == "persons",
            {term: np.asarray(evaluated(poly, across)) for term, poly in self.terms.items()},
            kinds,
            self.same,
        )

    @property
    def _members(self) -> NDArray[np.int64]:
        assert self.clusters is not None
        return self.clusters

    def _seen(self, rng: np.random.Generator, node: int, reps: int) -> Array | float:
        """The error with which persons, and clusters, are measured."""
        found = self.persons_own.seen(rng, node, (reps, len(self.site)))
        if self.clusters_own is not None and self.clusters_own.errors[node]:
            shared = np.asarray(self.clusters_own.seen(rng, node, (reps, len(self._members))))
            found = found + shared[:, self.unit]
        return found

    def _each(self, across: Array | float, inside: Array | float) -> Array | float:
        """The effects of one arrow for all persons: their site's average plus their own deviation."""
        return (across[..., self.site] if isinstance(across, np.ndarray) else across) + inside

    def draw(self, rng: np.random.Generator, reps: int) -> Contrasts:
        """The contrasts of this many trials."""
        sizes = (min(self.block, reps - start) for start in range(0, reps, self.block))
        return joined([self._contrasts(rng, size) for size in sizes])

    def _contrasts(self, rng: np.random.Generator, reps: int) -> Contrasts:
        data = self.persons(rng, reps)
        found = contrasts_of(data)
        if data.kinds is None or self.groups is None:
            return found
        clusters = None if data.clusters is None else Clusters(data.clusters, data.shared, data.alike)
        told = data.kinds, data.values, data.counts, data.covariates, clusters
        return replace(found, by=self.groups.contrasts(*told))


def _persons_left(at: Anticipated, counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Persons who stay in each cluster, sites in order, control before the arms: whole numbers, at least 1.

    What a cell has in all is shared out as evenly as may be, clusters of different sizes in proportion to them.
    """
    people = at.allocation.people / at.allocation.counts * counts
    said = at.cluster_sizes
    rng = np.random.default_rng(SEED)
    whole = (
        np.ones(int(counts.sum())) if said is None else rng.permutation(np.resize(said, int(counts.sum())))
    )
    found, start = [], 0
    for units, persons in zip(counts.ravel().tolist(), people.ravel().tolist(), strict=True):
        own = whole[start : start + units].astype(np.float64)
        start += units
        exact = own * (persons / units / (1.0 if said is None else float(said.mean())))
        floor = np.maximum(np.floor(exact), 1.0)
        short = round(float(exact.sum() - floor.sum()))
        if short > 0:
            floor[np.argsort(floor - exact, kind="stable")[:short]] += 1
        found.append(floor.astype(np.int64))
    return np.concatenate(found)


def contrasts_of(data: Persons) -> Contrasts:
    """The contrasts of arms with control by site, and the scatter of units about the cell means, of persons' data."""
    sites, cells = data.counts.shape
    values, members = data.values, data.clusters
    units = data.counts.ravel()
    people = units if members is None else np.add.reduceat(members, _starts(units))
    weights = np.ones(int(units.sum()))
    covariates = data.covariates
    if members is not None:
        values = _adjusted(values, covariates, members)
        values = np.add.reduceat(values, _starts(members), axis=2) / members
        weights = members.astype(np.float64) if data.alike else weights
        covariates = data.shared
    taken = 0 if covariates is None else len(covariates)
    values = _adjusted(values, covariates, units)
    count, reps, _ = values.shape
    sizes = np.add.reduceat(weights, _starts(units))
    means = np.add.reduceat(values * weights, _starts(units), axis=2) / sizes
    by_cell = means.reshape(count, reps, sites, cells)
    inside = np.empty((cells, count, count, sites))
    effects = np.moveaxis(by_cell[..., 1:] - by_cell[..., :1], 3, 0)
    scatter = np.empty((cells, count, count, reps))
    apart = (values - np.repeat(means, units, axis=2)) * np.repeat(_right_on_average(weights, units), units)
    apart *= weights
    for i in range(count):
        for j in range(i, count):
            by_site = np.add.reduceat(apart[i] * apart[j], _starts(units), axis=1).reshape(reps, sites, cells)
            scatter[:, i, j] = scatter[:, j, i] = by_site.sum(axis=1).T
            inside[:, i, j] = inside[:, j, i] = (by_site.mean(axis=0) / (data.counts - 1)).T
    counts = data.counts.astype(np.float64)
    freedom = counts.sum(axis=0) - sites
    freedom *= 1 - taken / freedom.sum()
    shape = (sites, cells)
    return Contrasts(
        data.nodes,
        np.ascontiguousarray(effects),
        counts,
        scatter,
        freedom,
        people.reshape(shape).astype(np.float64),
        data.held,
        inside=inside if data.same else None,
    )


def _right_on_average(weights: Array, units: NDArray[np.int64]) -> Array:
    """What makes squares of weighted deviations in each cell right on average where all units vary alike: 1 / mean weight.

    Where weights differ, deviations from a weighted mean are smaller than with equal weights, which is made good here.
    """
    starts = _starts(units)
    one, two, three = (np.add.reduceat(weights**power, starts) for power in (1, 2, 3))
    left = two - 2 * three / one + two**2 / one**2  # of sum w^2 (y - mean)^2, in variances of y
    return np.asarray(np.sqrt((units - 1) * two / units / left) * (units / one))


def _starts(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.asarray(np.concatenate([[0], np.cumsum(sizes)[:-1]]))


def _adjusted(values: Array, covariates: Array | None, sizes: NDArray[np.int64]) -> Array:
    """Values (V, R, N) less what covariates predict, by slopes within groups of these sizes that are common to all groups."""
    if covariates is None or not len(covariates):
        return values

    def within(each: Array) -> Array:
        return np.asarray(
            each - np.repeat(np.add.reduceat(each, _starts(sizes), axis=2) / sizes, sizes, axis=2)
        )

    x = within(covariates).transpose(1, 0, 2)
    y = values.transpose(1, 2, 0)  # centring the covariates is enough
    slopes = np.linalg.solve(x @ x.transpose(0, 2, 1), x @ y)
    return np.asarray(values - (covariates.transpose(1, 2, 0) @ slopes).transpose(2, 0, 1))
