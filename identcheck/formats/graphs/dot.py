"""The DOT language of Graphviz, read and written through pydot: ``pip install 'identcheck[dot]'``.

::

    digraph {
      T [role=treatment];
      Y [role=outcome];
      T -> {M1 M2} -> Y;
      M1 -> M2 [dir=both];      // they share a cause
    }
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from identcheck.design import Design
from identcheck.errors import FormatError, IdentcheckError, InvalidDesignError
from identcheck.formats.chains import place_in
from identcheck.formats.graphs.design import from_design
from identcheck.formats.graphs.drawing import FLAGS, Drawing, Sketch
from identcheck.formats.graphs.networks import said_of_edge, said_of_node
from identcheck.formats.graphs.options import PREFIX, as_text, aside, from_text, renamed

__all__ = ["MARK", "draw", "write"]

MARK = "write [role={role}] after the name of a node"
_CONTROLS = r"[\x00-\x1f\x7f-\x9f]"
_UNDIRECTED = re.compile(
    r'"(?:[^"\\]|\\.)*"|//[^\n]*|^[ \t]*\#[^\n]*|/\*.*?\*/|(?P<edge>--)', re.DOTALL | re.MULTILINE
)


def draw(text: str, source: str = "<text>") -> Drawing:
    """What a graph in DOT draws, be it a design or not."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    graph = _parsed(text, source)
    for match in _UNDIRECTED.finditer(text):
        if match["edge"]:
            raise FormatError(
                *place_in(text)(match.start()),
                "found '--', an edge that does not say what causes what; write 'digraph' and '->', and for two that "
                "share a cause add [dir=both]",
                source,
            )
    sketch = Sketch()
    problems: list[str] = []
    _draw_graph(graph, sketch, {}, problems)
    for key, value in graph.get_attributes().items():
        if _plain(key).startswith(PREFIX):
            name = _plain(key).removeprefix(PREFIX)
            try:
                sketch.options[name] = from_text(name, _plain(value))
            except ValueError:
                problems.append(f"the value of {key!r} cannot be read; write it as JSON")
    if problems:
        raise InvalidDesignError([f"{source}: {problem}" for problem in problems])
    return sketch.done()


def write(design: Design) -> str:
    """A ``digraph`` that Graphviz draws."""
    pydot = _library("pydot")
    drawing = aside(from_design(design), _fits, _fits)
    drawing = renamed(drawing, _fits_text, lambda name: re.sub(_CONTROLS, "_", name))
    options = {f"{PREFIX}{k}": _quoted(as_text(v, _fits_text)) for k, v in drawing.options.items()}
    graph = pydot.Dot("", graph_type="digraph", **options)
    for node, said in drawing.nodes.items():
        graph.add_node(pydot.Node(_quoted(node), **_attributes(said)))
    for (u, v), said in drawing.edges.items():
        graph.add_edge(pydot.Edge(_quoted(u), _quoted(v), **_attributes(said)))
    for u, v in drawing.confounded:
        graph.add_edge(pydot.Edge(_quoted(u), _quoted(v), dir="both", style="dashed"))
    return str(graph.to_string())


def _library(module: str) -> Any:
    try:
        with warnings.catch_warnings():  # pydot builds its grammar with names that pyparsing has given up
            warnings.simplefilter("ignore", DeprecationWarning)
            return import_module(module)
    except ImportError as error:
        raise IdentcheckError(
            "the DOT format needs pydot; get it by: pip install 'identcheck[dot]'"
        ) from error


def _parsed(text: str, source: str) -> Any:
    """The one graph of a text, as pydot has it."""
    parser = _library("pydot.dot_parser").GraphParser.parser
    try:
        graphs = list(parser.parse_string(text, parse_all=True))
    except _library("pyparsing").ParseException as error:
        rest = text[error.loc :].split("\n")[0].strip()
        found = f"found {rest[:20]!r}, which does not go on" if rest else "the text ends before"
        expected = "a graph is written 'digraph { A -> B; }', a name with other than letters and digits in double quotes"
        message = f"malformed DOT: {found} the graph; {expected}"
        raise FormatError(error.lineno, error.column, message, source) from error
    except RecursionError as error:
        raise FormatError(1, 1, "malformed DOT: graphs inside graphs go too deep", source) from error
    if len(graphs) > 1:
        raise FormatError(1, 1, f"the text holds {len(graphs)} graphs; a design has one", source)
    return graphs[0]


def _draw_graph(graph: Any, sketch: Sketch, default: Mapping[str, str], problems: list[str]) -> list[str]:
    """Draw a graph and the graphs inside it; the nodes of it."""
    found: list[str] = []
    default = dict(default)
    parts = [*graph.get_nodes(), *graph.get_edges(), *graph.get_subgraphs()]
    for part in sorted(parts, key=lambda part: part.get_sequence()):
        kind = part.obj_dict["type"]
        if kind == "edge":
            found += _draw_edge(part, sketch, default, problems)
        elif kind == "subgraph":
            found += _draw_graph(part, sketch, default, problems)
        elif part.get_name() == "edge":
            default.update(part.get_attributes())
        elif part.get_name() not in ("node", "graph"):
            name = _plain(part.get_name())
            sketch.node(name, **dict(said_of_node(_said(part.get_attributes()))))
            found.append(name)
    return found


def _draw_edge(edge: Any, sketch: Sketch, default: Mapping[str, str], problems: list[str]) -> list[str]:
    attributes = {**default, **edge.get_attributes()}
    said = _said(attributes)
    way = said.get("dir", "forward")
    ends = [_ends(end, sketch, default, problems) for end in edge.obj_dict["points"]]
    if "invis" in said.get("style", ""):  # it only moves nodes to their places
        return [*ends[0], *ends[1]]
    if way == "forward" and said.get("arrowhead") == "none":
        way = "none"
    for u in ends[0]:
        for v in ends[1]:
            if way == "both":
                sketch.pair(u, v)
            elif way == "none":
                problems.append(
                    f"the edge {u!r} -> {v!r} has no arrowhead; say what causes what, or dir=both"
                )
            else:
                sketch.edge(*((v, u) if way == "back" else (u, v)), **dict(said_of_edge(said)))
    return [*ends[0], *ends[1]]


def _ends(end: Any, sketch: Sketch, default: Mapping[str, str], problems: list[str]) -> list[str]:
    """The nodes at one end of an edge: one, without its port, or those of a graph inside."""
    if isinstance(end, str):
        name = _without_port(end)
        sketch.node(name)
        return [name]
    inner = _library("pydot").Subgraph(obj_dict=end)
    return list(dict.fromkeys(_draw_graph(inner, sketch, default, problems)))


def _without_port(text: str) -> str:
    """The name of a node, without the ports that colons join to it."""
    found = re.search(r'"(?:[^"\\]|\\.)*"|[^:]+', text, re.DOTALL)
    return _plain(found[0] if found else text)


def _said(attributes: Mapping[str, Any]) -> dict[str, str]:
    """The attributes as plain text; what is written in HTML is for the eye only."""
    return {
        _plain(key): _plain(value)
        for key, value in attributes.items()
        if value is not None and not str(value).startswith("<")
    }


def _plain(text: str) -> str:
    """Text without its quotes; a line break inside a name or a label is a space."""
    if not (len(text) > 1 and text[0] == text[-1] == '"'):
        return text
    return re.sub(
        r"\\(.)|[\n\t]+",
        lambda match: (
            " " if match[1] is None or match[1] in "nlr" else match[1] if match[1] in '\\"' else match[0]
        ),
        text[1:-1],
    )


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _attributes(said: Mapping[str, Any]) -> dict[str, str]:
    return {key: "true" if key in FLAGS else _quoted(value) for key, value in said.items()}


def _fits(key: str, value: object) -> bool:
    return (value is True and key in FLAGS) or (isinstance(value, str) and value != "" and _fits_text(value))


def _fits_text(text: str) -> bool:
    return not re.search(_CONTROLS, text)
