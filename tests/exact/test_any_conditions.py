"""Every strategy, in populations that meet its conditions and in those that do not (theory section 7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random

import networkx as nx
import pytest
import sympy

from identcheck.conditions import Condition
from identcheck.design import Design
from identcheck.estimands import Estimand, direct, resolve, total
from identcheck.identification import Verdict, check, default_estimands
from identcheck.population import Population
from identcheck.strategies import Strategy, find_strategies
from tests.exact.crossed import broken_worlds, crossed_world, on_paths
from tests.exact.oracle import Number, Regression, World, value_at
from tests.exact.worlds import MANY, population, random_design, random_world


@dataclass(frozen=True)
class Found:
    """A strategy of a random design, with the estimands that it was found for."""

    number: int
    design: Design
    strategy: Strategy
    estimands: tuple[Estimand, ...]

    @property
    def regression(self) -> Regression:
        """The strategy's regression, for brute force."""
        s = self.strategy
        return Regression(s.outcome, s.regressors, s.arms, s.regression.intercepts)

    def random(self, purpose: str) -> Random:
        return Random(f"{purpose} {self}")

    def limits(self, world: World) -> dict[str, Number | None]:
        """What the regression gives for every column; None where that is left open."""
        reg = self.regression
        limits = reg.pooled_limit(world) if self.strategy.pooled else reg.limit(world)
        return dict(zip((*reg.intercepts, *reg.regressors), limits, strict=True))

    def targets(self, world: World) -> dict[str, Number]:
        """The average effect that every column stands for."""
        reg = self.regression
        return dict(zip((*reg.intercepts, *reg.regressors), reg.targets(world), strict=True))

    def __str__(self) -> str:
        estimands = ", ".join(map(str, self.estimands))
        return (
            f"design {self.number}, {self.design}: {self.strategy}, {self.strategy.column}, for {estimands}"
        )


@cache
def design(number: int) -> Design:
    """The random design of this number; half of them with a stated number of sites."""
    random = Random(f"strategies {number}")
    return random_design(random, sites=random.choice([None, None, None, 1, 2, 3, 4, 6]))


@cache
def found() -> tuple[Found, ...]:
    """Every regression found for a default estimand of any of the random designs."""
    every = []
    for number in range(MANY):
        made = design(number)
        strategies: dict[Strategy, list[Estimand]] = {}
        for estimand in default_estimands(made):
            for strategy in find_strategies(made, resolve(made, estimand)).strategies:
                strategies.setdefault(strategy, []).append(estimand)
        every += [Found(number, made, s, tuple(e)) for s, e in strategies.items() if s.regressors]
    return tuple(every)


def ruled_out(item: Found) -> bool:
    """Whether the design excludes a condition: too few sites for the rank."""
    return any(condition.violated for condition in item.strategy.conditions)


@cache
def crossed(number: int, regression: Regression, attempt: int) -> World:
    """A population that meets the conditions of a regression; pooled or not, for any of its columns."""
    return crossed_world(Random(f"crossed {number} {regression} {attempt}"), design(number), regression)


@cache
def met() -> tuple[tuple[Found, World], ...]:
    """Each strategy that is not ruled out, with a population that meets its conditions, rank included."""
    every = []
    for item in found():
        for attempt in range(0 if ruled_out(item) else 4):
            world = crossed(item.number, item.regression, attempt)
            if item.limits(world)[item.strategy.column] is not None:
                every.append((item, world))
                break
    return tuple(every)


def brute_force(design: Design, world: World, estimand: Estimand) -> Number:
    """The estimand in this world."""
    if estimand.kind in ("compliance", "itt"):
        (v,) = estimand.nodes or (design.outcome,)
        return world.between(world.site_effects(estimand.arm or design.treatments[0], v))
    others = set(design.mediators) if estimand.kind == "direct" else set()
    return world.between(world.site_effects(*estimand.nodes, others))


def vanishes(made: Population, condition: Condition, expr: sympy.Expr) -> bool:
    """Whether a moment is 0: in every site for a within condition, over sites for another."""
    if condition.kind == "within":
        return not any(made.evaluate(expr, site=s) for s in range(len(made.sites)))
    return made.evaluate(expr) == 0


class TestWhereTheConditionsHold:
    def test_the_regression_gives_the_estimand(self):
        """The limit is the average effect, exactly, for every estimand the strategy was found for."""

        seen = Counter()
        for item, world in met():
            limit = item.limits(world)[item.strategy.column]
            for estimand in item.estimands:
                assert limit == brute_force(item.design, world, estimand), (str(item), world.persons)
            seen["intercept"] += item.strategy.intercept
            seen["pooled"] += item.strategy.pooled
            seen["several arms"] += len(item.strategy.arms) > 1
            seen["several regressors"] += len(item.strategy.regressors) > 1
            seen["shared edges"] += any(c.kind == "shared" for c in item.strategy.conditions)
            seen["latent"] += bool(item.design.unobserved)
            seen["not every column"] += None in item.limits(world).values()
        assert len(met()) > max(MANY, 0.85 * sum(not ruled_out(item) for item in found()))
        assert len({item.number for item, _ in met()}) > 0.7 * MANY
        assert min(seen.values()) >= 10, seen

    def test_every_moment_of_every_condition_vanishes(self):
        """What the conditions ask to be 0, at every order, is 0 in these populations."""

        seen = Counter()
        for item, world in met()[::6]:
            made = population(item.design, world)
            for condition in item.strategy.conditions:
                for expr in condition.moments(order=None):
                    assert vanishes(made, condition, expr), (str(item), condition, expr)
                    seen[condition.kind] += 1
        assert min(seen[kind] for kind in ("within", "between", "shared")) > 20, seen

    def test_the_derivation_can_be_replayed(self):
        """Both sides of every step are equal: for every person, in every site, or over the sites."""

        seen = Counter()
        for item, world in met()[::4]:
            if None in item.limits(world).values():
                continue
            for step in item.strategy.derivation:
                for left, right in replayed(item, world, step):
                    assert left == right, (str(item), step)
                seen[step.level] += 1
        assert min(seen[level] for level in ("person", "site", "sites")) > 100, seen


def replayed(item: Found, world: World, step) -> Iterator[tuple[Number, Number]]:
    """Both sides of a step, for whatever it is about; a person's effects by brute force."""
    made = population(item.design, world)
    if step.level != "person":
        for site in range(len(made.sites)) if step.level == "site" else [None]:
            known: dict[sympy.Expr, Number] = {}
            yield tuple(
                value_at(side, lambda x, site=site: made.evaluate(x, site=site), known)
                for side in (step.left, step.right)
            )
        return
    for s, persons in enumerate(world.persons[:2]):
        for i in range(len(persons)):

            def effect(symbol: sympy.Symbol, s: int = s, i: int = i) -> Number:
                meaning = symbol.meaning
                if meaning.avoiding is None:
                    return world.persons[s][i][meaning.source, meaning.target]
                return world.effect(meaning.source, meaning.target, meaning.avoiding)[s][i]

            yield value_at(step.left, effect), value_at(step.right, effect)


class TestWhereAConditionFails:
    def test_bias_is_the_limit_less_the_target(self):
        """Strategy.bias, in populations without any pattern, for every regressor."""

        seen = Counter()
        for item in found()[::4]:
            random = item.random("bias")
            sites = item.design.sites or random.randint(2, 5)
            world = random_world(random, item.design, sites, persons=[1, 2])
            limits, targets = item.limits(world), item.targets(world)
            if ruled_out(item) or None in limits.values():
                continue
            made, known = population(item.design, world), {}
            emitted = item.strategy.bias()
            assert set(emitted) == set(item.strategy.regressors)
            for u, expr in emitted.items():
                assert limits[u] - targets[u] == value_at(expr, made.evaluate, known), (str(item), u)
                seen["biased"] += limits[u] != targets[u]
            seen["strategies"] += 1
        assert min(seen.values()) >= MANY, seen

    def test_bias_of_a_column_that_alone_is_determined(self):
        """Where other columns are left open (R_u), the bias of the strategy's own column has a value."""

        seen = Counter()
        for item in found():
            if ruled_out(item) or item.strategy.column not in item.strategy.regressors:
                continue
            world = random_world(item.random("alone"), item.design, item.design.sites or 6, [1, 2])
            limits, u = item.limits(world), item.strategy.column
            if None in limits.values() and limits[u] is not None:
                emitted = item.strategy.bias()[u]
                found_value = value_at(emitted, population(item.design, world).evaluate)
                assert limits[u] - item.targets(world)[u] == found_value, (str(item), emitted)
                seen["determined alone"] += 1
        assert seen["determined alone"] > 10

    @pytest.mark.parametrize(
        ("kind", "level"), [("between", "sites"), ("within", "persons"), ("bypass", "sites")]
    )
    def test_no_condition_can_be_dropped(self, kind, level):
        """With one condition broken and all others met, the regression misses the estimand."""

        missed = tried = 0
        for item in found()[::5]:
            random = item.random(kind)
            condition = random.choice([c for c in item.strategy.conditions if subject(c, kind)] or [None])
            if ruled_out(item) or condition is None or item.strategy.pooled or condition.implied:
                continue
            u = subject(condition, kind)
            worlds = broken_worlds(random, item.design, item.regression, u, level)
            pairs = [(item.limits(world), item.targets(world)) for world in worlds]
            regular = [(b, t) for b, t in pairs if None not in b.values()]
            if regular:
                tried += 1
                missed += any(b != t for b, t in regular)
        assert tried > 50
        assert missed > 0.95 * tried

    def test_what_is_implied_holds_in_every_population(self):
        """A condition that the design is said to imply has no moment that could fail."""

        seen = Counter()
        for item in found()[::3]:
            random = item.random("implied")
            world = random_world(random, item.design, item.design.sites or 3, persons=[1, 2])
            for condition in item.strategy.conditions:
                if not condition.implied or condition.kind not in ("within", "between"):
                    continue
                assert condition.moments(order=None) == (), (str(item), condition)
                assert holds(item, world, condition), (str(item), condition, world.persons)
                seen[condition.kind] += 1
        assert min(seen.values()) > 100, seen

    def test_what_is_ruled_out_is_determined_in_no_population(self):
        """Where the rank is said to be excluded, no population determines the coefficient."""

        tried = 0
        for item in found():
            if not ruled_out(item):
                continue
            random = item.random("ruled out")
            for sites in [item.design.sites] if item.design.sites else [2, 6]:
                world = random_world(random, item.design, sites, [3], range(1, 100))
                assert item.limits(world)[item.strategy.column] is None, (str(item), world.persons)
                tried += 1
        assert tried > 50


def subject(condition: Condition, kind: str) -> str:
    """The regressor (or the arm, for a bypass) that a condition of this kind is about, or nothing."""
    if kind == "bypass":
        return getattr(condition, "arm", "")
    return getattr(condition, "regressor", "") if condition.kind == kind else ""


def holds(item: Found, world: World, condition: Condition) -> bool:
    """A within or between condition by brute force: covariances over persons, moments over sites."""
    reg = item.regression
    u = subject(condition, condition.kind) or subject(condition, "bypass")
    others = set(reg.regressors) - {u}
    d = world.site_effects(u, reg.outcome, others)
    for arm in reg.arms:
        own = world.site_effects(arm, u)
        if condition.kind == "within":
            moments = world.within(world.effect(arm, u), world.effect(u, reg.outcome, others))
        elif item.strategy.pooled:
            moments = [world.between(own, d)]
        else:
            every = [world.site_effects(arm, w) for w in reg.regressors]
            moments = [world.between(r, d) for r in every]
            moments += [world.between(r, q, d) for r in every for q in every]
        if any(moments):
            return False
    return True


class TestGraphicalCriterion:
    def test_through_the_origin_iff_nothing_beyond_the_source_is_bypassed(self):
        """One arm: a strategy without intercept exists iff no node beyond u has a bypass from treatment.

        A direct effect has one only if, besides, no path through unobserved nodes alone runs beside it.
        """

        seen = Counter()
        for number in range(MANY):
            made = design(number)
            if len(made.treatments) > 1:
                continue
            (arm,) = made.treatments
            for estimand in questions(made):
                u, v = estimand.nodes
                avoiding = set(made.mediators) if estimand.kind == "direct" else set()
                beyond = {b for _, b in on_paths(made.graph, u, v, avoiding)}
                hidden = set(made.unobserved)
                bypassed = any(reached_through(made.graph, arm, b, hidden) for b in beyond)
                leaves = on_paths(made.graph, u, v, set(made.mediators) - hidden)
                mixed = estimand.kind == "direct" and leaves != {(u, v)}
                strategies = find_strategies(made, resolve(made, estimand)).strategies
                expected = not bypassed and not mixed
                assert expected == any(not s.intercept for s in strategies), (number, made, estimand)
                seen["bypassed"] += bypassed
                seen["mixed"] += mixed
                seen["neither"] += expected
        assert min(seen.values()) > MANY / 20, seen


def questions(made: Design) -> Iterator[Estimand]:
    """Direct and total effects of measured mediators on measured nodes downstream."""
    measured = [m for m in made.mediators if m not in made.unobserved]
    for u in measured:
        for v in [*measured, made.outcome]:
            if u != v and nx.has_path(made.graph, u, v):
                yield total(u, v)
                if made.graph.has_edge(u, v):
                    yield direct(u, v)


def reached_through(graph: nx.DiGraph, arm: str, node: str, hidden: set[str]) -> bool:
    """Whether a path leads from the arm to the node through unobserved nodes only."""
    return nx.has_path(graph.subgraph({arm, node} | hidden), arm, node)


class TestWitness:
    def test_shows_what_it_claims(self):
        """Equal r_vs in every site for every arm and measured node, a different estimand, by brute force."""

        shown = 0
        for number in range(0, MANY, 6):
            made = design(number)
            for finding in check(made, assume="all").findings:
                witness = finding.witness()
                assert (witness is not None) == (finding.verdict is Verdict.NOT_IDENTIFIED)
                if witness is None:
                    continue
                worlds = [as_world(made, side) for side in (witness.first, witness.second)]
                nodes = [m for m in made.mediators if m not in made.unobserved] + [made.outcome]
                for arm in made.treatments:
                    for node in nodes:
                        first, second = (world.site_effects(arm, node) for world in worlds)
                        assert first == second, (number, made, finding.estimand)
                first, second = (brute_force(made, world, finding.estimand) for world in worlds)
                assert first != second, (number, made, finding.estimand)
                assert witness.verify()
                shown += 1
        assert shown > 50


def as_world(made: Design, side: Population) -> World:
    weights = tuple(int(site.weight) for site in side.sites)
    return World(nx.DiGraph(made.graph), weights, tuple(tuple(site.persons) for site in side.sites))


class TestVerdicts:
    def test_granting_more_never_identifies_less(self):
        """What is identified under some numerals is identified under more of them, and never refuted."""

        seen = Counter()
        for number in range(0, MANY, 10):
            made = design(number)
            random = Random(f"granted {number}")
            few = [numeral for numeral in made.numerals if random.random() < 0.7]
            less, more, every = (check(made, assume=some) for some in ([], few, "all"))
            for estimand in default_estimands(made):
                verdicts = [result[estimand].verdict for result in (less, more, every)]
                identified = [verdict is Verdict.IDENTIFIED for verdict in verdicts]
                assert identified == sorted(identified), (number, made, estimand, few)
                assert len({v in (Verdict.IDENTIFIED, Verdict.CONDITIONAL) for v in verdicts}) == 1
                seen[verdicts[-1]] += 1
        assert min(seen[v] for v in Verdict if v is not Verdict.UNDECIDED) > 10, seen
