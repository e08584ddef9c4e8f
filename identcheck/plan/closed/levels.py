"""Effects at stated levels of modifiers: a + k'h at these levels, and the true effect of those who have them (theory section 14).

A category is known by its number. A level of a continuous modifier is in its own units, of which the plan states mean and SD.

Source: theory, equation (14.3).
"""

from __future__ import annotations

from collections.abc import Mapping

from identcheck.decide.conditions import Regression
from identcheck.decide.estimands import Target
from identcheck.derive.heterogeneity import Term
from identcheck.plan.closed.polynomials import Products, evaluated
from identcheck.plan.inputs.anticipated import Anticipated
from identcheck.plan.inputs.groups import equal_steps

__all__ = ["At", "levels_of", "missing_levels", "terms_at", "value_at"]

At = tuple[tuple[str, float], ...]
"""Modifiers with their levels, in SDs from the average."""

UNKNOWN = "what level of {name} is meant is not known: state its mean and sd under 'modifiers'"
OTHERS = "its regression changes with {others} too, whose levels are not stated"


def missing_levels(at: Anticipated, target: Target, reg: Regression) -> str:
    """Why a regression has no numbers at the levels of a target; "" where it has."""
    stated = {name for name, _ in target.levels}
    used = {name for terms in reg.every_term for term in terms for name, _ in term}
    if others := [name for name in reg.moderators if name in used - stated]:
        return OTHERS.format(others=" and ".join(map(at.design.modifier_words, others)))
    for modifier in at.design.modifiers:
        known = all((modifier.name, key) in at.plan.modifiers for key in ("mean", "sd"))
        if modifier.name in stated & set(reg.moderators) and modifier.scale == "continuous" and not known:
            return UNKNOWN.format(name=at.design.modifier_words(modifier.name))
    return ""


def levels_of(at: Anticipated, target: Target, reg: Regression) -> At:
    """The levels of a target in SDs, of those modifiers that a regression holds fixed."""
    scales = {modifier.name: modifier for modifier in at.design.modifiers}
    found = []
    for name, level in target.levels:
        if name not in reg.moderators:
            continue
        modifier = scales[name]
        if modifier.scale == "continuous":
            mean, sd = (at.plan.modifiers[name, key] for key in ("mean", "sd"))
            found.append((name, (float(level) - mean) / sd))
        else:
            found.append((name, equal_steps(modifier.terms + 1)[int(level)]))
    return tuple(found)


def terms_at(
    products: Products, levels: At, terms: Mapping[Term, None] | tuple[Term, ...]
) -> dict[Term, float]:
    """The terms of h, less their averages, at levels of all modifiers in them."""
    values = [0.0] * len(products.law.mean)
    for name, level in levels:
        values[products.law.place(name)] = level
    return {term: float(evaluated(products.term(term), values)) for term in terms}


def value_at(products: Products, target: Target, levels: At) -> float:
    """The average effect along the paths of a target of those with these levels, in the anticipated world."""
    fixed = {products.law.place(name): level for name, level in levels}
    return products.where(fixed).over_sites(products.over_persons(products.along(target)))
