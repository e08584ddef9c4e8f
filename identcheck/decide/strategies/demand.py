"""How much a strategy asks: the order in which strategies are listed, and which ask for nothing new.

The order, from least to most: no bypass before a bypass, no shared arrow before (S), no product condition
before one, one regression before several; then fewer conditions that are open (neither graph, design nor
declarations give them), conditions of lower order, fewer regressors; a pooled variant after its regression.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from identcheck.decide.conditions.base import Regression
from identcheck.decide.conditions.shared import shared_edges
from identcheck.derive.paths import effect_varies

if TYPE_CHECKING:
    from identcheck.decide.strategies.composed import Composed
    from identcheck.decide.strategies.strategy import Strategy

__all__ = ["asks_all_of", "demand", "ruled_out"]


def ruled_out(strategy: Strategy | Composed) -> bool:
    """Whether the design excludes one of its conditions."""
    return any(condition.violated for condition in strategy.conditions)


def demand(strategy: Strategy | Composed) -> tuple[object, ...]:
    """The key by which strategies are sorted, the least demanding first."""
    asked = [c.asks for c in strategy.conditions if not c.implied]
    order = strategy.parts[0].regression.design.order
    return (
        sum(ask.bypasses for ask in asked),
        sum(ask.shared for ask in asked),
        sum(ask.products for ask in asked),
        len(strategy.parts),
        sum(ask.covariances for ask in asked),
        max((ask.order for ask in asked), default=0),
        len(strategy.regressors),
        tuple(order[u] for u in strategy.regressors),
        strategy.pooled,
        len(strategy.arms),
        str(strategy),
    )


def asks_all_of(one: Regression, other: Regression) -> bool:
    """Whether one regression asks for every condition that the other asks for, so that it adds nothing.

    Conditions are compared in their weakest forms: the same covariance of compliance and effect; mean
    independence of the same effect from at least the same compliances, and for the same bypass covariances with at
    least these; at least the same columns for the rank.
    """
    if one.pooled != other.pooled or not set(other.columns) <= set(one.columns):
        return False
    if not set(other.arms) <= set(one.arms) or not set(shared_edges(other)) <= set(shared_edges(one)):
        return False
    design = one.design
    for arm in other.intercepts:
        around = other.bypass_meant(arm)
        if around is not None and effect_varies(design, around, "sites") and one.bypass_meant(arm) != around:
            return False
    below = ((one.downstream_meant(u), other.downstream_meant(u)) for u in other.regressors)
    return all(
        mine == theirs or theirs is None or not effect_varies(design, theirs, "sites")
        for mine, theirs in below
    )
