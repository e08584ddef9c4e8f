"""Results as tables: one shape for the terminal, reports, CSV, JSON and Parquet."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from identcheck.basics.display import Displayed
from identcheck.errors import ReportError
from identcheck.homes import lead
from identcheck.symbols.written import Text, plain

if TYPE_CHECKING:
    import pandas

__all__ = ["Cell", "Column", "Table", "figure_of", "table_of"]

Cell: TypeAlias = float | int | bool | Text | None
"""A value of a table; None where there is none. A text may hold formulas and marks (``identcheck.symbols.written``)."""


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        key: its name in files, an identifier.
        title: its heading, a word or two.
        meaning: what it holds, with its unit, in a phrase.
        digits: digits behind the point for people; None for text and whole numbers.
    """

    key: str
    title: str
    meaning: str
    digits: int | None = None


@dataclass(frozen=True)
class Table(Displayed):
    """A result as a table.

    Attributes:
        key: its name in files, an identifier.
        title: its heading.
        columns: its columns.
        rows: a value for each column.
        note: what a reader should know, in sentences; "" for nothing.
        formulas: pairs of a text in the rows that is a formula, and the formula as LaTeX.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    formulas: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return self.text()

    def text(self, width: int = 100) -> str:
        """The table for people: numbers rounded, text wrapped to the width, the note underneath.

        Numbers are never wrapped or cut; where they need more room than the width, the lines are longer.
        """
        made: str = lead("Table.text")(self, width)
        return made

    def _brief(self) -> str:
        return f"Table {self.key}: {len(self.rows)} rows, {len(self.columns)} columns"

    def records(self) -> list[dict[str, Any]]:
        """The rows, each a dict by the keys of the columns; None where there is no value."""
        keys = [column.key for column in self.columns]
        rows = ([plain(cell) if isinstance(cell, tuple) else cell for cell in row] for row in self.rows)
        return [dict(zip(keys, row, strict=True)) for row in rows]

    def to_frame(self) -> pandas.DataFrame:
        """The table as a pandas data frame, its columns named by their keys.

        Raises:
            ReportError: pandas is not installed.
        """
        try:
            import pandas
        except ImportError:
            raise ReportError(
                "a data frame needs the package pandas; get it by: pip install pandas. The same rows without it: .records()"
            ) from None
        return pandas.DataFrame(self.records(), columns=[column.key for column in self.columns])

    def csv(self) -> str:
        """The table as CSV: a line of keys, then the values as they are, not rounded; empty where there is none."""
        made: str = lead("Table.csv")(self)
        return made

    def json(self) -> str:
        """The table as a JSON object: key, title, note, columns with their meanings, rows by key.

        What JSON has no number for is text: "NaN", "Infinity", "-Infinity".
        """
        made: str = lead("Table.json")(self)
        return made

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the table to a file, whole or not at all: .csv, .json or .parquet.

        Raises:
            ReportError: an unknown suffix, a place that cannot be written, or no ``pyarrow`` for Parquet.
        """
        written: tuple[Path, ...] = lead("Table.save")([self], path)
        return written[0]


def figure_of(cell: Cell) -> float:
    """A cell as a number; 0 where there is none."""
    return float(cell) if isinstance(cell, (int, float)) else 0.0


def table_of(
    key: str, title: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]], note: str = ""
) -> Table:
    """A table of texts, whose headings say what its columns hold.

    Args:
        key: its name in files, an identifier.
        title: its heading; "" for none.
        headings: one for each column; "" where the cells speak for themselves.
        rows: a value for each column.
        note: what a reader should know; "" for nothing.
    """
    columns = (
        Column(re.sub(r"\W+", "_", heading).strip("_").lower() or f"column_{place}", heading, "")
        for place, heading in enumerate(headings)
    )
    return Table(key, title, tuple(columns), tuple(map(tuple, rows)), note)
