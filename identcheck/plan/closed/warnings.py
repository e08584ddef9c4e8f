"""What the numbers of a plan leave out of account, in words: one home for the terminal and the documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from identcheck.derive.words import assigned_unit, capital
from identcheck.plan.inputs.anticipated import Anticipated

if TYPE_CHECKING:
    from identcheck.decide.estimands import Estimand
    from identcheck.plan.closed.outlook import Outlook

__all__ = ["clustered", "off_size", "one_by_one", "untested"]

OFF = 2.0
"""A test that rejects true hypotheses more often than so many times its level is told."""


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


def off_size(
    at: Anticipated, outlooks: Iterable[Outlook], names: Mapping[Estimand, str] | None = None
) -> str:
    """That the stated test rejects true hypotheses far more often than its level says; "" where it does not.

    Args:
        at: the definite plan.
        outlooks: the effects.
        names: what they are called, where that is not as they are written.
    """
    called = names or {}
    found = [(o.size, called.get(o.estimand, str(o.estimand))) for o in outlooks if o.size is not None]
    size, estimand = max(found, default=(0.0, ""))
    level = at.plan.alpha
    if size <= OFF * level:
        return ""
    return (
        f"With {at.sites} {at.design.word('sites')} the stated test of {estimand}, at level {level:g}, would reject a true "
        f"hypothesis in {100 * size:.0f}% of trials, were there no bias; power and coverage are of that test. "
        'With test = "CR2" or "bootstrap" in the plan the test keeps its level.'
    )


def untested(at: Anticipated, outlooks: Iterable[Outlook]) -> str:
    """That sites are too few for a test between them, and what can be asked of them instead; "" where all effects have a test."""
    found = [o for o in outlooks if o.se is not None and o.degrees < 1]
    if at.fixed or not found:
        return ""
    what = str(found[0].estimand) if len(found) == 1 else f"{len(found)} effects"
    there = "is 1" if at.sites == 1 else f"are {at.sites}"
    return (
        f"There is no test of {what}: it compares {at.design.word('sites')}, and there {there}. With "
        'sites_are = "population" the plan asks for the average in this trial alone, and tests it between '
        f"{at.design.word('persons')}."
    )


def one_by_one(at: Anticipated) -> str:
    """What numbers of precision suppose: "if pupils were assigned one by one"; "" where that needs no supposing."""
    return f"if {at.design.word('persons')} were assigned one by one" if _uncounted(at) else ""


def _uncounted(at: Anticipated) -> str:
    """What is assigned where the plan does not count it."""
    return assigned_unit(at.design) if at.allocation.clusters is None else ""
