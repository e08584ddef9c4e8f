"""What the independent disturbances of units come to in each node along the graph, where persons of a site respond alike.

A loading is a number plus what varies between sites,

    l_vc = own_vc + sum over parents u of b_vu l_uc,

and the covariance of two nodes within cells is the sum over c of l_ic l_jc. Which loadings vary is known once it is known which
arrows do, so that every block of trials takes the same few operations on whole arrays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, pairwise

import numpy as np

from identcheck.plan.inputs.anticipated import Array

__all__ = ["Before", "Effect", "Loadings"]

Effect = Array | float
Before = Sequence[Sequence[tuple[int, int]]]
"""For each node, in topological order, the places of its parents among the nodes, each with that of its arrow."""


@dataclass(frozen=True)
class _Step:
    """What one arrow adds to some loadings of its head.

    Attributes:
        edge: the arrow.
        to: which of the varying loadings of the head.
        source: the tail.
        of: which of the varying loadings of the tail; None for its numbers ``by``.
        by: numbers that the effect is multiplied by, (., 1, 1).
        first: whether nothing has been added there before.
    """

    edge: int
    to: slice
    source: int
    of: slice | None
    by: Array | float
    first: bool


class Loadings:
    """The loadings of nodes on C independent variables, and on others that go no further.

    Args:
        before: the parents of each node.
        own: (., C) the loadings that are no effect's.
        effects: by arrow, a number where it is the same in all sites.
        less: (., C) what is taken off in the end.
        apart: (., .) loadings on variables that each node has of its own.
        shown: the V nodes whose covariance is wanted.
    """

    def __init__(
        self,
        before: Before,
        own: Array,
        effects: Sequence[Effect],
        less: Array,
        apart: Array,
        shown: Sequence[int],
    ) -> None:
        fixed = own.copy()
        columns: list[list[int]] = []
        self.steps: list[list[_Step]] = []
        for v, parents in enumerate(before):
            added: list[tuple[int, int, bool, list[int]]] = []
            for u, edge in parents:
                effect = effects[edge]
                if isinstance(effect, np.ndarray):
                    added.append((edge, u, True, np.flatnonzero(fixed[u]).tolist()))
                elif effect:
                    fixed[v] += effect * fixed[u]
                else:
                    continue
                added.append((edge, u, False, columns[u]))
            columns.append(sorted({c for *_, each in added for c in each}))
            self.steps.append([*_steps(added, columns, fixed)])
        self.columns, self.shown = columns, shown
        self.fixed = np.concatenate([fixed - less, apart], axis=1)[shown]
        ends = np.cumsum([0, *map(len, columns)]).tolist()
        self.rows = [slice(*each) for each in pairwise(ends)]
        self.count = int(ends[-1])
        self.shared, count = [], len(shown)
        self.slopes = np.zeros((count, count, self.count))
        for (i, v), (j, w) in combinations_with_replacement(enumerate(shown), 2):
            both = _runs([c for c in columns[v] if c in columns[w]], columns[v], columns[w])
            self.shared += [(i, j, *(_at(columns[k], run, ends[k]) for k in (v, w))) for run in both]
            self.slopes[i, j, self.rows[w]] += self.fixed[i, columns[w]]
            self.slopes[i, j, self.rows[v]] += self.fixed[j, columns[v]]

    def varying(self, effects: Sequence[Effect], shape: tuple[int, ...]) -> Array:
        """The part of the loadings that varies, (., R, K): of each node in its ``rows``, for its ``columns``."""
        found = np.empty((self.count, *shape))
        memory = np.empty((max(map(len, self.columns), default=0), *shape))
        nodes = [found[rows] for rows in self.rows]
        for own, steps in zip(nodes, self.steps, strict=True):
            for step in steps:
                by = step.by if step.of is None else nodes[step.source][step.of]
                to = own[step.to]
                if step.first:
                    np.multiply(effects[step.edge], by, out=to)
                else:
                    to += np.multiply(effects[step.edge], by, out=memory[: len(to)])
        return found

    def covariance(self, varying: Array, weights: Array) -> Array:
        """The sums over sites of the covariance of nodes i <= j, (V, V, R), with weights (K,)."""
        even = bool((weights == weights[0]).all())
        weighted = varying if even else varying * weights
        found = np.zeros((*self.slopes.shape[:2], varying.shape[1]))
        for i, j, one, other in self.shared:
            total = found[i, j]
            total += np.einsum("crk,crk->r", weighted[one], varying[other])
        if even:
            found *= weights[0]
        found += np.tensordot(self.slopes, varying @ weights, axes=1)
        found += (self.fixed @ self.fixed.T * weights.sum())[..., None]
        return found

    def by_site(self, effects: Sequence[Effect], sites: int) -> Array:
        """The covariance of nodes in each site of one trial, (V, V, K), by effects (1, K)."""
        whole = np.repeat(self.fixed[..., None], sites, axis=2)
        varying = self.varying(effects, (1, sites))[:, 0]
        for own, v in zip(whole, self.shown, strict=True):
            own[self.columns[v]] += varying[self.rows[v]]
        return np.asarray(np.einsum("ick,jck->ijk", whole, whole))


def _steps(
    added: Sequence[tuple[int, int, bool, list[int]]], columns: Sequence[list[int]], fixed: Array
) -> Iterator[_Step]:
    """The operations for the last of the nodes, given which columns each of its arrows adds to."""
    mine, begun = columns[-1], set[int]()
    for edge, u, numbers, each in added:
        for first in (True, False):
            some = [c for c in each if (c not in begun) == first]
            for run in _runs(some, mine, each if numbers else columns[u]):
                by: Array | float = 1.0
                if numbers:
                    by = float(fixed[u, run[0]]) if len(run) == 1 else fixed[u, run][:, None, None]
                yield _Step(edge, _at(mine, run), u, None if numbers else _at(columns[u], run), by, first)
        begun.update(each)


def _runs(some: Sequence[int], *among: Sequence[int]) -> Iterator[list[int]]:
    """Some columns in pieces, each of which stands together in all of these lists."""
    run: list[int] = []
    for c in some:
        if run and any(each.index(c) != each.index(run[-1]) + 1 for each in among):
            yield run
            run = []
        run.append(c)
    if run:
        yield run


def _at(among: Sequence[int], run: Sequence[int], begin: int = 0) -> slice:
    """Where a run of columns stands in a list that begins there."""
    start = begin + among.index(run[0])
    return slice(start, start + len(run))
