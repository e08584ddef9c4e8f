"""The estimators, each of which solves linear equations in the moments of the rows (see ``moments``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from identcheck.plan.closed.columns import Entry
from identcheck.plan.inputs.anticipated import Array
from identcheck.plan.simulation.moments import Moments
from identcheck.plan.simulation.pulls import Influence, Pull
from identcheck.plan.simulation.small_matrices import inverse, least_eigenvalue, partialled, solved

__all__ = ["ESTIMATORS", "INTERCEPT", "Equation", "Fit", "RowsKey"]

INTERCEPT = "2SLS with intercept"
RowsKey = tuple[tuple[str, ...], tuple[Entry, ...], tuple[str, ...]]


@dataclass(frozen=True)
class Equation:
    """One regression on the columns of rows: outcome, regressors, arms that have an intercept, products with modifiers.

    Rows are groups of persons who are alike in the characteristics ``alike``, if there are any.
    """

    outcome: str
    regressors: tuple[str, ...]
    arms: tuple[str, ...]
    intercepts: tuple[str, ...]
    products: tuple[Entry, ...] = ()
    alike: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Intercepts, then regressors, then products."""
        return (*self.intercepts, *self.regressors, *(entry.name for entry in self.products))

    @property
    def rows(self) -> RowsKey:
        """What its rows are told from others by: the arms, the products, and what persons are alike in."""
        return self.arms, self.products, self.alike


@dataclass(frozen=True, eq=False)
class Fit:
    """Estimates of one equation in R trials.

    Attributes:
        columns: the names of the coefficients; P of them.
        values: (P, R) coefficients.
        influence: for each coefficient what each site adds to its error; empty where the standard errors are given instead.
        errors: (P, R) standard errors where there is no influence.
        freedom: degrees of freedom of t.
        apart: values and influence of the coefficients themselves, where those of average effects in the sites of each trial
            stand in their place.
    """

    columns: tuple[str, ...]
    values: Array
    influence: tuple[Influence, ...]
    errors: Array | None
    freedom: float
    apart: tuple[Array, tuple[Influence, ...]] | None = None


def _linear(moments: Moments, equation: Equation, left: Array) -> tuple[Fit, Array]:
    """Solve left_xx b = left_xy, of ``left`` for regressors and outcome; also the inverse of left_xx."""
    x, _ = _places(moments, equation)
    bread = inverse(left[:-1, :-1])
    values = solved(bread, left[:-1, -1])
    return _fit(moments, equation, values, bread, x), bread


def _fit(moments: Moments, equation: Equation, values: Array, instruments: Array, rows: Sequence[int]) -> Fit:
    """The fit with these coefficients (P, R) and what multiplies the rows in each of them, (P, rows, R)."""
    x, y = _places(moments, equation)
    residual = _residual(moments, values, x, y)
    along = np.zeros((len(x), *residual.shape))
    along[:, rows] = instruments
    influence: tuple[Influence, ...] = tuple((Pull(own, residual),) for own in along)
    apart = None
    if equation.products:
        apart = values, influence
        values, influence = _averaged(moments, equation, values, influence)
    units = moments.freedom if moments.same else moments.sites
    return Fit(equation.columns, values, influence, None, max(1.0, units - len(x)), apart)


def _averaged(
    moments: Moments, equation: Equation, values: Array, influence: tuple[Influence, ...]
) -> tuple[Array, tuple[Influence, ...]]:
    """Average effects a + k'h in place of a, with h the weighted averages of the terms over the sites of each trial.

    Source: theory, equation (14.7).
    """
    place = moments.place
    arms = [place[arm] for arm in equation.arms]
    whole = moments.first[np.ix_(arms, arms)].sum(axis=(0, 1))
    found, added = values.copy(), list(influence)
    every = np.zeros((len(place), values.shape[1]))
    every[arms] = 1.0
    for entry in equation.products:
        k, head = equation.columns.index(entry.name), equation.columns.index(entry.head)
        held = [place[Entry(arm, entry.term).name] for arm in equation.arms]
        level = moments.first[np.ix_(arms, held)].sum(axis=(0, 1)) / whole
        found[head] += values[k] * level
        own = np.zeros_like(every)
        own[held] += values[k] / whole
        own[arms] -= values[k] * level / whole
        moved = (Pull(pull.along * level, pull.residual) for pull in influence[k])
        added[head] = (*added[head], *moved, Pull(every, own))
    return found, tuple(added)


def _places(moments: Moments, equation: Equation) -> tuple[list[int], int]:
    """The positions of regressors and outcome among the columns."""
    place = moments.place
    return [place[c] for c in equation.columns], place[equation.outcome]


def _residual(moments: Moments, values: Array, x: Sequence[int], y: int) -> Array:
    """(C, R) what the columns are multiplied by in the residual."""
    found = np.zeros((len(moments.rows.names), values.shape[1]))
    found[y] = 1.0
    found[x] = -values
    return found


def _of(moments: Moments, equation: Equation, matrix: Array) -> Array:
    """What (C, C, R) matrices say of regressors, then the outcome."""
    x, y = _places(moments, equation)
    return np.asarray(matrix[np.ix_([*x, y], [*x, y])])


def two_stage(moments: Moments, equation: Equation) -> Fit:
    """Two-stage least squares with site-by-arm instruments: least squares of site effects, weighted."""
    return _linear(moments, equation, _of(moments, equation, moments.first))[0]


def moment_corrected(moments: Moments, equation: Equation) -> Fit:
    """Least squares of site effects with the expected sampling noise taken from their moments.

    Source: theory, equation (11.5).
    """
    corrected = _of(moments, equation, moments.first) - _of(moments, equation, moments.noise)
    return _linear(moments, equation, corrected)[0]


def liml(moments: Moments, equation: Equation) -> Fit | None:
    """Limited information maximum likelihood; the variance counts that its root varies with the data."""
    if moments.precise is not moments.first:
        return None
    explained, scatter = _of(moments, equation, moments.first), _of(moments, equation, moments.scatter)
    out, inner = np.split(np.arange(len(explained)), [len(equation.intercepts)])
    root = least_eigenvalue(
        partialled(explained, out.tolist(), inner.tolist()), scatter[len(out) :, len(out) :]
    )
    fit, bread = _linear(moments, equation, explained - root * scatter)
    x, y = _places(moments, equation)
    residual = fit.influence[0][0].residual
    beside = residual[[*x, y]]
    own = solved(scatter, beside)
    with np.errstate(divide="ignore", invalid="ignore"):
        taken = solved(bread, own[:-1] / np.einsum("ar,ar->r", own, beside))
    along = -taken[:, None] * residual
    along[:, x] += bread
    return Fit(fit.columns, fit.values, tuple((Pull(each, residual),) for each in along), None, fit.freedom)


def pooled(moments: Moments, equation: Equation) -> Fit | None:
    """Averages over sites first, one equation for each arm: the ratio with one arm and one regressor."""
    if equation.intercepts or not 0 < len(equation.regressors) <= len(equation.arms):
        return None
    place = moments.place
    z = [place[a] for a in equation.arms]
    x, y = _places(moments, equation)
    among = inverse(moments.first[np.ix_(z, z)])
    cross = moments.first[np.ix_(z, x)]
    stage = np.einsum("zwr,wxr->zxr", among, cross)
    bread = inverse(np.einsum("zxr,zwr->xwr", stage, cross))
    instruments = np.einsum("xwr,zwr->xzr", bread, stage)
    values = np.einsum("xzr,zr->xr", instruments, moments.first[z, y])
    return _fit(moments, equation, values, instruments, z)


def ordinary(moments: Moments, equation: Equation) -> Fit:
    """Least squares of the outcome on the mediators among persons, with site fixed effects, no instruments."""
    whole = _of(moments, equation, moments.precise) + _of(moments, equation, moments.scatter)
    bread, cross = inverse(whole[:-1, :-1]), whole[:-1, -1]
    values = solved(bread, cross)
    instruments = moments.sites * len(equation.arms)
    freedom = moments.freedom + instruments - len(bread)
    left = whole[-1, -1] - np.einsum("xr,xr->r", values, cross)
    errors = np.sqrt(np.einsum("xxr->xr", bread) * (np.maximum(left, 0.0) / freedom))
    return Fit(equation.columns, values, (), errors, freedom)


ESTIMATORS: Mapping[str, Callable[[Moments, Equation], Fit | None]] = MappingProxyType(
    {
        "2SLS": two_stage,
        INTERCEPT: two_stage,
        "LIML": liml,
        "moment-corrected": moment_corrected,
        "pooled": pooled,
        "OLS": ordinary,
    }
)
"""The fit by the estimator's name, None where it is not defined; "2SLS with intercept" is 2SLS with one for every arm."""
