"""The tables of a diagnosis: which columns they have, and what is said under them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from identcheck.basics.options import TestName
from identcheck.decide.primary import primary_effects
from identcheck.decide.shares import NEAR_ZERO, WARNING
from identcheck.derive.words import assigned_unit, capital
from identcheck.describe.design import Design
from identcheck.plan.closed.biased import TOLERABLE
from identcheck.plan.closed.questions import EFFECT, TARGET, Answer, effect_column, short_name
from identcheck.plan.closed.results import EffectNumbers, Instruments
from identcheck.plan.closed.strength import STRONG
from identcheck.plan.closed.unidentified import unanswered, unidentified
from identcheck.plan.inputs.anticipated import Anticipated
from identcheck.plan.inputs.plan import Plan
from identcheck.plan.inputs.test_words import named_test, tests_in_words
from identcheck.tables.table import Column, Table

__all__ = [
    "at_level",
    "digits_of",
    "effect_tables",
    "in_the_open",
    "instrument_tables",
    "not_estimated",
    "whose_average",
]

REGRESSION = Column("regression", "Regression", "the outcome and the regressors of the site effects")
STRATEGY = Column(
    "strategy", "Strategy", "how the effect would be estimated, where several ways are compared"
)


def _instrument_columns(design: Design) -> tuple[Column, ...]:
    unit = "units of the mediator"
    several = len(design.treatments) > 1
    by = "the arm" if several else "treatment"
    arms = (Column("arm", "Arm", "an arm whose site effects are rows of the regression"),)
    return (
        REGRESSION,
        Column("mediator", "Mediator", "the regressor"),
        *(arms if several else ()),
        Column("mean", "Mean", f"average effect of {by} on the mediator", 3, unit=unit),
        Column("sd", "SD", f"standard deviation of that effect between {design.word('sites')}", 3, unit=unit),
        Column("f", "F", "expected first-stage F of the mediator by itself", 1),
        Column("conditional_f", "Conditional F", "expected first-stage F given the other mediators", 1),
        Column(
            "verdict",
            "Verdict",
            f"strong if the conditional F is at least {design.rules.conditional_f:g}, otherwise weak",
        ),
    )


COMPLIANCES = (
    REGRESSION,
    Column("one", "Mediator", "a mediator"),
    Column("other", "Other mediator", "another mediator"),
    Column("correlation", "Correlation", "correlation of the effects of treatment on the two mediators", 2),
    Column(
        "condition",
        "Condition number",
        "condition number of all columns, each scaled to unit length; 1 is best",
        1,
    ),
)


def _bias_columns(design: Design, digits: int) -> tuple[Column, ...]:
    person, persons, site, sites = map(design.word, ("person", "persons", "site", "sites"))
    related = "effects that vary with how much treatment changes the mediator"
    causes = (
        ("between", "Between", f"{related}, from {site} to {site}: (vii) fails"),
        ("within", "Within", f"{related}, from {person} to {person}: (vi) fails"),
        ("bypass", "Bypass", "effects of treatment past the mediators of the regression"),
        ("left_out", "Arrows left out", "arrows between mediators that the design leaves out"),
        (
            "persons",
            f"{capital(persons)}",
            f"too few {persons} in a {site}, which pulls the estimate toward ordinary regression",
        ),
        ("sites", f"{capital(sites)}", f"too few {sites}"),
        ("bias", "Bias", "the sum of these: expected estimate less true value"),
    )
    return (TARGET, *(effect_column(key, title, meaning, digits) for key, title, meaning in causes))


def at_level(design: Design, plan: Plan) -> str:
    """The level of the tests; that it is not adjusted for the number of primary effects, where the rules adjust for it."""
    adjusted = design.rules.multiplicity != "none" and len(design.primary) > 1
    return f"at {'the unadjusted ' if adjusted else ''}level {plan.alpha:g}"


def _outlook_columns(design: Design, plan: Plan, digits: int) -> tuple[Column, ...]:
    least, level = design.rules.conditional_f, f"{100 * (1 - plan.alpha):g}%"
    return (
        TARGET,
        Column("conditional_f", "F", f"conditional F of its instruments, weak below {least:g}", 1),
        effect_column("bias", "Bias", "expected estimate less true value", digits),
        effect_column("se", "SE", "standard error of the estimate", digits),
        *_from_sites(design, plan, digits),
        Column("coverage", "Coverage", f"chance that a {level} interval contains the true value", 2),
        Column(
            "power",
            "Power",
            f"chance that the {named_test(plan)} of no effect rejects {at_level(design, plan)}, if there were no bias",
            2,
        ),
        Column(
            "power_with_bias",
            "With bias",
            "the same, given the bias and standard errors as they are estimated",
            2,
        ),
        effect_column(
            "detectable",
            "MDE",
            f"smallest effect detected with power {plan.power:g}, if there were no bias",
            digits,
        ),
    )


def _from_sites(design: Design, plan: Plan, digits: int) -> Iterator[Column]:
    """Where the sites are the population, the column of the bias that comes of their own effects."""
    if plan.sites_are == "population":
        meaning = (
            f"SD of a further bias: by how effects happen to be spread over these {design.word('sites')}"
        )
        yield effect_column("from_sites", f"{capital(design.word('sites'))}' bias", meaning, digits)


def _precision_columns(design: Design, plan: Plan, digits: int) -> tuple[Column, ...]:
    clusters = "" if plan.clusters is None else ", in more clusters of the planned size"
    needed = f"for power {plan.power:g} at the true value with a bias below {TOLERABLE:g} SE; none where the bias stays larger"
    site, sites, persons = map(design.word, ("site", "sites", "persons"))
    return (
        TARGET,
        effect_column("se", "SE", "standard error of the estimate", digits),
        Column(
            "power",
            "Power",
            f"power of a {plan.sided} test {at_level(design, plan)}, if there were no bias",
            2,
        ),
        effect_column("detectable", "MDE", f"smallest effect detected with power {plan.power:g}", digits),
        Column("power_with_bias", "With bias", "chance that the same test rejects, given the bias", 2),
        Column("wrong_sign", "Wrong sign", "chance of a significant estimate of the wrong sign", 2),
        Column("sites", f"{capital(sites)} needed", f"{sites} {needed}", unit=sites),
        Column(
            "persons", f"{capital(persons)} needed", f"{persons} in a {site} {needed}{clusters}", unit=persons
        ),
        Column("note", "", "why a number is missing"),
    )


def _part_columns(plan: Plan, digits: int) -> tuple[Column, ...]:
    level = f"{100 * (1 - plan.alpha):g}%"
    return (
        TARGET,
        effect_column("bias", "Bias", "expected estimate less true value", digits),
        effect_column("se", "SE", "standard error of the estimate, by the delta method", digits),
        Column(
            "share",
            "Share",
            "the part divided by the intent-to-treat effect, as expected of their estimates",
            2,
        ),
        Column("share_low", "from", f"lower end of its {level} interval (Fieller), as expected", 2),
        Column("share_high", "to", f"upper end of its {level} interval (Fieller), as expected", 2),
    )


def _pooled_columns(design: Design, digits: int) -> tuple[Column, ...]:
    own = f"of the regression of {design.word('site')} effects"
    return (
        effect_column("bias", "Bias", f"bias {own}", digits),
        effect_column("se", "SE", f"standard error {own}", digits),
        effect_column(
            "pooled_bias",
            "Pooled bias",
            "bias of the ratio of the average effect on the outcome to that on the mediator",
            digits,
        ),
        effect_column("pooled_se", "Pooled SE", "its standard error", digits),
        Column("pooled_f", "Pooled F", "first-stage F of the one instrument", 1),
        Column("ratio", "SE ratio", f"SE divided by pooled SE; below 1 the {design.word('sites')} help", 2),
    )


def instrument_tables(instruments: Sequence[Instruments], design: Design) -> Iterator[Table]:
    """The strength of the instruments, and the correlations of compliances."""
    least = design.rules.conditional_f
    rule = "" if least == STRONG else f" The rule of this design is {least:g}."
    notes = [
        f"With a conditional F of f, about 1/f of the confounding bias of ordinary regression remains; {STRONG:g} is the usual "
        f"rule of thumb (Staiger and Stock 1997; conditional F: Sanderson and Windmeijer 2016).{rule} The conditional F is what "
        "matters: where treatment changes two mediators together, each can have a large F of its own.",
        *(
            ["F is of all arms of a regression together."]
            if any(len(i.matrix.arms) > 1 for i in instruments)
            else []
        ),
        *(
            f"{short_name(item.regression)}: the matrix of compliances has rank {item.matrix.rank} for "
            f"{len(item.matrix.columns)} columns, so not every coefficient is determined."
            for item in instruments
            if not item.matrix.full
        ),
    ]
    strengths = (record for item in instruments for record in item.records())
    yield Table.of(
        "instruments", "Strength of the instruments", _instrument_columns(design), strengths, " ".join(notes)
    )
    arms = "" if len(design.treatments) == 1 else ", of the first arm"
    yield Table.of(
        "compliances",
        f"How the effects of treatment on mediators are related{arms}",
        COMPLIANCES,
        (pair for item in instruments for pair in item.pairs()),
        "Correlated compliances are a problem of precision, not of identification; a condition number of 30 or more says "
        f"that the {design.word('sites')} hardly tell the mediators apart (Belsley, Kuh and Welsch 1980).",
    )


def effect_tables(at: Anticipated, effects: Sequence[EffectNumbers]) -> Iterator[Table]:
    """All in one, bias, precision, and the pooled instrument; with a column for the strategy where an effect has several."""
    plan, design = at.plan, at.design
    lacking = (*unidentified(at, (effect.question for effect in effects)), *not_estimated(effects))
    several = len({effect.question.estimand for effect in effects}) < len(effects)
    front = (EFFECT, STRATEGY) if several else (EFFECT,)
    digits = digits_of(effect.se for effect in effects)
    estimated = [effect for effect in effects if effect.se is not None or several]
    yield Table.of(
        "outlook",
        "What each effect comes to at the planned numbers",
        (*front, *_outlook_columns(design, plan, digits)),
        (effect.record() for effect in in_the_open(estimated, design)),
        " ".join(lacking),
    )
    yield Table.of(
        "bias",
        "Bias of each estimate, by its causes",
        (*front, *_bias_columns(design, digits)),
        (
            effect.bias_record()
            for effect in effects
            if effect.bias is not None and effect.question.strategy and effect.question.strategy.regressors
        ),
        "The causes add up to the bias; effects that are estimated from several regressions have the bias alone.",
    )
    yield Table.of(
        "precision",
        "Precision and power",
        (*front, *_precision_columns(design, plan, digits)),
        (effect.record() for effect in estimated or effects),
        " ".join((*lacking, _about_precision(design, plan))),
    )
    yield Table.of(
        "parts",
        "How the intent-to-treat effect divides",
        (*front, *_part_columns(plan, digits)),
        (e.record() for e in effects if e.question.estimand.kind == "mediated" and e.se is not None),
        f"{WARNING} No share is given where the whole is less than {NEAR_ZERO:g} of its standard errors away from 0.",
    )
    yield Table.of(
        "pooled",
        "Against one pooled instrument",
        (*front, *_pooled_columns(design, digits)),
        (
            effect.record(pooled_bias=p.bias, pooled_se=p.se, pooled_f=p.f, ratio=p.ratio)
            for effect in effects
            if (p := effect.pooled) is not None
        ),
        "The pooled ratio needs covariances to vanish but no third moments, and its instrument is strong wherever the average "
        "compliance is far from 0; it can serve one mediator only.",
    )


def in_the_open(found: Sequence[Answer], design: Design) -> Sequence[Answer]:
    """What was worked out but of parts of intent-to-treat effects, which have a table of their own unless primary."""
    stated = primary_effects(design)
    kept = [e for e in found if e.question.estimand.kind != "mediated" or e.question.estimand in stated]
    return kept or found


def _about_precision(design: Design, plan: Plan) -> str:
    sites = design.word("sites")
    if plan.sites_are == "population":
        return f"{whose_average(design, plan)} Tests use a t distribution with degrees of freedom within {sites}."
    return (
        f"Standard errors are those of estimates in repeated trials and include differences in effects between {sites}; "
        f"{tests_in_words(plan.test, design.word('site'), sites, contrasts=True)}. In simulated trials with one to three "
        f"mediators standard errors were accurate to 6% with 50 {sites} or more and to 10% with 10 and 20, and coverage to "
        f"0.03 with 30 or more. {RELIED[plan.test].format(sites=sites)}"
    )


RELIED: Mapping[TestName, str] = {
    "CR1": "Coverage and power with bias take into account that estimated standard errors are too small with few {sites}.",
    "CR2": "Power, coverage and numbers needed are those of such tests and intervals.",
    "CR3": "Power, coverage and numbers needed are those of such tests and intervals.",
    "bootstrap": "Power, coverage and numbers needed are stated as those of CR2 tests; simulate has those of the bootstrap.",
}
"""What coverage and power are of."""


def whose_average(design: Design, plan: Plan) -> str:
    """For whom an average effect is, and what its standard error then contains."""
    sites, persons = design.word("sites"), design.word("persons")
    if (unit := assigned_unit(design)) and plan.clusters is not None:
        persons = f"{unit} and {persons}"
    if plan.sites_are == "population":
        return (
            f"The average effect is that of these {sites}, which are all there are, and its standard error that of trials "
            f"repeated in them: it contains that {persons} differ, and not that effects differ between {sites}. How these "
            "happen to be spread is a bias, 0 on average; coverage and power with bias count it."
        )
    return (
        f"The average effect is that of all {sites} from which these come, and its standard error contains that effects differ "
        f"between {sites}."
    )


def not_estimated(effects: Sequence[EffectNumbers]) -> Iterator[str]:
    """Which effects have no numbers, and why: a sentence for each reason."""
    without = (effect for effect in effects if effect.se is None)
    reasons = (
        (str(e.question.estimand), str(e.record()["note"]).removeprefix("not estimated: ")) for e in without
    )
    return unanswered(reasons, "No numbers for ")


def digits_of(errors: Iterable[float | None]) -> int:
    """Digits behind the point that show two of the smallest standard error."""
    smallest = min((se for se in errors if se), default=1.0)
    return min(max(1 - math.floor(math.log10(smallest)), 2), 8)
