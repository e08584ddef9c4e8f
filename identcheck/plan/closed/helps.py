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
from identcheck.plan.closed.diagnosis import Diagnosis, diagnose
from identcheck.plan.closed.prospect import Prospect
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
    """

    what: str
    number: int | None
    sentence: str
    after: Prospect | None = None


def helps_of(diagnosis: Diagnosis, effect: EffectNumbers) -> tuple[Help, ...]:
    """What would help the estimate of an effect, what achieves most first; empty where nothing is amiss, or nothing helps."""
    question = effect.question
    if question.strategy is None:
        return tuple(_measured(diagnosis, question))
    if effect.se is None or not isinstance(question.strategy, Strategy):
        return ()
    now = Prospect.of(diagnosis.estimators, question)
    least = diagnosis.anticipated.design.rules.conditional_f
    if now.degrees < 1:
        return ()
    found = [*_persons(diagnosis, question, now, least), *_more(diagnosis, effect)]
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
    aim = f"bring power to {at.plan.power:g} at the true value"
    if (sites := effect.sites_needed) is not None and sites > at.sites:
        after = Prospect.of(estimators, question, sites=sites)
        yield Help("sites", sites, f"{sites:,} {at.design.word('sites')} would {aim}.", after)
    if effect.sites_biased and effect.sites is not None and effect.sites > at.sites:
        yield Help("sites", None, _no_help(diagnosis, question, effect.sites))
    if (persons := effect.persons_needed) is not None and persons <= REACH * at.sizes.mean():
        after = Prospect.of(estimators, question, persons=persons)
        yield Help("persons", persons, f"{_per_site(diagnosis, persons)} would {aim}.", after)


def _persons(diagnosis: Diagnosis, question: Question, now: Prospect, least: float) -> Iterator[Help]:
    """More persons per site, until the rule on F is passed or else the bias is harmless."""
    weak = not now.passes(least)
    if now.strong is None or (not weak and now.harmless):
        return
    estimators = diagnosis.estimators
    planned = round(float(diagnosis.anticipated.sizes.mean()))

    def then(persons: int) -> Prospect:
        return Prospect.of(estimators, question, persons=persons)

    def enough(persons: int) -> bool:
        return then(persons).passes(least) if weak else then(persons).harmless

    number = _least(enough, planned, REACH * planned)
    if number is None:
        most = REACH * planned
        yield Help("persons", None, _out_of_reach(diagnosis, most, then(most), weak))
        return
    number = _rounded_up(number)
    after = then(number)
    yield Help("persons", number, f"{_per_site(diagnosis, number)} would {_comes_to(after, weak)}.", after)


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


def _comes_to(after: Prospect, weak: bool) -> str:
    strong = f"the conditional F to {after.strong.f:.3g}, " if weak and after.strong else ""
    return f"bring {strong}the bias to {after.bias:+.2g} (SE {after.se:.2g}) and coverage to {100 * (after.coverage or 0):.0f}%"


def _per_site(diagnosis: Diagnosis, number: int) -> str:
    word = diagnosis.anticipated.design.word
    return f"{number:,} {word('persons')} in a {word('site')}"


def _out_of_reach(diagnosis: Diagnosis, most: int, then: Prospect, weak: bool) -> str:
    left = (
        f"leave the conditional F at {then.strong.f:.2g}"
        if weak and then.strong
        else f"leave a bias of {then.bias:+.2g}"
    )
    return f"Even {REACH} times as many, {_per_site(diagnosis, most)}, would {left}."


def _no_help(diagnosis: Diagnosis, question: Question, sites: int) -> str:
    """That more sites narrow the interval around a biased estimate."""
    at = diagnosis.anticipated
    coverage = Prospect.of(diagnosis.estimators, question, sites=sites).coverage or 0.0
    word, level = at.design.word("sites"), f"{100 * (1 - at.plan.alpha):g}%"
    return f"More {word} do not take the bias away: with {sites:,} a {level} interval would cover {100 * coverage:.0f}%."


def _measured(diagnosis: Diagnosis, question: Question, now: Prospect | None = None) -> Iterator[Help]:
    """Measuring one mediator that is not measured, where that gives the effect numbers, or better ones."""
    design = diagnosis.anticipated.design
    for node in [node for node in design.mediators if node in design.unobserved][:MOST_MEASURED]:
        changed = measuring(design, node)
        after = None if changed is None else _with(diagnosis, changed, question)
        if after is not None and after.degrees >= 1 and (now is None or _better(after, now)):
            known = f"Measuring {brief(design, node)} would {_comes_to_all(after)}."
            yield Help("measure", None, known, after)


def _with(diagnosis: Diagnosis, changed: Design, question: Question) -> Prospect | None:
    """What is to be expected of the effect in a changed design under the same plan; None where it has no numbers."""
    try:
        other = diagnose(changed, diagnosis.anticipated.plan, [question.estimand], assume=diagnosis.granted)
    except IdentcheckError:
        return None
    (effect,) = other.effects
    if effect.se is None or not isinstance(effect.question.strategy, Strategy):
        return None
    return Prospect.of(other.estimators, effect.question)


def _better(after: Prospect, now: Prospect) -> bool:
    """Whether the root mean squared error, the bias and the strength are all better, the first by a tenth or more."""
    strong = after.strong is None or now.strong is None or after.strong.f >= now.strong.f
    smaller = math.hypot(after.bias, after.se) < 0.9 * math.hypot(now.bias, now.se)
    return strong and smaller and abs(after.bias) <= abs(now.bias)


def _comes_to_all(after: Prospect) -> str:
    strong = f"a conditional F of {after.strong.f:.2g}, " if after.strong else ""
    small = abs(after.bias) <= after.se / 100
    bias = "hardly any bias" if small else f"bias {after.bias:+.2g} on {after.target:.2g}"
    numbers = f"{bias} and an SE of {after.se:.2g}"
    return f"give it {strong}{numbers}"


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
            yield Help("strategy", None, f"Another regression, {name}, would {_comes_to_all(after)}.", after)
