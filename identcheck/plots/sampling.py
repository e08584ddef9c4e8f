"""The estimates of one effect over simulated trials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from identcheck.decide.estimands import estimand_of
from identcheck.errors import InvalidQuestionError
from identcheck.plots.choices import demand
from identcheck.plots.style import (
    BLUE,
    GREY,
    INK,
    PALE,
    RED,
    blank,
    legend_above,
    literal,
    looks,
    sample,
    swatch,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from identcheck.decide.estimands import Estimand
    from identcheck.plan import Simulation
    from identcheck.plan.inputs.anticipated import Array
    from identcheck.plan.simulation.result import Row

__all__ = ["sampling_distributions"]

TRUE: dict[str, Any] = {"color": RED, "linestyle": "--", "linewidth": 1.2}

BINS = 50
STRETCH = 2.0
"""The axis reaches at most so many times as far from the true value as 99% of the estimates of the narrowest kind."""


def sampling_distributions(simulation: Simulation, estimand: Estimand | str | None = None) -> Figure:
    """Histograms of an effect's estimates, one for each estimator, on one axis; the true value is marked.

    Some estimators have tails without end (LIML has no mean). The axis holds the middle of the distributions, and the
    share of estimates outside it, undefined ones among them, is written beside each.

    Args:
        simulation: the simulated trials.
        estimand: the effect; None for the first that was simulated.

    Raises:
        InvalidQuestionError: the effect was not simulated.
        ReportError: matplotlib is not installed.
    """
    demand(simulation, "Simulation")
    asked = simulation.rows[0].estimand if simulation.rows else None
    asked = asked if estimand is None else estimand_of(simulation.design, estimand)
    rows = [row for row in simulation.rows if row.estimand == asked]
    if not rows:
        known = ", ".join(dict.fromkeys(str(row.estimand) for row in simulation.rows)) or "none"
        raise InvalidQuestionError([f"{asked} was not simulated; there is {known}"])
    draws = {row.estimator: np.asarray(simulation.draws[row.estimand, row.estimator]) for row in rows}
    low, high = _limits(draws, rows[0].target)
    with looks():
        figure, panels = blank(len(rows), 1, (6.4, 0.7 + 0.62 * len(rows)))
        for axes, row in zip(panels, rows, strict=True):
            _panel(axes, row, draws[row.estimator], (low, high))
        for axes in panels[:-1]:
            axes.tick_params(labelbottom=False)
        legend_above(
            figure, [sample("true value", **TRUE), swatch("the strategy's own estimator", facecolor=BLUE)]
        )
        panels[-1].set_xlabel(f"estimate of {literal(str(asked))} in {simulation.reps:,} simulated trials")
    return figure


def _limits(draws: dict[str, Array], target: float) -> tuple[float, float]:
    """The middle 98% of every estimator, yet not much more than that of the narrowest one."""
    ends = [np.quantile(d[np.isfinite(d)], [0.01, 0.99]) for d in draws.values() if np.isfinite(d).any()]
    if not ends:
        return target - 1, target + 1
    reaches = [max(abs(low - target), abs(high - target)) for low, high in ends]
    reach = STRETCH * min(reaches) or max(reaches) or 1.0
    low = max(min(low for low, _ in ends), target - reach)
    high = min(max(high for _, high in ends), target + reach)
    margin = 0.05 * (high - low) or 0.05 * reach
    return float(min(low, target) - margin), float(max(high, target) + margin)


def _panel(axes: Axes, row: Row, draws: Array, limits: tuple[float, float]) -> None:
    inside = draws[np.isfinite(draws) & (draws >= limits[0]) & (draws <= limits[1])]
    if inside.size:
        look: dict[str, Any] = {"facecolor": BLUE if row.own else PALE, "edgecolor": INK, "linewidth": 0.5}
        axes.hist(inside, bins=np.linspace(*limits, BINS + 1).tolist(), histtype="stepfilled", **look)
    axes.axvline(row.target, **TRUE)
    axes.set(xlim=limits, yticks=[])
    axes.spines["left"].set_visible(False)
    outside = 1 - inside.size / max(draws.size, 1)
    note = f"\n{outside:.1%} outside" if outside else ""
    axes.set_ylabel(row.estimator + note, rotation=0, ha="right", va="center", fontsize=8)
    axes.tick_params(color=GREY)
