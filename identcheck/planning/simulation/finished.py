"""The file of a sweep: a header line, then a line of JSON for each finished cell."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import TracebackType
from typing import Any

from identcheck.errors import FormatError

__all__ = ["Finished"]


class Finished:
    """The finished cells of a sweep, kept in a file where one is named.

    Args:
        path: the file, or None for none; it is begun where there is none, and taken up where there is.
        header: what tells this sweep from others.

    Raises:
        FormatError: where the file is of another sweep, or no such file at all.
    """

    def __init__(self, path: str | os.PathLike[str] | None, header: dict[str, Any]) -> None:
        self.path = None if path is None else Path(path)
        self.header = header
        self.records: dict[str, dict[str, Any]] = {}
        self._end = 0
        if self.path is not None and self.path.exists():
            self._read(self.path)

    def _read(self, path: Path) -> None:
        whole = path.read_bytes()
        self._end = whole.rfind(b"\n") + 1  # what follows is a line that was cut off
        lines = whole[: self._end].split(b"\n")[:-1]
        for number, line in enumerate(lines, start=1):
            try:
                record = json.loads(line)
            except ValueError:
                record = None
            if not isinstance(record, dict) or (number > 1 and "cell" not in record):
                raise FormatError(
                    number, 1, "this is no line of a sweep's results; give another file", str(path)
                )
            if number == 1:
                self._compare(record, path)
            else:
                self.records[json.dumps(record["cell"], sort_keys=True)] = record
        if whole and not lines and not json.dumps(self.header).encode().startswith(whole):
            raise FormatError(1, 1, "this is no file of a sweep's results; give another file", str(path))

    def _compare(self, header: dict[str, Any], path: Path) -> None:
        names = {"fingerprint": "design, plan, effects or estimators"}
        apart = [names.get(key, key) for key in self.header if header.get(key) != self.header[key]]
        if apart:
            raise FormatError(
                1,
                1,
                f"these results are of another sweep: {', '.join(apart)} differ; give another file, or delete this one",
                str(path),
            )

    def __enter__(self) -> Finished:
        if self.path is None:
            self._file = None
            return self
        self._file = self.path.open("r+b" if self.path.exists() else "w+b")
        self._file.truncate(self._end)
        self._file.seek(self._end)
        if not self._end:
            self._write(self.header)
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
        self.records[json.dumps(record["cell"], sort_keys=True)] = record
        self._write(record)

    def _write(self, record: dict[str, Any]) -> None:
        if self._file is not None:
            self._file.write(json.dumps(record).encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
