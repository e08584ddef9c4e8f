"""Mediated parts (theory section 16) against sums over paths, persons and sites, none of the engine's.

A part is defined here by its paths: those from the arm to the outcome on which its mediator is the last measured node.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from math import prod
from random import Random

import networkx as nx
import pytest

from identcheck import Design, average, check, itt, mediated
from identcheck.decide.estimands import Estimand, last_mediators
from identcheck.decide.findings import Finding, Verdict
from identcheck.decide.strategies import Composed
from tests.exact.obliging import Enumerated, asked_by, limit, meets, obliging, truth
from tests.exact.questions import design_of
from tests.exact.recomputed import faults
from tests.exact.worlds import random_world

DESIGNS = 500


@cache
def design(number: int) -> Design:
    """A random design of up to four mediators: arms, hidden nodes, exclusion violated, few sites."""
    return design_of("parts", number, most=4)[1]


def parts_of(design: Design, arm: str) -> list[Estimand]:
    """The parts that one arm's effect divides into, the bypass last."""
    several = len(design.treatments) > 1
    found = [mediated(m, arm if several else None) for m in last_mediators(design, arm)]
    return [*found, mediated(arm)]


def sums(design: Design, world: Enumerated, arm: str) -> dict[str, Fraction]:
    """The part of each last measured node, or of none (the arm itself), path by path."""
    measured = set(design.mediators) - design.unobserved
    found: dict[str, Fraction] = {}
    for nodes in nx.all_simple_paths(design.causal, arm, design.outcome):
        last = next((node for node in reversed(nodes) if node in measured), arm)
        edges = list(itertools.pairwise(nodes))
        along = [[prod((p[e] for e in edges), start=Fraction(1)) for p in site] for site in world.persons]
        found[last] = found.get(last, Fraction(0)) + world.everyone(along)
    return found


def unplanned(random: Random, design: Design) -> Enumerated:
    world = random_world(random, design, design.sites or random.randint(2, 4), persons=[1, 2, 3])
    return Enumerated(world.graph, world.weights, world.persons)


class TestAddingUp:
    def test_parts_add_up_to_the_whole(self):
        """16.1 in populations without any pattern; and no path of the whole has another last mediator."""
        seen: Counter[str] = Counter()
        for number in range(DESIGNS):
            made = design(number)
            world = unplanned(Random(f"adding up {number}"), made)
            result = check(made, prove=False)
            for arm in made.treatments:
                by_path = sums(made, world, arm)
                whole = result[itt(arm if len(made.treatments) > 1 else None)]
                found = {e.nodes[0]: truth(world, result[e].target) for e in parts_of(made, arm)}
                assert {m: x for m, x in found.items() if m in by_path} == by_path, (number, arm)
                assert not any(x for m, x in found.items() if m not in by_path)
                assert sum(found.values()) == truth(world, whole.target)
                seen["parts"] += len(by_path)
                seen["bypass"] += arm in by_path
                seen["hidden"] += bool(made.unobserved)
        assert min(seen.values()) > 100, seen

    def test_the_default_effects_have_every_part_that_is_not_zero(self):
        for number in range(DESIGNS):
            made = design(number)
            result = check(made, prove=False)
            asked = [f.estimand for f in result.findings if f.estimand.kind == "mediated"]
            for arm in made.treatments:
                expected = [e for e in parts_of(made, arm) if not result[e].zero]
                mine = [e for e in asked if arm in (e.arm, *e.nodes) or len(made.treatments) == 1]
                assert mine == expected, (number, arm)


def identified(finding: Finding) -> Iterator[Composed]:
    for strategy in finding.strategies:
        if not finding.missing_for(strategy) and strategy.regressors:
            yield strategy


class TestIdentified:
    @pytest.mark.parametrize("chunk", range(5))
    def test_what_is_identified_is_the_limit(self, chunk: int):
        """Random numerals; the populations meet what the strategy asks and leave all else to chance."""
        seen: Counter[str] = Counter()
        for number in range(chunk * DESIGNS // 5, (chunk + 1) * DESIGNS // 5):
            made, random = design(number), Random(f"part {number}")
            numerals = [n for n in made.numerals if random.random() < 0.95]
            result = check(made, numerals, prove=False)
            for asked in itertools.chain.from_iterable(parts_of(made, arm) for arm in made.treatments):
                finding = result[asked]
                for strategy in identified(finding):
                    every = asked_by(strategy)
                    wanted = [one for one, condition in every if not condition.implied]
                    for _ in range(6):
                        world = obliging(random, made, wanted, random.choice([0, 0.3, 0.6]))
                        found = limit(world, strategy)
                        if found is not None:
                            break
                    if found is None:
                        seen["open"] += 1
                        continue
                    assert all(
                        meets(world, one)
                        for one, _ in every
                        if one.kind in ("within", "between", "bypass", "product")
                    )
                    assert found == truth(world, finding.target), (number, made, asked, strategy.name)
                    seen["all"] += 1
                    seen["not zero"] += found != 0
        assert seen["open"] < 0.02 * seen["all"], seen
        assert seen["not zero"] > 0.9 * seen["all"] > 50, seen

    def test_refused_where_it_should_be(self):
        """With the own pair of the part left out, populations that meet the rest break the estimate."""
        broken: Counter[str] = Counter()
        for number in range(DESIGNS // 5):
            made, random = design(number), Random(f"broken {number}")
            for asked in parts_of(made, made.treatments[0])[:-1]:
                finding = check(made, "all", prove=False)[asked]
                best = finding.best
                if not isinstance(best, Composed) or len(best.parts) != 2 or best.pooled:
                    continue
                slope = best.parts[1]
                for kind in ("within", "between"):
                    every = [(one, c) for one, c in asked_by(best) if not c.implied]
                    rest = [one for one, c in every if (one.kind, one.subject) != (kind, slope.column)]
                    if len(rest) == len(every):
                        continue
                    for _ in range(4):
                        world = obliging(random, made, rest, 0)
                        found = limit(world, best)
                        if found is not None and found != truth(world, finding.target):
                            broken[kind] += 1
                            break
        assert min(broken["within"], broken["between"]) > 20, broken


class TestNotIdentified:
    @pytest.mark.parametrize("chunk", range(5))
    def test_every_pair_of_worlds_is_one(self, chunk: int):
        """Of random designs under all numerals and under none: recomputed from persons; and none is UNDECIDED."""
        seen: Counter[str] = Counter()
        for number in range(chunk * DESIGNS // 5, (chunk + 1) * DESIGNS // 5):
            made = design(number)
            for granted in ("all", ()):
                result = check(made, granted)
                for asked in itertools.chain.from_iterable(parts_of(made, arm) for arm in made.treatments):
                    finding = result[asked]
                    assert finding.verdict is not Verdict.UNDECIDED, (number, made, asked)
                    seen[f"{granted} {finding.verdict}"] += 1
                    if finding.verdict in (Verdict.IDENTIFIED,):
                        continue
                    witness = finding.witness()
                    seen[f"{granted} {finding.verdict} without"] += witness is None
                    if witness is not None:
                        assert witness.verify()
                        assert not faults(finding, witness), (number, made, asked)
        assert seen["() conditional without"] <= 0.03 * seen["() conditional"], seen
        assert seen["all conditional without"] <= 0.25 * seen["all conditional"], seen


class TestSameQuestion:
    def test_one_verdict_however_it_is_asked(self):
        """A part whose paths are one path, or all that avoid some nodes, has the verdict of those."""
        seen = 0
        for number in range(DESIGNS):
            made = design(number)
            result = check(made, "all")
            for asked in itertools.chain.from_iterable(parts_of(made, arm) for arm in made.treatments):
                finding = result[asked]
                plain = finding.target.plain(made)
                if plain is None or finding.target.last is None:
                    continue
                other = result[average(plain.source, plain.target, sorted(plain.avoiding))]
                assert {finding.verdict, other.verdict} != {Verdict.IDENTIFIED, Verdict.NOT_IDENTIFIED}
                assert other.verdict is not Verdict.IDENTIFIED or finding.verdict is Verdict.IDENTIFIED
                seen += 1
        assert seen > 200
