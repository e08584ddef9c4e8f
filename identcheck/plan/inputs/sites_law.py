"""The joint distribution across sites of the effects along arrows and of the characteristics of sites that change them.

A plan says by how many of its SDs an effect changes per SD of a modifier. With the slopes l_e of an effect on all modifiers and
their covariance S, the effect's covariance with modifier m is l_e' S_m; what is left of the effects given the modifiers has the
covariance of the effects less L S L'. Source: theory, equation (14.4).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from identcheck.basics.once import once
from identcheck.errors import InvalidPlanError
from identcheck.plan.inputs.anticipated import Anticipated, Array

__all__ = ["SitesLaw", "sites_law"]

ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class SitesLaw:
    """Means and covariance across sites of E effects, then of M modifiers in their SDs, each with mean 0.

    Attributes:
        names: the characteristics of sites that are drawn; M of them.
        mean: (E + M,) averages.
        covariance: (E + M, E + M) covariance.
        possible: whether some distribution has it: stated correlations of effects may leave too little for the modifiers.
    """

    names: tuple[str, ...]
    mean: Array
    covariance: Array
    possible: bool

    def place(self, name: str) -> int:
        """The position of a modifier.

        Raises:
            InvalidPlanError: stated correlations of effects contradict what the modifiers do to them.
        """
        if not self.possible:
            raise InvalidPlanError(
                [
                    "between: the stated correlations of effects across sites are impossible beside what modifiers do to these "
                    "effects; state smaller numbers under 'modifiers', or leave the correlations out"
                ]
            )
        return len(self.mean) - len(self.names) + self.names.index(name)


@once
def sites_law(at: Anticipated) -> SitesLaw:
    """The joint distribution of effects and of the sites' characteristics under a plan."""
    drawn = [] if at.moved is None else [m.name for m in at.design.modifiers if m.level == "sites"]
    if at.moved is None or not drawn:
        return SitesLaw((), at.mean, at.between, True)
    places = [at.moved.names.index(name) for name in drawn]
    own = at.moved.across[np.ix_(places, places)]
    mixed = at.moved.loadings @ at.moved.across[:, places]
    whole = np.block([[at.between, mixed], [mixed.T, own]])
    least = float(np.linalg.eigvalsh(_scaled(whole)).min())
    return SitesLaw(
        tuple(drawn), np.concatenate([at.mean, np.zeros(len(drawn))]), whole, least > -ROUNDING * len(whole)
    )


def _scaled(covariance: Array) -> Array:
    """The correlations of those that vary."""
    sd = np.sqrt(np.diag(covariance))
    sd = np.where(sd, sd, 1.0)
    return np.asarray(covariance / np.outer(sd, sd))
