"""The conditions under which a regression identifies its effects, one file per kind (theory section 7)."""

from __future__ import annotations

from identcheck.conditions.base import Condition, Regression
from identcheck.conditions.between import Between, Bypass
from identcheck.conditions.cut import Cut
from identcheck.conditions.product import Product
from identcheck.conditions.rank import Rank
from identcheck.conditions.shared import Shared, shared_edges
from identcheck.conditions.within import Within
from identcheck.paths import reaches

__all__ = [
    "Between",
    "Bypass",
    "Condition",
    "Cut",
    "Product",
    "Rank",
    "Regression",
    "Shared",
    "Within",
    "conditions_of",
    "shared_edges",
]


def conditions_of(regression: Regression, column: str) -> tuple[Condition, ...]:
    """Every condition under which the regression identifies the coefficient of one column.

    (C) for the arms without an intercept, (W) and (B) for every regressor, the bypass for every
    intercept, (S) where an edge is shared, and (R) for the column. A contrast of one node (no
    regressors) has none: it rests on (i) and (viii) alone.
    """
    reg = regression
    if not reg.regressors:
        return ()
    found: list[Condition] = []
    if set(reg.arms) - set(reg.intercepts):
        clean = tuple(arm for arm in reg.arms if arm not in reg.intercepts)
        found.append(Cut(Regression(reg.design, reg.outcome, reg.regressors, clean)))
    found += [Within(reg, u) for u in reg.regressors if reaches(reg.design, u, reg.outcome, reg.others(u))]
    found += [Between(reg, u) for u in reg.regressors if reaches(reg.design, u, reg.outcome, reg.others(u))]
    found += [Bypass(reg, arm) for arm in reg.intercepts]
    if shared_edges(reg):
        found.append(Shared(reg))
    found.append(Rank(reg, column))
    return tuple(found)
