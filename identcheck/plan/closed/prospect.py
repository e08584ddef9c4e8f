"""What is to be expected of one effect's estimate at any number of sites and of persons per site."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial

from identcheck.decide.conditions import Regression
from identcheck.decide.strategies import Strategy
from identcheck.plan.closed.biased import coverage_of, rejects_of, tolerable, wrong_sign_of
from identcheck.plan.closed.estimators import Estimators
from identcheck.plan.closed.joint import put_together
from identcheck.plan.closed.population_sites import bias_from_sites
from identcheck.plan.closed.questions import Question
from identcheck.plan.closed.standard_errors import EXACT, Errors, errors_of, errors_of_test
from identcheck.plan.closed.strength import conditional_of
from identcheck.plan.closed.t_tests import power_of, smallest_detectable

__all__ = ["Prospect", "Strong", "least_strong"]


@dataclass(frozen=True)
class Strong:
    """How strong the instruments are for one effect.

    Attributes:
        f: conditional F of the effect's own regressor; of the weakest where the effect is no regressor's coefficient.
        weakest: the regressor with the least conditional F.
    """

    f: float
    weakest: str


@dataclass(frozen=True)
class Prospect:
    """What is to be expected of an estimate.

    Attributes:
        target: the effect's true value in the anticipated world.
        bias: expected estimate less true value.
        se: the standard error.
        degrees: degrees of freedom of the t test, between sites; below 1 there is no test.
        alpha: the level of the test.
        sides: of the test, 1 or 2.
        aim: the power that the plan aims at.
        from_sites: where the sites are the population, the standard deviation of the further bias that comes of how effects
            happen to be spread over them; coverage and power with bias are averages over such ways. 0 for a sample.
        fixed: whether the sites are the population.
    """

    target: float
    bias: float
    se: float
    degrees: float
    alpha: float
    sides: int
    aim: float
    _strong: Callable[[], Strong | None] = field(repr=False, compare=False)
    _errors: Callable[[], Errors] = field(default=lambda: EXACT, repr=False, compare=False)
    from_sites: float = 0.0
    fixed: bool = False

    @cached_property
    def strong(self) -> Strong | None:
        """How strong the instruments are; None where there are none."""
        return self._strong()

    @cached_property
    def errors(self) -> Errors:
        """How the estimated standard error behaves; worked out when it is asked for."""
        return self._errors()

    @property
    def harmless(self) -> bool:
        """Whether the bias is below ``TOLERABLE`` of the standard error."""
        return tolerable(self.bias, self.se)

    @property
    def coverage(self) -> float | None:
        """Of the interval of nominal level 1 - alpha; None without a test."""
        return coverage_of(self.bias, *self._test) if self.degrees >= 1 else None

    @property
    def power(self) -> float | None:
        """The power of the test of no effect, were there no bias; None without a test."""
        return (
            None if self.degrees < 1 else power_of(self.target, self.se, self.degrees, self.alpha, self.sides)
        )

    @property
    def detectable(self) -> float | None:
        """The smallest effect that the test finds with the power aimed at, were there no bias; None without a test."""
        if self.degrees < 1:
            return None
        return smallest_detectable(self.se, self.degrees, self.alpha, self.aim, self.sides)

    @property
    def power_with_bias(self) -> float | None:
        """The chance that the test of no effect rejects, given the bias; None without a test."""
        return rejects_of(self.target, self.bias, *self._test, self.sides) if self.degrees >= 1 else None

    @property
    def wrong_sign(self) -> float | None:
        """The chance of a significant estimate of the wrong sign; None without a test."""
        return wrong_sign_of(self.target, self.bias, *self._test, self.sides) if self.degrees >= 1 else None

    @property
    def size(self) -> float | None:
        """How often the test rejects a hypothesis that is true, were there no bias; None without a test."""
        if self.degrees < 1:
            return None
        return rejects_of(0.0, 0.0, *self._test, self.sides)

    @property
    def _test(self) -> tuple[float, float, float, Errors]:
        if not self.from_sites:
            return self.se, self.degrees, self.alpha, self.errors
        whole = math.hypot(self.se, self.from_sites)  # of estimates about the average effect of their sites
        share = self.errors.share * (self.se / whole) ** 2
        return whole, self.degrees, self.alpha, Errors(share, self.errors.freedom)

    def passes(self, least: float) -> bool:
        """Whether the conditional F is the least that is asked for, or more; also where there is none."""
        return self.strong is None or self.strong.f >= least

    @classmethod
    def of(
        cls,
        estimators: Estimators,
        question: Question,
        sites: int | None = None,
        persons: float | None = None,
    ) -> Prospect:
        """Of the estimate of an effect, at a number of sites and a mean number of persons per site.

        Args:
            estimators: of the plan.
            question: an effect with a strategy.
            sites: number of sites; None for the plan's.
            persons: mean persons per site, their spread as planned; None for the plan's.
        """
        assert question.strategy is not None
        at = estimators.anticipated
        levels = at.plan.alpha, at.plan.sides, at.plan.power
        effective = None if persons is None else persons * at.persons / at.mean_size
        numbers = sites or at.sites, effective or at.persons
        spread = bias_from_sites(estimators, question, *numbers) if at.fixed else 0.0
        if not isinstance(question.strategy, Strategy) or question.levels:
            put = put_together(estimators, question.strategy, question.levels)(sites=sites, persons=effective)
            bias = float(put.limit[0] + put.few_sites[0]) - question.target
            strong = partial(least_strong, estimators, question, persons)
            errors = partial(_of_parts, estimators, question, *numbers)
            return cls(
                question.target, bias, put.se(0), put.freedom(0), *levels, strong, errors, spread, at.fixed
            )
        regression = question.strategy.regression
        estimate = estimators.at(regression)(sites=sites, persons=effective)
        place = estimators.place(regression, question.column)
        along = tuple(float(k == place) for k in range(len(estimate.limit)))
        return cls(
            question.target,
            float(estimate.limit[place] + estimate.few_sites[place]) - question.target,
            estimate.se(place),
            estimate.freedom(place),
            *levels,
            partial(strength_for, estimators, question.strategy, persons),
            partial(_errors, estimators, regression, along, *numbers),
            spread,
            at.fixed,
        )


def _errors(
    estimators: Estimators, regression: Regression, along: tuple[float, ...], sites: int, persons: float
) -> Errors:
    """How the estimated standard error of a sum of coefficients of a regression behaves.

    Of contrasts and pooled ratios, and of errors robust to who is in the trial, as the t test has it.
    """
    if regression.pooled or not regression.regressors or estimators.anticipated.fixed:
        return EXACT
    kind = estimators.anticipated.plan.test
    if kind != "CR1":
        return errors_of_test(estimators.precision(regression), along, sites, persons, kind)
    return errors_of(estimators.precision(regression), along, sites, persons)


def _of_parts(estimators: Estimators, question: Question, sites: int, persons: float) -> Errors:
    """How the estimated standard error of a composed estimate behaves: as those of its regressions, each by what it adds."""
    assert question.strategy is not None
    adding = put_together(estimators, question.strategy, question.levels).contributions(sites, persons)
    found = [
        (share, _errors(estimators, reg, along, sites, persons)) for reg, along, share in adding if share
    ]
    if not found:
        return EXACT
    _, most = max(found, key=lambda each: each[0])
    return Errors(sum(share * errors.share for share, errors in found), most.freedom)


def least_strong(estimators: Estimators, question: Question, persons: float | None = None) -> Strong | None:
    """The strength of the weakest of the regressions of a strategy; None where none has instruments."""
    parts = question.strategy.parts if question.strategy else ()
    found = [strong for part in parts if (strong := strength_for(estimators, part, persons)) is not None]
    return min(found, key=lambda strong: strong.f, default=None)


def strength_for(estimators: Estimators, strategy: Strategy, persons: float | None = None) -> Strong | None:
    """How strong the instruments are for the coefficient of a regression; None where it has none, or the rank is too low."""
    regression = strategy.regression
    if not regression.regressors:
        return None
    if regression.pooled:
        one = len(regression.regressors) == len(regression.arms) == 1
        f = estimators.pooled(regression).strength(persons) if one else None
        return None if f is None else Strong(f, regression.regressors[0])
    precision = estimators.precision(regression)
    mean = estimators.anticipated.mean_size if persons is None else persons
    strengths = {precision.columns[k]: f for k, f in conditional_of(precision, mean).items()}
    if not strengths:
        return None
    weakest = min(strengths, key=lambda regressor: strengths[regressor])
    return Strong(strengths.get(strategy.column, strengths[weakest]), weakest)
