"""Outside formats: text in, Design out; one module per format."""

from __future__ import annotations

import os
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from identcheck.design import Design
from identcheck.errors import FormatError, IdentcheckError, suggestion
from identcheck.formats import json_design, toml
from identcheck.formats.toml_places import Places

__all__ = ["PARSERS", "READERS", "from_text", "has_plan", "load", "text_of"]

READERS: Mapping[str, Callable[[str, str], Design]] = MappingProxyType(
    {"toml": toml.read, "json": json_design.read}
)
"""The reader of each format: text and source name in, Design out."""

PARSERS: Mapping[str, Callable[[str, str], tuple[dict[str, Any], Places]]] = MappingProxyType(
    {"toml": toml.parsed, "json": json_design.parsed}
)
"""Of the formats that may hold a plan: text and source name in, the keys and their places out."""


def load(path: str | os.PathLike[str]) -> Design:
    """Read a design from a file, in the format that its suffix names.

    Args:
        path: a file such as ``mto.toml``.

    Raises:
        IdentcheckError: the file cannot be read, or its suffix names no known format.
        FormatError: the text is malformed, with line and column.
        InvalidDesignError: the text does not describe a design, with every problem.
    """
    content, source = _content(path)
    suffix = Path(path).suffix
    if suffix[1:].lower() not in READERS:
        found = f"the suffix {suffix!r} names no format" if suffix else "the name has no suffix"
        known = ", ".join(f".{name}" for name in READERS)
        raise IdentcheckError(f"cannot read {source!r}: {found}; known are {known}")
    return from_text(_decoded(content, source), suffix[1:].lower(), source)


def text_of(path: str | os.PathLike[str]) -> tuple[str, str]:
    """The text of a file, and the file's name for error messages.

    Raises:
        IdentcheckError: the file cannot be read.
        FormatError: it is not UTF-8 text.
    """
    content, source = _content(path)
    return _decoded(content, source), source


def has_plan(path: str | os.PathLike[str]) -> bool:
    """Whether a design file states anticipated numbers.

    Raises:
        IdentcheckError: the file cannot be read.
        FormatError: the text is malformed, with line and column.
    """
    parser = PARSERS.get(Path(path).suffix[1:].lower())
    return parser is not None and "plan" in parser(*text_of(path))[0]


def from_text(text: str, format: str, source: str = "<text>") -> Design:
    """Read a design from text.

    Args:
        text: what a file of that format would hold.
        format: the format's name, such as ``"toml"``.
        source: where the text is from, for error messages.

    Raises:
        IdentcheckError: the format is not known.
        FormatError: the text is malformed, with line and column.
        InvalidDesignError: the text does not describe a design, with every problem.
    """
    if format not in READERS:
        hint = suggestion(format, READERS)
        raise IdentcheckError(f"unknown format {format!r}{hint}; known are {', '.join(READERS)}")
    return READERS[format](text, source)


def _content(path: str | os.PathLike[str]) -> tuple[bytes, str]:
    """What a file holds, and its name for error messages."""
    source = _shown(path)
    try:
        return Path(path).read_bytes(), source
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise IdentcheckError(f"cannot read {source!r}: {reason.lower()}") from error


def _decoded(content: bytes, source: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8-sig", "replace")) + 1
        found = f"the byte 0x{error.object[error.start]:02x} is not UTF-8 text"
        if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
            found = "this is UTF-16 text"
        if content.startswith(b"PK"):
            raise FormatError(
                1, 1, "this is no text but a document or an archive; save it as plain text", source
            ) from error
        raise FormatError(line, column, f"{found}; save the file as UTF-8", source) from error


def _shown(path: str | os.PathLike[str]) -> str:
    """The path as given, but relative where it lies below the working directory."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)
