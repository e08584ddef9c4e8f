"""Mediators with a common cause in the graph: their disturbances are correlated where the plan says nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from identcheck.derive.words import some
from identcheck.describe.design import Design
from identcheck.plan.inputs.defaults import CONFOUNDING
from identcheck.plan.inputs.possible import least_eigenvalue

__all__ = ["common_causes", "filled"]

LEAST_LEFT = 0.05
"""Correlations that are filled in leave the least eigenvalue of each matrix at this or more, or where it was."""


def common_causes(design: Design, mediators: Sequence[str]) -> dict[frozenset[str], str]:
    """Pairs of mediators that the graph gives a common cause which treatment does not change, with the reason in words.

    Causes that are measured count as well: no regression here controls for them. A cause that acts through another mediator is
    no part of the disturbance.
    """
    graph, fixed = design.graph, {*design.baseline}
    above = {
        m: {
            cause
            for parent in {*graph.predecessors(m)} & fixed
            for cause in (parent, *nx.ancestors(graph, parent))
        }
        for m in mediators
    }
    found = {}
    for one, other in combinations(mediators, 2):
        both = sorted(above[one] & above[other], key=design.order.__getitem__)
        if both:
            verb = "acts" if len(both) == 1 else "act"
            found[frozenset((one, other))] = (
                f"{some([design.label(c) for c in both])} {verb} on both in the graph"
            )
        elif {(one, other), (other, one)} & {*design.confounded}:
            found[frozenset((one, other))] = "the graph gives them a common cause"
    return found


def filled(
    matrix: NDArray[np.float64], pairs: Sequence[tuple[int, int]], blocks: Sequence[Sequence[int]]
) -> float:
    """Set the correlations of some pairs to the usual confounding, or the largest below it that is possible.

    Args:
        matrix: correlations, those of the pairs 0; changed in place.
        pairs: positions.
        blocks: positions of variables whose correlations are possible together and must remain so.

    Returns:
        The correlation.
    """
    least = [min(LEAST_LEFT, least_eigenvalue(matrix[np.ix_(block, block)])) for block in blocks]
    for hundredths in range(round(100 * CONFOUNDING.value), -1, -1):
        for i, j in pairs:
            matrix[i, j] = matrix[j, i] = hundredths / 100
        left = [least_eigenvalue(matrix[np.ix_(block, block)]) for block in blocks]
        if all(now >= before for now, before in zip(left, least, strict=True)):
            break
    return hundredths / 100
