"""What is said of the conditions that no numeral grants: a title, and what data can show of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from identcheck.decide.conditions.base import Condition
from identcheck.decide.conditions.everywhere import Everywhere
from identcheck.decide.conditions.product import Product
from identcheck.decide.conditions.shared import Shared
from identcheck.decide.conditions.uncorrelated import Bypass
from identcheck.derive.words import agree, brief, briefs

__all__ = ["TITLES", "Said", "said_of"]

TITLES: Mapping[str, str] = {
    "bypass": "What goes around the mediators is unrelated to what treatment does to them",
    "everywhere": "Treatment moves the mediators in every site",
    "shared": "An arrow that is the same everywhere",
    "product": "The average of a product is the product of averages",
}
"""A few words for each kind of condition without a numeral."""


class Said(NamedTuple):
    """What is said of one condition beside its statement.

    Attributes:
        checked: whether data could speak against it.
        check: how, or why not.
    """

    checked: bool
    check: str


def said_of(condition: Condition) -> Said:
    """What data can show of a bypass, a rank in every site, a shared arrow or a product.

    Raises:
        TypeError: a numeral grants the condition, so that the numbered list speaks of it.
    """
    if isinstance(condition, Bypass):
        return _of_bypass(condition)
    if isinstance(condition, Everywhere):
        return _of_everywhere(condition)
    if isinstance(condition, Shared):
        return _of_shared(condition)
    if isinstance(condition, Product):
        return _of_product(condition)
    raise TypeError(f"({condition.numeral}) is spoken of in the numbered list")


def _of_bypass(condition: Bypass) -> Said:
    design, reg = condition.design, condition.regression
    arm, outcome = brief(design, condition.arm), brief(design, reg.outcome)
    on = briefs(design, condition.against[1])
    check = (
        f"What {arm} {agree(design, (condition.arm,), 'does', 'do')} to {outcome} in other ways is never observed apart from "
        f"what {agree(design, (condition.arm,), 'it does', 'they do')} through {on}, so their relation cannot be checked."
    )
    return Said(False, check)


def _of_everywhere(condition: Everywhere) -> Said:
    design = condition.design
    what = (
        "they are contrasts of arms"
        if len(condition.regression.regressors) > 1
        else "it is a contrast of arms"
    )
    return Said(
        True,
        f"The data show it {design.word('site')} by {design.word('site')}, since {what}: estimate the compliance of each, with "
        "its error, before any effect.",
    )


def _of_shared(condition: Shared) -> Said:
    check = (
        "No contrast of arms shows the arrow by itself, so no data can show whether its effect differs between "
        f"{condition.design.word('sites')}."
    )
    return Said(False, check)


def _of_product(condition: Product) -> Said:
    person = condition.design.word("person")
    return Said(
        False,
        f"The effects along the path are never observed together in one {person}, so no data can show it.",
    )
