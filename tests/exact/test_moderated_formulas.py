"""Derivation and bias of moderated regressions, replayed on populations whose sites have values of modifiers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from typing import Any

import pytest

from identcheck import InvalidPopulationError, Population, Site
from identcheck.decide.population.meeting import meets
from identcheck.describe.modifiers import Modifier
from tests.drawn import drawn
from tests.exact.moderated import Obeying, average, averaged, estimate
from tests.exact.test_moderated_strategies import answers, composed, truth

MANY, FEW = 8, 4


def as_population(drawn, regression):
    """Sites, or cells, with their persons as often as they count."""
    found = []
    for share, persons in drawn.sites:
        split = defaultdict(list)
        for count, values in persons:
            split[tuple(values[name] for name in regression.cells)].append((count, values))
        everyone = sum(count for count, _ in persons)
        for inside in split.values():
            each = defaultdict(int)
            for count, values in inside:
                each[tuple(values[e] for e in drawn.design.causal.edges)] += count
            common = gcd(*each.values())
            people = [
                dict(zip(drawn.design.causal.edges, map(Fraction, values), strict=True))
                for values, count in each.items()
                for _ in range(count // common)
            ]
            levels = {m.name: Fraction(inside[0][1][m.name]) for m in drawn.design.modifiers}
            weight = Fraction(share * sum(count for count, _ in inside), everyone)
            found.append(Site(people, weight, modifiers=levels))
    return Population(drawn.design, found)


@pytest.mark.parametrize("kind", ["site-level", "person-level", "saturated", "intercept", "several arms"])
def test_the_derivation_can_be_replayed_and_conditions_hold(kind):
    done = 0
    for random, design, _, strategy in answers(kind, "replayed"):
        reg = strategy.regression
        if reg.width > 5 or design.sites == 1:
            continue
        drawn = Obeying(design, random)
        if estimate(drawn, reg) is None or sum(len(p) for _, p in drawn.sites) > 300:
            continue
        population = as_population(drawn, reg)
        for condition in strategy.conditions:
            assert meets(population, condition), (design, condition)
        for step in strategy.derivation:
            sites = range(len(population.sites)) if step.level != "sites" else [None]
            for s in sites:
                assert population.evaluate(step.left, site=s) == population.evaluate(step.right, site=s), step
        assert population.evaluate(strategy.column_bias()) == 0
        done += 1
        if done == MANY:
            return


@dataclass
class Anything:
    """Sites and persons at random: no condition holds."""

    design: Any
    sites: list[Any]


def anything(design, random):
    known: list[Modifier] = list(design.modifiers)
    count = random.randint(14, 18)
    edges = list(design.causal.edges)
    same = {edge: random.randint(-2, 3) for edge in edges}
    sites = []
    for _ in range(count):
        levels = {m.name: random.randint(0, m.terms) for m in known}
        here = {e: random.randint(-2, 3) for e in edges}
        persons = []
        for _ in range(2):
            values = {
                e: {"none": same[e], "sites": here[e], "persons": here[e] + random.randint(-1, 2)}[
                    design.varies(*e)
                ]
                for e in edges
            }
            persons.append((1, {**levels, **values}))
        sites.append((random.randint(1, 3), persons))
    return Anything(design, sites)


@pytest.mark.parametrize("kind", ["site-level", "person-level", "saturated", "intercept", "several arms"])
def test_the_bias_where_nothing_holds(kind):
    done = biased = 0
    for random, design, finding, strategy in answers(kind, "biased"):
        reg = strategy.regression
        if reg.width > 5 or design.sites == 1:
            continue
        drawn = anything(design, random)
        found = estimate(drawn, reg)
        if found is None:
            continue
        target = finding.target
        truth = average(drawn, target.source, target.target, target.avoiding)
        bias = as_population(drawn, reg).evaluate(strategy.column_bias())
        assert bias == found[strategy.column] - truth, (design, strategy)
        biased += bias != 0
        done += 1
        if done == MANY:
            assert biased > MANY / 2
            return


def test_compositions_are_replayed_and_their_bias_is_exact():
    replayed = biased = 0
    for random, design, finding, strategy in composed("replayed"):
        (reg, *others) = [part.regression for part in strategy.parts]
        if max(r.width for r in (reg, *others)) > 4:
            continue
        drawn, arbitrary = Obeying(design, random), anything(design, random)
        if averaged(drawn, strategy) is not None and sum(len(p) for _, p in drawn.sites) <= 300:
            population = as_population(drawn, reg)
            step = strategy.derivation[-1]
            assert population.evaluate(step.left) == population.evaluate(step.right)
            replayed += 1
        found = averaged(arbitrary, strategy)
        if found is not None:
            (bias,) = strategy.bias().values()
            right = found - truth(arbitrary, finding.target)
            assert as_population(arbitrary, reg).evaluate(bias) == right
            biased += right != 0
        if min(replayed, biased) >= FEW:
            return


def test_values_that_are_no_modifier_s_are_refused():
    design = drawn("T -> M -> Y", modifiers=[Modifier("Z", [("T", "M"), ("M", "Y")], scale="binary")])
    person = {("T", "M"): 1, ("M", "Y"): 2}
    with pytest.raises(InvalidPopulationError) as caught:
        Population(design, [Site([person], modifiers={"z": 1, "Z": 0.5})])
    assert "site 0: it has a value of 'z', which is no modifier of the design" in str(caught.value)
    assert "the value 0.5 of 'Z' is not a whole number or Fraction" in str(caught.value)
