"""Compliance-effect covariance within sites: covariances and third moments of arrows above and below a mediator."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from identcheck.decide.conditions import Within
from identcheck.derive.paths import edges_of, paths
from identcheck.plan.closed.polynomials import Poly, Products, plus
from identcheck.plan.sensitivity.violations.base import MOST_SKEWED, Coefficient, Move, move_for
from identcheck.symbols.notation import Coefficient as Symbol

__all__ = ["within_moves"]


def within_moves(of: Coefficient, condition: Within) -> Iterator[Move]:
    """Each covariance and third moment within sites of arrows above and below the mediator, the same in all sites."""
    if not condition.covariances:
        return
    reg, u = of.regression, condition.regressor
    sds, assumed = _within_sds(of)
    place = of.products.anticipated.place
    for item in condition.moments(order=3):
        edges = [(a.meaning.source, a.meaning.target) for a in item.args if isinstance(a, Symbol)]
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
        bound = 1.0 if len(numbers) == 2 else MOST_SKEWED
        yield replace(
            move_for(condition, item, unit, planned, slope * scale, bound=bound),
            within_reference=reference,
        )


def _within_sds(of: Coefficient) -> tuple[list[float], list[bool]]:
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
