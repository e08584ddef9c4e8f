"""Whether a world under construction meets conditions: the quick check; ``Witness.verify`` is the independent one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
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
    is_kind,
    unknown_kind,
)
from identcheck.decide.estimands import Target
from identcheck.decide.population.linear import covariance, mean, rank
from identcheck.decide.strategies import own_regressors
from identcheck.decide.witness.world import World
from identcheck.derive.rank import structural_rank

__all__ = ["exempt", "fits", "keeps_rank"]


def fits(world: World, conditions: Sequence[Condition]) -> bool:
    """Whether the world meets every condition on ranks, within-site covariances, mean independence and bypass."""
    key = ("fits", tuple(conditions))
    if key not in world.kept:
        world.kept[key] = all(_met(condition, world) for condition in conditions)
    found: bool = world.kept[key]
    return found


def sites_alike(world: World, condition: Between) -> dict[tuple[Fraction, ...], list[int]]:
    """The sites by their compliances."""
    reg = condition.regression
    key = ("groups", reg.arms, reg.regressors)
    if key not in world.kept:
        world.kept[key] = defaultdict(list)
        for s in range(len(world.sites)):
            world.kept[key][world.compliances(s, reg)].append(s)
    found: dict[tuple[Fraction, ...], list[int]] = world.kept[key]
    return found


def keeps_rank(world: World, target: Target) -> bool:
    """Whether the equations on the way have the rank that they have in general position."""
    design = world.design
    for node in (*target.inner, target.target):
        if ("keeps rank", node) not in world.kept:
            own = own_regressors(design, node)
            least = structural_rank(design, own, design.treatments, persons=False).rank if own else 0
            world.kept["keeps rank", node] = rank(world.rows(design.treatments, own)) >= least
        if not world.kept["keeps rank", node]:
            return False
    return True


def exempt(world: World, condition: Condition) -> bool:
    """Whether (vii) is not to be had of a regressor because an arrow of its own effect that (S) is about varies."""
    return is_kind(condition, Between) and any(world.differs(edge) for edge in condition.shared)


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
            [sum(column, Fraction(0)) for column in zip(*rows[a :: len(reg.arms)], strict=True)]
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
    if exempt(world, condition):
        return True
    if condition.regression.pooled:
        return _unrelated(condition, world)
    groups = sites_alike(world, condition).values()
    means = {mean([world.mean_effect(s, *condition.effect) for s in members]) for members in groups}
    return len(means) == 1


@_met.register
def _bypass(condition: Bypass, world: World) -> bool:
    return _unrelated(condition, world)


def _unrelated(condition: Between | Bypass, world: World) -> bool:
    """Whether every covariance over sites is zero."""
    sites = range(len(world.sites))
    subject = [world.mean_effect(s, *condition.effect) for s in sites]
    return all(
        covariance(subject, [world.mean_effect(s, arm, u) for s in sites]) == 0 for arm, u in condition.pairs
    )
