"""Trials drawn at the level of site effects: the distribution of contrasts, without drawing persons.

Where persons of a site respond alike, the contrasts follow from the site's effects and the contrasts of the
disturbances' cell means along the graph, exactly. Where they differ, the contrasts are drawn as normal about the
site's average effects with the exact covariance of cell means. The scatter within arms is drawn for the whole
trial from a Wishart distribution with the covariance that the cells have on average over sites: exact where
the covariance is the same in all of them.
"""

from __future__ import annotations

import numpy as np

from identcheck.planning.anticipated import Anticipated, Array
from identcheck.planning.polynomials import Poly, Products
from identcheck.planning.simulation.contrasts import Contrasts, cell_counts, observed
from identcheck.planning.simulation.covariances import Matrix, arm_covariances, averaged, too_many, value
from identcheck.planning.simulation.effects import Effects, combined, root
from identcheck.planning.simulation.small import cholesky

__all__ = ["SiteLevel"]

CACHE = 80_000
"""Numbers that a block of trials works on at once: they fit in the processor's cache."""
AVERAGED = 20_000
"""Sites over which a covariance is averaged that is not multiplied out."""


class SiteLevel:
    """Draws the site contrasts of trials under a plan.

    Args:
        anticipated: the definite plan.
        products: averages of products of effects, where they have been begun already.
    """

    def __init__(self, anticipated: Anticipated, products: Products | None = None) -> None:
        self.at = at = anticipated
        self.nodes = observed(at)
        self.products = Products(at) if products is None else products
        self.effects = Effects(at.mean, at.between, at.third_between)
        self.counts = cell_counts(at)
        self.alike = not at.within.any()
        self.residual = root(at.residual)
        arms = len(at.design.treatments)
        per_arm = self.residual.shape[1] * arms if self.alike else len(self.nodes) * (arms + 1)
        self.normals = self.effects.normals + per_arm
        live = self.normals + 2 * (len(at.nodes) * arms) + len(at.edges)
        self.block = max(1, CACHE // (live * at.sites))
        self.freedom = np.maximum(self.counts.sum(axis=0) - at.sites, 1.0)
        self._inside: list[Matrix] = []
        self._averages: dict[tuple[int, int], Poly] = {}
        if not self.alike:
            self._inside = arm_covariances(self.products, self.nodes)
            for a, arm in enumerate(at.design.treatments):
                for v, node in enumerate(self.nodes):
                    self._averages[a, v] = self.products.site_effect(arm, node)
        self.scatter_roots = [root(matrix) for matrix in self._scatters()]
        self.noise = np.linalg.cholesky(self._contrast_noise())

    def draw(self, rng: np.random.Generator, reps: int) -> Contrasts:
        """The contrasts of this many trials."""
        arms = len(self.at.design.treatments)
        effects = np.empty((arms, len(self.nodes), reps, self.at.sites))
        for start in range(0, reps, self.block):
            self.fill(rng, effects[:, :, start : start + self.block])
        return self.with_scatter(rng, effects)

    def with_scatter(self, rng: np.random.Generator, effects: Array) -> Contrasts:
        """Contrasts that are drawn, with the scatter within arms beside them."""
        reps = effects.shape[2]
        pairs = zip(self.scatter_roots, self.freedom.tolist(), strict=True)
        scatter = np.array([wishart(rng, half, freedom, reps) for half, freedom in pairs])
        return Contrasts(self.nodes, effects, self.counts, scatter, self.freedom)

    def fill(self, rng: np.random.Generator, out: Array) -> None:
        """Draw one block of trials into (L, V, R, K)."""
        normals = rng.standard_normal((self.normals, *out.shape[2:]))
        varying = self.effects.normals
        effects = self.effects.drawn(rng, normals[:varying])
        if self.alike:
            self._along_graph(effects, normals[varying:], out)
        else:
            self._about_averages(effects, normals[varying:], out)

    def _along_graph(self, effects: list[Array | float], normals: Array, out: Array) -> None:
        """Contrasts where persons respond alike: along the graph from the arm, with the noise of each node."""
        at = self.at
        place = {node: i for i, node in enumerate(self.nodes)}
        width = self.residual.shape[1]
        for a, arm in enumerate(at.design.treatments):
            noise = [self._arm_noise(a, normals[c::width]) for c in range(width)]
            known: dict[str, Array | float] = {arm: 1.0}
            for v, node in enumerate(at.nodes):
                total = combined(self.residual[v], np.asarray(noise)) if width else 0.0
                for u in at.world.causal.predecessors(node):
                    if u in known:
                        total = total + effects[at.place[u, node]] * known[u]
                known[node] = total
                if node in place:
                    out[a, place[node]] = total

    def _arm_noise(self, a: int, normals: Array) -> Array:
        """The contrast of the cell means of one disturbance, (R, K); control's is in those of all arms."""
        found: Array = normals[0] * self.noise[:, a, 0]
        for m in range(1, a + 1):
            found += normals[m] * self.noise[:, a, m]
        return found

    def _contrast_noise(self) -> Array:
        """(K, L, L) variances and covariances of the arms' contrasts for a disturbance of variance 1."""
        each = 1.0 / self.counts
        arms = each.shape[1] - 1
        return np.asarray(each[:, :1, None] + each[:, 1:, None] * np.eye(arms))

    def _about_averages(self, effects: list[Array | float], normals: Array, out: Array) -> None:
        """Contrasts where persons differ: the site's average effects, and the noise of cell means."""
        count = len(self.nodes)
        cells = []
        for t, matrix in enumerate(self._inside):
            halves = cholesky({pair: value(poly, effects) for pair, poly in matrix.items()}, count)
            drawn = normals[t * count : (t + 1) * count]
            scale = 1.0 / np.sqrt(self.counts[:, t])
            cells.append(
                [sum((halves[v, c] * drawn[c] for c in range(v + 1)), 0.0) * scale for v in range(count)]
            )
        for (a, v), poly in self._averages.items():
            out[a, v] = value(poly, effects) + cells[a + 1][v] - cells[0][v]

    def _scatters(self) -> list[Array]:
        """The average within-cell covariance in control and in each arm, (V, V) each."""
        if self.alike and too_many(self.at, self.nodes):
            return [self._numeric_scatter()] * (len(self.at.design.treatments) + 1)
        matrices = self._inside or arm_covariances(self.products, self.nodes)
        return [averaged(self.products, matrix) for matrix in matrices]

    def _numeric_scatter(self) -> Array:
        """The average of B Sigma B' over drawn sites."""
        at = self.at
        rng = np.random.default_rng(0)
        effects = self.effects.drawn(rng, rng.standard_normal((self.effects.normals, 1, AVERAGED)))
        into = np.zeros((len(at.nodes), len(at.nodes), AVERAGED))
        for v, node in enumerate(at.nodes):
            into[v, v] = 1.0
            for u in at.world.causal.predecessors(node):
                if u in at.position:
                    into[v] += effects[at.place[u, node]] * into[at.position[u]]
        kept = [at.position[node] for node in self.nodes]
        halves = np.einsum("vus,uc->vcs", into[kept], self.residual)
        return np.asarray(np.einsum("vcs,wcs->vw", halves, halves) / AVERAGED)


def wishart(rng: np.random.Generator, half: Array, freedom: float, reps: int) -> Array:
    """Sums of squares and products of normal variables, (V, V, R), by Bartlett's decomposition.

    Args:
        rng: the stream.
        half: (V, C) with half half' the covariance of one observation.
        freedom: degrees of freedom.
        reps: how many matrices.
    """
    count = half.shape[1]
    lower = np.zeros((count, count, reps))
    for i in range(count):
        if freedom > i:
            lower[i, i] = np.sqrt(rng.chisquare(freedom - i, reps))
        lower[i, :i] = rng.standard_normal((i, reps))
    spread = np.tensordot(half, lower, axes=1)
    return np.asarray(np.einsum("icr,jcr->ijr", spread, spread))
