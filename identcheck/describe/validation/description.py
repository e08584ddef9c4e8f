"""Gathering what is said of a design, by argument or by attribute.

Whatever is of the wrong kind is named here once and left out, so that the rules meet only nodes, tables
and lists.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Integral
from typing import Any, NamedTuple

import networkx as nx

from identcheck.basics.arguments import entries_of
from identcheck.describe.declarations import Declaration
from identcheck.describe.modifiers import Modifier, modifier_said
from identcheck.describe.protocol import Rules
from identcheck.describe.validation.parts import natural
from identcheck.describe.wording import names, one_line
from identcheck.errors import InvalidDesignError

__all__ = ["Description"]

EXAMPLES = {
    "labels": {"V": "use of the voucher"},
    "scales": {"V": "binary"},
    "justifications": {"viii": "A lottery."},
    "citations": {"viii": "Author and Author (2020)"},
    "words": {"person": "pupil", "site": "district"},
    "short": {"V": "voucher use"},
}


@dataclass
class Description:
    """Everything said about a design, not yet checked.

    Attributes:
        graph: a copy of the graph as arrows, one between two nodes; empty where no graph was given.
        drawn: whether a graph was given.
        directed: whether its edges have a direction.
        treatments, outcomes, unobserved: the nodes named so.
        misnamed: the arguments of which something had to be left out.
        labels, scales, justifications, citations, words, short: the tables, node attributes included.
        primary: the effects that the trial is for, as text.
        rules: what a pre-registration settles.
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
    problems: list[str]

    @classmethod
    def of(cls, graph: object, **said: Any) -> Description:
        """Gather the arguments of ``Design`` and the node attributes; a role said in two ways is a problem."""
        problems = _graph_problems(graph)
        arrows = _arrows(graph)
        misnamed: set[str] = set()

        def nodes(argument: str) -> list[Any]:
            found, wrong = _nodes(argument, said[argument], arrows)
            problems.extend(wrong)
            misnamed.update([argument] if wrong else [])
            return found

        def table(argument: str) -> dict[Any, Any]:
            return _table(argument, said[argument], problems)

        made = cls(
            graph=arrows,
            drawn=isinstance(graph, nx.Graph),
            directed=isinstance(graph, nx.Graph) and graph.is_directed(),
            treatments=nodes("treatment"),
            outcomes=nodes("outcome"),
            unobserved=nodes("unobserved"),
            misnamed=misnamed,
            labels=_one_line(table("labels")),
            scales=table("scales"),
            justifications=table("justifications"),
            citations=table("citations"),
            confounded=_pairs(said["confounded"], problems),
            sites=_whole(said["sites"]),
            title=said["title"],
            average=said["average"],
            weights=said["weights"],
            declarations=_declarations(said["declarations"], problems),
            primary=_effects(said["primary"], problems),
            words=_one_line(table("words")),
            short=_one_line(table("short")),
            rules=_rules(said["rules"], problems),
            modifiers=_modifiers(said["modifiers"], problems),
            problems=problems,
        )
        made._read_attributes()
        return made

    def _read_attributes(self) -> None:
        by_role: dict[str, list[Any]] = {"treatment": [], "outcome": []}
        for node, data in self.graph.nodes.items():
            role = data.get("role")
            if isinstance(role, str) and role in by_role:
                by_role[role].append(node)
            self._take(self.labels, node, _one_line(data), "label")
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


def _graph_problems(graph: object) -> list[str]:
    if not isinstance(graph, nx.Graph):
        return [
            f"the graph is {graph!r:.60}; give a networkx.DiGraph, such as networkx.DiGraph([('T', 'M'), ('M', 'Y')])"
        ]
    problems = []
    if graph.is_multigraph():
        problems.append(
            "the graph is a multigraph; give a networkx.DiGraph (one arrow between two nodes stands for "
            "the whole direct effect)"
        )
    if not graph.is_directed():
        problems.append("the graph is undirected; give a networkx.DiGraph, with arrows from cause to effect")
    return problems


def _arrows(graph: object) -> nx.DiGraph[Any]:
    """A copy of any graph as single arrows, with its attributes."""
    made: nx.DiGraph[Any] = nx.DiGraph()
    if isinstance(graph, nx.Graph):
        made.graph.update(graph.graph)
        made.add_nodes_from(graph.nodes.items())
        made.add_edges_from(graph.edges(data=True))
    return made


def _nodes(argument: str, value: Any, graph: nx.DiGraph[Any]) -> tuple[list[Any], list[str]]:
    """The nodes an argument names, and what in it is no node's name."""
    if value is None:
        return [], []
    if isinstance(value, str) or value in graph:
        return [value], []
    entries = entries_of(value)
    if entries is None:
        return [], [f"{argument} is {value!r}; it is the name of a node, or a list of names"]
    listed = sorted(entries, key=natural) if isinstance(value, (set, frozenset)) else entries
    wrong = [
        f"{argument}: {item!r} is not text; nodes are named by text, such as 'V'"
        for item in listed
        if not isinstance(item, str) and item not in graph
    ]
    return [item for item in listed if isinstance(item, str) or item in graph], wrong


def _table(argument: str, value: Any, problems: list[str]) -> dict[Any, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    if value is not None:
        problems.append(f"{argument} is {value!r}; write a table, such as {EXAMPLES[argument]}")
    return {}


def _one_line(table: Mapping[Any, Any]) -> dict[Any, Any]:
    """The table with every text on one line."""
    return {key: one_line(value) if isinstance(value, str) else value for key, value in table.items()}


def _sound(
    argument: str, value: Any, is_sound: Callable[[Any], bool], what: str, mend: str, problems: list[str]
) -> list[Any]:
    """The entries of a list that are what it is a list of; whatever else is in it is a problem."""
    entries = [] if value is None else entries_of(value)
    if entries is None:
        problems.append(f"{argument} is {value!r}; {mend}")
        return []
    mend = mend.removeprefix("it is a list: ")
    problems += [f"{argument}: {item!r} is no {what}; {mend}" for item in entries if not is_sound(item)]
    return [item for item in entries if is_sound(item)]


def _pairs(value: Any, problems: list[str]) -> list[tuple[str, str]]:
    """The pairs of names in a list."""
    mend = "give pairs of nodes that share an unmeasured cause, such as [('M', 'Y')]"
    return [(a, b) for a, b in _sound("confounded", value, _is_pair, "pair of nodes", mend, problems)]


def _is_pair(item: object) -> bool:
    return (
        isinstance(item, (list, tuple, set, frozenset))
        and len(item) == 2
        and all(isinstance(node, str) for node in item)
    )


def _declarations(value: Any, problems: list[str]) -> list[Declaration]:
    """The declarations in a list, or one by itself: each once, in a fixed order."""
    mend = "it is a list: make it with independent(), uncorrelated(), correlated() or normal()"
    listed = [value] if isinstance(value, Declaration) else value
    found = _sound(
        "declarations", listed, lambda item: isinstance(item, Declaration), "declaration", mend, problems
    )
    return sorted(set(found), key=str)


class _Named(NamedTuple):
    """A modifier by name: made already, a table of what is said of it, or its arrows alone."""

    name: Any
    said: Any


def _modifiers(value: Any, problems: list[str]) -> list[Modifier]:
    """Modifiers in a list, each made or as a table with its name; or a table by name."""
    if isinstance(value, Mapping):
        listed: Any = [_Named(name, said) for name, said in value.items()]
    else:
        entries = entries_of([value] if isinstance(value, Modifier) else value)
        listed = value if entries is None else [_named(entry) for entry in entries]
    mend = "it is a list: make each with ic.Modifier('wages', of=['T -> M'])"
    found = []
    for each in _sound(
        "modifiers", listed, lambda item: isinstance(item, _Named), "modifier", mend, problems
    ):
        try:
            found.append(modifier_said(*each))
        except InvalidDesignError as error:
            problems.extend(error.problems)
    return found


def _named(entry: Any) -> Any:
    """An entry of a list beside its name; one without a name as it is."""
    if isinstance(entry, Mapping) and "name" in entry:
        return _Named(entry["name"], {key: said for key, said in entry.items() if key != "name"})
    return _Named(entry.name, entry) if isinstance(entry, Modifier) else entry


def _effects(value: Any, problems: list[str]) -> list[str]:
    """Effects as text on one line, each once; estimands are written as they are asked for."""
    listed = [value] if _is_effect(value) else value
    mend = "it is a list: give effects as on the command line, such as ['direct(M, Y)', 'itt()']"
    found = _sound("primary", listed, _is_effect, "effect", mend, problems)
    return list(dict.fromkeys(one_line(str(item)) for item in found))


def _is_effect(item: object) -> bool:
    """Text or an estimand, the class of which belongs to a later wing."""
    return isinstance(item, str) or type(item).__name__ == "Estimand"


def _rules(value: Any, problems: list[str]) -> Rules:
    if value is not None and not isinstance(value, Rules):
        problems.append(f"rules is {value!r:.60}; give ic.Rules(...), or leave it out")
    return value if isinstance(value, Rules) else Rules()


def _whole(value: object) -> object:
    """Whole numbers of any library as int; anything else as it is."""
    return int(value) if isinstance(value, Integral) and not isinstance(value, bool) else value
