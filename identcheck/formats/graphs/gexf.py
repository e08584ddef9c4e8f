"""GEXF, read and written through networkx; files of Gephi too, where nodes are numbered and labelled.

GEXF says nothing of a graph as a whole but its description, which holds the options as JSON.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

import networkx as nx

from identcheck.design import Design
from identcheck.formats.graphs import xml
from identcheck.formats.graphs.design import from_design
from identcheck.formats.graphs.drawing import Drawing
from identcheck.formats.graphs.networks import MARK, drawn, network, read_with
from identcheck.formats.graphs.options import aside, renamed

__all__ = ["MARK", "draw", "write"]

_OURS = "identcheck"
_RENAMED = {"label": "words", "pos": "place"}
"""Attributes for whose names GEXF has a use of its own."""


def draw(text: str, source: str = "<text>") -> Drawing:
    """What a GEXF document draws, be it a design or not."""
    undirected = (
        r"""defaultedgetype\s*=\s*["']undirected["']""",
        r"""<edge\b[^>]*\btype\s*=\s*["']undirected["'][^>]*>""",
    )
    root = xml.directed(text, "gexf", undirected, source)
    graph = read_with(lambda: nx.read_gexf(io.BytesIO(ElementTree.tostring(root, "utf-8"))), source)
    options = _options(root)
    for data in (*dict(graph.nodes).values(), *(data for *_, data in graph.edges(data=True))):
        _from_gexf(data, ours=options is not None)
    shown = {
        element.get("id"): element.get("label") for element in root.iter() if element.tag.endswith("}node")
    }
    return drawn(
        graph, options or {}, source, None if options is not None else lambda node: shown.get(str(node))
    )


def write(design: Design) -> str:
    """A GEXF document."""
    drawing = renamed(aside(from_design(design), xml.fits, xml.fits), xml.name_fits, xml.slug)
    graph = network(drawing)
    for data in (*dict(graph.nodes).values(), *(data for *_, data in graph.edges(data=True))):
        for key in [key for key in data if key in _RENAMED]:
            data[_RENAMED[key]] = data.pop(key)
    document = "\n".join(nx.generate_gexf(graph, version="1.2draft"))
    root = ElementTree.fromstring(document)
    meta = next(element for element in root if element.tag.endswith("meta"))
    meta.attrib.pop("lastmodifieddate", None)  # the same design is always the same text
    for element in list(meta):
        element.text = _OURS
    description = ElementTree.SubElement(meta, meta.tag.replace("meta", "description"))
    description.text = f"{_OURS}: {json.dumps(dict(drawing.options))}"
    ElementTree.register_namespace("", meta.tag[1:].partition("}")[0])
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _options(root: ElementTree.Element) -> Mapping[str, Any] | None:
    """The options in the description; None for a file by another program."""
    for element in root.iter():
        text = element.text or ""
        if element.tag.endswith("description") and text.startswith(f"{_OURS}: "):
            try:
                found = json.loads(text.removeprefix(f"{_OURS}: "))
            except ValueError:
                return {"description": text}
            return found if isinstance(found, dict) else {"description": found}
    return None


def _from_gexf(data: dict[str, Any], ours: bool) -> None:
    if ours:
        data.pop("label", None)
        for key, theirs in _RENAMED.items():
            if theirs in data:
                data[key] = data.pop(theirs)
