"""How each effect of interest is estimated: its regression, or the contrast of arms, and its equation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from identcheck.decide.identification import Finding
from identcheck.decide.strategies import Composed, Strategy
from identcheck.decide.strategies.composed import Factor
from identcheck.decide.strategies.derivation import site_equation
from identcheck.derive.words import briefs, capital, listed
from identcheck.describe.design import Design
from identcheck.report.blocks import Block, Bullets, Equation, Equations, Item, Paragraph, Section
from identcheck.report.matter import Matter
from identcheck.report.sections.questions import question
from identcheck.symbols.written import Formula, Piece

__all__ = ["estimation_section"]

PER_SITE = (
    "In each {site} the effect of treatment on what stands left in an equation is regressed on its effects on the mediators at "
    "the right. The slopes are the average effects of interest; "
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
TESTS = (
    "Standard errors are robust to clustering by {site}, and tests have as many degrees of freedom as there are {sites} less "
    "coefficients. The conditional F is that of Sanderson and Windmeijer (2016), without weights. The command identcheck code "
    "writes the whole analysis for R, Stata and Python."
)
HEADING = "How each effect is estimated"


def estimation_section(matter: Matter, id: str = "analysis", heading: str = HEADING) -> Section:
    """What site effects are, then each regression once with the effects that it estimates."""
    return Section(id, heading, tuple(_blocks(matter)))


def _blocks(matter: Matter) -> Iterator[Block]:
    design = matter.design
    if matter.contrasts:
        arms = briefs(design, list(dict.fromkeys(f.target.source for f in matter.contrasts)))
        yield Paragraph(
            f"The effects of {arms}: the mean of the treated less the mean of the controls, within {_each(design)}."
        )
    if matter.regressed and design.sites != 1:
        yield Paragraph(tuple(_how(design)))
    groups: dict[object, list[Finding]] = {}
    for finding in matter.regressed:
        groups.setdefault(_key(finding), []).append(finding)
    for same in groups.values():
        yield from _regression(same)


def _how(design: Design) -> Iterator[Piece]:
    """How every regression of site effects is run, in the trial's words."""
    words = {name: design.word(name) for name in ("site", "sites", "persons")}
    words["Sites"] = capital(words["sites"])
    yield PER_SITE.format(**words)
    yield Formula(r"\omega_s")
    yield f" is what a {words['site']} deviates from them. "
    yield from (p.format(**words) if isinstance(p, str) else p for p in WEIGHTS[design.weights])
    yield (TWO_STAGES if design.weights == "precision" else "").format(**words) + TESTS.format(**words)


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
    yield Equations(tuple(Equation(f) for part in dict.fromkeys(best.parts) for f in _equation(part)))
    if parts := tuple(Item(f"{capital(factor.words)}: {factor.strategy.name}.") for factor in _factors(best)):
        yield Bullets(parts)


def _factors(best: Strategy | Composed) -> Iterable[Factor]:
    if isinstance(best, Strategy):
        return ()
    return dict.fromkeys(factor for term in best.terms for factor in term.factors)


def _equation(strategy: Strategy) -> tuple[Formula, ...]:
    """The equation of the regression, one for each arm: slopes are averages, deviations of sites are the error."""
    regression = strategy.regression
    if regression.regressors and not regression.pooled and regression.design.sites != 1:
        return tuple(Formula(site_equation(regression, arm)) for arm in regression.arms)
    return tuple(Formula(step.latex) for step in strategy.derivation if step.level == "sites")
