"""In which order numbers are drawn for arrows: by their names; in further turns by what the graph says of them alone.

A search draws so many worlds, and which arrow gets which number can decide whether one of them serves. Names must not decide what
is found; in further turns it is the same for every design that has the same graph under other names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from identcheck.basics.once import kept_with, once, with_nothing_kept
from identcheck.derive.paths import Edge
from identcheck.describe.design import Design

__all__ = ["arrows", "as_in", "in_turns"]

TURNS = (0, 1, 2)
"""By names; by what the graph says, forward and backward."""

MOST_MEDIATORS = 6
"""With more mediators a search is long, and there is one turn."""


def in_turns(design: Design) -> Iterator[Design]:
    """The design; then the same, with nothing worked out, for numbers to be drawn for it in another order."""
    for turn in TURNS if len(design.mediators) <= MOST_MEDIATORS else TURNS[:1]:
        found = with_nothing_kept(design) if turn else design
        if turn:
            kept_with(found, "turn")["turn"] = turn
        yield found


def as_in(design: Design, other: Design) -> Design:
    """A design that has nothing worked out yet, with numbers drawn as in another's turn."""
    kept_with(design, "turn").update(kept_with(other, "turn"))
    return design


@once
def arrows(design: Design) -> tuple[Edge, ...]:
    """The arrows of a design, in the order in which numbers are drawn for them."""
    turn = kept_with(design, "turn").get("turn", 0)
    plain = sorted(design.causal.edges)
    if not turn:
        return tuple(plain)
    places = _places(design)
    found = sorted(plain, key=lambda edge: (places[edge[0]], places[edge[1]], _said(design, edge)))
    return tuple(found if turn == 1 else reversed(found))


def _places(design: Design) -> Mapping[str, int]:
    """A number for each node, the same for nodes that the graph does not tell apart: colors, refined until they stay."""
    graph = design.causal
    colors: dict[str, object] = {
        node: (node in design.treatments, node == design.outcome, node in design.unobserved) for node in graph
    }
    places = _numbered(colors)
    for _ in graph:
        colors = {
            node: (
                places[node],
                sorted((places[u], _said(design, (u, node))) for u in graph.pred[node]),
                sorted((places[v], _said(design, (node, v))) for v in graph.succ[node]),
            )
            for node in graph
        }
        places = _numbered(colors)
    return places


def _numbered(colors: Mapping[str, object]) -> dict[str, int]:
    every: Iterable[str] = sorted({repr(color) for color in colors.values()})
    number = {color: place for place, color in enumerate(every)}
    return {node: number[repr(color)] for node, color in colors.items()}


@once
def _said(design: Design, edge: Edge) -> str:
    """What is said of an arrow: how it varies, what is declared of it, which modifiers change its effect."""
    declared = sorted(
        f"{d.kind} {d.level} {sorted((len(d.left), len(d.right)))} {len(d.left if edge in d.left else d.right)}"
        for d in design.declarations
        if edge in d.edges
    )
    moved = sorted(f"{m.level} {m.measured} {len(m.of)}" for m in design.modifiers if edge in m.of)
    return f"{design.varies(*edge)} {declared} {moved}"
