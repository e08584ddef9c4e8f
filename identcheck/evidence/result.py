"""What the data say about every effect of a design, as tables."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from identcheck.basics.once import once
from identcheck.decide.conditions import Regression
from identcheck.decide.estimands import Estimand
from identcheck.decide.identification import Identification, distinct
from identcheck.decide.strategies import Strategy
from identcheck.derive.words import counted
from identcheck.describe.design import Design
from identcheck.evidence.compared import compared
from identcheck.evidence.confidence import AndersonRubin
from identcheck.evidence.effect import EffectEvidence, RegressionEvidence
from identcheck.evidence.found import Found
from identcheck.evidence.scatter import SPEAKS, Test
from identcheck.evidence.site_effects import SiteEffects
from identcheck.homes import lead
from identcheck.plan.closed.diagnosis import Diagnosis, diagnose
from identcheck.plan.closed.questions import EFFECT, effect_column, short_name
from identcheck.plan.inputs.plan import Plan
from identcheck.tables.table import Cell, Column, ResultTables, Table

__all__ = ["Evidence"]

NAMES = {
    "wls": "least squares",
    "intercept": "with an intercept",
    "pooled": "pooled",
    "site by site": "site by site",
    "liml": "LIML",
    "corrected": "corrected for sampling error",
}
ESTIMATES = (
    EFFECT,
    Column(
        "estimator", "Estimator", "how it is estimated; the first of an effect is the design's own strategy"
    ),
    effect_column("value", "Estimate", "the estimate", 4),
    effect_column(
        "se", "SE", "standard error over sites: CR3, or the jackknife; of LIML from the curvature of Q", 4
    ),
    effect_column("low", "Low", "lower end of the 95% interval", 4),
    effect_column("high", "High", "upper end of the 95% interval", 4),
    Column("df", "df", "degrees of freedom of the interval", 1),
    effect_column("boot_low", "Boot low", "lower end of the wild bootstrap interval, below 30 sites", 4),
    effect_column("boot_high", "Boot high", "upper end of the wild bootstrap interval", 4),
    Column("supposes", "If", "what the number supposes that is not granted"),
    Column("remark", "", "what to know of the number"),
)
REFUSED = (EFFECT, Column("reason", "No number", "why there is no number"))
LINE = Column("regression", "Regression", "the regression of site effects")
STRENGTH = (
    LINE,
    Column("mediator", "Mediator", "the mediator"),
    Column("f", "F", "mean of (compliance / standard error) squared", 2),
    Column("conditional", "Conditional F", "F of what the other columns leave of the compliances", 2),
    Column("df", "df", "degrees of freedom of the conditional F: rows less columns plus 1"),
    Column("mean", "Mean", "weighted mean of the compliances", 4),
    Column("sd", "SD", "SD of the true compliances, sampling error taken off", 4),
)
TESTS = (
    LINE,
    Column("test", "Test", "the test"),
    Column("statistic", "Statistic", "F, or Q", 3),
    Column("df", "df", "degrees of freedom"),
    Column("p", "p", "p value", 4),
    Column("speaks", "Speaks against", "what a small p value speaks against"),
    Column("remark", "", "why a number is missing"),
)
DIFFERING = (
    EFFECT,
    effect_column("tau", "SD", "SD of the effect between sites", 4),
    effect_column("low", "Low", "lower end of the 95% prediction interval for a new site", 4),
    effect_column("high", "High", "upper end of the 95% prediction interval for a new site", 4),
)
WEAK = (
    EFFECT,
    Column("set", "95% set", "values that Q does not reject, whatever the strength of the instruments"),
    Column("shape", "Shape", "its shape"),
    Column("meaning", "", "what the shape means"),
)
LEFT_OUT = (
    EFFECT,
    Column("without", "Without", "the site, or arm, whose leaving out moves the estimate most"),
    effect_column("value", "Estimate", "the estimate without it", 4),
    effect_column("change", "Change", "that less the estimate from all", 4),
)
TAKEN = (Column("taken", "Taken as given, or left out", "what was taken as given, or left out"),)
NUMBERS = "Each number rests on the assumptions of its effect; none of them is tested by these data alone."


@dataclass(frozen=True, eq=False)
class Evidence(ResultTables):
    """What the site effects say about the effects that a design identifies (theory section 17).

    Attributes:
        result: the identification.
        effects: the table of site effects.
        plan: what was anticipated; None without a plan.
        asked: the effects; empty for the default ones.
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
        weights = self.effects.weights
        said = {
            "precision": "1 / Var of the outcome's effect",
            "persons": "n p (1 - p)",
            "sites": "all sites alike",
        }
        note = (
            f"Weights: {said.get(weights, f'column {weights!r}')}; {len(self.effects.sites)} sites. {NUMBERS}"
        )
        return (
            Table.of("estimates", "What the sites say", ESTIMATES, self._estimates(), note),
            Table.of("refused", "Effects without a number", REFUSED, self._refused()),
            Table.of("found_strength", "How strong the instruments are", STRENGTH, self._strengths()),
            Table.of("tests", "Tests of what the numbers rest on", TESTS, self._tests(), "A large p value confirms nothing."),
            Table.of("differing", "How much effects differ between sites", DIFFERING, self._differing()),
            Table.of("weak", "Whatever the strength of the instruments", WEAK, self._weak(), "It supposes one effect."),
            Table.of("left_out", "Leaving out one site or arm", LEFT_OUT, self._left_out()),
            *([] if self.diagnosis is None else [compared(self.diagnosis, self.effects, self.regressions)]),
            Table("taken", "Taken as given", TAKEN, tuple((f"{note[:1].upper()}{note[1:]}.",) for note in self.effects.notes)),
        )  # fmt: skip

    def _estimates(self) -> Iterator[dict[str, Cell]]:
        for one in self.every:
            for place, (name, estimate) in enumerate(one.estimates.items()):
                low, high = estimate.interval or (None, None)
                boot_low, boot_high = estimate.bootstrap or (None, None)
                yield {
                    "effect": str(one.finding.estimand) if place == 0 else "", "estimator": NAMES[name], "value": estimate.value,
                    "se": estimate.se, "low": low, "high": high, "df": estimate.df, "boot_low": boot_low, "boot_high": boot_high,
                    "supposes": one.condition.removeprefix("if ") if place == 0 else "", "remark": estimate.note,
                }  # fmt: skip

    def _refused(self) -> Iterator[dict[str, Cell]]:
        for one in self.every:
            if one.reason:
                yield {"effect": str(one.finding.estimand), "reason": one.reason}

    def _strengths(self) -> Iterator[dict[str, Cell]]:
        for reg, made in self.regressions.items():
            for found in made.strengths:
                yield {
                    "regression": short_name(reg), "mediator": found.node, "f": found.f, "conditional": found.conditional,
                    "df": found.df, "mean": found.mean, "sd": found.sd,
                }  # fmt: skip

    def _tests(self) -> Iterator[dict[str, Cell]]:
        for reg, made in self.regressions.items():
            for name, test in made.tests.items():
                yield {
                    "regression": short_name(reg), "test": name, "statistic": test.statistic, "df": test.df, "p": test.p,
                    "speaks": SPEAKS[name], "remark": test.note,
                }  # fmt: skip

    def _differing(self) -> Iterator[dict[str, Cell]]:
        for one in self.every:
            if one.prediction is not None:
                tau, (low, high) = one.prediction
                yield {"effect": str(one.finding.estimand), "tau": tau, "low": low, "high": high}

    def _weak(self) -> Iterator[dict[str, Cell]]:
        """Of regressions with one column; of others ``anderson_rubin_set`` works it out, which takes a while."""
        for one in self.every:
            made = one.regression
            if made is None or not made.over_sites or len(made.rows.columns) != 1 or made.rows.exact:
                continue
            found = one.anderson_rubin_set()
            yield {
                "effect": str(one.finding.estimand), "set": _written(found), "shape": found.shape, "meaning": found.meaning,
            }  # fmt: skip

    def _left_out(self) -> Iterator[dict[str, Cell]]:
        for one in self.every:
            known = [row for row in one.leave_one_out.records() if isinstance(row["change"], float)]
            if known:
                most = max(known, key=lambda row: abs(float(row["change"] or 0)))
                yield {"effect": str(one.finding.estimand), **most}

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


def _written(found: AndersonRubin) -> str:
    """A set in writing."""
    if not found.intervals:
        return "empty"
    return " and ".join(
        f"{low:.4g} to {high:.4g}".replace("inf", "infinity") for low, high in found.intervals
    )
