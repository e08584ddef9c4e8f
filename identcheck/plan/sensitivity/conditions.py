"""What a coefficient does if a condition of its regression fails: a function for each kind, moment by moment."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import singledispatch
from itertools import product
from typing import Any

import numpy as np

from identcheck.basics.once import once
from identcheck.decide.conditions import (
    Assigned,
    Between,
    Bypass,
    Condition,
    Cut,
    Everywhere,
    Linear,
    Product,
    Rank,
    Shared,
    Within,
    shared_edges,
    unknown_kind,
)
from identcheck.derive.moments import covariance
from identcheck.derive.paths import edges_of, paths
from identcheck.formats.plan_keys import arrow_name
from identcheck.plan.closed.estimators import Estimators
from identcheck.plan.closed.polynomials import ONE, Poly, Products, times
from identcheck.plan.inputs.defaults import VARIATION
from identcheck.plan.sensitivity.coefficient import CORRELATION, NO_NODES, Coefficient, Move
from identcheck.symbols.notation import Coefficient as Symbol, E_s
from identcheck.symbols.typeset import latex, text_of

__all__ = ["moves_with", "weight_moves"]


@singledispatch
def moves_with(condition: Condition, of: Coefficient) -> Iterable[Move]:
    """How the coefficient moves if the condition fails."""
    del of
    unknown_kind(condition, "moves_of")


@moves_with.register(Assigned)  # where it is a condition, it is violated, and nothing is planned
@moves_with.register(Rank)  # without it there is no coefficient
@moves_with.register(Everywhere)
@moves_with.register(Product)  # of a composed strategy, not of one of its coefficients
def _none(condition: Condition, of: Coefficient) -> Iterable[Move]:
    del condition, of
    return ()


@moves_with.register
def _between(condition: Between, of: Coefficient) -> Iterator[Move]:
    """Covariances of d_u with every compliance, then third moments with that of u and each other: theory, equation (9.2)."""
    reg, u = of.regression, condition.regressor
    effect = (u, reg.outcome, reg.others(u))
    if condition.implied:
        return
    for arm, j in product(reg.arms, reg.regressors):
        if reg.pooled and j != u:
            continue
        slope = of.gain(arm, ONE) if j == u else 0.0
        if not reg.pooled:
            slope += math.fsum(
                of.weight(arm, other) * of.pulled(j, (other, u, NO_NODES)) for other in reg.arms
            )
        name = covariance(of.design, reg.compliance(arm, j), condition.subject)
        yield from of.move(condition, name, ((arm, j, NO_NODES), effect), slope)
    for arm, other, j in product(reg.arms, reg.arms, () if reg.pooled else reg.regressors):
        twice = j == u and arm != other  # mu(r_lu, r_mu, d_u) stands for both orders of two arms
        if j not in of.row or (twice and reg.arms.index(other) < reg.arms.index(arm)):
            continue
        slope = of.row[j] * of.weight(arm, other) * (1 + twice)
        name = covariance(of.design, reg.compliance(arm, u), reg.compliance(other, j), condition.subject)
        yield from of.move(condition, name, ((arm, u, NO_NODES), (other, j, NO_NODES), effect), slope)


@moves_with.register
def _linear(condition: Linear, of: Coefficient) -> Iterator[Move]:
    """An effect that changes with the square of a continuous modifier: theory, equation (14.2)."""
    reg, known = of.regression, of.products
    for u in reg.regressors:
        for modifier in reg.design.modifiers:
            if (
                modifier.name not in reg.moderated_by(u)
                or known.law.place(modifier.name) in known.law.stepped
            ):
                continue
            level = known.term(((modifier.name, 0),))
            square = known.deviation(times(level, level))
            slope = math.fsum(of.gain(arm, times(known.site_effect(arm, u), square)) for arm in reg.arms)
            own = known.over_sites(times(square, known.site_effect(u, reg.outcome, reg.others(u))))
            planned = own / known.over_sites(times(square, square))
            words = reg.design.modifier_words(modifier.name)
            name = f"change of the effect of {u} on {reg.outcome} with the square of {words}"
            unit = "units of the effect per SD squared"
            yield Move(condition.numeral or "", condition.need, name, unit, planned, slope, bound=None)


@moves_with.register
def _bypass(condition: Bypass, of: Coefficient) -> Iterator[Move]:
    """Covariances of theta with every compliance."""
    reg, arm = of.regression, condition.arm
    effect = (arm, reg.outcome, frozenset(reg.regressors))
    for other, j in product(reg.arms, () if condition.implied else reg.regressors):
        if j in of.row:
            name = covariance(of.design, reg.compliance(other, j), condition.subject)
            slope = of.row[j] * of.weight(other, arm)
            yield from of.move(condition, name, ((other, j, NO_NODES), effect), slope)


@moves_with.register
def _within(condition: Within, of: Coefficient) -> Iterator[Move]:
    """Covariances and third moments within sites of arrows above and below the mediator: theory, equation (8.3)."""
    if not condition.covariances:
        return
    sds, assumed = _within_sds(of)
    at = of.products.anticipated
    for item in condition.moments(order=3):
        edges = [(a.meaning.source, a.meaning.target) for a in item.args if isinstance(a, Symbol)]
        numbers: Any = tuple(sorted(at.place[edge] for edge in edges))
        factors = (
            (arm, _factor_of(of, arm, condition.regressor, set(numbers))) for arm in of.regression.arms
        )
        slope = sum(of.gain(arm, factor) for arm, factor in factors)
        scale = math.prod(sds[i] for i in numbers)
        if not scale or not slope:
            continue
        moment = at.within[numbers] if len(numbers) == 2 else at.third_within.get(numbers, 0.0)
        move = Move.of(condition, item, len(numbers), float(moment) / scale, slope * scale)
        yield replace(of.said(move), within_reference=any(assumed[i] for i in numbers))


@moves_with.register
def _cut(condition: Cut, of: Coefficient) -> Iterator[Move]:
    """A direct effect of an arm on the outcome, past the regressors, of one unit of the outcome in every site."""
    reg = of.regression
    for arm in condition.regression.arms:
        theta = of.products.mean_effect(arm, reg.outcome, reg.regressors)
        name = f"effect of {arm} on {reg.outcome} past {', '.join(reg.regressors)}"
        about = (condition.numeral or "", condition.need, name, f"in units of {reg.outcome}")
        yield Move(*about, theta, of.gain(arm, ONE), bound=None)


@moves_with.register
def _shared(condition: Shared, of: Coefficient) -> Iterator[Move]:
    """The SD across sites of each shared arrow: a finite change, as the bias is not linear in it.

    Not where modifiers are held fixed, whose part in the arrow would have to change with it.
    """
    if of.regression.moderators:
        return
    at = of.products.anticipated
    now = of.estimators.budget(of.regression, of.column, of.target).between
    for edge in shared_edges(condition.regression):
        i = at.place[edge]
        sd = math.sqrt(float(at.between[i, i]))
        step = sd or VARIATION["modest"].value
        changed = at.between.copy()
        changed[i, :] = changed[:, i] = 0.0
        changed[i, i] = 0.0 if sd else step**2
        other = Estimators(replace(at, between=changed))
        then = other.budget(of.regression, of.column, of.target).between
        about = (condition.numeral or "", condition.need, f"SD across sites of {arrow_name(edge)}", "SD")
        yield Move(*about, sd, (now - then if sd else then - now) / step, bound=None)


def weight_moves(of: Coefficient) -> Iterator[Move]:
    """(x): the site weights against the effect, where the average wanted has other weights: theory, equation (10.3)."""
    if "x" not in of.design.numerals or of.column in of.regression.intercepts:
        return
    weights = of.products.anticipated.site_weights
    variation = float(weights.std() / weights.mean())
    reg, u = of.regression, of.column
    spread = of.sd((u, reg.outcome, reg.others(u)))
    if variation and spread:
        need = "The weights of the sites are uncorrelated with the effect."
        effect = E_s(reg.downstream(u))
        quantity = f"Corr(site weight, {text_of(effect)})"
        formula = rf"\operatorname{{Corr}}(\text{{site weight}}, {latex(effect)})"
        yield Move("x", need, quantity, CORRELATION, 0.0, variation * spread, latex=formula, called="(x)")


def _within_sds(of: Coefficient) -> tuple[list[float], list[bool]]:
    """The SD within sites of each arrow's effect; where the plan says 0, that across sites stands in."""
    at = of.products.anticipated
    inside, across = np.sqrt(np.diag(at.within)), np.sqrt(np.diag(at.between))
    assumed = [
        not sd and at.world.varies(*edge) == "persons" for sd, edge in zip(inside, at.edges, strict=True)
    ]
    return np.where(assumed, across, inside).tolist(), assumed


def _factor_of(of: Coefficient, arm: str, u: str, moment_of: set[int]) -> Poly:
    """What multiplies a moment of some arrows in Cov_s(Gamma_u, D_u): the site means of the rest of each path."""
    reg, found = of.regression, Poly()
    for upper, lower in _ways(of.products, arm, u, reg.outcome, reg.others(u)):
        if moment_of & upper and moment_of & lower and moment_of <= upper | lower:
            rest = tuple(sorted((upper | lower) - moment_of))
            found[rest] = found.get(rest, 0.0) + 1.0
    return found


@once
def _ways(
    products: Products, arm: str, u: str, outcome: str, others: frozenset[str]
) -> list[tuple[set[int], set[int]]]:
    """The arrows of each path down to a mediator and of each on from it."""
    at = products.anticipated
    above, below = paths(at.world, arm, u), paths(at.world, u, outcome, others)
    upper, lower = ([{at.place[edge] for edge in edges_of(path)} for path in some] for some in (above, below))
    return [*product(upper, lower)]
