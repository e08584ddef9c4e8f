"""Trials drawn at the level of site effects, with contrasts of groups of persons of which those of the sites are made up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from identcheck.derive.heterogeneity import Term
from identcheck.plan.closed.polynomials import Products, evaluated
from identcheck.plan.inputs.anticipated import Anticipated, Array
from identcheck.plan.simulation.contrasts import Contrasts
from identcheck.plan.simulation.groups import Alike, Asked, GroupRows, repeated
from identcheck.plan.simulation.sites import Effect, SiteLevel

__all__ = ["GroupedSites"]


@dataclass(frozen=True, eq=False)
class _Room:
    """The rows of one kind of groups in R trials: effects (L, V, R, K C), covariances within, terms, roots of shares."""

    effects: Array
    inside: Array
    held: dict[Term, Array]
    roots: Array


class GroupedSites(SiteLevel):
    """Draws the contrasts of sites and of groups of their persons, in the same trials.

    Args:
        anticipated: the definite plan.
        products: averages of products of effects in sites.
        asked: the terms of modifiers that are wanted, by what persons of a row are alike in.
    """

    def __init__(self, anticipated: Anticipated, products: Products, asked: Asked) -> None:
        super().__init__(anticipated, products, asked.get((), ()), modifiers=True)
        self.known = products
        by = {alike: GroupRows(anticipated, alike, terms) for alike, terms in asked.items() if alike}
        names = {name for alike in by for name in alike}
        every = tuple(m.name for m in anticipated.design.modifiers if m.name in names)
        self.kinds = by
        self.finest = by.get(every) or GroupRows(anticipated, every, ())
        self.levels = {rows.alike: self._level(rows) for rows in (*by.values(), self.finest)}
        self.block = max(1, self.block // (2 * sum(rows.count for rows in by.values())))

    def _level(self, rows: GroupRows) -> SiteLevel:
        level = SiteLevel(repeated(rows.at), rows.products)
        means = rows.count - 1 if self.at.allocation.clusters is None else 0  # one for each group
        further = means * self.at.sites
        level.freedom = np.maximum(self.at.allocation.freedom.sum(axis=0) - further, 1.0)
        return level

    def draw(self, rng: np.random.Generator, reps: int) -> Contrasts:
        """The contrasts of this many trials."""
        rooms = {alike: self._room(rows, reps) for alike, rows in self.kinds.items()}
        sites = self._drawn(rng, reps, partial(self._fill, rng, rooms))
        return replace(sites, by={alike: self._found(rng, alike, room) for alike, room in rooms.items()})

    def _room(self, rows: GroupRows, reps: int) -> _Room:
        arms, nodes = len(self.at.design.treatments), len(self.nodes)
        shape = reps, self.at.sites * rows.count
        held = {term: np.empty(shape) for term in rows.terms}
        effects, inside = np.empty((arms, nodes, *shape)), np.empty((arms + 1, nodes, nodes, reps))
        return _Room(effects, inside, held, np.empty(shape))

    def _found(self, rng: np.random.Generator, alike: Alike, room: _Room) -> Contrasts:
        level, groups = self.levels[alike], self.kinds[alike].count
        scatter, people = level.scatter(rng, room.inside), level.at.allocation.people
        return Contrasts(
            self.nodes,
            room.effects,
            level.counts,
            scatter,
            level.freedom,
            people,
            room.held,
            groups,
            room.roots,
        )

    def _fill(
        self,
        rng: np.random.Generator,
        rooms: dict[Alike, _Room],
        drawn: list[Effect],
        out: Array,
        here: slice,
    ) -> None:
        """Draw one block of trials in groups, given effects and characteristics of the sites; those of the sites of them."""
        finest, shape = self.finest, (here.stop - here.start, self.at.sites)
        mix = finest.mix(drawn, rng.standard_normal((len(finest.alike), *shape)))
        effects, shares = finest.rows(drawn, mix)
        own, inside = self._contrasts(rng, finest, effects, np.sqrt(shares))
        shares = shares.reshape(*shape, -1)
        weighted = own.reshape(*own.shape[:2], *shares.shape) * np.sqrt(shares)
        out[:] = weighted.sum(axis=-1)
        for alike, room in rooms.items():
            rows = self.kinds[alike]
            found, whole, known, within = own, shares, effects, inside
            if rows is not finest:
                known, _ = rows.rows(drawn, mix[[finest.alike.index(name) for name in alike]])
                within = self._contrasts(rng, rows, known, np.ones(1))[1]
                joined = finest.in_coarser(rows)
                whole = shares @ joined
                found = ((weighted @ joined) / np.sqrt(whole)).reshape(*own.shape[:3], -1)
            room.roots[here] = np.sqrt(whole).reshape(shape[0], -1)
            room.effects[:, :, here], room.inside[..., here] = found, within
            for term, values in rows.held(known).items():
                room.held[term][here] = values

    def _contrasts(
        self, rng: np.random.Generator, rows: GroupRows, effects: list[Effect], roots: Array
    ) -> tuple[Array, Array]:
        """Contrasts of groups times the root of their shares, (L, V, R, K C), and the covariances within, (L + 1, V, V, R)."""
        level, arms = self.levels[rows.alike], self.at.design.treatments
        shape = np.shape(effects[0])
        out = np.empty((len(arms), len(self.nodes), *shape))
        inside = np.empty((len(arms) + 1, len(self.nodes), len(self.nodes), shape[0]))
        normals = rng.standard_normal((level.kind.normals, *shape))
        for part in level.kind.shared:
            normals[part] = np.repeat(normals[part][..., :: rows.count], rows.count, axis=-1) * roots
        level.kind.fill(effects, normals, out, inside)
        for a, arm in enumerate(arms):
            for v, node in enumerate(self.nodes):
                out[a, v] += (roots - 1.0) * evaluated(rows.products.site_effect(arm, node), effects)
        return out, inside
