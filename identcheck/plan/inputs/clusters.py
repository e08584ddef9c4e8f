"""Clusters, their persons, and who drops out, made definite: the cells of a site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from identcheck.basics.arguments import is_word
from identcheck.derive.words import assigned_unit
from identcheck.errors import suggestion
from identcheck.errors.limits import PLANNED_CLUSTERS
from identcheck.plan.inputs.allocation import Allocation, Level
from identcheck.plan.inputs.anticipated import Array
from identcheck.plan.inputs.counts import ATTRITION, checked_counts
from identcheck.plan.inputs.defaults import PER_CLUSTER, PERSONS
from identcheck.plan.inputs.notes import Notes
from identcheck.plan.inputs.persons import (
    allotted,
    demand_length,
    least_persons,
    site_count,
    spread_sizes,
    summed_up,
)
from identcheck.plan.inputs.stated import Sizes

FEWEST_CLUSTERS = 1.5
"""Clusters left in an arm of a site, on average over trials, at the least: below it many have one, or none."""

__all__ = ["CONTROL", "Cells", "allocation_of", "cells_of", "cluster_sizes"]

CONTROL = "control"
"""What control is called in a table of attrition by arm."""


@dataclass(frozen=True, eq=False)
class Cells:
    """Control and the arms of each site.

    Attributes:
        sizes: (K,) persons per site, before anybody drops out.
        counts: (K, L + 1) units that stay: persons, or clusters.
        people: (K, L + 1) persons who stay.
        shares: (L,) average share of a site's units in each arm.
        each: (K, L + 1) persons who stay in a cluster, on average; 1 where persons are assigned.
        uneven: the mean of the sizes of clusters, divided by their harmonic mean.
        differing: the sizes of all clusters, where they differ within sites.
        clustered: whether clusters are assigned.
        unit_size: persons in an assigned unit before anybody drops out, on average.
    """

    sizes: NDArray[np.int64]
    counts: Array
    people: Array
    shares: Array
    each: Array
    uneven: float
    differing: NDArray[np.int64] | None
    clustered: bool
    unit_size: float

    @property
    def harmonic(self) -> Array:
        """(K, L + 1) harmonic mean of the persons who stay in a cluster."""
        return self.each / self.uneven


def cells_of(to: Notes, shares: Array) -> Cells:
    """The cells of a plan.

    Args:
        to: where inputs and problems are written down.
        shares: (1, L) or (sites, L) the share of a site's units in each arm.
    """
    count = site_count(to)
    if len(shares) not in (1, count):
        demand_length(to, "treated", shares.tolist(), count)
        shares = shares[:1]
    least = least_persons(shares)
    if to.plan.clusters is None:
        _demand_clusters(to)
        sizes = allotted(to, "persons", count, least, PERSONS)
        units, each, differing = sizes, np.ones(count), None
    else:
        units = allotted(to, "clusters", count, max(least, 2 * (shares.shape[1] + 1)), PER_CLUSTER)
        each, differing = _persons_of_a_cluster(to, units)
        sizes = np.rint(units * each).astype(np.int64)
        if not assigned_unit(to.design):
            said = "the plan says that clusters are assigned, and the design does not say what they are"
            to.questioned.append((("clusters",), f'{said}; write words = {{ assigned = "school" }}'))
    cells = np.column_stack([1.0 - shares.sum(axis=1), shares]) * np.ones((count, 1))
    assigned = units[:, None] * cells
    stay = 1.0 - _lost(to, count, "attrition", "persons")
    clustered = to.plan.clusters is not None
    if clustered:
        assigned = assigned * (1.0 - _lost(to, count, "cluster_attrition", "clusters"))
    people = assigned * each[:, None] * stay
    counts = assigned if clustered else people
    left = each[:, None] * stay if clustered else np.ones_like(people)
    if not clustered and people.min() < 1:
        to.report(
            ("attrition",),
            f"attrition leaves {people.min():.2g} persons in an arm of a site; plan more persons, or less attrition",
        )
    if to.plan.cluster_attrition is not None and counts.min() < FEWEST_CLUSTERS:
        to.report(
            ("cluster_attrition",),
            f"attrition of clusters leaves {counts.min():.2g} of them in an arm of a site, too few for "
            "variation within arms; plan more clusters, or less attrition of them",
        )
    uneven = 1.0 if differing is None else float(differing.mean() * (1 / differing).mean())
    size = float(sizes.sum() / units.sum()) if clustered else 1.0
    return Cells(sizes, counts, people, shares.mean(axis=0), left, uneven, differing, clustered, size)


def _demand_clusters(to: Notes) -> None:
    """Report what is said of clusters where none are planned."""
    about = ("persons_per_cluster", "cluster_attrition", "icc")
    said_of = {key: getattr(to.plan, key) for key in about} | {"icc": to.plan.icc or None}
    for key, said in said_of.items():
        if said is not None:
            to.report(
                (key,),
                f"{key} is about clusters, but the plan states none; state how many there are in a site, clusters = 8",
            )
    for key in ("r2", "confounding"):
        for name, value in getattr(to.plan, key).items():
            if value.said:
                what = name if isinstance(name, str) else " ~ ".join(name)
                to.report(
                    (key, what),
                    f"{key} of {what} has a number for clusters, but the plan states none; state clusters = 8, or one number",
                )


def _persons_of_a_cluster(to: Notes, units: NDArray[np.int64]) -> tuple[Array, NDArray[np.int64] | None]:
    """Persons in each site's clusters, (K,), before anybody drops out, and the sizes of all clusters where these differ."""
    key, count = "persons_per_cluster", len(units)
    if to.stated.persons is not None:
        of = to.stated.persons / units.mean() if isinstance(to.stated.persons, int) else PER_CLUSTER.value
        instead = f"persons_per_cluster = {max(round(of), 1)}"
        to.report(
            ("persons",),
            f"the plan states clusters, so persons follow from their sizes; write {instead} in its place",
        )
    said = checked_counts(to, key, to.stated.persons_per_cluster, 1)
    if isinstance(said, Sizes):
        to.note("persons per cluster", f"mean {said.mean}, CV {said.cv}", "persons", key, None)
        every = int(units.sum())
        if every > PLANNED_CLUSTERS.most and all(path[0] != "clusters" for path, _ in to.found):
            to.report((key,), PLANNED_CLUSTERS.refusal(every))
        sizes = cluster_sizes(min(every, PLANNED_CLUSTERS.most), said)
        return np.full(count, float(sizes.mean())), sizes
    if isinstance(said, tuple):
        demand_length(to, key, said, count)
        to.note("persons per cluster", summed_up(said), "persons", key, None)
        return np.resize(np.array(said, dtype=np.float64), count), None
    each = PER_CLUSTER.value if said is None else float(said)
    to.note("persons per cluster", f"{each:g}", "persons", key, PER_CLUSTER if said is None else None)
    return np.full(count, each), None


def cluster_sizes(count: int, said: Sizes) -> NDArray[np.int64]:
    """Sizes (count,) of clusters that differ, along the quantiles of a lognormal distribution."""
    return spread_sizes(count, said.mean, said.cv, 1)


def _lost(to: Notes, count: int, key: str, units: str) -> Array:
    """(K, L + 1) the share of persons, or clusters, that drop out, of control and of each arm."""
    arms, said, what = to.design.treatments, getattr(to.plan, key), ATTRITION[key]
    found = np.zeros((count, len(arms) + 1))
    if said is None:
        return found
    if isinstance(said, tuple):
        demand_length(to, key, said, count)
        to.note(what, summed_up(said), f"of a site's {units}", key, None)
        return np.asarray(found + np.resize(np.array(said), count)[:, None])
    if not isinstance(said, Mapping):
        to.note(what, f"{said:g}", f"of all {units}", key, None)
        return np.asarray(found + said)
    cells = (CONTROL, *arms)
    for arm in said:
        if not is_word(arm, cells):
            hint = suggestion(str(arm), cells) or f"; there are {', '.join(map(repr, cells))}"
            to.report((key, str(arm)), f"{arm!r} is no arm of the design{hint}")
    for place, arm in enumerate(cells):
        if arm not in said:
            to.report((key,), f"there is no {what} for {arm!r}; give that of control and of every arm")
            continue
        share = said[arm]
        if isinstance(share, tuple):
            demand_length(to, key, share, count)
        text = summed_up(share) if isinstance(share, tuple) else f"{share:g}"
        to.note(f"{what} ({arm})", text, f"of the {units} assigned to it", key, None)
        found[:, place] = np.resize(np.array(share), count)
    return found


def allocation_of(cells: Cells, persons: Level, clusters: Level | None, *, alike: bool) -> Allocation:
    """The units of the cells with what differs between them.

    Args:
        cells: control and the arms of each site.
        persons: what differs between persons.
        clusters: what differs between clusters; None where persons are assigned.
        alike: whether persons are weighted alike, not clusters.
    """
    sizes, ones = cells.differing, np.ones_like(cells.counts)
    if not alike or sizes is None:
        return Allocation(cells.counts, persons, clusters, cells.harmonic, cells.people, ones)
    square = float((sizes.std() / sizes.mean()) ** 2)
    few = (
        1.0 + square / cells.counts
    )  # the square of a cell's persons is so much larger than that of their average
    uneven = (1.0 + square) / few
    return Allocation(cells.counts, persons, clusters, cells.each / few, cells.people, uneven, sizes=sizes)
