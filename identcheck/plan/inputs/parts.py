"""What a plan is stated in: the numbers of an arrow, and sizes that differ."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["WORDS", "Arrow", "Sizes"]

WORDS = {"mean": "mean", "between": "SD across sites", "within": "SD within sites"}
"""The numbers of an arrow in words."""


@dataclass(frozen=True)
class Arrow:
    """What is anticipated of the effect along one arrow; None stands for the default.

    Attributes:
        mean: its average over sites, in units of the head per unit of the tail (an arm's unit is its offer).
        between: its standard deviation across sites.
        within: its standard deviation across the persons of a site.
        source: where the numbers are from, for the reports.
    """

    mean: float | None = None
    between: float | None = None
    within: float | None = None
    source: str = ""


@dataclass(frozen=True)
class Sizes:
    """Persons per site that differ: their mean and coefficient of variation (SD divided by mean)."""

    mean: float
    cv: float = 0.0
