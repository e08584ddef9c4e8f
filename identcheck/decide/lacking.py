"""What a strategy lacks: which of its conditions are not met, and which of several strategies lacks least."""

from __future__ import annotations

from collections.abc import Iterable

from identcheck.decide.conditions import Bypass, Condition, by_numerals, of_kind
from identcheck.decide.conditions.base import grants
from identcheck.decide.strategies.composed import Composed
from identcheck.decide.strategies.demand import meets_all, ruled_out
from identcheck.decide.strategies.strategy import Strategy
from identcheck.derive.paths import edge_set
from identcheck.derive.routes import routes_of

__all__ = ["entangled", "granted_by_choice", "lacking", "lacks_but_one", "least_lacking", "meets_all"]

ONE_BEYOND = (True, 0, 1)
"""What is lacked: one condition, and no numeral grants it."""

_BYPASS = (frozenset({Bypass.key}),)
"""The one way to grant a bypass."""

NOT_AROUND = 1_000_000
"""More arrows than a bypass has."""


def granted_by_choice(granted: frozenset[str]) -> frozenset[str]:
    """What is granted to a strategy that leaves a measured mediator to an intercept: numerals and the product, no bypass."""
    return granted - {"bypass", "shared"}


def lacking(strategy: Strategy | Composed, granted: frozenset[str]) -> tuple[Condition, ...]:
    """The conditions of a strategy that are not met."""
    return tuple(c for c in strategy.conditions if not c.met(granted))


def least_lacking(
    strategies: Iterable[Strategy | Composed], granted: frozenset[str]
) -> Strategy | Composed | None:
    """The first that lacks least: whether anything that no numeral grants, then how many conditions.

    A bypass that has an arrow of the compliances is worse than any number of others: unless that arrow is the same in all sites,
    the two move together.
    Of several that lack one bypass alone it is the first whose bypass has the fewest arrows.
    """
    live = [s for s in strategies if not ruled_out(s)]
    if len(live) < 2:
        return live[0] if live else None
    lacks = [_lack(strategy, granted) for strategy in live]
    least = [strategy for strategy, found in zip(live, lacks, strict=True) if found == min(lacks)]
    return min(least, key=lambda s: _arrows_around(s, granted)) if min(lacks) == ONE_BEYOND else least[0]


def lacks_but_one(strategy: Strategy | Composed, granted: frozenset[str]) -> bool:
    """Whether it lacks one condition or none, so that what lacks two bypasses lacks more; a bypass is not granted."""
    return Bypass.key not in granted and _lack(strategy, granted) <= ONE_BEYOND


def _lack(strategy: Strategy | Composed, granted: frozenset[str]) -> tuple[bool, int, int]:
    """What is compared: whether anything that no numeral grants, how many bypasses are entangled, and how many conditions."""
    missing = {ways: count for ways, count in strategy.open.items() if not grants(granted, ways)}
    tied = entangled(strategy) if _BYPASS in missing else 0
    return not all(by_numerals(ways) for ways in missing), tied, sum(missing.values())


def entangled(strategy: Strategy | Composed) -> int:
    """How many of its bypasses have an arrow, of those that differ between sites, on a way to a regressor."""
    found = 0
    for reg in dict.fromkeys(part.regression for part in strategy.parts):
        for arm in reg.intercepts if reg.regressors else ():
            moving = (
                edge_set(reg.design, arm, reg.outcome, reg.fixed) & routes_of(reg.design).varying["sites"]
            )
            found += any(moving & edge_set(reg.design, arm, u) for u in reg.regressors)
    return found


def _arrows_around(strategy: Strategy | Composed, granted: frozenset[str]) -> int:
    """How many arrows the bypass has that a strategy lacks."""
    around = of_kind(lacking(strategy, granted), Bypass)
    return sum(edge_set(c.design, *c.effect).bit_count() for c in around) if around else NOT_AROUND
