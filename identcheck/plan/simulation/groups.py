"""Groups of the persons of a site who are alike in some characteristics, in trials that are drawn.

At the level of site effects a group's contrasts are those of its average effects, with the sampling error of so many persons; the
site's own are made up of those of its groups, so that all estimates are of the same trials. Person by person each one has
characteristics, and is assigned by lot whatever these are.

The row of a group of share w counts as w of its site. Here it is w^(1/2) times the row, whose sampling error is that of a whole
site's, so that the weights W_s of the sites serve for groups too. Source: theory, equations (14.4) and (14.8).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from identcheck.derive.heterogeneity import Term
from identcheck.plan.closed.polynomials import Products, evaluated
from identcheck.plan.inputs.allocation import Allocation
from identcheck.plan.inputs.anticipated import Anticipated, Array
from identcheck.plan.inputs.groups import Mixed, in_groups
from identcheck.plan.inputs.sites_law import sites_law

__all__ = ["Alike", "Asked", "GroupRows", "repeated"]

Alike = tuple[str, ...]
"""Characteristics of persons in which those of a row are alike."""
Asked = dict[Alike, tuple[Term, ...]]
"""The terms of modifiers that are wanted in the rows of each kind."""
Effects = list[Array | float]


def repeated(at: Anticipated) -> Anticipated:
    """A plan in groups, with each group as if it were its whole site: the groups of a site one after the other."""
    count, own = at.rows_per_site, at.allocation

    def each(values: Array) -> Array:
        return np.repeat(values, count, axis=0)

    allocation = Allocation(
        each(own.counts),
        own.persons,
        own.clusters,
        each(own.each),
        each(own.people),
        each(own.uneven),
        own.groups,
        own.alike,
        own.sizes,
    )
    return replace(at, sizes=np.repeat(at.sizes, count), allocation=allocation)


@dataclass(frozen=True, eq=False)
class GroupRows:
    """The rows of one kind of groups.

    Attributes:
        whole: the plan in sites.
        alike: the characteristics.
        terms: of modifiers, that are wanted.
    """

    whole: Anticipated
    alike: Alike
    terms: Sequence[Term]

    @cached_property
    def at(self) -> Anticipated:
        """The plan in these groups."""
        return in_groups(self.whole, self.alike)

    @cached_property
    def products(self) -> Products:
        """Averages of products of effects in groups."""
        return Products(self.at)

    @cached_property
    def mixed(self) -> Mixed:
        """How sites differ in their mix of persons."""
        return Mixed(self.at, self.whole)

    @property
    def count(self) -> int:
        """C, the groups of a site."""
        return self.at.rows_per_site

    @cached_property
    def _mix(self) -> tuple[Array, Array]:
        law = sites_law(self.whole)
        return self.mixed.law(law.names, law.covariance)

    def mix(self, effects: Effects, normals: Array) -> Array:
        """The averages of the characteristics in sites, (P, ...), given effects and characteristics of the sites."""
        slopes, root = self._mix
        mean = sites_law(self.whole).mean
        found = np.tensordot(root, normals, axes=1)
        for row, slope in zip(found, slopes, strict=True):
            for place in np.flatnonzero(slope):
                row += slope[place] * (effects[place] - mean[place])
        return np.asarray(found)

    def rows(self, effects: Effects, mix: Array) -> tuple[Effects, Array]:
        """Effects and characteristics in each group, and the groups' shares, group by group of each site, (..., K C) each."""
        away = np.moveaxis(self.mixed.away(mix), 1, -1)
        shares = np.moveaxis(self.mixed.shares(mix), 0, -1)
        flat = (*shares.shape[:-2], -1)
        edges, law = len(self.at.mean), sites_law(self.at)
        found: Effects = []
        for place in range(edges):
            known = effects[place]
            own = known[..., None] if isinstance(known, np.ndarray) else known
            found.append(np.asarray(own + away[place]).reshape(flat))
        groups, whole = self.at.groups, sites_law(self.whole)
        assert groups is not None
        for name in law.names:
            if name in groups.names:
                values = np.broadcast_to(groups.values[:, groups.names.index(name)], shares.shape)
                found.append(values.reshape(flat))
            else:
                known = effects[whole.place(name)]
                found.append(np.repeat(np.broadcast_to(known, shares.shape[:-1]), self.count, axis=-1))
        return found, shares.reshape(flat)

    def held(self, effects: Effects) -> dict[Term, Array]:
        """The terms in each group, less their averages in the plan."""
        shape = np.shape(effects[-1])
        return {
            term: np.asarray(np.broadcast_to(evaluated(self.products.term(term), effects), shape))
            for term in self.terms
        }

    def in_coarser(self, other: GroupRows) -> Array:
        """(C, C') which of the groups of other rows, by fewer characteristics, each of these groups is in: 1 or 0."""
        groups, fewer = self.at.groups, other.at.groups
        assert groups is not None
        assert fewer is not None
        places = [groups.names.index(name) for name in fewer.names]
        same = np.abs(groups.values[:, None, places] - fewer.values[None]) < 1e-9
        return np.asarray(same.all(axis=2), dtype=np.float64)
