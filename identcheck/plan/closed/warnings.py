"""What the numbers of a plan leave out of account, in words: one home for the terminal and the documents."""

from __future__ import annotations

from identcheck.derive.words import assigned_unit, capital
from identcheck.plan.inputs.anticipated import Anticipated

__all__ = ["clustered", "one_by_one"]


def clustered(at: Anticipated) -> str:
    """That units other than persons are assigned, and the plan does not count that; "" where it does, or persons are assigned."""
    unit = _uncounted(at)
    if not unit:
        return ""
    return (
        f"{capital(unit)} are assigned, but the plan counts {at.design.word('persons')} as if they were assigned one by one. "
        "The true standard errors are larger, and F, power and coverage lower than printed. "
        "State clusters and persons_per_cluster in the plan."
    )


def one_by_one(at: Anticipated) -> str:
    """What numbers of precision suppose: "if pupils were assigned one by one"; "" where that needs no supposing."""
    return f"if {at.design.word('persons')} were assigned one by one" if _uncounted(at) else ""


def _uncounted(at: Anticipated) -> str:
    """What is assigned where the plan does not count it."""
    return assigned_unit(at.design) if at.allocation.clusters is None else ""
