"""The bias of an effect over two numbers of the plan."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Real

import numpy as np

from identcheck.decide.estimands import Estimand, estimand_of
from identcheck.decide.strategies import Strategy
from identcheck.describe.design import Design, demand_design
from identcheck.errors import InvalidPlanError, InvalidQuestionError
from identcheck.plan.closed.estimators import Estimators
from identcheck.plan.closed.questions import TARGET, Question, effect_column, questions
from identcheck.plan.closed.unidentified import unidentified
from identcheck.plan.inputs.anticipate import anticipate
from identcheck.plan.inputs.anticipated import Anticipated, Array
from identcheck.plan.inputs.fields import all_changed, demand_fields
from identcheck.plan.inputs.plan import Plan, demand_plan
from identcheck.tables.table import Column, ResultTables, Table

__all__ = ["Contour", "contour"]


@dataclass(frozen=True)
class Contour(ResultTables):
    """The bias of one effect over two numbers of the plan.

    Attributes:
        estimand: the effect.
        names: of the two numbers, as in ``fields``: across, then up.
        across: (X,) the values of the first.
        up: (Y,) the values of the second.
        bias: (Y, X) the bias; nan where the two values are impossible together.
        target: (Y, X) the effect's true value.
        cautions: that drawn causes break the effect, and which causes the plan has no numbers for.
    """

    estimand: Estimand
    names: tuple[str, str]
    across: tuple[float, ...]
    up: tuple[float, ...]
    bias: Array
    target: Array
    cautions: tuple[str, ...] = ()

    MAIN = "contour"

    def _brief(self) -> str:
        return f"Contour of the bias of {self.estimand}: {len(self.across)} by {len(self.up)} values"

    @property
    def table(self) -> Table:
        """One row a pair of values."""
        columns = (
            Column("across", self.names[0], "the first number", 3),
            Column("up", self.names[1], "the second number", 3),
            TARGET,
            effect_column(
                "bias",
                "Bias",
                "expected estimate less true value; none where the two are impossible together",
                4,
            ),
        )
        rows = tuple(
            (
                x,
                y,
                *(
                    None if math.isnan(value[j, i]) else float(value[j, i])
                    for value in (self.target, self.bias)
                ),
            )
            for j, y in enumerate(self.up)
            for i, x in enumerate(self.across)
        )
        title = f"Bias of {self.estimand} by {self.names[0]} and {self.names[1]}"
        return Table("contour", title, columns, rows, " ".join(self.cautions))

    @property
    def all_tables(self) -> tuple[Table, ...]:
        """The one table."""
        return (self.table,)


def contour(
    design: Design,
    plan: Plan,
    estimand: Estimand | str,
    across: tuple[str, Iterable[float]],
    up: tuple[str, Iterable[float]],
    *,
    assume: str | Iterable[str] = (),
) -> Contour:
    """The bias of one effect over two numbers of the plan, such as a correlation by a coefficient of variation.

    Args:
        design: the design.
        plan: the other numbers.
        estimand: the effect.
        across: a number of the plan by name, such as ``"between.T -> M ~ M -> Y"``, and its values.
        up: another one, such as ``"arrows.T -> M.cv"``, and its values.
        assume: what is granted, as for ``diagnose``.

    Raises:
        InvalidPlanError: no pair of values is possible.
        InvalidQuestionError: a name is none of a plan's numbers, a value is no number, or the effect has no regression of
            its own.
    """
    estimand, stated = estimand_of(demand_design(design), estimand), demand_plan(plan)
    (x_name, xs), (y_name, ys) = _axis("across", across), _axis("up", up)
    demand_fields(x_name, y_name)
    granted = frozenset([assume] if isinstance(assume, str) else assume)
    bias = np.full((len(ys), len(xs)), math.nan)
    target = bias.copy()
    failed: InvalidPlanError | None = None
    told: tuple[int, Anticipated, Question] | None = None  # of the values that leave the least at 0
    for j, y in enumerate(ys):
        for i, x in enumerate(xs):
            try:
                anticipated = anticipate(design, all_changed(stated, [(y_name, y), (x_name, x)]))
            except InvalidPlanError as error:
                failed = error
                continue
            bias[j, i], target[j, i], question = _bias(anticipated, estimand, granted)
            if told is None or (bool(x) + bool(y)) > told[0]:
                told = bool(x) + bool(y), anticipated, question
    if failed is not None and np.isnan(bias).all():
        raise failed
    cautions = () if told is None else unidentified(told[1], [told[2]])
    return Contour(estimand, (x_name, y_name), xs, ys, bias, target, cautions)


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


def _bias(
    anticipated: Anticipated, estimand: Estimand, granted: frozenset[str]
) -> tuple[float, float, Question]:
    estimators = Estimators(anticipated)
    (question,) = questions(anticipated, [estimand], estimators.products, assume=granted)
    if question.strategy is None:
        raise InvalidQuestionError(
            [f"{estimand} has no estimate whose bias could be shown: {question.reason}"]
        )
    if not isinstance(question.strategy, Strategy):
        raise InvalidQuestionError([f"{estimand} has no regression of its own, so its bias has no contour"])
    budget = estimators.budget(question.strategy.regression, question.column, question.target)
    return budget.total, question.target, question
