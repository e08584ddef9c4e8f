"""Worlds with products, from raw persons: every pair worked out anew from potential values, by code that is not the engine's."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from random import Random

import networkx as nx
import pytest

import identcheck as ic
from identcheck.decide.conditions import Between, Within
from tests.exact.raw_trials import Person, Shape, contrasts, mean, random_shape
from tests.tools import often


def design_of(shape, random):
    graph = nx.DiGraph(shape.edges)
    for edge in graph.edges:
        graph.edges[edge]["varies"] = random.choice(["persons", "persons", "persons", "sites", "none"])
    hidden = [m for m in shape.mediators if random.random() < 0.12]
    return ic.Design(
        graph,
        treatment=list(shape.arms),
        outcome="Y",
        sites=random.choice([None, 1, 2, 3, 5]),
        interactions=shape.products,
        unobserved=hidden,
    )


def persons_of(shape, world, before):
    """The sites of a world as persons with levels without treatment; what is no factor starts at zero."""
    pairs = {shape.name(pair): pair for pair in shape.products}
    sites = []
    for place, site in enumerate(world.sites):
        levels = before[place % len(before)]
        assert len(levels) == len(site.persons)
        sites.append(
            [
                Person(
                    starts(shape, level, values),
                    {e: Fraction(values[e]) for e in shape.edges},
                    {pair: Fraction(values[name, "Y"]) for name, pair in pairs.items()},
                )
                for values, level in zip(site.persons, levels, strict=True)
            ]
        )
    return sites


def starts(shape, level, values):
    """What of each node's level without treatment is its own: less what the others bring about there."""
    found = {"Y": Fraction(0)}
    for node in shape.mediators:
        brought = sum(
            values[a, b] * level.get(a, 0) for a, b in shape.edges if b == node and a in shape.mediators
        )
        found[node] = Fraction(level.get(node, 0) - brought)
    return found


def effect(shape, person, source, target, avoiding):
    """The sum over paths, products apart unless they are the source."""
    if source in (shape.name(pair) for pair in shape.products):
        return person.slope(shape, source)
    total = person.effects.get((source, target), Fraction(0))
    for a, b in shape.edges:
        if a == source and b != target and b not in avoiding:
            total += person.effects[a, b] * effect(shape, person, b, target, avoiding)
    return total


def part(shape, person, finding):
    """What an arm does to the outcome through a mediator, or a product, last; or through none that is measured, the rest."""
    target, measured = finding.target, frozenset(finding.design.observed_mediators)
    gains = person.gains(shape, target.source)

    def through(node):
        return gains[node] * effect(shape, person, node, "Y", measured - {node})

    if target.last is not None:
        return through(target.last)
    return gains["Y"] - sum(through(node) for node in measured)


def asked(shape, sites, weights, finding):
    """The average that was asked for."""
    target = finding.target

    def of(person):
        if target.route is not None:
            product = Fraction(1)
            for edge in zip(target.route, target.route[1:], strict=False):
                product *= person.slope(shape, edge[0]) if "*" in edge[0] else person.effects[edge]
            return product
        if finding.estimand.kind == "mediated" and (target.last or target.avoiding):
            return part(shape, person, finding)
        if target.source in shape.arms and not target.avoiding:
            return person.gains(shape, target.source)[target.target]
        alone = effect(shape, person, target.source, target.target, target.avoiding)
        return alone + sum(weight * person.slope(shape, column) for weight, column in target.weighted)

    means = [mean(of(person) for person in site) for site in sites]
    return sum(w * m for w, m in zip(weights, means, strict=True)) / sum(weights)


def within_holds(shape, sites, condition):
    reg, u = condition.regression, condition.regressor
    for site in sites:
        effects = [effect(shape, p, u, reg.outcome, reg.others(u)) for p in site]
        for arm in reg.arms:
            gains = [p.gains(shape, arm)[u] for p in site]
            if mean(g * d for g, d in zip(gains, effects, strict=True)) != mean(gains) * mean(effects):
                return False
    return True


def between_holds(shape, sites, weights, condition):
    reg, u = condition.regression, condition.regressor
    groups = defaultdict(list)
    every = []
    for site, weight in zip(sites, weights, strict=True):
        rows = [contrasts(shape, site, arm) for arm in reg.arms]
        key = tuple(row[w] for row in rows for w in reg.regressors)
        value = (mean(effect(shape, p, u, reg.outcome, reg.others(u)) for p in site), weight)
        groups[key].append(value)
        every.append(value)

    def average(values):
        return sum(d * w for d, w in values) / sum(w for _, w in values)

    return all(average(values) == average(every) for values in groups.values())


@pytest.mark.parametrize("block", range(6))
def test_worlds_show_the_same_and_differ_worked_out_from_persons(block):
    proved = split = 0
    for seed in range(25 * block, 25 * block + often(8, 25)):
        random = Random(f"worlds with products {seed}")
        shape = random_shape(random)
        design = design_of(shape, random)
        result = ic.check(design, random.choice([(), ("vi",), ("vi", "vii"), ("vii", "ix"), "all"]))
        pair = design.interactions[0]
        levels = dict.fromkeys(dict.fromkeys(pair[::-1][: 1 if pair[0] != pair[1] else 2]), 2)
        held = ic.at(ic.direct(pair[0], "Y"), levels)
        for finding in (*result.findings, result[held]):
            witness = finding.witness()
            if finding.verdict is ic.Verdict.NOT_IDENTIFIED:
                assert witness is not None
            if witness is None:
                continue
            assert witness.verify()
            worlds = [
                persons_of(shape, world, before)
                for world, before in zip((witness.first, witness.second), witness.before, strict=True)
            ]
            weights = [Fraction(site.weight) for site in witness.first.sites]
            for one, other in zip(*worlds, strict=True):
                for arm in shape.arms:
                    shown = [contrasts(shape, site, arm) for site in (one, other)]
                    seen = (*design.observed_mediators, "Y")
                    assert [shown[0][n] for n in seen] == [shown[1][n] for n in seen]
            values = tuple(asked(shape, sites, weights, finding) for sites in worlds)
            assert values[0] != values[1]
            assert values == witness.values
            for condition in witness.granted:
                for sites in worlds:
                    if isinstance(condition, Within) and not condition.regression.pooled:
                        assert within_holds(shape, sites, condition)
                    if (
                        isinstance(condition, Between)
                        and not condition.regression.pooled
                        and not condition.shared
                    ):
                        assert between_holds(shape, sites, weights, condition)
            proved += 1
            split += len(witness.first.sites[0].persons) > 2
    assert proved > often(10, 30)


def test_levels_that_do_not_come_out_are_no_proof():
    """A witness whose persons' levels are changed is refused."""
    from dataclasses import replace

    shape = Shape(("T",), ("M1",), (("M1", "Y"), ("T", "M1")), (("M1", "M1"),))
    witness = ic.check(
        ic.Design(nx.DiGraph(shape.edges), treatment="T", outcome="Y", sites=1, interactions=shape.products)
    )["direct M1 Y"].witness()
    assert witness is not None
    assert witness.verify()
    first, second = witness.before
    moved = tuple(tuple({n: x + 1 for n, x in level.items()} for level in site) for site in first)
    assert not replace(witness, before=(moved, second)).verify()
    assert not replace(witness, before=None).verify()
