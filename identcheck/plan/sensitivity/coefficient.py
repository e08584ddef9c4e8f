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

import numpy as np

from identcheck.basics.once import once
from identcheck.decide.conditions import Condition
from identcheck.decide.strategies import Strategy, Term
from identcheck.derive.heterogeneity import products
from identcheck.plan.closed.columns import Entry
from identcheck.plan.closed.estimators import Estimators
from identcheck.plan.closed.polynomials import Poly, plus, product, times
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
    """One coefficient of a regression, and how its limit answers to what the regression leaves out.

    Where modifiers are held fixed, moments are those given them: of what the terms of h, by a linear regression on them, leave of
    effects and compliances. These are taken not to change with the modifiers, as in a plan they do not.

    Args:
        estimators: of the plan.
        strategy: the regression.
        target: the effect that the coefficient stands for.
        column: the name of another coefficient of the regression, such as a product with a term; "" for the strategy's own.
    """

    def __init__(self, estimators: Estimators, strategy: Strategy, target: float, column: str = "") -> None:
        self.estimators = estimators
        self.products = estimators.rows(strategy.regression.cells).products
        self.column = strategy.column
        self.target = target
        self.regression = reg = strategy.regression
        self.design = reg.design
        self.limits = estimators.limits(reg)
        place = estimators.place(reg, column or strategy.column)
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

    def pulled(self, j: str, ends: Ends) -> float:
        """Row j of P^{-1} at the columns of a regressor, times the average of these with the site average of an effect."""
        effect = self.products.site_effect(*ends)
        entries = [entry for entry in (Entry(j), *self._held) if entry.head == j and entry.name in self.row]
        terms = ((self.row[e.name], times(self.products.term(e.term), effect)) for e in entries)
        return math.fsum(row * self.products.over_sites(poly) for row, poly in terms)

    @property
    def _held(self) -> Sequence[Entry]:
        """The products with terms."""
        return self.limits.held if self.row else ()

    @once
    def _left(self, ends: Ends) -> Poly:
        """What a site's effect is above its average, and above what terms of h take up of it."""
        known = self.products
        found = known.deviation(known.site_effect(*ends))
        terms = [known.term(term) for term in products(self.design, self.regression.moderators)]
        if not terms:
            return found
        spread = np.array([[known.over_sites(times(a, b)) for b in terms] for a in terms])
        along = np.array([known.over_sites(times(term, found)) for term in terms])
        for slope, term in zip((np.linalg.pinv(spread, hermitian=True) @ along).tolist(), terms, strict=True):
            found = plus(found, term, factor=-slope)
        return found

    def weight(self, arm: str, other: str) -> float:
        """H between two arms."""
        arms = self.regression.arms
        return float(self.limits.weights[arms.index(arm), arms.index(other)])

    def sd(self, ends: Ends) -> float:
        """The SD across sites of an effect, given what is held fixed."""
        poly = self._left(ends)
        return math.sqrt(max(self.products.over_sites(times(poly, poly)), 0.0))

    def moment(self, *effects: Ends) -> float:
        """The joint central moment across sites of effects, given what is held fixed: of two their covariance."""
        return self.products.over_sites(product(map(self._left, effects)))

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
            move = Move.of(condition, quantity, len(effects), planned, slope * scale)
            yield self.said(move)

    def said(self, move: Move) -> Move:
        """The same with what is held fixed."""
        if not self.regression.moderators:
            return move
        given = self.regression.given
        formula = rf"{move.latex} \text{{ given {given}}}" if move.latex else ""
        return replace(move, quantity=f"{move.quantity} given {given}", latex=formula)


class Pair(Coefficient):
    """A compliance times an effect of its mediator: how the average of the product answers to what the two have in common."""

    def __init__(self, estimators: Estimators, term: Term) -> None:
        compliance, effect = term.factors
        reg = effect.strategy.regression
        self.estimators = estimators
        self.products = estimators.rows(reg.cells).products
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
