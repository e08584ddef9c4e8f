"""Compliance-effect covariance between sites, and the bypass of an intercept: covariances and third moments."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product

from identcheck.decide.conditions import Between, Bypass
from identcheck.derive.moments import covariance
from identcheck.plan.sensitivity.violations.base import MOST_SKEWED, Coefficient, Ends, Move, move_for

__all__ = ["between_moves", "bypass_moves"]


def between_moves(of: Coefficient, condition: Between) -> Iterator[Move]:
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
            name = covariance(of.design, reg.compliance(arm, j), subject)
            planned = of.covariance(ends, effect) / (sd * spread)
            yield move_for(condition, name, "correlation", planned, slope * sd * spread)
    if not reg.pooled:
        yield from _third(of, condition, effect, spread)


def _third(of: Coefficient, condition: Between, effect: Ends, spread: float) -> Iterator[Move]:
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
            name = covariance(of.design, *items, condition.subject)
            planned = of.covariance(own, ends, effect) / scale
            yield move_for(condition, name, "third moment in SDs", planned, slope * scale, bound=MOST_SKEWED)


def bypass_moves(of: Coefficient, condition: Bypass) -> Iterator[Move]:
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
            name = covariance(of.design, reg.compliance(other, j), condition.subject)
            planned = of.covariance(ends, effect) / (sd * spread)
            yield move_for(condition, name, "correlation", planned, slope * sd * spread)
