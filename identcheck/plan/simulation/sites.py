"""Trials drawn at the level of site effects: the distribution of contrasts, without drawing persons.

Where persons of a site respond alike, the contrasts follow from the site's effects and the contrasts of the
disturbances' cell means along the graph, exactly. Where they differ, the contrasts are drawn as normal about the
site's average effects with the exact covariance of cell means. The scatter within arms is drawn for the whole
trial from a Wishart distribution with the covariance that the cells have on average over the trial's sites:
exact where the covariance is the same in all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement

import numpy as np

from identcheck.plan.closed.covariances import arm_covariances
from identcheck.plan.closed.draws import Effects, combined, root
from identcheck.plan.closed.polynomials import Products, evaluated
from identcheck.plan.inputs.anticipated import Anticipated, Array
from identcheck.plan.simulation.rows import Contrasts, cell_counts, observed
from identcheck.plan.simulation.small_matrices import cholesky

__all__ = ["SiteLevel"]

CACHE = 120_000
"""Numbers that a block of trials works on at once: they fit in the processor's cache."""

Effect = Array | float


class SiteLevel:
    """Draws the site contrasts of trials under a plan.

    Args:
        anticipated: the definite plan.
        products: averages of products of effects, where they have been begun already.

    Raises:
        InvalidQuestionError: where persons differ and the graph has too many paths.
    """

    def __init__(self, anticipated: Anticipated, products: Products | None = None) -> None:
        self.at = at = anticipated
        self.nodes = observed(at)
        self.effects = Effects(at.mean, at.between, at.third_between)
        self.counts = cell_counts(at)
        self.freedom = np.maximum(self.counts.sum(axis=0) - at.sites, 1.0)
        self.weights = at.sizes / at.sizes.sum()
        known = Products(at) if products is None else products
        self.kind = _Alike(self) if not at.within.any() else _Different(self, known)
        self.normals = self.effects.normals + self.kind.normals
        live = self.normals + 2 * len(at.nodes) * len(at.design.treatments) + len(at.edges)
        self.block = max(1, CACHE // (live * at.sites))

    def draw(self, rng: np.random.Generator, reps: int) -> Contrasts:
        """The contrasts of this many trials."""
        arms, count, sites = len(self.at.design.treatments), len(self.nodes), self.at.sites
        effects = np.empty((arms, count, reps, sites))
        inside = np.empty((arms + 1, count, count, reps))
        for start in range(0, reps, self.block):
            size = min(self.block, reps - start)
            normals = rng.standard_normal((self.normals, size, sites))
            drawn = self.effects.drawn(rng, normals[: self.effects.normals])
            here = slice(start, start + size)
            self.kind.fill(drawn, normals[self.effects.normals :], effects[:, :, here], inside[..., here])
        pairs = zip(inside, self.freedom.tolist(), strict=True)
        scatter = np.array([_wishart(rng, covariance, freedom) for covariance, freedom in pairs])
        return Contrasts(self.nodes, effects, self.counts, scatter, self.freedom)


class _Alike:
    """Persons of a site respond alike: everything follows along the graph."""

    def __init__(self, level: SiteLevel) -> None:
        self.level = level
        self.root = root(level.at.residual)
        self.normals = self.root.shape[1] * len(level.at.design.treatments)
        each = 1.0 / level.counts
        arms = np.eye(each.shape[1] - 1)
        self.noise = np.asarray(np.linalg.cholesky(each[:, :1, None] + each[:, 1:, None] * arms))

    def fill(self, effects: list[Effect], normals: Array, out: Array, inside: Array) -> None:
        """Contrasts (L, V, R, K) and within-cell covariances (L + 1, V, V, R) of one block of trials."""
        at, nodes, width = self.level.at, self.level.nodes, self.root.shape[1]
        for a, arm in enumerate(at.design.treatments):
            drawn = [self._contrast(a, normals[c::width]) for c in range(width)]
            noise = [combined(row, drawn) for row in self.root]
            known = self._along(effects, {arm: 1.0}, noise)
            for v, node in enumerate(nodes):
                out[a, v] = known[node]
        rows: dict[str, list[Effect]] = {node: [] for node in at.nodes}
        for column in self.root.T.tolist():
            for node, entry in self._along(effects, {}, column).items():
                rows[node].append(entry)
        for i, j in combinations_with_replacement(range(len(nodes)), 2):
            average = _average_product(rows[nodes[i]], rows[nodes[j]], self.level.weights)
            inside[:, i, j] = inside[:, j, i] = average

    def _along(self, effects: list[Effect], start: dict[str, Effect], own: list[Effect]) -> dict[str, Effect]:
        """Each node's value, from that of a treatment and what each node has of its own."""
        known = dict(start)
        at = self.level.at
        for v, node in enumerate(at.nodes):
            total = own[v]
            for u in at.world.causal.predecessors(node):
                if u in known and (isinstance(known[u], np.ndarray) or known[u]):
                    total = total + effects[at.place[u, node]] * known[u]
            known[node] = total
        return {node: known[node] for node in at.nodes}

    def _contrast(self, a: int, normals: Array) -> Array:
        """The contrast of the cell means of a disturbance, (R, K); control's mean is in those of all arms."""
        found: Array = normals[0] * self.noise[:, a, 0]
        for m in range(1, a + 1):
            found += normals[m] * self.noise[:, a, m]
        return found


class _Different:
    """Persons of a site differ: contrasts scatter about the site's average effects as cell means do."""

    def __init__(self, level: SiteLevel, products: Products) -> None:
        self.nodes = level.nodes
        self.weights = level.weights
        arms = level.at.design.treatments
        self.scale = 1.0 / np.sqrt(level.counts)
        self.normals = len(self.nodes) * (len(arms) + 1)
        self.covariances = arm_covariances(products, self.nodes)
        self.averages = [[products.site_effect(arm, node) for node in self.nodes] for arm in arms]

    def fill(self, effects: list[Effect], normals: Array, out: Array, inside: Array) -> None:
        """Contrasts (L, V, R, K) and within-cell covariances (L + 1, V, V, R) of one block of trials."""
        count, shape = len(self.nodes), normals.shape[1:]
        means = []
        for t, matrix in enumerate(self.covariances):
            values = {pair: evaluated(poly, effects) for pair, poly in matrix.items()}
            for (i, j), entry in values.items():
                inside[t, i, j] = inside[t, j, i] = np.broadcast_to(entry, shape) @ self.weights
            halves = cholesky(values, count)
            own = normals[t * count : (t + 1) * count] * self.scale[:, t]
            means.append([sum(halves[v, c] * own[c] for c in range(v + 1)) for v in range(count)])
        for a, averages in enumerate(self.averages):
            for v, poly in enumerate(averages):
                out[a, v] = evaluated(poly, effects) + means[a + 1][v] - means[0][v]


def _average_product(
    left: Sequence[Array | float], right: Sequence[Array | float], weights: Array
) -> Array | float:
    """The weighted average over sites of the sum of products of two rows; each entry (R, K) or a number."""
    total: Array | float = 0.0
    for a, b in zip(left, right, strict=True):
        if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
            total = total + (a * b) @ weights
        elif isinstance(a, np.ndarray):
            total = total + (a @ weights) * b if b else total
        elif isinstance(b, np.ndarray):
            total = total + (b @ weights) * a if a else total
        else:
            total = total + a * b
    return total


def _wishart(rng: np.random.Generator, covariance: Array, freedom: float) -> Array:
    """Sums of squares and products of normal variables, by Bartlett's decomposition.

    Args:
        rng: the stream.
        covariance: (V, V, R) of one observation, by trial.
        freedom: degrees of freedom.

    Returns:
        (V, V, R).
    """
    count, _, reps = covariance.shape
    lower = np.zeros((count, count, reps))
    for i in range(count):
        if freedom > i:
            lower[i, i] = np.sqrt(rng.chisquare(freedom - i, reps))
        lower[i, :i] = rng.standard_normal((i, reps))
    spread = np.zeros_like(lower)
    for (i, c), half in cholesky(covariance, count).items():
        spread[i, : c + 1] += half * lower[c, : c + 1]
    return np.asarray(np.einsum("icr,jcr->ijr", spread, spread))
