"""Changes in a TOML design file that someone wrote: comments, order and whatever is not changed stay as they are."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from identcheck.errors import FormatError
from identcheck.formats.chains import Edge, parse_chains
from identcheck.formats.chains_write import write_chains
from identcheck.formats.design_file import KEYS
from identcheck.formats.toml_write import toml_graph, toml_item, toml_table

__all__ = ["edited", "redrawn"]

_LINE = re.compile(r'(?P<drawn>(?:"(?:[^"\\]|\\.)*"|[^"#])*)(?P<remark>#.*)?')


def edited(
    text: str, before: Mapping[str, Any], after: Mapping[str, Any], *, whole: Collection[str] = ()
) -> str:
    """The text of a file after its keys have changed.

    Args:
        text: the file as it is; "" for a new one.
        before: its keys of a design file, as ``document_of`` writes them.
        after: the keys as they are to be; a key that is not there is removed.
        whole: keys that are written anew also where they did not change.
    """
    import tomlkit

    document = tomlkit.parse(text)
    for key in (*KEYS, *(key for key in after if key not in KEYS)):
        old, new = before.get(key), after.get(key)
        if key == "plan" or (old == new and key not in whole):
            continue
        if new is None:
            if key in document:
                document.remove(key)
        elif isinstance(new, Mapping) and isinstance(document.get(key), Mapping) and key not in whole:
            _set_entries(document[key], old if isinstance(old, Mapping) else {}, new)
        else:
            _set(document, key, new)
    return tomlkit.dumps(document)


def _set(document: Any, key: str, new: Any) -> None:
    """A key of the document; a new one without a header stands before the first table."""
    made = toml_table(new, key) if isinstance(new, Mapping) else toml_item(new)
    if key == "graph":
        made = toml_graph(new)
    if key in document:
        if isinstance(new, Mapping):
            document.remove(key)
            document.append(key, made)
        else:
            made.trivia.comment_ws = document.item(key).trivia.comment_ws
            made.trivia.comment = document.item(key).trivia.comment
            document[key] = made
    else:
        document.append(key, made)


def _set_entries(table: Any, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """The entries of a table; those that did not change are not touched."""
    for name in [name for name in old if name not in new and name in table]:
        table.remove(name)
    for name, value in new.items():
        if old.get(name) != value or name not in table:
            made = toml_table(value) if isinstance(value, Mapping) else toml_item(value)
            if name in table and not isinstance(value, Mapping):
                made.trivia.comment_ws = table.item(name).trivia.comment_ws if hasattr(table, "item") else ""
                made.trivia.comment = table.item(name).trivia.comment if hasattr(table, "item") else ""
            table[name] = made


def redrawn(text: str, nodes: Iterable[str], edges: Iterable[Edge], shared: Iterable[Edge]) -> str | None:
    """The arrow notation of a graph after a change, its lines and remarks kept where they still hold.

    Args:
        text: the notation as it is.
        nodes: the nodes as they are to be.
        edges: the arrows.
        shared: the pairs that share a cause which is not drawn.

    Returns:
        The notation, or None where lines cannot be told apart, or modifiers are drawn among them.
    """
    every, arrows = list(nodes), dict.fromkeys(edges)
    pairs = {frozenset(pair): pair for pair in shared}
    left, unjoined, met = dict(arrows), dict(pairs), set()
    lines = []
    for line in text.split("\n"):
        parts = _LINE.fullmatch(line)
        if parts is None:
            return None
        drawn = parts["drawn"]
        try:
            chains = parse_chains(drawn) if drawn.strip(" ;\t") else None
        except FormatError:
            return None
        if chains is not None:
            kept = [edge for edge in chains.edges if edge in left]
            joined = [pair for pair in chains.confounded if frozenset(pair) in unjoined]
            there = [node for node in chains.nodes if node in every]
            same = (len(kept), len(joined), len(there)) == (
                len(chains.edges),
                len(chains.confounded),
                len(chains.nodes),
            )
            if not same:
                statements = write_chains(there, kept, joined) if kept or joined else []
                if not statements and not parts["remark"]:
                    continue
                line = "; ".join(statements) + "  " * bool(statements) + (parts["remark"] or "")
            met |= {end for edge in (*kept, *joined) for end in edge} | ({*there} if same else set())
            left = {edge: None for edge in left if edge not in kept}
            unjoined = {
                key: pair for key, pair in unjoined.items() if pair not in joined and pair[::-1] not in joined
            }
        lines.append(line)
    lone = [
        node for node in every if node not in met and not any(node in e for e in (*left, *unjoined.values()))
    ]
    ends = {end for edge in (*left, *unjoined.values()) for end in edge}
    more = write_chains([n for n in every if n in ends or n in lone], left, unjoined.values())
    while lines and not lines[-1].strip():
        lines.pop()
    return "\n".join([*lines, *(more if left or unjoined or lone else ())]) + "\n" * (
        "\n" in text or bool(more)
    )
