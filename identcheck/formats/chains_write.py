"""A graph as arrow notation that people can read: nodes that go the same way stand in one pair of braces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from identcheck.formats.chains import Edge, write_name

__all__ = ["write_chains"]

Group = tuple[str, ...]


def write_chains(nodes: Sequence[str], edges: Iterable[Edge], confounded: Iterable[Edge] = ()) -> list[str]:
    """The statements that draw a graph, one a line, which reads back to the same graph.

    Args:
        nodes: every node, in the order in which they are to stand.
        edges: cause and effect.
        confounded: pairs that share a cause which is not drawn.
    """
    drawn, shared = list(edges), list(confounded)
    chains = [" -> ".join(map(_group, chain)) for chain in _chained(_statements(nodes, drawn))]
    pairs = [" <-> ".join(map(_group, statement)) for statement in _statements(nodes, shared)]
    met = {node for edge in (*drawn, *shared) for node in edge}
    return [*chains, *pairs, *(write_name(node) for node in nodes if node not in met)]


def _group(nodes: Group) -> str:
    names = [write_name(node) for node in nodes]
    return names[0] if len(names) == 1 else f"{{{' '.join(names)}}}"


def _statements(nodes: Sequence[str], edges: Iterable[Edge]) -> list[tuple[Group, Group]]:
    """Every edge once: the nodes with the same successors, and those successors."""
    place = {node: at for at, node in enumerate(nodes)}
    onward: dict[str, list[str]] = {node: [] for node in nodes}
    for cause, effect in edges:
        onward[cause].append(effect)
    grouped: dict[Group, list[str]] = {}
    for node in nodes:
        if onward[node]:
            grouped.setdefault(tuple(sorted(onward[node], key=place.__getitem__)), []).append(node)
    return [(tuple(causes), effects) for effects, causes in grouped.items()]


def _chained(statements: list[tuple[Group, Group]]) -> list[list[Group]]:
    """Statements joined where one begins with the group that another ends with."""
    left = dict(statements)
    ends = {effects for _, effects in statements}
    starts = [causes for causes in left if causes not in ends]
    chains = []
    for causes in [*starts, *left]:
        chain = [causes]
        while chain[-1] in left:
            chain.append(left.pop(chain[-1]))
        if len(chain) > 1:
            chains.append(chain)
    return chains
