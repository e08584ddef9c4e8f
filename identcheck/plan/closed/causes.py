"""What a bias comes from, in the words of a trial."""

from __future__ import annotations

from identcheck.decide.conditions import Regression
from identcheck.decide.strategies import Strategy
from identcheck.derive.words import agree, brief, briefs
from identcheck.plan.closed.results import EffectNumbers
from identcheck.plan.inputs.anticipated import Anticipated

__all__ = ["cause_of"]


def cause_of(at: Anticipated, effect: EffectNumbers, *, lasting: bool = False) -> str:
    """The largest cause of the bias of an estimate as a noun phrase; "" where it has no bias, or no breakdown by cause.

    Args:
        at: the definite plan.
        effect: the effect.
        lasting: whether causes that more persons or sites take away are left aside.
    """
    strategy = effect.question.strategy
    if effect.budget is None or not isinstance(strategy, Strategy):
        return ""
    largest = effect.budget.largest(lasting=lasting)
    return _words(at, strategy.regression, largest) if getattr(effect.budget, largest) else ""


def _words(at: Anticipated, reg: Regression, cause: str) -> str:
    design = at.design
    person, site, sites = map(design.word, ("person", "site", "sites"))
    treatment, regressors = briefs(design, reg.arms), briefs(design, reg.regressors)
    outcome = brief(design, reg.outcome)
    them = "them" if len(reg.regressors) > 1 else regressors
    changes = agree(design, reg.arms, "changes", "change")
    varying = f"effects of {regressors} on {outcome} that vary with how much {treatment} {changes} {them}"
    return {
        "persons": f"too few {at.unit_words} in a {site}",
        "sites": f"too few {sites}",
        "between": f"{varying}, from {site} to {site}",
        "within": f"{varying}, from {person} to {person}",
        "bypass": f"what {treatment} {agree(design, reg.arms, 'does', 'do')} to {outcome} other than through {regressors}",
        "left_out": "arrows between mediators that the design leaves out",
    }[cause]
