"""How the estimates of effects go together: their joint covariance, and what it makes of differences and sums."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from identcheck.basics.display import Brief
from identcheck.decide.estimands import Estimand
from identcheck.decide.primary import primary_effects
from identcheck.plan.closed.estimators import Estimators
from identcheck.plan.closed.joint import covariance_among, put_together
from identcheck.plan.closed.questions import EFFECT, effect_column
from identcheck.plan.closed.result_tables import digits_of
from identcheck.plan.closed.results import EffectNumbers
from identcheck.plan.inputs.anticipated import Array
from identcheck.tables.table import Cell, Column, Table

__all__ = ["Joint", "joint_of", "joint_table"]


@dataclass(frozen=True, eq=False)
class Joint(Brief):
    """The joint sampling distribution of the estimates of N effects, as far as covariances say it.

    Attributes:
        estimands: the effects.
        covariance: (N, N) of their estimates.
    """

    estimands: tuple[Estimand, ...]
    covariance: Array

    def _brief(self) -> str:
        return f"Joint: {len(self.estimands)} effects"

    @property
    def correlation(self) -> Array:
        """(N, N) correlations; 0 beside an estimate that does not vary."""
        sd = np.sqrt(np.diag(self.covariance))
        sd = np.where(sd, sd, 1.0)
        return np.asarray(self.covariance / np.outer(sd, sd))

    def se(self, factors: Sequence[float]) -> float:
        """The standard error of the sum of the effects, each times a factor."""
        along = np.array(factors)
        return math.sqrt(max(float(along @ self.covariance @ along), 0.0))

    def records(self) -> Iterator[dict[str, Cell]]:
        """Each pair of effects with the correlation of their estimates, and the standard errors of difference and sum."""
        count, correlation = len(self.estimands), self.correlation
        for i, j in combinations(range(count), 2):
            one, other = np.eye(count)[[i, j]]
            yield {
                "effect": str(self.estimands[i]),
                "other": str(self.estimands[j]),
                "correlation": float(correlation[i, j]),
                "se_difference": self.se(one - other),
                "se_sum": self.se(one + other),
            }


def joint_of(estimators: Estimators, effects: Sequence[EffectNumbers]) -> Joint:
    """The joint distribution of the estimates of effects that have a standard error; each effect once.

    Source: theory, equation (16.2).
    """
    asked = {e.question.estimand: e.question for e in effects if e.se is not None}
    kept = {
        estimand: put_together(estimators, q.strategy, q.levels)
        for estimand, q in asked.items()
        if q.strategy is not None
    }
    covariance = covariance_among(estimators, list(kept.values())) if kept else np.zeros((0, 0))
    return Joint(tuple(kept), covariance)


def joint_table(estimators: Estimators, effects: Sequence[EffectNumbers]) -> Table:
    """The parts of an intent-to-treat effect with the whole, and primary effects, two in a row."""
    design = estimators.anticipated.design
    parts = [e for e in effects if e.question.estimand.kind == "mediated"]
    arms = {e.question.estimand.arm for e in parts}
    whole = [e for e in effects if e.question.estimand.kind == "itt" and e.question.estimand.arm in arms]
    stated = primary_effects(design)
    primary = [e for e in effects if e.question.estimand in stated]
    together = {id(e): e for e in (*parts, *whole)} if len(parts) > 1 else {}
    found = [joint_of(estimators, list(group)) for group in (together.values(), primary)]
    records = {(str(r["effect"]), str(r["other"])): r for joint in found for r in joint.records()}
    digits = digits_of(e.se for e in effects)
    columns = (
        EFFECT,
        Column("other", "Other effect", "another effect, estimated from the same sites"),
        Column("correlation", "Correlation", "correlation of the two estimates over repeated trials", 2),
        effect_column(
            "se_difference", "SE of difference", "standard error of the one less the other", digits
        ),
        effect_column("se_sum", "SE of sum", "standard error of their sum", digits),
    )
    note = (
        "Where compliances go together the errors of two effects go in opposite directions: a sum is then known better than "
        "either, and a difference worse."
    )
    return Table.of("joint", "How estimates go together", columns, records.values(), note)
