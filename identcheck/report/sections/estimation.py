"""How each effect of interest is estimated: its regression, or the contrast of arms, and its equation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from identcheck.decide.identification import Finding
from identcheck.decide.strategies import Composed, Strategy
from identcheck.decide.strategies.composed import Factor
from identcheck.derive.words import capital, listed
from identcheck.describe.design import Design
from identcheck.report.blocks import Block, Bullets, Equation, Equations, Item, Paragraph, Section
from identcheck.report.matter import Matter
from identcheck.report.sections.first_page import question
from identcheck.symbols.written import Formula

__all__ = ["estimation_section"]

WEIGHTS = {
    "precision": "{Sites} are weighted by n p (1 - p), for n {persons} of whom a share p is treated: the weights of two-stage "
    "least squares.",
    "sites": "All {sites} have the same weight.",
    "persons": "{Sites} are weighted by their number of {persons}.",
}
SITE_EFFECTS = "A site effect is the mean of the treated less the mean of the controls in one {site}."
TWO_STAGES = (
    "In the data of {persons} each such regression with one arm is two-stage least squares with an indicator for each {site} and "
    "the products of {site} and treatment as instruments; where it has an intercept, treatment itself is a regressor of the "
    "second stage."
)
SYMBOLS = (
    "On the left of each equation stands the site effect on what is regressed; on the right the site effects on the regressors, "
    "each with the average effect that is its slope, and what the {sites} deviate from these averages."
)
HEADING = "How each effect is estimated"


def estimation_section(matter: Matter, id: str = "analysis", heading: str = HEADING) -> Section:
    """What site effects are, then each regression once with the effects that it estimates."""
    return Section(id, heading, tuple(_blocks(matter)))


def _blocks(matter: Matter) -> Iterator[Block]:
    design = matter.design
    regressed = matter.regressed
    if contrasts := [f for f in matter.had if f not in regressed]:
        arms = listed(list(dict.fromkeys(design.short_label(f.target.source) for f in contrasts)))
        yield Paragraph(
            f"Effects of {arms}: the mean of the treated less the mean of the controls, within {_each(design)}."
        )
    if regressed and design.sites != 1:
        words = {name: design.word(name) for name in ("site", "sites", "persons")}
        words["Sites"] = capital(words["sites"])
        said = (
            SITE_EFFECTS,
            WEIGHTS[design.weights],
            TWO_STAGES if design.weights == "precision" else "",
            SYMBOLS,
        )
        yield Paragraph(" ".join(text.format(**words) for text in said if text))
    groups: dict[object, list[Finding]] = {}
    for finding in regressed:
        groups.setdefault(_key(finding), []).append(finding)
    for same in groups.values():
        yield from _regression(same)


def _each(design: Design) -> str:
    return (
        "the trial"
        if design.sites == 1
        else f"each {design.word('site')}, averaged over {design.word('sites')}"
    )


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
    steps = [step for step in strategy.derivation if step.level == "site" and step.lines]
    if steps:
        return tuple(Formula(step.lines[0]) for step in steps)
    return tuple(Formula(step.latex) for step in strategy.derivation if step.level == "sites")
