"""What takes the sampling covariance as known: LIML, corrected moments, what sampling errors do to least squares.

Source: theory, equations (17.1) and (17.3).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import stats

from identcheck.evidence.composing import place_of
from identcheck.evidence.estimate import Estimate
from identcheck.evidence.regression_evidence import RegressionEvidence
from identcheck.evidence.weighted import LinearFit, interval
from identcheck.plan.closed.biased import coverage_of, tolerable

__all__ = ["by_sampling_error", "caution_of", "pulled", "pulled_far"]

UNBOUNDED = "a weak-instrument set of the regression is unbounded: no interval from this standard error"
LIML = (
    "supposes one effect for all sites, and where effects differ stays off by a little at any number of sites"
)
UNKNOWN_PULL = (
    "compliances differ by no more than their sampling errors, so that nobody can tell how far these pull it, nor how often its "
    "interval covers"
)
UNTOLD = "and how often its own 95% interval covers cannot be told from these sites"
WIDE = 0.25
"""Where coverage lies between bounds further apart, it is not said."""

EXACT = 1e-9
"""A standard error below this share of the estimate is one of 0: all sites fit it."""

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


def pulled_far(one: LinearFit) -> bool:
    """Whether sampling errors of the compliances pull it by a quarter of its standard error or more, or nobody can tell."""
    some = np.isfinite(one.se) and one.se > EXACT * abs(one.value)
    return bool(some and not tolerable(one.pull, one.se))


def pulled(one: LinearFit, known: bool) -> str:
    """How far sampling errors of the compliances pull an estimate, and what is left of its interval, as a clause; "" if little.

    As sites grow many the standard error falls and the pull stays, so that the interval covers less and less (theory section 11).

    Args:
        one: the estimate.
        known: whether the covariances of these errors with those of the outcome are known.
    """
    if not pulled_far(one):
        return ""
    if np.isnan(one.pull):
        return UNKNOWN_PULL
    without = "" if known else ", their covariances with errors of the outcome taken as 0"
    ends = pull_interval(one)
    within = "" if ends is None else f" (95% interval {ends[0]:.2g} to {ends[1]:.2g})"
    said = (
        f"sampling errors of the compliances pull it by about {one.pull:.2g}{within}, {abs(one.pull) / one.se:.2f} of its "
        f"SE{without}"
    )
    if ends is None:
        return f"{said}, {UNTOLD}"
    nearest = 0.0 if ends[0] < 0 < ends[1] else min(map(abs, ends))
    least, covers, most = (
        coverage_of(pull, one.se, one.df, 0.05) for pull in (max(map(abs, ends)), one.pull, nearest)
    )
    if most - least > WIDE:
        return f"{said}, {UNTOLD}"
    return f"{said}, so that its 95% interval covers about {covers:.0%} ({least:.0%} to {most:.0%})"


def pull_interval(one: LinearFit) -> tuple[float, float] | None:
    """The 95 percent interval of the pull, by the jackknife over sites; None where there is none."""
    return interval(one.pull, one.pull_se, one.df) if np.isfinite(one.pull_se) and one.df > 0 else None


def caution_of(one: LinearFit) -> str:
    """That sampling errors pull an estimate, or may, as a clause; "" where they hardly do."""
    if not pulled_far(one):
        return ""
    ends = pull_interval(one)
    sure = ends is not None and not ends[0] < 0 < ends[1]
    return f"sampling errors {'pull' if sure else 'may pull'} it, as its remark says"
