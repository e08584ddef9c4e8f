"""The numbered assumptions of a design: what is printed for the outcome's own equation.

One site and one mediator: the seven of the paper's section 2. Otherwise the nine of section 4, with (v.a) and
(v.b) of section 3 where there is one mediator, (x) where weights matter (theory section 10), and (xi) where a modifier is
measured (section 14).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from identcheck.decide.assumptions.arrows import left_out, parallel
from identcheck.decide.assumptions.base import Assumption, Remark, Setting
from identcheck.decide.assumptions.between_sites import between
from identcheck.decide.assumptions.covariance import between_pooled, single_covariance, within, within_pooled
from identcheck.decide.assumptions.design_based import effective, ignorable, rank
from identcheck.decide.assumptions.model import (
    exclusion,
    mediator_linearity,
    outcome_linearity,
    stable_values,
)
from identcheck.decide.assumptions.moderation import linear
from identcheck.decide.assumptions.standing import also_given, which_list
from identcheck.decide.assumptions.weights import weights
from identcheck.decide.conditions import Regression
from identcheck.decide.granting import standing_numerals
from identcheck.describe.design import Design

__all__ = [
    "Assumption",
    "Remark",
    "Setting",
    "also_given",
    "assumption_for",
    "assumption_list",
    "left_out",
    "standing_numerals",
    "which_list",
]

Maker = Callable[[Setting], Assumption]

MODEL: tuple[Maker, ...] = (stable_values, exclusion, mediator_linearity, outcome_linearity)


def assumption_list(design: Design) -> tuple[Assumption, ...]:
    """Every numbered assumption of the design, in order, with the user's justifications and citations."""
    return tuple(_argued(design, make(Setting(design))) for make in _makers(design))


def assumption_for(regression: Regression, column: str, numeral: str) -> Assumption:
    """One numbered assumption as the regression of a strategy asks it, for the coefficient of one column.

    Raises:
        KeyError: the design's list has no such numeral.
    """
    design = regression.design
    make = dict(zip(design.numerals, _makers(design), strict=True))[numeral]
    return _argued(design, make(Setting(design, regression, column)))


def _makers(design: Design) -> tuple[Maker, ...]:
    """What makes each assumption of the design's list, in order."""
    moderated = (linear,) if "xi" in design.numerals else ()
    if design.single:
        return (*MODEL, single_covariance, effective, ignorable, *moderated)
    pooled = (within_pooled, between_pooled) if "v.a" in design.numerals else ()
    weighted = (weights,) if "x" in design.numerals else ()
    return (*MODEL, parallel, *pooled, within, between, ignorable, rank, *weighted, *moderated)


def _argued(design: Design, made: Assumption) -> Assumption:
    """The assumption with the user's justification and citation."""
    said, cited = design.justifications, design.citations
    return replace(made, justification=said.get(made.numeral, ""), citation=cited.get(made.numeral, ""))
