"""Columns of a data frame of any kind as arrays, with everything that is wrong in them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from identcheck.derive.words import counted
from identcheck.errors import InvalidDataError, suggestion

__all__ = ["LARGEST", "MISSING", "Columns", "Floats", "name_of"]

Floats = NDArray[np.float64]

LARGEST = 1e100
"""Larger numbers are mistakes, and their squares have no place in a computer."""

WHOLE = re.compile(r"-?[0-9]+\.0")
"""A whole number as text, written as one with decimals."""

MISSING = ("", "na", "nan", "n/a", "null", "none", ".")
"""What stands for a missing number in a column of text; in a column of names only an empty cell does."""


@dataclass
class Columns:
    """The columns of a frame, and the problems found so far.

    Attributes:
        frame: a pandas or polars data frame, or another that narwhals knows.
        problems: what is wrong, a sentence each.
    """

    frame: Any
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if isinstance(self.frame, dict):
            self._table = {str(name): np.asarray(values) for name, values in self.frame.items()}
            lengths = {len(values) for values in self._table.values()}
            if len(lengths) > 1:
                raise InvalidDataError(["the columns differ in length; give each a value for every row"])
            self.names, self.rows = tuple(self._table), max(lengths, default=0)
            return
        self.names, self._table = (), {}
        self._read()
        self.rows = len(self.frame)

    def _read(self) -> None:
        try:
            import narwhals
        except ImportError:
            raise InvalidDataError(
                ["data frames need the package narwhals; get it by: pip install 'identcheck[data]'"]
            ) from None
        sized = hasattr(
            self.frame, "__len__"
        )  # a lazy frame, which is refused below, would have to be worked out
        names = list(getattr(self.frame, "column_names", getattr(self.frame, "columns", []))) if sized else []
        doubled = sorted({str(name) for name in names if names.count(name) > 1})
        if doubled:
            twice = ", ".join(map(repr, doubled))
            raise InvalidDataError([f"more than one column is called {twice}; rename all but one"])
        try:
            frame = narwhals.from_native(self.frame, eager_only=True)
        except TypeError:
            kind = type(self.frame).__name__
            raise InvalidDataError(
                [
                    f"the data are of the kind {kind}; give a data frame of pandas or polars, or a dict of columns"
                ]
            ) from None
        self.frame, self.names = frame, tuple(map(str, frame.columns))

    def demand_kind(self, what: str, value: object, kinds: type | tuple[type, ...], example: str) -> None:
        """An argument of another kind becomes a problem."""
        if not isinstance(value, kinds):
            self.problems.append(f"{what}: {value!r:.60} was given; give {example}")

    def demand(self, wanted: Iterable[object]) -> bool:
        """Whether there are all these columns; those that there are not become problems."""
        before = len(self.problems)
        for name in dict.fromkeys(w if isinstance(w, str) else repr(w) for w in wanted):
            if name not in self.names:
                known = ", ".join(map(repr, self.names[:20])) + (" ..." if len(self.names) > 20 else "")
                self.problems.append(
                    f"there is no column {name!r}{suggestion(name, self.names)}; there are {known}"
                )
        return len(self.problems) == before

    def values(self, name: str) -> NDArray[Any]:
        """A column as it is."""
        if name in self._table:
            return self._table[name]
        place = self.names.index(name)
        column = self.frame.get_column(self.frame.columns[place])
        if str(column.dtype).startswith(("Categorical", "Enum")):
            return np.asarray(column.to_list(), dtype=object)
        return np.asarray(column.to_numpy())

    def numbers(self, name: str, what: str = "") -> Floats:
        """A column of numbers; a missing one is NaN, and text where a number stands is a problem."""
        quick = self._parsed_by_arrow(name)
        found = self.values(name) if quick is None else quick
        if found.dtype.kind in "mMc":
            kind = "complex numbers" if found.dtype.kind == "c" else "dates or times"
            self.problems.append(f"column {name!r} has {kind} where numbers stand")
            return np.full(len(found), np.nan)
        plain = found.dtype.kind in "fiub"
        made: Floats = found.astype(float) if plain else self._parsed(name, found, what)
        with np.errstate(invalid="ignore"):
            large = np.abs(made) > LARGEST
        if large.any():
            self.problems.append(
                f"column {name!r}: {made[large][0]:g} in row {_row(large)} is no number to reckon with; leave it empty"
            )
        return made

    def _texts(self, name: str) -> Any:
        """A column of text of a CSV file, as Arrow has it; None of other columns."""
        if name in self._table:
            return None
        column = self.frame.get_column(self.frame.columns[self.names.index(name)])
        return (
            column.to_native()
            if column.implementation.is_pyarrow() and str(column.dtype) == "String"
            else None
        )

    def _parsed_by_arrow(self, name: str) -> Floats | None:
        """The numbers in a column of text, all at once; None where something in it is no number, or it is no such column."""
        texts = self._texts(name)
        if texts is None:
            return None
        from pyarrow import ArrowInvalid, array, compute, float64

        missing = compute.is_in(compute.utf8_lower(compute.utf8_trim_whitespace(texts)), array(MISSING))
        try:
            numbers = compute.cast(compute.if_else(missing, None, texts), float64())
        except ArrowInvalid:
            return None
        made: Floats = np.asarray(numbers.to_numpy(), dtype=float)
        return made

    def _parsed(self, name: str, found: NDArray[Any], what: str) -> Floats:
        try:
            return found.astype(float)
        except (TypeError, ValueError):
            return self._one_by_one(name, found, what)

    def _one_by_one(self, name: str, found: NDArray[Any], what: str) -> Floats:
        made = np.full(len(found), np.nan)
        wrong: list[tuple[int, str]] = []
        for row, value in enumerate(found):
            if value is None or str(value).strip().lower() in MISSING or str(value) == "<NA>":
                continue
            try:
                made[row] = float(value)
            except (TypeError, ValueError):
                wrong.append((row + 1, str(value)))
        if wrong:
            more = (
                f" and in {counted(len(wrong) - 1, 'further row', 'further rows')}" if len(wrong) > 1 else ""
            )
            of = f", {what}," if what else ""
            if any(letter.isdigit() for letter in wrong[0][1]):
                more += "; write numbers as 1234.5"
            self.problems.append(
                f"column {name!r}{of} has text where numbers stand: {wrong[0][1]!r:.60} in row {wrong[0][0]}{more}"
            )
        return made

    def labels(self, name: str, what: str = "site") -> tuple[NDArray[np.intp], tuple[str, ...]]:
        """A column of names as codes and names, in the order in which they appear; an empty name is a problem.

        101.0 is the name "101", also as text where all are of that form; "NA" is a name.

        Args:
            name: the column.
            what: what it names.
        """
        texts = self._texts(name)
        if texts is not None:
            return self._labels_of_texts(name, texts, what)
        found = self.values(name)
        if found.dtype.kind in "iub":
            kinds, first, codes = np.unique(found, return_index=True, return_inverse=True)
            return _in_order(tuple(str(int(k)) for k in kinds), first, codes)
        if found.dtype.kind == "f":
            if np.isnan(found).any():
                self.problems.append(
                    f"column {name!r} is empty in row {_row(np.isnan(found))}; name the {what} of every row"
                )
                found = np.nan_to_num(found)
            kinds, first, codes = np.unique(found, return_index=True, return_inverse=True)
            return _in_order(tuple(map(name_of, kinds)), first, codes)
        names = _names(found.tolist())
        place = {name: i for i, name in enumerate(dict.fromkeys(names))}
        return self._named(
            name, np.fromiter((place[n] for n in names), np.intp, len(names)), tuple(place), what
        )

    def _labels_of_texts(self, name: str, texts: Any, what: str) -> tuple[NDArray[np.intp], tuple[str, ...]]:
        coded = texts.combine_chunks().dictionary_encode()
        kinds = [name_of(kind) for kind in coded.dictionary.to_pylist()]
        place = {name: i for i, name in enumerate(dict.fromkeys(kinds))}
        same = np.array([place[kind] for kind in kinds], dtype=np.intp)  # "a" and "a " are one name
        return self._named(name, same[coded.indices.to_numpy()], tuple(place), what)

    def _named(
        self, name: str, codes: NDArray[np.intp], kinds: tuple[str, ...], what: str
    ) -> tuple[NDArray[np.intp], tuple[str, ...]]:
        if "" in kinds:
            row = _row(codes == kinds.index(""))
            self.problems.append(f"column {name!r} is empty in row {row}; name the {what} of every row")
        if all(WHOLE.fullmatch(kind) for kind in kinds):  # numbers that went through a file of text
            kinds = tuple(kind.removesuffix(".0") for kind in kinds)
        return codes, kinds

    def refuse(self) -> None:
        """Raise what was found.

        Raises:
            InvalidDataError: listing every problem.
        """
        if self.problems:
            raise InvalidDataError(self.problems)


def _names(values: list[Any]) -> list[str]:
    """Values as names, each different value named once."""
    try:
        known = {(type(v), v): "" for v in values}
    except TypeError:  # a list, say, is no name, and is written out
        return [name_of(v) for v in values]
    known = {key: name_of(key[1]) for key in known}
    return [known[type(v), v] for v in values]


def name_of(value: object) -> str:
    """A value as a name: 101.0 as "101", text without space around it, a missing value as ""."""
    if value is None or (isinstance(value, float) and value != value) or str(value) == "<NA>":
        return ""
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def _row(mask: NDArray[np.bool_]) -> int:
    return int(np.flatnonzero(mask)[0]) + 1


def _in_order(
    kinds: tuple[str, ...], first: NDArray[np.intp], codes: NDArray[np.intp]
) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    order = np.argsort(first, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return place[codes.reshape(-1)], tuple(kinds[i] for i in order)
