"""What a designer of the trial would say of each effect, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from identcheck.decide.estimands import Estimand
from identcheck.decide.strategies import Strategy
from identcheck.derive.words import capital
from identcheck.describe.design import Design
from identcheck.plan.closed.biased import TOLERABLE
from identcheck.plan.closed.diagnosis import Diagnosis
from identcheck.plan.closed.result_tables import in_the_open
from identcheck.plan.closed.results import EffectNumbers
from identcheck.plan.closed.strength import Strength
from identcheck.plan.closed.warnings import one_by_one
from identcheck.plan.inputs.units import per
from identcheck.plan.sensitivity.result import Sensitivity
from identcheck.plots.choices import unit_of
from identcheck.report.blocks import Paragraph

__all__ = ["effect_paragraphs", "short_number"]

CAUSES = {
    "between": "compliance and effect covary across {sites}",
    "within": "compliance and effect covary among the {persons} of a {site}",
    "bypass": "paths go around the mediators",
    "left_out": "arrows between mediators are left out",
    "persons": "there are few {persons} in a {site}",
    "sites": "there are few {sites}",
}

NOTABLE = 0.1
"""A bias of this share of the standard error on is said to come from its main cause."""


def effect_paragraphs(diagnosis: Diagnosis, sensitivity: Sensitivity) -> Iterator[Paragraph]:
    """For each effect its true value, bias, standard error, power, strength and robustness value, in words."""
    for effect in in_the_open(diagnosis.effects, diagnosis.anticipated.design):
        term = f"{capital(effect.question.words)}, {effect.question.estimand}"
        yield Paragraph(" ".join(_sentences(diagnosis, sensitivity, effect)), term)


def _sentences(diagnosis: Diagnosis, sensitivity: Sensitivity, effect: EffectNumbers) -> Iterator[str]:
    question = effect.question
    yield f"Its true value is taken to be {short_number(question.target)} ({_unit(diagnosis, question.estimand)})."
    if question.strategy is None:
        yield f"It is not estimated: {question.reason.rstrip('.')}."
        return
    yield _bias(diagnosis.anticipated.design, effect)
    yield _power(diagnosis, effect)
    yield from filter(None, (_strength(diagnosis, effect), _robustness(sensitivity, effect)))


def _unit(diagnosis: Diagnosis, estimand: Estimand) -> str:
    """The unit of an effect: that of its end, by that of its beginning unless that is the offer."""
    design = diagnosis.anticipated.design
    nodes = (design.outcome,) if estimand.kind == "mediated" else estimand.nodes or (design.outcome,)
    head = unit_of(diagnosis, nodes[-1])
    if estimand.kind == "interaction":
        nodes = (*nodes, design.outcome)
        return per(
            per(unit_of(diagnosis, nodes[2]), unit_of(diagnosis, nodes[0])), unit_of(diagnosis, nodes[1])
        )
    by_offer = len(nodes) == 1 or nodes[0] in design.treatments
    return head if by_offer else per(head, unit_of(diagnosis, nodes[0]))


def _bias(design: Design, effect: EffectNumbers) -> str:
    assert effect.se is not None
    assert effect.question.strategy is not None
    se = f"a standard error of {short_number(effect.se)}"
    if not effect.question.strategy.regressors:
        return f"The contrast of arms estimates it without bias, with {se}."
    assert effect.bias is not None
    text = f"The estimate has a bias of {short_number(effect.bias, sign=True)} and {se}"
    if effect.budget is None or not effect.bias or abs(effect.bias) < NOTABLE * effect.se:
        return f"{text}."
    budget = effect.budget
    parts = {cause: getattr(budget, cause) for cause in CAUSES}
    main = max((c for c in CAUSES if parts[c] * effect.bias > 0), key=lambda c: abs(parts[c]))
    why = CAUSES[main].format(**{name: design.word(name) for name in ("persons", "site", "sites")})
    if not effect.se:
        return f"{text}: all trials err alike, mostly because {why}."
    share = abs(effect.bias) / effect.se
    return f"{text}: the bias is {share:.2g} standard errors, mostly because {why}."


def _power(diagnosis: Diagnosis, effect: EffectNumbers) -> str:
    plan = diagnosis.anticipated.plan
    if not effect.question.target:
        return "As it is 0, there is nothing for a test to find."
    if effect.power is None or effect.detectable is None:
        sites = diagnosis.anticipated.design.word("sites")
        return f"There are too few {sites} for a test between {sites}."
    supposed = one_by_one(diagnosis.anticipated)
    start = "Were there no bias, a" if effect.bias else "A"
    start = f"{capital(supposed)}, {start[:1].lower()}{start[1:]}" if supposed else start
    one_sided = " one-sided" if plan.sides == 1 else ""
    found = (
        f"{start}{one_sided} test at level {plan.alpha:g} would find it with power {_share(effect.power)}, and an effect of "
        f"{short_number(effect.detectable)} with power {plan.power:g}"
    )
    if effect.power >= plan.power:
        return f"{found}."
    return f"{found}; {_needed(diagnosis, effect)}."


def _needed(diagnosis: Diagnosis, effect: EffectNumbers) -> str:
    """What would give the power aimed at; where a bias would stay, that it would."""
    anticipated, aim = diagnosis.anticipated, f"power {diagnosis.anticipated.plan.power:g}"
    word = anticipated.design.word
    number, unit = anticipated.assigned(effect.persons_needed or 0)
    more = f"more {unit} in each {word('site')}"
    some = f"{number:,} {unit} in each of {anticipated.sites:,} {word('sites')}"
    none = effect.persons_needed is None
    if anticipated.fixed:
        return f"{more} alone do not give {aim}" if none else f"{aim} takes {some}"
    if effect.sites is None:
        said = f"no number of {word('sites')} within reach gives {aim}"
        return f"{said}, nor do {more}" if none else f"{said}, but {some} do"
    if effect.sites_needed is None:
        stays = f"leave a bias of {TOLERABLE:g} standard errors or more, which the test cannot tell from an effect"
        said = f"more {word('sites')} would give {aim}, but {stays}"
        return f"{said}; {more} alone would not do both either" if none else f"{said}; {some} would do both"
    small = f", with a bias below {TOLERABLE:g} standard errors," if effect.bias else ""
    said = (
        f"{aim}{small} takes {effect.sites_needed:,} {word('sites')} with as many {word('persons')} in each"
    )
    return f"{said}; {more} alone do not give it" if none else f"{said}, or {some}"


def _strength(diagnosis: Diagnosis, effect: EffectNumbers) -> str:
    strategy = effect.question.strategy
    if not isinstance(strategy, Strategy) or strategy.regression.pooled or not strategy.regressors:
        return ""
    for item in diagnosis.instruments:
        for strength in item.strengths:
            if item.regression == strategy.regression and strength.regressor == effect.question.column:
                return _strong(diagnosis, strength, len(item.strengths) > 1)
    return ""


def _strong(diagnosis: Diagnosis, strength: Strength, several: bool) -> str:
    """Whether the instruments are strong by the rule of the design, and what that supposes."""
    design = diagnosis.anticipated.design
    weak, supposed = strength.conditional < design.rules.conditional_f, one_by_one(diagnosis.anticipated)
    which = f"conditional F of {strength.regressor}" if several else f"F of {strength.regressor}"
    alone = f", {strength.f:,.1f} by itself" if several else ""
    how = f"weak for it{f' even {supposed}' if supposed else ''}"
    if not weak:
        how = f"strong for it{f' only {supposed}' if supposed else ''}"
    return f"The instruments are {how} ({which} {strength.conditional:,.1f}{alone})."


def _robustness(sensitivity: Sensitivity, effect: EffectNumbers) -> str:
    known = {item.question.estimand: item for item in sensitivity.effects}
    item = known.get(effect.question.estimand)
    if item is None or not item.correlations or not effect.question.target:
        return ""
    sites = sensitivity.anticipated.design.word("sites")
    how = (
        "not even a correlation of 1"
        if item.robustness is None
        else f"a correlation of {item.robustness:.2f}"
    )
    return (
        f"Apart from that bias, {how} between one compliance and one effect across {sites} would make an estimate of this size "
        "out of no effect."
    )


def short_number(value: float | None, sign: bool = False) -> str:
    """A number to three significant digits, without an exponent where people do not want one."""
    if value is None:
        return "unknown"
    if not value:
        return "0"
    exponent = int(f"{value:.2e}".split("e")[1])
    form = ".3g" if exponent not in range(-4, 6) else f",.{max(0, 2 - exponent)}f"
    return f"{value:{'+' if sign else ''}{form}}"


def _share(value: float) -> str:
    return "over 0.99" if value > 0.995 else f"{value:.2f}"
