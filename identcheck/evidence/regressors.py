"""The rows and columns of one regression of site effects, with their sampling covariance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from identcheck.decide.conditions import Regression
from identcheck.derive.heterogeneity import asked_of_weights
from identcheck.describe.design import Design
from identcheck.evidence.columns import Floats
from identcheck.evidence.site_effects import SiteEffects

__all__ = ["Rows", "counted_at", "rows_of"]

RANK = 1e-9
"""Columns are in one another's span where the smallest singular value of the scaled matrix is below this share of the largest."""


@dataclass(frozen=True, eq=False)
class Rows:
    """y on G, with weights w; the sampling covariance of (y, G).

    Attributes:
        columns: the names of the P columns of G.
        y: R.
        g: R by P.
        w: R weights.
        site: for each row the place of its site among those used.
        names: the names of these J sites.
        own: R by (1 + P) by (1 + P), the sampling covariance of (y, G) of each row.
        shared: J by (1 + P) by (1 + P), that of two rows of a site, whose arms share a control; rows of two sites have none.
    """

    columns: tuple[str, ...]
    y: Floats
    g: Floats
    w: Floats
    site: NDArray[np.intp]
    names: tuple[str, ...]
    own: Floats
    shared: Floats

    @property
    def count(self) -> int:
        """J, the number of sites."""
        return len(self.names)

    @property
    def degrees(self) -> int:
        """Rows less columns, the degrees of freedom of Q."""
        return len(self.y) - len(self.columns)

    @cached_property
    def blocks(self) -> tuple[NDArray[np.intp], ...]:
        """The rows of each site."""
        order = np.argsort(self.site, kind="stable")
        ends = np.cumsum(np.bincount(self.site, minlength=self.count))[:-1]
        return tuple(np.split(order, ends))

    @cached_property
    def full(self) -> bool:
        """Whether the columns of G are linearly independent, in the rows at hand."""
        if len(self.y) < len(self.columns):
            return False
        scale = np.sqrt((self.g**2).sum(0))
        if not len(self.columns) or (scale == 0).any():
            return not len(self.columns)
        values = np.linalg.svd(self.g / scale, compute_uv=False)
        return bool(values[-1] > RANK * values[0])

    def block(self, rows: NDArray[np.intp], c: Floats) -> Floats:
        """The sampling covariance of (y, G) c among the rows of a site."""
        own = np.einsum("a,rab,b->r", c, self.own[rows], c)
        if len(rows) == 1:
            alone: Floats = own[:, None]
            return alone
        both: Floats = np.full((len(rows), len(rows)), c @ self.shared[self.site[rows[0]]] @ c)
        np.fill_diagonal(both, own)
        return both

    def without(self, site: int) -> Rows:
        """The same without one site."""
        kept = self.site != site
        moved = self.site[kept]
        names = tuple(n for i, n in enumerate(self.names) if i != site)
        shared = np.delete(self.shared, site, axis=0)
        return replace(
            self, y=self.y[kept], g=self.g[kept], w=self.w[kept], site=moved - (moved > site), names=names,
            own=self.own[kept], shared=shared,
        )  # fmt: skip

    def adding(self, names: Sequence[str], values: Floats) -> Rows:
        """The same with further columns, whose sampling errors are not counted."""
        more = values.shape[1]
        wide = ((0, 0), (0, more), (0, more))
        return replace(
            self, columns=(*self.columns, *names), g=np.hstack([self.g, values]), own=np.pad(self.own, wide),
            shared=np.pad(self.shared, wide),
        )  # fmt: skip

    def on(self, k: int) -> Rows:
        """Column k regressed on the other columns, weighted by the precision of column k."""
        others = [i for i in range(len(self.columns)) if i != k]
        order = [k + 1, *(i + 1 for i in others)]
        variance = self.own[:, k + 1, k + 1]
        return replace(
            self, columns=tuple(self.columns[i] for i in others), y=self.g[:, k], g=self.g[:, others],
            w=_precision(variance), own=self.own[:, order][:, :, order], shared=self.shared[:, order][:, :, order],
        )  # fmt: skip

    @property
    def by_precision(self) -> Rows:
        """The same with weights 1 / Var(y)."""
        return replace(self, w=_precision(self.own[:, 0, 0]))

    @property
    def exact(self) -> bool:
        """Whether a row has no sampling error in y."""
        return bool((self.own[:, 0, 0] <= 0).any())


def _precision(variance: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        return np.where(variance > 0, 1 / variance, 0.0)


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
    w = effects.weight[kept] if effects.weight is not None else _precision(own[:, 0, 0])
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
