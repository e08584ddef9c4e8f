"""Trials drawn at the level of site effects: the distribution of contrasts, without drawing persons.

Where persons of a site respond alike, the contrasts follow from the site's effects and the contrasts of the
disturbances' cell means along the graph, exactly. Where they differ, the contrasts are drawn as normal about the
site's average effects with the exact covariance of cell means. The scatter within arms is drawn for the whole
trial from a Wishart distribution with the covariance that the cells have on average over the trial's sites:
exact where the covariance is the same in all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from identcheck.derive.heterogeneity import Term
from identcheck.plan.closed.covariances import Matrix, arm_covariances
from identcheck.plan.closed.draws import SiteEffects
from identcheck.plan.closed.polynomials import Products, evaluated
from identcheck.plan.inputs.anticipated import Anticipated, Array
from identcheck.plan.simulation.alike import Alike
from identcheck.plan.simulation.contrasts import Contrasts, observed
from identcheck.plan.simulation.loadings import Effect
from identcheck.plan.simulation.rows import slices
from identcheck.plan.simulation.small_matrices import cholesky

__all__ = ["Effect", "SiteLevel"]

CACHE = 120_000
"""Numbers that a block of trials works on at once: they fit in the processor's cache."""

TOGETHER = 16
"""So many blocks are worked on at once, where they hold several trials and nothing is drawn in between: fewer, longer steps."""

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
        self.kind = (
            _Different(self, known)
            if at.within.any()
            else Alike(at, known, self.nodes, self.counts, self.weights)
        )
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
        alone = further or self.effects.components or self.effects.law.steps
        step = self.block * (TOGETHER if self.block > 1 and not alone else 1)
        for here in slices(reps, step):
            normals = self._normals(rng, here.stop - here.start)
            drawn = self.effects.drawn(rng, normals[: self.effects.normals])
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

    def _normals(self, rng: np.random.Generator, reps: int) -> Array:
        """The normal variables of some trials (., R, K), drawn block by block."""
        if reps <= self.block:
            return rng.standard_normal((self.normals, reps, self.at.sites))
        found = np.empty((self.normals, reps, self.at.sites))
        for here in slices(reps, self.block):
            found[:, here] = rng.standard_normal((self.normals, here.stop - here.start, self.at.sites))
        return found

    def scatter(self, rng: np.random.Generator, inside: Array) -> Array:
        """The scatter within arms of whole trials, by the covariances within cells, (L + 1, V, V, R)."""
        pairs = zip(inside, self.freedom.tolist(), strict=True)
        return np.array([_wishart(rng, covariance, freedom) for covariance, freedom in pairs])


_Scaled = tuple[list[Matrix], Array, Array]
"""A part of what differs between units: its covariances, and what they are multiplied by, really and as it shows."""


class _Different:
    """Persons of a site differ: contrasts scatter about the site's average effects as cell means do."""

    def __init__(self, level: SiteLevel, products: Products) -> None:
        self.nodes = level.nodes
        self.weights = level.weights
        arms = level.at.design.treatments
        self.scale = 1.0 / np.sqrt(level.counts)
        self.parts, self.common = (
            [
                (arm_covariances(products, part, self.nodes), part.scale, part.seen)
                for part in level.at.allocation.parts
                if part.shared == shared
            ]
            for shared in (False, True)
        )
        self.differs = any(part.scale_seen is not None for part in level.at.allocation.parts)
        each = len(self.nodes) * (len(arms) + 1)
        self.normals = each * (2 if self.common else 1)
        self.shared = [slice(each, 2 * each)] if self.common else []
        self.groups = level.at.rows_per_site
        self.averages = [[products.site_effect(arm, node) for node in self.nodes] for arm in arms]

    def fill(self, effects: list[Effect], normals: Array, out: Array, inside: Array) -> None:
        """Contrasts (L, V, R, K) and within-cell covariances (L + 1, V, V, R) of one block of trials."""
        count, shape = len(self.nodes), normals.shape[1:]
        means = []
        for t in range(len(inside)):
            found: list[Effect] = [0.0] * count
            inside[t] = 0.0
            for k, (parts, among) in enumerate(((self.parts, 1), (self.common, self.groups))):
                if not parts:
                    continue
                values = self._values(parts, effects, t)
                seen = self._values(parts, effects, t, seen=True) if self.differs else values
                for i, j in seen:
                    more = np.broadcast_to(seen[i, j], shape) @ self.weights[t] / among
                    inside[t, i, j] += more
                    inside[t, j, i] = inside[t, i, j]
                halves = cholesky(values, count)
                first = (k * len(inside) + t) * count
                own = normals[first : first + count] * self.scale[:, t]
                found = [
                    was + sum(halves[v, c] * own[c] for c in range(v + 1)) for v, was in enumerate(found)
                ]
            means.append(found)
        for a, averages in enumerate(self.averages):
            for v, poly in enumerate(averages):
                out[a, v] = evaluated(poly, effects) + means[a + 1][v] - means[0][v]

    def by_site(self, effects: list[Effect], sites: int) -> Array:
        """The covariance of units within cells by site, of the one trial that effects (1, K) are of, (L + 1, V, V, K)."""
        cells, count = self.scale.shape[1], len(self.nodes)
        found = np.zeros((cells, count, count, sites))
        for t in range(cells):
            for (i, j), entry in self._values(self.parts, effects, t).items():
                found[t, i, j] = found[t, j, i] = np.broadcast_to(entry, (1, sites))
        return found

    def _values(
        self, parts: list[_Scaled], effects: list[Effect], t: int, seen: bool = False
    ) -> dict[tuple[int, int], Effect]:
        """Some parts of the covariance of units within a cell, or as their scatter shows it, by positions i <= j."""
        found: dict[tuple[int, int], Effect] = {}
        for matrices, *scales in parts:
            scale = scales[seen]
            one = bool((scale == 1.0).all())
            for pair, poly in matrices[t].items():
                value = evaluated(poly, effects) if one else evaluated(poly, effects) * scale[:, t]
                found[pair] = value + found[pair] if pair in found else value
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
