"""Whether a world under construction meets conditions: the quick check; ``Witness.verify`` is the independent one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction

from identcheck.conditions import Between, Bypass, Condition, Rank, Within
from identcheck.estimands import Target
from identcheck.population.linear import rank
from identcheck.rank import structural_rank
from identcheck.strategies import own_regressors
from identcheck.witness.world import World

__all__ = ["fits", "keeps_rank", "sites_alike"]


def fits(world: World, conditions: Sequence[Condition]) -> bool:
    """Whether the world meets every condition on ranks, within-site covariances and mean independence."""
    key = ("fits", tuple(conditions))
    if key not in world.kept:
        world.kept[key] = all(_met(world, condition) for condition in conditions)
    found: bool = world.kept[key]
    return found


def sites_alike(world: World, condition: Between | Bypass) -> dict[tuple[Fraction, ...], list[int]]:
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


def _met(world: World, condition: Condition) -> bool:
    if isinstance(condition, Rank):
        return _determined(world, condition)
    if isinstance(condition, Within):
        return _uncorrelated(world, condition)
    if isinstance(condition, (Between, Bypass)):
        return _independent(world, condition)
    return True


def _determined(world: World, condition: Rank) -> bool:
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


def _uncorrelated(world: World, condition: Within) -> bool:
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
    return _mean([a * b for a, b in zip(ups, downs, strict=True)]) - _mean(ups) * _mean(downs)


def _independent(world: World, condition: Between | Bypass) -> bool:
    reg = condition.regression
    sites = range(len(world.sites))
    subject = [world.mean_effect(s, *condition.effect) for s in sites]
    if reg.pooled:
        return all(
            _centred(subject, [world.mean_effect(s, arm, condition.effect[0]) for s in sites]) == 0
            for arm in reg.arms
        )
    groups = sites_alike(world, condition).values()
    return len({_mean([subject[s] for s in members]) for members in groups}) == 1


def _centred(ones: list[Fraction], others: list[Fraction]) -> Fraction:
    return _mean([a * b for a, b in zip(ones, others, strict=True)]) - _mean(ones) * _mean(others)


def _mean(values: list[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)
