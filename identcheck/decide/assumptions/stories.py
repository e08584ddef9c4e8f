"""Phrases that several assumptions share: what would break them, what holds instead if they fail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from identcheck.decide.conditions.breaking import respond_more, sites_differ
from identcheck.derive.paths import effect_symbol, reaches
from identcheck.derive.words import brief, capital
from identcheck.describe.design import Design
from identcheck.symbols.algebra import moment

if TYPE_CHECKING:
    from identcheck.decide.assumptions.base import Lines, Setting
    from identcheck.decide.conditions.base import Condition

__all__ = [
    "LABELS",
    "MOST_SENTENCES",
    "NOTHING_MEASURED",
    "Remark",
    "formulas_of",
    "if_it_fails",
    "is_or_are",
    "joint_statement",
    "selection",
    "site_ratio",
    "site_story",
    "zero_covariances",
]


@dataclass(frozen=True)
class Remark:
    """A short discussion that belongs to one assumption: heading and text."""

    heading: str
    text: str


NOTHING_MEASURED = (
    "No mediator on the way is measured, so no regression can use it; for one that is measured it must hold."
)


LABELS = Remark(
    "The paper's labels",
    "Where the paper states its assumptions for one mediator it labels the compliance-effect covariance (iv) a second time, and "
    "the effective instrument (v); from there on they are (v) and (vi), as here.",
)
"""A remark on the paper's own numbering."""

MOST_SENTENCES = 4
"""With more mediators than this the list gives one sentence for all of them; the formulas stay."""


def joint_statement(setting: Setting, conditions: Sequence[Condition], where: str) -> str:
    """The sentences of the conditions; one sentence for all where there are many, or none is measured."""
    s = setting
    if 0 < len(conditions) <= MOST_SENTENCES:
        return " ".join(c.statement for c in conditions)
    return capital(
        f"{where}, the effect of treatment on {'each mediator' if s.several else s.mediators} is unrelated to that mediator's "
        f"own effect on {s.outcome}"
        + (", and to those of the others." if where.startswith("across") and s.several else "."),
        s.design,
    )


def formulas_of(conditions: Sequence[Condition]) -> Lines:
    """The conditions as formulas."""
    return tuple(c.latex for c in conditions)


def zero_covariances(setting: Setting, conditions: Sequence[Condition]) -> Lines:
    """The conditions as formulas; without any, that of the first mediator and the first arm that reaches it."""
    design = setting.design
    m = design.mediators[0]
    if conditions:
        return formulas_of(conditions)
    arm = next(a for a in design.treatments if reaches(design, a, m))
    pair = (effect_symbol(design, arm, m), effect_symbol(design, m, design.outcome))
    return (f"{setting.tex(moment('persons', pair))} = 0",)


def is_or_are(design: Design) -> str:
    """Choose "is" or "are", for one arm or several."""
    return "are" if len(design.treatments) > 1 else "is"


def selection(setting: Setting, m: str) -> str:
    """What would break it within sites: those who respond more are those to whom it matters more."""
    design = setting.design
    arms = tuple(arm for arm in design.treatments if reaches(design, arm, m)) or design.treatments
    return respond_more(design, arms, m, design.outcome)


def site_story(setting: Setting, m: str) -> str:
    """What would break it between sites: a feature of sites that bears on both."""
    design = setting.design
    return sites_differ(design, design.treatments, m, m, design.outcome)


def if_it_fails(setting: Setting) -> tuple[Remark, ...]:
    """What one site estimates where (v) fails: CWATE, LATE, TOT (theory, equations (5) and (6))."""
    design = setting.design
    m, persons = design.mediators[0], design.word("persons")
    arms = [arm for arm in design.treatments if reaches(design, arm, m)]
    remarks = [
        Remark(
            "If it fails",
            "The ratio of the two contrasts is then the compliance-weighted average treatment effect (CWATE), equation "
            f"(5): {persons} whose mediator treatment changes more count more. It differs from the average effect "
            "by the covariance divided by the average compliance, so the smaller the compliance, the larger the bias.",
        )
    ]
    treatment = len(design.treatments) > 1 or design.scales.get(arms[0]) == "binary"
    binary = treatment and design.scales.get(m) == "binary"
    if binary:
        remarks.append(
            Remark(
                "Binary treatment and mediator",
                "If, in place of (v), there are no defiers (monotonicity), the ratio is the local average treatment effect "
                "(LATE), the average effect among compliers, equation (6). The average effect itself does not need "
                "monotonicity.",
            )
        )
    if binary and all(design.graph.edges[arm, m].get("noncompliance") == "one-sided" for arm in arms):
        remarks.append(
            Remark(
                "One-sided noncompliance",
                f"Controls cannot get {brief(design, m)}, so there are neither defiers nor always-takers: the ratio is "
                f"the effect of treatment on the treated (TOT), the average effect among those for whom {setting.treatment} "
                f"{setting.does('leads', 'lead')} to {brief(design, m)}.",
            )
        )
    return tuple(remarks)


def site_ratio(setting: Setting) -> tuple[Remark, ...]:
    """What a site's ratio is where (vi) fails; for one mediator only."""
    design = setting.design
    if len(design.mediators) > 1 or design.single:
        return ()
    return (
        Remark(
            "If it fails",
            f"The ratio of the contrasts within a {design.word('site')} is then its compliance-weighted average effect, not its "
            "average effect, and the regression averages those ratios.",
        ),
    )
