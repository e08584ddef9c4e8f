"""Which measured modifiers a regression may hold fixed, to identify what it does not without them (theory section 14)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import chain, combinations
from typing import TYPE_CHECKING

from identcheck.basics.once import once
from identcheck.decide.conditions import Product, Rank, Regression, is_kind, whole_of
from identcheck.decide.estimands import Target
from identcheck.decide.strategies.strategy import Levels, Strategy, beside_granted
from identcheck.derive.heterogeneity import Demand, columns, measured_modifiers, separated, separators
from identcheck.derive.paths import edge_set, edges_in, feeding_set
from identcheck.describe.design import Design
from identcheck.errors.limits import MODERATORS

if TYPE_CHECKING:
    from identcheck.decide.strategies.composed import Composed

__all__ = [
    "at_levels",
    "contrast_at_levels",
    "in_cells_apart",
    "left_out",
    "left_out_of",
    "moderated_compositions",
    "moderators_of",
]


SOURCES = 4
"""Of more characteristics of persons that may be a source of rank, each by itself and all together are tried."""


@once
def moderators_of(regression: Regression) -> tuple[tuple[str, ...], ...]:
    """The sets of moderators to try, in the design's order: fewest columns first.

    Every least set of measured modifiers that separates what the regression asks to be unrelated. Where nothing drawn joins
    these, characteristics of persons that move compliances alone: their cells are rows, and add rank.
    """
    design, reg = regression.design, regression
    if reg.pooled or not reg.regressors:
        return ()
    demands = dict.fromkeys(reg.demands.values())
    joined = any(not separated(design, *demand) for demand in demands)
    found = separators(design, demands).sets if joined else _sources(reg)
    sets = (tuple(m.name for m in design.modifiers if m.name in names) for names in found)
    return tuple(chosen for chosen in sets if chosen and in_cells_apart(reg, chosen))


def in_cells_apart(reg: Regression, names: Collection[str]) -> bool:
    """Whether no arrow would have to be the same in all cells, where moderators make cells of sites."""
    return not (_has_cells(reg.design, names) and _carries_both(reg))


def _has_cells(design: Design, names: Collection[str]) -> bool:
    return any(m.level == "persons" for m in design.modifiers if m.name in names)


def moderated_compositions(composed: Composed) -> Iterator[Composed]:
    """The same composition, over several sites, with measured modifiers of these held fixed in all its regressions and products.

    One set for all of them: each factor's average given the set is then what its regression gives, and the average of a product
    that of the products of these, E[m_1(Z) m_2(Z)].
    """
    design = composed.design
    if any(part.pooled or not part.regressors for part in composed.parts):
        return
    demands = _demands(composed)
    of_sites = [m.name for m in design.modifiers if m.measured and m.level == "sites"]
    for names in separators(design, demands, of_sites).sets:
        chosen = tuple(m.name for m in design.modifiers if m.name in names)
        held = {p: _holding(p, chosen) for p in composed.parts} if chosen else {}
        if held and all(Rank(p.regression, p.column).structure.full for p in held.values()):
            terms = (
                replace(t, factors=tuple(replace(f, strategy=held[f.strategy]) for f in t.factors))
                for t in composed.terms
            )
            yield replace(composed, terms=tuple(terms))


def left_out(regression: Regression) -> bool:
    """Whether measured modifiers separate what a regression asks about, but none is tried with these held fixed.

    So it is of pooled regressions, and of arrows in an effect and upstream where the rows would be cells.
    """
    design, reg = regression.design, regression
    demands = dict.fromkeys(reg.demands.values())
    sets = separators(design, demands).sets
    if frozenset() in sets:
        return False
    return bool(sets) and (reg.pooled or (_carries_both(reg) and any(_has_cells(design, s) for s in sets)))


def left_out_of(composed: Composed) -> bool:
    """The same of a composition: where characteristics of persons are to be held fixed, or a contrast is among its factors."""
    design = composed.design
    sets = separators(design, _demands(composed)).sets
    if not sets or frozenset() in sets:
        return False
    simple = design.sites != 1 and not any(part.pooled or not part.regressors for part in composed.parts)
    return not simple or any(_has_cells(design, names) for names in sets)


def _demands(composed: Composed) -> list[Demand]:
    """What the regressions of a composition ask to be unrelated, and its products."""
    asked = (part.regression.demands.values() for part in composed.parts)
    demands = list(dict.fromkeys(chain.from_iterable(asked)))
    products = (c for c in composed.conditions if is_kind(c, Product))
    return demands + [demand for product in products for demand in product.demands]


def _holding(part: Strategy, chosen: tuple[str, ...]) -> Strategy:
    return replace(part, regression=replace(part.regression, moderators=chosen))


def _carries_both(reg: Regression) -> bool:
    """Whether an arrow that varies is in an effect, or a bypass, and upstream: in cells it would have to be the same in all."""
    design, up, down = reg.design, 0, 0
    for u in reg.regressors:
        down |= edge_set(design, u, reg.outcome, reg.regressors)
        for arm in reg.arms:
            up |= feeding_set(design, arm, u)
    for arm in reg.intercepts:
        down |= edge_set(design, arm, reg.outcome, reg.regressors)
    return any(design.varies(*edge) != "none" for edge in edges_in(design, up & down))


def _sources(reg: Regression) -> Iterator[frozenset[str]]:
    """Sets of persons' characteristics that no effect depends on, where the rank fails without them."""
    design = reg.design
    if reg.intercepts or any(c.violated for c in whole_of(reg).conditions):
        return
    demands = dict.fromkeys(reg.demands.values())
    measured = measured_modifiers(design)
    of_persons = [m.name for m in design.modifiers if m.level == "persons" and m.name in measured]
    sizes = range(1, len(of_persons) + 1) if len(of_persons) <= SOURCES else (1, len(of_persons))
    for size in sizes:
        for chosen in combinations(of_persons, size):
            given = replace(reg, moderators=chosen)
            apart = all(separated(design, *demand, chosen) for demand in demands)
            if apart and not any(given.moderated_by(u) for u in reg.regressors):
                yield frozenset(chosen)


# -- at stated levels: moderators that include these -------------------------------------


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

    The effect of u at S = s is a_u + k_u' E[h(Z) | S = s], of the same coefficients as the average effect (theory, equation
    (14.3)); so the moderators Z must include S and separate what the regression asks to be unrelated, as for the average.

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
