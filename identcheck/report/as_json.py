"""A report as JSON: the context, field by field; formulas as LaTeX and text, the picture as a graph."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass
from typing import Any

from identcheck.errors.visible import json_text
from identcheck.picture import Layout
from identcheck.report.context import Formula, ReportContext
from identcheck.report.context_numbers import Cell, Drawing, NumberTable
from identcheck.symbols.typeset import unicode

__all__ = ["SCHEMA_VERSION", "as_json"]

SCHEMA_VERSION = 2


def as_json(context: ReportContext) -> str:
    """The whole context as a JSON object, which begins with its ``schema_version``."""
    data = {"schema_version": SCHEMA_VERSION} | _plain(context)
    text = json_text(data)
    # Half of a surrogate pair, as in a file name that is no UTF-8, cannot be written.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, Formula):
        return {"latex": value.latex, "text": unicode(value.latex)}
    if isinstance(value, Layout):
        return _graph(value)
    if isinstance(value, NumberTable):
        return _table(value)
    if is_dataclass(value):
        return {
            field.name: _plain(getattr(value, field.name))
            for field in fields(value)
            if _told(value, field.name)
        }
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _told(value: Any, name: str) -> bool:
    """Pictures are left out, and what a report does not have: numbers without a plan, a document where none is."""
    found = getattr(value, name)
    return not isinstance(found, Drawing) and not (isinstance(value, ReportContext) and found is None)


def _table(table: NumberTable) -> dict[str, Any]:
    """A table with its rows by column; what JSON has no number for is text."""
    names = [column.identifier for column in table.columns]
    return {
        "identifier": table.identifier,
        "title": table.title,
        "columns": [{"identifier": column.identifier, "title": column.title} for column in table.columns],
        "rows": [dict(zip(names, map(_number, row), strict=True)) for row in table.rows],
        "legend": table.legend,
        "note": table.note,
    }


def _number(cell: Cell) -> Cell:
    return str(cell) if isinstance(cell, float) and not math.isfinite(cell) else cell


def _graph(picture: Layout) -> dict[str, Any]:
    """The nodes and edges drawn, without their places."""
    return {
        "nodes": [
            {"name": node.name, "label": node.caption, "role": node.role, "observed": node.observed}
            for node in (box.node for box in picture.boxes)
        ],
        "edges": [
            {
                "source": edge.source,
                "target": edge.target,
                "coefficient": {"latex": edge.label_latex, "text": edge.label_text}
                if edge.label_latex
                else None,
                "varies": edge.varies,
                "causal": edge.causal,
            }
            for edge in (arrow.edge for arrow in picture.arrows)
            if not edge.both
        ],
        "confounded": [
            [edge.source, edge.target] for edge in (arrow.edge for arrow in picture.arrows) if edge.both
        ],
    }
