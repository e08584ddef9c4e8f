"""The numbered assumptions as entries of a report; in a large design with counts in place of long lists."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from identcheck.decide.assumptions import Assumption
from identcheck.describe.design import Design
from identcheck.report.context import AssumptionEntry, Fact, Formula
from identcheck.report.proportion import is_large

__all__ = ["assumption_entry", "check_fact", "entry_of"]

FEW = 2
"""So many formulas, or lines of one kind, an entry shows in a large design where there are more than one more."""


def assumption_entry(a: Assumption, design: Design) -> AssumptionEntry:
    """An assumption as the templates see it."""
    return entry_of(a, is_large(design))


def entry_of(a: Assumption, large: bool) -> AssumptionEntry:
    """The same, where only the size of the design is known."""
    return AssumptionEntry(
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


def check_fact(a: Assumption) -> Fact:
    """What data say of an assumption, under its numeral and title."""
    return Fact(f"({a.numeral}) {a.title}", a.check_text)


def _formulas(formulas: Sequence[str], large: bool) -> tuple[Formula, ...]:
    """The formulas; in a large design the first of many, and how many more."""
    shown = list(formulas)
    if large and len(shown) > FEW + 1:
        shown = [*shown[:FEW], rf"\text{{and {len(shown) - FEW} more}}"]
    return tuple(map(Formula, shown))


def _lines(details: Sequence[str]) -> tuple[str, ...]:
    """Lines that begin alike, such as one for each arrow, counted after the first."""
    shown: list[str] = []
    for _, same in groupby(
        sorted(details, key=lambda line: line.split()[:1] == ["No"]), key=lambda line: line.split()[:1]
    ):
        alike = list(same)
        if len(alike) <= FEW + 1:
            shown += alike
            continue
        kind = {"Arrow": "arrows between mediators", "No": "absent arrows"}.get(
            alike[0].split()[0], "of the kind"
        )
        shown += [*alike[:FEW], f"And {len(alike) - FEW:,} more: {len(alike):,} {kind} in all."]
    return tuple(shown)
