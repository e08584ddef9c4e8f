"""Pairs of nodes that share an unmeasured cause."""

from __future__ import annotations

from collections.abc import Iterator

from identcheck.describe.validation.description import Description
from identcheck.describe.validation.wording import unknown_node

__all__ = ["confounding_problems"]


def confounding_problems(said: Description) -> Iterator[str]:
    """Pairs of unknown nodes, of a node with itself, of two arms, and pairs drawn twice."""
    drawn: set[frozenset[str]] = set()
    for a, b in said.confounded:
        edge = f"{a} <-> {b}"
        if said.drawn:
            for node in dict.fromkeys((a, b)):
                yield from unknown_node(said.graph, f"confounded, {edge}", node)
        if a == b:
            yield f"{edge}: a node shares no cause with itself; name two nodes"
        elif a in said.treatments and b in said.treatments:
            yield f"{edge}: the arms are assigned together, so nothing else joins them; remove it"
        elif frozenset((a, b)) in drawn:
            yield f"{edge} is drawn twice; draw it once"
        drawn.add(frozenset((a, b)))
