"""A design as a JSON file: the keys of the TOML file, with ``plan`` among them; JSON read with its mistakes in place.

``json`` does not say where keys stand: that is found here. What the keys mean is read as of TOML.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, NoReturn

from identcheck.describe.design import Design
from identcheck.errors import FormatError, clipped
from identcheck.errors.limits import NESTING
from identcheck.errors.visible import json_text
from identcheck.formats.design_file import KEYS
from identcheck.formats.fields import Dialect, KeyPath, Places, Span
from identcheck.formats.tokens import place_in

__all__ = [
    "JSON",
    "SCHEMA_KEY",
    "holds_design",
    "json_spans",
    "json_string_offsets",
    "loaded",
    "parsed",
    "write",
]

SCHEMA_KEY = "$schema"
"""Where a file says which schema it obeys; editors read it, identcheck does not."""

JSON = Dialect(
    table='write "{}": {{ ... }} with its entries inside',
    entry="{}: {}",
    above="move it out of these braces",
    dotted="text",
)


def write(design: Design, plan: Any | None = None, data: Mapping[str, Any] | None = None) -> str:
    """The text of a JSON file that reads back to the same design and plan.

    Args:
        design: the design.
        plan: a ``Plan``, for the key ``plan``.
        data: what stands under the key ``data``, for columns of data.

    Raises:
        IdentcheckError: a name or a number that no design file can hold.
    """
    from identcheck.formats.design_tables import document_of, encodable

    return encodable(json_text(document_of(design, plan, data), allow_nan=False) + "\n")


def holds_design(text: str) -> bool:
    """Whether JSON is meant as a design, and not as a graph of another program, whose keys a design does not have.

    Text that is no JSON counts as a design, so that :func:`parsed` says where it is malformed.
    """
    try:
        found = loaded(text, "")
    except FormatError:
        return True
    if not isinstance(found, dict) or not found:
        return True
    if {"nodes", "elements"} & {*found} or isinstance(found.get("graph"), dict):
        return False
    known = (*KEYS, SCHEMA_KEY)
    return any(
        key in known or (key != "graphs" and get_close_matches(key, known, cutoff=0.8)) for key in found
    )


def parsed(text: str, source: str) -> tuple[dict[str, Any], Places]:
    """What a JSON text holds, and where each of its keys stands; a byte order mark is accepted.

    Raises:
        FormatError: malformed JSON, no object, or a key that is set twice, with its place.
    """
    place = place_in(text)
    found = loaded(text, source)
    document = {} if found is None and not text.strip() else found
    if not isinstance(document, dict):
        raise FormatError(1, 1, "malformed JSON: a design is an object: { ... }", source)
    spans: dict[KeyPath, Span] = {}
    for path, span in json_spans(text):
        if path in spans:
            before = place(spans[path][0])[0]
            twice = f"malformed JSON: the key {clipped(path[-1])} is set twice: here and at line {before}"
            raise FormatError(*place(span[0]), twice, source)
        spans[path] = span
    document.pop(SCHEMA_KEY, None)
    return document, Places(text, source, spans, json_string_offsets, JSON)


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
        from identcheck.formats.number_mistakes import misread_number

        before = text[: error.pos].rstrip()
        if before.endswith(",") and (closing := text[error.pos : error.pos + 1]) in _TRAILING:
            fail(
                len(before) - 1, _TRAILING[closing]
            )  # releases of Python differ in what they say of it, and where
        if number := misread_number(text, error.lineno, error.colno):
            message = re.sub(r'("(?:[^"\\]|\\.)*") = ', r"\1: ", number[2])
            raise FormatError(*number[:2], f"malformed JSON: {message}", source) from error
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
