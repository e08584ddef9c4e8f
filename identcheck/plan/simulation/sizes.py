"""How often tests reject in simulated trials, for each way of getting a standard error with few sites: their size and power."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from identcheck.plan.inputs.anticipated import Array
from identcheck.plan.inputs.plan import Plan
from identcheck.plan.simulation.each_site import Draws
from identcheck.plan.simulation.estimators import Equation
from identcheck.plan.simulation.moments import Moments
from identcheck.plan.simulation.rows import blocks_of, turned
from identcheck.plan.simulation.small_matrices import inverse, solved
from identcheck.plan.small_samples import CR2, CR3, WEBB, Leverage, wild_p

__all__ = ["BOOTSTRAP", "TESTS", "Tested", "rejects", "tested"]

BOOTSTRAP = "bootstrap"
TESTS = ("CR1", "CR2", "CR3", BOOTSTRAP)
"""t with K / (K - P) and K - P degrees; CR2 and CR3, both with Satterthwaite's degrees; the restricted wild bootstrap."""

DRAWS = 199
"""Draws of each bootstrap test: with so many a test at level 0.05 is exact where the bootstrap is."""


@dataclass(frozen=True, eq=False)
class Tested:
    """One kind of test of one effect in R trials.

    Attributes:
        errors: (R,) standard errors; NaN for the bootstrap, which has none.
        degrees: (R,) degrees of freedom; NaN for the bootstrap.
        true: (R,) whether it rejects the true value.
        none: (R,) whether it rejects that there is no effect.
    """

    errors: Array
    degrees: Array
    true: NDArray[np.bool_]
    none: NDArray[np.bool_]


def rejects(
    away: Array, errors: Array, degrees: Array | float, plan: Plan, toward: float
) -> NDArray[np.bool_]:
    """Whether t tests reject: on both sides, or, of one-sided ones, on that of ``toward``."""
    from scipy.special import stdtrit  # when it is first used: `import identcheck.plan` is quick

    bound = stdtrit(degrees, 1 - plan.alpha / plan.sides)
    far = np.abs(away) if plan.sides == 2 else away if toward >= 0 else -away
    return np.asarray(far > bound * errors)


def tested(
    moments: Moments,
    equation: Equation,
    column: str,
    first: Draws,
    target: float,
    plan: Plan,
    kinds: Sequence[str],
    rng: np.random.Generator,
) -> Mapping[str, Tested]:
    """The tests of one coefficient of two-stage least squares.

    Args:
        moments: of the rows of the trials.
        equation: without products.
        column: of the coefficient.
        first: its estimates with CR1 standard errors.
        target: the true value.
        plan: for the level and the sides.
        kinds: some of ``TESTS``.
        rng: for the draws of the bootstrap.
    """
    place = moments.place
    columns = [place[c] for c in equation.columns] or list(range(len(equation.arms)))
    k = columns.index(place[column]) if equation.columns else 0
    bread = inverse(moments.first[np.ix_(columns, columns)])
    values = solved(bread, moments.first[columns, place[equation.outcome]])
    found: dict[str, Tested] = {}
    if "CR1" in kinds:
        freedom = np.full_like(first.values, first.freedom)
        found["CR1"] = _of(first.values, first.errors, freedom, target, plan)
    others = [kind for kind in kinds if kind != "CR1"]
    if not others or moments.sites <= len(columns):
        return found
    reps, sites = moments.drawn.reps, moments.sites
    table = np.full((5, reps), np.nan)  # variances of CR2 and CR3, degrees, p of the true value and of none
    halves = np.asarray(np.linalg.cholesky(moments.weights), dtype=np.float64)
    unit = np.eye(len(columns))[k]
    with_draws = BOOTSTRAP in kinds
    for here in blocks_of(moments.drawn, moments.rows, 4 * (len(columns) + with_draws * DRAWS)):
        entries = turned(moments.drawn, moments.rows, halves, here)
        x = entries[:, columns].transpose(0, 3, 2, 1)
        v = bread[..., here].transpose(2, 0, 1)
        y = entries[:, place[equation.outcome]].swapaxes(1, 2)
        b = values[:, here].T
        residuals = y - (x @ b[:, None, :, None])[..., 0]
        leverage = Leverage(x, v)
        for row, power in enumerate((CR2, CR3)):
            table[row, here] = (leverage.changes(residuals, power)[..., k] ** 2).sum(axis=1)
        table[2, here] = leverage.degrees(unit)
        if with_draws:
            signs = rng.choice(WEBB, size=(len(x), sites, DRAWS))
            for row, value in enumerate((target, 0.0), 3):
                table[row, here] = wild_p(x, v, residuals, b[:, k], k, value, signs)
    table[1] *= (sites - 1) / sites
    for row, kind in enumerate(("CR2", "CR3")):
        if kind in others:
            found[kind] = _of(values[k], np.sqrt(table[row]), table[2], target, plan)
    if with_draws:
        none = np.full(reps, np.nan)
        level = plan.alpha * 2 / plan.sides
        side = [
            np.full(reps, True) if plan.sides == 2 else np.sign(target or 1.0) * away > 0
            for away in (values[k] - target, values[k])
        ]
        found[BOOTSTRAP] = Tested(none, none, (table[3] <= level) & side[0], (table[4] <= level) & side[1])
    return {kind: found[kind] for kind in kinds if kind in found}


def _of(values: Array, errors: Array, degrees: Array, target: float, plan: Plan) -> Tested:
    """A t test."""
    true, none = (rejects(values - null, errors, degrees, plan, target) for null in (target, 0.0))
    return Tested(errors, degrees, true, none)
