"""What is asked of a trial, and what is to be expected in any trial: its cost, power and bias."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from identcheck.basics.once import once, with_nothing_kept
from identcheck.decide.estimands import Estimand
from identcheck.describe.design import Design
from identcheck.errors import InvalidPlanError
from identcheck.plan.closed.diagnosis import diagnose
from identcheck.plan.closed.estimators import Estimators
from identcheck.plan.closed.prospect import Prospect
from identcheck.plan.closed.questions import Question
from identcheck.plan.closed.resized import averaging, resized
from identcheck.plan.inputs.anticipate import anticipate
from identcheck.plan.inputs.counts import COUNTED
from identcheck.plan.inputs.plan import Plan
from identcheck.plan.inputs.stated import COSTS

__all__ = ["Expected", "Offer", "Progress", "Search"]

Expected: TypeAlias = tuple[Question, Prospect]
Progress: TypeAlias = Callable[[int, int], None]


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
    """The demands on each effect, and its numbers in any trial."""

    def __init__(
        self,
        design: Design,
        plan: Plan,
        asked: Sequence[Estimand | str] | None,
        detect: float | None,
        bias: float,
        granted: frozenset[str],
        progress: Progress | None = None,
    ) -> None:
        self.design, self.plan = design, plan
        self.detect, self.bias, self.progress = detect, bias, progress
        self.start = diagnose(design, plan, asked, assume=granted)
        self.estimators, self.at = self.start.estimators, self.start.anticipated
        self.clustered = self.at.allocation.clusters is not None
        self.size = round(self.at.unit_size)
        self.units = round(float(self.at.sizes.mean()) / self.size)
        self.planned = self.cost(
            self.at.sites, float(self.at.sizes.mean()) / self.at.unit_size, self.at.unit_size
        )
        self.questions = [effect.question for effect in self.start.effects if effect.se]
        if not self.questions:
            raise InvalidPlanError(
                [f"{e.question.estimand} has no numbers: {e.question.reason}" for e in self.start.effects]
                or ["there is no effect to plan for"]
            )

    @once
    def stating(self, offer: Offer) -> Search | None:
        """The same search from a plan that states a trial; None where the plan says what it has site by site."""
        if any(isinstance(getattr(self.plan, key), tuple) for key in COUNTED):
            return None
        try:
            at = anticipate(self.design, self.plan.but(sites=offer.sites, **self._inside(offer)))
        except InvalidPlanError:
            return None
        found = with_nothing_kept(self)
        found.estimators, found.at = Estimators(at), at
        found.size, found.units = offer.in_cluster, offer.units
        return found

    def _inside(self, offer: Offer) -> dict[str, object]:
        plan = self.plan
        if not self.clustered:
            return {"persons": averaging(plan.persons, offer.units)}
        size = averaging(plan.persons_per_cluster, offer.in_cluster)
        return {"clusters": averaging(plan.clusters, offer.units), "persons_per_cluster": size}

    def meets(self, offer: Offer) -> bool:
        """Whether a trial meets every demand."""
        trial = offer.sites, offer.units, offer.in_cluster
        return all(self.powerful(q, *trial) and self.harmless(q, *trial) for q in self.questions)

    def cost(self, sites: float, units: float, size: float) -> float:
        """Of all sites."""
        each = {name: self.plan.costs.get(name, 0.0) for name in COSTS}
        clusters = units * each["cluster"] if self.clustered else 0.0
        return sites * (each["site"] + clusters + units * size * each["person"])

    def powerful(self, question: Question, sites: int, units: int, size: int) -> bool:
        """Whether a trial finds an effect, or has the smallest detectable effect that was asked for."""
        now = self.prospect(question, sites, units, size)
        if self.detect is None:
            return now.power is not None and now.power >= now.aim
        return now.detectable is not None and now.detectable <= self.detect

    def harmless(self, question: Question, sites: int, units: int, size: int) -> bool:
        """Whether the bias is below the stated share of the standard error."""
        now = self.prospect(question, sites, units, size)
        return abs(now.bias) < max(self.bias * now.se, 1e-12)

    def prospect(self, question: Question, sites: int, units: int, size: int) -> Prospect:
        """What is to be expected of an effect in a trial."""
        return Prospect.of(self.of_size(size), question, sites=sites, persons=float(units * size))

    @once
    def of_size(self, size: int) -> Estimators:
        """The estimators of the plan with clusters of another size."""
        return resized(self.estimators, size)

    def prospects(self, offer: Offer | None) -> tuple[Expected, ...]:
        """What is to be expected of each effect in a trial; in the plan as it stands for None."""
        one = offer or Offer(self.planned, self.at.sites, self.units, self.size)
        return tuple((q, self.prospect(q, one.sites, one.units, one.in_cluster)) for q in self.questions)
