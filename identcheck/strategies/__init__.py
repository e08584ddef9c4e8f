"""Strategies: which regressions of site effects identify which average effects (theory section 7)."""

from identcheck.strategies.derivation import Step
from identcheck.strategies.search import Search, find_strategies, own_regressors
from identcheck.strategies.strategy import Strategy

__all__ = ["Search", "Step", "Strategy", "find_strategies", "own_regressors"]
