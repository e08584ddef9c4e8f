"""A parsed document, of TOML or of JSON: where its keys stand, and typed access that lists every wrong one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from identcheck.errors import clipped, suggestion
from identcheck.errors.limits import PROBLEMS
from identcheck.formats.elsewhere import elsewhere
from identcheck.formats.tokens import Place, place_in

__all__ = ["Dialect", "Fields", "KeyPath", "Places", "Span"]

_Value = TypeVar("_Value")
_KINDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a decimal number",
    str: "text",
    list: "a list",
    dict: "a table",
}


MOST_LINES = 5
"""Lines that are named for one problem."""


@dataclass(frozen=True)
class Dialect:
    """How a kind of file writes a table, for the remedies for problems.

    Attributes:
        table: how the table with a name in place of ``{}`` is written.
        entry: how one of its entries is written.
        above: where the keys that are no tables stand.
        dotted: what to do where a name with a dot was taken for a table.
    """

    table: str
    entry: str
    above: str
    dotted: str


KeyPath = tuple[str, ...]
"""A key with the tables around it, such as ``("varies", "V -> NP")``."""

Span = tuple[int, int]
"""Offsets of a key and of its value; of a table's header, twice."""


class Places:
    """Where the keys of a text stand.

    Args:
        text: the text, its line ends normalized.
        source: the file's name.
        spans: where each key and its value stand.
        offsets: of the text, of the place of a string value and of what it means: where each of its characters stands, and
            its end; None if no such string stands there.
        dialect: the kind of file.

    Attributes:
        lines: lines that were found otherwise: of the nodes and arrows of the drawing, and of what is said of arrows.
    """

    def __init__(
        self,
        text: str,
        source: str,
        spans: dict[KeyPath, Span],
        offsets: Callable[[str, int, str], list[int] | None],
        dialect: Dialect,
    ) -> None:
        self.text = text
        self.source = source
        self.spans = spans
        self.starts: dict[KeyPath, int] = {}
        self.lines: dict[KeyPath, int] = {}
        self.place = place_in(text)
        self.offsets = offsets
        self.dialect = dialect

    def line(self, path: KeyPath) -> int:
        """The line of a key, or of what was found nearest to it; 0 for none."""
        if not self.starts:
            for known, (start, _) in self.spans.items():
                for length in range(1, len(known) + 1):
                    self.starts.setdefault(known[:length], start)
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
            if path[:length] in self.starts:
                return self.place(self.starts[path[:length]])[0]
        return 0

    def inside(self, path: KeyPath, value: str) -> Place:
        """Where each offset of a text value stands in the file."""
        start = self.spans[path][1] if path in self.spans else 0
        offsets = self.offsets(self.text, start, value)
        return lambda offset: self.place(offsets[offset] if offsets else start)

    def worded(self, problems: list[tuple[KeyPath, str]]) -> list[str]:
        """Problems in the order of the file, each after the name of its place."""
        at = sorted(((self.line(path), problem) for path, problem in problems), key=lambda at: at[0])
        return [self._after([line] if line else [], text) for line, text in at]

    def located(self, problem: str) -> str:
        """A problem of the design, after the lines of what it is about."""
        about: tuple[KeyPath, ...] = getattr(problem, "about", ())
        return self._after(sorted({self.line(path) for path in about} - {0}), problem)

    def _after(self, lines: list[int], text: str) -> str:
        if len(lines) < 2:
            return f"{self.source}, line {lines[0]}: {text}" if lines else f"{self.source}: {text}"
        *first, last = map(str, lines[:MOST_LINES])
        shown = (
            f"{', '.join(first)} and {last}"
            if len(lines) <= MOST_LINES
            else f"{', '.join([*first, last])}, ..."
        )
        return f"{self.source}, lines {shown}: {text}"


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

    def __init__(
        self,
        document: Mapping[str, Any],
        keys: Collection[str],
        dialect: Dialect,
    ) -> None:
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
                hint = elsewhere(key, document[key])
                hint = hint or self.hint(key, keys) or f"; the keys are {', '.join(keys)}"
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
        pointed = isinstance(self.document.get(key), float)
        return self._take(key, int, f"a whole number {'with no point' if pointed else 'without quotes'}")

    def flag(self, key: str) -> bool | None:
        """True or false under a key, or None."""
        value = self.document.get(key)
        if value is None or isinstance(value, bool):
            return value
        self._mistyped((key,), value, "true or false, without quotes")
        return None

    def names(self, key: str, such_as: str = '["A", "B"]') -> list[str]:
        """The list of names under a key; a single name counts as a list of one."""
        value = self.document.get(key, [])
        names = [value] if isinstance(value, str) else value
        if isinstance(names, list) and all(isinstance(name, str) for name in names):
            return names
        self._mistyped((key,), value, f"a name or a list of names, such as {such_as}")
        return []

    def table(self, key: str, entries: Container[str] = ()) -> dict[str, str]:
        """The table under a key, with text values only.

        A key of the document that has slipped into the table is reported as such, unless it is
        among the ``entries`` that the table may well have and holds no number.
        """
        found = self._take(key, dict, self._a_table(key)) or {}
        texts = {}
        for name, value in found.items():
            if name in self.keys and (name not in entries or isinstance(value, int)):
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
        for name, value in found.items():
            if name not in keys:
                hint = f"; {self.dialect.above}" if name in self.keys else elsewhere(name, value, key)
                hint = hint or self.hint(name, keys) or f"; its keys are {', '.join(keys)}"
                self.report((key, name), f"unknown key {clipped(name)} in [{key}]{hint}")
        return {name: value for name, value in found.items() if name in keys}

    def tables(self, key: str) -> dict[str, dict[str, Any]]:
        """The tables inside a table, by name, with values of any kind."""
        found = self._take(key, dict, self._a_table(key)) or {}
        for name, value in found.items():
            if not isinstance(value, dict):
                self._mistyped((key, name), value, self._a_table(f"{key}.{name}"))
        return {name: value for name, value in found.items() if isinstance(value, dict)}

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
