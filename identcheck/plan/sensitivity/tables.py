"""Sensitivity as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import sympy
from numpy.typing import NDArray

from identcheck.plan.closed.questions import Question
from identcheck.plan.sensitivity.violations import Move
from identcheck.tables.table import Cell, Column, Table

__all__ = ["STEP", "contour_table", "formulas_table", "tables_of"]

STEP = 0.1
"""By how much of its unit each moment is made to fail in the table."""

Effect = tuple[Question, float, float | None, float | None, float, tuple[Move, ...]]
"""An effect, its threshold, the two robustness values, its distance from the threshold, and the moves."""


def tables_of(effects: Sequence[Effect]) -> tuple[Table, ...]:
    """Robustness values, and every condition with what its failing does."""
    return tuple(table for table in (_robustness(effects), _moves(effects)) if table.rows)


def _robustness(effects: Sequence[Effect]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (str(question.estimand), question.target, threshold, single, joint)
        for question, threshold, single, joint, _, _ in effects
    ]
    return Table(
        "robustness",
        "How strong compliance-effect covariance would have to be",
        (
            Column("effect", "Effect", "the average effect asked for"),
            Column("target", "True value", "the average effect in the anticipated world", 3),
            Column("threshold", "Threshold", "the value that the effect would be moved to", 3),
            Column(
                "single", "One correlation", "the smallest |correlation| across sites that does it alone", 2
            ),
            Column(
                "joint",
                "All of them",
                "the smallest |correlation| if every one is of that size, signs at their worst",
                2,
            ),
        ),
        tuple(rows),
        "An estimate of the anticipated size could come from an effect at the threshold if compliance and effect were "
        "correlated this much across sites, besides the bias that is anticipated anyway. Whether correlations of that size are "
        "possible together is not looked at. Empty, or none: not even a correlation of 1 does it.",
    )


def _moves(effects: Sequence[Effect]) -> Table:
    return Table(
        "conditions",
        "If this assumption fails by this much, the estimate moves by that much",
        (
            Column("effect", "Effect", "the average effect asked for"),
            Column("assumption", "Assumption", "numeral of the assumption; none grants the others"),
            Column("quantity", "Moment", "what the condition sets to 0"),
            Column("unit", "Unit", "what one unit of it is"),
            Column("planned", "Planned", "its value in the anticipated world", 3),
            Column(
                "shift",
                f"Shift by {STEP:g}",
                f"what the estimate gains if the moment is {STEP:g} of its unit",
                4,
            ),
            Column(
                "tipping",
                "Tipping point",
                "the value at which an effect at the threshold gives this estimate",
                2,
            ),
        ),
        tuple(row for effect in effects for row in _move_rows(effect)),
        "Correlations and third moments are in SDs of what is multiplied, as in the plan. Empty tipping point: no possible "
        'value does it. "SD assumed": the plan lets this effect differ between sites only, and its SD among persons is taken '
        "to be the same. Moments that are not listed leave the estimate where it is; rank failure makes it imprecise and "
        "lets the confounding of ordinary regression through, see the strength of the instruments.",
        tuple({m.quantity: m.latex for effect in effects for m in effect[-1] if m.latex}.items()),
    )


def _move_rows(effect: Effect) -> Iterator[tuple[Cell, ...]]:
    question, _, _, _, away, moves = effect
    for move in moves:
        yield (
            str(question.estimand),
            f"({move.numeral})" if move.numeral else "none",
            move.quantity,
            f"{move.unit} (SD assumed)" if move.within_reference else move.unit,
            move.planned,
            STEP * move.slope,
            move.tipping(away),
        )


def formulas_table(effects: Sequence[tuple[Question, sympy.Expr | None]]) -> Table:
    """The asymptotic bias of each effect as a formula."""
    return Table(
        "formulas",
        "Asymptotic bias as a formula",
        (
            Column("effect", "Effect", "the average effect asked for"),
            Column("bias", "Bias", "with persons and sites without end, as sympy reads it back"),
        ),
        tuple((str(question.estimand), str(formula)) for question, formula in effects if formula is not None),
        "E, Cov and mu are over sites; E_s, Cov_s and mu_s over the persons of a site. With several arms these formulas "
        "count the arms' rows alike, the numbers weigh them as two-stage least squares does.",
    )


def contour_table(
    effect: str,
    names: tuple[str, str],
    across: Sequence[float],
    up: Sequence[float],
    bias: NDArray[np.float64],
    target: NDArray[np.float64],
) -> Table:
    """The bias over two numbers of the plan, one row a pair."""
    return Table(
        "contour",
        f"Bias of {effect} by {names[0]} and {names[1]}",
        (
            Column("across", names[0], "the first number", 3),
            Column("up", names[1], "the second number", 3),
            Column("target", "True value", "the average effect in the anticipated world", 3),
            Column(
                "bias",
                "Bias",
                "expected estimate less true value; none where the two are impossible together",
                4,
            ),
        ),
        tuple(
            (x, y, _number(target[j, i]), _number(bias[j, i]))
            for j, y in enumerate(up)
            for i, x in enumerate(across)
        ),
    )


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
