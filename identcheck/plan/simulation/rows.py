"""The rows of regressions on the contrasts of arms with control: one for each site and arm.

With z_sl the contrasts of arm l in site s (arm indicators, then nodes) and W_s the weights of the arms' contrasts,
site s contributes q_s = sum over arms l, m of W_s,lm z_sl z_sm'. For two-stage least squares with site fixed
effects and site-by-arm instruments W_s = n_s (diag p_s - p_s p_s'). With R_s R_s' = W_s the turned rows R_s' z_s have weight 1
each and are uncorrelated under sampling error alone. Source: theory, equation (10.2).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from identcheck.derive.heterogeneity import Term
from identcheck.plan.closed.columns import Entry
from identcheck.plan.inputs.allocation import arm_weights
from identcheck.plan.inputs.anticipated import Anticipated, Array
from identcheck.plan.simulation.contrasts import Contrasts

__all__ = ["Rows", "block_size", "blocks_of", "rows_of", "slices", "turned"]

CACHE = 480_000
"""Numbers that a block of trials works on at once: they fit in the cache that processors share, and two threads with such long
steps seldom wait for each other."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Which rows and columns: the arms used, and the nodes that regressions with these arms are about.

    Attributes:
        arms: the arms, as positions among those of the design.
        names: the columns: indicators of these arms, then nodes.
        weights: "precision", "persons" (another one where clusters differ in size) or "sites".
        products: columns that are products with terms of modifiers; they stand last among the names.
    """

    arms: tuple[int, ...]
    names: tuple[str, ...]
    weights: str
    products: tuple[Entry, ...] = ()

    @property
    def nodes(self) -> tuple[str, ...]:
        """The columns that are nodes."""
        return self.names[len(self.arms) : len(self.names) - len(self.products)]

    @property
    def indicators(self) -> frozenset[str]:
        """The columns that are indicators of arms, or products of these with terms."""
        arms = self.names[: len(self.arms)]
        return frozenset((*arms, *(entry.name for entry in self.products if entry.head in arms)))

    def heads(self, columns: Sequence[int]) -> list[str]:
        """The node that each of some columns is of."""
        head = {entry.name: entry.head for entry in self.products}
        return [head.get(self.names[i], self.names[i]) for i in columns]

    def term(self, column: int) -> Term:
        """The term that the node of a column is multiplied with; empty for a node."""
        return {entry.name: entry.term for entry in self.products}.get(self.names[column], ())

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


def rows_of(
    at: Anticipated, arms: Sequence[str], nodes: Sequence[str], products: Sequence[Entry] = ()
) -> Rows:
    """The rows of these arms with columns for these nodes, for these products, and for the arms' with the same terms."""
    order = {node: i for i, node in enumerate(at.nodes)}
    places = tuple(at.design.treatments.index(arm) for arm in arms)
    indicators = (Entry(arm, entry.term) for entry in products for arm in arms)
    every = tuple(dict.fromkeys((*products, *indicators)))
    names = (*arms, *sorted(set(nodes), key=order.__getitem__), *(entry.name for entry in every))
    return Rows(places, names, at.design.weights, every)


def block_size(drawn: Contrasts, rows: Rows, numbers: int) -> int:
    """How many trials a block may have that works on so many numbers of each site and arm."""
    return max(1, CACHE // (len(drawn.counts) * len(rows.arms) * numbers))


def blocks_of(drawn: Contrasts, rows: Rows, numbers: int) -> Iterator[slice]:
    """Blocks of trials, small enough for so many numbers of each site and arm."""
    return slices(drawn.reps, block_size(drawn, rows, numbers))


def slices(reps: int, step: int) -> Iterator[slice]:
    """The trials, so many at a time."""
    for start in range(0, reps, step):
        yield slice(start, min(start + step, reps))


def turned(drawn: Contrasts, rows: Rows, halves: Array, here: slice) -> Array:
    """The turned rows of some trials: (R, C, L, K), the entries of each column by arm and site, or group of a site.

    Args:
        drawn: the trials.
        rows: which rows and columns.
        halves: (K, L, L) lower triangular roots of the weights W_s.
        here: the trials.
    """
    arms, count = len(rows.arms), len(drawn.counts)
    found = np.zeros((here.stop - here.start, len(rows.names), arms, count))
    for a in range(arms):
        columns = _columns(drawn, rows, rows.arms[a], here)
        for j in range(a + 1):
            half = halves[:, a, j]
            found[:, a, j] = half if drawn.roots is None else half * drawn.roots[here]
            for c, entries in enumerate(columns, arms):
                if a == j:
                    np.multiply(entries, half, out=found[:, c, j])
                else:
                    found[:, c, j] += entries * half
    return found


def _columns(drawn: Contrasts, rows: Rows, arm: int, here: slice) -> list[Array]:
    """The entries of an arm's rows in all columns but the indicators, (R, K) each."""
    found = [drawn.effects[arm, drawn.nodes.index(node), here] for node in rows.nodes]
    for entry in rows.products:
        level = drawn.held[entry.term][here]
        if entry.head in drawn.nodes:
            level = drawn.effects[arm, drawn.nodes.index(entry.head), here] * level
        elif entry.head != rows.names[rows.arms.index(arm)]:
            level = np.zeros_like(level)
        elif drawn.roots is not None:
            level = level * drawn.roots[here]
        found.append(level)
    return found
