"""Results as tables: one shape for the terminal, reports, CSV, JSON and Parquet."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Cell", "Column", "Table"]

Cell = str | float | int | bool | None
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
class Table:
    """A result as a table.

    Attributes:
        key: its name in files, an identifier.
        title: its heading.
        columns: its columns.
        rows: a value for each column.
        note: what a reader should know, in sentences; "" for nothing.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
