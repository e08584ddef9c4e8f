"""The estimators, each of which solves linear equations in the moments of the rows (see ``moments``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from identcheck.plan.closed.columns import Entry
from identcheck.plan.inputs.anticipated import Array
from identcheck.plan.simulation.moments import Kind, Moments
from identcheck.plan.simulation.pulls import Influence, Pull
from identcheck.plan.simulation.small_matrices import inverse, least_eigenvalue, solved

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


def _linear(moments: Moments, equation: Equation, kind: Kind) -> Fit:
    """Solve left_xx b = left_xy, with one of the matrices on the left."""
    x, y = _places(moments, equation)
    bread = moments.inverse(kind, tuple(x))
    return _fit(moments, equation, solved(bread, moments.matrix(kind)[x, y]), bread, x)


def _fit(moments: Moments, equation: Equation, values: Array, instruments: Array, rows: Sequence[int]) -> Fit:
    """The fit with these coefficients (P, R) and what multiplies the rows in each of them, (P, rows, R)."""
    residual = _residual(moments, equation, values)
    influence: tuple[Influence, ...] = tuple((Pull(own, rows, residual),) for own in instruments)
    apart = None
    if equation.products:
        apart = values, influence
        values, influence = _averaged(moments, equation, values, influence)
    units = moments.freedom if moments.same else moments.sites
    return Fit(equation.columns, values, influence, None, max(1.0, units - len(values)), apart)


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
    every = np.ones((len(arms), values.shape[1]))
    for entry in equation.products:
        k, head = equation.columns.index(entry.name), equation.columns.index(entry.head)
        held = [place[Entry(arm, entry.term).name] for arm in equation.arms]
        level = moments.first[np.ix_(arms, held)].sum(axis=(0, 1)) / whole
        found[head] += values[k] * level
        own = np.zeros((len(place), values.shape[1]))
        own[held] += values[k] / whole
        own[arms] -= values[k] * level / whole
        moved = (replace(pull, along=pull.along * level) for pull in influence[k])
        added[head] = (*added[head], *moved, Pull(every, arms, own))
    return found, tuple(added)


def _places(moments: Moments, equation: Equation) -> tuple[list[int], int]:
    """The positions of regressors and outcome among the columns."""
    place = moments.place
    return [place[c] for c in equation.columns], place[equation.outcome]


def _residual(moments: Moments, equation: Equation, values: Array) -> Array:
    """(C, R) what the columns are multiplied by in the residual."""
    x, y = _places(moments, equation)
    found = np.zeros((len(moments.rows.names), values.shape[1]))
    found[y] = 1.0
    found[x] = -values
    return found


def two_stage(moments: Moments, equation: Equation) -> Fit:
    """Two-stage least squares with site-by-arm instruments: least squares of site effects, weighted."""
    return _linear(moments, equation, "first")


def moment_corrected(moments: Moments, equation: Equation) -> Fit:
    """Least squares of site effects with the expected sampling noise taken from their moments.

    Source: theory, equation (11.5).
    """
    return _linear(moments, equation, "corrected")


def liml(moments: Moments, equation: Equation) -> Fit | None:
    """Limited information maximum likelihood; the variance counts that its root varies with the data."""
    if moments.precise is not moments.first:
        return None
    x, y = _places(moments, equation)
    both, out = [*x, y], x[: len(equation.intercepts)]
    explained, scatter = moments.first[np.ix_(both, both)], moments.scatter[np.ix_(both, both)]
    given = moments.given("first", out, both[len(out) :]) if out else explained
    root = least_eigenvalue(given, scatter[len(out) :, len(out) :])
    left = explained - root * scatter
    bread = inverse(left[:-1, :-1])
    values = solved(bread, left[:-1, -1])
    residual = _residual(moments, equation, values)
    beside = residual[both]
    own = solved(scatter, beside)
    with np.errstate(divide="ignore", invalid="ignore"):
        taken = solved(bread, own[:-1] / np.einsum("ar,ar->r", own, beside))
    along = -taken[:, None] * beside
    along[:, :-1] += bread
    return _fit(moments, equation, values, along, both)


def pooled(moments: Moments, equation: Equation) -> Fit | None:
    """Averages over sites first, one equation for each arm: the ratio with one arm and one regressor."""
    if equation.intercepts or not 0 < len(equation.regressors) <= len(equation.arms):
        return None
    place = moments.place
    z = [place[a] for a in equation.arms]
    x, y = _places(moments, equation)
    cross = moments.first[np.ix_(z, x)]
    stage = np.einsum("zwr,wxr->zxr", moments.inverse("first", tuple(z)), cross)
    bread = inverse(np.einsum("zxr,zwr->xwr", stage, cross))
    instruments = np.einsum("xwr,zwr->xzr", bread, stage)
    values = np.einsum("xzr,zr->xr", instruments, moments.first[z, y])
    return _fit(moments, equation, values, instruments, z)


def ordinary(moments: Moments, equation: Equation) -> Fit:
    """Least squares of the outcome on the mediators among persons, with site fixed effects, no instruments."""
    x, y = _places(moments, equation)
    whole, bread = moments.matrix("among persons"), moments.inverse("among persons", tuple(x))
    cross = whole[x, y]
    values = solved(bread, cross)
    instruments = moments.sites * len(equation.arms)
    freedom = moments.freedom + instruments - len(bread)
    left = whole[y, y] - np.einsum("xr,xr->r", values, cross)
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
