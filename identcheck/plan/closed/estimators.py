"""The estimator that a strategy uses, in numbers: one interface to regressions, pooled ratios and plain contrasts.

Pooled are averages over sites first, then one equation per arm. With G the (L, J) matrix of mean compliances and y the L
mean effects on the outcome, the pooled estimator is G^+ y; with one arm and one mediator the ratio beta / gamma. Its bias
between sites is Cov(r_u, d_u), that within sites E[Cov_s(Gamma_u, D_u)], both divided by G (theory, equation (9.4)); it
needs no third moments.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from identcheck.basics.once import once
from identcheck.decide.conditions import Regression
from identcheck.decide.strategies import Composed, Strategy
from identcheck.plan.closed.convergence import Limits
from identcheck.plan.closed.polynomials import Products, times
from identcheck.plan.closed.precision import Estimate, Precision, numbers
from identcheck.plan.closed.questions import true_value
from identcheck.plan.closed.representative import Representative
from identcheck.plan.closed.t_tests import power_of, smallest_detectable
from identcheck.plan.inputs.anticipated import Anticipated, Array
from identcheck.plan.inputs.groups import in_groups
from identcheck.plan.inputs.plan import Plan

__all__ = ["MOST_PERSONS", "MOST_SITES", "At", "Budget", "Estimators", "Pooled", "least", "needed"]


class Pooled:
    """The pooled estimator of a regression under a plan, with the regression's limits."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits

    @cached_property
    def means(self) -> Array:
        """Mean effects over sites: (L, J + 1), regressors and, last, the outcome."""
        over_sites = self.limits.products.over_sites
        return np.array([[over_sites(item) for item in row] for row in self.limits.rows])

    @cached_property
    def inverse(self) -> Array:
        """G^+, (J, L)."""
        return np.asarray(np.linalg.pinv(self.means[:, :-1]))

    def parts(self) -> dict[str, Array]:
        """The bias of each coefficient by its cause, (J,) each: theory, equation (9.4)."""
        over_sites = self.limits.products.over_sites
        return {
            key: np.asarray(self.inverse @ np.array(list(map(over_sites, left_out))))
            for key, left_out in self.limits.left_out.items()
        }

    @cached_property
    def spread(self) -> Array:
        """Covariance over sites of the rows' entries, (L, J+1, L, J+1)."""
        rows, over_sites = self.limits.rows, self.limits.products.over_sites
        arms, size = self.means.shape
        found = np.zeros((arms, size, arms, size))
        for at in np.ndindex(arms, size, arms, size):
            product = over_sites(times(rows[at[0]][at[1]], rows[at[2]][at[3]]))
            found[at] = product - self.means[at[0], at[1]] * self.means[at[2], at[3]]
        return found

    def total(self, persons: float) -> Array:
        """K times the covariance of the weighted means over sites, (L, J+1, L, J+1)."""
        own, once, _ = self.limits.anticipated.spread_of_weights
        sampling = once * self.limits.noise_of_rows / persons
        return np.asarray(sampling if self.limits.anticipated.fixed else own * self.spread + sampling)

    def at(self, sites: float | None = None, persons: float | None = None) -> Estimate:
        """The estimator at a number of sites and of persons per site; those of the plan where left out."""
        count, n = numbers(self.limits.anticipated, sites, persons)
        total = self.total(n)
        limit = self.inverse @ self.means[:, -1]
        c = np.append(-limit, 1.0)
        # the delta method for G^+ y: what is left of the outcome by arm, and its covariance with G
        residual = np.einsum("iajb,a,b->ij", total, c, c)
        pull = np.einsum("ljmb,jm,b->l", total[:, :-1], self.inverse, c)
        return Estimate(
            limit=np.asarray(limit),
            few_sites=np.asarray(-self.inverse @ pull / count),
            covariance=np.asarray(self.inverse @ residual @ self.inverse.T / count),
            degrees=self.limits.degrees(count, n, 1),
        )

    def contrast_at(self, sites: float | None = None, persons: float | None = None) -> Estimate:
        """The weighted average over sites of the first arm's contrast with control: a compliance, or the ITT."""
        count, n = numbers(self.limits.anticipated, sites, persons)
        return Estimate(
            limit=self.means[0, -1:],
            few_sites=np.zeros(1),
            covariance=np.full((1, 1), self.total(n)[0, -1, 0, -1] / count),
            degrees=self.limits.degrees(count, n, 1),
        )

    def strength(self, persons: float | None = None) -> float:
        """The first-stage F of one pooled instrument: 1 + K n p (1 - p) g^2 / R (theory, equation (11.15)).

        R / (n p (1 - p)) is the sampling variance of a site's compliance; n is the mean number of persons, the plan's for None.
        """
        anticipated = self.limits.anticipated
        mean = float(anticipated.sizes.mean())
        more = 1.0 if persons is None else persons / mean
        sampling = (
            anticipated.spread_of_weights[1]
            * float(self.limits.noise_of_rows[0, 0, 0, 0])
            / (anticipated.persons * more)
        )
        moved = anticipated.sites * float(self.means[0, 0]) ** 2  # K g^2
        return 1 + moved / sampling if sampling else math.inf


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
        persons: few persons per site: estimates lean toward ordinary regression.
        sites: few sites.
    """

    between: float = 0.0
    within: float = 0.0
    bypass: float = 0.0
    left_out: float = 0.0
    persons: float = 0.0
    sites: float = 0.0

    def largest(self, *, lasting: bool = False) -> str:
        """The name of the largest cause; ``lasting`` among those that neither more persons nor more sites take away."""
        causes = {
            name: abs(bias)
            for name, bias in vars(self).items()
            if not (lasting and name in ("persons", "sites"))
        }
        return max(causes, key=lambda name: causes[name])

    @property
    def total(self) -> float:
        """The bias of the estimate at the plan's numbers of sites and persons."""
        return math.fsum((self.between, self.within, self.bypass, self.left_out, self.persons, self.sites))


class Estimators:
    """The estimators of every regression under one plan; each is worked out once."""

    def __init__(self, anticipated: Anticipated) -> None:
        self.anticipated = anticipated
        self.products = Products(anticipated)
        self.sites = Representative(self.products)

    @once
    def rows(self, alike: tuple[str, ...]) -> Representative:
        """The representative rows: sites, or the groups of their persons who are alike in some characteristics."""
        if not alike:
            return self.sites
        return Representative(Products(in_groups(self.anticipated, alike)), self.sites)

    @once
    def limits(self, regression: Regression) -> Limits:
        """The limits of a regression."""
        return Limits(self.rows(regression.cells).products, regression)

    @once
    def precision(self, regression: Regression) -> Precision:
        """The sampling distribution of a regression's coefficients."""
        return Precision(self.limits(regression), self.rows(regression.cells))

    @once
    def pooled(self, regression: Regression) -> Pooled:
        """The pooled estimator with the same regressors."""
        return Pooled(self.limits(replace(regression, intercepts=(), pooled=True)))

    def at(self, regression: Regression) -> At:
        """What the estimator of a regression does at a number of sites and persons."""
        if not regression.regressors and not regression.moderators:
            return self.pooled(regression).contrast_at
        return self.pooled(regression).at if regression.pooled else self.precision(regression).at

    def place(self, regression: Regression, column: str) -> int:
        """The position of a column among those that are solved for."""
        plain = not regression.regressors and not regression.moderators  # a contrast
        return 0 if plain else self.limits(regression).columns.index(column)

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

    def added(self, strategy: Composed) -> Budget | None:
        """The bias of a sum of coefficients by its causes, each the sum of theirs; None where coefficients are multiplied."""
        if any(len(term.factors) > 1 for term in strategy.terms):
            return None
        found = dict.fromkeys(vars(Budget()), 0.0)
        for term in strategy.terms:
            (factor,) = term.factors
            part = factor.strategy
            own = self.budget(part.regression, part.column, true_value(self.products, factor.target))
            for cause, value in vars(own).items():
                found[cause] += float(term.sign) * value
        return Budget(**found)

    def expected(self, strategy: Strategy) -> float:
        """What the coefficient of a strategy comes to on average, to first order in the number of sites."""
        estimate = self.at(strategy.regression)()
        place = self.place(strategy.regression, strategy.column)
        return float(estimate.limit[place] + estimate.few_sites[place])


def needed(
    expected: Callable[[int], Estimate], low: int, high: int, place: int, effect: float, plan: Plan
) -> int | None:
    """The least number at which a test finds an effect with the power that a plan aims at; None if out of reach.

    Args:
        expected: what is expected of the estimator at a number of sites, or of persons per site; more are better.
        low: the least number that there may be.
        high: the highest that is within reach.
        place: of the coefficient that is tested.
        effect: its true value.
        plan: for the level and the power.
    """

    def enough(number: int) -> bool:
        estimate = expected(number)
        return (
            power_of(effect, estimate.se(place), estimate.freedom(place), plan.alpha, plan.sides)
            >= plan.power
        )

    def near() -> int:
        """About that number: variances are about a + b / number, and two of them tell a and b."""
        number, (a, b) = math.isqrt(low * high), (0.0, 0.0)
        far = expected(high).se(place) ** 2
        for _ in range(2):
            estimate = expected(number)
            degrees = max(estimate.freedom(place), 1.0)
            variance = (effect / smallest_detectable(1.0, degrees, plan.alpha, plan.power, plan.sides)) ** 2
            b = (estimate.se(place) ** 2 - far) / (1 / number - 1 / high) if number < high else b
            a = far - b / high
            if not (variance > a and b > 0):
                break
            number = max(low, round(min(b / (variance - a), high)))
        return number

    return least(low, high, enough, near) if effect else None


def least(
    low: int, high: int, enough: Callable[[int], bool], near: Callable[[], int] | None = None
) -> int | None:
    """The least whole number that is enough, where more are better; None where the highest is not.

    It is looked for about the number that ``near`` gives, if there is one.
    """
    if not enough(high):
        return None
    if near is not None:
        low, high = _about(near(), low, high, enough)
    return low + bisect_left(range(low, high), True, key=enough)


def _about(at: int, low: int, high: int, enough: Callable[[int], bool]) -> tuple[int, int]:
    """Numbers about one between which the least that is enough lies, by steps that double; the highest is enough."""
    step = max(1, at // 64)
    if enough(at):
        while at > low:
            below = max(at - step, low)
            if not enough(below):
                return below + 1, at
            at, step = below, 2 * step
        return at, at
    while True:
        above = min(at + step, high)
        if enough(above):
            return at + 1, above
        at, step = above, 2 * step
