"""Reports: an identification in, text or a file out. Values in ``context``, wording in ``build``, looks in templates."""

from __future__ import annotations

from os import PathLike

from identcheck.identification import Identification
from identcheck.report.build import build
from identcheck.report.render import render as render_context
from identcheck.report.save import save as save_text

__all__ = ["render", "save"]


def render(result: Identification, format: str = "text") -> str:
    """The report of an identification as a string: "text", "markdown", "latex", "html" or "json"."""
    return render_context(build(result), format)


def save(result: Identification, path: str | PathLike[str]) -> None:
    """Write the report to a file; the suffix decides the format (see ``Identification.save``)."""
    context = build(result)
    save_text(lambda format: render_context(context, format), path)
