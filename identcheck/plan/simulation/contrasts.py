"""What a trial shows: contrasts of arms with control by site, and how much persons scatter within arms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from identcheck.plan.inputs.anticipated import Anticipated, Array

__all__ = ["Contrasts", "arm_weights", "cell_counts", "observed"]


@dataclass(frozen=True, eq=False)
class Contrasts:
    """Estimated site effects of R simulated trials.

    Attributes:
        nodes: the measured mediators in topological order, then the outcome; V of them.
        effects: (L, V, R, K) mean of each node in an arm less that in control, by trial and site.
        counts: (K, L + 1) persons by site in control and in each arm.
        scatter: (L + 1, V, V, R) sums of squares and products about the cell means, summed over sites, of
            the controls and of each arm.
        freedom: (L + 1,) degrees of freedom of each scatter: persons less sites.
    """

    nodes: tuple[str, ...]
    effects: Array
    counts: Array
    scatter: Array
    freedom: Array

    @property
    def reps(self) -> int:
        """R, the number of trials."""
        return int(self.effects.shape[2])


def observed(anticipated: Anticipated) -> tuple[str, ...]:
    """The measured mediators and the outcome."""
    return tuple(node for node in anticipated.nodes if node not in anticipated.design.unobserved)


def cell_counts(anticipated: Anticipated) -> Array:
    """(K, L + 1) persons in control and in each arm, by site; not rounded."""
    shares = np.concatenate([[1.0 - anticipated.shares.sum()], anticipated.shares])
    return np.asarray(np.outer(anticipated.sizes, shares))


def arm_weights(counts: Array, alike: bool = False) -> Array:
    """W_s of theory, equation (10.2), (K, L, L): the weights of the arms' contrasts in each site.

    Args:
        counts: (K, L + 1) persons in control and in the arms used.
        alike: whether every site counts as one of average size.
    """
    total = counts.sum(axis=1)
    shares = counts[:, 1:] / total[:, None]
    inner = np.eye(shares.shape[1]) * shares[:, None, :] - shares[:, :, None] * shares[:, None, :]
    return np.asarray((np.full_like(total, total.mean()) if alike else total)[:, None, None] * inner)
