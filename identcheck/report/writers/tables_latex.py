"""Tables in LaTeX: how wide their columns are, and formulas that are too long for a column under their row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from identcheck.report.blocks import Section, Tabular
from identcheck.report.writers.formulas import display_lines, printed_width
from identcheck.report.writers.tables import SMALL, SMALLER, Heading, Printed, PrintedCell, Widths, widths
from identcheck.symbols.written import Formula

__all__ = ["Laid", "Row", "laid", "needed"]

LONG_FORMULA = 110
"""Letters of a formula that stands under its row, over the whole width: in a column it would be a tower."""

MOST_LINES = 8
"""Lines of such a formula in one row, as a row is never broken between pages."""


BEGINNING, SHORT_TABLE = 11, 12
"""Lines that a heading and the beginning of what it announces take; rows of a table of numbers that stands on one page."""


@dataclass(frozen=True)
class Row:
    """A row of a table in LaTeX.

    Attributes:
        cells: its cells.
        below: formulas under it, over the whole width, each a row of its own.
    """

    cells: tuple[PrintedCell, ...]
    below: tuple[Formula, ...] = ()


@dataclass(frozen=True)
class Laid:
    """A table as LaTeX sets it, as the filter ``laid`` gives it.

    Attributes:
        headings: its headings.
        rows: its rows.
        footnotes: long texts that the cells refer to by number, from 1.
        columns: their widths.
        small: whether its print is the smaller one, that of numbers.
    """

    headings: tuple[Heading, ...]
    rows: tuple[Row, ...]
    footnotes: tuple[str, ...]
    columns: Widths
    small: bool


def laid(table: Printed) -> Laid:
    """The table with its widths; a column with a very long formula gives its formulas to the rows' full width."""
    places = range(len(table.headings))
    tall = {i for i in places if any(_is_tall(row[i]) for row in table.rows)}
    kept = [i for i in places if i not in tall]
    rows = tuple(
        Row(tuple(row[i] for i in kept), tuple(f for i in sorted(tall) for f in _below(row[i])))
        for row in table.rows
    )
    shown = replace(
        table, headings=tuple(table.headings[i] for i in kept), rows=tuple(row.cells for row in rows)
    )
    small = shown.numeric or shown.narrow
    return Laid(shown.headings, rows, table.footnotes, widths(shown), small)


def _is_tall(cell: PrintedCell) -> bool:
    return sum(printed_width(formula.latex) for formula in cell.formulas) > LONG_FORMULA


def _below(cell: PrintedCell) -> Iterator[Formula]:
    """The formulas of a cell, long ones in pieces of a few lines."""
    for formula in cell.formulas:
        lines = display_lines(formula.latex, SMALL)
        for start in range(0, len(lines), MOST_LINES):
            yield Formula(" ".join(lines[start : start + MOST_LINES]))


def needed(section: Section) -> int:
    """The lines of a page that a heading takes with what has to stand right below it, such as a short table with its notes."""
    first = next(iter(section.blocks), None)
    if isinstance(first, Section):
        return needed(first) + 4
    rows = len(first.table.rows) if isinstance(first, Tabular) else 0
    if not isinstance(first, Tabular) or rows > SHORT_TABLE:
        return BEGINNING
    return BEGINNING + 1 + rows + (len(first.legend) + len(first.table.note)) // SMALLER
