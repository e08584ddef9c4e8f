"""How far an estimate moves with one moment, and the coefficient of a regression that moves.

For a coefficient j of a regression the bias is row j of P^{-1} times the numerator h (``convergence``), and h is linear in the
moments: with g = E r and H the arms' weights,

    E[x_lk H_lm r_mu (d_u - E d_u)] = H_lm (E x_lk Cov(r_mu, d_u) + g_mu Cov(x_lk, d_u) + mu(x_lk, r_mu, d_u))

and so on for covariances within sites and for what bypasses the regressors. Source: theory, equation (9.2), within sites (8.3).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from identcheck.basics.once import once
from identcheck.decide.conditions import Condition
from identcheck.decide.strategies import Strategy, Term
from identcheck.plan.closed.estimators import Estimators
from identcheck.plan.closed.polynomials import Poly, plus, times
from identcheck.symbols.typeset import latex, text_of

if TYPE_CHECKING:
    import sympy

__all__ = ["CORRELATION", "MOST_SKEWED", "NO_NODES", "THIRD", "Coefficient", "Ends", "Move", "Pair"]

MOST_SKEWED = 2.0
"""The largest third moment in SDs that a plan may state."""

CORRELATION = "correlation"
THIRD = "third moment in SDs"

Ends = tuple[str, str, frozenset[str]]
"""An effect by its source, its target, and what its paths avoid."""

NO_NODES: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Move:
    """How far the estimate of an effect moves with one moment that a condition sets to 0.

    Attributes:
        numeral: of the assumption that the condition belongs to; "" where no numeral grants it.
        condition: the condition in words.
        quantity: the moment, written out.
        unit: what one unit of it is: "correlation", "third moment in SDs", or a size in units of the outcome.
        planned: its value in the anticipated world.
        slope: what the estimate gains with one unit of it, in units of the outcome per unit of the regressor.
        bound: the largest value it can have; None for no bound.
        latex: the moment as LaTeX, where it is a formula; "" otherwise.
        called: the condition by its name, "(vii)" or "bypass".
        within_reference: the effect is not said to vary within sites, so its SD within is taken to be that between.
    """

    numeral: str
    condition: str
    quantity: str
    unit: str
    planned: float
    slope: float
    bound: float | None = 1.0
    latex: str = ""
    called: str = ""
    within_reference: bool = False

    @classmethod
    def of(cls, condition: Condition, quantity: sympy.Expr, order: int, planned: float, slope: float) -> Move:
        """The move with a correlation (order 2) or a third moment in SDs (order 3) that a condition sets to 0."""
        unit, bound = (CORRELATION, 1.0) if order == 2 else (THIRD, MOST_SKEWED)
        about = (condition.numeral or "", _need(condition), text_of(quantity))
        return cls(*about, unit, planned, slope, bound, latex(quantity))

    def tipping(self, away: float) -> float | None:
        """The value at which the estimate is off by ``away``; None where none does it, or none that is possible."""
        if not self.slope:
            return None
        value = away / self.slope
        return None if self.bound is not None and abs(value) > self.bound else value


@once
def _need(condition: Condition) -> str:
    """The condition in words, the same for all its moments."""
    return condition.need


class Coefficient:
    """One coefficient of a regression, and how its limit answers to what the regression leaves out."""

    def __init__(self, estimators: Estimators, strategy: Strategy, target: float) -> None:
        self.estimators = estimators
        self.products = estimators.products
        self.column = strategy.column
        self.target = target
        self.regression = reg = strategy.regression
        self.design = reg.design
        self.limits = estimators.limits(reg)
        place = estimators.place(reg, strategy.column)
        if reg.pooled:
            self.arm_row = estimators.pooled(reg).inverse[place]
        else:
            row = estimators.precision(reg).inverse[place]
            self.row = dict(zip(self.limits.columns, row.tolist(), strict=True))

    def gain(self, arm: str, part: Poly) -> float:
        """What the coefficient gains if an arm's outcome effect has this further part, a polynomial of the site."""
        reg = self.regression
        m = reg.arms.index(arm)
        if reg.pooled:
            return float(self.arm_row[m]) * self.products.over_sites(part)
        return self.products.over_sites(times(self._pull(m), part))

    @once
    def _pull(self, m: int) -> Poly:
        """Row j of P^{-1} times x'H for an arm: what multiplies a part of its outcome effect, theory (9.2)."""
        limits, found = self.limits, Poly()
        for place, row in enumerate(limits.rows):
            for column, item in zip(limits.columns, row[:-1], strict=True):
                found = plus(found, item, factor=self.row[column] * float(limits.weights[place, m]))
        return found

    def weight(self, arm: str, other: str) -> float:
        """H between two arms."""
        arms = self.regression.arms
        return float(self.limits.weights[arms.index(arm), arms.index(other)])

    def sd(self, ends: Ends) -> float:
        """The SD across sites of an effect."""
        poly = self.products.site_effect(*ends)
        mean = self.products.over_sites(poly)
        return math.sqrt(max(self.products.over_sites(times(poly, poly)) - mean**2, 0.0))

    def moment(self, *effects: Ends) -> float:
        """The joint central moment across sites of effects: of two their covariance."""
        return self.products.central_moment(self.products.site_effect(*ends) for ends in effects)

    def move(
        self, condition: Condition, quantity: sympy.Expr, effects: Sequence[Ends], slope: float
    ) -> Iterator[Move]:
        """The move with a covariance or third moment across sites, in SDs; none where one of the effects does not vary.

        Args:
            condition: what sets the moment to 0.
            quantity: the moment.
            effects: of which it is, two or three.
            slope: what the coefficient gains with one unit of the moment itself.
        """
        scale = math.prod(map(self.sd, effects))
        if scale:
            planned = self.moment(*effects) / scale
            yield Move.of(condition, quantity, len(effects), planned, slope * scale)


class Pair(Coefficient):
    """A compliance times an effect of its mediator: how the average of the product answers to what the two have in common."""

    def __init__(self, estimators: Estimators, term: Term) -> None:
        compliance, effect = term.factors
        reg = effect.strategy.regression
        self.estimators, self.products = estimators, estimators.products
        self.column, self.sign, self.target = effect.target.source, float(term.sign), 0.0
        self.regression = replace(reg, arms=compliance.strategy.arms, intercepts=(), pooled=False)
        self.design = reg.design
        self.row = {}

    def gain(self, arm: str, part: Poly) -> float:
        """What the estimate less the average gains if the product has this further part."""
        del arm
        return -self.sign * self.products.over_sites(part)

    def weight(self, arm: str, other: str) -> float:
        """No regression is solved here."""
        del arm, other
        return 0.0
