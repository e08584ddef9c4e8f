"""The design in numbers before any data: strength of the instruments, bias, precision, power."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from identcheck.decide.conditions import Regression
from identcheck.decide.estimands import Estimand
from identcheck.decide.identification import check
from identcheck.derive.words import counted
from identcheck.describe.design import Design
from identcheck.errors import InvalidPlanError
from identcheck.plan.closed.estimators import MOST_PERSONS, Estimators
from identcheck.plan.closed.further import Further
from identcheck.plan.closed.instrument_tables import instrument_tables
from identcheck.plan.closed.measured import Bought, bought
from identcheck.plan.closed.modifier_tables import bought_table, implied_table
from identcheck.plan.closed.prospect import Prospect
from identcheck.plan.closed.questions import Question, asked_of, questions
from identcheck.plan.closed.result_tables import EffectTables, digits_of
from identcheck.plan.closed.results import EffectNumbers, Instruments
from identcheck.plan.closed.strength import matrix_of, strengths_of
from identcheck.plan.closed.together import Joint, joint_of, joint_table
from identcheck.plan.inputs.anticipate import anticipate
from identcheck.plan.inputs.anticipated import Anticipated
from identcheck.plan.inputs.plan import Plan
from identcheck.tables.table import ResultTables, Table

__all__ = ["Diagnosis", "diagnose", "of_others"]


@dataclass(frozen=True)
class Diagnosis(ResultTables):
    """The design in numbers.

    Attributes:
        anticipated: the plan made definite, with every input and its source.
        effects: one for each effect of interest.
        granted: what was granted, which decides between several strategies.
    """

    anticipated: Anticipated
    effects: tuple[EffectNumbers, ...]
    estimators: Estimators = field(repr=False)
    granted: frozenset[str] = frozenset()

    MAIN = "precision"

    def __getitem__(self, estimand: Estimand | str) -> EffectNumbers:
        """The numbers of one effect.

        Raises:
            UnknownEstimandError: for an effect that the diagnosis was not made for; a KeyError too.
        """
        return asked_of(self.effects, self.anticipated.design, estimand, "the diagnosis was not made")

    def _brief(self) -> str:
        return f"Diagnosis: {self.anticipated.sites} sites, {counted(len(self.effects), 'effect', 'effects')}"

    @cached_property
    def instruments(self) -> tuple[Instruments, ...]:
        """One for each regression that a strategy uses."""
        answered = (effect.question.strategy for effect in self.effects)
        used = dict.fromkeys(part.regression for strategy in answered if strategy for part in strategy.parts)
        return tuple(_instruments(self.estimators, reg) for reg in used if reg.regressors)

    @cached_property
    def digits(self) -> int:
        """Digits behind the point of what is in the unit of an effect: two of the smallest standard error."""
        return digits_of(effect.se for effect in self.effects)

    def digits_for(self, se: float | None) -> int:
        """The same for one effect whose standard error is known: three of that, where it is in a coarser unit."""
        return min(self.digits, max(2 - math.floor(math.log10(se)), 0)) if se else self.digits

    @cached_property
    def bought(self) -> tuple[Bought, ...]:
        """What holding drawn modifiers fixed does for each effect that they endanger: a bias goes, columns come."""
        if self.anticipated.moved is None:
            return ()
        result = check(self.anticipated.design, self.granted, prove=False)
        asked = dict.fromkeys(e for effect in self.effects for _, e in effect.question.estimand.signed)
        return bought(self.estimators, (result[estimand] for estimand in asked))

    @cached_property
    def all_tables(self) -> tuple[Table, ...]:
        """Inputs, instruments, compliances' correlations, effects in a row each, bias, precision, pooled; what modifiers do."""
        at = self.anticipated
        effects = EffectTables(at, self.effects)
        causes = implied_table(at), bought_table(self.bought, at.design, at.plan)
        together = joint_table(self.estimators, self.effects)
        return (at.table, *instrument_tables(self.instruments, at.design), *effects, together, *causes)

    def joint(self, estimands: Iterable[Estimand | str] | None = None) -> Joint:
        """The joint covariance of the estimates of effects, from the same sites; None for all that have a standard error.

        Raises:
            UnknownEstimandError: for an effect that the diagnosis was not made for.
        """
        asked = self.effects if estimands is None else [self[estimand] for estimand in estimands]
        return joint_of(self.estimators, asked)


def diagnose(
    design: Design,
    plan: Plan | None = None,
    estimands: Iterable[Estimand | str] | None = None,
    *,
    alternatives: bool = False,
    assume: str | Iterable[str] = (),
) -> Diagnosis:
    """Work out what a plan means for a design: strength, bias and precision of each effect's strategy.

    Args:
        design: the design.
        plan: the anticipated numbers; the defaults for None.
        estimands: the effects; None for those of ``check``.
        alternatives: every strategy of each effect, the best first, not the best alone; at most 8 of them.
        assume: what is granted, as for ``check``: an effect is estimated by the strategy that its verdict then rests on.

    Raises:
        InvalidPlanError: impossible numbers, or numbers for what the design does not have.
        InvalidQuestionError, UnknownVariableError: an effect that the design does not have.

    Source: theory sections 9 to 11; each number's own formula stands where it is worked out (``limits``, ``precision``,
    ``strength``, ``pooled``).
    """
    estimators = Estimators(anticipate(design, plan))
    granted = frozenset([assume] if isinstance(assume, str) else assume)
    return _diagnosed(estimators, estimands, alternatives, granted)


def of_others(diagnosis: Diagnosis, estimands: Iterable[Estimand]) -> Diagnosis:
    """The diagnosis of other effects under the same plan; what was worked out is kept."""
    return _diagnosed(diagnosis.estimators, estimands, False, diagnosis.granted)


def _diagnosed(
    estimators: Estimators,
    estimands: Iterable[Estimand | str] | None,
    alternatives: bool,
    granted: frozenset[str],
) -> Diagnosis:
    anticipated = estimators.anticipated
    asked = questions(anticipated, estimands, estimators.products, alternatives, granted)
    effects = tuple(_answered(estimators, question) for question in asked)
    return Diagnosis(anticipated, effects, estimators, granted)


def _instruments(estimators: Estimators, regression: Regression) -> Instruments:
    plain = estimators.precision(replace(regression, pooled=False))
    matrix = matrix_of(plain.limits)
    determined = matrix.rank == min(plain.limits.generic_rank, len(plain.columns))
    return Instruments(regression, matrix, strengths_of(plain) if determined else ())


def _answered(estimators: Estimators, question: Question) -> EffectNumbers:
    """The numbers of an effect, or why the plan has none for it."""
    try:
        return _numbers(estimators, question)
    except InvalidPlanError as error:
        return EffectNumbers(replace(question, strategy=None, reason="; ".join(error.problems)))


def _numbers(estimators: Estimators, question: Question) -> EffectNumbers:
    if question.strategy is None:
        return EffectNumbers(question)
    now = Prospect.of(estimators, question)
    for part in question.strategy.parts:
        if (
            part.regression.columns and not part.regression.pooled
        ):  # also where errors no longer make rows differ
            estimators.precision(part.regression).inverse_at(float(MOST_PERSONS))
    return EffectNumbers(
        question=question,
        bias=now.bias,
        se=now.se,
        power=now.power,
        detectable=now.detectable,
        prospect=now,
        further=Further(estimators, question),
    )
