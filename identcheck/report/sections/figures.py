"""The pictures of the section "Design in numbers", each with its caption and its description."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from itertools import islice

from identcheck.decide.estimands import Estimand
from identcheck.errors import InvalidPlanError, InvalidQuestionError, ReportError
from identcheck.plan.closed.diagnosis import Diagnosis
from identcheck.plan.inputs.plan import Arrow
from identcheck.plan.sensitivity.contour import Contour, contour
from identcheck.plan.simulation.result import Simulation
from identcheck.plots.bias import bias_budget, bias_contours
from identcheck.plots.estimates import sampling_distributions
from identcheck.plots.scatter import compliance_scatter
from identcheck.plots.style import demand_matplotlib
from identcheck.report.blocks import Figure
from identcheck.report.sections.drawn import UNSAVED, Drawn, figure_block
from identcheck.report.sections.figures_planned import held_drawn, parts_drawn, regressed, sizes_drawn
from identcheck.tables.digits import few_digits

__all__ = ["figures_of", "sampling_figure"]

ACROSS = tuple(i / 10 for i in range(-9, 10, 2))
UP = (0.1, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0)
"""The correlations and coefficients of variation of the picture of bias."""


def figures_of(diagnosis: Diagnosis, format: str, folder: str) -> tuple[dict[str, tuple[Figure, ...]], str]:
    """The pictures by the name of their subsection, and why there are none.

    Args:
        diagnosis: the design in numbers.
        format: "html" or "latex".
        folder: where a LaTeX document finds the pictures; "" if it cannot have any.
    """
    if format == "latex" and not folder:
        return {}, UNSAVED
    try:
        demand_matplotlib()
    except ReportError:
        return {}, "There are no pictures, as matplotlib is not installed: pip install 'identcheck[plots]'."
    found: dict[str, tuple[Figure, ...]] = {}
    for name, make in _MAKERS:
        with suppress(InvalidQuestionError, InvalidPlanError):  # this design has no such picture
            found[name] = (
                *found.get(name, ()),
                *(figure_block(drawn, format, folder) for drawn in make(diagnosis)),
            )
    return found, ""


def _scatter(diagnosis: Diagnosis) -> Iterator[Drawn]:
    for effect, strategy in islice(regressed(diagnosis), 1):
        several = len(strategy.regressors) > 1
        line = "with an intercept" if strategy.intercept else "through the origin"
        given = " Each panel shows one mediator, less what the others explain." if several else ""
        caption = (
            f"Anticipated site effects on {strategy.outcome} against site compliances. Where the assumptions "
            f"hold, the true site effects scatter about a line {line} whose slope is the average effect.{given} The "
            "dots are one simulated trial, with its sampling error; another trial has others."
        )
        asked = effect.question.estimand
        description = (
            f"Scatter of site effects with a line of slope {few_digits(effect.question.target)} for {asked}."
        )
        draw = partial(compliance_scatter, diagnosis, asked)
        narrow = partial(draw, narrow=True) if several else None
        yield Drawn("scatter", caption, description, draw(), narrow)


def _budget(diagnosis: Diagnosis) -> Iterator[Drawn]:
    caption = (
        "The bias of each effect by its causes, in standard errors, so that effects in different units can be compared; the "
        "number under an effect is its whole bias in its own unit. A bias of half a standard error lowers the coverage of a "
        "95% interval to 92%, one of a whole standard error to 83%."
    )
    told = (e for e in diagnosis.effects if e.budget and e.bias is not None)
    biases = "; ".join(f"{e.question.estimand} {few_digits(e.bias or 0.0, sign=True)}" for e in told)
    draw = partial(bias_budget, diagnosis)
    yield Drawn("bias-budget", caption, f"Bars of bias: {biases}.", draw(), partial(draw, narrow=True))


def _contours(diagnosis: Diagnosis) -> Iterator[Drawn]:
    for made, (across, up) in islice(_contour(diagnosis), 1):
        sites = diagnosis.anticipated.design.word("sites")
        caption = (
            f"The bias of {made.estimand} if two numbers of the plan are others: how compliance and effect correlate across "
            f"{sites}, and how much compliance varies (its SD by its mean). The thick line, if there is one, is where there is "
            "no bias; the point is the plan. Grey, if any: impossible together."
        )
        description = f"Contours of bias; at the plan the correlation is {across:.2g} and the coefficient of variation {up:.2g}."
        draw = partial(bias_contours, made, (across, up))
        yield Drawn("bias-contours", caption, description, draw(), partial(draw, narrow=True))


def sampling_figure(drawn: Simulation, format: str, folder: str) -> Figure:
    """The estimates of the first effect over simulated trials."""
    first = next((row for row in drawn.rows if row.estimator != "contrast"), drawn.rows[0])
    caption = (
        f"Estimates of {first.estimand} in simulated trials, by estimator. The axis holds the middle of the distributions; "
        "the share outside it, undefined estimates among them, stands beside each."
    )
    description = f"Histograms of estimates; the true value is {few_digits(first.target)}."
    made = sampling_distributions(drawn, first.estimand)
    return figure_block(Drawn("sampling-distributions", caption, description, made), format, folder)


def _contour(diagnosis: Diagnosis) -> Iterator[tuple[Contour, tuple[float, float]]]:
    """The bias of each effect whose mediator has an arrow in and an arrow out that vary, and the plan's place."""
    found = diagnosis.anticipated
    for estimand, arrow_in, arrow_out in _pairs(diagnosis):
        i, j = found.place[arrow_in], found.place[arrow_out]
        sd = [math.sqrt(float(found.between[k, k])) for k in (i, j)]
        here = float(found.between[i, j]) / (sd[0] * sd[1]), sd[0] / abs(float(found.mean[i]))
        names = [" -> ".join(arrow) for arrow in (arrow_in, arrow_out)]
        across = (f"between.{names[0]} ~ {names[1]}", sorted({*ACROSS, here[0]}))
        up = (f"arrows.{names[0]}.cv", sorted({*UP, here[1]}))
        # The coefficient of variation of an arrow needs its mean stated.
        said = found.plan.arrows.get(arrow_in, Arrow()).moved_to(float(found.mean[i]))
        plan = found.plan.but(arrows={**found.plan.arrows, arrow_in: said})
        with suppress(InvalidPlanError):
            yield contour(found.design, plan, estimand, across, up, assume=diagnosis.granted), here


def _pairs(diagnosis: Diagnosis) -> Iterator[tuple[Estimand, tuple[str, str], tuple[str, str]]]:
    found = diagnosis.anticipated

    def varies(edge: tuple[str, str]) -> bool:
        place = found.place.get(edge)
        return place is not None and bool(found.between[place, place] and found.mean[place])

    for effect, strategy in regressed(diagnosis):
        arrow_out = (strategy.column, strategy.outcome)
        for arm in strategy.arms:
            if varies((arm, strategy.column)) and varies(arrow_out):
                yield effect.question.estimand, (arm, strategy.column), arrow_out


_MAKERS: tuple[tuple[str, Callable[[Diagnosis], Iterator[Drawn]]], ...] = (
    ("instruments", _scatter),
    ("bias", _budget),
    ("bias", _contours),
    ("bias", held_drawn),
    ("precision", sizes_drawn),
    ("precision", parts_drawn),
)
