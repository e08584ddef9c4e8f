"""The DOT language of Graphviz, read and written.

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
from collections.abc import Mapping
from typing import Any

from identcheck.describe.design import Design
from identcheck.describe.wording import one_line
from identcheck.errors import InvalidDesignError
from identcheck.formats.graphs.design import drawing_within
from identcheck.formats.graphs.dot_text import Reader
from identcheck.formats.graphs.drawing import FLAGS, Drawing
from identcheck.formats.graphs.options import PREFIX, as_text, from_text

__all__ = ["MARK", "draw", "write"]

MARK = "write [role={role}] after the name of a node"
_CONTROLS = r"[\x00-\x1f\x7f-\x9f]"


def draw(text: str, source: str = "<text>") -> Drawing:
    """What a graph in DOT draws, be it a design or not.

    Raises:
        FormatError: where the text departs from the language, or draws what is no causal arrow.
        InvalidDesignError: every edge whose ends do not say what causes what.
    """
    scene = Reader(text, source).scene()
    sketch, problems = scene.drawn()
    for key, value in scene.top.said.items():
        name = key.removeprefix(PREFIX)
        try:
            sketch.options[name] = from_text(name, value or "")
        except ValueError:
            problems.append(f"the value of {key!r} cannot be read; write it as JSON")
    if problems:
        raise InvalidDesignError([f"{source}: {problem}" for problem in problems])
    return sketch


def write(design: Design) -> str:
    """A ``digraph`` that Graphviz draws."""
    drawing = drawing_within(
        design,
        _fits,
        lambda name: _fits_text(name) and one_line(name) == name,
        lambda name: re.sub(_CONTROLS, "_", one_line(name)),
    )
    lines = [f"{PREFIX}{k}={_quoted(as_text(v, _fits_text))};" for k, v in drawing.options.items()]
    lines += [f"{_quoted(node)}{_attributes(said)};" for node, said in drawing.nodes.items()]
    lines += [f"{_quoted(u)} -> {_quoted(v)}{_attributes(said)};" for (u, v), said in drawing.edges.items()]
    lines += [f"{_quoted(u)} -> {_quoted(v)} [dir=both, style=dashed];" for u, v in drawing.confounded]
    return "\n".join(["digraph {", *lines, "}", ""])


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _attributes(said: Mapping[str, Any]) -> str:
    listed = ", ".join(f"{key}={'true' if key in FLAGS else _quoted(value)}" for key, value in said.items())
    return f" [{listed}]" if listed else ""


def _fits(key: str, value: object) -> bool:
    return (value is True and key in FLAGS) or (isinstance(value, str) and value != "" and _fits_text(value))


def _fits_text(text: str) -> bool:
    return not re.search(_CONTROLS, text)
