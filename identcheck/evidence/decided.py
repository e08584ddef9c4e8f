"""The registered decision rules, applied to what was found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from scipy import stats

from identcheck.decide.conditions import Regression
from identcheck.decide.primary import expected_direction
from identcheck.derive.words import capital
from identcheck.describe.design import Design
from identcheck.describe.protocol import AS_PROPOSED, Rules
from identcheck.evidence.effect import EffectEvidence
from identcheck.evidence.regression_evidence import RegressionEvidence
from identcheck.evidence.weighted import LinearFit
from identcheck.plan.closed.questions import EFFECT
from identcheck.tables.table import Cell, Column, Table

__all__ = ["adjusted", "decided", "p_value"]

COLUMNS = (
    EFFECT,
    Column("expected", "Expected", "the direction that theory expects"),
    Column("p", "p", "two-sided p value of no effect", 4),
    Column("adjusted", "Adjusted p", "the same, adjusted for the number of effects", 4),
    Column(
        "conditional",
        "Conditional F",
        "of what the effect is estimated by; the least, of a composed effect",
        2,
    ),
    Column("decision", "What the rules say", "how the effect is reported"),
)
SCATTER = ("intercept", "curvature")
"""The tests that speak against a regression."""

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


def adjusted(values: Sequence[float | None], method: str) -> list[float | None]:
    """P values adjusted for their number: "holm", "bonferroni" or "none"; what is None counts, and stays None."""
    number = len(values)
    if method == "none":
        return list(values)
    if method == "bonferroni":
        return [None if p is None else min(1.0, p * number) for p in values]
    order = sorted((i for i, p in enumerate(values) if p is not None), key=lambda i: values[i] or 0.0)
    found: list[float | None] = [None] * number
    least = 0.0
    for rank, i in enumerate(order):
        least = max(least, min(1.0, (values[i] or 0.0) * (number - rank)))
        found[i] = least
    return found


def decided(
    design: Design,
    asked: Sequence[EffectEvidence],
    regressions: Mapping[Regression, RegressionEvidence],
    alpha: float,
) -> Table:
    """How each effect is reported by the rules: those registered in ``[rules]``, or those that identcheck proposes.

    Args:
        design: the design, with its rules.
        asked: the evidence on the primary effects; on all where none is stated.
        regressions: what each regression says.
        alpha: the level.
    """
    rules = design.rules
    own_rules = tuple(rule for rule in rules.decisions if rule != AS_PROPOSED)
    p = [None if one.own is None else p_value(one.own) for one in asked]
    p_adjusted = adjusted(p, rules.multiplicity)
    rows = [
        _row(one, p[i], p_adjusted[i], _strength(one, regressions), () if own_rules else _against(one, regressions, alpha),
             alpha, bool(own_rules)) for i, one in enumerate(asked)
    ]  # fmt: skip
    if all(row["p"] == row["adjusted"] for row in rows):
        rows = [{**row, "adjusted": None} for row in rows]
    title = "What the registered rules say" if rules.decisions else "What the proposed rules would say"
    return Table.of("decided", title, COLUMNS, rows, " ".join(_note(design, own_rules, len(asked), alpha)))


def _note(design: Design, own_rules: Sequence[str], number: int, alpha: float) -> Iterator[str]:
    if not design.rules.decisions:
        yield "No decision rules are registered (decisions in [rules]); these are those that identcheck proposes."
    if number > 1:
        which = "primary effects" if design.primary else "effects, as none is stated to be primary"
        yield f"{capital(ADJUSTED[design.rules.multiplicity])}; there are {number} {which}."
    least = design.rules.conditional_f
    yield f"Level {alpha:g}; an effect whose conditional F is below {least:g} is not determined by this trial."
    if own_rules:
        yield f"These rules are in their author's words, to be applied by people: {' '.join(own_rules)}"


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


def _against(
    one: EffectEvidence, regressions: Mapping[Regression, RegressionEvidence], alpha: float
) -> tuple[str, ...]:
    """The tests of the scatter that reject a regression that the effect is estimated by."""
    best = one.finding.best
    found = []
    for part in best.parts if best is not None else ():
        made = regressions.get(part.regression)
        for name in SCATTER if made is not None else ():
            test = made.tests.get(name) if made is not None else None
            if test is not None and test.p is not None and test.p <= alpha:
                found.append(f"the {name} test rejects (p = {test.p:.2g})")
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
    if p > alpha:
        return "with its interval; not as no effect"
    contrary = {"positive": one.own.value < 0, "negative": one.own.value > 0}.get(expected, False)
    supposes = f", {one.condition}" if one.condition else ""
    return f"causal, with what it rests on{supposes}{'; against the expected direction' if contrary else ''}"
