"""The moments of rows: of their products summed over sites, and of the scatter within arms.

A = sum of q_s is what the instruments explain of the nodes' sums of squares within sites. Every estimator here solves linear
equations in A, in the scatter within arms, or both. Source: theory, equation (10.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from identcheck.basics.once import once
from identcheck.plan.inputs.anticipated import Array
from identcheck.plan.simulation.contrasts import Contrasts
from identcheck.plan.simulation.rows import Rows, blocks_of, turned
from identcheck.plan.simulation.small_matrices import bordered

__all__ = ["Kind", "Moments", "moments_of"]

Kind = Literal["first", "precise", "corrected", "among persons"]
"""A, the same under precision weights, A less the expected noise, and with the scatter within arms."""


@dataclass(frozen=True, eq=False)
class Moments:
    """The moments of the rows of R trials; C columns.

    Attributes:
        drawn: the trials.
        rows: their rows.
        weights: (K, L, L) W_s.
        first: (C, C, R) A, the sum over sites of q_s.
        precise: the same under the weights of two-stage least squares.
        scatter: (C, C, R) sums of squares and products within arms, 0 for the indicators.
        noise: (C, C, R) the part of A that sampling error is expected to add.
        freedom: degrees of freedom of the scatter.
    """

    drawn: Contrasts
    rows: Rows
    weights: Array
    first: Array
    precise: Array
    scatter: Array
    noise: Array
    freedom: float

    @once
    def matrix(self, kind: Kind) -> Array:
        """One of these matrices, (C, C, R)."""
        if kind == "corrected":
            return self.first - self.noise
        if kind == "among persons":
            return self.precise + self.scatter
        return self.first if kind == "first" else self.precise

    @once
    def inverse(self, kind: Kind, columns: tuple[int, ...]) -> Array:
        """The inverse of one of these matrices for some columns; what begins with the same columns shares the work."""
        matrix = self.matrix(kind)
        if not columns:
            return np.empty((0, 0, matrix.shape[2]))
        *before, last = columns
        return bordered(self.inverse(kind, tuple(before)), matrix[before, last], matrix[last, last])

    def given(self, kind: Kind, out: Sequence[int], kept: Sequence[int]) -> Array:
        """What one of these matrices says of some columns with others regressed out: A_kk - A_ko A_oo^-1 A_ok."""
        matrix = self.matrix(kind)
        block = np.asarray(matrix[np.ix_(kept, kept)])
        if out:
            cross = matrix[np.ix_(out, kept)]
            half = np.einsum("ijr,jkr->ikr", self.inverse(kind, tuple(out)), cross)
            block -= np.einsum("ikr,ijr->kjr", cross, half)
        return block

    @property
    def place(self) -> dict[str, int]:
        """The position of each column."""
        return {name: i for i, name in enumerate(self.rows.names)}

    @property
    def sites(self) -> int:
        """K."""
        return len(self.drawn.counts) // self.groups

    @property
    def groups(self) -> int:
        """The rows of a site for each arm."""
        return self.drawn.groups

    @property
    def same(self) -> bool:
        """Whether the sites are the population, the same in all trials."""
        return self.drawn.inside is not None


def moments_of(drawn: Contrasts, rows: Rows) -> Moments:
    """The moments of the rows of simulated trials."""
    arms = len(rows.arms)
    weights = rows.arm_weights(drawn)
    first = _summed(drawn, rows, weights)
    used = rows.used
    scatter, noise = np.zeros_like(first), np.zeros_like(first)
    inside = [i for i, name in enumerate(rows.names) if i >= arms and name not in rows.indicators]
    kept = [drawn.nodes.index(node) for node in rows.heads(inside)]
    inner, outer = np.ix_(kept, kept), np.ix_(inside, inside)
    factors = _noise_factors(weights, drawn.counts[:, used])
    held = _held_together(drawn, rows, inside) if rows.products else 1.0
    for t, factor in zip(used, factors, strict=True):
        own = drawn.scatter[t][inner] * held
        scatter[outer] += own
        noise[outer] += own * (factor / drawn.freedom[t])
    precise = first
    if rows.weights != "precision":
        exact = rows.arm_weights(drawn, precision=True)
        if not np.allclose(exact, weights, rtol=1e-12, atol=0.0):
            precise = _summed(drawn, rows, exact)
    freedom = float(drawn.freedom[used].sum())
    return Moments(drawn, rows, weights, first, precise, scatter, noise, freedom)


def _held_together(drawn: Contrasts, rows: Rows, inside: Sequence[int]) -> Array:
    """What the scatter of two nodes is multiplied by for two columns: the average over sites of the product of their terms.

    That sites scatter more or less with a modifier is neglected. (C', C', R) for the columns ``inside``.
    """
    terms = [rows.term(i) for i in inside]
    ones = np.ones((drawn.reps, len(drawn.counts)))
    levels = [drawn.held[term] if term else ones for term in terms]
    shares = ones if drawn.roots is None else drawn.roots**2 * drawn.groups
    return np.array([[(one * other * shares).mean(axis=1) for other in levels] for one in levels])


def _noise_factors(weights: Array, counts: Array) -> list[float]:
    """For control and each arm, how much of its covariance within cells is in A, summed over sites."""
    control = float((weights.sum(axis=(1, 2)) / counts[:, 0]).sum())
    arms = (np.diagonal(weights, axis1=1, axis2=2) / counts[:, 1:]).sum(axis=0)
    return [control, *arms.tolist()]


def _summed(drawn: Contrasts, rows: Rows, weights: Array) -> Array:
    """A (C, C, R) under the weights W_s."""
    count = len(rows.names)
    halves = np.asarray(np.linalg.cholesky(weights), dtype=np.float64)
    found = np.empty((count, count, drawn.reps))
    for here in blocks_of(drawn, rows, 2 * count):
        entries = turned(drawn, rows, halves, here).reshape(here.stop - here.start, count, -1)
        found[..., here] = np.matmul(entries, entries.transpose(0, 2, 1)).transpose(1, 2, 0)
    return found
