"""Reports: an identification in, text or a file out. Values in ``context``, wording in ``build``, looks in templates."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from identcheck.basics.arguments import path_of
from identcheck.basics.options import Purpose, ReportFormat
from identcheck.decide.identification import Identification
from identcheck.errors import ReportError
from identcheck.report.build import build
from identcheck.report.documents import Document, asked_for
from identcheck.report.fragments import write_fragments
from identcheck.report.own_templates import OwnTemplates
from identcheck.report.render import render as render_context
from identcheck.report.requirements import missing_justifications
from identcheck.report.save import picture_folder
from identcheck.report.save import save as save_text

if TYPE_CHECKING:
    from identcheck.plan import Plan
    from identcheck.report.context import ReportContext

__all__ = ["Document", "missing_justifications", "render", "save", "save_fragments"]


def render(
    result: Identification,
    format: ReportFormat | None = None,
    plan: Plan | None = None,
    *,
    trials: int = 0,
    template: str | PathLike[str] | None = None,
    templates: str | PathLike[str] | None = None,
    document: Document | Purpose | None = None,
) -> str:
    """The report of an identification as a string (see ``Identification.render``)."""
    wanted = asked_for(document)
    own = _own(template, templates)
    chosen = format or (own and own.format) or "text"
    return render_context(_context(result, chosen, plan, trials, wanted), chosen, own)


def save(
    result: Identification,
    path: str | PathLike[str],
    plan: Plan | None = None,
    *,
    trials: int = 0,
    template: str | PathLike[str] | None = None,
    templates: str | PathLike[str] | None = None,
    document: Document | Purpose | None = None,
) -> None:
    """Write the report to a file; the suffix decides the format (see ``Identification.save``)."""
    wanted = asked_for(document)
    own = _own(template, templates)
    made: list[ReportContext] = []

    def text_in(format: str) -> str:
        made.append(_context(result, format, plan, trials, wanted, picture_folder(path)))
        return render_context(made[-1], format, own)

    def pictures() -> dict[str, bytes]:
        numbers = made[-1].numbers
        figures = [figure for section in numbers.sections for figure in section.figures] if numbers else []
        return {figure.drawing.file: figure.drawing.pdf() for figure in figures}

    save_text(text_in, path, pictures)


def _own(template: str | PathLike[str] | None, templates: str | PathLike[str] | None) -> OwnTemplates | None:
    if template is None and templates is None:
        return None
    for said in (template, templates):
        if said is not None:
            path_of(said, ReportError)
    return OwnTemplates(template, templates)


def save_fragments(result: Identification, folder: str | PathLike[str]) -> tuple[Path, ...]:
    """Write pieces of LaTeX to a folder (see ``Identification.save_fragments``)."""
    return write_fragments(build(result), path_of(folder, ReportError))


def _context(
    result: Identification,
    format: str,
    plan: Plan | None,
    trials: int,
    document: Document | None,
    folder: str = "",
) -> ReportContext:
    if document is not None:
        from identcheck.report.build_document import build_document

        return build_document(result, build(result), document, plan, trials)
    if plan is None:
        return build(result)
    from identcheck.report.build_numbers import build_numbers

    return build(result, build_numbers(result.design, plan, format, trials, folder))
