"""Sensitivity: how far each effect's estimate moves if a condition fails, and how far it must fail to matter."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from numbers import Real
from typing import TYPE_CHECKING

from identcheck.basics.display import Brief
from identcheck.decide.estimands import Estimand
from identcheck.decide.strategies import Strategy
from identcheck.derive.words import counted
from identcheck.describe.design import Design
from identcheck.errors import InvalidQuestionError
from identcheck.plan.closed.estimators import Estimators
from identcheck.plan.closed.joint import bias_of
from identcheck.plan.closed.questions import Question, asked_of, questions
from identcheck.plan.closed.unidentified import unanswered, unidentified
from identcheck.plan.inputs.anticipate import anticipate
from identcheck.plan.inputs.anticipated import Anticipated
from identcheck.plan.inputs.plan import Plan
from identcheck.plan.sensitivity.coefficient import CORRELATION, THIRD, Move
from identcheck.plan.sensitivity.columns import CONDITIONS, FORMULAS, ROBUSTNESS, STEP
from identcheck.plan.sensitivity.strategies import moves_of
from identcheck.tables.table import Cell, ResultTables, Table

if TYPE_CHECKING:
    import sympy

__all__ = ["STEP", "EffectSensitivity", "Sensitivity", "sensitivity", "sensitivity_at"]

UNSEEN = 5e-5
"""Third moments that shift the estimate by less have no row in the table; ``EffectSensitivity.moves`` has every one."""


@dataclass(frozen=True)
class EffectSensitivity(Brief):
    """What failing conditions do to the estimate of one effect.

    Attributes:
        question: the effect, its strategy and its true value in the anticipated world.
        threshold: the value that a failing condition would have to move the effect to: 0, or the effect of interest.
        moves: every condition of the strategy, moment by moment.
        bias: expected estimate less true value at the planned numbers; None without a strategy.
    """

    question: Question
    threshold: float
    moves: tuple[Move, ...]
    bias: float | None = None

    def _brief(self) -> str:
        return f"EffectSensitivity {self.question.estimand}: {len(self.moves)} moves"

    @property
    def away(self) -> float:
        """How far the anticipated effect is from the threshold."""
        return self.question.target - self.threshold

    @property
    def correlations(self) -> tuple[Move, ...]:
        """The moves that are correlations across sites: what compliance-effect covariance can do."""
        return tuple(m for m in self.moves if m.unit == CORRELATION and m.numeral not in ("vi", "x"))

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

    def robustness_record(self) -> dict[str, Cell]:
        """The robustness values, under ``ROBUSTNESS``."""
        values = {"bias": self.bias, "single": self.robustness, "joint": self.joint_robustness}
        return {**self.question.record(), **values}

    def condition_records(self) -> Iterator[dict[str, Cell]]:
        """What each failing condition does, under ``CONDITIONS``."""
        for move in self.moves:
            if move.unit == THIRD and abs(STEP * move.slope) < UNSEEN:
                continue
            yield {
                **self.question.record(),
                "assumption": move.called,
                "quantity": move.quantity,
                "unit": f"{move.unit} (SD assumed)" if move.within_reference else move.unit,
                "planned": move.planned,
                "shift": STEP * move.slope,
                "tipping": move.tipping(self.away),
            }


_OF_CORRELATIONS = (
    "The correlations are of compliance and effect across sites, beside what the plan already implies. Where there is no "
    "number, not even a correlation of 1 suffices. Whether correlations of that size are jointly possible was not examined."
)


def _share(away: float, slope: float) -> float | None:
    value = abs(away) / slope if slope else math.inf
    return value if value <= 1 else None


@dataclass(frozen=True)
class Sensitivity(ResultTables):
    """The sensitivity of every effect of interest to every condition of its strategy.

    Attributes:
        anticipated: the definite plan.
        effects: those that a regression estimates.
        without: the effects that have no strategy, each with the reason.
    """

    anticipated: Anticipated
    effects: tuple[EffectSensitivity, ...]
    without: tuple[Question, ...] = ()

    def __getitem__(self, estimand: Estimand | str) -> EffectSensitivity:
        """The sensitivity of one effect.

        Raises:
            UnknownEstimandError: for an effect that was not asked for; a KeyError too.
        """
        return asked_of(self.effects, self.anticipated.design, estimand, "the sensitivity was not worked out")

    def _brief(self) -> str:
        return (
            f"Sensitivity: {self.anticipated.sites} sites, {counted(len(self.effects), 'effect', 'effects')}"
        )

    MAIN = "robustness"

    @property
    def threshold(self) -> float:
        """The true effect that is considered in place of the anticipated ones: the same for all."""
        return self.effects[0].threshold if self.effects else 0.0

    @cached_property
    def cautions(self) -> tuple[str, ...]:
        """Which effects drawn causes break, which causes the plan has no numbers for, and which effects are left out."""
        reasons = ((str(question.estimand), question.reason) for question in self.without)
        return (
            *unidentified(self.anticipated, (effect.question for effect in self.effects)),
            *unanswered(reasons, "No sensitivity of "),
        )

    @cached_property
    def robustness(self) -> Table:
        """Correlations under which a true effect at the threshold would give an estimate of the anticipated size."""
        return Table.of(
            "robustness",
            f"Correlations under which a true effect of {self.threshold:g} would give an estimate of the anticipated size",
            ROBUSTNESS,
            (effect.robustness_record() for effect in self.effects),
            " ".join((*self.cautions, _OF_CORRELATIONS)),
        )

    @cached_property
    def all_tables(self) -> tuple[Table, ...]:
        """Robustness values, and every condition with what its failing does."""
        conditions = Table.of(
            "conditions",
            "How far the estimate changes if an assumption fails",
            CONDITIONS,
            (record for effect in self.effects for record in effect.condition_records()),
            "Correlations and third moments are in SDs of the effects that are multiplied, as in the plan. Where the tipping "
            'point is empty, no possible value suffices. "SD assumed": the plan lets this effect differ between sites only, '
            "and its SD among persons is taken to be the same. Moments that are not listed change the estimate by less than "
            "0.00005, or not at all; a rank that nearly fails makes it imprecise and biased toward ordinary regression (see the "
            "strength of the instruments).",
        )
        drawn = {move.quantity: move.latex for e in self.effects for move in e.moves if move.latex}
        return self.robustness, replace(conditions, formulas=tuple(drawn.items()))

    @cached_property
    def formulas(self) -> Table:
        """The asymptotic bias of each effect as a formula in named moments; slow beyond 4 regressors."""
        return Table.of(
            "formulas",
            "Asymptotic bias as a formula",
            FORMULAS,
            (
                {**effect.question.record(), "bias": str(effect.formula)}
                for effect in self.effects
                if effect.formula is not None
            ),
            "E, Cov and mu are over sites; E_s, Cov_s and mu_s over the persons of a site. With several arms these formulas "
            "count the rows of all arms equally, while the numbers weight them as two-stage least squares does.",
        )


def sensitivity(
    design: Design,
    plan: Plan | None = None,
    estimands: Iterable[Estimand | str] | None = None,
    threshold: float = 0.0,
    *,
    assume: str | Iterable[str] = (),
) -> Sensitivity:
    """How far estimates move if the conditions that they rest on fail.

    Args:
        design: the design.
        plan: the anticipated numbers; the defaults for None.
        estimands: the effects; None for those of ``check`` that need a regression. Where one holds modifiers fixed,
            moments are those among sites (or groups of persons) with the same modifiers.
        threshold: tipping points are where the effect would be this: 0, or the smallest effect of interest.
        assume: what is granted, as for ``diagnose``.

    Raises:
        InvalidPlanError, InvalidQuestionError, UnknownVariableError: as ``diagnose``.

    Source: theory section 9.
    """
    if isinstance(threshold, bool) or not isinstance(threshold, Real) or not math.isfinite(threshold):
        raise InvalidQuestionError(
            [f"the threshold is {threshold!r:.60}; give a number, such as the smallest effect of interest"]
        )
    anticipated = anticipate(design, plan)
    return sensitivity_at(Estimators(anticipated), estimands, threshold, assume)


def sensitivity_at(
    estimators: Estimators,
    estimands: Iterable[Estimand | str] | None,
    threshold: float = 0.0,
    assume: str | Iterable[str] = (),
) -> Sensitivity:
    """The same for a plan whose estimators are there, with what is known of them."""
    anticipated = estimators.anticipated
    asked = questions(anticipated, estimands, estimators.products, assume=assume)
    found = (EffectSensitivity(q, threshold, moves_of(estimators, q), bias_of(estimators, q)) for q in asked)
    without = tuple(question for question in asked if question.strategy is None)
    return Sensitivity(anticipated, tuple(effect for effect in found if effect.moves), without)
