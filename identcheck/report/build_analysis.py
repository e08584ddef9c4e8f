"""The planned analysis of each effect of interest: its estimand, its regression and what that rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from identcheck.decide.conditions import Assigned, Cut, is_kind
from identcheck.decide.identification import Finding, Identification, Verdict
from identcheck.decide.strategies import Composed, Strategy
from identcheck.decide.strategies.composed import Factor
from identcheck.derive.words import capital, listed
from identcheck.describe.design import Design
from identcheck.report.build import MEANINGS as VERDICTS
from identcheck.report.build_asked import average_of, grounds
from identcheck.report.context_documents import DocumentCell, DocumentTable, Piece
from identcheck.report.context_entries import Fact
from identcheck.report.context_findings import Formula
from identcheck.report.requirements import argument, unnamed
from identcheck.symbols.typeset import latex

__all__ = ["analysis", "effects_table", "hypotheses", "meanings"]

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


def effects_table(findings: Sequence[Finding], anticipated: dict[str, str]) -> DocumentTable:
    """The effects of interest with verdicts, and the values anticipated for them if there is a plan."""
    headings = ["Effect", "Symbol", "Verdict", "Rests on"]
    if anticipated:
        headings.insert(2, "Anticipated")
    rows = []
    for finding in findings:
        key = str(finding.estimand)
        rests = ", ".join(grounds(finding))
        row = [
            DocumentCell(f"{capital(finding.words)} [{key}]"),
            DocumentCell(formula=_average(finding)),
            DocumentCell(finding.answer),
            DocumentCell(rests or "nothing: no regression of site effects gives it"),
        ]
        if anticipated:
            row.insert(2, DocumentCell(anticipated.get(key, "not stated")))
        rows.append(tuple(row))
    return DocumentTable("", tuple(headings), tuple(rows))


def meanings(findings: Sequence[Finding]) -> tuple[Fact, ...]:
    """What each verdict that occurs means."""
    found = {finding.verdict for finding in findings}
    return tuple(Fact(v.value, f"{capital(text)}.") for v, text in MEANINGS.items() if v in found)


def hypotheses(findings: Sequence[Finding], alpha: float | None) -> Iterator[Piece]:
    """A null hypothesis for each effect that has a regression or a contrast; its direction is for the user."""
    level = "at the level that you state" if alpha is None else f"at level {alpha:g}"
    asked = [f for f in findings if f.best is not None]
    if not asked:
        return
    yield Piece(
        heading="Hypotheses",
        text=f"For each effect that is estimated, the hypothesis that its average is zero is tested, two-sided and {level}:",
        formulas=tuple(Formula(rf"{_average(f).latex} = 0") for f in asked),
        blank="the direction that theory expects for each of these effects, and which of them is primary",
    )


def analysis(result: Identification, findings: Sequence[Finding]) -> Iterator[Piece]:
    """For each regression the effects that it estimates, its equation and how it is estimated."""
    design = result.design
    many = any(f.best is not None and f.best.regressors and design.sites != 1 for f in findings)
    if many:
        yield Piece(text=f"{SITE_EFFECTS} {WEIGHTS[design.weights]}")
    groups: dict[object, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(_key(finding), []).append(finding)
    for same in groups.values():
        yield from _pieces(design, same)


def _key(finding: Finding) -> object:
    best = finding.best
    return best.regression if isinstance(best, Strategy) and best.regressors else finding.estimand


def _pieces(design: Design, same: Sequence[Finding]) -> Iterator[Piece]:
    first = same[0]
    best = first.best
    names = capital(listed([f.words for f in same]))
    if best is None:
        yield Piece(heading=names, text=f"Not estimated: {first.reason}.")
        return
    text = f"{capital(best.name)}."
    rests = listed(grounds(first))
    if first.verdict is Verdict.CONDITIONAL:
        what = "these effects if what they rest" if len(same) > 1 else "the effect if what it rests"
        text += f" This identifies {what} on holds: {rests}."
    elif first.verdict is Verdict.IDENTIFIED:
        text += f" It rests on {rests}."
    asked = _asked(first)
    if asked:
        text += " What they ask of this analysis stands below."
    text += _argued(same)
    if isinstance(best, Composed):
        regressions = dict.fromkeys(best.parts)
        formulas = tuple(f for part in regressions for f in _equation(part))
        yield Piece(
            heading=names,
            text=text,
            items=(
                *(f"{capital(factor.words)}: {factor.strategy.name}." for factor in _factors(best)),
                *asked,
            ),
            formulas=formulas,
            blank=_wanted(same),
        )
        return
    text += _stages(design, best)
    yield Piece(heading=names, text=text, formulas=_equation(best), items=asked, blank=_wanted(same))


def _factors(best: Composed) -> Iterable[Factor]:
    return dict.fromkeys(factor for term in best.terms for factor in term.factors)


def _asked(finding: Finding) -> tuple[str, ...]:
    """The conditions of the regression in words, as ``check`` words them."""
    conditions = () if finding.best is None else finding.best.conditions
    used = [c for c in conditions if is_kind(c, Cut) or not c.implied]
    return tuple(
        f"({c.numeral}) {c}" if c.numeral else f"{capital(c.nickname)}: {c}"
        for c in used
        if not is_kind(c, Assigned)
    )


def _wanted(findings: Sequence[Finding]) -> str:
    """The conditions without a numeral for which no argument is written."""
    names = dict.fromkeys(c.nickname for c in unnamed(findings) if not argument(c.design, c.key))
    return (
        f"why the condition on {listed(list(names))} holds in this trial, with a source; no numeral grants it"
        if names
        else ""
    )


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
    plain = (
        design.weights == "precision" and strategy.regressors and not strategy.pooled and design.sites != 1
    )
    if not plain or len(strategy.arms) > 1:
        return ""
    second = f"{listed([design.label(u) for u in strategy.regressors])} as what is instrumented"
    if strategy.intercept:
        second += ", and treatment itself as a regressor in the second stage"
    return f" {TWO_STAGES.format(second=second)}"


def _average(finding: Finding) -> Formula:
    return Formula(latex(average_of(finding)))
