"""Each condition in one short sentence that a trial designer understands, in short labels and the trial's own words."""

from __future__ import annotations

from identcheck.decide.conditions.base import Condition

__all__ = ["plain"]


def plain(condition: Condition) -> str:
    """The condition as a short sentence, such as "Districts where coaching changes practice more are not districts where ..."."""
    return condition.statement
