"""Anderson-Rubin sets: the values of an effect that Q does not reject, however weak the instruments (theory section 17)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from identcheck.evidence.columns import Floats
from identcheck.evidence.minimum import Objective, least
from identcheck.evidence.rows import Rows

__all__ = ["AndersonRubin", "anderson_rubin", "degrees_of", "least_q"]

MEANINGS = {
    "empty": "no single effect for all sites fits the data; effects may only differ between sites",
    "line": "the data exclude no value at all: the instruments are too weak",
    "complement": "the data exclude only values in between: the instruments are weak",
    "interval": "",
    "union": "several intervals fit the data",
    "ray": "the set is unbounded to one side: the instruments are weak",
}
"""What each shape means."""


@dataclass(frozen=True)
class AndersonRubin:
    """A set of values of one effect.

    Attributes:
        intervals: its intervals, infinite ends included.
        kind: "exact" with one coefficient; "projection" or "subvector" with several.
        level: of confidence.
    """

    intervals: tuple[tuple[float, float], ...]
    kind: str
    level: float

    @property
    def shape(self) -> str:
        """One of "empty", "line", "complement", "ray", "interval" or "union"."""
        if not self.intervals:
            return "empty"
        ends = [e for pair in self.intervals for e in pair]
        low, high = np.isinf(ends[0]), np.isinf(ends[-1])
        if low and high:
            return "line" if len(self.intervals) == 1 else "complement"
        if low or high:
            return "ray"
        return "interval" if len(self.intervals) == 1 else "union"

    @property
    def meaning(self) -> str:
        """What the shape means; "" for a plain interval."""
        return MEANINGS[self.shape]


def anderson_rubin(rows: Rows, k: int, level: float = 0.95, kind: str = "projection") -> AndersonRubin | None:
    """The set for coefficient k; None where Q cannot be worked out.

    With one coefficient {b: Q(b) <= chi2 of R}. With several, of the least Q over the other coefficients: against chi2 of R
    (projection), or of R - P + 1 (subvector).

    Args:
        rows: the R rows and P columns.
        k: the coefficient.
        level: of confidence.
        kind: "projection" or "subvector"; of no account with one coefficient.
    """
    objective = Objective(rows)
    width = len(rows.columns)
    if not np.isfinite(objective(np.eye(1 + width)[0])) or len(rows.y) < width:
        return None
    limit = float(stats.chi2.ppf(level, degrees_of(rows, kind)))
    scale = objective.scale[0] / objective.scale[k + 1]
    profile = _alone(objective) if width == 1 else _profile(objective, k)
    angles = np.linspace(-np.pi / 2, np.pi / 2, 1441 if width == 1 else 181)
    intervals = _below(profile, angles, limit, scale)
    return AndersonRubin(intervals, "exact" if width == 1 else kind, level)


def degrees_of(rows: Rows, kind: str) -> int:
    """The degrees of freedom that Q is compared with."""
    width = len(rows.columns)
    return len(rows.y) if width == 1 or kind == "projection" else len(rows.y) - width + 1


def least_q(rows: Rows, k: int, values: Floats) -> Floats:
    """For each value of coefficient k the least Q over the other coefficients.

    Args:
        rows: the rows.
        k: the coefficient.
        values: its values, in order.
    """
    objective = Objective(rows)
    scale = objective.scale[0] / objective.scale[k + 1]
    profile = _alone(objective) if len(rows.columns) == 1 else _profile(objective, k)
    return np.array([profile(float(np.arctan(b / scale))) for b in values])


def _alone(objective: Objective) -> Callable[[float], float]:
    return lambda angle: objective(np.array([np.cos(angle), -np.sin(angle)]))


def _profile(objective: Objective, k: int) -> Callable[[float], float]:
    """The least Q over the other coefficients, as a function of the angle of coefficient k; infinity of the others included."""
    width = len(objective.rows.columns)
    others = [0, *(i for i in range(1, width + 1) if i != k + 1)]
    last: list[Floats] = []

    def profile(angle: float) -> float:
        turn = np.zeros((width + 1, width))
        turn[others, range(width)] = 1.0
        turn[0, 0], turn[k + 1, 0] = np.cos(angle), -np.sin(angle)

        def turned(free: Floats) -> tuple[float, Floats]:
            q, slope = objective.with_slope(turn @ free)
            return q, turn.T @ slope

        found = least(turned, [*last, *np.eye(width)])
        if found is None:
            return float("inf")
        last[:] = [found[0]]
        return found[1]

    return profile


def _below(
    profile: Callable[[float], float], angles: Floats, limit: float, scale: float
) -> tuple[tuple[float, float], ...]:
    """Where a function of the angle is at most a limit, as intervals of scale times the tangent."""
    values = np.array([profile(a) for a in angles])
    angles, values = _refined(profile, angles, values)
    inside = values <= limit
    found: list[list[float]] = []
    for i in range(len(angles)):
        if not inside[i]:
            continue
        if i == 0 or not inside[i - 1]:
            found.append([angles[i] if i == 0 else _crossing(profile, angles[i - 1], angles[i], limit), 0.0])
        if i == len(angles) - 1 or not inside[i + 1]:
            end = angles[i] if i == len(angles) - 1 else _crossing(profile, angles[i], angles[i + 1], limit)
            found[-1][1] = end
    return tuple((_tangent(a, scale), _tangent(b, scale)) for a, b in found)


def _refined(profile: Callable[[float], float], angles: Floats, values: Floats) -> tuple[Floats, Floats]:
    """With the minima between the points of the grid."""
    more = []
    for i in range(1, len(angles) - 1):
        if values[i] <= values[i - 1] and values[i] <= values[i + 1]:
            near = optimize.minimize_scalar(
                profile, bounds=(angles[i - 1], angles[i + 1]), method="bounded", options={"xatol": 1e-10}
            )
            more.append((float(near.x), float(near.fun)))
    if not more:
        return angles, values
    points, found = np.append(angles, [m[0] for m in more]), np.append(values, [m[1] for m in more])
    order = np.argsort(points, kind="stable")
    return points[order], found[order]


def _crossing(profile: Callable[[float], float], low: float, high: float, limit: float) -> float:
    if low == high:
        return low
    return float(optimize.brentq(lambda a: min(profile(a), 1e300) - limit, low, high, xtol=1e-12))


def _tangent(angle: float, scale: float) -> float:
    if abs(abs(angle) - np.pi / 2) < 1e-12:
        return float(np.copysign(np.inf, angle))
    return float(np.tan(angle) * scale)
