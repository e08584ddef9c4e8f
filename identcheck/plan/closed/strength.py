"""How strong site-by-treatment interactions are as instruments for each regressor."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from identcheck.basics.once import once
from identcheck.plan.closed.convergence import Limits
from identcheck.plan.closed.precision import Precision
from identcheck.plan.closed.warnings import one_by_one
from identcheck.plan.inputs.anticipated import Array

__all__ = ["STRONG", "Matrix", "Strength", "conditional_of", "matrix_of", "strengths_of"]

STRONG = 10.0
"""The rule of thumb of Staiger and Stock (Econometrica 1997): below it, estimates lean visibly toward ordinary regression.

With a conditional F of 10 about a tenth of the confounding bias of ordinary regression is left.
"""


@dataclass(frozen=True)
class Matrix:
    """The anticipated site-by-compliance matrix of a regression.

    Attributes:
        outcome: the node whose site effects are regressed.
        regressors: the mediators W.
        rows: sites times arms.
        rank: its rank in general position, or less where the plan lets too little vary.
        columns: intercepts and regressors.
        arms: (L,) the arms whose rows are used.
        means: (L, W) average compliances over sites, by arm.
        sds: (L, W) their standard deviations across sites.
        correlation: (W, W) correlations across sites of those of the first arm; nan beside one that is the same everywhere.
        condition: condition number with the columns scaled to unit length; inf where the rank is too low.
    """

    outcome: str
    regressors: tuple[str, ...]
    rows: int
    rank: int
    columns: tuple[str, ...]
    arms: tuple[str, ...]
    means: tuple[tuple[float, ...], ...]
    sds: tuple[tuple[float, ...], ...]
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
        least: the conditional F from which on the instruments count as strong: the rule of the design.
        provided: what F supposes: "if pupils were assigned one by one"; "" where persons are assigned.
    """

    regressor: str
    f: float
    conditional: float
    least: float = STRONG
    provided: str = ""

    @property
    def verdict(self) -> str:
        """Whether the instruments are strong; those that are so by the plain F alone are weak beside the others."""
        if self.conditional >= self.least:
            return f"strong only {self.provided}" if self.provided else "strong"
        return "weak beside the others" if self.f >= self.least else "weak"


def matrix_of(limits: Limits) -> Matrix:
    """The anticipated site-by-compliance matrix of a regression."""
    reg, products = limits.regression, limits.products
    effects = [[(arm, u) for u in reg.regressors] for arm in reg.arms]
    means = [tuple(products.mean_effect(*ends) for ends in own) for own in effects]
    spreads = [products.covariance(own) for own in effects]
    sds = [np.sqrt(np.maximum(np.diag(spread), 0.0)) for spread in spreads]
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation = np.clip(spreads[0] / np.outer(sds[0], sds[0]), -1.0, 1.0)
    return Matrix(
        outcome=reg.outcome,
        regressors=reg.regressors,
        rows=limits.anticipated.sites * len(reg.arms) * limits.groups,
        rank=min(limits.generic_rank, int(np.linalg.matrix_rank(limits.moments[:-1, :-1], hermitian=True))),
        columns=limits.columns if limits.held else limits.rank.columns,
        arms=reg.arms,
        means=tuple(means),
        sds=tuple(tuple(sd.tolist()) for sd in sds),
        correlation=tuple(tuple(row) for row in correlation.tolist()),
        condition=_condition(limits),
    )


def _condition(limits: Limits) -> float:
    if not limits.rank.full:
        return math.inf
    q = limits.moments[:-1, :-1]
    length = np.sqrt(np.diag(q))
    if not length.all():
        return math.inf  # a compliance that is 0 in every site
    values = np.linalg.eigvalsh(q / np.outer(length, length))
    return math.sqrt(values[-1] / values[0]) if values[0] > 0 else math.inf


def strengths_of(precision: Precision) -> tuple[Strength, ...]:
    """Expected first-stage and conditional F of every regressor that is solved for, at the plan's persons per site.

    With A the sum over sites of x'Hx and R the covariance within arms,

        F_k = c'A c / ((K L - o) c'R c)

    for K sites and L arms, c having 1 at k and minus the coefficients of the A-projection of k on o other columns: none
    but the intercepts for the plain F, all of them for the conditional one. The expectation is to second order in 1/K.

    Source: theory, equation (11.13); with one regressor about equation (11.14).
    """
    limits = precision.limits
    design, mean = limits.anticipated.design, float(limits.anticipated.sizes.mean())
    ones, _ = _places(limits)
    return tuple(
        Strength(
            limits.columns[k],
            _expected_f(precision, mean, k, ones),
            conditional,
            design.rules.conditional_f,
            one_by_one(limits.anticipated),
        )
        for k, conditional in conditional_of(precision, mean).items()
    )


@once
def conditional_of(precision: Precision, persons: float) -> dict[int, float]:
    """The expected conditional F of every regressor that is solved for, by its place, at a mean number of persons per site.

    Given the other columns, products with modifiers among them.
    """
    ones, rest = _places(precision.limits)
    alone = [k for k in rest if not precision.limits.entries[k].term]
    return {k: _expected_f(precision, persons, k, ones + [i for i in rest if i != k]) for k in alone}


def _places(limits: Limits) -> tuple[list[int], list[int]]:
    """The places of the intercepts among the columns, and of the regressors that are solved for, each with its products."""
    ones = [i for i, entry in enumerate(limits.entries) if entry.head in limits.regression.intercepts]
    return ones, [i for i in range(len(limits.columns)) if i not in ones]


def _expected_f(precision: Precision, persons: float, k: int, others: list[int]) -> float:
    """The expectation of c'Ac / c'Rc with A/K = P + E for the others projected out of k."""
    limits = precision.limits
    at = limits.anticipated
    ratio, change = _with_many(precision, persons, k, others)
    if math.isinf(ratio):
        return ratio
    factor = _second_order_factor(change)
    if others and precision.tries_strength:
        planned = _with_many(precision, at.persons, k, others)[1]
        tried = precision.strength_ratio(k, tuple(others))
        factor *= tried / _second_order_factor(planned)
    instruments = at.sites * len(limits.weights) * limits.groups - len(others)
    more = persons / float(at.sizes.mean())
    used = limits.units * more  # the units in control and in the arms of this regression
    few = _of_few(limits.freedom * more) if at.allocation.clusters is not None else 1.0
    return float(used * at.sites * ratio * factor * few / instruments) if instruments > 0 else math.nan


def _second_order_factor(change: float) -> float:
    """Equal to second order, and positive at few sites."""
    return 1 + change if change > 0 else 1 / (1 - change)


def _with_many(precision: Precision, persons: float, k: int, others: Sequence[int]) -> tuple[float, float]:
    """With many sites c'Ac / c'Rc, and the relative change of its expectation to second order in E."""
    limits = precision.limits
    others = list(others)
    # F is that of two-stage least squares, whatever the weights of the sites
    whole = (limits.moments + limits.precise_noise / persons)[:-1, :-1]
    residual = limits.residual[:-1, :-1]
    spread = precision.spread_at(persons)[:-1, :-1, :-1, :-1] / limits.anticipated.sites
    c = np.zeros(len(whole))
    c[k] = 1.0
    inverse: Array = np.asarray(np.linalg.inv(whole[np.ix_(others, others)]), dtype=np.float64)
    c[others] = -inverse @ whole[others, k]
    above, below = float(c @ whole @ c), float(c @ residual @ c)
    if below <= 0:
        return math.inf, 0.0
    above2, below2, cross, square = _second_order(spread, c, inverse, others, residual)
    # theory (11.13) without its factor; then E[(a + a')/(b + b')] to second order
    return above / below, above2 / above - below2 / below - cross / (above * below) + square / below**2


def _of_few(freedom: float) -> float:
    """The mean of 1 / (chi-squared / freedom), by which the variance between few clusters makes F larger on average."""
    return freedom / (freedom - 2) if freedom > 2 else math.nan


def _second_order(
    spread: Array, c: Array, inverse: Array, others: list[int], residual: Array
) -> tuple[float, float, float, float]:
    """Expected second-order changes of c'Ac and c'Rc, of the product of their first-order ones, and of the latter's square.

    To first order the coefficients change by -P_oo^{-1} (E c)_o, to second by P_oo^{-1} E_oo P_oo^{-1} (E c)_o.
    """
    if not others:
        return 0.0, 0.0, 0.0, 0.0
    along = spread @ c  # E[E_ab (E c)_c]
    both = c @ along
    pulled = both[np.ix_(others, others)]  # E[(E c)_o (E c)_o']
    slope = inverse @ (residual @ c)[others]
    across = (c @ both)[others]  # E[c'Ec (E c)_o]
    twice = np.einsum("abc,bc->a", along[np.ix_(others, others, others)], inverse)
    moved = inverse @ pulled @ inverse
    above2 = -float(np.trace(inverse @ pulled))
    below2 = float(np.trace(residual[np.ix_(others, others)] @ moved)) + 2 * float(slope @ twice)
    return above2, below2, -2 * float(slope @ across), 4 * float(slope @ pulled @ slope)
