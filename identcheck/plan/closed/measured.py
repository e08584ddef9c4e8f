"""What measuring drawn causes of heterogeneity buys at the planned numbers: a bias goes, columns come in (theory section 14)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from identcheck.basics.display import Brief
from identcheck.decide.dangers import Endangered, endangered
from identcheck.decide.findings import Finding
from identcheck.decide.strategies import Strategy
from identcheck.derive.words import listed
from identcheck.errors import InvalidPlanError
from identcheck.plan.closed.estimators import Estimators
from identcheck.plan.closed.questions import true_value

__all__ = ["Bought", "bought"]

NONE = 1e-9


@dataclass(frozen=True)
class Bought(Brief):
    """What holding modifiers fixed does for an effect that they endanger.

    Attributes:
        finding: the effect.
        target: its true value in the anticipated world.
        bias: of the regression that holds nothing fixed, what compliances and effects that go together bring in.
        held: the modifiers that would be held fixed; empty where no set of them helps.
        left: what is left of that bias then: what the plan states beside what modifiers do.
        columns: of the regression that holds nothing fixed.
        columns_held: with the products.
    """

    finding: Finding
    target: float
    bias: float
    held: tuple[str, ...]
    left: float
    columns: int
    columns_held: int

    def _brief(self) -> str:
        return f"Bought {self.finding.estimand}: {self.bias:.3g} to {self.left:.3g}"

    @property
    def sentence(self) -> str:
        """In words: what is taken for the effect, and what is left of that with modifiers held fixed."""
        design = self.finding.design
        words = listed([design.modifier_words(name) for name in self.held])
        start = f"{self.finding.estimand}: compliance and effect that go together add {self.bias:+.2g} "
        start += f"to a true {self.target:.2g}"
        if not self.held:
            return f"{start}, and nothing drawn that could be held fixed takes it away."
        left = "none of it is left" if abs(self.left) < NONE else f"{self.left:+.2g} of it is left"
        return f"{start}; with {words} held fixed {left}, for {self.columns_held} columns instead of {self.columns}."


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
    at, column = estimators.anticipated, each.strategy.column
    plain = replace(each.strategy.regression, moderators=())
    target = true_value(estimators.products, each.finding.target)
    try:
        now = estimators.budget(plain, column, target)
        then = Estimators(at.given(each.held)).budget(plain, column, target)  # theory, equation (14.4)
    except (InvalidPlanError, np.linalg.LinAlgError):  # too little varies
        return None
    bias, left = now.between + now.within, then.between + then.within
    width = replace(plain, moderators=each.held).width
    if abs(bias) <= NONE:
        return None
    return Bought(each.finding, target, bias, each.held, left, plain.width, width)
