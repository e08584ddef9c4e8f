"""GraphML, read and written through networkx; files of yEd and igraph too, where nodes are numbered and labelled."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

import networkx as nx

from identcheck.design import Design
from identcheck.errors import FormatError
from identcheck.formats.graphs import xml
from identcheck.formats.graphs.design import from_design
from identcheck.formats.graphs.drawing import Drawing
from identcheck.formats.graphs.networks import MARK, drawn, network, read_with
from identcheck.formats.graphs.options import PREFIX, as_text, aside, from_text, renamed

__all__ = ["MARK", "draw", "write"]

_OURS = "identcheck"
"""The key that says who wrote the file: a label is then a label, and not the name of a numbered node."""

_YED = "{http://www.yworks.com/xml/graphml}"
_BOTH = "identcheck heads"


def draw(text: str, source: str = "<text>") -> Drawing:
    """What a GraphML document draws, be it a design or not."""
    undirected = (
        r"""edgedefault\s*=\s*["']undirected["']""",
        r"""<edge\b[^>]*\bdirected\s*=\s*["']false["'][^>]*>""",
    )
    root = xml.directed(text, "graphml", undirected, source)
    _turn_to_heads(root, source)
    graph = read_with(lambda: nx.read_graphml(io.BytesIO(ElementTree.tostring(root, "utf-8"))), source)
    options = {}
    for key, value in graph.graph.items():
        if str(key).startswith(PREFIX):
            name = str(key).removeprefix(PREFIX)
            try:
                options[name] = from_text(name, str(value))
            except ValueError as error:
                raise FormatError(
                    1, 1, f"the value of {key!r} cannot be read; write it as JSON", source
                ) from error
    ours = _OURS in graph.graph
    return drawn(graph, options, source, None if ours else lambda node: _shown(graph.nodes[node]))


def _shown(said: Mapping[str, Any]) -> object:
    """What yEd shows at a numbered node, or what igraph calls it."""
    return said.get("label") or said.get("name")


def _turn_to_heads(root: ElementTree.Element, source: str) -> None:
    """Make the edges of yEd say what is seen: it keeps the heads of an arrow apart from its ends.

    Raises:
        FormatError: an edge without a head.
    """
    for edge in root.iter(f"{root.tag.removesuffix('graphml')}edge"):
        heads = next(edge.iter(f"{_YED}Arrows"), None)
        if heads is None:
            continue
        at_source, at_target = (heads.get(end, "none") != "none" for end in ("source", "target"))
        if not at_source and not at_target:
            joined = f"{edge.get('source')!r} and {edge.get('target')!r}"
            raise FormatError(
                1,
                1,
                f"the edge between {joined} has no arrowhead, so it does not say what causes what; give it one",
                source,
            )
        if at_source and at_target:
            ElementTree.SubElement(edge, f"{root.tag.removesuffix('graphml')}data", key=_BOTH).text = "true"
        elif at_source:
            ends = edge.get("source", ""), edge.get("target", "")
            edge.set("target", ends[0])
            edge.set("source", ends[1])
    said = {"id": _BOTH, "for": "edge", "attr.name": "confounded", "attr.type": "boolean"}
    root.insert(0, ElementTree.Element(f"{root.tag.removesuffix('graphml')}key", said))


def write(design: Design) -> str:
    """A GraphML document."""
    drawing = renamed(aside(from_design(design), xml.fits, xml.fits), xml.name_fits, xml.slug)
    graph = network(drawing)
    graph.graph[_OURS] = "design"
    for key, value in drawing.options.items():
        graph.graph[f"{PREFIX}{key}"] = as_text(value, lambda text: xml.fits("", text))
    out = io.BytesIO()
    nx.write_graphml_xml(graph, out)
    return out.getvalue().decode().rstrip() + "\n"
