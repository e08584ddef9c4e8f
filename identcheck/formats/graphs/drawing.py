"""What a graph says that was drawn in another program, between its text and a Design.

The readers of this folder make a :class:`Drawing`; ``to_design`` makes a design of it, ``from_design`` a
drawing of a design. A drawing may be no design: it need not name a treatment.

Drawings as networkx graphs, the way GraphML, GEXF and node-link JSON hold them, and what their attributes say.

What is said of a node or an arrow is an attribute of it. A pair that shares a cause is an edge with
``confounded`` true; where an arrow joins the same two nodes, the graph is a multigraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import networkx as nx

from identcheck.describe.wording import one_line
from identcheck.formats.chains import Edge

__all__ = [
    "EDGE_KEYS",
    "FLAGS",
    "MARK",
    "NODE_KEYS",
    "Drawing",
    "flag",
    "names_of",
    "network",
    "said_of_edge",
    "said_of_node",
]

NODE_KEYS = ("role", "label", "scale", "unobserved", "symbol", "adjusted", "selected", "pos")
"""What is read at a node; anything else that a program says there is ignored."""

EDGE_KEYS = ("varies", "symbol", "noncompliance", "label", "beta", "pos")
"""What is read at an arrow."""

YES = ("true", "yes", "1", "1.0")
"""How formats without truth values say yes."""

FLAGS = ("unobserved", "adjusted", "selected")
"""The marks of a node that are there or not."""


@dataclass(frozen=True)
class Drawing:
    """A graph as drawn, with whatever its text says of nodes and arrows; readers fill it as they go, each node and arrow once.

    Attributes:
        nodes: every node in order of appearance, with what is said of it: ``role``, ``label``, ``scale``,
            ``unobserved``, ``symbol``, ``adjusted``, ``selected``, ``pos``.
        edges: every arrow (cause, effect), with ``varies``, ``symbol``, ``noncompliance``, ``label``, ``beta``,
            ``pos``.
        pairs: those that share a cause not drawn, each once.
        options: what is said of the design as a whole, such as ``sites``; see ``options``.
        lines: the line where a node first stands, where that is known.
        doubts: by role, or "unobserved": what comes near to saying it, for the error where nothing says it.
        passed: what the text says that no design has, in words, with the lines where it stands.
    """

    nodes: dict[str, dict[str, Any]] = field(default_factory=dict)
    edges: dict[Edge, dict[str, Any]] = field(default_factory=dict)
    pairs: dict[Edge, None] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict, compare=False)
    doubts: dict[str, str] = field(default_factory=dict, compare=False)
    passed: dict[str, list[int]] = field(default_factory=dict, compare=False)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is left out, each with the first lines where it stands."""
        return tuple(f"{_on_lines(lines)}: {what}" for what, lines in self.passed.items())

    @property
    def confounded(self) -> tuple[Edge, ...]:
        """The pairs, in order of appearance."""
        return tuple(self.pairs)

    def named(self, role: str) -> tuple[str, ...]:
        """The nodes with a role, in order of appearance."""
        return tuple(node for node, said in self.nodes.items() if said.get("role") == role)

    def marked(self, flag: str) -> tuple[str, ...]:
        """The nodes with a mark: "unobserved", "adjusted" or "selected"."""
        return tuple(node for node, said in self.nodes.items() if said.get(flag) is True)

    def with_names(self, names: Mapping[str, str]) -> Drawing:
        """A copy with other names for some nodes."""

        def new(edge: Edge) -> Edge:
            return names.get(edge[0], edge[0]), names.get(edge[1], edge[1])

        return replace(
            self,
            nodes={names.get(node, node): dict(said) for node, said in self.nodes.items()},
            edges={new(edge): dict(said) for edge, said in self.edges.items()},
            pairs={new(edge): None for edge in self.pairs},
            lines={names.get(node, node): line for node, line in self.lines.items()},
        )

    def node(self, name: str, line: int = 0, **said: Any) -> None:
        """Draw a node, or say more of one."""
        if line:
            self.lines.setdefault(name, line)
        self.nodes.setdefault(name, {}).update(said)

    def edge(self, cause: str, effect: str, **said: Any) -> None:
        """Draw an arrow, or say more of one."""
        self.node(cause)
        self.node(effect)
        self.edges.setdefault((cause, effect), {}).update(said)

    def passed_over(self, what: str, line: int) -> None:
        """Note what no design has, once for each line."""
        lines = self.passed.setdefault(what, [])
        if line not in lines[-1:]:
            lines.append(line)

    def pair(self, one: str, other: str) -> None:
        """Join two nodes that share a cause."""
        self.node(one)
        self.node(other)
        if (other, one) not in self.pairs:
            self.pairs[one, other] = None


def _on_lines(lines: list[int], most: int = 5) -> str:
    more = f" and {len(lines) - most} more" if len(lines) > most else ""
    return f"line{'s' * (len(lines) > 1)} {', '.join(map(str, lines[:most]))}{more}"


MARK = "give one node the attribute role = {role}"
"""How these formats say which node is the treatment."""


def network(drawing: Drawing) -> nx.DiGraph[str]:
    """The graph of a drawing; its options are left to the format."""
    overlap = any({(u, v), (v, u)} & set(drawing.edges) for u, v in drawing.confounded)
    graph: nx.DiGraph[str] = nx.MultiDiGraph() if overlap else nx.DiGraph()
    graph.add_nodes_from(drawing.nodes.items())
    graph.add_edges_from((u, v, said) for (u, v), said in drawing.edges.items())
    graph.add_edges_from((u, v, {"confounded": True}) for u, v in drawing.confounded)
    return graph


def said_of_node(data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What the attributes of a node say here."""
    for key in NODE_KEYS:
        value = data.get(key)
        if key in FLAGS:
            if flag(value) or (
                key == "unobserved" and str(data.get("observed")).lower() in ("no", "false", "0")
            ):
                yield key, True
        elif value is not None and value != "":
            yield key, _text(value)


def said_of_edge(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What the attributes of an arrow say here."""
    for key in EDGE_KEYS:
        if data.get(key) not in (None, ""):
            yield key, _text(data[key])


def flag(value: object) -> bool:
    """Whether an attribute says yes; formats without truth values write it as text."""
    return value == 1 or (isinstance(value, str) and value.lower() in YES)


def _text(value: object) -> str:
    """An attribute as text; a position may come as a pair of numbers."""
    if isinstance(value, (list, tuple)):
        return ",".join(map(str, value))
    return str(value)


def names_of(shown: Mapping[str, str]) -> dict[str, str]:
    """The names of nodes: their ids, or where these are only numbers the words that a program shows at the nodes.

    A node without words keeps its id; where two would have one name, all do.

    Args:
        shown: the words under each id, or "".
    """
    ids = {key: one_line(key).strip() for key in shown}
    named = {key: words or ids[key] for key, words in shown.items()}
    numbered = all(re.fullmatch(r"n?\d+(\.0)?(::n\d+)*", key) for key in shown)
    return named if numbered and len(set(named.values())) == len(named) else ids
