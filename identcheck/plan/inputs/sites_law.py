"""The joint distribution across sites of the effects along arrows and of the characteristics of sites that change them.

A plan says by how many of its SDs an effect changes per SD of a modifier. With the slopes l_e of an effect on all modifiers and
their covariance S, the effect's covariance with modifier m is l_e' S_m; what is left of the effects given the modifiers has the
covariance of the effects less L S L'.

A binary modifier is 1 SD above or below its mean in half of the sites each. Given the binary ones, D, all else is normal, with
the mean and the covariance of a linear regression on them; several that are correlated have the probabilities

    P(D = d) = 2^{-B} (1 + sum over i < j of Corr(D_i, D_j) d_i d_j)

Source: theory, equation (14.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np

from identcheck.basics.once import once
from identcheck.errors import InvalidPlanError
from identcheck.plan.inputs.anticipated import Anticipated, Array

__all__ = ["SitesLaw", "sites_law"]

ROUNDING = 1e-9

MOST_BINARY = 6
"""So many binary modifiers are taken as they are; of more, the others are taken as normal."""


@dataclass(frozen=True, eq=False)
class SitesLaw:
    """Means and covariance across sites of E effects, then of M modifiers in their SDs, each with mean 0.

    Attributes:
        names: the characteristics of sites that are drawn; M of them.
        mean: (E + M,) averages.
        covariance: (E + M, E + M) covariance.
        binary: the positions of the binary modifiers; B of them.
    """

    names: tuple[str, ...]
    mean: Array
    covariance: Array
    binary: tuple[int, ...] = ()

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

    @cached_property
    def possible(self) -> bool:
        """Whether some distribution has it: stated correlations of effects may leave too little for the modifiers."""
        sd = np.sqrt(np.diag(self.covariance))
        sd = np.where(sd, sd, 1.0)
        least = float(np.linalg.eigvalsh(self.covariance / np.outer(sd, sd)).min())
        return least > -ROUNDING * len(sd)

    @cached_property
    def slopes(self) -> Array:
        """(E + M, B) what all change by per SD of a binary modifier."""
        among = self.covariance[np.ix_(self.binary, self.binary)]
        return np.asarray(self.covariance[:, self.binary] @ np.linalg.pinv(among, hermitian=True))

    @cached_property
    def rest(self) -> Array:
        """(E + M, E + M) the covariance of all given the binary modifiers."""
        found = self.covariance - self.slopes @ self.covariance[list(self.binary)]
        found[list(self.binary)] = 0.0
        found[:, list(self.binary)] = 0.0
        return np.asarray((found + found.T) / 2)

    @cached_property
    def cases(self) -> tuple[tuple[float, Array], ...]:
        """Each combination of values of the binary modifiers, (B,) -1 or 1 each, with its probability."""
        among = np.triu(self.covariance[np.ix_(self.binary, self.binary)], 1)
        signs = [np.array(each) for each in product((-1.0, 1.0), repeat=len(self.binary))]
        shares = [max(1.0 + float(each @ among @ each), 0.0) for each in signs]
        whole = sum(shares)
        return tuple((share / whole, each) for share, each in zip(shares, signs, strict=True))


@once
def sites_law(at: Anticipated) -> SitesLaw:
    """The joint distribution of effects and of the sites' characteristics under a plan."""
    drawn = [] if at.moved is None else [m.name for m in at.design.modifiers if m.level == "sites"]
    if at.moved is None or not drawn:
        return SitesLaw((), at.mean, at.between)
    places = [at.moved.names.index(name) for name in drawn]
    own = at.moved.across[np.ix_(places, places)]
    mixed = at.moved.loadings @ at.moved.across[:, places]
    whole = np.block([[at.between, mixed], [mixed.T, own]])
    scales = {m.name: m.scale for m in at.design.modifiers}
    count = len(at.mean)
    binary = [count + i for i, name in enumerate(drawn) if scales[name] == "binary"][:MOST_BINARY]
    mean = np.concatenate([at.mean, np.zeros(len(drawn))])
    return SitesLaw(tuple(drawn), mean, whole, tuple(binary))
