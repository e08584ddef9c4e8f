"""The tables of effects in a diagnosis: which columns they have, and what is said under them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from identcheck.basics.options import TestName
from identcheck.decide.primary import primary_effects
from identcheck.decide.shares import NEAR_ZERO, WARNING
from identcheck.derive.words import assigned_unit, capital
from identcheck.describe.design import Design
from identcheck.plan.closed.biased import TOLERABLE
from identcheck.plan.closed.questions import EFFECT, TARGET, Answer, effect_column
from identcheck.plan.closed.results import EffectNumbers
from identcheck.plan.closed.unidentified import unanswered, unidentified
from identcheck.plan.inputs.anticipated import Anticipated
from identcheck.plan.inputs.plan import Plan
from identcheck.plan.inputs.test_words import named_test, tests_in_words
from identcheck.tables.table import Column, Table

__all__ = [
    "EffectTables",
    "at_level",
    "digits_of",
    "in_the_open",
    "not_estimated",
    "whose_average",
]

STRATEGY = Column(
    "strategy", "Strategy", "how the effect would be estimated, where several ways are compared"
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


@dataclass(frozen=True)
class EffectTables:
    """All in one, bias, precision, and the pooled instrument; with a column for the strategy where an effect has several."""

    at: Anticipated
    effects: Sequence[EffectNumbers]

    def __iter__(self) -> Iterator[Table]:
        return iter((self.outlook, self.bias, self.precision, self.parts, self.pooled))

    @property
    def outlook(self) -> Table:
        """All in one."""
        design, plan = self.at.design, self.at.plan
        return Table.of(
            "outlook",
            "What each effect comes to at the planned numbers",
            (*self._front, *_outlook_columns(design, plan, self._digits)),
            (effect.record() for effect in in_the_open(self._estimated, design)),
            " ".join(self._lacking),
        )

    @property
    def bias(self) -> Table:
        """Bias by causes."""
        return Table.of(
            "bias",
            "Bias of each estimate, by its causes",
            (*self._front, *_bias_columns(self.at.design, self._digits)),
            (
                effect.bias_record()
                for effect in self.effects
                if effect.bias is not None
                and effect.question.strategy
                and effect.question.strategy.regressors
            ),
            "The causes add up to the bias; effects that are estimated from several regressions have the bias alone.",
        )

    @property
    def precision(self) -> Table:
        """Standard errors, power, numbers needed."""
        design, plan = self.at.design, self.at.plan
        return Table.of(
            "precision",
            "Precision and power",
            (*self._front, *_precision_columns(design, plan, self._digits)),
            (effect.record() for effect in self._estimated or self.effects),
            " ".join((*self._lacking, _about_precision(design, plan))),
        )

    @property
    def parts(self) -> Table:
        """How the intent-to-treat effect divides."""
        mediated = (e for e in self.effects if e.question.estimand.kind == "mediated" and e.se is not None)
        return Table.of(
            "parts",
            "How the intent-to-treat effect divides",
            (*self._front, *_part_columns(self.at.plan, self._digits)),
            (effect.record() for effect in mediated),
            f"{WARNING} No share is given where the whole is less than {NEAR_ZERO:g} of its standard errors away from 0.",
        )

    @property
    def pooled(self) -> Table:
        """Against one pooled instrument."""
        return Table.of(
            "pooled",
            "Against one pooled instrument",
            (*self._front, *_pooled_columns(self.at.design, self._digits)),
            (
                effect.record(pooled_bias=p.bias, pooled_se=p.se, pooled_f=p.f, ratio=p.ratio)
                for effect in self.effects
                if (p := effect.pooled) is not None
            ),
            "The pooled ratio needs covariances to vanish but no third moments, and its instrument is strong wherever the "
            "average compliance is far from 0; it can serve one mediator only.",
        )

    @cached_property
    def _lacking(self) -> tuple[str, ...]:
        asked = (effect.question for effect in self.effects)
        return (*unidentified(self.at, asked), *not_estimated(self.effects))

    @cached_property
    def _several(self) -> bool:
        return len({effect.question.estimand for effect in self.effects}) < len(self.effects)

    @property
    def _front(self) -> tuple[Column, ...]:
        return (EFFECT, STRATEGY) if self._several else (EFFECT,)

    @cached_property
    def _digits(self) -> int:
        return digits_of(effect.se for effect in self.effects)

    @cached_property
    def _estimated(self) -> list[EffectNumbers]:
        return [effect for effect in self.effects if effect.se is not None or self._several]


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
