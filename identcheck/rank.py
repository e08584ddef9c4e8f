"""Structural rank of a site-by-compliance matrix, exact (theory section 12, "generic rank").

The matrix has one row for each site and arm, one column for each intercept and each regressor. Which
columns are independent depends only on the graph, on which edges vary, and on the number of sites: the
rank at values of the coefficients in general position. It is computed with coefficients drawn from a prime
field of about 2^61 elements: a computed rank can never exceed the true one, and falls short of it with a
probability below 1e-15; no tolerance is involved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from identcheck.design import Design
from identcheck.knowledge import steady_edges

__all__ = ["StructuralRank", "independent_columns", "structural_rank"]

PRIME = (1 << 61) - 1
Row = list[int]
Edge = tuple[str, str]


@dataclass(frozen=True)
class StructuralRank:
    """What rank a regression's matrix has in general position.

    Attributes:
        columns: the intercepts (by arm) and regressors, in the order of the columns.
        rank: at the design's number of sites.
        limit: the rank with as many sites as one likes.
        identified: columns whose unit vector lies in the row space at the design's number of sites (R_u).
        needed: for each column, the least number of sites at which it is identified; None if no number is.
    """

    columns: tuple[str, ...]
    rank: int
    limit: int
    identified: frozenset[str]
    needed: tuple[int | None, ...]

    @property
    def full(self) -> bool:
        """Whether every column is identified at the design's number of sites."""
        return self.rank == len(self.columns)

    def sites_needed(self, column: str) -> int | None:
        """Least number of sites at which this column's coefficient is determined; None if none suffices."""
        return self.needed[self.columns.index(column)]

    @property
    def sites_for_all(self) -> int | None:
        """Least number of sites at which every column is identified; None if no number suffices."""
        return max((n for n in self.needed if n is not None), default=0) if None not in self.needed else None


@lru_cache(maxsize=50_000)
def structural_rank(
    design: Design,
    regressors: tuple[str, ...],
    arms: tuple[str, ...],
    intercepts: tuple[str, ...] = (),
    pooled: bool = False,
    held: tuple[Edge, ...] = (),
    persons: bool = True,
) -> StructuralRank:
    """The generic rank of the matrix of a regression.

    Args:
        design: the design; its ``varies`` and number of sites matter.
        regressors: the mediators W.
        arms: the arms whose rows are used.
        intercepts: the arms that have an intercept of their own.
        pooled: average over sites first: one row for each arm.
        held: edges that some other condition demands to be the same in all sites.
        persons: whether coefficients may covary within sites, as they may where nothing, nor what is declared,
            forbids it.
    """
    columns = (*intercepts, *regressors)
    most = len(columns) + 1
    shared: dict[Edge, int] = {}
    random = Random("identcheck")
    span = _Span(len(columns))
    known_at: dict[str, int] = {}
    rank_at = []
    drawn: list[list[Row]] = []
    steady = steady_edges(design)
    for count in range(1, most + 1):
        rules = {e: "sites" if e in steady else design.varies(*e) for e in design.causal.edges}
        rules |= dict.fromkeys(held, "none")
        crowd = len(columns) if persons and len(arms) > 1 else 1
        drawn.append(_site_rows(design, rules, crowd, (regressors, arms, intercepts), shared, random))
        if pooled:
            span = _Span(len(columns))
            rows = [[sum(column) for column in zip(*same, strict=True)] for same in zip(*drawn, strict=True)]
        else:
            rows = drawn[-1]
        for row in rows:
            span.add(row)
        rank_at.append(span.rank)
        for place, column in enumerate(columns):
            if column not in known_at and span.holds([int(i == place) for i in range(len(columns))]):
                known_at[column] = count
    sites = most if design.sites is None else min(design.sites, most)
    return StructuralRank(
        columns=columns,
        rank=rank_at[sites - 1],
        limit=rank_at[-1],
        identified=frozenset(c for c in columns if known_at.get(c, most + 1) <= sites),
        needed=tuple(known_at.get(c) for c in columns),
    )


def _site_rows(
    design: Design,
    rules: Mapping[Edge, str],
    persons: int,
    shape: tuple[Sequence[str], Sequence[str], Sequence[str]],
    shared: dict[Edge, int],
    random: Random,
) -> list[Row]:
    """One row for each arm of a site in general position: the mean over persons that differ where edges may.

    Several persons matter where there are several arms: covariances within a site may then tell apart
    compliances whose means would be proportional.
    """
    fixed = {}
    for edge, rule in rules.items():
        if rule == "none":
            fixed[edge] = shared.setdefault(edge, random.randrange(1, PRIME))
        elif rule == "sites":
            fixed[edge] = random.randrange(1, PRIME)
    regressors, arms, intercepts = shape
    sums = [[0] * len(regressors) for _ in arms]
    for _ in range(persons):
        values = {e: fixed.get(e) or random.randrange(1, PRIME) for e in design.causal.edges}
        for place, arm in enumerate(arms):
            reach = {arm: 1}
            for node in design.mediators:
                parents = design.causal.predecessors(node)
                reach[node] = sum(reach.get(p, 0) * values[p, node] for p in parents) % PRIME
            sums[place] = [total + reach[u] for total, u in zip(sums[place], regressors, strict=True)]
    scale = pow(persons, -1, PRIME)
    means = [[x * scale % PRIME for x in row] for row in sums]
    return [[int(arm == a) for a in intercepts] + row for arm, row in zip(arms, means, strict=True)]


def independent_columns(
    design: Design,
    regressors: tuple[str, ...],
    arms: tuple[str, ...],
    intercepts: tuple[str, ...] = (),
    pooled: bool = False,
    held: tuple[Edge, ...] = (),
) -> tuple[str, ...]:
    """A largest set of columns that are independent in general position, the identified ones among them."""
    whole = structural_rank(design, regressors, arms, intercepts, pooled, held)
    kept: list[str] = []
    for column in sorted(whole.columns, key=lambda c: c not in whole.identified):
        chosen = [c for c in whole.columns if c in kept or c == column]
        part = structural_rank(
            design,
            tuple(c for c in regressors if c in chosen),
            arms,
            tuple(c for c in intercepts if c in chosen),
            pooled,
            held,
        )
        if part.rank == len(chosen):
            kept.append(column)
    return tuple(c for c in whole.columns if c in kept)


class _Span:
    """Row space over the prime field, in echelon form."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.pivots: dict[int, Row] = {}

    @property
    def rank(self) -> int:
        return len(self.pivots)

    def add(self, row: Row) -> None:
        rest = self._reduce(row)
        place = next((i for i, x in enumerate(rest) if x), None)
        if place is not None:
            inverse = pow(rest[place], -1, PRIME)
            self.pivots[place] = [x * inverse % PRIME for x in rest]

    def holds(self, row: Row) -> bool:
        """Whether the row lies in the span."""
        return not any(self._reduce(row))

    def _reduce(self, row: Row) -> Row:
        rest = [x % PRIME for x in row]
        for place in range(self.width):
            if rest[place] and place in self.pivots:
                factor = rest[place]
                rest = [(x - factor * y) % PRIME for x, y in zip(rest, self.pivots[place], strict=True)]
        return rest
