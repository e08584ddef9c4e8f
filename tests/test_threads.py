"""What the thread for users of dagitty says that dagitty finds in its graph, by d-separation in networkx."""

import re
from itertools import chain, combinations

import networkx as nx
import pytest

from tests.tools import REPOSITORY

PAGE = REPOSITORY / "docs" / "threads" / "dagitty.md"
CODE = re.search(r"dag \{.*?\n\}", PAGE.read_text(encoding="utf-8"), re.DOTALL)
assert CODE is not None
GRAPH = nx.DiGraph(re.findall(r"^(\w+) -> (\w+)$", CODE[0], flags=re.MULTILINE))
SEEN = {"offer", "use", "stress", "health", "age"}


def sets(nodes: set[str]) -> list[set[str]]:
    """Every set of these nodes."""
    ordered = sorted(nodes)
    return [set(s) for s in chain.from_iterable(combinations(ordered, n) for n in range(len(ordered) + 1))]


def without_arrows_out(source: str) -> nx.DiGraph:
    """The graph in which the source affects nothing."""
    graph = GRAPH.copy()
    graph.remove_edges_from(list(GRAPH.out_edges(source)))
    return graph


def adjustments(source: str) -> list[set[str]]:
    """The least sets that close every back door from the source to health."""
    allowed = SEEN - {source, "health"} - nx.descendants(GRAPH, source)
    closed = [
        s for s in sets(allowed) if nx.is_d_separator(without_arrows_out(source), {source}, {"health"}, s)
    ]
    return [s for s in closed if not any(other < s for other in closed)]


def instruments(source: str) -> list[tuple[str, set[str]]]:
    """Nodes that lead to the source given some set, and to health only by its arrow into health."""
    graph = GRAPH.copy()
    graph.remove_edge(source, "health")
    return [
        (node, given)
        for node in sorted(SEEN - {source, "health"})
        for given in sets(SEEN - {node, source, "health"} - nx.descendants(GRAPH, source))
        if nx.is_d_separator(graph, {node}, {"health"}, given)
        and not nx.is_d_separator(graph, {node}, {source}, given)
    ]


@pytest.mark.parametrize(("source", "expected"), [("use", [{"age"}]), ("stress", [])])
def test_adjustment_sets(source: str, expected: list[set[str]]) -> None:
    assert adjustments(source) == expected


def test_a_latent_cause_of_use_ends_the_adjustment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "GRAPH", nx.DiGraph([*GRAPH.edges, ("worry", "use")]))

    assert adjustments("use") == []


def test_nothing_is_an_instrument_for_stress() -> None:
    assert instruments("stress") == []


def test_the_offer_is_an_instrument_for_use() -> None:
    """For its whole effect: all its arrows are taken out."""
    graph = without_arrows_out("use")

    assert nx.is_d_separator(graph, {"offer"}, {"health"}, set())
    assert not nx.is_d_separator(graph, {"offer"}, {"use"}, set())
