"""Where things stand in a TOML text, which ``tomllib`` does not say.

The scanner is for text that ``tomllib`` has accepted, or that broke off: it finds table headers and
keys and steps over values. It never fails; what it does not recognise has no place.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator

from identcheck.errors.limits import NESTING
from identcheck.formats.fields import TOML, Dialect
from identcheck.formats.tokens import Place, place_in

__all__ = ["KeyPath", "Places", "Span", "key_spans", "string_offsets", "too_deep"]

KeyPath = tuple[str, ...]
"""A key with the tables around it, such as ``("varies", "V -> NP")``."""

Span = tuple[int, int]
"""Offsets of a key and of its value; of a table's header, twice."""

_PART = r"""(?: [A-Za-z0-9_-]+ | "(?:[^"\\\n]|\\.)*" | '[^'\n]*' )"""
_DOTTED = rf"{_PART} (?: [ \t]* \. [ \t]* {_PART} )*"
_STRING = r'''
    """ (?:[^\\]|\\.)*? "{3,5}
    | \'\'\' .*? '{3,5}
    | "(?!"") (?:[^"\\\n]|\\.)* "
    | '(?!\'\') [^'\n]* '
'''


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.VERBOSE | re.DOTALL)


_part, _string = _pattern(_PART), _pattern(_STRING)
_statement = _pattern(
    rf"""(?P<blank> (?: \s | \#[^\n]* )+ )
    | \[\[? [ \t]* (?P<table> {_DOTTED} ) [ \t]* \]
    | (?P<key> {_DOTTED} ) [ \t]* = [ \t]*
    | (?P<other> [^\n]+ )"""
)
_piece = _pattern(rf"(?P<string> {_STRING} ) | \#[^\n]* | [^]\"'#\n[{{}}]+ | .")
_character = _pattern(r"(?P<join> \\ [ \t]* \n \s* ) | \\ (?: u.{4} | U.{8} | x.{2} | . ) | .")


class Places:
    """Where the keys of a text stand.

    Args:
        text: the text, its line ends normalised.
        source: the file's name.
        spans: where each key and its value stand; by default those of TOML.
        offsets: where each character of a string value stands (see :func:`string_offsets`).
        dialect: the kind of file.
    """

    def __init__(
        self,
        text: str,
        source: str,
        spans: dict[KeyPath, Span] | None = None,
        offsets: Callable[[str, int, str], list[int] | None] | None = None,
        dialect: Dialect = TOML,
    ) -> None:
        self.text = text
        self.source = source
        self.spans = key_spans(text) if spans is None else spans
        self.starts: dict[KeyPath, int] = {}
        self.place = place_in(text)
        self.offsets = offsets or string_offsets
        self.dialect = dialect

    def line(self, path: KeyPath) -> int:
        """The line of a key, or of what was found nearest to it; 0 for none."""
        if not self.starts:
            for known, (start, _) in self.spans.items():
                for length in range(1, len(known) + 1):
                    self.starts.setdefault(known[:length], start)
        found = (self.starts.get(path[:length]) for length in range(len(path), 0, -1))
        return next((self.place(start)[0] for start in found if start is not None), 0)

    def inside(self, path: KeyPath, value: str) -> Place:
        """Where each offset of a text value stands in the file."""
        start = self.spans[path][1] if path in self.spans else 0
        offsets = self.offsets(self.text, start, value)
        return lambda offset: self.place(offsets[offset] if offsets else start)

    def worded(self, problems: list[tuple[KeyPath, str]]) -> list[str]:
        """Problems in the order of the file, each after the name of its place."""
        at = sorted(((self.line(path), problem) for path, problem in problems), key=lambda at: at[0])
        return [
            f"{self.source}, line {line}: {text}" if line else f"{self.source}: {text}" for line, text in at
        ]


def key_spans(text: str) -> dict[KeyPath, Span]:
    """Where each key and each table header stands, in order."""
    return dict(_statements(text))


def too_deep(text: str) -> int | None:
    """Where brackets stand inside each other, or a key has parts, beyond the limit; None where that is nowhere.

    ``tomllib`` would run out of the stack there, or of time.
    """
    offset = 0
    while match := _statement.match(text, offset):
        offset = match.end()
        dotted = match["table"] or match["key"]
        if dotted and dotted.count(".") >= NESTING.most and len(_part.findall(dotted)) > NESTING.most:
            return match.start()
        if match["key"]:
            depth = dots = 0
            while piece := _piece.match(text, offset):
                shown = piece[0]
                if shown == "\n" and depth <= 0:
                    break
                depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(shown, 0)
                if piece["string"] is None:
                    parted = re.search(r"[^,={}\[\]\n]*\Z", shown)
                    last = parted[0] if parted else ""
                    dots = last.count(".") + (dots if len(last) == len(shown) else 0)
                if depth > NESTING.most or dots > NESTING.most:
                    return piece.start()
                offset = piece.end()
    return None


def string_offsets(text: str, start: int, value: str) -> list[int] | None:
    r"""Offset in a TOML text of each character of a string value, and of the string's end.

    Args:
        text: the TOML text, its line ends normalised to ``\n``.
        start: where the value stands.
        value: what the string means, for checking.

    Returns:
        ``len(value) + 1`` offsets, or None if no string of that length stands there.
    """
    match = _string.match(text, start)
    if match is None:
        return None
    quotes = 3 if text[start : start + 3] in ('"""', "'''") else 1
    here, end = start + quotes, match.end() - quotes
    if quotes == 3 and text[here] == "\n":
        here += 1
    if text[start] == "'":
        offsets = list(range(here, end + 1))
    else:
        characters = _character.finditer(text, here, end)
        offsets = [c.start() for c in characters if c["join"] is None] + [end]
    return offsets if len(offsets) == len(value) + 1 else None


def _statements(text: str) -> Iterator[tuple[KeyPath, Span]]:
    table: KeyPath = ()
    offset = 0
    while match := _statement.match(text, offset):
        offset = match.end()
        if match["table"]:
            table = _path(match["table"])
            yield table, (match.start(), match.start())
        elif match["key"]:
            yield (*table, *_path(match["key"])), (match.start(), offset)
            offset = _value_end(text, offset)


def _path(dotted: str) -> KeyPath:
    """The parts of a dotted key, their quotes undone."""
    return tuple(_unquoted(part) for part in _part.findall(dotted))


def _unquoted(part: str) -> str:
    try:
        return str(tomllib.loads(f"key = {part}")["key"]) if part[0] in "\"'" else part
    except tomllib.TOMLDecodeError:
        return part


def _value_end(text: str, offset: int) -> int:
    """The end of the line on which a value ends; it may hold brackets and strings of many lines."""
    depth = 0
    while match := _piece.match(text, offset):
        piece = match[0]
        if piece == "\n" and depth <= 0:
            break
        if match["string"] is None and piece in ("'", '"'):
            return len(text)  # a string that is never closed
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(piece, 0)
        offset = match.end()
    return offset
