"""(C) The cut: the regressors lie on every path from treatment, so nothing bypasses them."""

from __future__ import annotations

from dataclasses import dataclass

from identcheck.decide.conditions.base import WithoutMoments
from identcheck.derive.paths import paths, reaches
from identcheck.derive.words import brief, capital, listed

__all__ = ["Cut"]


@dataclass(frozen=True)
class Cut(WithoutMoments):
    """Theta_W = 0: every directed path from the arms to v passes through W.

    It is read off the graph, never granted: the graph claims each arrow it leaves out. Assumption (ii).
    """

    kind = "cut"
    letter = "C"
    level = "graph"
    granted_by = ("ii",)
    reason = "no part of the effect of treatment is left outside the sum of products in equation (10)"

    @property
    def statement(self) -> str:
        reg = self.regression
        arms = listed([brief(self.design, arm) for arm in reg.arms])
        through = listed(self.labels, "or")
        return capital(
            f"every directed path from {arms} to {brief(self.design, reg.outcome)} passes through {through}.",
            self.design,
        )

    @property
    def latex(self) -> str:
        reg = self.regression
        bypasses = (self.design.notation.effect(arm, reg.outcome, reg.regressors) for arm in reg.arms)
        return r" ,\quad ".join(f"{self.tex(bypass)} = 0" for bypass in bypasses)

    @property
    def implied(self) -> str:
        return "" if self.violated else "the graph has no path around them"

    @property
    def violated(self) -> str:
        reg = self.regression
        for arm in reg.arms:
            if reaches(self.design, arm, reg.outcome, reg.regressors):
                route = next(paths(self.design, arm, reg.outcome, reg.regressors))
                return f"the graph has the path {' -> '.join(route)}"
        return ""
