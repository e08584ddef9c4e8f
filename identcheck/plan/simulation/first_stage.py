"""The strength of instruments in simulated trials: first-stage F, plain and conditional."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from identcheck.plan.inputs.anticipated import Array
from identcheck.plan.simulation.estimators import Equation
from identcheck.plan.simulation.moments import Kind, Moments

__all__ = ["Strength", "strength_of"]


@dataclass(frozen=True, eq=False)
class Strength:
    """First-stage statistics of the P regressors of one equation in R trials.

    Attributes:
        plain: (P, R) F of the site-by-arm instruments for each regressor by itself.
        conditional: (P, R) the F of Sanderson and Windmeijer, given the other regressors.
    """

    plain: Array
    conditional: Array


def strength_of(moments: Moments, equation: Equation) -> Strength:
    """The first-stage statistics: explained against unexplained variation of a regressor, per degree of freedom.

    The conditional F is about what is left of a regressor when the others, as the instruments predict them, are
    regressed out: with c that combination, which is column k of A^-1 over its diagonal,

        [c' A c / (K L - intercepts - P + 1)] / [c' G c / freedom],    c' A c = 1 / (A^-1)_kk

    Source: theory, equation (11.13).
    """
    place = moments.place
    out = [entry.name for entry in equation.products if entry.head in equation.intercepts]
    held = [entry.name for entry in equation.products if entry.head not in equation.intercepts]
    x = [place[u] for u in (*equation.regressors, *held)]
    taken = tuple(place[a] for a in (*equation.intercepts, *out))
    kind: Kind = "first" if moments.precise is moments.first else "precise"
    explained = moments.given(kind, taken, x)
    scatter = moments.scatter[np.ix_(x, x)]
    instruments = moments.sites * moments.groups * len(equation.arms) - len(equation.intercepts) - len(out)
    beside = instruments - len(x) + 1
    inverted = moments.inverse(kind, (*taken, *x))[len(taken) :, len(taken) :]
    plain, conditional = [], []
    with np.errstate(divide="ignore", invalid="ignore"):
        for k in range(len(equation.regressors)):
            plain.append(_ratio(explained[k, k], scatter[k, k], instruments, moments.freedom))
            c = inverted[k] / inverted[k, k]
            below = np.einsum("ir,ir->r", c, np.einsum("ijr,jr->ir", scatter, c))
            conditional.append(_ratio(1.0 / inverted[k, k], below, beside, moments.freedom))
    return Strength(np.array(plain), np.array(conditional))


def _ratio(above: Array, below: Array, instruments: int, freedom: float) -> Array:
    if instruments < 1:
        return np.full_like(above, np.nan)
    return np.asarray((above / instruments) / (below / freedom))
