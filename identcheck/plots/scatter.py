"""The paper's scatter of site effects against site compliances, as it can be expected to look."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from identcheck.decide.conditions import Regression
from identcheck.decide.estimands import Estimand
from identcheck.plan.closed.diagnosis import Diagnosis
from identcheck.plan.inputs.anticipated import Array
from identcheck.plan.simulation.trials import draw_contrasts
from identcheck.plots.choices import effect_of, regression_of, unit_of
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
    looks,
    sample,
)

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["ACROSS", "CLOUD", "NARROW", "WIDE", "anticipated_parts", "compliance_scatter"]

SHOWN = 300
"""So many of the anticipated sites are drawn as a cloud."""

DRAWN: dict[str, Any] = {
    "marker": "o",
    "linestyle": "none",
    "color": BLUE,
    "markeredgecolor": "white",
    "markeredgewidth": 0.5,
    "markersize": 5,
}
CLOUD: dict[str, Any] = {"marker": ".", "linestyle": "none", "color": "#c4c4c4", "markersize": 3}
TRUE: dict[str, Any] = {"color": INK}
FITTED: dict[str, Any] = {"color": RED, "linestyle": "--"}

WIDE, NARROW = 60, 32
"""Letters in a line of the labels of a single panel, and of one of several."""

ACROSS = 2
"""Panels beside each other."""


@dataclass(frozen=True)
class _Sites:
    """Site effects of a regression: rows (N, J), outcome (N,), and the weights of the arms of a site.

    The rows are ordered by site, then arm; ``weights`` is (sites, L, L).
    """

    rows: Array
    outcome: Array
    weights: Array

    def solved(self, rows: Array, outcome: Array) -> Array:
        """The coefficients of the weighted regression on some of the columns."""
        arms = self.weights.shape[1]
        x = rows.reshape(-1, arms, rows.shape[1])
        y = outcome.reshape(-1, arms)
        left = np.einsum("klm,klj,kmi->ji", self.weights, x, x)
        right = np.einsum("klm,klj,km->j", self.weights, x, y)
        return np.asarray(np.linalg.lstsq(left, right, rcond=None)[0])

    def part(self, place: int) -> tuple[Array, Array]:
        """One column and the outcome, each less its regression on the other columns."""
        rest = np.delete(self.rows, place, axis=1)
        own = self.rows[:, place]
        if not rest.shape[1]:
            return own, self.outcome
        return own - rest @ self.solved(rest, own), self.outcome - rest @ self.solved(rest, self.outcome)


def compliance_scatter(
    diagnosis: Diagnosis, estimand: Estimand | str | None = None, seed: int = 0, *, narrow: bool = False
) -> Figure:
    """Site effects on the outcome against site compliances: a line through the origin, where (vii) holds.

    Dots are the sites of one simulated trial of the plan's size, with sampling error; the pale cloud is of anticipated
    sites without it. With several mediators there is a panel for each: compliance and outcome less what the others
    explain of them (an added-variable plot). With several arms every site has a point for each arm. Modifiers are not held fixed.

    Args:
        diagnosis: the design in numbers.
        estimand: the effect whose regression is drawn; None for the first on the outcome.
        seed: of the simulated trial.
        narrow: panels below each other, for a narrow page.

    Raises:
        InvalidQuestionError: the effect has no regression on mediators.
        ReportError: matplotlib is not installed.
    """
    regression = replace(regression_of(effect_of(diagnosis, estimand)), pooled=False, moderators=())
    limits = diagnosis.estimators.limits(regression)
    drawn, cloud = _drawn(diagnosis, regression, seed), _anticipated(diagnosis, regression)
    fitted = drawn.solved(drawn.rows, drawn.outcome)
    places = [i for i, column in enumerate(limits.columns) if column not in regression.intercepts]
    with looks():
        columns = 1 if narrow else min(ACROSS, len(places))
        rows = -(-len(places) // columns)
        tall = 0.5 + (2.7 if narrow or columns > 1 else 3.3) * rows
        figure, panels = blank(rows, columns, (SLENDER, tall + 0.3) if narrow else (6.4, tall))
        for axes in panels[len(places) :]:
            axes.set_visible(False)
        for axes, place in zip(panels, places, strict=False):
            _panel(
                axes, drawn.part(place), cloud.part(place), float(limits.targets[place]), float(fitted[place])
            )
            _labels(
                axes, diagnosis, regression, limits.columns[place], NARROW if narrow or columns > 1 else WIDE
            )
        legend_above(figure, _legend(len(drawn.outcome)), 1 if narrow else 2)
    return figure


def anticipated_parts(diagnosis: Diagnosis, regression: Regression) -> dict[int, tuple[Array, Array, float]]:
    """By the place of each mediator: column and outcome of anticipated sites less what the others explain, and the true effect.

    Args:
        diagnosis: the design in numbers.
        regression: of site effects, neither pooled nor site by site.
    """
    limits, cloud = diagnosis.estimators.limits(regression), _anticipated(diagnosis, regression)
    return {
        place: (*cloud.part(place), float(limits.targets[place]))
        for place, column in enumerate(limits.columns)
        if column not in regression.intercepts
    }


def _drawn(diagnosis: Diagnosis, regression: Regression, seed: int) -> _Sites:
    """The site effects of one simulated trial."""
    anticipated = diagnosis.anticipated
    contrasts = draw_contrasts(anticipated, np.random.default_rng(seed), 1)
    arms = [anticipated.design.treatments.index(arm) for arm in regression.arms]
    effects = contrasts.effects[arms, :, 0, :]  # (arms, nodes, sites)
    at = {node: i for i, node in enumerate(contrasts.nodes)}
    found = {(a, node): effects[a, i] for a in range(len(arms)) for node, i in at.items()}
    return _sites(diagnosis, regression, found, anticipated.site_weights)


def _anticipated(diagnosis: Diagnosis, regression: Regression) -> _Sites:
    """Anticipated sites without sampling error; the first of them, which are as good as any."""
    sites = diagnosis.estimators.sites
    nodes = (*regression.regressors, regression.outcome)
    found = {
        (a, node): sites.effect(arm, node)[:SHOWN] * np.ones(SHOWN)
        for a, arm in enumerate(regression.arms)
        for node in nodes
    }
    return _sites(diagnosis, regression, found, np.ones(SHOWN))


def _sites(
    diagnosis: Diagnosis, regression: Regression, effects: dict[tuple[int, str], Array], sizes: Array
) -> _Sites:
    limits = diagnosis.estimators.limits(regression)
    arms = range(len(regression.arms))
    columns = [
        np.stack([np.full(len(sizes), float(regression.arms[a] == c)) if c in regression.intercepts else effects[a, c]
                  for a in arms], axis=1).ravel()
        for c in limits.columns
    ]  # fmt: skip
    outcome = np.stack([effects[a, regression.outcome] for a in arms], axis=1).ravel()
    return _Sites(np.stack(columns, axis=1), outcome, sizes[:, None, None] * limits.weights)


def _panel(
    axes: Axes, drawn: tuple[Array, Array], cloud: tuple[Array, Array], true: float, fitted: float
) -> None:
    axes.axhline(0, color=PALE, linewidth=0.8, zorder=0)
    axes.axvline(0, color=PALE, linewidth=0.8, zorder=0)
    axes.plot(*cloud, zorder=1, **CLOUD)
    ends = np.concatenate([cloud[0], drawn[0], [0.0]])
    line = np.array([ends.min(), ends.max()])
    axes.plot(line, true * line, zorder=2, **TRUE)
    axes.plot(line, fitted * line, zorder=4, **FITTED)
    axes.plot(*drawn, zorder=3, **DRAWN)


def _legend(points: int) -> list[Artist]:
    return [
        sample(f"one simulated trial, {points} points", **DRAWN),
        sample("anticipated sites, without sampling error", **CLOUD | {"markersize": 5}),
        sample("slope: the true average effect", **TRUE),
        sample("slope: estimated from the simulated trial", **FITTED),
    ]


def _labels(axes: Axes, diagnosis: Diagnosis, regression: Regression, node: str, width: int) -> None:
    given = " given the others" if len(regression.regressors) > 1 else ""
    offer = regression.arms[0] if len(regression.arms) == 1 else "each arm"
    for target, put in ((node, axes.set_xlabel), (regression.outcome, axes.set_ylabel)):
        put(lines_of(f"effect of {offer} on {target}{given} ({unit_of(diagnosis, target)})", width))
    axes.tick_params(color=GREY)
