"""How strong the instruments are in simulated trials: first-stage F and conditional F."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from identcheck.plan.inputs.anticipated import Array
from identcheck.plan.simulation.estimators import Equation
from identcheck.plan.simulation.rows import Moments
from identcheck.plan.simulation.small import inverse, partialled, solved

__all__ = ["Strength", "strength_of"]


@dataclass(frozen=True, eq=False)
class Strength:
    """First-stage statistics of the regressors of one equation in R trials.

    Attributes:
        regressors: P of them.
        plain: (P, R) F of the site-by-arm instruments for each regressor by itself.
        conditional: (P, R) the F of Sanderson and Windmeijer, given the other regressors.
    """

    regressors: tuple[str, ...]
    plain: Array
    conditional: Array


def strength_of(moments: Moments, equation: Equation) -> Strength:
    """The first-stage statistics: explained against unexplained variation of a regressor, per degree of freedom.

    The conditional F is about what is left of a regressor when the others, as the instruments predict them, are
    regressed out: with c that combination,

        [c' A c / (K L - intercepts - P + 1)] / [c' G c / freedom]

    Source: theory, equation (11.13).
    """
    place = moments.place
    x = [place[u] for u in equation.regressors]
    explained = partialled(moments.precise, [place[a] for a in equation.intercepts], x)
    scatter = moments.scatter[np.ix_(x, x)]
    instruments = moments.sites * len(equation.arms) - len(equation.intercepts)
    beside = instruments - len(x) + 1
    plain, conditional = [], []
    with np.errstate(divide="ignore", invalid="ignore"):
        for k in range(len(x)):
            plain.append(_ratio(explained[k, k], scatter[k, k], instruments, moments.freedom))
            rest = [j for j in range(len(x)) if j != k]
            slopes = solved(inverse(explained[np.ix_(rest, rest)]), explained[rest, k])
            weights = np.ones((len(x), explained.shape[2]))
            weights[rest] = -slopes
            above = np.einsum("ir,ijr,jr->r", weights, explained, weights)
            below = np.einsum("ir,ijr,jr->r", weights, scatter, weights)
            conditional.append(_ratio(above, below, beside, moments.freedom))
    return Strength(equation.regressors, np.array(plain), np.array(conditional))


def _ratio(above: Array, below: Array, instruments: int, freedom: float) -> Array:
    if instruments < 1:
        return np.full_like(above, np.nan)
    return np.asarray((above / instruments) / (below / freedom))
