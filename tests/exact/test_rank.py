"""Structural rank against the exact rank of matrices of random populations (theory section 12)."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from random import Random

import networkx as nx
from sympy import QQ
from sympy.polys.matrices import DomainMatrix

from identcheck.derive.rank import structural_rank
from identcheck.describe.design import Design
from tests.exact.oracle import Regression, World
from tests.exact.worlds import Case, cases, random_world

MOST = 4  # columns


class Columns:
    """A regression's matrix in populations in general position, at any number of sites."""

    def __init__(self, case: Case) -> None:
        random, design = case.random, case.design
        count = random.randint(1, min(3, len(design.mediators)))
        arms = tuple(random.sample(design.treatments, random.randint(1, len(design.treatments))))
        intercepts = random.sample(arms, random.choice([0, 0, 1, min(len(arms), MOST - count)]))
        self.random = random
        self.design = design
        self.pooled = not intercepts and random.random() < 0.3
        regressors = tuple(random.sample(design.mediators, count))
        self.regression = Regression(design.outcome, regressors, arms, tuple(intercepts))

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.regression.intercepts, *self.regression.regressors)

    def structural(self, sites: int | None):
        reg = self.regression
        design = Design(self.design.graph, treatment=self.design.treatments, outcome="Y", sites=sites)
        return structural_rank(design, reg.regressors, reg.arms, reg.intercepts, self.pooled)

    def matrix(self, sites: int) -> DomainMatrix:
        """The matrix of one random population of so many sites, with large coefficients."""
        world = general_world(self.random, self.design, sites)
        rows = [row for _, row, _ in self.regression.rows(world)]
        if self.pooled:
            arms = [rows[i : i + sites] for i in range(0, len(rows), sites)]
            rows = [[sum(column, Fraction(0)) for column in zip(*same, strict=True)] for same in arms]
        exact = [[QQ(x.numerator, x.denominator) for x in row] for row in rows]
        return DomainMatrix(exact, (len(rows), len(self.names)), QQ)

    def best(self, sites: int, draws: int = 2) -> tuple[int, frozenset[str]]:
        """The greatest rank over draws, and the columns then determined: 0 in every null vector."""
        matrix = max((self.matrix(sites) for _ in range(draws)), key=lambda m: m.rank())
        null = matrix.nullspace().to_Matrix().tolist()
        determined = [name for i, name in enumerate(self.names) if not any(vector[i] for vector in null)]
        return matrix.rank(), frozenset(determined)


def general_world(random: Random, design: Design, sites: int) -> World:
    """A population in general position: large coefficients, as many persons in a site as columns."""
    return random_world(random, design, sites, persons=[MOST], values=range(1, 2000))


class TestStructuralRank:
    def test_is_the_greatest_rank_of_random_populations(self):
        """Rank and determined columns (R_u), for random regressions at one to six sites."""

        seen = Counter()
        for case in cases():
            columns = Columns(case)
            sites = columns.random.choice([1, 2, 3, 6])
            found = columns.structural(sites)
            rank, determined = columns.best(sites)
            assert (rank, determined) == (found.rank, found.identified), (case, columns.regression, sites)
            assert (rank == len(columns.names)) == found.full
            seen[found.full] += 1
            seen["some"] += 0 < len(determined) < len(columns.names)
        assert min(seen.values()) > 10, seen

    def test_sites_needed(self):
        """Each column is determined from the stated number of sites on, and not with fewer."""

        never = 0
        for case in cases():
            columns = Columns(case)
            found = columns.structural(None)
            at = {sites: columns.best(sites, draws=1) for sites in range(1, len(columns.names) + 2)}
            for name in columns.names:
                expected = next((sites for sites, (_, known) in at.items() if name in known), None)
                assert expected == found.sites_needed(name), (case, columns.regression, name)
                never += expected is None
            everything = [found.sites_needed(name) for name in columns.names]
            assert found.sites_for_all == (None if None in everything else max(everything))
            assert found.rank == found.limit == at[len(columns.names) + 1][0]
        assert never > 10


class TestKnownRanks:
    def test_figure_2_with_a_constant_arrow(self):
        """V -> NP the same in all sites: compliances proportional, rank 1 at any number of sites."""

        graph = nx.DiGraph([("T", "V"), ("V", "NP"), ("V", "Y"), ("NP", "Y")])
        graph.edges["V", "NP"]["varies"] = "none"
        design = Design(graph, treatment="T", outcome="Y", sites=50)

        found = structural_rank(design, ("V", "NP"), ("T",))

        assert (1, 1, frozenset()) == (found.rank, found.limit, found.identified)
        assert found.sites_needed("V") is None
        assert structural_rank(design, ("V",), ("T",)).full

    def test_three_parallel_mediators_need_three_sites(self):
        """K >= P, the paper's (ix.b); with two arms, 2 K >= P."""

        graph = nx.DiGraph([(arm, m) for arm in ("T1", "T2") for m in ("M1", "M2", "M3")])
        graph.add_edges_from((m, "Y") for m in ("M1", "M2", "M3"))
        design = Design(graph, treatment=["T1", "T2"], outcome="Y", sites=2)
        every = ("M1", "M2", "M3")

        assert structural_rank(design, every, ("T1",)).rank == 2
        assert structural_rank(design, every, ("T1", "T2")).rank == 3
        assert structural_rank(design, every, ("T1",)).sites_for_all == 3
        assert structural_rank(design, every, ("T1", "T2")).sites_for_all == 2

    def test_at_most_one_constant_compliance(self):
        """(ix.a): two compliances that do not vary cannot be told apart, one can."""

        graph = nx.DiGraph([("T", "M1"), ("T", "M2"), ("M1", "Y"), ("M2", "Y")])
        graph.edges["T", "M1"]["varies"] = "none"
        one = Design(graph, treatment="T", outcome="Y", sites=5)
        graph.edges["T", "M2"]["varies"] = "none"
        both = Design(graph, treatment="T", outcome="Y", sites=5)

        assert structural_rank(one, ("M1", "M2"), ("T",)).full
        assert structural_rank(both, ("M1", "M2"), ("T",)).rank == 1

    def test_an_intercept_needs_variation_and_one_site_more(self):
        """[1, r] has rank 2 from two sites on, and never where r is the same in all sites."""

        graph = nx.DiGraph([("T", "M1"), ("M1", "Y"), ("T", "Y")])
        varying = Design(graph, treatment="T", outcome="Y")
        graph.edges["T", "M1"]["varies"] = "none"
        constant = Design(graph, treatment="T", outcome="Y")

        assert structural_rank(varying, ("M1",), ("T",), ("T",)).sites_for_all == 2
        assert structural_rank(constant, ("M1",), ("T",), ("T",)).sites_for_all is None

    def test_two_arms_at_one_site_with_varying_persons(self):
        """Compliances of two arms on a chain differ by Cov_s(Gamma, Lambda): rank 2 with one site."""

        graph = nx.DiGraph([("T1", "M1"), ("T2", "M1"), ("M1", "M2"), ("M1", "Y"), ("M2", "Y")])
        persons = Design(graph, treatment=["T1", "T2"], outcome="Y", sites=1)
        nx.set_edge_attributes(graph, "sites", "varies")
        constant = Design(graph, treatment=["T1", "T2"], outcome="Y", sites=1)

        assert structural_rank(persons, ("M1", "M2"), ("T1", "T2")).rank == 2
        assert structural_rank(constant, ("M1", "M2"), ("T1", "T2")).rank == 1
