"""(vi) Compliance against effect from person to person within a site."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from identcheck.decide.assumptions.base import (
    BY_DECLARATION,
    NEITHER,
    Assumption,
    Details,
    Setting,
    met,
)
from identcheck.decide.assumptions.stories import (
    NOTHING_MEASURED,
    joint_statement,
    random_coefficients,
    selection,
    site_ratio,
    zero_covariances,
)
from identcheck.decide.conditions import Within, of_kind
from identcheck.derive.counting import ladder_counts
from identcheck.derive.paths import count_paths
from identcheck.derive.words import capital

__all__ = ["within"]


MOST_PATHS = 10
MOST_MOMENTS = 200
"""Expansions along more pairs of paths, or with more moments, are left to the factored form, and the list says so."""


def within(setting: Setting) -> Assumption:
    """(vi) Zero within-site compliance-effect covariance for each mediator."""
    s, design = setting, setting.design
    conditions = of_kind(setting.conditions, Within)
    open_ones = [c for c in conditions if not c.implied]
    return Assumption(
        numeral="vi",
        title=(
            "No compliance-effect covariance"
            if design.sites == 1
            else "No within-site compliance-effect covariance"
        )
        + ("" if s.parallel else ", along every upstream path"),
        statement=joint_statement(setting, open_ones or conditions, s.place),
        written=partial(zero_covariances, setting, open_ones or conditions),
        spelt_out=partial(_within_details, setting, open_ones),
        reason="The covariances drop out of equation (10), which leaves products of site averages, (11).",
        status=met(conditions),
        status_text=_within_status(setting, conditions),
        check=NEITHER,
        check_text="Both effects of one person are never seen together"
        + ("." if design.sites == 1 else ", so that it cannot be checked apart from (ii) and (vii)."),
        breaks=selection(setting, (open_ones[0].regressor if open_ones else design.mediators[0])),
        remarks=(random_coefficients("vi"), *site_ratio(setting)),
    )


def _within_status(setting: Setting, conditions: Sequence[Within]) -> str:
    if not conditions:
        return NOTHING_MEASURED
    broken = [c.violated for c in conditions if c.violated]
    if broken:
        return f"{capital(broken[0], setting.design)}."
    implied = [c for c in conditions if c.implied]
    if met(conditions) == BY_DECLARATION:
        return " ".join(dict.fromkeys(f"{capital(c.implied, setting.design)}." for c in conditions))
    if len(implied) == len(conditions):
        return "No coefficient on one side or the other varies between the persons of a site."
    text = "It is about two effects of the same person."
    for c in implied:
        how = "it holds, as" if c.declared else "it holds by design:"
        text += f" For {setting.design.label(c.regressor)} {how} {c.implied}."
    return text


def _within_details(setting: Setting, conditions: Sequence[Within]) -> Details:
    """The expansion along upstream paths for each regressor that has more than one term."""
    lines, formulas = [], []
    for c in conditions:
        ladder = c.moments(order=None) if _small(c) else ()
        if not ladder:
            label = c.design.label(c.regressor)
            lines.append(
                f"For {label} the expansion has too many terms to print; the condition on its total compliance above "
                "is the exact form."
            )
            continue
        if len(ladder) <= len(c.covariances):
            continue
        for covariance_, expansion in zip(c.covariances, c.expanded(), strict=False):
            formulas.append(f"{setting.tex(covariance_)} = {setting.tex(expansion)} = 0")
    if formulas:
        lines.insert(
            0,
            "Where treatment reaches a mediator along several paths, or through other mediators, the covariance "
            "expands along every upstream path. It vanishes whatever the means if every covariance and every higher "
            "moment in the expansion does; terms could also cancel one another, which no one should count on. Third "
            "moments vanish, for instance, where the coefficients are jointly normal.",
        )
    return tuple(lines), tuple(formulas)


def _small(condition: Within) -> bool:
    """Whether the expansion has few enough paths, and its paths few enough moments, to be written out."""
    reg, u = condition.regression, condition.regressor
    others = reg.others(u)
    up = sum(count_paths(reg.design, arm, u) for arm in reg.arms)
    if up * count_paths(reg.design, u, reg.outcome, others) > MOST_PATHS:
        return False
    return sum(ladder_counts(reg.design, reg.arms, u, reg.outcome, others).values()) <= MOST_MOMENTS
