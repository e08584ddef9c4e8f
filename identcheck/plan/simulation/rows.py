"""What a trial shows, the contrasts of arms with control by site, and the rows of regressions on them, with their moments.

There is a row for each site and arm; moments are of rows and of their products.

With z_sl the contrasts of arm l in site s (arm indicators, then nodes) and W_s the weights of the arms' contrasts,
site s contributes q_s = sum over arms l, m of W_s,lm z_sl z_sm'. For two-stage least squares with site fixed
effects and site-by-arm instruments W_s = n_s (diag p_s - p_s p_s'), and A = sum of q_s is what the instruments
explain of the nodes' sums of squares within sites. Every estimator here solves linear equations in A, in the
scatter within arms, or both; as each is a sum over sites, its variance robust to clustering by site follows from
the second moments of the q_s. Source: theory, equation (10.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np

from identcheck.plan.inputs.allocation import arm_weights
from identcheck.plan.inputs.anticipated import Anticipated, Array

__all__ = ["Contrasts", "Moments", "Rows", "moments_of", "observed", "rows_of"]


@dataclass(frozen=True, eq=False)
class Contrasts:
    """Estimated site effects of R simulated trials.

    Attributes:
        nodes: the measured mediators in topological order, then the outcome; V of them.
        effects: (L, V, R, K) mean of each node in an arm less that in control, by trial and site.
        counts: (K, L + 1) units by site in control and in each arm: persons, or clusters where those are assigned.
        scatter: (L + 1, V, V, R) sums of squares and products of units about the cell means, summed over sites, of
            the controls and of each arm.
        freedom: (L + 1,) degrees of freedom of each scatter: units less sites.
        people: (K, L + 1) persons by site in control and in each arm.
    """

    nodes: tuple[str, ...]
    effects: Array
    counts: Array
    scatter: Array
    freedom: Array
    people: Array

    @property
    def reps(self) -> int:
        """R, the number of trials."""
        return int(self.effects.shape[2])


def observed(anticipated: Anticipated) -> tuple[str, ...]:
    """The measured mediators and the outcome."""
    return tuple(node for node in anticipated.nodes if node not in anticipated.design.unobserved)


CACHE = 120_000
"""Numbers that a block of trials works on at once."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Which rows and columns: the arms used, and the nodes that regressions with these arms are about.

    Attributes:
        arms: the arms, as positions among those of the design.
        names: the columns: indicators of these arms, then nodes.
        weights: "precision", "persons" (another one where clusters differ in size) or "sites".
    """

    arms: tuple[int, ...]
    names: tuple[str, ...]
    weights: str

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """The pairs of columns a <= b, in the order of the second moments."""
        return list(combinations_with_replacement(range(len(self.names)), 2))

    @property
    def used(self) -> list[int]:
        """Control and these arms, as positions among the cells of a site."""
        return [0, *(a + 1 for a in self.arms)]

    def arm_weights(self, drawn: Contrasts, precision: bool = False) -> Array:
        """W_s, (K, L, L): of the arms' contrasts in each site.

        Args:
            drawn: the trials.
            precision: those of two-stage least squares, whatever the design says.
        """
        if precision:
            return arm_weights(drawn.counts[:, self.used])
        counts = drawn.people if self.weights == "persons" else drawn.counts
        return arm_weights(counts[:, self.used], self.weights == "sites")


@dataclass(frozen=True, eq=False)
class Moments:
    """The moments of the rows of R trials; C columns, D = C (C + 1) / 2 pairs of them.

    Attributes:
        rows: the rows.
        sites: K.
        first: (C, C, R) A, the sum over sites of q_s.
        precise: the same under the weights of two-stage least squares.
        second: (D, D, R) sums over sites of products of two elements of q_s.
        scatter: (C, C, R) sums of squares and products within arms, 0 for the indicators.
        noise: (C, C, R) the part of A that sampling error is expected to add.
        freedom: degrees of freedom of the scatter.
    """

    rows: Rows
    sites: int
    first: Array
    precise: Array
    second: Array
    scatter: Array
    noise: Array
    freedom: float

    @property
    def place(self) -> dict[str, int]:
        """The position of each column."""
        return {name: i for i, name in enumerate(self.rows.names)}


def rows_of(at: Anticipated, arms: Sequence[str], nodes: Sequence[str]) -> Rows:
    """The rows of these arms with columns for these nodes."""
    order = {node: i for i, node in enumerate(at.nodes)}
    places = tuple(at.design.treatments.index(arm) for arm in arms)
    return Rows(places, (*arms, *sorted(set(nodes), key=order.__getitem__)), at.design.weights)


def moments_of(drawn: Contrasts, rows: Rows) -> Moments:
    """The moments of the rows of simulated trials."""
    arms = len(rows.arms)
    weights = rows.arm_weights(drawn)
    kept = [drawn.nodes.index(name) for name in rows.names[arms:]]
    first, second = _summed(drawn, rows, weights, kept)
    used = rows.used
    scatter, noise = np.zeros_like(first), np.zeros_like(first)
    inner = np.ix_(kept, kept)
    factors = _noise_factors(weights, drawn.counts[:, used])
    for t, factor in zip(used, factors, strict=True):
        own = drawn.scatter[t][inner]
        scatter[arms:, arms:] += own
        noise[arms:, arms:] += own * (factor / drawn.freedom[t])
    precise = first
    if rows.weights != "precision":
        exact = rows.arm_weights(drawn, precision=True)
        if not np.allclose(exact, weights, rtol=1e-12, atol=0.0):
            precise = _summed(drawn, rows, exact, kept)[0]
    freedom = float(drawn.freedom[used].sum())
    return Moments(rows, len(drawn.counts), first, precise, second, scatter, noise, freedom)


def _noise_factors(weights: Array, counts: Array) -> list[float]:
    """For control and each arm, how much of its covariance within cells is in A, summed over sites."""
    control = float((weights.sum(axis=(1, 2)) / counts[:, 0]).sum())
    arms = (np.diagonal(weights, axis1=1, axis2=2) / counts[:, 1:]).sum(axis=0)
    return [control, *arms.tolist()]


def _summed(drawn: Contrasts, rows: Rows, weights: Array, kept: list[int]) -> tuple[Array, Array]:
    """A (C, C, R) under the weights W_s, and the second moments of its parts (D, D, R)."""
    count, pairs, sites = len(rows.names), rows.pairs, len(drawn.counts)
    reps = drawn.reps
    halves = np.asarray(np.linalg.cholesky(weights), dtype=np.float64)  # lower triangular R with R R' = W_s
    first = np.empty((count, count, reps))
    second = np.empty((len(pairs), len(pairs), reps))
    step = max(1, CACHE // (sites * (len(pairs) + 2 * count)))
    parts = np.empty((len(pairs), min(step, reps), sites))
    for start in range(0, reps, step):
        here = slice(start, min(start + step, reps))
        block = parts[:, : here.stop - start]
        contrasts = [[drawn.effects[a, v, here] for v in kept] for a in rows.arms]
        _products(contrasts, halves, block)
        sums = block.sum(axis=2)
        for (i, j), value in zip(pairs, sums, strict=True):
            first[i, j, here] = first[j, i, here] = value
        by_trial = block.transpose(1, 0, 2)
        second[..., here] = np.matmul(by_trial, by_trial.transpose(0, 2, 1)).transpose(1, 2, 0)
    return first, second


def _products(effects: list[list[Array]], halves: Array, out: Array) -> None:
    """q_s by pairs of columns, (D, R, K), from contrasts by arm and node, (R, K) each, and the halves of W_s."""
    arms = len(effects)
    for j in range(arms):
        turned: list[Array] = [halves[:, a, j] for a in range(arms)]
        for v, own in enumerate(effects[j]):
            total = own * halves[:, j, j]
            for a in range(j + 1, arms):
                total += effects[a][v] * halves[:, a, j]
            turned.append(total)
        place = 0
        for i, left in enumerate(turned):
            for right in turned[i:]:
                if j == 0:
                    np.multiply(left, right, out=out[place])
                else:
                    out[place] += left * right
                place += 1
