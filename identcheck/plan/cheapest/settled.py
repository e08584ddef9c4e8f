"""The cheapest trials by numbers of their own.

Numbers for other persons and sites than a plan's are off where they rest on drawn sets of sites, with few sites or skewed
effects: by a per cent or so, and by far more where the plan has far fewer persons in a site. The search is then done again
about what it found, from a plan that states the trial found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from identcheck.plan.cheapest.bounds import Bounds, Range
from identcheck.plan.cheapest.rounds import offers
from identcheck.plan.cheapest.search import Offer, Search
from identcheck.plan.closed.few_sites import FEW

__all__ = ["settled"]

ROUNDS = 2
"""So often the search is done again, until it finds the trial that it began with."""

ABOUT, ALIKE_SIZE = 1.5, 1.25
"""How far around that trial, in sites and units, and in the size of clusters where persons cost something."""

ALIKE = 1e-6
"""Standard errors that differ by less, relative to their size, are the same."""

USED = 8
"""Sites of the trial whose numbers stand for those of all with few sites."""

NEAR_FEW = 13
"""Where the cheapest by the numbers of the plan has more sites, no trial with few is looked for; where it has few, about it."""

SHOWN = 8
"""So many trials are told."""


def settled(search: Search, bounds: Bounds, shown: int = SHOWN) -> list[Offer]:
    """Trials within bounds that meet every demand by their own numbers, the cheapest first, then others that differ from it.

    None where none does; no more than are to be shown.
    """
    found = offers(search, bounds)
    found = sorted({*found, *_of_few_sites(search, bounds, found)})
    if not found or (there := search.stating(found[0])) is None or _alike(search, there, found[0]):
        return _apart(found)[:shown]
    seen, near = [found[0]], found
    for _ in range(ROUNDS):
        near = offers(there, bounds.within(_about(search, seen[-1]))) or offers(there, bounds)
        if not near or near[0] in seen or (then := search.stating(near[0])) is None:
            break
        seen.append(near[0])
        there = then
    sound = list(_sound(search, [*seen, *near[:SHOWN]][: 2 * SHOWN]))
    best = min(sound) if sound else None
    others = [offer for offer in _apart(sorted({*sound, *found})) if best is None or offer.cost > best.cost]
    return ([best] if best else []) + list(_sound(search, others[: shown - 1]))


def _of_few_sites(search: Search, bounds: Bounds, found: list[Offer]) -> list[Offer]:
    """Trials with few sites by the numbers of one of them, with as many persons in all as the cheapest that was found.

    By those of a plan with more sites and fewer persons in each their standard errors are too large.
    """
    few = bounds.within(replace(bounds, sites=Range(1, FEW - 1)))
    if few.empty or search.at.fixed or (found and not FEW <= found[0].sites <= NEAR_FEW):
        return []
    in_all, size = search.at.sites * search.units, few.size.nearest(search.size)
    if found:
        in_all, size = found[0].sites * found[0].units, found[0].in_cluster
        few = replace(few, size=few.size.within(Range(size // 2, 2 * size + 1)))
    sites = few.sites.nearest(USED)
    trial = Offer(0.0, sites, few.units.nearest(in_all / sites), size)
    there = search.stating(trial)
    return [] if there is None else offers(there, few, found[0] if found else None)


def _sound(search: Search, found: Iterable[Offer]) -> Iterator[Offer]:
    """Of trials those that do by their own numbers."""
    for offer in dict.fromkeys(found):
        own = search.stating(offer)
        if own is not None and own.meets(offer):
            yield offer


def _apart(found: Sequence[Offer]) -> list[Offer]:
    """The cheapest; then the cheapest of other sizes of clusters, or of persons at least a fifth apart."""
    kept: list[Offer] = []
    for offer in found:
        pairs = ((offer.units / other.units, offer.in_cluster / other.in_cluster) for other in kept)
        if all(any(not 5 / 6 <= ratio <= 6 / 5 for ratio in ratios) for ratios in pairs):
            kept.append(offer)
    return kept


def _alike(search: Search, there: Search, offer: Offer) -> bool:
    """Whether a trial has the same standard errors by the numbers of the plan and by its own."""
    pairs = zip(search.prospects(offer), there.prospects(offer), strict=True)
    return all(abs(one.se - own.se) <= ALIKE * own.se for (_, one), (_, own) in pairs)


def _about(search: Search, offer: Offer) -> Bounds:
    size = ALIKE_SIZE if search.plan.costs.get("person") else ABOUT
    far = (offer.sites, ABOUT), (offer.units, ABOUT), (offer.in_cluster, size)
    return Bounds(*(Range(int(number / times), int(number * times) + 2) for number, times in far))
