"""How far an estimate moves with each moment that a condition sets to 0, and its bias over two numbers of the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from identcheck.decide.estimands import Estimand
from identcheck.errors import InvalidQuestionError
from identcheck.plan import Contour, Sensitivity
from identcheck.plan.sensitivity.result import STEP, EffectSensitivity
from identcheck.plots.choices import demand, number_words
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
    from matplotlib.figure import Figure

__all__ = ["bias_contours", "sensitivity_bars"]

BAR: dict[str, Any] = {"height": 0.55, "edgecolor": INK, "linewidth": 0.5}
AWAY: dict[str, Any] = {"color": RED, "linestyle": "--", "linewidth": 1.2}


def sensitivity_bars(
    sensitivity: Sensitivity, estimand: Estimand | str | None = None, most: int = 12
) -> Figure:
    """How far the estimate of an effect moves if each moment is 0.1 of its unit, the largest shift first.

    A correlation moves it as far to the other side if it is -0.1. The line marks the distance of the effect from the
    threshold, where it lies within reach.

    Args:
        sensitivity: what the conditions do.
        estimand: the effect; None for the first.
        most: how many moments are shown; how many are left out is said.

    Raises:
        InvalidQuestionError: the sensitivity was not worked out for this effect.
        ReportError: matplotlib is not installed.
    """
    effect = _effect(sensitivity, estimand)
    moves = sorted((m for m in effect.moves if m.slope), key=lambda m: -abs(m.slope))
    shown, rest = moves[:most], len(moves) - most
    with looks():
        figure, (axes,) = blank(size=(6.4, 1.3 + 0.26 * len(shown)))
        for place, move in enumerate(shown):
            shift = STEP * move.slope
            axes.barh(place, shift, facecolor=BLUE, **BAR)
            if move.bound is not None:
                axes.barh(place, -shift, facecolor=PALE, **BAR)
        handles = [
            swatch(f"moment {STEP:+g} of its unit", facecolor=BLUE),
            swatch(f"{-STEP:+g}", facecolor=PALE),
        ]
        reach = max((abs(STEP * m.slope) for m in shown), default=0.0)
        if 0 < abs(effect.away) <= 2 * reach:
            axes.axvline(effect.away, **AWAY)
            handles.append(sample("would explain the effect away", **AWAY))
        axes.axvline(0, color=INK, linewidth=0.8)
        names = [f"({m.numeral}) {m.quantity}" if m.numeral else m.quantity for m in shown]
        axes.set_yticks(range(len(shown)), [literal(name) for name in names])
        axes.set_ylim(max(len(shown), 1) - 0.4, -0.6)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        left_out = f"\n{rest} more, none of which shifts it further" if rest > 0 else ""
        axes.set_xlabel(f"shift of the estimate of {literal(str(effect.question.estimand))}{left_out}")
        legend_above(figure, handles)
        axes.tick_params(color=GREY)
    return figure


def _effect(sensitivity: Sensitivity, estimand: Estimand | str | None) -> EffectSensitivity:
    demand(sensitivity, Sensitivity)
    if estimand is not None:
        return sensitivity[estimand]
    if sensitivity.effects:
        return sensitivity.effects[0]
    raise InvalidQuestionError(["no effect of this design has a regression, so nothing shifts an estimate"])


LEVELS = 9

PALER = 1.6
"""The colours stop short of the darkest, so that the lines and their numbers can be read."""


def bias_contours(contour: Contour, plan: tuple[float, float] | None = None) -> Figure:
    """Lines of equal bias over two numbers of the plan; the line without bias is thick.

    Args:
        contour: the bias over the two numbers.
        plan: the plan's own two numbers, marked by a point; None for no mark.

    Raises:
        ReportError: matplotlib is not installed.
    """
    demand(contour, Contour)
    bias = np.ma.masked_invalid(contour.bias)
    reach = PALER * float(np.abs(bias).max()) or 1.0
    with looks():
        from matplotlib.ticker import MaxNLocator

        figure, (axes,) = blank(size=(6.4, 3.9))
        levels = MaxNLocator(LEVELS).tick_values(float(bias.min()), float(bias.max()))
        filled = axes.contourf(
            contour.across, contour.up, bias, levels=levels, cmap="PuOr", vmin=-reach, vmax=reach
        )
        if bias.min() < bias.max():
            lines = axes.contour(contour.across, contour.up, bias, levels=levels, colors=INK,
                                 linewidths=[1.8 if abs(level) < 1e-12 else 0.6 for level in levels],
                                 negative_linestyles="dashed")  # fmt: skip
            axes.clabel(lines, fmt="%.3g", fontsize=8)
        bar = figure.colorbar(filled, ax=axes, fraction=0.05, pad=0.02)
        bar.set_label(f"bias of {literal(str(contour.estimand))}")
        bar.outline.set_linewidth(0.5)
        if plan is not None:
            axes.plot(*([value] for value in plan), "o", color=INK, markeredgecolor="white", markersize=8, zorder=5,
                      clip_on=False)  # fmt: skip
            left = plan[0] > np.mean(contour.across)
            axes.annotate("the plan", plan, xytext=(-8 if left else 8, 6), textcoords="offset points", fontsize=9,
                          ha="right" if left else "left", fontweight="bold",
                          bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 1})  # fmt: skip
        axes.set(
            xlabel=literal(number_words(contour.names[0])), ylabel=literal(number_words(contour.names[1]))
        )
        axes.set_facecolor("#f2f2f2")
        axes.tick_params(color=GREY)
    return figure
