"""What the keys of a design file say, of TOML or of JSON; the commented starter file in ``starter`` shows every key.

``fields`` checks keys and types and knows their places, ``chains`` reads the graph and the edges that
tables name. Every problem of the file is raised together with those that Design finds; only text that cannot
be parsed stops at its first fault.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import islice
from typing import Any

import networkx as nx

from identcheck.describe.design import Design
from identcheck.describe.interactions import factors_in, product_name, with_products
from identcheck.describe.protocol import WORDS
from identcheck.errors import FormatError, InvalidDesignError, Problem, clipped
from identcheck.errors.limits import PROBLEMS
from identcheck.formats.chains import Chains, Edge, parse_chains, write_edge, write_name
from identcheck.formats.declarations_table import read_declarations
from identcheck.formats.fields import Fields, KeyPath, Places
from identcheck.formats.modifiers_table import Sketched, read_modifiers, sketched
from identcheck.formats.names_apart import are_words_of, as_one, doubtful
from identcheck.formats.rules_table import read_rules
from identcheck.homes import lead

__all__ = ["KEYS", "design_of", "notes_on"]

KEYS = (
    *("title", "graph", "treatment", "outcome", "sites", "unobserved"),
    *(
        "mediators",
        "baseline",
        "consequences",
        "average",
        "weights",
        "works_everywhere",
        "primary",
        "interactions",
    ),
    *("labels", "short", "words", "scales", "varies", "noncompliance", "symbols"),
    *("modifiers", "declarations", "justifications", "citations", "rules", "positions", "plan", "data"),
)
"""The keys of a design file; those from ``labels`` on are tables. What ``plan`` and ``data`` hold, ``plan_table`` and
``data_table`` read."""

ROLE_KEYS = {"mediators": "mediator", "baseline": "baseline", "consequences": "consequence"}
"""The keys that list nodes with a role."""

MOST_NAMED = 100
"""Nodes and arrows that a problem lists."""

_NEEDED = {"graph", "treatment", "outcome"}


def design_of(document: Mapping[str, Any], places: Places) -> Design:
    """The design that a parsed document describes, of TOML or of JSON.

    Args:
        document: the keys of a design file, with what stands under them.
        places: where each of them stands.

    Raises:
        FormatError: malformed arrow notation in ``graph``, with its place.
        InvalidDesignError: every wrong key, type, node or edge, and every problem of the design.
    """
    if not document:
        raise InvalidDesignError(
            [f"{places.source}: nothing is written here; 'identcheck init' writes a file to start from"]
        )
    fields = Fields(document, KEYS, places.dialect)
    treatment, outcome = fields.names("treatment"), fields.text("outcome")
    graph, shown = _graph(fields, places, {*treatment, outcome or ""})
    interactions = fields.names("interactions", '["A * B"]')
    pairs = [factors_in(text, graph) for text in interactions]
    if outcome in graph:  # with a node for each product, which tables may name
        drawn = {product_name(*p) for p in pairs if p} - {*graph}
        kept = [p for p in pairs if p and {*p} <= {*graph} and product_name(*p) in drawn]
        graph = with_products(graph, treatment, outcome, kept)
    primary, rules = read_rules(fields)
    options = {
        "primary": primary,
        "interactions": interactions,
        "rules": rules,
        "title": fields.text("title"),
        "treatment": treatment,
        "outcome": outcome,
        "sites": fields.number("sites"),
        "unobserved": fields.names("unobserved"),
        "average": fields.text("average"),
        "weights": fields.text("weights"),
        "works_everywhere": fields.flag("works_everywhere"),
        "labels": _node_table(fields, "labels", graph),
        "short": _short_labels(fields, shown, graph),
        "words": fields.table("words", entries=WORDS),
        "scales": _node_table(fields, "scales", graph),
        "justifications": fields.table("justifications"),
        "citations": fields.table("citations"),
        "confounded": shown.graph.confounded,
        "modifiers": read_modifiers(fields, shown, lambda path, text: _edges(fields, graph, path, text)),
        "declarations": read_declarations(fields, lambda path, text: _edges(fields, graph, path, text)),
    }
    _demand_positions(fields)
    _set_roles(fields, graph)
    _set_symbols(fields, graph, places)
    for key in ("varies", "noncompliance"):
        for name, value in fields.table(key).items():
            for edge in _edges(fields, graph, (key, name)):
                places.lines.setdefault((key, *edge), places.line((key, name)))
                _set(fields, graph, (key, name), edge, key, value)
    return _design(fields, graph, options, places, shown.graph)


def notes_on(document: Mapping[str, Any], places: Places) -> list[str]:
    """What may be meant otherwise in a file that describes a design, each with its line."""
    drawing = document.get("graph", "")
    chains = parse_chains(drawing, places.inside(("graph",), drawing), places.source, modified=True)
    return [f"{places.source}, line {line}: {note}" for line, note in doubtful(chains, document)]


def _graph(fields: Fields, places: Places, ends: Collection[str]) -> tuple[nx.DiGraph[str], Sketched]:
    """The graph that ``graph`` draws, without nodes where nothing is drawn, and how it is drawn."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    chains = Chains((), ())
    drawing = fields.text("graph")
    if drawing is not None:
        place = places.inside(("graph",), drawing)
        chains = parse_chains(drawing, place, places.source, modified=True)
        places.lines.update({("graph", *drawn): line for drawn, line in chains.lines.items()})
    named = fields.document.get("modifiers")
    shown = sketched(chains, named if isinstance(named, dict) else (), ends)
    for name in shown.moved:
        if ("modifiers", name) not in places.spans:
            places.lines["modifiers", name] = chains.lines[name,]
    graph.add_nodes_from(shown.graph.nodes)
    graph.add_edges_from(shown.graph.edges)
    if not graph and "graph" not in fields.mistyped:
        fields.report(("graph",), 'no graph is drawn; write it as chains: graph = "T -> M -> Y"')
    return graph, shown


def _demand_positions(fields: Fields) -> None:
    """Where the editor keeps its boxes; no part of the design, so that a name that is not drawn any more does no harm."""
    said = fields.document.get("positions", {})
    if not isinstance(said, dict):
        fields.report(("positions",), "positions is a table of places by variable: V = [120, 80]")
        return
    for name, spot in said.items():
        numbers = isinstance(spot, list) and len(spot) == 2 and all(type(n) in (int, float) for n in spot)
        if not numbers:
            fields.report(
                ("positions", name), f"a position is two numbers, [120, 80], not {clipped(repr(spot))}"
            )


def _node_table(fields: Fields, key: str, graph: nx.DiGraph[str]) -> dict[str, str]:
    """A table by node; entries for nodes that are not drawn are reported and left out."""
    table = fields.table(key, entries=graph)
    return {node: text for node, text in table.items() if _drawn(fields, graph, (key, node), node)}


def _short_labels(fields: Fields, shown: Sketched, graph: nx.DiGraph[str]) -> dict[str, str]:
    """The short labels of nodes, and of modifiers."""
    said = fields.document.get("modifiers", {})  # what is no table is reported where modifiers are read
    modifiers = {*shown.moved, *(said if isinstance(said, dict) else ())} - {*graph}
    table = fields.table("short", entries={*graph, *modifiers})
    return {
        name: text
        for name, text in table.items()
        if name in modifiers or _drawn(fields, graph, ("short", name), name)
    }


def _drawn(fields: Fields, graph: nx.DiGraph[str], path: KeyPath, node: str) -> bool:
    """Whether the graph has a node; if not, that is a problem with the key at the path."""
    if graph and node not in graph:
        listed = [name.strip() for name in node.split(",")]
        if len(listed) > 1 and all(name in graph for name in listed):
            hint = f"; several names are a list: [{', '.join(map(json.dumps, listed))}]"
        elif are_words_of(node, graph):
            hint = f", but {' and '.join(map(repr, node.split()))} are; in graph too a name with spaces stands in double quotes"
        else:
            hint = fields.hint(node, graph) or f"; its nodes are {', '.join(islice(graph, MOST_NAMED))}"
        fields.report(path, f"{clipped(node)} is no node of the graph{hint}")
    return node in graph


def _set_roles(fields: Fields, graph: nx.DiGraph[str]) -> None:
    for key, role in ROLE_KEYS.items():
        for node in fields.names(key):
            if not _drawn(fields, graph, (key,), node):
                continue
            if graph.nodes[node].setdefault("role", role) != role:
                fields.report(
                    (key,), f"{node!r} stands under two of 'mediators', 'baseline' and 'consequences'"
                )


def _set_symbols(fields: Fields, graph: nx.DiGraph[str], places: Places) -> None:
    for name, symbol in fields.table("symbols", entries=graph).items():
        path = ("symbols", name)
        if name not in graph and re.search("[<>]|--", name):
            edges = _edges(fields, graph, path)
            if len(edges) > 1:
                fields.report(path, "a symbol stands for one edge; give each edge its own")
            elif edges:
                places.lines.setdefault(("symbols", *edges[0]), places.line(path))
                _set(fields, graph, path, edges[0], "symbol", symbol)
        elif _drawn(fields, graph, path, name):
            graph.nodes[name]["symbol"] = symbol


def _set(
    fields: Fields, graph: nx.DiGraph[str], path: KeyPath, edge: Edge, attribute: str, value: str
) -> None:
    """Set an attribute of an edge, once."""
    if attribute in graph.edges[edge]:
        fields.report(path, f"{attribute!r} is set twice for {write_edge(*edge)}")
    graph.edges[edge][attribute] = value


def _edges(fields: Fields, graph: nx.DiGraph[str], path: KeyPath, text: str | None = None) -> list[Edge]:
    """The edges of the graph that a text, or else the key, names; anything else in it is a problem."""
    what = f"the key {path[-1]!r}" if text is None else repr(text)
    try:
        chains = parse_chains(path[-1] if text is None else text)
    except FormatError as error:
        fields.report(path, f"{what} is no edge: {error.message}")
        return []
    if chains.confounded:
        fields.report(path, f"{what} is no arrow; '<->' has no effect of its own to speak of")
        return []
    if {node for edge in chains.edges for node in edge} != set(chains.nodes) or not chains.edges:
        fields.report(path, f"{what} is no edge; write it as in the graph: 'A -> B'")
        return []
    unknown = {node for node in chains.nodes if not _drawn(fields, graph, path, node)}
    for edge in chains.edges:
        if not graph.has_edge(*edge) and not unknown & set(edge):
            fields.report(path, f"{write_edge(*edge)} is no edge of the graph; {_known(fields, edge, graph)}")
    return [edge for edge in chains.edges if graph.has_edge(*edge)]


def _known(fields: Fields, edge: Edge, graph: nx.DiGraph[str]) -> str:
    if graph.has_edge(*edge[::-1]):
        return f"it has {write_edge(*edge[::-1])}"
    if len(fields.problems) >= PROBLEMS.most:  # not printed
        return "leave it out"
    names = [write_edge(*known) for known in graph.edges]
    near = get_close_matches(write_edge(*edge), names, n=1, cutoff=0.85)
    return f"did you mean {near[0]!r}?" if near else f"its edges are {', '.join(names[:MOST_NAMED])}"


def _design(
    fields: Fields, graph: nx.DiGraph[str], options: dict[str, Any], places: Places, chains: Chains
) -> Design:
    """The design, or every problem of the file and of the design."""
    problems = places.worded(fields.problems)
    if graph and not fields.mistyped & _NEEDED:
        given = {key: value for key, value in options.items() if value is not None}
        try:
            design = Design(graph, **given)
        except InvalidDesignError as error:
            problems += map(places.located, _with_names_joined(error.problems, chains))
        else:
            problems = places.worded([*fields.problems, *_of_effects(design)])
            if not problems:
                return design
    raise InvalidDesignError(problems)


def _of_effects(design: Design) -> list[tuple[KeyPath, str]]:
    """Effects named that the design does not have, with their keys; what an effect is, a later wing knows."""
    found: Iterable[tuple[KeyPath, str]] = lead("Design.stated")(design)
    return list(found) if design.primary or design.rules.direction else []


def _with_names_joined(problems: Sequence[str], chains: Chains) -> Iterator[str]:
    """Problems with nodes; where neighbors in braces have them, it is told that they may be one name."""
    about = {path[1] for problem in problems for path in getattr(problem, "about", ()) if _is_node(path)}
    rows = {row[0]: row for row in as_one(chains, about)}
    for problem in problems:
        paths: tuple[KeyPath, ...] = getattr(problem, "about", ())
        row = rows.pop(paths[0][1], None) if len(paths) == 1 and _is_node(paths[0]) else None
        joined = "" if row is None else write_name(" ".join(row))
        hint = (
            f"; if {' and '.join(map(repr, row))} are one name, write it in double quotes: {joined}"
            if row
            else ""
        )
        yield Problem.at(f"{problem}{hint}", *paths)


def _is_node(path: KeyPath) -> bool:
    return path[0] == "graph" and len(path) == 2
