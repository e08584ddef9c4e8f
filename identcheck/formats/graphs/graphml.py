"""GraphML, read and written through networkx; files of yEd too, where nodes are numbered and labelled."""

from __future__ import annotations

import io

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


def draw(text: str, source: str = "<text>") -> Drawing:
    """What a GraphML document draws, be it a design or not."""
    text = text.removeprefix("\ufeff")
    xml.parsed(text, "graphml", source)
    undirected = (
        r"""edgedefault\s*=\s*["']undirected["']""",
        r"""<edge\b[^>]*\bdirected\s*=\s*["']false["'][^>]*>""",
    )
    xml.demand_directed(text, undirected, source)
    graph = read_with(lambda: nx.read_graphml(io.BytesIO(text.encode())), source)
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
    return drawn(graph, options, source, None if ours else lambda node: graph.nodes[node].get("label"))


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
