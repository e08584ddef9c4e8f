"""Gathering what is said of a design, by argument or by attribute.

Whatever is of the wrong kind is named here once and left out, so that the rules meet only nodes, tables
and lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import networkx as nx

from identcheck.describe.declarations import Declaration
from identcheck.describe.interactions import products_of, same_as
from identcheck.describe.modifiers import Modifier
from identcheck.describe.protocol import Rules
from identcheck.describe.validation.gathered import (
    arrows_of,
    declarations_of,
    effects_of,
    graph_problems,
    modifiers_of,
    nodes_of,
    on_one_line,
    pairs_of,
    rules_of,
    table_of,
    whole_of,
    yes_of,
)
from identcheck.describe.validation.interactions import products_drawn
from identcheck.describe.validation.parts import natural
from identcheck.describe.wording import names

__all__ = ["Description"]


@dataclass
class Description:
    """Everything said about a design, not yet checked.

    Attributes:
        graph: a copy of the graph as arrows, one between two nodes, with a node for each product of an interaction; empty where
            no graph was given.
        drawn: whether a graph was given.
        directed: whether its edges have a direction.
        treatments, outcomes, unobserved: the nodes named so.
        misnamed: the arguments of which something had to be left out.
        labels, scales, justifications, citations, words, short: the tables, node attributes included.
        primary: the effects that the trial is for, as text.
        rules: what a pre-registration settles.
        works_everywhere: whether treatment moves the mediators in every site.
        confounded: the pairs of nodes that share an unmeasured cause.
        declarations: what is declared of the coefficients, each once, in a fixed order.
        modifiers: the causes of heterogeneity.
        problems: what was found on the way.
    """

    graph: nx.DiGraph[Any]
    drawn: bool
    directed: bool
    treatments: list[Any]
    outcomes: list[Any]
    unobserved: list[Any]
    misnamed: set[str]
    labels: dict[Any, Any]
    scales: dict[Any, Any]
    justifications: dict[Any, Any]
    citations: dict[Any, Any]
    confounded: list[tuple[str, str]]
    sites: object
    title: object
    average: object
    weights: object
    declarations: list[Declaration]
    primary: list[str]
    words: dict[Any, Any]
    short: dict[Any, Any]
    rules: Rules
    modifiers: list[Modifier]
    works_everywhere: bool
    problems: list[str]

    @classmethod
    def of(cls, graph: object, **said: Any) -> Description:
        """Gather the arguments of ``Design`` and the node attributes; a role said in two ways is a problem."""
        problems = graph_problems(graph)
        arrows = arrows_of(graph)
        misnamed: set[str] = set()

        def nodes(argument: str) -> list[Any]:
            found, wrong = nodes_of(argument, said[argument], arrows)
            problems.extend(wrong)
            misnamed.update([argument] if wrong else [])
            return found

        def table(argument: str) -> dict[Any, Any]:
            return table_of(argument, said[argument], problems)

        made = cls(
            graph=arrows,
            drawn=isinstance(graph, nx.Graph),
            directed=isinstance(graph, nx.Graph) and graph.is_directed(),
            treatments=nodes("treatment"),
            outcomes=nodes("outcome"),
            unobserved=nodes("unobserved"),
            misnamed=misnamed,
            labels=on_one_line(table("labels")),
            scales=table("scales"),
            justifications=table("justifications"),
            citations=table("citations"),
            confounded=pairs_of(said["confounded"], problems),
            sites=whole_of(said["sites"]),
            title=said["title"],
            average=said["average"],
            weights=said["weights"],
            declarations=declarations_of(said["declarations"], problems),
            primary=effects_of(said["primary"], problems),
            words=on_one_line(table("words")),
            short=on_one_line(table("short")),
            rules=rules_of(said["rules"], problems),
            modifiers=modifiers_of(said["modifiers"], problems),
            works_everywhere=yes_of(said["works_everywhere"], problems),
            problems=problems,
        )
        made._read_attributes()
        if made.directed:
            ends = (made.treatments, made.outcomes, made.scales)
            made.graph = products_drawn(made.graph, said["interactions"], *ends, problems)
            products = products_of(made.graph)
            measured = [node for node in made.unobserved if node not in products]
            made_of = {
                name: {same} if (same := same_as(made.graph, pair)) else {*pair}
                for name, pair in products.items()
            }
            hidden = [name for name in products if not made_of[name].isdisjoint(measured)]
            made.unobserved = [*measured, *hidden]
        return made

    def _read_attributes(self) -> None:
        by_role: dict[str, list[Any]] = {"treatment": [], "outcome": []}
        for node, data in self.graph.nodes.items():
            role = data.get("role")
            if isinstance(role, str) and role in by_role:
                by_role[role].append(node)
            self._take(self.labels, node, on_one_line(data), "label")
            self._take(self.scales, node, data, "scale")
            if data.get("unobserved") is True and node not in self.unobserved:
                self.unobserved.append(node)
        self._join("treatment", self.treatments, by_role["treatment"])
        self._join("outcome", self.outcomes, by_role["outcome"])

    def _join(self, role: str, argued: list[Any], named: list[Any]) -> None:
        """Take the nodes named by attribute where the argument names none; where both do, they agree."""
        if not argued:
            argued.extend(sorted(named, key=natural))
        elif named and set(argued) != set(named):
            self.problems.append(
                f"the {role} is {names(argued)} by argument but {names(named)} by the node attribute "
                "'role'; say it once"
            )

    def _take(self, table: dict[Any, Any], node: Any, data: Mapping[Any, Any], key: str) -> None:
        if key in data and repr(table.setdefault(node, data[key])) != repr(data[key]):
            self.problems.append(
                f"node {node!r} has the {key} {table[node]!r} by argument but {data[key]!r} by node "
                "attribute; say it once"
            )
