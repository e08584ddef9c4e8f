"""Data files as frames: CSV, Parquet, Stata and SPSS; codes in place of labels, and no number for user-missing values."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from identcheck.errors import InvalidDataError, suggestion

__all__ = ["frame_of"]


def frame_of(path: str | os.PathLike[str]) -> Any:
    """The data in a file, by its suffix.

    Raises:
        InvalidDataError: no such file, another suffix, a file that cannot be read, or no package that reads it.
    """
    if not isinstance(path, (str, os.PathLike)):
        raise InvalidDataError(
            [f"the data are {path!r:.60}; name a file, or give a data frame to from_frame"]
        )
    file = Path(path)
    reader = READERS.get(file.suffix.lower())
    if reader is None:
        known = ", ".join(READERS)
        hint = suggestion(file.suffix, READERS)
        raise InvalidDataError(
            [f"cannot tell the format of {str(file)!r}{hint}; data files end in one of {known}"]
        )
    if not file.is_file():
        raise InvalidDataError([f"there is no file {str(file)!r}"])
    try:
        return reader(file)
    except ImportError as error:
        raise InvalidDataError(
            [
                f"reading {file.suffix} needs the package {error.name}; get it by: pip install 'identcheck[data]'"
            ]
        ) from None
    except Exception as error:  # of whatever kind the reader's library raises
        said = " ".join(str(error).split())
        raise InvalidDataError([f"cannot read {str(file)!r}: {said or type(error).__name__:.300}"]) from error


def _csv(file: Path) -> Any:
    import pandas

    with file.open(encoding="utf-8-sig") as text:
        head = text.readline()
    parted = max((",", ";", "\t"), key=head.count)
    header = [name.strip().strip('"') for name in head.strip("\r\n").split(parted)]
    doubled = sorted({name for name in header if name and header.count(name) > 1})
    if doubled:
        raise InvalidDataError(
            [f"more than one column is called {', '.join(map(repr, doubled))}; rename all but one"]
        )
    return pandas.read_csv(file, sep=parted, dtype=str, keep_default_na=False, encoding="utf-8-sig")


def _parquet(file: Path) -> Any:
    import pandas
    import pyarrow  # noqa: F401  # pandas names no package when it is missing

    return pandas.read_parquet(file)


def _stata(file: Path) -> Any:
    import pandas

    return pandas.read_stata(file, convert_categoricals=False)


def _spss(file: Path) -> Any:
    import pyreadstat

    return pyreadstat.read_sav(str(file), apply_value_formats=False, user_missing=False)[0]


READERS: dict[str, Callable[[Path], Any]] = {
    ".csv": _csv,
    ".tsv": _csv,
    ".parquet": _parquet,
    ".dta": _stata,
    ".sav": _spss,
}
