"""Effects that modifiers change: at stated levels, and products of them averaged over sites (theory, (14.3) and (16.1))."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from identcheck.decide.conditions import Regression
from identcheck.evidence.columns import Floats
from identcheck.evidence.regressors import average_weights, counted_at, rows_of
from identcheck.evidence.site_effects import SiteEffects
from identcheck.evidence.weighted import Fit, LinearFit

__all__ = ["Moved", "at_levels", "averaged_product", "moved"]


def at_levels(
    effects: SiteEffects, fit: Fit, reg: Regression, k: int, stated: Mapping[str, float]
) -> LinearFit:
    """The effect of column k at stated levels of modifiers, averaged over those that are not stated."""
    return fit.linear_sum(counted_at(effects, reg, fit.rows, k, stated))


@dataclass(frozen=True, eq=False)
class Moved:
    """An effect that modifiers change, in each unit: a site, or a cell of one.

    Attributes:
        fit: its regression.
        counted: U by P, what each coefficient counts in the effect in a unit; the effect is that times the coefficients.
        weight: U, of the units in the average that the design wants.
        units: the names of the units.
        sites: for each unit its site, by name.
    """

    fit: Fit
    counted: Floats
    weight: Floats
    units: tuple[str, ...]
    sites: tuple[str, ...]

    def places(self, units: Sequence[str], sites: Sequence[str]) -> list[int]:
        """Where units are among its own; -1 where they are not. A unit that is a cell may be of a site here."""
        own = {name: i for i, name in enumerate(self.units)}
        return [own.get(unit, own.get(site, -1)) for unit, site in zip(units, sites, strict=True)]


def moved(effects: SiteEffects, reg: Regression, k: int) -> Moved:
    """The effect of column k in each unit; its rows are of full rank."""
    rows = rows_of(effects, reg)
    first = np.array([block[0] for block in rows.apart])
    weight, site = average_weights(effects, reg, rows)[first], rows.site[first]
    if reg.design.average == "sites":  # also one that lacks a cell
        weight = weight / np.bincount(site, weight)[site]
    units, sites = (
        tuple(names[i] for i in first) for names in (rows.labels, [rows.names[s] for s in rows.site])
    )
    return Moved(Fit(rows), counted_at(effects, reg, rows, k)[first], weight, units, sites)


def averaged_product(factors: Sequence[Moved], compliance: Mapping[str, float] | None) -> LinearFit:
    """The average over sites of a product of effects that modifiers change, and of the compliance, where one is among them.

    Its error is that of the coefficients and of the sites that are drawn, together. The estimate without a site is exact, weights
    and centres as they are. Where effects are those of cells, the product is averaged over the cells of a site first.

    Args:
        factors: the effects, of the same units or not: those that all have are averaged.
        compliance: by unit; None where none is multiplied.
    """
    base = max(factors, key=lambda f: len(f.units))
    every = np.array([f.places(base.units, base.sites) for f in factors])
    kept = (every >= 0).all(0) & np.array([compliance is None or u in compliance for u in base.units])
    units, sites = (
        [n for n, there in zip(names, kept, strict=True) if there] for names in (base.units, base.sites)
    )
    counted = [f.counted[p[kept]] for f, p in zip(factors, every, strict=True)]
    share = base.weight[kept] / base.weight[kept].sum()
    r = np.ones(len(units)) if compliance is None else np.array([compliance[u] for u in units])
    effects = [c @ f.fit.coefficients for c, f in zip(counted, factors, strict=True)]
    product = r * np.prod(effects, axis=0)
    value, count = float(share @ product), len(set(sites))
    names = list(dict.fromkeys(n for f in factors for n in f.fit.rows.names))
    if count < 2 or not all(f.fit.determined for f in factors):
        return LinearFit(value, dict.fromkeys(names, float("nan")), None, 0.0)
    change = dict.fromkeys(names, 0.0)
    for site, part in zip(sites, share * (product - value) * count / (count - 1), strict=True):
        change[site] += float(part)
    damped, plain, pull, pulls = dict(change), dict(change), 0.0, dict.fromkeys(names, 0.0)
    for i, factor in enumerate(factors):
        others = r * np.prod([e for j, e in enumerate(effects) if j != i], axis=0) if len(factors) > 1 else r
        slope, fit = (share * others) @ counted[i], factor.fit
        pull += float(slope @ fit.pull)
        moves = [(change, fit.changes), (damped, fit.damped), (plain, fit.plain)]
        for found, changes in [*moves, *([(pulls, fit.pulls)] if fit.pull.any() else [])]:
            for n, moved_by in zip(fit.rows.names, changes @ slope, strict=True):
                found[n] += float(moved_by)
    left = {n: _without(n, sites, share, r, counted, factors) for n in names}
    df = min(*(f.fit.plain_df for f in factors), float(count - 1))
    return LinearFit(value, change, damped, df, left, pull, plain, df, pulls)


def _without(
    name: str,
    sites: Sequence[str],
    share: Floats,
    r: Floats,
    counted: Sequence[Floats],
    factors: Sequence[Moved],
) -> float:
    """The average without one site, of coefficients without it."""
    kept = np.array([n != name for n in sites])
    product = r.copy()
    for c, factor in zip(counted, factors, strict=True):
        rows = factor.fit.rows
        change = factor.fit.changes[rows.names.index(name)] if name in rows.names else 0.0
        product = product * (c @ (factor.fit.coefficients - change))
    return float(share[kept] @ product[kept] / share[kept].sum())
