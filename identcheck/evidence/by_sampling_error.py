"""Estimates that take the sampling covariance as known: LIML and corrected moments (theory, equation (17.1))."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import stats

from identcheck.evidence.composing import place_of
from identcheck.evidence.estimate import Estimate
from identcheck.evidence.regression_evidence import RegressionEvidence
from identcheck.evidence.weighted import LinearFit

__all__ = ["by_sampling_error"]

UNBOUNDED = "a weak-instrument set of the regression is unbounded: no interval from this standard error"
LIML = (
    "supposes one effect for all sites; where effects differ it stays off by a little at any number of sites"
)
NORMAL = float(stats.norm.ppf(0.975))


def by_sampling_error(made: RegressionEvidence, corrected: LinearFit | str) -> Iterator[tuple[str, Estimate]]:
    """LIML, and the estimate corrected for sampling error, where they exist.

    Args:
        made: what the rows say.
        corrected: the corrected estimate, or why there is none.
    """
    k = place_of(made.strategy)
    lowest = made.lowest
    if lowest is not None and lowest.b is not None:
        value, notes = float(lowest.b[k]), [LIML]
        se = None if lowest.covariance is None else float(np.sqrt(lowest.covariance[k, k]))
        if not lowest.agreed:
            notes.append("two methods disagree on the minimum")
        if made.unbounded:
            notes.append(UNBOUNDED)
        notes += [said] if (said := made.crossed(by_q=True)) else []
        ends = None if se is None or made.unbounded else (value - NORMAL * se, value + NORMAL * se)
        yield "liml", Estimate(value, se, None, ends, "; ".join(notes))
    if isinstance(corrected, LinearFit) and made.rows.count > len(made.rows.columns):
        yield (
            "corrected",
            Estimate(
                corrected.value, corrected.se, corrected.df, corrected.interval, made.crossed(by_q=False)
            ),
        )
