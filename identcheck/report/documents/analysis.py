"""The planned analysis of each effect of interest: its estimand, its regression and what that rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from identcheck.decide.conditions import Assigned, Cut, is_kind
from identcheck.decide.identification import Finding, Identification, Verdict
from identcheck.decide.strategies import Composed, Strategy
from identcheck.decide.strategies.composed import Factor
from identcheck.derive.words import capital, listed
from identcheck.describe.design import Design
from identcheck.report.blocks import (
    Blank,
    Block,
    Bullets,
    Equation,
    Equations,
    Item,
    Paragraph,
    Section,
    Tabular,
)
from identcheck.report.requirements import argument, unnamed
from identcheck.report.sections.verdicts import MEANINGS as VERDICTS, average_of, grounds
from identcheck.symbols.written import Badge, Formula
from identcheck.tables.table import Cell, table_of

__all__ = ["MEANINGS", "analysis", "effects_table", "hypotheses"]

MEANINGS = VERDICTS | {
    Verdict.CONDITIONAL: "a regression of site effects identifies it if all that it rests on holds, more than was granted",
}
WEIGHTS = {
    "precision": "Sites are weighted by n p (1 - p), n persons of whom a share p is treated: the weights of two-stage least "
    "squares.",
    "sites": "All sites have the same weight.",
    "persons": "Sites are weighted by their number of persons.",
}
TWO_STAGES = (
    "With the data of persons this is two-stage least squares with an indicator for each site, with the products of site "
    "and treatment as instruments, and {second}."
)
SITE_EFFECTS = "A site effect is the mean of those treated less the mean of the others in that site, one for each site and arm."


def effects_table(findings: Sequence[Finding], anticipated: dict[str, str]) -> Tabular:
    """The effects of interest with verdicts, and the values anticipated for them if there is a plan."""
    headings = ["Effect", "Symbol", *(["Anticipated"] if anticipated else []), "Verdict", "Rests on"]
    rows = []
    for finding in findings:
        key = str(finding.estimand)
        row: list[Cell] = [f"{capital(finding.words)} [{key}]", (average_of(finding),)]
        if anticipated:
            row.append(anticipated.get(key, "not stated"))
        rests = ", ".join(grounds(finding)) or "nothing: no regression of site effects gives it"
        rows.append((*row, (Badge(finding.answer),), rests))
    return Tabular(table_of("effects", "", headings, rows))


def hypotheses(findings: Sequence[Finding], alpha: float | None) -> Iterator[Section]:
    """A null hypothesis for each effect that has a regression or a contrast; its direction is for the user."""
    level = "at the level that you state" if alpha is None else f"at level {alpha:g}"
    lead = f"For each effect that is estimated, the hypothesis that its average is zero is tested, two-sided and {level}:"
    zero = [Equation(Formula(f"{average_of(f).latex} = 0")) for f in findings if f.best is not None]
    wanted = Blank(
        "the direction that theory expects for each of these effects, and which of them is primary"
    )
    if zero:
        yield Section("hypotheses", "Hypotheses", (Paragraph(lead), Equations(tuple(zero)), wanted))


def analysis(result: Identification, findings: Sequence[Finding]) -> Iterator[Block]:
    """For each regression the effects that it estimates, its equation and how it is estimated."""
    design = result.design
    if any(f.best is not None and f.best.regressors and design.sites != 1 for f in findings):
        yield Paragraph(f"{SITE_EFFECTS} {WEIGHTS[design.weights]}")
    groups: dict[object, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(_key(finding), []).append(finding)
    for same in groups.values():
        yield Section("", capital(listed([f.words for f in same])), tuple(_blocks(design, same)))


def _key(finding: Finding) -> object:
    best = finding.best
    return best.regression if isinstance(best, Strategy) and best.regressors else finding.estimand


def _blocks(design: Design, same: Sequence[Finding]) -> Iterator[Block]:
    first = same[0]
    best = first.best
    if best is None:
        yield Paragraph(f"Not estimated: {first.reason}.")
        return
    asked = _asked(first)
    yield Paragraph(
        f"{capital(best.name)}.{_grounded(first, len(same) > 1)}"
        + " What they ask of this analysis stands below." * bool(asked)
        + _argued(same)
        + (_stages(design, best) if isinstance(best, Strategy) else "")
    )
    yield Equations(tuple(Equation(f) for part in dict.fromkeys(best.parts) for f in _equation(part)))
    if wanted := _wanted(same):
        yield Blank(wanted)
    parts = (f"{capital(factor.words)}: {factor.strategy.name}." for factor in _factors(best))
    if items := tuple(map(Item, (*parts, *asked))):
        yield Bullets(items)


def _grounded(finding: Finding, several: bool) -> str:
    """What the regression rests on."""
    rests = listed(grounds(finding))
    if finding.verdict is Verdict.CONDITIONAL:
        what = "these effects if what they rest" if several else "the effect if what it rests"
        return f" This identifies {what} on holds: {rests}."
    return f" It rests on {rests}." if finding.verdict is Verdict.IDENTIFIED else ""


def _factors(best: Strategy | Composed) -> Iterable[Factor]:
    if isinstance(best, Strategy):
        return ()
    return dict.fromkeys(factor for term in best.terms for factor in term.factors)


def _asked(finding: Finding) -> tuple[str, ...]:
    """The conditions of the regression in words, as ``check`` words them."""
    conditions = () if finding.best is None else finding.best.conditions
    used = (c for c in conditions if is_kind(c, Cut) or (not c.implied and not is_kind(c, Assigned)))
    return tuple(f"({c.numeral}) {c}" if c.numeral else f"{capital(c.nickname)}: {c}" for c in used)


def _wanted(findings: Sequence[Finding]) -> str:
    """The conditions without a numeral for which no argument is written."""
    names = dict.fromkeys(c.nickname for c in unnamed(findings) if not argument(c.design, c.key))
    what = (
        f"why the condition on {listed(list(names))} holds in this trial, with a source; no numeral grants it"
    )
    return what if names else ""


def _argued(findings: Sequence[Finding]) -> str:
    """The user's arguments for them."""
    said = {c.nickname: argument(c.design, c.key) for c in unnamed(findings)}
    return "".join(f" Why {name} is as this asks: {text}" for name, text in said.items() if text)


def _equation(strategy: Strategy) -> tuple[Formula, ...]:
    """The equation of the regression, one for each arm: slopes are averages, deviations of sites are the error."""
    steps = [step for step in strategy.derivation if step.level == "site" and step.lines]
    if steps:
        return tuple(Formula(line) for step in steps for line in (step.lines[0], step.lines[-1]))
    return tuple(Formula(step.latex) for step in strategy.derivation if step.level == "sites")


def _stages(design: Design, strategy: Strategy) -> str:
    """The same regression in the data of persons, where that is two-stage least squares."""
    several = design.sites != 1 and len(strategy.arms) == 1 and not strategy.pooled
    if not several or design.weights != "precision" or not strategy.regressors:
        return ""
    second = f"{listed([design.label(u) for u in strategy.regressors])} as what is instrumented"
    if strategy.intercept:
        second += ", and treatment itself as a regressor in the second stage"
    return f" {TWO_STAGES.format(second=second)}"
