"""The estimator that a strategy uses, in numbers: one interface to regressions, pooled ratios and plain contrasts."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from identcheck.basics.once import once
from identcheck.decide.conditions import Regression
from identcheck.decide.strategies import Composed, Strategy
from identcheck.plan.closed.convergence import Limits
from identcheck.plan.closed.draws import Representative
from identcheck.plan.closed.estimate import Estimate, power_of
from identcheck.plan.closed.polynomials import Products
from identcheck.plan.closed.pooled import Pooled
from identcheck.plan.closed.precision import Precision
from identcheck.plan.inputs.anticipated import Anticipated
from identcheck.plan.inputs.persons import least_persons

__all__ = ["MOST_PERSONS", "MOST_SITES", "Budget", "Estimators", "persons_needed", "sites_needed"]

MOST_SITES = 10_000
MOST_PERSONS = 1_000_000
"""More sites, or persons per site, than this are reported as out of reach."""

At = Callable[..., Estimate]


@dataclass(frozen=True)
class Budget:
    """The bias of an estimate by its causes; they add up to ``total``.

    Attributes:
        between: compliance-effect covariance between sites: (vii) fails.
        within: compliance-effect covariance within sites: (vi) fails.
        bypass: paths from treatment around the regressors: exclusion fails, or what an intercept cannot take up.
        left_out: arrows between mediators that the design leaves out (wrongly assumed parallel): the coefficient stands
            for another effect than the one asked for.
        persons: few persons per site: estimates lean towards ordinary regression.
        sites: few sites.
    """

    between: float = 0.0
    within: float = 0.0
    bypass: float = 0.0
    left_out: float = 0.0
    persons: float = 0.0
    sites: float = 0.0

    @property
    def total(self) -> float:
        """The bias of the estimate at the plan's numbers of sites and persons."""
        return math.fsum((self.between, self.within, self.bypass, self.left_out, self.persons, self.sites))


class Estimators:
    """The estimators of every regression under one plan; each is worked out once."""

    def __init__(self, anticipated: Anticipated, products: Products | None = None) -> None:
        self.anticipated = anticipated
        self.products = Products(anticipated) if products is None else products
        self.sites = Representative(self.products)

    @once
    def limits(self, regression: Regression) -> Limits:
        """The limits of a regression."""
        return Limits(self.products, regression)

    @once
    def precision(self, regression: Regression) -> Precision:
        """The sampling distribution of a regression's coefficients."""
        return Precision(self.limits(regression), self.sites)

    @once
    def pooled(self, regression: Regression) -> Pooled:
        """The pooled estimator with the same regressors."""
        return Pooled(self.limits(replace(regression, intercepts=(), pooled=True)))

    def at(self, regression: Regression) -> At:
        """What the estimator of a regression does at a number of sites and persons."""
        if not regression.regressors:
            return self.pooled(regression).contrast_at
        return self.pooled(regression).at if regression.pooled else self.precision(regression).at

    def place(self, regression: Regression, column: str) -> int:
        """The position of a column among those that are solved for."""
        return self.limits(regression).columns.index(column) if regression.regressors else 0

    def budget(self, regression: Regression, column: str, target: float) -> Budget:
        """The bias of one coefficient for an effect, by its causes."""
        if not regression.regressors:
            return Budget()
        estimate, place = self.at(regression)(), self.place(regression, column)
        limits = self.limits(regression)
        if regression.pooled:
            parts = {key: float(part[place]) for key, part in self.pooled(regression).parts().items()}
        else:
            row = self.precision(regression).inverse[place]
            parts = {key: float(row @ part) for key, part in limits.parts.items()}  # theory (9.2)
        own = float(limits.targets[place])
        explained = math.fsum(parts.values())
        return Budget(  # theory (11.4): what h does not explain of the limit is few persons' doing
            **parts,
            left_out=own - target,
            persons=float(estimate.limit[place]) - own - explained,
            sites=float(estimate.few_sites[place]),
        )

    def expected(self, strategy: Strategy) -> float:
        """What the coefficient of a strategy comes to on average, to first order in the number of sites."""
        estimate = self.at(strategy.regression)()
        place = self.place(strategy.regression, strategy.column)
        return float(estimate.limit[place] + estimate.few_sites[place])

    def composed(self, strategy: Composed) -> float:
        """What a composed estimate comes to on average, to first order: the same sum of products of its parts' values."""
        return math.fsum(
            term.sign * math.prod(self.expected(factor.strategy) for factor in term.factors)
            for term in strategy.terms
        )


def sites_needed(at: At, place: int, effect: float, alpha: float, power: float) -> int | None:
    """The least number of sites at which a test finds an effect with the given power; None if out of reach."""

    def enough(sites: int) -> bool:
        return _power(at(sites=float(sites)), place, effect, alpha) >= power

    return _least(enough, 2, MOST_SITES) if effect else None


def persons_needed(
    at: At, place: int, effect: float, alpha: float, power: float, anticipated: Anticipated
) -> int | None:
    """The least average number of persons per site, sites and their spread as planned; None if out of reach."""
    counted = anticipated.persons / float(anticipated.sizes.mean())

    def enough(persons: int) -> bool:
        return _power(at(persons=persons * counted), place, effect, alpha) >= power

    return _least(enough, least_persons(anticipated.shares), MOST_PERSONS) if effect else None


def _power(estimate: Estimate, place: int, effect: float, alpha: float) -> float:
    return power_of(effect, estimate.se(place), estimate.degrees, alpha)


def _least(enough: Callable[[int], bool], low: int, high: int) -> int | None:
    """The least number that is enough, where every greater one is too; None where the highest is not."""
    if not enough(high):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return low
