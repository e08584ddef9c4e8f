"""Other estimators of the same effects: pooled, site by site, corrected for sampling error (theory section 17)."""

from __future__ import annotations

import numpy as np

from identcheck.evidence.columns import Floats
from identcheck.evidence.rows import Rows
from identcheck.evidence.weighted import SINGULAR, Fit, LinearFit

__all__ = ["corrected", "pooled", "site_by_site", "site_solutions"]


def corrected(rows: Rows, k: int) -> LinearFit | str:
    """Least squares less what sampling error adds to its moments, with the degrees of freedom of least squares; or why not."""
    whole = Fit(rows)
    if whole.corrected is None:
        return "the compliances differ between sites by no more than their sampling error"
    without = [Fit(rows.without(s)).corrected for s in range(rows.count)]
    missing = [rows.names[s] for s, one in enumerate(without) if one is None]
    if missing:
        return f"without site {missing[0]!r} the compliances differ by no more than their sampling error"
    value = float(whole.corrected[k])
    df = whole.satterthwaite(np.eye(len(rows.columns))[k]) if whole.determined else 0.0
    return _jackknifed(rows, value, [float(one[k]) for one in without if one is not None], df)


def pooled(rows: Rows, arm: np.ndarray, k: int) -> LinearFit | str:
    """Contrasts averaged over sites, one row for each arm, then solved; or why not.

    Args:
        rows: the rows.
        arm: the arm of each row.
        k: the coefficient.
    """
    whole = _pooled(rows, arm)
    if whole is None:
        return "the average compliances do not determine it"
    without = []
    for s in range(rows.count):
        one = _pooled(rows.without(s), arm[rows.site != s])
        if one is None:
            return f"without site {rows.names[s]!r} the average compliances do not determine it"
        without.append(float(one[k]))
    return _jackknifed(rows, float(whole[k]), without, float(rows.count - rows.g.shape[1]))


def _pooled(rows: Rows, arm: np.ndarray) -> Floats | None:
    arms = np.unique(arm)
    if len(arms) < rows.g.shape[1]:
        return None
    y = np.array([np.average(rows.y[arm == a], weights=rows.w[arm == a]) for a in arms])
    g = np.array([np.average(rows.g[arm == a], axis=0, weights=rows.w[arm == a]) for a in arms])
    size = np.sqrt((g**2).sum(0))
    if (size == 0).any() or np.linalg.svd(g / size, compute_uv=False)[-1] <= SINGULAR:
        return None
    found: Floats = np.linalg.lstsq(g, y, rcond=None)[0]
    return found


def site_solutions(rows: Rows, k: int) -> Floats:
    """J: each site's own solution, its arms weighed together; NaN where they do not determine it."""
    found, turned, outcome = np.full(rows.count, np.nan), rows.turned(rows.g), rows.turned(rows.y)
    for s, block in enumerate(rows.blocks):
        g = turned[block]
        size = np.sqrt((g**2).sum(0))
        if (
            len(block) >= g.shape[1]
            and (size > 0).all()
            and np.linalg.svd(g / size, compute_uv=False)[-1] > SINGULAR
        ):
            found[s] = np.linalg.lstsq(g, outcome[block], rcond=None)[0][k]
    return found


def site_by_site(names: tuple[str, ...], values: Floats, weights: Floats) -> LinearFit | str:
    """The weighted average of the sites' own solutions, its error from their spread; or why not."""
    if np.isnan(values).any():
        return f"in site {names[int(np.flatnonzero(np.isnan(values))[0])]!r} the arms do not determine it"
    share = weights / weights.sum()
    value = float(share @ values)
    count = len(names)
    if count < 2:
        return LinearFit(value, dict.fromkeys(names, float("nan")), None, 0.0)
    change = share * (values - value) * count / (count - 1)  # so that the CR3 sum is that of the spread
    left = (value - share * values) / (1 - share)
    return LinearFit(
        value,
        dict(zip(names, change.tolist(), strict=True)),
        None,
        float(count - 1),
        dict(zip(names, left.tolist(), strict=True)),
    )


def _jackknifed(rows: Rows, value: float, without: list[float], df: float) -> LinearFit:
    """By the jackknife over sites."""
    change = [value - one for one in without]
    return LinearFit(value, dict(zip(rows.names, change, strict=True)), None, df)
