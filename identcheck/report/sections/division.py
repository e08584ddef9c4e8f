"""How an intent-to-treat effect divides, by the last measured mediator before the outcome (theory section 16)."""

from __future__ import annotations

from collections.abc import Iterator

from identcheck.decide.division import Division, divisions
from identcheck.decide.identification import Finding, Identification
from identcheck.decide.shares import NEAR_ZERO, share_words
from identcheck.derive.words import capital
from identcheck.report.blocks import Section, Tabular
from identcheck.report.matter import Matter
from identcheck.report.sections.verdicts import average_of
from identcheck.symbols.written import Badge, Code
from identcheck.tables.table import Cell, table_of

__all__ = ["division_section", "division_tables"]

HEADINGS = ("Through", "Average", "Verdict", "At the planned numbers")
FEW = 8


def division_section(matter: Matter) -> Section:
    """A table for each arm whose effect has more parts than one; with their numbers where there is a plan."""
    return Section(
        "division", "How much goes through each mediator", tuple(division_tables(matter.result, matter))
    )


def division_tables(result: Identification, matter: Matter | None = None) -> Iterator[Tabular]:
    """The tables themselves; below the last one that the parts add up, and the warning about shares."""
    every = divisions(result)
    numbered = matter is not None and matter.divided is not None
    for division in every:
        note = division.note if division is every[-1] else ""
        if numbered and note:
            note += f" No share is given where the whole is less than {NEAR_ZERO:g} of its standard errors away from 0."
        rows = tuple(_rows(division, matter if numbered else None))
        headings = HEADINGS[: 3 + numbered]
        yield Tabular(table_of("division", division.title, headings, rows, note))


def _rows(division: Division, matter: Matter | None) -> Iterator[tuple[Cell, ...]]:
    if division.alike and len(division.parts) > FEW and matter is None:
        for through, asked, answer, missing in division.rows():
            yield capital(through), asked, _verdict(answer, missing)
        return
    for part, (through, asked, answer, missing) in zip(division.parts, division.each(), strict=True):
        numbers = () if matter is None else (_numbers(matter, part),)
        words = (f"{capital(through, part.design)} ", Code(asked))
        yield words, (average_of(part),), _verdict(answer, missing), *numbers


def _verdict(answer: str, missing: str) -> Cell:
    return (Badge(answer), f": only with {missing}") if missing else (Badge(answer),)


def _numbers(matter: Matter, part: Finding) -> str:
    """True value, standard error, share and its interval: "0.10, SE 0.03; share 37% (20% to 55%)"."""
    assert matter.divided is not None
    found = matter.divided[part.estimand]
    digits = matter.divided.digits_for(found.se)
    said = f"{found.question.target:.{digits}f}"
    if found.se is None:
        return f"{said}; {found.question.reason}" if found.question.reason else said
    said += f", SE {found.se:.{digits}f}"
    if found.share is None or found.share_low is None or found.share_high is None:
        return said
    return f"{said}; share {share_words(found.share, found.share_low, found.share_high)}"
