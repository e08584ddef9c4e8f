"""Arrows, and what goes with what, as the keys of a plan name them.

::

    "T -> M"                 an arrow; a chain or braces stand for several
    "T -> M ~ M -> Y"        two arrows' effects, for a correlation; three for a third moment
    "M ~ Y"                  two nodes' disturbances
    "T -> M", "rents"        what a modifier moves: an arrow, or another modifier
"""

from __future__ import annotations

import re
from itertools import product

from identcheck.errors import FormatError
from identcheck.formats.chains import Chains, Edge, parse_chains, write_edge

__all__ = [
    "COUNTS",
    "NODE_KEYS",
    "PLAN_KEYS",
    "SINGLE",
    "arrow_name",
    "arrows_in",
    "joined_name",
    "moved_in",
    "nodes_in",
    "tuples_in",
]

SINGLE = (
    "sites",
    "sites_are",
    "persons",
    "treated",
    "clusters",
    "persons_per_cluster",
    "attrition",
    "cluster_attrition",
    "variation",
    "sds_of",
    "standardized",
    "third_law",
    "alpha",
    "sides",
    "test",
    "power",
)
COUNTS = ("persons", "clusters", "persons_per_cluster")
"""Keys that are a number for all sites, a list by site, or a table with mean and spread."""
NODE_KEYS = ("residuals", "sds", "prevalence", "icc", "r2", "reliability", "costs", "bounds", "units")
"""Tables by node, and what costs and bounds are of."""
PLAN_KEYS = (
    *SINGLE,
    *(
        "arrows",
        "suspected",
        "correlations",
        "third_moments",
        "modifiers",
        "residuals",
        "sds",
        "prevalence",
        "icc",
        "r2",
        "reliability",
        "confounding",
        "costs",
        "bounds",
        "units",
        "sources",
    ),
)
"""The keys of [plan]; those from ``arrows`` on are tables."""

_BETWEEN = re.compile(r'~(?=(?:[^"]*"[^"]*")*[^"]*$)')  # outside double quotes
_TIMES = {2: "two", 3: "three"}


def arrow_name(edge: Edge) -> str:
    """An arrow as the design file writes it: ``T -> M``, with quotes where a name needs them."""
    return write_edge(*edge)


def joined_name(edges: tuple[Edge, ...]) -> str:
    """Arrows that go together as the design file writes them: ``T -> M ~ M -> Y``."""
    return " ~ ".join(arrow_name(edge) for edge in edges)


def arrows_in(text: str) -> tuple[Edge, ...]:
    """The arrows that a text draws.

    Raises:
        FormatError: it draws none, or something else besides.
    """
    chains = _chains(text)
    if not chains.edges or {node for edge in chains.edges for node in edge} != set(chains.nodes):
        raise FormatError(1, 1, "write it as in the graph: 'A -> B'")
    return chains.edges


def tuples_in(text: str, size: int) -> tuple[tuple[Edge, ...], ...]:
    """The pairs or triples of arrows that a text joins by ``~``; where a part draws several, each with each.

    Raises:
        FormatError: there are not so many parts, or one draws no arrow.
    """
    parts = _BETWEEN.split(text)
    if len(parts) != size:
        shown = " ~ ".join(("A -> B", "B -> C", "C -> D")[:size])
        raise FormatError(1, 1, f"write {_TIMES[size]} arrows with '~' between them: '{shown}'")
    return tuple(product(*(arrows_in(part) for part in parts)))


def nodes_in(text: str) -> tuple[str, str]:
    """The two nodes that a text joins by ``~``.

    Raises:
        FormatError: it joins something else.
    """
    names = [_chains(part) for part in _BETWEEN.split(text)]
    if len(names) != 2 or any(chains.edges or len(chains.nodes) != 1 for chains in names):
        raise FormatError(1, 1, "write two nodes with '~' between them: 'A ~ B'")
    return names[0].nodes[0], names[1].nodes[0]


def moved_in(text: str) -> tuple[Edge | str, ...]:
    """What a modifier moves: the arrows that a text draws, or the other modifier that it names.

    Raises:
        FormatError: it draws arrows and something else besides.
    """
    return arrows_in(text) if re.search("->|<-", text) else (text,)


def _chains(text: str) -> Chains:
    chains = parse_chains(text.strip())
    if chains.confounded:
        raise FormatError(1, 1, "'<->' has no effect of its own; state it under 'confounding'")
    return chains
