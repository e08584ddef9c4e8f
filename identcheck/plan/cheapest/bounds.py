"""What a search for the cheapest trial may range over: what is possible, what the user states, what is usual."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from identcheck.derive.words import listed
from identcheck.plan.closed.estimators import MOST_SITES
from identcheck.plan.inputs.anticipated import Anticipated
from identcheck.plan.inputs.persons import least_persons

__all__ = ["Bounds", "Range", "Ranged", "possible", "stated", "unfit", "usual"]

MOST_UNITS = 20_000
"""Persons, or clusters of one site, that are tried at the most."""

MOST_IN_CLUSTER = 2_000

FEW_SITES = 2
"""Fewer sites leave no difference between sites to tell effects from."""


@dataclass(frozen=True)
class Range:
    """Whole numbers from the least to the most; none where the least is more."""

    least: int
    most: int

    def __contains__(self, number: float) -> bool:
        return self.least <= number <= self.most

    def within(self, other: Range) -> Range:
        """What both have."""
        return Range(max(self.least, other.least), min(self.most, other.most))

    def nearest(self, number: float) -> int:
        """The number of the range that is nearest to one."""
        return max(self.least, min(round(number), self.most))

    @property
    def words(self) -> str:
        """Such as "8 to 100"."""
        return f"{self.least:,}" if self.least == self.most else f"{self.least:,} to {self.most:,}"


Ranged = dict[str, Range]
"""Ranges by what they are of: "sites", and "persons" of a site, or "clusters" of a site and "persons_per_cluster"."""

USUAL = Ranged(
    sites=Range(8, 100), persons=Range(20, 1_000), clusters=Range(4, 50), persons_per_cluster=Range(5, 200)
)
"""Outside these a trial is called unusual.

With fewer than 8 sites closed forms are rough; more sites, or clusters, than these have to be won one by one.
"""


@dataclass(frozen=True)
class Bounds:
    """Ranges of sites, of units (persons, or clusters) in a site, and of persons in a cluster: 1 where persons are assigned."""

    sites: Range
    units: Range
    size: Range

    def within(self, other: Bounds) -> Bounds:
        """The trials that both have."""
        return Bounds(
            self.sites.within(other.sites), self.units.within(other.units), self.size.within(other.size)
        )

    @property
    def empty(self) -> bool:
        """Whether there is no trial in them."""
        return any(each.least > each.most for each in (self.sites, self.units, self.size))


def _bounds(ranges: Ranged, clustered: bool) -> Bounds:
    if clustered:
        return Bounds(ranges["sites"], ranges["clusters"], ranges["persons_per_cluster"])
    return Bounds(ranges["sites"], ranges["persons"], Range(1, 1))


def possible(at: Anticipated) -> Bounds:
    """All trials that are tried where nothing is stated: with fewer than 8 sites only where the plan itself has as few."""
    units = Range(least_persons(at.shares), MOST_UNITS)
    size = Range(2, MOST_IN_CLUSTER) if _clustered(at) else Range(1, 1)
    return Bounds(Range(max(FEW_SITES, min(USUAL["sites"].least, at.sites)), MOST_SITES), units, size)


def stated(at: Anticipated, leave_out: str = "") -> Bounds:
    """Of these the ones that the plan's bounds allow, but for one bound."""
    all_of_them, clustered = possible(at), _clustered(at)
    size = Range(1, MOST_IN_CLUSTER) if "persons_per_cluster" in at.plan.bounds else all_of_them.size
    ranges = Ranged(
        sites=all_of_them.sites,
        persons=all_of_them.units,
        clusters=all_of_them.units,
        persons_per_cluster=size,
    )
    for name, said in at.plan.bounds.items():
        if name != leave_out:
            full, most = ranges[name], said.get("most", ranges[name].most)
            if name == "sites" and ("least" in said or most < full.least):
                full = Range(FEW_SITES, full.most)
            ranges[name] = Range(said.get("least", 1), most).within(full)
    return _bounds(ranges, clustered)


def usual(at: Anticipated) -> Bounds:
    """Of the trials that the plan's bounds allow the usual ones: as the plan has it, or in the usual ranges.

    An end that the plan states in its bounds is not narrowed.
    """
    allowed, clustered = stated(at), _clustered(at)
    units = at.sizes.mean() / at.unit_size
    own = {"sites": at.sites, "persons": units, "clusters": units, "persons_per_cluster": at.unit_size}
    ranges = Ranged()
    for name, one in USUAL.items():
        said = at.plan.bounds.get(name, {})
        least = 1 if "least" in said else min(one.least, round(own[name]))
        most = MOST_UNITS if "most" in said else max(one.most, round(own[name]))
        ranges[name] = Range(least, most)
    return _bounds(ranges, clustered).within(allowed)


def unfit(at: Anticipated) -> Iterator[str]:
    """What is wrong with the bounds of a plan: they are on what it does not assign, or leave no number."""
    full = possible(at)
    sites = Range(FEW_SITES, full.sites.most)
    ranges = {"sites": sites, "persons": full.units}
    if _clustered(at):
        size = Range(1, full.size.most)
        ranges = {"sites": sites, "clusters": full.units, "persons_per_cluster": size}
    for name, said in at.plan.bounds.items():
        if name not in ranges:
            yield f"bounds: the plan assigns {at.unit_words}, so that bounds are on {listed(list(ranges))}, not on {name}"
        elif said.get("most", math.inf) < ranges[name].least:
            yield f"bounds: at most {said['most']:,} {name} are too few; there must be {ranges[name].least:,}"
        elif said.get("least", 1) > ranges[name].most:
            yield f"bounds: at least {said['least']:,} {name} are more than the {ranges[name].most:,} that are tried"


def _clustered(at: Anticipated) -> bool:
    return at.allocation.clusters is not None
