"""The bias of each effect by its causes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from identcheck.errors import InvalidQuestionError
from identcheck.plan import Diagnosis
from identcheck.plan.closed.results import EffectNumbers
from identcheck.plots.choices import demand
from identcheck.plots.style import INK, PALE, blank, legend_above, literal, looks, sample, swatch

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["bias_budget"]

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


def bias_budget(diagnosis: Diagnosis) -> Figure:
    """The bias of every effect by its causes, in standard errors of the estimate, and the total.

    Standard errors make effects in different units comparable: a bias of half a standard error lowers the coverage of
    a 95% interval to 92%, a whole one to 83%.

    Args:
        diagnosis: the design in numbers.

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
        figure, (axes,) = blank(size=(6.4, 1.3 + 0.36 * len(effects)))
        for place, effect in enumerate(effects):
            _stack(axes, place, effect)
        axes.axvline(0, color=INK, linewidth=0.8)
        axes.set_yticks(range(len(effects)), [_words(effect) for effect in effects])
        axes.set_ylim(len(effects) - 0.5, -0.5)
        low, high = axes.get_xlim()
        if high - low < 0.2:
            axes.set_xlim(min(low, -0.1), max(high, 0.1))
        axes.tick_params(axis="y", length=0)
        axes.margins(x=0.03)
        axes.spines["left"].set_visible(False)
        axes.set_xlabel("bias, in standard errors of the estimate")
        _legend(figure, effects)
    return figure


def _words(effect: EffectNumbers) -> str:
    return f"{literal(str(effect.question.estimand))}\n{effect.bias:+.3g}"


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


def _legend(figure: Figure, effects: list[EffectNumbers]) -> None:
    """Only the causes that are drawn, and the total."""
    drawn = {cause for effect in effects for cause, _ in _parts(effect)}
    shown = [swatch(cause[1], facecolor=cause[2], hatch=cause[3]) for cause in CAUSES if cause in drawn]
    legend_above(figure, [*shown, sample("bias in total", **TOTAL)])
