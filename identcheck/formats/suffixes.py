"""Which format a file has: what its suffix says, and what its text looks like where that is not enough."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from identcheck.basics.arguments import path_of
from identcheck.basics.options import DesignFormat
from identcheck.errors import FormatError, IdentcheckError, InvalidDesignError
from identcheck.formats.source import shown

__all__ = ["SUFFIXES", "format_of", "is_graph", "told_apart"]

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
        from identcheck.formats.lookalikes import kind_of

        kind = kind_of(text) if text else None
        if kind is not None:
            raise IdentcheckError(
                f"cannot read {shown(path)!r}: {found}, and the text looks like {kind.name}; {kind.how(shown(path))}"
            )
        known = ", ".join(f".{name}" for name in SUFFIXES)
        purpose = "write" if text is None else "read"
        raise IdentcheckError(f"cannot {purpose} {shown(path)!r}: {found}; known are {known}")
    return "node-link" if format == "json" and text is not None and is_graph(text) else format


def is_graph(text: str) -> bool:
    """Whether JSON is a graph of another program."""
    from identcheck.formats.json_design import holds_design

    return not holds_design(text)


@contextmanager
def told_apart(text: str, format: str, source: str) -> Iterator[None]:
    """Inside, text that cannot be read as its format and looks like another one is refused by what it looks like.

    Raises:
        FormatError: as raised inside, or naming what the text looks like.
    """
    try:
        yield
    except (FormatError, InvalidDesignError) as error:
        from identcheck.formats.lookalikes import demand_no_other

        demand_no_other(error, text, format, source)
        raise
