"""Graphs drawn in other programs, read and written; one module per format.

Each module has ``draw`` (text and source name in, :class:`Drawing` out), ``write`` (Design in, text out) and ``MARK``,
the words for how its text says which node is the treatment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from identcheck.describe.design import Design
from identcheck.formats.graphs import dagitty, dot, gexf, graphml, lavaan, node_link
from identcheck.formats.graphs.design import to_design
from identcheck.formats.graphs.drawing import Drawing

__all__ = ["DRAWERS", "WRITERS", "read"]

_MODULES = {
    "dagitty": dagitty,
    "lavaan": lavaan,
    "dot": dot,
    "graphml": graphml,
    "gexf": gexf,
    "node-link": node_link,
}

DRAWERS: Mapping[str, Callable[[str, str], Drawing]] = MappingProxyType(
    {name: module.draw for name, module in _MODULES.items()}
)
"""What the text of each format draws, be it a design or not."""

WRITERS: Mapping[str, Callable[[Design], str]] = MappingProxyType(
    {name: module.write for name, module in _MODULES.items()}
)
"""The writer of each format."""


def read(
    text: str,
    format: str,
    source: str = "<text>",
    treatment: str | Sequence[str] | None = None,
    outcome: str | None = None,
) -> Design:
    """The design that a graph from another program describes.

    Args:
        text: what a file holds.
        format: the name of the format.
        source: the file's name for error messages.
        treatment: the randomized node, or the arms, instead of those that the text names.
        outcome: the outcome, instead of the one that the text names.

    Raises:
        FormatError: where the text is malformed, or draws what is no causal arrow.
        InvalidDesignError: every problem of the design.
    """
    drawing = DRAWERS[format](text, source)
    return to_design(drawing, source, treatment, outcome, _MODULES[format].MARK)
