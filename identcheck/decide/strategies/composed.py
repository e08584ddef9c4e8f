"""A composed strategy: sums of products of effects, each identified by a regression of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from textwrap import shorten
from typing import TYPE_CHECKING

from identcheck.basics.display import DisplayedFormula
from identcheck.decide.conditions.base import Asks, Condition, Regression
from identcheck.decide.conditions.product import Product
from identcheck.decide.conditions.whole import asked_by, open_names
from identcheck.decide.estimands import Estimand, Target, target_words
from identcheck.decide.strategies.moderation import moderated_limit, moderated_mean
from identcheck.decide.strategies.step import Step
from identcheck.derive.moments import mean, site_mean
from identcheck.derive.paths import edges_of, effect_meant
from identcheck.derive.words import brief, listed
from identcheck.describe.design import Design
from identcheck.symbols.algebra import Expr, add, average, multiply, number
from identcheck.symbols.names import Effect

if TYPE_CHECKING:
    from identcheck.decide.strategies.strategy import Strategy

__all__ = ["Composed", "Factor", "Term", "effects_of", "symbol_of"]


def symbol_of(design: Design, target: Target) -> Expr:
    """The person-specific effect a target averages: one symbol, or the product along one path.

    Where mediators are held at levels, those of their products with it are added.
    """
    meant = effects_of(design, target)
    alone = multiply(*map(design.notation.coefficient, meant)) if meant else number(0)
    held = (weight * design.notation.edge(product, target.target) for weight, product in target.weighted)
    return add(alone, *held) if target.weighted else alone


def effects_of(design: Design, target: Target) -> tuple[Effect, ...]:
    """The effects whose product a target averages: the one, or the arrows along one path; none where it has no path."""
    if target.route is not None:
        return tuple(Effect(*edge) for edge in edges_of(target.route))
    meant = effect_meant(design, target.source, target.target, target.avoiding)
    return () if meant is None else (meant,)


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
    """A product of effects, signed; weighted by a level where a mediator is held at one."""

    sign: int | Fraction
    factors: tuple[Factor, ...]

    @property
    def licensed(self) -> bool:
        """Whether the conditions of the regression already make the average of the product the product of averages.

        So it is for the compliance with a regressor times that regressor's effect: their covariance within sites
        is zero by (W), that between sites by (B).
        """
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


@dataclass(frozen=True)
class Composed(DisplayedFormula):
    """The average of a sum of products of effects that are identified by strategies of their own (theory section 7).

    The paper's footnote 4 is the case of Figure 1: the total effect of M1 is its direct effect plus the effect
    of M1 on M2 times that of M2.

    Attributes:
        target: the effect in question.
        terms: its parts; the person-specific effect is the sum of their signed products.
    """

    target: Target
    terms: tuple[Term, ...]

    @cached_property
    def parts(self) -> tuple[Strategy, ...]:
        """The regressions used, each once."""
        return tuple(dict.fromkeys(factor.strategy for term in self.terms for factor in term.factors))

    @property
    def design(self) -> Design:
        """The design."""
        return self.parts[0].regression.design

    @property
    def outcome(self) -> str:
        """The node that the effect is an effect on."""
        return self.target.target

    @property
    def regressors(self) -> tuple[str, ...]:
        """The regressors of all its regressions."""
        order = self.design.order
        return tuple(sorted({u for part in self.parts for u in part.regressors}, key=order.__getitem__))

    @property
    def arms(self) -> tuple[str, ...]:
        """The arms whose rows are used."""
        return tuple(arm for arm in self.design.treatments if any(arm in part.arms for part in self.parts))

    @property
    def intercept(self) -> bool:
        """Whether any of its regressions has an intercept."""
        return any(part.intercept for part in self.parts)

    @property
    def moderators(self) -> tuple[str, ...]:
        """The moderators of its regressions."""
        names = {name for part in self.parts for name in part.moderators}
        return tuple(m.name for m in self.design.modifiers if m.name in names)

    @property
    def pooled(self) -> bool:
        """Whether any of its regressions is a pooled one."""
        return any(part.pooled for part in self.parts)

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """Those of its regressions, each once, and the product condition."""
        found: dict[Condition, None] = {}
        for part in self.parts:
            found.update(dict.fromkeys(part.conditions))
        if products := self._products:
            found[Product(self._all, products)] = None
        return tuple(found)

    @cached_property
    def asks(self) -> Asks:
        """How much its open conditions ask for in all."""
        return asked_by(self.conditions)

    @cached_property
    def open(self) -> Mapping[tuple[str, ...], int]:
        """How many of its conditions are open, by the names that grant them."""
        return open_names(self.conditions)

    @cached_property
    def joined(self) -> bool:
        """Whether a drawn cause moves factors that are multiplied, so that no product is the product of averages."""
        if not self.design.modifiers or not (products := self._products):
            return False
        return bool(Product(self._all, products).violated)

    @property
    def _all(self) -> Regression:
        """What the product condition is about: the outcome, and what is held fixed."""
        return Regression(self.design, self.outcome, (), (), moderators=self.moderators)

    @property
    def _products(self) -> tuple[tuple[int | Fraction, tuple[tuple[Effect, ...], ...]], ...]:
        open_ = (term for term in self.terms if not term.licensed)
        return tuple(
            (term.sign, tuple(effects_of(self.design, f.target) for f in term.factors)) for term in open_
        )

    @property
    def estimands(self) -> tuple[Estimand, ...]:
        """Every average effect that its regressions identify."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.estimands))

    @cached_property
    def derivation(self) -> tuple[Step, ...]:
        """Those of its regressions, the decomposition of the effect, and the average of it."""
        steps = dict.fromkeys(step for part in self.parts for step in part.derivation)
        whole = symbol_of(self.design, self.target)
        split = add(*(term.sign * multiply(*term.symbols) for term in self.terms))
        one_site = self.design.sites == 1
        if whole != split:
            steps[
                Step(
                    "9",
                    whole,
                    split,
                    "person",
                    "the paths are sorted by the nodes they run through",
                    ("i", "iii", "iv"),
                    one_site,
                )
            ] = None
        numerals: tuple[str, ...] = ()
        reason = "the average of a sum is the sum of averages"
        if any(term.licensed and len(term.factors) > 1 for term in self.terms):
            reason += ", and compliance is unrelated to effect within and between sites"
            numerals = ("vi", "vii")
        if self._products:
            reason += ", and that of each product is the product of averages: the product condition"
        if self.moderators:
            reason += f", averaged over {self._all.given}"
        steps[Step("9", mean(site_mean(whole)), self._averages, "sites", reason, numerals, one_site)] = None
        return tuple(steps)

    @property
    def _averages(self) -> Expr:
        if self.moderators:  # theory section 14: E[m_1(Z) m_2(Z)], never the product of averages
            changed = {part: moderated_mean(part.regression, part.column) for part in self.parts}
            each = (t.sign * multiply(*(changed[f.strategy] for f in t.factors)) for t in self.terms)
            return average("sites", add(*each))
        return add(
            *(term.sign * multiply(*(mean(site_mean(x)) for x in term.symbols)) for term in self.terms)
        )

    def bias(self) -> dict[str, Expr]:
        """The limit of the composed estimate less the average effect, under the name of the effect's source.

        The estimate is the sum of products of the coefficients; each has its own bias (theory section 9).
        """
        if self.moderators:
            found = {part: moderated_limit(part.regression, part.column) for part in self.parts}
            each = (t.sign * multiply(*(found[f.strategy] for f in t.factors)) for t in self.terms)
            whole = mean(site_mean(symbol_of(self.design, self.target)))
            return {self.target.source: average("sites", add(*each)) - whole}
        # theory, equation (7.3): each factor replaced by the limit of its coefficient
        limits = add(
            *(
                term.sign
                * multiply(*(mean(site_mean(f.symbol)) + f.strategy.column_bias() for f in term.factors))
                for term in self.terms
            )
        )
        return {self.target.source: limits - mean(site_mean(symbol_of(self.design, self.target)))}

    @property
    def name(self) -> str:
        """The strategy in a line: what is added and multiplied."""
        if self.target.weighted:
            return self._at_levels
        plus = [term.words for term in self.terms if term.sign > 0]
        minus = [term.words for term in self.terms if term.sign < 0]
        text = " plus ".join(plus)
        if minus:
            text += " less " + " less ".join(minus)
        if self.moderators:
            text += f", averaged over {self._all.given}"
        many = len({factor for term in self.terms for factor in term.factors}) > 1
        return f"composed: {text}{', each by a regression of its own' if many else ''}"

    @property
    def _at_levels(self) -> str:
        """The strategy in a line, where mediators are held at levels: which coefficients are added, with which weights."""
        if len(self.parts) > 1 and len({part.regression for part in self.parts}) > 1:
            said = (f"{'' if t.sign == 1 else f'{t.sign} times '}{t.words}" for t in self.terms)
            return f"composed: {' plus '.join(said)}, each by a regression of its own"
        parts = [
            f"{'' if term.sign == 1 else f'{term.sign} times '}that of {brief(self.design, term.factors[0].target.source)}"
            for term in self.terms
        ]
        return f"composed: the coefficients of its regression added, {listed(parts)}"

    @property
    def summary(self) -> tuple[str, ...]:
        """Its regressions in a line each."""
        return tuple(dict.fromkeys(part.name for part in self.parts))

    def _brief(self) -> str:
        return f"Strategy {shorten(self.name, 80, placeholder=' ...')}"

    def __str__(self) -> str:
        return f"{self.name} ({listed(self.summary)})" if len(self.summary) > 1 else self.name
