"""The bias of each effect by its causes, by how far a condition fails, and over two numbers of the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from identcheck.decide.estimands import Estimand
from identcheck.errors import InvalidQuestionError
from identcheck.plan.closed.diagnosis import Diagnosis
from identcheck.plan.closed.results import EffectNumbers
from identcheck.plan.sensitivity.contour import Contour
from identcheck.plan.sensitivity.result import STEP, EffectSensitivity, Sensitivity
from identcheck.plots.choices import demand, number_words
from identcheck.plots.style import (
    BLUE,
    GREY,
    INK,
    PALE,
    RED,
    SLENDER,
    blank,
    legend_above,
    lines_of,
    literal,
    looks,
    sample,
    swatch,
)
from identcheck.tables.digits import few_digits

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["bias_budget", "bias_contours", "sensitivity_bars"]

CAUSES: tuple[tuple[str, str, str, str], ...] = (
    ("between", "covariance between sites", "#0072B2", ""),
    ("within", "covariance within sites", "#56B4E9", "...."),
    ("bypass", "bypass (exclusion)", "#D55E00", "////"),
    ("left_out", "another effect", "#CC79A7", "xxxx"),
    ("persons", "few persons per site", "#F0E442", ""),
    ("sites", "few sites", "#009E73", "\\\\\\\\"),
)
"""Each cause by its field, its words, its colour and its hatching."""

TOTAL: dict[str, Any] = {
    "marker": "D",
    "linestyle": "none",
    "color": INK,
    "markeredgecolor": "white",
    "markersize": 6,
}

VISIBLE = 0.005
"""Smaller biases, in standard errors, are not drawn."""


def bias_budget(diagnosis: Diagnosis, *, narrow: bool = False) -> Figure:
    """The bias of every effect by its causes, in standard errors of the estimate, and the total.

    Standard errors make effects in different units comparable: a bias of half a standard error lowers the coverage of
    a 95% interval to 92%, a whole one to 83%.

    Args:
        diagnosis: the design in numbers.
        narrow: for a narrow page.

    Raises:
        InvalidQuestionError: no effect has a regression of its own.
        ReportError: matplotlib is not installed.
    """
    demand(diagnosis, Diagnosis)
    effects = [
        e
        for e in diagnosis.effects
        if e.budget and e.se and e.question.strategy and e.question.strategy.regressors
    ]
    if not effects:
        raise InvalidQuestionError(
            ["no effect of this design has a regression of its own, so no bias to draw"]
        )
    with looks():
        figure, (axes,) = blank(size=(SLENDER if narrow else 6.4, 1.3 + 0.6 * narrow + 0.36 * len(effects)))
        for place, effect in enumerate(effects):
            _stack(axes, place, effect)
        axes.axvline(0, color=INK, linewidth=0.8)
        axes.set_yticks(
            range(len(effects)),
            [f"{literal(str(e.question.estimand))}\n{few_digits(e.bias or 0.0, sign=True)}" for e in effects],
        )
        axes.set_ylim(len(effects) - 0.5, -0.5)
        low, high = axes.get_xlim()
        if high - low < 0.2:
            axes.set_xlim(min(low, -0.1), max(high, 0.1))
        axes.tick_params(axis="y", length=0)
        axes.margins(x=0.03)
        axes.spines["left"].set_visible(False)
        axes.set_xlabel("bias, in standard errors of the estimate")
        _legend(figure, effects, 1 if narrow else 3)
    return figure


def _parts(effect: EffectNumbers) -> list[tuple[tuple[str, str, str, str], float]]:
    assert effect.budget is not None
    assert effect.se is not None
    found = ((cause, getattr(effect.budget, cause[0]) / effect.se) for cause in CAUSES)
    return [(cause, value) for cause, value in found if abs(value) >= VISIBLE]


def _stack(axes: Axes, place: int, effect: EffectNumbers) -> None:
    """Causes that raise the estimate to the right of 0, those that lower it to the left; the total as a mark."""
    right = left = 0.0
    for (_, _, colour, hatch), value in _parts(effect):
        look: dict[str, Any] = {"facecolor": colour, "hatch": hatch, "edgecolor": INK, "linewidth": 0.5}
        axes.barh(place, value, left=right if value > 0 else left, height=0.5, **look)
        right, left = (right + value, left) if value > 0 else (right, left + value)
    assert effect.bias is not None
    assert effect.se is not None
    axes.axhline(place, color=PALE, linewidth=0.6, zorder=0)
    axes.plot([effect.bias / effect.se], [place], zorder=5, **TOTAL)


def _legend(figure: Figure, effects: list[EffectNumbers], columns: int) -> None:
    """Only the causes that are drawn, and the total."""
    drawn = {cause for effect in effects for cause, _ in _parts(effect)}
    shown = [swatch(cause[1], facecolor=cause[2], hatch=cause[3]) for cause in CAUSES if cause in drawn]
    legend_above(figure, [*shown, sample("bias in total", **TOTAL)], columns)


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


def bias_contours(
    contour: Contour, plan: tuple[float, float] | None = None, *, narrow: bool = False
) -> Figure:
    """Lines of equal bias over two numbers of the plan; the line without bias is thick.

    Args:
        contour: the bias over the two numbers.
        plan: the plan's own two numbers, marked by a point; None for no mark.
        narrow: for a narrow page.

    Raises:
        ReportError: matplotlib is not installed.
    """
    demand(contour, Contour)
    bias = np.ma.masked_invalid(contour.bias)
    reach = PALER * float(np.abs(bias).max()) or 1.0
    with looks():
        from matplotlib.ticker import MaxNLocator

        figure, (axes,) = blank(size=(SLENDER if narrow else 6.4, 3.9))
        levels = MaxNLocator(LEVELS).tick_values(float(bias.min()), float(bias.max()))
        filled = axes.contourf(
            contour.across, contour.up, bias, levels=levels, cmap="PuOr", vmin=-reach, vmax=reach
        )
        if bias.min() < bias.max():
            lines = axes.contour(contour.across, contour.up, bias, levels=levels, colors=INK,
                                 linewidths=[1.8 if abs(level) < 1e-12 else 0.6 for level in levels],
                                 negative_linestyles="dashed")  # fmt: skip
            axes.clabel(lines, fmt=few_digits, fontsize=8)
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
        across, up = (lines_of(number_words(name), 34 if narrow else 90) for name in contour.names)
        axes.set(xlabel=across, ylabel=up)
        axes.set_facecolor("#f2f2f2")
        axes.tick_params(color=GREY)
    return figure
