"""What the graph of heterogeneity says of a condition: whether a drawn cause moves both of its sides (theory section 14).

Nothing drawn is ever a reason why a condition holds: causes may have been left out. Granting its numeral says that there are
none but those drawn. Where these join the two sides, nothing grants it.
"""

from __future__ import annotations

from collections.abc import Iterable

from identcheck.basics.once import once
from identcheck.derive.heterogeneity import Demand, open_route, separated
from identcheck.derive.paths import edges_in
from identcheck.describe.design import Design
from identcheck.describe.site_weights import SITE_WEIGHTS

__all__ = ["joined", "joined_factors", "pairs_of"]


@once
def joined(design: Design, demand: Demand | None, given: tuple[str, ...] = ()) -> str:
    """The way by which drawn causes move both bundles, as a clause; "" where they do not."""
    if demand is None or not design.modifiers or separated(design, *demand, given):
        return ""
    route = open_route(design, *demand, given)
    if route is None:
        return ""
    if route.nodes[-1] != SITE_WEIGHTS:
        return f"a drawn cause moves both sides: {route}"
    own = (
        "the weights change the effect"
        if len(route.nodes) == 2
        else "a drawn cause moves the effect and the weights"
    )
    return f"{own}: {route}"


@once
def joined_factors(
    design: Design, factors: tuple[int, ...], levels: tuple[str, ...], given: tuple[str, ...] = ()
) -> str:
    """The way by which drawn causes move two of some factors, as a clause; "" where they move no two.

    Args:
        design: the design.
        factors: the arrows of each factor, as sets in numbers.
        levels: where: "persons" within sites, "sites" between them.
        given: the modifiers that are held fixed.
    """
    if not design.modifiers:
        return ""
    found = (joined(design, demand, given) for demand in pairs_of(design, factors, levels))
    return next(filter(None, found), "")


def pairs_of(design: Design, factors: tuple[int, ...], levels: Iterable[str]) -> Iterable[Demand]:
    """Each factor against all before it, at each level."""
    for place in range(1, len(factors)):
        before = 0
        for mask in factors[:place]:
            before |= mask
        one, other = (frozenset(edges_in(design, mask)) for mask in (factors[place], before))
        yield from (Demand(level, one, other) for level in levels)
