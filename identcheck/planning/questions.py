"""The effects of a design that planning looks at, each with the strategy that would estimate it and its true value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from identcheck.design import Design
from identcheck.estimands import Estimand, Target
from identcheck.identification import Finding, Identification, check
from identcheck.identification import distinct as distinct_findings
from identcheck.memo import per_design
from identcheck.paths import count_paths, edges_of
from identcheck.planning.anticipated import Anticipated
from identcheck.planning.polynomials import MOST_PATHS, Poly, Products
from identcheck.strategies import Composed, Strategy

__all__ = ["Question", "questions", "true_value"]


@dataclass(frozen=True)
class Question:
    """An effect, how it would be estimated, and what it truly is in the anticipated world.

    Attributes:
        estimand: the effect.
        words: the effect in the design's labels.
        strategy: the best strategy with every numeral granted; None where there is none.
        column: the coefficient of the strategy that stands for the effect; "" for a composed one, or none.
        target: the effect's average over sites in the anticipated world, suspected arrows included.
        reason: why there is no strategy; "" where there is one.
    """

    estimand: Estimand
    words: str
    strategy: Strategy | Composed | None
    column: str
    target: float
    reason: str = ""


def questions(
    anticipated: Anticipated, estimands: Iterable[Estimand] | None = None, products: Products | None = None
) -> tuple[Question, ...]:
    """The effects of interest: those of ``check``, each once, or those asked for.

    Args:
        anticipated: the definite plan.
        estimands: the effects; None for the direct and total effects of every mediator, the arrows between
            mediators, the compliances and the intent-to-treat effects.
        products: averages of products of effects, where they have been begun already.

    Raises:
        InvalidQuestionError, UnknownVariableError: where the design has no such effect.
    """
    result = _all_granted(anticipated.design)
    known = Products(anticipated) if products is None else products
    if estimands is not None:
        return tuple(_question(known, result[e]) for e in dict.fromkeys(estimands))
    once = set(distinct_findings(result.findings))
    if anticipated.plan.suspected:  # what is one effect in the design may be two in the anticipated world
        values = {_values(known, finding) for finding in once}
        once |= {finding for finding in result.findings if _values(known, finding) not in values}
    return tuple(_question(known, finding) for finding in result.findings if finding in once)


def _values(products: Products, finding: Finding) -> tuple[str, str, float]:
    target = finding.target
    return target.source, target.target, true_value(products, target)


@per_design
def _all_granted(design: Design) -> Identification:
    return check(design, "all")


def _question(products: Products, finding: Finding) -> Question:
    best = finding.best
    column = best.column if isinstance(best, Strategy) else ""
    reason = "" if best is not None else finding.reason
    value = true_value(products, finding.target)
    return Question(finding.estimand, finding.words, best, column, value, reason)


def true_value(products: Products, target: Target) -> float:
    """The average over sites of the effect along the paths of a target, in the anticipated world.

    Raises:
        InvalidQuestionError: where effects are correlated and there are too many paths to multiply out.
    """
    at = products.anticipated
    if target.route is None:
        if (
            _unrelated(at)
            and count_paths(at.world, target.source, target.target, target.avoiding) > MOST_PATHS
        ):
            return _along_means(at, target)
        poly = products.site_effect(target.source, target.target, target.avoiding)
    else:
        place = products.anticipated.place
        along: Poly = {tuple(sorted(place[edge] for edge in edges_of(target.route))): 1.0}
        poly = products.over_persons(along)
    return products.over_sites(poly)


def _unrelated(at: Anticipated) -> bool:
    """Whether no two arrows' effects move together, so that the average of a path is the product of averages."""
    apart = all(not np.any(matrix - np.diag(np.diag(matrix))) for matrix in (at.between, at.within))
    return apart and all(i == j == k for i, j, k in (*at.third_between, *at.third_within))


def _along_means(at: Anticipated, target: Target) -> float:
    """The effect along the graph at the average of each arrow."""
    known = {target.source: 1.0}
    for node in at.nodes:
        if node not in target.avoiding and node != target.source:
            into = (u for u in at.world.causal.predecessors(node) if u in known)
            known[node] = sum(float(at.mean[at.place[u, node]]) * known[u] for u in into)
    return known[target.target]
