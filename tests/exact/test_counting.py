"""Counts of conditions against their enumeration (theory section 8)."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, pairwise, product

import networkx as nx
import pytest

from identcheck import Design
from identcheck.decide.conditions import Regression, Within
from identcheck.derive.counting import count_chains, ladder_counts
from identcheck.derive.paths import count_paths
from tests.drawn import FIGURE_1, drawn
from tests.exact.worlds import cases


def complete(p: int) -> Design:
    """Treatment moves every mediator, each moves all later ones and the outcome."""
    mediators = [f"M{k}" for k in range(1, p + 1)]
    graph = nx.DiGraph(combinations(["T", *mediators], 2))
    graph.add_edges_from((m, "Y") for m in mediators)
    return Design(graph, treatment="T", outcome="Y")


def chains(design, u, v, avoiding=(), level="persons"):
    """The sets themselves: every nonempty subset of the varying arrows of every path."""
    rules = ("persons",) if level == "persons" else ("persons", "sites")
    found = set()
    for path in nx.all_simple_paths(design.causal, u, v):
        if set(path[1:-1]) & set(avoiding):
            continue
        moving = [edge for edge in pairwise(path) if design.varies(*edge) in rules]
        for size in range(1, len(moving) + 1):
            found |= set(map(frozenset, combinations(moving, size)))
    return found


def pairs(design, arms, u, v, avoiding=(), level="persons"):
    above = {s for arm in arms for s in chains(design, arm, u, (), level)}
    return Counter(len(s) + len(r) for s, r in product(above, chains(design, u, v, avoiding, level)))


def test_random_designs():
    """Any two nodes, any nodes avoided, both levels, several arms."""
    seen = 0
    for case in cases():
        design, random = case.design, case.random
        for u, v in combinations((*design.mediators, design.outcome), 2):
            avoiding = random.sample(design.mediators, random.randint(0, len(design.mediators)))
            avoiding = [m for m in avoiding if m not in (u, v)]
            level = random.choice(["persons", "sites"])
            expected = Counter(map(len, chains(design, u, v, avoiding, level)))
            assert count_chains(design, u, v, avoiding, level) == expected
            for arms in (design.treatments, design.treatments[:1]):
                expected = pairs(design, arms, u, v, avoiding, level)
                assert ladder_counts(design, arms, u, v, avoiding, level) == expected
                seen += sum(expected.values())
    assert seen > 1000


@pytest.mark.parametrize("p", range(1, 9))
def test_complete_graphs(p):
    """Up to eight mediators: the direct effects' conditions, and one total effect's."""
    design = complete(p)
    for u in design.mediators:
        others = set(design.mediators) - {u}
        expected = pairs(design, ["T"], u, "Y", others)
        assert ladder_counts(design, ["T"], u, "Y", others) == expected
    if p <= 6:
        middle = design.mediators[p // 2]
        assert ladder_counts(design, ["T"], middle, "Y") == pairs(design, ["T"], middle, "Y")


def test_are_the_moments_that_the_condition_lists():
    """Figure 1 has 3 + 1 of them for M2; a ladder of any order is as long as its count."""
    design = drawn(FIGURE_1)
    regression = Regression(design, "Y", ("M1", "M2"), ("T",))

    assert ladder_counts(design, ["T"], "M2", "Y", ["M1"]) == {2: 3, 3: 1}
    for u in regression.regressors:
        counts = ladder_counts(design, ["T"], u, "Y", regression.others(u))
        assert sum(counts.values()) == len(Within(regression, u).moments(order=None))


def test_fifty_mediators():
    """Numbers with many digits, at once: the direct effect of the last mediator."""
    design = complete(50)
    counts = ladder_counts(design, ["T"], "M50", "Y", design.mediators[:-1])

    assert count_paths(design, "T", "Y") == 2**50 - 1
    assert counts[2] == 50 * 51 // 2  # one covariance for every arrow upstream
    assert max(counts) == 51
    assert counts[51] == 1
