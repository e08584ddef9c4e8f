"""Designs in files: text in, Design out, and back; one module per format.

``toml`` is identcheck's own; ``graphs`` holds the formats of other programs.
"""

from __future__ import annotations

import json
import os
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from identcheck.design import Design
from identcheck.errors import FormatError, IdentcheckError, suggestion
from identcheck.files import demand_place, write_whole
from identcheck.formats import graphs, toml
from identcheck.formats.graphs.drawing import EDGE_KEYS, NODE_KEYS
from identcheck.formats.graphs.node_link import is_node_link

__all__ = [
    "READERS",
    "SUFFIXES",
    "WRITERS",
    "dump",
    "dumps",
    "format_of",
    "from_text",
    "load",
    "lost",
    "text_of",
]

_DESIGN_READERS: Mapping[str, Callable[[str, str], Design]] = {"toml": toml.read}
_DESIGN_WRITERS: Mapping[str, Callable[[Design], str]] = {}
"""Design files, which are complete and name treatment and outcome themselves."""

READERS = (*_DESIGN_READERS, *graphs.DRAWERS)
"""The formats that can be read."""

WRITERS: Mapping[str, Callable[[Design], str]] = MappingProxyType({**_DESIGN_WRITERS, **graphs.WRITERS})
"""The writer of each format: Design in, text out."""

SUFFIXES: Mapping[str, str] = MappingProxyType(
    {
        "toml": "toml",
        "dagitty": "dagitty",
        "dag": "dagitty",
        "lavaan": "lavaan",
        "lav": "lavaan",
        "dot": "dot",
        "gv": "dot",
        "graphml": "graphml",
        "gexf": "gexf",
        "json": "node-link",
    }
)
"""The format of each suffix, without the dot; what a ``.json`` file is, its keys say."""


def load(
    path: str | os.PathLike[str],
    *,
    treatment: str | Sequence[str] | None = None,
    outcome: str | None = None,
) -> Design:
    """Read a design from a file, in the format that its suffix names.

    Args:
        path: a file such as ``mto.toml`` or ``mto.dagitty``; the suffixes are listed in ``docs/formats.md``.
        treatment: the randomised node, or the arms, of a graph drawn in another program; instead of what the file
            says of it.
        outcome: the outcome of such a graph.

    Raises:
        IdentcheckError: the file cannot be read, or its suffix names no known format.
        FormatError: the text is malformed, with line and column.
        InvalidDesignError: the text does not describe a design, with every problem.
    """
    content, source = _content(path)
    format = format_of(path, "read")
    text = _decoded(content, source)
    if Path(path).suffix.lower() == ".json":
        format = _kind_of_json(text)
    return from_text(text, format, source, treatment=treatment, outcome=outcome)


def dump(design: Design, path: str | os.PathLike[str], format: str | None = None) -> None:
    """Write a design to a file, whole or not at all.

    Args:
        design: the design.
        path: the file; its suffix names the format.
        format: the format's name, where it is another.

    Raises:
        IdentcheckError: the suffix names no format that can be written, or the format is not known.
        ReportError: the file system refuses; what was there before is kept.
    """
    named = format_of(path, "write") if format is None else format
    place = Path(path)
    demand_place(place)
    try:
        content = dumps(design, named).encode("utf-8")
    except UnicodeEncodeError as error:
        raise IdentcheckError(
            f"cannot write {str(path)!r}: a name or a text holds half a character"
        ) from error
    write_whole(place, content)


def dumps(design: Design, format: str) -> str:
    """A design as text; see :func:`lost` for what such text does not hold.

    Args:
        design: the design.
        format: the format's name, such as ``"dagitty"``.

    Raises:
        IdentcheckError: the format is not known.
    """
    return WRITERS[_known(format, WRITERS)](design)


def lost(design: Design, format: str) -> tuple[str, ...]:
    """What a design holds and text of a format does not; everything that a verdict or a report uses is kept.

    The formats of other programs keep what those have no word for where only identcheck looks for it. What no
    format keeps are attributes of the graph that mean nothing to identcheck, and a design file has no place for
    those of a drawing: positions, the labels of arrows.
    """
    inside = _known(format, WRITERS) in graphs.WRITERS
    nodes = NODE_KEYS if inside else ("role", "label", "scale", "unobserved", "symbol")
    edges = EDGE_KEYS if inside else ("varies", "symbol", "noncompliance")
    found = [
        f"{key!r} of {node!r}"
        for node, data in design.graph.nodes.items()
        for key in data
        if key not in nodes
    ]
    found += [
        f"{key!r} of {u!r} -> {v!r}"
        for (u, v), data in design.graph.edges.items()
        for key in data
        if key not in edges
    ]
    return tuple(found)


def format_of(path: str | os.PathLike[str], purpose: str) -> str:
    """The format that the suffix of a file names.

    Args:
        path: the file's name.
        purpose: "read" or "write".

    Raises:
        IdentcheckError: the suffix names no format that can be read, or written.
    """
    suffix = Path(path).suffix
    able = READERS if purpose == "read" else WRITERS
    if SUFFIXES.get(suffix[1:].lower()) in able:
        return SUFFIXES[suffix[1:].lower()]
    found = f"the suffix {suffix!r} names no format" if suffix else "the name has no suffix"
    known = ", ".join(f".{name}" for name, format in SUFFIXES.items() if format in able)
    raise IdentcheckError(f"cannot {purpose} {_shown(path)!r}: {found}; known are {known}")


def text_of(path: str | os.PathLike[str]) -> tuple[str, str]:
    """The text of a file, and the file's name for error messages.

    Raises:
        IdentcheckError: the file cannot be read.
        FormatError: it is not UTF-8 text.
    """
    content, source = _content(path)
    return _decoded(content, source), source


def from_text(
    text: str,
    format: str,
    source: str = "<text>",
    *,
    treatment: str | Sequence[str] | None = None,
    outcome: str | None = None,
) -> Design:
    """Read a design from text.

    Args:
        text: what a file of that format would hold.
        format: the format's name, such as ``"toml"``.
        source: where the text is from, for error messages.
        treatment: the randomised node, or the arms, of a graph drawn in another program; see :func:`load`.
        outcome: the outcome of such a graph.

    Raises:
        IdentcheckError: the format is not known.
        FormatError: the text is malformed, with line and column.
        InvalidDesignError: the text does not describe a design, with every problem.
    """
    if _known(format, READERS) not in _DESIGN_READERS:
        return graphs.read(text, format, source, treatment, outcome)
    if treatment is not None or outcome is not None:
        raise IdentcheckError(
            f"{source} is a design file, which names treatment and outcome itself; change them there"
        )
    return _DESIGN_READERS[format](text, source)


def _known(format: str, known: Collection[str]) -> str:
    if format in known:
        return format
    raise IdentcheckError(
        f"unknown format {format!r}{suggestion(format, known)}; known are {', '.join(known)}"
    )


def _kind_of_json(text: str) -> str:
    """A graph has nodes and links; anything else in JSON is a design file."""
    try:
        graph = is_node_link(json.loads(text))
    except (ValueError, RecursionError):
        graph = False
    return "node-link" if graph or "json" not in READERS else "json"


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
        raise FormatError(line, column, f"{found}; save the file as UTF-8", source) from error


def _shown(path: str | os.PathLike[str]) -> str:
    """The path as given, but relative where it lies below the working directory."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)
