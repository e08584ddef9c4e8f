"""Which nodes are treatment and outcome, and that the arrows agree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from identcheck.describe.validation.description import Description
from identcheck.describe.validation.parts import reached_from, role_of
from identcheck.describe.validation.wording import names, unknown_node

__all__ = ["role_problems"]


def role_problems(said: Description) -> Iterator[str]:
    """Missing, unknown and repeated roles; arrows into treatment or out of the outcome."""
    yield from _named(said, "treatment", said.treatments)
    yield from _named(said, "outcome", said.outcomes)
    outcomes = list(dict.fromkeys(said.outcomes))
    if len(outcomes) > 1:
        yield f"there are several outcomes, {names(outcomes)}; a design has one: make one design for each"
    for node in dict.fromkeys(said.treatments):
        if node in outcomes:
            yield f"{node!r} is named both treatment and outcome; they are different nodes"
    if said.directed:
        yield from _ends(said)


def _named(said: Description, role: str, nodes: list[Any]) -> Iterator[str]:
    if not nodes and role not in said.misnamed:
        yield f'no {role} is named; say which node it is, {role} = "...", or give one node the role {role!r}'
    for node in dict.fromkeys(nodes):
        if said.drawn:
            yield from unknown_node(said.graph, role, node)
        if nodes.count(node) > 1:
            yield f"the {role} {node!r} is named twice; name it once"


def _ends(said: Description) -> Iterator[str]:
    for node in dict.fromkeys(said.treatments):
        follows = reached_from(said.graph, said.treatments) | {*said.treatments}
        parents = [p for p in said.graph.pred.get(node, ()) if p != node and p in follows]
        if parents:
            yield (
                f"the treatment {node!r} has arrows into it from {names(parents)}, which is not fixed before "
                "treatment; it is randomised, so nothing that follows from it causes it: remove them"
            )
    for node in dict.fromkeys(said.outcomes):
        children = [
            c for c in said.graph.adj.get(node, ()) if c != node and role_of(said.graph, c) != "consequence"
        ]
        if children:
            yield (
                f"the outcome {node!r} has arrows out of it into {names(children)}; remove them, or name "
                "the last node of the chain the outcome, or give what only follows from it the role 'consequence'"
            )
