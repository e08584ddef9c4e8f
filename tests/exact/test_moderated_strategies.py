"""A moderated strategy that is found identifies: in populations that obey the drawn graph it is exact (theory section 14).

The regression, the cells and the average are worked out from persons by code that shares nothing with the engine.
"""

from __future__ import annotations

from math import prod
from random import Random

import networkx as nx
import pytest

from identcheck import Design, Modifier, Verdict, check, path, total
from identcheck.decide.strategies import Composed
from tests.exact.moderated import Obeying, average, averaged, estimate, random_design, shares, solved, truth
from tests.tools import often

KINDS = {
    "site-level": {"level": "sites"},
    "person-level": {"level": "persons"},
    "cells of one site": {"level": "persons", "sites": 1},
    "saturated": {"scales": ("categorical", "binary"), "modifiers": (1, 2)},
    "several": {"modifiers": (2, 4), "scales": ("binary",)},
    "intercept": {"bypass": True, "modifiers": (1, 2)},
    "several arms": {"arms": True, "modifiers": (1, 2)},
}
MANY, DESIGNS = often(12, 72), often(24, 70)


def answers(kind, seed):
    """Strategies whose every condition is granted, each with its design."""
    number = 0
    while True:
        random = Random(f"{kind} {seed} {number}")
        number += 1
        design = random_design(random, **KINDS[kind])
        granted = frozenset({*design.numerals, "bypass"})
        for finding in check(design, granted, prove=False).findings:
            for strategy in finding.strategies:
                single = strategy.moderators and not isinstance(strategy, Composed)
                if single and not (finding.missing_for(strategy) or shares(strategy)):
                    yield random, design, finding, strategy


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_exact(kind):
    exact_in(kind, 0, MANY)


def exact_in(kind, seed, many):
    """Go through so many designs of a kind."""
    exact = {}
    for random, design, finding, strategy in answers(kind, seed):
        assert finding.verdict is Verdict.IDENTIFIED
        population = Obeying(design, random)
        found = estimate(population, strategy.regression)
        if found is None:
            continue
        assert found[strategy.column] == truth(population, finding.target), (design, strategy)
        exact[design] = None
        if len(exact) == many:
            return


def value(population, strategy):
    """What a strategy estimates; None where a rank fails."""
    if isinstance(strategy, Composed):
        if strategy.moderators:
            return averaged(population, strategy)
        parts = {part: value(population, part) for part in strategy.parts}
        if None in parts.values():
            return None
        return sum(t.sign * prod(parts[f.strategy] for f in t.factors) for t in strategy.terms)
    reg = strategy.regression
    if not reg.regressors:
        return average(population, reg.arms[0], reg.outcome)
    if reg.pooled:
        gram = [[average(population, arm, u) for u in reg.regressors] for arm in reg.arms]
        size = range(len(reg.regressors))
        normal = [[sum(row[i] * row[j] for row in gram) for j in size] for i in size]
        right = [average(population, arm, reg.outcome) for arm in reg.arms]
        found = solved(normal, [sum(row[i] * y for row, y in zip(gram, right, strict=True)) for i in size])
        return None if found is None else found[reg.regressors.index(strategy.column)]
    found = estimate(population, reg)
    return None if found is None else found[strategy.column]


@pytest.mark.parametrize("part", range(4))
def test_every_strategy_whose_conditions_are_met_is_exact_beside_drawn_causes(part):
    """Plain, pooled and composed ones too: what no drawn cause joins is independent in these populations."""
    checked = excluded = 0
    for number in range(DESIGNS):
        random = Random(f"beside drawn causes {part} {number}")
        kind = random.choice([{}, {"bypass": True}, {"arms": True}, {"sites": 1}])
        design = random_design(random, modifiers=(1, 3), **kind)
        population = Obeying(design, random)
        for finding in check(
            design, frozenset({*design.numerals, "bypass", "product"}), prove=False
        ).findings:
            excluded += bool(finding.ruled_out)
            for strategy in finding.strategies:
                if finding.missing_for(strategy) or not strategy.regressors or shares(strategy):
                    continue
                found = value(population, strategy)
                if found is not None:
                    checked += 1
                    assert found == truth(population, finding.target), (design, finding.estimand, strategy)
    assert checked > 2 * DESIGNS / 3
    assert excluded > DESIGNS / 3


def composed(seed):
    """Compositions that hold modifiers fixed, of paths and effects, each with its design."""
    number = 0
    while True:
        random = Random(f"composed {seed} {number}")
        number += 1
        edges = [
            ("T", "M1"),
            ("T", "M2"),
            ("M1", "M2"),
            ("M2", "Y"),
            *([("M1", "Y")] * (random.random() < 0.7)),
        ]
        graph = nx.DiGraph(edges)
        for edge in edges:
            graph.edges[edge]["varies"] = random.choice(("persons", "sites", "sites", "none"))
        graph.edges["M1", "M2"]["varies"] = graph.edges["M2", "Y"]["varies"] = "sites"
        modifiers = [
            Modifier("A", [("M1", "M2"), ("M2", "Y")], scale=random.choice(("binary", "continuous")))
        ]
        if random.random() < 0.5:
            of = random.sample(edges, 2)
            modifiers.append(Modifier("B", of, scale="binary", causes=["A"] if random.random() < 0.5 else []))
        design = Design(graph, treatment="T", outcome="Y", modifiers=modifiers)
        if sum({"none": 0, "sites": 1, "persons": 2}[d] for *_, d in graph.edges(data="varies")) > 7:
            continue
        result = check(design, frozenset({*design.numerals, "bypass", "product"}), prove=False)
        for asked in (path("M1", "M2", "Y"), total("M1", "Y")):
            for strategy in result[asked].strategies:
                if (
                    isinstance(strategy, Composed)
                    and strategy.moderators
                    and not result[asked].missing_for(strategy)
                ):
                    yield random, design, result[asked], strategy


def test_products_are_averaged_over_the_moderators():
    """E[m_1(Z) m_2(Z)]; of the product of averages most are wrong."""
    exact_in_compositions(0, MANY)


def exact_in_compositions(seed, many):
    done, differ = {}, 0
    for random, design, finding, strategy in composed(seed):
        population = Obeying(design, random)
        found = averaged(population, strategy)
        if found is None:
            continue
        assert found == truth(population, finding.target), (design, finding.estimand, strategy)
        parts = {part: estimate(population, part.regression)[part.column] for part in strategy.parts}
        apart = sum(t.sign * prod(parts[f.strategy] for f in t.factors) for t in strategy.terms)
        differ += apart != found
        done[design] = None
        if len(done) == many:
            assert differ > many / 8
            return
