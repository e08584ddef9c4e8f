"""Drawn causes, what is granted path by path, sites by themselves and parts of the whole, all in one design.

A strategy whose every condition is granted or implied gives the effect, exactly, in populations that obey what is drawn and
what is granted, and break what is not: where (vi) or (vii) is not granted, a cause that is not drawn moves arrows within sites,
or between them. Estimates and effects are worked out from persons, and so are the two worlds of what is not identified.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import combinations
from math import prod
from random import Random

import networkx as nx
import pytest

from identcheck import Design, Modifier, Verdict, check
from identcheck.decide.strategies import Composed
from identcheck.derive.paths import paths
from tests.exact.moderated import (
    Obeying,
    arrows,
    average,
    averaged,
    estimate,
    of_site,
    random_design,
    shares,
    solved,
    truth,
)
from tests.exact.test_modified_worlds import (
    contrasts,
    drawn_graph,
    effect,
    function_of_cause,
    independent,
    spread,
)

DESIGNS, PARTS = 90, 4
KINDS = ({}, {}, {"bypass": True}, {"arms": True}, {"arms": True}, {"sites": 1}, {"sites": 3}, {"sites": 6})


def asked(part):
    """Designs with modifiers, and what is granted of each: all numerals, or some of them."""
    for number in range(DESIGNS):
        random = Random(f"together {part} {number}")
        design = random_design(random, modifiers=(1, 2), **random.choice(KINDS))
        said = design._said() | {"works_everywhere": random.random() < 0.5}
        if random.random() < 0.25 and len(design.mediators) > 1:
            said["unobserved"] = [random.choice(design.mediators)]
        design = Design(design.graph, **said)
        numerals = (
            {n for n in design.numerals if random.random() < 0.8}
            if random.random() < 0.6
            else {*design.numerals}
        )
        yield (
            random,
            design,
            frozenset(numerals | random.choice([set(), {"bypass"}, {"product"}, {"everywhere"}])),
        )


def breaking(design, granted):
    """The design with causes of what is not granted to be unrelated."""
    more = []
    whole = ("v",) if design.single else None
    for level, numerals in (
        ("persons", whole or ("vi", "v.a", "v.b")),
        ("sites", whole or ("vii", "v.a", "v.b")),
    ):
        edges = [e for e in design.causal.edges if design.varies(*e) in ("persons", level)]
        if granted.isdisjoint(numerals) and len(edges) > 1 and (level == "persons" or design.sites != 1):
            balanced = {"balanced": True} if level == "persons" else {}
            more.append(Modifier(f"undrawn {level}", edges, level=level, scale="binary", **balanced))
    return Design(design.graph, **design._said() | {"modifiers": [*design.modifiers, *more]})


# -- from persons ----------------------------------------------------------------------


def in_each_site(population, part):
    """What the contrasts of each site by itself give for one coefficient; None where they leave it open."""
    reg, found = part.regression, []
    for _, persons in population.sites:

        def mean(arm, node, persons=persons):
            return of_site(persons, list(paths(population.design, arm, node)))

        if not reg.regressors:
            found.append(mean(reg.arms[0], reg.outcome))
            continue
        rows = [[mean(arm, u) for u in reg.regressors] for arm in reg.arms]
        size = range(len(reg.regressors))
        normal = [[sum(row[i] * row[j] for row in rows) for j in size] for i in size]
        right = [
            sum(row[i] * mean(arm, reg.outcome) for row, arm in zip(rows, reg.arms, strict=True))
            for i in size
        ]
        values = solved(normal, right)
        if values is None:
            return None
        found.append(values[reg.regressors.index(part.column)])
    return found


def over_sites(population, values):
    total = sum(share for share, _ in population.sites)
    return sum(Fraction(share, total) * v for (share, _), v in zip(population.sites, values, strict=True))


def value(population, strategy):
    """What a strategy estimates; None where a rank fails."""
    if strategy.site_by_site:
        known = {part: in_each_site(population, part) for part in strategy.parts}
        if None in known.values():
            return None
        if not isinstance(strategy, Composed):
            return over_sites(population, known[strategy])
        sums = [
            sum(t.sign * prod(known[f.strategy][s] for f in t.factors) for t in strategy.terms)
            for s in range(len(population.sites))
        ]
        return over_sites(population, sums)
    if isinstance(strategy, Composed):
        return composed(population, strategy)
    reg = strategy.regression
    if not reg.regressors:
        return average(population, reg.arms[0], reg.outcome)
    if reg.pooled:
        rows = [[average(population, arm, u) for u in reg.regressors] for arm in reg.arms]
        size = range(len(reg.regressors))
        normal = [[sum(row[i] * row[j] for row in rows) for j in size] for i in size]
        right = [average(population, arm, reg.outcome) for arm in reg.arms]
        found = solved(normal, [sum(row[i] * y for row, y in zip(rows, right, strict=True)) for i in size])
        return None if found is None else found[reg.regressors.index(strategy.column)]
    found = estimate(population, reg)
    return None if found is None else found[strategy.column]


def composed(population, strategy):
    if strategy.moderators:
        return averaged(population, strategy)
    found = Fraction(0)
    for term in strategy.terms:
        known = [value(population, factor.strategy) for factor in term.factors]
        if None in known:
            return None
        found += term.sign * prod(known, start=Fraction(1))
    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_what_is_identified_is_the_estimate(part):
    seen = Counter()
    for random, design, granted in asked(part):
        population = Obeying(breaking(design, granted), random)
        for finding in check(design, granted, prove=False).findings:
            for strategy in finding.strategies:
                if finding.missing_for(strategy):
                    continue
                seen["met"] += 1
                found = value(population, strategy)
                if found is None or not strategy.regressors or shares(strategy):
                    continue
                assert found == truth(population, finding.target), (
                    design,
                    granted,
                    finding.estimand,
                    strategy,
                )
                seen["exact"] += 1
                seen["by site"] += strategy.site_by_site
                seen["moderated"] += bool(strategy.moderators)
                part_of = finding.estimand.kind == "mediated"
                seen["part"] += part_of
                seen["moderated part"] += part_of and bool(strategy.moderators)
    print(seen)
    assert seen["exact"] > DESIGNS
    assert min(seen["by site"], seen["moderated"], seen["part"]) > 0


# -- two worlds, from persons ----------------------------------------------------------


def moved_together(design, level, causes):
    """The sets of arrows that causes move, themselves or by others that are not measured."""
    graph = drawn_graph(design, level)
    hidden = graph.subgraph(n for n in graph if not any(m.name == n and m.measured for m in design.modifiers))
    return [
        {e for e in nx.descendants(hidden, name) if isinstance(e, tuple)} for name in causes if name in hidden
    ]


def bundles(design, level):
    """What is upstream, and the effect's arrows, of every mediator within sites and of every set of them between."""
    graph, measured = design.causal, [m for m in design.mediators if m not in design.unobserved]
    up = {u: set().union(*(arrows(graph, arm, u) for arm in design.treatments)) for u in measured}
    if level == "persons":
        for u in measured:
            yield up[u], arrows(graph, u, design.outcome)
        return
    for v in (*measured, design.outcome):
        before = [u for u in measured if u != v and nx.has_path(graph, u, v)]
        for size in range(1, len(before) + 1):
            for chosen in combinations(before, size):
                for u in chosen:
                    yield set().union(*(up[w] for w in chosen)), arrows(graph, u, v, chosen)


def faults(population, levels, causes):
    """The bundles that are granted to be apart and are not."""
    design = population.design
    for level in levels:
        together = moved_together(design, level, causes)

        def joined(one, other, together=together):
            return any({one, other} <= some for some in together)

        for up, down in bundles(design, level):
            above, below = up - down, down - up
            for some in (*({e} for e in below), below):
                apart = sorted(e for e in above if not any(joined(e, d) for d in some))
                if apart and some and not _apart(population, level, sorted(some), apart):
                    yield level, some, apart


def _apart(population, level, one, other):
    pairs = list(zip(population.sites, population.persons, strict=True))
    if level == "sites":
        return independent([(Fraction(s.weight), spread(p, one), spread(p, other)) for s, p in pairs])
    return all(
        independent([(1, tuple(p[e] for e in one), tuple(p[e] for e in other)) for p in persons])
        for _, persons in pairs
    )


@pytest.mark.parametrize("part", range(PARTS))
def test_two_worlds_are_two_worlds(part):
    seen = Counter()
    for _, design, granted in asked(f"worlds {part}"):
        for finding in check(design, granted).findings:
            seen[finding.verdict] += 1
            if finding.verdict is Verdict.IDENTIFIED or (witness := finding.witness()) is None:
                continue
            worlds = witness.first, witness.second
            assert contrasts(worlds[0]) == contrasts(worlds[1])
            assert [s.weight for s in worlds[0].sites] == [s.weight for s in worlds[1].sites]
            assert effect(worlds[0], finding.target) != effect(worlds[1], finding.target)
            everything = finding.verdict is Verdict.NOT_IDENTIFIED
            pair = (("v", "persons"),) if design.single else (("vi", "persons"), ("vii", "sites"))
            levels = [level for numeral, level in pair if everything or numeral in granted]
            for world in worlds:
                assert not list(faults(world, levels, witness.modifiers)), (design, granted, finding.estimand)
            assert function_of_cause(witness)
            seen["pairs"] += 1
            seen["causes"] += bool(witness.modifiers)
    print(seen)
    assert seen["pairs"] > DESIGNS / 3
    assert seen["causes"] > 0
