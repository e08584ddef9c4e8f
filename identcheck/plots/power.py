"""Power against the number of sites."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from identcheck.decide.strategies import Strategy
from identcheck.errors import InvalidQuestionError
from identcheck.plan.closed.estimate import power_of
from identcheck.plots.choices import effect_of
from identcheck.plots.style import GREY, INK, LINES, blank, literal, looks

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from identcheck.decide.estimands import Estimand
    from identcheck.plan import Diagnosis
    from identcheck.plan.closed.results import EffectNumbers

__all__ = ["power_curves"]

MOST = 400
"""So many sites are shown at most, unless more are planned."""

POINTS = 80


def power_curves(
    diagnosis: Diagnosis,
    estimand: Estimand | str | None = None,
    persons: Sequence[float] | None = None,
    sites: tuple[int, int] | None = None,
) -> Figure:
    """Power of the test of no effect by the number of sites, a line for each number of persons per site.

    Power is that of the closed form (theory, equation (11.11)), at the effect's true value and without bias.

    Args:
        diagnosis: the design in numbers.
        estimand: the effect; None for the first that a regression estimates.
        persons: persons per site of up to three lines; None for half, once and twice those of the plan.
        sites: fewest and most sites; None for a range with the plan and the sites needed in it.

    Raises:
        InvalidQuestionError: the effect is truly 0 or has no regression of its own, or there are over three lines.
        ReportError: matplotlib is not installed.
    """
    effect = effect_of(diagnosis, estimand)
    if not effect.question.target:
        raise InvalidQuestionError(
            [f"{effect.question.estimand} is 0 in the anticipated world: power has no meaning"]
        )
    planned = diagnosis.anticipated.persons
    lines = sorted({planned / 2, planned, planned * 2} if persons is None else set(persons))
    if len(lines) > len(LINES) or any(n < 2 for n in lines):
        raise InvalidQuestionError([f"persons are {lines}; give up to {len(LINES)} numbers from 2 on"])
    low, high = _range(diagnosis, effect) if sites is None else sites
    with looks():
        figure, (axes,) = blank()
        counts = np.unique(np.linspace(low, high, POINTS).round().astype(int))
        for (colour, pattern), n in zip(LINES, lines, strict=False):
            power = [_power(diagnosis, effect, int(k), n) for k in counts]
            words = f"{n:,.4g} persons per site" + (" (as planned)" if n == planned else "")
            axes.plot(counts, power, color=colour, linestyle=pattern, label=words)
        plan = diagnosis.anticipated.plan
        axes.axhline(plan.power, color=GREY, linewidth=0.8)
        axes.annotate(f"power aimed at: {plan.power:g}", (0, plan.power), xytext=(4, 3), fontsize=8,
                      xycoords=("axes fraction", "data"), textcoords="offset points", color=GREY)  # fmt: skip
        here = diagnosis.anticipated.sites
        axes.plot([here], [_power(diagnosis, effect, here, planned)], "o", color=INK, markersize=6, label="the plan",
                  clip_on=False, zorder=5)  # fmt: skip
        axes.set(ylim=(0, 1.0), xlim=(0 if low < high / 8 else low, high), xlabel="number of sites",
                 ylabel=f"power for {literal(str(effect.question.estimand))}")  # fmt: skip
        axes.legend(loc="best")
    return figure


def _power(diagnosis: Diagnosis, effect: EffectNumbers, sites: int, persons: float) -> float:
    strategy = effect.question.strategy
    assert isinstance(strategy, Strategy)
    estimators, regression = diagnosis.estimators, strategy.regression
    estimate = estimators.at(regression)(sites=float(sites), persons=float(persons))
    se = estimate.se(estimators.place(regression, effect.question.column))
    return power_of(effect.question.target, se, estimate.degrees, diagnosis.anticipated.plan.alpha)


def _range(diagnosis: Diagnosis, effect: EffectNumbers) -> tuple[int, int]:
    """From few sites to well past the plan and, where that is not too far, past the sites needed."""
    planned = diagnosis.anticipated.sites
    needed = effect.sites if effect.sites is not None and effect.sites <= 10 * max(planned, MOST / 4) else 0
    strategy = effect.question.strategy
    assert strategy is not None
    return len(strategy.regressors) + 2, max(20, 2 * planned, round(1.25 * needed))
