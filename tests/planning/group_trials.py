"""Trials with a measured characteristic of persons, drawn person by person and analysed with nothing of the package.

Each person has a characteristic z, in SDs within sites, whose share ``icc`` of variance lies between sites. An effect along an
arrow is its mean, plus its change per unit of z, plus own parts of the site and of the person. Half of the persons of a site are
assigned by lot, whatever their z. What is regressed are differences of means in the groups of each site with the same z, weighted
by n p (1 - p), on the compliances and their products with z; where z is normal, differences and their slopes on z.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from identcheck import Arrow, Design, Modifier, Plan
from tests.drawn import drawn
from tests.planning.held_trials import run, strengths

__all__ = ["Groups", "run"]

Numbers = tuple[float, float, float, float]
"""Of an arrow: mean, SD across sites, SD within sites, change of the effect per unit of z in the latter SDs."""


@dataclass(frozen=True)
class Groups:
    """A trial.

    Attributes:
        arrows: numbers by arrow.
        moderated: the mediators whose effects have products.
        categories: of z, equally frequent and equal steps apart; 0 where it is normal.
        icc: share of the variance of z that lies between sites; with categories 2 at most.
    """

    arrows: dict[tuple[str, str], Numbers]
    sites: int = 40
    persons: int = 200
    confounding: float = 0.3
    moderated: tuple[str, ...] = ("M1",)
    categories: int = 2
    icc: float = 0.0

    @property
    def mediators(self) -> list[str]:
        return sorted({v for _, v in self.arrows if v != "Y"})

    def described(self) -> tuple[Design, Plan]:
        """The same for the package."""
        moved = {f"{u} -> {v}": b for (u, v), (_, _, _, b) in self.arrows.items() if b}
        scale = {0: {}, 2: {"scale": "binary"}}.get(
            self.categories, {"scale": "categorical", "levels": self.categories}
        )
        graph = "; ".join(f"{u} -> {v}" for u, v in self.arrows)
        design = drawn(graph, modifiers=[Modifier("z", list(moved), level="persons", **scale)])
        plan = Plan(
            sites=self.sites,
            persons=self.persons,
            arrows={edge: Arrow(mean, sd, within) for edge, (mean, sd, within, _) in self.arrows.items()},
            modifiers={"z": {**moved, "icc": self.icc}},
            confounding={f"{m} ~ Y": self.confounding for m in self.mediators},
        )
        return design, plan

    def trial(self, rng: np.random.Generator, held: bool) -> tuple[dict[str, float], ...]:
        """One trial; with ``held`` z is held fixed, else the regression is over sites and takes no notice of it."""
        return _trial(self, rng, held)


def _z(setting: Groups, rng: np.random.Generator) -> np.ndarray:
    shape = setting.sites, setting.persons
    ratio = setting.icc / (1 - setting.icc)
    mix = np.sqrt(ratio) * rng.standard_normal((setting.sites, 1))
    if not setting.categories:
        return mix + rng.standard_normal(shape)
    if setting.categories == 2:
        size = np.sqrt(1 + ratio)
        share = np.clip((1 + mix / size) / 2, 0.05, 0.95)
        return size * np.where(rng.random(shape) < share, 1.0, -1.0)
    assert not ratio
    steps = np.arange(setting.categories) - (setting.categories - 1) / 2
    return (steps / steps.std())[rng.integers(setting.categories, size=shape)]


def _trial(setting: Groups, rng: np.random.Generator, held: bool) -> tuple[dict[str, float], ...]:
    shape = sites, n = setting.sites, setting.persons
    z, mediators = _z(setting, rng), setting.mediators
    effect = {}
    for edge, (mean, between, within, b) in setting.arrows.items():
        ratio = setting.icc / (1 - setting.icc)
        # what differs between sites by their mix of persons is part of the SD across sites
        own = np.sqrt(between**2 - ratio * (b * within) ** 2) * rng.standard_normal((sites, 1))
        effect[edge] = mean + own + within * (b * z + np.sqrt(1 - b**2) * rng.standard_normal(shape))
    r = setting.confounding
    rest = {m: rng.standard_normal(shape) for m in mediators}
    rest["Y"] = sum((r * rest[m] for m in mediators), np.zeros(shape))
    rest["Y"] = rest["Y"] + np.sqrt(1 - len(mediators) * r**2) * rng.standard_normal(shape)
    treated = rng.permuted(np.tile(np.repeat([1.0, 0.0], n // 2), (sites, 1)), axis=1)
    values = {"T": treated}
    for node in [*mediators, "Y"]:
        values[node] = rest[node] + sum(effect[u, v] * values[u] for u, v in setting.arrows if v == node)
    columns = [(m, 0) for m in mediators]
    if held:
        columns += [(m, k) for m in setting.moderated for k in range(1, max(setting.categories, 2))]
    return _analysed(setting, values, z if held else np.zeros(shape), columns)


def _analysed(
    setting: Groups, values: dict[str, np.ndarray], z: np.ndarray, columns: list[tuple[str, int]]
) -> tuple[dict[str, float], ...]:
    """Two-stage least squares by projections: on what differs by group, or by site and along z, and on that times treatment."""
    sites, n = z.shape
    term = {0: np.ones_like(z), 1: z}
    if setting.categories > 2:
        kinds = np.unique(z)
        term |= {k: (z == kinds[k]) * 1.0 for k in range(1, len(kinds))}
    x = np.stack([values[m] * term[k] for m, k in columns])
    every = np.concatenate([x, values["Y"][None]])
    explained, left, freedom, blocks = np.zeros((len(every), len(every))), 0.0, 0, 0
    for s in range(sites):
        own, t = every[:, s], values["T"][s]
        if setting.categories:
            groups = [z[s] == value for value in np.unique(z[s])]
            groups = [g for g in groups if 0 < t[g].sum() < g.sum()]
            base = np.stack([g * 1.0 for g in groups])
            used = base.sum(axis=0) > 0
        else:
            base, used = np.stack([np.ones(n), z[s]]), np.ones(n, dtype=bool)
        base, t, own = base[:, used], t[used], own[:, used]
        first = own - _fitted(base, own)
        instruments = base * t - _fitted(base, base * t)
        hat = _fitted(instruments, first)
        explained += hat @ hat.T
        left = left + (first - hat) @ (first - hat).T
        freedom += used.sum() - 2 * len(base)
        blocks += len(base)
    p = len(columns)
    coefficient = np.linalg.solve(explained[:p, :p], explained[:p, p])
    estimates = {m: float(coefficient[columns.index((m, 0))]) for m in setting.mediators}
    above = dict(estimates)
    for (m, k), slope in zip(columns, coefficient, strict=True):
        if k:
            above[m] += float(slope) / np.sqrt(1 - setting.icc)
            estimates[m] += float(slope * term[k].mean())
    # F does not change with where the terms are zero; they are taken about their averages
    move = np.eye(p)
    for j, (m, k) in enumerate(columns):
        if k:
            move[j, columns.index((m, 0))] = -term[k].mean()
    about, inside = move @ explained[:p, :p] @ move.T, move @ left[:p, :p] @ move.T
    plain, conditional = strengths(about, inside, blocks, freedom, setting.mediators)
    return estimates, plain, conditional, {}, above


def _fitted(on: np.ndarray, what: np.ndarray) -> np.ndarray:
    """The projection of rows on the span of other rows."""
    basis = np.linalg.qr(on.T)[0]
    return np.asarray((what @ basis) @ basis.T)
