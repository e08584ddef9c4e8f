"""What a pre-registration settles before the data: hypotheses, tests that could falsify, decision rules, missing data."""

from __future__ import annotations

from collections.abc import Iterator

from identcheck.decide.identification import Finding
from identcheck.decide.primary import expected_direction
from identcheck.decide.sums import SumFinding
from identcheck.derive.words import capital, listed
from identcheck.plan.falsification.result import BYPASSED
from identcheck.report.blocks import Blank, Block, Bullets, Fact, Facts, Item, Paragraph, Tabular
from identcheck.report.matter import Matter
from identcheck.report.sections.numbers_tables import tabular
from identcheck.report.sections.questions import question, question_of_sum, takes
from identcheck.report.sections.verdicts import average_of
from identcheck.symbols.written import Formula, Wanted
from identcheck.tables.table import table_of

__all__ = ["hypotheses", "missing_data", "rules", "tests"]

NO_POWER = "the power of these tests: it takes anticipated numbers. Add a table [plan] to the design file, or pass a Plan"
NO_TEST = (
    "The formal tests of the scatter of site effects apply to regressions of site effects on the outcome with every coefficient "
    "determined; none of those planned here is one, and no test is registered."
)
OTHER_WEIGHTS = (
    "The effects are estimated again with {others}; a difference beyond sampling error speaks against (x)."
)
TESTS = {
    "intercept": "With an intercept added to a line through the origin, is that intercept zero?",
    "curvature": "With the squares and products of the compliances added, are their coefficients zero?",
    "pooled": "With more arms than mediators: do contrasts averaged over sites, arm by arm, give the same coefficients?",
    "heterogeneity Q": "Do the site effects differ from the line by more than their sampling errors explain?",
}
BLIND = (
    "With one mediator the intercept test sees nothing where the SD of compliance equals its mean, and the curvature test "
    "nothing where compliance hardly varies; with several mediators curvature takes many sites. Q rejects whenever effects "
    "differ between sites, which (vii) allows. Where compliances vary by no more than their sampling error there is no test."
)
MULTIPLE = {
    "holm": "The p values of the {number} primary effects are adjusted by the method of Holm (1979), so that the chance of any "
    "false rejection among them is at most {alpha:g}.",
    "bonferroni": "The p values of the {number} primary effects are multiplied by {number} (Bonferroni), so that the chance of "
    "any false rejection among them is at most {alpha:g}.",
    "none": "The tests of the {number} primary effects are not adjusted for their number.",
}
FAMILY = {
    "holm": "p values adjusted by the method of Holm for the number of these tests",
    "bonferroni": "p values multiplied by the number of these tests (Bonferroni)",
    "none": "p values not adjusted for the number of these tests",
}
ONE_SIDED = (
    "Tests are one-sided, in the expected direction: the p value is half the two-sided one, which the analysis code prints, "
    "where the estimate has the expected sign, and 1 less that half where it has not."
)
AS_PROPOSED = "as proposed"
LAST = (
    "An effect whose {adjusted}p value is at most {alpha:g}, and against which no rule above speaks, is reported as causal, with "
    "the assumptions that it rests on and the sensitivity analysis. An effect whose p value is larger is reported with its "
    "confidence interval, and not as the absence of an effect."
)
SCATTER = (
    "If a test of the line of a regression (intercept, curvature, with more arms than mediators pooled) rejects at {alpha:g}, "
    "{family}, it is concluded that one of (ii), (vi) and (vii) on which that regression rests fails; its estimates are reported "
    "with the sensitivity analysis, but not as causal effects. Heterogeneity (Q) alone is not held against (vii): effects may "
    "differ between {sites}. If no test rejects, nothing is concluded about (ii), (vi) and (vii); they stand on their "
    "justifications."
)


def alpha_of(matter: Matter) -> float:
    """The level of the plan; 0.05 where there is none."""
    return 0.05 if matter.plan is None else matter.plan.alpha


def hypotheses(matter: Matter) -> Iterator[Block]:
    """A null hypothesis for each effect that is estimated, with the direction that theory expects; how many tests there are."""
    found = matter.tested
    if not matter.effects and not matter.design.primary:
        yield Blank(
            "which effects are primary (the key primary of the design file); until then all that can be had are listed"
        )
    expected = {f.estimand: expected_direction(matter.design, f.estimand) for f in found}
    if found:
        rows = [
            (
                question_of_sum(f) if isinstance(f, SumFinding) else question(f),
                (Formula(f"{_average(f).latex} = 0"),),
                expected[f.estimand] or (Wanted("not settled"),),
            )
            for f in found
        ]
        yield Tabular(table_of("hypotheses", "", ("Effect", "Null hypothesis", "Expected direction"), rows))
    if left := [f for f in matter.findings if f not in matter.had]:
        reasons = (f"{question(f)}: {takes(f)}." for f in left)
        yield Paragraph(" ".join(reasons), "Not tested")
    if not all(expected.values()):
        yield Blank("the direction that theory expects of each effect (direction in [rules])")
    if len(found) > 1:
        words = MULTIPLE[matter.design.rules.multiplicity]
        yield Paragraph(words.format(number=len(found), alpha=alpha_of(matter)))
    elif found:
        yield Paragraph(f"One effect is tested, at level {alpha_of(matter):g}.")
    if found and matter.plan is not None and matter.plan.sides == 1:
        yield Paragraph(ONE_SIDED)


def _average(found: Finding | SumFinding) -> Formula:
    """The average effect, or those that are added up, in symbols."""
    if not isinstance(found, SumFinding):
        return average_of(found)
    signed = zip(found.estimand.signed, found.findings, strict=True)
    terms = [(" - " if sign < 0 else " + ", average_of(f).latex) for (sign, _), f in signed]
    return Formula("".join(f"{sign}{text}" for sign, text in terms).removeprefix(" + "))


def tests(matter: Matter, trials: int) -> Iterator[Block]:
    """The tests that could falsify, with their power, or that there is none without a plan; and what none can see."""
    if matter.design.sites == 1:
        yield Paragraph("With one site there is no scatter of site effects, and so no test of it.")
    elif not matter.regressed:
        yield Paragraph(
            "The effects of interest take no regression of site effects, so there is no scatter to test."
        )
    elif not matter.lines or _nothing_tested(matter, trials):
        yield Paragraph(NO_TEST)
        yield from _other_weights(matter)
    else:
        yield from _scatter(matter, trials)


def _nothing_tested(matter: Matter, trials: int) -> bool:
    """Whether no regression of the effects of interest has a test in the anticipated world."""
    done = matter.falsification(trials)
    return done is not None and not (done.rejections or done.untested)


def _scatter(matter: Matter, trials: int) -> Iterator[Block]:
    done = matter.falsification(trials)
    beside = "" if done and done.rejections else _bypassed(matter)  # its table says so
    yield Paragraph(
        "Tests of the lines that the regressions draw through the site effects could speak against (ii), (vi) and (vii) taken "
        f"together. None can show that they hold. The sampling error of the compliances is taken off in them.{beside}"
    )
    yield Facts(tuple(Fact(capital(name), text) for name, text in TESTS.items()))
    if done is None:
        yield Blank(NO_POWER)
    else:
        table = next(table for table in done.tables if table.key == "falsification")
        yield tabular(table) if table.rows else Paragraph(table.note)
    yield Paragraph(BLIND, "What they cannot see")
    yield from _other_weights(matter)


def _bypassed(matter: Matter) -> str:
    """That no test is about the intercepts of arms whose effect may bypass the mediators, as a sentence."""
    arms = dict.fromkeys(arm for reg in matter.lines for arm in reg.intercepts)
    return f" {BYPASSED.format(listed([matter.design.label(arm) for arm in arms]))}" if arms else ""


def _other_weights(matter: Matter) -> Iterator[Block]:
    """The comparison that speaks to (x), where the effects rest on it."""
    if any(ground.name == "x" for ground in matter.grounds):
        word = matter.design.word
        others = f"equal weights for all {word('sites')}"
        if matter.design.average != "sites":
            others = f"the number of {word('persons')} of each {word('site')} as its weight"
        yield Paragraph(OTHER_WEIGHTS.format(others=others))


def rules(matter: Matter, trials: int) -> Iterator[Block]:
    """The author's rules, or those proposed, with what they say at the anticipated numbers."""
    settled = matter.design.rules
    if not matter.had:
        yield Paragraph("No effect of interest can be estimated, so there is nothing to decide on.")
        return
    own = tuple(rule for rule in settled.decisions if rule.strip().lower() != AS_PROPOSED)
    if not settled.decisions:
        yield Blank(
            f'whether you adopt these rules: write decisions = "{AS_PROPOSED}" in [rules] of the design file, or your own rules'
        )
    proposed = () if own else tuple(_proposed(matter, trials))
    yield Bullets(tuple(map(Item, (*_strength(matter), *proposed, *own))), numbered=True)


def _strength(matter: Matter) -> Iterator[str]:
    """The rule on the conditional F, and what it says of each effect at the anticipated numbers."""
    regressed = matter.regressed
    if not regressed:
        return
    least = matter.design.rules.conditional_f
    said = (
        f"If the conditional first-stage F of a mediator is below {least:g} in the data, its effect is reported as not "
        "determined by this trial, whatever its p value."
    )
    found = [o for f in regressed if (o := matter.outlooks.get(f.estimand)) is not None and o.rule]
    named = {f.estimand: question(f) for f in regressed}
    weak = [f"{named[o.estimand]} (F {o.conditional_f:.1f})" for o in found if o.weak]
    if weak:
        said += f" At the anticipated numbers this rule would report as not determined: {listed(weak)}."
    elif found:
        strong = listed([f"{named[o.estimand]} (F {o.conditional_f:.1f})" for o in found])
        said += f" At the anticipated numbers none would be: {strong}."
    yield said


def _proposed(matter: Matter, trials: int) -> Iterator[str]:
    family = FAMILY[matter.design.rules.tests]
    values = {"alpha": alpha_of(matter), "sites": matter.design.word("sites"), "family": family}
    if matter.lines and matter.design.sites != 1 and not _nothing_tested(matter, trials):
        yield SCATTER.format(**values)
    if matter.had:
        adjusted = len(matter.tested) > 1 and matter.design.rules.multiplicity != "none"
        yield LAST.format(**values, adjusted="adjusted " if adjusted else "")


def missing_data(matter: Matter) -> Iterator[Block]:
    """How missing data are handled, in the author's words."""
    said = matter.design.rules.missing_data.strip()
    if said:
        yield Paragraph(said)
    else:
        yield Blank(
            "how missing outcomes, mediators and sites are handled, and what attrition you expect (missing_data in [rules])"
        )
