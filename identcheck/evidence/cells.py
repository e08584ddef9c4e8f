"""Cells: the persons of a site who are alike in what is held fixed, in place of sites (theory section 14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from identcheck.evidence.columns import Floats
from identcheck.evidence.contrasts import Measured

__all__ = ["Cells", "divided", "of_persons", "of_sites"]


@dataclass(frozen=True, eq=False)
class Cells:
    """Every cell of a site, those without a contrast of arms too.

    Attributes:
        names: of the C cells.
        sites: the names of the units over which standard errors are taken: the sites, or of a single site its cells.
        site: for each cell the place of its unit.
        count: persons in each cell.
        share: of each cell, its persons as a share of those of its site.
        levels: for each modifier, of persons or sites, its value in each cell.
    """

    names: tuple[str, ...]
    sites: tuple[str, ...]
    site: NDArray[np.intp]
    count: Floats
    share: Floats
    levels: Mapping[str, Floats]

    def place(self, names: Sequence[str]) -> NDArray[np.intp]:
        """The places of cells by name."""
        known = {name: i for i, name in enumerate(self.names)}
        return np.array([known[name] for name in names], dtype=np.intp)


def of_sites(site: NDArray[np.intp], sites: int, values: Floats) -> Floats | None:
    """The value of each site, NaN where it has none; None where persons of a site differ."""
    known = ~np.isnan(values)
    low, high = np.full(sites, np.inf), np.full(sites, -np.inf)
    np.minimum.at(low, site[known], values[known])
    np.maximum.at(high, site[known], values[known])
    if (low < high).any():
        return None
    found: Floats = np.where(np.isfinite(low), low, np.nan)
    return found


def of_persons(read: Measured) -> tuple[str, ...]:
    """The modifiers in which persons of a site differ."""
    return tuple(n for n, v in read.modifiers.items() if of_sites(read.site, len(read.sites), v) is None)


def divided(read: Measured, names: Sequence[str]) -> tuple[Measured, Cells]:
    """The persons with cells in place of sites; those without a value of what is held fixed are left out.

    Args:
        read: the persons.
        names: what is held fixed, characteristics of persons.
    """
    kept = ~np.any([np.isnan(read.modifiers[name]) for name in names], axis=0)
    notes = list(read.notes)
    if not kept.all():
        notes.append(
            f"persons left out, as {' or '.join(names)} is missing: {(~kept).sum():,} of {len(kept):,}"
        )
    code, kinds = read.site[kept], [np.unique(read.modifiers[name][kept]) for name in names]
    for name, kind in zip(names, kinds, strict=True):
        code = code * len(kind) + np.searchsorted(kind, read.modifiers[name][kept])
    first, cell, count = (np.unique(code, return_index=True, return_inverse=True, return_counts=True))[1:]
    site = read.site[kept][first]
    levels = {name: values[kept][first] for name, values in read.modifiers.items()}
    called = tuple(
        f"{read.sites[s]}, {', '.join(f'{name} {levels[name][c]:g}' for name in names)}"
        for c, s in enumerate(site)
    )
    alone = len(np.unique(site)) == 1
    if alone:
        notes.append("there is one site: standard errors are over its cells, taken as independent")
    found = Cells(
        called, called if alone else read.sites, np.arange(len(site)) if alone else site, count.astype(float),
        count / np.bincount(site, count, len(read.sites))[site], levels,
    )  # fmt: skip
    return read.those(kept, site=cell.reshape(-1), sites=called, notes=tuple(notes)), found
