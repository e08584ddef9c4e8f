"""Effects that modifiers change: at stated levels, and products of them averaged over sites (theory, (14.3) and (16.1))."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from identcheck.decide.conditions import Regression
from identcheck.evidence.columns import Floats
from identcheck.evidence.regressors import counted_at, rows_of
from identcheck.evidence.site_effects import SiteEffects
from identcheck.evidence.weighted import MANY, Fit, LinearFit

__all__ = ["Moved", "at_levels", "averaged_product", "moved"]


def at_levels(
    effects: SiteEffects, fit: Fit, reg: Regression, k: int, stated: Mapping[str, float]
) -> LinearFit:
    """The effect of column k at stated levels of modifiers, averaged over those that are not stated."""
    return fit.linear_sum(counted_at(effects, reg, fit.rows, k, stated))


@dataclass(frozen=True, eq=False)
class Moved:
    """An effect that modifiers change, in each site.

    Attributes:
        fit: its regression.
        counted: J by P, what each coefficient counts in the effect in a site; the effect is that times the coefficients.
        weight: J, of the sites.
    """

    fit: Fit
    counted: Floats
    weight: Floats


def moved(effects: SiteEffects, reg: Regression, k: int) -> Moved:
    """The effect of column k in each site; its rows are of full rank."""
    rows = rows_of(effects, reg)
    first = np.array([block[0] for block in rows.blocks])
    size = np.array([len(block) for block in rows.blocks])
    weight = np.bincount(rows.site, rows.w, rows.count) / size
    return Moved(Fit(rows), counted_at(effects, reg, rows, k)[first], weight)


def averaged_product(factors: Sequence[Moved], compliance: Mapping[str, float] | None) -> LinearFit:
    """The average over sites of a product of effects that modifiers change, and of the compliance, where one is among them.

    Its error is that of the coefficients and of the sites that are drawn, together. The estimate without a site is exact, weights
    and centres as they are.

    Args:
        factors: the effects, of the same sites or not: sites that all have are averaged.
        compliance: by site; None where none is multiplied.
    """
    last = factors[-1]
    names = [n for n in last.fit.rows.names if all(n in f.fit.rows.names for f in factors)
             and (compliance is None or n in compliance)]  # fmt: skip
    place = [np.array([f.fit.rows.names.index(n) for n in names]) for f in factors]
    counted = [f.counted[p] for f, p in zip(factors, place, strict=True)]
    share = last.weight[place[-1]] / last.weight[place[-1]].sum()
    r = np.ones(len(names)) if compliance is None else np.array([compliance[n] for n in names])
    effects = [c @ f.fit.coefficients for c, f in zip(counted, factors, strict=True)]
    product = r * np.prod(effects, axis=0)
    value, count = float(share @ product), len(names)
    every = list(dict.fromkeys(n for f in factors for n in f.fit.rows.names))
    if count < 2 or not all(f.fit.determined for f in factors):
        return LinearFit(value, dict.fromkeys(every, float("nan")), None, 0.0)
    own = dict(zip(names, (share * (product - value) * count / (count - 1)).tolist(), strict=True))
    change, damped = ({n: own.get(n, 0.0) for n in every} for _ in range(2))
    for i, factor in enumerate(factors):
        others = r * np.prod([e for j, e in enumerate(effects) if j != i], axis=0) if len(factors) > 1 else r
        slope = (share * others) @ counted[i]
        for found, changes in ((change, factor.fit.changes), (damped, factor.fit.damped)):
            for n, moved_by in zip(factor.fit.rows.names, changes @ slope, strict=True):
                found[n] += float(moved_by)
    left = {n: _without(n, names, share, r, counted, factors) for n in every}
    df = min(float(f.fit.rows.count - len(f.fit.rows.columns)) for f in factors)
    few = min(f.fit.rows.count for f in factors) < MANY
    return LinearFit(value, change, damped if few else None, min(df, float(count - 1)), left)


def _without(
    name: str,
    names: Sequence[str],
    share: Floats,
    r: Floats,
    counted: Sequence[Floats],
    factors: Sequence[Moved],
) -> float:
    """The average without one site, of coefficients without it."""
    kept = np.array([n != name for n in names])
    product = r.copy()
    for c, factor in zip(counted, factors, strict=True):
        rows = factor.fit.rows
        change = factor.fit.changes[rows.names.index(name)] if name in rows.names else 0.0
        product = product * (c @ (factor.fit.coefficients - change))
    return float(share[kept] @ product[kept] / share[kept].sum())
