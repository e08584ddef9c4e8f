"""A design as a JSON file: the keys of the TOML file, with ``plan`` among them.

``json`` parses, ``json_places`` finds the lines; the rest is that of the TOML reader.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from identcheck.design import Design
from identcheck.errors import FormatError
from identcheck.formats.chains import place_in
from identcheck.formats.document import document_of, encodable
from identcheck.formats.fields import Dialect
from identcheck.formats.json_places import json_spans, json_string_offsets
from identcheck.formats.toml_places import KeyPath, Places, Span
from identcheck.visible import json_text

__all__ = ["JSON", "SCHEMA_KEY", "holds_design", "parsed", "write"]

SCHEMA_KEY = "$schema"
"""Where a file says which schema it obeys; editors read it, identcheck does not."""

JSON = Dialect(
    table='write "{}": {{ ... }} with its entries inside',
    above="move it out of these braces",
    dotted="text",
)

_HINTS = {
    "Expecting value": "expected a value: text in double quotes, a number, a list or an object",
    "Expecting property name enclosed in double quotes": "expected a key in double quotes, and no comma before '}'",
    "Illegal trailing comma before end of object": "expected a key in double quotes, and no comma before '}'",
    "Illegal trailing comma before end of array": "expected a value, and no comma before ']'",
    "Expecting ':' delimiter": "expected ':' after the key",
    "Expecting ',' delimiter": "expected ',' before the next entry, or the closing bracket",
    "Extra data": "expected nothing after the closing brace",
    "Unterminated string starting at": "a double quote that is not closed",
    "Invalid control character at": r"a line break or control character inside quotes; write \n or \t",
    "Invalid \\escape": r"a backslash that begins no escape; write \\ for a backslash",
    "Invalid \\uXXXX escape": r"\u takes four hexadecimal digits",
}


def write(design: Design, plan: Any | None = None) -> str:
    """The text of a JSON file that reads back to the same design and plan.

    Args:
        design: the design.
        plan: a ``Plan``, for the key ``plan``.

    Raises:
        IdentcheckError: a name or a number that no design file can hold.
    """
    found = document_of(design, plan)
    return encodable(json_text(found, allow_nan=False) + "\n")


def holds_design(text: str) -> bool:
    """Whether JSON is meant as a design, and not as a node-link graph, which has "nodes" and an object "graph".

    Text that is no JSON counts as a design, so that :func:`parsed` says where it is malformed.
    """
    try:
        found = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return True
    return not (isinstance(found, dict) and ("nodes" in found or isinstance(found.get("graph"), dict)))


def parsed(text: str, source: str) -> tuple[dict[str, Any], Places]:
    """What a JSON text holds, and where each of its keys stands; a byte order mark is accepted.

    Raises:
        FormatError: malformed JSON, no object, or a key that is set twice, with its place.
    """
    text = text.removeprefix("\ufeff")
    place = place_in(text)

    def fail(offset: int, message: str) -> NoReturn:
        raise FormatError(*place(offset), f"malformed JSON: {message}", source)

    def refuse(constant: str) -> NoReturn:
        found = re.search(rf"(?<![\w\"]){constant}", text)
        fail(found.start() if found else 0, f"{constant} is no number here")

    try:
        document = json.loads(text, parse_constant=refuse) if text.strip() else {}
    except json.JSONDecodeError as error:
        cut_off = not text[error.pos :].strip()
        fail(error.pos, "the text ends too early" if cut_off else _HINTS.get(error.msg, error.msg))
    except RecursionError:
        fail(0, "lists or objects go too deep")
    except ValueError:  # Python itself refuses whole numbers of thousands of digits
        fail(0, "a whole number has too many digits")
    if not isinstance(document, dict):
        fail(0, "a design is an object: { ... }")
    spans: dict[KeyPath, Span] = {}
    for path, span in json_spans(text):
        if path in spans:
            fail(span[0], f"the key {path[-1]!r} is set twice: here and at line {place(spans[path][0])[0]}")
        spans[path] = span
    document.pop(SCHEMA_KEY, None)
    return document, Places(text, source, spans, json_string_offsets, JSON)
