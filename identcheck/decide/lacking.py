"""What a strategy lacks: which of its conditions are not met, and which of several strategies lacks least."""

from __future__ import annotations

from collections.abc import Iterable

from identcheck.decide.conditions import UNNUMBERED, Condition
from identcheck.decide.strategies.composed import Composed
from identcheck.decide.strategies.demand import meets_all, ruled_out
from identcheck.decide.strategies.strategy import Strategy

__all__ = ["granted_by_choice", "lacking", "least_lacking", "meets_all"]


def granted_by_choice(granted: frozenset[str]) -> frozenset[str]:
    """What is granted to a strategy that leaves a measured mediator to an intercept: numerals and the product, no bypass."""
    return granted - {"bypass", "shared"}


def lacking(strategy: Strategy | Composed, granted: frozenset[str]) -> tuple[Condition, ...]:
    """The conditions of a strategy that are not met."""
    return tuple(c for c in strategy.conditions if not c.met(granted))


def least_lacking(
    strategies: Iterable[Strategy | Composed], granted: frozenset[str]
) -> Strategy | Composed | None:
    """The first that lacks least: whether anything that no numeral grants, then how many conditions."""
    live = [s for s in strategies if not ruled_out(s)]

    def lack(strategy: Strategy | Composed) -> tuple[bool, int]:
        missing = {names: count for names, count in strategy.open.items() if granted.isdisjoint(names)}
        return any(names[0] in UNNUMBERED for names in missing), sum(missing.values())

    return live[0] if len(live) == 1 else min(live, key=lack, default=None)
