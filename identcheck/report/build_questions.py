"""The estimands of a report with their verdicts, those not identified first."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import replace

from identcheck.decide.conditions import Condition, condition_name
from identcheck.decide.identification import Finding, Identification, Verdict, distinct
from identcheck.decide.strategies import Composed
from identcheck.derive.words import capital, listed
from identcheck.report.build_asked import asked, grounds, kind_of
from identcheck.report.build_mends import mend_entries
from identcheck.report.build_witness import witness_tables
from identcheck.report.context import Question
from identcheck.report.proportion import counted, is_large

__all__ = ["questions"]

ORDER = (Verdict.NOT_IDENTIFIED, Verdict.UNDECIDED, Verdict.CONDITIONAL, Verdict.IDENTIFIED)

MOST_EFFECTS = 12
"""Of more effects in one group the first FEW are named and the rest counted."""

FEW = 3

MOST_CONDITIONAL_TABLES = 3
"""So many conditional questions have a table of two worlds; the others only the sentence."""

IN_SHORT = {
    "bypass": "The bypass: the part of the effect on the left that goes around the regressors must be uncorrelated, between "
    "sites, with the compliances with them.",
    "shared": "A shared arrow: where an arrow is part of a compliance and of the effect of a regressor, its average effect must "
    "be the same in all sites.",
}
"""In large designs, where every effect has paths of its own: what no numeral grants, by the kind of condition."""


def questions(result: Identification) -> tuple[Question, ...]:
    """The default estimands, those with one verdict for one reason together."""
    groups: dict[Hashable, list[Finding]] = {}
    for finding in sorted(distinct(result.findings), key=lambda finding: ORDER.index(finding.verdict)):
        groups.setdefault(_key(finding), []).append(finding)
    return tuple(_with_few_tables([_question(result, group) for group in groups.values()]))


def _with_few_tables(made: Iterable[Question]) -> Iterator[Question]:
    """After the first few conditional questions, of the two worlds only the sentence."""
    tables = 0
    for question in made:
        conditional = question.verdict == Verdict.CONDITIONAL.value
        tables += conditional and any(table.rows for table in question.witnesses)
        if conditional and tables > MOST_CONDITIONAL_TABLES:
            question = replace(
                question,
                witnesses=tuple(replace(t, columns=(), rows=(), note="") for t in question.witnesses),
            )
        yield question


def _key(finding: Finding) -> Hashable:
    """What effects must share to be shown together: in a large design, only the pattern."""
    if not is_large(finding.design):
        return finding.verdict, _reason([finding]), _missing([finding])
    best = finding.best
    pattern = (type(best), best.intercept, best.pooled, bool(best.regressors)) if best is not None else ()
    cause = finding.reason if best is None else ""
    return finding.verdict, _heading(finding), kind_of(finding), pattern, cause


def _question(result: Identification, findings: Sequence[Finding]) -> Question:
    first = findings[0]
    large = is_large(first.design)
    shown = findings if len(findings) <= MOST_EFFECTS else findings[:FEW]
    mends, mends_note = mend_entries(result, findings)
    return Question(
        heading=_heading(first),
        effects=tuple(asked(finding, elsewhere=not large) for finding in shown),
        more=_more(findings, len(shown)),
        verdict=first.answer,
        reason=_reason(findings),
        rests_on=", ".join(grounds(first)),
        missing=_missing(findings),
        tried=_tried(first) if first.verdict is Verdict.UNDECIDED else "",
        witnesses=witness_tables(findings),
        mends=mends,
        mends_note=mends_note,
    )


def _heading(finding: Finding) -> str:
    if finding.verdict is not Verdict.CONDITIONAL:
        return finding.answer.capitalize()
    names = dict.fromkeys(map(condition_name, finding.missing))
    return f"Conditional on {listed(list(names))}"


def _more(findings: Sequence[Finding], shown: int) -> str:
    """How many effects are not named, by kind."""
    if shown == len(findings):
        return ""
    kinds: dict[tuple[str, str], int] = {}
    for finding in findings:
        kinds[kind_of(finding)] = kinds.get(kind_of(finding), 0) + 1
    every = listed([counted(number, *names) for names, number in kinds.items()])
    return f"and {len(findings) - shown} more: {every} in all"


def _reason(findings: Sequence[Finding]) -> str:
    first = findings[0]
    best = first.best
    if best is not None and not best.regressors:
        return "By the contrast of treatment with control in the mean of what is affected."
    if best is None or len({finding.reason for finding in findings}) == 1:
        return capital(first.reason, first.design) + "."
    if isinstance(best, Composed):
        how = "Each composed of effects that have regressions of their own"
    else:
        how = "Each by a regression of site effects of its own, " + (
            "pooled over sites"
            if best.pooled
            else "with an intercept"
            if best.intercept
            else "through the origin"
        )
    return how + (", if what is missing holds." if first.verdict is Verdict.CONDITIONAL else ".")


def _missing(findings: Sequence[Finding]) -> tuple[str, ...]:
    """What numerals would grant in one line; what none grants in full, or by its name where there are many."""
    missing: Sequence[Condition] = findings[0].missing
    many = len({finding.reason for finding in findings}) > 1
    numerals = list(dict.fromkeys(f"({c.numeral})" for c in missing if c.numeral))
    whose = "for each regression its own" if many else "as spelt out below for this regression"
    lines = [f"{listed(numerals)}, {whose}."] if numerals else []
    for c in missing:
        if not c.numeral:
            said = IN_SHORT[c.key] if is_large(c.design) and c.key in IN_SHORT else c.statement
            lines.append(f"{said} None of the numbered assumptions grants this.")
    return tuple(dict.fromkeys(lines))


def _tried(finding: Finding) -> str:
    """What was looked for in vain."""
    excluded = len(finding.ruled_out)
    if excluded:
        tried = f"Tried: {counted(excluded, 'strategy', 'strategies')}, which the design excludes"
    else:
        tried = "Tried: every set of measured mediators as regressors, of which none serves, and sums of products of effects"
    more = f" ({finding.note})" if finding.note else ""
    return (
        f"{tried}{more}; and pairs of worlds with the same site effects that meet whatever can be granted, of which no "
        "construction gave one that differs in it."
    )
