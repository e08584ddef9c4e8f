"""The values of an effect that the data do not reject, as a curve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import stats

from identcheck.decide.estimands import Estimand
from identcheck.evidence.columns import Floats
from identcheck.evidence.composing import place_of
from identcheck.evidence.confidence import degrees_of, least_q
from identcheck.evidence.result import NAMES, Evidence
from identcheck.plots.choices import evidence_of
from identcheck.plots.style import BLUE, INK, PALE, RED, blank, legend_above, lines_of, looks, sample

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["anderson_rubin_curve"]

POINTS = {1: 401}
FEWER = 121
"""Values at which Q is worked out: with one coefficient, and with several."""

CURVE: dict[str, Any] = {"color": INK}
LIMIT: dict[str, Any] = {"color": RED, "linestyle": (0, (5, 2)), "linewidth": 1.2}
SET: dict[str, Any] = {"color": BLUE, "linewidth": 4, "solid_capstyle": "butt"}

MARKS: tuple[dict[str, Any], ...] = (
    {"marker": "o", "linestyle": "none", "color": BLUE, "markersize": 6},
    {"marker": "D", "linestyle": "none", "color": "#009E73", "markersize": 5},
)


def anderson_rubin_curve(
    evidence: Evidence, estimand: Estimand | str | None = None, level: float = 0.95
) -> Figure:
    """Q at each value of an effect, and the values that it does not reject, whatever the strength of the instruments.

    With several mediators Q is the least over the other coefficients (projection). Q supposes one effect for all sites: where the
    curve stays above the limit no single effect fits, which may only mean that effects differ.

    Args:
        evidence: what the data say.
        estimand: the effect; None for the first on the outcome.
        level: of confidence.

    Raises:
        InvalidQuestionError: the effect has no estimate by one regression, or Q cannot be worked out.
        ReportError: matplotlib is not installed.
    """
    one = evidence_of(evidence, estimand, regressed=True)
    found, made = one.anderson_rubin_set(level), one.regression
    assert made is not None
    rows, k = made.rows, place_of(made.strategy)
    limit = float(stats.chi2.ppf(level, degrees_of(rows, "projection")))
    marks = [
        (name, e.value)
        for place, (name, e) in enumerate(one.estimates.items())
        if place == 0 or name == "liml"
    ]
    low, high = _window(
        found.intervals, [value for _, value in marks], 0.0 if one.own is None else one.own.se
    )
    values = np.linspace(low, high, POINTS.get(len(rows.columns), FEWER))
    q = least_q(rows, k, values)
    with looks():
        figure, (axes,) = blank(size=(6.4, 3.2))
        axes.plot(values, q, zorder=3, **CURVE)
        axes.axhline(limit, zorder=2, **LIMIT)
        floor, top = _heights(q, limit)
        axes.set_ylim(floor, top)
        for a, b in found.intervals:
            axes.plot([max(a, low), min(b, high)], [floor, floor], zorder=4, clip_on=False, **SET)
        handles = []
        for (name, value), look in zip(marks, MARKS, strict=False):
            axes.plot([value], least_q(rows, k, np.array([value])), zorder=5, **look)
            handles.append(sample(f"{NAMES[name]}, {value:.3g}", **look))
        axes.set_xlim(low, high)
        axes.axvline(0, color=PALE, linewidth=0.8, zorder=0)
        axes.set_xlabel(lines_of(str(one.finding.estimand), 60))
        axes.set_ylabel("Q")
        df = degrees_of(rows, "projection")
        kept = "not rejected" if found.intervals else "not rejected: none"
        told = [
            sample("Q", **CURVE),
            sample(f"{level:.0%} of chi squared on {df} df", **LIMIT),
            sample(kept, **SET),
        ]
        legend_above(figure, [*told, *handles])
    return figure


def _window(intervals: tuple[tuple[float, float], ...], marks: list[float], se: float) -> tuple[float, float]:
    """The values that are drawn: all ends that are finite, the estimates, and 0 where it is near."""
    ends = [e for pair in intervals for e in pair if np.isfinite(e)]
    room = 4 * se if np.isfinite(se) and se > 0 else max(map(abs, marks), default=1.0) or 1.0
    low, high = min([*ends, *(m - room for m in marks)]), max([*ends, *(m + room for m in marks)])
    low, high = (
        (min(low, 0.0) if low > 0 and low < high - low else low),
        (max(high, 0.0) if high < 0 and -high < high - low else high),
    )
    spare = 0.1 * (high - low) or 1.0
    return low - spare, high + spare


def _heights(q: Floats, limit: float) -> tuple[float, float]:
    """From below the least Q to above the limit; what is far above is cut."""
    finite = q[np.isfinite(q)]
    least = float(finite.min()) if len(finite) else 0.0
    top = max(limit, least) + 1.2 * max(abs(limit - least), 0.15 * limit)
    top = min(top, max(float(finite.max()) if len(finite) else limit, limit) * 1.05)
    return min(least, limit) - 0.12 * (top - min(least, limit)), top
