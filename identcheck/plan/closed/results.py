"""What a diagnosis says of each regression and each effect, and the columns under which tables show it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from identcheck.basics.display import Brief
from identcheck.decide.conditions import Regression
from identcheck.plan.closed.estimators import Budget
from identcheck.plan.closed.questions import EFFECT, TARGET, Question, effect_column, short_name
from identcheck.plan.closed.strength import STRONG, Matrix, Strength
from identcheck.plan.inputs.plan import Plan
from identcheck.tables.table import Cell, Column, Table

__all__ = ["EffectNumbers", "Instruments", "PooledInstrument", "effect_tables", "instrument_tables"]

REGRESSION = Column("regression", "Regression", "the outcome and the regressors of the site effects")
STRATEGY = Column(
    "strategy", "Strategy", "how the effect would be estimated, where several ways are compared"
)

INSTRUMENTS = (
    REGRESSION,
    Column("mediator", "Mediator", "the regressor"),
    Column(
        "mean",
        "Mean compliance",
        "average effect of treatment on the mediator (of the first arm, where there are several)",
        3,
        unit="units of the mediator",
    ),
    Column(
        "sd",
        "SD across sites",
        "standard deviation of that effect across sites",
        3,
        unit="units of the mediator",
    ),
    Column("f", "F", "expected first-stage F of the mediator by itself", 1),
    Column("conditional_f", "Conditional F", "expected first-stage F given the other mediators", 1),
    Column("verdict", "Verdict", f"strong if the conditional F is at least {STRONG:g}, otherwise weak"),
)
COMPLIANCES = (
    REGRESSION,
    Column("one", "First mediator", "one of two mediators whose compliances are compared"),
    Column("other", "Second mediator", "the other of them"),
    Column("correlation", "Correlation", "correlation of the two compliances across sites", 2),
    Column(
        "condition",
        "Condition number",
        "condition number of the matrix with columns scaled to unit length; 1 is best",
        1,
    ),
)
BIAS = (
    TARGET,
    effect_column(
        "between",
        "Between sites",
        "bias from covariance of compliance and effect across sites, where (vii) fails",
        4,
    ),
    effect_column(
        "within",
        "Within sites",
        "bias from covariance of compliance and effect among persons of a site, where (vi) fails",
        4,
    ),
    effect_column(
        "bypass", "Bypass", "bias from paths of treatment around the regressors, where exclusion fails", 4
    ),
    effect_column(
        "left_out", "Arrows left out", "bias from arrows between mediators that the design leaves out", 4
    ),
    effect_column(
        "persons", "Sampling error", "bias from sampling error within sites, toward ordinary regression", 4
    ),
    effect_column("sites", "Few sites", "bias from a finite number of sites", 4),
    effect_column("bias", "Bias", "the sum of these: expected estimate less true value", 4),
)
POOLED = (
    effect_column("bias", "Bias", "bias of the site-by-treatment regression", 4),
    effect_column("se", "SE", "standard error of the site-by-treatment regression", 3),
    effect_column(
        "pooled_bias",
        "Pooled bias",
        "bias of the ratio of the average effect on the outcome to average compliance",
        4,
    ),
    effect_column("pooled_se", "Pooled SE", "standard error of that ratio", 3),
    Column("pooled_f", "Pooled F", "first-stage F of the one instrument", 1),
    Column(
        "ratio",
        "SE ratio",
        "SE of the site-by-treatment regression divided by the pooled SE; below 1 the sites help",
        2,
    ),
)


def precision_columns(plan: Plan) -> tuple[Column, ...]:
    """The columns on precision: what they mean depends on the level and the power of the plan."""
    needed = f"for power {plan.power:g} at the true value"
    return (
        TARGET,
        effect_column("se", "SE", "standard error of the estimate", 3),
        Column(
            "power", "Power", f"power of a two-sided test at level {plan.alpha:g} if there were no bias", 2
        ),
        effect_column("detectable", "MDE", f"smallest effect that is detected with power {plan.power:g}", 3),
        Column("sites", "Sites needed", f"sites needed {needed}", unit="sites"),
        Column("persons", "Persons needed", f"persons needed per site {needed}", unit="persons"),
        Column("note", "", "why a number is missing"),
    )


@dataclass(frozen=True)
class Instruments:
    """The site-by-compliance matrix that a regression relies on, and its strength for each regressor."""

    regression: Regression
    matrix: Matrix
    strengths: tuple[Strength, ...]

    def records(self) -> Iterator[dict[str, Cell]]:
        """For each mediator its compliance and its F, under ``INSTRUMENTS``."""
        for strength in self.strengths:
            place = self.matrix.regressors.index(strength.regressor)
            yield {
                "regression": short_name(self.regression),
                "mediator": strength.regressor,
                "mean": self.matrix.mean[place],
                "sd": self.matrix.sd[place],
                "f": strength.f,
                "conditional_f": strength.conditional,
                "verdict": strength.verdict,
            }

    def pairs(self) -> Iterator[dict[str, Cell]]:
        """For each pair of compliances their correlation, under ``COMPLIANCES``."""
        matrix = self.matrix
        for i, other in enumerate(matrix.regressors):
            for one, value in zip(matrix.regressors[:i], matrix.correlation[i], strict=False):
                yield {
                    "regression": short_name(self.regression),
                    "one": one,
                    "other": other,
                    "correlation": None if math.isnan(value) else value,
                    "condition": None if math.isinf(matrix.condition) else matrix.condition,
                }


@dataclass(frozen=True)
class PooledInstrument:
    """The same effect by one pooled instrument: average effect on the outcome by average compliance.

    Attributes:
        f: first-stage F of the one instrument.
        bias: bias of the ratio.
        se: its standard error.
        ratio: standard error of the site-by-treatment regression by that of the ratio: below 1 it gains. None where
            that of the ratio is 0.
    """

    f: float
    bias: float
    se: float
    ratio: float | None


@dataclass(frozen=True)
class EffectNumbers(Brief):
    """What the plan means for the estimate of one effect.

    Attributes:
        question: the effect, its strategy and its true value in the anticipated world.
        budget: the bias by its causes; None for a composed strategy, or none.
        bias: the whole bias; None where there is no strategy.
        se: the standard error; None for a composed strategy (simulate instead), or none.
        power: power of the t test of no effect between sites, at the effect's true value and without bias.
        detectable: the smallest effect that the test finds with the power that the plan aims at.
        sites: sites needed for that power, persons per site as planned; None if out of reach.
        persons: persons per site needed, sites as planned; None if out of reach.
        pooled: the same effect by one pooled instrument, where that is possible.
    """

    question: Question
    budget: Budget | None = None
    bias: float | None = None
    se: float | None = None
    power: float | None = None
    detectable: float | None = None
    sites: int | None = None
    persons: int | None = None
    pooled: PooledInstrument | None = None

    def _brief(self) -> str:
        bias, se = ("none" if number is None else f"{number:.3g}" for number in (self.bias, self.se))
        return f"EffectNumbers {self.question.estimand}: bias {bias}, SE {se}"

    def record(self, **more: Cell) -> dict[str, Cell]:
        """The effect, its strategy and its numbers by name, for any of the columns here."""
        asked = {**self.question.record(), "strategy": self._strategy, "note": self._in_the_way}
        return {**asked, **vars(self), **more}

    def bias_record(self) -> dict[str, Cell]:
        """The effect and its bias by causes, under ``BIAS``; a composed one has no causes."""
        causes = vars(self.budget) if self.budget else {}
        return {**self.question.record(), "strategy": self._strategy, **causes, "bias": self.bias}

    @property
    def _strategy(self) -> str:
        strategy = self.question.strategy
        lines = dict.fromkeys(short_name(part.regression) for part in strategy.parts) if strategy else {}
        return ("composed of " if len(lines) > 1 else "") + "; ".join(lines)

    @property
    def _in_the_way(self) -> str:
        """Why a number is missing."""
        if self.question.strategy is None:
            return f"not estimated: {self.question.reason}"
        if self.se is None:
            return "composed of several regressions: simulate for its standard error"
        if not self.question.target:
            return "its true value is 0"
        if self.power is None:
            return "too few sites for a test between sites"
        if self.sites is None:
            return "no feasible number of sites gives this power"
        if self.persons is None:
            return "more persons per site do not give this power: effects differ too much between sites"
        return ""


def instrument_tables(instruments: Sequence[Instruments]) -> Iterator[Table]:
    """The strength of the instruments, and the correlations of compliances."""
    notes = [
        f"With a conditional F of f, about 1/f of the confounding bias of ordinary regression remains; {STRONG:g} is the usual "
        "rule of thumb (Staiger and Stock 1997; conditional F: Sanderson and Windmeijer 2016). The conditional F is what "
        "matters: where treatment changes two mediators together, each can have a large F of its own.",
        *(
            f"{short_name(item.regression)}: the site-by-compliance matrix has rank {item.matrix.rank} for "
            f"{len(item.matrix.columns)} columns, so not every coefficient is determined."
            for item in instruments
            if not item.matrix.full
        ),
    ]
    strengths = (record for item in instruments for record in item.records())
    yield Table.of("instruments", "Strength of the instruments", INSTRUMENTS, strengths, " ".join(notes))
    yield Table.of(
        "compliances",
        "The site-by-compliance matrix (of the first arm, where there are several)",
        COMPLIANCES,
        (pair for item in instruments for pair in item.pairs()),
        "Correlated compliances are a problem of precision, not of identification; a condition number of 30 or more says "
        "that the sites hardly tell the mediators apart (Belsley, Kuh and Welsch 1980).",
    )


def effect_tables(effects: Sequence[EffectNumbers], plan: Plan) -> Iterator[Table]:
    """Bias, precision, and the pooled instrument; with a column for the strategy where an effect has several."""
    several = len({effect.question.estimand for effect in effects}) < len(effects)
    front = (EFFECT, STRATEGY) if several else (EFFECT,)
    yield Table.of(
        "bias",
        "Bias of each estimate, by its causes",
        (*front, *BIAS),
        (
            effect.bias_record()
            for effect in effects
            if effect.bias is not None and effect.question.strategy and effect.question.strategy.regressors
        ),
        "The causes add up to the bias. Composed effects have no breakdown by cause.",
    )
    yield Table.of(
        "precision",
        "Precision and power",
        (*front, *precision_columns(plan)),
        (effect.record() for effect in effects),
        "Standard errors are those of estimates in repeated trials and include differences in effects between sites; tests "
        "use a t distribution with sites less coefficients as degrees of freedom. In simulated trials with one to three "
        "mediators they were accurate to 6% with 50 sites or more, and to 10% with 10 and 20 sites.",
    )
    yield Table.of(
        "pooled",
        "Against one pooled instrument",
        (*front, *POOLED),
        (
            effect.record(pooled_bias=p.bias, pooled_se=p.se, pooled_f=p.f, ratio=p.ratio)
            for effect in effects
            if (p := effect.pooled) is not None
        ),
        "The pooled ratio needs covariances to vanish but no third moments, and its instrument is strong wherever average "
        "compliance is far from 0; with one arm it can serve one mediator only.",
    )
