"""What the rows of a regression say: strength of the instruments, tests of the scatter, spread of the effects."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import stats

from identcheck.decide.strategies import Strategy
from identcheck.evidence.columns import Floats
from identcheck.evidence.composing import arms_of, lacking, usable
from identcheck.evidence.crossing import crossing_words
from identcheck.evidence.found import Found, strength
from identcheck.evidence.minimum import Minimum, Objective, least, minimum
from identcheck.evidence.regressors import rows_of, table_of
from identcheck.evidence.rows import Rows
from identcheck.evidence.scatter import SAME, Test, differing, lifted, scatter_tests
from identcheck.evidence.site_effects import SiteEffects

__all__ = ["RegressionEvidence"]

BY_Q = ("heterogeneity", "heterogeneity at minimum")
OUTCOME_ALONE = "counts the sampling error of the outcome alone, and rejects too seldom or too often where compliances share it"
REJECTS = "rejects in about {:.0%} of trials with one effect"
OFF = 0.06
"""A test of level .05 that rejects more often than this, where nothing differs, is said to."""


@dataclass(frozen=True, eq=False)
class RegressionEvidence:
    """What the rows of a regression say whatever its coefficients are taken for."""

    effects: SiteEffects
    strategy: Strategy

    @cached_property
    def rows(self) -> Rows:
        """The rows; of a pooled strategy those that are averaged."""
        return rows_of(self.effects, self.strategy.regression, self.strategy.column)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was taken as given, or left out, of the cells of its rows; empty where they are sites."""
        reg = self.strategy.regression
        if not reg.cells or lacking(self.effects, reg):
            return ()
        return tuple(note for note in table_of(self.effects, reg).notes if note not in self.effects.notes)

    @property
    def over_sites(self) -> bool:
        """Whether the rows are regressed as they are: neither averaged first, nor solved site by site."""
        return not (self.strategy.pooled or self.strategy.site_by_site)

    @cached_property
    def unusable(self) -> str:
        """Why there is nothing to be had of it, as a clause; ""."""
        reg = self.strategy.regression
        return lacking(self.effects, reg) or usable(self.rows, reg, self.effects)

    @cached_property
    def strengths(self) -> tuple[Found, ...]:
        """The strength of the instruments for each mediator."""
        reg = self.strategy.regression
        if lacking(self.effects, reg) or not len(self.rows.y):
            return ()
        return tuple(strength(self.rows, k) for k in range(len(reg.regressors)))

    @cached_property
    def lowest(self) -> Minimum | None:
        """The least Q."""
        return None if self.unusable or self.rows.degrees <= 0 else minimum(self.rows)

    @property
    def free(self) -> list[int]:
        """The places of the arms that have no intercept."""
        reg, arms = self.strategy.regression, self.effects.arms
        return [arms.index(a) if a in arms else 0 for a in reg.arms if a not in reg.intercepts]

    @cached_property
    def lifted(self) -> tuple[Floats, dict[int, float]]:
        """The corrected coefficients beside intercepts, and the intercept of each arm that is free, by its place."""
        found = lifted(self.rows, arms_of(self.effects, self.strategy.regression, self.rows), self.free)
        width = len(self.rows.columns)
        return found[:width], dict(zip(self.free, found[width:].tolist(), strict=True))

    @cached_property
    def tests(self) -> dict[str, Test]:
        """The tests of the scatter."""
        reg = self.strategy.regression
        if self.unusable or not reg.regressors:
            return {}
        arm = arms_of(self.effects, reg, self.rows)
        found = scatter_tests(self.rows, reg.regressors, self.lowest, arm, self.free)
        more = {
            "heterogeneity": OUTCOME_ALONE if self.effects.together else "",
            "heterogeneity at minimum": self.few,
        }
        return {
            name: test
            if test.p is None or test.note == SAME
            else replace(
                test,
                note="; ".join(
                    filter(None, [test.note, more.get(name, ""), self.crossed(by_q=name in BY_Q)])
                ),
            )
            for name, test in found.items()
        }

    @property
    def few(self) -> str:
        """That sampling errors estimated from few persons in many sites make Q too large, as a clause; "" where they hardly do.

        Of n persons the mean of 1 over an estimated variance is (n - 2) / (n - 4) times 1 over the true one. A pooled variance
        with f degrees of freedom makes Q / df one of F on df and f.
        """
        table, df = table_of(self.effects, self.strategy.regression), self.rows.degrees
        number = table.number
        if number is None or df <= 0 or (not table.pooled and (number.sum(1) <= 4).all()):
            return ""
        limit = float(stats.chi2.ppf(0.95, df))
        if table.pooled:
            rejects = float(stats.f.sf(limit / df, df, table.pooled))
            why = f"sampling errors pooled over sites have {table.pooled:,} degrees of freedom: Q"
        else:
            count = number.sum(1)[number.sum(1) > 4]
            rejects = float(stats.chi2.sf(limit / ((count - 2) / (count - 4)).mean(), df))
            why = "sampling errors estimated from few persons in each site make Q too large: it"
        return "" if rejects <= OFF else f"{why} {REJECTS.format(rejects)}"

    def crossed(self, by_q: bool) -> str:
        """That clusters cross arms of a site, or its cells where Q is asked for, as a clause; "" where none does."""
        cells = (
            table_of(self.effects, self.strategy.regression).crossing if self.strategy.regression.cells else 0
        )
        found = [crossing_words(self.effects.crossing, "arms"), crossing_words(cells if by_q else 0, "cells")]
        return "; ".join(filter(None, found))

    @cached_property
    def spread(self) -> dict[str, float]:
        """tau^2 of each mediator's effect."""
        reg = self.strategy.regression
        plain = self.over_sites and not (self.unusable or reg.moderators)
        return differing(self.rows, reg.regressors) if plain and reg.regressors else {}

    @cached_property
    def unbounded(self) -> bool:
        """Whether Q does not reject coefficients at infinity, so that a weak-instrument set is unbounded.

        Where a compliance has no sampling error Q is infinite there, and the set is bounded.
        """
        rows, objective = self.rows, Objective(self.rows)
        width = len(rows.columns)
        limit = float(stats.chi2.ppf(0.95, len(rows.y)))

        def far(free: Floats) -> tuple[float, Floats]:
            q, slope = objective.with_slope(np.array([0.0, *free]))
            return q, slope[1:]

        found = least(far, list(np.eye(width)))
        return found is not None and found[1] <= limit
