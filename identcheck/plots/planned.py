"""What was planned beside what was found: a picture that takes both the plan and the data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from identcheck.errors import InvalidQuestionError
from identcheck.evidence.result import Evidence
from identcheck.plots.choices import demand
from identcheck.plots.style import BLUE, INK, PALE, blank, legend_above, literal, looks, sample

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["planned_and_found"]

PLAN: dict[str, Any] = {
    "marker": "o",
    "linestyle": "none",
    "color": INK,
    "markerfacecolor": "white",
    "markersize": 5,
}
FOUND: dict[str, Any] = {"marker": "o", "linestyle": "none", "color": BLUE, "markersize": 5.5}
STEPS = (0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 1000)
"""Multiples that the axis names."""


@dataclass(frozen=True)
class _Row:
    """A quantity with its two values."""

    words: str
    planned: float
    found: float


def planned_and_found(evidence: Evidence) -> Figure:
    """What the data say, as a multiple of what the plan anticipated: sites, persons, SDs, compliances, F.

    A row for each quantity, on a logarithmic scale, 1 being what was planned; the numbers stand beside it. Correlations have a
    panel of their own, from -1 to 1. What has another sign than planned, or is 0, has no multiple: the table has it.

    Args:
        evidence: what the data say, of a plan too.

    Raises:
        InvalidQuestionError: there is no plan, or nothing to compare.
        ReportError: matplotlib is not installed.
    """
    demand(evidence, Evidence)
    table = next((t for t in evidence.all_tables if t.key == "compared"), None)
    if table is None:
        raise InvalidQuestionError(
            ["there is no plan to compare with; give ic.examine(design, effects, plan=...) one"]
        )
    scaled, signed = [], []
    for quantity, about, planned, found in table.data:
        if isinstance(planned, float) and isinstance(found, float):
            row = _Row(f"{quantity}, {about}" if about else str(quantity), planned, found)
            if str(quantity).startswith("correlation"):
                signed.append(row)
            elif planned * found > 0:
                scaled.append(row)
    if not scaled:
        raise InvalidQuestionError(["nothing that was planned has a number in the data to compare with"])
    ratio = [len(scaled), *([len(signed)] if signed else [])]
    with looks():
        figure, panels = blank(len(ratio), 1, (6.4, 1.2 + 0.24 * sum(ratio) + 0.7 * (len(ratio) - 1)))
        grid = panels[0].get_gridspec()
        if grid is not None:
            grid.set_height_ratios(ratio)
        _ratios(panels[0], scaled)
        if signed:
            _correlations(panels[1], signed)
        legend_above(figure, [sample("planned", **PLAN), sample("found", **FOUND)])
    return figure


def _ratios(axes: Axes, rows: Sequence[_Row]) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter, NullLocator

    value = np.array([row.found / row.planned for row in rows])
    axes.set_xscale("log")
    _pairs(axes, np.ones(len(rows)), value)
    reach = max(2.0, float(np.exp(np.abs(np.log(value)).max())) * 1.3)
    axes.set_xlim(1 / reach, reach)
    axes.xaxis.set_major_locator(FixedLocator([step for step in STEPS if 1 / reach <= step <= reach]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.axvline(1, color=PALE, linewidth=0.8, zorder=0)
    axes.set_xlabel("found, as a multiple of what was planned")
    _words(axes, rows)


def _correlations(axes: Axes, rows: Sequence[_Row]) -> None:
    _pairs(axes, np.array([row.planned for row in rows]), np.array([row.found for row in rows]))
    axes.set_xlim(-1.05, 1.05)
    axes.axvline(0, color=PALE, linewidth=0.8, zorder=0)
    axes.set_xlabel("correlation")
    _words(axes, rows)


def _pairs(axes: Axes, planned: np.ndarray, found: np.ndarray) -> None:
    at = np.arange(len(planned))
    axes.hlines(
        at, np.minimum(found, planned), np.maximum(found, planned), color=BLUE, linewidth=1.0, alpha=0.6
    )
    axes.plot(planned, at, zorder=3, **PLAN)
    axes.plot(found, at, zorder=4, **FOUND)


def _words(axes: Axes, rows: Sequence[_Row]) -> None:
    """The rows' names at the left, planned and found at the right."""
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_yticks(range(len(rows)), [literal(row.words) for row in rows], fontsize=7.5)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    for place, row in enumerate(rows):
        axes.annotate(f"{_number(row.planned)} → {_number(row.found)}", (1.02, place), xycoords=("axes fraction", "data"),
                      va="center", fontsize=7.5, annotation_clip=False)  # fmt: skip


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
