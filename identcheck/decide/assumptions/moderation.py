"""(xi) Moderation is linear; and what drawn causes of heterogeneity leave of (vi) and (vii) (theory section 14)."""

from __future__ import annotations

from identcheck.decide.assumptions.base import (
    BY_DESIGN,
    FALSIFIABLE,
    NEITHER,
    Assumption,
    Setting,
    met,
)
from identcheck.decide.conditions import Condition, Linear, of_kind
from identcheck.decide.conditions.breaking import breaks
from identcheck.derive.heterogeneity import asked_of_weights
from identcheck.derive.words import listed

__all__ = ["linear", "still_granted"]

NO_PRODUCTS = "No regression here needs products with modifiers, so nothing is assumed of their form."


def linear(setting: Setting) -> Assumption:
    """(xi) Moderation is linear in the terms h(Z)."""
    conditions = of_kind(setting.conditions, Linear)
    open_ones = [c for c in conditions if not c.implied]
    return Assumption(
        numeral="xi",
        title="Moderation is linear in its terms",
        statement=conditions[0].statement if conditions else NO_PRODUCTS,
        written=lambda: tuple(c.latex for c in conditions),
        reason="The products of the compliances with these terms then take up all that effects change with the moderators.",
        status=met(conditions) if conditions else BY_DESIGN,
        status_text=_status(open_ones[0] if open_ones else None, bool(conditions)),
        check=FALSIFIABLE if open_ones else NEITHER,
        check_text="More terms, such as a square, can be added and tested."
        if open_ones
        else "There is nothing to check: no form is assumed.",
        breaks=breaks(open_ones[0])
        if open_ones
        else "Nothing: a term for every category fits whatever there is.",
    )


def _status(condition: Linear | None, needed: bool) -> str:
    if condition is not None:
        words = listed([m.words for m in condition.continuous])
        return f"Argue that effects rise or fall evenly with {words}; with categories in its place nothing has to be assumed."
    return "Every combination of categories has a term of its own." if needed else NO_PRODUCTS


def still_granted(setting: Setting, condition: Condition | None) -> str:
    """What the drawn causes settle of (vi) or (vii), and what is left to be granted, as sentences; "" without modifiers.

    Args:
        setting: the equation.
        condition: one that is open; None where none is.
    """
    if not setting.design.modifiers or condition is None:
        return ""
    persons = condition.level == "within sites"
    names = [m.words for m in setting.design.modifiers if m.level == "persons" or not persons]
    held = setting.regression.given_persons if persons else setting.regression.given
    fixed = f" {held} being held fixed, none of them moves both." if held else " None of them moves both."
    weighted = bool(asked_of_weights(setting.design)) and not persons
    sides = "an effect and either a compliance or the weights" if weighted else "compliance and effect"
    if not names:
        return " No cause of it is drawn; what is granted is that there is none."
    return (
        f" Drawn {'is' if len(names) == 1 else 'are'} {listed(names)}:{fixed} What is granted is that there is no common cause "
        f"of {sides} other than {'this' if len(names) == 1 else 'these'}."
    )
