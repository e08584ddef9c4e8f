"""What is said of the conditions that no numeral grants: a title, what data can show of them, and what would break them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from identcheck.decide.conditions.base import Condition
from identcheck.decide.conditions.product import Product
from identcheck.decide.conditions.shared import Shared, shared_edges
from identcheck.decide.conditions.uncorrelated import Bypass
from identcheck.derive.paths import inner_nodes
from identcheck.derive.words import capital, listed
from identcheck.describe.design import Design

__all__ = ["TITLES", "Said", "said_of"]

TITLES: Mapping[str, str] = {
    "bypass": "What goes around the mediators is unrelated to what treatment does to them",
    "shared": "An arrow that is the same everywhere",
    "product": "The average of a product is the product of averages",
}
"""A few words for each kind of condition without a numeral."""


class Said(NamedTuple):
    """What is said of one condition beside its statement.

    Attributes:
        checked: whether data could speak against it.
        check: how, or why not.
        breaks: what would break it.
    """

    checked: bool
    check: str
    breaks: str


def said_of(condition: Condition) -> Said:
    """What data can show of a bypass, a shared arrow or a product, and what would break it.

    Raises:
        TypeError: a numeral grants the condition, so that the numbered list speaks of it.
    """
    if isinstance(condition, Bypass):
        return _of_bypass(condition)
    if isinstance(condition, Shared):
        return _of_shared(condition)
    if isinstance(condition, Product):
        return _of_product(condition)
    raise TypeError(f"({condition.numeral}) is spoken of in the numbered list")


def _of_bypass(condition: Bypass) -> Said:
    design, reg = condition.design, condition.regression
    arm, outcome = design.short_label(condition.arm), design.short_label(reg.outcome)
    _, moved = condition.against
    on = listed([design.short_label(u) for u in moved])
    check = (
        f"What {arm} does to {outcome} by other ways is never seen apart from what it does through {on}, so its relation to "
        "that cannot be checked."
    )
    breaks = f"In {design.word('sites')} where {arm} changes {on} more, it also does more, or less, to {outcome} by other ways."
    return Said(False, check, capital(breaks, design))


def _of_shared(condition: Shared) -> Said:
    design, edges = condition.design, shared_edges(condition.regression)
    seen = [edge for edge in edges if _is_contrast(design, *edge)]
    names = listed([f"{design.short_label(a)} -> {design.short_label(b)}" for a, b in seen])
    if seen:
        check = (
            f"The effect of {names} is a contrast of arms, so its estimates should differ between {design.word('sites')} by no "
            "more than sampling error allows."
        )
        if len(seen) < len(edges):
            check += " The other arrows are not seen by themselves."
    else:
        check = "No contrast of arms shows the arrow by itself, so whether its effect differs cannot be seen."
    a, b = edges[0]
    breaks = f"{design.short_label(a)} changes {design.short_label(b)} more in some {design.word('sites')} than in others."
    return Said(bool(seen), check, capital(breaks, design))


def _is_contrast(design: Design, a: str, b: str) -> bool:
    """Whether the effect of an arrow is all of a measured contrast of arms."""
    return a in design.treatments and b not in design.unobserved and not inner_nodes(design, a, b)


def _of_product(condition: Product) -> Said:
    design = condition.design
    persons, sites = design.word("persons"), design.word("sites")
    where = persons if design.sites == 1 else f"{persons}, or {sites},"
    check = "The effects along the way are never seen together in one person, so no data can show it."
    breaks = f"{where} for whom one step of the way is stronger are those for whom the next step is stronger, or weaker."
    if design.sites != 1:
        breaks = f"{capital(persons)} or {sites} in which one step of the way is stronger have a stronger, or weaker, next step."
    return Said(False, check, capital(breaks, design))
