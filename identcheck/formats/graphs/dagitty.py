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
are the heads ``mag`` and ``pag``, whose arrows do not stand for direct effects.

The older form is read too: variables, an empty line, and each variable with its children::

    offer E @0.1,0.5
    voucher 1 @0.4,0.5
    Y O @0.9,0.5
    family%20income U

    offer voucher
    voucher Y
    family%20income voucher Y

The letters after a name are E (exposure), O (outcome), U (unobserved), A (adjusted), or a number that means
nothing. Names are written as in web addresses, ``%20`` for a space. Two arrows against each other are ``<->``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import dropwhile
from typing import Any
from urllib.parse import unquote

from identcheck.describe.design import Design
from identcheck.describe.wording import one_line
from identcheck.errors import FormatError, InvalidDesignError, clipped
from identcheck.errors.limits import NAME_LETTERS
from identcheck.formats.graphs.dagitty_text import BARE, Reader
from identcheck.formats.graphs.design import drawing_within
from identcheck.formats.graphs.drawing import FLAGS, Drawing
from identcheck.formats.graphs.options import PREFIX, as_text

__all__ = ["MARK", "draw", "write"]

_ROLES = {"exposure": "treatment", "outcome": "outcome"}
MARK = "write [exposure] after the name of the treatment and [outcome] after that of the outcome"
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_GRAPH = re.compile(r"[{}\[]|->|<-|@-@|\s--\s|\bdagitty\s*\(")
"""What only the language of graphs has; the older form has no arrows and no braces."""


def draw(text: str, source: str = "<text>") -> Drawing:
    """What dagitty model code draws, be it a design or not.

    Raises:
        FormatError: where the text departs from the language, or draws what is no causal arrow.
    """
    if not text.strip():
        raise InvalidDesignError([f"{source}: nothing is written here"])
    if _GRAPH.search(text):
        return Reader(text, source).drawing()
    return _draw_old(text, source)


def write(design: Design) -> str:
    """Model code that dagitty reads; what dagitty has no word for stands in options that it passes over."""
    drawing = drawing_within(design, _fits, _name_fits, _slug)
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


_LETTERS = re.compile(r"[EOUA]+|\d+")
_COMMENT = re.compile(r"\s*%(?![0-9A-Fa-f]{2})")
_LETTER_MARKS: dict[str, dict[str, object]] = {
    "E": {"role": "treatment"},
    "O": {"role": "outcome"},
    "U": {"unobserved": True},
    "A": {"adjusted": True},
}


def _draw_old(text: str, source: str) -> Drawing:
    """Read the older form.

    Raises:
        FormatError: a variable twice, one that is not listed, or no list of arrows, at its place.
    """
    listed = list(enumerate(text.rstrip().split("\n"), 1))
    lines = list(dropwhile(lambda line: not line[1].strip(), (x for x in listed if not _COMMENT.match(x[1]))))
    empty = next((at for at, (_, line) in enumerate(lines) if not line.strip()), None)
    if empty is None:
        expected = "expected 'dag { ... }', or a list of variables, an empty line and each variable with its children"
        raise FormatError(lines[0][0] if lines else 1, 1, f"found no arrows; {expected}", source)
    sketch = Drawing()
    for number, line in lines[:empty]:
        _variable(sketch, number, line, source)
    words = max((len(name.split()) for name in sketch.nodes), default=1)
    for number, line in lines[empty:]:
        if line.strip():
            _children(sketch, number, line, source, words)
    return sketch


def _variable(sketch: Drawing, number: int, line: str, source: str) -> None:
    before, _, pos = line.rpartition("@")
    words = (before if before.strip() and len(pos.split()) < 2 else line).split()
    marks = words.pop() if len(words) > 1 and _LETTERS.fullmatch(words[-1]) else ""
    name = unquote(" ".join(words))
    column = len(line) - len(line.lstrip()) + 1
    if len(name) > NAME_LETTERS.most:
        raise FormatError(number, column, f"{clipped(name)} has {NAME_LETTERS.refusal(len(name))}", source)
    if name in sketch.nodes:
        raise FormatError(number, column, f"the variable {name!r} is listed twice", source)
    sketch.node(name, number)
    for mark in marks:
        sketch.nodes[name].update(_LETTER_MARKS.get(mark, {}))
    if before.strip() and len(pos.split()) == 1:
        sketch.nodes[name]["pos"] = pos.strip()


def _children(sketch: Drawing, number: int, line: str, source: str, most: int) -> None:
    """A line of names: the first is the cause of all others; names of several words are put together as listed."""
    words = [(match[0], match.start() + 1) for match in re.finditer(r"\S+", line)]
    names: list[str] = []
    while words:
        word, column = words[0]
        if word.startswith("@") and len(names) > 1:
            if (names[0], names[-1]) in sketch.edges:
                sketch.edges[names[0], names[-1]]["pos"] = word[1:]
            del words[0]
            continue
        starts = [unquote(" ".join(word for word, _ in words[:length])) for length in range(1, most + 1)]
        name = next((start for start in starts if start in sketch.nodes), None)
        if name is None:
            message = f"{clipped(unquote(word))} is no variable of the list above"
            raise FormatError(number, column, message, source)
        if names:
            _arrow(sketch, names[0], name)
        names.append(name)
        del words[: starts.index(name) + 1]


def _arrow(sketch: Drawing, cause: str, effect: str) -> None:
    """An arrow; two against each other are a pair."""
    if (effect, cause) in sketch.edges:
        del sketch.edges[effect, cause]
        sketch.pair(effect, cause)
    else:
        sketch.edge(cause, effect)
