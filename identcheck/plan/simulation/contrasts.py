"""What a trial shows: the contrasts of arms with control by site, and the scatter within arms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from identcheck.derive.heterogeneity import Term
from identcheck.plan.inputs.anticipated import Anticipated, Array

__all__ = ["Contrasts", "observed"]


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
        held: terms of modifiers in each trial and site, less their averages in the plan, (R, K) each.
    """

    nodes: tuple[str, ...]
    effects: Array
    counts: Array
    scatter: Array
    freedom: Array
    people: Array
    held: Mapping[Term, Array] = field(default_factory=dict)

    @property
    def reps(self) -> int:
        """R, the number of trials."""
        return int(self.effects.shape[2])


def observed(anticipated: Anticipated) -> tuple[str, ...]:
    """The measured mediators and the outcome."""
    return tuple(node for node in anticipated.nodes if node not in anticipated.design.unobserved)
