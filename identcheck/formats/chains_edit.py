"""Changes in the arrow notation of a graph that someone wrote: lines and remarks that still hold stay as they are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from identcheck.errors import FormatError
from identcheck.formats.chains import Edge, parse_chains
from identcheck.formats.chains_write import write_chains

__all__ = ["redrawn"]

_LINE = re.compile(r'(?P<drawn>(?:"(?:[^"\\]|\\.)*"|[^"#])*)(?P<remark>#.*)?')


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
    wanted = _Wanted(list(nodes), list(dict.fromkeys(edges)), {frozenset(pair): pair for pair in shared})
    lines = []
    for line in text.split("\n"):
        parts = _LINE.fullmatch(line)
        if parts is None:
            return None
        try:
            kept = wanted.line(line, parts["drawn"], parts["remark"] or "")
        except FormatError:
            return None
        if kept is not None:
            lines.append(kept)
    more = wanted.more()
    while lines and not lines[-1].strip():
        lines.pop()
    return "\n".join([*lines, *more]) + "\n" * ("\n" in text or bool(more))


@dataclass
class _Wanted:
    """What a graph is to have and no line has said yet.

    Attributes:
        nodes: all its nodes.
        edges: arrows that no line draws yet.
        pairs: pairs with a shared cause that no line names yet, by the two.
        met: nodes that some line names.
    """

    nodes: list[str]
    edges: list[Edge]
    pairs: dict[frozenset[str], Edge]
    met: set[str] = field(default_factory=set)

    def line(self, line: str, drawn: str, remark: str) -> str | None:
        """A line as it is to be; None where nothing of it is left.

        Args:
            line: the line as it is.
            drawn: what it draws.
            remark: its remark, with the sign before it.

        Raises:
            FormatError: it cannot be read by itself, or draws a modifier.
        """
        if not drawn.strip(" ;\t"):
            return line
        chains = parse_chains(drawn)
        edges = [edge for edge in chains.edges if edge in self.edges]
        joined = [pair for pair in chains.confounded if frozenset(pair) in self.pairs]
        there = [node for node in chains.nodes if node in self.nodes]
        if (edges, joined, there) != (list(chains.edges), list(chains.confounded), list(chains.nodes)):
            statements = write_chains(there, edges, joined) if edges or joined else []
            if not statements and not remark:
                return None
            line = "; ".join(statements) + "  " * bool(statements) + remark
            there = []
        self.met |= {end for edge in (*edges, *joined) for end in edge} | {*there}
        self.edges = [edge for edge in self.edges if edge not in edges]
        for pair in joined:
            self.pairs.pop(frozenset(pair), None)
        return line

    def more(self) -> list[str]:
        """Statements of what no line says."""
        pairs = list(self.pairs.values())
        ends = {end for edge in (*self.edges, *pairs) for end in edge}
        named = [node for node in self.nodes if node in ends or node not in self.met]
        return list(write_chains(named, self.edges, pairs)) if named else []
