"""Persons' data for any design, and the regressions of site effects that estimation code must reproduce."""

from __future__ import annotations

import numpy as np
import pandas as pd

from identcheck.decide.conditions import Regression
from identcheck.describe.design import Design


def persons(design: Design, names: dict[str, str], seed: int = 1) -> pd.DataFrame:
    """Any data will do: sites of different sizes and shares, effects that differ between sites."""
    rng = np.random.default_rng(seed)
    arms = design.treatments
    frames = []
    for s in range(design.sites or 9):
        size = int(rng.integers(40, 90))
        share = rng.dirichlet(np.full(len(arms) + 1, 8.0))
        drawn = rng.choice(len(arms) + 1, size=size, p=share)
        drawn[: 2 * (len(arms) + 1)] = np.tile(np.arange(len(arms) + 1), 2)
        frame = pd.DataFrame({"site": f"school {s}"}, index=range(size))
        for at, arm in enumerate(arms, 1):
            frame[names[arm]] = (drawn == at).astype(int)
        for node in (*design.mediators, design.outcome):
            effects = rng.normal(1.0, 1.0, len(arms) + 1)
            effects[0] = 0.0
            frame[names.get(node, node)] = rng.normal(0, 1) + effects[drawn] + rng.normal(0, 1, size)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True).sample(frac=1, random_state=seed)


def site_effects(frame: pd.DataFrame, arms: list[str], nodes: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Contrasts with control (K, L, V) and persons by cell (K, L + 1), with the persons of these arms only."""
    effects, counts = [], []
    for _, site in frame.groupby("site"):
        control = site[(site[arms] == 0).all(axis=1)]
        cells = [site[site[arm] == 1] for arm in arms]
        counts.append([len(control), *map(len, cells)])
        effects.append([cell[nodes].mean().to_numpy() - control[nodes].mean().to_numpy() for cell in cells])
    return np.array(effects), np.array(counts, dtype=float)


def weight_matrices(counts: np.ndarray, weights: str, pooled: bool = False) -> np.ndarray:
    """W_s of the arms' contrasts, (K, L, L): n (diag p - p p'), by sites with n 1.

    One arm, and arms that are pooled, have with weights other than these the shares of all sites together.
    """
    sizes = counts.sum(axis=1)
    shares = counts[:, 1:] / sizes[:, None]
    if weights != "precision" and (pooled or shares.shape[1] == 1):
        shares = np.broadcast_to(counts[:, 1:].sum(axis=0) / counts.sum(), shares.shape)
    if weights == "sites":
        sizes = np.ones_like(sizes)
    return np.array([n * (np.diag(p) - np.outer(p, p)) for n, p in zip(sizes, shares, strict=True)])


def engine_by_site(
    frame: pd.DataFrame, reg: Regression, names: dict[str, str], others: list[str]
) -> dict[str, np.ndarray]:
    """What each site's own contrasts give, solved with nothing but the sums of that site: by column an entry for each site."""
    rows = frame[(frame[others] == 0).all(axis=1)] if others else frame
    arms = [names[arm] for arm in reg.arms]
    nodes = [names[node] for node in (*reg.regressors, reg.outcome)]
    effects, counts = site_effects(rows, arms, nodes)
    if not reg.regressors:
        return dict(zip(arms, effects[:, :, -1].T, strict=True))
    each = zip(weight_matrices(counts, "precision"), effects[:, :, :-1], effects[:, :, -1], strict=True)
    solved = np.array([np.linalg.solve(x.T @ w @ x, x.T @ w @ y) for w, x, y in each])
    return dict(zip(nodes[:-1], solved.T, strict=True))


def engine_regression(
    frame: pd.DataFrame, reg: Regression, names: dict[str, str], others: list[str]
) -> dict[str, float]:
    """The weighted regression of site effects that a strategy names, solved with nothing but sums over sites."""
    design = reg.design
    rows = frame[(frame[others] == 0).all(axis=1)] if others else frame
    if design.sites == 1:
        rows = rows.assign(site="one")
    arms = [names[arm] for arm in reg.arms]
    contrast = not reg.regressors
    nodes = [names[node] for node in (*reg.regressors, reg.outcome)]
    effects, counts = site_effects(rows, arms, nodes)
    matrices = weight_matrices(counts, design.average if contrast else design.weights, reg.pooled)
    ones = np.broadcast_to(np.eye(len(arms)), (len(effects), len(arms), len(arms)))
    kept = list(range(len(arms))) if contrast else [reg.arms.index(arm) for arm in reg.intercepts]
    x = np.concatenate([ones[:, :, kept], effects[:, :, :-1]], axis=2)
    y = effects[:, :, -1]
    if reg.pooled:
        zz = matrices.sum(axis=0)
        zx, zy = np.einsum("slm,smx->lx", matrices, x), np.einsum("slm,sm->l", matrices, y)
        left, right = zx.T @ np.linalg.solve(zz, zx), zx.T @ np.linalg.solve(zz, zy)
    else:
        left = np.einsum("slx,slm,smw->xw", x, matrices, x)
        right = np.einsum("slx,slm,sm->x", x, matrices, y)
    columns = [*(arms[k] for k in kept), *nodes[:-1]]
    return dict(zip(columns, np.linalg.solve(left, right), strict=True))
