"""A graph written in arrow notation; what goes the same way stands in one pair of braces."""

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
    chains = [" -> ".join(map(_braced, chain)) for chain in _chained(_grouped(nodes, drawn))]
    pairs = [" <-> ".join(map(_braced, statement)) for statement in _grouped(nodes, shared)]
    met = {node for edge in (*drawn, *shared) for node in edge}
    return [*chains, *pairs, *(write_name(node) for node in nodes if node not in met)]


def _braced(nodes: Group) -> str:
    names = [write_name(node) for node in nodes]
    return names[0] if len(names) == 1 else f"{{{' '.join(names)}}}"


def _grouped(nodes: Sequence[str], edges: Iterable[Edge]) -> list[tuple[Group, Group]]:
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
