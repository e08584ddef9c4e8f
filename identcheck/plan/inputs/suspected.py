"""The world that a plan anticipates: the design with the arrows that are suspected."""

from __future__ import annotations

from typing import Any

import networkx as nx

from identcheck.decide.comparison.designs import redrawn
from identcheck.describe.answers import kept_with
from identcheck.describe.declarations import Edge
from identcheck.describe.design import Design
from identcheck.errors import InvalidDesignError, suggestion
from identcheck.plan.inputs.collecting import Ledger, arrow_name

__all__ = ["with_sites", "world_of"]


def with_sites(design: Design, sites: int) -> Design:
    """The same design with this number of sites; made once, as much is kept with a design.

    Once every column of a regression can have a site of its own, more sites change no rank; the design then states
    none, so that what is known of it serves all such plans.
    """
    enough = len(design.mediators) + len(design.treatments)
    stated = None if sites > enough else sites
    if design.sites == stated:
        return design
    kept = kept_with(design, "with_sites")
    if stated not in kept:
        kept[stated] = design.with_sites(stated)
    found: Design = kept[stated]
    return found


def world_of(to: Ledger, design: Design) -> Design:
    """The design with every suspected arrow that is possible; the others are reported."""
    graph: nx.DiGraph[Any] = nx.DiGraph(design.graph)
    added: list[Edge] = []
    for edge in to.plan.suspected:
        path, name = ("suspected", arrow_name(edge)), arrow_name(edge)
        strange = [node for node in edge if node not in graph]
        if strange:
            hint = suggestion(strange[0], graph) or f"; the design has {', '.join(map(repr, graph))}"
            to.report(path, f"{name}: {strange[0]!r} is no node of the design{hint}")
        elif graph.has_edge(*edge) and edge not in added:
            to.report(path, f"{name} is in the design; state its numbers under 'arrows'")
        elif edge[1] in design.treatments or edge[1] in design.baseline:
            to.report(
                path, f"{name}: an arrow into {edge[1]!r} cannot carry an effect of treatment; leave it out"
            )
        elif {*edge} & {*design.consequences}:
            to.report(path, f"{name}: a consequence aside has no part in the effects on {design.outcome!r}")
        elif edge[0] in design.baseline:
            to.report(
                path,
                f"{name}: {edge[0]!r} is fixed before treatment, and its effects do no harm; state how it "
                "correlates disturbances under 'confounding'",
            )
        elif nx.has_path(graph, edge[1], edge[0]):
            to.report(
                path, f"{name} would close a cycle, as {edge[0]!r} is an effect of {edge[1]!r}; leave it out"
            )
        else:
            graph.add_edge(*edge)
            added.append(edge)
    try:
        return _with_arrows(design, tuple(added))
    except InvalidDesignError as error:
        for problem in error.problems:
            to.report(("suspected",), f"with the suspected arrows the design is impossible: {problem}")
        return design


def _with_arrows(design: Design, arrows: tuple[Edge, ...]) -> Design:
    """The same design with these arrows; made once."""
    if not arrows:
        return design
    kept = kept_with(design, "with_arrows")
    if arrows not in kept:
        kept[arrows] = redrawn(design, arrows)
    found: Design = kept[arrows]
    return found
