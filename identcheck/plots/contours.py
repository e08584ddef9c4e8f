"""The bias of one effect over two numbers of the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from identcheck.plan import Contour
from identcheck.plots.choices import demand, number_words
from identcheck.plots.style import GREY, INK, blank, literal, looks

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["bias_contours"]

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
