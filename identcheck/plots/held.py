"""What measuring modifiers buys: the estimate that holds nothing fixed beside the one that holds them fixed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from identcheck.decide.estimands import Estimand, estimand_of, resolve
from identcheck.derive.words import listed
from identcheck.errors import InvalidQuestionError
from identcheck.plan.closed.diagnosis import Diagnosis
from identcheck.plan.closed.measured import Bought
from identcheck.plan.closed.prospect import Prospect
from identcheck.plan.inputs.units import short_unit
from identcheck.plots.choices import demand
from identcheck.plots.style import (
    BLUE,
    GREY,
    INK,
    PALE,
    SLENDER,
    blank,
    legend_above,
    lines_of,
    literal,
    looks,
    sample,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["modifiers_held"]

PLAIN: dict[str, Any] = {
    "marker": "o",
    "linestyle": "none",
    "color": INK,
    "markerfacecolor": "white",
    "markersize": 6,
}
HELD: dict[str, Any] = {"marker": "D", "linestyle": "none", "color": BLUE, "markersize": 5.5}

Measure = Callable[[Prospect], float | None]
MEASURES: tuple[tuple[str, str, Measure], ...] = (
    ("bias", "", lambda one: one.bias),
    ("conditional F", ".1f", lambda one: None if one.strong is None else one.strong.f),
    ("standard error", "", lambda one: one.se),
    ("power, were there no bias", ".2f", lambda one: one.power),
)
"""What the panels compare: heading, format of the numbers ("" for that of the effect's unit), and the number."""


def modifiers_held(
    diagnosis: Diagnosis, estimand: Estimand | str | None = None, *, narrow: bool = False
) -> Figure:
    """Bias, conditional F, standard error and power with nothing held fixed, and with the modifiers that take a bias away.

    A row for each effect that drawn modifiers endanger, with both numbers; theory section 14, equation (14.4).

    Args:
        diagnosis: the design in numbers; its design has modifiers and its plan says what they do.
        estimand: one effect; None for all that have the unit of the first.
        narrow: panels below each other, for a narrow page.

    Raises:
        InvalidQuestionError: there is no effect for which the plan has both numbers.
        ReportError: matplotlib is not installed.
    """
    demand(diagnosis, Diagnosis)
    shown = _shown(diagnosis, estimand)
    words = listed(
        [
            diagnosis.anticipated.design.modifier_words(n)
            for n in dict.fromkeys(n for b in shown for n in b.held)
        ]
    )
    with looks():
        height = 0.75 + 0.3 * len(shown)
        if narrow:
            figure, panels = blank(4, 1, (SLENDER, 0.8 + 4 * height))
        else:
            figure, panels = blank(2, 2, (6.4, 0.6 + 2 * height))
        for place, (axes, (heading, form, measure)) in enumerate(zip(panels, MEASURES, strict=True)):
            own = form or f".{diagnosis.digits}f"
            _panel(axes, shown, heading, own, measure, named=narrow or place % 2 == 0)
        handles = [sample("nothing held fixed", **PLAIN), sample(f"held fixed: {words}"[:90], **HELD)]
        legend_above(figure, handles, 1 if narrow else 2)
    return figure


def _shown(diagnosis: Diagnosis, estimand: Estimand | str | None) -> list[Bought]:
    """The effects with both numbers, all in one unit."""
    design = diagnosis.anticipated.design
    found = [one for one in diagnosis.bought if one.then is not None]
    if estimand is not None:
        asked = estimand_of(design, estimand)
        found = [one for one in found if one.finding.estimand == asked]
    if not found:
        which = "no effect" if estimand is None else str(estimand_of(design, estimand))
        raise InvalidQuestionError(
            [
                f"{which} has numbers with and without modifiers held fixed; draw the modifiers of its arrows in the design, and "
                "state what they do in the plan: Plan(modifiers={'wages': {'T -> M': 0.5, 'M -> Y': 0.4}})"
            ]
        )
    unit = _unit(diagnosis, found[0])
    return [one for one in found if _unit(diagnosis, one) == unit]


def _unit(diagnosis: Diagnosis, one: Bought) -> str:
    at = diagnosis.anticipated
    end = resolve(at.design, one.finding.estimand)
    return short_unit(at.plan, at.design, end.source, end.target)


def _panel(
    axes: Axes, shown: Sequence[Bought], heading: str, form: str, measure: Measure, *, named: bool
) -> None:
    """A row for each effect: two marks, joined, and their numbers."""
    for place, one in enumerate(shown):
        assert one.then is not None
        values = [measure(one.now), measure(one.then)]
        known = [value for value in values if value is not None]
        axes.plot(known, [place] * len(known), color=GREY, linewidth=1.0, zorder=1)
        for value, look in zip(values, (PLAIN, HELD), strict=True):
            if value is not None:
                axes.plot([value], [place], zorder=3, clip_on=False, **look)
        said = " → ".join("none" if value is None else f"{value:{form}}" for value in values)
        axes.annotate(said, (1.0, place), xycoords=("axes fraction", "data"), xytext=(0, 7), textcoords="offset points",
                      ha="right", va="bottom", fontsize=7.5, annotation_clip=False)  # fmt: skip
    low, high = axes.get_xlim()
    axes.set_xlim(min(low, 0.0), max(high, 1.0) if "power" in heading else high)
    axes.axvline(0, color=PALE, linewidth=0.8, zorder=0)
    axes.set_ylim(len(shown) - 0.6, -0.7)
    axes.set_yticks(
        range(len(shown)), [lines_of(str(one.finding.estimand), 22) if named else "" for one in shown]
    )
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(literal(heading))
