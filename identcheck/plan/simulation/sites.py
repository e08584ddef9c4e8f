"""Trials drawn at the level of site effects: the distribution of contrasts, without drawing persons.

Where persons of a site respond alike, the contrasts follow from the site's effects and the contrasts of the
disturbances' cell means along the graph, exactly. Where they differ, the contrasts are drawn as normal about the
site's average effects with the exact covariance of cell means. The scatter within arms is drawn for the whole
trial from a Wishart distribution with the covariance that the cells have on average over the trial's sites:
exact where the covariance is the same in all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations_with_replacement, product

import numpy as np

from identcheck.derive.heterogeneity import Term
from identcheck.plan.closed.covariances import arm_covariances
from identcheck.plan.closed.draws import SiteEffects, combined, root
from identcheck.plan.closed.polynomials import Products, evaluated
from identcheck.plan.inputs.allocation import Part
from identcheck.plan.inputs.anticipated import Anticipated, Array
from identcheck.plan.simulation.contrasts import Contrasts, observed
from identcheck.plan.simulation.small_matrices import cholesky

__all__ = ["SiteLevel"]

CACHE = 120_000
"""Numbers that a block of trials works on at once: they fit in the processor's cache."""

AT_ONCE = 4
"""So many matrices or more are multiplied with each other at once, fewer in pairs."""

Effect = Array | float
Further = Callable[[list[Effect], Array, slice], None]


class SiteLevel:
    """Draws the site contrasts of trials under a plan.

    Args:
        anticipated: the definite plan.
        products: averages of products of effects, where they have been begun already.
        terms: of modifiers, that the trials are to have.
        same: the sites where they are the population; None where each trial draws its own.
        modifiers: whether sites are to have their characteristics even so.

    Raises:
        InvalidQuestionError: where persons differ and the graph has too many paths.
    """

    def __init__(
        self,
        anticipated: Anticipated,
        products: Products | None = None,
        terms: Sequence[Term] = (),
        same: SiteEffects | None = None,
        modifiers: bool = False,
    ) -> None:
        self.at = at = anticipated
        self.nodes = observed(at)
        known = Products(at) if products is None else products
        self.terms = {term: known.term(term) for term in terms}
        self.effects = SiteEffects(at, modifiers or bool(terms)) if same is None else same
        self.same = same is not None
        self.counts = at.allocation.counts
        freedom = at.allocation.freedom
        self.freedom = np.maximum(freedom.sum(axis=0), 1.0)
        self.weights = np.where(freedom.any(axis=0), freedom / self.freedom, 1.0 / at.sites).T
        self.kind = _Alike(self, known) if not at.within.any() else _Different(self, known)
        self.normals = self.effects.normals + self.kind.normals
        live = self.normals + 2 * len(at.nodes) * len(at.design.treatments) + len(at.edges)
        self.block = max(1, CACHE // (live * at.sites))

    def draw(self, rng: np.random.Generator, reps: int) -> Contrasts:
        """The contrasts of this many trials."""
        return self._drawn(rng, reps)

    def _drawn(self, rng: np.random.Generator, reps: int, further: Further | None = None) -> Contrasts:
        """The same; ``further`` sees the effects of each block of trials, and may change its contrasts."""
        arms, count, sites = len(self.at.design.treatments), len(self.nodes), self.at.sites
        effects = np.empty((arms, count, reps, sites))
        inside = np.empty((arms + 1, count, count, reps))
        held = {term: np.empty((reps, sites)) for term in self.terms}
        memory = np.empty((self.normals, min(self.block, reps), sites))  # of one block, for all of them
        for start in range(0, reps, self.block):
            size = min(self.block, reps - start)
            normals = memory if size == memory.shape[1] else np.empty((self.normals, size, sites))
            rng.standard_normal(out=normals)
            drawn = self.effects.drawn(rng, normals[: self.effects.normals])
            here = slice(start, start + size)
            for term, poly in self.terms.items():
                held[term][here] = evaluated(poly, drawn)
            self.kind.fill(drawn, normals[self.effects.normals :], effects[:, :, here], inside[..., here])
            if further is not None:
                further(drawn, effects[:, :, here], here)
        within = None
        if self.same:
            within = self.kind.by_site(self.effects.drawn(rng, np.empty((0, 1, sites))), sites)
        people, scatter = self.at.allocation.people, self.scatter(rng, inside)
        return Contrasts(self.nodes, effects, self.counts, scatter, self.freedom, people, held, inside=within)

    def scatter(self, rng: np.random.Generator, inside: Array) -> Array:
        """The scatter within arms of whole trials, by the covariances within cells, (L + 1, V, V, R)."""
        pairs = zip(inside, self.freedom.tolist(), strict=True)
        return np.array([_wishart(rng, covariance, freedom) for covariance, freedom in pairs])


class _Noise:
    """One part of what differs between units, where persons of a site respond alike.

    Attributes:
        root: (V, C) of the disturbances that covariates leave.
        slopes: (V, V) on its diagonal the SD of what covariates explain of each disturbance.
        scale: (K, L + 1) what its covariance is multiplied by in each cell.
        halves: (K, L, L) root of the covariance over arms of a contrast of cell means.
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
        self.halves = np.asarray(np.linalg.cholesky(each[:, :1, None] + each[:, 1:, None] * arms))

    def contrast(self, a: int, normals: Array) -> Array:
        """The contrast of the cell means of a variable, (R, K); control's mean is in those of all arms."""
        found: Array = normals[0] * self.halves[:, a, 0]
        for m in range(1, a + 1):
            found += normals[m] * self.halves[:, a, m]
        return found


class _Alike:
    """Persons of a site respond alike: everything follows along the graph."""

    def __init__(self, level: SiteLevel, products: Products) -> None:
        self.level = level
        at = level.at
        self.parts = [_Noise(part, level.counts) for part in at.allocation.parts]
        self.normals = sum(part.width for part in self.parts) * len(at.design.treatments)
        before = at.world.causal.predecessors
        self.before = [(node, [(u, at.place[u, node]) for u in before(node)]) for node in at.nodes]
        self.common = np.zeros((len(at.nodes), len(at.nodes)))
        if any(part.slopes.size for part in self.parts):
            self.common = np.array([[products.mean_effect(u, v) for u in at.nodes] for v in at.nodes])

    def fill(self, effects: list[Effect], normals: Array, out: Array, inside: Array) -> None:
        """Contrasts (L, V, R, K) and within-cell covariances (L + 1, V, V, R) of one block of trials."""
        at = self.level.at
        for a, arm in enumerate(at.design.treatments):
            own, known, seen = self._drawn(a, normals)
            found = self._along(
                effects, {arm: 1.0}, [e + x if _is(x) else e for e, x in zip(own, known, strict=True)]
            )
            for v, node in enumerate(self.level.nodes):
                place = at.position[node]
                total = found[node]
                for x, slope in zip(known, self.common[place].tolist(), strict=True):
                    if _is(x) and slope:  # what covariates predict, by slopes common to all sites
                        total = total - x * slope
                out[a, v] = total + seen[place] if _is(seen[place]) else total
        self._fill_inside(effects, inside)

    def _drawn(self, a: int, normals: Array) -> tuple[list[Effect], list[Effect], list[Effect]]:
        """An arm's contrasts of each node's disturbance, of what covariates explain of it, of its error of measurement."""
        at = self.level.at
        found: list[list[Effect]] = [[0.0] * len(at.nodes) for _ in range(3)]
        start = 0
        for part in self.parts:
            stop = start + part.width * len(at.design.treatments)
            drawn = (part.contrast(a, normals[start + c : stop : part.width]) for c in range(part.width))
            for which, loadings in enumerate((part.root, part.slopes, part.errors)):
                own = [next(drawn) for _ in range(loadings.shape[1])]
                if own:
                    found[which] = [
                        combined(row, own, was) for row, was in zip(loadings, found[which], strict=True)
                    ]
            start = stop
        return found[0], found[1], found[2]

    def by_site(self, effects: list[Effect], sites: int) -> Array:
        """The covariance of units within cells by site, of the one trial that effects (1, K) are of, (L + 1, V, V, K)."""
        nodes, cells = self.level.nodes, self.level.counts.shape[1]
        found = np.zeros((cells, len(nodes), len(nodes), sites))
        for part in self.parts:
            rows = self._rows(effects, part)
            for i, j in product(range(len(nodes)), repeat=2):
                both = sum(a * b for a, b in zip(rows[nodes[i]], rows[nodes[j]], strict=True))
                found[:, i, j] += np.broadcast_to(both, (1, sites)) * part.scale.T
        return found

    def _fill_inside(self, effects: list[Effect], inside: Array) -> None:
        """The covariance of units within cells, averaged over sites as their scatter is."""
        nodes = self.level.nodes
        inside[:] = 0.0
        for part in self.parts:
            rows = self._rows(effects, part)
            columns = [*zip(*(rows[node] for node in nodes), strict=True)]
            if not columns:  # nothing differs at this level
                continue
            weights = self.level.weights * part.scale.T
            if (np.ptp(weights, axis=0) <= 1e-12 * weights.max()).all():
                inside += _average_products(columns, weights[0], inside.shape[-1])
            else:
                for t in range(len(inside)):
                    inside[t] += _average_products(columns, weights[t], inside.shape[-1])

    def _rows(self, effects: list[Effect], part: _Noise) -> dict[str, list[Effect]]:
        """What each of a part's independent variables comes to in each node."""
        nodes = self.level.at.nodes
        rows: dict[str, list[Effect]] = {node: [] for node in nodes}
        for column in part.root.T.tolist():
            for node, entry in self._along(effects, {}, column).items():
                rows[node].append(entry)
        for column in part.slopes.T.tolist():
            for v, (node, entry) in enumerate(self._along(effects, {}, column).items()):
                rows[node].append(entry - float(self.common[v] @ column))
        for column in part.errors.T.tolist():
            for node, entry in zip(nodes, column, strict=True):
                rows[node].append(entry)
        return rows

    def _along(self, effects: list[Effect], start: dict[str, Effect], own: list[Effect]) -> dict[str, Effect]:
        """Each node's value, from that of a treatment and what each node has of its own."""
        known = dict(start)
        for (node, before), total in zip(self.before, own, strict=True):
            mine = False  # whether the sum is this node's own, to be added to in place
            for u, edge in before:
                value = known.get(u, 0.0)
                if not (_is(value) or value):
                    continue
                term = effects[edge] * value
                if mine and isinstance(total, np.ndarray):
                    total += term
                elif not _is(term):
                    total = total + term
                else:
                    if _is(total) or total:
                        term += total
                    total, mine = term, True
            known[node] = total
        for arm in start:
            del known[arm]
        return known


class _Different:
    """Persons of a site differ: contrasts scatter about the site's average effects as cell means do."""

    def __init__(self, level: SiteLevel, products: Products) -> None:
        self.nodes = level.nodes
        self.weights = level.weights
        arms = level.at.design.treatments
        self.scale = 1.0 / np.sqrt(level.counts)
        self.normals = len(self.nodes) * (len(arms) + 1)
        self.parts = [
            (arm_covariances(products, part, self.nodes), part.scale) for part in level.at.allocation.parts
        ]
        self.averages = [[products.site_effect(arm, node) for node in self.nodes] for arm in arms]

    def fill(self, effects: list[Effect], normals: Array, out: Array, inside: Array) -> None:
        """Contrasts (L, V, R, K) and within-cell covariances (L + 1, V, V, R) of one block of trials."""
        count, shape = len(self.nodes), normals.shape[1:]
        means = []
        for t in range(len(inside)):
            values = self._values(effects, t)
            for (i, j), entry in values.items():
                inside[t, i, j] = inside[t, j, i] = np.broadcast_to(entry, shape) @ self.weights[t]
            halves = cholesky(values, count)
            own = normals[t * count : (t + 1) * count] * self.scale[:, t]
            means.append([sum(halves[v, c] * own[c] for c in range(v + 1)) for v in range(count)])
        for a, averages in enumerate(self.averages):
            for v, poly in enumerate(averages):
                out[a, v] = evaluated(poly, effects) + means[a + 1][v] - means[0][v]

    def by_site(self, effects: list[Effect], sites: int) -> Array:
        """The covariance of units within cells by site, of the one trial that effects (1, K) are of, (L + 1, V, V, K)."""
        cells, count = self.scale.shape[1], len(self.nodes)
        found = np.zeros((cells, count, count, sites))
        for t in range(cells):
            for (i, j), entry in self._values(effects, t).items():
                found[t, i, j] = found[t, j, i] = np.broadcast_to(entry, (1, sites))
        return found

    def _values(self, effects: list[Effect], t: int) -> dict[tuple[int, int], Effect]:
        """The covariance of units within a cell, by positions i <= j."""
        found: dict[tuple[int, int], Effect] = {}
        for matrices, scale in self.parts:
            one = len(self.parts) == 1  # its scale is 1 everywhere
            for pair, poly in matrices[t].items():
                value = evaluated(poly, effects) if one else evaluated(poly, effects) * scale[:, t]
                found[pair] = value + found[pair] if pair in found else value
        return found


def _is(drawn: Effect) -> bool:
    """Whether a variable varies."""
    return isinstance(drawn, np.ndarray)


def _average_products(columns: Sequence[Sequence[Effect]], weights: Array, reps: int) -> Array:
    """The weighted sums over sites of products of any two nodes' loadings, summed over independent variables, (V, V, R).

    Args:
        columns: for each independent variable its loading in each node, (R, K) or a number.
        weights: (K,).
        reps: R.
    """
    count = len(columns[0])
    found = np.zeros((count, count, reps))
    fixed = np.array([[0.0 if _is(e) else e for e in column] for column in columns])
    found += ((fixed.T @ fixed) * float(weights.sum()))[:, :, None]
    for column, numbers in zip(columns, fixed, strict=True):
        moving = [v for v, entry in enumerate(column) if _is(entry)]
        weighted = [column[v] * weights for v in moving]
        if len(moving) >= AT_ONCE:
            left, right = np.array(weighted), np.array([column[v] for v in moving])
            both = np.matmul(left.transpose(1, 0, 2), right.transpose(1, 2, 0))
            found[np.ix_(moving, moving)] += both.transpose(1, 2, 0)
        else:
            for (i, one), (j, other) in combinations_with_replacement(enumerate(moving), 2):
                both = np.einsum("rk,rk->r", weighted[i], column[other])
                found[one, other] += both
                if i != j:
                    found[other, one] += both
        for v in np.flatnonzero(numbers) if moving else ():
            for i, one in enumerate(moving):
                cross = weighted[i].sum(axis=1) * numbers[v]
                found[one, v] += cross
                found[v, one] += cross
    return found


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
