"""The registered decision rules, applied to what was found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from scipy import stats

from identcheck.basics.options import TestName
from identcheck.decide.conditions import Regression
from identcheck.decide.primary import expected_direction
from identcheck.decide.strategies import Strategy
from identcheck.derive.words import capital, counted
from identcheck.describe.design import Design
from identcheck.describe.protocol import AS_PROPOSED, Rules
from identcheck.evidence.bootstrap import wild_test
from identcheck.evidence.by_sampling_error import caution_of
from identcheck.evidence.composing import place_of
from identcheck.evidence.effect import EffectEvidence
from identcheck.evidence.family import Family, adjusted, scatter_family
from identcheck.evidence.regression_evidence import RegressionEvidence
from identcheck.evidence.weighted import MANY, Fit, LinearFit
from identcheck.plan.closed.questions import EFFECT
from identcheck.plan.falsification.corrected import FAMILY
from identcheck.plan.falsification.result import FAMILY_RULES
from identcheck.plan.inputs.plan import Plan
from identcheck.tables.table import Cell, Column, Table
from identcheck.tables.terminal import p_words

__all__ = ["decided", "p_value"]

COLUMNS = (
    EFFECT,
    Column("expected", "Expected", "the direction that theory expects"),
    Column("p", "p", "p value of no effect; two-sided, unless the plan has one-sided tests", 3, p_value=True),
    Column("adjusted", "Adjusted p", "the same, adjusted for the number of effects", 3, p_value=True),
    Column(
        "conditional",
        "Conditional F",
        "of what the effect is estimated by; the least, of a composed effect",
        2,
    ),
    Column("decision", "What the rules say", "how the effect is reported"),
)
ADJUSTED = {
    "holm": "p values are adjusted by the method of Holm",
    "bonferroni": "p values are multiplied by the number of effects (Bonferroni)",
    "none": "p values are not adjusted",
}


def p_value(own: LinearFit, test: TestName | None = None) -> float | None:
    """The two-sided p value of no effect; None without a standard error.

    Args:
        own: the estimate.
        test: "CR1", "CR2" or "CR3"; else by the error and degrees of freedom of the 95 percent interval.
    """
    error = own.error(test)
    if error is None:
        return None
    se, df = error
    t = own.value / se if se > 0 else np.inf * np.sign(own.value or 1)
    return float(2 * stats.t.sf(abs(t), df))


def decided(
    design: Design,
    asked: Sequence[EffectEvidence],
    regressions: Mapping[Regression, RegressionEvidence],
    plan: Plan | None,
    uncounted: str = "",
) -> Table:
    """How each effect is reported by the rules: those registered in ``[rules]``, or those that identcheck proposes.

    Args:
        design: the design, with its rules.
        asked: the evidence on the primary effects; on all where none is stated.
        regressions: what each regression says.
        plan: has the test, its level and its sides, which are in the expected direction where it says one; None for two-sided
            tests at 0.05 by the error of the interval.
        uncounted: what is assigned, where the data have no column of it, so that no effect passes a rule on F; else "".
    """
    alpha, sides = (0.05, 2) if plan is None else (plan.alpha, plan.sides)
    rules = design.rules
    own_rules = tuple(rule for rule in rules.decisions if rule != AS_PROPOSED)
    against = scatter_family(design, regressions)
    test = plan.test if plan is not None and plan.sites_are == "sample" else None
    p = [
        _p(one, expected_direction(design, one.finding.estimand) if sides == 1 else "", test) for one in asked
    ]
    p_adjusted = adjusted(p, rules.multiplicity)
    rows = [
        _row(one, p[i], p_adjusted[i], _strength(one, regressions), () if own_rules else _against(one, against, alpha),
             alpha, bool(own_rules), uncounted) for i, one in enumerate(asked)
    ]  # fmt: skip
    if all(row["p"] == row["adjusted"] for row in rows):
        rows = [{**row, "adjusted": None} for row in rows]
    title = "What the registered rules say" if rules.decisions else "What the proposed rules would say"
    said = [*_note(design, own_rules, len(asked), against, alpha), *_tests(asked, test)]
    return Table.of("decided", title, COLUMNS, rows, " ".join(said))


def _p(one: EffectEvidence, direction: str, test: TestName | None) -> float | None:
    """The p value of no effect by the plan's test, plain for contrasts of arms: of one side where there is a direction."""
    best = one.finding.best
    contrast = isinstance(best, Strategy) and not best.regressors
    p = None if one.own is None else p_value(one.own, "CR1" if test and contrast else test)
    if test == "bootstrap" and (made := one.regression) is not None and made.over_sites:
        p = wild_test(Fit(made.rows), place_of(made.strategy))
    if one.own is None or p is None or direction not in ("positive", "negative"):
        return p
    return p / 2 if (one.own.value > 0) == (direction == "positive") else 1 - p / 2


def _note(
    design: Design, own_rules: Sequence[str], number: int, against: Family, alpha: float
) -> Iterator[str]:
    if not design.rules.decisions:
        yield "No decision rules are registered (decisions in [rules]); these are those that identcheck proposes."
    if number > 1:
        which = "primary effects" if design.primary else "effects, as none is stated to be primary"
        yield f"{capital(ADJUSTED[design.rules.multiplicity])}; there are {number} {which}."
    least = design.rules.conditional_f
    yield f"Level {alpha:g}; an effect whose conditional F is below {least:g} is not determined by this trial."
    sizes = sorted({size for *_, size in against.values()})
    if sizes and not own_rules:
        many = f"{counted(sizes[-1], 'test', 'tests')} that could speak against a regression"
        yield f"Of the {many}, {FAMILY_RULES[design.rules.tests]}."
    if own_rules:
        yield f"These rules are in their author's words, to be applied by people: {' '.join(own_rules)}"


def _tests(asked: Sequence[EffectEvidence], test: TestName | None) -> Iterator[str]:
    """By which test of the plan the p values are, where the intervals beside the estimates are by another."""
    fits = [one.own for one in asked if one.own is not None and one.own.interval is not None]
    if test is None or not fits:
        return
    kind = "CR3" if min(len(fit.change) for fit in fits) >= MANY else "CR2"
    if test != kind:
        named = "the wild bootstrap" if test == "bootstrap" else test
        yield (
            f"P values are of the plan's test, {named}; the 95% intervals of the estimates are those of {kind} with "
            "Satterthwaite's degrees of freedom, and may say otherwise."
        )
    if test == "bootstrap":
        yield "Effects that are not one coefficient of a regression have no such test; their p values are those of the interval."


def _strength(one: EffectEvidence, regressions: Mapping[Regression, RegressionEvidence]) -> float | None:
    """The conditional F of the effect's own coefficient; the least of those that it is composed of."""
    best = one.finding.best
    found = []
    for part in best.parts if best is not None else ():
        made = regressions.get(part.regression)
        if made is not None:
            found += [
                s.conditional for s in made.strengths if s.node == part.column and s.conditional is not None
            ]
    return min(found, default=None)


def _against(one: EffectEvidence, against: Family, alpha: float) -> tuple[str, ...]:
    """The tests of the scatter that reject a regression that the effect is estimated by."""
    best = one.finding.best
    found = []
    for part in best.parts if best is not None else ():
        for name in FAMILY:
            _, p, number = against.get((part.regression, name), (1.0, 1.0, 0))
            if number and p <= alpha:
                words = f"adjusted {p_words(p)}" if number > 1 else p_words(p)
                found.append(f"the {name} test rejects ({words})")
    return tuple(dict.fromkeys(found))


def _row(
    one: EffectEvidence, p: float | None, p_adjusted: float | None, strength: float | None, against: Iterable[str],
    alpha: float, own_rules: bool, uncounted: str,
) -> dict[str, Cell]:  # fmt: skip
    expected = expected_direction(one.finding.design, one.finding.estimand)
    decision = _decision(one, p_adjusted, strength, tuple(against), alpha, own_rules, expected, uncounted)
    return {
        "effect": str(one.finding.estimand), "expected": expected, "p": p, "adjusted": p_adjusted, "conditional": strength,
        "decision": decision,
    }  # fmt: skip


def _decision(
    one: EffectEvidence, p: float | None, strength: float | None, against: tuple[str, ...], alpha: float, own_rules: bool,
    expected: str, uncounted: str,
) -> str:  # fmt: skip
    rules: Rules = one.finding.design.rules
    if one.own is None:
        return f"no number: {one.reason}"
    if strength is not None and strength < rules.conditional_f:
        return f"not determined: conditional F below {rules.conditional_f:g}"
    if strength is not None and uncounted:
        return f"not determined: the conditional F is without {uncounted}, which are assigned"
    if own_rules:
        return "by the author's rules, below"
    if against:
        return f"not as a causal effect: {'; '.join(against)}"
    if p is None:
        return "with its estimate alone: no test"
    caution = f"; {pull}" if (pull := caution_of(one.own)) else ""
    low, high = one.own.interval or (1.0, 1.0)
    if p <= alpha and low < 0 < high:
        caution += "; but its 95% interval holds 0"
    if p > alpha:
        return f"with its interval; not as no effect{caution}"
    contrary = {"positive": one.own.value < 0, "negative": one.own.value > 0}.get(expected, False)
    supposes = f", {one.condition}" if one.condition else ""
    return f"causal, with what it rests on{supposes}{'; against the expected direction' if contrary else ''}{caution}"
