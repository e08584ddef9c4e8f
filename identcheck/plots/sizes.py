"""Power and bias by the size of the trial: sites, clusters, persons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from identcheck.decide.estimands import Estimand
from identcheck.errors import InvalidQuestionError
from identcheck.plan.closed.biased import TOLERABLE
from identcheck.plan.closed.diagnosis import Diagnosis
from identcheck.plan.inputs.persons import least_persons
from identcheck.plots.choices import effect_of
from identcheck.plots.style import (
    GREY,
    INK,
    LINES,
    PALE,
    SLENDER,
    blank,
    legend_above,
    lines_of,
    literal,
    looks,
    sample,
    swatch,
)
from identcheck.plots.trials import Trials, trials_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["power_and_bias"]

Along = Literal["sites", "persons"]

POINTS = 20
MOST_PANELS = 3
FEWEST_SITES = 4
MARK: dict[str, Any] = {"marker": "o", "linestyle": "none", "color": INK, "markersize": 5.5}


def power_and_bias(
    diagnosis: Diagnosis,
    estimand: Estimand | str | None = None,
    along: Along = "sites",
    *,
    lines: Sequence[int] | None = None,
    clusters: Sequence[int] | None = None,
    reach: tuple[int, int] | None = None,
    narrow: bool = False,
) -> Figure:
    """Power of the test of no effect, and bias in standard errors, by the number of sites or of persons.

    Where clusters are assigned there is a pair of panels for each number of clusters in a site. Power (theory, equation (11.11))
    is that without bias; more sites raise it and leave the bias, which in standard errors then grows.

    Args:
        diagnosis: the design in numbers.
        estimand: the effect; None for the first that a regression estimates.
        along: what the axis counts: "sites", or "persons" in a cluster (in a site, where persons are assigned).
        lines: up to three numbers of the other kind, a line for each; None for half, once and twice the planned (a quarter
            and four times for persons in a cluster).
        clusters: up to three numbers of clusters in a site; None for half, once and twice the planned.
        reach: fewest and most on the axis; None for a range around the plan.
        narrow: panels below each other, for a narrow page.

    Raises:
        InvalidQuestionError: the effect is truly 0 or has no regression of its own, or numbers are too small or too many.
        ReportError: matplotlib is not installed.
    """
    effect = effect_of(diagnosis, estimand)
    asked = effect.question.estimand
    if not effect.question.target:
        raise InvalidQuestionError([f"{asked} is 0 in the anticipated world: power has no meaning"])
    trials = trials_of(diagnosis, asked)
    other = (FEWEST_SITES, trials.sites) if along == "persons" else (trials.least_size, trials.size)
    counts, panels = _chosen(trials, along, lines, clusters, *other)
    low, high = _reach(trials, along, effect.sites) if reach is None else reach
    places = np.unique(np.geomspace(max(low, 2), high, POINTS).round().astype(int))
    with looks():
        figure, pairs = _blank(len(panels), narrow)
        for (up, down), units in zip(pairs, panels, strict=True):
            _pair(up, down, trials, along, counts, units, places)
        _named(trials, along, pairs, panels, str(asked), narrow)
        legend_above(figure, _legend(trials, along, counts), 1 if narrow else 2)
    return figure


def _chosen(
    trials: Trials,
    along: str,
    lines: Sequence[int] | None,
    clusters: Sequence[int] | None,
    least: int,
    planned: int,
) -> tuple[list[int], list[int]]:
    """The numbers of the lines and of the panels, with the mistakes in them."""
    problems = []
    if along not in ("sites", "persons"):
        problems.append(f'along is {along!r}; give "sites" or "persons"')
    if clusters is not None and not trials.clustered:
        problems.append("clusters: the plan assigns persons, so that there are none to count; leave it out")
    step = 4 if trials.clustered and along == "sites" else 2  # a cluster's persons matter little beyond a few
    counts = sorted({max(planned // step, least), planned, step * planned} if lines is None else set(lines))
    mine = trials.clusters
    fewest = least_persons(trials.start.anticipated.shares)
    panels = sorted({max(mine // 2, fewest), mine, 2 * mine} if clusters is None else set(clusters))
    for name, found, smallest in (("lines", counts, least), ("clusters", panels, fewest)):
        if len(found) > MOST_PANELS or (
            (name == "lines" or trials.clustered) and any(n < smallest for n in found)
        ):
            problems.append(f"{name} are {found}; give up to {MOST_PANELS} numbers from {smallest} on")
    if problems:
        raise InvalidQuestionError(problems)
    return counts, panels if trials.clustered else [1]


def _reach(trials: Trials, along: str, needed: int | None) -> tuple[int, int]:
    """Around the plan; with the sites needed where these are not far."""
    if along == "persons":
        return trials.least_size, max(4 * trials.size, 20)
    planned = trials.sites
    near = needed if needed is not None and needed <= 6 * planned else 0
    return min(6, planned), max(20, 2 * planned, round(1.2 * near))


def _blank(panels: int, narrow: bool) -> tuple[Figure, list[tuple[Axes, Axes]]]:
    """Of each number of clusters the panels of power and of bias."""
    if panels == 1:
        rows, columns = (2, 1) if narrow else (1, 2)
        figure, found = blank(rows, columns, (SLENDER, 5.2) if narrow else (6.4, 3.2))
        return figure, [(found[0], found[1])]
    if narrow:
        figure, found = blank(panels, 2, (SLENDER, 1.4 + 1.6 * panels))
        return figure, [(found[2 * n], found[2 * n + 1]) for n in range(panels)]
    figure, found = blank(2, panels, (6.4, 4.6))
    return figure, [(found[n], found[panels + n]) for n in range(panels)]


def _pair(
    up: Axes, down: Axes, trials: Trials, along: str, counts: list[int], units: int, places: np.ndarray
) -> None:
    """The lines of one number of clusters."""
    from matplotlib.ticker import MaxNLocator

    for (colour, pattern), count in zip(LINES, counts, strict=False):
        each = [
            trials.at(x, units, count) if along == "sites" else trials.at(count, units, x)
            for x in places.tolist()
        ]
        power = [np.nan if one.power is None else one.power for one in each]
        bias = [one.bias / one.se if one.se else np.nan for one in each]
        up.plot(places, power, color=colour, linestyle=pattern)
        down.plot(places, bias, color=colour, linestyle=pattern)
    up.axhline(trials.start.anticipated.plan.power, color=GREY, linewidth=0.8)
    down.axhspan(-TOLERABLE, TOLERABLE, color=PALE, alpha=0.6, linewidth=0)
    down.axhline(0, color=GREY, linewidth=0.8)
    up.set_ylim(0, 1.0)
    for axes in (up, down):
        axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    if units == trials.clusters:
        here = trials.at(trials.sites, units, trials.size)
        x = trials.sites if along == "sites" else trials.size
        if places[0] <= x <= places[-1]:
            up.plot([x], [np.nan if here.power is None else here.power], zorder=5, clip_on=False, **MARK)
            down.plot([x], [here.bias / here.se], zorder=5, clip_on=False, **MARK)


def _named(
    trials: Trials, along: str, pairs: list[tuple[Axes, Axes]], panels: list[int], asked: str, narrow: bool
) -> None:
    """Scales alike, and the words of the axes."""
    sites, of_clusters, of_persons = trials.words()
    counted = sites if along == "sites" else of_persons
    ends = [end for _, down in pairs for end in down.get_ylim()]
    alone = len(pairs) == 1
    for place, ((up, down), units) in enumerate(zip(pairs, panels, strict=True)):
        down.set_ylim(min(ends), max(ends))
        if not alone:
            up.set_title(literal(f"{units} {of_clusters}"), loc="left", fontsize=8.5)
        first, last = (True, place == len(pairs) - 1) if narrow else (place == 0, True)
        if first:
            up.set_ylabel(f"power for\n{lines_of(asked, 22)}" if place == 0 else "power")
            down.set_ylabel("bias / SE" if narrow and not alone else "bias, in standard errors")
        if last:
            down.set_xlabel(counted)
        if alone or (narrow and last):
            up.set_xlabel(counted)


def _legend(trials: Trials, along: str, counts: list[int]) -> list[Any]:
    sites, _, of_persons = trials.words()
    planned, word = (trials.size, of_persons) if along == "sites" else (trials.sites, sites)
    found = [
        sample(f"{n:,} {word}{' (as planned)' if n == planned else ''}", color=colour, linestyle=pattern)
        for (colour, pattern), n in zip(LINES, counts, strict=False)
    ]
    aim = trials.start.anticipated.plan.power
    return [
        *found,
        sample("the plan", **MARK),
        sample(f"power aimed at: {aim:g}", color=GREY, linewidth=0.8),
        swatch(f"bias below {TOLERABLE:g} of the standard error", facecolor=PALE),
    ]
