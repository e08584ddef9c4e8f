"""Contrasts where persons of a site respond alike: everything follows along the graph from effects and disturbances."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from identcheck.plan.closed.draws import mixed, root
from identcheck.plan.closed.polynomials import Products
from identcheck.plan.inputs.allocation import Part
from identcheck.plan.inputs.anticipated import Anticipated, Array
from identcheck.plan.simulation.loadings import Effect, Loadings

__all__ = ["Alike"]


class _Noise:
    """One part of what differs between units.

    Attributes:
        root: (V, C) of the disturbances that covariates leave.
        slopes: (V, .) the SD of what covariates explain of each disturbance, where there is any.
        errors: (V, .) the SD of the error with which each is measured.
        scale: (K, L + 1) what its covariance is multiplied by in each cell.
        halves: for each arm its row of the root of the covariance over arms of a contrast of cell means, (K,) each, or a number
            where sites are alike.
    """

    def __init__(self, part: Part, counts: Array) -> None:
        level = part.whole
        self.root = root(level.left)
        self.slopes = np.diag(np.sqrt(level.explained))[:, level.explained > 0]
        self.errors = np.diag(np.sqrt(level.error))[:, level.error > 0]
        self.width = self.root.shape[1] + self.slopes.shape[1] + self.errors.shape[1]
        self.scale = part.scale
        each = part.scale / counts
        arms = np.eye(each.shape[1] - 1)
        root_of = np.linalg.cholesky(each[:, :1, None] + each[:, 1:, None] * arms).transpose(1, 2, 0)
        self.halves: list[list[Array | float]] = [
            [half if np.ptp(half) else float(half[0]) for half in row[: a + 1]]
            for a, row in enumerate(root_of)
        ]

    def contrasts(self, a: int, normals: Array) -> Array:
        """An arm's contrasts of the cell means of its variables, (C, R, K); control's mean is in those of all arms.

        Args:
            a: the arm; those after it come first.
            normals: (L, C, R, K); the arm's own are written over.
        """
        *others, own = self.halves[a]
        found: Array = normals[a]
        found *= own
        for each, half in zip(normals, others, strict=False):
            found += each * half
        return found


class Alike:
    """Draws contrasts of sites whose persons respond alike.

    Args:
        at: the definite plan.
        products: averages of products of effects.
        nodes: what is observed.
        counts: (K, L + 1) units by site in control and in each arm.
        weights: (L + 1, K) by which scatter within cells is averaged over sites.
    """

    def __init__(
        self, at: Anticipated, products: Products, nodes: Sequence[str], counts: Array, weights: Array
    ) -> None:
        self.at, self.shown = at, [at.position[node] for node in nodes]
        self.parts = [_Noise(part, counts) for part in at.allocation.parts]
        self.weights = [
            weights * part.scale.T / (at.rows_per_site if one.shared else 1)
            for part, one in zip(self.parts, at.allocation.parts, strict=True)
        ]
        self.arms = at.design.treatments
        ends = np.cumsum([0, *(part.width * len(self.arms) for part in self.parts)]).tolist()
        self.normals = ends[-1]
        self.shared = [slice(*ends[k : k + 2]) for k, part in enumerate(at.allocation.parts) if part.shared]
        before = [(node, [*at.world.causal.predecessors(node)]) for node in at.nodes]
        self.before = [
            [(at.position[u], at.place[u, node]) for u in parents if u in at.position]
            for node, parents in before
        ]
        self.treated = [
            {at.position[node]: at.place[arm, node] for node, parents in before if arm in parents}
            for arm in self.arms
        ]
        self.common = np.zeros((len(at.nodes), len(at.nodes)))
        if any(part.slopes.size for part in self.parts):
            self.common = np.array([[products.mean_effect(u, v) for u in at.nodes] for v in at.nodes])
        self.known: tuple[Effect | None, ...] | None = None
        self.loadings: list[Loadings] = []

    def fill(self, effects: Sequence[Effect], normals: Array, out: Array, inside: Array) -> None:
        """Contrasts (L, V, R, K) and within-cell covariances of i <= j, (L + 1, V, V, R), of one block of trials.

        Args:
            effects: along all arrows.
            normals: (., R, K) independent standard normal variables, which are written over.
            out: for the contrasts.
            inside: for the covariances.
        """
        for a in reversed(range(len(self.arms))):
            own, known, seen = self._drawn(a, normals)
            if known is not None:
                own += known
            self._along(effects, a, own)
            for v, place in enumerate(self.shown):
                out[a, v] = own[place]
                if known is not None:  # what covariates predict, by slopes common to all sites
                    out[a, v] -= np.tensordot(self.common[place], known, axes=1)
                if seen is not None:
                    out[a, v] += seen[place]
        for k, (loadings, weights) in enumerate(zip(self._loadings(effects), self.weights, strict=True)):
            varying = loadings.varying(effects, normals.shape[1:])
            alike = (weights == weights[0]).all()
            found = np.array(
                [loadings.covariance(varying, own) for own in (weights[:1] if alike else weights)]
            )
            np.add(inside, found, out=inside) if k else np.copyto(inside, found)

    def by_site(self, effects: Sequence[Effect], sites: int) -> Array:
        """The covariance of units within cells by site, of the one trial that effects (1, K) are of, (L + 1, V, V, K)."""
        pairs = zip(self._loadings(effects), self.parts, strict=True)
        each = [loadings.by_site(effects, sites) * part.scale.T[:, None, None] for loadings, part in pairs]
        return np.asarray(sum(each))

    def _drawn(self, a: int, normals: Array) -> tuple[Array, Array | None, Array | None]:
        """An arm's contrasts of all nodes' disturbances, of what covariates explain of these, of errors of measurement."""
        shape, start = normals.shape[1:], 0
        found: list[Array | None] = [None, None, None]
        for part in self.parts:
            stop = start + part.width * len(self.arms)
            drawn = part.contrasts(a, normals[start:stop].reshape(len(self.arms), part.width, *shape))
            start, first = stop, 0
            for which, weights in enumerate((part.root, part.slopes, part.errors)):
                last = first + weights.shape[1]
                if last > first:
                    was = found[which]
                    more: Array = mixed(weights, drawn[first:last])
                    found[which] = more if was is None else was + more
                first = last
        own, known, seen = found
        return np.zeros((len(self.at.nodes), *shape)) if own is None else own, known, seen

    def _along(self, effects: Sequence[Effect], a: int, own: Array) -> None:
        """Add to what each node has of its own what comes from an arm along the graph."""
        nodes, term = [*own], np.empty(own.shape[1:])
        for v, parents in enumerate(self.before):
            total = nodes[v]
            if v in self.treated[a]:
                total += effects[self.treated[a][v]]
            for u, edge in parents:
                total += np.multiply(nodes[u], effects[edge], out=term)

    def _loadings(self, effects: Sequence[Effect]) -> list[Loadings]:
        """What each part's independent variables come to, for arrows of which the same vary."""
        known = tuple(None if isinstance(each, np.ndarray) else each for each in effects)
        if known != self.known:
            self.known, self.loadings = known, [self._of(part, effects) for part in self.parts]
        return self.loadings

    def _of(self, part: _Noise, effects: Sequence[Effect]) -> Loadings:
        own = np.concatenate([part.root, part.slopes], axis=1)
        less = np.concatenate([np.zeros_like(part.root), self.common @ part.slopes], axis=1)
        return Loadings(self.before, own, effects, less, part.errors, self.shown)
