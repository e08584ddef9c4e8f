"""Parts as the whole less the others, the others' effects by rows of other arms (theory section 16), against enumeration.

Random designs with several arms whose arrows vary over persons, over sites or not at all. Populations are solutions of the linear
equations that the strategy's own conditions are (``obliging``); whole, parts and regressions are sums over paths and persons.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from random import Random

import networkx as nx
import pytest

import identcheck as ic
from identcheck.decide.strategies import Composed
from tests.drawn import drawn
from tests.exact.obliging import Enumerated, asked_by, limit, meets, obliging, truth
from tests.exact.test_form_of_a_grant import factorises

DESIGNS = 240
VARIES = ("persons", "sites", "none")


def design(number: int) -> ic.Design:
    """Two or three arms, up to three mediators, arrows of every kind."""
    random = Random(f"other rows {number}")
    arms = [f"T{k}" for k in range(1, random.choice((2, 3)) + 1)]
    mediators = [f"M{k}" for k in range(1, random.choice((2, 3)) + 1)]
    graph: nx.DiGraph[str] = nx.DiGraph()
    for arm in arms:
        for m in random.sample(mediators, random.choice((1, 1, 2))):
            graph.add_edge(arm, m)
    for place, m in enumerate(mediators):
        graph.add_edge(m, "Y")
        for later in mediators[place + 1 :]:
            if random.random() < 0.4:
                graph.add_edge(m, later)
        if not set(graph.predecessors(m)):
            graph.add_edge(arms[0], m)
    for edge in graph.edges:
        graph.edges[edge]["varies"] = random.choice(VARIES)
    return ic.Design(graph, treatment=arms, outcome="Y", sites=random.choice((None, 5, 12)))


def under_grants(name: str) -> Iterator[tuple[ic.Design, Random, str, int, ic.Finding]]:
    """The findings of random designs, each under three grants; with one stream of numbers for each design."""
    for number in range(DESIGNS):
        made, random = design(number), Random(f"{name} {number}")
        for granted in ("ix", "vi,ix", "vii,ix"):
            for finding in ic.check(made, granted, prove=False):
                yield made, random, granted, number, finding


def tried(made: ic.Design, random: Random, finding: ic.Finding, at: tuple[int, str]) -> str:
    """Whether the best strategy gives the effect, "exact", in a population that meets its conditions; "open" without one."""
    best = finding.best
    every = asked_by(best)
    wanted = [one for one, condition in every if not condition.implied]
    worlds = (obliging(random, made, wanted, random.choice([0, 0.3, 0.6])) for _ in range(6))
    world = next((w for w in worlds if limit(w, best) is not None), None)
    if world is None:
        return "open"
    assert all(meets(world, one) for one, _ in every if one.kind != "rank"), (at, best.name)
    assert limit(world, best) == truth(world, finding.target), (at, best.name)
    return "exact"


def less_others(strategy: object) -> bool:
    """Whether it takes the other parts from the whole."""
    return isinstance(strategy, Composed) and len(strategy.terms) > 1 and strategy.terms[0].sign == 1


class TestExact:
    def test_the_whole_less_the_others_is_the_part(self):
        """Under random grants; equality of fractions wherever the strategy has every condition."""
        seen: Counter[str] = Counter()
        for made, random, granted, number, finding in under_grants("populations"):
            if finding.estimand.kind != "mediated" or not less_others(finding.best):
                continue
            if finding.verdict is not ic.Verdict.IDENTIFIED:
                continue
            seen[tried(made, random, finding, (number, granted))] += 1
        assert seen["exact"] > 60 > 5 * seen["open"], seen

    def test_by_hand(self):
        """T1 moves M1, and M2 through it; T2 gives the effect of M2, which is the same for all. M1's effect is anything."""
        arrows = {"T2 -> M2": "none", "M1 -> M2": "none", "M2 -> Y": "none"}
        made = drawn("T1 -> M1 -> {M2 Y}; T2 -> M2 -> Y", arrows, sites=2)
        finding = ic.check(made, "ix")["mediated M1 arm=T1"]
        assert finding.verdict is ic.Verdict.IDENTIFIED
        assert {"vi", "vii"}.isdisjoint(finding.rests_on)
        persons = [
            {("T1", "M1"): t, ("M1", "Y"): x, ("T2", "M2"): 3, ("M1", "M2"): 2, ("M2", "Y"): 5}
            for t, x in ((1, 7), (2, 1), (4, 3), (0, 9))
        ]
        world = Enumerated(
            nx.DiGraph(made.graph), (1, 2), (tuple(persons), ({**persons[1], ("M1", "Y"): 4},))
        )
        by_hand = Fraction(7 + 2 + 12, 4) / 3 + Fraction(2 * 2 * 4, 3)
        assert limit(world, finding.best) == truth(world, finding.target) == by_hand

    @pytest.mark.parametrize("between", ["none", "sites"])
    def test_site_by_site_where_the_other_arm_does_the_same_everywhere(self, between: str):
        """The effect of M2 differs between sites; T2 moves it alike in all, so that each site's contrasts give it."""
        varies = {"T2 -> M2": "none", "M1 -> M2": between, "M2 -> Y": "sites"}
        made = drawn("T1 -> M1 -> {M2 Y}; T2 -> M2 -> Y", varies, sites=3)
        finding = ic.check(made, "ix")["mediated M1 arm=T1"]
        assert finding.verdict is ic.Verdict.IDENTIFIED
        assert finding.best.site_by_site
        random = Random(between)
        sites = []
        for s in range(3):
            alike = {("T2", "M2"): 3, ("M1", "M2"): 1 + s * (between == "sites"), ("M2", "Y"): 2 + 5 * s}
            own = [
                {("T1", "M1"): random.randint(-3, 5), ("M1", "Y"): random.randint(-4, 9)} for _ in range(3)
            ]
            sites.append(tuple(alike | one for one in own))
        world = Enumerated(nx.DiGraph(made.graph), (1, 2, 4), tuple(sites))
        assert limit(world, finding.best) == truth(world, finding.target)

    @pytest.mark.parametrize("between", ["none", "sites", "persons"])
    def test_within_sites_the_pair_has_to_be_unrelated(self, between: str):
        """What T1 does to M2 is multiplied with the effect of M2: where both vary from person to person, (vi) is needed."""
        varies = {"T2 -> M2": "none", "M1 -> M2": between, "M2 -> Y": "persons"}
        made = drawn("T1 -> M1 -> {M2 Y}; T2 -> M2 -> Y", varies, sites=9)
        finding = ic.check(made, "ix")["mediated M1 arm=T1"]
        assert finding.verdict is ic.Verdict.CONDITIONAL
        assert finding.witness().verify()


class TestBarred:
    """A correlation with one arm's arrow is declared: (vi) is not granted of rows of that arm, but of those of another."""

    made = drawn("T1 -> M1 -> M3; T2 -> M2 -> M3; M3 -> Y", sites=6).declaring(
        ic.correlated("M3 -> Y", "T1 -> M1", "persons")
    )

    def test_rows_of_the_other_arm_are_left(self):
        finding = ic.check(self.made, "all")["direct M3 Y"]
        assert finding.verdict is ic.Verdict.IDENTIFIED
        assert finding.best.arms == ("T2",)
        both = ic.check(self.made, ["vii", "ix"])["direct M3 Y"]
        assert {c.assumption for c in both.missing} == {"vi"}
        assert both.witness().verify()

    def test_exact_where_that_arm_is_as_declared(self):
        """Random populations: who gains more is moved more by T1, in every site, and no more or less by T2."""
        finding = ic.check(self.made, "all")["direct M3 Y"]
        off = 0
        for number in range(60):
            random = Random(f"barred {number}")
            gains = [random.randint(-3, 6) for _ in range(2)]
            fixed = {("M1", "M3"): random.randint(1, 3), ("M2", "M3"): random.randint(1, 3)}
            sites = []
            for _ in range(3):
                moved = [random.randint(-2, 5) for _ in range(2)]
                times = random.randint(1, 3)
                sites.append(
                    tuple(
                        fixed | {("M3", "Y"): y, ("T1", "M1"): times * y + 1, ("T2", "M2"): b}
                        for y in gains
                        for b in moved
                    )
                )
            world = Enumerated(nx.DiGraph(self.made.graph), (1, 2, 3), tuple(sites))
            found = limit(world, finding.best)
            if found is None:
                continue
            assert all(meets(world, one) for one, _ in asked_by(finding.best))
            assert found == truth(world, finding.target)
            t1 = replace(finding.best, regression=replace(finding.best.regression, arms=("T1",)))
            off += limit(world, t1) not in (None, found)
        assert off > 30

    def test_the_grant_of_the_other_arm_holds_in_worlds(self):
        """A part of T2 by the effect of M1 on Y, which T3's compliance is correlated with: path by path for T1, T2."""
        arrows = "{T1 T2 T3} -> {M1 M2} -> Y; M1 -> M2"
        made = drawn(arrows, sites=7).declaring(ic.correlated("M1 -> Y", "T3 -> M1", "sites"))
        finding = ic.check(made, ["vi", "vii"])["mediated M1 arm=T2"]
        assert finding.verdict is ic.Verdict.CONDITIONAL
        witness = finding.witness()
        assert witness.verify()
        own = {("T1", "M1"), ("T2", "M1"), ("T1", "M2"), ("T2", "M2"), ("M1", "M2")}
        for world in (witness.first, witness.second):
            pairs = [
                (
                    tuple(sorted((e, sum(p[e] for p in site.persons)) for e in own)),
                    sum(p["M1", "Y"] for p in site.persons),
                    Fraction(site.weight),
                )
                for site in world.sites
            ]
            assert factorises(pairs)


class TestFewerArms:
    """What is not granted may hold by design for the rows of some arms, whose arrows are the same for all, or in a site."""

    def test_exact_where_the_verdict_rests_on_rows_of_fewer_arms(self):
        seen: Counter[str] = Counter()
        for made, random, granted, number, finding in under_grants("fewer"):
            best = finding.best
            if best is None or best in (*finding.search.strategies, *finding.by_choice):
                continue
            assert finding.verdict is ic.Verdict.IDENTIFIED
            assert best in finding.strategies
            seen[tried(made, random, finding, (number, granted))] += 1
        assert seen["exact"] > 10 * seen["open"], seen
        assert seen["exact"] > 30, seen

    def test_as_many_arms_as_have_everything(self):
        """T3 moves M by as much in every person of a site, so (vi) is not needed of it; with (vi), rows of all arms serve."""
        made = drawn("{T1 T2 T3} -> M -> Y", {"T2 -> M": "sites", "T3 -> M": "sites"}, sites=5)
        assert ic.check(made, ["vii", "ix"])["direct M Y"].best.arms == ("T2", "T3")
        assert ic.check(made, ["vi", "vii", "ix"])["direct M Y"].best.arms == ("T1", "T2", "T3")
        left = ic.check(made, ["ix"])["direct M Y"]
        assert left.verdict is ic.Verdict.CONDITIONAL
        assert left.witness().verify()
