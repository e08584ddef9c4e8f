"""Contrasts of arms by site, made of persons; numpy sums over sites and arms, no loop over persons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from identcheck.derive.words import listed
from identcheck.errors import InvalidDataError
from identcheck.evidence.columns import Floats
from identcheck.evidence.given import Contrasts
from identcheck.evidence.given_checks import without_error

__all__ = [
    "Differences",
    "Measured",
    "contrasts",
    "differences",
    "pooled_differences",
]


DETERMINED = 1e-12
"""Covariates that leave less than this share of what persons of an arm differ by determine a variable."""


@dataclass(frozen=True, eq=False)
class Differences:
    """Differences between arms and control over all sites, of variables that no effect is estimated of.

    Attributes:
        names: the C variables.
        arms: the A arms.
        count: persons of control, then of each arm; None where they are not known.
        means: 1 + A by C, of control and of each arm; None where they are not known.
        difference: A by C, the average over sites of arm less control, weighted by n p (1 - p).
        covariance: A by C by C, its sampling covariance.
    """

    names: tuple[str, ...]
    arms: tuple[str, ...]
    count: Floats | None
    means: Floats | None
    difference: Floats
    covariance: Floats


@dataclass(frozen=True)
class _Cells:
    """Persons by site and arm, control being arm 0: numbers, means, sampling covariance of the means, units drawn.

    Each is sites by groups, by variables.
    """

    count: Floats
    means: Floats
    spread: Floats
    units: NDArray[np.intp]

    @property
    def usable(self) -> NDArray[np.bool_]:
        """Sites by arms: whether the arm and control have two units there."""
        return np.minimum(self.units[:, 1:], self.units[:, :1]) >= 2


@dataclass(frozen=True)
class Measured:
    """What was read of persons with all their values.

    Attributes:
        group: for each person the arm, from 1, or 0 for control.
        values: persons by nodes.
        baseline: persons by covariates.
        cluster: the cluster of each person, or None.
        modifiers: for each modifier a value for each person.
        covariates: the names of the columns of baseline.
        absent: by arm the shares of persons without a value of each node; None where nobody lacks one.
        nodes: the names of the columns of values.
    """

    site: NDArray[np.intp]
    sites: tuple[str, ...]
    group: NDArray[np.intp]
    arms: tuple[str, ...]
    values: Floats
    baseline: Floats
    cluster: NDArray[np.intp] | None
    modifiers: Mapping[str, Floats]
    notes: tuple[str, ...]
    covariates: tuple[str, ...] = ()
    absent: Differences | None = None
    nodes: tuple[str, ...] = ()


def contrasts(read: Measured) -> Contrasts:
    """Differences in means with their sampling covariance, and the weights n p (1 - p)."""
    cells, sites = _cells(read, _adjusted(read)), len(read.sites)
    count, means, spread, units = cells.count, cells.means, cells.spread, cells.units
    there = (count[:, 1:] > 0) & (count[:, :1] > 0)
    site, arm = np.nonzero(there)
    notes = list(read.notes)
    present = np.bincount(read.site, minlength=sites) > 0
    empty = [read.sites[s] for s in range(sites) if not there[s].all() and present[s]]
    gone = [read.sites[s] for s in range(sites) if not present[s]]
    if gone:
        notes.append(f"sites left out, as no person has all the values: {_listed(gone)}")
    if empty:
        notes.append(f"contrasts left out, as an arm or control has no person there: {_listed(empty)}")
    single = (units[site, arm + 1] < 2) | (units[site, 0] < 2)
    unit = "person" if read.cluster is None else "cluster"
    if single.any():
        where = [read.sites[s] for s in dict.fromkeys(site[single].tolist())]
        notes.append(
            f"contrasts left out, as a single {unit} in an arm has no sampling error: {_listed(where)}"
        )
    site, arm = site[~single], arm[~single]
    if len(site) == 0:
        raise InvalidDataError([f"no site has two {unit}s in an arm and in control", *notes])
    old = np.unique(site)
    effects = means[site, arm + 1] - means[site, 0]
    sampling, names = spread[site, arm + 1] + spread[site, 0], tuple(read.sites[s] for s in old)
    notes += without_error(effects, sampling, np.searchsorted(old, site), names, read.nodes)
    treat, control = count[site, arm + 1], count[site, 0]
    weight = treat * control / (treat + control)
    first = np.zeros(sites, dtype=np.intp)
    first[read.site[::-1]] = np.arange(len(read.site))[::-1]
    return Contrasts(
        names, read.arms, np.searchsorted(old, site), arm, effects, sampling, spread[old, 0],
        weight, np.stack([treat, control], axis=1),
        {name: value[first[site]] for name, value in read.modifiers.items()}, tuple(notes),
    )  # fmt: skip


def _cells(read: Measured, values: Floats) -> _Cells:
    groups, sites = len(read.arms) + 1, len(read.sites)
    cell = read.site * groups + read.group
    count = np.bincount(cell, minlength=sites * groups).astype(float)
    means = _sums(values, cell, sites * groups) / np.maximum(count, 1)[:, None]
    spread, units = _spread(read, values - means[cell], cell, count)
    return _Cells(
        count.reshape(sites, groups), means.reshape(sites, groups, -1), spread.reshape(sites, groups, *spread.shape[1:]),
        units.reshape(sites, groups),
    )  # fmt: skip


def differences(read: Measured, values: Floats, names: Sequence[str]) -> Differences | None:
    """Arms less control in variables beside the nodes, averaged over sites; None where no site has two units in each.

    Args:
        read: who is in which site and arm.
        values: persons by variables.
        names: of these.
    """
    cells = _cells(read, values)
    site, arm = np.nonzero(cells.usable)
    if len(site) == 0:
        return None
    treat, control = cells.count[site, arm + 1], cells.count[site, 0]
    found = pooled_differences(
        tuple(names), read.arms, arm, cells.means[site, arm + 1] - cells.means[site, 0],
        cells.spread[site, arm + 1] + cells.spread[site, 0], treat * control / (treat + control),
    )  # fmt: skip
    count = cells.count.sum(0)
    means = (cells.means * cells.count[:, :, None]).sum(0) / np.maximum(count, 1)[:, None]
    return Differences(found.names, found.arms, count, means, found.difference, found.covariance)


def pooled_differences(
    names: tuple[str, ...],
    arms: tuple[str, ...],
    arm: NDArray[np.intp],
    effects: Floats,
    sampling: Floats,
    weight: Floats,
) -> Differences:
    """Contrasts of sites averaged for each arm.

    Args:
        names: the C variables.
        arms: the A arms.
        arm: for each of R contrasts its arm.
        effects: R by C.
        sampling: R by C by C.
        weight: R.
    """
    share = weight / np.maximum(np.bincount(arm, weight, len(arms)), 1e-300)[arm]
    difference = np.zeros((len(arms), effects.shape[1]))
    covariance = np.zeros((len(arms), *sampling.shape[1:]))
    np.add.at(difference, arm, effects * share[:, None])
    np.add.at(covariance, arm, sampling * share[:, None, None] ** 2)
    return Differences(names, arms, None, None, difference, covariance)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names[:10])) + (f" and {len(names) - 10:,} more" if len(names) > 10 else "")


def _sums(values: Floats, cell: NDArray[np.intp], cells: int) -> Floats:
    return np.stack([np.bincount(cell, column, cells) for column in values.T], axis=1)


def _adjusted(read: Measured) -> Floats:
    """Values less what covariates predict, slopes common to all sites and estimated within sites and arms."""
    if read.baseline.shape[1] == 0:
        return read.values
    sites, groups = len(read.sites), len(read.arms) + 1
    cell = read.site * groups + read.group
    count = np.maximum(np.bincount(cell, minlength=sites * groups), 1)[:, None]
    inside = read.baseline - (_sums(read.baseline, cell, sites * groups) / count)[cell]
    outcome = read.values - (_sums(read.values, cell, sites * groups) / count)[cell]
    slopes = np.linalg.lstsq(inside, outcome, rcond=None)[0]
    left, whole = ((outcome - inside @ slopes) ** 2).sum(0), (outcome**2).sum(0)
    told = [
        node for node, a, b in zip(read.nodes, left, whole, strict=False) if b > 0 and a <= DETERMINED * b
    ]
    if told:
        raise InvalidDataError(
            [
                f"the covariates {listed(list(read.covariates))} determine {listed(told)}, of which nothing is left; name others"
            ]
        )
    middle = read.baseline - read.baseline.mean(0)
    adjusted: Floats = read.values - middle @ slopes
    return adjusted


def _spread(
    read: Measured, residual: Floats, cell: NDArray[np.intp], count: Floats
) -> tuple[Floats, NDArray[np.intp]]:
    """Cells by V by V: the sampling covariance of the means of each site and arm; and how many units were drawn in each."""
    width, cells = residual.shape[1], len(count)
    found = np.zeros((cells, width, width))
    sums, owner, number = residual, cell, count.astype(np.intp)
    if read.cluster is not None:
        pairs, codes = np.unique(cell * (int(read.cluster.max()) + 1) + read.cluster, return_inverse=True)
        owner = pairs // (int(read.cluster.max()) + 1)
        sums, number = _sums(residual, codes.reshape(-1), len(pairs)), np.bincount(owner, minlength=cells)
    scale = number / np.maximum(number - 1, 1) / np.maximum(count, 1) ** 2
    for i in range(width):
        for j in range(i, width):
            found[:, i, j] = found[:, j, i] = np.bincount(owner, sums[:, i] * sums[:, j], cells) * scale
    return found, number
