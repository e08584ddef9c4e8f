"""Trials whose clusters are assigned and hold persons of several groups, drawn person by person with numpy alone.

Each person is in group 1 or -1, by chance; an effect along an arrow is its mean, a part of the site, and for the person b times
the group and a rest. Half of the clusters of a site are treated; their sizes differ where ``cv`` says so. Regressed are
differences of means by site and group, from the means of the groups of each cluster; these count alike, or as many times as they
have persons.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from identcheck import Arrow, Design, Modifier, Plan, Sizes
from tests.drawn import drawn

__all__ = ["Clustered", "Found"]

Numbers = tuple[float, float, float, float]
"""Of an arrow: mean, SD across sites, SD within sites, change per group in the latter."""


@dataclass
class Found:
    """By mediator the average effects in each trial, plain and conditional F."""

    estimates: dict[str, np.ndarray]
    plain: dict[str, np.ndarray]
    conditional: dict[str, np.ndarray]


@dataclass(frozen=True)
class Clustered:
    """A trial of mediators that act on Y, with correlations of disturbances alike at both levels; M1 moves with the group."""

    arrows: dict[tuple[str, str], Numbers]
    sites: int = 30
    clusters: int = 8
    persons: int = 20
    icc: float = 0.2
    confounding: float = 0.3
    alike: bool = False
    r2: tuple[float, float] = (0.0, 0.0)
    cv: float = 0.0

    @property
    def mediators(self) -> list[str]:
        return sorted({v for _, v in self.arrows if v != "Y"})

    def described(self) -> tuple[Design, Plan]:
        moved = {f"{u} -> {v}": b for (u, v), (_, _, _, b) in self.arrows.items() if b}
        design = drawn(
            "; ".join(f"{u} -> {v}" for u, v in self.arrows),
            modifiers=[Modifier("z", list(moved), level="persons", scale="binary")],
            weights="persons" if self.alike else "precision",
            words={"assigned": "class"},
        )
        nodes = [*self.mediators, "Y"]
        inside, between = self.r2
        plan = Plan(
            sites=self.sites,
            clusters=self.clusters,
            persons_per_cluster=Sizes(self.persons, self.cv) if self.cv else self.persons,
            icc=dict.fromkeys(nodes, self.icc),
            r2={"Y": {"persons": inside, "clusters": between}} if inside or between else {},
            arrows={edge: Arrow(*numbers[:3]) for edge, numbers in self.arrows.items()},
            modifiers={"z": {**moved, "icc": 0.0}},
            confounding={f"{m} ~ Y": self.confounding for m in self.mediators},
        )
        return design, plan

    def run(self, reps: int, seed: int = 5) -> Found:
        rng = np.random.default_rng(seed)
        trials = [self._trial(rng) for _ in range(reps)]
        return Found(*({m: np.array([t[k][m] for t in trials]) for m in self.mediators} for k in range(3)))

    def _trial(self, rng: np.random.Generator) -> tuple[dict[str, float], ...]:
        sites, clusters = self.sites, self.clusters
        members = self._sizes(rng)
        shape = (sites, clusters, int(members.max()))
        z = np.where(rng.random(shape) < 0.5, 1.0, -1.0)
        z[np.arange(shape[2]) >= members[..., None]] = 0.0  # there is nobody
        treated = np.broadcast_to((np.arange(clusters) < clusters // 2)[None, :, None], shape) * 1.0
        inside, between = (self._disturbances(rng, size) for size in (shape, (sites, clusters, 1)))
        values, nodes = {"T": treated}, [*self.mediators, "Y"]
        for v, node in enumerate(nodes):
            own = [np.sqrt(1 - self.icc) * inside[v], np.sqrt(self.icc) * between[v]]
            if node == "Y":  # what covariates leave, without slopes that are estimated
                own = [part * np.sqrt(1 - r) for part, r in zip(own, self.r2, strict=True)]
            total = own[0] + own[1]
            for (u, to), (mean, sd, within, b) in self.arrows.items():
                if to == node:
                    effect = mean + sd * rng.standard_normal((sites, 1, 1))
                    effect = effect + within * (b * z + np.sqrt(1 - b**2) * rng.standard_normal(shape))
                    total = total + effect * values[u]
            values[node] = total
        return self._analysed(z, np.stack([values[node] for node in nodes]))

    def _sizes(self, rng: np.random.Generator) -> np.ndarray:
        """Persons of each cluster, (sites, clusters): 1 and what a lognormal variable adds."""
        shape = (self.sites, self.clusters)
        more = self.persons - 1
        spread = np.sqrt(np.log1p((self.cv * self.persons / more) ** 2))
        drawn_ = more * np.exp(spread * rng.standard_normal(shape) - spread**2 / 2)
        return 1 + np.floor(drawn_ + rng.random(shape)).astype(int) if self.cv else np.full(shape, more + 1)

    def _disturbances(self, rng: np.random.Generator, shape: tuple[int, ...]) -> list[np.ndarray]:
        """Of the mediators, and of the outcome, each of variance 1."""
        found = [rng.standard_normal(shape) for _ in self.mediators]
        r = self.confounding
        last = r * sum(found) + np.sqrt(1 - len(found) * r**2) * rng.standard_normal(shape)
        return [*found, last]

    def _analysed(self, z: np.ndarray, values: np.ndarray) -> tuple[dict[str, float], ...]:
        sites, clusters, half, p = self.sites, self.clusters, self.clusters // 2, len(self.mediators)
        columns = [(k, 0) for k in range(p)] + [(0, 1)]
        rows, residual, shares, levels = [], np.zeros((p + 2, p + 2)), [], []
        for s in range(sites):
            for level in (-1.0, 1.0):
                member = z[s] == level
                number = member.sum(axis=1)
                share = member.sum() / (z[s] != 0).sum()
                used = [np.flatnonzero(number[:half]), half + np.flatnonzero(number[half:])]
                if min(map(len, used)) == 0:
                    continue
                means = (values[:, s] * member).sum(axis=2) / np.maximum(number, 1)
                weight = number * 1.0 if self.alike else (number > 0) * 1.0
                averages, spread = [], np.zeros((p + 1, p + 1))
                for cell in used:
                    w = weight[cell] / weight[cell].sum()
                    average = means[:, cell] @ w
                    apart = (means[:, cell] - average[:, None]) * w
                    if len(cell) > 1:
                        left = (w**2).sum() - 2 * (w**3).sum() + (w**2).sum() ** 2
                        spread += apart @ apart.T * (w**2).sum() / left
                    averages.append(average)
                row = averages[0] - averages[1]
                turned = np.array([row[k] * level**t for k, t in columns] + [row[p]])
                size = share * clusters / 4
                rows.append(size * np.outer(turned, turned))
                factor = np.array([level**t for _, t in columns] + [1.0])
                place = [k for k, _ in columns] + [p]
                residual += size * spread[np.ix_(place, place)] * np.outer(factor, factor)
                shares.append(share)
                levels.append(level)
        whole, count = sum(rows), len(columns)
        residual = residual / len(rows)
        b = np.linalg.solve(whole[:count, :count], whole[:count, count])
        mean = float(np.average(levels, weights=shares))
        estimates = {m: float(b[k]) for k, m in enumerate(self.mediators)}
        estimates[self.mediators[0]] += float(b[-1]) * mean
        plain, conditional = {}, {}
        for k, m in enumerate(self.mediators):
            plain[m] = whole[k, k] / len(rows) / residual[k, k]
            others = [i for i in range(count) if i != k]
            c = np.zeros(count)
            c[k] = 1.0
            c[others] = -np.linalg.solve(whole[np.ix_(others, others)], whole[others, k])
            above, below = c @ whole[:count, :count] @ c, c @ residual[:count, :count] @ c
            conditional[m] = above / (len(rows) - len(others)) / below
        return estimates, plain, conditional
