"""Text that someone pastes: a graph of another program, a design file, arrows, or a link; as a drawing.

A graph that is no design, such as one that names no treatment, is drawn all the same; what is wrong is then told at its place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from identcheck.drawing.edit import Drawing, drawing_of, empty_drawing
from identcheck.drawing.scaled import places
from identcheck.drawing.share import is_link, opened_link
from identcheck.errors import IdentcheckError, InvalidDesignError
from identcheck.formats import DESIGN_FILES, from_text, graphs, read_document
from identcheck.formats.chains import parse_chains
from identcheck.formats.lookalikes import kind_of
from identcheck.formats.source import plain
from identcheck.formats.suffixes import is_graph, told_apart

__all__ = ["Pasted", "graph_drawn", "pasted"]

SOURCE = "the pasted text"
READ = "dagitty, lavaan, DOT, GraphML, GEXF, a graph in JSON, a design file in TOML, arrows such as T -> M -> Y, or a link"
NOT_DRAWN = {"plan": "[plan]", "data": "[data]"}
"""Tables of a design file that no drawing has."""


@dataclass(frozen=True)
class Pasted:
    """What was pasted.

    Attributes:
        kind: what it was, in words.
        drawing: as a drawing.
        assume: what it grants; only a link does.
        remarks: what of it is not in the drawing.
    """

    kind: str
    drawing: Drawing
    assume: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def pasted(text: str) -> Pasted:
    """The drawing of a pasted text.

    Raises:
        IdentcheckError: it cannot be read; in words, with line and column where there are some.
    """
    text = plain(text)
    if not text.strip():
        raise IdentcheckError("there is no text to paste")
    if is_link(text):
        drawing, assume = opened_link(text)
        return Pasted("a link", drawing, assume)
    kind = kind_of(text)
    if kind is not None and kind.name == "arrows alone":
        return Pasted("arrows", _of_arrows(text))
    if kind is None or not kind.format or kind.remedy:
        what = "this is nothing that can be drawn" if kind is None else f"this looks like {kind.name}"
        raise IdentcheckError(f"{what}; what can be pasted is {READ}")
    format = kind.format
    if format == "json" and is_graph(text):
        format = "node-link"
    if format in DESIGN_FILES:
        return _of_file(kind.name, text, format)
    try:
        drawing, remarks = graph_drawn(text, format, SOURCE)
        return Pasted(kind.name, drawing, remarks=remarks)
    except InvalidDesignError:
        return _as_drawn(kind.name, text, format)


def graph_drawn(text: str, format: str, source: str) -> tuple[Drawing, list[str]]:
    """The drawing of a graph of another program that is a design, with its places where they are stated; and what it leaves out.

    Raises:
        IdentcheckError: it cannot be read, or is no design.
    """
    with told_apart(text, format, source):
        design, remarks = graphs.read(text, format, source)
    drawing = drawing_of(design)
    return drawing | {"positions": places(text, format, drawing)}, list(remarks)


def _of_file(kind: str, text: str, format: str) -> Pasted:
    """A design file; its tables that no drawing has are named."""
    design = from_text(text, format, SOURCE)
    document, _ = read_document(text, format, SOURCE)
    left = [name for key, name in NOT_DRAWN.items() if key in document]
    remarks = (
        [f"{' and '.join(left)} of the pasted file: copy into your file what you want of it"] if left else []
    )
    return Pasted(kind, drawing_of(design, document.get("positions")), remarks=remarks)


def _of_arrows(text: str) -> Drawing:
    """Arrow notation without more; treatment and outcome are to be named."""
    chains = parse_chains(text.replace("→", "->").replace("⟶", "->"), source=SOURCE)
    return empty_drawing() | {
        "nodes": [{"name": name} for name in chains.nodes],
        "arrows": [{"from": u, "to": v} for u, v in chains.edges],
        "shared": [list(pair) for pair in chains.confounded],
    }


def _as_drawn(kind: str, text: str, format: str) -> Pasted:
    """A graph that is no design, as it is drawn."""
    graph = graphs.drawn(text, format, SOURCE)
    outcomes = graph.named("outcome")
    marks = {mark: graph.marked(mark) for mark in ("adjusted", "selected")}
    remarks = [f"the mark {mark!r} of {', '.join(names)}" for mark, names in marks.items() if names]
    remarks += graph.remarks
    drawing = empty_drawing() | {
        "nodes": [{"name": name} | _said(said) for name, said in graph.nodes.items()],
        "arrows": [
            {"from": u, "to": v} | {key: said[key] for key in ("varies", "noncompliance") if said.get(key)}
            for (u, v), said in graph.edges.items()
        ],
        "shared": [list(pair) for pair in graph.pairs],
        "treatment": list(graph.named("treatment")),
        "outcome": outcomes[0] if len(outcomes) == 1 else "",
    }
    return Pasted(kind, drawing | {"positions": places(text, format, drawing)}, remarks=remarks)


def _said(said: dict[str, Any]) -> dict[str, Any]:
    """What a drawing shows of what a graph says of a node."""
    told = {"label": said.get("label"), "scale": said.get("scale"), "hidden": said.get("unobserved") is True}
    return {key: value for key, value in told.items() if value}
