"""The estimator site by site: each site's contrasts are solved, and the average over sites is taken last.

    d_s = (G_s' H_s G_s)^{-1} G_s' H_s y_s,     d = sum over s of v_s d_s / sum of v_s

with G_s the (L, P) contrasts of the arms in the regressors, y_s those in the outcome, and v_s persons, or 1 each. A mean of such
ratios has no moments. Source: theory, equation (7.7).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from identcheck.decide.strategies import Strategy
from identcheck.plan.inputs.allocation import arm_weights
from identcheck.plan.inputs.anticipated import Anticipated, Array
from identcheck.plan.simulation.contrasts import Contrasts

__all__ = ["BY_SITE", "Draws", "by_site"]

BY_SITE = "site by site"


@dataclass(frozen=True, eq=False)
class Draws:
    """Estimates, their standard errors and the degrees of freedom of t, of one batch of trials."""

    values: Array
    errors: Array
    freedom: float


def by_site(drawn: Contrasts, at: Anticipated, strategy: Strategy) -> Draws:
    """The estimates of one coefficient in R trials; standard errors by how the solutions of the sites scatter."""
    reg = strategy.regression
    arms = [at.design.treatments.index(arm) for arm in reg.arms]
    columns = [drawn.nodes.index(u) for u in reg.regressors]
    contrasts = drawn.effects[np.ix_(arms, columns)].transpose(2, 3, 0, 1)  # (R, K, L, P)
    outcome = drawn.effects[arms, drawn.nodes.index(reg.outcome)].transpose(1, 2, 0)[..., None]
    turned = contrasts.swapaxes(2, 3)
    if len(arms) > len(columns):
        turned = turned @ arm_weights(drawn.counts[:, [0, *(arm + 1 for arm in arms)]])
    place = reg.regressors.index(strategy.column)
    solved = np.linalg.solve(turned @ contrasts, turned @ outcome)[..., place, 0]
    weights = np.ones(at.sites) if at.design.average == "sites" else drawn.people.sum(axis=1)
    share = weights / weights.sum()
    values = solved @ share
    count = len(share)
    spread = ((solved - values[:, None]) ** 2) @ share**2
    errors = np.sqrt(spread * (count / (count - 1))) if count > 1 else np.full_like(values, np.nan)
    return Draws(values, errors, max(1.0, count - 1.0))
