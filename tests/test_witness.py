"""NOT_IDENTIFIED always comes with a witness, checked here again without the engine.

Two populations with the same r_vs for every arm and measured node in every site, that meet what was granted
and differ in the estimand. Effects are recomputed by enumerating paths.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache
from math import prod
from random import Random

import networkx as nx
import pytest

from identcheck import Design, Population, Site, Verdict, Witness, check, compliance, direct, total
from identcheck.decide.conditions import Between
from identcheck.decide.estimands import Estimand
from identcheck.decide.identification import Finding
from identcheck.decide.population.meeting import exempt, meets
from identcheck.decide.worlds import NUMBERED, OWN, all_met, grantable, met_by, shown
from tests.drawn import FIGURE_2, drawn
from tests.exact.worlds import random_design
from tests.tools import often

MANY = often(150, 300)


@cache
def designs() -> tuple[Design, ...]:
    """Random designs of one to four mediators, every mixture of varies, latents, arms and T -> Y."""
    found: list[Design] = []
    for number in itertools.count():
        random = Random(f"witness {number}")
        design = random_design(random, sites=random.choice([None, 1, 2, 2, 3, 4, 6]))
        if len(design.mediators) <= 4:
            found.append(design)
        if len(found) == MANY:
            return tuple(found)
    raise AssertionError


@cache
def findings() -> tuple[Finding, ...]:
    """Every default finding of every design, with the nine granted."""
    return tuple(finding for design in designs() for finding in check(design, "all").findings)


def refuted() -> Iterator[Finding]:
    return (finding for finding in findings() if finding.verdict is Verdict.NOT_IDENTIFIED)


@cache
def routes(design: Design, u: str, v: str, avoiding: frozenset[str]) -> list[list[tuple[str, str]]]:
    """Every directed path, as its edges, found by networkx."""
    graph = design.graph.subgraph(set(design.graph) - (avoiding - {u, v}))
    return [list(itertools.pairwise(nodes)) for nodes in nx.all_simple_paths(graph, u, v)]


def average(site: Site, design: Design, u: str, v: str, avoiding: frozenset[str] = frozenset()) -> Fraction:
    """The site-average effect of u on v: the sum over paths of the products along them, averaged."""
    found = routes(design, u, v, avoiding)
    persons = [
        sum((Fraction(prod(p[e] for e in route)) for route in found), Fraction(0)) for p in site.persons
    ]
    return sum(persons, Fraction(0)) / len(persons)


def observed(population: Population) -> list[list[Fraction]]:
    design = population.design
    nodes = [*(m for m in design.mediators if m not in design.unobserved), design.outcome]
    return [
        [average(site, design, arm, node) for arm in design.treatments for node in nodes]
        for site in population.sites
    ]


def average_last(site: Site, design: Design, arm: str, last: str) -> Fraction:
    """The site mean of the products along the paths whose last measured mediator is this one; of the arm's, none."""
    start = last if last in design.treatments else arm
    routes = []
    for nodes in nx.all_simple_paths(design.causal, start, design.outcome):
        met = [n for n in nodes if n in design.observed_mediators]
        if (met[-1:] or [start]) == [last]:
            routes.append(list(itertools.pairwise(nodes)))
    each = [
        sum((prod((Fraction(p[e]) for e in r), start=Fraction(1)) for r in routes), Fraction(0))
        for p in site.persons
    ]
    return sum(each, Fraction(0)) / len(each)


def value(population: Population, estimand: Estimand) -> Fraction:
    """The estimand by its definition, averaged over sites."""
    design = population.design
    arm = estimand.arm or design.treatments[0]
    ends = {"itt": (arm, design.outcome), "compliance": (arm, *estimand.nodes)}.get(
        estimand.kind, estimand.nodes
    )
    avoiding = frozenset(design.mediators) if estimand.kind == "direct" else frozenset()
    weights = [Fraction(site.weight) for site in population.sites]
    if estimand.kind == "mediated":
        means = [average_last(site, design, arm, *estimand.nodes) for site in population.sites]
        return sum((w * x for w, x in zip(weights, means, strict=True)), Fraction(0)) / sum(weights)
    means = [average(site, design, *ends, avoiding - set(ends)) for site in population.sites]
    return sum((w * x for w, x in zip(weights, means, strict=True)), Fraction(0)) / sum(weights)


class TestRandomDesigns:
    def test_each_verdict_occurs_and_few_are_undecided(self):
        """Shares with the nine granted; pytest -s shows them."""
        counts = Counter(finding.verdict for finding in findings())
        shares = {v.value: f"{counts[v] / len(findings()):.1%}" for v in Verdict}
        print(f"\n{len(findings())} findings of {MANY} designs: {shares}")
        for v in (Verdict.IDENTIFIED, Verdict.CONDITIONAL, Verdict.NOT_IDENTIFIED):
            assert counts[v] > len(findings()) / 20
        assert counts[Verdict.UNDECIDED] < len(findings()) / 10

    def test_a_witness_where_not_identified_and_nearly_always_where_conditional(self):
        """Everything granted may suffice in a way that no strategy uses; then there is no witness for CONDITIONAL."""
        shown = Counter((finding.verdict, finding.witness() is not None) for finding in findings())
        assert not shown[Verdict.IDENTIFIED, True]
        assert not shown[Verdict.NOT_IDENTIFIED, False]
        assert shown[Verdict.CONDITIONAL, True] > 9 * shown[Verdict.CONDITIONAL, False]

    def test_the_same_data_and_another_answer(self):
        for finding in refuted():
            witness = finding.witness()
            assert witness.verify()
            assert witness.estimand == finding.estimand
            first, second = value(witness.first, finding.estimand), value(witness.second, finding.estimand)
            assert witness.values == (first, second)
            assert first != second
            assert observed(witness.first) == observed(witness.second)

    def test_both_worlds_obey_the_design(self):
        """The number of sites, what varies, and every effect of the graph.

        More kinds of sites only where (vii) cannot hold path by path in so few: then they stand for the population of sites.
        """
        more = 0
        for finding in refuted():
            design = finding.design
            for world in (finding.witness().first, finding.witness().second):
                more += design.sites not in (None, len(world.sites))
                assert design.sites is None or len(world.sites) >= design.sites
                for edge in design.causal.edges:
                    sites = [{person[edge] for person in site.persons} for site in world.sites]
                    assert design.varies(*edge) == "persons" or all(len(found) == 1 for found in sites)
                    assert design.varies(*edge) != "none" or len(set().union(*sites)) == 1
        assert more <= 8

    def test_both_worlds_meet_the_nine(self):
        """Constant within sites gives (vi); constant arrows between mediators give (vii) for every W and node."""
        for finding in refuted():
            design = finding.design
            for world in (finding.witness().first, finding.witness().second):
                assert all(
                    len({person[e] for person in site.persons}) == 1
                    for site in world.sites
                    for e in design.causal.edges
                )
                for strategy in (*finding.strategies, *finding.ruled_out):
                    for condition in strategy.conditions:
                        if isinstance(condition, Between) and condition.shared:
                            continue  # without (S) its (vii) is not to be had
                        if condition.kind in ("within", "between") and condition.granted_by:
                            sites = range(len(world.sites)) if condition.kind == "within" else [None]
                            assert all(
                                world.evaluate(m, s) == 0 for m in condition.moments(None) for s in sites
                            )

    def test_effects_below_the_arms_are_the_same_in_all_sites(self):
        """So each average effect of a mediator is that of every site, and no weighting of sites explains the gap.

        Unless compliances could not differ between sites otherwise.
        """
        seen = Counter()
        for finding in refuted():
            if finding.design.sites == 1 or finding.target.source in finding.design.treatments:
                continue
            for world in (finding.witness().first, finding.witness().second):
                inside = {*finding.design.mediators, finding.design.outcome}
                for edge in finding.design.causal.subgraph(inside).edges:
                    values = {person[edge] for site in world.sites for person in site.persons}
                    seen["arrows"] += 1
                    seen["varying"] += len(values) > 1
        assert seen["varying"] < 0.05 * seen["arrows"]


LITERACY = "T -> {P H} -> A; {P H A} -> Y"


class TestShown:
    """Which worlds are shown: they agree with what the reason says, and meet what no numeral grants wherever that can be."""

    finding_of = staticmethod(
        cache(lambda sites=30: check(drawn(LITERACY, unobserved=["H"], sites=sites), "all"))
    )
    effects = (direct("H", "Y"), total("H", "Y"), direct("H", "A"), compliance("H"))

    def test_effects_of_an_unmeasured_node_have_opposite_signs(self):
        seen = Counter()
        for finding in refuted():
            witness, target = finding.witness(), finding.target
            if {target.source, target.target} & finding.design.unobserved and witness.exact:
                first, second = (
                    value(witness.first, finding.estimand),
                    value(witness.second, finding.estimand),
                )
                seen[first * second < 0] += 1
                assert first * second < 0 or first * second == 0
        assert seen[True] > 50
        assert not seen[False]

    def test_one_pair_serves_all_effects_of_the_node(self):
        worlds = {id(self.finding_of()[effect].witness().first) for effect in self.effects}
        assert len(worlds) == 1
        for effect in self.effects:
            witness = self.finding_of()[effect].witness()
            first, second = witness.values
            assert first * second < 0
            assert abs(first) != abs(second)
            assert observed(witness.first) == observed(witness.second)

    @pytest.mark.parametrize("sites", [None, 4, 29, 30, 31, 200])
    def test_they_meet_the_bypass_and_the_shared_arrow_with_each_site_counted_once(self, sites):
        """By their definitions: T -> H alike in all sites, and what goes around P and A unrelated to the compliances."""
        witness = self.finding_of(sites)[direct("H", "Y")].witness()
        assert all_met(witness)
        for world in (witness.first, witness.second):
            design, found = world.design, world.sites
            number = sum(site.number for site in found)
            shares = [Fraction(site.number, number) for site in found]
            assert shares == world.shares or sites in (29, 31)
            assert len({site.persons[0]["T", "H"] for site in found}) == 1
            around = [average(site, design, "T", "Y", frozenset({"P", "A"})) for site in found]
            for node in ("P", "A"):
                reached = [average(site, design, "T", node) for site in found]
                means = [
                    sum(w * x for w, x in zip(world.shares, xs, strict=True)) for xs in (around, reached)
                ]
                both = sum(w * a * b for w, a, b in zip(world.shares, around, reached, strict=True))
                assert both == means[0] * means[1]

    def test_no_more_is_claimed_than_is_met(self):
        """A world that breaks the shared arrow alone is not said to meet everything."""
        witness = self.finding_of()[direct("H", "Y")].witness()
        assert met_by(witness) == f"{NUMBERED}, and the bypass as well"

        def moved(world):
            sites = [
                replace(site, persons=[p | {("T", "H"): p["T", "H"] + n % 2} for p in site.persons])
                for n, site in enumerate(world.sites)
            ]
            return Population(world.design, sites)

        assert met_by(replace(witness, first=moved(witness.first), second=moved(witness.second))) == NUMBERED

    def test_what_is_said_to_be_met_is_met(self):
        """Of each finding: everything, all that is numbered, or what its own regressions ask of what is numbered."""
        said = Counter()
        for finding in refuted():
            witness = finding.witness()
            broken = [
                c
                for c in grantable(finding.design)
                for world in (witness.first, witness.second)
                if not (meets(world, c) or exempt(world, c))
            ]
            said[met_by(witness) if met_by(witness) in (OWN, NUMBERED) else "all"] += 1
            if met_by(witness) == NUMBERED:
                assert broken
                assert not any(c.granted_by for c in broken)
            elif met_by(witness) != OWN:
                assert not broken
        assert said["all"] > 2 * (said[OWN] + said[NUMBERED])

    def test_verdicts_stand_where_no_better_worlds_are_found(self):
        """What settled the verdict is kept."""
        for finding in refuted():
            assert finding._witness is not None
            assert shown(finding._witness).verify()


class TestVerify:
    design = drawn(FIGURE_2, {"V -> NP": "none"}, sites=3)
    finding = check(design, "all")[direct("V", "Y")]

    def test_good(self):
        assert self.finding.witness().verify()
        assert str(self.finding.witness()).startswith(
            "two worlds with the same site effects: in the first direct(V, Y) is "
        )

    def changed(self, edge: tuple[str, str], amount: int) -> Population:
        second = self.finding.witness().second
        sites = [
            Site([p | {edge: p[edge] + amount} for p in site.persons], site.weight) for site in second.sites
        ]
        return Population(self.design, sites)

    def test_other_data_are_found_out(self):
        witness = self.finding.witness()
        for edge in self.design.causal.edges:
            broken = Witness(
                witness.first, self.changed(edge, 1), witness.estimand, witness.target, witness.granted
            )
            assert not broken.verify()

    def test_the_same_answer_is_found_out(self):
        witness = self.finding.witness()
        same = Witness(witness.first, witness.first, witness.estimand, witness.target, witness.granted)
        assert not same.verify()

    def test_a_broken_condition_is_found_out(self):
        """The same r_s and another total effect, but it goes with compliance within a site: (vi) fails."""
        design = drawn("T -> M -> Y", sites=2)
        granted = [
            c
            for c in check(design)[total("M", "Y")].strategies[0].conditions
            if c.kind in ("within", "between")
        ]
        target = check(design)[total("M", "Y")].target

        def world(*sites: list[tuple[int, int]]) -> Population:
            return Population(
                design, [Site([{("T", "M"): g, ("M", "Y"): d} for g, d in persons]) for persons in sites]
            )

        flat = world([(1, 6)], [(2, 6)])
        apart = world([(1, 6)], [(2, 3), (2, 9)])
        assert not Witness(flat, apart, total("M", "Y"), target, tuple(granted)).verify()  # the same answer
        tilted = world([(1, 6)], [(1, 8), (3, Fraction(16, 3))])
        assert flat.observed() == tilted.observed()
        assert not Witness(flat, tilted, total("M", "Y"), target, tuple(granted)).verify()
        assert Witness(flat, tilted, total("M", "Y"), target).verify()  # nothing granted, nothing broken

    def test_a_hidden_end_is_rescaled(self):
        witness = check(drawn("T -> x -> Y", unobserved=["x"], sites=2), "all")[compliance("x")].witness()
        first, second = witness.values
        assert second == -2 * first  # and the other way round
