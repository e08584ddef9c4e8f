"""From a report's context to text: one call per format, and nothing is written anywhere."""

from __future__ import annotations

import re

from identcheck.basics.arguments import is_word
from identcheck.errors import ReportError, suggestion
from identcheck.report.as_json import as_json
from identcheck.report.context import ReportContext
from identcheck.report.environment import TEMPLATES, WORD, environment, template_name
from identcheck.report.own_templates import OwnTemplates
from identcheck.symbols.typeset import printable

__all__ = ["FORMATS", "render", "render_template", "tidy"]

FORMATS = (*TEMPLATES, "json")


def render(context: ReportContext, format: str, own: OwnTemplates | None = None) -> str:
    """The report in a format: "text", "markdown", "latex", "html" or "json".

    Args:
        context: what the report shows.
        format: the format.
        own: a user's templates.

    Raises:
        ReportError: no such format, or what is wrong with a user's template.
    """
    if not is_word(format, (*FORMATS, WORD)):
        known = ", ".join(FORMATS)
        raise ReportError(f"no report format {format!r}{suggestion(format, FORMATS)}; known are {known}")
    if own is not None:
        return _finished(own.render(context, format), format)
    if format == "json":
        return as_json(context)
    return render_template(context, template_name(format, context.document is not None), format)


def render_template(context: ReportContext, name: str, format: str) -> str:
    """One of our templates, rendered."""
    return _finished(environment(format).get_template(name).render(report=context), format)


def _finished(text: str, format: str) -> str:
    text = tidy(text)
    return printable(text) if format == "latex" else text


def tidy(text: str) -> str:
    """No space at the end of a line, no two blank lines in a row, one line break at the end."""
    text = re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"
