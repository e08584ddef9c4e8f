"""The paper's scatter of site effects against site compliances, of the data at hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from identcheck.decide.estimands import Estimand
from identcheck.evidence.columns import Floats
from identcheck.evidence.composing import arms_of
from identcheck.evidence.regression_evidence import RegressionEvidence
from identcheck.evidence.result import Evidence
from identcheck.evidence.rows import Rows
from identcheck.evidence.weighted import Fit
from identcheck.plots.choices import evidence_of, unit_of
from identcheck.plots.scatter import ACROSS, CLOUD, NARROW, WIDE, anticipated_parts
from identcheck.plots.style import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    PALE,
    RED,
    SLENDER,
    blank,
    legend_above,
    lines_of,
    literal,
    looks,
    sample,
)
from identcheck.tables.digits import few_digits
from identcheck.tables.terminal import p_words

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["site_scatter"]

MARKS = (("o", BLUE), ("s", ORANGE), ("^", "#009E73"), ("D", "#CC79A7"))
"""A mark and a colour for the rows of each arm; further arms begin again."""

SLOPE: dict[str, Any] = {"color": INK, "linewidth": 1.5}
LIFTED: dict[str, Any] = {"color": RED, "linestyle": (0, (5, 2)), "linewidth": 1.1}
CURVED: dict[str, Any] = {"color": BLUE, "linestyle": (0, (1, 1.4)), "linewidth": 1.3}
HOPED: dict[str, Any] = {"color": "#9a9a9a", "linewidth": 1.2}

AREA, LEAST, MOST = 28.0, 7.0, 90.0
"""The area of a mark of average weight, and the bounds of areas, in square points; with many marks less."""

UPRIGHT = 42
"""Letters in a line of the label of the upright axis."""

NAMED = 12
"""Of up to so many rows each is named."""


@dataclass(frozen=True)
class _Part:
    """One column and the outcome, each less its regression on the other columns; with standard errors.

    The errors are of the part that is drawn, with what the other columns explain taken as known.
    """

    x: Floats
    y: Floats
    x_error: Floats
    y_error: Floats

    @classmethod
    def of(cls, rows: Rows, k: int) -> _Part:
        """Column k of the rows."""
        rest = [i for i in range(len(rows.columns)) if i != k]
        c, d = np.zeros(1 + len(rows.columns)), np.zeros(1 + len(rows.columns))
        c[k + 1] = d[0] = 1.0
        if rest:
            both = np.column_stack([rows.g[:, k], rows.y])
            explained = np.linalg.lstsq(rows.turned(rows.g[:, rest]), rows.turned(both), rcond=None)[0]
            c[[i + 1 for i in rest]], d[[i + 1 for i in rest]] = -explained.T
        z = np.column_stack([rows.y, rows.g])
        errors = [np.sqrt(np.maximum(np.einsum("a,rab,b->r", v, rows.own, v), 0.0)) for v in (c, d)]
        return cls(z @ c, z @ d, errors[0], errors[1])


def site_scatter(
    evidence: Evidence, estimand: Estimand | str | None = None, *, narrow: bool = False
) -> Figure:
    """Effects on the outcome against compliances, a mark for each site (and arm), with the fitted line through the origin.

    Crosses are one standard error to each side; the area of a mark grows with its weight. With one mediator the line with an
    intercept, as its test has it (less what the sampling error of compliances adds), is drawn too, for each arm; and the curve of
    least squares, from which sampling error is not taken off, as it is in the test of it. With several mediators there is a panel
    for each: compliance and outcome less what the others explain of them (an added-variable plot); its slope is the coefficient.
    Where there is a plan, the pale cloud is of the sites that it anticipated, with their line.

    Args:
        evidence: what the data say.
        estimand: the effect whose regression is drawn; None for the first on the outcome.
        narrow: panels below each other, for a narrow page.

    Raises:
        InvalidQuestionError: the effect has no regression on mediators, or no number.
        ReportError: matplotlib is not installed.
    """
    one = evidence_of(evidence, estimand, regressed=True)
    made = one.regression
    assert made is not None
    regression = made.strategy.regression
    places = [i for i, c in enumerate(made.rows.columns) if c in regression.regressors]
    clouds = _clouds(evidence, made)
    with looks():
        across = 1 if narrow else min(ACROSS, len(places))
        down = -(-len(places) // across)
        tall = 0.75 + (2.7 if narrow or across > 1 else 3.3) * down
        figure, panels = blank(down, across, (SLENDER, tall + 0.6) if narrow else (6.4, tall))
        for axes in panels[len(places) :]:
            axes.set_visible(False)
        drawn: dict[str, Artist] = {}
        for axes, place in zip(panels, places, strict=False):
            part = _Part.of(made.rows, place)
            drawn |= _panel(axes, evidence, made, part, clouds.get(place))
            slope = one.own.value if one.own and made.strategy.column == made.rows.columns[place] else None
            drawn |= _lines(axes, made, place, slope)
            _labels(axes, evidence, made, made.rows.columns[place], NARROW if narrow or across > 1 else WIDE)
        legend_above(figure, list(drawn.values()), 1 if narrow else 2)
    return figure


def _clouds(evidence: Evidence, made: RegressionEvidence) -> dict[int, tuple[Floats, Floats, float]]:
    """Of each mediator the sites that the plan anticipated, and the slope of their line; none without a plan."""
    regression = made.strategy.regression
    if evidence.diagnosis is None or regression.moderators:
        return {}
    return anticipated_parts(evidence.diagnosis, replace(regression, pooled=False, site_by_site=False))


def _panel(
    axes: Axes,
    evidence: Evidence,
    made: RegressionEvidence,
    part: _Part,
    cloud: tuple[Floats, Floats, float] | None,
) -> dict[str, Artist]:
    """The marks with their crosses, and the origin."""
    rows, regression = made.rows, made.strategy.regression
    axes.axhline(0, color=PALE, linewidth=0.8, zorder=0)
    axes.axvline(0, color=PALE, linewidth=0.8, zorder=0)
    found: dict[str, Artist] = {}
    many = len(rows.y) > 40
    area = np.clip(AREA * rows.w / (rows.w.mean() or 1.0), LEAST, MOST) * min(1.0, (40 / len(rows.y)) ** 0.5)
    arm = arms_of(made.effects, regression, rows)
    for place in np.unique(arm):
        mark, colour = MARKS[int(place) % len(MARKS)]
        inside = arm == place
        axes.errorbar(part.x[inside], part.y[inside], part.y_error[inside], part.x_error[inside], fmt="none", ecolor=colour,
                      elinewidth=0.6 if many else 0.8, alpha=0.25 if many else 0.5, zorder=2)  # fmt: skip
        axes.scatter(part.x[inside], part.y[inside], area[inside], marker=mark, color=colour, edgecolors="white", linewidths=0.5,
                     zorder=4)  # fmt: skip
        name = made.effects.arms[int(place)]
        words = f"{evidence.design.word('sites')}{f', {evidence.design.label(name)}' if name else ''}, ± 1 standard error"
        found[f"arm {name}"] = sample(
            words, marker=mark, color=colour, markeredgecolor="white", markersize=6, linewidth=0.8
        )
    if len(rows.y) <= NAMED and len(regression.regressors) == 1:
        _names(axes, rows, part)
    low, high = _reach(part)
    axes.set_xlim(low[0], high[0])
    axes.set_ylim(low[1], high[1])
    if cloud is not None:
        axes.plot(cloud[0], cloud[1], zorder=1, **CLOUD)
        line = np.array([low[0], high[0]])
        axes.plot(line, cloud[2] * line, zorder=1, **HOPED)
        found["cloud"] = sample("sites as the plan anticipated them", **CLOUD | {"markersize": 5})
        found["hoped"] = sample("slope as planned", **HOPED)
    return found


def _names(axes: Axes, rows: Rows, part: _Part) -> None:
    """The site of each mark, below it where another is close above."""
    wide, high = np.ptp(part.x) or 1.0, np.ptp(part.y) or 1.0
    for s, x, y in zip(rows.site, part.x, part.y, strict=True):
        above = (abs(part.x - x) < 0.25 * wide) & (part.y > y) & (part.y - y < 0.1 * high)
        right = x > part.x.min() + 0.75 * wide
        axes.annotate(literal(rows.names[s][:28]), (x, y), xytext=(-5 if right else 5, -9 if above.any() else 4),
                      textcoords="offset points", ha="right" if right else "left", fontsize=7, color=GREY, zorder=5)  # fmt: skip


def _reach(part: _Part) -> tuple[tuple[float, float], tuple[float, float]]:
    """The corners of the panel, so that the origin is in it, and few wide crosses do not press the rest together."""
    ends = []
    for value, error in ((part.x, part.x_error), (part.y, part.y_error)):
        typical = np.minimum(error, 3 * np.median(error) if np.median(error) > 0 else error)
        low, high = float(min((value - typical).min(), 0)), float(max((value + typical).max(), 0))
        room = 0.05 * (high - low) or 1.0
        ends.append((low - room, high + room))
    return (ends[0][0], ends[1][0]), (ends[0][1], ends[1][1])


def _lines(axes: Axes, made: RegressionEvidence, place: int, own: float | None) -> dict[str, Artist]:
    """The fitted line through the origin; with one column those of the tests of intercept and curvature."""
    rows = made.rows
    slope = own if own is not None else float(Fit(rows).coefficients[place])
    line = np.linspace(*axes.get_xlim(), 101)
    axes.plot(line, slope * line, zorder=5, **SLOPE)
    single = len(rows.columns) == 1
    axes.set_title(f"slope {few_digits(slope)}", loc="right", fontsize=8)
    found: dict[str, Artist] = {"slope": sample("slope: the estimate", **SLOPE)}
    if not single:
        return found
    test = made.tests.get("intercept")
    if test is not None and test.p is not None:
        (b, *_), intercepts = made.lifted
        for arm, height in intercepts.items():
            colour = {} if len(intercepts) == 1 else {"color": MARKS[arm % len(MARKS)][1]}
            axes.plot(line, b * line + height, zorder=3, **LIFTED | colour)
        which, look = (
            ("an intercept", {}) if len(intercepts) == 1 else ("each arm's intercept", {"color": GREY})
        )
        found["intercept"] = sample(f"with {which}, corrected, {p_words(test.p)}", **LIFTED | look)
    test = made.tests.get("curvature")
    if test is not None and test.p is not None:
        b, more = Fit(rows.adding(["curvature"], rows.g**2)).coefficients
        axes.plot(line, b * line + more * line**2, zorder=3, **CURVED)
        found["curvature"] = sample(f"with a square, by least squares; test {p_words(test.p)}", **CURVED)
    return found


def _labels(axes: Axes, evidence: Evidence, made: RegressionEvidence, node: str, width: int) -> None:
    regression, design = made.strategy.regression, evidence.design
    given = " given the others" if len(made.rows.columns) > 1 else ""
    offer = design.label(regression.arms[0]) if len(regression.arms) == 1 else "each arm"
    for target, put, letters in (
        (node, axes.set_xlabel, width), (regression.outcome, axes.set_ylabel, min(width, UPRIGHT))
    ):  # fmt: skip
        put(lines_of(f"effect of {offer} on {design.label(target)}{given}{_unit(evidence, target)}", letters))
    axes.tick_params(color=GREY)


def _unit(evidence: Evidence, node: str) -> str:
    return "" if evidence.diagnosis is None else f" ({unit_of(evidence.diagnosis, node)})"
