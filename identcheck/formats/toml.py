"""A design as a TOML file: parsed by ``tomllib``, with the places that it does not say.

The scanner is for text that ``tomllib`` has accepted, or that broke off: it finds table headers and
keys and steps over values. It never fails; what it does not recognize has no place.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from typing import Any

from identcheck.errors import FormatError
from identcheck.errors.limits import NESTING
from identcheck.formats.fields import Dialect, KeyPath, Places, Span
from identcheck.formats.tokens import place_in

__all__ = ["parsed"]

TOML = Dialect(
    table="write [{}] and its entries below it",
    entry="{} = {}",
    above="move it above all tables",
    dotted="text; a name with a dot is written in quotes",
)


def parsed(text: str, source: str) -> tuple[dict[str, Any], Places]:
    """What a TOML text holds, and where each of its keys stands; a byte order mark and Windows line ends are accepted.

    Raises:
        FormatError: malformed TOML, with its place.
    """
    return _parse(text, source), Places(text, source, key_spans(text), string_offsets, TOML)


def _parse(text: str, source: str) -> dict[str, Any]:
    end = place_in(text)(len(text))
    deep = too_deep(text)
    if deep is not None:
        raise FormatError(*place_in(text)(deep), NESTING.refusal(f"more than {NESTING.most}"), source)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", str(error), re.S)
        message = at[1] if at else str(error)
        place = (int(at[2]), int(at[3])) if at and at[2] else end
        place, message = _told(text, place, message, place == end)
    except ValueError:  # Python itself refuses whole numbers of thousands of digits
        number = re.search(rf"\d[\d_]{{{sys.get_int_max_str_digits()},}}", text)
        message, place = "a whole number has too many digits", place_in(text)(number.start() if number else 0)
    raise FormatError(*place, message, source)


def _told(text: str, place: tuple[int, int], message: str, at_end: bool) -> tuple[tuple[int, int], str]:
    """What is wrong where ``tomllib`` stopped, in words for people, and where that begins."""
    from identcheck.formats.number_mistakes import misread_number
    from identcheck.formats.toml_mistakes import explained, open_table

    lines = [*text.split("\n"), ""]
    stopped = sum(len(line) + 1 for line in lines[: place[0] - 1]) + place[1] - 1
    braces = _open_braces(text, stopped)
    rest = text[stopped : (text + "\n").find("\n", stopped)].strip()
    if braces is not None and not at_end and (not rest or rest.startswith("#")):
        path, begun, listed = braces
        return place_in(text)(begun), open_table(path, listed)
    if number := misread_number(text, *place):
        return number[:2], number[2]
    if at_end and message.startswith(("Invalid value", "Un")):
        return place, f"the file ends too early{_open_value(text)}"
    message = explained(lines[place[0] - 1], place[1], message, braces is not None)
    behind = misread_number(text, place[0], len(lines[place[0] - 1]))
    return place, f"{message}; and {behind[2].split(':')[0]}" if behind else message


def _open_braces(text: str, stopped: int) -> tuple[KeyPath, int, bool] | None:
    """The table in braces that is open at a place: its key, where it begins, and whether it stands in a list."""
    for path, (start, value) in key_spans(text[:stopped]).items():
        if start == value or _value_end(text, value) < stopped:
            continue
        open_: list[tuple[str, int]] = []
        for piece, _ in _value_pieces(text[:stopped], value):
            if piece[0] in ("{", "["):
                open_.append((piece[0], piece.start()))
            elif piece[0] in ("}", "]") and open_:
                open_.pop()
        if open_ and open_[-1][0] == "{":
            return path, open_[-1][1], any(sign == "[" for sign, _ in open_)
    return None


def _open_value(text: str) -> str:
    """What to look at first where a text ends too early: the last value that was begun."""
    spans = key_spans(text)
    if not spans:
        return ""
    path, (_, start) = list(spans.items())[-1]
    return f"; is the value of {path[-1]!r}, begun at line {place_in(text)(start)[0]}, complete?"


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
        dots = 0
        for piece, depth in _value_pieces(text, offset) if match["key"] else ():
            offset, shown = piece.end(), piece[0]
            if piece["string"] is None:
                parted = re.search(r"[^,={}\[\]\n]*\Z", shown)
                last = parted[0] if parted else ""
                dots = last.count(".") + (dots if len(last) == len(shown) else 0)
            if depth > NESTING.most or dots > NESTING.most:
                return piece.start()
    return None


def string_offsets(text: str, start: int, value: str) -> list[int] | None:
    r"""Offset in a TOML text of each character of a string value, and of the string's end.

    Args:
        text: the TOML text, its line ends normalized to ``\n``.
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
    for piece, _ in _value_pieces(text, offset):
        if piece["string"] is None and piece[0] in ("'", '"'):
            return len(text)  # a string that is never closed
        offset = piece.end()
    return offset


def _value_pieces(text: str, offset: int) -> Iterator[tuple[re.Match[str], int]]:
    """The pieces of a value to the end of its last line, each with how many brackets are open after it."""
    depth = 0
    while (piece := _piece.match(text, offset)) and (piece[0] != "\n" or depth > 0):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(piece[0], 0)
        yield piece, depth
        offset = piece.end()
