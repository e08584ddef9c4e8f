"""Results as tables: one shape for the terminal, reports, CSV, JSON and Parquet."""

from __future__ import annotations

import os
import re
from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, TypeAlias

from identcheck.basics.display import Displayed, DisplayedTables
from identcheck.errors import InvalidQuestionError, ReportError, suggestion
from identcheck.homes import lead
from identcheck.symbols.written import Text, plain

__all__ = ["Cell", "Column", "Datum", "ResultTables", "Table", "Tabled", "figure_of", "table_of"]

Cell: TypeAlias = float | int | bool | Text | None
"""A value of a table; None where there is none. A text may hold formulas and marks (``identcheck.symbols.written``)."""

Datum: TypeAlias = float | int | bool | str | None
"""A value as data: a text without marks."""


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        key: its name in files, an identifier.
        title: its heading, a word or two.
        meaning: what it holds, in a phrase.
        digits: digits behind the point for people; None for text and whole numbers.
        unit: the unit of its numbers in words, where it is the same in every row; "" otherwise.
        p_value: whether people read a number below .001 as "<.001".
    """

    key: str
    title: str
    meaning: str
    digits: int | None = None
    unit: str = ""
    p_value: bool = False


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

    @classmethod
    def of(
        cls,
        key: str,
        title: str,
        columns: Iterable[Column],
        records: Iterable[Mapping[str, Cell]],
        note: str = "",
    ) -> Table:
        """A table with a row for each record.

        Args:
            key: its name in files, an identifier.
            title: its heading.
            columns: its columns.
            records: values by the key of their column; what has no column is left out, and a column without a value is
                empty there.
            note: what a reader should know; "" for nothing.
        """
        chosen = tuple(columns)
        rows = tuple(tuple(record.get(column.key) for column in chosen) for record in records)
        return cls(key, title, chosen, rows, note)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the columns."""
        return tuple(column.key for column in self.columns)

    @property
    def data(self) -> tuple[tuple[Datum, ...], ...]:
        """The rows as data: numbers as they are, texts without marks, their formulas in Unicode."""
        return tuple(tuple(plain(c) if isinstance(c, tuple) else c for c in row) for row in self.rows)

    def records(self) -> list[dict[str, Datum]]:
        """A dict for each row: values by the key of their column, numbers not rounded, formulas as plain text."""
        return [dict(zip(self.keys, row, strict=True)) for row in self.data]

    def to_frame(self) -> Any:
        """The table as a ``pandas.DataFrame``: a column for each key, numbers not rounded, rows counted from 0.

        Raises:
            ReportError: pandas is not installed.
        """
        try:
            import pandas
        except ImportError:
            raise ReportError(
                "a data frame needs the package pandas; get it by: pip install pandas. The same rows without it: .records()"
            ) from None
        frame = pandas.DataFrame(list(self.data), columns=list(self.keys))
        for place, column in enumerate(self.columns):
            if column.digits is not None and not any(isinstance(row[place], str) for row in self.rows):
                frame[column.key] = frame[column.key].astype("float64")  # also where no row has a value
        return frame

    def __str__(self) -> str:
        return self.text()

    def text(self, width: int = 100) -> str:
        """The table for people: numbers rounded, text wrapped to the width, the note underneath.

        Numbers are never wrapped or cut; where they need more room than the width, the lines are longer.
        """
        return str(lead("Table.text")(self, width))

    def _brief(self) -> str:
        return f"Table {self.key}: {len(self.rows)} rows, {len(self.columns)} columns"

    def csv(self) -> str:
        """The table as CSV: a line of keys, then the values as they are, not rounded; empty where there is none."""
        return str(lead("Table.csv")(self))

    def json(self) -> str:
        """The table as a JSON object: key, title, note, columns with their meanings, rows by key.

        What JSON has no number for is text: "NaN", "Infinity", "-Infinity".
        """
        return str(lead("Table.json")(self))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the table to a file, whole or not at all: .csv, .json or .parquet.

        Raises:
            ReportError: an unknown suffix, a place that cannot be written, or no ``pyarrow`` for Parquet.
        """
        return Path(lead("Table.save")([self], path)[0])


class Tabled:
    """A result that is one table, :attr:`table`."""

    @property
    @abstractmethod
    def table(self) -> Table:
        """The result as a table."""

    def records(self) -> list[dict[str, Datum]]:
        """The rows of the table, each a dict by column."""
        return self.table.records()

    def to_frame(self) -> Any:
        """The table as a ``pandas.DataFrame``.

        Raises:
            ReportError: pandas is not installed.
        """
        return self.table.to_frame()


class ResultTables(DisplayedTables):
    """A result that is a set of tables: ``all_tables`` of a subclass.

    Attributes:
        MAIN: the key of the table that is meant where none is named.
    """

    MAIN: ClassVar[str]

    @property
    def all_tables(self) -> tuple[Table, ...]:
        """Every table of the result, also those without rows."""
        raise NotImplementedError

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables that have rows."""
        return tuple(table for table in self.all_tables if table.rows)

    def records(self, table: str = "") -> list[dict[str, Datum]]:
        """A dict for each row of a table: values by the key of their column, not rounded.

        Args:
            table: the table's key; "" for the main table.

        Raises:
            InvalidQuestionError: there is no such table; the keys there are.
        """
        return self._chosen(table).records()

    def to_frame(self, table: str = "") -> Any:
        """A table as a ``pandas.DataFrame``: a column for each key, numbers not rounded, rows counted from 0.

        Args:
            table: the table's key; "" for the main table.

        Raises:
            InvalidQuestionError: there is no such table; the keys there are.
            ReportError: pandas is not installed.
        """
        return self._chosen(table).to_frame()

    def _chosen(self, key: str) -> Table:
        found = {table.key: table for table in self.all_tables}
        if key and key not in found:
            kind, known = type(self).__name__.lower(), ", ".join(map(repr, found))
            hint = suggestion(str(key), found)
            raise InvalidQuestionError([f"a {kind} has no table {key!r}{hint}; its tables are {known}"])
        return found[key or self.MAIN]


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
