"""The Jinja environments, one per format, and where templates are found.

Escaping is on in every format: a printed value that is not markup of ours is made literal. Only our own
filters and a few harmless ones of Jinja's exist; in particular there is no ``safe``.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from identcheck.errors import ReportError
from identcheck.report.escaping import finalizer
from identcheck.report.filters import LITERAL, filters

__all__ = ["TEMPLATES", "WORD", "environment", "template_folder", "template_name"]

TEMPLATES = {
    "text": "report.txt.jinja",
    "markdown": "report.md.jinja",
    "latex": "report.tex.jinja",
    "html": "report.html.jinja",
}

WORD = "word"
"""The format on the way to a Word document: the templates of HTML, with formulas as TeX."""

_LATEX_DELIMITERS = {
    "block_start_string": "((*",
    "block_end_string": "*))",
    "variable_start_string": "(((",
    "variable_end_string": ")))",
    "comment_start_string": "((=",
    "comment_end_string": "=))",
}
_KEPT = ("first", "last", "length", "list", "lower", "map", "select", "selectattr", "upper")


@cache
def environment(format: str) -> ImmutableSandboxedEnvironment:
    """The environment of "text", "markdown", "latex" or "html"."""
    made = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(template_folder()),
        autoescape=format != "text",
        undefined=StrictUndefined,
        finalize=finalizer(LITERAL[format]),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        **(_LATEX_DELIMITERS if format == "latex" else {}),
    )
    made.filters = {name: made.filters[name] for name in _KEPT} | filters(format)
    return made


def template_name(format: str, document: bool = False) -> str:
    """The name of the template that makes a report, or a document to submit, in a format."""
    name = TEMPLATES["html" if format == WORD else format]
    return name.replace("report.", "document.") if document else name


def template_folder() -> Path:
    """Where our templates are: inside an installed package, or at the top of a checkout.

    Raises:
        ReportError: they are in neither place.
    """
    packaged = Path(str(resources.files("identcheck"))) / "templates"
    checkout = Path(__file__).resolve().parents[2] / "templates"
    for folder in (packaged, checkout):
        if (folder / TEMPLATES["text"]).is_file():
            return folder
    raise ReportError(f"the report templates are missing: neither {packaged} nor {checkout} holds them")
