"""The global minimum of Q(b) = sum (y_j - G_j b)^2 / v_j(b), infinity included (theory, equation (17.1)).

Q depends on the direction of (1, -b) alone, so it is minimised over the sphere: b at infinity is a point like any other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from identcheck.evidence.columns import Floats
from identcheck.evidence.rows import Rows
from identcheck.evidence.weighted import Fit

__all__ = ["Minimum", "Objective", "minimum"]

STARTS = 12
SEED = 2
FLAT = 1e-6
"""Where 1 has less than this share in the direction, b is at infinity."""

AGREE = 1e-5
"""Two methods agree where their minima differ by less than this share, or by less than it in all."""


@dataclass(frozen=True, eq=False)
class Objective:
    """Q of the rows of a regression."""

    rows: Rows

    @cached_property
    def scale(self) -> Floats:
        """1 + P: a typical size of each column, so that directions are alike in all of them."""
        z = np.column_stack([self.rows.y, self.rows.g])
        size = np.sqrt((z**2).mean(0))
        found: Floats = np.where(size > 0, size, 1.0)
        return found

    def __call__(self, c: Floats) -> float:
        """Q at the scaled direction c, of (y, G) c = 0."""
        return self.with_slope(c)[0]

    def with_slope(self, c: Floats) -> tuple[float, Floats]:
        """Q and its gradient at the scaled direction c."""
        size = float(np.linalg.norm(c))
        unit = c / size / self.scale
        e = unit[0] * self.rows.y + self.rows.g @ unit[1:]
        found = self._by_rows(unit, e) if self._apart else self._by_blocks(unit, e)
        if found is None:
            return float("inf"), np.zeros_like(c)
        q, slope = found
        slope = slope / self.scale / size  # Q has the same value along a ray, so nothing is to be taken off
        return q, slope

    @cached_property
    def _apart(self) -> bool:
        """Whether rows have independent errors."""
        return not self.rows.shared.any() or all(len(b) == 1 for b in self.rows.apart)

    @cached_property
    def _z(self) -> Floats:
        return np.column_stack([self.rows.y, self.rows.g])

    def _by_rows(self, c: Floats, e: Floats) -> tuple[float, Floats] | None:
        spread = self.rows.own @ c
        v = spread @ c
        none = v <= 0
        if none.any():
            if (e[none] ** 2 > 1e-24 * float(e @ e)).any():
                return None
            v, e = np.where(none, 1.0, v), np.where(none, 0.0, e)
        scaled = e / v
        slope: Floats = 2 * (self._z.T @ scaled - spread.T @ scaled**2)
        return float(e @ scaled), slope

    @cached_property
    def _alike(self) -> list[NDArray[np.intp]]:
        """The rows of units, those with the same number of rows together: units by rows."""
        sizes: dict[int, list[NDArray[np.intp]]] = {}
        for block in self.rows.apart:
            sizes.setdefault(len(block), []).append(block)
        return [np.array(blocks) for blocks in sizes.values()]

    def _by_blocks(self, c: Floats, e: Floats) -> tuple[float, Floats] | None:
        total, slope = 0.0, np.zeros_like(c)
        own, shared = self.rows.own @ c, self.rows.shared @ c
        alone, together = own @ c, shared @ c
        for blocks in self._alike:
            unit, width = self.rows.unit[blocks[:, 0]], blocks.shape[1]
            both = np.broadcast_to(together[unit][:, None, None], (len(blocks), width, width)).copy()
            both[:, range(width), range(width)] = alone[blocks]
            try:
                scaled = np.linalg.solve(both, e[blocks][:, :, None])[:, :, 0]
            except np.linalg.LinAlgError:
                return None
            total += float((e[blocks] * scaled).sum())
            across = scaled.sum(1) ** 2 - (scaled**2).sum(1)
            slope += 2 * np.einsum("sr,sra->a", scaled, self._z[blocks])
            slope -= 2 * np.einsum("sr,sra->a", scaled**2, own[blocks]) + 2 * across @ shared[unit]
        return total, slope

    def direction(self, b: Floats) -> Floats:
        """The scaled direction of coefficients b."""
        found: Floats = np.array([1.0, *(-b)]) * self.scale
        return found / np.linalg.norm(found)

    def at(self, b: Floats) -> float:
        """Q at coefficients b."""
        return self(self.direction(b))

    def coefficients(self, c: Floats) -> Floats:
        """The coefficients of a scaled direction."""
        raw = c / self.scale
        found: Floats = -raw[1:] / raw[0]
        return found


@dataclass(frozen=True, eq=False)
class Minimum:
    """Where Q is least.

    Attributes:
        q: its least value.
        b: the coefficients there; None at infinity.
        covariance: the inverse of the Hessian of Q / 2; None where it is not positive definite.
        agreed: whether a second method found the same.
    """

    q: float
    b: Floats | None
    covariance: Floats | None
    agreed: bool


def minimum(rows: Rows) -> Minimum | None:
    """The least Q, from several starts, checked by a second method; None where Q has no finite values."""
    objective = Objective(rows)
    found = least(objective.with_slope, _starts(rows, objective))
    if found is None:
        return None
    c, q = found
    again, agreed = _checked(objective, c, q)
    if objective(again) < q:
        c, q = again, objective(again)
    if abs(c[0]) < FLAT:
        return Minimum(q, None, None, agreed)
    b = objective.coefficients(c)
    return Minimum(q, b, _covariance(objective.at, b, rows), agreed)


def least(
    objective: Callable[[Floats], tuple[float, Floats]], starts: list[Floats]
) -> tuple[Floats, float] | None:
    """The best of the minima that BFGS finds from each start, of a function with its gradient."""
    best: tuple[Floats, float] | None = None
    for start in starts:
        unit = start / np.linalg.norm(start)
        value = objective(unit)[0]
        if not np.isfinite(value):
            continue
        found = optimize.minimize(
            objective, unit, jac=True, method="BFGS", options={"gtol": 1e-8, "maxiter": 300}
        )
        c, q = (found.x, float(found.fun)) if np.isfinite(found.fun) and found.fun <= value else (unit, value)
        if best is None or q < best[1]:
            best = c / np.linalg.norm(c), q
    return best


def _starts(rows: Rows, objective: Objective) -> list[Floats]:
    """Least squares, every axis (infinity among them), and random directions."""
    width = 1 + len(rows.columns)
    rng = np.random.default_rng(SEED)
    found = [*np.eye(width), *rng.normal(size=(STARTS, width))]
    if rows.full and (rows.w > 0).sum() >= width - 1:
        fit = Fit(rows)
        found.insert(0, objective.direction(fit.coefficients))
    return found


def _checked(objective: Objective, c: Floats, q: float) -> tuple[Floats, bool]:
    """The minimum by another method: every angle of a fine grid with one coefficient, else simplices from three places."""
    if len(c) == 2:
        angles = np.linspace(0, np.pi, 721)
        values = [objective(np.array([np.cos(a), np.sin(a)])) for a in angles]
        near = angles[int(np.argmin(values))]
        found = optimize.minimize_scalar(
            lambda a: objective(np.array([np.cos(a), np.sin(a)])), bounds=(near - 0.01, near + 0.01), method="bounded",
            options={"xatol": 1e-12},
        )  # fmt: skip
        other = np.array([np.cos(found.x), np.sin(found.x)])
    else:
        rng = np.random.default_rng(SEED)
        tried = [
            optimize.minimize(objective, c + 0.3 * rng.normal(size=len(c)), method="Nelder-Mead",
                              options={"maxiter": 400 * len(c), "xatol": 1e-9, "fatol": 1e-10}).x
            for _ in range(3)
        ]  # fmt: skip
        other = min(tried, key=objective)
    value = objective(other)
    return other / np.linalg.norm(other), bool(abs(value - q) <= AGREE * max(1.0, q) or value > q)


def _covariance(q: Callable[[Floats], float], b: Floats, rows: Rows) -> Floats | None:
    """The inverse Hessian of Q / 2 by central differences in steps of a part of the standard errors."""
    step = np.maximum(1e-3 * _sizes(rows, b), 1e-12)
    width = len(b)
    hessian = np.zeros((width, width))
    for i in range(width):
        for j in range(i, width):
            di, dj = np.eye(width)[i] * step, np.eye(width)[j] * step
            four = q(b + di + dj) - q(b + di - dj) - q(b - di + dj) + q(b - di - dj)
            hessian[i, j] = hessian[j, i] = four / (4 * step[i] * step[j]) / 2
    if not np.isfinite(hessian).all():
        return None
    scaled = hessian * np.outer(step, step)
    if np.linalg.eigvalsh(scaled)[0] <= 1e-12 * np.abs(scaled).max():
        return None
    found: Floats = np.linalg.inv(scaled) * np.outer(step, step)
    return found


def _sizes(rows: Rows, b: Floats) -> Floats:
    """A typical size of an error of each coefficient."""
    v = np.einsum("a,rab,b->r", np.array([1.0, *(-b)]), rows.own, np.array([1.0, *(-b)]))
    weight = np.where(v > 0, 1 / np.where(v > 0, v, 1.0), 0.0)
    size = np.sqrt((rows.g**2 * weight[:, None]).sum(0))
    found: Floats = np.where(size > 0, 1 / np.where(size > 0, size, 1.0), np.abs(b) + 1e-6)
    return found
