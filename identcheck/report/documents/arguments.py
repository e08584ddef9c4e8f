"""The assumptions of a document: what is argued for each, what is still to be written, and what remains without one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from identcheck.decide.assumptions import Assumption as Decided, standing_numerals
from identcheck.decide.assumptions.base import VIOLATED
from identcheck.decide.comparison import redrawn
from identcheck.decide.identification import Finding, Identification, Verdict, check
from identcheck.derive.words import capital, in_brackets, listed
from identcheck.report.blocks import Assumption, Blank, Block, Fact, Paragraph, Tabular
from identcheck.report.proportion import is_large
from identcheck.report.requirements import argument, called, nicknames, unnamed
from identcheck.report.sections.assumptions import assumption_entry
from identcheck.report.sections.overview import verdict_counts, violated
from identcheck.symbols.written import Text, Wanted
from identcheck.tables.table import table_of

__all__ = ["alternatives", "argued", "argument_table", "in_brief", "risks", "unnamed_table"]

UNUSED = "The planned analysis of the effects of interest does not use it, so it needs no justification here."
BROKEN = "as the design stands, ({}) is violated; say what you do about it, or change the design"
HEADINGS = ("What it says", "Why it should hold")
LEAD = (
    "Each row gives up one assumption and grants every other one that can be granted. An effect that is still identified "
    "is then estimated in the way named; one that is not is not reported as causal. (ii) is given up by an arrow from "
    "treatment straight to the outcome, wherever the graph has none; other absent arrows are kept absent."
)
STANDING = (
    "{standing} stand behind every regression of site effects; without them only the contrasts of arms remain, which need "
    "{contrast} alone."
)
NONE = "The effects of interest rest on no assumption that can be given up by itself."
OTHERWISE = {
    "v": "An arrow that is missing can take identification away; identcheck robust tries each.",
    "x": "The same effects, as averages under the weights of the estimator.",
}
LARGE = "With this many mediators this is not worked out here; identcheck check FILE --assume with the others does it."


def argued(result: Identification, required: Sequence[str]) -> tuple[Assumption, ...]:
    """Every assumption with justification and citation, or with what is still to be written."""
    large = is_large(result.design)
    return tuple(_entry(a, assumption_entry(a, large), a.numeral in required) for a in result.assumptions)


def _entry(a: Decided, made: Assumption, required: bool) -> Assumption:
    if required:
        return replace(made, wanted="" if a.justification else _wanted(a))
    made = replace(made, needs_justification=False)
    if a.open and not a.justification:
        made = replace(made, remarks=(*made.remarks, Fact("Not relied on", UNUSED)))
    return made


def _wanted(a: Decided) -> str:
    """What a justification of the assumption has to say."""
    if a.status == VIOLATED:
        return BROKEN.format(a.numeral)
    check = (
        "and what the data will be able to show"
        if a.falsifiable
        else "since no data can show it, from knowledge of the programme, of its sites and of earlier studies"
    )
    return f"why ({a.numeral}) holds in this trial, {check}; with a source. Say why this does not happen: {a.breaks.rstrip('.')}"


def argument_table(result: Identification, findings: Sequence[Finding], required: Sequence[str]) -> Tabular:
    """The required assumptions in a table, and conditions without a numeral: what each says, and the argument for it."""
    rows: list[tuple[Text, ...]] = []
    for a in (a for a in result.assumptions if a.numeral in required):
        wanted = BROKEN if a.status == VIOLATED else "why ({}) holds in this trial, with a source"
        said = argument(result.design, a.numeral) or (Wanted(wanted.format(a.numeral)),)
        rows.append((f"({a.numeral}) {a.title}", a.statement, said))
    return Tabular(table_of("arguments", "", ("Assumption", *HEADINGS), (*rows, *_unnamed(findings))))


def unnamed_table(findings: Sequence[Finding]) -> Tabular:
    """The open conditions that no numeral grants: what each says, and the argument for it."""
    return Tabular(table_of("unnamed", "", ("Condition", *HEADINGS), _unnamed(findings)))


def _unnamed(findings: Sequence[Finding]) -> Iterator[tuple[Text, ...]]:
    for c in unnamed(findings):
        said = argument(c.design, c.key) or (Wanted("why this holds in this trial, with a source"),)
        yield f"{capital(c.nickname)} (no numeral grants this)", str(c), said


def in_brief(
    result: Identification,
    findings: Sequence[Finding],
    required: Sequence[str],
    missing: Sequence[str],
    lead: str,
) -> Iterator[Block]:
    """What was found for the effects of interest, what it rests on, and which justifications are missing.

    Args:
        result: the identification.
        findings: the effects of interest.
        required: the numerals that they rest on.
        missing: what has no justification: numerals, and keys of conditions without one.
        lead: the design in a sentence or two.
    """
    many = len(findings) > 1
    asked = f"Of the {len(findings)} average effects" if many else "Of the one average effect"
    behind = listed([*in_brackets(required), *nicknames(findings)])
    rest = f"They rest on {behind}, beside what the design itself guarantees." if behind else ""
    # The list is about the outcome's own contrasts: an effect on a mediator may rest on what it does not state.
    own = [f for f in findings if f.best is not None and f.best.outcome == result.design.outcome]
    behind_own = {numeral for f in own for numeral in f.rests_on}
    broken = violated(
        a.numeral for a in result.assumptions if a.status == VIOLATED and a.numeral in behind_own
    )
    found = f"{asked} of interest, {verdict_counts(findings)}."
    yield Paragraph(" ".join(filter(None, (lead, found, rest, broken))))
    if missing:
        yield Blank(f"the justification{'s' * (len(missing) > 1)} of {listed(called(missing))}")


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
    tried = _without(result, required)
    rows = [(f"({a.numeral}) {a.title}", *_outcome(findings, full, again)) for a, again in tried]
    if not rows:
        return Paragraph(NONE), note
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
    for a in (a for a in result.assumptions if a.numeral in required):
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


def _without(result: Identification, required: Sequence[str]) -> Iterator[tuple[Decided, Identification]]:
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
    names, lack = listed([str(f.estimand) for f in lacking]), "lack" if len(lacking) > 1 else "lacks"
    return f" With all of them granted {names} still {lack} {listed(nicknames(lacking))}." if lacking else ""


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
