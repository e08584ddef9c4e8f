"""A report as JSON: the tree itself, each block by its kind and fields; formulas as LaTeX and text, the picture as a graph."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any, get_args

from identcheck.errors.visible import json_text
from identcheck.picture import Drawing, Edge
from identcheck.report.blocks import Graph, Report
from identcheck.symbols.typeset import unicode
from identcheck.symbols.written import Formula, Piece
from identcheck.tables.table import Table
from identcheck.tables.write import with_marks

__all__ = ["SCHEMA_VERSION", "as_json"]

SCHEMA_VERSION = 3


def as_json(report: Report) -> str:
    """The whole report as a JSON object, which begins with its ``schema_version``."""
    text = json_text({"schema_version": SCHEMA_VERSION} | _data(report))
    # Half of a surrogate pair, as in a file name that is no UTF-8, cannot be written.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") + "\n"


def _data(value: Any) -> Any:
    if isinstance(value, Formula):
        return {"latex": value.latex, "text": unicode(value.latex)}
    if isinstance(value, Graph):
        return {"kind": value.kind, "picture": _graph(value.drawing), "caption": value.caption}
    if isinstance(value, Table):
        return _table(value)
    if isinstance(value, get_args(Piece)) and not isinstance(value, str):
        return {type(value).__name__.lower(): value.text}
    if is_dataclass(value):
        kind = {"kind": value.kind} if hasattr(value, "kind") else {}
        held = {field.name: getattr(value, field.name) for field in fields(value)}
        return kind | {name: _data(item) for name, item in held.items() if not callable(item)}
    return [_data(item) for item in value] if isinstance(value, tuple) else value


def _table(table: Table) -> dict[str, Any]:
    """A table as it goes to a file, but for cells that hold formulas and marks: these are lists of their pieces."""
    made = with_marks(table)
    return made | {"rows": [{key: _data(cell) for key, cell in row.items()} for row in made["rows"]]}


def _graph(drawing: Drawing) -> dict[str, Any]:
    """The nodes and edges drawn, without their places."""
    return {
        "nodes": [
            {"name": node.name, "label": node.caption, "role": node.role, "observed": node.observed}
            for node in drawing.nodes
        ],
        "edges": [_edge(edge) for edge in drawing.edges if not edge.both],
        "confounded": [[edge.source, edge.target] for edge in drawing.edges if edge.both],
    } | _modifying(drawing)


def _modifying(drawing: Drawing) -> dict[str, Any]:
    """Which modifiers, or products of mediators, move which arrows; nothing where there are none."""
    products = {node.name for node in drawing.nodes if node.role == "interaction"}
    found = [
        {"interaction" if moved.source in products else "modifier": moved.source, "of": list(moved.on)}
        for moved in drawing.influences
    ]
    return {"modifying": found} if found else {}


def _edge(edge: Edge) -> dict[str, Any]:
    symbol = {"latex": edge.label_latex, "text": edge.label_text} if edge.label_latex else None
    ends = {"source": edge.source, "target": edge.target}
    return ends | {"coefficient": symbol, "varies": edge.varies, "causal": edge.causal}
