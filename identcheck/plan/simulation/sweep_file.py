"""The file of a sweep: a header line, then a line of JSON for each finished cell, with its checksum."""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Callable, Collection
from pathlib import Path
from types import TracebackType
from typing import Any

from identcheck.basics.appended import Appended
from identcheck.basics.files import demand_place
from identcheck.errors import FormatError
from identcheck.errors.limits import SWEEP_LINE_BYTES
from identcheck.plan.simulation.result import ROWS, STRENGTH_ROWS
from identcheck.tables.table import Column

__all__ = ["FinishedCells"]

CHECK = "sha256"
"""The key of a line's checksum, over the rest of the line and the header."""

AGAIN = "delete this line, and its cell is simulated again, or give another file"
_TEXTS = ("estimand", "estimator", "regression", "regressor")
_PARTS = {"rows": ROWS, "strength": STRENGTH_ROWS}


class FinishedCells:
    """The finished cells of a sweep, kept in a file where one is named; to be used with ``with``.

    While it is open the file is locked, so that no other sweep writes to it. A line that was cut off is simulated again.

    Args:
        path: the file, or None for none; it is begun where there is none, and taken up where there is.
        header: what tells this sweep from others.
        wanted: the keys of the cells that are wanted; lines of other cells are checked and left alone.
        seed_of: the seed of a cell, by its key.

    Raises:
        FormatError: on entering, where the file is of another sweep, or no such file at all.
        ReportError: the file cannot be written, or another sweep has it.
    """

    def __init__(
        self,
        path: str | os.PathLike[str] | None,
        header: dict[str, Any],
        wanted: Collection[str],
        seed_of: Callable[[str], int],
    ) -> None:
        self.path = None if path is None else Path(path)
        self.header = header
        self.wanted = wanted
        self.seed_of = seed_of
        self.records: dict[str, dict[str, Any]] = {}
        self._file: Appended | None = None
        if self.path is not None:
            demand_place(self.path)

    def __enter__(self) -> FinishedCells:
        if self.path is None:
            return self
        self._file = Appended(self.path)
        try:
            whole = self._read(self._file, self.path)
            self._file.cut(whole)
            if not whole:
                self._file.add(_line(self.header))
        except BaseException:
            self._file.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, record: dict[str, Any]) -> None:
        """Keep one finished cell; it is on the disk when this returns."""
        self.records[_key(record["cell"])] = record
        if self._file is not None:
            self._file.add(_line(record | {CHECK: self._checksum(record)}))

    def _read(self, file: Appended, path: Path) -> int:
        """Take up the lines of the file; how many bytes the whole ones have."""
        place = 0
        for number, line in enumerate(file.lines(SWEEP_LINE_BYTES.most), start=1):
            if not line.endswith(b"\n"):
                self._demand_begun(line, number, path)
                return place
            place += len(line)
            self._take(line, number, path)
        return place

    def _demand_begun(self, line: bytes, number: int, path: Path) -> None:
        """Refuse a last line that is no line of ours cut off; one that is comes again."""
        if len(line) >= SWEEP_LINE_BYTES.most:
            raise FormatError(number, 1, SWEEP_LINE_BYTES.refusal("more"), str(path))
        begun = _line(self.header) if number == 1 else b'{"cell": '
        if not begun.startswith(line) and not (number > 1 and line.startswith(begun)):
            raise FormatError(number, 1, "this is no line of a sweep's results; give another file", str(path))

    def _take(self, line: bytes, number: int, path: Path) -> None:
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):  # no JSON, no UTF-8, or brackets without end
            record = None
        if not isinstance(record, dict) or (number > 1 and "cell" not in record):
            raise FormatError(number, 1, "this is no line of a sweep's results; give another file", str(path))
        if number == 1:
            self._compare(record, path)
            return
        problem = self._problem(record)
        key = _key(record["cell"])
        record.pop(CHECK, None)
        if not problem and self.records.get(key, record) != record:
            problem = "it gives other results than an earlier line of the same cell"
        if problem:
            raise FormatError(number, 1, f"this line was changed or damaged: {problem}; {AGAIN}", str(path))
        if key in self.wanted:
            self.records[key] = record

    def _compare(self, header: dict[str, Any], path: Path) -> None:
        names = {
            "fingerprint": "design, plan, effects or estimators",
            "identcheck_sweep": "the version of identcheck that wrote them",
        }
        apart = [names.get(key, key) for key in self.header if header.get(key) != self.header[key]]
        if apart:
            raise FormatError(
                1,
                1,
                f"these results are of another sweep: {', '.join(apart)} differ; give another file, or delete this one",
                str(path),
            )

    def _problem(self, record: dict[str, Any]) -> str:
        """What is wrong with the line of a cell, or ""."""
        if set(record) != {"cell", "seed", *_PARTS, CHECK} or not isinstance(record["cell"], dict):
            return "it does not hold a cell with its seed, its results and its checksum"
        if record["seed"] != self.seed_of(_key(record["cell"])) or isinstance(record["seed"], float):
            return "the seed is not that of the cell"
        for part, columns in _PARTS.items():
            rows = record[part]
            if not isinstance(rows, list) or not all(_sound(row, columns) for row in rows):
                return f"what stands under {part!r} is no table of results"
        if record[CHECK] != self._checksum({k: v for k, v in record.items() if k != CHECK}):
            return "the checksum is another"
        return ""

    def _checksum(self, record: dict[str, Any]) -> str:
        said = json.dumps([self.header, record], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()


def _key(cell: object) -> str:
    """The settings of a cell as text, as in ``GridCell.key``."""
    return json.dumps(cell, sort_keys=True)


def _line(record: dict[str, Any]) -> bytes:
    return json.dumps(record).encode() + b"\n"


def _sound(row: object, columns: tuple[Column, ...]) -> bool:
    """Whether a row has a fitting value for each column."""
    if not isinstance(row, list) or len(row) != len(columns):
        return False
    return all(_fits(cell, column.key) for cell, column in zip(row, columns, strict=True))


def _fits(cell: object, key: str) -> bool:
    if key in _TEXTS:
        return isinstance(cell, str)
    if key == "own":
        return isinstance(cell, bool)
    if cell is None:
        return key != "target"
    return isinstance(cell, (int, float)) and not isinstance(cell, bool) and math.isfinite(cell)
