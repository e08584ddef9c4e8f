"""What may be said at a node or at an edge."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from identcheck.describe.validation.wording import choice, near_misses
from identcheck.errors import clipped
from identcheck.errors.limits import NAME_LETTERS, TEXT_LETTERS
from identcheck.errors.visible import obeyed_in
from identcheck.symbols.typeset.letters import GREEK

if TYPE_CHECKING:
    from identcheck.describe.validation.description import Description

__all__ = ["attribute_problems", "size_problems"]

ROLES = ("treatment", "outcome", "mediator", "baseline", "consequence")
VARIES = ("persons", "sites", "none")
NODE_ATTRIBUTES = ("role", "label", "scale", "unobserved", "symbol")
EDGE_ATTRIBUTES = ("varies", "symbol", "noncompliance")


def attribute_problems(said: Description) -> Iterator[str]:
    """Names that are no text, unknown attributes, and values that they do not have."""
    for node, data in said.graph.nodes.items():
        yield from _node_problems(node, data)
    for (u, v), data in said.graph.edges.items():
        where = f"edge {u!r} -> {v!r}"
        yield from near_misses(where, data, EDGE_ATTRIBUTES)
        yield from choice(f"{where}: varies", data.get("varies", "persons"), VARIES)
        if "symbol" in data:
            yield from _edge_symbol_problems(where, data["symbol"])
        if "noncompliance" in data:
            yield from choice(f"{where}: noncompliance", data["noncompliance"], ("one-sided",))
            if said.directed:
                yield from _noncompliance_problems(said, u, v, where)


def _node_problems(node: Any, data: Mapping[Any, Any]) -> Iterator[str]:
    if not isinstance(node, str):
        yield f"the node {node!r} is not text; name it by text in quotes, such as {str(node)!r}"
    elif not node.strip():
        yield f"a node has the empty name {node!r}; give it a name"
    elif found := obeyed_in(node):
        yield (
            f"the name {node!r} has characters that are obeyed or not seen where they are printed ({', '.join(found)}); "
            "take them out, and write long words as the label"
        )
    where = f"node {node!r}"
    yield from near_misses(where, data, NODE_ATTRIBUTES)
    yield from choice(f"{where}: role", data.get("role", "mediator"), ROLES)
    if not isinstance(data.get("unobserved", False), bool):
        yield f"{where}: unobserved is {data['unobserved']!r}; it is True or False"
    symbol = data.get("symbol", "x")
    if not isinstance(symbol, str) or not re.fullmatch(r"[A-Za-z0-9]+", symbol):
        yield f"{where}: the symbol {symbol!r} is not letters and digits such as 'V'"


def _edge_symbol_problems(where: str, symbol: object) -> Iterator[str]:
    """An upper-case letter, so that the lower-case one can stand for averages, and a subscript."""
    if not isinstance(symbol, str) or not re.fullmatch(r"[A-Za-z]+(_[A-Za-z0-9]+)?", symbol):
        yield f"{where}: the symbol {symbol!r} is not letters and digits such as 'Kappa_1'"
        return
    letter = symbol.partition("_")[0]
    if letter not in GREEK and not re.fullmatch("[A-Z]", letter):
        yield (
            f"{where}: the symbol {symbol!r} does not begin with one upper-case letter such as 'K_1', or the "
            "name of a Greek one such as 'Kappa_1'; the lower-case letter stands for the average"
        )


def _noncompliance_problems(said: Description, u: Any, v: Any, where: str) -> Iterator[str]:
    arms = dict.fromkeys(said.treatments)
    if u not in arms or v in said.outcomes:
        yield f"{where}: noncompliance is said of an arrow from a treatment into a mediator; remove it here"
    elif said.scales.get(v) != "binary" or (len(arms) == 1 and said.scales.get(u) != "binary"):
        yield (
            f"{where}: one-sided noncompliance is about a binary treatment and a binary mediator; "
            f"declare both scales 'binary'"
        )


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
