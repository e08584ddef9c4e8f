"""The rows and columns of one regression of site effects, with their sampling covariance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from identcheck.decide.conditions import Regression
from identcheck.describe.design import Design
from identcheck.evidence.columns import Floats
from identcheck.evidence.given_checks import WEIGHTS
from identcheck.evidence.rows import Rows, precision, together
from identcheck.evidence.site_effects import SiteEffects

__all__ = [
    "average_weights",
    "by_number",
    "by_variance",
    "counted_at",
    "otherwise_weighted",
    "rows_of",
    "table_of",
]

UNLIKE = "sites weigh as in the table; it is the average over {} where these weights are unrelated to effects"


def rows_of(effects: SiteEffects, reg: Regression, column: str = "") -> Rows:
    """The rows of a regression.

    Intercepts are columns of 1 for the rows of their arm; products with moderators stand beside their column, each
    term less its average over the sites or persons that the design wants averaged, so that a column's own coefficient is the
    average effect (theory, equation (14.3)). With characteristics of persons among the moderators the rows are cells of sites.
    The arms of a site, or cell, weigh together (10.2).
    Contrasts of an arm, and the solutions of single sites, weigh as the average that the design wants.

    Args:
        effects: the table.
        reg: the regression.
        column: of a plain contrast, the arm.
    """
    arms, table = reg.arms if reg.regressors else (column,), table_of(effects, reg)
    names = _arms(table, reg)
    kept = np.isin(table.arm, [names[arm] for arm in arms])
    place = {node: i for i, node in enumerate(table.nodes)}
    index = [place[reg.outcome], *(place[u] for u in reg.regressors)]
    full, arm = table.effects[kept], table.arm[kept]
    own = table.sampling[kept][:, index][:, :, index]
    w = table.weight[kept] if table.weight is not None else precision(own[:, 0, 0])
    if _by_average(reg):
        w = _counted(table, reg, kept, w)
    elif by_number(table, reg.design) and table.persons is not None:
        w = _persons(table, reg)[table.site[kept]]
    labels = tuple(table.sites[i] for i in table.site[kept])
    site, called = _sites(table, table.site[kept])
    rows = Rows(
        reg.regressors, full[:, index[0]], full[:, index[1:]], w, site, called, own, table.shared[:, index][:, :, index],
        table.site[kept], labels, _joint(table, kept, index[0], w) if reg.regressors else None,
    )  # fmt: skip
    levels = {name: values[kept] for name, values in table.modifiers.items()}
    goal = _averaged_over(table, reg, kept, w)
    if reg.moderators:
        rows = _moderated(rows, reg, levels, goal)
    around = reg.intercepts if reg.regressors else (column,)
    if around:
        ones = np.stack([(arm == names[a]).astype(float) for a in around], axis=1)
        more = [f"intercept {a}" for a in around]
        terms = [(f"intercept {a} * {n}", one * v) for a, one in zip(around, ones.T, strict=True)
                 for n, v in _terms(reg, reg.terms(a), levels, goal, len(w))]  # fmt: skip
        rows = rows.adding([*more, *(n for n, _ in terms)], np.column_stack([ones, *(v for _, v in terms)]))
    return rows


def table_of(effects: SiteEffects, reg: Regression) -> SiteEffects:
    """The table whose rows a regression has: that of cells where characteristics of persons are held fixed.

    Clusters count once, or where the design weighs persons alike as many times as they have persons, as in its plan and code.
    """
    if not reg.site_by_site:
        weights = reg.design.weights if reg.regressors else reg.design.average
        effects = effects.counting(alike=weights == "persons")
    return effects.cells(reg.cells) if reg.cells else effects


def _joint(table: SiteEffects, kept: NDArray[np.bool_], outcome: int, w: Floats) -> Floats | None:
    """The weights of rows of arms that share a control, as ``Rows`` has them; None where each row weighs alone.

    By persons the matrix of two-stage least squares; by sites that for one person of each site; by precision the inverse of the
    sampling covariance of the outcome's effects. Weights of a column say nothing of the rows together.

    Source: theory, equation (10.2).
    """
    unit = table.site[kept]
    if table.weight is None:
        shared = table.shared[:, outcome, outcome]
        return together(unit, table.sampling[kept, outcome, outcome], shared) if shared.any() else None
    if table.number is None or table.weights not in WEIGHTS:
        return None
    treated, control = table.number[kept].T
    whole = np.full(len(table.sites), 1e-300)
    np.maximum.at(whole, unit, control)
    found = together(unit, 1 / treated + 1 / control, 1 / whole)
    if found is None or table.weights == "persons":
        return found
    count = whole + np.bincount(unit, treated, len(whole))
    return found * (w / count[unit])[:, None]


def _sites(table: SiteEffects, unit: NDArray[np.intp]) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    """For each row the place of its site among those used, and their names."""
    cells, names = table.divided, table.sites
    if cells is not None:
        unit, names = cells.site[cells.place(table.sites)][unit], cells.sites
    old, site = np.unique(unit, return_inverse=True)
    return site.reshape(-1).astype(np.intp), tuple(names[i] for i in old)


def _arms(effects: SiteEffects, reg: Regression) -> dict[str, int]:
    """The place in the table of each arm of the design."""
    if effects.arms == ("",):
        return dict.fromkeys(reg.design.treatments, 0)
    return {arm: i for i, arm in enumerate(effects.arms)}


@dataclass(frozen=True)
class AveragedOver:
    """Levels of modifiers, with weights, over which terms are averaged."""

    levels: Mapping[str, Floats]
    weights: Floats

    def mean(self, reg: Regression, term: Sequence[tuple[str, int]], fixed: Mapping[str, float]) -> float:
        """The average of a term, some modifiers at levels of their own."""
        levels = {**self.levels, **{n: np.full(len(self.weights), level) for n, level in fixed.items()}}
        return float(np.average(_value(reg, term, levels, len(self.weights)), weights=self.weights))


def average_weights(effects: SiteEffects, reg: Regression, rows: Rows) -> Floats:
    """R: what the unit of each row counts in the average that the design wants.

    Source: theory, equation (14.6).
    """
    table = table_of(effects, reg)
    kept = np.isin(table.arm, [_arms(table, reg)[arm] for arm in reg.arms])
    return _counted(table, reg, kept, rows.w)


def by_variance(effects: SiteEffects, reg: Regression) -> bool:
    """Whether the rows of a regression weigh 1 / Var(y): no weights are given, and those of the average are not taken."""
    known = reg.design.average == "sites" or effects.persons is not None
    return effects.weight is None and not (_by_average(reg) and known)


def otherwise_weighted(effects: SiteEffects, reg: Regression) -> str:
    """What weights other than those of the design suppose, as a clause; "" where they are those of the design.

    Source: theory, section 10.
    """
    design = reg.design
    if _by_average(reg):
        if design.average == "persons" and effects.persons is None and effects.divided is None:
            return f"if (x): the table has no numbers of persons, and {UNLIKE.format('persons')}"
        return ""
    other = {"sites": ("precision", "persons"), "persons": ("precision", "sites")}.get(design.weights, ())
    if design.weights == design.average and effects.weights in other:
        return f"if (x): the design weighs by {design.weights}, and {UNLIKE.format(design.average)}"
    return ""


def by_number(effects: SiteEffects, design: Design) -> bool:
    """Whether sites weigh as many as they have persons, which a design that weighs by persons asks of a table that does.

    With several arms a site has the matrix of equation (10.2), which grows with its persons; the tests of the scatter weigh each
    row alone, by the persons of its site.
    """
    return "persons" == design.weights == effects.weights


def _by_average(reg: Regression) -> bool:
    """Whether rows weigh as the average: nothing is asked between sites, so that no other weights are better founded."""
    return not reg.regressors or reg.site_by_site


def _counted(table: SiteEffects, reg: Regression, kept: NDArray[np.bool_], w: Floats) -> Floats:
    """For each row that is kept what its site, or cell, counts in the average; w where the numbers of persons are not known."""
    by_site = reg.design.average == "sites"
    if table.divided is not None:
        weights = table.divided.share if by_site else table.divided.count
        found: Floats = weights[table.divided.place([table.sites[i] for i in table.site[kept]])]
        return found
    if by_site or table.persons is None:
        return np.ones(len(w)) if by_site else w
    return _persons(table, reg)[table.site[kept]]


def _persons(table: SiteEffects, reg: Regression) -> Floats:
    """The persons of each site in control and the arms of the regression."""
    assert table.persons is not None
    every = np.isin(table.arm, [_arms(table, reg)[arm] for arm in reg.arms])
    site, control = table.site[every], np.zeros(len(table.sites))
    control[site] = table.persons[every, 1]
    found: Floats = control + np.bincount(site, table.persons[every, 0], len(control))
    return found


def _averaged_over(table: SiteEffects, reg: Regression, kept: NDArray[np.bool_], w: Floats) -> AveragedOver:
    """The sites, or persons, that the design wants averaged, whatever the weights of the rows.

    Source: theory, equation (14.6).
    """
    if table.divided is not None:
        by_site = reg.design.average == "sites"
        return AveragedOver(table.divided.levels, table.divided.share if by_site else table.divided.count)
    levels = {name: values[kept] for name, values in table.modifiers.items()}
    rows_there = np.bincount(table.site[kept])[table.site[kept]]
    return AveragedOver(levels, _counted(table, reg, kept, w) / rows_there)


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
    reg: Regression,
    terms: Sequence[Sequence[tuple[str, int]]],
    levels: Mapping[str, Floats],
    over: AveragedOver,
    count: int,
) -> list[tuple[str, Floats]]:
    """The values of each term of h(Z), less its average."""
    return [(_name(term), _value(reg, term, levels, count) - over.mean(reg, term, {})) for term in terms]


def _name(term: Sequence[tuple[str, int]]) -> str:
    return " * ".join(n for n, _ in term)


def counted_at(
    effects: SiteEffects, reg: Regression, rows: Rows, k: int, stated: Mapping[str, float] | None = None
) -> Floats:
    """What each coefficient counts in the effect of column k given the modifiers: R by P, or P at stated levels.

    The effect is a + c'(h(Z) - mean of h(Z)). At stated levels of some modifiers it is averaged over the others.

    Args:
        effects: the table.
        reg: the regression with moderators.
        rows: its rows.
        k: the column of the effect.
        stated: levels of modifiers; None for the effect in each row.
    """
    table, count = table_of(effects, reg), len(rows.y)
    kept = np.isin(table.arm, [_arms(table, reg)[arm] for arm in reg.arms])
    levels = {name: values[kept] for name, values in table.modifiers.items()}
    column, over = rows.columns[k], _averaged_over(table, reg, kept, rows.w)
    found = np.zeros((count, len(rows.columns)) if stated is None else len(rows.columns))
    found[..., k] = 1.0
    for term in reg.terms(column.removeprefix("intercept ")):
        value = _value(reg, term, levels, count) if stated is None else over.mean(reg, term, stated)
        found[..., rows.columns.index(f"{column} * {_name(term)}")] = value - over.mean(reg, term, {})
    return found


def _moderated(rows: Rows, reg: Regression, levels: Mapping[str, Floats], over: AveragedOver) -> Rows:
    """With the products of each compliance and the terms of its moderators."""
    for k, u in enumerate(reg.regressors):
        for name, value in _terms(reg, reg.terms(u), levels, over, len(rows.y)):
            rows = _times(rows, k, f"{u} * {name}", value)
    return rows


def _times(rows: Rows, k: int, name: str, value: Floats) -> Rows:
    """With column k times a known value, and the sampling covariance that this has."""
    made = rows.adding([name], (rows.g[:, k] * value)[:, None])
    own = made.own.copy()
    own[:, -1, :-1] = own[:, :-1, -1] = rows.own[:, k + 1, :] * value[:, None]
    own[:, -1, -1] = rows.own[:, k + 1, k + 1] * value**2
    first = np.zeros(len(rows.shared))
    first[rows.unit] = value
    shared = made.shared.copy()
    shared[:, -1, :-1] = shared[:, :-1, -1] = rows.shared[:, k + 1, :] * first[:, None]
    shared[:, -1, -1] = rows.shared[:, k + 1, k + 1] * first**2
    return replace(made, own=own, shared=shared)
