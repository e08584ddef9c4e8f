"""The search over sites, clusters and persons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from identcheck.basics.once import once
from identcheck.decide.estimands import Estimand
from identcheck.derive.words import listed
from identcheck.describe.design import Design
from identcheck.errors import InvalidPlanError
from identcheck.plan.closed.diagnosis import Diagnosis, diagnose
from identcheck.plan.closed.estimators import MOST_SITES, least
from identcheck.plan.closed.prospect import Prospect
from identcheck.plan.closed.questions import Question
from identcheck.plan.closed.resized import of_cluster_size
from identcheck.plan.inputs.persons import least_persons
from identcheck.plan.inputs.plan import Plan
from identcheck.plan.inputs.stated import COSTS

__all__ = ["Expected", "Offer", "Search"]

Expected: TypeAlias = tuple[Question, Prospect]

MOST_UNITS = 20_000
"""Persons, or clusters of one site, that are tried at the most."""

MOST_IN_CLUSTER = 2_000
STEPS = 1.6
"""From one number of units to the next in the first round."""

NEARER = (1.25, 1.1, 1.0)
"""From the cheapest size of clusters to the next ones, as long as one of these is cheaper; then by smaller steps."""

WIDER = 1.3
"""How far around the cheapest of these numbers of sites are looked at one by one."""

MOST_TRIED = 60
"""Of more numbers of sites some are passed over."""


@dataclass(frozen=True, order=True)
class Offer:
    """A trial that meets every demand.

    Attributes:
        cost: in the unit of the costs.
        sites: K.
        units: persons, or clusters, in each site on average.
        in_cluster: persons in each cluster; 1 where persons are assigned.
    """

    cost: float
    sites: int
    units: int
    in_cluster: int

    @property
    def persons(self) -> int:
        """In all."""
        return self.sites * self.units * self.in_cluster


class Search:
    """The trials that meet every demand; for each number of units the one with the fewest sites."""

    def __init__(
        self,
        design: Design,
        plan: Plan,
        asked: Sequence[Estimand | str] | None,
        detect: float | None,
        bias: float,
        granted: frozenset[str],
    ) -> None:
        self.design, self.plan, self.asked = design, plan, asked
        self.detect, self.bias, self.granted = detect, bias, granted
        self.start = diagnose(design, plan, asked, assume=granted)
        at = self.start.anticipated
        self.clustered = at.allocation.clusters is not None
        self.size = round(at.unit_size)
        self.least = least_persons(at.shares)
        self.planned = self.cost(at.sites, float(at.sizes.mean()) / at.unit_size, at.unit_size)
        self.tried: dict[tuple[int, int], Offer | None] = {}
        if not any(effect.se for effect in self.start.effects):
            raise InvalidPlanError(
                [f"{e.question.estimand} has no numbers: {e.question.reason}" for e in self.start.effects]
                or ["there is no effect to plan for"]
            )

    def cost(self, sites: float, units: float, size: float) -> float:
        """Of all sites."""
        each = {name: self.plan.costs.get(name, 0.0) for name in COSTS}
        clusters = units * each["cluster"] if self.clustered else 0.0
        return sites * (each["site"] + clusters + units * size * each["person"])

    def offers(self) -> Iterator[Offer]:
        """Trials on a grid of cluster sizes and units; then, near the cheapest size, the fewest units of each number of sites."""
        for size in sorted({*_grid(2, MOST_IN_CLUSTER, 2.0), self.size}) if self.clustered else [1]:
            for units in _grid(self.least, MOST_UNITS // size, STEPS):
                self._try(units, size)
        refined: set[int] = set()
        for step in NEARER:
            around: set[int] = set()
            while (best := self.best) and best.in_cluster not in around:
                around.add(best.in_cluster)
                for size in self._near(best.in_cluster, step) if self.clustered else [1]:
                    if size not in refined:
                        refined.add(size)
                        self._refine(best, size)
        yield from (offer for offer in self.tried.values() if offer is not None)

    @property
    def best(self) -> Offer | None:
        """The cheapest so far."""
        return min((offer for offer in self.tried.values() if offer is not None), default=None)

    def _near(self, size: int, step: float) -> list[int]:
        """A size of clusters and the next ones below and above it."""
        found = {size, min(round(size / step), size - 1), max(round(size * step), size + 1)}
        return sorted(each for each in found if 1 <= each <= MOST_IN_CLUSTER)

    def _refine(self, best: Offer, size: int) -> None:
        """For numbers of sites around the best the fewest units with enough power: fewer would take another site."""
        around = range(max(2, round(best.sites / WIDER)), round(best.sites * WIDER) + 1)
        for sites in around[:: -(-len(around) // MOST_TRIED)]:
            most = round(best.units * best.in_cluster / size * WIDER**2) + 1
            units = self._fewest(sites, size, self.least, max(most, self.least + 1))
            if units is not None and self.cost(sites, units, size) < best.cost * WIDER:
                self._try(units, size)

    def _fewest(self, sites: int, size: int, low: int, high: int) -> int | None:
        """The fewest units with which so many sites have enough power for every effect."""

        def enough(units: int) -> bool:
            return all(self._powerful(question, sites, units, size) for question in self._questions(size))

        return least(low, high, enough)

    def _try(self, units: int, size: int) -> None:
        if (units, size) not in self.tried:
            sites = self.sites(units, size)
            self.tried[units, size] = (
                None if sites is None else Offer(self.cost(sites, units, size), sites, units, size)
            )

    def sites(self, units: int, size: int) -> int | None:
        """The fewest sites that meet every demand; None where no number does."""
        fewest = 2
        for question in self._questions(size):
            found = self._enough(question, units, size, fewest)
            if found is None:
                return None
            fewest = found
        asked, counts = self._questions(size), _grid(fewest, MOST_SITES, 1.25)
        return next((k for k in counts if all(self._harmless(q, k, units, size) for q in asked)), None)

    def _questions(self, size: int) -> list[Question]:
        return [effect.question for effect in self.of_size(size).effects if effect.se]

    def _enough(self, question: Question, units: int, size: int, low: int) -> int | None:
        """The fewest sites with enough power."""
        return least(low, MOST_SITES, lambda sites: self._powerful(question, sites, units, size))

    def _powerful(self, question: Question, sites: int, units: int, size: int) -> bool:
        now = self._prospect(question, sites, units, size)
        if now.power is None or now.detectable is None:
            return False
        return now.power >= now.aim if self.detect is None else now.detectable <= self.detect

    def _harmless(self, question: Question, sites: int, units: int, size: int) -> bool:
        now = self._prospect(question, sites, units, size)
        return abs(now.bias) < max(self.bias * now.se, 1e-12)

    def _prospect(self, question: Question, sites: int, units: int, size: int) -> Prospect:
        estimators = self.of_size(size).estimators
        return Prospect.of(estimators, question, sites=sites, persons=float(units * size))

    @once
    def of_size(self, size: int) -> Diagnosis:
        """The numbers of the plan with clusters of another size."""
        return of_cluster_size(self.start, size)

    def prospects(self, offer: Offer | None) -> tuple[Expected, ...]:
        """What is to be expected of each effect in a trial; in the plan as it stands for None."""
        at = self.start.anticipated
        one = offer or Offer(self.planned, at.sites, round(float(at.sizes.mean()) / self.size), self.size)
        asked = self._questions(one.in_cluster)
        return tuple((q, self._prospect(q, one.sites, one.units, one.in_cluster)) for q in asked)

    def reason(self) -> str:
        """Why no trial does: power is out of reach, or it is there only beside a bias."""
        found = {
            str(q.estimand): self._least_bias(place) for place, q in enumerate(self._questions(self.size))
        }
        powerless = [name for name, share in found.items() if share is None]
        biased = [f"{name} ({share:.2g})" for name, share in found.items() if share and share >= self.bias]
        said = []
        if powerless:
            said.append(f"{listed(powerless)} would need more than {MOST_SITES:,} sites.")
        if biased:
            said.append(
                f"where there is power, the bias is too large a share of the standard error in {listed(biased)}; more sites "
                "make the share larger. Measure and hold fixed what moves compliance and effect together, or ask more persons "
                "in each site."
            )
        return " ".join(said) or "each effect has such a trial, but none serves all of them."

    def _least_bias(self, place: int) -> float | None:
        """The least share of the standard error that an effect's bias is where it has enough power; None where it never has."""
        shares = []
        for units, size in self.tried:
            question = self._questions(size)[place]
            if (sites := self._enough(question, units, size, 2)) is not None:
                now = self._prospect(question, sites, units, size)
                shares.append(abs(now.bias) / now.se if now.se else 0.0)
        return min(shares, default=None)


def _grid(low: int, high: int, step: float) -> list[int]:
    """Whole numbers from one to another, each about ``step`` times the one before."""
    found, at = [low], float(low)
    while (at := max(at * step, found[-1] + 1)) < high:
        found.append(round(at))
    return found
