"""What must vary: the arrows whose effects have to differ between sites for a rank to hold (theory section 12).

Site by site, treatment must move the regressors in different proportions. That takes enough sites, and
arrows on the way from treatment to the regressors whose average effects are not the same in all of them.
Covariances within sites, which may tell mediators apart too where there are several arms, are left out of
account here, and the sentences say so.
"""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

from identcheck.basics.once import once
from identcheck.derive.paths import Edge, edge_set, edges_in
from identcheck.derive.rank import StructuralRank, structural_rank
from identcheck.derive.words import brief, capital, compliances, effect_words, listed
from identcheck.describe.design import Design

__all__ = ["MOST_REGRESSORS", "Matrix", "essential_arrows", "essential_words"]

MOST_REGRESSORS = 8
"""With more regressors the question is not gone into, since it takes one rank for every arrow."""


class Matrix(NamedTuple):
    """The rows and columns of a regression, as in :func:`identcheck.derive.rank.structural_rank`."""

    regressors: tuple[str, ...]
    arms: tuple[str, ...]
    intercepts: tuple[str, ...] = ()
    pooled: bool = False
    held: tuple[Edge, ...] = ()


@once
def essential_arrows(design: Design, matrix: Matrix, column: str | None = None) -> tuple[Edge, ...]:
    """The arrows each of which must vary: were one of them alone the same in all sites, no number of sites would do.

    Args:
        design: the design.
        matrix: the regression.
        column: the regressor (or arm, for an intercept) whose coefficient is wanted; None for all of them.

    Returns:
        The arrows. Empty where the column is not determined anyway, and with more than ``MOST_REGRESSORS`` regressors.
    """
    if len(matrix.regressors) > MOST_REGRESSORS or _sites_needed(design, matrix, (), column) is None:
        return ()
    return tuple(
        edge for edge in _moving(design, matrix) if _sites_needed(design, matrix, (edge,), column) is None
    )


def essential_words(
    design: Design, matrix: Matrix, essential: tuple[Edge, ...], column: str | None = None
) -> str:
    """Which arrows must vary, and what happens otherwise, as a sentence; "" where there is none."""
    if not essential:
        return ""
    one = len(essential) == 1
    apart = "apart from covariances within sites, " if len(matrix.arms) > 1 else ""
    effects = listed([effect_words(design, a, b, design.mediators) for a, b in essential])
    subject = capital(f"{apart}{effects}", design)
    demand = f"must {'' if one else 'each '}differ between {design.word('sites')}; otherwise"
    return f"{subject} {demand} {_otherwise(design, matrix, essential[0], column)}."


def _otherwise(design: Design, matrix: Matrix, edge: Edge, column: str | None) -> str:
    """What is the matter where an arrow is the same in all sites."""
    effects = compliances(design, matrix.regressors, matrix.arms)
    if len(matrix.regressors) == 1:
        verb = "are" if len(matrix.arms) > 1 else "is"
        return (
            f"{effects} {verb} the same in all {design.word('sites')} and cannot be told from the intercept"
        )
    left = _rank(design, matrix, (edge,))
    how = "proportional" if left.limit == 1 else "linearly dependent"
    if matrix.intercepts:
        how += " (with the intercept)"
    what = (
        "cannot be told apart"
        if column is None
        else f"the coefficient of {brief(design, column)} is not determined"
    )
    return f"the effects of treatment on the regressors are {how} and {what}"


def _moving(design: Design, matrix: Matrix) -> tuple[Edge, ...]:
    """The arrows on the way from the arms to the regressors that may vary, in topological order."""
    above = 0
    for arm, u in product(matrix.arms, matrix.regressors):
        above |= edge_set(design, arm, u)
    return tuple(
        edge for edge in edges_in(design, above) if design.varies(*edge) != "none" and edge not in matrix.held
    )


def _sites_needed(design: Design, matrix: Matrix, held: tuple[Edge, ...], column: str | None) -> int | None:
    structure = _rank(design, matrix, held)
    return structure.sites_for_all if column is None else structure.sites_needed(column)


def _rank(design: Design, matrix: Matrix, held: tuple[Edge, ...]) -> StructuralRank:
    every = matrix._replace(held=tuple(sorted({*matrix.held, *held})))
    return structural_rank(design, *every, persons=False)
