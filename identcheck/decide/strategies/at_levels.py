"""Regressions for an effect at stated levels of modifiers: those whose moderators include these (theory section 14).

The effect of u at S = s is a_u + k_u' E[h(Z) | S = s], of the same coefficients as the average effect (theory, equation
(14.3)); so the moderators Z must include S and separate what the regression asks to be unrelated, as for the average.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from identcheck.decide.conditions import Regression
from identcheck.decide.estimands import Target
from identcheck.decide.strategies.moderated_by import in_cells_apart
from identcheck.decide.strategies.strategy import Levels, Strategy, beside_granted
from identcheck.derive.heterogeneity import columns, measured_modifiers, separated
from identcheck.describe.design import Design
from identcheck.errors.limits import MODERATORS


def contrast_at_levels(design: Design, target: Target) -> tuple[Strategy, ...]:
    """The contrast of an arm with control among those with the stated levels; none where too few sites differ in them."""
    stated = _in_order(design, {name for name, _ in target.levels})
    reg = Regression(design, target.target, (), (target.source,), (target.source,), moderators=stated)
    of_sites = [
        m for m in design.modifiers if m.name in stated and m.level == "sites" and m.scale == "continuous"
    ]
    if of_sites and design.sites is not None and design.sites < reg.width:
        return ()
    return (Strategy(reg, target.source),)


def at_levels(target: Target, plain: Strategy, granted: Levels) -> Iterator[Strategy]:
    """A regression for the average effect with moderators that include those stated: each least set of them.

    Args:
        target: the effect at stated levels.
        plain: a strategy for its average, without moderators.
        granted: what is granted of every regression.
    """
    design, reg = plain.regression.design, plain.regression
    stated = {name for name, _ in target.levels}
    for chosen in _including(reg, stated):
        given = replace(reg, moderators=_in_order(design, chosen))
        if _told_apart(given, plain.column, stated):
            yield beside_granted(given, plain.column, granted)


def _including(reg: Regression, stated: set[str]) -> Iterator[frozenset[str]]:
    """The sets of measured modifiers that include those stated and separate all that is asked, no part of them doing so."""
    design = reg.design
    demands = {*reg.demands.values()}
    others = [name for name in measured_modifiers(design) if name not in stated][: MODERATORS.most]
    sets = [stated.union(some) for size in range(len(others) + 1) for some in combinations(others, size)]
    found: list[frozenset[str]] = []
    for names in sorted(map(frozenset, sets), key=lambda names: (columns(design, names), len(names))):
        if any(less <= names for less in found) or not in_cells_apart(reg, names):
            continue
        if all(separated(design, *demand, names) for demand in demands):
            found.append(names)
            yield names


def _told_apart(reg: Regression, column: str, stated: set[str]) -> bool:
    """Whether the average of the terms at the stated levels is known: of what else moderates, among those with these levels."""
    used = set(reg.moderated_by(column) if column in reg.regressors else reg.moderators)
    scales = {m.scale for m in reg.design.modifiers if m.name in stated}
    return used <= stated or "continuous" not in scales


def _in_order(design: Design, names: set[str] | frozenset[str]) -> tuple[str, ...]:
    return tuple(modifier.name for modifier in design.modifiers if modifier.name in names)
