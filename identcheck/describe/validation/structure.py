"""The shape of the graph: its ends, no cycles, every arm and mediator on a way to the outcome, pairs that share a cause."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Any

import networkx as nx

from identcheck.describe.validation.description import Description
from identcheck.describe.validation.parts import natural, reached_from, role_of
from identcheck.describe.wording import names, unknown_node
from identcheck.errors import Problem

__all__ = ["confounding_problems", "cycles_of", "role_problems", "structure_problems"]


def role_problems(said: Description) -> Iterator[str]:
    """Missing, unknown and repeated roles; arrows into treatment or out of the outcome."""
    yield from _named(said, "treatment", said.treatments)
    yield from _named(said, "outcome", said.outcomes)
    outcomes = list(dict.fromkeys(said.outcomes))
    if len(outcomes) > 1:
        several = f"there are several outcomes, {names(outcomes)}; a design has one: make one design for each"
        yield Problem.at(several, ("outcome",))
    for node in dict.fromkeys(said.treatments):
        if node in outcomes:
            both = f"{node!r} is named both treatment and outcome; they are different nodes"
            yield Problem.at(both, ("treatment",), ("outcome",))
    if said.directed:
        yield from _ends(said)


def _named(said: Description, role: str, nodes: list[Any]) -> Iterator[str]:
    if not nodes and role not in said.misnamed:
        yield f'no {role} is named; say which node it is, {role} = "...", or give one node the role {role!r}'
    for node in dict.fromkeys(nodes):
        if said.drawn:
            yield from Problem.each(unknown_node(said.graph, role, node), (role,))
        if nodes.count(node) > 1:
            yield Problem.at(f"the {role} {node!r} is named twice; name it once", (role,))


def _ends(said: Description) -> Iterator[str]:
    for node in dict.fromkeys(said.treatments):
        follows = reached_from(said.graph, said.treatments) | {*said.treatments}
        parents = [p for p in said.graph.pred.get(node, ()) if p != node and p in follows]
        if parents:
            yield Problem.at(
                f"the treatment {node!r} has arrows into it from {names(parents)}, which is not fixed before "
                "treatment; it is randomized, so nothing that follows from it causes it: remove them",
                *(("graph", parent, node) for parent in parents),
            )
    for node in dict.fromkeys(said.outcomes):
        children = [
            c for c in said.graph.adj.get(node, ()) if c != node and role_of(said.graph, c) != "consequence"
        ]
        if children:
            yield Problem.at(
                f"the outcome {node!r} has arrows out of it into {names(children)}; remove them, or name "
                "the last node of the chain the outcome, or give what only follows from it the role 'consequence'",
                *(("graph", node, child) for child in children),
            )


MOST_CYCLES = 10

LISTS = {"mediator": "mediators", "baseline": "baseline", "consequence": "consequences"}
"""The keys of a design file that list the nodes with a role."""


def structure_problems(said: Description) -> Iterator[str]:
    """Self-loops, cycles, dead ends, and declared roles that the arrows contradict."""
    if not said.directed:
        return
    for node in nx.nodes_with_selfloops(said.graph):
        yield Problem.at(f"node {node!r} has an arrow to itself; remove it", ("graph", node, node))
    graph: nx.DiGraph[Any] = nx.DiGraph(said.graph)
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    yield from _cycle_problems(graph)
    arms = [node for node in dict.fromkeys(said.treatments) if node in graph]
    if arms and said.outcomes and said.outcomes[0] in graph:
        yield from _path_problems(graph, arms, said.outcomes[0])


def _cycle_problems(graph: nx.DiGraph[Any]) -> Iterator[str]:
    """Every cycle; where there are many, the shortest through each node."""
    shown, many = cycles_of(graph)
    for cycle in shown:
        closed = [*cycle, cycle[0]]
        yield Problem.at(
            f"the arrows form a cycle, {' -> '.join(map(str, closed))}; remove one of them",
            *(("graph", *arrow) for arrow in pairwise(closed)),
        )
    if many:
        yield f"the arrows form more cycles than these {len(shown)}; remove arrows until none is left"


def cycles_of(graph: nx.DiGraph[Any]) -> tuple[list[tuple[Any, ...]], bool]:
    """The shortest cycles, each from its first node in natural order, and whether there are more than these."""
    found = list(islice(nx.simple_cycles(graph), MOST_CYCLES + 1))
    many = len(found) > MOST_CYCLES
    cycles = {tuple(_turned(cycle)) for cycle in (_short_cycles(graph) if many else found)}
    ordered = sorted(cycles, key=lambda cycle: (len(cycle), [natural(node) for node in cycle]))
    return ordered[:MOST_CYCLES], many


def _short_cycles(graph: nx.DiGraph[Any]) -> Iterator[list[Any]]:
    for node in graph:
        paths = nx.single_source_shortest_path(graph, node)
        closed = [paths[parent] for parent in graph.pred[node] if parent in paths]
        if closed:
            yield min(closed, key=len)


def _turned(cycle: list[Any]) -> list[Any]:
    """The cycle from its first node in natural order."""
    start = cycle.index(min(cycle, key=natural))
    return cycle[start:] + cycle[:start]


def _path_problems(graph: nx.DiGraph[Any], arms: list[Any], outcome: Any) -> Iterator[str]:
    leads = nx.ancestors(graph, outcome) | {outcome}
    reached = reached_from(graph, arms)
    for arm in arms:
        if arm not in leads:
            yield Problem.at(
                f"the treatment {arm!r} has no directed path to the outcome {outcome!r}; add the arrows it "
                "works through",
                ("graph", arm),
            )
    for node in graph:
        role = role_of(graph, node)
        if node in {*arms, outcome}:
            if role in ("mediator", "baseline", "consequence"):
                named = "treatment" if node in arms else "outcome"
                both = f"{node!r} has the role {role!r} but is also named {named}; say one of the two"
                yield Problem.at(both, (LISTS[role], node), (named,))
        else:
            yield from _inner_problems(node, role, node in reached, node in leads, outcome)
    aside = {node for node in reached if role_of(graph, node) == "consequence"}
    if not reached - aside - {outcome} and outcome in reached:
        none = "the design has no mediator: no node lies on a path from treatment to outcome; add one"
        yield Problem.at(none, ("graph",))


def _inner_problems(node: Any, role: str | None, reached: bool, leads: bool, outcome: Any) -> Iterator[str]:
    if reached and not leads and role != "consequence":
        yield Problem.at(
            f"mediator {node!r} has no directed path to outcome {outcome!r}; add an arrow or drop it, or give it "
            "the role 'consequence'",
            ("graph", node),
        )
    if role == "consequence" and (leads or not reached):
        where = "leads to the outcome" if leads else "does not follow from the treatment"
        yield Problem.at(
            f"{node!r} is declared a consequence but {where}; drop that role", ("consequences", node)
        )
    if role == "mediator" and not reached:
        yield Problem.at(
            f"{node!r} is declared a mediator but no directed path leads to it from treatment; add an "
            "arrow into it, or give it the role 'baseline'",
            ("mediators", node),
        )
    if role == "baseline" and reached:
        yield Problem.at(
            f"{node!r} is declared baseline but treatment reaches it; remove that path, or give it the "
            "role 'mediator'",
            ("baseline", node),
        )


def confounding_problems(said: Description) -> Iterator[str]:
    """Pairs of unknown nodes, of a node with itself, of two arms, and pairs drawn twice."""
    drawn: set[frozenset[str]] = set()
    for a, b in said.confounded:
        yield from Problem.each(_pair_problems(said, a, b, drawn), ("graph", a, b))
        drawn.add(frozenset((a, b)))


def _pair_problems(said: Description, a: str, b: str, drawn: set[frozenset[str]]) -> Iterator[str]:
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
