"""The search over sites, clusters and persons.

Numbers for another number of sites follow at once; those for another number of persons, or size of clusters, are worked out
anew. So the fewest sites are found for each number of units (persons, or clusters) in a site. Power grows with both.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import pairwise, product

from identcheck.plan.cheapest.bounds import Bounds
from identcheck.plan.cheapest.search import Offer, Search
from identcheck.plan.closed.estimators import least
from identcheck.plan.closed.few_sites import FEW
from identcheck.plan.closed.questions import Question

__all__ = ["least_biased", "offers"]

STEPS = 1.6
"""From one number of units to the next in the first round."""

DOUBLED = 2.0
"""From one size of clusters to the next there."""

NEARER = (1.25, 1.1, 1.0)
"""From the cheapest size of clusters to the next ones, as long as one of these is cheaper; then by smaller steps."""

NEARLY = 0.9995
"""What could be cheaper by less than this share is not looked at."""

MOST_LOOKS = 120
"""So many more numbers of units are looked at for each size of clusters."""

AFFORDED = 1.25
"""Trials that cost more than this multiple of the cheapest so far are not looked at further."""


def offers(search: Search, bounds: Bounds, best: Offer | None = None) -> list[Offer]:
    """Trials within bounds that meet every demand on every effect, the cheapest first; none far dearer than one that is known."""
    return [] if bounds.empty else Round(search, bounds, best).offers()


def least_biased(search: Search, bounds: Bounds) -> tuple[Offer, dict[Question, float]]:
    """Of trials with enough power the one whose largest bias is least, and each bias as a share of the standard error.

    For bounds within which the largest trial has enough power, and none does.
    """
    tried = Round(search, bounds)
    tried.offers()
    found = []
    for (units, size), look in tried.found.items():
        if look.sites <= bounds.sites.most:
            now = [search.prospect(q, look.sites, units, size) for q in search.questions]
            shares = [abs(each.bias) / each.se if each.se else 0.0 for each in now]
            offer = Offer(search.cost(look.sites, units, size), look.sites, units, size)
            found.append((max(shares), offer, shares))
    _, best, least_shares = min(found)
    return best, dict(zip(search.questions, least_shares, strict=True))


@dataclass(frozen=True)
class Look:
    """What is found with so many units in a site: the trial that does, and how many sites there must be at the least."""

    offer: Offer | None
    sites: int


class Round:
    """One search within bounds."""

    def __init__(self, search: Search, bounds: Bounds, best: Offer | None = None) -> None:
        self.search, self.bounds, self.asked = search, bounds, search.questions
        self.found: dict[tuple[int, int], Look] = {}
        self.best = best
        self.near = bounds.sites.nearest(search.at.sites)
        self.total = 0

    def offers(self) -> list[Offer]:
        """Trials on a grid of cluster sizes and units; then all about the cheapest, size by size."""
        sizes, units = self.bounds.size, _grid(self.bounds.units.least, self.bounds.units.most, STEPS)
        first = dict.fromkeys((sizes.nearest(self.search.size), *_grid(sizes.least, sizes.most, DOUBLED)))
        self.total = 2 * len(first) * len(units)
        for size, each in product(first, units):
            self._look(each, size)
        refined: set[int] = set()
        for step in NEARER:
            around: set[int] = set()
            while (best := self.best) and best.in_cluster not in around:
                around.add(best.in_cluster)
                for size in self._near(best.in_cluster, step):
                    if size not in refined:
                        refined.add(size)
                        self._refine(size)
        while self._polished():
            pass
        return sorted(look.offer for look in self.found.values() if look.offer is not None)

    def _near(self, size: int, step: float) -> list[int]:
        """A size of clusters and the next ones below and above it."""
        found = {size, min(round(size / step), size - 1), max(round(size * step), size + 1)}
        return sorted(each for each in found if each in self.bounds.size)

    def _refine(self, size: int) -> None:
        """Numbers of units between those of the grid, wherever a cheaper trial could be.

        Fewer units take as many sites or more: so what lies between two numbers costs no less than the sites of the one above,
        with one unit more than the one below. Where that is least is looked at first.
        """
        units = _grid(self.bounds.units.least, self.bounds.units.most, STEPS)
        for each in units:
            self._look(each, size)
        between = [self._bounded(*pair, size) for pair in pairwise(units)]
        heapify(between)
        for _ in range(MOST_LOOKS):
            while between and between[0][2] - between[0][1] < 2:
                heappop(between)
            if not between or self.best is None or between[0][0] >= self.best.cost * NEARLY:
                return
            _, below, above = heappop(between)
            middle = (below + above) // 2
            self._look(middle, size)
            heappush(between, self._bounded(below, middle, size))
            heappush(between, self._bounded(middle, above, size))

    def _bounded(self, below: int, above: int, size: int) -> tuple[float, int, int]:
        """What a trial costs at the least with units between two numbers, and the two; infinitely much if with both none does."""
        ends = self.found[below, size], self.found[above, size]
        none = all(look.offer is None for look in ends)
        return math.inf if none else self.search.cost(ends[1].sites, below + 1, size), below, above

    def _polished(self) -> bool:
        """Whether nearly as many sites and clusters, with fewer persons in each cluster, make a cheaper trial."""
        best, costs = self.best, self.search.plan.costs
        if best is None or not self.search.clustered or not costs.get("person"):
            return False
        for sites in range(best.sites - 2, best.sites + 3):
            for units in range(best.units - 2, best.units + 3):
                if sites not in self.bounds.sites or units not in self.bounds.units:
                    continue
                free = best.cost * NEARLY - self.search.cost(sites, units, 0)
                size = math.ceil(free / (sites * units * costs["person"])) - 1
                if size in self.bounds.size and (units, size) not in self.found:
                    self._look(units, size)
                    if self.best != best:
                        return True
        return False

    def _look(self, units: int, size: int) -> None:
        """Find the fewest sites that meet every demand; none where the trial would cost far more than the best."""
        if (units, size) in self.found:
            return
        if self.search.progress is not None:  # how much is left is not known: at the least one more
            done = len(self.found) + 1
            self.search.progress(done, max(self.total, done + 1))
        of_one, sites = self.search.cost(1, units, size), self.bounds.sites
        most = sites.most
        if self.best is not None and of_one:
            most = min(most, math.floor(AFFORDED * self.best.cost / of_one))
        fewest = sites.least
        for question in self.asked:
            found = self._enough(question, units, size, fewest, most)
            if found is None:
                self.found[units, size] = Look(None, most + 1)
                return
            fewest = found
        self.near = fewest
        offer = None
        few = range(sites.least, min(fewest, FEW))  # there power need not grow with sites
        count = next((k for k in few if self.search.meets(Offer(0.0, k, units, size))), None)
        if (count := count or self._harmless(units, size, fewest, most)) is not None:
            offer = Offer(count * of_one, count, units, size)
            self.best = offer if self.best is None else min(self.best, offer)
        self.found[units, size] = Look(offer, min(fewest, count or fewest))

    def _enough(self, question: Question, units: int, size: int, fewest: int, most: int) -> int | None:
        """The fewest sites with enough power; None where even the most have too little."""

        def enough(sites: int) -> bool:
            return self.search.powerful(question, sites, units, size)

        if most < fewest or (most < FEW and not enough(FEW)):  # numbers for fewer than FEW take far longer
            return None
        return least(fewest, most, enough, lambda: max(fewest, min(self.near, most)))

    def _harmless(self, units: int, size: int, fewest: int, most: int) -> int | None:
        """The fewest sites from some number on with which every bias is small; None where there are none on a grid."""

        def small(sites: int) -> bool:
            return all(self.search.harmless(question, sites, units, size) for question in self.asked)

        below = fewest - 1
        for sites in _grid(fewest, most, 1.25):
            if small(sites):
                return next(k for k in range(below + 1, sites + 1) if small(k))
            below = sites
        return None


def _grid(low: int, high: int, step: float) -> list[int]:
    """Whole numbers from one to another, both included, each about ``step`` times the one before."""
    found, at = [low], float(low)
    while (at := max(at * step, found[-1] + 1)) < high:
        found.append(round(at))
    return [*found, high] if high > found[-1] else found
