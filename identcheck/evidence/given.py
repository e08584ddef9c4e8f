"""A table of effects and standard errors as it was given, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from identcheck.evidence.columns import LARGEST, Columns, Floats
from identcheck.evidence.given_checks import (
    Named,
    check_rows,
    check_scale,
    check_signs,
    demand_names,
    where,
    without_error,
)

__all__ = ["Contrasts", "stated"]


SMALL = 1e-9
"""A least eigenvalue of correlations that counts as 0."""


@dataclass(frozen=True)
class Contrasts:
    """Checked contrasts; see the attributes of ``SiteEffects``."""

    sites: tuple[str, ...]
    arms: tuple[str, ...]
    site: NDArray[np.intp]
    arm: NDArray[np.intp]
    effects: Floats
    sampling: Floats
    shared: Floats
    weight: Floats | None
    persons: Floats | None
    modifiers: Mapping[str, Floats]
    notes: tuple[str, ...]
    units: Floats | None = None
    pooled: int = 0


def stated(columns: Columns, named: Named) -> Contrasts:
    """The rows of a table of effects.

    Raises:
        InvalidDataError: listing every problem.
    """
    demand_names(columns, named)
    columns.demand(named.columns)
    columns.refuse()
    site, sites = columns.labels(named.site)
    arm, arms = (
        columns.labels(named.arm, "arm") if named.arm else (np.zeros(columns.rows, dtype=np.intp), ("",))
    )
    effects = np.stack([columns.numbers(e, "the effect") for e, _ in named.effects.values()], axis=1)
    errors = np.stack([columns.numbers(e, "the standard error") for _, e in named.effects.values()], axis=1)
    problems, notes = columns.problems, []
    check_rows(problems, site, sites, arm, arms, named)
    check_signs(problems, errors, named)
    usable = np.where(np.abs(errors) <= LARGEST, errors, 0.0)  # what is too large is refused below
    sampling = _sampling(columns, named, usable)
    persons = None
    if named.persons:
        persons = np.stack([columns.numbers(c, "the number of persons") for c in named.persons], axis=1)
        if (persons <= 0).any():
            problems.append(f"a number of persons is 0 or less in {where(persons.min(1) <= 0, site, sites)}")
    weight = _weight(columns, named, persons)
    modifiers = {name: columns.numbers(column) for name, column in named.modifiers.items()}
    columns.refuse()
    kept = np.logical_and(np.isfinite(effects).all(1), np.isfinite(errors).all(1))
    for values in (weight, None if persons is None else persons.sum(1), *modifiers.values()):
        if values is not None:
            kept = np.logical_and(kept, np.isfinite(values))
    if not kept.all():
        notes.append(f"left out, as a number is missing: {where(~kept, site, sites)}")
    if not kept.any():
        columns.problems.append("no row has all its numbers; the table is empty")
    columns.refuse()
    check_scale(problems, effects[kept], errors[kept], named)
    columns.refuse()
    notes += _unknown(named, len(arms), persons)
    site, arm, effects, sampling = site[kept], arm[kept], effects[kept], sampling[kept]
    old = np.unique(site)
    site = np.searchsorted(old, site)
    persons = None if persons is None else persons[kept]
    notes += without_error(effects, sampling, site, tuple(sites[i] for i in old), tuple(named.effects))
    shared, unlike = _shared(sampling, site, persons, len(arms))
    if unlike.any():
        at = where(unlike[site], site, tuple(sites[i] for i in old))
        notes.append(
            f"the standard errors of the arms of {at} are too unlike for the control group that they share, at these numbers of "
            "persons; the sampling covariance between them is taken as 0"
        )
    return Contrasts(
        tuple(sites[i] for i in old), arms, site, arm, effects, sampling, shared,
        None if weight is None else weight[kept], persons,
        {name: values[kept] for name, values in modifiers.items()}, tuple(notes),
    )  # fmt: skip


def _sampling(columns: Columns, named: Named, errors: Floats) -> Floats:
    """R by V by V: variances, and the covariances that are known."""
    found = np.zeros((*errors.shape, errors.shape[1]))
    place = {node: i for i, node in enumerate(named.effects)}
    for i in range(errors.shape[1]):
        found[:, i, i] = errors[:, i] ** 2
    for (one, other), column in named.covariances.items():
        i, j = place[one], place[other]
        value = columns.numbers(column, "the covariance")
        bound = errors[:, i] * errors[:, j]
        if (np.abs(value) > bound * (1 + 1e-6) + 1e-300).any():
            row = int(np.flatnonzero(np.abs(value) > bound * (1 + 1e-6) + 1e-300)[0]) + 1
            columns.problems.append(
                f"column {column!r}: the covariance of {one!r} and {other!r} in row {row} is larger than their standard errors "
                "allow; is it a correlation?"
            )
        found[:, i, j] = found[:, j, i] = np.nan_to_num(value)
    return found


def _weight(columns: Columns, named: Named, persons: Floats | None) -> Floats | None:
    if named.weights == "precision":
        return None
    if named.weights == "sites":
        return np.ones(columns.rows)
    if named.weights == "persons":
        assert persons is not None
        found: Floats = persons[:, 0] * persons[:, 1] / persons.sum(1)
        return found
    weight = columns.numbers(named.weights, "the weight")
    if (weight <= 0).any():
        row = int(np.flatnonzero(weight <= 0)[0]) + 1
        columns.problems.append(f"column {named.weights!r}: a weight is 0 or less in row {row}")
    return weight


def _shared(
    sampling: Floats, site: NDArray[np.intp], persons: Floats | None, arms: int
) -> tuple[Floats, NDArray[np.bool_]]:
    """J by V by V, what the arms of a site share, 1 / n_control of the residual covariance; and where that is impossible.

    It is 0 where the covariance of all rows of the site would then not be positive semidefinite.
    """
    found = np.zeros((int(site.max()) + 1, *sampling.shape[1:]))
    unlike = np.zeros(len(found), dtype=bool)
    if persons is None or arms == 1:
        return found, unlike
    part = sampling * (persons[:, 0] / persons.sum(1))[:, None, None]
    np.add.at(found, site, part)
    found /= np.bincount(site)[:, None, None]
    for place, shared in enumerate(found):
        unlike[place] = not _possible(sampling[site == place], shared)
    found[unlike] = 0.0
    return found, unlike


def _possible(own: Floats, shared: Floats) -> bool:
    """Whether rows with these covariances, L by V by V, can have this covariance between any two of them, V by V."""
    count, width = own.shape[:2]
    whole = np.tile(shared, (count, count))
    for i, matrix in enumerate(own):
        whole[i * width : (i + 1) * width, i * width : (i + 1) * width] = matrix
    size = np.sqrt(np.diag(whole))
    scaled = whole / np.outer(np.where(size > 0, size, 1.0), np.where(size > 0, size, 1.0))
    if np.linalg.eigvalsh(scaled)[0] < -SMALL:
        return False
    each = (scaled[np.ix_(places, places)] for places in np.arange(count * width).reshape(count, width).T)
    return all(np.linalg.eigvalsh(one)[0] > SMALL for one in each if np.diag(one).all())


def _unknown(named: Named, arms: int, persons: Floats | None) -> list[str]:
    found = []
    pairs = len(named.effects) * (len(named.effects) - 1) // 2
    known = len({frozenset(pair) for pair in named.covariances})
    if known < pairs:
        which = "all" if known == 0 else f"{pairs - known} of {pairs}"
        found.append(
            f"sampling covariances between the effects of a row are not known and taken as 0 ({which})"
        )
    if arms > 1 and persons is None:
        found.append(
            "the numbers of persons are not known, so the sampling covariance between the arms of a site is taken as 0, though "
            "they may share a control"
        )
    return found
