"""The arguments of a design, read one by one: whatever is of the wrong kind is told once and left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from numbers import Integral
from typing import Any, NamedTuple

import networkx as nx

from identcheck.basics.arguments import entries_of
from identcheck.describe.declarations import Declaration
from identcheck.describe.modifiers import Modifier, modifier_said
from identcheck.describe.protocol import Rules
from identcheck.describe.validation.parts import natural
from identcheck.describe.wording import one_line
from identcheck.errors import InvalidDesignError, Problem

__all__ = [
    "arrows_of",
    "declarations_of",
    "effects_of",
    "graph_problems",
    "modifiers_of",
    "nodes_of",
    "on_one_line",
    "pairs_of",
    "rules_of",
    "table_of",
    "whole_of",
    "yes_of",
]

EXAMPLES = {
    "labels": {"V": "use of the voucher"},
    "scales": {"V": "binary"},
    "justifications": {"viii": "A lottery."},
    "citations": {"viii": "Author and Author (2020)"},
    "words": {"person": "pupil", "site": "district"},
    "short": {"V": "voucher use"},
}


def graph_problems(graph: object) -> list[str]:
    """What is wrong with the graph as a whole."""
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


def arrows_of(graph: object) -> nx.DiGraph[Any]:
    """A copy of any graph as single arrows, with its attributes."""
    made: nx.DiGraph[Any] = nx.DiGraph()
    if isinstance(graph, nx.Graph):
        made.graph.update(graph.graph)
        made.add_nodes_from(graph.nodes.items())
        made.add_edges_from(graph.edges(data=True))
    return made


def nodes_of(argument: str, value: Any, graph: nx.DiGraph[Any]) -> tuple[list[Any], list[str]]:
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


def table_of(argument: str, value: Any, problems: list[str]) -> dict[Any, Any]:
    """The table that an argument gives; none where it is something else."""
    if isinstance(value, Mapping):
        return dict(value)
    if value is not None:
        problems.append(f"{argument} is {value!r}; write a table, such as {EXAMPLES[argument]}")
    return {}


def on_one_line(table: Mapping[Any, Any]) -> dict[Any, Any]:
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


def pairs_of(value: Any, problems: list[str]) -> list[tuple[str, str]]:
    """The pairs of names in a list."""
    mend = "give pairs of nodes that share an unmeasured cause, such as [('M', 'Y')]"
    return [(a, b) for a, b in _sound("confounded", value, _is_pair, "pair of nodes", mend, problems)]


def _is_pair(item: object) -> bool:
    return (
        isinstance(item, (list, tuple, set, frozenset))
        and len(item) == 2
        and all(isinstance(node, str) for node in item)
    )


def declarations_of(value: Any, problems: list[str]) -> list[Declaration]:
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


def modifiers_of(value: Any, problems: list[str]) -> list[Modifier]:
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


def effects_of(value: Any, problems: list[str]) -> list[str]:
    """Effects as text on one line, each once; estimands are written as they are asked for."""
    listed = [value] if _is_effect(value) else value
    mend = "it is a list: give effects as on the command line, such as ['direct(M, Y)', 'itt()']"
    found = _sound("primary", listed, _is_effect, "effect", mend, problems)
    return list(dict.fromkeys(one_line(str(item)) for item in found))


def _is_effect(item: object) -> bool:
    """Text or an estimand, the class of which belongs to a later wing."""
    return isinstance(item, str) or type(item).__name__ == "Estimand"


def rules_of(value: Any, problems: list[str]) -> Rules:
    """The rules; the usual ones where there are none."""
    if value is not None and not isinstance(value, Rules):
        problems.append(f"rules is {value!r:.60}; give ic.Rules(...), or leave it out")
    return value if isinstance(value, Rules) else Rules()


def yes_of(value: object, problems: list[str]) -> bool:
    """Whether treatment moves the mediators in every site."""
    if not isinstance(value, bool):
        problems.append(
            Problem.at(
                f"works_everywhere is {value!r:.60}; write true where treatment moves the mediators in every site, "
                "or leave it out",
                ("works_everywhere",),
            )
        )
    return value is True


def whole_of(value: object) -> object:
    """Whole numbers of any library as int; anything else as it is."""
    return int(value) if isinstance(value, Integral) and not isinstance(value, bool) else value
