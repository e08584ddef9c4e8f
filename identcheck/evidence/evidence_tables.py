"""The tables of the evidence: their columns and rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from identcheck.decide.conditions import Regression
from identcheck.describe.design import Design
from identcheck.evidence.confidence import AndersonRubin
from identcheck.evidence.effect import EffectEvidence
from identcheck.evidence.family import Family
from identcheck.evidence.given_checks import WEIGHTS
from identcheck.evidence.regression_evidence import RegressionEvidence
from identcheck.evidence.regressors import by_number
from identcheck.evidence.scatter import SAME, SPEAKS
from identcheck.evidence.site_effects import SiteEffects
from identcheck.plan.closed.questions import EFFECT, effect_column, short_name
from identcheck.plan.falsification.result import FAMILY_RULES
from identcheck.tables.table import Cell, Column, Table

__all__ = ["NAMES", "Powers", "evidence_tables"]

NAMES = {
    "wls": "least squares",
    "intercept": "with an intercept",
    "pooled": "pooled",
    "site by site": "site by site",
    "liml": "LIML",
    "corrected": "corrected for sampling error",
}
ESTIMATES = (
    EFFECT,
    Column(
        "estimator", "Estimator", "how it is estimated; the first of an effect is the design's own strategy"
    ),
    effect_column("value", "Estimate", "the estimate", 4),
    effect_column(
        "se", "SE", "standard error over sites: CR3, or the jackknife; of LIML from the curvature of Q", 4
    ),
    effect_column("low", "Low", "lower end of the 95% interval", 4),
    effect_column("high", "High", "upper end of the 95% interval", 4),
    Column("df", "df", "degrees of freedom of the interval", 1),
    effect_column("boot_low", "Boot low", "lower end of the wild bootstrap interval, below 30 sites", 4),
    effect_column("boot_high", "Boot high", "upper end of the wild bootstrap interval", 4),
    Column("supposes", "If", "what the number supposes that is not granted"),
    Column("remark", "", "what to know of the number"),
)
REFUSED = (EFFECT, Column("reason", "No number", "why there is no number"))
LINE = Column("regression", "Regression", "the regression of site effects")
STRENGTH = (
    LINE,
    Column("mediator", "Mediator", "the mediator"),
    Column("f", "F", "mean of (compliance / standard error) squared", 2),
    Column("conditional", "Conditional F", "F of what the other columns leave of the compliances", 2),
    Column("df", "df", "degrees of freedom of the conditional F: rows less columns plus 1"),
    Column("mean", "Mean", "weighted mean of the compliances", 4),
    Column("sd", "SD", "SD of the true compliances, sampling error taken off", 4),
)
TESTS = (
    LINE,
    Column("test", "Test", "the test"),
    Column("statistic", "Statistic", "F, or Q", 3),
    Column("df", "df", "degrees of freedom"),
    Column("p", "p", "p value", 3, p_value=True),
    Column(
        "adjusted",
        "Adjusted p",
        "the same, adjusted for the number of tests that speak against regressions",
        3,
        p_value=True,
    ),
    Column("power", "Power", "share of trials of the plan in which it rejects", 2),
    Column("size", "Size", "the same where (ii), (vi) and (vii) hold; above .05 it rejects too often", 2),
    Column("speaks", "Speaks against", "what a small p value speaks against"),
    Column("remark", "", "why a number is missing, or what its sampling errors lack"),
)
DIFFERING = (
    EFFECT,
    effect_column("tau", "SD", "SD of the effect between sites", 4),
    effect_column("low", "Low", "lower end of the 95% prediction interval for a new site", 4),
    effect_column("high", "High", "upper end of the 95% prediction interval for a new site", 4),
)
WEAK = (
    EFFECT,
    Column("set", "95% set", "values that Q does not reject, whatever the strength of the instruments"),
    Column("shape", "Shape", "its shape"),
    Column("meaning", "", "what the shape means"),
)
LEFT_OUT = (
    EFFECT,
    Column("without", "Without", "the site, or arm, whose leaving out moves the estimate most"),
    effect_column("value", "Estimate", "the estimate without it", 4),
    effect_column("change", "Change", "that less the estimate from all", 4),
)
NUMBERS = "Each number rests on the assumptions of its effect; none of them is tested by these data alone."

AS_SAMPLE = (
    "The plan says that these sites are the population (sites_are). Here they are taken as a sample of others: where effects "
    "differ between sites, standard errors and intervals are wider, and p values larger, than the plan's. "
)
NO_OTHER = "The prediction interval is that of a site beside these, of which the plan says that there is none (sites_are)."

TOGETHER = (
    "The arms of a site weigh together in regressions; in the tests of the scatter each row weighs alone. "
)
ALONE = (
    "Each row of an arm weighs alone, though two-stage least squares weighs the arms of a site together: {}. "
)

Every = Sequence[EffectEvidence]
Regressions = Mapping[Regression, RegressionEvidence]
Powers = Mapping[tuple[object, tuple[str, ...], str, str], float]
"""By the shape of a regression, its moderators, a test and a world of the plan: share of trials in which it rejects."""


def weights_words(effects: SiteEffects, design: Design) -> str:
    """How sites are weighted."""
    if by_number(effects, design):
        return "the number of persons"
    clusters = effects.units is not None and bool((effects.units != effects.persons).any())
    said = {
        "precision": "1 / Var of the outcome's effect",
        "persons": "n p (1 - p), n counting clusters" if clusters else "n p (1 - p)",
        "sites": "all sites alike",
    }
    return said.get(effects.weights, f"column {effects.weights!r}")


def _arms_words(effects: SiteEffects) -> str:
    """Whether the arms of a site weigh together, where there are several."""
    if len(effects.arms) < 2:
        return ""
    if effects.weights not in WEIGHTS:
        return ALONE.format("these weights are those of a column")
    if effects.persons is None and not effects.shared.any():
        return ALONE.format("what arms of a site share is not known")
    return TOGETHER


def evidence_tables(
    design: Design,
    every: Every,
    regressions: Regressions,
    effects: SiteEffects,
    powers: Powers,
    family: Family,
    population: bool,
) -> tuple[Table, ...]:
    """Estimates, refusals, strength, tests, differing effects, weak-instrument sets, leaving out.

    Args:
        design: the design.
        every: the evidence on each effect.
        regressions: what each regression says.
        effects: the table of site effects.
        powers: the power that the plan gave each test of a regression; empty without a plan.
        family: the tests that speak against regressions, adjusted for their number.
        population: whether the plan says that these sites are all there are.
    """
    all_there_are, no_other = (AS_SAMPLE, NO_OTHER) if population else ("", "")
    weights = f"{weights_words(effects, design)}; contrasts of arms and single sites as the average wanted"
    note = f"Weights: {weights}; {len(effects.sites)} sites. {_arms_words(effects)}{all_there_are}{NUMBERS}"
    return (
        Table.of("estimates", "What the sites say", ESTIMATES, _estimates(every), note),
        Table.of("refused", "Effects without a number", REFUSED, _refused(every)),
        Table.of("found_strength", "How strong the instruments are", STRENGTH, _strengths(regressions)),
        Table.of(
            "tests",
            "Tests of what the numbers rest on",
            TESTS,
            _tests(regressions, powers, family),
            " ".join(_about_tests(regressions, family)),
        ),
        Table.of(
            "differing", "How much effects differ between sites", DIFFERING, _differing(every), no_other
        ),
        Table.of(
            "weak", "Whatever the strength of the instruments", WEAK, _weak(every), "It supposes one effect."
        ),
        Table.of("left_out", "Leaving out one site or arm", LEFT_OUT, _left_out(every)),
    )


def _estimates(every: Every) -> Iterator[dict[str, Cell]]:
    for one in every:
        for place, (name, estimate) in enumerate(one.estimates.items()):
            low, high = estimate.interval or (None, None)
            boot_low, boot_high = estimate.bootstrap or (None, None)
            yield {
                "effect": str(one.finding.estimand) if place == 0 else "", "estimator": NAMES[name], "value": estimate.value,
                "se": estimate.se, "low": low, "high": high, "df": estimate.df, "boot_low": boot_low, "boot_high": boot_high,
                "supposes": one.condition.removeprefix("if ") if place == 0 else "", "remark": estimate.note,
            }  # fmt: skip


def _refused(every: Every) -> Iterator[dict[str, Cell]]:
    for one in every:
        if one.reason:
            yield {"effect": str(one.finding.estimand), "reason": one.reason}


def _strengths(regressions: Regressions) -> Iterator[dict[str, Cell]]:
    for reg, made in regressions.items():
        for found in made.strengths:
            yield {
                "regression": short_name(reg), "mediator": found.node, "f": found.f, "conditional": found.conditional,
                "df": found.df, "mean": found.mean, "sd": found.sd,
            }  # fmt: skip


def _tests(regressions: Regressions, powers: Powers, family: Family) -> Iterator[dict[str, Cell]]:
    for reg, made in regressions.items():
        for name, test in made.tests.items():
            planned = (reg.shape, reg.moderators, "intercept" if test.note == SAME else name)
            yield {
                "regression": short_name(reg), "test": name, "statistic": test.statistic, "df": test.df, "p": test.p,
                "adjusted": family[reg, name][1] if family.get((reg, name), (0, 0, 0))[2] > 1 else None,
                "power": powers.get((*planned, "planned")),
                "size": powers.get((*planned, _null(name))),
                "speaks": SPEAKS[name], "remark": test.note,
            }  # fmt: skip


def _null(test: str) -> str:
    """The world of the plan in which a test is to reject in no more than its level."""
    return "uniform" if test.startswith("heterogeneity") else "independent"


def _about_tests(regressions: Regressions, family: Family) -> Iterator[str]:
    yield "A large p value confirms nothing."
    if any(number > 1 for *_, number in family.values()):
        rule = next((FAMILY_RULES[reg.design.rules.tests] for reg in regressions), "")
        yield f"Tests that speak against regressions of one outcome are a family: {rule} (tests, in [rules])."
    if any(
        test.note == SAME and test.p is not None
        for made in regressions.values()
        for test in made.tests.values()
    ):
        yield f"Of pooled: {SAME}, and not counted beside it."


def _differing(every: Every) -> Iterator[dict[str, Cell]]:
    for one in every:
        if one.prediction is not None:
            tau, (low, high) = one.prediction
            yield {"effect": str(one.finding.estimand), "tau": tau, "low": low, "high": high}


def _weak(every: Every) -> Iterator[dict[str, Cell]]:
    """Of regressions with one column; of others ``anderson_rubin_set`` works it out, which takes a while."""
    for one in every:
        made = one.regression
        if made is None or not made.over_sites or len(made.rows.columns) != 1 or made.rows.exact:
            continue
        found = one.anderson_rubin_set()
        meaning = "; ".join(filter(None, [found.meaning, made.few, made.crossed(by_q=True)]))
        yield {
            "effect": str(one.finding.estimand), "set": _written(found), "shape": found.shape, "meaning": meaning,
        }  # fmt: skip


def _left_out(every: Every) -> Iterator[dict[str, Cell]]:
    for one in every:
        known = [row for row in one.leave_one_out.records() if isinstance(row["change"], float)]
        if known:
            most = max(known, key=lambda row: abs(float(row["change"] or 0)))
            yield {"effect": str(one.finding.estimand), **most}


def _written(found: AndersonRubin) -> str:
    """A set in writing."""
    if not found.intervals:
        return "empty"
    return " and ".join(
        f"{low:.4g} to {high:.4g}".replace("inf", "infinity") for low, high in found.intervals
    )
