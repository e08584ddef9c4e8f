"""The registered decision rules, applied to what was found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from scipy import stats

from identcheck.decide.conditions import Regression
from identcheck.decide.primary import expected_direction
from identcheck.derive.words import capital, counted
from identcheck.describe.design import Design
from identcheck.describe.protocol import AS_PROPOSED, Rules
from identcheck.evidence.by_sampling_error import pulled_far
from identcheck.evidence.effect import EffectEvidence
from identcheck.evidence.family import Family, adjusted, scatter_family
from identcheck.evidence.regression_evidence import RegressionEvidence
from identcheck.evidence.weighted import MANY, LinearFit
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


def p_value(own: LinearFit) -> float | None:
    """The two-sided p value of no effect, by the error and degrees of freedom of the 95 percent interval; None without one."""
    if own.interval is None:
        return None
    half = (own.interval[1] - own.interval[0]) / 2
    t = own.value / half * float(stats.t.ppf(0.975, own.df)) if half > 0 else np.inf * np.sign(own.value or 1)
    return float(2 * stats.t.sf(abs(t), own.df))


def decided(
    design: Design,
    asked: Sequence[EffectEvidence],
    regressions: Mapping[Regression, RegressionEvidence],
    plan: Plan | None,
) -> Table:
    """How each effect is reported by the rules: those registered in ``[rules]``, or those that identcheck proposes.

    Args:
        design: the design, with its rules.
        asked: the evidence on the primary effects; on all where none is stated.
        regressions: what each regression says.
        plan: has the level and the sides of tests, which are in the expected direction where it says one; None for two-sided
            tests at 0.05.
    """
    alpha, sides = (0.05, 2) if plan is None else (plan.alpha, plan.sides)
    rules = design.rules
    own_rules = tuple(rule for rule in rules.decisions if rule != AS_PROPOSED)
    against = scatter_family(design, regressions)
    p = [_p(one, expected_direction(design, one.finding.estimand) if sides == 1 else "") for one in asked]
    p_adjusted = adjusted(p, rules.multiplicity)
    rows = [
        _row(one, p[i], p_adjusted[i], _strength(one, regressions), () if own_rules else _against(one, against, alpha),
             alpha, bool(own_rules)) for i, one in enumerate(asked)
    ]  # fmt: skip
    if all(row["p"] == row["adjusted"] for row in rows):
        rows = [{**row, "adjusted": None} for row in rows]
    title = "What the registered rules say" if rules.decisions else "What the proposed rules would say"
    said = [*_note(design, own_rules, len(asked), against, alpha), *_tests(asked, plan)]
    return Table.of("decided", title, COLUMNS, rows, " ".join(said))


def _p(one: EffectEvidence, direction: str) -> float | None:
    """The p value of no effect: of one side where there is a direction."""
    p = None if one.own is None else p_value(one.own)
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


def _tests(asked: Sequence[EffectEvidence], plan: Plan | None) -> Iterator[str]:
    """By which test the p values are, where that is not the plan's."""
    own = ((one.own, one.finding.best) for one in asked)
    counts = [
        len(fit.change) for fit, best in own if fit is not None and best is not None and best.regressors
    ]
    kind = "CR3" if counts and min(counts) >= MANY else "CR2"
    if plan is not None and plan.sites_are == "sample" and counts and plan.test != kind:
        test = "the wild bootstrap" if plan.test == "bootstrap" else plan.test
        yield (
            f"P values of effects of mediators are of {kind} tests with Satterthwaite's degrees of freedom; the plan's test, of "
            f"which the power was stated and which identcheck code writes, is {test}."
        )


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
    alpha: float, own_rules: bool,
) -> dict[str, Cell]:  # fmt: skip
    expected = expected_direction(one.finding.design, one.finding.estimand)
    decision = _decision(one, p_adjusted, strength, tuple(against), alpha, own_rules, expected)
    return {
        "effect": str(one.finding.estimand), "expected": expected, "p": p, "adjusted": p_adjusted, "conditional": strength,
        "decision": decision,
    }  # fmt: skip


def _decision(
    one: EffectEvidence, p: float | None, strength: float | None, against: tuple[str, ...], alpha: float, own_rules: bool,
    expected: str,
) -> str:  # fmt: skip
    rules: Rules = one.finding.design.rules
    if one.own is None:
        return f"no number: {one.reason}"
    if strength is not None and strength < rules.conditional_f:
        return f"not determined: conditional F below {rules.conditional_f:g}"
    if own_rules:
        return "by the author's rules, below"
    if against:
        return f"not as a causal effect: {'; '.join(against)}"
    if p is None:
        return "with its estimate alone: no test"
    caution = "; sampling errors pull it, as its remark says" if pulled_far(one.own) else ""
    if p > alpha:
        return f"with its interval; not as no effect{caution}"
    contrary = {"positive": one.own.value < 0, "negative": one.own.value > 0}.get(expected, False)
    supposes = f", {one.condition}" if one.condition else ""
    return f"causal, with what it rests on{supposes}{'; against the expected direction' if contrary else ''}{caution}"
