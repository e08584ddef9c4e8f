"""How far an estimate moves if a condition fails: the slope of the bias in each moment that the condition sets to 0.

For a coefficient j of a regression the bias is row j of P^{-1} times the numerator h (``limits``), and h is linear in the
moments: with g = E r and H the arms' weights,

    E[x_lk H_lm r_mu (d_u - E d_u)] = H_lm (E x_lk Cov(r_mu, d_u) + g_mu Cov(x_lk, d_u) + mu(x_lk, r_mu, d_u))

and so on for covariances within sites and for what bypasses the regressors. Source: theory sections 8 and 9.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from identcheck.conditions import Between, Bypass, Condition, Cut, Rank, Shared, Within, shared_edges
from identcheck.moments import covariance
from identcheck.notation import Coefficient, E_s
from identcheck.paths import edges_of, paths
from identcheck.planning.defaults import VARIATION
from identcheck.planning.estimators import Estimators
from identcheck.planning.ledger import arrow_name
from identcheck.planning.polynomials import Poly, Products, plus, times
from identcheck.planning.questions import Question
from identcheck.strategies import Strategy
from identcheck.typeset import text_of

__all__ = ["Move", "moves_of"]

Array = NDArray[np.float64]

NOTHING = 1e-10
"""A slope below this share of the largest is rounding error: the moment leaves the estimate where it is."""
Ends = tuple[str, str, frozenset[str]]


@dataclass(frozen=True)
class Move:
    """How far the estimate of an effect moves with one moment that a condition sets to 0.

    Attributes:
        numeral: of the assumption that the condition belongs to; "" where no numeral grants it.
        condition: the condition in words.
        quantity: the moment, written out.
        unit: what one unit of it is: "correlation", "third moment in SDs", or a size in units of the outcome.
        planned: its value in the anticipated world.
        slope: what the estimate gains with one unit of it, in units of the outcome per unit of the regressor.
        bound: the largest value it can have; None for no bound.
        within_reference: the effect is not said to vary within sites, so its SD within is taken to be that between.
    """

    numeral: str
    condition: str
    quantity: str
    unit: str
    planned: float
    slope: float
    bound: float | None = 1.0
    within_reference: bool = False

    def tipping(self, away: float) -> float | None:
        """The value at which the estimate is off by ``away``; None where none does it, or none that is possible."""
        if not self.slope:
            return None
        value = away / self.slope
        return None if self.bound is not None and abs(value) > self.bound else value


class _Coefficient:
    """One coefficient of a regression, and how its limit answers to what the regression leaves out."""

    def __init__(self, estimators: Estimators, question: Question) -> None:
        assert isinstance(question.strategy, Strategy)
        self.estimators = estimators
        self.products = estimators.products
        self.question = question
        self.regression = reg = question.strategy.regression
        self.design = reg.design
        self.limits = estimators.limits(reg)
        place = estimators.place(reg, question.column)
        if reg.pooled:
            self.arm_pull = estimators.pooled(reg).inverse[place]
        else:
            row = estimators.precision(reg).inverse[place]
            self.row = dict(zip(self.limits.columns, row.tolist(), strict=True))

    def pull(self, arm: str, part: Poly) -> float:
        """What the coefficient gains if an arm's outcome effect has this further part, a polynomial of the site."""
        reg, limits = self.regression, self.limits
        m = reg.arms.index(arm)
        if reg.pooled:
            return float(self.arm_pull[m]) * self.products.over_sites(part)
        total = 0.0
        for place, row in enumerate(limits.rows):
            for column, item in zip(limits.columns, row[:-1], strict=True):
                if item:
                    mean = self.products.over_sites(times(item, part))
                    total += self.row[column] * float(limits.weights[place, m]) * mean
        return total

    def weight(self, arm: str, other: str) -> float:
        """H between two arms."""
        arms = self.regression.arms
        return float(self.limits.weights[arms.index(arm), arms.index(other)])

    def sd(self, ends: Ends) -> float:
        """The SD across sites of an effect."""
        poly = self.products.site_effect(*ends)
        mean = self.products.over_sites(poly)
        return math.sqrt(max(self.products.over_sites(times(poly, poly)) - mean**2, 0.0))

    def covariance(self, one: Ends, *others: Ends) -> float:
        """The joint central moment across sites of effects."""
        found: Poly = {(): 1.0}
        for ends in (one, *others):
            poly = self.products.site_effect(*ends)
            found = times(found, plus(poly, {(): -self.products.over_sites(poly)}))
        return self.products.over_sites(found)


def moves_of(estimators: Estimators, question: Question) -> tuple[Move, ...]:
    """Every condition of the strategy for an effect, moment by moment; empty for a contrast or a composed strategy."""
    if not isinstance(question.strategy, Strategy) or not question.strategy.regressors:
        return ()
    coefficient = _Coefficient(estimators, question)
    found: list[Move] = []
    for condition in question.strategy.conditions:
        if isinstance(condition, Between):
            found += _between(coefficient, condition)
        elif isinstance(condition, Bypass):
            found += _bypass(coefficient, condition)
        elif isinstance(condition, Within):
            found += _within(coefficient, condition)
        elif isinstance(condition, Cut):
            found += _cut(coefficient, condition)
        elif isinstance(condition, Shared):
            found += _shared(coefficient, condition)
        elif not isinstance(condition, Rank):
            raise NotImplementedError(type(condition).__name__)
    found += _weights(coefficient)
    least = NOTHING * max((abs(move.slope) for move in found), default=0.0)
    return tuple(replace(move, slope=0.0) if abs(move.slope) < least else move for move in found)


def _between(of: _Coefficient, condition: Between) -> Iterator[Move]:
    """Covariances of d_u with every compliance, then third moments with that of u and each other."""
    reg, u, products = of.regression, condition.regressor, of.products
    effect = (u, reg.outcome, reg.others(u))
    spread = of.sd(effect)
    subject = condition.subject
    if not spread or condition.implied:
        return
    for arm in reg.arms:
        for j in reg.regressors:
            ends = (arm, j, frozenset[str]())
            sd = of.sd(ends)
            if not sd or (reg.pooled and j != u):
                continue
            slope = of.pull(arm, {(): 1.0}) if j == u else 0.0
            if not reg.pooled:
                slope += of.row.get(j, 0.0) * math.fsum(
                    of.weight(arm, other) * products.mean_effect(other, u) for other in reg.arms
                )
            name = text_of(covariance(of.design, reg.compliance(arm, j), subject))
            planned = of.covariance(ends, effect) / (sd * spread)
            yield _move(condition, name, "correlation", planned, slope * sd * spread)
    if not reg.pooled:
        yield from _third(of, condition, effect, spread)


def _third(of: _Coefficient, condition: Between, effect: Ends, spread: float) -> Iterator[Move]:
    reg, u = of.regression, condition.regressor
    for arm, other, j in product(reg.arms, reg.arms, reg.regressors):
        twice = j == u and arm != other  # mu(r_lu, r_mu, d_u) stands for both orders of two arms
        if j not in of.row or (twice and reg.arms.index(other) < reg.arms.index(arm)):
            continue
        own, ends = (arm, u, frozenset[str]()), (other, j, frozenset[str]())
        scale = of.sd(own) * of.sd(ends) * spread
        if scale:
            slope = of.row[j] * of.weight(arm, other) * (1 + twice)
            items = (reg.compliance(arm, u), reg.compliance(other, j))
            name = text_of(covariance(of.design, *items, condition.subject))
            planned = of.covariance(own, ends, effect) / scale
            yield _move(condition, name, "third moment in SDs", planned, slope * scale, bound=None)


def _bypass(of: _Coefficient, condition: Bypass) -> Iterator[Move]:
    """Covariances of theta with every compliance."""
    reg, arm = of.regression, condition.arm
    effect = (arm, reg.outcome, frozenset(reg.regressors))
    spread = of.sd(effect)
    if not spread or condition.implied:
        return
    for other in reg.arms:
        for j in reg.regressors:
            ends = (other, j, frozenset[str]())
            sd = of.sd(ends)
            if not sd or j not in of.row:
                continue
            slope = of.row[j] * of.weight(other, arm)
            name = text_of(covariance(of.design, reg.compliance(other, j), condition.subject))
            planned = of.covariance(ends, effect) / (sd * spread)
            yield _move(condition, name, "correlation", planned, slope * sd * spread)


def _within(of: _Coefficient, condition: Within) -> Iterator[Move]:
    """Each covariance and third moment within sites of arrows above and below the mediator, the same in all sites."""
    if not condition.covariances:
        return
    reg, u = of.regression, condition.regressor
    sds, assumed = _within_sds(of)
    place = of.products.anticipated.place
    for item in condition.moments(order=3):
        edges = [(a.meaning.source, a.meaning.target) for a in item.args if isinstance(a, Coefficient)]
        numbers = sorted(place[edge] for edge in edges)
        slope = 0.0
        for arm in reg.arms:
            slope += of.pull(arm, _factor_of(of.products, arm, u, reg.outcome, reg.others(u), numbers))
        scale = math.prod(sds[i] for i in numbers)
        if not scale or not slope:
            continue
        unit = "correlation" if len(numbers) == 2 else "third moment in SDs"
        planned = _planned_within(of.products, numbers) / scale
        reference = any(assumed[i] for i in numbers)
        bound = 1.0 if len(numbers) == 2 else None
        yield replace(
            _move(condition, text_of(item), unit, planned, slope * scale, bound=bound),
            within_reference=reference,
        )


def _within_sds(of: _Coefficient) -> tuple[list[float], list[bool]]:
    """The SD within sites of each arrow's effect; where the plan says 0, that across sites stands in."""
    anticipated = of.products.anticipated
    inside, across = np.sqrt(np.diag(anticipated.within)), np.sqrt(np.diag(anticipated.between))
    assumed = [
        not sd and anticipated.world.varies(*edge) == "persons"
        for sd, edge in zip(inside, anticipated.edges, strict=True)
    ]
    sds = [float(b if a else w) for w, b, a in zip(inside, across, assumed, strict=True)]
    return sds, assumed


def _planned_within(products: Products, numbers: list[int]) -> float:
    anticipated = products.anticipated
    if len(numbers) == 2:
        return float(anticipated.within[numbers[0], numbers[1]])
    return anticipated.third_within.get((numbers[0], numbers[1], numbers[2]), 0.0)


def _factor_of(
    products: Products, arm: str, u: str, outcome: str, others: frozenset[str], moment_of: list[int]
) -> Poly:
    """What multiplies a moment of some arrows in Cov_s(Gamma_u, D_u): the site means of the rest of each path."""
    world, place = products.anticipated.world, products.anticipated.place
    found: Poly = {}
    for above in paths(world, arm, u):
        upper = [place[edge] for edge in edges_of(above)]
        for below in paths(world, u, outcome, others):
            lower = [place[edge] for edge in edges_of(below)]
            if (
                set(moment_of) <= {*upper, *lower}
                and set(moment_of) & set(upper)
                and set(moment_of) & set(lower)
            ):
                rest = tuple(sorted(set(upper + lower) - set(moment_of)))
                found = plus(found, {rest: 1.0})
    return found


def _cut(of: _Coefficient, condition: Cut) -> Iterator[Move]:
    """A direct effect of an arm on the outcome, past the regressors, of one unit of the outcome in every site."""
    reg, products = of.regression, of.products
    for arm in condition.regression.arms:
        theta = products.mean_effect(arm, reg.outcome, reg.regressors)
        name = f"effect of {arm} on {reg.outcome} past {', '.join(reg.regressors)}"
        slope = of.pull(arm, {(): 1.0})
        yield _move(condition, name, f"in units of {reg.outcome}", theta, slope, bound=None)


def _shared(of: _Coefficient, condition: Shared) -> Iterator[Move]:
    """The SD across sites of each shared arrow: a finite change, as the bias is not linear in it."""
    anticipated = of.products.anticipated
    now = of.estimators.budget(of.regression, of.question.column, of.question.target).between
    for edge in shared_edges(condition.regression):
        i = anticipated.place[edge]
        sd = math.sqrt(float(anticipated.between[i, i]))
        step = sd or VARIATION["modest"].value
        changed = anticipated.between.copy()
        changed[i, :] = changed[:, i] = 0.0
        changed[i, i] = 0.0 if sd else step**2
        other = Estimators(replace(anticipated, between=changed))
        then = other.budget(of.regression, of.question.column, of.question.target).between
        name = f"SD across sites of {arrow_name(edge)}"
        slope = (now - then if sd else then - now) / step
        yield _move(condition, name, "SD", sd, slope, bound=None)


def _weights(of: _Coefficient) -> Iterator[Move]:
    """(x): the site weights against the effect, where the average wanted has other weights."""
    if "x" not in of.design.numerals or of.question.column in of.regression.intercepts:
        return
    weights = of.products.anticipated.site_weights
    variation = float(weights.std() / weights.mean())
    reg, u = of.regression, of.question.column
    spread = of.sd((u, reg.outcome, reg.others(u)))
    if variation and spread:
        effect = text_of(E_s(reg.downstream(u)))
        yield Move(
            "x",
            "The weights of the sites are uncorrelated with the effect.",
            f"Corr(site weight, {effect})",
            "correlation",
            0.0,
            variation * spread,
        )


def _move(
    condition: Condition, name: str, unit: str, planned: float, slope: float, bound: float | None = 1.0
) -> Move:
    return Move(condition.assumption or "", condition.need, name, unit, planned, slope, bound)
