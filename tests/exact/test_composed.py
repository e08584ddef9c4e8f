"""Composed strategies: derivation, bias, moments and the product condition, against sums over persons and sites."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from math import prod
from random import Random

import sympy

from identcheck.decide.conditions import Product
from identcheck.decide.estimands import Estimand, Target, path
from identcheck.decide.identification import check, default_estimands
from identcheck.decide.strategies import Composed
from identcheck.derive.moments import total_moment
from identcheck.derive.paths import edges_between
from identcheck.describe.design import Design
from tests.drawn import FIGURE_1, FIGURE_2, drawn
from tests.exact.breaking import crossed, routes
from tests.exact.evaluated import at_person, at_site, of_everyone, over_sites
from tests.exact.obliging import Enumerated, asked_by, limit, meets, obliging, truth
from tests.exact.oracle import Number
from tests.exact.questions import design_of, questions
from tests.exact.worlds import random_world

MANY = 60
NAMED = (
    FIGURE_1,
    FIGURE_2,
    "T -> {M1 M2} -> Y; M1 -> M2; T -> Y",
    "{T1 T2} -> {M1 M2} -> Y; M1 -> M2",
    "T -> {M1 M2 M3}; M1 -> M2 -> M3 -> Y",
)


@cache
def composed() -> tuple[tuple[int, Design, Target, Composed], ...]:
    """Composed strategies of random designs, those with a product condition and those without."""
    found = []
    for number, arrows in enumerate(NAMED):
        design = drawn(arrows)
        asked = [default_estimands(design), [path(*nodes) for nodes in routes(design, 4)]]
        found += _strategies(-1 - number, design, itertools.chain(*asked))
    for number in itertools.count():
        if len(found) >= MANY:
            break
        random, design = design_of("composed", number, most=4)
        found += _strategies(number, design, questions(random, design, 6))
    return tuple(found)


def _strategies(number: int, design: Design, asked: Iterable[Estimand]) -> Iterator[tuple]:
    for finding in map(check(design, "all").__getitem__, asked):
        mine = [s for s in finding.strategies if isinstance(s, Composed)]
        yield from ((number, design, finding.target, s) for s in mine[:2])


def unplanned(random: Random, design: Design) -> Enumerated:
    """A population without any pattern."""
    world = random_world(random, design, design.sites or random.randint(2, 5), persons=[1, 2, 3])
    return Enumerated(world.graph, world.weights, world.persons)


def sides(world: Enumerated, step: object) -> Iterator[tuple[Number, Number]]:
    """Both sides of a step of a derivation, for whatever it is about."""
    pair = (step.left, step.right)
    if step.level == "sites":
        yield tuple(over_sites(world, side) for side in pair)
    for s, site in enumerate(world.persons):
        if step.level == "site":
            yield tuple(at_site(world, side, s) for side in pair)
        elif step.level == "person":
            for i in range(len(site)):
                yield tuple(at_person(world, side, s, i) for side in pair)


class TestDerivation:
    def test_can_be_replayed_where_the_conditions_hold(self):
        """Every step of every regression, the sorting of the paths, and the product of averages."""
        seen: Counter[str] = Counter()
        for number, design, target, strategy in composed():
            random = Random(f"replayed {number} {strategy}")
            every = asked_by(strategy)
            asked = [one for one, condition in every if not condition.implied]
            for _ in range(6):
                world = obliging(random, design, asked, random.choice([0, 0.4, 0.8]))
                if limit(world, strategy) is None:
                    continue
                assert all(meets(world, one) for one, _ in every)
                for step in strategy.derivation:
                    for left, right in sides(world, step):
                        assert left == right, (design, target, strategy.name, step)
                    seen[step.level] += 1
                assert limit(world, strategy) == truth(world, target)
                seen["worlds"] += 1
                seen["moving"] += truth(world, target) != 0
                break
        assert seen["worlds"] > 0.8 * len(composed()), seen
        assert min(seen.values()) > len(composed()) / 2, seen

    def test_can_be_replayed_where_all_arrows_are_independent(self):
        """Sites fully crossed: every condition but (S) holds, the product condition included."""
        seen = 0
        for number, design, target, strategy in composed():
            kinds = {condition.kind for condition in strategy.conditions}
            if "shared" in kinds or design.sites is not None or len(design.graph.edges) > 7:
                continue
            if any(c.key == "bypass" and shares_an_arrow(c) for c in strategy.conditions):
                continue  # what goes around then moves with the compliances, however independent the arrows
            world = crossed(Random(f"independent {number} {strategy}"), design, 4)
            if limit(world, strategy) is None:
                continue
            for step in strategy.derivation:
                assert all(left == right for left, right in sides(world, step)), (design, strategy.name, step)
            assert limit(world, strategy) == truth(world, target)
            seen += 1
        assert seen > 5


def shares_an_arrow(bypass) -> bool:
    """Whether an arrow on a way around the regressors is on one into them too."""
    design, ((arm,), regressors) = bypass.design, bypass.against
    into = {e for u in regressors for e in edges_between(design, arm, u)}
    return not into.isdisjoint(edges_between(design, *bypass.effect))


class TestWhereNothingHolds:
    def test_bias_is_the_limit_less_the_estimand(self):
        """In populations without any pattern."""
        seen: Counter[str] = Counter()
        for number, design, target, strategy in composed():
            world = unplanned(Random(f"biased {number} {strategy}"), design)
            found = limit(world, strategy)
            if found is None:
                continue
            (bias,) = strategy.bias().values()
            miss = found - truth(world, target)
            assert over_sites(world, bias) == miss, (design, target, strategy.name)
            seen["strategies"] += 1
            seen["biased"] += miss != 0
        assert min(seen.values()) > len(composed()) / 2, seen

    def test_moments_over_all_persons(self):
        """total_moment is the average of products of deviations; Product.moments lists it for every choice."""
        seen: Counter[int] = Counter()
        for number, design, _, strategy in composed():
            world = unplanned(Random(f"moments {number} {strategy}"), design)
            products = [c for c in strategy.conditions if isinstance(c, Product)]
            for condition in products:
                expected = set()
                for _, factors in condition.terms:
                    for size in range(2, len(factors) + 1):
                        for chosen in itertools.combinations(factors, size):
                            value = of_everyone(world, chosen, central=True)
                            emitted = total_moment(design, chosen)
                            assert over_sites(world, emitted) == value, (design, chosen)
                            expected.add(emitted)
                            seen[size] += 1
                assert set(condition.moments(order=None)) == expected - {sympy.Integer(0)}
        assert seen[2] > 20
        assert seen[3] > 2

    def test_the_product_condition_is_what_it_says(self):
        """Product.exact is the sum of average products less that of products of averages."""
        seen = 0
        for number, design, _, strategy in composed():
            world = unplanned(Random(f"exact {number} {strategy}"), design)
            for condition in strategy.conditions:
                if not isinstance(condition, Product):
                    continue
                whole = sum(sign * of_everyone(world, factors) for sign, factors in condition.terms)
                apart = sum(
                    sign * prod(of_everyone(world, [factor]) for factor in factors)
                    for sign, factors in condition.terms
                )
                (emitted,) = condition.exact
                assert over_sites(world, emitted) == whole - apart
                seen += whole != apart
        assert seen > 10
