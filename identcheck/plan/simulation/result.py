"""What a simulation found: how each estimator did for each effect, and how strong the instruments were."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from identcheck.basics.display import Brief
from identcheck.basics.options import LevelName
from identcheck.decide.estimands import Estimand, estimand_of
from identcheck.derive.words import counted
from identcheck.describe.design import Design
from identcheck.errors import UnknownEstimandError
from identcheck.plan.closed.questions import Question, effect_column
from identcheck.plan.closed.unidentified import unanswered
from identcheck.plan.inputs.anticipated import Array
from identcheck.plan.inputs.plan import Plan
from identcheck.plan.simulation.each_site import BY_SITE
from identcheck.plan.simulation.measures import Measure
from identcheck.tables.table import Cell, Column, ResultTables, Table

__all__ = [
    "MEASURES",
    "ROWS",
    "STRENGTH_ROWS",
    "WITHOUT_MOMENTS",
    "Row",
    "Simulation",
    "SizeRow",
    "StrengthRow",
]

MEASURES = (
    effect_column("mean", "mean", "average estimate", 3),
    effect_column("bias", "bias", "average estimate less the true value", 3),
    effect_column("sd", "SD", "standard deviation of the estimates", 3),
    effect_column("rmse", "RMSE", "root of the mean squared error", 3),
    effect_column("median", "median", "median estimate; it stands for the mean where there is none", 3),
    effect_column(
        "quartile_range", "IQR", "interquartile range of the estimates: the middle half lies in it", 3
    ),
    effect_column("median_bias", "median bias", "median estimate less the true value", 3),
    effect_column(
        "spread", "spread", "interquartile range divided by 1.349, which is the SD if estimates are normal", 3
    ),
    effect_column("standard_error", "mean SE", "average standard error", 3),
    Column("coverage", "coverage", "share of confidence intervals that contain the true value", 3),
    Column("power", "power", "share of trials in which the hypothesis of no effect is rejected", 3),
    Column("weak", "weak", "share of trials whose conditional F the rule of the design calls weak", 3),
    Column("undefined", "undefined", "share of trials without an estimate", 3),
)
"""What is reported of each estimator, each with its Monte Carlo standard error."""

STRENGTHS = (
    Column("f", "F", "average first-stage F of the mediator by itself", 2),
    Column("conditional_f", "conditional F", "average F given the other mediators (Sanderson-Windmeijer)", 2),
    Column("weak", "weak", "share of trials whose conditional F the rule of the design calls weak", 3),
)
"""What is reported of each first stage, each with its Monte Carlo standard error."""


def _with_errors(columns: Iterable[Column]) -> Iterator[Column]:
    for column in columns:
        yield column
        error = f"Monte Carlo standard error: {column.meaning}"
        digits = None if column.digits is None else column.digits + 1
        yield replace(column, key=f"{column.key}_error", title="±", meaning=error, digits=digits)


def measured(measures: Mapping[str, Measure | None]) -> dict[str, Cell]:
    """The values and their Monte Carlo errors by the keys of their columns; None where one is not finite."""
    found: dict[str, Cell] = {}
    for key, measure in measures.items():
        value, error = (math.nan, math.nan) if measure is None else (measure.value, measure.error)
        found[key] = value if math.isfinite(value) else None
        found[f"{key}_error"] = error if math.isfinite(error) else None
    return found


ROWS = (
    Column("estimand", "effect", "what is estimated"),
    Column("estimator", "estimator", "how it is estimated"),
    Column("own", "own", "whether it is the estimator of the effect's own strategy"),
    effect_column("target", "true", "true average effect in the anticipated world", 3),
    *_with_errors(MEASURES),
)
"""The columns of estimators: what each is about, then each measure and its error."""

STRENGTH_ROWS = (
    Column("regression", "regression", "what is regressed on what"),
    Column("regressor", "mediator", "the regressor"),
    *_with_errors(STRENGTHS),
)
"""The columns of first stages."""

SIZES = (
    effect_column("standard_error", "mean SE", "average standard error", 3),
    Column("degrees", "degrees", "average degrees of freedom of t", 1),
    Column(
        "size",
        "size",
        "share of trials in which the test of the true value rejects; what bias does is in it",
        3,
    ),
    Column("power", "power", "share of trials in which the hypothesis of no effect is rejected", 3),
)
"""What is reported of each kind of test, each with its Monte Carlo standard error."""

SIZE_ROWS = (
    Column("estimand", "effect", "what is tested"),
    Column(
        "test",
        "test",
        "CR1: t with K - P degrees; CR2 and CR3 with Satterthwaite's degrees; restricted wild bootstrap",
    ),
    *_with_errors(SIZES),
)
"""The columns of tests."""

WITHOUT_MOMENTS = ("LIML", "moment-corrected", BY_SITE)
"""Estimators whose distribution has no mean and no variance: a few trials decide what is computed for them."""

MOMENTS = ("mean", "bias", "sd", "rmse")
"""Measures that mean nothing for an estimator without moments."""

NO_MOMENTS_NOTE = (
    "LIML and the moment-corrected estimator have no mean and no variance, at any number of sites: their mean, bias, SD and RMSE "
    "would depend on a few extreme trials and are not shown. Read their median and their interquartile range (IQR) instead."
)
BY_SITE_NOTE = (
    "Site by site the estimate is an average of ratios and has no mean and no variance either; where compliance may be near 0 in "
    "a site its spread is large, and more sites do not make it smaller."
)
UNDEFINED_NOTE = (
    "Where an estimate is undefined (no rank, or a moment correction larger than what it corrects) the trial is left "
    "out of the other measures of that estimator."
)


@dataclass(frozen=True)
class Row(Brief):
    """One estimator of one effect.

    Attributes:
        estimand: the effect.
        words: the effect in the design's labels.
        estimator: its name.
        own: whether it is the strategy's own; the others are for comparison.
        target: the true value: the average over sites in the anticipated world.
        measures: by the keys of ``MEASURES``; None where a measure is not defined.
    """

    estimand: Estimand
    words: str
    estimator: str
    own: bool
    target: float
    measures: Mapping[str, Measure | None]

    def _brief(self) -> str:
        return f"Row {self.estimand}, {self.estimator}: target {self.target:.3g}"

    def __getitem__(self, key: str) -> Measure:
        """A measure by its key.

        Raises:
            KeyError: where there is no such measure, or it is not defined here.
        """
        found = self.measures[key]
        if found is None:
            raise KeyError(f"{key} is not defined for {self.estimator} of {self.estimand}")
        return found

    def record(self) -> dict[str, Cell]:
        """The estimator and its measures, under ``ROWS``; those that the estimator has no moments for are left empty."""
        hidden = MOMENTS if self.estimator in WITHOUT_MOMENTS else ()
        shown = {key: None if key in hidden else measure for key, measure in self.measures.items()}
        return {
            "estimand": str(self.estimand),
            "estimator": self.estimator,
            "own": self.own,
            "target": self.target,
            **measured(shown),
        }


@dataclass(frozen=True)
class StrengthRow:
    """First-stage strength for one regressor of one regression.

    Attributes:
        regression: the regression in a line.
        regressor: the mediator.
        plain: average F of the instruments for this mediator by itself.
        conditional: average F given the other mediators (Sanderson and Windmeijer, 2016).
        weak: share of trials with a conditional F below that of the design's rule.
    """

    regression: str
    regressor: str
    plain: Measure | None
    conditional: Measure | None
    weak: Measure | None

    def record(self) -> dict[str, Cell]:
        """The regressor and its measures, under ``STRENGTH_ROWS``."""
        found = measured({"f": self.plain, "conditional_f": self.conditional, "weak": self.weak})
        return {"regression": self.regression, "regressor": self.regressor, **found}


@dataclass(frozen=True)
class SizeRow(Brief):
    """One kind of test of one effect.

    Attributes:
        estimand: the effect.
        test: "CR1", "CR2", "CR3" or "bootstrap".
        measures: by the keys of ``SIZES``; None where there is none, as of a standard error for the bootstrap.
    """

    estimand: Estimand
    test: str
    measures: Mapping[str, Measure | None]

    def _brief(self) -> str:
        return f"SizeRow {self.estimand}, {self.test}"

    def record(self) -> dict[str, Cell]:
        """The test and its measures, under ``SIZE_ROWS``."""
        return {"estimand": str(self.estimand), "test": self.test, **measured(self.measures)}


@dataclass(frozen=True, eq=False)
class Simulation(ResultTables):
    """Estimators in simulated trials of one design under one plan.

    Attributes:
        design: the design.
        plan: the plan.
        reps: R, how many trials.
        seed: what the random streams were made from.
        level: "sites" or "persons".
        rows: each estimator of each effect.
        strengths: each regressor of each regression.
        unanswered: the effects that no strategy identifies, each with the reason.
        draws: (R,) estimates by effect and estimator; NaN where undefined.
        errors: (R,) their standard errors, the same way.
        sizes: each kind of test of each effect, where these were asked for.
        cautions: which effects drawn causes break, and which causes the plan has no numbers for.
    """

    design: Design
    plan: Plan
    reps: int
    seed: int
    level: LevelName
    rows: tuple[Row, ...]
    strengths: tuple[StrengthRow, ...]
    unanswered: tuple[Question, ...]
    draws: Mapping[tuple[Estimand, str], Array] = field(repr=False)
    errors: Mapping[tuple[Estimand, str], Array] = field(repr=False)
    sizes: tuple[SizeRow, ...] = ()
    cautions: tuple[str, ...] = ()

    def _brief(self) -> str:
        return f"Simulation: {self.reps:,} trials, {counted(len({row.estimand for row in self.rows}), 'effect', 'effects')}"

    def row(self, estimand: Estimand | str, estimator: str | None = None) -> Row:
        """The row of an effect and an estimator; None for the strategy's own.

        Raises:
            UnknownEstimandError: where there is none; a KeyError too.
        """
        asked = estimand_of(self.design, estimand)
        for row in self.rows:
            if row.estimand == asked and (row.own if estimator is None else row.estimator == estimator):
                return row
        known = (
            ", ".join(dict.fromkeys(f"{row.estimator} of {row.estimand}" for row in self.rows)) or "nothing"
        )
        raise UnknownEstimandError(
            [f"no {estimator or 'estimator'} of {asked} was simulated; there is {known}"]
        )

    @cached_property
    def table(self) -> Table:
        """Every row as a table, with a column for each measure and one for its Monte Carlo error."""
        records = (row.record() for row in self.rows)
        return Table.of("simulation", self._title, ROWS, records, self._note)

    @cached_property
    def strength(self) -> Table:
        """First-stage F by regression and mediator."""
        records = (row.record() for row in self.strengths)
        return Table.of("strength", "First-stage strength in simulated trials", STRENGTH_ROWS, records)

    @cached_property
    def tests(self) -> Table:
        """The size and power of each kind of test; no rows where none was asked for."""
        note = f"Tests at level {self.plan.alpha:g}, {self.plan.sided}." if self.sizes else ""
        records = (row.record() for row in self.sizes)
        return Table.of("tests", "Tests in simulated trials", SIZE_ROWS, records, note)

    MAIN = "simulation"

    @property
    def all_tables(self) -> tuple[Table, ...]:
        """The estimators, then the strength of the instruments; then tests, where they were asked for."""
        return self.table, self.strength, *((self.tests,) if self.sizes else ())

    @property
    def _title(self) -> str:
        how = "by site effects" if self.level == "sites" else "person by person"
        return f"Estimators in {self.reps} simulated trials, drawn {how} (seed {self.seed})"

    @property
    def _note(self) -> str:
        notes = list(self.cautions)
        if any(row.estimator in WITHOUT_MOMENTS[:2] for row in self.rows):
            notes.append(NO_MOMENTS_NOTE)
        if any(row.estimator == BY_SITE for row in self.rows):
            notes.append(BY_SITE_NOTE)
        if any(row.measures["undefined"] and row["undefined"].value for row in self.rows):
            notes.append(UNDEFINED_NOTE)
        notes += unanswered(((q.words, q.reason) for q in self.unanswered), "Not simulated: ")
        return " ".join(notes)
