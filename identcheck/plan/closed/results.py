"""What a diagnosis says of each regression and each effect."""

from __future__ import annotations

from dataclasses import dataclass

from identcheck.basics.display import Brief
from identcheck.decide.conditions import Regression
from identcheck.plan.closed.estimators import Budget
from identcheck.plan.closed.questions import Question
from identcheck.plan.closed.strength import Matrix, Strength

__all__ = ["EffectNumbers", "Instruments", "PooledInstrument"]


@dataclass(frozen=True)
class Instruments:
    """The site-by-compliance matrix that a regression relies on, and its strength for each regressor."""

    regression: Regression
    matrix: Matrix
    strengths: tuple[Strength, ...]


@dataclass(frozen=True)
class PooledInstrument:
    """The same effect by one pooled instrument: average effect on the outcome by average compliance.

    Attributes:
        f: first-stage F of the one instrument.
        bias: bias of the ratio.
        se: its standard error.
        ratio: standard error of the site-by-treatment regression by that of the ratio: below 1 it gains. None where
            that of the ratio is 0.
    """

    f: float
    bias: float
    se: float
    ratio: float | None


@dataclass(frozen=True)
class EffectNumbers(Brief):
    """What the plan means for the estimate of one effect.

    Attributes:
        question: the effect, its strategy and its true value in the anticipated world.
        budget: the bias by its causes; None for a composed strategy, or none.
        bias: the whole bias; None where there is no strategy.
        se: the standard error; None for a composed strategy (simulate instead), or none.
        power: power of the t test of no effect between sites, at the effect's true value and without bias.
        detectable: the smallest effect that the test finds with the power that the plan aims at.
        sites: sites needed for that power, persons per site as planned; None if out of reach.
        persons: persons per site needed, sites as planned; None if out of reach.
        pooled: the same effect by one pooled instrument, where that is possible.
    """

    question: Question
    budget: Budget | None = None
    bias: float | None = None
    se: float | None = None
    power: float | None = None
    detectable: float | None = None
    sites: int | None = None
    persons: int | None = None
    pooled: PooledInstrument | None = None

    def _brief(self) -> str:
        bias, se = ("none" if number is None else f"{number:.3g}" for number in (self.bias, self.se))
        return f"EffectNumbers {self.question.estimand}: bias {bias}, SE {se}"
