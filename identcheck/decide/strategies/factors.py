"""The pieces of a composed strategy: effects, each with the regression that identifies it, and signed products of them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from identcheck.decide.conditions.regression import Regression
from identcheck.decide.estimands import Target, target_words
from identcheck.derive.paths import edges_of, effect_meant
from identcheck.describe.design import Design
from identcheck.symbols.algebra import Expr, add, multiply, number
from identcheck.symbols.names import Effect

if TYPE_CHECKING:
    from identcheck.decide.strategies.strategy import Strategy

__all__ = ["Factor", "Term", "effects_of", "symbol_of"]


def symbol_of(design: Design, target: Target) -> Expr:
    """The person-specific effect a target averages: one symbol, or the product along one path.

    Where mediators are held at levels, those of their products with it are added.
    """
    meant = effects_of(design, target)
    alone = multiply(*map(design.notation.coefficient, meant)) if meant else number(0)
    held = (weight * design.notation.edge(product, target.target) for weight, product in target.weighted)
    return add(alone, *held) if target.weighted else alone


def effects_of(design: Design, target: Target) -> tuple[Effect, ...]:
    """The effects whose product a target averages: the one, the arrows along one path, the two of a part; none without a path."""
    if target.route is not None:
        return tuple(Effect(*edge) for edge in edges_of(target.route))
    meant = [effect_meant(design, *stretch) for stretch in target.stretches]
    return () if None in meant else tuple(each for each in meant if each is not None)


@dataclass(frozen=True)
class Factor:
    """One effect of a product, with the regression that identifies its average."""

    target: Target
    strategy: Strategy

    @property
    def design(self) -> Design:
        """The design."""
        return self.strategy.regression.design

    @property
    def symbol(self) -> Expr:
        """The person-specific effect."""
        return symbol_of(self.design, self.target)

    @property
    def words(self) -> str:
        """The effect as a noun phrase."""
        return target_words(self.design, self.target)


@dataclass(frozen=True)
class Term:
    """A product of effects, signed; weighted by a level where a mediator is held at one.

    Attributes:
        sign: 1 or -1; or the weight.
        factors: the effects.
        pair: of a compliance times an effect of its mediator, the regression whose (W) and (B) say that these two are unrelated,
            where the conditions of the effect's own regression do not; else None.
    """

    sign: int | Fraction
    factors: tuple[Factor, ...]
    pair: Regression | None = None

    @property
    def licensed(self) -> bool:
        """Whether conditions of regressions already make the average of the product the product of averages.

        So it is for the compliance with a regressor times that regressor's effect: their covariance within sites
        is zero by (W), that between sites by (B).
        """
        return self.pair is not None or self.by_slope

    @property
    def by_slope(self) -> bool:
        """Whether those of the effect's own regression do."""
        if len(self.factors) != 2:
            return len(self.factors) < 2
        compliance, effect = (factor.strategy for factor in self.factors)
        reg = effect.regression
        return (
            not compliance.regressors
            and effect.column == compliance.outcome
            and effect.column in reg.regressors
            and compliance.column in reg.arms
        )

    @property
    def symbols(self) -> tuple[Expr, ...]:
        """The factors as person-specific effects."""
        return tuple(factor.symbol for factor in self.factors)

    @property
    def words(self) -> str:
        """The product in words."""
        return " times ".join(factor.words for factor in self.factors)
