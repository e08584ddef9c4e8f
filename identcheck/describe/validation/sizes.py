"""How long names and texts may be."""

from __future__ import annotations

from collections.abc import Iterator

from identcheck.describe.validation.description import Description
from identcheck.errors import clipped
from identcheck.errors.limits import NAME_LETTERS, TEXT_LETTERS

__all__ = ["size_problems"]


def size_problems(said: Description) -> Iterator[str]:
    """Names and texts beyond the limits; where there is one, nothing else is told, which would repeat it."""
    for node, data in said.graph.nodes.items():
        if isinstance(node, str) and len(node) > NAME_LETTERS.most:
            yield f"the node {clipped(node)} has {NAME_LETTERS.refusal(len(node))}"
        yield from _symbol_problems(f"node {str(node)[:80]!r}", data.get("symbol"))
    for (u, v), data in said.graph.edges.items():
        yield from _symbol_problems(f"edge {str(u)[:80]!r} -> {str(v)[:80]!r}", data.get("symbol"))
    yield from _text_problems("the title", said.title)
    for name in ("labels", "justifications", "citations"):
        for key, text in getattr(said, name).items():
            yield from _text_problems(f"{name}: the text for {str(key)[:80]!r}", text)


def _symbol_problems(where: str, symbol: object) -> Iterator[str]:
    if isinstance(symbol, str) and len(symbol) > NAME_LETTERS.most:
        yield f"{where}: the symbol has {NAME_LETTERS.refusal(len(symbol))}"


def _text_problems(where: str, text: object) -> Iterator[str]:
    if isinstance(text, str) and len(text) > TEXT_LETTERS.most:
        yield f"{where} has {TEXT_LETTERS.refusal(len(text))}"
