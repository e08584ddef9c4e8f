"""Contrasts of arms by site, made of persons; numpy sums over sites and arms, no loop over persons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from identcheck.derive.words import counted, listed
from identcheck.errors import InvalidDataError
from identcheck.evidence.columns import Floats
from identcheck.evidence.given import Contrasts
from identcheck.evidence.given_checks import without_error

__all__ = [
    "Differences",
    "Measured",
    "compared",
    "contrasts",
    "differences",
    "pooled_differences",
    "within_arms",
]


DETERMINED = 1e-12
"""Covariates that leave less than this share of what persons of an arm differ by determine a variable."""

INFLATED = 1.1 + 1e-9
"""Sampling errors are pooled over sites where F by each site's own would be, on average, more than this many times what it is.

Twelve units in every arm make it 1.1 exactly, however a computer rounds.
"""


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
    """Persons by site and arm, control being arm 0: numbers, means, and what units differ from these.

    Each is sites by groups, by variables.

    Attributes:
        count: persons.
        units: how many were drawn: persons, or clusters.
        means: of units, each counting as ``Measured`` says.
        scatter: the sum over units of the product of what each contributes to the mean, times their number and ``_leaning``: of
            units that count alike the sum of squares around the mean.
        worth: how many units that count alike have a mean with the same variance.
    """

    count: Floats
    units: NDArray[np.intp]
    means: Floats
    scatter: Floats
    worth: Floats

    @property
    def usable(self) -> NDArray[np.bool_]:
        """Sites by arms: whether the arm and control have two units there."""
        return np.minimum(self.units[:, 1:], self.units[:, :1]) >= 2

    @property
    def own(self) -> Floats:
        """The sampling covariance of each mean, by the units of its site and arm alone."""
        number = np.maximum(self.units, 1)
        found: Floats = self.scatter / (np.maximum(number - 1, 1) * number)[:, :, None, None]
        return found

    @property
    def pooled(self) -> Floats:
        """The same by the covariance of units within sites, one for each arm; NaN where no site of an arm has two units.

        Source: theory, equation (17.5).
        """
        df = np.maximum(self.units - 1, 0).sum(0)
        with np.errstate(divide="ignore", invalid="ignore"):
            each = self.scatter.sum(0) / np.where(df > 0, df, np.nan)[:, None, None]
        found: Floats = each / np.maximum(self.units, 1)[:, :, None, None]
        return found

    @property
    def degrees(self) -> int:
        """The degrees of freedom of the pooled covariances."""
        return int(np.maximum(self.units - 1, 0).sum())

    @property
    def inflated(self) -> float:
        """How many times too large the mean of 1 / sampling variance is by each site's own, over contrasts of two units or more.

        Of a variance with f degrees of freedom it is f / (f - 2); f as Welch has it, for arms with one variance.
        """
        site, arm = np.nonzero(self.usable)
        drawn = np.stack([self.worth[site, arm + 1], self.worth[site, 0]], axis=1)
        if not len(drawn):
            return np.inf
        f = (1 / drawn).sum(1) ** 2 / (1 / (drawn**2 * np.maximum(drawn - 1, 1e-9))).sum(1)
        return float(np.where(f > 2, f / np.maximum(f - 2, 1e-9), np.inf).mean())


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
        alike: whether persons count alike; else each cluster does. Without clusters it says nothing.
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
    alike: bool = False

    def those(self, kept: NDArray[np.bool_], **changed: Any) -> Measured:
        """The same with some persons only, and with other attributes."""
        return replace(
            self, **{
                "site": self.site[kept], "group": self.group[kept], "values": self.values[kept],
                "baseline": self.baseline[kept], "cluster": None if self.cluster is None else self.cluster[kept],
                "modifiers": {name: values[kept] for name, values in self.modifiers.items()}, **changed,
            },
        )  # fmt: skip


@dataclass(frozen=True)
class _Units:
    """What was drawn: persons, or the means of the persons of a cluster in a site and arm.

    Attributes:
        cell: of each its site and arm, as one number.
        values: the means.
        baseline: those of covariates.
        size: how many persons.
        weight: how much each counts in its site and arm.
    """

    cell: NDArray[np.intp]
    values: Floats
    baseline: Floats
    size: Floats
    weight: Floats


def contrasts(read: Measured, place: str = "site") -> Contrasts:
    """Differences in means with their sampling covariance, and the weights n p (1 - p).

    The covariance is that within sites, pooled over them, where each site's own would rest on too few units.

    Args:
        read: the persons, those of sites that can be compared.
        place: what their sites are: "site", or "cell".
    """
    if place == "cell":
        read = compared(read)
    unit, notes = "person" if read.cluster is None else "cluster", list(read.notes)
    if not read.sites:
        raise InvalidDataError([f"no site has two {unit}s in an arm and in control", *notes])
    units = _units(read, read.values)
    cells, sites = _cells(read, replace(units, values=_adjusted(read, units))), len(read.sites)
    count, means, drawn = cells.count, cells.means, cells.units
    site, arm = np.nonzero((count[:, 1:] > 0) & (count[:, :1] > 0))
    spread, known = cells.own, drawn >= 2
    if pooled := cells.degrees if cells.usable.any() and cells.inflated > INFLATED else 0:
        spread, known = cells.pooled, drawn >= 1
        notes.append(_pooled_words(cells, unit, place))
    single = ~known[site, arm + 1] | ~known[site, 0]
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
    persons, of_units = (np.stack([each[site, arm + 1], each[site, 0]], axis=1) for each in (count, drawn))
    number = persons if read.alike else of_units.astype(float)
    first = np.zeros(sites, dtype=np.intp)
    first[read.site[::-1]] = np.arange(len(read.site))[::-1]
    return Contrasts(
        names, read.arms, np.searchsorted(old, site), arm, effects, sampling, spread[old, 0],
        number.prod(1) / number.sum(1), persons, {name: value[first[site]] for name, value in read.modifiers.items()},
        tuple(notes), number, pooled,
    )  # fmt: skip


def compared(read: Measured) -> Measured:
    """The persons of sites with control and an arm; notes name the sites left out, and those that lack another arm."""
    groups, sites = len(read.arms) + 1, len(read.sites)
    there = np.bincount(read.site * groups + read.group, minlength=sites * groups).reshape(sites, groups) > 0
    whole, present = there[:, 0] & there[:, 1:].any(1), there.any(1)
    notes = list(read.notes)
    for away, why in (
        (~present, "sites left out, as no person has all the values"),
        (present & ~there.all(1), "contrasts left out, as an arm or control has no person there"),
    ):
        if away.any():
            notes.append(f"{why}: {_listed([read.sites[s] for s in np.flatnonzero(away)])}")
    place = np.cumsum(whole) - 1
    kept = whole[read.site]
    names = tuple(read.sites[s] for s in np.flatnonzero(whole))
    return read.those(kept, site=place[read.site[kept]], sites=names, notes=tuple(notes))


def _pooled_words(cells: _Cells, unit: str, place: str) -> str:
    """That sampling errors are pooled, and why."""
    both = np.minimum(cells.units[:, 1:], cells.units[:, :1])
    few = counted(int(both[both > 0].min()), unit, f"{unit}s")
    return (
        f"sampling errors are from the variance between {unit}s within {place}s, one for each arm, pooled over {place}s ("
        f"{cells.degrees:,} degrees of freedom): with as few as {few} in an arm of a {place}, {place}s' own make F too large"
    )


def _units(read: Measured, values: Floats) -> _Units:
    """Persons, or the clusters of each site and arm."""
    cell = read.site * (len(read.arms) + 1) + read.group
    if read.cluster is None:
        ones = np.ones(len(cell))
        return _Units(cell, values, read.baseline, ones, ones)
    clusters = int(read.cluster.max(initial=0)) + 1
    pairs, codes = np.unique(cell * clusters + read.cluster, return_inverse=True)
    codes, size = codes.reshape(-1), np.bincount(codes.reshape(-1)).astype(float)
    values, baseline = (_sums(each, codes, len(pairs)) / size[:, None] for each in (values, read.baseline))
    return _Units(pairs // clusters, values, baseline, size, size if read.alike else np.ones(len(size)))


def _cells(read: Measured, units: _Units) -> _Cells:
    groups, sites = len(read.arms) + 1, len(read.sites)
    size, cell = sites * groups, units.cell
    number = np.bincount(cell, minlength=size)
    share = units.weight / np.maximum(np.bincount(cell, units.weight, size), 1e-300)[cell]
    means = _sums(units.values * share[:, None], cell, size)
    parts = (units.values - means[cell]) * (
        share * number[cell] * np.sqrt(_leaning(share, cell, number))[cell]
    )[:, None]
    width = parts.shape[1]
    scatter = np.zeros((size, width, width))
    for i in range(width):
        for j in range(i, width):
            scatter[:, i, j] = scatter[:, j, i] = np.bincount(cell, parts[:, i] * parts[:, j], size)
    return _Cells(
        np.bincount(cell, units.size, size).astype(float).reshape(sites, groups), number.reshape(sites, groups),
        means.reshape(sites, groups, -1), scatter.reshape(sites, groups, width, width),
        (1 / np.maximum(np.bincount(cell, share**2, size), 1e-300) * (number > 0)).reshape(sites, groups),
    )  # fmt: skip


def _leaning(share: Floats, cell: NDArray[np.intp], number: NDArray[np.intp]) -> Floats:
    """By how much the scatter about a weighted mean understates its sampling variance in each cell: 1 where all count alike.

    A mean leans toward the units that count most. Exact where all units have one variance.
    """
    two, three = (np.bincount(cell, share**power, len(number)) for power in (2, 3))
    left = (two - 2 * three + two**2) * number
    several = (number > 1) & (left > 0)
    found: Floats = np.where(several, (number - 1) * two / np.where(several, left, 1.0), 1.0)
    return found


def differences(read: Measured, values: Floats, names: Sequence[str]) -> Differences | None:
    """Arms less control in variables beside the nodes, averaged over sites; None where no site has two units in each.

    Args:
        read: who is in which site and arm.
        values: persons by variables.
        names: of these.
    """
    cells = _cells(read, _units(read, values))
    site, arm = np.nonzero(cells.usable)
    if len(site) == 0:
        return None
    number, spread = cells.count if read.alike else cells.units.astype(float), cells.own
    treat, control = number[site, arm + 1], number[site, 0]
    found = pooled_differences(
        tuple(names), read.arms, arm, cells.means[site, arm + 1] - cells.means[site, 0],
        spread[site, arm + 1] + spread[site, 0], treat * control / (treat + control),
    )  # fmt: skip
    count = cells.count.sum(0)
    means = (cells.means * cells.count[:, :, None]).sum(0) / np.maximum(count, 1)[:, None]
    return Differences(found.names, found.arms, count, means, found.difference, found.covariance)


def within_arms(read: Measured) -> Floats | None:
    """The variance of each node among persons of a site and arm, pooled; None without clusters, whose contrasts have it."""
    if read.cluster is None:
        return None
    cells = _cells(read, _units(replace(read, cluster=None), read.values))
    left = np.maximum(cells.units - 1, 0).sum()
    found: Floats = np.einsum("sgvv->v", cells.scatter) / max(left, 1)
    return found


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
    sums = [np.bincount(cell, column, cells) for column in values.T]
    return np.stack(sums, axis=1) if sums else np.zeros((cells, 0))


def _adjusted(read: Measured, units: _Units) -> Floats:
    """Values less what covariates predict, slopes common to all sites and estimated within sites and arms."""
    if read.baseline.shape[1] == 0:
        return units.values
    cells, share = len(read.sites) * (len(read.arms) + 1), units.weight
    whole, root = np.maximum(np.bincount(units.cell, share, cells), 1e-300)[:, None], np.sqrt(share)[:, None]

    def inside(values: Floats) -> Floats:
        middle = _sums(values * share[:, None], units.cell, cells) / whole
        found: Floats = (values - middle[units.cell]) * root
        return found

    covariates, outcome = inside(units.baseline), inside(units.values)
    slopes = np.linalg.lstsq(covariates, outcome, rcond=None)[0]
    left, every = ((outcome - covariates @ slopes) ** 2).sum(0), (outcome**2).sum(0)
    told = [
        node for node, a, b in zip(read.nodes, left, every, strict=False) if b > 0 and a <= DETERMINED * b
    ]
    if told:
        raise InvalidDataError(
            [
                f"the covariates {listed(list(read.covariates))} determine {listed(told)}, of which nothing is left; name others"
            ]
        )
    middle = units.baseline - units.baseline.mean(0)
    adjusted: Floats = units.values - middle @ slopes
    return adjusted
