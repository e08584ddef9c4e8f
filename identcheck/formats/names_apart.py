"""Names of several words that stand without quotes in the braces of a drawing, where each word is a node of its own."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from identcheck.formats.chains import Chains, write_name

__all__ = ["are_words_of", "as_one", "doubtful"]

_NODE_KEYS = ("treatment", "outcome", "mediators", "baseline", "consequences", "unobserved", "primary")
"""Keys whose text is names, and not words."""

_WORD = re.compile(r"[^\W\d_]{3,}")


def are_words_of(name: str, nodes: Collection[str]) -> bool:
    """Whether a name is no node, but each of its words is."""
    words = name.split()
    return len(words) > 1 and name not in nodes and all(word in nodes for word in words)


def as_one(chains: Chains, nodes: Collection[str]) -> Iterator[tuple[str, ...]]:
    """Rows of names in braces, all of them among the given nodes, that may be one name of several words."""
    for row in dict.fromkeys(chains.apart):
        yield from _runs(row, nodes)


def doubtful(chains: Chains, document: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """Words that always stand beside each other in the drawing, and nowhere else in the file: the line, and a note."""
    elsewhere = {*_names_in({key: value for key, value in document.items() if key not in ("graph", "title")})}
    plain = {node for node in chains.nodes if _is_word(node) and node not in elsewhere}
    around = _around(chains) if plain else {}
    told: set[str] = set()
    for row in as_one(chains, plain):
        for run in _alike(around, row):
            if told.isdisjoint(run):
                told.update(run)
                yield chains.lines[run[0],], _note(run)


def _note(run: tuple[str, ...]) -> str:
    *first, last = map(repr, run)
    return (
        f"{', '.join(first)} and {last} are taken for {len(run)} variables. If they are one, write its name in double "
        f"quotes, {write_name(' '.join(run))}; if not, commas between them say so"
    )


def _is_word(node: str) -> bool:
    return node.islower() and _WORD.fullmatch(node) is not None


def _runs(row: tuple[str, ...], nodes: Collection[str]) -> Iterator[tuple[str, ...]]:
    """The longest pieces of a row, of two names or more, that are all among the nodes."""
    run: list[str] = []
    for name in (*row, None):
        if name is not None and name in nodes:
            run.append(name)
            continue
        if len(run) > 1:
            yield tuple(run)
        run = []


def _alike(around: Mapping[str, object], row: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The pieces of a row, of two names or more, whose nodes have the same neighbors."""
    for _, names in groupby(row, around.__getitem__):
        run = tuple(names)
        if len(run) > 1:
            yield run


def _around(chains: Chains) -> dict[str, tuple[set[str], set[str], set[str]]]:
    """The causes of each node, its effects, and what shares a cause with it."""
    found: dict[str, tuple[set[str], set[str], set[str]]] = {
        node: (set(), set(), set()) for node in chains.nodes
    }
    for cause, effect in chains.edges:
        found[effect][0].add(cause)
        found[cause][1].add(effect)
    for one, other in chains.confounded:
        found[one][2].add(other)
        found[other][2].add(one)
    return found


def _names_in(said: object) -> Iterator[str]:
    """Whatever may be the name of a node among the keys and the lists of a document; not the words of its texts."""
    if isinstance(said, Mapping):
        for key, value in said.items():
            yield from _words(key)
            if isinstance(value, (Mapping, list)) or key in _NODE_KEYS:
                yield from _names_in(value)
    elif isinstance(said, list):
        for entry in said:
            yield from _names_in(entry)
    elif isinstance(said, str):
        yield from _words(said)


def _words(text: str) -> Iterable[str]:
    return re.findall(r"[\w.]+", text)
