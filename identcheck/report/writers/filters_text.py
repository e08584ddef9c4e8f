"""The filters of the plain text of a report, in lines of a page."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any

from identcheck.report.blocks import Tabular
from identcheck.report.writers import tables
from identcheck.report.writers.formulas import PAGE

__all__ = ["FILTERS"]

_VERDICTS = frozenset(
    (
        "identified",
        "zero by the graph",
        "conditional",
        "not identified",
        "undecided",
        "no single number",
        "pending",
    )
)


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


def text_table(table: Tabular, margin: int = 0, short: bool = False) -> str:
    """A table as plain text: drawn, or where its texts are too long for that a line for each cell, or for each row."""
    found = tables.text_rows(table, PAGE - margin)
    if isinstance(found, str):
        return textwrap.indent(found, " " * margin)
    title = [wrap(" ".join(table.table.title.split()), margin)] if table.table.title.split() else []
    if short:
        return "\n".join((*title, *map(_line, found)))
    return "\n\n".join((*title, *(_record(row, margin) for row in found)))


def _line(row: list[tuple[str, str]]) -> str:
    first, *rest = (text.rstrip(".") for _, text in row if text)
    return wrap(f"- {first}: {'; '.join(rest)}" if rest else f"- {first}", 0, 2)


def _record(row: list[tuple[str, str]], margin: int) -> str:
    said = [f"{heading}: {text}" if heading else text for heading, text in row if text]
    margins = [margin + 2, *[margin + 4] * len(said)]
    return "\n".join(wrap(text, indent, margin + 6) for text, indent in zip(said, margins, strict=False))


def loud(badge: str) -> bool:
    """Whether a badge is a verdict, which stands in capitals."""
    return badge in _VERDICTS


FILTERS: dict[str, Callable[..., Any]] = {
    "inside": inside,
    "loud": loud,
    "wrap": wrap,
    "underline": underline,
    "text_table": text_table,
}
"""By name."""
