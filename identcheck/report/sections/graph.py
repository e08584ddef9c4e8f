"""The causal graph: its picture, and its variables in words."""

from __future__ import annotations

from dataclasses import replace

from identcheck.derive.assignment import back_doors
from identcheck.derive.words import capital
from identcheck.describe.design import Design
from identcheck.picture import Edge, Layout, Node, layout
from identcheck.report.blocks import Fact, Graph, Section
from identcheck.symbols.typeset import latex, unicode

__all__ = ["graph_block", "graph_section", "variable_words", "variables"]

MOST_ASIDE = 24
"""Of more nodes from before treatment, or consequences aside, so many are drawn and explained, and the rest counted."""

_LEFT_OUT = "fixed before treatment or consequences aside"


def graph_section(design: Design) -> Section:
    """The picture of the graph."""
    return Section("graph", "The causal graph", (graph_block(design),))


def graph_block(design: Design) -> Graph:
    """The picture with how to read it."""
    return Graph(picture_of(design), caption_of(design))


def variable_words(design: Design, node: str) -> str:
    """What a node is: its label, role and scale."""
    words = {
        "treatment": ("treatment" if back_doors(design) else "treatment, randomised")
        if len(design.treatments) == 1
        else "treatment arm, against control",
        "baseline": "fixed before treatment",
        "consequence": "consequence that does not lead to the outcome",
    }
    role = words.get(design.role(node), design.role(node))
    scale = design.scales.get(node, "")
    unseen = "not measured" if node in design.unobserved else ""
    label = design.label(node)
    about = ", ".join(part for part in (role, scale, unseen) if part)
    return f"{label} ({about})" if label != node else capital(about)


def variables(design: Design) -> tuple[Fact, ...]:
    """Every node and what it is; of many that treatment does not reach, or that lead nowhere, the first."""
    shown = _shown(design)
    rows = [Fact(node, variable_words(design, node)) for node in shown]
    more = len(design.order) - len(shown)
    return (*rows, Fact(f"and {more:,} more", _LEFT_OUT)) if more else tuple(rows)


def _shown(design: Design) -> list[str]:
    """The nodes on the ways from treatment to outcome, and the first of the others."""
    aside = (*design.baseline[:MOST_ASIDE], *design.consequences[:MOST_ASIDE])
    kept = {*design.causal, *aside}
    return [node for node in design.order if node in kept]


def picture_of(design: Design) -> Layout:
    """The causal graph, laid out; of many nodes that treatment does not reach, or that lead nowhere, the first."""
    shown = dict.fromkeys(_shown(design))
    nodes = [
        Node(
            name,
            design.label(name) if name in design.labels else "",
            design.role(name),
            observed=name not in design.unobserved,
        )
        for name in shown
    ]
    edges = []
    drawn = [(u, v) for u, v in design.graph.edges if u in shown and v in shown]
    for u, v in sorted(drawn, key=lambda e: (design.order[e[0]], design.order[e[1]])):
        causal = design.causal.has_edge(u, v)
        symbol = latex(design.notation.edge(u, v)) if causal else ""
        edges.append(Edge(u, v, symbol, unicode(symbol) if symbol else "", design.varies(u, v), causal))
    pairs = [(u, v) for u, v in design.confounded if u in shown and v in shown][: 2 * MOST_ASIDE]
    found = layout(nodes, [*edges, *(Edge(u, v, "", "", causal=False, both=True) for u, v in pairs)])
    more = [
        f"{count:,} {what} {'are' if count > 1 else 'is'} not drawn"
        for count, what in (
            (len(design.order) - len(shown), f"of the nodes that are {_LEFT_OUT}"),
            (len(design.confounded) - len(pairs), "of the pairs that share a cause"),
        )
        if count
    ]
    return replace(found, notes=(*found.notes, *more)) if more else found


def caption_of(design: Design) -> str:
    """How to read the picture."""
    text = "The causal graph. Each arrow carries a person-specific coefficient; an arrow that is not there is an assumption."
    if design.baseline:
        text += " Grey: fixed before treatment" + (
            "." if back_doors(design) else ", harmless for identification here."
        )
    return text
