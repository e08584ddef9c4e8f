"""The picture of a design: which nodes and modifiers are drawn, and by what names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from identcheck.describe.design import Design
from identcheck.describe.interactions import product_label
from identcheck.picture import Drawing, Edge, Influence, Node
from identcheck.symbols.typeset import latex, unicode

__all__ = ["LEFT_OUT", "drawing", "shown_nodes"]

MOST_ASIDE = 24
"""Of more nodes from before treatment, or consequences aside, so many are drawn and explained, and the rest counted."""

LEFT_OUT = "fixed before treatment or consequences aside"

MOST_LETTERS = 30
"""Letters of a modifier's label that stands in the small picture; else its name does."""


def shown_nodes(design: Design) -> list[str]:
    """The nodes on the ways from treatment to outcome, and the first of the others."""
    aside = (*design.baseline[:MOST_ASIDE], *design.consequences[:MOST_ASIDE])
    kept = {*design.causal, *aside} - {*design.products}
    return [node for node in design.order if node in kept]


def _short_names(design: Design, nodes: Iterable[str]) -> dict[str, str]:
    """The short label of each node; with its name where two have the same."""
    found: dict[str, str] = {}
    for node in nodes:
        label = design.short_label(node)
        found[node] = f"{label} ({node})" if label in found.values() else label
    return found


def _modifier_names(design: Design, shown: Mapping[str, str], short: bool) -> dict[str, str]:
    """What modifiers are called in the picture: names, or short labels that no box has yet."""
    found: dict[str, str] = {}
    for modifier in design.modifiers:
        words = design.modifier_words(modifier.name)
        label = words if short and len(words) <= MOST_LETTERS else modifier.name
        taken = label in {*shown.values(), *found.values()}
        found[modifier.name] = f"{label} ({modifier.name})" if taken else label
    return found


def _modifiers(
    design: Design, shown: Mapping[str, str], short: bool
) -> tuple[list[Node], list[Edge], list[Influence]]:
    """The modifiers, the arrows among them, and which of the arrows shown each moves."""
    named = _modifier_names(design, shown, short)
    nodes, links, influences = [], [], []
    for modifier in design.modifiers:
        name = named[modifier.name]
        label = modifier.words if modifier.label and not short else ""
        nodes.append(Node(name, label, "modifier", modifier.measured))
        links += [Edge(named[cause], name, "", "", causal=False, beside=True) for cause in modifier.causes]
        drawn = [edge for edge in modifier.of if {*edge} <= {*shown}]
        influences += [Influence(name, (shown[u], shown[v])) for u, v in drawn]
    return nodes, links, influences


def _products(design: Design, shown: Mapping[str, str], short: bool) -> tuple[list[Node], list[Influence]]:
    """The products of mediators, and the arrows of their factors that each changes the effect of."""
    nodes, influences = [], []
    for product, pair in design.products.items():
        words = product_label(*(shown[node] for node in pair))
        name = words if len(words) <= MOST_LETTERS else product_label(*pair)
        name = name.replace("the square of ", "") + "²" * (pair[0] == pair[1])
        label = design.labels.get(product, "") if not short else ""
        nodes.append(Node(name, label, "interaction", product not in design.unobserved))
        influences += [Influence(name, (shown[node], shown[design.outcome])) for node in dict.fromkeys(pair)]
    return nodes, influences


def drawing(design: Design, short: bool = False) -> Drawing:
    """The causal graph as it is drawn; of many nodes that treatment does not reach, or that lead nowhere, the first."""
    shown = (
        _short_names(design, shown_nodes(design)) if short else {node: node for node in shown_nodes(design)}
    )
    nodes = []
    for node, name in shown.items():
        label = design.label(node) if node in design.labels and not short else ""
        nodes.append(Node(name, label, design.role(node), observed=node not in design.unobserved))
    edges = []
    drawn = [(u, v) for u, v in design.drawn.edges if u in shown and v in shown]
    for u, v in sorted(drawn, key=lambda e: (design.order[e[0]], design.order[e[1]])):
        causal = design.causal.has_edge(u, v)
        symbol = latex(design.notation.edge(u, v)) if causal and not short else ""
        edges.append(
            Edge(shown[u], shown[v], symbol, unicode(symbol) if symbol else "", design.varies(u, v), causal)
        )
    pairs = [(u, v) for u, v in design.confounded if u in shown and v in shown][: 2 * MOST_ASIDE]
    edges += [Edge(shown[u], shown[v], "", "", causal=False, both=True) for u, v in pairs]
    beside, links, influences = _modifiers(design, shown, short)
    products, crossed = _products(design, shown, short)
    left_out = {
        f"of the nodes that are {LEFT_OUT}": len(design.drawn) - len(shown),
        "of the pairs that share a cause": len(design.confounded) - len(pairs),
    }
    more = (f"{n:,} {what} {'are' if n > 1 else 'is'} not drawn" for what, n in left_out.items() if n)
    aside = (*beside, *products)
    return Drawing((*nodes, *aside), (*edges, *links), short, tuple(more), (*influences, *crossed))
