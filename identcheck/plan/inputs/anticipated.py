"""A plan made definite for a design: every number, as arrays, with its source."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from identcheck.basics.display import Brief
from identcheck.derive.words import assigned_unit
from identcheck.describe.declarations import Edge
from identcheck.describe.design import Design
from identcheck.plan.inputs.allocation import Allocation
from identcheck.plan.inputs.notes import INPUTS, Input
from identcheck.plan.inputs.plan import Plan
from identcheck.plan.inputs.units import worded_input
from identcheck.tables.table import Table

__all__ = ["Anticipated", "Array", "Groups", "Moved", "Thirds"]

Array = NDArray[np.float64]
Thirds = dict[tuple[int, int, int], float]


@dataclass(frozen=True, eq=False)
class Moved:
    """What drawn modifiers do to effects.

    Attributes:
        names: the modifiers; M of them.
        loadings: (E, M) by how much an effect changes per unit of a modifier: its SD across sites, or, where it is of persons,
            within them.
        across: (M, M) covariance of the modifiers across sites; of persons' of their averages in sites.
        inside: (M, M) their covariance across the persons of a site.
    """

    names: tuple[str, ...]
    loadings: Array
    across: Array
    inside: Array

    def covariance(self, table: str, given: Collection[str] = ()) -> Array:
        """(E, E) what they bring into the covariance of effects, "between" sites or "within"; some of them held fixed.

        Source: theory, equation (14.4).
        """
        spread = self.across if table == "between" else self.inside
        fixed = [i for i, name in enumerate(self.names) if name in given]
        if fixed:
            known = np.linalg.pinv(spread[np.ix_(fixed, fixed)], hermitian=True)
            spread = spread - spread[:, fixed] @ known @ spread[fixed, :]
        found = self.loadings @ spread @ self.loadings.T
        return np.asarray((found + found.T) / 2)  # rounding would leave it unsymmetric


@dataclass(frozen=True, eq=False)
class Groups:
    """Groups of the persons of a site who are alike in some characteristics, as rows in place of sites.

    Attributes:
        names: the characteristics; P of them.
        values: (C, P) theirs in each of the groups, in SDs over all persons.
        sd: (P,) these SDs, in SDs within sites.
        correlation: (P, P) of the characteristics over all persons.
        slopes: (E, P) by how much an effect changes with each, the others the same, per SD within sites.
    """

    names: tuple[str, ...]
    values: Array
    sd: Array
    correlation: Array
    slopes: Array


@dataclass(frozen=True, eq=False)
class Anticipated(Brief):
    """The numbers of a plan for a design.

    Attributes:
        design: the design, whose strategies are looked at.
        world: the design with the suspected arrows: what the numbers are about.
        plan: what the user said.
        edges: the world's causal arrows, in topological order; E of them.
        mean: (E,) average effects over sites.
        between: (E, E) their covariance across sites.
        within: (E, E) their covariance across the persons of a site.
        third_between: third central moments across sites by positions i <= j <= k in ``edges``.
        third_within: the same within sites.
        nodes: mediators in topological order, then the outcome; V of them.
        residual: (V, V) covariance of their disturbances within arms, before covariates.
        sizes: (K,) persons per site, before anybody drops out.
        shares: (L,) share of a site's units in each arm, in the order of ``design.treatments``; its average over sites.
        allocation: who is assigned to which arm in each site, and what differs between them.
        inputs: every number in words, with its source.
        questioned: what is said of effects too large to be likely, a text each.
        moved: what drawn modifiers do to effects; None where none is drawn.
        cluster_sizes: persons of clusters that differ in size, before anybody drops out; None where they do not.
        unit_size: persons in an assigned unit before anybody drops out: 1, or those of a cluster on average.
        groups: groups of persons as rows, which ``between`` and ``within`` are then about; None where rows are sites.
    """

    design: Design
    world: Design
    plan: Plan
    edges: tuple[Edge, ...]
    mean: Array
    between: Array
    within: Array
    third_between: Thirds
    third_within: Thirds
    nodes: tuple[str, ...]
    residual: Array
    sizes: NDArray[np.int64]
    shares: Array
    allocation: Allocation
    inputs: tuple[Input, ...] = field(repr=False)
    questioned: tuple[str, ...] = ()
    moved: Moved | None = field(default=None, repr=False)
    cluster_sizes: NDArray[np.int64] | None = field(default=None, repr=False)
    unit_size: float = 1.0
    groups: Groups | None = field(default=None, repr=False)

    def given(self, names: Collection[str]) -> Anticipated:
        """The same among sites, and persons, with the same levels of some modifiers: what these bring into covariances is gone.

        Source: theory, equation (14.4).
        """
        if self.moved is None or not names:
            return self
        less = {
            table: getattr(self, table) - self.moved.covariance(table) + self.moved.covariance(table, names)
            for table in ("between", "within")
        }
        return replace(self, **less)

    def _brief(self) -> str:
        return f"Anticipated: {self.sites} sites, {int(self.sizes.sum())} persons, {len(self.inputs)} numbers"

    @property
    def table(self) -> Table:
        """Every number that the results rest on, in the order in which the plan was made definite."""
        count, defaults = len(self.inputs), sum(each.default for each in self.inputs)
        note = f"All {count} numbers are stated in the plan."
        if defaults:
            note = (
                f"{defaults} of these {count} numbers {'is a default' if defaults == 1 else 'are defaults'}: the plan "
                "leaves them out. SD units are residual SDs within arms, after removing a variable's causes in the graph."
            )
        note = " ".join((*(f"Please check: {text}." for text in self.questioned), note))
        records = (
            {**vars(each), **self._worded(each), "default": "default" if each.default else ""}
            for each in self.inputs
        )
        return Table.of("inputs", "Anticipated numbers", INPUTS, records, note)

    def _worded(self, each: Input) -> dict[str, str]:
        """The texts of an input, in the words of the trial."""
        return {key: worded_input(getattr(each, key), self.design) for key in ("name", "unit", "source")}

    @property
    def skewed(self) -> bool:
        """Whether third moments between sites are stated."""
        return any(self.third_between.values())

    @property
    def fixed(self) -> bool:
        """Whether the sites are all whose average effect is asked for, and no sample of others."""
        return self.plan.sites_are == "population"

    @property
    def sites(self) -> int:
        """K, the number of sites."""
        return len(self.sizes)

    @property
    def rows_per_site(self) -> int:
        """C, the groups of persons of a site; 1 where rows are sites."""
        return 1 if self.groups is None else len(self.groups.values)

    @property
    def unit_words(self) -> str:
        """What is assigned, as the plan counts it: "schools", or "pupils"."""
        if self.allocation.clusters is None:
            return self.design.word("persons")
        return assigned_unit(self.design) or "clusters"

    def assigned(self, persons: float) -> tuple[int, str]:
        """So many persons of a site as units that are assigned, with their word: 8, "schools"."""
        return math.ceil(persons / self.unit_size - 1e-9), self.unit_words

    @cached_property
    def mean_size(self) -> float:
        """Persons per site on average."""
        return float(self.sizes.mean())

    @cached_property
    def place(self) -> dict[Edge, int]:
        """The position of each arrow in ``edges``."""
        return {edge: i for i, edge in enumerate(self.edges)}

    @cached_property
    def position(self) -> dict[str, int]:
        """The position of each node in ``nodes``."""
        return {node: i for i, node in enumerate(self.nodes)}

    @cached_property
    def site_weights(self) -> Array:
        """(K,) relative weights of the sites in the estimator (theory, equation (10.1)).

        Those of two-stage least squares count units, persons or clusters; else persons who stay, or 1 each.
        """
        if self.design.weights == "sites":
            return np.ones(self.sites)
        return self.allocation.by_persons if self.design.weights == "persons" else self.allocation.precise

    @cached_property
    def noisiness(self) -> Array:
        """(K,) how large the sampling error of each site's contrasts is, relative to its weighted average."""
        noise, weights = self.allocation.noise, self.site_weights
        return np.asarray(noise * (weights.sum() / (weights @ noise)))

    @cached_property
    def spread_of_weights(self) -> tuple[float, float, float]:
        """K sum w^2 v^k / (sum w)^2 for k = 0, 1, 2 with v the ``noisiness`` of a site: 1 where sites are alike.

        The variance of a weighted mean over sites is the first times what varies between sites, the second times
        sampling error, by K; products of sampling errors take the third.
        """
        share = self.site_weights / self.site_weights.sum()
        found = [self.sites * float((share**2 * self.noisiness**k).sum()) for k in range(3)]
        return found[0], found[1], found[2]

    @cached_property
    def persons(self) -> float:
        """The persons per site that the weighted average of sampling errors is divided by: n where all are alike."""
        return float(self.site_weights.sum() / (self.site_weights / self.sizes).sum())
