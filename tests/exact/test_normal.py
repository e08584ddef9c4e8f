"""What is claimed of jointly normal coefficients, against their moments by Isserlis' theorem, exactly.

Nothing here is the engine's: effects are polynomials in the coefficients, written down path by path; the mean of a product
of normal coefficients is the sum over all ways to pair some of its factors. Covariances are zero where they are declared
to be, and otherwise numbers at random. A strategy that the declarations alone license must give the average effect.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import prod
from random import Random

import networkx as nx

from identcheck import Design, check, normal, uncorrelated
from identcheck.decide.estimands import Target
from identcheck.decide.strategies import Composed, Strategy
from identcheck.describe.declarations import Declaration
from tests.exact.questions import questions
from tests.exact.worlds import random_design

DESIGNS = 150
Edge = tuple[str, str]
Polynomial = dict[tuple[Edge, ...], Fraction]


class Normal:
    """Jointly normal coefficients: at one site over its persons, or over sites in each of which all are alike."""

    def __init__(self, random: Random, design: Design, level: str) -> None:
        self.design = design
        free = [e for e in sorted(design.graph.edges) if design.varies(*e) != "none"]
        likely = random.choice([0.4, 0.7, 0.9])
        self.means = {e: random.choice([-3, -2, -1, 1, 2, 3, 4]) for e in design.graph.edges}
        self.covariances: dict[frozenset[Edge], int] = {frozenset({e}): random.randint(40, 60) for e in free}
        self.declared: list[Declaration] = [normal(level)]
        for one, other in itertools.combinations(free, 2):
            zero = random.random() < likely
            self.covariances[frozenset({one, other})] = 0 if zero else random.choice([-5, -3, -2, 1, 2, 4, 6])
            if zero:
                self.declared.append(uncorrelated(one, other, level))
        self.known: dict[tuple[Edge, ...], int] = {(): 1}

    def mean(self, polynomial: Polynomial) -> Fraction:
        return sum((c * self.moment(edges) for edges, c in polynomial.items()), Fraction(0))

    def moment(self, edges: tuple[Edge, ...]) -> int:
        """The mean of a product, with repetitions."""
        if edges not in self.known:
            first, *rest = edges
            total = self.means[first] * self.moment(tuple(rest))
            for place, other in enumerate(rest):
                covariance = self.covariances.get(frozenset({first, other}), 0)
                if covariance:
                    total += covariance * self.moment((*rest[:place], *rest[place + 1 :]))
            self.known[edges] = total
        return self.known[edges]

    def effect(self, u: str, v: str, avoiding: Iterable[str] = ()) -> Polynomial:
        """The sum over paths."""
        if u == v:
            return {(): Fraction(1)}
        kept = nx.DiGraph(self.design.graph).subgraph(set(self.design.graph) - (set(avoiding) - {u, v}))
        found: Polynomial = defaultdict(Fraction)
        for way in nx.all_simple_paths(kept, u, v):
            found[tuple(sorted(itertools.pairwise(way)))] += 1
        return found

    def along(self, target: Target) -> Polynomial:
        if target.route is not None:
            return {tuple(sorted(itertools.pairwise(target.route))): Fraction(1)}
        return self.effect(target.source, target.target, target.avoiding)


def times(one: Polynomial, other: Polynomial) -> Polynomial:
    found: Polynomial = defaultdict(Fraction)
    for (a, x), (b, y) in itertools.product(one.items(), other.items()):
        found[tuple(sorted((*a, *b)))] += x * y
    return found


def solved(matrix: Sequence[Sequence[Fraction]], right: Sequence[Fraction], place: int) -> Fraction | None:
    """One unknown of linear equations by elimination; None where they leave it open."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    width, pivots = len(matrix[0]), {}
    for column in range(width):
        at = next((i for i, row in enumerate(rows) if row[column] and i not in pivots.values()), None)
        if at is None:
            continue
        rows[at] = [x / rows[at][column] for x in rows[at]]
        for i, row in enumerate(rows):
            if i != at and row[column]:
                rows[i] = [x - row[column] * y for x, y in zip(row, rows[at], strict=True)]
        pivots[column] = at
    if place not in pivots or any(rows[pivots[place]][c] for c in range(width) if c not in pivots):
        return None
    return rows[pivots[place]][width]


def limit(world: Normal, part: Strategy, level: str) -> Fraction | None:
    """What the regression gives: at one site or pooled the equations of the arms, over sites least squares."""
    reg = part.regression
    if not reg.regressors:
        return world.mean(world.effect(reg.arms[0], reg.outcome))
    rows = []
    for arm in reg.arms:
        columns = [{(): Fraction(arm == other)} for other in reg.intercepts]
        columns += [world.effect(arm, u) for u in reg.regressors]
        rows.append((columns, world.effect(arm, reg.outcome)))
    width = len(reg.columns)
    if level == "persons" or reg.pooled:
        rows = [([{(): world.mean(x)} for x in columns], {(): world.mean(y)}) for columns, y in rows]
    matrix = [
        [sum((world.mean(times(xs[i], xs[j])) for xs, _ in rows), Fraction(0)) for j in range(width)]
        for i in range(width)
    ]
    right = [sum((world.mean(times(xs[i], y)) for xs, y in rows), Fraction(0)) for i in range(width)]
    return solved(matrix, right, reg.columns.index(part.column))


def whole(world: Normal, strategy: Strategy | Composed, level: str) -> Fraction | None:
    if isinstance(strategy, Strategy):
        return limit(world, strategy, level)
    known = {part: limit(world, part, level) for part in strategy.parts}
    if None in known.values():
        return None
    return sum(
        (
            term.sign * prod((known[f.strategy] for f in term.factors), start=Fraction(1))
            for term in strategy.terms
        ),
        Fraction(0),
    )


def made(random: Random, level: str) -> Design:
    """A random design in which coefficients vary over persons of one site, or over sites only."""
    while True:
        design = random_design(random)
        if len(design.mediators) <= 3 and len(design.causal.edges) <= 8:
            break
    graph = nx.DiGraph()
    for edge in design.graph.edges:
        graph.add_edge(*edge, varies=level if random.random() < 0.85 else "none")
    return Design(
        graph,
        treatment=design.treatments,
        outcome="Y",
        sites=1 if level == "persons" else None,
        unobserved=design.unobserved,
    )


def examined(level: str, numbers: Iterable[int]) -> Counter[str]:
    """Strategies licensed by declarations, rank aside: each gives the effect, wherever it has a limit."""
    seen: Counter[str] = Counter()
    for number in numbers:
        random = Random(f"normal {level} {number}")
        plain = made(random, level)
        world = Normal(random, plain, level)
        rank = "vi" if plain.single else "ix"
        result = check(plain, [rank, *world.declared])
        for asked in questions(random, plain, 8):
            finding = result[asked]
            for strategy in finding.strategies:
                told = (number, result.design, world.declared, asked, strategy.name)
                for condition in strategy.conditions:
                    if condition.kind == "within" and condition.declared:
                        reg, u = condition.regression, condition.regressor
                        below = world.effect(u, reg.outcome, reg.others(u))
                        for arm in reg.arms if level == "persons" else ():
                            up = world.effect(arm, u)
                            assert world.mean(times(up, below)) == world.mean(up) * world.mean(below), told
                            seen["within"] += 1
                if finding.missing_for(strategy) or not any(c.declared for c in strategy.conditions):
                    continue
                found = whole(world, strategy, level)
                if found is not None:
                    assert found == world.mean(world.along(finding.target)), told
                    seen["identified"] += 1
                    seen["composed"] += isinstance(strategy, Composed)
                    seen["several arms"] += len(strategy.arms) > 1
    return seen


def test_of_the_persons_of_a_site() -> None:
    seen = examined("persons", range(DESIGNS))
    assert min(seen["within"], seen["identified"]) > DESIGNS / 3, seen
    assert seen["several arms"] > 5, seen


def test_of_sites() -> None:
    seen = examined("sites", range(DESIGNS))
    assert seen["identified"] > DESIGNS / 5, seen
    assert seen["several arms"] > 5, seen


if __name__ == "__main__":
    import sys

    first, last = map(int, sys.argv[1:])
    for which in ("persons", "sites"):
        print(which, examined(which, range(first, last)))
