"""What the data say about every effect of a design, as tables."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from identcheck.basics.once import once
from identcheck.decide.conditions import Regression
from identcheck.decide.estimands import Estimand
from identcheck.decide.identification import Identification, distinct
from identcheck.decide.primary import primary_effects
from identcheck.decide.strategies import Strategy
from identcheck.derive.words import counted
from identcheck.describe.design import Design
from identcheck.evidence.balance import balance_table, missing_table
from identcheck.evidence.compared import compared
from identcheck.evidence.decided import decided
from identcheck.evidence.deviations import deviations
from identcheck.evidence.effect import EffectEvidence
from identcheck.evidence.evidence_tables import Powers, evidence_tables
from identcheck.evidence.family import scatter_family
from identcheck.evidence.found import Found
from identcheck.evidence.printed_tables import printed
from identcheck.evidence.regression_evidence import RegressionEvidence
from identcheck.evidence.scatter import Test
from identcheck.evidence.site_effects import SiteEffects, uncounted_in
from identcheck.homes import lead
from identcheck.plan.closed.diagnosis import Diagnosis, diagnose
from identcheck.plan.falsification import falsification
from identcheck.plan.falsification.statistics import HETEROGENEITY
from identcheck.plan.inputs.plan import Plan
from identcheck.tables.table import Column, ResultTables, Table

__all__ = ["Evidence"]

TAKEN = (Column("taken", "Taken as given, or left out", "what was taken as given, or left out"),)
TRIALS = 500
"""Simulated trials for the planned power of each test."""


@dataclass(frozen=True, eq=False)
class Evidence(ResultTables):
    """What the site effects say about the effects that a design identifies (theory section 17).

    Attributes:
        result: the identification.
        effects: the table of site effects.
        plan: what was anticipated; None without a plan.
    """

    result: Identification
    effects: SiteEffects = field(repr=False)
    plan: Plan | None = field(default=None, repr=False)

    MAIN = "estimates"

    def _brief(self) -> str:
        found = sum(1 for e in self.every if e.own is not None)
        return f"Evidence: {counted(len(self.effects.sites), 'site', 'sites')}, {counted(found, 'effect', 'effects')} estimated"

    @property
    def design(self) -> Design:
        """The design."""
        return self.result.design

    def __getitem__(self, estimand: Estimand | str) -> EffectEvidence:
        """The evidence on any effect of the design.

        Raises:
            UnknownEstimandError: where the design has no such effect; a KeyError too.
        """
        return self._of(self.result[estimand].estimand)

    @once
    def _of(self, estimand: Estimand) -> EffectEvidence:
        return EffectEvidence(self.result[estimand], self.effects)

    @cached_property
    def every(self) -> tuple[EffectEvidence, ...]:
        """The evidence on each of the default effects."""
        return tuple(self[finding.estimand] for finding in distinct(self.result.findings))

    @cached_property
    def regressions(self) -> dict[Regression, RegressionEvidence]:
        """What each regression with mediators says, by the regression; that on the outcome with most mediators first."""
        parts: dict[Regression, Strategy] = {}
        for finding in self.result.findings:
            if finding.best is not None and not finding.refused:
                for part in finding.best.parts:
                    if part.regressors:
                        parts.setdefault(part.regression, part)
        outcome = self.design.outcome
        order = sorted(parts, key=lambda reg: (reg.outcome != outcome, -len(reg.regressors)))
        return {reg: RegressionEvidence(self.effects, parts[reg]) for reg in order}

    @cached_property
    def _main(self) -> RegressionEvidence | None:
        return next(
            (made for reg, made in self.regressions.items() if reg.outcome == self.design.outcome), None
        )

    @property
    def strength(self) -> dict[str, Found]:
        """The strength of the instruments for each mediator of the regression on the outcome with most mediators."""
        return {} if self._main is None else {found.node: found for found in self._main.strengths}

    @property
    def tests(self) -> dict[str, Test]:
        """The tests of the same regression, by name; empty where there is none."""
        return {} if self._main is None else self._main.tests

    @cached_property
    def all_tables(self) -> tuple[Table, ...]:
        """Estimates, refusals, strength, tests, differing effects, weak-instrument sets, leaving out, plan, what was taken."""
        diagnosis, design = self.diagnosis, self.design
        found = evidence_tables(
            design,
            self.every,
            self.regressions,
            self.effects,
            self._powers,
            scatter_family(design, self.regressions),
            self.plan is not None and self.plan.sites_are == "population",
        )
        primary = [self[estimand] for estimand in primary_effects(design)]
        asked = primary or [one for one in self.every if one.own is not None]
        return (
            found[0],
            decided(design, asked, self.regressions, self.plan, uncounted_in(design, self.effects)),
            *found[1:],
            balance_table(design, self.effects),
            missing_table(self.effects),
            *([] if diagnosis is None else [compared(diagnosis, self.effects, self.regressions)]),
            deviations(design, self.effects, primary, diagnosis),
            Table("taken", "Taken as given", TAKEN, tuple((f"{note[:1].upper()}{note[1:]}.",) for note in self._notes)),
        )  # fmt: skip

    @property
    def _notes(self) -> tuple[str, ...]:
        of_cells = (note for made in self.regressions.values() for note in made.notes)
        return tuple(dict.fromkeys((*self.effects.notes, *of_cells)))

    @property
    def printed(self) -> tuple[Table, ...]:
        """The tables as people read them: the design's own estimates alone, others in a table of their own."""
        return printed(self.all_tables)

    @cached_property
    def _powers(self) -> Powers:
        """How often the plan let each test reject; empty without a plan."""
        if self.plan is None or not self.tests:
            return {}
        drawn = falsification(self.design, self.plan, TRIALS, assume=self.result.granted)
        names = {HETEROGENEITY: "heterogeneity at minimum"}
        return {
            (
                one.regression.shape,
                one.regression.moderators,
                names.get(one.test, one.test),
                one.world,
            ): one.share.value
            for one in drawn.rejections
            if one.share is not None
        }

    @cached_property
    def diagnosis(self) -> Diagnosis | None:
        """The plan in numbers; None without a plan."""
        return None if self.plan is None else diagnose(self.design, self.plan, assume=self.result.granted)

    def render(self, format: str = "text") -> str:
        """The evidence as a report: "text", "markdown", "latex", "html" or "json".

        Raises:
            ReportError: no such format.
        """
        return str(lead("Evidence.render")(self, format))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the report; the suffix decides: .txt, .md, .tex, .html, .pdf, .docx. Or the tables: .json, .csv, .parquet.

        Raises:
            ReportError: an unknown suffix, or a place that cannot be written.
        """
        return Path(lead("Evidence.save")(self, path))
