"""Every strategy found for the default estimands of random designs, with what it claims, by brute force."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from random import Random

from identcheck.decide.estimands import Estimand, resolve
from identcheck.decide.identification import default_estimands
from identcheck.decide.strategies import Strategy, find_strategies
from identcheck.describe.design import Design
from tests.exact.crossed import crossed_world
from tests.exact.obliging import in_sites
from tests.exact.oracle import Number, Regression, World
from tests.exact.worlds import MANY, random_design


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
        if self.strategy.site_by_site:
            each = {u: in_sites(world, reg, u) for u in reg.regressors}
            return {u: None if None in values else world.between(values) for u, values in each.items()}
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
    """Every single regression found for a default estimand of any of the random designs."""
    every = []
    for number in range(MANY):
        made = design(number)
        strategies: dict[Strategy, list[Estimand]] = {}
        for estimand in default_estimands(made):
            search = find_strategies(made, resolve(made, estimand))
            for strategy in (*search.strategies, *search.by_choice):
                if isinstance(strategy, Strategy):
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
    if estimand.kind == "mediated":
        return _part(design, world, estimand)
    others = set(design.mediators) if estimand.kind == "direct" else set()
    return world.between(world.site_effects(*estimand.nodes, others))


def _part(design: Design, world: World, estimand: Estimand) -> Number:
    """The average of compliance times effect, or of the bypass."""
    (node,) = estimand.nodes
    measured = set(design.observed_mediators)
    if node in design.treatments:
        return world.between(world.site_effects(node, design.outcome, measured))
    into = world.effect(estimand.arm or design.treatments[0], node)
    onward = world.effect(node, design.outcome, measured - {node})
    products = [[a * b for a, b in zip(*each, strict=True)] for each in zip(into, onward, strict=True)]
    return world.between(world.within(products))
