"""Coverage of the stated interval, and sizes of the tests, in trials at the level of persons; run by hand.

    python -m tests.evidence.person_trials [trials] [persons of a site]

Effects differ between sites (SD .2 around .5), independently of compliances; nothing is wrong. Site effects are drawn as
``simulate`` draws them. Persons have normal disturbances, so that the means of a site and arm are normal and their covariances
Wishart, independent of each other: these are drawn in place of persons, in all trials at once.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import stats

import identcheck as ic
from identcheck.plan.falsification import falsification
from identcheck.plan.falsification.corrected import Scatter, curvature, intercept, pooled
from identcheck.plan.inputs.anticipated import Array
from identcheck.plan.simulation.persons import PersonLevel
from identcheck.plan.small_samples import CR2, CR3, Leverage
from tests.drawn import drawn

TRUE = 0.5
MANY = 60
AT_ONCE = 400


def plan(skewed: bool, persons: int, arms: tuple[str, ...], spread: float = 0.2) -> ic.Plan:
    """One mediator, or with two arms two; a skewed compliance has a third moment of twice its SD cubed.

    Effects differ between sites with the SD ``spread``.
    """
    nodes = ("M",) if len(arms) == 1 else ("M", "N")
    arrows = {(m, "Y"): ic.Arrow(mean=TRUE if m == "M" else 0.2, between=spread) for m in nodes}
    for place, arm in enumerate(arms):
        for at, m in enumerate(nodes):
            level = 1.0 if place == at else 0.3
            arrows[arm, m] = ic.Arrow(mean=level, between=0.5 * level)
    third = {((a, m),) * 3: 2 * arrows[a, m].between ** 3 for a in arms for m in nodes} if skewed else {}
    return ic.Plan(persons=persons, arrows=arrows, third_between=third)


def design_of(arms: tuple[str, ...], sites: int) -> ic.Design:
    """T moves M; or A and B move M and N."""
    if len(arms) == 1:
        return drawn("T -> M -> Y", sites=sites)
    return drawn("{A B} -> {M N} -> Y", treatment=[*arms], sites=sites)


@dataclass(frozen=True)
class Tables:
    """Site tables of R trials.

    Attributes:
        effects: (R, K, L, 1 + P) contrasts of the outcome and of mediators, for each arm.
        sampling: (R, K, L, 1 + P, 1 + P) their estimated sampling covariance.
        counts: (L + 1) persons of a site in control and in each arm.
        control: (R, K, 1 + P, 1 + P) the part of it that arms share.
    """

    effects: Array
    sampling: Array
    counts: Array
    control: Array

    @property
    def weights(self) -> Array:
        """(L,) n p (1 - p)."""
        return self.counts[1:] * self.counts[0] / (self.counts[1:] + self.counts[0])

    @property
    def joint(self) -> Array:
        """(L, L) equation (10.2)."""
        return np.asarray(
            np.diag(self.counts[1:]) - np.outer(self.counts[1:], self.counts[1:]) / self.counts.sum()
        )


def tables(level: PersonLevel, rng: np.random.Generator, reps: int) -> Tables:
    """Tables of this many trials, whose arms and mediators are those of ``plan``."""
    at, arms = level.at, level.at.design.treatments
    nodes, shape = [m for m in at.nodes if m != "Y"], (reps, at.sites)
    across = level.across.drawn(rng, rng.standard_normal((level.across.normals, *shape)))
    effect = {edge: np.broadcast_to(one, shape) for edge, one in zip(at.edges, across, strict=True)}
    g = np.stack([np.stack([effect[a, m] for m in nodes], -1) for a in arms], 2)
    slopes = np.stack([effect[m, "Y"] for m in nodes], -1)
    true = np.concatenate([(g * slopes[:, :, None]).sum(-1, keepdims=True), g], -1)
    order = [at.nodes.index(v) for v in ("Y", *nodes)]
    root = np.linalg.cholesky(at.allocation.persons.left[np.ix_(order, order)])
    turn = np.broadcast_to(np.eye(len(order)), (*shape, len(order), len(order))).copy()
    turn[..., 0, 1:] = slopes  # an outcome's disturbance carries those of the mediators
    turned, counts = turn @ root, level.counts[0].astype(float)
    means, spreads = [], []
    for n in counts:
        normals = rng.standard_normal((*shape, len(order), 1)) / np.sqrt(n)
        means.append((turned @ normals)[..., 0])
        half = turned @ _bartlett(rng, shape, len(order), int(n) - 1)
        spreads.append(half @ np.swapaxes(half, -1, -2) / (n - 1) / n)
    return Tables(
        true + np.stack([m - means[0] for m in means[1:]], 2),
        np.stack([s + spreads[0] for s in spreads[1:]], 2), counts, spreads[0],
    )  # fmt: skip


def _bartlett(rng: np.random.Generator, shape: tuple[int, ...], width: int, df: int) -> Array:
    """Triangular A, so that A A' is Wishart."""
    found = np.zeros((*shape, width, width))
    for i in range(width):
        found[..., i, i] = np.sqrt(rng.chisquare(df - i, shape))
        for j in range(i):
            found[..., i, j] = rng.standard_normal(shape)
    return found


@dataclass(frozen=True)
class Estimated:
    """For each trial an estimate of the first mediator's effect, the error of its interval, that which is shown, and df."""

    value: Array
    error: Array
    se: Array
    df: Array

    @property
    def half(self) -> Array:
        """Of the 95 percent interval."""
        return np.asarray(stats.t.ppf(0.975, self.df) * self.error)

    @property
    def covers(self) -> Array:
        """Whether the interval holds the truth."""
        return np.abs(self.value - TRUE) <= self.half


def least_squares(data: Tables) -> Estimated:
    """The stated interval: CR2 below 60 sites, CR3 from there on, Satterthwaite's degrees."""
    turned = np.einsum("ml,rkma->rkla", np.linalg.cholesky(data.joint), data.effects)
    x, y = turned[..., 1:], turned[..., 0]
    inverse = np.linalg.inv(np.einsum("rklp,rklq->rpq", x, x))
    b = np.einsum("rpq,rklq,rkl->rp", inverse, x, y)
    leverage, sites = Leverage(x, inverse), x.shape[1]
    left = y - np.einsum("rklp,rp->rkl", x, b)
    df = leverage.degrees(np.eye(x.shape[-1])[0])
    cr3 = np.sqrt((sites - 1) / sites * (leverage.changes(left, CR3)[..., 0] ** 2).sum(1))
    cr2 = np.sqrt((leverage.changes(left, CR2)[..., 0] ** 2).sum(1))
    return Estimated(b[:, 0], cr2 if sites < MANY else cr3, cr3, df)


def corrected(data: Tables, df: Array) -> Estimated:
    """Moments less what sampling error adds, with the jackknife over sites, and degrees of freedom as given."""
    z, w, own = data.effects, data.joint, np.diag(data.joint)
    moments = np.einsum("lm,rkla,rkmb->rkab", w, z, z) - np.einsum("l,rklab->rkab", own, data.sampling)
    moments -= (w.sum() - own.sum()) * data.control
    matrix, right = moments[..., 1:, 1:], moments[..., 1:, 0]
    whole, sites = np.linalg.solve(matrix.sum(1), right.sum(1)[..., None])[:, 0, 0], matrix.shape[1]
    rest = matrix.sum(1, keepdims=True) - matrix, right.sum(1, keepdims=True) - right
    without = np.linalg.solve(rest[0], rest[1][..., None])[..., 0, 0]
    se = np.sqrt((sites - 1) / sites * ((whole[:, None] - without) ** 2).sum(1))
    return Estimated(whole, se, se, df)


def rejected(data: Tables) -> dict[str, Array]:
    """Whether each test of the scatter rejects at .05; nan where there is none."""
    arms, sites = data.effects.shape[2], data.effects.shape[1]
    scatter = Scatter(
        data.effects[..., 0],
        data.effects[..., 1:],
        (data.weights / data.weights.mean())[None, None],
        data.sampling,
    )
    ones = np.broadcast_to(np.eye(arms), (sites, arms, arms))
    found = {
        "intercept": intercept(scatter, ones),
        "curvature": curvature(scatter, range(scatter.width)),
        "pooled": pooled(scatter, ones),
    }
    return {name: np.where(np.isnan(one.p), np.nan, one.p < 0.05) for name, one in found.items()}


def trials(
    arms: tuple[str, ...], sites: int, skewed: bool, persons: int, count: int, seed: int = 1
) -> Iterator[dict[str, Array]]:
    """By name what is found in each trial, blocks of trials after each other."""
    level = PersonLevel(ic.anticipate(design_of(arms, sites), plan(skewed, persons, arms)))
    rng = np.random.default_rng(seed)
    for start in range(0, count, AT_ONCE):
        data = tables(level, rng, min(AT_ONCE, count - start))
        own = least_squares(data)
        other = corrected(data, own.df)
        yield {
            "covers": own.covers, "off": (own.value - TRUE) / own.se, "pull": (own.value - other.value) / own.se,
            "corrected covers": other.covers, "width": other.half / own.half, **rejected(data),
        }  # fmt: skip


def least_q(data: Tables, steps: int = 361) -> Array:
    """(R,) the least Q with one mediator: the best angle of a grid, then halved steps about it."""
    y, g, s = data.effects[:, :, 0, 0], data.effects[:, :, 0, 1], data.sampling[:, :, 0]

    def q(angle: Array) -> Array:
        a, b = np.cos(angle)[:, None], -np.sin(angle)[:, None]
        e, v = a * y + b * g, a**2 * s[..., 0, 0] + b**2 * s[..., 1, 1] + 2 * a * b * s[..., 0, 1]
        return np.asarray((e**2 / v).sum(1))

    grid = np.linspace(-np.pi / 2, np.pi / 2, steps)
    values = np.stack([q(np.full(len(y), angle)) for angle in grid])
    best, least = grid[values.argmin(0)], values.min(0)
    for power in range(1, 12):
        for sign in (-1, 1):
            other = best + sign * np.pi / steps / 2**power
            new = q(other)
            best, least = np.where(new < least, other, best), np.minimum(new, least)
    return least


def heterogeneous(sites: int, persons: int, count: int, seed: int = 1) -> float:
    """How often the test at the least Q rejects where all sites have one effect."""
    level = PersonLevel(ic.anticipate(design_of(("T",), sites), plan(True, persons, ("T",), 0.0)))
    rng = np.random.default_rng(seed)
    found = [least_q(tables(level, rng, AT_ONCE)) for _ in range(count // AT_ONCE)]
    return float((np.concatenate(found) > stats.chi2.ppf(0.95, sites - 1)).mean())


def together(found: Iterator[dict[str, Array]]) -> dict[str, Array]:
    """Blocks of trials as one."""
    blocks = list(found)
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
    size = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    for sites in (8, 20, 60, 200):
        print(f"least Q, {sites} sites of {size}: {heterogeneous(sites, size, number):.3f}", flush=True)
    for arms in (("T",), ("A", "B")):
        for skewed in (False, True):
            for sites in (8, 20, 60, 200):
                shares = together(trials(arms, sites, skewed, size, number))
                planned = falsification(
                    design_of(arms, sites), plan(skewed, size, arms), number, assume="all"
                )
                said = {
                    one.test: one.share.value
                    for one in planned.rejections
                    if one.world == "independent"
                    and one.share is not None
                    and len(one.regression.regressors) == len(arms)
                }
                words = [
                    f"{name} {np.nanmean(v):.3f} ({np.nanstd(v) / np.sqrt(len(v)):.3f})"
                    for name, v in shares.items()
                ]
                print(
                    f"{len(arms)} arms{', skewed' if skewed else ''}, {sites} sites of {size}: {'; '.join(words)}; plan {said}",
                    flush=True,
                )
