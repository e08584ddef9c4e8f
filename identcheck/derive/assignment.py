"""Where assignment is not ignorable in the graph: the causes that treatment shares with what follows it.

Causes from before treatment do no harm unless they reach the treatment too. The contrasts of arms in a node are
then effects of treatment only if no path joins the two through a common cause, assumption (viii).

Source: theory, equation (6.3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import networkx as nx

from identcheck.basics.once import once
from identcheck.describe.design import Design

__all__ = ["BackDoor", "back_doors", "only_assign", "taken_as_given"]


@dataclass(frozen=True)
class BackDoor:
    """A common cause of an arm and a node that follows treatment.

    Attributes:
        node: the mediator or outcome in question.
        text: the path through the common cause, such as "T <- U -> Y" or "T <-> Y".
        causes: the drawn nodes from before treatment that lie on it.
        own: whether it enters the node itself, not through another node that treatment reaches.
    """

    node: str
    text: str
    causes: tuple[str, ...]
    own: bool


@once
def back_doors(design: Design) -> Mapping[str, BackDoor]:
    """The nodes whose contrasts of arms are confounded, each with the shortest path that shows it.

    Two nodes are dependent without treatment's effects where they have a common ancestor once the arrows out of the
    arms are taken away; a pair joined by ``<->`` has one that is not drawn. Conditioning on nothing opens no other path.
    """
    arms = design.treatments
    if not any(design.graph.pred[arm] for arm in arms) and not any({*arms} & {*p} for p in design.confounded):
        return MappingProxyType({})
    graph = _before(design)
    found = {}
    for node in (*design.mediators, design.outcome):
        late = {*design.mediators, design.outcome} - {node}
        if node in design.products:  # what enters a factor enters the product
            late -= {*design.mediators}
        reached_early = [n for n in graph if n not in late]
        own = _shortest(graph.subgraph(reached_early), arms, node)
        path = own or _shortest(graph, arms, node)
        if path:
            found[node] = BackDoor(node, *_worded(design, path), own=bool(own))
    return MappingProxyType(found)


def only_assign(design: Design) -> tuple[str, ...]:
    """The nodes from before treatment that reach an arm and, but through it, nothing that follows."""
    graph = _before(design)
    before = {node for arm in design.treatments for node in nx.ancestors(graph, arm)}
    after = {node for end in (design.outcome, *design.mediators) for node in nx.ancestors(graph, end)}
    return tuple(node for node in design.baseline if node in before and node not in after)


def taken_as_given(design: Design) -> str:
    """What of random assignment every verdict takes as given, in words."""
    return "random assignment" + " (where the graph does not contradict it)" * bool(back_doors(design))


_Hidden = tuple[str, str]


def _before(design: Design) -> nx.DiGraph[str | _Hidden]:
    """The graph without the arrows out of the arms; a pair that shares a cause has a node for it."""
    graph: nx.DiGraph[str | _Hidden] = nx.DiGraph(design.graph)
    graph.remove_edges_from([(arm, after) for arm in design.treatments for after in design.graph.adj[arm]])
    for pair in design.confounded:
        graph.add_edges_from((pair, end) for end in pair)
    graph.add_edges_from((factor, product) for product, pair in design.products.items() for factor in pair)
    return graph


def _shortest(
    graph: nx.DiGraph[str | _Hidden], arms: tuple[str, ...], node: str
) -> list[list[str | _Hidden]]:
    """From a common cause to an arm, and from it to the node; of several the shortest, empty if there is none."""
    found = []
    for arm in arms:
        for cause in (nx.ancestors(graph, arm) & nx.ancestors(graph, node)) - {arm, node}:
            ways = [nx.shortest_path(graph, cause, end) for end in (arm, node)]
            found.append((len(ways[0]) + len(ways[1]), str(ways), ways))
    return min(found, key=lambda item: item[:2])[2] if found else []


def _worded(design: Design, ways: list[list[str | _Hidden]]) -> tuple[str, tuple[str, ...]]:
    """The path as text, and the drawn causes on it."""
    one, two = ways
    first, arrow = (1, "<->") if isinstance(one[0], tuple) else (0, "->")
    text = f"{' <- '.join(map(str, reversed(one[first:])))} {arrow} {' -> '.join(map(str, two[1:]))}"
    on_it = [node for way in ways for node in way if node in design.baseline]
    return text, tuple(str(node) for node in dict.fromkeys(on_it))
