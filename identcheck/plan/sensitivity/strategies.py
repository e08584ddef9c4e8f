"""Every condition of a strategy, moment by moment: of a regression, and of what is composed of several.

The coefficients of a composed strategy move it by the product rule; its own condition is about averages of products.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, combinations

import numpy as np

from identcheck.decide.conditions import Condition, Product, condition_name, is_kind, whole_of
from identcheck.decide.estimands import Target
from identcheck.decide.strategies import Composed, Factor, Strategy, Term
from identcheck.plan.closed.estimators import Estimators
from identcheck.plan.closed.joint import put_together
from identcheck.plan.closed.pieces import Average
from identcheck.plan.closed.polynomials import Poly, Products, plus, product
from identcheck.plan.closed.questions import Question, true_value
from identcheck.plan.sensitivity.coefficient import Coefficient, Move, Pair
from identcheck.plan.sensitivity.conditions import moves_with, weight_moves

__all__ = ["moves_of"]

NOTHING = 1e-10
"""A slope below this share of the largest is rounding error: the moment leaves the estimate where it is."""


def moves_of(estimators: Estimators, question: Question) -> tuple[Move, ...]:
    """Every condition of the strategy for an effect, moment by moment; empty for a contrast of arms, or no strategy."""
    strategy = question.strategy
    if strategy is None or not strategy.regressors:
        return ()
    if question.held:
        found = _given(estimators, question, strategy)
    elif isinstance(strategy, Strategy):
        found = _of_regression(estimators, strategy, question.target)
    else:
        found = _composed(estimators, strategy)
    least = NOTHING * max((abs(move.slope) for move in found), default=0.0)
    return tuple(replace(move, slope=0.0) if abs(move.slope) < least else move for move in found)


def _given(estimators: Estimators, question: Question, strategy: Strategy | Composed) -> tuple[Move, ...]:
    """The conditions of regressions that hold modifiers fixed: each of their coefficients moves what is put together.

    Of what is asked of products given modifiers there are no moments here.
    """
    put = put_together(estimators, strategy, question.levels)
    gradient = put.gradient(np.array([known.limit for known in put.each()]))
    moves = []
    for piece, slope in zip(put.pieces, gradient.tolist(), strict=True):
        if isinstance(piece, Average):
            continue
        part = next(p for p in strategy.parts if p.regression == piece.regression)
        moves += [
            replace(move, slope=slope * move.slope)
            for move in _of_regression(estimators, part, 0.0, piece.column)
        ]
    pairs = _of_pairs(estimators, strategy) if isinstance(strategy, Composed) else ()
    return _added([*moves, *pairs])


def _of_regression(
    estimators: Estimators, strategy: Strategy, target: float, column: str = ""
) -> tuple[Move, ...]:
    if not strategy.regressors:
        return ()
    of = Coefficient(estimators, strategy, target, column)
    found = [
        move for condition in strategy.conditions for move in _called(condition, moves_with(condition, of))
    ]
    return (*found, *weight_moves(of))


def _called(condition: Condition, moves: Iterable[Move]) -> Iterator[Move]:
    return (replace(move, called=_name(condition)) for move in moves)


def _name(condition: Condition) -> str:
    """A condition by its numeral, else by its short name without an article: "bypass", "shared arrow"."""
    return re.sub("^(?:the|an?) ", "", condition_name(condition))


def _composed(estimators: Estimators, strategy: Composed) -> tuple[Move, ...]:
    """Every condition of a composed strategy, moment by moment; a moment of several parts moves them together."""
    return _added(
        chain(
            _of_parts(estimators, strategy),
            _of_pairs(estimators, strategy),
            _of_products(estimators.products, strategy),
        )
    )


def _added(moves: Iterable[Move]) -> tuple[Move, ...]:
    """Moves with one moment together."""
    found: dict[tuple[str, str, str], Move] = {}
    for move in moves:
        key = (move.numeral, move.quantity, move.unit)
        known = found.get(key)
        found[key] = move if known is None else replace(known, slope=known.slope + move.slope)
    return tuple(found.values())


def _of_parts(estimators: Estimators, strategy: Composed) -> Iterator[Move]:
    products = estimators.products
    for term in strategy.terms:
        for factor in term.factors:
            rest = math.prod(
                estimators.expected(other.strategy) for other in term.factors if other is not factor
            )
            for move in _of_regression(estimators, factor.strategy, true_value(products, factor.target)):
                yield replace(move, slope=float(term.sign) * rest * move.slope)


def _of_pairs(estimators: Estimators, strategy: Composed) -> Iterator[Move]:
    """A compliance and an effect that covary: their product has another average, which the estimate does not follow.

    Within sites and between them, minus the covariance itself (theory, equation (16.1)).
    """
    for term in strategy.terms:
        if len(term.factors) == 2 and term.licensed:
            of = Pair(estimators, term)
            for condition in whole_of(of.regression).conditions:
                if getattr(condition, "regressor", "") == of.column:
                    yield from _called(condition, moves_with(condition, of))


def _of_products(products: Products, strategy: Composed) -> Iterator[Move]:
    """The average of a product less the product of averages: minus the bias, moment by moment, over all persons."""
    about = next((c for c in strategy.conditions if is_kind(c, Product)), None)
    for term in strategy.terms:
        if about is None or term.licensed:
            continue
        for size in range(2, len(term.factors) + 1):
            for chosen in combinations(term.factors, size):
                yield _moment(products, term, chosen, about)


def _moment(products: Products, term: Term, chosen: tuple[Factor, ...], about: Product) -> Move:
    deviations = [_deviation(products, factor.target) for factor in chosen]
    scale = math.prod(math.sqrt(max(_average(products, [d, d]), 0.0)) for d in deviations)
    rest = math.prod(true_value(products, factor.target) for factor in term.factors if factor not in chosen)
    moment = _average(products, deviations)
    pair = len(chosen) == 2
    return Move(
        numeral="",
        condition=about.need,
        quantity=f"{'Cov' if pair else 'μ'}({', '.join(factor.words for factor in chosen)}) over all persons",
        unit="correlation over all persons" if pair else "moment in SDs",
        planned=moment / scale if scale else 0.0,
        slope=-float(term.sign) * rest * scale,
        bound=1.0 if pair else None,
        called=_name(about),
    )


def _deviation(products: Products, target: Target) -> Poly:
    poly = products.along(target)
    return plus(poly, {(): -products.over_sites(products.over_persons(poly))})


def _average(products: Products, items: list[Poly]) -> float:
    """The average over all persons of a product."""
    return products.over_sites(products.over_persons(product(items)))
