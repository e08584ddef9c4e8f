"""The conditions under which a regression identifies its effects, one file per kind (theory section 7).

A kind that a place does not know is an error there, never skipped.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn, TypeGuard, TypeVar

from identcheck.decide.conditions.assigned import Assigned
from identcheck.decide.conditions.base import Condition, Ways, condition_name
from identcheck.decide.conditions.between import Between
from identcheck.decide.conditions.cut import Cut
from identcheck.decide.conditions.everywhere import Everywhere
from identcheck.decide.conditions.linear import Linear
from identcheck.decide.conditions.product import Factor, Product
from identcheck.decide.conditions.rank import Rank
from identcheck.decide.conditions.regression import Regression
from identcheck.decide.conditions.shared import Shared, shared_edges
from identcheck.decide.conditions.uncorrelated import Bypass
from identcheck.decide.conditions.whole import Whole, asked_by, open_names, whole_of
from identcheck.decide.conditions.within import Within
from identcheck.derive.jointly.beside import NOTHING, Beside

__all__ = [
    "KINDS",
    "UNNUMBERED",
    "Assigned",
    "Between",
    "Bypass",
    "Condition",
    "Cut",
    "Everywhere",
    "Factor",
    "Linear",
    "Product",
    "Rank",
    "Regression",
    "Shared",
    "Whole",
    "Within",
    "asked_by",
    "by_numerals",
    "condition_name",
    "conditions_of",
    "is_kind",
    "of_kind",
    "open_names",
    "shared_edges",
    "unknown_kind",
    "whole_of",
]

KINDS: tuple[type[Condition], ...] = (
    Assigned,
    Cut,
    Within,
    Between,
    Linear,
    Bypass,
    Rank,
    Everywhere,
    Shared,
    Product,
)
"""Every kind. What a kind answers by itself is abstract in :class:`Condition`; ``homes.BY_KIND`` lists what else is asked."""

UNNUMBERED = {kind.key: kind.nickname for kind in KINDS if kind.key}
"""The kinds of condition that no numeral grants: the name for a justification, and that in sentences."""


def by_numerals(ways: Ways) -> bool:
    """Whether numbered assumptions alone grant something."""
    return any(way.isdisjoint(UNNUMBERED) for way in ways)


Kind = TypeVar("Kind", bound=Condition)


def is_kind(condition: Condition, *kinds: type[Kind]) -> TypeGuard[Kind]:
    """Whether a condition is of one of some kinds.

    Raises:
        NotImplementedError: for a condition of a kind that is not in ``KINDS``.
    """
    if type(condition) not in KINDS:
        unknown_kind(condition, "is_kind")
    return isinstance(condition, kinds)


def of_kind(conditions: Iterable[Condition], *kinds: type[Kind]) -> tuple[Kind, ...]:
    """Those of some conditions that are of one of some kinds.

    Raises:
        NotImplementedError: for a condition of a kind that is not in ``KINDS``.
    """
    return tuple(c for c in conditions if is_kind(c, *kinds))


def unknown_kind(condition: Condition, where: str) -> NoReturn:
    """Refuse a condition that a place has no version for.

    Raises:
        NotImplementedError: always.
    """
    raise NotImplementedError(
        f"{where} does not know conditions of kind {type(condition).__name__}; add the kind to KINDS in "
        "decide/conditions, and a version for it to every function of BY_KIND in homes.py"
    )


def conditions_of(regression: Regression, column: str, beside: Beside = NOTHING) -> tuple[Condition, ...]:
    """Every condition under which the regression identifies the coefficient of one column.

    (C) for the arms without an intercept, (W) and (B) for every regressor, the bypass for every
    intercept, (S) where an edge is shared, (xi) where there are moderators, and (R) for the column. A contrast of one
    node (no regressors) has none, but (xi) where it is asked for at levels of modifiers: it rests on (i) and (viii) alone.
    Ignorable assignment is among the conditions only where the graph contradicts it. Site by site: (C), (W) and, for the
    column, (E). ``beside`` is what the rank cannot hold beside, if anything.
    """
    whole = whole_of(regression).conditions
    if regression.site_by_site:
        return (*whole, Everywhere(regression, column))
    return (*whole, Rank(regression, column, beside)) if regression.regressors else whole
