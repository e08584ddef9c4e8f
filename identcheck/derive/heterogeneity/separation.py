"""The graph of heterogeneity: what moves which coefficient, and which bundles of coefficients are therefore independent.

Its nodes are the modifiers, by name, and the coefficients, each by its arrow ``(cause, effect)``. A coefficient is a function
of the modifiers that point to it and of a part of its own; own parts are independent. So two bundles are independent, given
some modifiers, if these d-separate them (Pearl 2009, theorem 1.2.4).

At level "persons" that is from person to person within every site, where what is of the sites is constant. At level "sites"
it is between sites: of all that a site's distribution of some coefficients says. Persons' characteristics act there too, as
sites differ in their mix of persons, but for the balanced ones. Given a characteristic of persons, the rows are cells: the
persons of a site who are alike in it. Within cells even balanced ones act on one another's behalf, so none is left out.

Where the estimator's weights w are not those of the average wanted, the effects are to be independent of compliances AND weights:
E[d | r, w, Z] = E[d | Z]. Then the regression has the same target under any weights. Where both are the same, and sites differ in
them, the average is that of sites as they are weighted. Weighting by w is drawing sites with probability proportional to w: what
is read off the graph is then read with the drawing, a consequence of w, held fixed. It opens ways that meet at the weights.

Source: theory section 14; the weights, equation (14.5).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeAlias

import networkx as nx

from identcheck.basics.once import once
from identcheck.derive.routes import routes_of
from identcheck.describe.declarations import Edge
from identcheck.describe.design import Design
from identcheck.describe.modifiers import Modifier
from identcheck.describe.site_weights import SITE_WEIGHTS
from identcheck.errors import UnknownVariableError

__all__ = [
    "Heterogeneous",
    "Nodes",
    "asked_of_weights",
    "common_causes",
    "held_in",
    "heterogeneity",
    "in_cells",
    "in_graph",
    "modifiers_named",
    "moved_by",
    "movers_of",
    "separated",
    "weights_drawn",
]

SELECTED = "sites as they are weighted"
"""In the graph of heterogeneity, that sites are drawn by their weights: a consequence of the weights, always held fixed."""


def weights_drawn(design: Design) -> bool:
    """Whether the sites' weights are drawn, and there are several sites to weight."""
    return design.sites != 1 and any(modifier.name == SITE_WEIGHTS for modifier in design.modifiers)


def asked_of_weights(design: Design) -> frozenset[str]:
    """The weights, where effects are to be independent of them: drawn, and others than those of the average wanted."""
    wanted = weights_drawn(design) and design.weights != design.average
    return frozenset({SITE_WEIGHTS}) if wanted else frozenset()


def selected(design: Design) -> bool:
    """Whether the average is over sites as they are weighted: drawn weights, unequal, the same in estimator and average."""
    return weights_drawn(design) and design.weights == design.average != "sites"


Heterogeneous: TypeAlias = str | Edge
"""A node of the graph: a modifier by its name, or a coefficient by its arrow."""

Nodes: TypeAlias = frozenset[Heterogeneous]


@once
def heterogeneity(design: Design, level: str, cells: bool = False) -> nx.DiGraph[Heterogeneous]:
    """The graph of heterogeneity at a level; between sites with their weights where the average wanted has these.

    Only what varies there is in it: a coefficient that is the same for everyone has no cause, and one that is constant within
    sites has none among characteristics of persons.

    Args:
        design: the design with its modifiers.
        level: "persons" or "sites".
        cells: at level "sites", whether the rows are cells, of persons of a site who are alike in something.
    """
    graph: nx.DiGraph[Heterogeneous] = nx.DiGraph()
    moving, number = _moving(design, level, cells), routes_of(design).edge_number
    graph.add_nodes_from(e for e in design.causal.edges if moving >> number[e] & 1)
    acting = {m.name: m for m in design.modifiers if _acts(design, level, cells, m)}
    graph.add_nodes_from(acting)
    for modifier in acting.values():
        graph.add_edges_from((cause, modifier.name) for cause in modifier.causes if cause in acting)
        graph.add_edges_from(
            (modifier.name, edge)
            for edge in modifier.of
            if edge in graph and (modifier.level == "sites" or design.varies(*edge) == "persons")
        )
    if level == "sites" and selected(design):
        graph.add_edge(SITE_WEIGHTS, SELECTED)
    return nx.freeze(graph)


def _moving(design: Design, level: str, cells: bool) -> int:
    """The arrows whose coefficients differ between persons of a site, or between the rows of a regression."""
    varying = routes_of(design).varying
    if level == "persons":
        return varying["persons"]
    return (varying["sites"] if design.sites != 1 else 0) | (varying["persons"] if cells else 0)


def _acts(design: Design, level: str, cells: bool, modifier: Modifier) -> bool:
    """Whether a modifier differs between persons of a site, or between the rows of a regression."""
    if modifier.level == "sites":
        return level == "sites" and design.sites != 1
    return level == "persons" or cells or (not modifier.balanced and design.sites != 1)


def separated(
    design: Design,
    level: str,
    one: Iterable[Heterogeneous],
    other: Iterable[Heterogeneous],
    given: Collection[str] = (),
    cells: Collection[str] = (),
) -> bool:
    """Whether two bundles are independent given some modifiers, by d-separation.

    What does not vary at the level is independent of everything. A coefficient that varies is not independent of itself: where
    shared arrows are to be the same in all sites, by condition (S), take them out of both bundles first.

    Args:
        design: the design with its modifiers.
        level: "persons": the two vectors, within every site (given persons' characteristics, within every cell). "sites": all
            that a row's distribution of the ones says against all that it says of the others, over sites, or over cells
            weighted by their share of persons.
        one: arrows, and modifiers, on one side.
        other: those on the other side.
        given: the modifiers that are held fixed; persons' characteristics among them make cells of sites.
        cells: persons' characteristics that make cells without being held fixed.

    Raises:
        UnknownVariableError: no modifier has a name that is given.
    """
    fixed, rows = modifiers_named(design, given), modifiers_named(design, cells)
    left, right = frozenset(one), frozenset(other)
    return not (left and right) or _separated(design, level, left, right, fixed, rows)


def modifiers_named(design: Design, given: Collection[str]) -> frozenset[str]:
    """The names as a set, if each is that of a modifier."""
    known = [modifier.name for modifier in design.modifiers] if given else []
    for name in given:
        if name not in known:
            raise UnknownVariableError(name, known)
    return frozenset(given)


@once
def _separated(
    design: Design, level: str, one: Nodes, other: Nodes, given: frozenset[str], cells: frozenset[str]
) -> bool:
    celled = in_cells(design, level, given, cells)
    graph = heterogeneity(design, level, celled)
    if any(node in graph and node not in given for node in one & other):
        return False
    left, right = (movers_of(design, level, celled, side) - given for side in (one, other))
    return not left & right and _apart(design, level, celled, left, right, given)


@once
def movers(design: Design, level: str, cells: bool) -> dict[Edge, frozenset[str]]:
    """The modifiers that move each coefficient themselves, of those that any moves."""
    graph = heterogeneity(design, level, cells)
    found = {n: frozenset(map(str, graph.pred[n])) for n in graph if isinstance(n, tuple)}
    return {edge: names for edge, names in found.items() if names}


def movers_of(design: Design, level: str, cells: bool, side: Nodes) -> frozenset[str]:
    """The modifiers that move something of a bundle themselves, and those that are in it.

    Coefficients cause nothing, so a way from one to another is one between modifiers that move them.
    """
    known, graph = movers(design, level, cells), heterogeneity(design, level, cells)
    found: set[str] = set()
    for node in side:
        if isinstance(node, tuple):
            found |= known.get(node, frozenset())
        elif node in graph:
            found.add(node)
    return frozenset(found)


@once
def _apart(
    design: Design,
    level: str,
    cells: bool,
    left: frozenset[str],
    right: frozenset[str],
    given: frozenset[str],
) -> bool:
    """Whether some modifiers d-separate others."""
    if not left or not right:
        return True
    graph = heterogeneity(design, level, cells)
    return bool(nx.is_d_separator(graph, set(left), set(right), {*held_in(graph, given)}))


def held_in(graph: nx.DiGraph[Heterogeneous], given: Iterable[str]) -> frozenset[str]:
    """What is held fixed in a graph: what is given, and that sites count as they are weighted."""
    return frozenset(name for name in (*given, SELECTED) if name in graph)


def in_cells(design: Design, level: str, given: frozenset[str], cells: frozenset[str] = frozenset()) -> bool:
    """Whether several rows are cells, of persons of a site who are alike in something.

    With one site and all that makes the cells held fixed, one cell is left: nothing varies.
    """
    making = cells - given if design.sites == 1 else cells | given
    return level == "sites" and any(m.level == "persons" and m.name in making for m in design.modifiers)


def in_graph(
    design: Design, level: str, cells: bool, one: Nodes, other: Nodes, given: frozenset[str]
) -> tuple[Nodes, Nodes, frozenset[str]]:
    """What varies of two bundles, and of what is given."""
    graph = heterogeneity(design, level, cells)
    fixed = held_in(graph, given)
    left, right = (frozenset(node for node in side if node in graph) - fixed for side in (one, other))
    return left, right, fixed


def common_causes(
    design: Design, level: str, one: Iterable[Heterogeneous], other: Iterable[Heterogeneous]
) -> tuple[str, ...]:
    """The modifiers that move both of two bundles at a level, themselves or by others, in the design's order."""
    graph = heterogeneity(design, level)
    above = [
        {n for n in side if isinstance(n, str)}.union(*(nx.ancestors(graph, n) for n in side if n in graph))
        for side in (frozenset(one), frozenset(other))
    ]
    return tuple(m.name for m in design.modifiers if m.name in above[0] & above[1])


@once
def moved_by(design: Design, level: str, name: str) -> frozenset[Edge]:
    """The arrows that a modifier moves at a level, itself or by other unmeasured ones."""
    graph = heterogeneity(design, level)
    hidden = graph.subgraph(
        {name, *graph} - {m.name for m in design.modifiers if m.measured and m.name != name}
    )
    if name not in hidden:
        return frozenset()
    return frozenset(edge for edge in nx.descendants(hidden, name) if isinstance(edge, tuple))
