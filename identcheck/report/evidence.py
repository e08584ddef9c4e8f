"""Evidence as a report: what it is about, its tables and pictures under headings, in every format."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from identcheck import __version__
from identcheck.basics.arguments import path_of
from identcheck.derive.words import counted, listed
from identcheck.errors import ReportError, suggestion
from identcheck.evidence.result import Evidence
from identcheck.report.blocks import Block, Fact, Facts, Figure, Paragraph, Report, Section
from identcheck.report.sections.numbers_tables import PICTURED, tabular
from identcheck.report.sections.overview import treatment_words
from identcheck.report.sections.verdicts import granted_paragraph
from identcheck.report.writers.render import render
from identcheck.report.writers.save import SUFFIXES as REPORTS, picture_folder, save
from identcheck.tables.table import Table
from identcheck.tables.write import SUFFIXES, save_tables

__all__ = ["evidence_report", "render_evidence", "save_evidence"]


def evidence_report(evidence: Evidence, format: str = "text", folder: str = "") -> Report:
    """What the data are and what was granted, and a section for each table that has rows, with its picture.

    Args:
        evidence: what the data say.
        format: HTML, LaTeX and Word have pictures; JSON has every row and column.
        folder: where a LaTeX document finds its pictures; without it, it has none.
    """
    figures, note = _figures(evidence, format, folder) if format in PICTURED else ({}, "")
    head: list[Block] = [Facts(tuple(_facts(evidence))), Paragraph(granted_paragraph(evidence.result))]
    if note:
        head.append(Paragraph(note, soft=True))
    tables = evidence.tables if format == "json" else evidence.printed
    sections = [_section(table, figures.get(table.key, ())) for table in tables]
    subtitle = f"Evidence report, identcheck {__version__}"
    return Report(
        _title(evidence), subtitle, (Section("evidence", "", tuple(head)), *sections), version=__version__
    )


def _figures(evidence: Evidence, format: str, folder: str) -> tuple[dict[str, tuple[Figure, ...]], str]:
    """The pictures and why there are none; what draws them is imported for formats that have any."""
    from identcheck.report.sections.evidence_figures import evidence_figures

    return evidence_figures(evidence, format, folder)


def _title(evidence: Evidence) -> str:
    """The user's title, or one of ours."""
    design = evidence.design
    return (
        design.title
        or f"Effects of {treatment_words(design)} on {design.label(design.outcome)}: what the data say"
    )


def _facts(evidence: Evidence) -> Iterator[Fact]:
    """What was assigned, what it moves, and how many sites, arms and persons the data have."""
    design, effects = evidence.design, evidence.effects
    yield Fact("Treatment" if len(design.treatments) == 1 else "Treatment arms", treatment_words(design))
    yield Fact("Mediators", listed([design.label(m) for m in design.observed_mediators]) or "none measured")
    yield Fact("Outcome", design.label(design.outcome))
    said = [counted(len(effects.sites), design.word("site"), design.word("sites"))]
    if len(effects.arms) > 1:
        said.append(f"{len(effects.site):,} contrasts of {len(effects.arms)} arms with control")
    yield Fact("Data", listed(said))


def _section(table: Table, figures: tuple[Figure, ...]) -> Section:
    """A table under its title, and its pictures."""
    blocks: tuple[Block, ...] = (tabular(replace(table, title="")), *figures)
    return Section(f"evidence-{table.key.replace('_', '-')}", table.title, blocks)


def render_evidence(evidence: Evidence, format: str = "text") -> str:
    """The report as a string (see ``Evidence.render``)."""
    return render(evidence_report(evidence, format), format)


def save_evidence(evidence: Evidence, path: str | os.PathLike[str]) -> Path:
    """Write the report, or the tables (see ``Evidence.save``)."""
    wanted = path_of(path, ReportError)
    if wanted.suffix.lower() in SUFFIXES:
        return save_tables(evidence.tables, wanted)[0]
    if wanted.suffix.lower() not in REPORTS:
        known = tuple(dict.fromkeys((*REPORTS, *SUFFIXES)))
        hint = suggestion(wanted.suffix, known)
        raise ReportError(
            f"cannot tell the format of {str(wanted)!r}{hint}; evidence ends in one of {', '.join(known)}"
        )
    made: list[Report] = []

    def text_in(format: str) -> str:
        made.append(evidence_report(evidence, format, picture_folder(path)))
        return render(made[-1], format)

    def pictures() -> dict[str, bytes]:
        return {block.file: block.pdf() for block in made[-1].blocks("figure") if isinstance(block, Figure)}

    return save(text_in, wanted, pictures)
