"""The filters of the plain text of a report, in lines of a page."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from typing import Any

from identcheck.report import formulas, tables
from identcheck.report.context import Formula, WitnessTable
from identcheck.report.context_numbers import NumberTable
from identcheck.report.formulas import latex_of
from identcheck.symbols.typeset import unicode

__all__ = ["FILTERS", "PAGE"]

PAGE = 88
"""Columns of a page of plain text."""


def text_math(formula: Formula) -> str:
    """A formula within a line of plain text."""
    return unicode(latex_of(formula))


def text_display(formula: Formula, indent: int = 4, label: str = "", tail: Sequence[Formula] = ()) -> str:
    """A formula on lines of its own in plain text, with a label before the first."""
    lines = formulas.text_display([latex_of(part) for part in (formula, *tail)], PAGE - indent - 4)
    margins = [label.ljust(indent), *[" " * indent] * len(lines)]
    return "\n".join(map(str.__add__, margins, lines))


def inside(text: str, indent: int = 4) -> str:
    """Lines of code indented, to stand inside a function."""
    return textwrap.indent(text, " " * indent)


def wrap(text: str, indent: int = 0, hang: int | None = None) -> str:
    """A paragraph of plain text in lines of 88 characters, further lines indented by `hang`."""
    return textwrap.fill(
        " ".join(text.split()),
        PAGE,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent if hang is None else hang),
        break_long_words=False,
        break_on_hyphens=False,
    )


def underline(text: str, sign: str) -> str:
    """A heading of plain text, wrapped, with a line of `sign` below it."""
    lines = wrap(text).splitlines() or [""]
    return "\n".join([*lines, sign * max(map(len, lines))])


def columns(table: WitnessTable) -> list[str]:
    """The rows of a table as lines of plain text, the first column to the left, the others to the right."""
    rows = [[" ".join(cell.split()) for cell in row] for row in (table.columns, *table.rows)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in rows
    ]


def text_table(table: NumberTable) -> str:
    """A table of numbers as plain text."""
    return tables.text_table(table, PAGE)


FILTERS: dict[str, Callable[..., Any]] = {
    "math": text_math,
    "display": text_display,
    "inside": inside,
    "wrap": wrap,
    "underline": underline,
    "columns": columns,
    "text_table": text_table,
}
"""By name."""
