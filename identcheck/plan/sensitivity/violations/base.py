"""A move of an estimate, and the coefficient that moves."""

from __future__ import annotations

import math
from dataclasses import dataclass

import sympy

from identcheck.decide.conditions import Condition
from identcheck.decide.strategies import Strategy
from identcheck.plan.closed.estimators import Estimators
from identcheck.plan.closed.polynomials import Poly, plus, times
from identcheck.symbols.typeset import latex, text_of

__all__ = ["MOST_SKEWED", "Coefficient", "Ends", "Move", "move_for"]

MOST_SKEWED = 2.0
"""The largest third moment in SDs that a plan may state."""

Ends = tuple[str, str, frozenset[str]]
"""An effect by its source, its target, and what its paths avoid."""


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
    within_reference: bool = False

    def tipping(self, away: float) -> float | None:
        """The value at which the estimate is off by ``away``; None where none does it, or none that is possible."""
        if not self.slope:
            return None
        value = away / self.slope
        return None if self.bound is not None and abs(value) > self.bound else value


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
            self.arm_pull = estimators.pooled(reg).inverse[place]
        else:
            row = estimators.precision(reg).inverse[place]
            self.row = dict(zip(self.limits.columns, row.tolist(), strict=True))

    def pull(self, arm: str, part: Poly) -> float:
        """What the coefficient gains if an arm's outcome effect has this further part, a polynomial of the site."""
        reg, limits = self.regression, self.limits
        m = reg.arms.index(arm)
        if reg.pooled:
            return float(self.arm_pull[m]) * self.products.over_sites(part)
        total = 0.0
        for place, row in enumerate(limits.rows):
            for column, item in zip(limits.columns, row[:-1], strict=True):
                if item:
                    mean = self.products.over_sites(times(item, part))
                    total += self.row[column] * float(limits.weights[place, m]) * mean
        return total

    def weight(self, arm: str, other: str) -> float:
        """H between two arms."""
        arms = self.regression.arms
        return float(self.limits.weights[arms.index(arm), arms.index(other)])

    def sd(self, ends: Ends) -> float:
        """The SD across sites of an effect."""
        poly = self.products.site_effect(*ends)
        mean = self.products.over_sites(poly)
        return math.sqrt(max(self.products.over_sites(times(poly, poly)) - mean**2, 0.0))

    def covariance(self, one: Ends, *others: Ends) -> float:
        """The joint central moment across sites of effects."""
        found: Poly = {(): 1.0}
        for ends in (one, *others):
            poly = self.products.site_effect(*ends)
            found = times(found, plus(poly, {(): -self.products.over_sites(poly)}))
        return self.products.over_sites(found)


def move_for(
    condition: Condition,
    quantity: str | sympy.Expr,
    unit: str,
    planned: float,
    slope: float,
    bound: float | None = 1.0,
) -> Move:
    """The move with one moment of a condition, a formula or a phrase."""
    numeral, need = condition.numeral or "", condition.need
    if isinstance(quantity, str):
        return Move(numeral, need, quantity, unit, planned, slope, bound)
    return Move(numeral, need, text_of(quantity), unit, planned, slope, bound, latex(quantity))
