"""The conditions under which a regression identifies its effects, one file per kind (theory section 7)."""

from __future__ import annotations

from identcheck.decide.conditions.assigned import Assigned
from identcheck.decide.conditions.base import Condition, Regression, condition_name
from identcheck.decide.conditions.between import Between
from identcheck.decide.conditions.cut import Cut
from identcheck.decide.conditions.kinds import (
    KINDS,
    UNNUMBERED,
    conditions_of,
    is_kind,
    of_kind,
    unknown_kind,
)
from identcheck.decide.conditions.product import Product
from identcheck.decide.conditions.rank import Rank
from identcheck.decide.conditions.shared import Shared, shared_edges
from identcheck.decide.conditions.uncorrelated import Bypass
from identcheck.decide.conditions.within import Within

__all__ = [
    "KINDS",
    "UNNUMBERED",
    "Assigned",
    "Between",
    "Bypass",
    "Condition",
    "Cut",
    "Product",
    "Rank",
    "Regression",
    "Shared",
    "Within",
    "condition_name",
    "conditions_of",
    "is_kind",
    "of_kind",
    "shared_edges",
    "unknown_kind",
]
