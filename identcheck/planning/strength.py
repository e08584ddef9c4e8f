"""How strong site-by-treatment interactions are as instruments for each regressor."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from identcheck.planning.limits import Limits

__all__ = ["STRONG", "Matrix", "Strength", "matrix_of", "strengths_of"]

Array = NDArray[np.float64]

STRONG = 10.0
"""The rule of thumb of Staiger and Stock (Econometrica 1997): below it, estimates lean visibly towards ordinary regression.

With a conditional F of 10 about a tenth of the confounding bias of ordinary regression is left.
"""


@dataclass(frozen=True)
class Matrix:
    """The anticipated site-by-compliance matrix of a regression.

    Attributes:
        outcome: the node whose site effects are regressed.
        regressors: the mediators W.
        rows: sites times arms.
        rank: its rank in general position.
        columns: intercepts and regressors.
        mean: (W,) average compliances over sites, of the first arm used.
        sd: (W,) their standard deviations across sites.
        correlation: (W, W) their correlations across sites; nan beside a compliance that is the same everywhere.
        condition: condition number with the columns scaled to unit length; inf where the rank is too low.
    """

    outcome: str
    regressors: tuple[str, ...]
    rows: int
    rank: int
    columns: tuple[str, ...]
    mean: tuple[float, ...]
    sd: tuple[float, ...]
    correlation: tuple[tuple[float, ...], ...]
    condition: float

    @property
    def full(self) -> bool:
        """Whether the rank suffices for every column."""
        return self.rank == len(self.columns)


@dataclass(frozen=True)
class Strength:
    """The anticipated strength of the instruments for one regressor.

    Attributes:
        regressor: the mediator.
        f: expected first-stage F of the mediator by itself.
        conditional: expected conditional F (Sanderson and Windmeijer, Journal of Econometrics 2016): of what the other
            regressors leave of it. The same as ``f`` with one regressor.
    """

    regressor: str
    f: float
    conditional: float

    @property
    def verdict(self) -> str:
        """Whether the instruments are strong, with the reason where they are not."""
        if self.conditional >= STRONG:
            return "strong"
        if self.f >= STRONG:
            return "weak: strong by itself, but not beside the other mediators"
        return "weak"

    @property
    def share_of_confounding(self) -> float:
        """About how much of the confounding bias of ordinary regression is left: 1 / conditional F."""
        return min(1.0, 1.0 / self.conditional)


def matrix_of(limits: Limits) -> Matrix:
    """The anticipated site-by-compliance matrix of a regression."""
    reg = limits.regression
    effects = [(reg.arms[0], u) for u in reg.regressors]
    means = np.array([limits.products.mean_effect(*ends) for ends in effects])
    spread = limits.products.covariance(effects)
    sd = np.sqrt(np.maximum(np.diag(spread), 0.0))
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation = np.clip(spread / np.outer(sd, sd), -1.0, 1.0)
    return Matrix(
        outcome=reg.outcome,
        regressors=reg.regressors,
        rows=limits.anticipated.sites * len(reg.arms),
        rank=limits.rank.rank,
        columns=limits.rank.columns,
        mean=tuple(means.tolist()),
        sd=tuple(sd.tolist()),
        correlation=tuple(tuple(row) for row in correlation.tolist()),
        condition=_condition(limits),
    )


def _condition(limits: Limits) -> float:
    if not limits.rank.full:
        return math.inf
    q = limits.moments[:-1, :-1]
    length = np.sqrt(np.diag(q))
    values = np.linalg.eigvalsh(q / np.outer(length, length))
    return math.sqrt(values[-1] / values[0]) if values[0] > 0 else math.inf


def strengths_of(limits: Limits, persons: float) -> tuple[Strength, ...]:
    """Expected first-stage and conditional F of every regressor that is solved for (theory section 11).

    The instruments are the sites times the arms. With x'Hx = Q + N/n in each site and R the covariance within arms,

        F_k = (n Q_kk + N_kk) / (L R_kk),    conditional F_k = c'(nQ + N)c / (L c'Rc),

    c having 1 at k and minus the coefficients of the projection of k on the other regressors elsewhere. Intercepts are
    projected out of everything first.
    """
    q, noise, residual = (m[:-1, :-1] for m in (limits.moments, limits.noise, limits.residual))
    ones = [i for i, c in enumerate(limits.columns) if c in limits.regression.intercepts]
    rest = [i for i in range(len(limits.columns)) if i not in ones]
    own = q[np.ix_(rest, rest)]
    if ones:
        own = own - q[np.ix_(rest, ones)] @ np.linalg.solve(q[np.ix_(ones, ones)], q[np.ix_(ones, rest)])
    inside = (np.ix_(rest, rest),)
    parts = (own, noise[inside[0]], residual[inside[0]] * len(limits.weights))
    return tuple(_strength(limits.columns[i], place, parts, persons) for place, i in enumerate(rest))


def _strength(regressor: str, k: int, parts: tuple[Array, Array, Array], persons: float) -> Strength:
    own, noise, residual = parts
    whole = persons * own + noise
    single = float(whole[k, k] / residual[k, k]) if residual[k, k] else math.inf
    c = _left(whole, k)
    against = float(c @ residual @ c)
    conditional = float(c @ whole @ c) / against if against > 0 else math.inf
    return Strength(regressor, single, conditional)


def _left(whole: Array, k: int) -> Array:
    """What is left of column k when the others are projected out, as a combination of the columns."""
    others = [i for i in range(len(whole)) if i != k]
    c = np.zeros(len(whole))
    c[k] = 1.0
    if others:
        c[others] = -np.linalg.solve(whole[np.ix_(others, others)], whole[others, k])
    return c
