"""Several tests at once: p values adjusted for their number, and which tests of the scatter are a family."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from identcheck.decide.conditions import Regression
from identcheck.describe.design import Design
from identcheck.evidence.regression_evidence import RegressionEvidence
from identcheck.evidence.scatter import SAME
from identcheck.plan.falsification.corrected import FAMILY

__all__ = ["Family", "adjusted", "scatter_family"]

Family: TypeAlias = dict[tuple[Regression, str], tuple[float, float, int]]
"""By regression and test its p value, the one adjusted for the number of tests, and that number."""


def adjusted(values: Sequence[float | None], method: str) -> list[float | None]:
    """P values adjusted for their number: "holm", "bonferroni" or "none"; what is None counts, and stays None."""
    number = len(values)
    if method == "none":
        return list(values)
    if method == "bonferroni":
        return [None if p is None else min(1.0, p * number) for p in values]
    order = sorted((i for i, p in enumerate(values) if p is not None), key=lambda i: values[i] or 0.0)
    found: list[float | None] = [None] * number
    least = 0.0
    for rank, i in enumerate(order):
        least = max(least, min(1.0, (values[i] or 0.0) * (number - rank)))
        found[i] = least
    return found


def scatter_family(design: Design, regressions: Mapping[Regression, RegressionEvidence]) -> Family:
    """The p values of the tests that speak against regressions, as they are and adjusted for their number.

    A family are the intercept, curvature and pooled tests of all regressions of one outcome that have a p value. With as many
    arms as mediators pooled is the intercept test, and not counted.

    Args:
        design: the design, whose rules say how they are adjusted.
        regressions: what each regression says.

    Returns:
        By regression and test its p value, the adjusted one, and how many tests the family has.
    """
    families: dict[str, dict[tuple[Regression, str], float]] = {}
    for reg, made in regressions.items():
        for name in FAMILY:
            test = made.tests.get(name)
            if test is not None and test.p is not None and test.note != SAME:
                families.setdefault(reg.outcome, {})[reg, name] = test.p
    found: Family = {}
    for family in families.values():
        changed = adjusted(list(family.values()), design.rules.tests)
        found |= {
            key: (p, p if q is None else q, len(family))
            for (key, p), q in zip(family.items(), changed, strict=True)
        }
    return found
