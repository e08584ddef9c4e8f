"""Graphs drawn in other programs, read and written; one module per format.

Each module has ``draw`` (text and source name in, :class:`Drawing` out), ``write`` (Design in, text out) and ``MARK``,
the words for how its text says which node is the treatment.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from identcheck.describe.design import Design

if TYPE_CHECKING:
    from identcheck.formats.graphs.drawing import Drawing

__all__ = ["FORMATS", "drawn", "read", "write"]

FORMATS = ("dagitty", "lavaan", "dot", "graphml", "gexf", "node-link")
"""The formats, each of which has a module that is imported when a text is read or written."""


def _module(format: str) -> Any:
    return import_module(f"{__name__}.{format.replace('-', '_')}")


def write(design: Design, format: str) -> str:
    """A design as text of a format.

    Raises:
        IdentcheckError: a name that the format cannot hold.
    """
    text: str = _module(format).write(design)
    return text


def read(
    text: str,
    format: str,
    source: str = "<text>",
    treatment: str | Sequence[str] | None = None,
    outcome: str | None = None,
) -> tuple[Design, tuple[str, ...]]:
    """The design that a graph from another program describes, and what of the text no design has, each with its lines.

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
    from identcheck.formats.graphs.design import to_design

    module = _module(format)
    drawing = module.draw(text, source)
    return to_design(drawing, source, treatment, outcome, module.MARK), drawing.remarks


def drawn(text: str, format: str, source: str = "<text>") -> Drawing:
    """The graph of a text as it is drawn there, which may be no design.

    Raises:
        FormatError: where the text is malformed, or draws what is no causal arrow.
    """
    from identcheck.formats.graphs.options import restored

    drawing: Drawing = restored(_module(format).draw(text, source))[0]
    return drawing
