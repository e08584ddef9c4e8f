"""Tables of numbers as they are printed: rounded, and long texts that repeat as numbered notes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from identcheck.report.context import Formula
from identcheck.report.context_documents import DocumentCell, DocumentTable
from identcheck.report.context_numbers import Cell, NumberTable

if TYPE_CHECKING:
    from identcheck.tables.table import Table

__all__ = [
    "Heading",
    "Printed",
    "PrintedCell",
    "document_shares",
    "latex_columns",
    "printed",
    "shares",
    "text_table",
]

PAGE_EMS = 48.5
"""The width of a page in ems of the small print that tables are set in."""

GAP_EMS = 0.67
EMS_A_LETTER = 0.52
LEAST_EMS = 4.5
"""No column of text is narrower."""


@dataclass(frozen=True)
class Heading:
    """A heading of a table in print.

    Attributes:
        title: the heading.
        number: whether its column stands to the right.
    """

    title: str
    number: bool


@dataclass(frozen=True)
class PrintedCell:
    """A cell of a table in print.

    Attributes:
        text: what it says.
        number: whether its column stands to the right.
        formula: the formula to print in place of the text, where the text is one; else None.
    """

    text: str
    number: bool
    formula: Formula | None = None


@dataclass(frozen=True)
class Printed:
    """A table in print, as the filter ``printed`` gives it.

    Attributes:
        headings: its headings.
        rows: a cell for each heading.
        footnotes: long texts that the cells refer to by number, from 1.
    """

    headings: tuple[Heading, ...]
    rows: tuple[tuple[PrintedCell, ...], ...]
    footnotes: tuple[str, ...]


def printed(table: NumberTable) -> Printed:
    """A table as HTML, LaTeX and Markdown print it; a column without entries is left out."""
    from identcheck.tables.terminal import (
        cell_text,
        holds_figures,
        is_number,
        numbered,
        with_errors_in_brackets,
    )

    plain = with_errors_in_brackets(_plain(table))
    columns, numbers = [], []
    for place, column in enumerate(plain.columns):
        cells = [row[place] for row in plain.rows]
        columns.append([cell_text(cell, column) for cell in cells])
        numbers.append(holds_figures(columns[-1], is_number(column, cells)))
    formulas = {text: Formula(latex) for text, latex in table.formulas}
    whole = [list(cells) for cells in columns]
    columns = [
        ["" if text in formulas else text for text in cells] for cells in columns
    ]  # no formula is a note
    footnotes = numbered(columns)
    headings = tuple(Heading(c.title, number) for c, number in zip(plain.columns, numbers, strict=True))
    rows = tuple(
        tuple(
            PrintedCell(original, number, formulas[original])
            if original in formulas
            else PrintedCell(text, number)
            for text, original, number in zip(row, texts, numbers, strict=True)
        )
        for row, texts in zip(zip(*columns, strict=True), zip(*whole, strict=True), strict=True)
    )
    return Printed(headings, rows, tuple(footnotes))


def text_table(table: NumberTable, width: int) -> str:
    """A table as plain text, as the command line prints it."""
    from identcheck.tables.terminal import table_text

    return table_text(_plain(table), width)


def _plain(table: NumberTable) -> Table:
    """The table without columns that are empty, its texts on one line, and without its note."""
    from identcheck.tables.table import Column, Table

    kept = [i for i in range(len(table.columns)) if any(row[i] not in (None, "") for row in table.rows)]
    columns = (table.columns[i] for i in kept)
    return Table(
        key=table.identifier,
        title=" ".join(table.title.split()),
        columns=tuple(Column(c.identifier, " ".join(c.title.split()), "", c.digits) for c in columns),
        rows=tuple(tuple(_squeezed(row[i]) for i in kept) for row in table.rows),
    )


def latex_columns(table: Printed) -> tuple[float, ...]:
    """The width of each column in ems: as wide as it is, or so that text columns share what numbers leave."""
    wanted = []
    for place, heading in enumerate(table.headings):
        cells = [row[place].text for row in table.rows]
        words = max(map(len, heading.title.split()), default=1)
        own = max(map(len, cells), default=1)
        wanted.append((max(own, words) + 0.5) * EMS_A_LETTER)
    room = PAGE_EMS - GAP_EMS * (len(wanted) - 1)
    if sum(wanted) <= room:
        return tuple(wanted)
    texts = [i for i, heading in enumerate(table.headings) if not heading.number]
    left = room - sum(width for i, width in enumerate(wanted) if i not in texts)
    widths = _shared({i: wanted[i] for i in texts}, left)
    found = [widths.get(i, width) for i, width in enumerate(wanted)]
    factor = min(1.0, room / sum(found))
    return tuple(width * factor for width in found)


def _shared(wanted: dict[int, float], room: float) -> dict[int, float]:
    """Room for columns of text: those that want little get it, the others share the rest evenly."""
    found: dict[int, float] = {}
    for place in sorted(wanted, key=lambda i: wanted[i]):
        fair = room / (len(wanted) - len(found))
        found[place] = max(min(wanted[place], fair), LEAST_EMS)
        room -= found[place]
    return found


def _squeezed(cell: Cell) -> Cell:
    return " ".join(cell.split()) if isinstance(cell, str) else cell


def shares(columns: Sequence[Sequence[str]], room: float = 1.0) -> tuple[float, ...]:
    """The share of a page that each column of a table gets: more for more text, but room for its longest word.

    Args:
        columns: the texts of each column.
        room: how much more than its letters a longest word takes.
    """
    wanted = []
    for texts in columns:
        longest = max((len(word) for text in texts for word in text.split()), default=1)
        wanted.append(max(math.sqrt(sum(map(len, texts))), room * longest + 10 * (room - 1)))
    return tuple(width / sum(wanted) for width in wanted)


def document_shares(table: DocumentTable) -> tuple[float, ...]:
    """The same for a table of a document."""
    columns = [
        [heading, *(_letters(row[i]) for row in table.rows)] for i, heading in enumerate(table.headings)
    ]
    return shares(columns)


def _letters(cell: DocumentCell) -> str:
    """About what a cell prints; a formula as a word of middling length."""
    return " ".join(filter(None, ("formula" if cell.formula else "", cell.text, cell.blank)))
