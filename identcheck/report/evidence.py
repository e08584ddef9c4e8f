"""Evidence as a report: its tables under headings, in every format, by the same blocks and writers as other results."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from identcheck import __version__
from identcheck.basics.arguments import path_of
from identcheck.errors import ReportError
from identcheck.evidence.result import Evidence
from identcheck.report.blocks import Paragraph, Report, Section
from identcheck.report.sections.numbers import tabular
from identcheck.report.sections.overview import title_of
from identcheck.report.sections.verdicts import granted_paragraph
from identcheck.report.writers.render import render
from identcheck.report.writers.save import save
from identcheck.tables.table import Table
from identcheck.tables.write import SUFFIXES, save_tables

__all__ = ["evidence_report", "render_evidence", "save_evidence"]


def evidence_report(evidence: Evidence) -> Report:
    """A section for each table that has rows, and what was granted."""
    number = __version__
    granted = Section("evidence", "", (Paragraph(granted_paragraph(evidence.result)),))
    sections = (_section(table) for table in evidence.tables)
    subtitle = f"Evidence report, identcheck {number}"
    return Report(title_of(evidence.design), subtitle, (granted, *sections), version=number)


def _section(table: Table) -> Section:
    """A table under its title."""
    return Section(
        f"evidence-{table.key.replace('_', '-')}", table.title, (tabular(replace(table, title="")),)
    )


def render_evidence(evidence: Evidence, format: str = "text") -> str:
    """The report as a string (see ``Evidence.render``)."""
    return render(evidence_report(evidence), format)


def save_evidence(evidence: Evidence, path: str | os.PathLike[str]) -> Path:
    """Write the report, or the tables (see ``Evidence.save``)."""
    wanted = path_of(path, ReportError)
    if wanted.suffix.lower() in SUFFIXES:
        return save_tables(evidence.tables, wanted)[0]
    made = evidence_report(evidence)
    return save(lambda format: render(made, format), wanted)
