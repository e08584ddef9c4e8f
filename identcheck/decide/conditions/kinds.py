"""The kinds of condition there are, and how they are told apart: a kind that is not known is an error, never skipped."""

from __future__ import annotations

from typing import NoReturn, TypeGuard, TypeVar

from identcheck.decide.conditions.assigned import Assigned
from identcheck.decide.conditions.base import Condition
from identcheck.decide.conditions.between import Between, Bypass
from identcheck.decide.conditions.cut import Cut
from identcheck.decide.conditions.product import Product
from identcheck.decide.conditions.rank import Rank
from identcheck.decide.conditions.shared import Shared
from identcheck.decide.conditions.within import Within

__all__ = ["KINDS", "is_kind", "unknown_kind"]

KINDS: tuple[type[Condition], ...] = (Assigned, Cut, Within, Between, Bypass, Rank, Shared, Product)
"""Every kind. What differs by kind is a function with a version for each (``functools.singledispatch``)."""

Kind = TypeVar("Kind", bound=Condition)


def is_kind(condition: Condition, *kinds: type[Kind]) -> TypeGuard[Kind]:
    """Whether a condition is of one of some kinds.

    Raises:
        NotImplementedError: for a condition of a kind that is not in ``KINDS``.
    """
    if type(condition) not in KINDS:
        unknown_kind(condition, "is_kind")
    return isinstance(condition, kinds)


def unknown_kind(condition: Condition, where: str) -> NoReturn:
    """Refuse a condition that a place has no version for.

    Raises:
        NotImplementedError: always.
    """
    raise NotImplementedError(
        f"{where} does not know conditions of kind {type(condition).__name__}; add the kind to conditions.KINDS, and a "
        "version for it wherever kinds are told apart"
    )
