"""What treatment does in each site against how well it is known there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import stats

from identcheck.decide.estimands import Estimand, itt
from identcheck.errors import InvalidQuestionError
from identcheck.evidence.columns import Floats
from identcheck.evidence.result import Evidence
from identcheck.plots.choices import evidence_of
from identcheck.plots.site_rows import shortened
from identcheck.plots.style import BLUE, INK, PALE, RED, blank, legend_above, lines_of, literal, looks, sample
from identcheck.tables.digits import few_digits

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["EDGE", "funnel_counts", "site_funnel"]

POINT: dict[str, Any] = {"marker": "o", "linestyle": "none", "color": BLUE}
FOUND: dict[str, Any] = {"color": INK, "linewidth": 1.0}
PLANNED: dict[str, Any] = {"color": RED, "linewidth": 1.2, "linestyle": (0, (5, 2))}
EDGE = float(stats.norm.ppf(0.975))
"""So many standard errors from the average the funnel ends."""

NAMED = 6
"""So many sites outside are named, those farthest out."""


def site_funnel(evidence: Evidence, estimand: Estimand | str | None = None) -> Figure:
    """The effect on the outcome in each site (and arm) against its standard error, the most precise at the top.

    The upright line is the average of the sites, weighted by precision, the broken one what the plan anticipated. Were the effect
    the same everywhere, 95 percent of the sites would lie in the funnel; the legend says how many do. Effects on an outcome
    differ where compliances do, so sites outside speak against no assumption. That sites lie to one side where errors are
    large would: large and small sites, say, then differ in what treatment does.

    Args:
        evidence: what the data say.
        estimand: the effect whose rows are drawn; None for the first on the outcome.

    Raises:
        InvalidQuestionError: the effect has no regression on mediators, no number, or no row has a standard error.
        ReportError: matplotlib is not installed.
    """
    one = evidence_of(evidence, estimand, regressed=True)
    made = one.regression
    assert made is not None
    value, error = made.rows.y, np.sqrt(np.maximum(made.rows.own[:, 0, 0], 0.0))
    middle, inside = funnel_counts(value, error)
    planned = _planned(evidence) if made.strategy.outcome == evidence.design.outcome else None
    with looks():
        figure, (axes,) = blank(size=(6.4, 3.8))
        deep = 1.06 * float(error.max())
        axes.fill_betweenx([0, deep], [middle, middle - EDGE * deep], [middle, middle + EDGE * deep], color=PALE, alpha=0.45,
                           linewidth=0, zorder=0)  # fmt: skip
        axes.axvline(middle, zorder=1, **FOUND)
        handles = [sample(f"average {few_digits(middle)}", **FOUND)]
        if planned is not None:
            axes.axvline(planned, zorder=1, **PLANNED)
            handles.append(sample(f"planned {few_digits(planned)}", **PLANNED))
        axes.plot(value, error, markersize=3.5 if len(value) <= 60 else 2.5, alpha=0.8, zorder=3, **POINT)
        _name_outside(
            axes, (value - middle) / np.where(error > 0, error, np.inf), value, error, made.rows.labels
        )
        axes.set_ylim(deep, -0.02 * deep)
        axes.set_xlabel(lines_of(f"effect on {evidence.design.label(made.strategy.outcome)}", 60))
        axes.set_ylabel("standard error")
        row = "sites" if len(made.effects.arms) == 1 else "arms of sites"
        handles += [
            sample(f"{inside} of {len(value)} {row} in the funnel", **POINT, markersize=4),
            sample("95% were the effect the same everywhere", color=PALE, linewidth=7),
        ]
        legend_above(figure, handles, columns=2)
    return figure


def funnel_counts(value: Floats, error: Floats) -> tuple[float, int]:
    """The average weighted by precision, and how many rows are within 1.96 of their standard errors of it.

    Rows without an error are not averaged, and count as outside unless they have the average.

    Raises:
        InvalidQuestionError: no row has a standard error.
    """
    known = error > 0
    if not known.any():
        raise InvalidQuestionError(
            ["no effect on the outcome has a standard error, so there is no funnel to draw"]
        )
    middle = float(np.average(value[known], weights=error[known] ** -2))
    return middle, int((np.abs(value - middle) <= EDGE * error).sum())


def _planned(evidence: Evidence) -> float | None:
    """What the plan anticipates of the effect on the outcome; None without a plan, and of several arms."""
    if evidence.diagnosis is None or len(evidence.design.treatments) > 1:
        return None
    return evidence.diagnosis[itt()].question.target


def _name_outside(axes: Axes, away: Floats, value: Floats, error: Floats, labels: tuple[str, ...]) -> None:
    """The names of those sites that lie farthest outside."""
    far = [int(i) for i in np.argsort(-np.abs(away)) if abs(away[i]) > EDGE][:NAMED]
    for i in far:
        axes.annotate(literal(shortened(labels[i])), (value[i], error[i]), xytext=(4, 3), textcoords="offset points",
                      fontsize=7, color=INK, zorder=4)  # fmt: skip
