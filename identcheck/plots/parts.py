"""How an intent-to-treat effect divides into what goes through each mediator and what goes past them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from identcheck.decide.division import Division, divisions
from identcheck.decide.identification import check
from identcheck.decide.shares import share_words
from identcheck.derive.words import brief
from identcheck.errors import InvalidQuestionError
from identcheck.plan.closed.diagnosis import Diagnosis, of_others
from identcheck.plan.closed.results import EffectNumbers
from identcheck.plan.closed.t_tests import quantile
from identcheck.plots.choices import demand, unit_of
from identcheck.plots.style import INK, PALE, SLENDER, blank, legend_above, lines_of, literal, looks, sample

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["effect_parts"]

FILLS = (
    ("#0072B2", ""),
    ("#E69F00", "////"),
    ("#009E73", "...."),
    ("#CC79A7", "xxxx"),
    ("#56B4E9", "\\\\\\\\"),
    ("#F0E442", "++"),
)
"""Colour and hatching of the parts; further parts begin again. The part past all mediators is grey."""

BYPASS = ("#bdbdbd", "")
ESTIMATE: dict[str, Any] = {"marker": "o", "color": INK, "markersize": 4.5, "linewidth": 1.2}
MOST = 12


@dataclass(frozen=True)
class _Part:
    """A part of the effect, or the whole.

    Attributes:
        words: through what it goes.
        fill: colour and hatching.
        value: its true value in the anticipated world.
        expected: of its estimate; None without numbers.
        half: half the width of its interval; None without a test.
        share: of the whole, from and to, where there is an interval.
    """

    words: str
    fill: tuple[str, str]
    value: float
    expected: float | None
    half: float | None
    share: str


def effect_parts(diagnosis: Diagnosis, arm: str | None = None, *, narrow: bool = False) -> Figure:
    """The intent-to-treat effect as a bar of its parts, and below it each part with the interval that the plan lets expect.

    Bars are the true values in the anticipated world, which add up to the whole; a dot is the expectation of the estimate, its
    line the interval of level 1 - alpha at the planned numbers. Shares have Fieller's intervals (theory, equations (16.2) and
    (16.3)).

    Args:
        diagnosis: the design in numbers.
        arm: of several; None for the first.
        narrow: for a narrow page.

    Raises:
        InvalidQuestionError: the effect is one part, or there is no such arm.
        ReportError: matplotlib is not installed.
    """
    demand(diagnosis, Diagnosis)
    division = _division(diagnosis, arm)
    parts, whole = _parts(diagnosis, division)
    rows = [*parts, whole]
    with looks():
        size = (SLENDER, 1.5 + 0.5 * len(rows)) if narrow else (6.4, 1.3 + 0.42 * len(rows))
        figure, (axes,) = blank(size=size)
        _bar(axes, parts)
        for place, part in enumerate(rows, 1):
            _row(axes, place, part, narrow)
        axes.axvline(0, color=INK, linewidth=0.8)
        axes.set_ylim(len(rows) + 0.6, -0.6)
        letters = 18 if narrow else 34
        axes.set_yticks(
            range(len(rows) + 1), ["the parts", *(_label(part, letters, narrow) for part in rows)]
        )
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        design = diagnosis.anticipated.design
        arm_words = f"{brief(design, division.whole.target.source)} on {brief(design, design.outcome)}"
        axes.set_xlabel(
            lines_of(
                f"part of the effect of {arm_words} ({unit_of(diagnosis, design.outcome)})",
                40 if narrow else 80,
            )
        )
        if not narrow and any(part.share for part in parts):
            _beside(axes, 0, "share of the whole")
        level = f"{100 * (1 - diagnosis.anticipated.plan.alpha):g}%"
        legend_above(figure, [sample(f"estimate expected, with {level} interval", **ESTIMATE)])
    return figure


def _division(diagnosis: Diagnosis, arm: str | None) -> Division:
    design = diagnosis.anticipated.design
    if arm is not None and arm not in design.treatments:
        raise InvalidQuestionError([f"arm {arm!r} is none of the design's: {', '.join(design.treatments)}"])
    found = divisions(check(design, diagnosis.granted, prove=False))
    for division in found:
        if arm is None or division.whole.target.source == arm:
            return division
    raise InvalidQuestionError(
        [
            "the intent-to-treat effect is one part: all of it goes through one mediator last, so that there is nothing to divide"
        ]
    )


def _parts(diagnosis: Diagnosis, division: Division) -> tuple[list[_Part], _Part]:
    """The parts, of many the largest, and the whole."""
    found = of_others(diagnosis, [division.whole.estimand, *(part.estimand for part in division.parts)])
    made = []
    for place, part in enumerate(division.parts):
        bypass = part.target.last is None
        fill = BYPASS if bypass else FILLS[place % len(FILLS)]
        words = "past all measured mediators" if bypass else f"through {division.through(part)}"
        made.append(_part(diagnosis, found[part.estimand], words, fill))
    kept = sorted(range(len(made)), key=lambda n: -abs(made[n].value))[:MOST]
    whole = _part(diagnosis, found[division.whole.estimand], "the whole effect", ("white", ""))
    return [made[n] for n in sorted(kept)], whole


def _part(diagnosis: Diagnosis, numbers: EffectNumbers, words: str, fill: tuple[str, str]) -> _Part:
    now, target = numbers.prospect, numbers.question.target
    expected = None if now is None else target + now.bias
    half = None
    if now is not None and now.degrees >= 1:
        half = quantile(now.degrees, diagnosis.anticipated.plan.alpha) * now.se
    share = ""
    if numbers.share is not None and numbers.share_low is not None and numbers.share_high is not None:
        share = share_words(numbers.share, numbers.share_low, numbers.share_high)
    return _Part(words, fill, target, expected, half, share)


def _look(part: _Part) -> dict[str, Any]:
    colour, hatch = part.fill
    return {"facecolor": colour, "hatch": hatch, "edgecolor": INK, "linewidth": 0.5}


def _bar(axes: Axes, parts: Sequence[_Part]) -> None:
    """All parts in one bar: those below 0 to the left."""
    right = left = 0.0
    for part in parts:
        axes.barh(0, part.value, left=right if part.value > 0 else left, height=0.6, **_look(part))
        right, left = (right + part.value, left) if part.value > 0 else (right, left + part.value)


def _row(axes: Axes, place: int, part: _Part, narrow: bool) -> None:
    axes.axhline(place, color=PALE, linewidth=0.6, zorder=0)
    axes.barh(place, part.value, height=0.5, zorder=2, **_look(part))
    if part.expected is not None:
        errors = None if part.half is None else [part.half]
        axes.errorbar([part.expected], [place], xerr=errors, fmt="o", color=INK, markersize=4.5, elinewidth=1.2, capsize=2.5,
                      zorder=4)  # fmt: skip
    if part.share and not narrow:
        _beside(axes, place, part.share)


def _label(part: _Part, letters: int, narrow: bool) -> str:
    """Through what a part goes; on a narrow page its share below."""
    words = lines_of(part.words, letters)
    return f"{words}\n{literal(part.share)}" if narrow and part.share else words


def _beside(axes: Axes, place: int, words: str) -> None:
    """Words at the right of a row."""
    axes.annotate(literal(words), (1.02, place), xycoords=("axes fraction", "data"), va="center", fontsize=7.5,
                  annotation_clip=False)  # fmt: skip
