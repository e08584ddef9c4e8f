"""Random plans of every kind, and trials under them drawn person by person with numpy alone.

Clusters or persons assigned, one or two arms, covariates, drop-out by arm, skewed compliances, few and unequal sites, a measured
modifier of sites held fixed. Nothing of the engine draws or estimates here: cell means less what covariates say of them, weighted
least squares of contrasts, standard errors by how sites scatter.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from random import Random

import numpy as np

from identcheck import Arrow, Design, Modifier, Plan
from tests.drawn import drawn
from tests.planning.cluster_trials import Array, correlation_of, disturbances, summed

Edge = tuple[str, str]


@dataclass(frozen=True, eq=False)
class AnyTrial:
    """A trial; arrays are by site where they have an axis of sites.

    Attributes:
        kind: what the plan has, in words.
        arms: their names.
        nodes: the mediators, then Y.
        effects: mean, SD between and SD within sites of each arrow.
        third: third moment of each compliance, in SDs.
        moved: by arrow how much of its SD goes with the modifier z.
        units: (K, L + 1) persons, or clusters, in control and in each arm.
        size: persons of a cluster; None where persons are assigned.
        lost: share of persons that drop out, of control and of each arm.
        icc: share of each disturbance between clusters.
        correlation: of the disturbances between persons, and between clusters.
        explained: what covariates explain between persons, and between clusters.
    """

    kind: str
    arms: tuple[str, ...]
    nodes: tuple[str, ...]
    effects: dict[Edge, tuple[float, float, float]]
    third: float
    moved: dict[Edge, float]
    units: Array
    size: int | None
    lost: tuple[float, ...]
    icc: Array
    correlation: tuple[Array, Array]
    explained: tuple[Array, Array]

    @property
    def sites(self) -> int:
        return len(self.units)

    def described(self) -> tuple[Design, Plan]:
        """The same for the package."""
        words = {} if self.size is None else {"words": {"assigned": "school"}}
        causes = [Modifier("z", [f"{u} -> {v}" for u, v in self.moved])] if self.moved else []
        graph = "; ".join(f"{u} -> {v}" for u, v in self.effects)
        pairs = [(i, j) for j in range(len(self.nodes)) for i in range(j)]
        whole, (inside, between) = self.units.sum(axis=1), self.correlation
        shares = (self.units[:, 1:] / whole[:, None]).mean(axis=0).tolist()
        count = {"persons" if self.size is None else "clusters": whole.astype(int).tolist()}
        names = dict(zip(self.nodes, range(len(self.nodes)), strict=True))
        if self.size is not None:
            count |= {
                "persons_per_cluster": self.size,
                "icc": {n: float(self.icc[i]) for n, i in names.items()},
            }
        r2 = {
            n: {"persons": float(self.explained[0][i]), "clusters": float(self.explained[1][i])}
            for n, i in names.items()
        }
        rests = {
            (self.nodes[i], self.nodes[j]): inside[i, j]
            if self.size is None
            else {"persons": inside[i, j], "clusters": between[i, j]}
            for i, j in pairs
        }
        plan = Plan(
            sites=self.sites,
            treated=shares[0] if len(shares) == 1 else dict(zip(self.arms, shares, strict=True)),
            attrition=dict(zip(("control", *self.arms), self.lost, strict=True)),
            arrows={edge: Arrow(*numbers) for edge, numbers in self.effects.items()},
            third_between={(e, e, e): self.third for e in self.effects if e[0] in self.arms}
            if self.third
            else {},
            modifiers={"z": self.moved} if self.moved else {},
            r2={
                n: each["persons"] if self.size is None else each
                for n, each in r2.items()
                if any(each.values())
            },
            confounding=rests,
            **count,
        )
        return drawn(graph, modifiers=causes, **words), plan


def any_trial(random: Random) -> AnyTrial:
    """A random plan: few sites in a third of them."""
    few = random.random() < 0.35
    arms = ("T1", "T2") if random.random() < 0.25 else ("T",)
    clustered = random.random() < 0.4
    modified = (
        not few and random.random() < 0.25 and len(arms) == 1
    )  # else the rows of the other arm alone would do
    third = 0.0 if modified or random.random() < 0.6 else random.choice((0.8, 1.5))
    count = random.choice((1, 2)) if few or len(arms) == 2 else random.choice((1, 2, 2, 3))
    nodes = (*(f"M{k + 1}" for k in range(count)), "Y")
    within = 0.3 * (random.random() < 0.2)
    effects: dict[Edge, tuple[float, float, float]] = {
        (arm, m): (random.choice((0.3, 0.5, 0.7)), random.uniform(0.35, 0.5), within)
        for arm in arms
        for m in nodes[:-1]
    }
    if count > 1 and random.random() < 0.3:
        effects |= dict.fromkeys(pairwise(nodes[:-1]), (0.3, 0.15, within))
    effects |= {
        (m, "Y"): (random.choice((0.1, 0.2, 0.3)), random.choice((0.05, 0.1)), within) for m in nodes[:-1]
    }
    sites = random.randint(8, 15) if few else random.randint(20, 45)
    base = random.choice((10, 20)) if clustered else random.choice((60, 100))
    unequal = random.random() < 0.4
    steps = [random.choice((0.5, 1.0, 2.0)) if unequal else 1.0 for _ in range(sites)]
    shares = (0.4, 0.3, 0.3) if len(arms) == 2 else random.choice(((0.5, 0.5), (0.7, 0.3)))
    units = np.array([[round(base * step * share) for share in shares] for step in steps])
    moved = (
        {(arms[0], "M1"): random.choice((0.5, 0.7)), ("M1", "Y"): random.choice((-0.5, 0.6))}
        if modified
        else {}
    )
    lost = random.choice((0.0, 0.0, 0.1))
    some = lambda most: np.array([random.choice((0.0, most / 2, most)) for _ in nodes])  # noqa: E731
    covariates = random.random() < 0.4
    zero = np.zeros(len(nodes))
    words = (
        ("few sites", few),
        (f"{len(arms)} arms", len(arms) > 1),
        ("clusters", clustered),
        ("modifier", modified),
    )
    more = (
        ("skew", third),
        ("varies within", within),
        ("unequal", unequal),
        ("drop-out", lost),
        ("covariates", covariates),
    )
    return AnyTrial(
        ", ".join([f"K {sites}, P {count}", *(word for word, has in (*words, *more) if has)]),
        arms,
        nodes,
        effects,
        third,
        moved,
        units,
        random.choice((20, 30)) if clustered else None,
        (lost, *(lost * 2 for _ in arms)),
        np.array([random.uniform(0.05, 0.25) for _ in nodes]) if clustered else zero,
        (correlation_of(random, len(nodes)), correlation_of(random, len(nodes))),
        (some(0.5) if covariates else zero, some(0.6) if covariates and clustered else zero),
    )


def found_in(trial: AnyTrial, reps: int, seed: int) -> dict[str, Array]:
    """Estimates of each mediator's effect, their standard errors, first-stage and conditional F: (reps, P) each."""
    batch = max(1, min(reps, 4_000_000 // int(trial.units.sum() * (trial.size or 1))))
    parts = [_batch(trial, min(batch, reps - start), [seed, start]) for start in range(0, reps, batch)]
    return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}


def _batch(trial: AnyTrial, reps: int, seed: list[int]) -> dict[str, Array]:
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((reps, trial.sites))
    effects = {edge: _across(trial, edge, z, rng) for edge in trial.effects}
    width = len(trial.arms) + 1
    cells = [_cell(trial, effects, s, t, rng) for s in range(trial.sites) for t in range(width)]
    xx, xy = (sum(cell[key] for cell in cells) for key in ("xx", "xy"))
    slopes = np.linalg.solve(xx, xy) if xx.shape[-1] else xy
    turned = np.swapaxes(slopes, 1, 2)
    means, scatter = [], []
    for cell in cells:
        means.append(cell["y"] - np.einsum("rx,rxv->rv", cell["x"], slopes))
        both = np.swapaxes(cell["xy"], 1, 2) @ slopes
        scatter.append(cell["yy"] - both - np.swapaxes(both, 1, 2) + turned @ cell["xx"] @ slopes)
    shape = (reps, trial.sites, width)
    mean = np.stack(means, axis=1).reshape(*shape, -1)
    number = np.stack([cell["n"] for cell in cells], axis=1).reshape(shape).astype(float)
    apart = np.stack(scatter, axis=1).reshape(*shape, len(trial.nodes), -1).sum(axis=2)
    degrees = number.sum(axis=(1, 2)) - trial.sites * width - slopes.shape[1]
    contrast = mean[:, :, 1:] - mean[:, :, :1]  # (R, K, L, V)
    treated = number[..., 1:]
    weights = (
        treated[..., None] * np.eye(width - 1)
        - treated[..., None] * treated[..., None, :] / number.sum(2)[..., None, None]
    )
    return _estimated(trial, contrast, weights, apart, degrees, z)


def _across(trial: AnyTrial, edge: Edge, z: Array, rng: np.random.Generator) -> Array:
    """(R, K) the effect along an arrow in each site."""
    mean, sd, _ = trial.effects[edge]
    b = trial.moved.get(edge, 0.0)
    share = (trial.third / 2) ** (1 / 3) if edge[0] in trial.arms else 0.0
    own = np.sqrt(1 - share**2) * rng.standard_normal(z.shape) + share * (
        rng.standard_exponential(z.shape) - 1
    )
    return mean + sd * (b * z + np.sqrt(1 - b**2) * own)


def _cell(
    trial: AnyTrial, effects: dict[Edge, Array], s: int, t: int, rng: np.random.Generator
) -> dict[str, Array]:
    """Means, squares and products of the units of one arm of a site."""
    reps, shape = len(effects["M1", "Y"]), (int(trial.units[s, t]), trial.size or 1)
    inside, x = disturbances(
        rng, (reps, *shape), np.sqrt(1 - trial.icc), trial.correlation[0], trial.explained[0]
    )
    between, shared = disturbances(
        rng, (reps, shape[0]), np.sqrt(trial.icc), trial.correlation[1], trial.explained[1]
    )
    known: dict[str, Array | float] = {arm: float(t == a) for a, arm in enumerate(trial.arms, 1)}
    for v, node in enumerate(trial.nodes):
        total = inside[..., v] + between[:, :, None, v]
        for (u, w), each in effects.items():
            if w == node and (isinstance(known[u], np.ndarray) or known[u]):
                sd = trial.effects[u, w][2]
                own = each[:, s, None, None] + (sd * rng.standard_normal(total.shape) if sd else 0.0)
                total = total + own * known[u]
        known[node] = total
    y = np.stack([np.asarray(known[node]) for node in trial.nodes], axis=-1)
    stay = rng.random((reps, *shape)) >= trial.lost[t]
    if trial.size is None:
        return summed(y[:, :, 0], x[:, :, 0], stay[:, :, 0])
    kept = stay[..., None]
    number = kept.sum(axis=2)
    y_mean, x_mean = (np.where(kept, each, 0.0).sum(axis=2) / number for each in (y, x))
    if x.shape[-1]:  # slopes of persons' covariates, those among the persons of clusters
        dx = np.where(kept, x - x_mean[:, :, None], 0.0).reshape(reps, -1, x.shape[-1])
        dy = np.where(kept, y - y_mean[:, :, None], 0.0).reshape(reps, -1, y.shape[-1])
        turned = np.swapaxes(dx, 1, 2)
        y_mean = y_mean - x_mean @ np.linalg.solve(turned @ dx, turned @ dy)
    return summed(y_mean, shared, np.ones(y_mean.shape[:2], dtype=bool))


def _estimated(
    trial: AnyTrial, contrast: Array, weights: Array, apart: Array, degrees: Array, z: Array
) -> dict[str, Array]:
    """From contrasts (R, K, L, V), their weights (R, K, L, L) and the scatter of each site (R, K, V, V)."""
    count, sites, arms = len(trial.nodes) - 1, trial.sites, len(trial.arms)
    held = np.ones((*z.shape, count + bool(trial.moved)))
    source = list(range(count)) + [0] * bool(trial.moved)
    if trial.moved:
        held[..., -1] = z
    x = contrast[..., source] * held[:, :, None]
    y = contrast[..., -1]
    wx = np.einsum("rslm,rsma->rsla", weights, x)
    inner = np.einsum("rsla,rslb->rab", wx, x)
    v = np.linalg.inv(inner)
    b = np.einsum("rab,rslb,rsl->ra", v, wx, y)
    left = y - np.einsum("rsla,ra->rsl", x, b)
    scores = np.einsum("rab,rslb,rsl->rsa", v, wx, left)
    if trial.moved:
        own = weights.sum(axis=(2, 3))
        level = (own * z).sum(axis=1) / own.sum(axis=1)
        scores[..., 0] += level[:, None] * scores[..., -1]
        scores[..., 0] += b[:, -1:] * own * (z - level[:, None]) / own.sum(axis=1, keepdims=True)
        b[:, 0] += level * b[:, -1]
    spread = ((scores - scores.mean(axis=1, keepdims=True)) ** 2).sum(axis=1) * sites / (sites - x.shape[-1])
    noise = (
        np.einsum("rsab,rsa,rsb->rab", apart[..., source, :][..., source], held, held)
        / degrees[:, None, None]
    )
    instruments = sites * arms
    f = np.diagonal(inner, axis1=1, axis2=2) / np.diagonal(noise, axis1=1, axis2=2) / instruments
    c = v / np.diagonal(v, axis1=1, axis2=2)[:, None]
    above = 1.0 / np.diagonal(v, axis1=1, axis2=2) / (instruments - x.shape[-1] + 1)
    conditional = above / np.einsum("rak,rab,rbk->rk", c, noise, c)
    found = {"b": b, "se": np.sqrt(spread), "f": f, "conditional": conditional}
    return {key: each[:, :count] for key, each in found.items()}
