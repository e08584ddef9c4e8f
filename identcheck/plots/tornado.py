"""How far an estimate moves with each moment that a condition sets to 0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from identcheck.decide.estimands import Estimand
from identcheck.errors import InvalidQuestionError
from identcheck.plan import Sensitivity
from identcheck.plan.sensitivity.result import STEP, EffectSensitivity
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
    from matplotlib.figure import Figure

__all__ = ["sensitivity_bars"]

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
