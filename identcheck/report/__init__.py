"""Reports: an identification in, text or a file out. ``sections`` hold what is said, ``writers`` how it looks.

What one kind of file, a document or a user's templates take is imported where it is asked for.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from identcheck.basics.arguments import path_of
from identcheck.basics.options import Purpose, ReportFormat
from identcheck.decide.identification import Identification
from identcheck.errors import ReportError
from identcheck.report.blocks import Figure, Report
from identcheck.report.matter import missing_justifications
from identcheck.report.writers.render import render as written

if TYPE_CHECKING:
    from identcheck.plan.inputs.plan import Plan
    from identcheck.report.documents import Document
    from identcheck.report.writers.own_templates import OwnTemplates

__all__ = [
    "missing_justifications",
    "render",
    "save",
    "save_fragments",
    "unwritten",
]


def render(
    result: Identification,
    format: ReportFormat | None = None,
    plan: Plan | None = None,
    *,
    trials: int = 0,
    template: str | PathLike[str] | None = None,
    templates: str | PathLike[str] | None = None,
    document: Document | Purpose | None = None,
    full: bool = False,
) -> str:
    """The report of an identification as a string (see ``Identification.render``)."""
    wanted, own = _asked(document), _own(template, templates)
    chosen = format if format is not None else (own and own.format) or "text"
    return written(_report(result, chosen, plan, trials, wanted, full), chosen, own)


def save(
    result: Identification,
    path: str | PathLike[str],
    plan: Plan | None = None,
    *,
    trials: int = 0,
    template: str | PathLike[str] | None = None,
    templates: str | PathLike[str] | None = None,
    document: Document | Purpose | None = None,
    full: bool = False,
) -> None:
    """Write the report to a file; the suffix decides the format (see ``Identification.save``)."""
    from identcheck.report.writers.save import picture_folder, save as save_text

    wanted, own = _asked(document), _own(template, templates)
    made: list[Report] = []

    def text_in(format: str) -> str:
        made.append(_report(result, format, plan, trials, wanted, full, picture_folder(path)))
        return written(made[-1], format, own)

    def pictures() -> dict[str, bytes]:
        return {block.file: block.pdf() for block in made[-1].blocks("figure") if isinstance(block, Figure)}

    save_text(text_in, path, pictures)


def unwritten(
    result: Identification, plan: Plan | None = None, *, document: Document | Purpose | None = None
) -> tuple[str, ...]:
    """What is still to be written in a report or a document (see ``Identification.unwritten``)."""
    from identcheck.report.blanks import missing_in

    wanted = _asked(document)
    least = 0 if wanted is None else 2  # simulated trials; no blank depends on their number
    return missing_in(_report(result, "text", plan, least, wanted, full=True))


def save_fragments(result: Identification, folder: str | PathLike[str]) -> tuple[Path, ...]:
    """Write pieces of LaTeX to a folder (see ``Identification.save_fragments``)."""
    from identcheck.report.sections import report_of
    from identcheck.report.writers.fragments import write_fragments

    return write_fragments(report_of(result, full=True), path_of(folder, ReportError))


def _own(template: str | PathLike[str] | None, templates: str | PathLike[str] | None) -> OwnTemplates | None:
    if template is None and templates is None:
        return None
    from identcheck.report.writers.own_templates import OwnTemplates

    for said in (template, templates):
        if said is not None:
            path_of(said, ReportError)
    return OwnTemplates(template, templates)


def _asked(document: Document | Purpose | None) -> Document | None:
    """The document that is wanted; what documents take is imported only for one."""
    if document is None:
        return None
    from identcheck.report.documents import asked_for

    return asked_for(document)


def _report(
    result: Identification,
    format: str,
    plan: Plan | None,
    trials: int,
    document: Document | None,
    full: bool,
    folder: str = "",
) -> Report:
    if document is None:
        from identcheck.report.sections import report_of  # with all that formulas need: only here

        return report_of(result, plan, trials, format, folder, full or format == "json")
    from identcheck.report.documents.select import document_of  # with all that plans need: only here

    return document_of(result, document, plan, trials)
