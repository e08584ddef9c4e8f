"""Verdicts on random designs: the graphical criterion, witnesses, and what granting more can do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random

import networkx as nx

from identcheck.decide.estimands import Estimand, direct, resolve, total
from identcheck.decide.identification import Verdict, check, default_estimands
from identcheck.decide.population import Population
from identcheck.decide.strategies import find_strategies
from identcheck.describe.design import Design
from tests.exact.crossed import on_paths
from tests.exact.found import brute_force, design
from tests.exact.oracle import World
from tests.exact.worlds import MANY


class TestGraphicalCriterion:
    def test_through_the_origin_iff_nothing_beyond_the_source_is_bypassed(self):
        """One arm: a strategy without intercept exists iff no node beyond u has a bypass from treatment.

        A direct effect has one only if, besides, no path through unobserved nodes alone runs beside it.
        """

        seen = Counter()
        for number in range(MANY):
            made = design(number)
            if len(made.treatments) > 1:
                continue
            (arm,) = made.treatments
            for estimand in questions(made):
                u, v = estimand.nodes
                avoiding = set(made.mediators) if estimand.kind == "direct" else set()
                beyond = {b for _, b in on_paths(made.graph, u, v, avoiding)}
                hidden = set(made.unobserved)
                bypassed = any(reached_through(made.graph, arm, b, hidden) for b in beyond)
                leaves = on_paths(made.graph, u, v, set(made.mediators) - hidden)
                mixed = estimand.kind == "direct" and leaves != {(u, v)}
                strategies = find_strategies(made, resolve(made, estimand)).strategies
                expected = not bypassed and not mixed
                assert expected == any(not s.intercept for s in strategies), (number, made, estimand)
                seen["bypassed"] += bypassed
                seen["mixed"] += mixed
                seen["neither"] += expected
        assert min(seen.values()) > MANY / 20, seen


def questions(made: Design) -> Iterator[Estimand]:
    """Direct and total effects of measured mediators on measured nodes downstream."""
    measured = [m for m in made.mediators if m not in made.unobserved]
    for u in measured:
        for v in [*measured, made.outcome]:
            if u != v and nx.has_path(made.graph, u, v):
                yield total(u, v)
                if made.graph.has_edge(u, v):
                    yield direct(u, v)


def reached_through(graph: nx.DiGraph, arm: str, node: str, hidden: set[str]) -> bool:
    """Whether a path leads from the arm to the node through unobserved nodes only."""
    return nx.has_path(graph.subgraph({arm, node} | hidden), arm, node)


class TestWitness:
    def test_shows_what_it_claims(self):
        """Equal r_vs in every site for every arm and measured node, a different estimand, by brute force."""

        shown = 0
        for number in range(0, MANY, 6):
            made = design(number)
            for finding in check(made, assume="all").findings:
                witness = finding.witness()
                refuted = finding.verdict is Verdict.NOT_IDENTIFIED
                assert (witness is not None) >= refuted
                assert refuted or witness is None or finding.verdict is Verdict.CONDITIONAL
                if witness is None:
                    continue
                worlds = [as_world(made, side) for side in (witness.first, witness.second)]
                nodes = [m for m in made.mediators if m not in made.unobserved] + [made.outcome]
                for arm in made.treatments:
                    for node in nodes:
                        first, second = (world.site_effects(arm, node) for world in worlds)
                        assert first == second, (number, made, finding.estimand)
                first, second = (brute_force(made, world, finding.estimand) for world in worlds)
                assert first != second, (number, made, finding.estimand)
                assert witness.verify()
                shown += 1
        assert shown > 50


def as_world(made: Design, side: Population) -> World:
    weights = tuple(int(site.weight) for site in side.sites)
    return World(nx.DiGraph(made.graph), weights, tuple(tuple(site.persons) for site in side.sites))


class TestVerdicts:
    def test_granting_more_never_identifies_less(self):
        """What is identified under some numerals is identified under more of them, and never refuted."""

        seen = Counter()
        for number in range(0, MANY, 10):
            made = design(number)
            random = Random(f"granted {number}")
            few = [numeral for numeral in made.numerals if random.random() < 0.7]
            less, more, every = (check(made, assume=some) for some in ([], few, "all"))
            for estimand in default_estimands(made):
                verdicts = [result[estimand].verdict for result in (less, more, every)]
                identified = [verdict is Verdict.IDENTIFIED for verdict in verdicts]
                assert identified == sorted(identified), (number, made, estimand, few)
                assert len({v in (Verdict.IDENTIFIED, Verdict.CONDITIONAL) for v in verdicts}) == 1
                seen[verdicts[-1]] += 1
        assert min(seen[v] for v in Verdict if v not in (Verdict.UNDECIDED, Verdict.NO_SINGLE_NUMBER)) > 10, (
            seen
        )
