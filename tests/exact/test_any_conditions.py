"""Every strategy, in populations that meet its conditions and in those that do not (theory section 7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
import sympy

from identcheck import check
from identcheck.decide.conditions import Between, Condition, is_kind
from identcheck.decide.population import Population
from identcheck.decide.population.meeting import meets
from identcheck.decide.strategies import Step
from tests.exact.crossed import Sides, broken_worlds, on_paths
from tests.exact.found import Found, brute_force, found, met, ruled_out
from tests.exact.oracle import Number, Regression, World, value_at
from tests.exact.worlds import MANY, cases, population, random_world


def said_by_expressions(made: Population, condition: Condition) -> bool:
    """Whether what must vanish does; pooled within sites, on average over sites."""
    if condition.kind == "within" and condition.regression.pooled:
        values = [[made.evaluate(x, site=s) for s in range(len(made.sites))] for x in condition.exact]
        return not any(sum(w * v for w, v in zip(made.shares, each, strict=True)) for each in values)
    return all(vanishes(made, condition, expr) for expr in condition.exact)


def vanishes(made: Population, condition: Condition, expr: sympy.Expr) -> bool:
    """Whether a moment is 0: in every site for a within condition or one of strategies site by site, over sites for another."""
    if condition.kind == "within" or condition.regression.site_by_site:
        return not any(made.evaluate(expr, site=s) for s in range(len(made.sites)))
    return made.evaluate(expr) == 0


def test_a_population_meets_a_condition_where_its_expressions_vanish() -> None:
    """``meets`` works with effects of persons, the expressions are evaluated by themselves: they agree, met or not."""
    seen: Counter[tuple[str, bool]] = Counter()
    for chosen in cases(100):
        made = chosen.population
        strategies = [s for finding in check(chosen.design).findings for s in finding.strategies[:6]]
        for condition in dict.fromkeys(c for s in strategies for c in s.conditions):
            about_means = is_kind(condition, Between) and not condition.regression.pooled
            if condition.exact and not about_means:
                agreed = meets(made, condition)
                assert agreed == said_by_expressions(made, condition), (str(chosen), condition)
                seen[condition.kind, agreed] += 1
    assert min(seen[kind, met] for kind in ("within", "between", "product") for met in (True, False)) > 10, (
        seen
    )
    assert seen["shared", False] > 10, seen


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
        assert len(met()) > max(MANY, 0.8 * sum(not ruled_out(item) for item in found()))
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
        for item, world in met()[::9]:
            if None in item.limits(world).values():
                continue
            for step in item.strategy.derivation:
                for left, right in replayed(item, world, step):
                    assert left == right, (str(item), step)
                seen[step.level] += 1
        assert min(seen[level] for level in ("person", "site", "sites")) > 50, seen


def replayed(item: Found, world: World, step: Step) -> Iterator[tuple[Number, Number]]:
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


class TestTheList:
    def test_names_everything_the_decomposition_leaves_over(self):
        """(C), (W), (B), bypass, (S) and (R), each for what the graph says it is needed for."""

        seen = Counter()
        for item in found():
            reg = item.regression
            sides = Sides(item.design.graph, reg)
            working = [u for u in reg.regressors if sides.effect(u)]
            moving = [e for e in sides.shared if item.design.varies(*e) != "none"]
            by_site = item.strategy.site_by_site
            kinds = ("within",) if by_site else ("within", "between")
            expected = {(kind, u) for u in working for kind in kinds}
            expected |= {("between", arm) for arm in reg.intercepts}
            expected |= {("everywhere" if by_site else "rank", "")}
            expected |= {("cut", "")} if set(reg.arms) - set(reg.intercepts) else set()
            if moving and not (item.strategy.pooled or by_site) and item.design.sites != 1:
                expected |= {("shared", "")}
            listed = {(c.kind, subject(c, c.kind) or subject(c, "bypass")) for c in item.strategy.conditions}
            assert expected == listed, str(item)
            seen.update(kind for kind, _ in listed)
        assert min(seen.values()) > 50, seen

    def test_arms_without_an_intercept_are_cut(self):
        """No path leads from such an arm to the outcome around the regressors; from the others one does."""

        for item in found():
            reg = item.regression
            for arm in reg.arms:
                bypass = on_paths(item.design.graph, arm, reg.outcome, set(reg.regressors))
                assert bool(bypass) == (arm in reg.intercepts), str(item)


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
            assert not any(expr.has(sympy.nan, sympy.zoo) for expr in emitted.values()), str(item)
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
            rank = next(c for c in item.strategy.conditions if c.kind in ("rank", "everywhere"))
            if (
                ruled_out(item)
                or rank.structure.full
                or item.strategy.column not in item.regression.regressors
                or any(c.kind == "shared" for c in item.strategy.conditions)
            ):
                continue
            sites = item.design.sites or 5
            world = random_world(item.random("alone"), item.design, sites, [2], range(1, 10**6))
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
        for item in found()[::9]:
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
        assert tried > 30
        assert missed > 0.95 * tried

    def test_what_is_implied_holds_in_every_population(self):
        """A condition that the design is said to imply has no moment that could fail."""

        seen = Counter()
        for item in found()[::5]:
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
        """Where the rank is said to be excluded, populations that meet (S) leave the coefficient open.

        Large coefficients: with small ones, two sites may agree by chance.
        """

        tried = 0
        for item in found():
            if not ruled_out(item):
                continue
            random = item.random("ruled out")
            for sites in [item.design.sites] if item.design.sites else [2, 6]:
                drawn = random_world(random, item.design, sites, [3], range(1, 10**6))
                world = with_shared_edges_constant(drawn, item.regression)
                assert item.limits(world)[item.strategy.column] is None, (str(item), world.persons)
                tried += 1
        assert tried > 50


def with_shared_edges_constant(world: World, regression: Regression) -> World:
    """The same population, with (S): each edge on both sides has one value for everyone."""
    sides = Sides(world.graph, regression)
    shared = {edge: world.persons[0][0][edge] for edge in sides.shared}
    persons = tuple(tuple({**person, **shared} for person in site) for site in world.persons)
    return World(world.graph, world.weights, persons)


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
    if u in reg.intercepts:  # a bypass asks for covariances with its arm's own compliances
        return not any(world.between(world.site_effects(u, w), d) for w in reg.regressors)
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
