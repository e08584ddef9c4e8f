"""What a diagnosis says of an effect beyond bias and precision, each number worked out when it is asked for."""

from __future__ import annotations

import math
from functools import cached_property

from identcheck.decide.conditions import Regression
from identcheck.decide.estimands import resolve
from identcheck.decide.shares import NEAR_ZERO
from identcheck.decide.strategies import Composed, Strategy
from identcheck.plan.closed.estimators import MOST_PERSONS, MOST_SITES, At, Budget, Estimators, needed
from identcheck.plan.closed.joint import put_together, share_of
from identcheck.plan.closed.pieces import at_levels
from identcheck.plan.closed.prospect import Prospect
from identcheck.plan.closed.questions import Question
from identcheck.plan.closed.results import PooledInstrument, Share
from identcheck.plan.closed.t_tests import quantile
from identcheck.plan.inputs.persons import least_persons

__all__ = ["Further"]


class Further:
    """Causes of the bias, numbers needed, the pooled instrument and the share of one effect that has a strategy.

    Args:
        estimators: of the plan.
        question: the effect.
    """

    def __init__(self, estimators: Estimators, question: Question) -> None:
        assert question.strategy is not None
        self.estimators = estimators
        self.question = question
        self.strategy: Strategy | Composed = question.strategy

    @cached_property
    def _regression(self) -> Regression | None:
        """The one whose coefficient the effect is; None where it is put together."""
        if isinstance(self.strategy, Strategy) and not self.question.levels:
            return self.strategy.regression
        return None

    @cached_property
    def _place(self) -> int:
        reg = self._regression
        return 0 if reg is None else self.estimators.place(reg, self.question.column)

    @cached_property
    def _at(self) -> At:
        if self._regression is not None:
            return self.estimators.at(self._regression)
        return put_together(self.estimators, self.strategy, self.question.levels)

    @cached_property
    def budget(self) -> Budget | None:
        """The bias by its causes; None for a composed strategy, or none."""
        if self._regression is not None:
            return self.estimators.budget(self._regression, self.question.column, self.question.target)
        if isinstance(self.strategy, Composed) and not (self.question.levels or at_levels(self.strategy)):
            return self.estimators.added(self.strategy)
        return None

    @cached_property
    def sites(self) -> int | None:
        """Sites needed for the power aimed at; None if out of reach, or where the sites are the population."""
        at = self.estimators.anticipated
        if at.fixed:
            return None
        tried = self._at
        return needed(
            lambda k: tried(sites=float(k)), 2, MOST_SITES, self._place, self.question.target, at.plan
        )

    @cached_property
    def persons(self) -> int | None:
        """Persons per site needed for it, sites as planned; None if out of reach."""
        at, tried = self.estimators.anticipated, self._at
        least = math.ceil(least_persons(at.shares) * at.unit_size)
        counted = at.persons / float(at.sizes.mean())
        return needed(
            lambda n: tried(persons=n * counted),
            least,
            MOST_PERSONS,
            self._place,
            self.question.target,
            at.plan,
        )

    @cached_property
    def sites_biased(self) -> bool:
        """Whether the bias at the sites needed is not harmless."""
        if self.sites is None:
            return False
        return not Prospect.of(self.estimators, self.question, sites=self.sites).harmless

    @cached_property
    def persons_biased(self) -> bool:
        """Whether the bias at the persons needed is not harmless."""
        if self.persons is None:
            return False
        return not Prospect.of(self.estimators, self.question, persons=self.persons).harmless

    @cached_property
    def pooled(self) -> PooledInstrument | None:
        """The ratio, where there is one regressor and one arm and the strategy is not the ratio itself."""
        reg = self._regression
        if reg is None or reg.pooled or len(reg.regressors) != 1 or len(reg.arms) != 1:
            return None
        pooled = self.estimators.pooled(reg)
        estimate = pooled.at()
        bias = float(estimate.limit[0] + estimate.few_sites[0]) - self.question.target
        error, own = estimate.se(0), self._at().se(self._place)
        return PooledInstrument(pooled.strength(), bias, error, own / error if error else None)

    @cached_property
    def share(self) -> Share | None:
        """Of a mediated part its share of the whole, unless that is near 0 or there is no interval."""
        at, estimand = self.estimators.anticipated, self.question.estimand
        degrees = self._at().freedom(self._place)
        if estimand.kind != "mediated" or degrees < 1:
            return None
        arm = resolve(at.design, estimand).source
        whole = Strategy(Regression(at.design, at.design.outcome, (), (arm,), (arm,)), arm)
        contrast = put_together(self.estimators, whole)()
        if abs(float(contrast.limit[0])) < NEAR_ZERO * contrast.se(0):
            return None
        found = share_of(self.estimators, self.strategy, whole, quantile(degrees, at.plan.alpha))
        return None if found is None else Share(*found)
