"""Whether a world under construction meets conditions: the quick check; ``Witness.verify`` is the independent one."""

from __future__ import annotations

from fractions import Fraction
from functools import singledispatch

from identcheck.decide.conditions import (
    Assigned,
    Between,
    Bypass,
    Condition,
    Cut,
    Product,
    Rank,
    Shared,
    Within,
    unknown_kind,
)
from identcheck.decide.estimands import Target
from identcheck.decide.population.linear import average, covariance, rank
from identcheck.decide.strategies.candidates import own_regressors
from identcheck.decide.witness.world import World
from identcheck.derive.rank import structural_rank
from identcheck.describe.answers import kept

__all__ = ["fits", "keeps_rank"]


@kept
def fits(world: World, conditions: tuple[Condition, ...]) -> bool:
    """Whether the world meets every condition on ranks, within-site covariances, mean independence and bypass."""
    return all(_met(condition, world) for condition in conditions)


def keeps_rank(world: World, target: Target) -> bool:
    """Whether the equations on the way have the rank that they have in general position."""
    return all(_keeps_rank(world, node) for node in (*target.inner, target.target))


@kept
def _keeps_rank(world: World, node: str) -> bool:
    own, arms = own_regressors(world.design, node), world.design.treatments
    least = structural_rank(world.design, own, arms, persons=False).rank if own else 0
    return rank(world.rows(arms, own)) >= least


@singledispatch
def _met(condition: Condition, world: World) -> bool:
    del world
    unknown_kind(condition, "fits")


@_met.register(Assigned)
@_met.register(Cut)
@_met.register(Shared)
@_met.register(Product)
def _left(condition: Condition, world: World) -> bool:
    """What worlds are not made to meet: ``Witness.verify`` decides."""
    del condition, world
    return True


@_met.register
def _determined(condition: Rank, world: World) -> bool:
    reg = condition.regression
    rows = world.rows(reg.arms, reg.regressors, reg.intercepts)
    if reg.pooled:
        rows = [
            [average(column) for column in zip(*rows[a :: len(reg.arms)], strict=True)]
            for a in range(len(reg.arms))
        ]
    whole = rank(rows)
    if condition.structure.full:
        return whole == len(reg.columns)
    return rank([*rows, [Fraction(column == condition.column) for column in reg.columns]]) == whole


@_met.register
def _uncorrelated(condition: Within, world: World) -> bool:
    if all(len(site) == 1 for site in world.sites):
        return True
    reg = condition.regression
    for arm in reg.arms:
        values = [_covariance(world, s, arm, condition) for s in range(len(world.sites))]
        if any(values) and not (reg.pooled and sum(values, Fraction(0)) == 0):
            return False
    return True


def _covariance(world: World, site: int, arm: str, condition: Within) -> Fraction:
    reg, u = condition.regression, condition.regressor
    persons = range(len(world.sites[site]))
    ups = [world.effect(site, i, arm, u, frozenset()) for i in persons]
    downs = [world.effect(site, i, u, reg.outcome, reg.others(u)) for i in persons]
    return covariance(ups, downs)


@_met.register
def _independent(condition: Between, world: World) -> bool:
    if world.exempts(condition):
        return True
    if condition.regression.pooled:
        return _unrelated(condition, world)
    groups = world.sites_alike(condition.regression.arms, condition.regression.regressors)
    means = {average([world.mean_effect(s, *condition.effect) for s in members]) for members in groups}
    return len(means) == 1


@_met.register(Bypass)
def _unrelated(condition: Between | Bypass, world: World) -> bool:
    """Whether every covariance over sites is zero."""
    sites = range(len(world.sites))
    subject = [world.mean_effect(s, *condition.effect) for s in sites]
    return all(
        covariance(subject, [world.mean_effect(s, arm, u) for s in sites]) == 0 for arm, u in condition.pairs
    )
