"""Tables for people, in plain text or for a terminal."""

from __future__ import annotations

import math
import textwrap
from io import StringIO

from rich.box import Box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from identcheck.planning.tables import Cell, Column, Table

__all__ = ["cell_text", "is_number", "numbered", "table_text"]

LONG = 30
"""Texts longer than this stand under the table where they repeat."""

HUGE = 1e9
"""Numbers from this on are shown with their power of ten."""

NARROW = 16
"""A column of text is not made narrower than this before the lines run over."""

# Eight rows of four signs, as rich wants them: only the line under the headings is drawn, in letters of any encoding.
RULED = Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)


def cell_text(cell: Cell, column: Column) -> str:
    """A value as people read it, rounded to the digits of its column."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, str):
        return cell
    if isinstance(cell, int) and column.digits is None:
        return str(cell)
    if not math.isfinite(cell):
        return "undefined" if math.isnan(cell) else "infinite" if cell > 0 else "-infinite"
    if column.digits is None or abs(cell) >= HUGE:
        return f"{cell:g}"
    rounded = f"{cell:.{column.digits}f}"
    return rounded.removeprefix("-") if not float(rounded) else rounded


def table_text(table: Table, width: int, colour: bool = False) -> str:
    """Title, columns, rows and note of a table; long texts that repeat stand once, numbered, under the rows.

    Args:
        table: the table.
        width: letters in a line, or more where the numbers need more.
        colour: whether to emphasise the headings by terminal codes.
    """
    columns = [[cell_text(row[i], column) for row in table.rows] for i, column in enumerate(table.columns)]
    footnotes = numbered(columns)
    numbers = [is_number(column, [row[i] for row in table.rows]) for i, column in enumerate(table.columns)]
    widths = _widths([column.title for column in table.columns], columns, numbers, width)
    lines = _drawn(table, columns, numbers, widths, colour)
    if not table.rows:
        lines.append("  (nothing to list)")
    lines += [""] * bool(footnotes)
    for number, text in enumerate(footnotes, 1):
        lines += textwrap.wrap(f"({number}) {text}", width, initial_indent="  ", subsequent_indent="      ")
    if table.note:
        lines += ["", *textwrap.wrap(table.note, width, initial_indent="  ", subsequent_indent="  ")]
    return "\n".join(lines)


def numbered(columns: list[list[str]]) -> list[str]:
    """Put numbers for the long texts of columns in which some repeat, and give the texts in order."""
    found: dict[str, int] = {}
    for cells in columns:
        long = [text for text in cells if len(text) > LONG]
        if len(set(long)) == len(long):
            continue
        for place, text in enumerate(cells):
            if len(text) > LONG:
                cells[place] = f"({found.setdefault(text, len(found) + 1)})"
    return list(found)


def is_number(column: Column, cells: list[Cell]) -> bool:
    """Whether a column holds numbers, which stand to the right."""
    if any(isinstance(cell, str) for cell in cells):
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
    table: Table, columns: list[list[str]], numbers: list[bool], widths: list[int], colour: bool
) -> list[str]:
    grid = Grid(box=RULED, header_style="bold", show_edge=False)
    for column, number, letters in zip(table.columns, numbers, widths, strict=True):
        grid.add_column(
            Text(column.title), justify="right" if number else "left", width=letters, vertical="top"
        )
    for row in zip(*columns, strict=True):
        grid.add_row(*(Text(cell) for cell in row))
    file = StringIO()
    console = Console(
        file=file,
        width=sum(widths) + 3 * len(widths) + 2,
        force_terminal=colour,
        color_system="standard" if colour else None,
        legacy_windows=False,
        _environ={},
    )
    console.print(Text(table.title, "bold"))
    console.print(grid)
    return [line.rstrip() for line in file.getvalue().splitlines()]
