"""The columns of the tables of sensitivity."""

from __future__ import annotations

from identcheck.plan.closed.questions import EFFECT, TARGET, effect_column
from identcheck.tables.table import Column

__all__ = ["CONDITIONS", "FORMULAS", "ROBUSTNESS", "STEP"]

STEP = 0.1
"""By how much of its unit each moment is made to fail in the table."""

ROBUSTNESS = (
    EFFECT,
    TARGET,
    effect_column("bias", "Planned bias", "expected estimate less true value at the planned numbers", 3),
    Column(
        "single",
        "One correlation",
        "the smallest absolute correlation across sites that accounts for the difference alone",
        2,
    ),
    Column(
        "joint",
        "All of them",
        "the smallest absolute correlation if all are of that size, with the worst signs",
        2,
    ),
)
CONDITIONS = (
    EFFECT,
    Column("assumption", "Assumption", "the assumption that sets the moment to 0"),
    Column("quantity", "Moment", "the moment that the condition sets to 0"),
    Column("unit", "Unit", "the unit of the moment"),
    Column("planned", "Planned", "value of the moment in the anticipated world", 3),
    effect_column(
        "shift", f"Shift by {STEP:g}", f"change in the estimate if the moment is {STEP:g} of its unit", 4
    ),
    Column(
        "tipping",
        "Tipping point",
        "the value at which an effect at the threshold would give the anticipated estimate",
        2,
    ),
)
FORMULAS = (
    EFFECT,
    Column(
        "bias", "Bias", "bias in the limit of many sites and persons, as an expression that sympy can read"
    ),
)
