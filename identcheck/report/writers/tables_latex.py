"""Tables in LaTeX: how wide their columns are, and formulas that are too long for a column under their row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from markupsafe import Markup

from identcheck.report.writers.formulas import display_lines, printed_width
from identcheck.report.writers.tables import Heading, Printed, PrintedCell, letters_of, shares
from identcheck.symbols.written import Formula

__all__ = ["Laid", "Row", "Widths", "laid", "widths"]

SMALL, SMALLER = 84, 93
"""About the letters of a line of a page in LaTeX, in the print of tables of texts, and in that of tables of numbers."""

GAP = 1.6
"""Letters between two columns."""

LONG_WORD = 17
"""Letters of a word for which every column of text has room."""

UNBROKEN = 21
"""Letters of a formula or a badge for which its column has room."""

LONG_FORMULA = 110
"""Letters of a formula that stands under its row, over the whole width: in a column it would be a tower."""

MOST_LINES = 8
"""Lines of such a formula in one row, as a row is never broken between pages."""


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


@dataclass(frozen=True)
class Widths:
    """The columns of a table in LaTeX.

    Attributes:
        spec: their specification for ``longtable``.
        letters: about how many letters each can hold in a line.
    """

    spec: str
    letters: tuple[int, ...]


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


def widths(table: Printed) -> Widths:
    """The columns of a table in LaTeX: as wide as they are, or so that columns of text share what numbers leave."""
    line = SMALLER if table.numeric or table.narrow else SMALL
    room = line - GAP * (len(table.headings) - 1)
    texts = letters_of(table)
    found = [max(map(len, column)) + 1.0 for column in texts]
    if sum(found) > room:
        found = _divided(texts, [heading.number for heading in table.headings], room)
    spec = ""
    for heading, width in zip(table.headings, found, strict=True):
        side = r"\raggedleft\arraybackslash" if heading.number else r"\icragged"
        spec += rf">{{{side}}}p{{{width / line:.4f}\linewidth}}"
    return Widths(Markup(f"@{{}}{spec}@{{}}"), tuple(max(8, int(width * 1.15)) for width in found))


def _divided(texts: list[list[str]], numbers: list[bool], room: float) -> list[float]:
    """The room divided by what the columns say, but each with room for its numbers, or a word of middling length."""
    words = [max((len(word) for text in column for word in text.split()), default=1) for column in texts]
    whole = [any("_" in text for text in column[1:]) for column in texts]
    least = [
        1.0
        + (max(count, *map(len, column[1:]), 0) if number else min(count, UNBROKEN if kept else LONG_WORD))
        for column, count, number, kept in zip(texts, words, numbers, whole, strict=True)
    ]
    spare = [max(0.0, room * share - need) for share, need in zip(shares(texts), least, strict=True)]
    factor = max(0.0, room - sum(least)) / sum(spare) if any(spare) else 0.0
    found = [need + factor * more for need, more in zip(least, spare, strict=True)]
    return [width * min(1.0, room / sum(found)) for width in found]
