"""The numbered assumptions, and what data can say of each; in a large design with counts in place of long lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from identcheck.decide.assumptions import Assumption as Decided, also_given
from identcheck.decide.assumptions.base import BY_DECLARATION, VIOLATED
from identcheck.decide.identification import Identification
from identcheck.describe.design import Design
from identcheck.report.blocks import Assumption, Fact, Facts, Section
from identcheck.report.matter import Matter
from identcheck.report.proportion import is_large
from identcheck.symbols.written import Formula

__all__ = ["assumption_entry", "checks_section", "given_section", "numbered_section"]

NOT_USED = "violated for other effects"

FEW = 2
"""Where an entry of a large design has more than one formula, or line of one kind, beyond this number, it shows only so many."""


def numbered_section(matter: Matter) -> Section:
    """The whole list for the outcome's own equation: formulas, expansions, remarks."""
    large, design = is_large(matter.design), matter.design
    said = {ground.name for ground in matter.grounds}
    entries = (_formal(assumption_entry(a, large), a.numeral in said) for a in matter.result.assumptions)
    heading = f"The numbered assumptions, for the equation of {design.label(design.outcome)}"
    return Section("numbered", heading, (*entries, *given_section(design)))


def _formal(made: Assumption, said: bool) -> Assumption:
    """An entry without what stands in the main part; its status where that says more than the main part does."""
    status = "" if said and made.status != BY_DECLARATION else made.status
    status = NOT_USED if made.status == VIOLATED else status
    bare = replace(made, status=status, status_text="", reason="", check="", check_text="", breaks="")
    bare = replace(bare, justification="", citation="", needs_justification=False, place="numbered")
    return replace(bare, statement="") if said else bare


def given_section(design: Design) -> tuple[Section, ...]:
    """What stands behind the list; nothing where nothing does."""
    rows = tuple(Fact(remark.heading, remark.text) for remark in also_given(design))
    return (Section("also-given", "Also taken as given", (Facts(rows, narrow=False),)),) if rows else ()


def checks_section(result: Identification, *more: Section) -> Section:
    """The assumptions that data can speak to, and those of which they cannot; then what else belongs there."""
    parts: list[Section] = []
    for id, heading, wanted in (
        ("checkable", "Data can speak to", True),
        ("uncheckable", "No data can speak to", False),
    ):
        found = (a for a in result.assumptions if a.falsifiable is wanted)
        rows = tuple(Fact(f"({a.numeral}) {a.title}", a.check_text) for a in found)
        parts.append(Section(id, heading, (Facts(rows, narrow=False),) if rows else ()))
    said = tuple(part for part in (*parts, *more) if part.blocks)
    return Section("checks", "What data can check, and what they cannot", said)


def assumption_entry(a: Decided, large: bool = False) -> Assumption:
    """An assumption as it is shown; in a large design the first of many formulas and lines."""
    return Assumption(
        numeral=a.numeral,
        title=a.title,
        statement=a.statement,
        formulas=_formulas(a.formulas, large),
        details=_lines(a.details) if large else a.details,
        detail_formulas=() if large else _formulas(a.detail_formulas, large),
        reason=a.reason,
        status=a.status,
        status_text=a.status_text,
        check=a.check,
        check_text=a.check_text,
        breaks=a.breaks,
        justification=a.justification,
        citation=a.citation,
        remarks=tuple(Fact(remark.heading, remark.text) for remark in a.remarks),
        needs_justification=a.open,
    )


def _formulas(formulas: Sequence[str], large: bool) -> tuple[Formula, ...]:
    """The formulas; in a large design the first of many, and how many more."""
    shown = list(formulas)
    if large and len(shown) > FEW + 1:
        shown = [*shown[:FEW], rf"\text{{and {len(shown) - FEW} more}}"]
    return tuple(map(Formula, shown))


def _lines(details: Sequence[str]) -> tuple[str, ...]:
    """Lines that begin alike, such as one for each arrow, counted after the first."""
    shown: list[str] = []
    kinds = {"Arrow": "arrows between mediators", "No": "absent arrows"}
    lines = sorted(details, key=lambda line: line.startswith("No "))
    for word, same in groupby(lines, key=lambda line: line.partition(" ")[0]):
        alike = list(same)
        if len(alike) > FEW + 1:
            kind = kinds.get(word, "of the kind")
            alike[FEW:] = [f"And {len(alike) - FEW:,} more: {len(alike):,} {kind} in all."]
        shown += alike
    return tuple(shown)
