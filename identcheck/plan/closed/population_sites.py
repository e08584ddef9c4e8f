"""The bias that is left where the sites are the population: how effects happen to be spread over them.

A regression of site effects weighs sites by their compliances. Where compliances and effects are unrelated in the way in which
they come about, sites with large and with small effects are weighed alike on average over all ways in which effects might have
been spread over the sites, and in this trial's sites they are not. What a site adds to the coefficient's limit is

    psi_s = P^{-1} E[q_s c | site s],     c = (-plim b, 1),

and the expected estimate in K sites less the average effect d of these sites is the mean of psi_s - (d_s - E d) over them, with
mean 0 and variance Var(psi_s - d_s) / K. For one mediator, one arm and many persons it is

    Var( gamma_s^2 / E[gamma^2] - 1 ) Var(delta_s) / K.

Of an intent-to-treat effect or a compliance it is 0, and so it is where compliances are the same everywhere or effects are.
Source: theory, equation (11.21).
"""

from __future__ import annotations

import math

import numpy as np

from identcheck.basics.once import once
from identcheck.decide.conditions import Regression
from identcheck.decide.estimands import Estimand, resolve
from identcheck.plan.closed.averages import slopes_of
from identcheck.plan.closed.estimators import Estimators
from identcheck.plan.closed.joint import put_together
from identcheck.plan.closed.pieces import Coefficient
from identcheck.plan.closed.polynomials import evaluated
from identcheck.plan.closed.questions import Question
from identcheck.plan.inputs.anticipated import Array

__all__ = ["bias_from_sites"]


def bias_from_sites(estimators: Estimators, question: Question, sites: int, persons: float) -> float:
    """The standard deviation of an estimate's bias over ways in which effects may be spread over the sites of a population.

    Args:
        estimators: of the plan.
        question: an effect with a strategy.
        sites: K.
        persons: the persons per site that the weighted average of sampling errors is divided by.
    """
    strategy, at = question.strategy, estimators.anticipated
    assert strategy is not None
    put = put_together(estimators, strategy)
    limits = np.array([known.limit for known in put.each(sites, persons)])
    found = -_in_sites(estimators, question.estimand)
    for piece, factor in zip(put.pieces, put.gradient(limits).tolist(), strict=True):
        assert isinstance(
            piece, Coefficient
        )  # others are given modifiers, and have no numbers in a population of sites
        found = found + factor * _added(estimators, piece, persons)
    variance = float(np.var(found)) * at.spread_of_weights[0] / sites
    return math.sqrt(variance) if variance > 1e-18 * question.target**2 else 0.0


@once
def _in_sites(estimators: Estimators, estimand: Estimand) -> Array:
    """The average effect in each representative site, (S,)."""
    products, design = estimators.products, estimators.anticipated.design
    total = np.zeros(estimators.sites.effects.shape[1])
    for sign, part in estimand.signed:
        poly = products.over_persons(products.along(resolve(design, part)))
        total = total + sign * evaluated(poly, list(estimators.sites.effects))
    return total


def _added(estimators: Estimators, part: Coefficient, persons: float) -> Array:
    """What each representative site adds to the limit of a coefficient, (S,)."""
    reg: Regression = part.regression
    limits, place = estimators.limits(reg), estimators.place(reg, part.column)
    entries = (*limits.entries, limits.outcome)
    if not reg.regressors:
        return np.asarray(estimators.sites.column(reg.arms, limits.outcome)[0])
    limit = estimators.at(reg)(persons=persons).limit
    c = np.append(-limit, 1.0)
    if reg.pooled:
        rows = np.stack([estimators.sites.column(reg.arms, entry) for entry in entries], axis=1)
        return np.asarray(estimators.pooled(reg).inverse[place] @ np.einsum("las,a->ls", rows, c))
    precision = estimators.precision(reg)
    inverse = precision.inverse_at(persons)[place]
    found = inverse @ np.einsum("abs,b->as", precision.of_sites(persons)[:-1], c)
    for slope, entry in zip(slopes_of(limits, place, limit), limits.held, strict=True):
        found = found + slope * estimators.sites.term(entry.term)
    return np.asarray(found)
