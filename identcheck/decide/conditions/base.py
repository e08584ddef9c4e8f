"""What every condition of a strategy has: kind, numeral, level, sentence, moments."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from identcheck.basics.display import DisplayedFormula
from identcheck.derive.moments import mean_effect
from identcheck.derive.paths import effect_meant, effect_symbol
from identcheck.describe.declarations import Declaration
from identcheck.describe.design import Design
from identcheck.symbols.names import Effect
from identcheck.symbols.typeset import latex

if TYPE_CHECKING:
    import sympy

__all__ = ["Condition", "Regression", "condition_name"]


@dataclass(frozen=True)
class Regression:
    """A regression of site effects: r_vs on the compliances r_us of W, one row for each site and arm.

    Attributes:
        design: the design.
        outcome: v, the node whose site effects are regressed.
        regressors: W, measured mediators.
        arms: the arms whose rows are used.
        intercepts: those of the arms that have an intercept of their own.
        pooled: averages over sites are taken first, then one equation an arm is solved.
    """

    design: Design
    outcome: str
    regressors: tuple[str, ...]
    arms: tuple[str, ...]
    intercepts: tuple[str, ...] = ()
    pooled: bool = False

    def others(self, u: str) -> frozenset[str]:
        """The regressors other than u."""
        return frozenset(self.regressors) - {u}

    def downstream(self, u: str) -> sympy.Expr:
        """D_u, the person-specific effect of u on v avoiding the other regressors."""
        return effect_symbol(self.design, u, self.outcome, self.others(u))

    def downstream_meant(self, u: str) -> Effect | None:
        """Which effect D_u is; None where there is no path."""
        return effect_meant(self.design, u, self.outcome, self.others(u))

    def site_downstream(self, u: str) -> sympy.Expr:
        """d_us, the site average of D_u."""
        return mean_effect(self.design, u, self.outcome, self.others(u))

    def compliance(self, arm: str, u: str) -> sympy.Expr:
        """r_us, the total effect of an arm on u in site s."""
        found = self._compliances.get((arm, u))
        if found is None:
            found = self._compliances[arm, u] = mean_effect(self.design, arm, u)
        return found

    @cached_property
    def _compliances(self) -> dict[tuple[str, str], sympy.Expr]:
        return {}

    def bypass(self, arm: str) -> sympy.Expr:
        """theta_s, the effect of an arm on v that avoids every regressor."""
        return mean_effect(self.design, arm, self.outcome, self.regressors)

    def bypass_meant(self, arm: str) -> Effect | None:
        """Which effect theta_s averages; None where nothing bypasses the regressors."""
        return effect_meant(self.design, arm, self.outcome, self.regressors)

    @property
    def columns(self) -> tuple[str, ...]:
        """Intercepts (by arm), then regressors."""
        return (*self.intercepts, *self.regressors)


@dataclass(frozen=True)
class Condition(DisplayedFormula, ABC):
    """Something that must hold for a strategy to identify its effects.

    Attributes:
        regression: the regression it is a condition of.
        kind: "assigned", "cut", "within", "between", "rank", "shared" or "product".
        letter: A (assignment), C, W, B, S, R or P (product), as in theory section 7.
        nickname: a short name for a condition that no numeral grants.
        key: by what name a justification of such a condition is written in a design.
        numeral: the roman numeral that grants it, or None where none of the numbered ones does.
        assumption: the numeral; where there is none the key: "bypass", "shared" or "product". Always text.
        granted_by: every numeral that grants it; the first is ``numeral``.
        level: "graph", "within sites", "between sites" or "design".
        statement: the condition as a sentence in the design's labels.
        reason: the step of the derivation that it licenses.
        latex: its weakest form as a formula.
        implied: why it holds by the graph, the design or what is declared, or "".
        declared: the declarations by which it holds; empty if it holds without, or is not known to.
        violated: why it cannot hold in this design, or "".
    """

    regression: Regression

    nickname: ClassVar[str] = ""
    key: ClassVar[str] = ""
    kind: ClassVar[str]
    letter: ClassVar[str]
    level: ClassVar[str]

    @property
    def design(self) -> Design:
        """The design the condition is about."""
        return self.regression.design

    @property
    def numeral(self) -> str | None:
        """The roman numeral under which the condition is granted, or None."""
        return self.granted_by[0] if self.granted_by else None

    @property
    def assumption(self) -> str:
        """What the condition is called: its numeral, or "bypass", "shared" or "product" where it has none."""
        return self.numeral or self.key

    @property
    @abstractmethod
    def granted_by(self) -> tuple[str, ...]:
        """The numerals that grant it."""

    @property
    @abstractmethod
    def statement(self) -> str:
        """The condition in words."""

    @property
    def need(self) -> str:
        """The condition in words, without remarks on what it depends on in this design."""
        return self.statement

    @property
    @abstractmethod
    def reason(self) -> str:
        """What it is needed for."""

    @property
    @abstractmethod
    def latex(self) -> str:
        """The weakest sufficient form as a formula."""

    @property
    def implied(self) -> str:
        """Why the graph, the design or its declarations already guarantee it; "" if they do not."""
        return ""

    @property
    def declared(self) -> tuple[Declaration, ...]:
        """The declarations by which it holds; empty if it holds without them, or is not known to hold."""
        return ()

    @property
    def violated(self) -> str:
        """Why it cannot hold in this design; "" if it can."""
        return ""

    def moments(self, order: int | None = 3) -> tuple[sympy.Expr, ...]:
        """The ladder: moments of at most the given order whose vanishing the condition asks for.

        Args:
            order: the highest order to list; None for as far as the condition goes.
        """
        del order
        return ()

    def numeral_for(self, single: str, many: str) -> str:
        """The numeral of the seven (one site, one mediator) or of the nine."""
        return single if self.design.single else many

    @property
    def exact(self) -> tuple[sympy.Expr, ...]:
        """What must vanish, no more and no less, for the regression to need nothing else of this condition."""
        return self.moments()

    def tex(self, expr: sympy.Expr) -> str:
        """An expression as LaTeX, without the index s where there is one site."""
        return latex(expr, one_site=self.design.sites == 1)

    @cached_property
    def labels(self) -> Sequence[str]:
        """The labels of the regressors."""
        return [self.design.label(u) for u in self.regression.regressors]

    def __str__(self) -> str:
        return self.statement


def condition_name(condition: Condition) -> str:
    """A condition by the numeral that grants it; by its nickname where none does."""
    return f"({condition.numeral})" if condition.numeral else condition.nickname
