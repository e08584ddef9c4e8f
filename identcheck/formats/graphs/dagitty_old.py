"""The older form of dagitty models: variables, an empty line, and each variable with its children.

::

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
from itertools import dropwhile
from urllib.parse import unquote

from identcheck.errors import FormatError, clipped
from identcheck.errors.limits import NAME_LETTERS
from identcheck.formats.graphs.drawing import Drawing, Sketch

__all__ = ["draw_old"]

_LETTERS = re.compile(r"[EOUA]+|\d+")
_COMMENT = re.compile(r"\s*%(?![0-9A-Fa-f]{2})")
_MARKS: dict[str, dict[str, object]] = {
    "E": {"role": "treatment"},
    "O": {"role": "outcome"},
    "U": {"unobserved": True},
    "A": {"adjusted": True},
}


def draw_old(text: str, source: str) -> Drawing:
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
    sketch = Sketch()
    for number, line in lines[:empty]:
        _variable(sketch, number, line, source)
    words = max((len(name.split()) for name in sketch.nodes), default=1)
    for number, line in lines[empty:]:
        if line.strip():
            _children(sketch, number, line, source, words)
    return sketch.done()


def _variable(sketch: Sketch, number: int, line: str, source: str) -> None:
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
        sketch.nodes[name].update(_MARKS.get(mark, {}))
    if before.strip() and len(pos.split()) == 1:
        sketch.nodes[name]["pos"] = pos.strip()


def _children(sketch: Sketch, number: int, line: str, source: str, most: int) -> None:
    """A line of names: the first is the cause of all others; names of several words are put together as listed."""
    words = [(match[0], match.start() + 1) for match in re.finditer(r"\S+", line)]
    names: list[str] = []
    at = 0
    while at < len(words):
        word, column = words[at]
        if word.startswith("@") and len(names) > 1:
            _place(sketch, names[0], names[-1], word[1:])
            at += 1
            continue
        name, length = _listed(sketch, [word for word, _ in words[at : at + most]])
        if not length:
            raise FormatError(
                number, column, f"{clipped(unquote(word))} is no variable of the list above", source
            )
        if names:
            _arrow(sketch, names[0], name)
        names.append(name)
        at += length


def _listed(sketch: Sketch, words: list[str]) -> tuple[str, int]:
    """The first variable that some of the words make together, and how many."""
    for length in range(1, len(words) + 1):
        name = unquote(" ".join(words[:length]))
        if name in sketch.nodes:
            return name, length
    return "", 0


def _arrow(sketch: Sketch, cause: str, effect: str) -> None:
    if (effect, cause) in sketch.edges:
        del sketch.edges[effect, cause]
        sketch.pair(effect, cause)
    else:
        sketch.edge(cause, effect)


def _place(sketch: Sketch, cause: str, effect: str, pos: str) -> None:
    if (cause, effect) in sketch.edges:
        sketch.edges[cause, effect]["pos"] = pos
