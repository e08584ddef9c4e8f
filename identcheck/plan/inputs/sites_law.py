"""The joint distribution across sites of the effects along arrows and of the characteristics of sites that change them.

A plan says by how many of its SDs an effect changes per SD of a modifier. With the slopes l_e of an effect on all modifiers and
their covariance S, the effect's covariance with modifier m is l_e' S_m; what is left of the effects given the modifiers has the
covariance of the effects less L S L'.

A binary modifier is 1 SD above or below its mean in half of the sites each; a categorical one has equally many sites in each of
its categories, equal steps apart. So it is with a characteristic of persons where rows are groups of persons who are alike in it,
a continuous one as if it were binary. Given these, D, all else is normal, with the mean and the covariance of a linear regression
on them; several of them have the probabilities

    P(D = d) = (1 + sum over i < j of Corr(D_i, D_j) d_i d_j) / number of combinations d

Source: theory, equation (14.4).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np

from identcheck.basics.once import once
from identcheck.errors import InvalidPlanError
from identcheck.plan.inputs.anticipated import Anticipated, Array
from identcheck.plan.inputs.groups import equal_steps

__all__ = ["SitesLaw", "sites_law"]

ROUNDING = 1e-9

MOST_CASES = 100
"""So many combinations of categories of modifiers are gone through one by one."""


@dataclass(frozen=True, eq=False)
class SitesLaw:
    """Means and covariance across sites of E effects, then of M modifiers in their SDs, each with mean 0.

    Attributes:
        names: the characteristics of sites that are drawn, and those of persons that rows are groups by; M of them.
        mean: (E + M,) averages.
        covariance: (E + M, E + M) covariance.
        steps: (position, values in SDs) of each binary or categorical modifier; D of them. None where there are too many
            combinations: all are then taken as normal, and none can be held fixed.
        combinations: how many combinations of categories there are.
    """

    names: tuple[str, ...]
    mean: Array
    covariance: Array
    steps: tuple[tuple[int, tuple[float, ...]], ...] = ()
    combinations: int = 1

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
        if self.combinations > MOST_CASES:
            many = f"{self.combinations} combinations of categories; numbers are for up to {MOST_CASES}"
            raise InvalidPlanError([f"modifiers: the characteristics of sites have {many}"])
        return len(self.mean) - len(self.names) + self.names.index(name)

    @property
    def stepped(self) -> list[int]:
        """The positions of the modifiers that have categories."""
        return [place for place, _ in self.steps]

    def level(self, name: str, category: int) -> dict[tuple[int, ...], float]:
        """A term of h as a polynomial in the modifier: itself, or the indicator of a category but the first, as numbered."""
        place = self.place(name)
        values = dict(self.steps).get(place, ())
        if len(values) < 3 or not category:
            return {(place,): 1.0}
        found: dict[tuple[int, ...], float] = {(): 1.0}
        for other in (value for number, value in enumerate(values) if number != category):
            apart = values[category] - other
            once = {key: -factor * other / apart for key, factor in found.items()}
            for key, factor in found.items():
                once[(*key, place)] = once.get((*key, place), 0.0) + factor / apart
            found = once
        return found

    @cached_property
    def possible(self) -> bool:
        """Whether some distribution has it: stated correlations of effects may leave too little for the modifiers."""
        sd = np.sqrt(np.diag(self.covariance))
        sd = np.where(sd, sd, 1.0)
        least = float(np.linalg.eigvalsh(self.covariance / np.outer(sd, sd)).min())
        return least > -ROUNDING * len(sd)

    @cached_property
    def slopes(self) -> Array:
        """(E + M, D) what all change by per SD of a modifier with categories."""
        among = self.covariance[np.ix_(self.stepped, self.stepped)]
        return np.asarray(self.covariance[:, self.stepped] @ np.linalg.pinv(among, hermitian=True))

    @cached_property
    def rest(self) -> Array:
        """(E + M, E + M) the covariance of all given the modifiers with categories."""
        found = self.covariance - self.slopes @ self.covariance[self.stepped]
        found[self.stepped] = 0.0
        found[:, self.stepped] = 0.0
        return np.asarray((found + found.T) / 2)

    @cached_property
    def cases(self) -> tuple[tuple[float, Array], ...]:
        """Each combination of values of the modifiers with categories, (D,), with its probability."""
        among = np.triu(self.covariance[np.ix_(self.stepped, self.stepped)], 1)
        values = [np.array(each) for each in product(*(each for _, each in self.steps))]
        shares = [max(1.0 + float(each @ among @ each), 0.0) for each in values]
        whole = sum(shares)
        return tuple((share / whole, each) for share, each in zip(shares, values, strict=True))


@once
def sites_law(at: Anticipated) -> SitesLaw:
    """The joint distribution of effects and of the sites' characteristics under a plan."""
    alike = () if at.groups is None else at.groups.names
    drawn = [m.name for m in at.design.modifiers if m.level == "sites" or m.name in alike]
    if at.moved is None or not drawn:
        return SitesLaw((), at.mean, at.between)
    places = [at.moved.names.index(name) for name in drawn]
    spread = at.moved.across + at.moved.inside  # of a characteristic of sites there is nothing within them
    sd = np.sqrt(np.diag(spread)[places])
    own = spread[np.ix_(places, places)] / np.outer(sd, sd)
    mixed = at.moved.loadings @ spread[:, places] / sd
    whole = np.block([[at.between, mixed], [mixed.T, own]])
    counts = {m.name: 0 if m.scale == "continuous" else m.terms + 1 for m in at.design.modifiers}
    counts |= {name: max(counts[name], 2) for name in alike}
    steps = [(len(at.mean) + i, equal_steps(counts[name])) for i, name in enumerate(drawn) if counts[name]]
    mean = np.concatenate([at.mean, np.zeros(len(drawn))])
    combinations = math.prod(len(values) for _, values in steps)
    return SitesLaw(
        tuple(drawn), mean, whole, tuple(steps) if combinations <= MOST_CASES else (), combinations
    )
