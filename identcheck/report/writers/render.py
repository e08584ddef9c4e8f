"""From a report to text: one call per format, and nothing is written anywhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from identcheck.basics.arguments import is_word
from identcheck.errors import ReportError, suggestion
from identcheck.report.blocks import Report
from identcheck.report.writers import tree
from identcheck.report.writers.environment import environment
from identcheck.symbols.typeset import printable

if TYPE_CHECKING:
    from identcheck.report.writers.own_templates import OwnTemplates

__all__ = ["FORMATS", "finished", "render", "tidy"]

FORMATS = (*tree.FORMATS, "json")


def render(report: Report, format: str, own: OwnTemplates | None = None) -> str:
    """The report in a format: "text", "markdown", "latex", "html" or "json".

    Args:
        report: what is shown.
        format: the format.
        own: a user's templates.

    Raises:
        ReportError: no such format, or what is wrong with a user's template.
    """
    if not is_word(format, (*FORMATS, tree.WORD)):
        known = ", ".join(FORMATS)
        raise ReportError(f"no report format {format!r}{suggestion(format, FORMATS)}; known are {known}")
    if own is not None:
        return finished(own.render(report, format), format)
    if format == "json":
        from identcheck.report.writers.json import as_json

        return as_json(report)
    return finished(environment(format).get_template(tree.frame_name(format)).render(report=report), format)


def finished(text: str, format: str) -> str:
    """What a template gave, without idle space, and in LaTeX with characters that its fonts have."""
    text = tidy(text)
    return printable(text) if format == "latex" else text


def tidy(text: str) -> str:
    """No space at the end of a line, no two blank lines in a row, one line break at the end."""
    text = re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"
