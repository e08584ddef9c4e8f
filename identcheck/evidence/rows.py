"""Rows of a regression: outcome, columns, weights and their sampling covariance, in blocks of sites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from identcheck.evidence.columns import Floats

__all__ = ["Rows", "precision"]

RANK = 1e-9
"""Columns are in one another's span where the smallest singular value of the scaled matrix is below this share of the largest."""


@dataclass(frozen=True, eq=False)
class Rows:
    """y on G, with weights w; the sampling covariance of (y, G).

    Attributes:
        columns: the names of the P columns of G.
        y: R.
        g: R by P.
        w: R weights.
        site: for each row the place of its site among those used.
        names: the names of these J sites.
        own: R by (1 + P) by (1 + P), the sampling covariance of (y, G) of each row.
        shared: by unit, (1 + P) by (1 + P), that of two rows of a unit, whose arms share a control; rows of two units have none.
        unit: for each row the place of its unit among those of shared: the site, or where rows are cells of sites the cell.
        labels: the name of the unit of each row.
    """

    columns: tuple[str, ...]
    y: Floats
    g: Floats
    w: Floats
    site: NDArray[np.intp]
    names: tuple[str, ...]
    own: Floats
    shared: Floats
    unit: NDArray[np.intp]
    labels: tuple[str, ...]

    @property
    def count(self) -> int:
        """J, the number of sites."""
        return len(self.names)

    @property
    def degrees(self) -> int:
        """Rows less columns, the degrees of freedom of Q."""
        return len(self.y) - len(self.columns)

    @cached_property
    def blocks(self) -> tuple[NDArray[np.intp], ...]:
        """The rows of each site."""
        return _grouped(self.site)

    @cached_property
    def apart(self) -> tuple[NDArray[np.intp], ...]:
        """The rows of each unit; sampling errors of two units are independent."""
        return _grouped(self.unit)

    @cached_property
    def full(self) -> bool:
        """Whether the columns of G are linearly independent, in the rows at hand."""
        if len(self.y) < len(self.columns):
            return False
        scale = np.sqrt((self.g**2).sum(0))
        if not len(self.columns) or (scale == 0).any():
            return not len(self.columns)
        values = np.linalg.svd(self.g / scale, compute_uv=False)
        return bool(values[-1] > RANK * values[0])

    def block(self, rows: NDArray[np.intp], c: Floats) -> Floats:
        """The sampling covariance of (y, G) c among the rows of a unit."""
        own = np.einsum("a,rab,b->r", c, self.own[rows], c)
        if len(rows) == 1:
            alone: Floats = own[:, None]
            return alone
        both: Floats = np.full((len(rows), len(rows)), c @ self.shared[self.unit[rows[0]]] @ c)
        np.fill_diagonal(both, own)
        return both

    def without(self, site: int) -> Rows:
        """The same without one site."""
        kept = self.site != site
        moved = self.site[kept]
        names = tuple(n for i, n in enumerate(self.names) if i != site)
        labels = tuple(n for n, there in zip(self.labels, kept, strict=True) if there)
        return replace(
            self, y=self.y[kept], g=self.g[kept], w=self.w[kept], site=moved - (moved > site), names=names,
            own=self.own[kept], unit=self.unit[kept], labels=labels,
        )  # fmt: skip

    def adding(self, names: Sequence[str], values: Floats) -> Rows:
        """The same with further columns, whose sampling errors are not counted."""
        more = values.shape[1]
        wide = ((0, 0), (0, more), (0, more))
        return replace(
            self, columns=(*self.columns, *names), g=np.hstack([self.g, values]), own=np.pad(self.own, wide),
            shared=np.pad(self.shared, wide),
        )  # fmt: skip

    def on(self, k: int) -> Rows:
        """Column k regressed on the other columns, weighted by the precision of column k."""
        others = [i for i in range(len(self.columns)) if i != k]
        order = [k + 1, *(i + 1 for i in others)]
        variance = self.own[:, k + 1, k + 1]
        return replace(
            self, columns=tuple(self.columns[i] for i in others), y=self.g[:, k], g=self.g[:, others],
            w=precision(variance), own=self.own[:, order][:, :, order], shared=self.shared[:, order][:, :, order],
        )  # fmt: skip

    @property
    def by_precision(self) -> Rows:
        """The same with weights 1 / Var(y)."""
        return replace(self, w=precision(self.own[:, 0, 0]))

    @property
    def exact(self) -> bool:
        """Whether a row has no sampling error in y."""
        return bool((self.own[:, 0, 0] <= 0).any())


def _grouped(places: NDArray[np.intp]) -> tuple[NDArray[np.intp], ...]:
    """The rows at each place that occurs."""
    order = np.argsort(places, kind="stable")
    return tuple(np.split(order, np.flatnonzero(np.diff(places[order])) + 1))


def precision(variance: Floats) -> Floats:
    """1 / variance; 0 where there is none."""
    with np.errstate(divide="ignore"):
        return np.where(variance > 0, 1 / variance, 0.0)
