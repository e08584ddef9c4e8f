"""Where nothing but single regressions is looked for beside declarations, nothing else would have been chosen."""

from __future__ import annotations

from itertools import combinations
from random import Random

import networkx as nx
import pytest

from identcheck import (
    Design,
    InvalidDesignError,
    InvalidQuestionError,
    check,
    correlated,
    independent,
    uncorrelated,
)
from identcheck.decide.primary import default_estimands
from identcheck.decide.strategies.search import Search

NAMES = ("vi", "vii", "ix", "bypass", "shared")


def dense(random: Random) -> tuple[Design, list[object]]:
    """Most arrows, a few declarations, and something granted."""
    mediators = [f"M{k}" for k in range(random.choice([2, 3, 3, 4, 5]))]
    density = random.choice([0.7, 0.9, 1.0, 1.0])
    arms = random.choice([["T"], ["T"], ["T"], ["T1", "T2"]])
    graph = nx.DiGraph((arms[0], m) for m in mediators if random.random() < density or m == "M0")
    graph.add_edges_from((arm, random.choice(mediators)) for arm in arms)
    graph.add_edges_from(e for e in combinations([*mediators, "Y"], 2) if random.random() < density)
    graph.add_edges_from((arms[0], m) for m in mediators if not graph.in_degree(m))
    graph.add_edges_from((m, "Y") for m in mediators if not graph.out_degree(m))
    if random.random() < 0.2:
        graph.add_edge("T" if "T" in graph else "T1", "Y")
    edges, said = sorted(graph.edges), []
    for _ in range(random.choice([1, 2, 5, 20, 60])):
        some, level = random.sample(edges, len(edges)), random.choice(["persons", "sites"])
        cut = random.randint(1, len(some) - 1)
        whole = random.random() < 0.2
        said.append(
            independent(some[:cut], some[cut:], level)
            if whole
            else random.choice([uncorrelated, uncorrelated, correlated, independent])(*some[:2], level)
        )
    sites = random.choice([None, None, len(mediators) + 1, len(mediators)])
    design = Design(graph, treatment=arms, outcome="Y", sites=sites, declarations=tuple(dict.fromkeys(said)))
    return design, random.sample(NAMES, random.choice([0, 0, 1, 3, 5]))


@pytest.mark.parametrize("start", range(0, 240, 80))
def test_the_same_is_chosen_where_everything_is_looked_for(start, monkeypatch):
    settled = 0
    for number in range(start, start + 80):
        try:
            design, granted = dense(Random(f"unaided {number}"))
            quick = check(design, granted, prove=False)
        except (
            InvalidDesignError,
            InvalidQuestionError,
        ):  # declared against itself, or against what is granted
            continue
        settled += sum(
            f.search.settled(f.granted) for f in quick.findings if not f.zero and len(f.target.inner) < 5
        )
        found = [(f.verdict, f.best, f.missing) for f in quick.findings]
        with monkeypatch.context() as patch:
            patch.setattr(Search, "settled", lambda _search, _granted: False)
            whole = check(dense(Random(f"unaided {number}"))[0], granted, prove=False)  # knows nothing yet
            assert found == [
                (whole[e].verdict, whole[e].best, whole[e].missing) for e in default_estimands(design)
            ]
    assert settled > 50
