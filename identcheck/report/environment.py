"""The Jinja environments, one per format, and where templates are found.

Escaping is on in every format: a printed value that is not markup of ours is made literal. Only our own
filters and a few harmless ones of Jinja's exist; in particular there is no ``safe``.

A user's folders come before ours, so that a file with the name of one of ours takes its place; ours are always
there under ``identcheck/``, so that such a file can extend the one whose place it takes.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader

from identcheck.errors import ReportError
from identcheck.report.filters import LITERAL, filters
from identcheck.report.sandbox import Sandbox

__all__ = ["OURS", "TEMPLATES", "WORD", "environment", "template_folder", "template_name"]

OURS = "identcheck"
"""The folder under whose name a user's template finds ours."""

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
def environment(format: str, *folders: str) -> Sandbox:
    """The environment of "text", "markdown", "latex" or "html"; a user's folders come before our own."""
    ours = FileSystemLoader(template_folder())
    made = Sandbox(
        LITERAL[format],
        loader=ChoiceLoader(
            # "utf-8-sig" also reads what Windows editors save: with a mark before the first letter.
            [PrefixLoader({OURS: ours}), FileSystemLoader(folders, encoding="utf-8-sig"), ours]
        ),
        autoescape=format != "text",
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
