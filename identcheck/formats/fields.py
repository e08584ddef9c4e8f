"""Typed access to a parsed document that lists every wrong key instead of stopping at the first."""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from identcheck.describe.validation.wording import one_line
from identcheck.errors import clipped, suggestion
from identcheck.errors.limits import PROBLEMS

__all__ = ["TOML", "Dialect", "Fields", "one_line"]

_Value = TypeVar("_Value")
_KINDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a decimal number",
    str: "text",
    list: "a list",
    dict: "a table",
}


@dataclass(frozen=True)
class Dialect:
    """How a kind of file writes a table, for the mends of problems.

    Attributes:
        table: how the table with a name in place of ``{}`` is written.
        above: where the keys that are no tables stand.
        dotted: what to do where a name with a dot was taken for a table.
    """

    table: str
    above: str
    dotted: str


TOML = Dialect(
    table="write [{}] and its entries below it",
    above="move it above all tables",
    dotted="text; a name with a dot is written in quotes",
)


class Fields:
    """A document's keys, taken one by one; what is wrong with them collects in ``problems``.

    Args:
        document: nested mappings of text keys.
        keys: the keys that a document may have.
        dialect: the kind of file.

    Attributes:
        problems: each wrong key, with the tables around it, and what is wrong with it.
        mistyped: the keys of the document whose value, or an entry of it, has the wrong type.
    """

    def __init__(self, document: Mapping[str, Any], keys: Collection[str], dialect: Dialect = TOML) -> None:
        """Report the keys that a document may not have."""
        # A key in capitals is told, and read all the same, so that nothing else is told of its absence.
        self.document = {key.lower(): value for key, value in document.items() if key.lower() in keys} | dict(
            document
        )
        self.dialect = dialect
        self.keys = keys
        self.problems: list[tuple[tuple[str, ...], str]] = []
        self.mistyped: set[str] = set()
        for key in document:
            if key not in keys:
                hint = self.hint(key, keys) or f"; the keys are {', '.join(keys)}"
                self.report((key,), f"unknown key {clipped(key)}{hint}")

    def report(self, path: tuple[str, ...], problem: str) -> None:
        """Add a problem with the key at a path."""
        self.problems.append((path, problem))

    def hint(self, word: str, known: Collection[str]) -> str:
        """The nearest of the words there are; looked for as long as problems are printed."""
        return suggestion(word, known) if len(self.problems) < PROBLEMS.most else ""

    def text(self, key: str) -> str | None:
        """The text under a key, or None."""
        return self._take(key, str, 'text in quotes, such as "..."')

    def number(self, key: str) -> int | None:
        """The whole number under a key, or None."""
        return self._take(key, int, "a whole number without quotes")

    def names(self, key: str) -> list[str]:
        """The list of names under a key; a single name counts as a list of one."""
        value = self.document.get(key, [])
        names = [value] if isinstance(value, str) else value
        if isinstance(names, list) and all(isinstance(name, str) for name in names):
            return names
        self._mistyped((key,), value, 'a name or a list of names, such as ["A", "B"]')
        return []

    def table(self, key: str, entries: Container[str] = ()) -> dict[str, str]:
        """The table under a key, with text values only.

        A key of the document that has slipped into the table is reported as such, unless it is
        among the ``entries`` that the table may well have.
        """
        found = self._take(key, dict, self._a_table(key)) or {}
        texts = {}
        for name, value in found.items():
            if name in self.keys and name not in entries:
                self.report(
                    (key, name),
                    f"the key {name!r} is not part of [{key}]; {self.dialect.above}",
                )
            elif isinstance(value, str):
                texts[name] = value
            elif isinstance(value, dict):
                self._mistyped((key, name), value, self.dialect.dotted)
            else:
                self._mistyped((key, name), value, "text in quotes")
        return texts

    def nested(self, key: str, keys: Collection[str]) -> dict[str, Any]:
        """The table under a key, with values of any kind under the keys that it may have."""
        found = self._take(key, dict, self._a_table(key)) or {}
        for name in found:
            if name not in keys:
                hint = self.hint(name, keys) or f"; its keys are {', '.join(keys)}"
                self.report((key, name), f"unknown key {clipped(name)} in [{key}]{hint}")
        return {name: value for name, value in found.items() if name in keys}

    def _a_table(self, key: str) -> str:
        return f"a table: {self.dialect.table.format(key)}"

    def _take(self, key: str, kind: type[_Value], expected: str) -> _Value | None:
        value = self.document.get(key)
        if isinstance(value, kind) and not isinstance(value, bool):
            return value
        if value is not None:
            self._mistyped((key,), value, expected)
        return None

    def _mistyped(self, path: tuple[str, ...], value: object, expected: str) -> None:
        self.mistyped.add(path[0])
        kind = _KINDS.get(type(value), "a date or time")
        self.report(path, f"{'.'.join(path)!r} is {kind}, expected {expected}")
