"""Regressions in lavaan model syntax, read and written.

::

    # treatment: T
    # outcome: Y
    Y ~ b1*M1 + b2*M2 + T
    M1 + M2 ~ T
    M1 ~~ M2

lavaan names no treatment and no outcome: comments like those above do, or ``load(path, treatment=...,
outcome=...)``. The label of a coefficient stays with its arrow and means nothing more. A coefficient fixed at
zero (``0*T``, or ``a*T`` with ``a == 0``) is no arrow. A comment is such a header only if nothing but names of
variables follows its colon.
"""

from __future__ import annotations

import json
import re

from identcheck.describe.design import Design
from identcheck.errors import FormatError
from identcheck.formats.graphs.design import drawing_within
from identcheck.formats.graphs.drawing import Drawing
from identcheck.formats.graphs.lavaan_text import NAME, Reader

__all__ = ["MARK", "draw", "write"]

MARK = "add a line '# {role}: its name'"
_MODIFIER = re.compile(r'"[^"\n]*"|(?:[^*"(]|\((?:[^()]|\([^()]*\))*\))+')
_RESERVED = {
    *("if", "else", "repeat", "while", "function", "for", "in", "next", "break", "TRUE", "FALSE", "NULL"),
    *("Inf", "NaN", "NA", "NA_integer_", "NA_real_", "NA_character_", "NA_complex_"),
}


def draw(text: str, source: str = "<text>") -> Drawing:
    """The graph of lavaan regressions, be it a design or not.

    Raises:
        FormatError: where the text departs from the syntax, or has what is no regression.
    """
    return Reader(text, source).drawing()


def write(design: Design) -> str:
    """Regressions that lavaan reads; comments say what lavaan has no place for."""
    drawing = drawing_within(
        design, _fits, _name_fits, _slug, node_fits=lambda key, _: key in ("role", "unobserved")
    )
    unobserved = drawing.marked("unobserved")
    arms = [node for node in drawing.nodes if drawing.nodes[node].get("role") == "treatment"]
    lines = [f"# treatment: {', '.join(arms)}", f"# outcome: {', '.join(drawing.named('outcome'))}"]
    lines += [f"# unobserved: {', '.join(unobserved)}"] if unobserved else []
    lines += [f"# identcheck {key}: {json.dumps(value)}" for key, value in drawing.options.items()]
    into: dict[str, list[str]] = {node: [] for node in drawing.nodes}
    for (cause, effect), says in drawing.edges.items():
        modifiers = _MODIFIER.findall(says.get("label", ""))  # lavaan takes one in a term
        into[effect] += [f"{modifier}*{cause}" for modifier in modifiers] or [cause]
    lines += [f"{node} ~ {' + '.join(terms)}" for node, terms in reversed(into.items()) if terms]
    said = {node for edge in (*drawing.edges, *drawing.confounded) for node in edge}
    lines += [f"{one} ~~ {other}" for one, other in drawing.confounded]
    lines += [f"{node} ~~ {node}" for node in drawing.nodes if node not in said]
    return "\n".join([*lines, ""])


def _fits(key: str, value: object) -> bool:
    """Only a label, and only one that would be read again as it is."""
    if key != "label" or not isinstance(value, str) or re.search(r"[\n;+]", value):
        return False
    try:
        again = draw(f"y ~ {value}*x")
    except FormatError:
        return False
    return dict(again.edges) == {("x", "y"): {"label": value}}


def _name_fits(name: str) -> bool:
    """A name that R takes without quotes: letters, digits, dots and underscores."""
    plain = re.fullmatch(NAME, name) and all(c.isalpha() or c in "0123456789._" for c in name)
    return bool(plain) and name not in _RESERVED


def _slug(name: str) -> str:
    letters = "".join(c if (c.isalpha() and c.isascii()) or c in "0123456789._" else "_" for c in name)
    return letters if _name_fits(letters) else f"v{letters}"
