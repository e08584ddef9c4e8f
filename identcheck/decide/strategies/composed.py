"""A composed strategy: sums of products of effects, each identified by a regression of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from textwrap import shorten
from typing import TYPE_CHECKING

from identcheck.basics.display import DisplayedFormula
from identcheck.decide.conditions import Within, of_kind
from identcheck.decide.conditions.base import Asks, Condition, Ways
from identcheck.decide.conditions.product import Product
from identcheck.decide.conditions.regression import Regression
from identcheck.decide.conditions.whole import asked_by, open_names, whole_of
from identcheck.decide.estimands import Estimand, Target
from identcheck.decide.strategies.factors import Term, effects_of, symbol_of
from identcheck.decide.strategies.moderation import moderated_limit, moderated_mean
from identcheck.decide.strategies.step import Step
from identcheck.derive.moments import mean, site_mean
from identcheck.derive.words import brief, listed
from identcheck.describe.design import Design
from identcheck.symbols.algebra import Expr, add, average, multiply
from identcheck.symbols.names import Effect

if TYPE_CHECKING:
    from identcheck.decide.strategies.strategy import Strategy

__all__ = ["Composed", "Term", "effects_of", "symbol_of"]


CONTRASTS = ", by contrasts of arms and "
"""What stands before the one regression that is used beside contrasts."""


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

    @property
    def site_by_site(self) -> bool:
        """Whether its effects are known in each site, multiplied there, and averaged over sites last."""
        return any(part.site_by_site for part in self.parts)

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """Those of its regressions, each once, and the product condition."""
        found: dict[Condition, None] = {}
        for part in self.parts:
            found.update(dict.fromkeys(part.conditions))
        found.update(dict.fromkeys(self.of_pairs))
        if products := self._products:
            found[Product(self._all, products)] = None
        return tuple(found)

    @cached_property
    def of_pairs(self) -> tuple[Condition, ...]:
        """What is asked of a compliance and an effect that stand in no regression together: (W) and (B) of this pair alone.

        Site by site (W) alone, in every site.
        """
        pairs = ((term.pair, term.factors[1].target.source) for term in self.terms if term.pair is not None)
        if self.site_by_site:
            return tuple(Within(replace(pair, pooled=False), u) for pair, u in pairs)
        return tuple(
            c for pair, u in pairs for c in whole_of(pair).conditions if getattr(c, "regressor", "") == u
        )

    @cached_property
    def asks(self) -> Asks:
        """How much its open conditions ask for in all."""
        return asked_by(self.conditions) if self._one is None else self._one.asks

    @cached_property
    def open(self) -> Mapping[Ways, int]:
        """How many of its conditions are open, by the ways to grant them."""
        return open_names(self.conditions) if self._one is None else self._one.open

    @cached_property
    def _one(self) -> Strategy | None:
        """The part that alone has open conditions: the one regression beside contrasts, where it licenses every product."""
        regressions = [part for part in self.parts if part.regressors]
        quiet = all(term.by_slope for term in self.terms) and not any(
            part.open for part in self.parts if not part.regressors
        )
        return regressions[0] if quiet and len(regressions) == 1 else None

    @cached_property
    def joined(self) -> bool:
        """Whether a drawn cause moves factors that are multiplied, so that no product is the product of averages."""
        if not self.design.modifiers:
            return False
        if any(c.violated for c in self.of_pairs):
            return True
        if not (products := self._products):
            return False
        return bool(Product(self._all, products).violated)

    @property
    def _all(self) -> Regression:
        """What the product condition is about: the outcome, and what is held fixed."""
        by_site = self.site_by_site
        return Regression(self.design, self.outcome, (), (), moderators=self.moderators, site_by_site=by_site)

    @property
    def _licensed(self) -> bool:
        """Whether its product condition is granted by numerals."""
        return any(c.licence for c in of_kind(self.conditions, Product))

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
            across = "" if self.site_by_site else " and between"
            reason += f", and compliance is unrelated to effect within{across} sites"
            numerals = ("vi",) if self.site_by_site else ("vi", "vii")
        if self._products:
            by = " and ".join(f"({n})" for n in (("vi",) if self.site_by_site else ("vi", "vii")))
            granted = (
                f", which {by} {'grants' if self.site_by_site else 'grant'} along a path"
                if self._licensed
                else ""
            )
            reason += f", and that of each product is the product of averages: the product condition{granted}"
        if self.moderators:
            reason += f", averaged over {self._all.given}"
        if not self.site_by_site:
            steps[Step("9", mean(site_mean(whole)), self._averages, "sites", reason, numerals, one_site)] = (
                None
            )
            return tuple(steps)
        steps[Step("9", site_mean(whole), self._site_averages, "site", reason, numerals)] = None
        last = "the average over sites is taken of what is known in each of them"
        steps[Step("9", mean(site_mean(whole)), mean(self._site_averages), "sites", last, ())] = None
        return tuple(steps)

    @property
    def _site_averages(self) -> Expr:
        """The sum of products of what each site's own contrasts identify."""
        return add(*(term.sign * multiply(*map(site_mean, term.symbols)) for term in self.terms))

    @property
    def _averages(self) -> Expr:
        if self.moderators:
            return self._given(moderated_mean)
        return add(
            *(term.sign * multiply(*(mean(site_mean(x)) for x in term.symbols)) for term in self.terms)
        )

    def _given(self, effect: Callable[[Regression, str], Expr]) -> Expr:
        """The average over rows of the products of effects given the moderators, never the product of averages.

        E[m_1(Z) m_2(Z)] (theory section 14); of a compliance and its mediator's effect E[gamma_ms m_m(Z)] (section 16).

        Args:
            effect: what is taken for a column's effect given the moderators: m(Z), or what is estimated of it.
        """
        found = []
        for term in self.terms:
            first, *others = (f.strategy for f in term.factors)
            compliance = (
                others[0].regression.compliance(first.column, first.outcome)
                if others and term.by_slope
                else effect(first.regression, first.column)
            )
            known = (effect(part.regression, part.column) for part in others)
            found.append(term.sign * multiply(compliance, *known))
        return average("sites", add(*found))

    def bias(self) -> dict[str, Expr]:
        """The limit of the composed estimate less the average effect, under the name of the effect's source.

        The estimate is the sum of products of the coefficients; each has its own bias (theory section 9). Empty where a rank
        leaves one of them open.
        """
        if any(part.undetermined for part in self.parts):
            return {}
        whole = mean(site_mean(symbol_of(self.design, self.target)))
        if self.site_by_site:
            each = (
                term.sign * multiply(*(site_mean(f.symbol) + f.strategy.site_bias() for f in term.factors))
                for term in self.terms
            )
            return {self.target.source: mean(add(*each)) - whole}
        if self.moderators:
            return {self.target.source: self._given(moderated_limit) - whole}
        # theory, equation (7.3): each factor replaced by the limit of its coefficient
        limits = add(
            *(
                term.sign
                * multiply(*(mean(site_mean(f.symbol)) + f.strategy.column_bias() for f in term.factors))
                for term in self.terms
            )
        )
        return {self.target.source: limits - whole}

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
        return f"composed: {text}{self._how}"

    @property
    def _how(self) -> str:
        """By what its effects are estimated, where there are several."""
        regressions = [part.name for part in self.parts if part.regressors]
        if len({factor for term in self.terms for factor in term.factors}) < 2:
            return ""
        if self.site_by_site:
            return ", site by site"
        if len(regressions) == 1 < len(self.parts):
            return f"{CONTRASTS}{regressions[0]}"
        return ", each by a regression of its own"

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
        told = len(self.summary) < 2 or self._how.startswith(CONTRASTS)
        return self.name if told else f"{self.name} ({listed(self.summary)})"
