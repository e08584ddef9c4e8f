"""Trials in the same sites over and over, drawn person by person with numpy alone: site effects stay as they are.

Nothing here is the engine's. The estimate is least squares of the sites' contrasts through the origin, weighted by persons.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass
class World:
    """One arm, mediators that all act on Y; means and SDs across sites of T -> M and M -> Y, by mediator.

    Attributes:
        noise: covariance of the disturbances of the mediators and, last, of the outcome within arms.
        sizes: persons of each site, half of whom are treated.
    """

    compliance: np.ndarray
    compliance_sd: np.ndarray
    effect: np.ndarray
    effect_sd: np.ndarray
    noise: np.ndarray
    sizes: np.ndarray

    def sites(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Compliances and effects of the sites, (K, P) each, as they come about: unrelated."""
        shape = (len(self.sizes), len(self.effect))
        gamma = self.compliance + self.compliance_sd * rng.standard_normal(shape)
        return gamma, self.effect + self.effect_sd * rng.standard_normal(shape)

    def contrasts(
        self, rng: np.random.Generator, reps: int, gamma: np.ndarray, delta: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Estimated contrasts of mediators (R, K, P) and outcome (R, K) in trials of persons in these sites."""
        half = np.linalg.cholesky(self.noise)
        g, y = [], []
        for size, own, slope in zip(self.sizes.tolist(), gamma, delta, strict=True):
            treated = (np.arange(size) % 2).astype(bool)
            noise = rng.standard_normal((reps, size, len(half))) @ half.T
            mediators = noise[..., :-1] + treated[:, None] * own
            outcome = mediators @ slope + noise[..., -1]
            g.append(mediators[:, treated].mean(axis=1) - mediators[:, ~treated].mean(axis=1))
            y.append(outcome[:, treated].mean(axis=1) - outcome[:, ~treated].mean(axis=1))
        return np.stack(g, axis=1), np.stack(y, axis=1)

    def estimates(self, g: np.ndarray, y: np.ndarray) -> np.ndarray:
        """(R, P) by the regression of the sites' contrasts on each other."""
        weighted = g * self.sizes[:, None]
        return np.linalg.solve(weighted.swapaxes(1, 2) @ g, weighted.swapaxes(1, 2) @ y[..., None])[..., 0]


def in_the_same_sites(
    world: World, populations: int, reps: int, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The SD of estimates in repeated trials in the same sites, and their bias for the average effect of these sites.

    Returns:
        The root of the mean variance within populations, (P,); the mean bias, (P,), over them; its SD, less what too few
        trials bring in, (P,).
    """
    rng = np.random.default_rng(seed)
    variances, biases = [], []
    for _ in range(populations):
        gamma, delta = world.sites(rng)
        found = world.estimates(*world.contrasts(rng, reps, gamma, delta))
        variances.append(found.var(axis=0, ddof=1))
        biases.append(found.mean(axis=0) - world.sizes @ delta / world.sizes.sum())
    variance, bias = np.array(variances), np.array(biases)
    own = bias.var(axis=0, ddof=1) - variance.mean(axis=0) / reps
    return np.sqrt(variance.mean(axis=0)), bias.mean(axis=0), np.sqrt(np.maximum(own, 0.0))
