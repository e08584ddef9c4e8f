"""Where (vii), in the form in which it is granted, holds a bypass apart from the compliances (theory section 12).

The bundles that (vii) makes independent are read off the graph by networkx (``test_form_of_a_grant``), the populations are made
without the engine, and a covariance is a sum over paths, persons and sites.
"""

from __future__ import annotations

from collections import Counter
from random import Random

import networkx as nx

import identcheck as ic
from identcheck.decide.strategies import Strategy
from tests.drawn import FIGURE_1, drawn
from tests.exact.obliging import Enumerated, limit, truth
from tests.exact.questions import questions
from tests.exact.test_form_of_a_grant import as_population, broken, bundles, granting, on_ways

DESIGNS = 400
VARIES = ("persons", "persons", "sites", "none", "none")


def design(number: int) -> tuple[Random, ic.Design]:
    """One or two arms, up to three mediators; half of the arms' own arrows are the same in all sites."""
    random = Random(f"bypass granted {number}")
    arms = ["T"] if number % 3 else ["T1", "T2"]
    mediators = [f"M{k}" for k in range(1, random.choice((2, 3)) + 1)]
    graph: nx.DiGraph[str] = nx.DiGraph()
    for place, m in enumerate(mediators):
        before = [*arms, *mediators[:place]]
        graph.add_edges_from((b, m) for b in before if random.random() < 0.6)
        if m not in graph or not graph.in_degree(m):
            graph.add_edge(random.choice(arms), m)
        graph.add_edges_from([(m, "Y")] if random.random() < 0.8 or m == mediators[-1] else [])
    for m in mediators:
        if not graph.out_degree(m):
            graph.add_edge(m, "Y")
    for arm in arms:
        if arm not in graph:
            graph.add_edge(arm, mediators[0])
    for edge in graph.edges:
        own = edge[0] in arms and random.random() < 0.5
        graph.edges[edge]["varies"] = "none" if own else random.choice(VARIES)
    treatment = arms if len(arms) > 1 else arms[0]
    return random, ic.Design(graph, treatment=treatment, outcome="Y", sites=random.choice((None, 12)))


def around(strategy: Strategy) -> list[tuple[object, frozenset, frozenset]]:
    """Each bypass that is open, with the varying arrows of the compliances and those of the bypass, read off the graph."""
    made = strategy.regression.design
    graph = nx.DiGraph(made.causal)
    vary = {e for e in graph.edges if made.varies(*e) != "none"}
    found = []
    for c in strategy.conditions:
        if c.kind == "between" and hasattr(c, "arm") and not c.implied:
            ups = frozenset().union(*(on_ways(graph, c.arm, u) for u in strategy.regressors))
            found.append(
                (
                    c,
                    ups & vary,
                    on_ways(graph, c.arm, strategy.outcome, frozenset(strategy.regressors)) & vary,
                )
            )
    return found


class TestLicence:
    def test_it_is_where_one_bundle_of_the_grant_says_so(self):
        """Both ways, over random designs; and in populations that meet the grant the regression is exact."""
        seen: Counter[str] = Counter()
        for number in range(DESIGNS):
            random, made = design(number)
            result = ic.check(made, "all", prove=False)
            every = bundles(made, frozenset({"sites"}))
            for asked in (*(f.estimand for f in result), *questions(random, made, 3)):
                finding = result[asked]
                for strategy in finding.search.regressions if hasattr(finding.search, "alone") else ():
                    if not isinstance(strategy, Strategy) or strategy.excluded:
                        continue
                    for c, up, down in around(strategy):
                        kept = any(up <= ups - downs and down <= downs - ups for _, ups, downs in every)
                        assert (c.licence == {"vii"}) is kept, (number, asked, str(c))
                        seen["granted" if kept else "not"] += 1
                    if around(strategy) and not finding.missing_for(strategy):
                        seen[self.exact(random, finding, strategy, number)] += 1
        assert seen["granted"] > 40 < seen["not"], seen
        assert seen["exact"] > 40 > 4 * seen["no rank"], seen

    def exact(self, random: Random, finding: ic.Finding, strategy: Strategy, number: int) -> str:
        for _ in range(4):
            world = granting(random, finding.design)
            found = limit(world, strategy)
            if found is not None:
                assert found == truth(world, finding.target), (number, finding.estimand, strategy.name)
                for c, *_ in around(strategy):
                    theta = world.site_effects(c.arm, strategy.outcome, strategy.regressors)
                    for u in strategy.regressors:
                        assert world.between(world.site_effects(c.arm, u), theta) == 0
                if len(world.persons) <= 64 and number % 4 == 0:
                    assert broken(as_population(finding.design, world), frozenset({"sites"})) == []
                return "exact"
        return "no rank"


class TestFigure1:
    """T -> M2 the same in all sites: what goes around M1 is M2's effect, which (vii) holds apart from the compliance of M1."""

    def test_the_total_effect_by_its_own_regression(self):
        made = drawn(FIGURE_1, {"T -> M2": "none"}, sites=12)
        finding = ic.check(made, "all")["total M1 Y"]
        own = next(s for s in finding.strategies if s.regressors == ("M1",) and isinstance(s, Strategy))
        assert not finding.missing_for(own)
        (bypass,) = (c for c in own.conditions if hasattr(c, "arm"))
        assert bypass.rests_on(frozenset({"vii"})) == ("vii",)
        assert bypass.rests_on(frozenset({"bypass"})) == ("bypass",)
        assert not bypass.met(frozenset({"vi", "ix"}))

    def test_not_where_that_arrow_differs_between_sites(self):
        finding = ic.check(drawn(FIGURE_1, sites=12), "all")["total M1 Y"]
        assert finding.verdict is ic.Verdict.CONDITIONAL
        assert {c.key for c in finding.missing} == {"bypass"}

    def test_not_where_a_correlation_is_declared(self):
        made = drawn(FIGURE_1, {"T -> M2": "none"}, sites=12)
        made = made.declaring(ic.correlated("T -> M1", "M2 -> Y", "sites"))
        finding = ic.check(made, "all")["total M1 Y"]
        assert finding.verdict is not ic.Verdict.IDENTIFIED

    def test_a_population_that_breaks_vii_breaks_the_regression(self):
        """The effect of M2 grows with the compliance of M1: the slope takes it up."""
        made = drawn(FIGURE_1, {"T -> M2": "none"}, sites=12)
        finding = ic.check(made, "all")["total M1 Y"]
        own = next(s for s in finding.strategies if s.regressors == ("M1",) and isinstance(s, Strategy))
        alike = {("T", "M2"): 1, ("M1", "M2"): 0, ("M1", "Y"): 2}
        world = Enumerated(
            nx.DiGraph(made.graph),
            (1, 1, 1),
            tuple((alike | {("T", "M1"): x, ("M2", "Y"): x},) for x in (1, 2, 3)),
        )
        assert (limit(world, own), truth(world, finding.target)) == (3, 2)
        assert broken(as_population(made, world), frozenset({"sites"}))
