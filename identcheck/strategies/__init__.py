"""Strategies: which regressions of site effects identify which average effects (theory section 7)."""

from identcheck.strategies.candidates import own_regressors
from identcheck.strategies.composed import Composed, Factor, Term, symbol_of
from identcheck.strategies.demand import ruled_out
from identcheck.strategies.derivation import Step
from identcheck.strategies.joint import levels_granted
from identcheck.strategies.search import Search, find_strategies
from identcheck.strategies.strategy import Strategy

__all__ = [
    "Composed",
    "Factor",
    "Search",
    "Step",
    "Strategy",
    "Term",
    "find_strategies",
    "levels_granted",
    "own_regressors",
    "ruled_out",
    "symbol_of",
]
