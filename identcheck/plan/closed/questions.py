"""The effects of a design that planning looks at, each with the strategy that would estimate it and its true value."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar

import numpy as np

from identcheck.basics.once import once
from identcheck.decide.conditions import Regression
from identcheck.decide.dangers import Endangered, endangered
from identcheck.decide.estimands import Estimand, Stretch, Target, estimand_of, listed_estimands
from identcheck.decide.identification import Finding, Identification, check, distinct as distinct_findings
from identcheck.decide.lacking import least_lacking
from identcheck.decide.primary import primary_sums
from identcheck.decide.strategies import Composed, Strategy
from identcheck.decide.strategies.factors import Factor, Term
from identcheck.derive.words import listed
from identcheck.describe.design import Design
from identcheck.errors import UnknownEstimandError
from identcheck.plan.closed.levels import At, levels_of, missing_levels, value_at
from identcheck.plan.closed.polynomials import MOST_PATHS, Products
from identcheck.plan.inputs.anticipated import Anticipated
from identcheck.plan.inputs.groups import in_groups
from identcheck.tables.table import Cell, Column

__all__ = [
    "EFFECT",
    "MOST_STRATEGIES",
    "SIMULATED",
    "TARGET",
    "Answer",
    "Question",
    "asked_of",
    "effect_column",
    "questions",
    "short_name",
    "true_value",
    "unplanned",
]


def effect_column(key: str, title: str, meaning: str, digits: int) -> Column:
    """A column of what is in the unit of an effect, that of its head per unit of its tail, as its estimates and errors are."""
    return Column(key, title, meaning, digits, "units of the effect")


EFFECT = Column("effect", "Effect", "the average effect asked for")
TARGET = effect_column("target", "True value", "the average effect in the anticipated world", 3)

BY_SITE = (
    "its strategies solve each site by itself; a mean of such ratios has no moments, so there is no standard error "
    "before data"
)
SIMULATED = " (simulate has its median and spread)"
"""Of a strategy site by site that is one regression."""
"""Why an effect that is identified has no numbers."""

MOST_STRATEGIES = 8
"""Of more strategies for one effect the first ones are looked at."""


IN_SAME_SITES = (
    "where the sites are the population, regressions over groups of persons, effects at levels of {given} and averages of "
    "products given {given} have no numbers before data"
)
"""Why an effect that is identified by a regression with modifiers held fixed has no numbers."""


@dataclass(frozen=True)
class Question:
    """An effect, how it would be estimated, and what it truly is in the anticipated world.

    Attributes:
        estimand: the effect.
        words: the effect in the design's labels.
        strategy: the one that the verdict of ``check`` rests on, or what stands in for it; where drawn causes break every
            regression, the one that takes no notice of them; None where there is none.
        column: the coefficient of the strategy that stands for the effect; "" for a composed one, or none.
        target: the effect's average over sites in the anticipated world, suspected arrows included.
        reason: why there is no strategy; "" where there is one.
        instead: whether the verdict rests on a strategy site by site, and this is the one over sites that lacks least.
        levels: of modifiers, in SDs, at which the effect is asked for; none for the average.
        broken: what drawn causes do to the strategy where it takes no notice of them; of a sum, to each of its effects.
        by_site: the strategy site by site on which the verdict rests, of a single regression; None where it does not.
    """

    estimand: Estimand
    words: str
    strategy: Strategy | Composed | None
    column: str
    target: float
    reason: str = ""
    instead: bool = False
    by_site: Strategy | None = None
    levels: At = ()
    broken: tuple[Endangered, ...] = field(default=(), repr=False, compare=False)

    @property
    def held(self) -> bool:
        """Whether modifiers are held fixed in a regression of the strategy."""
        return self.strategy is not None and any(part.moderators for part in self.strategy.parts)

    def record(self) -> dict[str, Cell]:
        """The effect and its true value, under ``EFFECT`` and ``TARGET``."""
        return {"effect": str(self.estimand), "target": self.target}


def questions(
    anticipated: Anticipated,
    estimands: Iterable[Estimand | str] | None = None,
    products: Products | None = None,
    alternatives: bool = False,
    assume: str | Iterable[str] = (),
) -> tuple[Question, ...]:
    """The effects of interest: those of ``check``, each once, or those asked for, each by the strategy that its verdict rests on.

    Args:
        anticipated: the definite plan.
        estimands: the effects; None for the direct and total effects of every mediator, the arrows between
            mediators, the compliances and the intent-to-treat effects, and for sums and differences that are primary.
        products: averages of products of effects, where they have been begun already.
        alternatives: a question for each strategy of an effect, the best first, not for the best alone; at most
            ``MOST_STRATEGIES`` of them.
        assume: what is granted, as for ``check``: where an effect has several strategies, its verdict rests on that which
            lacks least of it.

    Raises:
        InvalidQuestionError, UnknownVariableError: where the design has no such effect.
    """
    result = _answers(anticipated.design, frozenset([assume] if isinstance(assume, str) else assume))
    known = Products(anticipated) if products is None else products
    if estimands is None:
        found = _once(known, result)
        each = [question for finding in found for question in _questions(known, finding, alternatives)]
        sums = primary_sums(anticipated.design)
        return (*each, *(q for asked in sums for q in _asked(known, result, asked, alternatives)))
    asked = listed_estimands(anticipated.design, estimands)
    return tuple(question for e in asked for question in _asked(known, result, e, alternatives))


class Answered(Protocol):
    """What is worked out for a question."""

    @property
    def question(self) -> Question:
        """The question."""


Answer = TypeVar("Answer", bound=Answered)


def asked_of(answers: Iterable[Answer], design: Design, asked: Estimand | str, wording: str) -> Answer:
    """The answer for one effect.

    Args:
        answers: what was worked out.
        design: the design.
        asked: the effect.
        wording: what is to be said if it is not among them: "the diagnosis was not made".

    Raises:
        UnknownEstimandError: it is not among them; naming those that are.
    """
    estimand = estimand_of(design, asked)
    known: dict[Estimand, Answer] = {}
    for answer in answers:  # of several strategies for an effect the best is the first
        known.setdefault(answer.question.estimand, answer)
    if estimand not in known:
        there = ", ".join(map(str, known)) or "none"
        raise UnknownEstimandError([f"{wording} for {estimand}; it has {there}"])
    return known[estimand]


def _once(products: Products, result: Identification) -> tuple[Finding, ...]:
    """The findings of ``check``, each effect once."""
    once = set(distinct_findings(result.findings))
    if (
        products.anticipated.plan.suspected
    ):  # what is one effect in the design may be two in the anticipated world
        values = {_values(products, finding) for finding in once}
        once |= {finding for finding in result.findings if _values(products, finding) not in values}
    return tuple(finding for finding in result.findings if finding in once)


def _values(products: Products, finding: Finding) -> tuple[str, str, float]:
    target = finding.target
    return target.source, target.target, true_value(products, target)


@once
def _answers(design: Design, granted: frozenset[str]) -> Identification:
    return check(design, granted)


def _asked(
    products: Products, result: Identification, estimand: Estimand, alternatives: bool
) -> Iterator[Question]:
    """The questions of one estimand; of a sum, or a difference, the one that its effects' own strategies answer."""
    if not estimand.of:
        yield from _questions(products, result[estimand], alternatives)
        return
    parts = [(sign, next(_questions(products, result[part], False))) for sign, part in estimand.signed]
    target = math.fsum(sign * question.target for sign, question in parts)
    missing = [q for _, q in parts if q.strategy is None and not result[q.estimand].zero]
    reasons = dict.fromkeys(f"{q.estimand}: {q.reason}" for q in missing)
    terms = tuple(term for sign, q in parts for term in _terms(sign, result[q.estimand].target, q))
    strategy = None if missing or not terms else Composed(terms[0].factors[0].target, terms)
    instead = any(question.instead for _, question in parts)
    reason = "; ".join(reasons) or ("" if terms else "each of its effects is zero by the graph")
    broken = tuple(each for _, question in parts for each in question.broken) if strategy else ()
    words = _sum_words(estimand, result)
    yield Question(estimand, words, strategy, "", target, reason, instead, broken=broken)


def _terms(sign: int, target: Target, question: Question) -> Iterator[Term]:
    """The terms of a strategy for one effect, with its sign in the sum; and with its levels, where it has some."""
    strategy = question.strategy
    if isinstance(strategy, Strategy):
        yield Term(sign, (Factor(target, strategy),))
    for term in strategy.terms if isinstance(strategy, Composed) else ():
        levels = target.levels if question.levels else ()
        factors = tuple(replace(f, target=replace(f.target, levels=levels)) for f in term.factors)
        yield replace(term, sign=sign * term.sign, factors=factors if levels else term.factors)


def _sum_words(estimand: Estimand, result: Identification) -> str:
    """A sum or a difference in the design's labels."""
    words = [(sign, result[part].words) for sign, part in estimand.signed]
    taken = [text for sign, text in words if sign < 0]
    added = listed([text for sign, text in words if sign > 0])
    if not taken:
        return f"the sum of {added}"
    return f"the difference of {added} and {listed(taken)}"


def _questions(products: Products, finding: Finding, alternatives: bool) -> Iterator[Question]:
    value = true_value(products, finding.target)
    ignorant = None if finding.best else _ignoring_causes(finding)
    best, over_sites = finding.best or ignorant, _over_sites(finding)
    instead, by_site = best is not None and best.site_by_site, None
    if instead:
        by_site = best if isinstance(best, Strategy) else None
        best = least_lacking(over_sites, finding.granted)
        if best is None:
            best = ignorant = _ignoring_causes(finding)
    others = [s for s in over_sites if s != best] if alternatives and best is not None else []
    for strategy in (best, *others[: MOST_STRATEGIES - 1]):
        if strategy is not None and (missing := unplanned(products.anticipated, finding, strategy)):
            yield Question(finding.estimand, finding.words, None, "", value, missing)
            continue
        column = strategy.column if isinstance(strategy, Strategy) else ""
        by_itself = f"{BY_SITE}{SIMULATED if by_site is not None else ''}"
        reason = "" if strategy is not None else by_itself if instead else finding.reason
        of_best = instead and strategy is best and strategy is not None
        each = by_site if strategy is best else None
        levels = _levels(products, finding, strategy)
        at = value if not levels else _value_at(products, finding, strategy, levels)
        cause = endangered(finding) if strategy is not None and strategy is ignorant else None
        broken = () if cause is None else (cause,)
        yield Question(
            finding.estimand, finding.words, strategy, column, at, reason, of_best, each, levels, broken
        )


def _levels(products: Products, finding: Finding, strategy: Strategy | Composed | None) -> At:
    """The levels that an effect is asked for at, of what its strategy holds fixed."""
    parts = () if strategy is None or not finding.target.levels else strategy.parts
    found = (levels_of(products.anticipated, finding.target, part.regression) for part in parts)
    return tuple(dict.fromkeys(each for levels in found for each in levels))


def _value_at(
    products: Products, finding: Finding, strategy: Strategy | Composed | None, levels: At
) -> float:
    """The true effect at levels of modifiers."""
    parts = strategy.parts if strategy is not None else ()
    names = {name for part in parts for name in part.regression.cells}
    alike = tuple(m.name for m in finding.design.modifiers if m.name in names)
    rows = Products(in_groups(products.anticipated, alike)) if alike else products
    return value_at(rows, finding.target, levels)


def unplanned(at: Anticipated, finding: Finding, strategy: Strategy | Composed | None) -> str:
    """Why a strategy with modifiers held fixed has no numbers; "" where it has."""
    held = [part.regression for part in strategy.parts if part.moderators] if strategy else []
    if not held:
        return ""
    reg = held[0]
    if at.fixed and (reg.cells or finding.target.levels or isinstance(strategy, Composed)):
        return IN_SAME_SITES.format(given=reg.given)
    if finding.target.levels and (missing := missing_levels(at, finding.target, reg)):
        return missing
    return ""


def _over_sites(finding: Finding) -> list[Strategy | Composed]:
    """The strategies for which there are numbers before data."""
    return [s for s in finding.strategies if not s.site_by_site] if finding.best is not None else []


def _ignoring_causes(finding: Finding) -> Strategy | None:
    """The regression for an effect that only drawn causes break: as it would be run by one who does not know them; else None."""
    each = endangered(finding)
    if each is None or not isinstance(each.strategy, Strategy):
        return None
    return replace(each.strategy, regression=replace(each.strategy.regression, moderators=()))


def true_value(products: Products, target: Target) -> float:
    """The average over sites of the effect along the paths of a target, in the anticipated world.

    Raises:
        InvalidQuestionError: where effects are correlated and there are too many paths to multiply out.
    """
    at = products.anticipated
    many = target.route is None and target.count(at.world) > MOST_PATHS
    if many and _unrelated(at):
        return math.prod(_along_means(at, stretch) for stretch in target.stretches)
    return products.over_sites(products.over_persons(products.along(target)))


def _unrelated(at: Anticipated) -> bool:
    """Whether no two arrows' effects move together, so that the average of a path is the product of averages."""
    apart = all(not np.any(matrix - np.diag(np.diag(matrix))) for matrix in (at.between, at.within))
    return apart and all(i == j == k for i, j, k in (*at.third_between, *at.third_within))


def _along_means(at: Anticipated, stretch: Stretch) -> float:
    """The effect along the graph at the average of each arrow."""
    source, target, avoiding = stretch
    known = {source: 1.0}
    for node in at.nodes:
        if node not in avoiding and node != source:
            into = (u for u in at.world.causal.predecessors(node) if u in known)
            known[node] = sum(float(at.mean[at.place[u, node]]) * known[u] for u in into)
    return known[target]


def short_name(reg: Regression, arms: bool = True) -> str:
    """A regression in a few words; with the arms whose rows it uses, where it does not use all, unless they stand beside it."""
    if not reg.regressors:
        return f"contrast of {listed(reg.arms)} for {reg.outcome}"
    kind = ", pooled" if reg.pooled else ", with an intercept" if reg.intercepts else ""
    kind = f", given {listed(reg.moderators)}{kind}" if reg.moderators else kind
    some = arms and set(reg.arms) != set(reg.design.treatments)
    rows = f", {listed(reg.arms)} only" if some else ""
    return f"{reg.outcome} on {listed(reg.regressors)}{kind}{rows}"
