"""Trials with clusters, covariates and drop-out, drawn person by person with numpy alone, and random plans for them.

Nothing here is the engine's: persons are drawn, covariates taken out by least squares within arms of sites, contrasts of arms
regressed on each other. Who drops out is drawn person by person.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

import numpy as np

from identcheck import Arrow, Design, Plan
from tests.drawn import drawn

Array = np.ndarray


@dataclass
class Trial:
    """A trial with mediators M1, M2, ... that all act on Y; arrays are by site where they have an axis of sites.

    Attributes:
        nodes: the mediators, then Y.
        effects: mean, SD between and SD within sites of each arrow.
        together: correlations across sites of pairs of arrows.
        units: clusters of each site, or persons where these are assigned.
        size: persons of a cluster, by site; None where persons are assigned.
        treated: units of each site that are treated.
        lost: shares of persons that drop out, of control and of the treated.
        icc: share of each disturbance between clusters; 0 where persons are assigned.
        correlation: of the disturbances between persons, and between clusters.
        explained: what covariates explain between persons, and between clusters.
    """

    nodes: list[str]
    effects: dict[tuple[str, str], tuple[float, float, float]]
    together: dict[tuple[tuple[str, str], tuple[str, str]], float]
    units: Array
    size: Array | None
    treated: Array
    lost: tuple[float, float]
    icc: Array
    correlation: tuple[Array, Array]
    explained: tuple[Array, Array]
    edges: list[tuple[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        self.edges = list(self.effects)

    @property
    def sites(self) -> int:
        return len(self.units)

    def design(self) -> Design:
        arrows = "; ".join(f"{u} -> {v}" for u, v in self.edges)
        words = {} if self.size is None else {"words": {"assigned": "school"}}
        return drawn(arrows, **words)

    def plan(self) -> Plan:
        names = self.nodes
        pairs = [(i, j) for j in range(len(names)) for i in range(j)]
        inside, between = self.correlation
        shares = (self.treated / self.units).tolist()
        plain = {
            "arrows": {edge: Arrow(*numbers) for edge, numbers in self.effects.items()},
            "between": self.together,
            "treated": shares if len(set(shares)) > 1 else shares[0],
            "attrition": {"control": self.lost[0], "T": self.lost[1]},
        }
        if self.size is None:
            return Plan(
                sites=self.sites,
                persons=self.units.tolist(),
                confounding={(names[i], names[j]): inside[i, j] for i, j in pairs},
                r2={n: r for n, r in zip(names, self.explained[0].tolist(), strict=True) if r},
                **plain,
            )
        each = zip(names, *(e.tolist() for e in self.explained), strict=True)
        return Plan(
            sites=self.sites,
            clusters=self.units.tolist(),
            persons_per_cluster=self.size.tolist(),
            icc=dict(zip(names, self.icc.tolist(), strict=True)),
            confounding={
                (names[i], names[j]): {"persons": inside[i, j], "clusters": between[i, j]} for i, j in pairs
            },
            r2={name: {"persons": w, "clusters": b} for name, w, b in each if w or b},
            **plain,
        )


def random_trial(random: Random) -> Trial:
    """A trial with 20 to 40 sites and one to three mediators; persons or clusters assigned."""
    count = random.choice((1, 2, 2, 3))
    nodes = [f"M{i}" for i in range(1, count + 1)] + ["Y"]
    within = random.random() < 0.3
    effects = {
        ("T", m): (random.choice((0.3, 0.5, 0.7)), random.uniform(0.3, 0.5), 0.3 * within) for m in nodes[:-1]
    }
    if random.random() < 0.5:
        effects |= {edge: (random.choice((-0.2, 0.3)), 0.15, 0.2 * within) for edge in pairwise(nodes[:-1])}
    effects |= {
        (m, "Y"): (random.choice((0.1, 0.2, 0.3)), random.choice((0.0, 0.1)), 0.2 * within)
        for m in nodes[:-1]
    }
    together = {}
    if effects["M1", "Y"][1] and random.random() < 0.5:
        together[("T", "M1"), ("M1", "Y")] = random.choice((-0.3, 0.4))
    sites = random.randint(20, 40)
    clustered = random.random() < 0.6
    few = [8, 12] if clustered else [80, 120]
    units = np.array(
        [random.choice(few) for _ in range(sites)] if random.random() < 0.4 else [few[1]] * sites
    )
    share = random.choice((0.5, 0.25, None))
    treated = np.array([round(n * (share or random.choice((0.25, 0.5)))) for n in units])
    some = lambda most: np.array([random.choice((0.0, most / 2, most)) for _ in nodes])  # noqa: E731
    levels = tuple(correlation_of(random, len(nodes)) for _ in range(2))
    return Trial(
        nodes,
        effects,
        together,
        units,
        np.array([random.choice((20, 30))] * sites) if clustered else None,
        treated,
        random.choice(((0.0, 0.0), (0.1, 0.25), (0.2, 0.2))),
        np.array([random.uniform(0.05, 0.25) for _ in nodes]) if clustered else np.zeros(len(nodes)),
        (levels[0], levels[1]),
        (some(0.5), some(0.6) if clustered else np.zeros(len(nodes))),
    )


def correlation_of(random: Random, count: int) -> Array:
    found = np.eye(count)
    for i in range(count):
        for j in range(i):
            found[i, j] = found[j, i] = random.choice((0.1, 0.3))
    return found


def estimates(trial: Trial, reps: int, seed: int) -> dict[str, Array]:
    """Coefficients (reps, m), and first-stage and conditional F (reps, m), of two-stage least squares."""
    rng = np.random.default_rng(seed)
    drawn_ = _site_effects(trial, rng, reps)
    cells = [_cell_sums(trial, rng, drawn_, s, t) for s in range(trial.sites) for t in (0, 1)]
    covariates = cells[0]["xx"].shape[-1]
    total = {key: sum(cell[key] for cell in cells) for key in ("xx", "xy", "yy")}
    slopes = (
        np.linalg.solve(total["xx"], total["xy"]) if covariates else np.zeros((reps, 0, len(trial.nodes)))
    )
    scatter = total["yy"] - np.swapaxes(total["xy"], 1, 2) @ slopes
    number = sum(cell["n"] for cell in cells)
    covariance = scatter / (number - len(cells) - covariates)[:, None, None]
    means = [cell["y"] - np.einsum("rx,rxv->rv", cell["x"], slopes) for cell in cells]
    contrast = np.stack([means[2 * s + 1] - means[2 * s] for s in range(trial.sites)], axis=1)
    counts = np.stack([cell["n"] for cell in cells], axis=1).reshape(reps, trial.sites, 2)
    weight = counts.prod(axis=2) / counts.sum(axis=2)
    x, y = contrast[..., :-1], contrast[..., -1]
    inner = np.einsum("rs,rsa,rsb->rab", weight, x, x)
    b = np.linalg.solve(inner, np.einsum("rs,rsa,rs->ra", weight, x, y)[..., None])[..., 0]
    plain, conditional = [], []
    for k in range(x.shape[-1]):
        plain.append(inner[:, k, k] / trial.sites / covariance[:, k, k])
        rest = [j for j in range(x.shape[-1]) if j != k]
        c = np.zeros((reps, x.shape[-1]))
        c[:, k] = 1.0
        c[:, rest] = -np.linalg.solve(inner[:, rest][:, :, rest], inner[:, rest, k][..., None])[..., 0]
        above = np.einsum("ra,rab,rb->r", c, inner, c) / (trial.sites - len(rest))
        conditional.append(above / np.einsum("ra,rab,rb->r", c, covariance[:, :-1, :-1], c))
    return {"b": b, "f": np.stack(plain, axis=1), "conditional": np.stack(conditional, axis=1)}


def _site_effects(trial: Trial, rng: np.random.Generator, reps: int) -> dict[tuple[str, str], Array]:
    """(reps, K) of each arrow."""
    place = {edge: i for i, edge in enumerate(trial.edges)}
    correlation = np.eye(len(place))
    for (one, other), value in trial.together.items():
        correlation[place[one], place[other]] = correlation[place[other], place[one]] = value
    normal = rng.standard_normal((reps, trial.sites, len(place))) @ np.linalg.cholesky(correlation).T
    return {e: trial.effects[e][0] + trial.effects[e][1] * normal[..., i] for e, i in place.items()}


def _cell_sums(
    trial: Trial, rng: np.random.Generator, effects: dict[tuple[str, str], Array], s: int, t: int
) -> dict[str, Array]:
    """Means, squares and products of units of one arm of a site: outcomes y, covariates x."""
    units = int(trial.treated[s] if t else trial.units[s] - trial.treated[s])
    size = 1 if trial.size is None else int(trial.size[s])
    reps, shape = len(effects[trial.edges[0]]), (units, size)
    values, x_in, x_between = _persons(trial, rng, {e: v[:, s] for e, v in effects.items()}, reps, shape, t)
    stay = rng.random((reps, *shape)) >= trial.lost[t]
    if trial.size is None:
        return summed(values[..., 0, :], x_in[..., 0, :], stay[..., 0])
    kept = stay[..., None]
    number = kept.sum(axis=2)  # clusters of 20 and more: nobody left in one is out of the question
    y, x = (np.where(kept, z, 0.0).sum(axis=2) / number for z in (values, x_in))
    inside = np.where(kept, x_in - x[:, :, None], 0.0)
    apart = np.where(kept, values - y[:, :, None], 0.0)
    # slopes of persons' covariates are those within clusters; here of the whole cell, as good as known
    if x_in.shape[-1]:
        flat = inside.reshape(reps, -1, inside.shape[-1])
        slopes = np.linalg.solve(
            np.swapaxes(flat, 1, 2) @ flat, np.swapaxes(flat, 1, 2) @ apart.reshape(reps, -1, apart.shape[-1])
        )
        y = y - x @ slopes
    return summed(y, x_between, np.ones(y.shape[:2], dtype=bool))


def _persons(
    trial: Trial,
    rng: np.random.Generator,
    effects: dict[tuple[str, str], Array],
    reps: int,
    shape: tuple[int, int],
    t: int,
) -> tuple[Array, Array, Array]:
    """Values (reps, units, size, V), covariates of persons (reps, units, size, .) and of clusters (reps, units, .)."""
    count = len(trial.nodes)
    inside, x_in = disturbances(
        rng, (reps, *shape), np.sqrt(1 - trial.icc), trial.correlation[0], trial.explained[0]
    )
    between, x_between = disturbances(
        rng, (reps, shape[0]), np.sqrt(trial.icc), trial.correlation[1], trial.explained[1]
    )
    own = inside + between[:, :, None]
    known = {"T": np.full((reps, *shape), float(t))}
    for v in range(count):
        total = own[..., v]
        for (u, w), (_, _, sd) in trial.effects.items():
            if w == trial.nodes[v]:
                each = effects[u, w][:, None, None]
                total = total + (each + sd * rng.standard_normal((reps, *shape)) if sd else each) * known[u]
        known[trial.nodes[v]] = total
    return np.stack([known[node] for node in trial.nodes], axis=-1), x_in, x_between


def disturbances(
    rng: np.random.Generator, shape: tuple[int, ...], sd: Array, correlation: Array, explained: Array
) -> tuple[Array, Array]:
    """Disturbances (shape, V), and the covariates that explain so much of each."""
    left = rng.standard_normal((*shape, len(sd))) @ np.linalg.cholesky(correlation).T
    x = rng.standard_normal((*shape, len(sd)))
    used = np.flatnonzero(explained * sd)
    return sd * (np.sqrt(1 - explained) * left + np.sqrt(explained) * x), x[..., used]


def summed(y: Array, x: Array, stay: Array) -> dict[str, Array]:
    kept = stay[..., None]
    number = stay.sum(axis=1)
    means = {"y": y, "x": x}
    means = {key: np.where(kept, z, 0.0).sum(axis=1) / number[:, None] for key, z in means.items()}
    dy, dx = (np.where(kept, z - means[key][:, None], 0.0) for key, z in (("y", y), ("x", x)))
    turned = np.swapaxes(dx, 1, 2)
    return means | {"n": number, "xx": turned @ dx, "xy": turned @ dy, "yy": np.swapaxes(dy, 1, 2) @ dy}
