"""The tests of a straight line through the origin, or with intercepts of some arms, in many simulated trials at once.

Intercept, curvature and, where there are more arms than mediators, pooled are those of ``corrected``, on the rows that
``examine`` has: a row for each site and arm, weighted by what the design weights by, with the sampling covariance of its arms.

Heterogeneity Q is the least Q(b) = sum over sites of e' V^-1 e, V the sampling covariance of e = y - x b. With one covariance
S within arms for all sites it is the smallest root of det(A - Q S), A the weighted products of y and x, intercepts partialled
out. It is held against chi-squared on rows less columns.

Source: theory, equations (17.1), (17.3) and (17.4).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from identcheck.decide.conditions import Regression
from identcheck.plan.closed.columns import Entry, entries_of
from identcheck.plan.falsification.corrected import Scatter, curvature, intercept, pooled, sites_needed
from identcheck.plan.inputs.allocation import arm_weights
from identcheck.plan.inputs.anticipated import Array
from identcheck.plan.simulation.contrasts import Contrasts

__all__ = ["HETEROGENEITY", "Line", "p_values"]

ROUNDING = 1e-12
"""A variance within arms below this share of its parts is 0, and there is no test against it."""

HETEROGENEITY = "heterogeneity Q"


@dataclass(frozen=True)
class Line:
    """The columns that each test needs, and whether the sites suffice for them.

    Attributes:
        regression: the regression whose line is tested.
        arms: its arms as positions among the design's.
        sites: K.
    """

    regression: Regression
    arms: tuple[int, ...]
    sites: int

    @property
    def free(self) -> tuple[str, ...]:
        """The arms that have no intercept."""
        return tuple(arm for arm in self.regression.arms if arm not in self.regression.intercepts)

    @property
    def tests(self) -> tuple[str, ...]:
        """The tests that say something of their own: with as many arms as mediators, pooled is the intercept test.

        Given modifiers there are no pooled test and, as sampling error then differs with their levels, no least Q. Of arms that
        have an intercept there is no test that it is 0, and beside one no pooled test.
        """
        of_line = ("intercept", "curvature") if self.free else ("curvature",)
        if self.regression.moderators:
            return of_line
        more_arms = len(self.regression.regressors) < len(self.arms) == len(self.free)
        return (*of_line, *(("pooled",) if more_arms else ()), HETEROGENEITY)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The columns: intercepts, then mediators, each followed by its products with terms of modifiers held fixed."""
        return entries_of(self.regression)

    def tested(self, test: str) -> int:
        """How many coefficients stand beside those of the line in a test."""
        count = len(self.regression.regressors)
        beside = {
            "intercept": len(self.free),
            "pooled": len(self.arms),
            "curvature": count * (count + 1) // 2,
        }
        return beside.get(test, 0)

    def sites_needed(self, test: str) -> int:
        """Sites that leave at least 2 degrees of freedom beside all coefficients of a test."""
        return sites_needed(len(self.entries), self.tested(test))


def p_values(drawn: Contrasts, line: Line, test: str, weights: str = "precision") -> Array:
    """The p value of a test in each simulated trial, (R,); nan where it could not be worked out."""
    if test == HETEROGENEITY:
        return _heterogeneity(drawn, line)
    scatter = scatter_of(drawn, line, weights)
    if test == "curvature":
        mediators = line.regression.regressors
        return curvature(
            scatter, [i for i, e in enumerate(line.entries) if e.head in mediators and not e.term]
        ).p
    free = np.eye(len(line.arms))[:, [arm in line.free for arm in line.regression.arms]]
    ones = np.broadcast_to(free, (line.sites, *free.shape))
    return (intercept if test == "intercept" else pooled)(scatter, ones).p


def scatter_of(drawn: Contrasts, line: Line, weights: str = "precision") -> Scatter:
    """The rows of a regression in simulated trials, as ``examine`` would have them."""
    kept, measured = _columns(drawn, line)
    values = _values(drawn, line)
    within = drawn.scatter / drawn.freedom[:, None, None, None]
    control, arms = (
        part.transpose(*range(part.ndim - 3), -1, -3, -2)
        for part in (within[0][kept][:, kept], within[[a + 1 for a in line.arms]][:, kept][:, :, kept])
    )
    inverse = 1 / drawn.counts
    sampling = np.einsum("rab,k->rkab", control, inverse[:, 0])[:, :, None]
    sampling = sampling + np.einsum("lrab,kl->rklab", arms, inverse[:, [a + 1 for a in line.arms]])
    w = _row_weights(drawn, line, weights, sampling[..., 0, 0])
    if len(measured) < values.shape[-1]:
        known = np.zeros((*sampling.shape[:-2], values.shape[-1], values.shape[-1]))
        known[..., np.array(measured)[:, None], measured] = sampling
        sampling = known
    if line.regression.moderators:  # a product has the sampling error of its compliance, times the level
        ones = np.ones((drawn.reps, line.sites))
        levels = [drawn.held[entry.term] if entry.term else ones for entry in line.entries]
        factors = np.stack([ones, *levels], axis=-1)[:, :, None]  # (R, K, 1, 1 + P)
        values, sampling = values * factors, sampling * (factors[..., :, None] * factors[..., None, :])
    return Scatter(values[..., 0], values[..., 1:], w, sampling)


def _columns(drawn: Contrasts, line: Line) -> tuple[list[int], list[int]]:
    """The outcome and what each column is of, but intercepts: positions among the nodes, and among outcome and columns."""
    heads = [line.regression.outcome, *(entry.head for entry in line.entries)]
    measured = [place for place, head in enumerate(heads) if head not in line.regression.intercepts]
    return [drawn.nodes.index(heads[place]) for place in measured], measured


def _values(drawn: Contrasts, line: Line) -> Array:
    """The rows, outcome and columns, without what terms multiply them by, (R, K, L, 1 + P)."""
    kept, measured = _columns(drawn, line)
    own = drawn.effects[list(line.arms)][:, kept].transpose(2, 3, 0, 1)
    if len(measured) == 1 + len(line.entries):
        return np.asarray(own)
    values = np.zeros((*own.shape[:3], 1 + len(line.entries)))
    values[..., measured] = own
    for place, entry in enumerate(line.entries, start=1):
        if place not in measured:
            values[:, :, line.regression.arms.index(entry.head), place] = 1.0
    return values


def _row_weights(drawn: Contrasts, line: Line, weights: str, variance: Array) -> Array:
    """(R, K, L) or (1, K, L), with mean 1: 1 / the sampling variance of the outcome; n p (1 - p); or sites alike."""
    if weights == "sites":
        return np.ones((1, line.sites, len(line.arms)))
    found = 1 / variance if weights == "precision" and (variance > 0).all() else None
    if found is None:
        found = 1 / (1 / drawn.people[None, :, [a + 1 for a in line.arms]] + 1 / drawn.people[None, :, :1])
    return np.asarray(found / found.mean(axis=(1, 2), keepdims=True))


def _heterogeneity(drawn: Contrasts, line: Line) -> Array:
    """The least Q, with the variances within arms estimated from all sites."""
    from scipy.special import chdtrc  # when it is first used: `import identcheck.plan` is quick

    (kept, measured), used = _columns(drawn, line), [0, *(a + 1 for a in line.arms)]
    behind = line.sites * len(line.arms) - len(line.entries)
    found = np.full(drawn.reps, np.nan)
    if behind < 1:
        return found
    z = _values(drawn, line)
    whole = np.einsum("rkla,klm,rkmb->rab", z, arm_weights(drawn.counts[:, used]), z)
    ones = [place for place in range(whole.shape[-1]) if place not in measured]
    if ones:
        along = np.linalg.solve(whole[:, ones][:, :, ones], whole[:, ones][:, :, measured])
        whole = whole[:, measured][:, :, measured] - whole[:, measured][:, :, ones] @ along
    scatter = (
        drawn.scatter[used][:, kept][:, :, kept].sum(axis=0).transpose(2, 0, 1) / drawn.freedom[used].sum()
    )
    size = np.sqrt(np.maximum(np.diagonal(scatter, axis1=1, axis2=2), 0.0))
    size = np.where(size > 0, size, 1.0)
    scatter = scatter / size[:, :, None] / size[:, None, :]
    known = np.linalg.eigvalsh(scatter)[:, 0] > ROUNDING  # else rounding is all there is
    root = np.linalg.cholesky(np.where(known[:, None, None], scatter, np.eye(len(kept))))
    half = np.linalg.solve(root, whole / size[:, :, None] / size[:, None, :])
    least = np.linalg.eigvalsh(np.linalg.solve(root, half.transpose(0, 2, 1)))[:, 0]
    return np.where(known, chdtrc(behind, np.maximum(least, 0.0)), found)
