"""Data files as frames: CSV, Parquet, Stata and SPSS; codes in place of labels, and no number for user-missing values."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from identcheck.errors import InvalidDataError, suggestion

__all__ = ["frame_of"]


def frame_of(path: str | os.PathLike[str], wanted: Collection[str] = ()) -> Any:
    """The data in a file, by its suffix.

    Args:
        path: the file.
        wanted: columns that are enough, which saves time and memory; those that the file does not have are passed over. Empty
            for all columns.

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
        return reader(file, wanted)
    except ImportError as error:
        raise InvalidDataError(
            [
                f"reading {file.suffix} needs the package {error.name}; get it by: pip install 'identcheck[data]'"
            ]
        ) from None
    except InvalidDataError:
        raise
    except UnicodeDecodeError:
        raise InvalidDataError(
            [f"cannot read {str(file)!r}: its text is not in UTF-8; save it as CSV in UTF-8"]
        ) from None
    except Exception as error:  # of whatever kind the reader's library raises
        said = " ".join(str(error).split())
        raise InvalidDataError([f"cannot read {str(file)!r}: {said or type(error).__name__:.300}"]) from error


def _csv(file: Path, wanted: Collection[str]) -> Any:
    with file.open(encoding="utf-8-sig") as text:
        head = text.readline()
    parted = max((",", ";", "\t"), key=head.count)
    header = [name.strip().strip('"') for name in head.strip("\r\n").split(parted)]
    doubled = sorted({name for name in header if name and header.count(name) > 1})
    if doubled:
        raise InvalidDataError(
            [f"more than one column is called {', '.join(map(repr, doubled))}; rename all but one"]
        )
    few = [name for name in header if name in wanted]
    try:
        return _csv_by_arrow(file, parted, few)
    except (ImportError, ValueError):  # rows of unequal length among them, which pandas fills up
        import pandas

        return pandas.read_csv(file, sep=parted, dtype=str, keep_default_na=False, encoding="utf-8-sig")


def _csv_by_arrow(file: Path, parted: str, few: list[str]) -> Any:
    """Every column as text, so that "007" and "NA" stay the names that they are; several times as fast as pandas.

    Raises:
        ImportError: pyarrow is not there.
        ValueError: rows differ in length, or there are none.
    """
    from pyarrow import csv, string

    names = csv.open_csv(file, parse_options=csv.ParseOptions(delimiter=parted)).schema.names
    kept = few if few and set(few) <= {*names} else names
    return csv.read_csv(
        file,
        parse_options=csv.ParseOptions(delimiter=parted, newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            include_columns=kept, column_types=dict.fromkeys(kept, string()), strings_can_be_null=False
        ),
    )


def _parquet(file: Path, wanted: Collection[str]) -> Any:
    import pandas
    from pyarrow import parquet  # pandas names no package when it is missing

    few = [name for name in parquet.read_schema(file).names if name in wanted]
    return pandas.read_parquet(file, columns=few or None)


def _stata(file: Path, wanted: Collection[str]) -> Any:
    import pandas

    found = pandas.read_stata(file, convert_categoricals=False)
    few = [name for name in found.columns if name in wanted]
    return found[few] if few else found


def _spss(file: Path, wanted: Collection[str]) -> Any:
    import pyreadstat

    found = pyreadstat.read_sav(str(file), apply_value_formats=False, user_missing=False)[0]
    few = [name for name in found.columns if name in wanted]
    return found[few] if few else found


READERS: dict[str, Callable[[Path, Collection[str]], Any]] = {
    ".csv": _csv,
    ".tsv": _csv,
    ".parquet": _parquet,
    ".dta": _stata,
    ".sav": _spss,
}
