"""(v) of one site, (v.a), (v.b), (vi), (vii): compliance against effect, within and between sites."""

from __future__ import annotations

from collections.abc import Sequence

from identcheck.assumptions.base import (
    BY_DESIGN,
    FALSIFIABLE,
    NEITHER,
    OPEN,
    Assumption,
    Remark,
    Setting,
)
from identcheck.conditions import Between, Condition, Within
from identcheck.design import Design
from identcheck.moments import covariance, expand_between, mean, mean_effect, within_covariance
from identcheck.notation import moment
from identcheck.paths import count_paths, effect_symbol, reaches
from identcheck.words import capital, compliances, effect_words, listed

__all__ = ["between", "between_pooled", "single_covariance", "within", "within_pooled"]

NOTHING_MEASURED = (
    "No mediator on the way is measured, so no regression can use it; for one that is measured it must hold."
)

MOST_SENTENCES = 4
"""With more mediators than this the list gives one sentence for all of them; the formulas stay."""

FEW_SITES = 20
"""Below this many sites the list says that a test for curvature has little power."""

MOST_TERMS = 40
"""Expansions with more terms than this are left to the factored form, and the list says so."""


def single_covariance(setting: Setting) -> Assumption:
    """(v) of one site and one mediator: no person-specific compliance-effect covariance."""
    within_one = _within_conditions(setting)
    _s, design = setting, setting.design
    implied = within_one[0].implied if within_one else ""
    m = design.mediators[0]
    return Assumption(
        numeral="v",
        title="No person-specific compliance-effect covariance",
        statement=_covariance_statement(setting, m),
        formulas=tuple(c.latex for c in within_one) or (_zero_covariance(setting, m),),
        reason="The mean of the product in equation (2) is then the product of the means, which gives (3).",
        status=BY_DESIGN if implied else OPEN,
        status_text=capital(implied, setting.design) + "."
        if implied
        else "It is about two effects of the same person.",
        check=NEITHER,
        check_text="Both effects of one person are never seen together.",
        breaks=_selection(setting, m),
        remarks=(*_cwate(setting), _crc("v")),
    )


def within_pooled(setting: Setting) -> Assumption:
    """(v.a): no average within-site compliance-effect covariance, for the pooled ratio."""
    design = setting.design
    m = design.mediators[0]
    arms = [arm for arm in design.treatments if reaches(design, arm, m)]
    items = [
        moment("persons", (effect_symbol(design, arm, m), effect_symbol(design, m, design.outcome)))
        for arm in arms
    ]
    item = any(within_covariance(design, arm, m, design.outcome, ()) != 0 for arm in arms)
    return Assumption(
        numeral="v.a",
        title="No average within-site compliance-effect covariance (pooled ratio)",
        statement=capital(
            f"on average over sites, {compliances(design, [m], design.treatments)} "
            f"{_is(design)} uncorrelated within a site with {effect_words(design, m, design.outcome)}.", setting.design
        ),
        formulas=tuple(f"{setting.tex(mean(zero))} = 0" for zero in items),
        reason="It removes the last term of equation (8). It is weaker than (vi), which asks it of every site, and "
        "serves the pooled ratio only.",
        status=OPEN if item or not setting.regression.regressors else BY_DESIGN,
        status_text="The coefficients do not vary between persons of a site." if not item else
        "It is needed only if the pooled ratio is used instead of the regression; (vi) implies it.",
        check=NEITHER,
        check_text="Both effects of one person are never seen together.",
        breaks=_selection(setting, m),
    )  # fmt: skip


def between_pooled(setting: Setting) -> Assumption:
    """(v.b): no between-site compliance-effect covariance, for the pooled ratio."""
    design = setting.design
    m = design.mediators[0]
    arms = [arm for arm in design.treatments if reaches(design, arm, m)]
    pairs = [(mean_effect(design, arm, m), mean_effect(design, m, design.outcome)) for arm in arms]
    item = any(covariance(design, *pair) != 0 for pair in pairs)
    return Assumption(
        numeral="v.b",
        title="No between-site compliance-effect covariance (pooled ratio)",
        statement=capital(
            f"across sites, the site average of {effect_words(design, m, design.outcome)} is uncorrelated with that "
            f"of {compliances(design, [m], design.treatments)}.", setting.design
        ),
        formulas=tuple(f"{setting.tex(moment('sites', pair))} = 0" for pair in pairs),
        reason="It removes the middle term of equation (8). It is weaker than (vii): the regression through the "
        "origin needs a third moment to vanish besides.",
        status=OPEN if item or not setting.regression.regressors else BY_DESIGN,
        status_text="One of the two does not vary between sites." if not item else
        "It is needed only if the pooled ratio is used instead of the regression; (vii) implies it.",
        check=FALSIFIABLE,
        check_text="As (vii): a curved cloud of site effects speaks against it.",
        breaks=_site_story(setting, m),
    )  # fmt: skip


def within(setting: Setting) -> Assumption:
    """(vi) Zero within-site compliance-effect covariance for each mediator."""
    s, design = setting, setting.design
    conditions = _within_conditions(setting)
    open_ones = [c for c in conditions if not c.implied]
    details, expansions = _within_details(setting, open_ones)
    return Assumption(
        numeral="vi",
        title=(
            "No compliance-effect covariance"
            if design.sites == 1
            else "No within-site compliance-effect covariance"
        )
        + ("" if s.parallel else ", along every upstream path"),
        statement=_statement(setting, open_ones or conditions, s.place),
        formulas=tuple(c.latex for c in open_ones or conditions)
        or (_zero_covariance(setting, design.mediators[0]),),
        details=details,
        detail_formulas=expansions,
        reason="The covariances drop out of equation (10), which leaves products of site averages, (11).",
        status=OPEN if open_ones or not conditions else BY_DESIGN,
        status_text=_within_status(setting, conditions),
        check=NEITHER,
        check_text="Both effects of one person are never seen together; no data on sites or persons bear on it.",
        breaks=_selection(setting, (open_ones[0].regressor if open_ones else design.mediators[0])),
        remarks=(_crc("vi"), *_site_late(setting)),
    )


def between(setting: Setting) -> Assumption:
    """(vii) Between-site cross-mediator compliance-effect independence."""
    s, design = setting, setting.design
    conditions = [c for c in setting.conditions if isinstance(c, Between)]
    open_ones = [c for c in conditions if not c.implied]
    details, expansions = _between_details(setting, open_ones)
    one_site = design.sites == 1
    enough = design.sites is None or design.sites > len(setting.regression.columns) + 1
    if one_site:
        status_text = "With one site there is nothing to vary between sites."
    elif open_ones:
        status_text = (
            "Sites are not assigned their compliances at random; this is the assumption that needs the strongest "
            "argument."
        )
    else:
        status_text = (
            " ".join(dict.fromkeys(f"{capital(c.implied, design)}." for c in conditions)) or NOTHING_MEASURED
        )
    return Assumption(
        numeral="vii",
        title="Between-site " + ("cross-mediator " if s.several else "") + "compliance-effect independence",
        statement=_between_statement(setting, open_ones or conditions),
        formulas=tuple(c.latex for c in open_ones or conditions) or (_mean_independence(setting),),
        details=details,
        detail_formulas=expansions,
        reason="The error of equation (11) then has mean zero at every value of the compliances, so the regression "
        "is consistent.",
        status=OPEN if not one_site and (open_ones or not conditions) else BY_DESIGN,
        status_text=status_text,
        check=NEITHER if one_site or not enough else FALSIFIABLE,
        check_text=_between_check(setting, one_site, enough),
        breaks=_site_story(setting, open_ones[0].regressor if open_ones else design.mediators[0]),
    )


def _statement(setting: Setting, conditions: Sequence[Condition], where: str) -> str:
    """The sentences of the conditions; one sentence for all where there are many, or none is measured."""
    s = setting
    if 0 < len(conditions) <= MOST_SENTENCES:
        return " ".join(c.statement for c in conditions)
    return capital(
        f"{where}, the effect of treatment on each of {s.mediators} is unrelated to that mediator's own effect on "
        f"{s.outcome}" + (", and to those of the others." if where == "across sites" and s.several else "."),
        s.design,
    )


def _between_statement(setting: Setting, conditions: Sequence[Between]) -> str:
    """One sentence for the effects of all regressors, since all are held against the same compliances."""
    if not 1 < len(conditions) <= MOST_SENTENCES:
        return _statement(setting, conditions, "across sites")
    reg = conditions[0].regression
    return (
        f"Across sites, the site averages of {listed([c.phrase for c in conditions])} have the same expectations whatever "
        f"the site averages of {compliances(setting.design, reg.regressors, reg.arms)}."
    )


def _mean_independence(setting: Setting) -> str:
    """The formula of (vii) for the first mediator where no regression can use it."""
    design = setting.design
    gamma = setting.tex(mean_effect(design, design.treatments[0], design.mediators[0]))
    delta = setting.tex(mean_effect(design, design.mediators[0], design.outcome))
    return rf"\mathbb{{E}}[{delta} \mid {gamma}] = \mathbb{{E}}[{delta}]"


# -- parts -------------------------------------------------------------------------


def _within_conditions(setting: Setting) -> list[Within]:
    return [c for c in setting.conditions if isinstance(c, Within)]


def _covariance_statement(setting: Setting, m: str) -> str:
    design = setting.design
    return capital(
        f"from person to person, {compliances(design, [m], design.treatments)} {_is(design)} uncorrelated with "
        f"{effect_words(design, m, design.outcome)}.",
        setting.design,
    )


def _is(design: Design) -> str:
    return "are" if len(design.treatments) > 1 else "is"


def _zero_covariance(setting: Setting, m: str) -> str:
    design = setting.design
    arm = next(a for a in design.treatments if reaches(design, a, m))
    pair = (effect_symbol(design, arm, m), effect_symbol(design, m, design.outcome))
    return f"{setting.tex(moment('persons', pair))} = 0"


def _selection(setting: Setting, m: str) -> str:
    label = setting.design.label(m)
    return capital(
        f"persons who know or sense how much {label} would do for their {setting.outcome} are moved more, or less, in "
        f"{label} by {setting.treatment}.",
        setting.design,
    )


def _site_story(setting: Setting, m: str) -> str:
    label = setting.design.label(m)
    return capital(
        f"some feature of sites (prices, services, the kind of people, how well the programme is run) both makes "
        f"{setting.treatment} move the mediators more and makes {label} matter more, or less, for {setting.outcome}.",
        setting.design,
    )


def _within_status(setting: Setting, conditions: list[Within]) -> str:
    if not conditions:
        return NOTHING_MEASURED
    implied = [c for c in conditions if c.implied]
    if len(implied) == len(conditions):
        return "No coefficient on one side or the other varies between the persons of a site."
    text = "It is about two effects of the same person."
    for c in implied:
        text += f" For {setting.design.label(c.regressor)} it holds by design: {c.implied}."
    return text


def _within_details(setting: Setting, conditions: list[Within]) -> tuple[tuple[str, ...], tuple[str, ...]]:
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

    reg, u = condition.regression, condition.regressor
    up = sum(count_paths(condition.design, arm, u) for arm in reg.arms)
    down = count_paths(condition.design, u, reg.outcome, reg.others(u))
    return up * down <= MOST_TERMS // 4


def _between_details(setting: Setting, conditions: list[Between]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Cov(r_js, d_us) along upstream paths, where the mediators are not parallel."""
    design = setting.design
    if setting.parallel or not conditions:
        return (), ()
    formulas = []
    for c in conditions:
        for arm in c.regression.arms:
            for j in c.regression.regressors:
                whole = covariance(design, c.regression.compliance(arm, j), c.subject)
                terms = _between_terms(setting, c, arm, j)
                if whole != 0 and terms and terms != setting.tex(whole):
                    formulas.append(f"{setting.tex(whole)} = {terms} = 0")
    lines = []
    if formulas:
        lines.append(
            "Necessary, though not sufficient, is that every covariance between a compliance and an effect vanishes. "
            "A compliance that runs through other mediators expands along its paths, including the covariance within "
            "sites of the coefficients on one path. A simpler form that suffices: the site average of each effect is "
            "mean-independent of the site averages of all upstream arrows, and of their covariances and higher moments "
            "within sites."
        )
    if len(formulas) > 12:
        lines.append(f"The first 12 of {len(formulas)} expansions are printed.")
    return tuple(lines), tuple(formulas[:12])


def _between_terms(setting: Setting, condition: Between, arm: str, j: str) -> str:

    reg, u = condition.regression, condition.regressor
    if count_paths(reg.design, arm, j) * count_paths(reg.design, u, reg.outcome, reg.others(u)) > 6:
        return ""
    expansion = expand_between(reg.design, (arm, j, ()), (u, reg.outcome, reg.others(u)))
    return setting.tex(expansion) if expansion != 0 else ""


def _between_check(setting: Setting, one_site: bool, enough: bool) -> str:
    sites = setting.design.sites
    if one_site:
        return "There is one site."
    if not enough:
        return (
            f"It could be falsified with more sites: {setting.design.sites} leave no room beside "
            f"{_counted(len(setting.regression.columns), 'coefficient')}."
        )
    reg = setting.regression
    shape = {0: "line", 1: "line", 2: "plane"}.get(len(reg.regressors), "hyperplane")
    origin = "" if reg.intercepts else " through the origin"
    signs = "Curvature speaks" if reg.intercepts else "Curvature, or an intercept, speaks"
    few = (
        f" With {sites} sites such a test has little power."
        if sites is not None and sites < FEW_SITES
        else ""
    )
    return (
        "It cannot be verified, but it can be falsified with enough sites: under it the site effects on "
        f"{setting.outcome} scatter around a {shape}{origin}, more widely where compliance is larger. "
        f"{signs} against it; mere scatter does not.{few}"
    )


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _cwate(setting: Setting) -> tuple[Remark, ...]:
    """What one site estimates where (v) fails: CWATE, LATE, TOT (equations 5 and 6)."""
    design = setting.design
    m = design.mediators[0]
    arms = [arm for arm in design.treatments if reaches(design, arm, m)]
    remarks = [
        Remark(
            "If it fails",
            "The ratio of the two contrasts is then the compliance-weighted average treatment effect (CWATE), equation "
            "(5): persons whose mediator is moved more by treatment count more. It differs from the average effect "
            "by the covariance divided by the average compliance, so the smaller the compliance, the larger the bias.",
        )
    ]
    treatment = len(design.treatments) > 1 or design.scales.get(arms[0]) == "binary"
    binary = treatment and design.scales.get(m) == "binary"
    if binary:
        remarks.append(
            Remark(
                "Binary treatment and mediator",
                "If, in place of (v), treatment moves no one the wrong way (monotonicity: no defiers), the ratio is the "
                "local average treatment effect (LATE), the average effect among compliers, equation (6). Monotonicity "
                "is not needed for the average effect itself.",
            )
        )
    if binary and all(design.graph.edges[arm, m].get("noncompliance") == "one-sided" for arm in arms):
        remarks.append(
            Remark(
                "One-sided noncompliance",
                f"Controls cannot get {design.label(m)}, so there are neither defiers nor always-takers: the ratio is "
                "the effect of treatment on the treated (TOT), the average effect among those whom the offer leads to "
                f"{design.label(m)}.",
            )
        )
    return tuple(remarks)


def _site_late(setting: Setting) -> tuple[Remark, ...]:
    design = setting.design
    if len(design.mediators) > 1 or design.single:
        return ()
    return (
        Remark(
            "If it fails",
            "The ratio of the contrasts within a site is then that site's compliance-weighted average effect, not its "
            "average effect, and the regression averages those.",
        ),
    )


def _crc(numeral: str) -> Remark:
    return Remark(
        "Compared with correlated random coefficient models",
        "Heckman and Vytlacil (1998) and Wooldridge (2003) assume that the covariance of the mediator's level with its "
        "effect is constant given treatment and covariates. That needs two things: no covariance of compliance with "
        f"effect, which is ({numeral}), and a covariance of the baseline level with the effect that does not change "
        f"with the covariates. Assumption ({numeral}) is weaker: a correlation of baseline levels of the mediator with "
        "its effects does no harm here.",
    )
