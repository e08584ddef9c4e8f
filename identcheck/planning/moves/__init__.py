"""How far an estimate moves if a condition fails: the slope of the bias in each moment that the condition sets to 0.

For a coefficient j of a regression the bias is row j of P^{-1} times the numerator h (``limits``), and h is linear in the
moments: with g = E r and H the arms' weights,

    E[x_lk H_lm r_mu (d_u - E d_u)] = H_lm (E x_lk Cov(r_mu, d_u) + g_mu Cov(x_lk, d_u) + mu(x_lk, r_mu, d_u))

and so on for covariances within sites and for what bypasses the regressors.

Source: theory, equation (9.2), and for covariances within sites equation (8.3).
"""

from __future__ import annotations

from dataclasses import replace

from identcheck.conditions import Between, Bypass, Cut, Rank, Shared, Within
from identcheck.planning.estimators import Estimators
from identcheck.planning.moves.base import Coefficient, Move
from identcheck.planning.moves.between import between_moves, bypass_moves
from identcheck.planning.moves.composed import composed_moves
from identcheck.planning.moves.design import cut_moves, shared_moves, weight_moves
from identcheck.planning.moves.within import within_moves
from identcheck.planning.questions import Question
from identcheck.strategies import Strategy

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
    found: list[Move] = []
    for condition in strategy.conditions:
        if isinstance(condition, Between):
            found += between_moves(of, condition)
        elif isinstance(condition, Bypass):
            found += bypass_moves(of, condition)
        elif isinstance(condition, Within):
            found += within_moves(of, condition)
        elif isinstance(condition, Cut):
            found += cut_moves(of, condition)
        elif isinstance(condition, Shared):
            found += shared_moves(of, condition)
        elif not isinstance(condition, Rank):
            raise NotImplementedError(type(condition).__name__)
    return (*found, *weight_moves(of))
