"""Where the keys of a JSON text stand, which ``json`` does not say; for text that ``json`` has accepted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from identcheck.formats.toml_places import KeyPath, Span

__all__ = ["json_spans", "json_string_offsets"]

_BLANK = re.compile(r"[ \t\n\r]*")
_CHARACTER = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u....|\\.|.", re.DOTALL)
_value = json.JSONDecoder().raw_decode


def json_spans(text: str) -> Iterator[tuple[KeyPath, Span]]:
    """Each key of the objects in one another, with the offsets of the key and of its value, in order."""
    start = _step(text, 0)
    if text.startswith("{", start):
        yield from _inside(text, start, ())


def json_string_offsets(text: str, start: int, value: str) -> list[int] | None:
    """Offset in a JSON text of each character of a string value, and of the string's end."""
    if not text.startswith('"', start):
        return None
    end = _value(text, start)[1] - 1
    offsets = [character.start() for character in _CHARACTER.finditer(text, start + 1, end)] + [end]
    return offsets if len(offsets) == len(value) + 1 else None


def _inside(text: str, start: int, path: KeyPath) -> Iterator[tuple[KeyPath, Span]]:
    """The keys of the object that begins at an offset."""
    at = _step(text, start + 1)
    while text[at] == '"':
        key, after = _value(text, at)
        begun = _step(text, _step(text, after) + 1)
        yield (*path, key), (at, begun)
        if text[begun] == "{":
            yield from _inside(text, begun, (*path, key))
        at = _step(text, _value(text, begun)[1])
        at = _step(text, at + 1) if text[at] == "," else at


def _step(text: str, at: int) -> int:
    """The next offset that is not blank."""
    blank = _BLANK.match(text, at)
    return blank.end() if blank else at
