"""Strategies: which regressions of site effects identify which average effects (theory section 7)."""

from identcheck.decide.strategies.candidates import own_regressors
from identcheck.decide.strategies.composed import Composed
from identcheck.decide.strategies.demand import ruled_out
from identcheck.decide.strategies.factors import Factor, Term, symbol_of
from identcheck.decide.strategies.parts import PartSearch, find_strategies
from identcheck.decide.strategies.search import Search
from identcheck.decide.strategies.step import Step
from identcheck.decide.strategies.strategy import Strategy, levels_granted

__all__ = [
    "Composed",
    "Factor",
    "PartSearch",
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
