"""How much of what a report shows, by the size of the design."""

from __future__ import annotations

from identcheck.derive.words import counted
from identcheck.describe.design import Design
from identcheck.errors.limits import LISTED_MEDIATORS

__all__ = ["MOST_MEDIATORS", "MOST_WITNESSED", "counted", "is_large"]

MOST_MEDIATORS = LISTED_MEDIATORS.most
"""With more mediators effects are grouped by pattern, and conditions counted instead of listed."""

MOST_WITNESSED = 12
"""With more mediators no pairs of worlds are looked for to show that what was granted does not suffice."""


def is_large(design: Design) -> bool:
    """Whether the design has more mediators than can be gone through one by one."""
    return len(design.mediators) > MOST_MEDIATORS
