"""Tables to files: CSV and JSON, and Parquet with the optional ``pyarrow``. A file appears whole or not at all."""

from __future__ import annotations

import csv
import io
import math
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from identcheck.basics.files import demand_place, write_whole
from identcheck.errors import ReportError, suggestion
from identcheck.errors.visible import json_text, visible
from identcheck.tables.table import Cell, Column, Datum, Table

__all__ = [
    "SUFFIXES",
    "TABLES",
    "as_json",
    "csv_of",
    "demand_file",
    "places_of",
    "save_tables",
    "table_json",
    "with_marks",
]

TABLES = (
    "inputs", "outlook", "instruments", "compliances", "bias", "precision", "parts", "pooled", "robustness", "conditions",
    "formulas", "contour", "simulation", "strength", "sweep", "sweep_strength", "falsification", "signals", "blind_spots",
    "joint", "implied", "bought", "estimates", "refused", "found_strength", "tests", "differing", "weak", "left_out",
    "compared", "taken", "balance", "missing", "decided", "deviations",
)  # fmt: skip
"""The keys of all tables that may be written."""

SUFFIXES = (".csv", ".json", ".parquet")
"""The files that tables go to."""


_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?([eE][-+]?\d+)?")
# Where a cell begins, or would begin for a spreadsheet that parts cells at semicolons or tabs: a sign that opens a formula.
_FORMULA = re.compile(r"(?:^|(?<=[;\t\n]))(?=\s*[=+\-@\t\r\uff0b\uff0d\uff1d\uff20])")


def save_tables(tables: Sequence[Table], path: str | os.PathLike[str]) -> tuple[Path, ...]:
    """Write tables to the place that is named; the suffix of the path, in any case, decides the format.

    JSON holds all of them in one file. A CSV or Parquet file holds one table: several go to files beside one
    another, named after the tables (``out.csv`` becomes ``out-strength.csv``, ...).

    Args:
        tables: at least one.
        path: .csv, .json or .parquet.

    Returns:
        The files written.

    Raises:
        ReportError: an unknown suffix, a place that cannot be written, or no ``pyarrow`` for Parquet.
    """
    wanted = demand_file(path)
    if wanted.suffix.lower() == ".json":
        all_of_them = {"tables": [as_json(table) for table in tables]}
        write_whole(wanted, (json_text(all_of_them, allow_nan=False) + "\n").encode())
        return (wanted,)
    content: dict[Path, bytes] = {}
    for table in tables:
        place = wanted if len(tables) == 1 else wanted.with_name(f"{wanted.stem}-{table.key}{wanted.suffix}")
        demand_place(place)
        content[place] = _WRITERS[wanted.suffix.lower()](table)
    for place, data in content.items():
        write_whole(place, data)
    return tuple(content)


def places_of(path: Path) -> tuple[Path, ...]:
    """The files beside a path to which ``save_tables`` may write tables, one for each key of the package's tables."""
    if path.suffix.lower() == ".json":
        return ()
    return tuple(path.with_name(f"{path.stem}-{key}{path.suffix}") for key in TABLES)


def demand_file(path: str | os.PathLike[str]) -> Path:
    """Refuse a file that tables cannot be written to, before any work is done.

    Raises:
        ReportError: an unknown suffix, a place that cannot be written, or no ``pyarrow`` for Parquet.
    """
    wanted = Path(path)
    suffix = wanted.suffix.lower()
    if suffix not in SUFFIXES:
        hint = suggestion(suffix, SUFFIXES)
        raise ReportError(
            f"cannot tell the format of {str(wanted)!r}{hint}; tables go to {', '.join(SUFFIXES[:2])} or {SUFFIXES[2]}"
        )
    demand_place(wanted)
    if suffix == ".parquet":
        _arrow()
    return wanted


def csv_of(table: Table) -> str:
    """The table as CSV; numbers as they are, "true" and "false", empty where there is no value.

    A text that a spreadsheet would run as a formula has an apostrophe before it, by which the spreadsheet knows it for text.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(guarded, table.keys))
    for row in table.data:
        writer.writerow([_plain(cell) for cell in row])
    return text.getvalue()


def table_json(table: Table) -> str:
    """One table as a JSON object."""
    return json_text(as_json(table), allow_nan=False) + "\n"


def as_json(table: Table) -> dict[str, Any]:
    """One table as nested dicts and lists that JSON can hold."""
    return with_marks(replace(table, rows=table.data))


def with_marks(table: Table) -> dict[str, Any]:
    """The same, but cells that hold formulas and marks as they are, for a writer that has a form for them."""
    return {
        "key": table.key,
        "title": table.title,
        "note": table.note,
        "columns": [asdict(column) for column in table.columns],
        "rows": [dict(zip(table.keys, map(_finite, row), strict=True)) for row in table.rows],
    }


def _plain(cell: Datum) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, str):
        return guarded(cell)
    # A number of numpy's would name its type.
    return repr(float(cell)) if isinstance(cell, float) else str(cell)


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula, whichever of the usual signs it parts cells at.

    Source: OWASP, "CSV Injection".
    """
    return text if _NUMBER.fullmatch(text) else _FORMULA.sub("'", visible(text))


def _finite(cell: Cell) -> Cell:
    """A value that JSON can hold."""
    if not isinstance(cell, float) or math.isfinite(cell):
        return cell
    return "NaN" if math.isnan(cell) else "Infinity" if cell > 0 else "-Infinity"


def _parquet(table: Table) -> bytes:
    """The table as Parquet, with the meanings of the columns in their metadata."""
    arrow, parquet = _arrow()
    cells = list(zip(*table.data, strict=True)) or [()] * len(table.columns)
    arrays, fields = [], []
    for column, values in zip(table.columns, cells, strict=True):
        kind = _kind(column, values)
        given = [str(v) if kind == "string" and v is not None else v for v in values]
        array = arrow.array(given, getattr(arrow, kind)())
        about = {"title": column.title, "meaning": column.meaning, "unit": column.unit}
        arrays.append(array)
        fields.append(arrow.field(column.key, array.type, metadata=about))
    about = {"key": table.key, "title": table.title, "note": table.note}
    file = io.BytesIO()
    parquet.write_table(arrow.Table.from_arrays(arrays, schema=arrow.schema(fields, metadata=about)), file)
    return file.getvalue()


def _kind(column: Column, values: Sequence[Datum]) -> str:
    """The type of a column, by what is in it."""
    kinds = {type(value) for value in values if value is not None}
    if str in kinds:
        return "string"
    if column.digits is not None or float in kinds:
        return "float64"
    if kinds == {bool}:
        return "bool_"
    return "int64" if kinds else "string"


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise ReportError(
            "Parquet files need the package pyarrow; get it by: pip install 'identcheck[parquet]'"
        ) from None
    return pyarrow, pyarrow.parquet


_WRITERS: dict[str, Callable[[Table], bytes]] = {
    ".csv": lambda table: csv_of(table).encode(),
    ".parquet": _parquet,
}
