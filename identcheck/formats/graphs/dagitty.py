"""Model code of dagitty, read and written.

::

    dag {
    bb="0,0,1,1"
    T [exposure,pos="0.1,0.5"]
    Y [outcome]
    U [latent]
    T -> {M1 M2} -> Y
    M1 <-> M2
    }

Only what a causal graph with ``<->`` holds is accepted: undirected and half-directed edges are errors, and so
are the heads ``mag`` and ``pag``, whose arrows do not stand for direct effects. The older form, a list of variables
and a list of their children, is read by ``dagitty_old``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from identcheck.describe.design import Design
from identcheck.errors import InvalidDesignError
from identcheck.formats.fields import one_line
from identcheck.formats.graphs.dagitty_old import draw_old
from identcheck.formats.graphs.dagitty_text import BARE, Reader
from identcheck.formats.graphs.design import from_design
from identcheck.formats.graphs.drawing import FLAGS, Drawing
from identcheck.formats.graphs.options import PREFIX, as_text, aside, renamed

__all__ = ["MARK", "draw", "write"]

_ROLES = {"exposure": "treatment", "outcome": "outcome"}
MARK = "write [exposure] after the name of the treatment and [outcome] after that of the outcome"
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


def draw(text: str, source: str = "<text>") -> Drawing:
    """What dagitty model code draws, be it a design or not.

    Raises:
        FormatError: where the text departs from the language, or draws what is no causal arrow.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if not text.strip():
        raise InvalidDesignError([f"{source}: nothing is written here"])
    if not _is_graph(text):
        return draw_old(text, source)
    return Reader(text, source).drawing()


def _is_graph(text: str) -> bool:
    """Whether it is the language of graphs; the old one has no arrows and no braces."""
    return re.search(r"[{}\[]|->|<-|@-@|\s--\s|\bdagitty\s*\(", text) is not None


def write(design: Design) -> str:
    """Model code that dagitty reads; what dagitty has no word for stands in options that it passes over."""
    drawing = renamed(aside(from_design(design), _fits, _fits), _name_fits, _slug)
    lines = ["dag {"]
    lines += [
        f"{PREFIX}{key}={_quoted(as_text(value, _fits_text))}" for key, value in drawing.options.items()
    ]
    for node, said in drawing.nodes.items():
        marks = [mark for mark, role in _ROLES.items() if said.get("role") == role]
        marks += [{"unobserved": "latent"}.get(flag, flag) for flag in FLAGS if said.get(flag)]
        lines.append(_name(node) + _attributes(marks, said))
    lines += [f"{_name(u)} -> {_name(v)}{_attributes([], said)}" for (u, v), said in drawing.edges.items()]
    lines += [f"{_name(u)} <-> {_name(v)}" for u, v in drawing.confounded]
    return "\n".join([*lines, "}", ""])


def _attributes(marks: Sequence[str], said: Mapping[str, Any]) -> str:
    texts = [*marks]
    texts += [f"{k}={_quoted(v)}" for k, v in said.items() if k not in FLAGS and k != "role"]
    return f" [{','.join(texts)}]" if texts else ""


def _name(name: str) -> str:
    return name if BARE.fullmatch(name) and name.isascii() else _quoted(name)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'


def _fits(key: str, value: object) -> bool:
    if key == "pos":
        return isinstance(value, str) and re.fullmatch(r"\s*-?[0-9.]+\s*,\s*-?[0-9.]+\s*", value) is not None
    return value is True or (isinstance(value, str) and _fits_text(value))


def _fits_text(text: str) -> bool:
    """A string of dagitty has no control characters, and a backslash at its end would hide the quote."""
    return not _CONTROLS.search(text) and not text.endswith("\\") and text != ""


def _name_fits(name: str) -> bool:
    """Two names are reserved there; a backslash before a quote stands for the quote."""
    return name not in ("graph", "node") and _fits_text(name) and one_line(name) == name


def _slug(name: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f\\]", "_", one_line(name)) + ("_" if name in ("graph", "node") else "")
