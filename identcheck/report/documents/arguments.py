"""The assumptions of a document: what is argued for each, and what is still to be written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from identcheck.decide.assumptions import Assumption as Decided
from identcheck.decide.assumptions.base import VIOLATED
from identcheck.decide.identification import Finding, Identification
from identcheck.derive.words import capital, in_brackets, listed
from identcheck.report.blocks import Assumption, Blank, Block, Fact, Paragraph, Tabular
from identcheck.report.proportion import is_large
from identcheck.report.requirements import argument, called, nicknames, unnamed
from identcheck.report.sections.assumptions import assumption_entry
from identcheck.report.sections.overview import verdict_counts, violated
from identcheck.symbols.written import Text, Wanted
from identcheck.tables.table import table_of

__all__ = ["argued", "argument_table", "in_brief", "unnamed_table"]

UNUSED = "The planned analysis of the effects of interest does not use it, so it needs no justification here."
BROKEN = "as the design stands, ({}) is violated; say what you do about it, or change the design"
HEADINGS = ("What it says", "Why it should hold")


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
