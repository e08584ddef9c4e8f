"""Trials drawn person by person: effects, disturbances, treatment, mediators and outcome."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from identcheck.errors import InvalidPlanError
from identcheck.plan.closed.draws import Effects, combined, root
from identcheck.plan.inputs.anticipated import Anticipated, Array
from identcheck.plan.simulation.rows import Contrasts, observed

__all__ = ["PersonLevel", "Persons", "contrasts_of", "numbers_of_a_trial", "whole_cells"]

CACHE = 400_000
"""Numbers that a block of trials works on at once."""


@dataclass(frozen=True, eq=False)
class Persons:
    """The data of R simulated trials with the same N persons' places: sites in order, control before the arms.

    Attributes:
        nodes: the measured mediators in topological order, then the outcome; V of them.
        counts: (K, L + 1) persons by site in control and in each arm.
        site: (N,) each person's site.
        arm: (N,) 0 for control, l for the l-th arm.
        values: (V, R, N) each node.
    """

    nodes: tuple[str, ...]
    counts: NDArray[np.int64]
    site: NDArray[np.int64]
    arm: NDArray[np.int64]
    values: Array


def whole_cells(at: Anticipated) -> NDArray[np.int64]:
    """(K, L + 1) persons in control and in each arm, by site: whole numbers, at least 2.

    Raises:
        InvalidPlanError: where a site has too few persons for that.
    """
    counts = np.maximum(np.rint(np.outer(at.sizes, at.shares)), 2).astype(np.int64)
    control = at.sizes - counts.sum(axis=1)
    if np.any(control < 2):
        raise InvalidPlanError(
            [
                f"persons: sites of {int(at.sizes[control < 2].min())} persons are too small for at least two persons in "
                "control and in each arm at these shares; simulate larger sites, or site effects (level='sites')"
            ]
        )
    return np.column_stack([control, counts])


def numbers_of_a_trial(at: Anticipated) -> int:
    """How many numbers the persons of one trial take while they are drawn and summed up."""
    normals = len(at.edges) + len(at.nodes)
    return int(at.sizes.sum()) * (normals + 2 * len(at.edges) + 4 * len(at.nodes) + 6)


class PersonLevel:
    """Draws the persons of trials under a plan.

    Args:
        anticipated: the definite plan.
    """

    def __init__(self, anticipated: Anticipated) -> None:
        self.at = at = anticipated
        self.nodes = observed(at)
        self.counts = whole_cells(at)
        self.across = Effects(at.mean, at.between, at.third_between)
        self.inside = Effects(np.zeros(len(at.edges)), at.within, at.third_within)
        self.residual = root(at.residual)
        cells = self.counts.ravel()
        arms = self.counts.shape[1]
        self.site = np.repeat(np.arange(len(self.counts)), self.counts.sum(axis=1))
        self.arm = np.repeat(np.tile(np.arange(arms), len(self.counts)), cells)
        live = self.inside.normals + self.residual.shape[1] + len(at.nodes) + len(at.edges)
        self.block = max(1, CACHE // (live * len(self.site)))

    def persons(self, rng: np.random.Generator, reps: int) -> Persons:
        """The data of this many trials."""
        at, people = self.at, len(self.site)
        across = self.across.drawn(rng, rng.standard_normal((self.across.normals, reps, at.sites)))
        normals = rng.standard_normal((self.inside.normals + self.residual.shape[1], reps, people))
        inside = self.inside.drawn(rng, normals[: self.inside.normals])
        disturbances = normals[self.inside.normals :]
        known: dict[str, Array] = {
            arm: (self.arm == place).astype(np.float64)
            for place, arm in enumerate(at.design.treatments, start=1)
        }
        for v, node in enumerate(at.nodes):
            total = np.zeros((reps, people)) + combined(self.residual[v], disturbances)
            for u in at.world.causal.predecessors(node):
                edge = at.place[u, node]
                total += self._each(across[edge], inside[edge]) * known[u]
            known[node] = total
        values = np.array([known[node] for node in self.nodes])
        return Persons(self.nodes, self.counts, self.site, self.arm, values)

    def _each(self, across: Array | float, inside: Array | float) -> Array | float:
        """The effects of one arrow for all persons: their site's average plus their own deviation."""
        return (across[..., self.site] if isinstance(across, np.ndarray) else across) + inside

    def draw(self, rng: np.random.Generator, reps: int) -> Contrasts:
        """The contrasts of this many trials."""
        sizes = (min(self.block, reps - start) for start in range(0, reps, self.block))
        parts = [contrasts_of(self.persons(rng, size)) for size in sizes]
        return Contrasts(
            self.nodes,
            np.concatenate([part.effects for part in parts], axis=2),
            parts[0].counts,
            np.concatenate([part.scatter for part in parts], axis=3),
            parts[0].freedom,
        )


def contrasts_of(data: Persons) -> Contrasts:
    """The contrasts of arms with control by site, and the scatter about the cell means, of persons' data."""
    sites, cells = data.counts.shape
    count, reps, _ = data.values.shape
    sizes = data.counts.ravel()
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    means = np.add.reduceat(data.values, starts, axis=2) / sizes
    by_cell = means.reshape(count, reps, sites, cells)
    effects = np.moveaxis(by_cell[..., 1:] - by_cell[..., :1], 3, 0)
    scatter = np.empty((cells, count, count, reps))
    apart = data.values - np.repeat(means, sizes, axis=2)
    for i in range(count):
        for j in range(i, count):
            by_site = np.add.reduceat(apart[i] * apart[j], starts, axis=1).reshape(reps, sites, cells)
            scatter[:, i, j] = scatter[:, j, i] = by_site.sum(axis=1).T
    counts = data.counts.astype(np.float64)
    return Contrasts(data.nodes, np.ascontiguousarray(effects), counts, scatter, counts.sum(axis=0) - sites)
