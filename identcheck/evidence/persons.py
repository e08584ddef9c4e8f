"""Persons' data: the columns that are named, read and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from identcheck.derive.words import listed
from identcheck.evidence.columns import Columns, name_of
from identcheck.evidence.contrasts import Measured, differences

__all__ = ["measured"]


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
    columns.demand_kind("site", site, str, "the column of the sites")
    columns.demand_kind(
        "treatment",
        treatment,
        (str, Mapping),
        "a column of 0 and 1, or {'A': value in the column of the arms}",
    )
    columns.demand_kind("nodes", nodes, Mapping, "{'M': 'column', 'Y': 'column'}")
    columns.demand_kind("modifiers", modifiers, Mapping, "{'Z': 'column'}")
    columns.demand_kind("covariates", covariates, (str, Sequence), "a list of columns")
    columns.refuse()
    several = isinstance(treatment, Mapping)
    said = arm if several else treatment
    if several and arm is None:
        columns.problems.append("treatment names values of arms; name the column that holds them: arm='...'")
    if isinstance(covariates, str):
        covariates = (covariates,)
    wanted = [site, said, *nodes.values(), *covariates, cluster, *modifiers.values()]
    columns.demand(name for name in wanted if name is not None)
    if not nodes:
        columns.problems.append("no variables are named; give {'M': 'column', 'Y': 'column'}")
    columns.refuse()
    assert isinstance(said, str)
    _named_twice(columns, site, cluster, said, nodes, covariates, modifiers)
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
    clusters = columns.labels(cluster, "cluster")[0] if cluster else None
    given = {name: columns.numbers(column) for name, column in modifiers.items()}
    columns.refuse()
    kept = (group >= 0) & ~np.isnan(values).any(1) & ~np.isnan(baseline).any(1)
    notes = _missing(kept, group, arms)
    if (group < 0).any():
        notes = (
            f"persons left out, as the treatment is missing: {(group < 0).sum():,} of {len(group):,}",
            *notes,
        )
    absent = None
    if not kept.all():
        known = group >= 0
        away = np.isnan(values[known]).astype(float)
        nearby = None if clusters is None else clusters[known]
        there = Measured(
            codes[known], sites, group[known], arms, away, baseline[known], nearby, {}, (), alike=True
        )
        absent = differences(there, away, tuple(nodes))
    if not kept.any():
        columns.problems.append("no person has all the values; nothing is left")
    columns.refuse()
    return Measured(
        codes[kept], sites, group[kept], arms, values[kept], baseline[kept], None if clusters is None else clusters[kept],
        {name: value[kept] for name, value in given.items()}, notes, tuple(covariates), absent, tuple(nodes),
    )  # fmt: skip


def _named_twice(
    columns: Columns,
    site: str,
    cluster: str | None,
    treatment: str,
    nodes: Mapping[str, str],
    covariates: Sequence[str],
    modifiers: Mapping[str, str],
) -> None:
    """A column for two variables, whose effects would be one another's, or for a variable and a covariate."""
    used = [
        (site, "the site"),
        (treatment, "the treatment"),
        *((column, node) for node, column in nodes.items()),
    ]
    used += [(cluster, "the cluster")] if cluster else []
    used += [(column, "a covariate") for column in covariates]
    used += [
        (column, f"the modifier {name}") for name, column in modifiers.items() if column not in covariates
    ]
    for column in dict.fromkeys(column for column, _ in used):
        both = [what for other, what in used if other == column]
        if len(both) > 1:
            columns.problems.append(f"column {column!r} is named for {listed(both)}; name another for each")
    columns.refuse()


def _groups(columns: Columns, column: str, treatment: str | Mapping[str, Any]) -> NDArray[np.intp]:
    """The arm of each person: 0 for control, -1 where it is missing."""
    if isinstance(treatment, Mapping):
        found = columns.values(column)
        codes, kinds = columns.labels(column, "arm")
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
    if kept[group >= 0].all():
        return ()
    shares = []
    for place, name in enumerate(("control", *arms)):
        inside = group == place
        if inside.any():
            shares.append(
                f"{name or 'treatment'} {(~kept[inside]).sum():,} of {inside.sum():,} ({(~kept[inside]).mean():.1%})"
            )
    return (f"persons left out, as a value is missing: {', '.join(shares)}",)
