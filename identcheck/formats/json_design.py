"""A design as a JSON file: the keys of the TOML file, with ``plan`` among them.

``json`` parses, ``json_places`` finds the lines; the rest is that of the TOML reader.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from identcheck.describe.design import Design
from identcheck.errors import FormatError, clipped
from identcheck.errors.visible import json_text
from identcheck.formats.document import document_of, encodable
from identcheck.formats.fields import Dialect
from identcheck.formats.json_places import json_spans, json_string_offsets, loaded
from identcheck.formats.tokens import place_in
from identcheck.formats.toml import KEYS
from identcheck.formats.toml_places import KeyPath, Places, Span

__all__ = ["JSON", "SCHEMA_KEY", "holds_design", "parsed", "write"]

SCHEMA_KEY = "$schema"
"""Where a file says which schema it obeys; editors read it, identcheck does not."""

JSON = Dialect(
    table='write "{}": {{ ... }} with its entries inside',
    above="move it out of these braces",
    dotted="text",
)


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
    """Whether JSON is meant as a design, and not as a graph of another program, whose keys a design does not have.

    Text that is no JSON counts as a design, so that :func:`parsed` says where it is malformed.
    """
    try:
        found = loaded(text.removeprefix("\ufeff"), "")
    except FormatError:
        return True
    if not isinstance(found, dict) or not found:
        return True
    if "nodes" in found or isinstance(found.get("graph"), dict):
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
    text = text.removeprefix("\ufeff")
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
