"""The persons of a site who are alike in some characteristics, as rows of their own (theory section 14).

A person's effect along an arrow is l'z of the characteristics z that are held fixed, in SDs within sites, plus what is left. In
the group of site s with z the average effect is that of the site plus l'(z - zbar_s), zbar_s the averages of z in the site; what
l'z explains is gone from the covariance within rows and has come into that between them.

Categories are equally frequent over all sites, equal steps apart. A continuous characteristic counts as two groups, an SD below
and above its mean, whose first three moments are those of a normal one. The share of group z in site s is

    (1 + sum of zbar_p z_p / (1 + ratio_p) + sum over p < q of Corr(z_p, z_q) z_p z_q) / number of groups

in SDs over all persons, with ratio the variance of zbar.

Source: theory, equations (14.4) and (14.8).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

import numpy as np

from identcheck.plan.inputs.anticipated import Anticipated, Array, Groups

__all__ = ["Mixed", "equal_steps", "in_groups"]

LEAST = 0.1
"""A group has at least this share of what it would have if all were equally large."""


def equal_steps(count: int) -> tuple[float, ...]:
    """So many values, equal steps apart, with mean 0 and variance 1."""
    values = np.arange(count) - (count - 1) / 2
    return tuple((values / values.std()).tolist())


def in_groups(at: Anticipated, names: Sequence[str]) -> Anticipated:
    """The same plan with groups of persons who are alike in some characteristics as rows; with none of these it is the plan."""
    if at.moved is None or not names:
        return at
    places = [at.moved.names.index(name) for name in names]
    inside = at.moved.inside[:, places]
    known = np.linalg.pinv(inside[places], hermitian=True)
    along = at.moved.loadings @ inside
    slopes = along @ known
    explained = slopes @ along.T
    explained = (explained + explained.T) / 2
    whole = at.moved.across[np.ix_(places, places)] + inside[places]
    sd = np.sqrt(np.diag(whole))
    counts = {m.name: 2 if m.scale == "continuous" else m.terms + 1 for m in at.design.modifiers}
    values = np.array(list(product(*(equal_steps(counts[name]) for name in names))))
    groups = Groups(tuple(names), values, sd, whole / np.outer(sd, sd), slopes)
    allocation = replace(at.allocation, groups=len(values), alike=at.design.weights == "persons")
    return replace(
        at, groups=groups, between=at.between + explained, within=at.within - explained, allocation=allocation
    )


@dataclass(frozen=True)
class Mixed:
    """How the averages zbar of the characteristics across sites go with the sites' average effects and own characteristics.

    Attributes:
        at: the plan in groups.
        whole: the plan in sites.
    """

    at: Anticipated
    whole: Anticipated

    @cached_property
    def _places(self) -> list[int]:
        assert self.at.groups is not None
        assert self.at.moved is not None
        return [self.at.moved.names.index(name) for name in self.at.groups.names]

    def law(self, sites: Sequence[str], covariance: Array) -> tuple[Array, Array]:
        """Slopes of zbar on effects and sites' characteristics, (P, E + M), and the root of what is left, (P, P).

        Args:
            sites: the names of the characteristics of sites.
            covariance: (E + M, E + M) of effects and these across sites.
        """
        moved = self.at.moved
        assert moved is not None
        own = [moved.names.index(name) for name in sites]
        across = moved.across[:, self._places]
        along = np.concatenate([moved.loadings @ across, across[own]])
        slopes = along.T @ np.linalg.pinv(covariance, hermitian=True)
        left = across[self._places] - slopes @ along
        values, vectors = np.linalg.eigh((left + left.T) / 2)
        return slopes, np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))

    def shares(self, mix: Array) -> Array:
        """The share of each group, (C, ...), in sites with averages zbar of the characteristics, (P, ...)."""
        groups = self.at.groups
        assert groups is not None
        scaled = mix / groups.sd.reshape(-1, *[1] * (mix.ndim - 1))
        pairs = np.triu(groups.correlation, 1)
        joint = np.einsum("cp,pq,cq->c", groups.values, pairs, groups.values)
        found = 1.0 + joint.reshape(-1, *[1] * (mix.ndim - 1)) + np.tensordot(groups.values, scaled, axes=1)
        found = np.maximum(found, LEAST)
        return np.asarray(found / found.sum(axis=0))

    def away(self, mix: Array) -> Array:
        """By how much each arrow's effect in a group is above the site's average, (E, C, ...)."""
        groups = self.at.groups
        assert groups is not None
        own = (groups.values * groups.sd).reshape(*groups.values.shape, *[1] * (mix.ndim - 1))
        return np.asarray(np.tensordot(groups.slopes, own - mix, axes=(1, 1)))
