"""Sites that are the population: their effects are drawn once, and stay as they are in all trials.

The effect along each arrow has the plan's mean and SD over these very sites, weighted as in the estimator; which effects meet
in which site is drawn. True values are averages over these sites. Source: theory section 11, "Sites as the population".
"""

from __future__ import annotations

import numpy as np

from identcheck.plan.closed.draws import Even, SiteEffects
from identcheck.plan.closed.polynomials import Poly, Products, evaluated
from identcheck.plan.inputs.anticipated import Anticipated, Array

__all__ = ["SameProducts", "SameSites"]

SPAWN = 2**31
"""Of the seed's stream for the sites; those for batches of trials are numbered from 0."""


class SameSites(SiteEffects):
    """The effects of a plan in the sites of a population, then the characteristics of these sites.

    Args:
        at: the definite plan.
        seed: the same seed gives the same sites.
    """

    def __init__(self, at: Anticipated, seed: int) -> None:
        super().__init__(at, modifiers=True)
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(SPAWN,)))
        normals = rng.standard_normal((self.root.shape[1], 1, at.sites))
        self.share = at.site_weights / at.site_weights.sum()
        drawn = super().drawn(rng, normals)
        self.sites: list[Array | float] = [
            each[0] if isinstance(each, np.ndarray) else each for each in drawn
        ]
        for place, mean in enumerate(at.mean.tolist()):
            if isinstance(each := self.sites[place], np.ndarray):
                self.sites[place] = self._standardized(each, mean, float(at.between[place, place]) ** 0.5)

    def _standardized(self, drawn: Array, mean: float, sd: float) -> Array:
        """A variable moved so that its mean and SD over the sites are these."""
        apart = drawn - self.share @ drawn
        size = float(self.share @ apart**2) ** 0.5
        return np.asarray(mean + apart * (sd / size if size > 1e-9 * sd else 0.0))

    @property
    def normals(self) -> int:
        """None: nothing is drawn again."""
        return 0

    def drawn(self, rng: np.random.Generator | Even, normals: Array) -> list[Array | float]:  # noqa: ARG002
        """The effects in the sites, the same in each of the trials that ``normals`` (0, trials, sites) is for."""
        shape = normals.shape[1:]
        return [
            np.broadcast_to(each, shape).copy() if isinstance(each, np.ndarray) else each
            for each in self.sites
        ]


class SameProducts(Products):
    """Averages over the sites of a population, in place of averages over all that there might be."""

    def __init__(self, sites: SameSites, at: Anticipated) -> None:
        super().__init__(at)
        self.same = sites

    def over_sites(self, poly: Poly) -> float:
        """The average over these sites of a polynomial in a site's average arrows."""
        return float(np.sum(self.same.share * evaluated(poly, self.same.sites)))
