"""Compliance against effect: (vi), (v) of one site and one mediator, and (v.a), (v.b) of the pooled ratio."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from identcheck.decide.assumptions.base import (
    BY_DECLARATION,
    BY_DESIGN,
    FALSIFIABLE,
    NEITHER,
    OPEN,
    Assumption,
    Details,
    Lines,
    Setting,
    met,
)
from identcheck.decide.assumptions.moderation import still_granted
from identcheck.decide.assumptions.products import products_within, random_coefficients
from identcheck.decide.assumptions.stories import (
    LABELS,
    NOTHING_MEASURED,
    if_it_fails,
    is_or_are,
    joint_statement,
    selection,
    site_ratio,
    site_story,
    zero_covariances,
)
from identcheck.decide.conditions import Between, Condition, Within, of_kind
from identcheck.decide.conditions.breaking import breaks
from identcheck.derive.counting import ladder_counts
from identcheck.derive.moments import mean, mean_effect
from identcheck.derive.paths import any_varies, count_paths, effect_symbol, reaches
from identcheck.derive.words import averaged, brief, capital, compliances, effect_words
from identcheck.describe.design import Design
from identcheck.symbols.algebra import moment

__all__ = ["between_pooled", "single_covariance", "within", "within_pooled"]

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
        + ("" if s.parallel or not s.among_several else ", along every upstream path"),
        statement=joint_statement(setting, open_ones or conditions, s.place),
        written=partial(zero_covariances, setting, open_ones or conditions),
        spelt_out=partial(_within_details, setting, open_ones),
        reason="The covariances drop out of equation (10), which leaves products of site averages, (11).",
        status=met(conditions),
        status_text=_within_status(setting, conditions) + _granted(setting, conditions),
        check=NEITHER,
        check_text=f"The two effects of one {design.word('person')} are never observed together"
        + ("." if design.sites == 1 else ", so it cannot be checked apart from (ii) and (vii)."),
        breaks=breaks(open_ones[0]) if open_ones else selection(setting, design.mediators[0]),
        remarks=(random_coefficients("vi", design), *site_ratio(setting), *products_within(setting)),
    )


def _granted(setting: Setting, conditions: Sequence[Within]) -> str:
    """What is left to be granted beside the drawn causes."""
    if any(c.violated for c in conditions):
        return ""
    return still_granted(setting, next((c for c in conditions if not c.implied), None))


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
        return f"{_same(setting)}."
    text = _two_effects(setting)
    for c in implied:
        how = "it holds, as" if c.declared else "it holds by design:"
        text += f" For {brief(setting.design, c.regressor)} {how} {c.implied}."
    return text


def _within_details(setting: Setting, conditions: Sequence[Within]) -> Details:
    """The expansion along upstream paths for each regressor that has more than one term."""
    lines, formulas = [], []
    for c in conditions:
        ladder = c.moments(order=None) if _small(c) else ()
        if not ladder:
            label = brief(c.design, c.regressor)
            lines.append(
                f"For {label} the expansion has too many terms to print; the condition above, on its total compliance, is "
                "exact."
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
            "moment in the expansion does; terms could also cancel, but that is not to be relied on. Third moments "
            "vanish, for instance, where the coefficients are jointly normal.",
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


def single_covariance(setting: Setting) -> Assumption:
    """(v) of one site and one mediator: no person-specific compliance-effect covariance."""
    within_one = of_kind(setting.conditions, Within)
    design = setting.design
    settled = (within_one[0].violated or within_one[0].implied) if within_one else ""
    m, person = design.mediators[0], design.word("person")
    return Assumption(
        numeral="v",
        title="No person-specific compliance-effect covariance",
        statement=capital(
            f"from {person} to {person}, {compliances(design, [m], design.treatments)} {is_or_are(design)} uncorrelated with "
            f"{effect_words(design, m, design.outcome)}.",
            design,
        ),
        written=partial(zero_covariances, setting, within_one),
        reason="The mean of the product in equation (2) is then the product of the means, which gives (3).",
        status=met(within_one),
        status_text=capital(settled, setting.design) + "."
        if settled
        else _two_effects(setting) + _granted(setting, within_one),
        check=NEITHER,
        check_text=f"The two effects of one {design.word('person')} are never observed together.",
        breaks=selection(setting, m),
        remarks=(*if_it_fails(setting), random_coefficients("v", design), LABELS),
    )


def within_pooled(setting: Setting) -> Assumption:
    """(v.a): no average within-site compliance-effect covariance, for the pooled ratio."""
    design = setting.design
    m = design.mediators[0]
    moves = _both_vary(design, "persons")
    return Assumption(
        numeral="v.a",
        title="No average within-site compliance-effect covariance (pooled ratio)",
        statement=capital(
            f"within {design.word('sites')}, averaged over them, {compliances(design, [m], design.treatments)} "
            f"{is_or_are(design)} uncorrelated with {effect_words(design, m, design.outcome)}.", setting.design
        ),
        written=partial(_zero_within, setting),
        reason="It removes the last term of equation (8). It is weaker than (vi), which asks it of every site, and "
        "serves the pooled ratio only.",
        status=_status(setting, Within, moves),
        status_text=_declared(setting, Within) or f"{_same(setting)}." if not moves else
        "It is needed only if the pooled ratio replaces the regression; (vi) implies it.",
        check=NEITHER,
        check_text=f"The two effects of one {design.word('person')} are never observed together.",
        breaks=selection(setting, m),
    )  # fmt: skip


def between_pooled(setting: Setting) -> Assumption:
    """(v.b): no between-site compliance-effect covariance, for the pooled ratio."""
    design = setting.design
    m = design.mediators[0]
    moves = design.sites != 1 and _both_vary(design, "sites")
    return Assumption(
        numeral="v.b",
        title="No between-site compliance-effect covariance (pooled ratio)",
        statement=capital(
            f"across {design.word('sites')}, {averaged(effect_words(design, m, design.outcome))} is uncorrelated with "
            f"{averaged(compliances(design, [m], design.treatments))}.", setting.design
        ),
        written=partial(_zero_between, setting),
        reason="It removes the middle term of equation (8). It is weaker than (vii): the regression through the "
        "origin needs a third moment to vanish besides.",
        status=_status(setting, Between, moves),
        status_text=_declared(setting, Between) or f"One effect is the same in all {design.word('sites')}." if not moves else
        "It is needed only if the pooled ratio replaces the regression; (vii) implies it.",
        check=FALSIFIABLE,
        check_text="As for (vii): curvature in the scatter of site effects speaks against it.",
        breaks=site_story(setting, m),
    )  # fmt: skip


def _two_effects(setting: Setting) -> str:
    return f"It is about two effects of the same {setting.design.word('person')}."


def _same(setting: Setting) -> str:
    """Why a covariance within sites is zero by design."""
    return f"One of the two effects is the same for all {setting.design.word('persons')} of a {setting.design.word('site')}"


def _arms(design: Design) -> list[str]:
    """The arms that reach the mediator."""
    return [arm for arm in design.treatments if reaches(design, arm, design.mediators[0])]


def _both_vary(design: Design, level: str) -> bool:
    """Whether the effect of the mediator and its compliance with some arm both vary, so that they may covary."""
    m = design.mediators[0]
    below = any_varies(design, level, m, design.outcome)
    return below and any(any_varies(design, level, arm, m) for arm in _arms(design))


def _zero_within(setting: Setting) -> Lines:
    design, m = setting.design, setting.design.mediators[0]
    below = effect_symbol(design, m, design.outcome)
    items = (moment("persons", (effect_symbol(design, arm, m), below)) for arm in _arms(design))
    return tuple(f"{setting.tex(mean(item))} = 0" for item in items)


def _zero_between(setting: Setting) -> Lines:
    design, m = setting.design, setting.design.mediators[0]
    below = mean_effect(design, m, design.outcome)
    items = (moment("sites", (mean_effect(design, arm, m), below)) for arm in _arms(design))
    return tuple(f"{setting.tex(item)} = 0" for item in items)


def _status(setting: Setting, kind: type[Condition], moves: bool) -> str:
    own = of_kind(setting.pooled, kind)
    if moves and (_declared(setting, kind) or any(c.violated for c in own)):
        return met(own)
    return OPEN if moves or not setting.regression.regressors else BY_DESIGN


def _declared(setting: Setting, kind: type[Condition]) -> str:
    """The declarations by which the pooled ratio's condition of a kind holds, or cannot; "" without."""
    own = of_kind(setting.pooled, kind)
    found = [c.violated or c.implied for c in own if c.violated or c.declared]
    return f"{capital(found[0], setting.design)}." if found else ""
