"""Which ranks can hold beside what is granted, and beside one another (theory section 7, JOINTLY)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from identcheck.decide.conditions.base import Regression
from identcheck.decide.conditions.rank import Rank
from identcheck.decide.conditions.shared import shared_edges
from identcheck.decide.estimands import Target
from identcheck.decide.strategies.composed import Composed, Factor
from identcheck.decide.strategies.strategy import Strategy
from identcheck.derive.jointly.beside import Beside, Ends, Equation
from identcheck.describe.design import Design

__all__ = ["Levels", "beside_granted", "jointly", "levels_granted"]

Levels = frozenset[str]


def levels_granted(design: Design, numerals: Collection[str]) -> Levels:
    """At which levels compliance and effect are granted to be unrelated, of every regression.

    With one arm a rank never rests on such covariances, so it does not matter.
    """
    if len(design.treatments) == 1:
        return frozenset()
    level = {"v": "persons", "vi": "persons", "vii": "sites"}
    if design.single:
        level.pop("vi")
    return frozenset(level[numeral] for numeral in numerals if numeral in level)


def beside_granted(reg: Regression, column: str, granted: Levels) -> Strategy:
    """The strategy of a regression; one that its rank excludes where it cannot hold beside what is granted."""
    if granted and reg.regressors:
        beside = Beside().granting(reg.design, granted if reg.pooled else granted & {"persons"})
        rank = Rank(reg, column)
        if not rank.violated and not rank.holds_beside(beside):
            return Strategy(reg, column, beside)
    return Strategy(reg, column)


def jointly(design: Design, composed: Composed, granted: Levels) -> Composed:
    """The composed strategy; where a rank cannot hold beside what the others need, one that is excluded by it.

    What one regression holds fixed (S), or demands of covariances, may be what the rank of another lives on.
    """
    regressions = [part.regression for part in composed.parts if part.regressors]
    beside = Beside(
        equations=tuple(
            dict.fromkeys(Equation(r.outcome, r.regressors, r.arms, r.pooled) for r in regressions)
        ),
        products=_products(composed),
        held=tuple(sorted({edge for reg in regressions for edge in shared_edges(reg)})),
    ).granting(design, granted)
    found = {part: _checked(part, beside) for part in composed.parts}
    if all(part == now for part, now in found.items()):
        return composed
    return replace(
        composed,
        terms=tuple(
            replace(t, factors=tuple(Factor(f.target, found[f.strategy]) for f in t.factors))
            for t in composed.terms
        ),
    )


def _checked(part: Strategy, beside: Beside) -> Strategy:
    if not part.regressors or any(condition.violated for condition in part.conditions):
        return part
    holds = Rank(part.regression, part.column).holds_beside(_for(part.regression, beside))
    return part if holds else replace(part, beside=_for(part.regression, beside))


def _for(reg: Regression, beside: Beside) -> Beside:
    """What matters beside this regression: for the means of each site, not what is about all persons of all sites."""
    if reg.pooled:
        return beside
    products = beside.products if reg.design.sites == 1 else ()
    return replace(beside.granting(reg.design, beside.levels & {"persons"}), products=products)


def _products(composed: Composed) -> tuple[tuple[Ends, ...], ...]:
    """The factors of every product whose mean is to be the product of the means."""
    terms = (term for term in composed.terms if len(term.factors) > 1 and not term.licensed)
    return tuple(tuple(_ends(factor.target) for factor in term.factors) for term in terms)


def _ends(target: Target) -> Ends:
    return target.route or (target.source, target.target, target.avoiding)
