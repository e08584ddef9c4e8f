"""JSON read with its mistakes in place, and where its keys stand, which ``json`` does not say."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from typing import Any, NoReturn

from identcheck.errors import FormatError
from identcheck.errors.limits import NESTING
from identcheck.formats.tokens import place_in
from identcheck.formats.toml_places import KeyPath, Span

__all__ = ["json_spans", "json_string_offsets", "loaded"]

_BLANK = re.compile(r"[ \t\n\r]*")
_CHARACTER = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u....|\\.|.", re.DOTALL)
_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?'
_PIECE = re.compile(rf'(?P<string>{_STRING})|(?P<mark>[{{}}\[\]:,])|[^"{{}}\[\]:,]+', re.DOTALL)
_value = json.JSONDecoder().raw_decode
_TRAILING = {
    "}": "expected a key in double quotes, and no comma before '}'",
    "]": "expected a value, and no comma before ']'",
}
_HINTS = {
    "Expecting value": "expected a value: text in double quotes, a number, a list or an object",
    "Expecting property name enclosed in double quotes": "expected a key in double quotes, and no comma before '}'",
    "Illegal trailing comma before end of object": _TRAILING["}"],
    "Illegal trailing comma before end of array": _TRAILING["]"],
    "Expecting ':' delimiter": "expected ':' after the key",
    "Expecting ',' delimiter": "expected ',' before the next entry, or the closing bracket",
    "Extra data": "expected nothing after the closing brace",
    "Unterminated string starting at": "a double quote that is not closed",
    "Invalid control character at": r"a line break or control character inside quotes; write \n or \t",
    "Invalid \\escape": r"a backslash that begins no escape; write \\ for a backslash",
    "Invalid \\uXXXX escape": r"\u takes four hexadecimal digits",
}


def loaded(text: str, source: str) -> Any:
    """What a JSON text holds; None for one that is empty.

    Raises:
        FormatError: malformed JSON, objects too deep or numbers too long, at its place.
    """

    def fail(offset: int, message: str) -> NoReturn:
        raise FormatError(*place_in(text)(offset), f"malformed JSON: {message}", source)

    def refuse(constant: str) -> NoReturn:
        found = re.search(rf"(?<![\w\"]){constant}", text)
        fail(found.start() if found else 0, f"{constant} is no number here")

    _demand_plain(text, fail)
    try:
        return json.loads(text, parse_constant=refuse) if text.strip() else None
    except json.JSONDecodeError as error:
        before = text[: error.pos].rstrip()
        if before.endswith(",") and (closing := text[error.pos : error.pos + 1]) in _TRAILING:
            fail(
                len(before) - 1, _TRAILING[closing]
            )  # releases of Python differ in what they say of it, and where
        cut_off = not text[error.pos :].strip()
        hint = _HINTS.get(error.msg, "expected another sign here")
        fail(error.pos, "the text ends too early" if cut_off else hint)


def _demand_plain(text: str, fail: Any) -> None:
    """Refuse objects too deep, and whole numbers of more digits than Python takes, at their place."""
    depth = 0
    most = sys.get_int_max_str_digits()
    for piece in _PIECE.finditer(text):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(piece[0], 0)
        if depth > NESTING.most:
            fail(piece.start(), NESTING.refusal(depth))
        if piece["string"] is None and most and len(piece[0]) > most:
            number = re.search(rf"-?\d{{{most + 1},}}", piece[0])
            if number:
                fail(piece.start() + number.start(), "a whole number has too many digits")


def json_spans(text: str) -> Iterator[tuple[KeyPath, Span]]:
    """Each key of the objects in one another, with the offsets of the key and of its value, in order.

    For text that ``json`` has accepted. What stands in lists is passed over.
    """
    around: list[KeyPath | None] = []  # of each object or list that is open: its own key; None in lists
    key: tuple[str, int] | None = None
    own: KeyPath = ()
    for piece in _PIECE.finditer(text):
        path = around[-1] if around else None
        if piece["string"] is not None and key is None:
            key = (piece[0], piece.start())
        elif piece[0] == ":" and key is not None and path is not None:
            own = (*path, str(_value(key[0])[0]))
            value = _BLANK.match(text, piece.end())
            yield own, (key[1], value.end() if value else piece.end())
        if piece["mark"] == "{":
            around.append(own if not around or path is not None else None)
            key = None
        elif piece["mark"] == "[":
            around.append(None)
            key = None
        elif piece["mark"] in ("}", "]"):
            around.pop()
        elif piece["mark"] == ",":
            key = None


def json_string_offsets(text: str, start: int, value: str) -> list[int] | None:
    """Offset in a JSON text of each character of a string value, and of the string's end."""
    if not text.startswith('"', start):
        return None
    end = _value(text, start)[1] - 1
    offsets = [character.start() for character in _CHARACTER.finditer(text, start + 1, end)] + [end]
    return offsets if len(offsets) == len(value) + 1 else None
