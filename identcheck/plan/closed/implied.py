"""Correlations of effects that follow from drawn modifiers, taken apart by where they come from: the sum over treks.

A trek goes up from one effect to a modifier and down from it to the other. With c_em what one SD of what is modifier m's own
does to an effect, in SDs of the effect, the correlation of two effects is the sum over modifiers of c_em c_fm.

Source: theory, equation (14.4).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from identcheck.describe.declarations import Edge
from identcheck.plan.inputs.anticipated import Anticipated, Array
from identcheck.plan.inputs.stated import LEVELS

__all__ = ["Implied", "implied_by_modifiers", "own_parts"]

NONE = 1e-12


@dataclass(frozen=True)
class Implied:
    """The correlation of two effects that drawn modifiers make.

    Attributes:
        level: "between" sites or "within" them.
        one: an arrow.
        other: another one.
        planned: the correlation in the plan, which may be stated otherwise.
        sources: by modifier, what it does to the one and to the other, in SDs of these for one SD of what is its own.
    """

    level: str
    one: Edge
    other: Edge
    planned: float
    sources: dict[str, tuple[float, float]]

    @property
    def value(self) -> float:
        """The sum over the modifiers."""
        return sum(one * other for one, other in self.sources.values())

    @property
    def where(self) -> str:
        """The level in words."""
        return LEVELS[self.level]


def implied_by_modifiers(at: Anticipated) -> Iterator[Implied]:
    """For every two effects that modifiers move together, across sites and within them, how, and how far."""
    if at.moved is None:
        return
    for level in LEVELS:
        covariance: Array = getattr(at, level)
        sd, own = np.sqrt(np.diag(covariance)), own_parts(at, level)
        for i, j in combinations(range(len(at.edges)), 2):
            if not sd[i] or not sd[j]:
                continue
            sources = {
                name: (float(own[i, m]), float(own[j, m]))
                for m, name in enumerate(at.moved.names)
                if abs(own[i, m] * own[j, m]) > NONE
            }
            if sources:
                yield Implied(
                    level, at.edges[i], at.edges[j], float(covariance[i, j] / (sd[i] * sd[j])), sources
                )


def own_parts(at: Anticipated, level: str) -> Array:
    """(E, M) what one SD of each modifier's own part does to every effect, in SDs of the effect; "between" sites or "within"."""
    assert at.moved is not None
    sd = np.sqrt(np.diag(getattr(at, level)))
    spread = at.moved.across if level == "between" else at.moved.inside
    return np.asarray(at.moved.loadings @ _parts(spread) / np.where(sd, sd, 1.0)[:, None])


def _parts(spread: Array) -> Array:
    """(M, M) what one SD of each modifier's own part does to every modifier; causes stand before what they cause."""
    left, found = np.array(spread, dtype=np.float64), np.zeros_like(spread)
    for m in range(len(spread)):
        if left[m, m] > NONE:
            found[:, m] = left[:, m] / np.sqrt(left[m, m])
            left -= np.outer(found[:, m], found[:, m])
    return found
