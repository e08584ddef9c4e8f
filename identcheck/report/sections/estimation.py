"""How each effect of interest is estimated: its regression, or the contrast of arms, and its equation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from identcheck.decide.conditions import Regression
from identcheck.decide.identification import Finding
from identcheck.decide.strategies import Composed, Strategy
from identcheck.decide.strategies.by_site import site_by_site
from identcheck.decide.strategies.derivation import own_solution, site_equation
from identcheck.decide.strategies.factors import Factor
from identcheck.decide.strategies.moderation import moderated_average
from identcheck.derive.heterogeneity import Term
from identcheck.derive.words import assigned_unit, briefs, capital, listed
from identcheck.describe.design import Design
from identcheck.plan.inputs.test_words import tests_in_words
from identcheck.report.blocks import Block, Bullets, Equation, Equations, Item, Paragraph, Section
from identcheck.report.matter import Matter
from identcheck.report.proportion import is_large
from identcheck.report.sections.questions import question
from identcheck.symbols.algebra import Expr
from identcheck.symbols.typeset import latex
from identcheck.symbols.written import Formula, Piece

__all__ = ["estimation_section"]

PER_SITE = (
    "In each {site} the effect of treatment on what stands left in an equation is regressed on its effects on the mediators at "
    "the right. {slopes}; "
)
SLOPES, CHANGING = (
    "The slopes are the average effects of interest",
    (
        "The slopes are the average effects of interest, or, with modifiers held fixed, what these are put together from"
    ),
)
WEIGHTS = {
    "precision": ("{Sites} are weighted by ", Formula("n p (1 - p)"), ", for ", Formula("n"), " {persons} of whom a share ",
                  Formula("p"), " is treated, as two-stage least squares does. "),
    "sites": ("All {sites} have the same weight. ",),
    "persons": ("{Sites} are weighted by their number of {persons}. ",),
}  # fmt: skip
TWO_STAGES = (
    "With one arm this is two-stage least squares on the data of {persons}, with an indicator for each {site} and the products "
    "of {site} and treatment as instruments; with an intercept, treatment itself is a regressor of the second stage. "
)
CLUSTERED = "Standard errors are robust to clustering by {site}, and {tests}. "
IN_THESE_SITES = (
    "These {sites} are all whose average effect is asked for: standard errors are those of trials repeated in them, from the "
    "covariances of {units} within arms of each {site} and not from how {sites} scatter; tests have the degrees of freedom of "
    "{units} within arms. "
)
TESTS = (
    "The conditional F is that of Sanderson and Windmeijer (2016), without weights. The command identcheck code "
    "writes the whole analysis for R, Stata and Python, with --tests the tests of the scatter of site effects too."
)
ONE_ARM = (
    " In R and Python it has these standard errors for effects of one arm; elsewhere it has those clustered by {site}, which "
    "are too large, and says so."
)
NOT_IN_STATA = " In R and Python it has these tests of effects; in Stata it has plain ones, and says so."
BY_SITE = (
    "{Site} by {site}: the equations of each {site}, one for each arm, are solved by themselves, by two-stage least "
    "squares among its persons with the arms as instruments; the solutions are averaged, with standard errors from their "
    "spread. Give the compliance of each {site} with its error: where one is weak, the average of ratios has no moments "
    "and may mean nothing."
)
WITHOUT = (
    "{site} by {site} these take no (vii). There are as many arms as mediators in the equation, so the contrasts of each {site} "
    "can be solved by themselves and the solutions averaged, and it does not matter how compliances and effects go together "
    "between {sites}. In exchange treatment must move the mediators in every {site}; where it does so weakly, an average of "
    "ratios has no moments, so give the compliance of each {site} with its error."
)
HEADING = "How each effect is estimated"


def estimation_section(matter: Matter) -> Section:
    """What site effects are, then each regression once with the effects that it estimates."""
    return Section("analysis", HEADING, tuple(_blocks(matter)))


def _blocks(matter: Matter) -> Iterator[Block]:
    design = matter.design
    if matter.contrasts:
        arms = briefs(design, list(dict.fromkeys(f.target.source for f in matter.contrasts)))
        yield Paragraph(
            f"The effects of {arms}: the mean of the treated less the mean of the controls, within {_each(design)}."
        )
    over_sites = [f for f in matter.regressed if f.best is not None and not f.best.site_by_site]
    moderated = _moderated(f.best for f in over_sites if f.best is not None)
    if over_sites and design.sites != 1:
        yield Paragraph(tuple(_how(matter, CHANGING if moderated else SLOPES)))
    if moderated:
        yield Paragraph(tuple(_letters(design, moderated)))
    if len(over_sites) < len(matter.regressed):
        yield Paragraph(_worded(BY_SITE, design))
    groups: dict[object, list[Finding]] = {}
    for finding in matter.regressed:
        groups.setdefault(_key(finding), []).append(finding)
    for same in groups.values():
        yield from _regression(same)
    if spared := [f for f in over_sites if _spared(f)]:
        effects = listed([question(f) for f in spared])
        yield Paragraph(f"{effects}: {_worded(WITHOUT, design)}", "Without (vii)")


def _spared(finding: Finding) -> bool:
    """Whether the effect could be had from each site's own contrasts, and rests on (vii) as it is estimated."""
    large = is_large(finding.design)
    return "vii" in finding.rests_on and not large and bool(site_by_site(finding.design, finding.target))


def _worded(text: str, design: Design) -> str:
    """A sentence in the trial's words."""
    words = {name: design.word(name) for name in ("site", "sites")}
    return text.format(**words, Site=capital(words["site"]))


def _how(matter: Matter, slopes: str) -> Iterator[Piece]:
    """How every regression of site effects is run, in the trial's words."""
    design, plan = matter.design, matter.plan
    words = {name: design.word(name) for name in ("site", "sites", "persons")}
    words["Sites"] = capital(words["sites"])
    yield PER_SITE.format(**words, slopes=slopes)
    yield Formula(r"\omega_s")
    yield f" is what a {words['site']} deviates from them. "
    yield from (p.format(**words) if isinstance(p, str) else p for p in WEIGHTS[design.weights])
    words["units"] = assigned_unit(design) or words["persons"]
    fixed = plan is not None and plan.sites_are == "population"
    test = "CR1" if plan is None else plan.test
    words["tests"] = tests_in_words(test, words["site"], words["sites"], bool(matter.contrasts))
    tests = TESTS + (ONE_ARM if fixed else "" if test == "CR1" else NOT_IN_STATA)
    two_stages = TWO_STAGES if design.weights == "precision" else ""
    yield f"{two_stages}{IN_THESE_SITES if fixed else CLUSTERED}{tests}".format(**words)


def _each(design: Design) -> str:
    if design.sites == 1:
        return "the trial"
    over = design.word("sites" if design.average == "sites" else "persons")
    return f"each {design.word('site')}, averaged over {over}"


def _key(finding: Finding) -> object:
    best = finding.best
    return best.regression if isinstance(best, Strategy) else best


def _regression(same: Sequence[Finding]) -> Iterator[Block]:
    best = same[0].best
    assert best is not None
    yield Paragraph(f"{capital(best.name)}.", listed([question(f) for f in same]))
    each = {part.regression: part for part in best.parts}.values()
    shown = [f for part in each for f in _equation(part)]
    shown += [] if any(f.target.levels for f in same) else _averages(best)
    yield Equations(tuple(map(Equation, shown)))
    if parts := tuple(Item(f"{capital(listed(words))}: {name}.") for name, words in _factors(best).items()):
        yield Bullets(parts)


def _averages(best: Strategy | Composed) -> Iterator[Formula]:
    """How average effects are put together from the coefficients of its regressions with modifiers."""
    lines = (moderated_average(reg, u) for reg in _moderated([best]) for u in reg.regressors)
    return map(Formula, dict.fromkeys(lines))


def _moderated(strategies: Iterable[Strategy | Composed]) -> list[Regression]:
    parts = (part for strategy in strategies for part in strategy.parts)
    return list(dict.fromkeys(p.regression for p in parts if p.moderators and p.regressors))


def _letters(design: Design, moderated: Iterable[Regression]) -> Iterator[Piece]:
    """What the letters for modifiers stand for."""
    named = {term[0]: level for reg in moderated for term, level in _single(reg)}
    modifiers = {m.name: m for m in design.modifiers}
    for place, ((name, category), level) in enumerate(named.items()):
        words, categories = modifiers[name].words, modifiers[name].scale == "categorical"
        yield from (", " if place else "Modifiers: ", Formula(latex(level)))
        yield f" is 1 where {words} is {category}, else 0" if categories else f" is {words}"
    yield ". Below the equations stands how average effects are put together from the coefficients."


def _single(reg: Regression) -> Iterator[tuple[Term, Expr]]:
    """The terms of one modifier alone, and their symbols."""
    return ((t, level) for t, level in zip(reg.terms(""), reg.levels(""), strict=True) if len(t) == 1)


def _factors(best: Strategy | Composed) -> Mapping[str, list[str]]:
    """The regressions of a composed strategy, each with the effects that it estimates."""
    found: dict[str, list[str]] = {}
    for factor in () if isinstance(best, Strategy) else _each_factor(best):
        found.setdefault(factor.strategy.name, []).append(factor.words)
    return found


def _each_factor(best: Composed) -> Iterable[Factor]:
    return dict.fromkeys(factor for term in best.terms for factor in term.factors)


def _equation(strategy: Strategy) -> tuple[Formula, ...]:
    """The equation of the regression, one for each arm: slopes are averages, deviations of sites are the error."""
    regression = strategy.regression
    if regression.site_by_site:
        return tuple(Formula(step.latex) for step in own_solution(strategy))
    if regression.regressors and not regression.pooled and regression.design.sites != 1:
        return tuple(Formula(site_equation(regression, arm)) for arm in regression.arms)
    return tuple(Formula(step.latex) for step in strategy.derivation if step.level == "sites")
