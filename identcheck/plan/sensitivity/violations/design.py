"""What the graph and the design claim: no path around the regressors, shared arrows alike, weights unrelated to effects."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from identcheck.decide.conditions import Cut, Shared, shared_edges
from identcheck.formats.plan_keys import arrow_name
from identcheck.plan.closed.estimators import Estimators
from identcheck.plan.inputs.defaults import VARIATION
from identcheck.plan.sensitivity.violations.base import Coefficient, Move, move_for
from identcheck.symbols.notation import E_s
from identcheck.symbols.typeset import text_of

__all__ = ["cut_moves", "shared_moves", "weight_moves"]


def cut_moves(of: Coefficient, condition: Cut) -> Iterator[Move]:
    """A direct effect of an arm on the outcome, past the regressors, of one unit of the outcome in every site."""
    reg, products = of.regression, of.products
    for arm in condition.regression.arms:
        theta = products.mean_effect(arm, reg.outcome, reg.regressors)
        name = f"effect of {arm} on {reg.outcome} past {', '.join(reg.regressors)}"
        slope = of.pull(arm, {(): 1.0})
        yield move_for(condition, name, f"in units of {reg.outcome}", theta, slope, bound=None)


def shared_moves(of: Coefficient, condition: Shared) -> Iterator[Move]:
    """The SD across sites of each shared arrow: a finite change, as the bias is not linear in it."""
    anticipated = of.products.anticipated
    now = of.estimators.budget(of.regression, of.column, of.target).between
    for edge in shared_edges(condition.regression):
        i = anticipated.place[edge]
        sd = math.sqrt(float(anticipated.between[i, i]))
        step = sd or VARIATION["modest"].value
        changed = anticipated.between.copy()
        changed[i, :] = changed[:, i] = 0.0
        changed[i, i] = 0.0 if sd else step**2
        other = Estimators(replace(anticipated, between=changed))
        then = other.budget(of.regression, of.column, of.target).between
        name = f"SD across sites of {arrow_name(edge)}"
        slope = (now - then if sd else then - now) / step
        yield move_for(condition, name, "SD", sd, slope, bound=None)


def weight_moves(of: Coefficient) -> Iterator[Move]:
    """(x): the site weights against the effect, where the average wanted has other weights (theory, equation (10.3))."""
    if "x" not in of.design.numerals or of.column in of.regression.intercepts:
        return
    weights = of.products.anticipated.site_weights
    variation = float(weights.std() / weights.mean())
    reg, u = of.regression, of.column
    spread = of.sd((u, reg.outcome, reg.others(u)))
    if variation and spread:
        effect = text_of(E_s(reg.downstream(u)))
        yield Move(
            "x",
            "The weights of the sites are uncorrelated with the effect.",
            f"Corr(site weight, {effect})",
            "correlation",
            0.0,
            variation * spread,
        )
