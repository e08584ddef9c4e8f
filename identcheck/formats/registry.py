"""Which formats there are, and which one a file has."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from identcheck.basics.arguments import path_of
from identcheck.basics.options import DesignFormat
from identcheck.describe.design import Design
from identcheck.errors import IdentcheckError
from identcheck.formats import graphs, json_design, toml, toml_write
from identcheck.formats.source import shown
from identcheck.formats.toml_places import Places

__all__ = ["DESIGN_WRITERS", "PARSERS", "READERS", "SUFFIXES", "WRITERS", "format_of"]

DESIGN_WRITERS: Mapping[str, Callable[[Design, Any], str]] = MappingProxyType(
    {"toml": toml_write.write, "json": json_design.write}
)
"""The writers of design files: Design and, where there is one, its plan in, text out."""

PARSERS: Mapping[str, Callable[[str, str], tuple[dict[str, Any], Places]]] = MappingProxyType(
    {"toml": toml.parsed, "json": json_design.parsed}
)
"""Of design files, which name treatment and outcome themselves and may hold a plan: text and source name in, the keys and
their places out."""

READERS = (*PARSERS, *graphs.DRAWERS)
"""The formats that can be read."""

WRITERS = (*DESIGN_WRITERS, *graphs.WRITERS)
"""The formats that can be written."""

SUFFIXES: Mapping[str, DesignFormat] = MappingProxyType(
    {
        "toml": "toml",
        "json": "json",
        "dagitty": "dagitty",
        "dag": "dagitty",
        "lavaan": "lavaan",
        "lav": "lavaan",
        "dot": "dot",
        "gv": "dot",
        "graphml": "graphml",
        "gexf": "gexf",
    }
)
"""The format of each suffix, without the dot. A ``.json`` file may also be a node-link graph: its keys tell."""


def format_of(path: str | os.PathLike[str], text: str | None = None) -> DesignFormat:
    """The format that the suffix of a file names, or what its text is where the suffix leaves that open.

    Args:
        path: the file's name.
        text: what it holds; None for a file to be written.

    Raises:
        IdentcheckError: the suffix names no known format.
    """
    suffix = path_of(path).suffix
    format = SUFFIXES.get(suffix[1:].lower())
    if format is None:
        found = f"the suffix {suffix!r} names no format" if suffix else "the name has no suffix"
        known = ", ".join(f".{name}" for name in SUFFIXES)
        purpose = "write" if text is None else "read"
        raise IdentcheckError(f"cannot {purpose} {shown(path)!r}: {found}; known are {known}")
    if format == "json" and text is not None and not json_design.holds_design(text):
        return "node-link"
    return format
