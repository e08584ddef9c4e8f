"""What makes a graph a design: every rule, checked at once, each with the mend.

:class:`Description` gathers arguments and node attributes; :func:`find_problems` lists what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import networkx as nx

from identcheck.errors import suggestion

__all__ = ["AVERAGES", "ROLES", "SCALES", "VARIES", "WEIGHTS", "Description", "find_problems", "numerals_of"]

ROLES = ("treatment", "outcome", "mediator", "baseline")
SCALES = ("binary", "continuous")
VARIES = ("persons", "sites", "none")
AVERAGES = ("sites", "persons")
WEIGHTS = ("precision", "sites", "persons")
NODE_ATTRIBUTES = ("role", "label", "scale", "unobserved", "symbol")
EDGE_ATTRIBUTES = ("varies", "symbol", "noncompliance")
SEVEN = ("i", "ii", "iii", "iv", "v", "vi", "vii")
NINE = (*SEVEN, "viii", "ix")


def numerals_of(sites: int | None, mediators: int, weighted: bool) -> tuple[str, ...]:
    """The numerals of the assumption list: seven, nine, or nine with (v.a), (v.b); and (x) where weights differ."""
    if mediators == 1 and sites == 1:
        return SEVEN
    pooled = ("v.a", "v.b") if mediators == 1 else ()
    weights = ("x",) if weighted and sites != 1 else ()
    return (*NINE[:5], *pooled, *NINE[5:], *weights)


@dataclass
class Description:
    """Everything said about a design, by argument or by attribute, not yet checked."""

    graph: nx.DiGraph[Any]
    treatments: list[Any]
    outcomes: list[Any]
    sites: object
    unobserved: list[Any]
    labels: dict[Any, Any]
    scales: dict[Any, Any]
    justifications: dict[Any, Any]
    title: object
    average: object
    weights: object
    clashes: list[str] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        graph: nx.DiGraph[Any],
        *,
        treatment: str | Sequence[str] | None,
        outcome: str | None,
        unobserved: Iterable[str],
        labels: Mapping[str, str],
        scales: Mapping[str, str],
        justifications: Mapping[str, str],
        **said: Any,
    ) -> Description:
        """Gather arguments and node attributes; a role said twice, differently, is a clash."""
        made = cls(
            graph=graph,
            treatments=_listed(treatment),
            outcomes=_listed(outcome),
            unobserved=_listed(unobserved),
            labels=dict(labels),
            scales=dict(scales),
            justifications=dict(justifications),
            **said,
        )
        if isinstance(graph, nx.Graph):
            made._read_attributes()
        return made

    def _read_attributes(self) -> None:
        by_role: dict[str, list[Any]] = {"treatment": [], "outcome": []}
        for node, data in self.graph.nodes.items():
            if data.get("role") in by_role:
                by_role[data["role"]].append(node)
            self._take(self.labels, node, data, "label")
            self._take(self.scales, node, data, "scale")
            if data.get("unobserved") is True and node not in self.unobserved:
                self.unobserved.append(node)
        for role, named, argued in (
            ("treatment", by_role["treatment"], self.treatments),
            ("outcome", by_role["outcome"], self.outcomes),
        ):
            if argued and named and set(map(str, argued)) != set(map(str, named)):
                self.clashes.append(
                    f"the {role} is {_names(argued)} by argument but {_names(named)} by the node "
                    "attribute 'role'; say it once"
                )
            argued.extend(node for node in named if not argued or node not in argued)

    def _take(self, table: dict[Any, Any], node: Any, data: Mapping[str, Any], key: str) -> None:
        if key not in data:
            return
        if table.setdefault(node, data[key]) != data[key]:
            self.clashes.append(
                f"node {node!r} has the {key} {table[node]!r} by argument but {data[key]!r} by node "
                "attribute; say it once"
            )


def find_problems(said: Description) -> list[str]:
    """Every reason why this cannot be a design, in the order a user would mend them."""
    if not isinstance(said.graph, nx.Graph):
        kind = type(said.graph).__name__
        return [f"the graph is a {kind}; give a networkx.DiGraph"]
    problems = list(said.clashes)
    if said.graph.is_multigraph():
        problems.append(
            "the graph is a multigraph; give a networkx.DiGraph (one arrow between two nodes stands for "
            "the whole direct effect)"
        )
    if not said.graph.is_directed():
        problems.append("the graph is undirected; give a networkx.DiGraph, with arrows from cause to effect")
    problems += _node_problems(said)
    problems += _option_problems(said)
    if said.graph.is_directed() and not said.graph.is_multigraph():
        problems += _edge_problems(said)
        problems += _role_problems(said)
        problems += _shape_problems(said)
    return problems


def _node_problems(said: Description) -> Iterator[str]:
    for node, data in said.graph.nodes.items():
        if not isinstance(node, str):
            yield f"the node {node!r} is a {type(node).__name__}; node names are text, such as {str(node)!r}"
        elif not node.strip():
            yield f"a node has the empty name {node!r}; give it a name"
        yield from _near_misses(f"node {node!r}", data, NODE_ATTRIBUTES)
        yield from _choice(f"node {node!r}: role", data.get("role", "mediator"), ROLES)
        if not isinstance(data.get("unobserved", False), bool):
            yield f"node {node!r}: unobserved is {data['unobserved']!r}; it is True or False"
        yield from _symbol_problems(f"node {node!r}", data, r"[A-Za-z0-9]+")


def _edge_problems(said: Description) -> Iterator[str]:
    for (u, v), data in said.graph.edges.items():
        where = f"edge {u!r} -> {v!r}"
        if u == v:
            yield f"node {u!r} has an arrow to itself; remove it"
        yield from _near_misses(where, data, EDGE_ATTRIBUTES)
        yield from _choice(f"{where}: varies", data.get("varies", "persons"), VARIES)
        yield from _symbol_problems(where, data, r"[A-Za-z]+(_[A-Za-z0-9]+)?")
        if "noncompliance" in data:
            yield from _choice(f"{where}: noncompliance", data["noncompliance"], ("one-sided",))
            if u not in said.treatments or v in said.outcomes:
                yield f"{where}: noncompliance is said of an arrow from a treatment into a mediator"
            elif said.scales.get(v) != "binary" or (
                len(said.treatments) == 1 and said.scales.get(u) != "binary"
            ):
                yield (
                    f"{where}: one-sided noncompliance is about a binary treatment and a binary mediator; "
                    f"declare both scales 'binary'"
                )


def _symbol_problems(where: str, data: Mapping[str, Any], pattern: str) -> Iterator[str]:
    symbol = data.get("symbol", "Gamma" if "_" in pattern else "x")
    if not isinstance(symbol, str) or not re.fullmatch(pattern, symbol):
        example = "'Kappa_1'" if "_" in pattern else "'V'"
        yield f"{where}: the symbol {symbol!r} is not letters and digits such as {example}"


def _option_problems(said: Description) -> Iterator[str]:
    if said.sites is not None and (isinstance(said.sites, bool) or not isinstance(said.sites, int)):
        yield f"sites is {said.sites!r}; it is a whole number, or None where it is not known yet"
    elif said.sites is not None and said.sites < 1:
        yield f"sites is {said.sites}; a trial has at least 1"
    if not isinstance(said.title, str):
        yield f"the title is {said.title!r}; it is text"
    yield from _choice("average", said.average, AVERAGES)
    yield from _choice("weights", said.weights, WEIGHTS)
    for name, table in (("labels", said.labels), ("scales", said.scales)):
        for node, value in table.items():
            yield from _unknown_node(said, name, node)
            if name == "labels" and not (isinstance(value, str) and value.strip()):
                yield f"labels: the label of {node!r} is {value!r}; it is text that people read"
    for node, scale in said.scales.items():
        yield from _choice(f"scales: {node!r}", scale, SCALES)
    for node in dict.fromkeys(said.unobserved):
        if said.unobserved.count(node) > 1:
            yield f"unobserved: {node!r} is named twice; name it once"
        yield from _unknown_node(said, "unobserved", node)
        if node in said.treatments or node in said.outcomes:
            yield f"{node!r} is unobserved; treatment and outcome must be measured"
    yield from _justification_problems(said)


def _justification_problems(said: Description) -> Iterator[str]:
    known = _numerals(said)
    for numeral, text in said.justifications.items():
        if numeral not in known:
            hint = suggestion(str(numeral), known)
            yield (
                f"justifications: this design has no assumption {numeral!r}{hint} (its assumptions are numbered "
                f"{', '.join(known)})"
            )
        if not isinstance(text, str):
            yield f"justifications: the text for {numeral!r} is {text!r}; it is text"


def _numerals(said: Description) -> tuple[str, ...]:
    """The design's numerals; every one there is where the graph is too broken to tell."""
    try:
        reached = set().union(*(nx.descendants(said.graph, arm) for arm in said.treatments))
    except nx.NetworkXError:
        return (*NINE[:5], "v.a", "v.b", *NINE[5:], "x")
    sites = said.sites if isinstance(said.sites, int) else None
    return numerals_of(sites, len(reached - set(said.outcomes)), said.weights != said.average)


def _role_problems(said: Description) -> Iterator[str]:
    for role, nodes in (("treatment", said.treatments), ("outcome", said.outcomes)):
        if not nodes:
            yield f"no {role} is named; pass {role}=... or give one node the role {role!r}"
        for node in dict.fromkeys(map(str, nodes)):
            yield from _unknown_node(said, role, node)
            if list(map(str, nodes)).count(node) > 1:
                yield f"the {role} {node!r} is named twice; name it once"
    if len(set(map(str, said.outcomes))) > 1:
        yield f"there are several outcomes, {_names(said.outcomes)}; a design has one: make one design for each"
    for node in dict.fromkeys(said.treatments):
        if node in said.outcomes:
            yield f"{node!r} is named both treatment and outcome; they are different nodes"
        if node in said.graph and said.graph.in_degree(node) > 0:
            parents = [p for p in said.graph.predecessors(node) if p != node]
            if parents:
                yield (
                    f"the treatment {node!r} has arrows into it from {_names(parents)}; it is randomised, so "
                    "nothing causes it: remove them"
                )
    for node in dict.fromkeys(said.outcomes):
        if node in said.graph:
            children = [c for c in said.graph.successors(node) if c != node]
            if children:
                yield (
                    f"the outcome {node!r} has arrows out of it into {_names(children)}; remove them, or name "
                    "the last node of the chain the outcome"
                )


def _shape_problems(said: Description) -> Iterator[str]:
    graph: nx.DiGraph[Any] = nx.DiGraph(said.graph)
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    try:
        cycle = [str(edge[0]) for edge in nx.find_cycle(graph)]
        yield f"the arrows form a cycle, {' -> '.join([*cycle, cycle[0]])}; remove one of them"
    except nx.NetworkXNoCycle:
        pass
    arms = [node for node in dict.fromkeys(said.treatments) if node in graph]
    if not arms or len(said.outcomes) == 0 or said.outcomes[0] not in graph:
        return
    outcome = said.outcomes[0]
    leads = nx.ancestors(graph, outcome) | {outcome}
    reached: set[Any] = set().union(*(nx.descendants(graph, arm) for arm in arms))
    for arm in arms:
        if arm not in leads and arm != outcome:
            yield (
                f"the treatment {arm!r} has no directed path to the outcome {outcome!r}; add the arrows it "
                "works through"
            )
    for node in graph:
        role = graph.nodes[node].get("role")
        if role in ("mediator", "baseline") and node in (*arms, outcome):
            yield (
                f"{node!r} has the role {role!r} but is also named "
                f"{'treatment' if node in arms else 'outcome'}; say one of the two"
            )
            continue
        if node in reached and node not in leads:
            yield (f"mediator {node!r} has no directed path to outcome {outcome!r}; add an edge or drop it")
        if role == "mediator" and node not in reached and node not in arms and node != outcome:
            yield (
                f"{node!r} is declared a mediator but no directed path leads to it from treatment; add an "
                "arrow into it, or give it the role 'baseline'"
            )
        if role == "baseline" and node in reached:
            yield (
                f"{node!r} is declared baseline but treatment reaches it; remove that path, or give it the "
                "role 'mediator'"
            )
    if not reached - {outcome} and outcome in reached:
        yield "the design has no mediator: no node lies on a path from treatment to outcome; add one"


def _unknown_node(said: Description, where: str, node: Any) -> Iterator[str]:
    if node not in said.graph:
        known = [str(n) for n in said.graph]
        yield (
            f"{where}: there is no node {node!r} in the graph{suggestion(str(node), known)}; it has "
            f"{_names(known)}"
        )


def _near_misses(where: str, data: Mapping[str, Any], known: Sequence[str]) -> Iterator[str]:
    """Attributes that look like a misspelt one of ours; foreign ones (pos, weight) are let be."""
    for key in data:
        if key not in known and (hint := suggestion(str(key), known)):
            yield f"{where}: unknown attribute {key!r}{hint}"


def _choice(where: str, value: object, known: Sequence[str]) -> Iterator[str]:
    if value not in known:
        options = ", ".join(repr(k) for k in known)
        yield f"{where} is {value!r}{suggestion(str(value), known)}; it is one of {options}"


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)


def _names(nodes: Iterable[Any]) -> str:
    return ", ".join(repr(node) for node in nodes)
