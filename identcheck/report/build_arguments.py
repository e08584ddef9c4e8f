"""The assumptions of a document: what is argued for each, and what is still to be written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from identcheck.assumptions import Assumption
from identcheck.design import Design
from identcheck.identification import Identification
from identcheck.report.build_assumptions import assumption_entry
from identcheck.report.context_documents import DocumentCell, DocumentTable, Piece
from identcheck.report.context_entries import AssumptionEntry, Fact
from identcheck.words import listed

__all__ = ["argued", "argument_table", "in_brief", "risks"]

UNUSED = "None of the effects of interest rests on it, so it needs no justification here."


def argued(result: Identification, required: Sequence[str]) -> tuple[AssumptionEntry, ...]:
    """Every assumption with justification and citation, or with what is still to be written."""
    return tuple(_entry(a, result.design, required) for a in result.assumptions)


def _entry(a: Assumption, design: Design, required: Sequence[str]) -> AssumptionEntry:
    made = assumption_entry(a, design)
    if a.numeral in required:
        return replace(made, wanted="" if a.justification else _wanted(a))
    made = replace(made, needs_justification=False)
    if a.open and not a.justification:
        made = replace(made, remarks=(*made.remarks, Fact("Not relied on", UNUSED)))
    return made


def _wanted(a: Assumption) -> str:
    """What a justification of the assumption has to say."""
    if a.status == "violated":
        return (
            f"as the design stands, ({a.numeral}) is violated; say what you do about it, or change the design"
        )
    check = (
        "and what the data will be able to show"
        if a.falsifiable
        else "since no data can show it, from knowledge of the programme, of its sites and of earlier studies"
    )
    return f"why ({a.numeral}) holds in this trial, {check}; with a source. Say why this does not happen: {a.breaks}"


def argument_table(result: Identification, required: Sequence[str]) -> DocumentTable:
    """The required assumptions in a table: what each says, and the argument for it."""
    rows = []
    for a in result.assumptions:
        if a.numeral in required:
            said = " ".join(filter(None, (a.justification, a.citation and f"Source: {a.citation}")))
            blank = "" if a.justification else f"why ({a.numeral}) holds in this trial, with a source"
            rows.append(
                (
                    DocumentCell(f"({a.numeral}) {a.title}"),
                    DocumentCell(a.statement),
                    DocumentCell(said, blank=blank),
                )
            )
    return DocumentTable("", ("Assumption", "What it says", "Why it should hold"), tuple(rows))


def in_brief(summary: Sequence[str], granted: str, missing: Sequence[str]) -> Piece:
    """What was found, what was granted, and how many justifications are missing."""
    to_write = listed([f"({n})" for n in missing])
    many = "justifications" if len(missing) > 1 else "justification"
    return Piece(
        text=" ".join([*summary, granted]), blank=f"the {many} of {to_write}, below" if missing else ""
    )


def risks(result: Identification, required: Sequence[str]) -> DocumentTable:
    """For each required assumption what would break it and what data can tell."""
    rows = tuple(
        (DocumentCell(f"({a.numeral}) {a.title}"), DocumentCell(a.breaks), DocumentCell(a.check_text))
        for a in result.assumptions
        if a.numeral in required
    )
    return DocumentTable("", ("Assumption", "What would break it", "What data can tell"), rows)
