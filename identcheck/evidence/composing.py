"""The estimate of a strategy: of its regression, or of sums of products of the effects of several (theory sections 7 and 16)."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from identcheck.decide.conditions import Regression
from identcheck.decide.level_text import Levels
from identcheck.decide.strategies import Composed, Strategy, Term
from identcheck.derive.words import listed
from identcheck.evidence.averaged import pooled, site_by_site, site_solutions
from identcheck.evidence.columns import Floats
from identcheck.evidence.moderated import at_levels, averaged_product, moved
from identcheck.evidence.regressors import by_variance, rows_of, table_of
from identcheck.evidence.rows import Rows
from identcheck.evidence.site_effects import SiteEffects
from identcheck.evidence.weighted import Fit, LinearFit

__all__ = ["arms_of", "estimated", "lacking", "place_of", "usable"]


def lacking(effects: SiteEffects, reg: Regression) -> str:
    """What a regression needs that the table does not have, as a clause; "" where it has all."""
    nodes = [n for n in (reg.outcome, *reg.regressors) if n not in effects.nodes]
    if nodes:
        return f"the table has no effects on {', '.join(nodes)}"
    if effects.arms != ("",) and (arms := [a for a in reg.arms if a not in effects.arms]):
        return f"the table has no rows of the arm {', '.join(arms)}"
    if effects.arms == ("",) and len(reg.design.treatments) > 1:
        return "the table does not name the arms of its rows; name their column"
    if why := _without_cells(effects, reg):
        return why
    missing = [m for m in reg.moderators if m not in (*effects.modifiers, *effects.of_persons)]
    return f"the table has no column for {', '.join(missing)}" if missing else ""


def _without_cells(effects: SiteEffects, reg: Regression) -> str:
    """Why there are no effects by characteristics of persons within sites, as a clause; "" where there are."""
    scales = {m.name: m.scale for m in reg.design.modifiers}
    if numbers := [name for name in reg.cells if scales[name] == "continuous"]:
        return (
            f"{listed(numbers)} is continuous: effects by it take slopes within each site, which examine does not work out; run "
            "the estimation code, which does, or declare it in categories, within which it is then taken to matter no more"
        )
    if missing := [name for name in reg.cells if name not in effects.of_persons]:
        return (
            f"it needs effects by {reg.given_persons} within each site; give the data of persons, with the column of "
            f"{', '.join(missing)} among the modifiers"
        )
    return ""


def usable(rows: Rows, reg: Regression, effects: SiteEffects) -> str:
    """Why rows give no estimate, as a clause; "" where they do."""
    count, width = rows.count, len(rows.columns)
    if count == 0:
        return "no site is left"
    if by_variance(effects, reg) and rows.exact:
        return (
            f"{reg.outcome} has a standard error of 0 in some row, and weights are 1 / Var({reg.outcome}); weight by persons, "
            "sites or a column"
        )
    if len(rows.y) < width:
        return f"{len(rows.y)} rows are fewer than its {width} columns"
    if none := [name for name, column in zip(rows.columns, rows.g.T, strict=True) if not column.any()]:
        return f"in these data the effect on {listed(none)} is 0 in every row, so that nothing determines the coefficients"
    if not rows.full:
        named = ", ".join(rows.columns)
        return f"in these data the columns {named} lie in one another's span, so that nothing determines the coefficients"
    return ""


def arms_of(effects: SiteEffects, reg: Regression, rows: Rows) -> np.ndarray:
    """The arm of each row of a regression."""
    table = table_of(effects, reg)
    kept = np.isin(table.arm, [table.arms.index(a) for a in reg.arms]) if table.arms != ("",) else slice(None)
    found = table.arm[kept]
    assert len(found) == len(rows.y)
    return found


def place_of(strategy: Strategy) -> int:
    """The place of the strategy's own coefficient among the columns."""
    reg = strategy.regression
    if not reg.regressors or strategy.column in reg.regressors:
        return reg.regressors.index(strategy.column) if reg.regressors else 0
    products = sum(len(reg.terms(u)) for u in reg.regressors) if reg.moderators else 0
    return len(reg.regressors) + products + reg.intercepts.index(strategy.column)


def estimated(effects: SiteEffects, strategy: Strategy | Composed, levels: Levels = ()) -> LinearFit | str:
    """The estimate, or why there is none, as a clause.

    Args:
        effects: the table.
        strategy: how it is estimated.
        levels: of modifiers at which it is asked for; averaged over those that are not named.
    """
    for part in strategy.parts:
        if why := lacking(effects, part.regression):
            return why
    if isinstance(strategy, Strategy):
        return _of_regression(effects, strategy, levels)
    if strategy.site_by_site:
        return (
            "levels of modifiers are not stated site by site" if levels else _site_by_site(effects, strategy)
        )
    return _composed(effects, strategy, levels)


def _of_regression(effects: SiteEffects, strategy: Strategy, levels: Levels = ()) -> LinearFit | str:
    reg, k = strategy.regression, place_of(strategy)
    rows = rows_of(effects, reg, strategy.column)
    moderated = bool(levels and reg.moderators)
    if moderated and (reg.site_by_site or reg.pooled):
        return "levels of modifiers are not stated of a pooled or site-by-site estimate"
    if reg.site_by_site:
        if len(rows.y) == 0 or (by_variance(effects, reg) and rows.exact):
            return usable(rows, reg, effects)
        values = site_solutions(rows, k)
        return site_by_site(rows.names, values, _site_weights(rows))
    if reg.pooled:
        if len(rows.y) == 0 or (by_variance(effects, reg) and rows.exact):
            return usable(rows, reg, effects)
        return pooled(rows, arms_of(effects, reg, rows), k)
    if why := usable(rows, reg, effects):
        return why
    fit = Fit(rows)
    return at_levels(effects, fit, reg, k, dict(levels)) if moderated else fit.linear(k)


def _site_weights(rows: Rows) -> Floats:
    return np.bincount(rows.site, rows.w, rows.count) / np.bincount(rows.site, minlength=rows.count)


def _composed(effects: SiteEffects, strategy: Composed, levels: Levels) -> LinearFit | str:
    """Sums of products, their error by the delta method from what each site contributes to every factor."""
    terms: list[tuple[float, list[LinearFit]]] = []
    made: dict[Strategy, LinearFit] = {}
    for part in strategy.parts:
        one = _of_regression(effects, part, levels)
        if isinstance(one, str):
            return f"{part.name}: {one}"
        made[part] = one
    for term in strategy.terms:
        together = moved_together(term, levels)
        pieces = [made[f.strategy] for f in term.factors if f.strategy not in together]
        if together:
            held = {part.regression.cells: part.regression for part in together if part.regression.cells}
            if len(held) > 1:
                return (
                    "its factors hold different characteristics of persons fixed, and the average of their product is not worked "
                    "out here"
                )
            first = term.factors[0].strategy
            table = table_of(effects, *held.values()) if held else effects
            compliance = None if first.regressors else _compliance(table, first)
            pieces = pieces if compliance is None else pieces[1:]  # the compliance is in the average
            factors = [moved(effects, part.regression, place_of(part)) for part in together]
            pieces.append(averaged_product(factors, compliance))
        terms.append((float(term.sign), pieces))
    return _summed(terms)


def _compliance(effects: SiteEffects, part: Strategy) -> dict[str, float]:
    """The contrast in each site, or cell."""
    rows = rows_of(effects, part.regression, part.column)
    return {label: float(y) for label, y in zip(rows.labels, rows.y, strict=True)}


def _summed(terms: Sequence[tuple[float, Sequence[LinearFit]]]) -> LinearFit:
    """The sum of signed products."""
    every = [one for _, pieces in terms for one in pieces]
    sites = list(dict.fromkeys(name for one in every for name in one.change))
    value, pull = 0.0, 0.0
    change, damped, plain, pulls = (dict.fromkeys(sites, 0.0) for _ in range(4))
    for sign, pieces in terms:
        value += sign * prod(f.value for f in pieces)
        for i, factor in enumerate(pieces):
            slope = sign * prod(f.value for j, f in enumerate(pieces) if j != i)
            pull += slope * factor.pull
            moves = (
                (change, factor.change),
                (damped, factor.damped),
                (plain, factor.plain),
                (pulls, factor.pulls),
            )
            for found, own in moves:
                for name, moved_by in (factor.change if own is None else own).items():
                    found[name] += slope * moved_by
    left = {
        name: sum(sign * prod(f.without.get(name, f.value) for f in pieces) for sign, pieces in terms) for name in sites
    }  # fmt: skip
    return LinearFit(
        value,
        change,
        None if any(one.damped is None for one in every) else damped,
        min(one.df for one in every),
        left,
        pull,
        None if any(one.plain is None for one in every) else plain,
        min(one.plain_df for one in every),
        pulls,
    )


def moved_together(term: Term, levels: Levels) -> tuple[Strategy, ...]:
    """The parts of a product whose effects modifiers change, where its average is not the product of coefficients.

    At stated levels of the modifiers it is.
    """
    found = tuple(
        f.strategy
        for f in term.factors
        if f.strategy.regressors and f.strategy.regression.terms(f.strategy.column)
    )
    together = len(found) > 1 or (len(term.factors) > 1 and term.by_slope)
    return found if together and not levels else ()


def _site_by_site(effects: SiteEffects, strategy: Composed) -> LinearFit | str:
    """What is known in each site, multiplied there, and averaged over sites last."""
    known: dict[Strategy, dict[str, float]] = {}
    weights: dict[str, float] = {}
    for part in strategy.parts:
        rows = rows_of(effects, part.regression, part.column)
        if len(rows.y) == 0 or (by_variance(effects, part.regression) and rows.exact):
            return usable(rows, part.regression, effects)
        k = place_of(part)
        values = site_solutions(rows, k)
        known[part] = dict(zip(rows.names, values.tolist(), strict=True))
        if part.outcome == strategy.outcome or not weights:
            weights = dict(zip(rows.names, _site_weights(rows).tolist(), strict=True))
    names = [n for n in weights if all(n in one for one in known.values())]
    total = np.zeros(len(names))
    for term in strategy.terms:
        factors = [np.array([known[f.strategy][n] for n in names]) for f in term.factors]
        total += float(term.sign) * np.prod(factors, axis=0)
    return site_by_site(tuple(names), total, np.array([weights[n] for n in names]))
