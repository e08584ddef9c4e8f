"""How much a strategy asks: the order in which strategies are listed, and which ask for nothing new.

The order, from least to most: no bypass before a bypass, no shared arrow before (S), no product condition
before one, no rank in every site before one, one regression before several; then fewer conditions that are open (neither
graph, design nor declarations give them), conditions of lower order, fewer regressors; a pooled variant after its regression.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from identcheck.basics.once import once
from identcheck.decide.conditions import Bypass, Everywhere, Rank, by_numerals, is_kind
from identcheck.decide.conditions.base import grants
from identcheck.decide.conditions.regression import Regression
from identcheck.decide.conditions.shared import shared_edges
from identcheck.derive.routes import bits, routes_of
from identcheck.describe.design import Design

if TYPE_CHECKING:
    from identcheck.decide.strategies.composed import Composed
    from identcheck.decide.strategies.strategy import Strategy

    Any = TypeVar("Any", Strategy, Strategy | Composed)
    Some = TypeVar("Some", bound=Strategy | Composed)

__all__ = [
    "beyond_numerals",
    "demand",
    "in_order",
    "meets_all",
    "minimal",
    "minimal_compositions",
    "ruled_out",
]


def ruled_out(strategy: Strategy | Composed) -> bool:
    """Whether the design excludes one of its conditions."""
    return any(part.excluded for part in strategy.parts) or strategy.joined


def meets_all(strategy: Strategy | Composed, granted: frozenset[str]) -> bool:
    """Whether every condition of a strategy is met."""
    return all(grants(granted, ways) for ways in strategy.open) and not ruled_out(strategy)


def demand(strategy: Strategy | Composed) -> tuple[object, ...]:
    """The key by which strategies are sorted, the least demanding first; of those of which it is the same, by their names."""
    order = strategy.parts[0].regression.design.order
    return (
        *_first(strategy),
        strategy.asks.order,
        sum(part.regression.width for part in strategy.parts if part.regression.moderators),
        len(strategy.regressors),
        tuple(order[u] for u in strategy.regressors),
        strategy.pooled,
        len(strategy.arms),
    )


def _first(strategy: Strategy | Composed) -> tuple[int, ...]:
    """What is compared first."""
    asks = strategy.asks
    return (
        asks.bypasses,
        asks.shared,
        asks.products,
        asks.everywhere,
        len(strategy.parts),
        asks.covariances,
    )


def in_order(strategies: Sequence[Any]) -> Iterator[Any]:
    """The strategies, the least demanding first; what tells few of them apart is asked of these alone, last their names."""
    yield from _sorted(strategies, (_first, demand, lambda strategy: (str(strategy),)))


def _sorted(strategies: Sequence[Any], keys: Sequence[Callable[[Any], tuple[object, ...]]]) -> Iterator[Any]:
    """The strategies by one key; those of which it is the same, by the next."""
    if len(strategies) < 2 or not keys:
        yield from strategies
        return
    alike: dict[tuple[object, ...], list[Any]] = defaultdict(list)
    for strategy in strategies:
        alike[keys[0](strategy)].append(strategy)
    for first in sorted(alike):
        yield from _sorted(alike[first], keys[1:])


@once
def _terms(
    design: Design,
    outcome: str,
    regressors: tuple[str, ...],
    arms: tuple[str, ...],
    intercepts: tuple[str, ...],
    pooled: bool,
    moderators: tuple[str, ...],
    site_by_site: bool,
) -> tuple[frozenset[object], frozenset[object]]:
    """What a regression has, and what another must have to ask for every condition that it asks for.

    Conditions are compared in their weakest forms: the same covariance of compliance and effect; mean independence of
    the same effect from at least the same compliances, and for the same bypass covariances with at least these; at least
    the same columns for the rank. Site by site the effects are those whose covariances within sites are asked of. An effect is
    the nodes on its paths; one that does not differ, between sites or within them, asks nothing.
    """
    reg = Regression(design, outcome, regressors, arms, intercepts, pooled, moderators, site_by_site)
    routes, level = routes_of(design), "persons" if site_by_site else "sites"
    plain = {(pooled, site_by_site), *((c,) for c in reg.columns), *arms, *shared_edges(reg)}
    plain |= {("given", moderators)} if moderators else set()
    effects = {n: routes.between(n, outcome, reg.fixed) for n in (*arms, *regressors)}
    needed = (n for n in reg.columns if reg.cells or routes.varies(level, effects[n]))
    return frozenset({*plain, *effects.items()}), frozenset({*plain, *((n, effects[n]) for n in needed)})


def _terms_of(reg: Regression) -> tuple[frozenset[object], frozenset[object]]:
    return _terms(reg.design, *reg.shape, reg.moderators, reg.site_by_site)


def minimal(strategies: Sequence[Strategy], others: Sequence[Strategy] = ()) -> list[Strategy]:
    """Leave out what asks for all that another one asks for which is not ruled out; of equals the first stays.

    All are of one outcome and column.
    """
    if len(strategies) + len(others) < 2:
        return list(strategies)
    everyone = [*strategies, *others]
    terms = [_terms_of(strategy.regression) for strategy in everyone]
    needing: dict[object, int] = defaultdict(int)
    for place, (_, needs) in enumerate(terms):
        for term in needs:
            needing[term] |= 1 << place

    def covered(place: int) -> int:
        """Those all of whose terms this one has."""
        missed = 0
        for term in needing.keys() - terms[place][0]:
            missed |= needing[term]
        return ((1 << len(everyone)) - 1) & ~missed & ~(1 << place)

    def spoils(other: int, place: int) -> bool:
        later = place < other < len(strategies)
        alike = later and terms[place][1] <= terms[other][0]
        return not alike and not ruled_out(everyone[other])

    return [
        strategy
        for place, strategy in enumerate(strategies)
        if not any(spoils(other, place) for other in bits(covered(place)))
    ]


def minimal_compositions(composed: list[Some], plain: Iterable[Strategy | Composed]) -> list[Some]:
    """Leave out what asks for every open condition of another strategy."""
    if not composed:
        return []
    asked = {s: _asked(s) for s in (*plain, *composed) if not ruled_out(s)}
    return [
        one
        for place, one in enumerate(composed)
        if not any(
            asked[other] < asked[one] or (asked[other] == asked[one] and other not in composed[place:])
            for other in asked
            if other is not one
        )
    ]


def _asked(strategy: Strategy | Composed) -> frozenset[object]:
    """The open conditions; the rank of a regression that can have full rank is one condition for all columns."""
    return frozenset(
        (c.regression, c.structure.columns)
        if (is_kind(c, Rank) or is_kind(c, Everywhere)) and c.structure.full
        else c
        for c in strategy.conditions
        if not c.implied
    )


def beyond_numerals(strategy: Strategy | Composed) -> bool:
    """Whether it is ruled out, or asks for something open that none of the numbered assumptions grants.

    A bypass is such a thing also where (vii) grants it on the way, so that compositions are looked for which ask for none.
    """
    named = frozenset({Bypass.key})
    return ruled_out(strategy) or not all(by_numerals(ways) and named not in ways for ways in strategy.open)
