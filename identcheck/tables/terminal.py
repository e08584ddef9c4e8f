"""Tables for people, in plain text or for a terminal."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rich.cells import cell_len

from identcheck.errors.visible import visible
from identcheck.symbols.written import plain
from identcheck.tables.digits import HUGE
from identcheck.tables.table import Cell, Column, Table

__all__ = [
    "cell_text", "holds_figures", "is_number", "legend_of", "numbered", "p_words", "table_text",
    "with_errors_in_brackets",
]  # fmt: skip

LONG = 40
"""Texts longer than this stand under the table where they repeat."""

SMALLEST_P = 0.001
"""Smaller p values are shown as "<.001": the tests are not exact enough to tell them apart."""

NARROW = 16
"""A column of text is not made narrower than this before the lines run over."""

FIGURES = re.compile(r"-?[\d./]+(, -?[\d./]+)*")
"""Numbers that are written as text, such as "1/2" or "1, 2": they stand to the right too."""

WITH_ERROR = re.compile(r"-?[\d.,/%]+(e[+-]?\d+)?( \([^()]*\))?(, -?[\d./]+)*|-")
"""Such numbers, with an error in brackets or without."""

WORD = re.compile(r"\s*\S+\s*")
"""A word with the spaces around it."""


def cell_text(cell: Cell, column: Column) -> str:
    """A value as people read it, rounded to the digits of its column."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, (str, tuple)):
        return visible(plain(cell))
    if isinstance(cell, int) and column.digits is None:
        return f"{cell:,}"
    if not math.isfinite(cell):
        return "undefined" if math.isnan(cell) else "infinite" if cell > 0 else "-infinite"
    if column.digits is None or abs(cell) >= HUGE:
        return f"{cell:g}"
    if column.p_value and 0 <= cell < SMALLEST_P:
        return "<.001"
    rounded = f"{cell:.{column.digits}f}"
    return rounded.removeprefix("-") if not float(rounded) else rounded


def p_words(p: float) -> str:
    """A p value in a sentence: "p = 0.012", or "p < .001"."""
    return "p < .001" if p < SMALLEST_P else f"p = {p:.2g}"


def table_text(table: Table, width: int, colour: bool = False, legend: bool = False) -> str:
    """Title, columns, rows and note of a table; long texts that repeat stand once, numbered, under the rows.

    An error stands in brackets behind its value. Where the columns need more letters than a line has, they stand in
    several parts one under another, each with the texts in front.

    Args:
        table: the table.
        width: letters in a line, or more where the numbers need more.
        colour: whether to emphasize the headings by terminal codes.
        legend: whether to say under the rows what the columns of numbers hold.
    """
    table = with_errors_in_brackets(table)
    columns = [[cell_text(row[i], column) for row in table.rows] for i, column in enumerate(table.columns)]
    footnotes = numbered(columns)
    numbers = [is_number(column, [row[i] for row in table.rows]) for i, column in enumerate(table.columns)]
    title = visible(table.title)
    lines = [f"\x1b[1m{title}\x1b[0m" if colour else title] if title else []
    for place, part in enumerate(_parts(table, columns, numbers, width)):
        shown = [columns[i] for i in part]
        kinds = [numbers[i] or all(map(FIGURES.fullmatch, columns[i])) for i in part]
        titles = [table.columns[i].title for i in part]
        lines += [""] * bool(place)
        lines += _drawn(titles, shown, kinds, _widths(titles, shown, kinds, width), colour)
    if not table.rows:
        lines.append("  (nothing to list)")
    lines += [""] * bool(footnotes)
    for number, text in enumerate(footnotes, 1):
        lines += textwrap.wrap(f"({number}) {text}", width, initial_indent="  ", subsequent_indent="      ")
    if legend and table.rows and (meanings := legend_of(table)):
        lines += ["", *textwrap.wrap(meanings, width, initial_indent="  ", subsequent_indent="  ")]
    if table.note:
        lines += ["", *textwrap.wrap(visible(table.note), width, initial_indent="  ", subsequent_indent="  ")]
    return "\n".join(lines)


def legend_of(table: Table) -> str:
    """What the columns of numbers hold, as a sentence; "" where there is nothing to say."""
    table = with_errors_in_brackets(table)
    said = []
    for place, column in enumerate(table.columns):
        cells = [row[place] for row in table.rows]
        if column.meaning and holds_figures(
            [cell_text(cell, column) for cell in cells], is_number(column, cells)
        ):
            said.append(f"{column.title} = {column.meaning}")
    return f"{'; '.join(said)}." if said else ""


def with_errors_in_brackets(table: Table) -> Table:
    """The table with every column ``x_error`` in brackets behind the column ``x``, for people."""
    errors = {column.key: i for i, column in enumerate(table.columns) if column.key.endswith("_error")}
    kept = [i for i, column in enumerate(table.columns) if column.key not in errors]
    paired = {
        i: errors[f"{table.columns[i].key}_error"] for i in kept if f"{table.columns[i].key}_error" in errors
    }
    if not paired:
        return table
    rows = tuple(tuple(_with_error(table, row, i, paired.get(i)) for i in kept) for row in table.rows)
    columns = tuple(replace(table.columns[i], digits=None) if i in paired else table.columns[i] for i in kept)
    note = f"In brackets: Monte Carlo standard errors. {table.note}".strip()
    return replace(table, columns=columns, rows=rows, note=note)


def _with_error(table: Table, row: tuple[Cell, ...], place: int, error: int | None) -> Cell:
    if error is None or row[place] is None:
        return row[place]
    shown = cell_text(row[place], table.columns[place])
    behind = cell_text(row[error], table.columns[error])
    return f"{shown} ({behind})" if behind else shown


def _parts(table: Table, columns: list[list[str]], numbers: list[bool], width: int) -> list[list[int]]:
    """Which columns stand side by side: all of them where they fit; else those that name the rows before some of the rest."""
    titles = [column.title for column in table.columns]
    least = [
        _widths([title], [cells], [number], 0)[0]
        for title, cells, number in zip(titles, columns, numbers, strict=True)
    ]
    if sum(least) + 3 * len(least) <= width:
        return [list(range(len(least)))]
    front = _front(table, columns, numbers)
    parts: list[list[int]] = []
    for place in range(front, len(least)):
        last = parts[-1] if parts else []
        if not last or sum(least[i] + 3 for i in (*last, place)) > width:
            last = list(range(front))
            parts.append(last)
        last.append(place)
    return parts or [list(range(len(least)))]


def _front(table: Table, columns: list[list[str]], numbers: list[bool]) -> int:
    """How many columns name the rows: settings, which are numbers without set digits, and the texts after them."""
    figures = [holds_figures(cells, number) for cells, number in zip(columns, numbers, strict=True)]
    settings = [
        figure and column.digits is None for figure, column in zip(figures, table.columns, strict=True)
    ]
    begin = settings.index(False) if False in settings else 0
    front = next((i for i in range(begin, len(figures)) if figures[i]), len(figures))
    return front if 0 < front < len(figures) else min(1, len(figures) - 1)


def holds_figures(cells: list[str], number: bool) -> bool:
    """Whether a column holds numbers, with errors in brackets or without."""
    return number or (any(cells) and all(not cell or WITH_ERROR.fullmatch(cell) for cell in cells))


def numbered(columns: list[list[str]]) -> list[str]:
    """Put numbers for the long texts of columns in which some repeat, and give the texts in order.

    The first column says what a row is about, and keeps its texts.
    """
    found: dict[str, int] = {}
    for cells in columns[1:]:
        long = [text for text in cells if len(text) > LONG]
        if len(set(long)) == len(long):
            continue
        for place, text in enumerate(cells):
            if len(text) > LONG:
                cells[place] = f"({found.setdefault(text, len(found) + 1)})"
    return list(found)


def is_number(column: Column, cells: list[Cell]) -> bool:
    """Whether a column holds numbers, which stand to the right."""
    if any(isinstance(cell, (str, tuple)) for cell in cells):
        return False
    return column.digits is not None or any(
        isinstance(cell, (int, float)) and not isinstance(cell, bool) for cell in cells
    )


def _widths(titles: list[str], columns: list[list[str]], numbers: list[bool], width: int) -> list[int]:
    """Letters for each column: no word or number is cut; what is to spare goes to the first columns first."""
    least, most = [], []
    for title, cells, number in zip(titles, columns, numbers, strict=True):
        words = [word for text in (title, *(() if number else cells)) for word in text.split()]
        needed = max(map(cell_len, [*words, *(cells if number else ())]), default=1)
        most.append(max(map(cell_len, [title, *cells]), default=1))
        least.append(needed if number else max(needed, min(NARROW, most[-1])))
    spare = width - sum(least) - 3 * len(least)
    for place, wanted in enumerate(most):
        added = max(0, min(spare, wanted - least[place]))
        least[place] += added
        spare -= added
    return least


def _drawn(
    titles: list[str], columns: list[list[str]], numbers: list[bool], widths: list[int], colour: bool
) -> list[str]:
    """Headings, a rule, and the rows; numbers stand to the right."""
    head = [
        [f"\x1b[1m{cell}\x1b[0m" if colour else cell for cell in line]
        for line in _lines(titles, numbers, widths, low=True)
    ]
    body = [line for row in zip(*columns, strict=True) for line in _lines(row, numbers, widths)]
    rule = "-" * (sum(widths) + 3 * len(widths) - 1)
    told = [f" {'   '.join(line)}".rstrip() for line in (*head, *body)]
    return [*told[: len(head)], rule, *told[len(head) :]]


def _lines(
    cells: Sequence[str], numbers: list[bool], widths: list[int], low: bool = False
) -> Iterator[list[str]]:
    """The cells of a row line by line, each as wide as its column, all beginning in the first line or ending in the last."""
    broken = [_broken(cell, width) for cell, width in zip(cells, widths, strict=True)]
    most = max(map(len, broken), default=0)
    broken = [[""] * (most - len(lines)) + lines if low else lines for lines in broken]
    for place in range(most):
        texts = [lines[place].rstrip() if place < len(lines) else "" for lines in broken]
        spaces = [" " * (width - cell_len(text)) for text, width in zip(texts, widths, strict=True)]
        yield [s + t if number else t + s for t, s, number in zip(texts, spaces, numbers, strict=True)]


def _broken(text: str, width: int) -> list[str]:
    """A text in lines of so many letters, broken between words; no word is longer."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.append("")
        for word in WORD.findall(paragraph):
            if lines[-1] and cell_len(lines[-1]) + cell_len(word.rstrip()) > width:
                lines.append("")
            lines[-1] += word
    return lines
