"""What would help the estimate of an effect: each number has been tried in the closed forms."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from identcheck.decide.mends.changes import measuring
from identcheck.decide.strategies import Strategy
from identcheck.derive.words import brief
from identcheck.describe.design import Design
from identcheck.errors import IdentcheckError, InvalidPlanError
from identcheck.plan.closed.biased import TOLERABLE
from identcheck.plan.closed.diagnosis import Diagnosis, diagnose
from identcheck.plan.closed.estimators import least as least_of
from identcheck.plan.closed.help_words import comes_to, gives, out_of_reach, per_site, spared
from identcheck.plan.closed.prospect import Prospect, least_strong
from identcheck.plan.closed.questions import Question, questions, short_name
from identcheck.plan.closed.results import EffectNumbers

__all__ = ["REACH", "Help", "helps_of"]

REACH = 20
"""Up to this many times the planned persons per site are tried."""

MOST_MEASURED = 4
"""Of more unmeasured mediators the first ones are tried."""


@dataclass(frozen=True)
class Help:
    """One change of the plan or of the design, and what it comes to for an effect.

    Attributes:
        what: "persons" (per site), "sites", "measure" (a mediator that is not measured) or "strategy".
        number: how many persons per site or sites there would be in all; None where it is no number, or where no number
            helps, which the sentence says.
        sentence: what it comes to, in words.
        after: what is then to be expected; None where nothing within reach helps.
        aim: of persons and sites what the number is for: "F" (the rule on the conditional F), "bias" (a bias below ``TOLERABLE``
            of the standard error), or "power", with such a bias too; "" otherwise.
    """

    what: str
    number: int | None
    sentence: str
    after: Prospect | None = None
    aim: str = ""


def helps_of(diagnosis: Diagnosis, effect: EffectNumbers) -> tuple[Help, ...]:
    """What would help the estimate of an effect, what achieves most first; empty where nothing is amiss, or nothing helps."""
    question = effect.question
    if question.strategy is None:
        return tuple(_measured(diagnosis, question))
    if effect.se is None:
        return ()
    now = Prospect.of(diagnosis.estimators, question)
    least = diagnosis.anticipated.design.rules.conditional_f
    if now.degrees < 1:
        return ()
    found = [*_persons(diagnosis, question, now, least), *_more(diagnosis, effect)]
    found += _more_sites_in_vain(diagnosis, effect, now)
    if not (now.harmless and now.passes(least)):
        found += [*_measured(diagnosis, question, now), *_other_strategies(diagnosis, question, now)]
    return tuple(sorted(found, key=lambda help: _rank(help, least)))


def _rank(help: Help, least: float) -> tuple[bool, bool, float]:
    """What achieves most first: the rule on F is passed, the bias is harmless, the interval covers."""
    after = help.after
    if after is None:
        return True, True, 1.0
    return not after.passes(least), not after.harmless, -(after.coverage or 0.0)


def _more(diagnosis: Diagnosis, effect: EffectNumbers) -> Iterator[Help]:
    """More sites, or more persons per site, for the power that the plan aims at."""
    at, estimators, question = diagnosis.anticipated, diagnosis.estimators, effect.question
    if effect.power is None or effect.power >= at.plan.power:
        return
    harmless = f", with a bias below {TOLERABLE:g} standard errors" if effect.bias else ""
    aim = f"bring power to {at.plan.power:g} at the true value{harmless}"
    if (sites := effect.sites_needed) is not None and sites > at.sites:
        after = Prospect.of(estimators, question, sites=sites)
        yield Help("sites", sites, f"{sites:,} {at.design.word('sites')} would {aim}.", after, "power")
    if (persons := effect.persons_needed) is not None and persons <= REACH * at.sizes.mean():
        after = Prospect.of(estimators, question, persons=persons)
        yield Help("persons", persons, f"{per_site(diagnosis, persons)} would {aim}.", after, "power")


def _more_sites_in_vain(diagnosis: Diagnosis, effect: EffectNumbers, now: Prospect) -> Iterator[Help]:
    """That more sites do not help, where they only narrow the interval around a biased estimate."""
    at = diagnosis.anticipated
    if at.fixed:  # there are no others
        return
    sites = effect.sites if effect.sites is not None and effect.sites > at.sites else 2 * at.sites
    then = Prospect.of(diagnosis.estimators, effect.question, sites=sites)
    if now.coverage is None or then.coverage is None or then.coverage >= now.coverage or then.harmless:
        return
    word = at.design.word("sites")
    covers = f"with {sites:,} the interval covers {100 * then.coverage:.0f}%"
    yield Help("sites", None, f"More {word} do not help: {covers}.")


def _persons(diagnosis: Diagnosis, question: Question, now: Prospect, least: float) -> Iterator[Help]:
    """More persons per site, until the rule on F is passed or else the bias is harmless."""
    weak = not now.passes(least)
    if now.strong is None or (not weak and now.harmless):
        return
    estimators = diagnosis.estimators
    planned = round(float(diagnosis.anticipated.sizes.mean()))

    def then(persons: int) -> Prospect:
        return Prospect.of(estimators, question, persons=persons)

    def strong(persons: int) -> bool:
        found = least_strong(estimators, question, persons)
        return found is None or found.f >= least

    most = REACH * planned  # F grows with persons; a bias may change its sign on the way
    number = least_of(planned, most, strong) if weak else _least(lambda n: then(n).harmless, planned, most)
    if number is None:
        yield Help("persons", None, out_of_reach(diagnosis, REACH, most, then(most), weak))
        return
    number = _rounded_up(number)
    after = then(number)
    comes = f"would {comes_to(diagnosis, now, after, weak)}"
    yield Help("persons", number, f"{per_site(diagnosis, number)} {comes}.", after, "F" if weak else "bias")


def _least(enough: Callable[[int], bool], low: int, high: int) -> int | None:
    """The least number that is enough, tried on a grid first; None where none on the grid is."""
    before = low
    grid: list[int] = np.unique(np.geomspace(low, high, 40).round().astype(int)).tolist()
    for number in grid:
        if enough(number):
            while before + 1 < number:
                middle = (before + number) // 2
                before, number = (before, middle) if enough(middle) else (middle, number)
            return number
        before = number
    return None


def _rounded_up(number: int) -> int:
    """To three digits: no plan is that exact."""
    unit = int(10 ** max(len(str(number)) - 3, 0))
    return -(-number // unit) * unit


def _measured(diagnosis: Diagnosis, question: Question, now: Prospect | None = None) -> Iterator[Help]:
    """Measuring one mediator that is not measured, where that gives the effect numbers, or better ones."""
    design = diagnosis.anticipated.design
    for node in [node for node in design.mediators if node in design.unobserved][:MOST_MEASURED]:
        changed = measuring(design, node)
        found = None if changed is None else _with(diagnosis, changed, question)
        if found is None:
            continue
        then, after = found
        if after.degrees >= 1 and (now is None or _better(after, now)):
            comes = f"would {gives(diagnosis, after)}.{spared(question, then)}"
            yield Help("measure", None, f"Measuring {brief(design, node)} {comes}", after)


def _with(diagnosis: Diagnosis, changed: Design, question: Question) -> tuple[Question, Prospect] | None:
    """The effect and what is to be expected of it in a changed design under the same plan; None without numbers."""
    plan, granted = diagnosis.anticipated.plan, diagnosis.granted
    try:
        other = diagnose(changed, plan, [question.estimand], assume=granted)
    except IdentcheckError:
        return None
    (effect,) = other.effects
    if effect.se is None:
        return None
    return effect.question, Prospect.of(other.estimators, effect.question)


def _better(after: Prospect, now: Prospect) -> bool:
    """Whether the root mean squared error, the bias and the strength are all better, the first by a tenth or more."""
    strong = after.strong is None or now.strong is None or after.strong.f >= now.strong.f
    smaller = math.hypot(after.bias, after.se) < 0.9 * math.hypot(now.bias, now.se)
    return strong and smaller and abs(after.bias) <= abs(now.bias)


def _other_strategies(diagnosis: Diagnosis, question: Question, now: Prospect) -> Iterator[Help]:
    """Another strategy for the same effect that does better in the anticipated world."""
    estimators = diagnosis.estimators
    every = questions(diagnosis.anticipated, [question.estimand], estimators.products, alternatives=True)
    for other in every:
        if not isinstance(other.strategy, Strategy) or other.strategy == question.strategy:
            continue
        try:
            after = Prospect.of(estimators, other)
        except InvalidPlanError:
            continue
        if after.degrees >= 1 and _better(after, now):
            name = short_name(other.strategy.regression)
            yield Help(
                "strategy",
                None,
                f"Another regression, {name}, would {gives(diagnosis, after)}.",
                after,
            )
