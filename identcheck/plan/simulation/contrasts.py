"""What a trial shows: the contrasts of arms with control by site, and the scatter within arms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from identcheck.derive.heterogeneity import Term
from identcheck.plan.inputs.anticipated import Anticipated, Array

__all__ = ["Contrasts", "joined", "observed"]


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
        inside: (L + 1, V, V, K) covariance of units within control and each arm by site, averaged over trials, where the sites
            are the population; None where each trial draws its own.
        groups: C, the groups of persons of a site where rows are these, K C of them in place of K, group by group of each site,
            each as if it were its whole site.
        roots: (R, K C) the root of each group's share in its site; effects are times it. None where rows are sites.
        by: the same trials in groups of persons who are alike in some characteristics.
    """

    nodes: tuple[str, ...]
    effects: Array
    counts: Array
    scatter: Array
    freedom: Array
    people: Array
    held: Mapping[Term, Array] = field(default_factory=dict)
    groups: int = 1
    roots: Array | None = None
    by: Mapping[tuple[str, ...], Contrasts] = field(default_factory=dict)
    inside: Array | None = None

    def among(self, alike: tuple[str, ...]) -> Contrasts:
        """The rows of persons who are alike in some characteristics; of sites where there are none."""
        return self.by[alike] if alike else self

    @property
    def reps(self) -> int:
        """R, the number of trials."""
        return int(self.effects.shape[2])


def joined(parts: Sequence[Contrasts]) -> Contrasts:
    """Some trials and some more."""
    first = parts[0]
    roots = None if first.roots is None else np.concatenate([p.roots for p in parts if p.roots is not None])
    return replace(
        first,
        effects=np.concatenate([part.effects for part in parts], axis=2),
        scatter=np.concatenate([part.scatter for part in parts], axis=3),
        freedom=np.mean([part.freedom for part in parts], axis=0),
        held={term: np.concatenate([part.held[term] for part in parts]) for term in first.held},
        roots=roots,
        by={alike: joined([part.by[alike] for part in parts]) for alike in first.by},
        inside=None
        if first.inside is None
        else np.mean([p.inside for p in parts if p.inside is not None], axis=0),
    )


def observed(anticipated: Anticipated) -> tuple[str, ...]:
    """The measured mediators and the outcome."""
    return tuple(node for node in anticipated.nodes if node not in anticipated.design.unobserved)
