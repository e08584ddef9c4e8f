"""Tables as they are printed: cells rounded, long texts that repeat as numbered notes, columns as wide as they need."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from identcheck.report.blocks import Tabular
from identcheck.report.writers.formulas import printed_width
from identcheck.symbols.typeset import unicode
from identcheck.symbols.written import Badge, Formula, Text, plain
from identcheck.tables.table import Cell, Table
from identcheck.tables.terminal import (
    cell_text,
    holds_figures,
    is_number,
    numbered,
    table_text,
    with_errors_in_brackets,
)

__all__ = [
    "SMALL", "SMALLER", "Heading", "Printed", "PrintedCell", "Widths", "divided", "formulas_of", "printed", "text_rows",
    "widths",
]  # fmt: skip

SMALL, SMALLER = 96, 106
"""About the letters of a line of a page in LaTeX, in the print of tables of texts, and in that of tables of numbers."""

GAP = 2.2
"""Letters between two columns."""

STEP = 2.0
"""Letters by which the widths of columns are changed to make a table lower."""

MOST_WEIGHED = 60
"""So many rows decide on the widths of columns."""

LONG_WORD = 17
"""Letters of a word for which every column of text has room."""

UNBROKEN, BROKEN = 21, 30
"""Letters of a formula or a badge for which its column has room, and of a formula that goes on several lines anyway."""


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
        formulas: if it holds formulas and nothing else: these, to be printed one a line in place of the text.
    """

    text: Text
    number: bool
    formulas: tuple[Formula, ...] = ()

    @property
    def letters(self) -> str:
        """About what it prints; a badge is never broken, and no short formula if it can be helped."""
        if self.formulas:
            longest = max(self.formulas, key=lambda formula: printed_width(formula.latex))
            width = printed_width(longest.latex)
            return "_" * width if width <= BROKEN else unicode(longest.latex)[:width]
        pieces = self.text if isinstance(self.text, tuple) else (self.text,)
        return "".join(
            p.text.replace(" ", "_") + "__" if isinstance(p, Badge) else plain((p,)) for p in pieces
        )


@dataclass(frozen=True)
class Printed:
    """A table in print, as the filter ``printed`` gives it.

    Attributes:
        headings: its headings.
        rows: a cell for each heading.
        footnotes: long texts that the cells refer to by number, from 1.
        numeric: whether it is a table of numbers.
        narrow: whether all columns but the first hold figures.
    """

    headings: tuple[Heading, ...]
    rows: tuple[tuple[PrintedCell, ...], ...]
    footnotes: tuple[str, ...]
    numeric: bool
    narrow: bool


@dataclass(frozen=True)
class Widths:
    """The columns of a table in LaTeX.

    Attributes:
        spec: their specification for ``longtable``.
        letters: about how many letters each can hold in a line.
    """

    spec: str
    letters: tuple[int, ...]


def printed(block: Tabular) -> Printed:
    """A table as HTML, LaTeX and Markdown print it; a column without entries is left out."""
    table = with_errors_in_brackets(_kept(block.table))
    whole = [[row[place] for row in table.rows] for place in range(len(table.columns))]
    sure = [is_number(column, cells) for column, cells in zip(table.columns, whole, strict=True)]
    texts = [[cell_text(cell, c) for cell in cells] for c, cells in zip(table.columns, whole, strict=True)]
    right = [
        holds_figures(["" if cell == "none" else cell for cell in cells], number)
        for cells, number in zip(texts, sure, strict=True)
    ]
    cells = [
        [
            PrintedCell(cell if isinstance(cell, tuple) else _signed(text, side), side, formulas_of(cell))
            for cell, text in zip(column, said, strict=True)
        ]
        for column, said, side in zip(whole, texts, right, strict=True)
    ]
    numeric = any(sure) or any(column.meaning for column in block.table.columns)
    footnotes = _numbered(cells) if numeric else ()
    headings = tuple(Heading(c.title, side) for c, side in zip(table.columns, right, strict=True))
    rows = tuple(zip(*cells, strict=True))
    return Printed(headings, rows, footnotes, numeric, len(right) > 1 and all(right[1:]))


def _signed(text: str, number: bool) -> str:
    """A text with the sign of minus before its numbers, if it stands in a column of numbers."""
    return re.sub(r"(?<![\w.])-(?=[\d.])", "−", text) if number else text


def formulas_of(cell: Cell) -> tuple[Formula, ...]:
    """The formulas of a text that holds nothing else but spaces and commas between them; else nothing."""
    pieces = cell if isinstance(cell, tuple) else ()
    other = [piece for piece in pieces if not isinstance(piece, Formula)]
    if any(not isinstance(piece, str) or piece.strip(" ,;\n") for piece in other):
        return ()
    return tuple(piece for piece in pieces if isinstance(piece, Formula))


def _kept(table: Table) -> Table:
    """The table without columns that are empty and without its note, its texts on one line."""
    kept = [i for i in range(len(table.columns)) if any(row[i] not in (None, "") for row in table.rows)]
    columns = (table.columns[i] for i in kept)

    def squeezed(cell: Cell) -> Cell:
        return " ".join(cell.split()) if isinstance(cell, str) else cell

    return Table(
        table.key,
        " ".join(table.title.split()),
        tuple(replace(c, title=" ".join(c.title.split()), meaning="", unit="") for c in columns),
        tuple(tuple(squeezed(row[i]) for i in kept) for row in table.rows),
    )


def _numbered(columns: list[list[PrintedCell]]) -> tuple[str, ...]:
    """Put numbers for long texts that repeat, and give the texts; no formula is such a text."""

    def words(cell: PrintedCell) -> str:
        return cell.text if isinstance(cell.text, str) and not cell.formulas else ""

    said = [list(map(words, cells)) for cells in columns]
    short = [list(texts) for texts in said]
    found = numbered(short)
    for cells, before, after in zip(columns, said, short, strict=True):
        for place, text in enumerate(after):
            if text != before[place]:
                cells[place] = replace(cells[place], text=text)
    return tuple(found)


def widths(table: Printed) -> Widths:
    """The columns of a table in LaTeX: as wide as they are, or so that columns of text share what numbers leave."""
    line = SMALLER if table.numeric or table.narrow else SMALL
    room = line - GAP * (len(table.headings) - 1)
    texts = _letters(table)
    found = [max(map(len, column)) + 1.0 for column in texts]
    if sum(found) > room:
        found = divided(texts, [heading.number for heading in table.headings], room)
    whole, gaps = max(sum(found), room), 2 * (len(found) - 1)
    spec = ""
    for heading, width in zip(table.headings, found, strict=True):
        side, share = r"\raggedleft\arraybackslash" if heading.number else r"\icragged", width / whole
        spec += rf">{{{side}}}p{{\dimexpr {share:.4f}\linewidth-{share * gaps:.4f}\tabcolsep\relax}}"
    return Widths(Markup(f"@{{}}{spec}@{{}}"), tuple(max(8, int(width * 1.15)) for width in found))


def divided(texts: list[list[str]], numbers: list[bool], room: float) -> list[float]:
    """The room divided by what the columns say, but each with room for its numbers, or a word of middling length.

    Args:
        texts: what each column prints, its heading first; "_" stands where a text is not to be broken.
        numbers: for each column whether it stands to the right.
        room: the letters of a line, without the gaps between columns.
    """
    words = [max((len(word) for text in column for word in text.split()), default=1) for column in texts]
    whole = [any("_" in text for text in column[1:]) for column in texts]
    least = [
        1.0
        + (max(count, *map(len, column[1:]), 0) if number else min(count, UNBROKEN if kept else LONG_WORD))
        for column, count, number, kept in zip(texts, words, numbers, whole, strict=True)
    ]
    said = [column[:1] if number else column for column, number in zip(texts, numbers, strict=True)]
    spare = [max(0.0, room * share - need) for share, need in zip(_shares(said), least, strict=True)]
    factor = max(0.0, room - sum(least)) / sum(spare) if any(spare) else 0.0
    found = [need + factor * more for need, more in zip(least, spare, strict=True)]
    return _lowest(texts, least, [width * min(1.0, room / sum(found)) for width in found])


def _lowest(texts: list[list[str]], least: Sequence[float], found: list[float]) -> list[float]:
    """The widths changed step by step as long as the table becomes lower and no column narrower than it must be."""
    rows = list(zip(*(column[1:] for column in texts), strict=True))[:MOST_WEIGHED]

    def height(widths: Sequence[float]) -> float:
        cells = (max(math.ceil(len(t) / w) for t, w in zip(row, widths, strict=True)) for row in rows)
        return sum(cells) + 0.001 * max(widths)  # of equal heights the more even one

    places = range(len(found))
    now = height(found)
    while True:
        tried = (
            [w + STEP * ((i == to) - (i == of)) for i, w in enumerate(found)]
            for of in places
            for to in places
            if of != to and found[of] - STEP >= least[of]
        )
        lower = min(((height(widths), widths) for widths in tried), default=(now, found))
        if lower[0] >= now:
            return found
        now, found = lower


def _shares(columns: Sequence[Sequence[str]]) -> tuple[float, ...]:
    """The share of a page that each column of a table would like: more for more text, but room for its longest word."""
    wanted = []
    for texts in columns:
        longest = max((len(word) for text in texts for word in text.split()), default=1)
        wanted.append(max(math.sqrt(sum(map(len, texts))), float(longest)))
    return tuple(width / sum(wanted) for width in wanted)


def text_rows(block: Tabular, width: int) -> str | list[list[tuple[str, str]]]:
    """A table as plain text of a width; or, if it has formulas or long texts, its rows as headings with what is said."""
    shown = printed(block)
    fits = sum(max(map(len, texts)) for texts in _letters(shown)) <= width
    if shown.numeric or shown.narrow or (fits and not any(c.formulas for row in shown.rows for c in row)):
        return table_text(_kept(block.table), width)
    titles = [heading.title for heading in shown.headings]
    return [list(zip(titles, map(_said, row), strict=True)) for row in shown.rows]


def _letters(table: Printed) -> list[list[str]]:
    """About what each column prints, its heading first."""
    return [[h.title, *(row[i].letters for row in table.rows)] for i, h in enumerate(table.headings)]


def _said(cell: PrintedCell) -> str:
    return "; ".join(unicode(formula.latex) for formula in cell.formulas) or plain(cell.text)
