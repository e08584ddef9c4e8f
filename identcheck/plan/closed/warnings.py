"""What the numbers of a plan leave out of account, in words: one home for the terminal and the documents."""

from __future__ import annotations

from identcheck.basics.once import once
from identcheck.derive.words import assigned_unit, capital
from identcheck.describe.design import Design

__all__ = ["clustered", "one_by_one"]


def clustered(design: Design) -> str:
    """That units other than persons are assigned, and the plan does not count that; "" where persons are assigned."""
    unit = assigned_unit(design)
    if not unit:
        return ""
    return (
        f"{capital(unit)} are assigned, but the plan counts {design.word('persons')} as if they were assigned one by one. The "
        "true standard errors are larger, and F, power and coverage lower than printed."
    )


@once
def one_by_one(design: Design) -> str:
    """What numbers of precision suppose: "if pupils were assigned one by one"; "" where they are so assigned."""
    return f"if {design.word('persons')} were assigned one by one" if assigned_unit(design) else ""
