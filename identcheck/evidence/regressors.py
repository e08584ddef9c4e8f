"""The rows and columns of one regression of site effects, with their sampling covariance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from identcheck.decide.conditions import Regression
from identcheck.derive.heterogeneity import asked_of_weights
from identcheck.describe.design import Design
from identcheck.evidence.columns import Floats
from identcheck.evidence.rows import Rows, precision
from identcheck.evidence.site_effects import SiteEffects

__all__ = ["counted_at", "rows_of"]


def rows_of(effects: SiteEffects, reg: Regression, column: str = "") -> Rows:
    """The rows of a regression.

    Intercepts are columns of 1 for the rows of their arm; products with moderators stand beside their column, each
    term less its weighted average, so that a column's own coefficient is an average effect. Where the design draws the weights of
    the sites, and wants an average under others, the averages of the terms are under those (theory, equation (14.6)).

    Args:
        effects: the table.
        reg: the regression.
        column: of a plain contrast, the arm.
    """
    arms = reg.arms if reg.regressors else (column,)
    names = _arms(effects, reg)
    kept = np.isin(effects.arm, [names[arm] for arm in arms])
    place = {node: i for i, node in enumerate(effects.nodes)}
    index = [place[reg.outcome], *(place[u] for u in reg.regressors)]
    full, arm = effects.effects[kept], effects.arm[kept]
    old, site = np.unique(effects.site[kept], return_inverse=True)
    own = effects.sampling[kept][:, index][:, :, index]
    shared = effects.shared[old][:, index][:, :, index]
    w = effects.weight[kept] if effects.weight is not None else precision(own[:, 0, 0])
    rows = Rows(
        reg.regressors, full[:, index[0]], full[:, index[1:]], w, site.reshape(-1).astype(np.intp),
        tuple(effects.sites[i] for i in old), own, shared,
    )  # fmt: skip
    levels = {name: values[kept] for name, values in effects.modifiers.items()}
    goal = _wanted(effects, reg.design, kept, w)
    if reg.moderators and reg.regressors:
        rows = _moderated(rows, reg, levels, goal)
    around = reg.intercepts if reg.regressors else (column,)
    if around:
        ones = np.stack([(arm == names[a]).astype(float) for a in around], axis=1)
        more = [f"intercept {a}" for a in around]
        terms = [(f"intercept {a} * {n}", one * v) for a, one in zip(around, ones.T, strict=True)
                 for n, v in (_terms(reg, reg.terms(a), levels, goal) if reg.moderators and reg.regressors else ())]  # fmt: skip
        rows = rows.adding([*more, *(n for n, _ in terms)], np.column_stack([ones, *(v for _, v in terms)]))
    return rows


def _arms(effects: SiteEffects, reg: Regression) -> dict[str, int]:
    """The place in the table of each arm of the design."""
    if effects.arms == ("",):
        return dict.fromkeys(reg.design.treatments, 0)
    return {arm: i for i, arm in enumerate(effects.arms)}


def _wanted(effects: SiteEffects, design: Design, kept: NDArray[np.bool_], w: Floats) -> Floats:
    """The weights for averages of terms: those of the estimator, or where drawn weights differ, of the average wanted."""
    if not asked_of_weights(design):
        return w
    if design.average == "sites":
        return np.ones(len(w))
    return w if effects.persons is None else np.asarray(effects.persons.sum(1)[kept], dtype=float)


def _value(
    reg: Regression, term: Sequence[tuple[str, int]], levels: Mapping[str, Floats], count: int
) -> Floats:
    """A term of h(Z) in each row."""
    scales = {m.name: m.scale for m in reg.design.modifiers}
    value = np.ones(count)
    for name, category in term:
        value = value * (levels[name] == category if scales[name] == "categorical" else levels[name])
    return value


def _terms(
    reg: Regression, terms: Sequence[Sequence[tuple[str, int]]], levels: Mapping[str, Floats], w: Floats
) -> list[tuple[str, Floats]]:
    """The values of each term of h(Z), less its weighted average."""
    found = []
    for term in terms:
        value = _value(reg, term, levels, len(w))
        found.append((_name(term), value - np.average(value, weights=w)))
    return found


def _name(term: Sequence[tuple[str, int]]) -> str:
    return " * ".join(n for n, _ in term)


def counted_at(
    effects: SiteEffects, reg: Regression, rows: Rows, k: int, stated: Mapping[str, float] | None = None
) -> Floats:
    """What each coefficient counts in the effect of column k given the modifiers: R by P, or P at stated levels.

    The effect is a + c'(h(Z) - mean of h(Z)). At stated levels of some modifiers it is averaged over the others, by the weights.

    Args:
        effects: the table.
        reg: the regression with moderators.
        rows: its rows.
        k: the column of the effect.
        stated: levels of modifiers; None for the effect in each row.
    """
    kept = np.isin(effects.arm, [_arms(effects, reg)[arm] for arm in reg.arms])
    levels = {name: values[kept] for name, values in effects.modifiers.items()}
    fixed = {name: np.full(len(rows.y), level) for name, level in (stated or {}).items()}
    found = np.zeros((len(rows.y), len(rows.columns)))
    found[:, k] = 1.0
    column, wanted = rows.columns[k], _wanted(effects, reg.design, kept, rows.w)
    for term in reg.terms(column.removeprefix("intercept ")):
        place = rows.columns.index(f"{column} * {_name(term)}")
        mean = np.average(_value(reg, term, levels, len(rows.y)), weights=wanted)
        found[:, place] = _value(reg, term, {**levels, **fixed}, len(rows.y)) - mean
    if stated is None:
        return found
    average: Floats = np.average(found, axis=0, weights=wanted)
    return average


def _moderated(rows: Rows, reg: Regression, levels: dict[str, Floats], v: Floats) -> Rows:
    """With the products of each compliance and the terms of its moderators."""
    for k, u in enumerate(reg.regressors):
        for name, value in _terms(reg, reg.terms(u), levels, v):
            rows = _times(rows, k, f"{u} * {name}", value)
    return rows


def _times(rows: Rows, k: int, name: str, value: Floats) -> Rows:
    """With column k times a known value, and the sampling covariance that this has."""
    made = rows.adding([name], (rows.g[:, k] * value)[:, None])
    own = made.own.copy()
    own[:, -1, :-1] = own[:, :-1, -1] = rows.own[:, k + 1, :] * value[:, None]
    own[:, -1, -1] = rows.own[:, k + 1, k + 1] * value**2
    first = np.zeros(rows.count)
    first[rows.site] = value
    shared = made.shared.copy()
    shared[:, -1, :-1] = shared[:, :-1, -1] = rows.shared[:, k + 1, :] * first[:, None]
    shared[:, -1, -1] = rows.shared[:, k + 1, k + 1] * first**2
    return replace(made, own=own, shared=shared)
