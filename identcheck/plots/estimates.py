"""What estimates come to: power against the number of sites, and their distribution over simulated trials."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from identcheck.decide.estimands import Estimand, estimand_of
from identcheck.decide.strategies import Strategy
from identcheck.errors import InvalidQuestionError
from identcheck.plan.closed.diagnosis import Diagnosis
from identcheck.plan.closed.results import EffectNumbers
from identcheck.plan.closed.t_tests import power_of
from identcheck.plan.inputs.anticipated import Array
from identcheck.plan.simulation.result import Row, Simulation
from identcheck.plots.choices import demand, effect_of
from identcheck.plots.style import (
    BLUE,
    GREY,
    INK,
    LINES,
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

__all__ = ["power_curves", "sampling_distributions"]

MOST = 400
"""So many sites are shown at most, unless more are planned."""

POINTS = 80


def power_curves(
    diagnosis: Diagnosis,
    estimand: Estimand | str | None = None,
    persons: Sequence[float] | None = None,
    sites: tuple[int, int] | None = None,
) -> Figure:
    """Power of the test of no effect by the number of sites, a line for each number of persons per site.

    Power is that of the closed form (theory, equation (11.11)), at the effect's true value and without bias.

    Args:
        diagnosis: the design in numbers.
        estimand: the effect; None for the first that a regression estimates.
        persons: persons per site of up to three lines; None for half, once and twice those of the plan.
        sites: fewest and most sites; None for a range with the plan and the sites needed in it.

    Raises:
        InvalidQuestionError: the effect is truly 0 or has no regression of its own, or there are over three lines.
        ReportError: matplotlib is not installed.
    """
    effect = effect_of(diagnosis, estimand)
    if not effect.question.target:
        raise InvalidQuestionError(
            [f"{effect.question.estimand} is 0 in the anticipated world: power has no meaning"]
        )
    planned = diagnosis.anticipated.persons
    lines = sorted({planned / 2, planned, planned * 2} if persons is None else set(persons))
    if len(lines) > len(LINES) or any(n < 2 for n in lines):
        raise InvalidQuestionError([f"persons are {lines}; give up to {len(LINES)} numbers from 2 on"])
    low, high = _range(diagnosis, effect) if sites is None else sites
    with looks():
        figure, (axes,) = blank()
        counts = np.unique(np.linspace(low, high, POINTS).round().astype(int))
        for (colour, pattern), n in zip(LINES, lines, strict=False):
            power = [_power(diagnosis, effect, int(k), n) for k in counts]
            words = f"{n:,.4g} persons per site" + (" (as planned)" if n == planned else "")
            axes.plot(counts, power, color=colour, linestyle=pattern, label=words)
        plan = diagnosis.anticipated.plan
        axes.axhline(plan.power, color=GREY, linewidth=0.8)
        axes.annotate(f"power aimed at: {plan.power:g}", (0, plan.power), xytext=(4, 3), fontsize=8,
                      xycoords=("axes fraction", "data"), textcoords="offset points", color=GREY)  # fmt: skip
        here = diagnosis.anticipated.sites
        axes.plot([here], [_power(diagnosis, effect, here, planned)], "o", color=INK, markersize=6, label="the plan",
                  clip_on=False, zorder=5)  # fmt: skip
        axes.set(ylim=(0, 1.0), xlim=(0 if low < high / 8 else low, high), xlabel="number of sites",
                 ylabel=f"power for {literal(str(effect.question.estimand))}")  # fmt: skip
        axes.legend(loc="best")
    return figure


def _power(diagnosis: Diagnosis, effect: EffectNumbers, sites: int, persons: float) -> float:
    strategy = effect.question.strategy
    assert isinstance(strategy, Strategy)
    estimators, regression = diagnosis.estimators, strategy.regression
    estimate = estimators.at(regression)(sites=float(sites), persons=float(persons))
    place = estimators.place(regression, effect.question.column)
    plan = diagnosis.anticipated.plan
    return power_of(
        effect.question.target, estimate.se(place), estimate.freedom(place), plan.alpha, plan.sides
    )


def _range(diagnosis: Diagnosis, effect: EffectNumbers) -> tuple[int, int]:
    """From few sites to well past the plan and, where that is not too far, past the sites needed."""
    planned = diagnosis.anticipated.sites
    needed = effect.sites if effect.sites is not None and effect.sites <= 10 * max(planned, MOST / 4) else 0
    strategy = effect.question.strategy
    assert strategy is not None
    return len(strategy.regressors) + 2, max(20, 2 * planned, round(1.25 * needed))


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
    demand(simulation, Simulation)
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
