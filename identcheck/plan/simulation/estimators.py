"""The estimators, each of which solves linear equations in the moments of the rows (see ``rows``), and first-stage F."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from identcheck.plan.closed.columns import Entry
from identcheck.plan.inputs.anticipated import Array
from identcheck.plan.simulation.rows import Moments
from identcheck.plan.simulation.small_matrices import inverse, least_eigenvalue, partialled, solved

__all__ = ["ESTIMATORS", "INTERCEPT", "Equation", "Fit", "RowsKey", "Strength", "strength_of", "variance"]

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
        influence: for each coefficient how much each element of q_s adds to its error, (D, R); empty where
            the standard errors are given instead.
        errors: (P, R) standard errors where there is no influence.
        freedom: degrees of freedom of t.
        apart: values and influence of the coefficients themselves, where those of average effects in the sites of each trial
            stand in their place.
    """

    columns: tuple[str, ...]
    values: Array
    influence: tuple[Array, ...]
    errors: Array | None
    freedom: float
    apart: tuple[Array, tuple[Array, ...]] | None = None


def variance(moments: Moments, influence: Array, columns: int) -> Array:
    """The variance, robust to clustering by site, of an estimate with this influence; NaN without freedom.

    K / (K - P) * sum over sites of (influence' q_s - average)^2

    Where the sites are the population: the influence times the covariance of the q_s by sampling error.
    """
    sites = moments.sites
    if moments.same:
        return np.asarray(np.maximum(np.einsum("ir,ijr,jr->r", influence, moments.second, influence), 0.0))
    if sites <= columns:
        return np.full(influence.shape[1], np.nan)
    total = np.zeros(influence.shape[1])
    sums = np.zeros(influence.shape[1])
    used = np.flatnonzero(influence.any(axis=1)).tolist()
    for n, i in enumerate(used):
        a, b = moments.rows.pairs[i]
        sums += influence[i] * moments.first[a, b]
        row = moments.second[i, i] * influence[i]
        for j in used[n + 1 :]:
            row = row + 2.0 * (moments.second[i, j] * influence[j])
        total += row * influence[i]
    found = sites / (sites - columns) * (total - sums**2 / sites)
    return np.asarray(np.maximum(found, 0.0))


def _influence(
    moments: Moments, instruments: Array, rows: Sequence[int], residual: Mapping[int, Array]
) -> Array:
    """Of sum over rows a of instruments_a times q_s[a, .] residual, on each pair of columns (D, R)."""
    position = {pair: i for i, pair in enumerate(moments.rows.pairs)}
    found = np.zeros((len(position), instruments.shape[1]))
    for weight, a in zip(instruments, rows, strict=True):
        for b, c in residual.items():
            found[position[min(a, b), max(a, b)]] += weight * c
    return found


def _linear(moments: Moments, equation: Equation, left: Array) -> tuple[Fit, Array]:
    """Solve left_xx b = left_xy; also the inverse of left_xx."""
    x, y = _places(moments, equation)
    bread = inverse(left[np.ix_(x, x)])
    values = solved(bread, left[x, y])
    return _fit(moments, equation, values, bread, x), bread


def _fit(moments: Moments, equation: Equation, values: Array, instruments: Array, rows: Sequence[int]) -> Fit:
    """The fit with these coefficients (P, R) and what multiplies the rows in each of them, (P, rows, R)."""
    x, y = _places(moments, equation)
    residual = _residual(values, x, y)
    influence = tuple(_influence(moments, own, rows, residual) for own in instruments)
    apart = None
    if equation.products:
        apart = values, influence
        values, influence = _averaged(moments, equation, values, influence)
    units = moments.freedom if moments.same else moments.sites
    return Fit(equation.columns, values, influence, None, max(1.0, units - len(x)), apart)


def _averaged(
    moments: Moments, equation: Equation, values: Array, influence: tuple[Array, ...]
) -> tuple[Array, tuple[Array, ...]]:
    """Average effects a + k'h in place of a, with h the weighted averages of the terms over the sites of each trial.

    Source: theory, equation (14.7).
    """
    place, pair = moments.place, {both: i for i, both in enumerate(moments.rows.pairs)}
    arms = [place[arm] for arm in equation.arms]
    whole = moments.first[np.ix_(arms, arms)].sum(axis=(0, 1))
    found, added = values.copy(), list(influence)
    for entry in equation.products:
        k, head = equation.columns.index(entry.name), equation.columns.index(entry.head)
        held = [place[Entry(arm, entry.term).name] for arm in equation.arms]
        level = moments.first[np.ix_(arms, held)].sum(axis=(0, 1)) / whole
        found[head] += values[k] * level
        own = added[head] + influence[k] * level
        for a in arms:
            for b in held:
                own[pair[min(a, b), max(a, b)]] += values[k] / whole
            for b in arms:
                own[pair[min(a, b), max(a, b)]] -= values[k] * level / whole
        added[head] = own
    return found, tuple(added)


def _places(moments: Moments, equation: Equation) -> tuple[list[int], int]:
    """The positions of regressors and outcome among the columns."""
    place = moments.place
    return [place[c] for c in equation.columns], place[equation.outcome]


def _residual(values: Array, x: list[int], y: int) -> dict[int, Array]:
    return {y: np.ones(values.shape[1])} | {a: -b for a, b in zip(x, values, strict=True)}


def two_stage(moments: Moments, equation: Equation) -> Fit:
    """Two-stage least squares with site-by-arm instruments: least squares of site effects, weighted."""
    return _linear(moments, equation, moments.first)[0]


def moment_corrected(moments: Moments, equation: Equation) -> Fit:
    """Least squares of site effects with the expected sampling noise taken from their moments.

    Source: theory, equation (11.5).
    """
    return _linear(moments, equation, moments.first - moments.noise)[0]


def liml(moments: Moments, equation: Equation) -> Fit | None:
    """Limited information maximum likelihood; the variance counts that its root varies with the data."""
    if moments.precise is not moments.first:
        return None
    place = moments.place
    x, y = _places(moments, equation)
    inner = [place[c] for c in (*equation.regressors, equation.outcome)]
    out = [place[c] for c in equation.intercepts]
    scatter = moments.scatter[np.ix_(inner, inner)]
    root = least_eigenvalue(partialled(moments.first, out, inner), scatter)
    fit, bread = _linear(moments, equation, moments.first - root * moments.scatter)
    residual = _residual(fit.values, x, y)
    own = np.einsum("iar,ar->ir", moments.scatter[:, list(residual)], np.array([*residual.values()]))
    size = np.einsum("ar,ar->r", own[list(residual)], np.array([*residual.values()]))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = own[x] / size
    influence = []
    for i in range(len(x)):
        taken = np.einsum("ar,ar->r", bread[i], share)
        extra = np.array([-taken * residual[a] for a in residual])
        influence.append(fit.influence[i] + _influence(moments, extra, list(residual), residual))
    return Fit(fit.columns, fit.values, tuple(influence), None, fit.freedom)


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
    x, y = _places(moments, equation)
    whole = moments.precise + moments.scatter
    bread = inverse(whole[np.ix_(x, x)])
    values = solved(bread, whole[x, y])
    instruments = moments.sites * len(equation.arms)
    freedom = moments.freedom + instruments - len(x)
    left = whole[y, y] - np.einsum("xr,xr->r", values, whole[x, y])
    spread = np.maximum(left, 0.0) / freedom
    errors = np.sqrt(np.array([bread[i, i] for i in range(len(x))]) * spread)
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


@dataclass(frozen=True, eq=False)
class Strength:
    """First-stage statistics of the P regressors of one equation in R trials.

    Attributes:
        plain: (P, R) F of the site-by-arm instruments for each regressor by itself.
        conditional: (P, R) the F of Sanderson and Windmeijer, given the other regressors.
    """

    plain: Array
    conditional: Array


def strength_of(moments: Moments, equation: Equation) -> Strength:
    """The first-stage statistics: explained against unexplained variation of a regressor, per degree of freedom.

    The conditional F is about what is left of a regressor when the others, as the instruments predict them, are
    regressed out: with c that combination,

        [c' A c / (K L - intercepts - P + 1)] / [c' G c / freedom]

    Source: theory, equation (11.13).
    """
    place = moments.place
    out = [entry.name for entry in equation.products if entry.head in equation.intercepts]
    held = [entry.name for entry in equation.products if entry.head not in equation.intercepts]
    x = [place[u] for u in (*equation.regressors, *held)]
    explained = partialled(moments.precise, [place[a] for a in (*equation.intercepts, *out)], x)
    scatter = moments.scatter[np.ix_(x, x)]
    instruments = moments.sites * moments.groups * len(equation.arms) - len(equation.intercepts) - len(out)
    beside = instruments - len(x) + 1
    plain, conditional = [], []
    with np.errstate(divide="ignore", invalid="ignore"):
        for k in range(len(equation.regressors)):
            plain.append(_ratio(explained[k, k], scatter[k, k], instruments, moments.freedom))
            rest = [j for j in range(len(x)) if j != k]
            slopes = solved(inverse(explained[np.ix_(rest, rest)]), explained[rest, k])
            weights = np.ones((len(x), explained.shape[2]))
            weights[rest] = -slopes
            above = np.einsum("ir,ijr,jr->r", weights, explained, weights)
            below = np.einsum("ir,ijr,jr->r", weights, scatter, weights)
            conditional.append(_ratio(above, below, beside, moments.freedom))
    return Strength(np.array(plain), np.array(conditional))


def _ratio(above: Array, below: Array, instruments: int, freedom: float) -> Array:
    if instruments < 1:
        return np.full_like(above, np.nan)
    return np.asarray((above / instruments) / (below / freedom))
