"""IDENTIFIED means identified: in populations that meet what was granted, the regression is the estimand.

The populations are made from the definition of the conditions, the regression is brute force; the engine says
only which strategy identifies what, and under which numerals.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from functools import cache
from random import Random

import networkx as nx
import pytest

from identcheck import Design, Population, Site, Verdict, check, direct, path, total
from identcheck.decide.estimands import Estimand
from identcheck.decide.strategies import Composed, Strategy
from tests.drawn import drawn
from tests.exact import oracle
from tests.exact.moderated import shares
from tests.exact.oracle import World
from tests.exact.worlds import random_design

MANY = 24
Edge = tuple[str, str]


@cache
def designs() -> tuple[Design, ...]:
    """Small random designs: one to four mediators, any number of sites."""
    made = (
        random_design(random, sites=random.choice([None, None, 1, 2, 3, 5]))
        for random in (Random(f"soundness {number}") for number in itertools.count())
    )
    return tuple(itertools.islice((d for d in made if len(d.mediators) <= 4), MANY))


def questions(design: Design) -> Iterator[Estimand]:
    """Every direct and total effect, and a few single paths."""
    inside = (*design.treatments, *design.mediators, design.outcome)
    for u, v in itertools.product(inside, inside[len(design.treatments) :]):
        if u != v and nx.has_path(design.causal, u, v):
            yield from (direct(u, v), total(u, v))
            for nodes in itertools.islice(nx.all_simple_paths(design.causal, u, v), 2):
                yield path(*nodes)


def downstream(strategy: Strategy | Composed) -> set[Edge]:
    """The edges of every D_u and of every bypass, by enumeration."""
    if isinstance(strategy, Composed):
        return set().union(*map(downstream, strategy.parts))
    design, reg = strategy.regression.design, strategy.regression
    found: set[Edge] = set()
    for start in (*reg.regressors, *reg.intercepts):
        kept = set(design.causal) - (set(reg.regressors) - {start})
        graph = design.causal.subgraph(kept | {reg.outcome})
        for nodes in nx.all_simple_paths(graph, start, reg.outcome):
            found.update(itertools.pairwise(nodes))
    return found


def world(strategy: Strategy | Composed, random: Random, granted: set[str], persons: int = 3) -> World:
    """Random coefficients as the design allows, that meet the granted conditions of this strategy.

    (vi): what is downstream is the same for all persons of a site. (vii): its site averages are the same in all
    sites. What is not granted is left to chance, within what the design says of its edges.
    """
    design = strategy.parts[0].regression.design
    below = downstream(strategy)
    edges = list(design.graph.edges)
    count = design.sites or max(len(part.regression.columns) for part in strategy.parts) + 3

    def draw() -> int:
        return random.choice([-5, -3, -2, -1, 1, 2, 3, 5, 7])

    def noise(edge: Edge) -> int:
        return random.choice([-1, 0, 2]) if design.varies(*edge) == "persons" else 0

    everywhere = {edge: draw() for edge in edges}
    alike = [
        {edge: everywhere[edge] + (0 if "vi" in granted else noise(edge)) for edge in edges}
        for _ in range(persons)
    ]
    sites = []
    for _ in range(count):
        here = {edge: everywhere[edge] if design.varies(*edge) == "none" else draw() for edge in edges}
        people = []
        for likeness in alike:
            person = {edge: here[edge] + noise(edge) for edge in edges}
            for edge in below:
                person[edge] = here[edge] if "vi" in granted else person[edge]
                person[edge] = likeness[edge] if "vii" in granted else person[edge]
            people.append(person)
        sites.append(tuple(people))
    return World(nx.DiGraph(design.graph), tuple(random.randint(1, 3) for _ in sites), tuple(sites))


def answer(strategy: Strategy | Composed, found: World):
    """The coefficient for the estimand, or the sum of products of coefficients; None where one is not determined."""
    if isinstance(strategy, Composed):
        known = {part: answer(part, found) for part in strategy.parts}
        if None in known.values():
            return None
        return sum(
            term.sign * oracle.prod(known[factor.strategy] for factor in term.factors)
            for term in strategy.terms
        )
    reg = strategy.regression
    if not reg.regressors:
        return found.between(found.site_effects(reg.arms[0], reg.outcome))
    regression = oracle.Regression(reg.outcome, reg.regressors, reg.arms, reg.intercepts)
    limit = regression.pooled_limit(found) if reg.pooled else regression.limit(found)
    return limit[reg.columns.index(strategy.column)]


def truth(found: World, target):
    """The average over persons, then sites, of the estimand."""
    if target.route is None:
        return found.between(found.site_effects(target.source, target.target, target.avoiding))
    values = [
        [oracle.prod(p[e] for e in itertools.pairwise(target.route)) for p in site] for site in found.persons
    ]
    return found.between(found.within(values))


class TestRegression:
    @pytest.mark.parametrize(
        "numerals",
        [["ix"], ["vi", "ix"], ["vii", "ix"], ["vi", "vii", "ix"]],
        ids=["ix", "vi", "vii", "vi and vii"],
    )
    def test_is_the_estimand_under_what_was_granted(self, numerals):
        """Every strategy whose every condition is granted or implied, by equality."""
        seen: Counter[str] = Counter()
        for number, design in enumerate(designs()):
            random = Random(f"world {number}")
            single = {"vi": "v", "ix": "vi"} if design.single else {}
            assume = {single.get(n, n) for n in numerals} & set(design.numerals)
            result = check(design, assume)
            for asked in questions(design):
                finding = result[asked]
                for strategy in finding.strategies:
                    if not finding.missing_for(strategy) and strategy.regressors:
                        usable = (
                            w
                            for w in worlds(strategy, random, set(numerals))
                            if answer(strategy, w) is not None
                        )
                        made = next(usable, None)
                        if (
                            made is None
                        ):  # an arrow of one regression is upstream in another, and now constant
                            assert isinstance(strategy, Composed)
                            continue
                        assert truth(made, finding.target) == answer(strategy, made), (
                            design,
                            asked,
                            strategy.name,
                        )
                        seen["all"] += 1
                        seen["composed"] += isinstance(strategy, Composed)
                        seen["intercept"] += strategy.intercept
                        seen["pooled"] += strategy.pooled
        assert seen["all"] > 20
        assert "vii" not in numerals or seen["pooled"] > 0  # listed only where it asks for less
        assert "vii" not in numerals or seen["composed"] > 5

    def test_is_the_estimand_where_the_missing_conditions_hold_too(self):
        """CONDITIONAL: what is missing suffices. Downstream nothing varies, so bypass and (S) hold as well."""
        seen = 0
        for number, design in enumerate(designs()):
            random = Random(f"missing {number}")
            for asked in questions(design):
                finding = check(design, "all")[asked]
                if finding.verdict is not Verdict.CONDITIONAL:
                    continue
                for strategy in finding.strategies:
                    made = [
                        w for w in worlds(strategy, random, {"vi", "vii"}) if answer(strategy, w) is not None
                    ]
                    for one in made[:1]:
                        assert truth(one, finding.target) == answer(strategy, one), (
                            design,
                            asked,
                            strategy.name,
                        )
                        seen += 1
        assert seen > 20

    def test_a_strategy_that_is_offered_can_be_used(self):
        """With (S) and the bypass met the coefficient is determined: conditions do not exclude one another."""
        for number, design in enumerate(designs()):
            random = Random(f"usable {number}")
            for asked in questions(design):
                finding = check(design, "all")[asked]
                for strategy in finding.strategies:
                    for part in strategy.parts:
                        if shares(part):  # the same downstream for all, it would be the same upstream
                            continue
                        tried = worlds(part, random, {"vi", "vii"})
                        assert any(answer(part, w) is not None for w in tried), (design, asked, part.name)

    def test_independent_edges_suffice(self):
        """Every coefficient varies, between sites and within, independently of all others: a full factorial."""
        checked = 0
        for arrows, varied in [
            ("T -> {M1 M2} -> Y; M1 -> M2", 5),
            ("T -> V -> NP -> Y; V -> Y", 4),
            ("T -> {M1 x} -> Y; M1 -> x", 5),
            ("{T1 T2} -> M -> Y; T1 -> Y", 4),
            ("T -> M1 -> M2 -> Y", 3),
        ]:
            design = drawn(arrows, unobserved=["x"] if "x" in arrows else [])
            edges = list(design.causal.edges)[:varied]
            found = factorial(design, edges)
            for asked in questions(design):
                finding = check(design, "all")[asked]
                for strategy in finding.strategies:
                    lacks = {c.kind for c in finding.missing_for(strategy)}
                    if not strategy.regressors or "shared" in lacks or shares(strategy):
                        continue  # what a bypass shares with a compliance makes them covary
                    if answer(strategy, found) is not None:
                        assert truth(found, finding.target) == answer(strategy, found), (
                            arrows,
                            asked,
                            strategy.name,
                        )
                        checked += 1
        assert checked > 15

    def test_a_shared_edge_spoils_it_even_so(self):
        """(S) is needed: all edges independent, and still the regression misses."""
        design = drawn(
            "T -> {M1 M2} -> Y; M1 -> x -> {M2 Y}", {"x -> Y": "none", "T -> M2": "none"}, unobserved=["x"]
        )
        finding = check(design, "all")[direct("M2", "Y")]
        edges = [("T", "M1"), ("M1", "x"), ("x", "M2"), ("M2", "Y")]
        found = factorial(design, edges)
        assert truth(found, finding.target) != answer(finding.best, found)
        held = factorial(design, [edge for edge in edges if edge != ("M1", "x")])
        assert truth(held, finding.target) == answer(finding.best, held)

    def test_the_engines_bias_is_the_same_miss(self):
        """One more way to the same number: bias() on the population of the shared edge."""
        design = drawn(
            "T -> {M1 M2} -> Y; M1 -> x -> {M2 Y}", {"x -> Y": "none", "T -> M2": "none"}, unobserved=["x"]
        )
        strategy = check(design)[direct("M2", "Y")].best
        found = factorial(design, [("T", "M1"), ("M1", "x"), ("x", "M2"), ("M2", "Y")])
        population = Population(design, [Site(persons) for persons in found.persons])
        miss = answer(strategy, found) - truth(found, check(design)[direct("M2", "Y")].target)
        assert population.evaluate(strategy.bias()["M2"]) == miss != 0


def worlds(strategy: Strategy, random: Random, granted: set[str]) -> Iterator[World]:
    """A few populations: one may be singular by chance."""
    return (world(strategy, random, granted) for _ in range(4))


def factorial(design: Design, edges: list[Edge]) -> World:
    """A site for every combination of two averages an edge; in each, two persons for the first edge's deviations."""
    base = {edge: 1 + place for place, edge in enumerate(design.causal.edges)}
    sites = []
    for signs in itertools.product((0, 3), repeat=len(edges)):
        here = base | {edge: base[edge] + sign for edge, sign in zip(edges, signs, strict=True)}
        free = [edge for edge in edges if design.varies(*edge) == "persons"][:2]
        people = [
            here | {edge: here[edge] + shift for edge, shift in zip(free, shifts, strict=True)}
            for shifts in itertools.product((-1, 1), repeat=len(free))
        ]
        sites.append(tuple(people))
    return World(nx.DiGraph(design.graph), (1,) * len(sites), tuple(sites))
