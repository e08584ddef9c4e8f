"""A part of an intent-to-treat effect as a share of the whole: the proportion mediated (theory section 16)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from identcheck.basics.display import Brief
from identcheck.decide.estimands import Estimand, Target, itt
from identcheck.decide.population import Population
from identcheck.derive.words import brief, through_words
from identcheck.describe.design import Design

__all__ = ["NEAR_ZERO", "WARNING", "Share", "share_words"]

NEAR_ZERO = 3.0
"""The whole counts as near 0 where it is less than so many of its standard errors away from it; then no share is given."""

WARNING = (
    "A share is a ratio: give it with an interval, and not where the whole effect is near 0. It may be below 0 or above 1, where "
    "parts have opposite signs."
)


def share_words(share: float, low: float, high: float) -> str:
    """A share with its interval: "37% (20% to 55%)"."""
    one, start, end = (f"{round(100 * value) or 0}%" for value in (share, low, high))
    return f"{one} ({start} to {end})"


@dataclass(frozen=True)
class Share(Brief):
    """``mediated("M")`` divided by ``itt()``: the proportion mediated.

    It is identified where the part is, since the whole is a contrast of arms.

    Attributes:
        design: the design.
        part: the part.
        target: its paths.
        warning: what is to be kept in mind of it.
    """

    design: Design
    part: Estimand
    target: Target
    warning: str = WARNING

    @property
    def whole(self) -> Estimand:
        """The intent-to-treat effect that it is a share of."""
        return itt(self.target.source if len(self.design.treatments) > 1 else None)

    @property
    def words(self) -> str:
        """The share in words."""
        through = (
            "no measured mediator"
            if self.target.last is None
            else through_words(self.design, self.target.last, placed=False)
        )
        arm, outcome = brief(self.design, self.target.source), brief(self.design, self.design.outcome)
        return f"the share of the effect of {arm} on {outcome} that goes through {through}"

    def value(self, population: Population) -> Fraction | None:
        """The share in a population, exactly; None where the whole effect is 0."""
        whole = population.effect(self.target.source, self.design.outcome)
        return population.product(self.target.stretches) / whole if whole else None

    def _brief(self) -> str:
        return f"Share {self.part} / {self.whole}"

    def __str__(self) -> str:
        return f"{self.part} / {self.whole}: {self.words}. {self.warning}"
