"""Weighted least squares over sites: CR3 and CR2 with Satterthwaite degrees, in blocks of sites (theory section 17)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from identcheck.basics.options import TestName
from identcheck.evidence.columns import Floats
from identcheck.evidence.rows import Rows, padded
from identcheck.plan.small_samples import ALONE, CR2, CR3, Leverage

__all__ = ["MANY", "SINGULAR", "Fit", "LinearFit", "interval"]

SINGULAR = 1e-10
"""Below this least eigenvalue, columns of unit size, corrected moments are those of columns that do not vary."""

MANY = 60
"""From so many sites on the interval is that of CR3; below, of CR2. Both have Satterthwaite degrees."""


@dataclass(frozen=True, eq=False)
class LinearFit:
    """An estimate as a sum over sites, to first order.

    Attributes:
        value: the estimate.
        change: for each site by name, what CR3 lets it contribute: the estimate less that without the site, up to sign.
        damped: the same for CR2; None where there is none.
        df: degrees of freedom, Satterthwaite's where the estimate has them.
        left: for each site the estimate without it, where it is not the estimate less its change.
        pull: how far sampling errors of the compliances move the estimate, as the moments corrected for them say; NaN where the
            compliances differ by no more than these errors.
        plain: for each site what it contributes to the CR1 error, the correction for few sites in it; None where there is none.
        plain_df: the degrees of freedom of CR1: sites less coefficients.
        pulls: for each site the pull less that without the site; NaN where there is none; empty where there is no pull.
    """

    value: float
    change: dict[str, float]
    damped: dict[str, float] | None
    df: float
    left: dict[str, float] | None = None
    pull: float = 0.0
    plain: dict[str, float] | None = None
    plain_df: float = 0.0
    pulls: dict[str, float] = field(default_factory=dict)

    @property
    def pull_se(self) -> float:
        """The standard error of the pull, by the jackknife over sites; NaN where there is none without some site."""
        count = len(self.pulls)
        return float(np.sqrt((count - 1) / count)) * _size(self.pulls) if count else np.nan

    @property
    def without(self) -> dict[str, float]:
        """For each site the estimate without it, weights and centres of moderators as they are; NaN where there is none."""
        return (
            {name: self.value - moved for name, moved in self.change.items()}
            if self.left is None
            else self.left
        )

    @property
    def se(self) -> float:
        """CR3: times sqrt((J - 1) / J)."""
        count = len(self.change)
        return float(np.sqrt((count - 1) / count)) * _size(self.change) if count else np.nan

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 percent interval."""
        found = self.error()
        return None if found is None else interval(self.value, *found)

    def error(self, test: TestName | None = None) -> tuple[float, float] | None:
        """The standard error of a test and its degrees of freedom; None where there is none.

        Args:
            test: "CR1", "CR2" or "CR3"; else, and for an estimate whose error is a jackknife's, that of the 95 percent interval.
        """
        if not np.isfinite(self.se) or self.df <= 0:
            return None
        if test == "CR1" and self.plain is not None:
            return _size(self.plain), self.plain_df
        few = test == "CR2" or (test != "CR3" and len(self.change) < MANY)
        return (_size(self.damped) if few and self.damped is not None else self.se), self.df


def _size(contributions: Mapping[str, float]) -> float:
    return float(np.sqrt(sum(c * c for c in contributions.values())))


def interval(value: float, se: float, df: float) -> tuple[float, float]:
    """The estimate give or take t times the standard error, at 95 percent."""
    half = float(stats.t.ppf(0.975, df)) * se
    return value - half, value + half


@dataclass(frozen=True, eq=False)
class Fit:
    """A weighted regression of full rank."""

    rows: Rows

    @cached_property
    def x(self) -> Floats:
        """G times the roots of the weights."""
        return self.rows.turned(self.rows.g)

    @cached_property
    def inverse(self) -> Floats:
        """(G'WG)^-1, by scaled columns."""
        scale = np.sqrt((self.x**2).sum(0))
        _, r = np.linalg.qr(self.x / scale)
        root = np.linalg.inv(r)
        found: Floats = root @ root.T / np.outer(scale, scale)
        return found

    @cached_property
    def coefficients(self) -> Floats:
        """P."""
        scale = np.sqrt((self.x**2).sum(0))
        found: Floats = np.linalg.lstsq(self.x / scale, self.rows.turned(self.rows.y), rcond=None)[0] / scale
        return found

    @cached_property
    def corrected(self) -> Floats | None:
        """P, of moments less what sampling error adds; None where these are not positive definite."""
        added = self.rows.errors
        gram = self.x.T @ self.x - added[1:, 1:]
        right = self.x.T @ self.rows.turned(self.rows.y) - added[1:, 0]
        size = np.sqrt((self.x**2).sum(0))
        if (size == 0).any() or np.linalg.eigvalsh(gram / np.outer(size, size))[0] <= SINGULAR:
            return None
        found: Floats = np.asarray(np.linalg.solve(gram, right), dtype=np.float64)
        return found

    @cached_property
    def pull(self) -> Floats:
        """P, how far sampling errors of the compliances move the coefficients; NaN where they are all that these differ by."""
        if not self.rows.own[:, 1:, 1:].any():
            return np.zeros(len(self.rows.columns))
        return (
            np.full(len(self.rows.columns), np.nan)
            if self.corrected is None
            else self.coefficients - self.corrected
        )

    @cached_property
    def pulls(self) -> Floats:
        """J by P, the pull less that without each site; NaN where compliances then differ by no more than their errors."""
        x, y = self.by_site(self.x), self.by_site(self.rows.turned(self.rows.y))
        each = np.einsum("jlp,jlq->jpq", x, x)
        gram, right = each.sum(0) - each, np.einsum("jlp,jl->jp", x, y)
        right = right.sum(0) - right
        added = self.rows.errors - self.rows.errors_of_sites
        corrected = gram - added[:, 1:, 1:]
        size = np.sqrt(np.maximum(np.einsum("jpp->jp", gram), 0.0))
        scaled = size[:, :, None] * size[:, None, :]
        found: Floats = np.full(right.shape, np.nan)
        sound = (size > 0).all(1)
        for moments in (gram, corrected):
            sound[sound] = np.linalg.eigvalsh(moments[sound] / scaled[sound])[:, 0] > SINGULAR
        plain = np.linalg.solve(gram[sound], right[sound][:, :, None])[:, :, 0]
        less = np.linalg.solve(corrected[sound], (right - added[:, 1:, 0])[sound][:, :, None])[:, :, 0]
        found[sound] = self.pull - (plain - less)
        return found

    @cached_property
    def residuals(self) -> Floats:
        """R, times the roots of the weights."""
        return self.rows.turned(self.rows.y - self.rows.g @ self.coefficients)

    @cached_property
    def _places(self) -> NDArray[np.intp]:
        """The rows of each site, -1 where a site has fewer than another."""
        return padded(self.rows.blocks)

    def by_site(self, values: Floats) -> Floats:
        """Values of rows, (R, ...), as (J, L, ...); 0 where a site has fewer rows."""
        found: Floats = np.concatenate([values, np.zeros_like(values[:1])])[self._places]
        return found

    @cached_property
    def leverage(self) -> Leverage:
        """Of the sites in the estimate."""
        return Leverage(self.by_site(self.x), self.inverse)

    @cached_property
    def alone(self) -> tuple[str, ...]:
        """The sites that alone determine a coefficient."""
        values, _ = self.leverage.parts
        return tuple(n for n, least in zip(self.rows.names, values.min(axis=1), strict=True) if least < ALONE)

    def _changes(self, power: float) -> Floats:
        """J by P: (G'WG)^-1 G_s'W_s (I - H_ss)^power e_s."""
        return self.leverage.changes(self.by_site(self.residuals), power)

    @cached_property
    def changes(self) -> Floats:
        """J by P, for CR3."""
        return self._changes(CR3)

    @cached_property
    def damped(self) -> Floats:
        """J by P, for CR2."""
        return self._changes(CR2)

    @cached_property
    def covariance(self) -> Floats:
        """P by P, CR3."""
        count = self.rows.count
        found: Floats = self.changes.T @ self.changes * (count - 1) / count
        return found

    @cached_property
    def cr1(self) -> Floats:
        """P standard errors: the sandwich times J / (J - 1) and (R - 1) / (R - P)."""
        found: Floats = np.sqrt((self.plain**2).sum(0))
        return found

    @cached_property
    def plain(self) -> Floats:
        """J by P, for CR1, the correction for few sites in it."""
        count, size = self.rows.count, len(self.rows.y)
        factor = count / max(count - 1, 1) * (size - 1) / max(self.rows.degrees, 1)
        return self._changes(0.0) * float(np.sqrt(factor))

    @property
    def plain_df(self) -> float:
        """Sites less coefficients."""
        return float(self.rows.count - len(self.rows.columns))

    @cached_property
    def common(self) -> Floats:
        """P standard errors if all sites had the same effects and the weights were those of sampling error: scale 1."""
        found: Floats = np.sqrt(np.diag(self.inverse))
        return found

    @cached_property
    def classical(self) -> Floats:
        """P standard errors with the scale of the residuals."""
        scale = (self.residuals**2).sum() / max(self.rows.degrees, 1)
        found: Floats = self.common * np.sqrt(scale)
        return found

    def satterthwaite(self, c: Floats) -> float:
        """Degrees of freedom of the CR2 variance of a sum c'b of coefficients; errors have the covariance W^-1."""
        return float(self.leverage.degrees(c))

    def linear(self, k: int) -> LinearFit:
        """Coefficient k with what each site contributes."""
        return self.linear_sum(np.eye(len(self.rows.columns))[k])

    @property
    def determined(self) -> bool:
        """Whether there is a standard error: more sites than columns, none of which determines a coefficient alone."""
        return not self.alone and self.rows.degrees > 0 and self.rows.count > len(self.rows.columns)

    def linear_sum(self, c: Floats) -> LinearFit:
        """A sum c'b of coefficients with what each site contributes."""
        names, value = self.rows.names, float(c @ self.coefficients)
        if not self.determined:
            return LinearFit(value, dict.fromkeys(names, float("nan")), None, 0.0)
        moved, damped, plain = (
            dict(zip(names, (each @ c).tolist(), strict=True))
            for each in (self.changes, self.damped, self.plain)
        )
        pull = float(c @ self.pull)
        pulls = dict(zip(names, (self.pulls @ c).tolist(), strict=True)) if pull else {}
        return LinearFit(value, moved, damped, self.satterthwaite(c), None, pull, plain, self.plain_df, pulls)
