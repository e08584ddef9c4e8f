"""The tables of instruments in a diagnosis: their strength, and the correlations of compliances."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from identcheck.describe.design import Design
from identcheck.plan.closed.questions import short_name
from identcheck.plan.closed.results import Instruments
from identcheck.plan.closed.strength import STRONG
from identcheck.tables.table import Column, Table

__all__ = ["instrument_tables"]

REGRESSION = Column("regression", "Regression", "the outcome and the regressors of the site effects")


def _instrument_columns(design: Design) -> tuple[Column, ...]:
    unit = "units of the mediator"
    several = len(design.treatments) > 1
    by = "the arm" if several else "treatment"
    arms = (Column("arm", "Arm", "an arm whose site effects are rows of the regression"),)
    return (
        REGRESSION,
        Column("mediator", "Mediator", "the regressor"),
        *(arms if several else ()),
        Column("mean", "Mean", f"average effect of {by} on the mediator", 3, unit=unit),
        Column("sd", "SD", f"standard deviation of that effect between {design.word('sites')}", 3, unit=unit),
        Column("f", "F", "expected first-stage F of the mediator by itself", 1),
        Column("conditional_f", "Conditional F", "expected first-stage F given the other mediators", 1),
        Column(
            "verdict",
            "Verdict",
            f"strong if the conditional F is at least {design.rules.conditional_f:g}, otherwise weak",
        ),
    )


COMPLIANCES = (
    REGRESSION,
    Column("one", "Mediator", "a mediator"),
    Column("other", "Other mediator", "another mediator"),
    Column("correlation", "Correlation", "correlation of the effects of treatment on the two mediators", 2),
    Column(
        "condition",
        "Condition number",
        "condition number of all columns, each scaled to unit length; 1 is best",
        1,
    ),
)


def instrument_tables(instruments: Sequence[Instruments], design: Design) -> Iterator[Table]:
    """The strength of the instruments, and the correlations of compliances."""
    least = design.rules.conditional_f
    rule = "" if least == STRONG else f" The rule of this design is {least:g}."
    notes = [
        f"With a conditional F of f, about 1/f of the confounding bias of ordinary regression remains; {STRONG:g} is the usual "
        f"rule of thumb (Staiger and Stock 1997; conditional F: Sanderson and Windmeijer 2016).{rule} The conditional F is what "
        "matters: where treatment changes two mediators together, each can have a large F of its own.",
        *(
            ["F is of all arms of a regression together."]
            if any(len(i.matrix.arms) > 1 for i in instruments)
            else []
        ),
        *(
            f"{short_name(item.regression)}: the matrix of compliances has rank {item.matrix.rank} for "
            f"{len(item.matrix.columns)} columns, so not every coefficient is determined."
            for item in instruments
            if not item.matrix.full
        ),
    ]
    strengths = (record for item in instruments for record in item.records())
    yield Table.of(
        "instruments", "Strength of the instruments", _instrument_columns(design), strengths, " ".join(notes)
    )
    arms = "" if len(design.treatments) == 1 else ", of the first arm"
    yield Table.of(
        "compliances",
        f"How the effects of treatment on mediators are related{arms}",
        COMPLIANCES,
        (pair for item in instruments for pair in item.pairs()),
        "Correlated compliances are a problem of precision, not of identification; a condition number of 30 or more says "
        f"that the {design.word('sites')} hardly tell the mediators apart (Belsley, Kuh and Welsch 1980).",
    )
