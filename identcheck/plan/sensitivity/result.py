"""Sensitivity: how far each effect's estimate moves if a condition fails, and how far it must fail to matter."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from numbers import Real

import numpy as np
import sympy
from numpy.typing import NDArray

from identcheck.basics.display import Brief, DisplayedTables
from identcheck.decide.estimands import Estimand, estimand_of
from identcheck.decide.strategies import Strategy
from identcheck.describe.design import Design, demand_design
from identcheck.errors import InvalidPlanError, InvalidQuestionError
from identcheck.plan.closed.estimators import Estimators
from identcheck.plan.closed.questions import Question, asked_of, questions
from identcheck.plan.inputs.anticipate import anticipate
from identcheck.plan.inputs.anticipated import Anticipated
from identcheck.plan.inputs.fields import changed, demand_fields
from identcheck.plan.inputs.plan import Plan, demand_plan
from identcheck.plan.sensitivity.tables import contour_table, formulas_table, tables_of
from identcheck.plan.sensitivity.violations import Move, moves_of
from identcheck.tables.table import Table

__all__ = ["Contour", "EffectSensitivity", "Sensitivity", "contour", "sensitivity"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class EffectSensitivity(Brief):
    """What failing conditions do to the estimate of one effect.

    Attributes:
        question: the effect, its strategy and its true value in the anticipated world.
        threshold: the value that a failing condition would have to move the effect to: 0, or the effect of interest.
        moves: every condition of the strategy, moment by moment.
    """

    question: Question
    threshold: float
    moves: tuple[Move, ...]

    def _brief(self) -> str:
        return f"EffectSensitivity {self.question.estimand}: {len(self.moves)} moves"

    @property
    def away(self) -> float:
        """How far the anticipated effect is from the threshold."""
        return self.question.target - self.threshold

    @property
    def correlations(self) -> tuple[Move, ...]:
        """The moves that are correlations across sites: what compliance-effect covariance can do."""
        return tuple(m for m in self.moves if m.unit == "correlation" and m.numeral not in ("vi", "x"))

    @property
    def robustness(self) -> float | None:
        """The robustness value; None if not even a correlation of 1 would do.

        It is the smallest |correlation| of one compliance with one effect, or with the bypass, under which an estimate of
        the anticipated size arises from an effect at the threshold. Source: theory, equation (9.5).
        """
        slopes = [abs(m.slope) for m in self.correlations if m.slope]
        return _share(self.away, max(slopes, default=0.0))

    @property
    def joint_robustness(self) -> float | None:
        """The same if every such correlation is of that size, each with the worst sign; None if even 1 does not."""
        return _share(self.away, math.fsum(abs(m.slope) for m in self.correlations))

    @cached_property
    def formula(self) -> sympy.Expr | None:
        """The asymptotic bias as a sympy expression in named moments; None without a strategy. Slow beyond 4 regressors."""
        strategy = self.question.strategy
        if strategy is None:
            return None
        return (
            strategy.column_bias() if isinstance(strategy, Strategy) else next(iter(strategy.bias().values()))
        )


def _share(away: float, slope: float) -> float | None:
    value = abs(away) / slope if slope else math.inf
    return value if value <= 1 else None


@dataclass(frozen=True)
class Sensitivity(DisplayedTables):
    """The sensitivity of every effect of interest to every condition of its strategy."""

    anticipated: Anticipated
    effects: tuple[EffectSensitivity, ...]

    def __getitem__(self, estimand: Estimand | str) -> EffectSensitivity:
        """The sensitivity of one effect.

        Raises:
            UnknownEstimandError: for an effect that was not asked for; a KeyError too.
        """
        return asked_of(self.effects, self.anticipated.design, estimand, "the sensitivity was not worked out")

    def _brief(self) -> str:
        return f"Sensitivity: {self.anticipated.sites} sites, {len(self.effects)} effects"

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """Robustness values, and every condition with what its failing does."""
        return tables_of(
            [
                (e.question, e.threshold, e.robustness, e.joint_robustness, e.away, e.moves)
                for e in self.effects
            ]
        )

    @cached_property
    def formulas(self) -> Table:
        """The asymptotic bias of each effect as a formula in named moments; slow beyond 4 regressors."""
        return formulas_table([(e.question, e.formula) for e in self.effects])


def sensitivity(
    design: Design,
    plan: Plan | None = None,
    estimands: Iterable[Estimand | str] | None = None,
    threshold: float = 0.0,
) -> Sensitivity:
    """How far estimates move if the conditions that they rest on fail.

    Args:
        design: the design.
        plan: the anticipated numbers; the defaults for None.
        estimands: the effects; None for those of ``check`` that need a regression.
        threshold: tipping points are where the effect would be this: 0, or the smallest effect of interest.

    Raises:
        InvalidPlanError, InvalidQuestionError, UnknownVariableError: as ``diagnose``.

    Source: theory section 9.
    """
    if isinstance(threshold, bool) or not isinstance(threshold, Real) or not math.isfinite(threshold):
        raise InvalidQuestionError(
            [f"the threshold is {threshold!r:.60}; give a number, such as the smallest effect of interest"]
        )
    anticipated = anticipate(design, plan)
    estimators = Estimators(anticipated)
    asked = questions(anticipated, estimands, estimators.products)
    found = (EffectSensitivity(q, threshold, moves_of(estimators, q)) for q in asked)
    return Sensitivity(anticipated, tuple(effect for effect in found if effect.moves))


@dataclass(frozen=True)
class Contour(DisplayedTables):
    """The bias of one effect over two numbers of the plan.

    Attributes:
        estimand: the effect.
        names: of the two numbers, as in ``fields``: across, then up.
        across: (X,) the values of the first.
        up: (Y,) the values of the second.
        bias: (Y, X) the bias; nan where the two values are impossible together.
        target: (Y, X) the effect's true value.
    """

    estimand: Estimand
    names: tuple[str, str]
    across: tuple[float, ...]
    up: tuple[float, ...]
    bias: Array
    target: Array

    def _brief(self) -> str:
        return f"Contour of the bias of {self.estimand}: {len(self.across)} by {len(self.up)} values"

    @property
    def table(self) -> Table:
        """One row a pair of values."""
        return contour_table(str(self.estimand), self.names, self.across, self.up, self.bias, self.target)


def contour(
    design: Design,
    plan: Plan,
    estimand: Estimand | str,
    across: tuple[str, Iterable[float]],
    up: tuple[str, Iterable[float]],
) -> Contour:
    """The bias of one effect over two numbers of the plan, such as a correlation by a coefficient of variation.

    Args:
        design: the design.
        plan: the other numbers.
        estimand: the effect.
        across: a number of the plan by name, such as ``"between.T -> M ~ M -> Y"``, and its values.
        up: another one, such as ``"arrows.T -> M.cv"``, and its values.

    Raises:
        InvalidPlanError: no pair of values is possible.
        InvalidQuestionError: a name is none of a plan's numbers, a value is no number, or the effect has no regression of
            its own.
    """
    estimand, stated = estimand_of(demand_design(design), estimand), demand_plan(plan)
    (x_name, xs), (y_name, ys) = _axis("across", across), _axis("up", up)
    demand_fields(x_name, y_name)
    bias = np.full((len(ys), len(xs)), math.nan)
    target = bias.copy()
    failed: InvalidPlanError | None = None
    for j, y in enumerate(ys):
        for i, x in enumerate(xs):
            try:
                anticipated = anticipate(design, changed(changed(stated, y_name, y), x_name, x))
            except InvalidPlanError as error:
                failed = error
                continue
            bias[j, i], target[j, i] = _bias(anticipated, estimand)
    if failed is not None and np.isnan(bias).all():
        raise failed
    return Contour(estimand, (x_name, y_name), xs, ys, bias, target)


def _axis(argument: str, said: object) -> tuple[str, tuple[float, ...]]:
    """The name and the values of one axis of a contour."""
    example = 'such as ("arrows.T -> M.mean", [0.1, 0.2, 0.3])'
    if (
        not isinstance(said, (tuple, list))
        or len(said) != 2
        or isinstance(said[1], str)
        or not isinstance(said[1], Iterable)
    ):
        raise InvalidQuestionError(
            [f"{argument} is {said!r:.60}; give the name of a number of the plan and its values, {example}"]
        )
    name, values = said[0], tuple(said[1])
    problems = [
        f"{argument}: {value!r:.60} is no number; write the values as numbers, {example}"
        for value in values
        if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value)
    ]
    if not values:
        problems = [f"{argument}: there are no values; give some, {example}"]
    if problems:
        raise InvalidQuestionError(problems)
    return name, tuple(value if isinstance(value, int) else float(value) for value in values)


def _bias(anticipated: Anticipated, estimand: Estimand) -> tuple[float, float]:
    estimators = Estimators(anticipated)
    (question,) = questions(anticipated, [estimand], estimators.products)
    if not isinstance(question.strategy, Strategy):
        raise InvalidQuestionError([f"{estimand} has no regression of its own, so its bias has no contour"])
    budget = estimators.budget(question.strategy.regression, question.column, question.target)
    return budget.total, question.target
