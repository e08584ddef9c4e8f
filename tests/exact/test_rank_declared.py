"""Structural rank under declarations, against populations and normal coefficients that meet them and no more.

One site and several arms: compliances are told apart by how coefficients move together from person to person, so that
the rank turns on what is declared of them. Two ways to have just what is declared: arrows in groups, the groups
independent and anything possible within one, as finite populations; and jointly normal coefficients, whose moments are
sums over pairings (Isserlis).
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from math import prod
from random import Random

import networkx as nx
import pytest

from identcheck import Design, independent, normal, uncorrelated
from identcheck.decide.population.linear import rank
from identcheck.derive.rank import structural_rank
from identcheck.describe.declarations import Declaration
from tests.drawn import drawn

MANY = 60
Edge = tuple[str, str]


def graph_of(random: Random) -> nx.DiGraph:
    """Two or three arms and a way of some mediators, with shortcuts."""
    mediators = [f"M{k}" for k in range(1, random.choice([2, 3, 3, 4]) + 1)]
    arms = random.choice([["T1", "T2"], ["T1", "T2"], ["T1", "T2", "T3"]])
    edges = [(arm, mediators[0]) for arm in arms]
    edges += itertools.pairwise([*mediators, "Y"])
    edges += [pair for pair in itertools.combinations(mediators, 2) if random.random() < 0.2]
    edges += [(m, "Y") for m in mediators if random.random() < 0.7]
    graph = nx.DiGraph()
    for edge in dict.fromkeys(edges):
        graph.add_edge(*edge, varies="persons" if random.random() < 0.85 else "none")
    return graph


def moving(graph: nx.DiGraph) -> list[Edge]:
    return [e for e in sorted(graph.edges) if graph.edges[e]["varies"] == "persons" and e[1] != "Y"]


def routes(graph: nx.DiGraph, u: str, v: str) -> list[list[Edge]]:
    return [list(itertools.pairwise(way)) for way in nx.all_simple_paths(graph, u, v)]


def asked_of(random: Random, graph: nx.DiGraph) -> tuple[tuple[str, ...], tuple[str, ...]]:
    mediators = sorted(n for n in graph if n[0] == "M")
    arms = tuple(sorted(n for n in graph if n[0] == "T"))
    count = random.randint(2, min(3, len(mediators)))
    return tuple(random.sample(mediators, count)), arms


def check_rank(rows: Sequence[Sequence[Fraction]], found, told: object) -> None:
    """Rank and determined columns of the exact matrix are those that are claimed."""
    whole = rank(rows)
    units = [[Fraction(i == j) for j in range(len(rows[0]))] for i in range(len(rows[0]))]
    determined = {
        name for name, unit in zip(found.columns, units, strict=True) if rank([*rows, unit]) == whole
    }
    assert (whole, determined) == (found.rank, found.identified), told


class TestGroups:
    """Arrows in groups: independent between them, moving together within one."""

    @pytest.mark.parametrize("number", range(MANY))
    def test_as_in_a_population(self, number: int) -> None:
        random = Random(f"groups {number}")
        graph = graph_of(random)
        groups = self.groups(random, moving(graph))
        declared = self.declared(random, groups)
        arms = [n for n in sorted(graph) if n[0] == "T"]
        design = Design(graph, treatment=arms, outcome="Y", sites=1, declarations=declared)
        regressors, used = asked_of(random, graph)
        found = structural_rank(design, regressors, used)
        rows = self.population(random, graph, groups, regressors, used)
        check_rank(rows, found, (number, design, declared, regressors))

    def groups(self, random: Random, edges: list[Edge]) -> list[list[Edge]]:
        found: list[list[Edge]] = [[] for _ in range(random.choice([2, 2, 3]))]
        for edge in edges:
            random.choice(found).append(edge)
        return [group for group in found if group]

    def declared(self, random: Random, groups: list[list[Edge]]) -> list[Declaration]:
        """That the groups are independent altogether, in a random order of saying it."""
        random.shuffle(groups)
        return [
            independent(list(itertools.chain(*groups[:k])), groups[k], "persons")
            for k in range(1, len(groups))
        ]

    def population(
        self,
        random: Random,
        graph: nx.DiGraph,
        groups: list[list[Edge]],
        regressors: Sequence[str],
        arms: Sequence[str],
    ) -> list[list[Fraction]]:
        """Each group takes one of eight values by itself: means of products are products over groups."""
        fixed = {e: random.randint(1, 999) for e in graph.edges}
        values = [[{e: random.randint(1, 999) for e in group} for _ in range(8)] for group in groups]

        def mean(way: list[Edge]) -> Fraction:
            apart = [[prod(v[e] for e in way if e in v) for v in group] for group in values]
            whole = prod((Fraction(sum(some), len(some)) for some in apart), start=Fraction(1))
            return whole * prod(fixed[e] for e in way if not any(e in group for group in groups))

        return [
            [sum((mean(way) for way in routes(graph, arm, u)), Fraction(0)) for u in regressors]
            for arm in arms
        ]


def test_two_pairs_on_a_path_of_four_are_independent_of_each_other_and_dependent_inside() -> None:
    """The mean of the product of four is that of one pair times that of the other: the last two are proportional."""
    declared = [independent(["T1 -> M1 -> M2", "T2 -> M1"], "M2 -> M3 -> M4", "persons")]
    design = drawn("{T1 T2} -> M1 -> M2 -> M3 -> M4 -> Y", sites=1, declarations=declared)
    arms = ("T1", "T2")
    assert structural_rank(design, ("M1", "M2"), arms).rank == 2
    assert structural_rank(design, ("M2", "M3"), arms).rank == 1
    assert structural_rank(design, ("M2", "M4"), arms).rank == 1
    assert structural_rank(design, ("M3", "M4"), arms).rank == 1
    crossed = [independent(["T1 -> M1", "T2 -> M1", "M2 -> M3"], ["M1 -> M2", "M3 -> M4"], "persons")]
    design = drawn("{T1 T2} -> M1 -> M2 -> M3 -> M4 -> Y", sites=1, declarations=crossed)
    assert structural_rank(design, ("M1", "M2"), arms).rank == 1
    assert structural_rank(design, ("M1", "M3"), arms).rank == 2
    assert structural_rank(design, ("M3", "M4"), arms).rank == 1
    plain = drawn("{T1 T2} -> M1 -> M2 -> M3 -> M4 -> Y", sites=1)
    assert structural_rank(plain, ("M3", "M4"), arms).rank == 2


def test_independent_in_pairs_only_still_moves_together() -> None:
    """Three coefficients that are independent two by two may have a product of any mean."""
    pairs = [("T1 -> M1", "M1 -> M2"), ("M1 -> M2", "M2 -> M3"), ("T1 -> M1", "M2 -> M3")]
    pairs += [("T2 -> M1", "M1 -> M2"), ("T2 -> M1", "M2 -> M3")]
    declared = [independent(a, b, "persons") for a, b in pairs]
    design = drawn("{T1 T2} -> M1 -> M2 -> M3 -> Y", sites=1, declarations=declared)
    assert structural_rank(design, ("M1", "M2"), ("T1", "T2")).rank == 1
    assert structural_rank(design, ("M1", "M3"), ("T1", "T2")).rank == 2


def normal_mean(
    items: Sequence[Edge], means: dict[Edge, int], covariances: dict[frozenset[Edge], int]
) -> int:
    """The mean of a product of jointly normal coefficients: over all ways to pair some of them."""
    if not items:
        return 1
    first, *rest = items
    total = means[first] * normal_mean(rest, means, covariances)
    for place, other in enumerate(rest):
        c = covariances[frozenset({first, other})]
        total += c * normal_mean(rest[:place] + rest[place + 1 :], means, covariances)
    return total


@pytest.mark.parametrize("number", range(MANY))
def test_of_normal_coefficients(number: int) -> None:
    """Zero covariances are declared, all others large and different."""
    random = Random(f"normal rank {number}")
    graph = graph_of(random)
    edges = moving(graph)
    likely = random.choice([0.3, 0.6, 0.9])
    pairs = [frozenset(pair) for pair in itertools.combinations(edges, 2)]
    covariances = {pair: 0 if random.random() < likely else random.randint(1, 9999) for pair in pairs}
    declared: list[Declaration] = [normal("persons")]
    declared += [uncorrelated(*sorted(pair), "persons") for pair, c in covariances.items() if not c]
    arms = [n for n in sorted(graph) if n[0] == "T"]
    design = Design(graph, treatment=arms, outcome="Y", sites=1, declarations=declared)
    means = {e: random.randint(1, 9999) for e in graph.edges}
    regressors, used = asked_of(random, graph)

    def mean(way: list[Edge]) -> int:
        free = [e for e in way if e in edges]
        return normal_mean(free, means, covariances) * prod(means[e] for e in way if e not in edges)

    rows = [[Fraction(sum(mean(way) for way in routes(graph, arm, u))) for u in regressors] for arm in used]
    check_rank(rows, structural_rank(design, regressors, used), (number, design, declared, regressors))


def test_the_draws_tell_full_from_deficient_rank() -> None:
    """Both kinds of declaration meet matrices of full rank and matrices of less."""
    seen: Counter[object] = Counter()
    for number in range(MANY):
        random = Random(f"groups {number}")
        graph = graph_of(random)
        groups = TestGroups().groups(random, moving(graph))
        declared = TestGroups().declared(random, groups)
        arms = [n for n in sorted(graph) if n[0] == "T"]
        design = Design(graph, treatment=arms, outcome="Y", sites=1, declarations=declared)
        plain = Design(graph, treatment=arms, outcome="Y", sites=1)
        regressors, used = asked_of(random, graph)
        ranks = [structural_rank(some, regressors, used).rank for some in (plain, design)]
        seen["lower"] += ranks[1] < ranks[0]
        seen["same"] += ranks[1] == ranks[0] == min(len(regressors), len(used))
    assert min(seen["lower"], seen["same"]) > 5, seen
