"""What remains if an assumption is given up: which effects are still identified, and by what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from identcheck.decide.assumptions import Assumption, standing_numerals
from identcheck.decide.comparison import redrawn
from identcheck.decide.identification import Finding, Identification, Verdict, check
from identcheck.derive.words import in_brackets, listed
from identcheck.report.blocks import Block, Paragraph, Tabular
from identcheck.report.proportion import is_large
from identcheck.report.requirements import called, nicknames
from identcheck.tables.table import table_of

__all__ = ["alternatives", "risks"]

LEAD = (
    "Each row gives up one assumption and grants every other one that can be granted. An effect that is still identified "
    "is then estimated in the way named; one that is not is not reported as causal. (ii) is given up by an arrow from "
    "treatment straight to the outcome, wherever the graph has none; other absent arrows are kept absent."
)
STANDING = (
    "{standing} stand behind every regression of site effects; without them only the contrasts of arms remain, which need "
    "{contrast} alone."
)
OTHERWISE = {
    "v": "An arrow that is missing can take identification away; identcheck robust tries each.",
    "x": "The same effects, as averages under the weights of the estimator.",
}
LARGE = "With this many mediators this is not worked out here; identcheck check FILE --assume with the others does it."


def alternatives(
    result: Identification, findings: Sequence[Finding], required: Sequence[str]
) -> tuple[Block, ...]:
    """A table with a row for each assumption the effects rest on that can be given up by itself."""
    design = result.design
    standing = listed(in_brackets(standing_numerals(design, True)))
    contrast = listed(in_brackets(standing_numerals(design, False)))
    note = Paragraph(STANDING.format(standing=standing, contrast=contrast), soft=True)
    if is_large(design):
        return Paragraph(LARGE), note
    full = check(design, "all")
    rows = [
        (f"({a.numeral}) {a.title}", *_outcome(findings, full, again))
        for a, again in _without(result, required)
    ]
    if not rows:
        return Paragraph(
            "The effects of interest rest on no assumption that can be given up by itself."
        ), note
    headings = ("Given up", "Still identified, and how", "No longer identified")
    table = Tabular(table_of("alternatives", "", headings, rows))
    return Paragraph(LEAD + _never(findings, full)), table, note


def risks(result: Identification, findings: Sequence[Finding], required: Sequence[str]) -> Tabular:
    """For each assumption the effects rest on what would break it, and what remains then."""
    standing = standing_numerals(result.design, True)
    tried = [] if is_large(result.design) else _without(result, required)
    full = check(result.design, "all")
    outcomes = {a.numeral: _outcome(findings, full, again) for a, again in tried}
    rows = []
    for a in result.assumptions:
        if a.numeral not in required:
            continue
        if a.numeral in outcomes:
            still, lost = outcomes[a.numeral]
            remains = f"No longer identified: {lost}. Still identified: {still}."
        elif a.numeral in standing:
            remains = "Only the contrasts of arms, where they do not need it."
        else:
            remains = OTHERWISE.get(a.numeral, "Not worked out here.")
        rows.append((f"({a.numeral}) {a.title}", a.breaks, remains))
    headings = ("Assumption", "What would break it", "What remains if it fails")
    return Tabular(table_of("risks", "", headings, rows))


def _without(result: Identification, required: Sequence[str]) -> Iterator[tuple[Assumption, Identification]]:
    """Each assumption with the design checked without it."""
    design = result.design
    standing = standing_numerals(design, True)
    for a in result.assumptions:
        if a.numeral not in required or a.numeral in (*standing, "x"):
            continue
        if a.numeral == "ii":
            doubted = [(arm, design.outcome) for arm in design.treatments]
            arrows = [edge for edge in doubted if not design.causal.has_edge(*edge)]
            if arrows:
                yield a, check(redrawn(design, arrows), "all")
        elif a.numeral in design.numerals and (a.numeral != "v" or design.single):
            yield a, check(design, [n for n in design.numerals if n != a.numeral])


def _never(findings: Sequence[Finding], full: Identification) -> str:
    """The effects with a regression that are not identified even if all is granted that can be."""
    lacking = [full[f.estimand] for f in findings if f.verdict is Verdict.CONDITIONAL]
    lacking = [f for f in lacking if f.verdict is Verdict.CONDITIONAL]
    if not lacking:
        return ""
    names = listed([str(f.estimand) for f in lacking])
    return f" With all of them granted {names} still {'lack' if len(lacking) > 1 else 'lacks'} {listed(nicknames(lacking))}."


def _outcome(findings: Sequence[Finding], full: Identification, again: Identification) -> tuple[str, str]:
    """The effects that are still identified, and those that were with everything granted and are not now."""
    kept: dict[str, list[str]] = {}
    lost = []
    for finding in findings:
        found = again[finding.estimand]
        if found.verdict is Verdict.IDENTIFIED:
            kept.setdefault(_how(finding, found), []).append(str(finding.estimand))
        elif full[finding.estimand].verdict is Verdict.IDENTIFIED:
            lost.append(str(finding.estimand))
    still = "; ".join(f"{listed(names)} {how}" for how, names in kept.items())
    return still or "none of them", listed(lost) or "none"


def _how(planned: Finding, found: Finding) -> str:
    if found.best is None or (planned.best is not None and planned.best.name == found.best.name):
        return "as planned"
    return f"by {found.best.name}, resting on {listed(called(found.rests_on))}"
