"""Trials with measured characteristics of sites, drawn person by person and analysed with nothing of the package.

Persons in a site are assigned in equal halves. Each site has a characteristic Z; an effect along an arrow is its mean, plus b SDs
for each SD of Z, plus an own part. What is regressed are differences of means, on the compliances and their products with Z; the
average effect is the coefficient plus the slope times the average of Z in the trial.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Protocol

import numpy as np

from identcheck import Arrow, Design, Modifier, Plan
from tests.drawn import drawn


@dataclass(frozen=True)
class Setting:
    """A trial: mediators, arrows as (mean, SD, b), those between mediators too, and the correlation of rests with the outcome's.

    Attributes:
        arrows: by arrow the mean, the SD across sites and b of each modifier.
        modifiers: how many; the first of them changes what it is drawn to change.
        held: the number of modifiers, the first ones, that are held fixed.
        moderated: the mediators whose effects have products.
        categories: of the modifiers, equally likely and equal steps apart; 0 where they are continuous.
    """

    arrows: dict[tuple[str, str], tuple[float, float, tuple[float, ...]]]
    sites: int = 40
    persons: int = 100
    confounding: float = 0.3
    held: int = 1
    moderated: tuple[str, ...] = ("M1",)
    categories: int = 0

    @property
    def mediators(self) -> list[str]:
        return sorted({v for _, v in self.arrows if v != "Y"})

    @property
    def modifiers(self) -> int:
        return max(len(b) for _, _, b in self.arrows.values())

    def described(self) -> tuple[Design, Plan]:
        """The same for the package."""
        names = [f"z{k}" for k in range(self.modifiers)]
        moved = {
            name: {f"{u} -> {v}": b[k] for (u, v), (_, _, b) in self.arrows.items() if k < len(b) and b[k]}
            for k, name in enumerate(names)
        }
        scale = {} if not self.categories else {"scale": "binary"}
        if self.categories > 2:
            scale = {"scale": "categorical", "levels": self.categories}
        graph = "; ".join(f"{u} -> {v}" for u, v in self.arrows)
        design = drawn(graph, modifiers=[Modifier(name, list(of), **scale) for name, of in moved.items()])
        plan = Plan(
            sites=self.sites,
            persons=self.persons,
            arrows={edge: Arrow(mean, sd) for edge, (mean, sd, _) in self.arrows.items()},
            modifiers=moved,
            confounding={f"{m} ~ Y": self.confounding for m in self.mediators},
        )
        return design, plan

    def trial(self, rng: np.random.Generator, held: bool) -> tuple[dict[str, float], ...]:
        """One trial."""
        return _trial(self, rng, held)


@dataclass(frozen=True)
class Found:
    """What came out: by mediator the estimates, (R,), and first-stage F, plain and conditional; by node the mean contrast."""

    estimates: dict[str, np.ndarray]
    plain: dict[str, np.ndarray]
    conditional: dict[str, np.ndarray]
    contrasts: dict[str, np.ndarray]
    above: dict[str, np.ndarray]
    """By mediator the estimates where the first modifier is 1, (R,), if it has no more than two categories."""


class Drawn(Protocol):
    """What trials can be drawn of."""

    def trial(self, rng: np.random.Generator, held: bool) -> tuple[dict[str, float], ...]:
        """The numbers of one trial, in the order of ``Found``."""


def run(setting: Drawn, reps: int, seed: int = 1, held: bool = True) -> Found:
    """Simulate trials; with ``held`` the modifiers are held fixed, else the regression takes no notice of them."""
    rng = np.random.default_rng(seed)
    found = [setting.trial(rng, held) for _ in range(reps)]
    return Found(*({m: np.array([trial[k][m] for trial in found]) for m in found[0][k]} for k in range(5)))


def strengths(
    explained: np.ndarray, left: np.ndarray, instruments: int, freedom: float, mediators: list[str]
) -> tuple[dict[str, float], dict[str, float]]:
    """First-stage F of the mediators, the first columns: plain and conditional, by what is explained and what is left."""
    plain, conditional = {}, {}
    for k, m in enumerate(mediators):
        plain[m] = float(explained[k, k] / instruments / (left[k, k] / freedom))
        rest = [j for j in range(len(explained)) if j != k]
        c = np.zeros(len(explained))
        c[k] = 1.0
        if rest:
            c[rest] = -np.linalg.solve(explained[np.ix_(rest, rest)], explained[rest, k])
        conditional[m] = float((c @ explained @ c / (instruments - len(rest))) / (c @ left @ c / freedom))
    return plain, conditional


def _trial(setting: Setting, rng: np.random.Generator, held: bool) -> tuple[dict[str, float], ...]:
    sites, n = setting.sites, setting.persons
    z = rng.standard_normal((setting.modifiers, sites))
    if setting.categories:
        steps = np.arange(setting.categories) - (setting.categories - 1) / 2
        category = rng.integers(setting.categories, size=z.shape)
        z = steps[category] / steps.std()
    effect = {}
    for edge, (mean, sd, b) in setting.arrows.items():
        share = sum(value**2 for value in b)
        known = sum((value * z[k] for k, value in enumerate(b)), np.zeros(sites))
        effect[edge] = mean + sd * (known + np.sqrt(1 - share) * rng.standard_normal(sites))
    mediators, half = setting.mediators, n // 2
    treated = np.repeat([1.0, 0.0], half)
    count = len(mediators)
    outcome = rng.standard_normal((sites, n))
    r = setting.confounding
    rest = {}
    # the rests of the mediators are independent of one another and each correlates r with that of the outcome
    scale = np.sqrt(1 - count * r**2)
    for m in mediators:
        rest[m] = rng.standard_normal((sites, n))
    rest["Y"] = sum((r * rest[m] for m in mediators), np.zeros((sites, n))) + scale * outcome
    values = {"T": np.broadcast_to(treated, (sites, n))}
    for node in [*mediators, "Y"]:
        parents = [u for u, v in setting.arrows if v == node]
        values[node] = rest[node] + sum(effect[u, node][:, None] * values[u] for u in parents)
    contrast = {v: values[v][:, :half].mean(1) - values[v][:, half:].mean(1) for v in [*mediators, "Y"]}
    within = {v: _apart(values[v], half) for v in mediators}
    terms = [z[k] for k in range(setting.held)] if held else []
    if held and setting.categories > 2:
        terms = [(category[0] == c) - 1 / setting.categories for c in range(1, setting.categories)]
    terms += [] if setting.categories > 2 else [z[j] * z[k] for j, k in combinations(range(len(terms)), 2)]
    columns = [(m, np.ones(sites)) for m in mediators]
    if held:
        columns += [(m, h) for m in setting.moderated for h in terms]
    x = np.stack([contrast[m] * h for m, h in columns], axis=1)
    coefficient = np.linalg.lstsq(x, contrast["Y"], rcond=None)[0]
    estimates = dict(zip(mediators, coefficient[:count].tolist(), strict=True))
    above = dict(estimates)
    for (m, _), slope in zip(columns[count:], coefficient[count:], strict=True):
        above[m] += slope
    for (m, h), slope in zip(columns[count:], coefficient[count:], strict=True):
        estimates[m] += slope * h.mean()
    # explained by site-by-treatment interactions, weight n p (1 - p), against what is left within arms
    explained = x.T @ x * (n / 4)
    left = np.array(
        [[np.sum(within[a] * g[:, None] * within[b] * h[:, None]) for b, h in columns] for a, g in columns]
    )
    plain, conditional = strengths(explained, left, sites, sites * (n - 2), mediators)
    return estimates, plain, conditional, {v: float(each.mean()) for v, each in contrast.items()}, above


def _apart(values: np.ndarray, half: int) -> np.ndarray:
    """Values less the means of their arm in their site."""
    by_arm = values.reshape(len(values), 2, half)
    return np.asarray((by_arm - by_arm.mean(2, keepdims=True)).reshape(values.shape))
