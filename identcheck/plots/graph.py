"""The causal graph with the anticipated effect along each arrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import networkx as nx

from identcheck.plan.closed.diagnosis import Diagnosis
from identcheck.plan.inputs.anticipated import Anticipated
from identcheck.plots.choices import demand
from identcheck.plots.style import GREY, INK, RED, blank, literal, looks
from identcheck.tables.digits import few_digits

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["causal_graph"]

Place = tuple[float, float]
BEND = 0.36
"""How far an arrow past other nodes is bent, as a share of its length."""


def causal_graph(diagnosis: Diagnosis) -> Figure:
    """The graph from treatment to outcome: on each arrow its mean effect and, after +/-, its SD across sites.

    Suspected arrows are broken lines in another color, nodes that are not measured have a broken outline.

    Args:
        diagnosis: the design in numbers.

    Raises:
        ReportError: matplotlib is not installed.
    """
    demand(diagnosis, Diagnosis)
    at = diagnosis.anticipated
    places = _places(at)
    width = max(x for x, _ in places.values()) + 1
    height = max(y for _, y in places.values()) - min(y for _, y in places.values()) + 1
    with looks():
        size = 1.6 * width, 1.6 * (height - 0.2 + BEND * (width - 1))
        figure, (axes,) = blank(size=size)
        axes.set_axis_off()
        for edge in at.edges:
            _arrow(axes, at, edge, places)
        for node, (x, y) in places.items():
            hidden = node in at.design.unobserved
            box = {"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": INK, "linewidth": 0.9}
            box["linestyle"] = (0, (3, 2)) if hidden else "-"
            axes.text(x, y, literal(node), ha="center", va="center", bbox=box, zorder=3)
        axes.set_aspect("equal")  # arcs are bent in inches, and so the numbers stand on them
        low, room = min(y for _, y in places.values()), 0.4 + BEND * (width - 1) / 2
        axes.set_xlim(-0.5, width - 0.5)
        axes.set_ylim(low - room, low + height - 1 + room)
    return figure


def _places(at: Anticipated) -> dict[str, Place]:
    """Columns by the longest way from treatment, the nodes of a column one above another."""
    graph = at.world.causal
    depth: dict[str, int] = {}
    for node in nx.topological_sort(graph):
        depth[node] = max((depth[u] + 1 for u in graph.predecessors(node)), default=0)
    columns: dict[int, list[str]] = {}
    for node in at.world.order:
        if node in depth:
            columns.setdefault(depth[node], []).append(node)
    places: dict[str, Place] = {}
    for column, nodes in columns.items():
        for row, node in enumerate(nodes):
            # Columns stand a little higher and lower in turn, so that few arrows run through a node.
            shift = 0.45 * (column % 2) if len(nodes) == 1 and 0 < column < len(columns) - 1 else 0.0
            places[node] = (float(column), (len(nodes) - 1) / 2 - row + shift)
    return places


def _arrow(axes: Axes, at: Anticipated, edge: tuple[str, str], places: dict[str, Place]) -> None:
    """One arrow with its numbers; bent where it would run past a column."""
    (x1, y1), (x2, y2) = places[edge[0]], places[edge[1]]
    bend = 0.0 if x2 - x1 <= 1 else -BEND if y1 + y2 <= 0 else BEND
    suspected = not at.design.causal.has_edge(*edge)
    look: dict[str, Any] = {
        "color": RED if suspected else GREY,
        "linestyle": (0, (4, 2)) if suspected else "-",
    }
    axes.annotate(
        "",
        (x2, y2),
        (x1, y1),
        zorder=1,
        arrowprops={
            "arrowstyle": "-|>",
            "shrinkA": 20,
            "shrinkB": 20,
            "connectionstyle": f"arc3,rad={-bend}",
            "linewidth": 1.0,
            **look,
        },
    )
    i = at.place[edge]
    spread = float(at.between[i, i]) ** 0.5
    words = few_digits(at.mean[i]) + (f" ± {few_digits(spread, 2)}" if spread else "")
    # The middle of the arc lies half the bend beside the middle of the straight line.
    middle = ((x1 + x2) / 2 - (y2 - y1) * bend / 2, (y1 + y2) / 2 + (x2 - x1) * bend / 2)
    axes.text(
        *middle,
        words,
        ha="center",
        va="center",
        fontsize=7.5,
        color=RED if suspected else INK,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
        zorder=2,
    )
