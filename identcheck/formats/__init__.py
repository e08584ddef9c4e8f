"""Designs in files: text in, Design out, and back; which formats there are, and which one a file has.

``toml`` and ``json_design`` are the formats of identcheck; ``graphs`` holds those of other programs.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import networkx as nx

from identcheck.basics.arguments import is_word, path_of
from identcheck.basics.options import DesignFormat
from identcheck.describe.design import Design, demand_design
from identcheck.errors import IdentcheckError, LeftOutWarning, ReportError, suggestion
from identcheck.errors.limits import FILE_BYTES
from identcheck.formats import graphs
from identcheck.formats.design_file import design_of, notes_on
from identcheck.formats.fields import Places
from identcheck.formats.source import plain, text_of
from identcheck.formats.suffixes import SUFFIXES, format_of, is_graph, told_apart

__all__ = [
    "DESIGN_FILES",
    "FORMATS",
    "SUFFIXES",
    "columns_in",
    "data_in",
    "dump",
    "dumps",
    "format_of",
    "from_text",
    "has_plan",
    "load",
    "lost",
    "notes",
    "plan_states",
    "read_document",
    "tell_left_out",
]

DESIGN_FILES = ("toml", "json")
"""The formats of design files, which name treatment and outcome themselves and may hold a plan."""

FORMATS = (*DESIGN_FILES, *graphs.FORMATS)
"""The formats that are read and written; what reads and writes one is imported when it is needed."""


def load(
    path: str | os.PathLike[str],
    *,
    treatment: str | Sequence[str] | None = None,
    outcome: str | None = None,
) -> Design:
    """Read a design from a file, in the format that its suffix names.

    Args:
        path: a file such as ``mto.toml`` or ``mto.dagitty``; the suffixes are listed in ``docs/formats.md``.
        treatment: the randomized node, or the arms, of a graph drawn in another program; instead of what the file
            says of it.
        outcome: the outcome of such a graph.

    Raises:
        IdentcheckError: the file cannot be read, or its suffix names no known format.
        FormatError: the text is malformed, with line and column.
        InvalidDesignError: the text does not describe a design, with every problem.
    """
    if isinstance(path, Design):
        raise IdentcheckError("this is a design already; nothing is to be loaded: ic.check(design)")
    if isinstance(path, nx.Graph):
        raise IdentcheckError(
            "this is a graph, not a file; describe it: ic.Design(graph, treatment=..., outcome=...)"
        )
    text, source = text_of(path)
    return from_text(text, format_of(path, text), source, treatment=treatment, outcome=outcome)


def dump(
    design: Design,
    path: str | os.PathLike[str],
    plan: Any | None = None,
    *,
    format: DesignFormat | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Write a design to a file, whole or not at all.

    Args:
        design: the design.
        path: the file; its suffix names the format.
        plan: anticipated numbers (a ``Plan``), for TOML and JSON design files.
        format: the format's name, where the suffix does not tell.
        data: the table ``[data]`` of a design file, which names the columns of the data; for TOML and JSON design files.

    Raises:
        IdentcheckError: the suffix names no format that can be written, or the format is not known.
        ReportError: the file system refuses; what was there before is kept.
    """
    from identcheck.basics.files import demand_place, write_whole

    place = path_of(path, ReportError)
    named = format_of(place) if format is None else format
    demand_place(place)
    try:
        content = dumps(design, named, plan, data=data).encode("utf-8")
    except UnicodeEncodeError as error:
        raise IdentcheckError(
            f"cannot write {str(path)!r}: a name or a text holds half a character"
        ) from error
    write_whole(place, content)


def dumps(
    design: Design, format: DesignFormat, plan: Any | None = None, *, data: Mapping[str, Any] | None = None
) -> str:
    """A design as text.

    The formats of other programs keep what those have no word for where only identcheck looks for it.

    Args:
        design: the design.
        format: "toml", "json", "dagitty", "lavaan", "dot", "graphml", "gexf" or "node-link".
        plan: anticipated numbers (a ``Plan``), for "toml" and "json".
        data: the table ``[data]`` of a design file, for "toml" and "json".

    Raises:
        IdentcheckError: the format is not known, holds no plan, or cannot hold a name or a number.
    """
    demand_design(design)
    if plan is not None and type(plan).__name__ != "Plan":  # the class itself belongs to a later wing
        raise IdentcheckError(
            f"the plan is {plan!r:.60}; make one with ic.Plan(...) or ic.Plan.from_toml('file.toml')"
        )
    if _known(format) in DESIGN_FILES:
        if format == "json":
            from identcheck.formats.json_design import write
        else:
            from identcheck.formats.toml_write import write
        return write(design, plan, _checked(data))
    if data:
        raise IdentcheckError(
            f"{format} text names no columns of data; write the design as TOML or JSON, or leave them out"
        )
    if plan is not None:
        raise IdentcheckError(
            f"{format} text holds no plan; write the design as TOML or JSON, or leave the plan out"
        )
    return graphs.write(design, format)


def lost(design: Design, format: str) -> tuple[str, ...]:
    """What a design holds that text of a format cannot; everything that a verdict or a report uses is kept.

    The formats of other programs keep what those have no word for where only identcheck looks for it. What no
    format keeps are attributes of the graph that mean nothing to identcheck, and a design has no place for
    those of a drawing: positions (which a design file may have beside it), the labels of arrows.
    """
    from identcheck.formats.graphs.drawing import EDGE_KEYS, NODE_KEYS

    inside = _known(format) in graphs.FORMATS
    nodes = NODE_KEYS if inside else ("role", "label", "scale", "unobserved", "symbol")
    edges = EDGE_KEYS if inside else ("varies", "symbol", "noncompliance")
    found = [
        f"{key!r} of {node!r}"
        for node, data in design.drawn.nodes.items()
        for key in data
        if key not in nodes
    ]
    found += [
        f"{key!r} of {u!r} -> {v!r}"
        for (u, v), data in design.drawn.edges.items()
        for key in data
        if key not in edges
    ]
    if inside:
        products = [(q, design.graph.nodes[q]) for q in design.products]
        products += [
            (f"{u} -> {v}", d) for q in design.products for u, v, d in design.graph.in_edges(q, data=True)
        ]
        products += [
            (f"{u} -> {v}", d) for q in design.products for u, v, d in design.graph.out_edges(q, data=True)
        ]
        found += [f"'symbol' of {what!r}" for what, said in products if "symbol" in said]
    return tuple(found)


def has_plan(path: str | os.PathLike[str]) -> bool:
    """Whether a design file states anticipated numbers.

    Raises:
        IdentcheckError: the file cannot be read.
        FormatError: the text is malformed, with line and column.
    """
    return "plan" in _document(path)


def plan_states(path: str | os.PathLike[str], key: str) -> bool:
    """Whether the table [plan] of a design file has a key, which is not checked; raises as ``has_plan``."""
    table = _document(path).get("plan")
    return isinstance(table, Mapping) and key in table


def _document(path: str | os.PathLike[str]) -> dict[str, Any]:
    """The keys of a design file; none of a graph."""
    text, source = text_of(path)
    format = format_of(path, text)
    return read_document(text, format, source)[0] if format in DESIGN_FILES else {}


def columns_in(path: str | os.PathLike[str]) -> dict[str, Any]:
    """The columns that the table [data] of a design file names, as arguments of ``SiteEffects``; empty without it.

    Raises:
        InvalidDataError: listing every wrong key.
    """
    from identcheck.formats.data_table import data_columns

    return data_columns(data_in(path))


def data_in(path: str | os.PathLike[str]) -> Any:
    """The table [data] of a design file as it stands there; empty without it."""
    text, source = text_of(path)
    format = format_of(path, text)
    document = read_document(text, format, source)[0] if format in DESIGN_FILES else {}
    return document.get("data", {})


def _checked(data: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The table [data], where there is one; a wrong key is refused."""
    from identcheck.formats.data_table import data_columns

    if data:
        data_columns(data)
    return data or None


def notes(path: str | os.PathLike[str]) -> list[str]:
    """What may be meant otherwise in a design file that can be read, each with its line."""
    text, source = text_of(path)
    format = format_of(path, text)
    return notes_on(*read_document(text, format, source)) if format in DESIGN_FILES else []


def read_document(text: str, format: str, source: str) -> tuple[dict[str, Any], Places]:
    """The keys of a design file and their places; text of another kind is refused by what it looks like.

    Raises:
        FormatError: the text is malformed, with line and column.
    """
    if format == "json":
        from identcheck.formats.json_design import parsed
    else:
        from identcheck.formats.toml import parsed
    with told_apart(text, format, source):
        return parsed(text, source)


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
        treatment: the randomized node, or the arms, of a graph drawn in another program; see :func:`load`.
        outcome: the outcome of such a graph.

    Warns:
        LeftOutWarning: the graph of another program says what no design has, such as a definition of lavaan.

    Raises:
        IdentcheckError: the format is not known.
        FormatError: the text is malformed, with line and column.
        InvalidDesignError: the text does not describe a design, with every problem.
    """
    if not isinstance(text, str):
        raise IdentcheckError(f"{text!r:.60} is no text; a file is read by ic.load('file.toml')")
    if len(text) > FILE_BYTES.most:
        raise IdentcheckError(f"cannot read {source}: it has {FILE_BYTES.refusal(len(text))}")
    text = plain(text)
    if _known(format) == "json" and is_graph(text):
        format = "node-link"
    if format not in DESIGN_FILES:
        with told_apart(text, format, source):
            design, remarks = graphs.read(text, format, source, treatment, outcome)
        tell_left_out(remarks, source)
        return design
    if treatment is not None or outcome is not None:
        raise IdentcheckError(
            f"{source} is a design file, which names treatment and outcome itself; change them there"
        )
    return design_of(*read_document(text, format, source))


def tell_left_out(remarks: Iterable[str], source: str) -> None:
    """Warn of what no design has in a graph of another program."""
    for remark in remarks:
        warnings.warn(f"{source}, {remark}", LeftOutWarning, stacklevel=4)


def _known(format: str) -> str:
    if is_word(format, FORMATS):
        return format
    raise IdentcheckError(
        f"unknown format {format!r}{suggestion(format, FORMATS)}; known are {', '.join(FORMATS)}"
    )
