"""Results as tables: one shape for the terminal, reports, CSV, JSON and Parquet."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from identcheck.display import Displayed

__all__ = ["Cell", "Column", "Table"]

Cell: TypeAlias = str | float | int | bool | None
"""A value of a table; None where there is none."""


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
        from identcheck.planning.terminal import table_text

        return table_text(self, width)

    def csv(self) -> str:
        """The table as CSV: a line of keys, then the values as they are, not rounded; empty where there is none."""
        from identcheck.planning.write import csv_of

        return csv_of(self)

    def json(self) -> str:
        """The table as a JSON object: key, title, note, columns with their meanings, rows by key.

        What JSON has no number for is text: "NaN", "Infinity", "-Infinity".
        """
        from identcheck.planning.write import table_json

        return table_json(self)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the table to a file, whole or not at all: .csv, .json or .parquet.

        Raises:
            ReportError: an unknown suffix, a place that cannot be written, or no ``pyarrow`` for Parquet.
        """
        from identcheck.planning.write import save_tables

        return save_tables([self], path)[0]
