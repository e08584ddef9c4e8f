"""Contrasts of arms by site, made of persons; numpy sums over sites and arms, no loop over persons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from identcheck.errors import InvalidDataError
from identcheck.evidence.columns import Columns, Floats, name_of
from identcheck.evidence.given import Contrasts

__all__ = ["Measured", "contrasts", "measured"]


@dataclass(frozen=True)
class Measured:
    """What was read of persons with all their values.

    Attributes:
        group: for each person the arm, from 1, or 0 for control.
        values: persons by nodes.
        baseline: persons by covariates.
        cluster: the cluster of each person, or None.
        modifiers: for each modifier a value for each person.
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


def measured(
    columns: Columns,
    site: str,
    treatment: str | Mapping[str, Any],
    nodes: Mapping[str, str],
    covariates: Sequence[str],
    cluster: str | None,
    arm: str | None,
    modifiers: Mapping[str, str],
) -> Measured:
    """Persons with all their values; those with a missing one are left out and counted by arm.

    Raises:
        InvalidDataError: listing every problem.
    """
    several = isinstance(treatment, Mapping)
    said = arm if several else treatment
    if several and arm is None:
        columns.problems.append("treatment names values of arms; name the column that holds them: arm='...'")
    if isinstance(covariates, str):
        covariates = (covariates,)
    wanted = [site, said, *nodes.values(), *covariates, cluster, *modifiers.values()]
    columns.demand(name for name in wanted if isinstance(name, str))
    if not nodes:
        columns.problems.append("no variables are named; give {'M': 'column', 'Y': 'column'}")
    columns.refuse()
    assert isinstance(said, str)
    if columns.rows == 0:
        columns.problems.append("the data have no rows")
        columns.refuse()
    codes, sites = columns.labels(site)
    arms = tuple(treatment) if isinstance(treatment, Mapping) else ("",)
    group = _groups(columns, said, treatment)
    values = np.stack([columns.numbers(c, f"the values of {n}") for n, c in nodes.items()], axis=1)
    baseline = (
        np.stack([columns.numbers(c, "a covariate") for c in covariates], axis=1)
        if covariates
        else np.zeros((columns.rows, 0))
    )
    clusters = columns.labels(cluster)[0] if cluster else None
    given = {name: columns.numbers(column) for name, column in modifiers.items()}
    columns.refuse()
    kept = (group >= 0) & ~np.isnan(values).any(1) & ~np.isnan(baseline).any(1)
    notes = _missing(kept, group, arms)
    if not kept.any():
        columns.problems.append("no person has all the values; nothing is left")
    columns.refuse()
    return Measured(
        codes[kept], sites, group[kept], arms, values[kept], baseline[kept], None if clusters is None else clusters[kept],
        {name: value[kept] for name, value in given.items()}, notes,
    )  # fmt: skip


def _groups(columns: Columns, column: str, treatment: str | Mapping[str, Any]) -> NDArray[np.intp]:
    """The arm of each person: 0 for control, -1 where it is missing."""
    if isinstance(treatment, Mapping):
        found = columns.values(column)
        codes, kinds = columns.labels(column)
        wanted = {name_of(value): place + 1 for place, value in enumerate(treatment.values())}
        for value in treatment.values():
            if name_of(value) not in kinds:
                columns.problems.append(
                    f"column {column!r} has no value {value!r}; it has {', '.join(map(repr, kinds[:10]))}"
                )
        by_kind = np.array([wanted.get(kind, 0) for kind in kinds] or [0], dtype=np.intp)
        made: NDArray[np.intp] = by_kind[codes] if len(found) else codes
        return made
    number = columns.numbers(column, "the treatment")
    odd = ~np.isnan(number) & (number != 0) & (number != 1)
    if odd.any():
        columns.problems.append(
            f"column {column!r} is the treatment and has the value {number[odd][0]:g}; code it 0 and 1, or name the arms' values"
        )
    return np.where(number == 1, 1, np.where(number == 0, 0, -1)).astype(np.intp)


def _missing(kept: NDArray[np.bool_], group: NDArray[np.intp], arms: tuple[str, ...]) -> tuple[str, ...]:
    if kept.all():
        return ()
    shares = []
    for place, name in enumerate(("control", *arms)):
        inside = group == place
        if inside.any():
            shares.append(
                f"{name or 'treatment'} {(~kept[inside]).sum():,} of {inside.sum():,} ({(~kept[inside]).mean():.1%})"
            )
    return (f"persons left out, as a value is missing: {', '.join(shares)}",)


def contrasts(read: Measured) -> Contrasts:
    """Differences in means with their sampling covariance, and the weights n p (1 - p)."""
    values = _adjusted(read)
    groups, sites = len(read.arms) + 1, len(read.sites)
    cell = read.site * groups + read.group
    count = np.bincount(cell, minlength=sites * groups).astype(float)
    means = _sums(values, cell, sites * groups) / np.maximum(count, 1)[:, None]
    spread, units = _spread(read, values - means[cell], cell, count)
    units = units.reshape(sites, groups)
    count, means = count.reshape(sites, groups), means.reshape(sites, groups, -1)
    spread = spread.reshape(sites, groups, *spread.shape[1:])
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
    treat, control = count[site, arm + 1], count[site, 0]
    weight = treat * control / (treat + control)
    first = np.zeros(sites, dtype=np.intp)
    first[read.site[::-1]] = np.arange(len(read.site))[::-1]
    return Contrasts(
        tuple(read.sites[s] for s in old), read.arms, np.searchsorted(old, site), arm,
        means[site, arm + 1] - means[site, 0], spread[site, arm + 1] + spread[site, 0], spread[old, 0],
        weight, np.stack([treat, control], axis=1),
        {name: value[first[site]] for name, value in read.modifiers.items()}, tuple(notes),
    )  # fmt: skip


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
