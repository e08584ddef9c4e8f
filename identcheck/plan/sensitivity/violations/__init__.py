"""How far an estimate moves if a condition fails: the slope of the bias in each moment that the condition sets to 0.

For a coefficient j of a regression the bias is row j of P^{-1} times the numerator h (``limits``), and h is linear in the
moments: with g = E r and H the arms' weights,

    E[x_lk H_lm r_mu (d_u - E d_u)] = H_lm (E x_lk Cov(r_mu, d_u) + g_mu Cov(x_lk, d_u) + mu(x_lk, r_mu, d_u))

and so on for covariances within sites and for what bypasses the regressors.

Source: theory, equation (9.2), and for covariances within sites equation (8.3).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import singledispatch

from identcheck.decide.conditions import (
    Assigned,
    Between,
    Bypass,
    Condition,
    Cut,
    Product,
    Rank,
    Shared,
    Within,
    unknown_kind,
)
from identcheck.decide.strategies import Strategy
from identcheck.plan.closed.estimators import Estimators
from identcheck.plan.closed.questions import Question
from identcheck.plan.sensitivity.violations.base import Coefficient, Move
from identcheck.plan.sensitivity.violations.between import between_moves, bypass_moves
from identcheck.plan.sensitivity.violations.composed import composed_moves
from identcheck.plan.sensitivity.violations.design import cut_moves, shared_moves, weight_moves
from identcheck.plan.sensitivity.violations.within import within_moves

__all__ = ["Move", "moves_of"]

NOTHING = 1e-10
"""A slope below this share of the largest is rounding error: the moment leaves the estimate where it is."""


def moves_of(estimators: Estimators, question: Question) -> tuple[Move, ...]:
    """Every condition of the strategy for an effect, moment by moment; empty for a contrast of arms, or no strategy."""
    strategy = question.strategy
    if strategy is None or not strategy.regressors:
        return ()

    def of_part(part: Strategy, target: float) -> tuple[Move, ...]:
        return _of_regression(estimators, part, target) if part.regressors else ()

    if isinstance(strategy, Strategy):
        found = of_part(strategy, question.target)
    else:
        found = composed_moves(estimators, strategy, of_part)
    least = NOTHING * max((abs(move.slope) for move in found), default=0.0)
    return tuple(replace(move, slope=0.0) if abs(move.slope) < least else move for move in found)


def _of_regression(estimators: Estimators, strategy: Strategy, target: float) -> tuple[Move, ...]:
    of = Coefficient(estimators, strategy, target)
    found = [move for condition in strategy.conditions for move in _moves(condition, of)]
    return (*found, *weight_moves(of))


@singledispatch
def _moves(condition: Condition, of: Coefficient) -> Iterable[Move]:
    """How the coefficient moves if the condition fails."""
    del of
    unknown_kind(condition, "moves_of")


@_moves.register(Assigned)  # where it is a condition, it is violated, and nothing is planned
@_moves.register(Rank)  # without it there is no coefficient
@_moves.register(Product)  # of a composed strategy: composed_moves
def _none(condition: Condition, of: Coefficient) -> Iterable[Move]:
    del condition, of
    return ()


@_moves.register
def _between(condition: Between, of: Coefficient) -> Iterable[Move]:
    return between_moves(of, condition)


@_moves.register
def _bypass(condition: Bypass, of: Coefficient) -> Iterable[Move]:
    return bypass_moves(of, condition)


@_moves.register
def _within(condition: Within, of: Coefficient) -> Iterable[Move]:
    return within_moves(of, condition)


@_moves.register
def _cut(condition: Cut, of: Coefficient) -> Iterable[Move]:
    return cut_moves(of, condition)


@_moves.register
def _shared(condition: Shared, of: Coefficient) -> Iterable[Move]:
    return shared_moves(of, condition)
