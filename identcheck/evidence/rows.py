"""Rows of a regression: outcome, columns, weights and their sampling covariance, in blocks of sites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from identcheck.evidence.columns import Floats

__all__ = ["Rows", "padded", "precision", "together"]

RANK = 1e-9
"""Columns are in one another's span where the smallest singular value of the scaled matrix is below this share of the largest."""


@dataclass(frozen=True, eq=False)
class Rows:
    """y on G, with weights; the sampling covariance of (y, G).

    Attributes:
        columns: the names of the P columns of G.
        y: R.
        g: R by P.
        w: R weights, of each row alone.
        site: for each row the place of its site among those used.
        names: the names of these J sites.
        own: R by (1 + P) by (1 + P), the sampling covariance of (y, G) of each row.
        shared: by unit, (1 + P) by (1 + P), that of two rows of a unit, whose arms share a control; rows of two units have none.
        unit: for each row the place of its unit among those of shared: the site, or where rows are cells of sites the cell.
        labels: the name of the unit of each row.
        joint: R by L, the weights W of a regression whose units have up to L rows: row by row those with each row of its unit, in
            their order, then 0; None where W is the diagonal of w.
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
    joint: Floats | None = None

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
    def _places(self) -> NDArray[np.intp]:
        """The rows of each unit, -1 where a unit has fewer than another."""
        return padded(self.apart)

    @cached_property
    def _roots(self) -> Floats:
        """U by L by L, the symmetric roots of the weights of units, 0 where a unit has fewer rows."""
        assert self.joint is not None
        places = self._places
        values, vectors = np.linalg.eigh(np.concatenate([self.joint, 0 * self.joint[:1]])[places])
        found: Floats = vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :] @ np.swapaxes(vectors, 1, 2)
        return found

    def turned(self, values: Floats) -> Floats:
        """Values of rows, (R,) or (R, M), times the root of the weights: their squares and products are those by the weights."""
        if self.joint is None:
            found: Floats = values * np.sqrt(self.w).reshape(-1, *[1] * (values.ndim - 1))
            return found
        flat, places = values.reshape(len(values), -1), self._places
        made = self._roots @ np.concatenate([flat, np.zeros_like(flat[:1])])[places]
        found = np.empty_like(flat)
        found[places[places >= 0]] = made[places >= 0]
        return found.reshape(values.shape)

    @property
    def errors(self) -> Floats:
        """1 + P by 1 + P, what sampling errors add to the weighted moments of (y, G): the sum of W_ij Cov(row i, row j)."""
        found: Floats = self.errors_of_sites.sum(0)
        return found

    @cached_property
    def errors_of_sites(self) -> Floats:
        """J by 1 + P by 1 + P, what those of each site add."""
        found = np.zeros((self.count, *self.own.shape[1:]))
        if self.joint is None:
            np.add.at(found, self.site, self.w[:, None, None] * self.own)
            return found
        places = self._places
        weights = np.concatenate([self.joint, 0 * self.joint[:1]])[places]
        own, first, there = np.einsum("ull->ul", weights), places[:, 0], places[places >= 0]
        np.add.at(found, self.site[there], own[places >= 0][:, None, None] * self.own[there])
        between = (weights.sum((1, 2)) - own.sum(1))[:, None, None] * self.shared[self.unit[first]]
        np.add.at(found, self.site[first], between)
        return found

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
            own=self.own[kept], unit=self.unit[kept], labels=labels, joint=None if self.joint is None else self.joint[kept],
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
        """Column k regressed on the other columns, each row weighted by the precision of column k in it."""
        others = [i for i in range(len(self.columns)) if i != k]
        order = [k + 1, *(i + 1 for i in others)]
        variance = self.own[:, k + 1, k + 1]
        return replace(
            self, columns=tuple(self.columns[i] for i in others), y=self.g[:, k], g=self.g[:, others],
            w=precision(variance), own=self.own[:, order][:, :, order], shared=self.shared[:, order][:, :, order], joint=None,
        )  # fmt: skip

    @property
    def by_precision(self) -> Rows:
        """The same with the inverse of the sampling covariance of y as weights."""
        own, shared = self.own[:, 0, 0], self.shared[:, 0, 0]
        return replace(
            self, w=precision(own), joint=together(self.unit, own, shared) if shared.any() else None
        )

    @property
    def exact(self) -> bool:
        """Whether a row has no sampling error in y."""
        return bool((self.own[:, 0, 0] <= 0).any())


def padded(blocks: Sequence[NDArray[np.intp]]) -> NDArray[np.intp]:
    """The rows of each block, -1 where a block has fewer than another."""
    found = np.full((len(blocks), max(map(len, blocks), default=0)), -1)
    for own, rows in zip(found, blocks, strict=True):
        own[: len(rows)] = rows
    return found


def _grouped(places: NDArray[np.intp]) -> tuple[NDArray[np.intp], ...]:
    """The rows at each place that occurs."""
    order = np.argsort(places, kind="stable")
    return tuple(np.split(order, np.flatnonzero(np.diff(places[order])) + 1))


def precision(variance: Floats) -> Floats:
    """1 / variance; 0 where there is none."""
    with np.errstate(divide="ignore"):
        return np.where(variance > 0, 1 / variance, 0.0)


def together(unit: NDArray[np.intp], own: Floats, shared: Floats) -> Floats | None:
    """R by L, for the rows of each unit the inverse of their covariance; None where no unit has several rows.

    Of arms with 1 / n_a + 1 / n_0 that share 1 / n_0 this is diag(n) - n n' / N. Where a variance is 0, or no larger than what
    is shared, the rows of the unit have the inverses of their variances.

    Args:
        unit: of each row.
        own: R variances.
        shared: by unit, the covariance between its rows.

    Source: theory, equation (10.2).
    """
    places = padded(_grouped(unit))
    if places.shape[-1] < 2:
        return None
    there, width = places >= 0, places.shape[1]
    size = np.sqrt(precision(own))
    scale = np.where(there, size[places], 0.0)
    common = shared[unit[places[:, 0]]]
    both = scale[:, :, None] * scale[:, None, :] * common[:, None, None]
    both[:, range(width), range(width)] = 1.0
    sound = (np.linalg.eigvalsh(both)[:, 0] > RANK) & (
        ((own[places] > common[:, None]) & (scale > 0)) | ~there
    ).all(1)
    both[~sound] = np.eye(width)
    weights = np.linalg.inv(both) * scale[:, :, None] * scale[:, None, :]
    found: Floats = np.zeros((len(own), width))
    found[places[there]] = weights[there]
    return found
