"""Node-link JSON, as networkx and d3 use it: ``{"nodes": [{"id": "T"}], "links": [{"source": "T", ...}]}``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from identcheck.design import Design
from identcheck.errors import FormatError, InvalidDesignError
from identcheck.formats.graphs.design import from_design
from identcheck.formats.graphs.drawing import Drawing
from identcheck.formats.graphs.networks import MARK, drawn, network, read_with
from identcheck.visible import json_text

__all__ = ["MARK", "draw", "write"]

_OURS = "identcheck"


def draw(text: str, source: str = "<text>") -> Drawing:
    """What node-link JSON draws, be it a design or not."""
    import networkx as nx

    try:
        document = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise FormatError(error.lineno, error.colno, f"malformed JSON: {error.msg}", source) from error
    except (RecursionError, ValueError) as error:
        raise FormatError(1, 1, "malformed JSON: lists too deep, or numbers too long", source) from error
    problems = list(_problems(document))
    if problems:
        raise InvalidDesignError([f"{source}: {problem}" for problem in problems])
    links = "links" if "links" in document else "edges"
    document = {"directed": True, "multigraph": True, "graph": {}, **document}
    document["links"] = [{"key": place, **link} for place, link in enumerate(_listed(document[links]))]
    about = document["graph"] if isinstance(document["graph"], dict) else {}
    document["graph"] = {}
    document["multigraph"] = True
    graph = read_with(lambda: nx.node_link_graph(document, edges="links"), source)
    options = about.get(_OURS, {})
    return drawn(graph, options if isinstance(options, dict) else {_OURS: options}, source)


def write(design: Design) -> str:
    """A JSON document."""
    import networkx as nx

    drawing = from_design(design)
    graph = network(drawing)
    graph.graph[_OURS] = dict(drawing.options)
    return json_text(nx.node_link_data(graph, edges="links")) + "\n"


def _problems(document: Any) -> Iterator[str]:
    """What networkx would stumble over, all of it."""
    if not (isinstance(document, dict) and "nodes" in document and {"links", "edges"} & {*document}):
        yield 'this is no node-link graph; it has the keys "nodes" and "links"'
        return
    known = set()
    for number, node in enumerate(_listed(document["nodes"]), 1):
        if not isinstance(node, Mapping) or not isinstance(node.get("id"), (str, int, float)):
            yield f'entry {number} of "nodes" is {node!r}; it has an "id", such as {{"id": "T"}}'
        else:
            known.add(node["id"])
    key = "links" if "links" in document else "edges"
    for number, link in enumerate(_listed(document[key]), 1):
        ends = [link.get(end) for end in ("source", "target")] if isinstance(link, Mapping) else [None]
        if not all(isinstance(end, (str, int, float)) for end in ends):
            yield f'entry {number} of "{key}" is {link!r}; it has a "source" and a "target"'
            continue
        for end in ends:
            if end not in known:
                yield f'entry {number} of "{key}" speaks of the node {end!r}, which is not among "nodes"'


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
