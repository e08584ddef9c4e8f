"""Whether the ranks of the regressions of a composed strategy can hold beside one another (theory section 7, JOINTLY)."""

from __future__ import annotations

from dataclasses import replace

from identcheck.decide.conditions import Rank, Regression, shared_edges
from identcheck.decide.strategies.composed import Composed
from identcheck.decide.strategies.factors import Factor
from identcheck.decide.strategies.strategy import Levels, Strategy, granting
from identcheck.derive.jointly.beside import Beside, Ends, Equation
from identcheck.describe.design import Design

__all__ = ["jointly"]


def jointly(design: Design, composed: Composed, granted: Levels) -> Composed:
    """The composed strategy; where a rank cannot hold beside what the others need, one that is excluded by it.

    What one regression holds fixed (S), or demands of covariances, may be what the rank of another lives on. With one arm no rank
    lives on covariances.
    """
    regressions = [part.regression for part in composed.parts if part.regressors]
    regressions += [term.pair for term in composed.terms if term.pair is not None]
    held = tuple(sorted({edge for reg in regressions for edge in shared_edges(reg)}))
    if len(design.treatments) == 1 and not held and "shared" not in granted:
        return composed
    beside = Beside(
        equations=tuple(
            dict.fromkeys(Equation(r.outcome, r.regressors, r.arms, r.pooled) for r in regressions)
        ),
        products=_products(composed),
        held=held,
    )
    beside = granting(design, granted, beside)
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
    if not part.regressors or part.excluded or part.site_by_site:
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
    targets = ([factor.target for factor in term.factors] for term in terms)
    return tuple(tuple(t.route or (t.source, t.target, t.avoiding) for t in each) for each in targets)
