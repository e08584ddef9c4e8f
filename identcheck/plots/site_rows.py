"""Sites one below the other: what treatment does in each, and the estimate without each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from identcheck.decide.estimands import Estimand
from identcheck.errors import InvalidQuestionError
from identcheck.evidence.columns import Floats
from identcheck.evidence.composing import arms_of
from identcheck.evidence.effect import EffectEvidence
from identcheck.evidence.regression_evidence import RegressionEvidence
from identcheck.evidence.result import Evidence
from identcheck.evidence.weighted import Fit
from identcheck.plots.choices import evidence_of
from identcheck.plots.style import (
    BLUE,
    GREY,
    INK,
    PALE,
    RED,
    blank,
    legend_above,
    lines_of,
    literal,
    looks,
    sample,
)
from identcheck.tables.digits import few_digits

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["site_forest", "sites_left_out"]

EACH = 45
"""Up to so many rows each has its name and a height of its own; of more those are named that move the estimate most."""

ROW, PRESSED = 0.17, 7.2
"""Inches of a row that has its own height; and of all rows, where there are more."""

SAID = 14
"""Of many rows so many are named."""

LETTERS = 26
"""Longer names of sites are cut, with dots."""

POINT: dict[str, Any] = {"marker": "o", "linestyle": "none", "color": BLUE}
FITTED: dict[str, Any] = {"marker": "|", "linestyle": "none", "color": RED, "markeredgewidth": 1.6}
AVERAGE: dict[str, Any] = {"color": INK, "linewidth": 1.0, "linestyle": (0, (4, 2))}


def site_forest(evidence: Evidence, estimand: Estimand | str | None = None) -> Figure:
    """In each site (and arm) the effect on every mediator and on the outcome, with 95 percent intervals of sampling.

    Sites stand in the order of the first compliance. The dashed line is the weighted average. Beside the effect on the outcome a
    red stroke marks what the fitted regression says of the site. With many sites those are named without which the estimate would
    move most.

    Args:
        evidence: what the data say.
        estimand: the effect whose regression is drawn; None for the first on the outcome.

    Raises:
        InvalidQuestionError: the effect has no regression on mediators, or no number.
        ReportError: matplotlib is not installed.
    """
    one = evidence_of(evidence, estimand, regressed=True)
    made = one.regression
    assert made is not None
    rows, regression = made.rows, made.strategy.regression
    places = [i for i, c in enumerate(rows.columns) if c in regression.regressors]
    panels = [
        (c, rows.g[:, i], rows.own[:, i + 1, i + 1])
        for i, c in zip(places, regression.regressors, strict=False)
    ]
    panels.append((regression.outcome, rows.y, rows.own[:, 0, 0]))
    order = np.argsort(-rows.g[:, places[0]], kind="stable")
    many = len(order) > EACH
    with looks():
        height = PRESSED if many else 1.3 + ROW * len(order)
        figure, drawn = blank(1, len(panels), (6.4, max(height, 2.2)))
        for axes, (node, value, variance) in zip(drawn, panels, strict=True):
            _intervals(axes, value[order], np.sqrt(np.maximum(variance[order], 0.0)), many)
            axes.axvline(float(np.average(value, weights=rows.w)), zorder=1, **AVERAGE)
            axes.set_xlabel(lines_of(f"effect on {evidence.design.label(node)}", 60 // len(panels)))
            axes.set_ylim(len(order) - 0.4, -0.6)
            axes.tick_params(axis="y", length=0)
            axes.set_yticks([])
            axes.spines["left"].set_visible(False)
        drawn[-1].plot((rows.g @ Fit(rows).coefficients)[order], np.arange(len(order)), zorder=5,
                       markersize=3 if many else 7, **FITTED)  # fmt: skip
        _names(drawn[0], one, made, order)
        row = "site" if len(made.effects.arms) == 1 else "arm of a site"
        interval = sample(f"{row}, 95% interval", color=BLUE, marker="o", markersize=4)
        fitted = sample("by the fitted regression", **FITTED | {"markersize": 7})
        legend_above(figure, [interval, sample("average", **AVERAGE), fitted])
    return figure


def _intervals(axes: Axes, value: Floats, error: Floats, many: bool) -> None:
    """A point with its interval for each row; what lies far out is cut, with an arrow head."""
    at = np.arange(len(value))
    axes.axvline(0, color=PALE, linewidth=0.8, zorder=0)
    low, high = _window(value, error)
    axes.hlines(at, np.maximum(value - 1.96 * error, low), np.minimum(value + 1.96 * error, high), color=BLUE,
                linewidth=0.6 if many else 1.0, alpha=0.6, zorder=2)  # fmt: skip
    axes.plot(np.clip(value, low, high), at, zorder=3, markersize=1.8 if many else 3.5, **POINT)
    for edge, cut, mark in ((low, value - 1.96 * error < low, "<"), (high, value + 1.96 * error > high, ">")):
        for head in axes.plot(np.full(int(cut.sum()), edge), at[cut], mark, color=BLUE, markersize=2 if many else 3.5, alpha=0.6,
                              zorder=3, clip_on=False):  # fmt: skip
            head.set_in_layout(False)
    axes.set_xlim(low, high)


def _window(value: Floats, error: Floats) -> tuple[float, float]:
    """From the least point to the greatest, with three typical errors around; 0 included."""
    room = 3 * float(np.median(error))
    low, high = min(float(value.min()) - room, 0.0), max(float(value.max()) + room, 0.0)
    spare = 0.03 * (high - low) or 1.0
    return low - spare, high + spare


def _names(axes: Axes, one: EffectEvidence, made: RegressionEvidence, order: NDArray[np.intp]) -> None:
    """The rows' names: all, or of many those that matter most to the estimate."""
    rows = made.rows
    arm = arms_of(made.effects, made.strategy.regression, rows)
    several = len(made.effects.arms) > 1
    words = [
        shortened(rows.labels[r]) + (f", {made.effects.arms[int(arm[r])]}" if several else "") for r in order
    ]
    if len(order) <= EACH:
        axes.set_yticks(range(len(order)), [literal(w) for w in words], fontsize=7)
        return
    own = one.own
    assert own is not None
    weight = {name: abs(value - own.value) for name, value in own.without.items()}
    ranked = sorted(range(len(order)), key=lambda i: -weight.get(rows.names[rows.site[order[i]]], 0.0))
    apart = len(order) / 60
    kept: list[int] = []
    for i in ranked:
        if all(abs(i - k) > apart for k in kept):
            kept.append(i)
        if len(kept) == SAID:
            break
    axes.set_yticks(kept, [literal(words[i]) for i in kept], fontsize=7)
    axes.tick_params(axis="y", length=2)


def shortened(name: str) -> str:
    """The beginning of a long name."""
    return name if len(name) <= LETTERS else f"{name[: LETTERS - 1].rstrip()}…"


def sites_left_out(evidence: Evidence, estimand: Estimand | str | None = None) -> Figure:
    """The estimate without each site in turn, and with several arms without each arm.

    The band is the 95 percent interval of the estimate from all. With many sites those are shown without which the estimate moves
    most, and it is said how far the others move it at most.

    Args:
        evidence: what the data say.
        estimand: the effect; None for the first on the outcome.

    Raises:
        InvalidQuestionError: the effect has no number, or no site can be left out.
        ReportError: matplotlib is not installed.
    """
    one = evidence_of(evidence, estimand)
    own = one.own
    assert own is not None
    found = [(str(r["without"]), float(r["value"]), abs(float(r["change"] or 0)))
             for r in one.leave_one_out.records() if isinstance(r["value"], float)]  # fmt: skip
    if not found:
        raise InvalidQuestionError(
            [f"no site can be left out of the estimate of {one.finding.estimand}: too few sites"]
        )
    found.sort(key=lambda row: -row[2])
    shown = sorted(found[: EACH - 15] if len(found) > EACH else found, key=lambda row: row[1])
    rest = found[len(shown) :]
    with looks():
        figure, (axes,) = blank(size=(6.4, 1.3 + ROW * len(shown)))
        if own.interval is not None:
            axes.axvspan(*own.interval, color=PALE, alpha=0.5, zorder=0, linewidth=0)
        axes.axvline(own.value, zorder=1, **AVERAGE)
        axes.axvline(0, color=GREY, linewidth=0.6, zorder=1)
        at = np.arange(len(shown))
        values = np.array([row[1] for row in shown])
        axes.hlines(at, own.value, values, color=BLUE, linewidth=0.8, alpha=0.6, zorder=2)
        axes.plot(values, at, markersize=4, zorder=3, **POINT)
        axes.set_yticks(at, [literal(shortened(row[0])) for row in shown], fontsize=7)
        axes.set_ylim(len(shown) - 0.4, -0.6)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        more = (
            f"\n{len(rest)} more, none of which moves it by more than {few_digits(rest[0][2], 2)}"
            if rest
            else ""
        )
        axes.set_xlabel(lines_of(f"{one.finding.estimand} with one site or arm left out", 60) + more)
        handles = [sample("without this site or arm", **POINT, markersize=4), sample("from all", **AVERAGE)]
        if own.interval is not None:
            handles.append(sample("95% interval from all", color=PALE, linewidth=7))
        legend_above(figure, handles)
    return figure
