"""Phrases that the problems share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import networkx as nx

from identcheck.basics.arguments import is_word
from identcheck.errors import clipped, suggestion
from identcheck.errors.limits import NAME_LETTERS
from identcheck.errors.visible import obeyed_in

__all__ = ["choice", "name_problems", "names", "near_misses", "one_line", "unknown_node"]

_LISTED = 100
"""Nodes that a problem lists."""


def one_line(text: str) -> str:
    """A name or a label on one line: a line break in it, with the blanks around, becomes a space."""
    lines = text.splitlines()
    return text if lines in ([text], []) else " ".join(filter(None, map(str.strip, lines)))


def names(nodes: Iterable[Any]) -> str:
    """List nodes: ``'T', 'V'``; of very many the first."""
    listed = list(nodes)
    more = f" and {len(listed) - _LISTED} more" if len(listed) > _LISTED else ""
    return ", ".join(repr(node) for node in listed[:_LISTED]) + more


def name_problems(what: str, name: object) -> Iterator[str]:
    """Why something cannot be the name of a node, or of a modifier."""
    if not isinstance(name, str):
        yield f"the {what} {name!r} is not text; name it by text in quotes, such as {str(name)!r}"
    elif not name.strip():
        yield f"a {what} has the empty name {name!r}; give it a name"
    elif len(name) > NAME_LETTERS.most:
        yield f"the {what} {clipped(name)} has {NAME_LETTERS.refusal(len(name))}"
    elif found := obeyed_in(name):
        yield (
            f"the name {name!r} has characters that are obeyed or not seen where they are printed ({', '.join(found)}); "
            "take them out, and write long words as the label"
        )


def unknown_node(graph: nx.DiGraph[Any], where: str, node: Any) -> Iterator[str]:
    """Whether something said of a node is said of a node that the graph has."""
    if node not in graph:
        known = [str(n) for n in graph]
        yield (
            f"{where}: there is no node {node!r} in the graph{suggestion(str(node), known)}; it has "
            f"{names(graph) or 'none'}"
        )


def near_misses(where: str, data: Mapping[Any, Any], known: Sequence[str]) -> Iterator[str]:
    """Attributes that look like a misspelled one of ours; foreign ones (pos, weight) are ignored."""
    for key in data:
        if not is_word(key, known) and (hint := suggestion(str(key), known)):
            yield f"{where}: unknown attribute {key!r}{hint}"


def choice(where: str, value: object, known: Sequence[str]) -> Iterator[str]:
    """A problem if a value is none of the known words."""
    if not is_word(value, known):
        hint = suggestion(value, known) if isinstance(value, str) else ""
        yield f"{where} is {value!r}{hint}; it is one of {names(known)}"
