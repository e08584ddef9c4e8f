"""What measuring drawn causes of heterogeneity buys at the planned numbers: a bias goes, columns come in (theory section 14)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from identcheck.basics.display import Brief
from identcheck.decide.conditions import Regression
from identcheck.decide.dangers import Endangered, endangered
from identcheck.decide.findings import Finding
from identcheck.decide.strategies import Strategy
from identcheck.derive.words import listed
from identcheck.errors import InvalidPlanError
from identcheck.plan.closed.estimators import Estimators
from identcheck.plan.closed.prospect import Prospect
from identcheck.plan.closed.questions import Question, true_value, unplanned
from identcheck.tables.digits import few_digits
from identcheck.tables.table import Cell

__all__ = ["Bought", "bought"]

NONE = 1e-9


@dataclass(frozen=True)
class Bought(Brief):
    """What holding modifiers fixed does for an effect that they endanger.

    Attributes:
        finding: the effect.
        target: its true value in the anticipated world.
        plain: the regression that holds nothing fixed.
        regression: the one that holds ``held`` fixed.
        bias: of the regression that holds nothing fixed, what compliances and effects that go together bring in.
        held: the modifiers that would be held fixed; empty where no set of them helps.
        left: what is left of that bias then: what the plan states beside what modifiers do.
        now: what is to be expected of the estimate that holds nothing fixed.
        then: the same of that which holds them fixed; None where the plan has no numbers for it.
    """

    finding: Finding
    target: float
    plain: Regression
    regression: Regression
    bias: float
    held: tuple[str, ...]
    left: float
    now: Prospect
    then: Prospect | None = None

    def _brief(self) -> str:
        return f"Bought {self.finding.estimand}: {few_digits(self.bias)} to {few_digits(self.left)}"

    @property
    def columns(self) -> int:
        """The columns of the regression that holds nothing fixed."""
        return self.plain.width

    @property
    def columns_held(self) -> int:
        """The columns with the products."""
        return self.regression.width

    @property
    def sentence(self) -> str:
        """In words: what is taken for the effect, and what is left of that with modifiers held fixed."""
        design = self.finding.design
        words = listed([design.modifier_words(name) for name in self.held])
        start = f"{self.finding.estimand}: compliance and effect that go together add {few_digits(self.bias, 2, sign=True)} "
        start += f"to a true {few_digits(self.target, 2)}"
        if not self.held:
            return f"{start}, and nothing drawn that could be held fixed takes it away."
        left = (
            "none of it is left"
            if abs(self.left) < NONE
            else f"{few_digits(self.left, 2, sign=True)} of it is left"
        )
        return f"{start}; with {words} held fixed {left}, for {self.columns_held} columns instead of {self.columns}."

    def records(self) -> Iterator[dict[str, Cell]]:
        """A row for the regression that holds nothing fixed, and one for that which holds the modifiers fixed, side by side."""
        for reg, related, of in ((self.plain, self.bias, self.now), (self.regression, self.left, self.then)):
            if of is not None:
                yield {
                    "effect": str(self.finding.estimand),
                    "held": reg.given or "nothing",
                    "columns": reg.width,
                    "related": related,
                    "bias": of.bias,
                    "se": of.se,
                    "conditional_f": None if of.strong is None else of.strong.f,
                    "coverage": of.coverage,
                    "power": of.power,
                }


def bought(estimators: Estimators, findings: Iterable[Finding]) -> tuple[Bought, ...]:
    """What measuring buys, for each effect of a single regression that drawn causes endanger and the plan gives a bias.

    Args:
        estimators: those of the anticipated world.
        findings: the effects.
    """
    if estimators.anticipated.moved is None:
        return ()
    found = (_bought(estimators, each) for finding in findings if (each := endangered(finding)) is not None)
    return tuple(each for each in found if each is not None)


def _bought(estimators: Estimators, each: Endangered) -> Bought | None:
    if not isinstance(each.strategy, Strategy):
        return None
    at, column, finding = estimators.anticipated, each.strategy.column, each.finding
    strategy: Strategy = each.strategy
    plain = replace(strategy.regression, moderators=())
    held = replace(plain, moderators=each.held)
    target = true_value(estimators.products, finding.target)

    def question(reg: Regression) -> Question:
        own = replace(strategy, regression=reg)
        return Question(finding.estimand, finding.words, own, column, target)

    try:
        now = estimators.budget(plain, column, target)
        then = Estimators(at.given(each.held)).budget(plain, column, target)  # theory, equation (14.4)
        without = Prospect.of(estimators, question(plain))
    except (InvalidPlanError, np.linalg.LinAlgError):  # too little varies
        return None
    bias, left = now.between + now.within, then.between + then.within
    if abs(bias) <= NONE:
        return None
    made = Bought(finding, target, plain, held, bias, each.held, left, without)
    if not each.held or unplanned(estimators.anticipated, finding, question(held).strategy):
        return made
    try:
        budget = estimators.budget(held, column, target)
        return replace(
            made, left=budget.between + budget.within, then=Prospect.of(estimators, question(held))
        )
    except (InvalidPlanError, np.linalg.LinAlgError):
        return made
