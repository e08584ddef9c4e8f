"""Structural rank of a site-by-compliance matrix, exact (theory section 12, "generic rank").

The matrix has one row for each site and arm, one column for each intercept and each regressor. Which
columns are independent depends only on the graph, on which edges vary, and on the number of sites: the
rank at values of the coefficients in general position, drawn from a prime field (see ``general_position``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from identcheck.basics.once import once
from identcheck.derive.general_position import Sites, Span, sites_in_general_position
from identcheck.derive.jointly.beside import NOTHING, Beside
from identcheck.derive.knowledge import moving
from identcheck.describe.design import Design

__all__ = ["StructuralRank", "independent_columns", "structural_rank"]

Edge = tuple[str, str]
Shape = tuple[Sequence[str], Sequence[str], Sequence[str]]  # regressors, arms, intercepts


@dataclass(frozen=True)
class StructuralRank:
    """What rank a regression's matrix has in general position.

    Attributes:
        columns: the intercepts (by arm) and regressors, in the order of the columns.
        rank: at the design's number of sites.
        limit: the rank with as many sites as one likes.
        identified: columns whose unit vector lies in the row space at the design's number of sites (R_u).
        needed: for each column, the least number of sites at which it is identified; None if no number is.
        cut_short: whether it was not worked out what covariances along the paths may add, since the paths are too
            many; it is then what can be had without them.
    """

    columns: tuple[str, ...]
    rank: int
    limit: int
    identified: frozenset[str]
    needed: tuple[int | None, ...]
    cut_short: bool = False

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


@once
def structural_rank(
    design: Design,
    regressors: tuple[str, ...],
    arms: tuple[str, ...],
    intercepts: tuple[str, ...] = (),
    pooled: bool = False,
    held: tuple[Edge, ...] = (),
    persons: bool = True,
    beside: Beside = NOTHING,
    alone: bool = False,
) -> StructuralRank:
    """The generic rank of the matrix of a regression, in populations that meet what is declared.

    Args:
        design: the design; its ``varies``, declarations and number of sites matter.
        regressors: the mediators W.
        arms: the arms whose rows are used.
        intercepts: the arms that have an intercept of their own.
        pooled: average over sites first: one row for each arm.
        held: edges that some other condition demands to be the same in all sites.
        persons: whether coefficients may covary within sites, as they may where nothing, nor what is declared,
            forbids it.
        beside: conditions that the populations meet as well.
        alone: of one site by itself, whatever the design's number of sites; without covariances within it.
    """
    columns = (*intercepts, *regressors)
    if not pooled and _own_arrows(design, regressors, arms, intercepts, held):
        rows = len(arms)
        enough = -(-len(columns) // rows)
        rank_at = [min(rows * count, len(columns)) for count in range(1, enough + 1)]
        return _result(1 if alone else design.sites, columns, rank_at, dict.fromkeys(columns, enough))
    shape = (regressors, arms, intercepts)
    if alone or not persons or not columns or len(arms) == 1:
        sites = sites_in_general_position(design, frozenset(held), 1)
        return _result(1 if alone else design.sites, columns, *_grow(sites, shape, pooled))
    apart = frozenset(held) - moving(design, "persons", held)
    # As many persons as columns are general enough; a power of two, so that regressions share the draws.
    crowd = 1 << (len(columns) - 1).bit_length()
    most = _result(
        design.sites, columns, *_grow(sites_in_general_position(design, apart, crowd), shape, pooled)
    )
    same = sites_in_general_position(design, frozenset(held), 1)
    plain = _result(
        design.sites, columns, *_grow([same[0]] * (len(columns) + 1) if pooled else same, shape, pooled)
    )
    if plain == most or (pooled and (plain.identified, plain.rank) == (most.identified, most.rank)):
        return most
    return _between(design, shape, pooled, replace(beside, held=tuple(sorted(held))), plain, most)


def _result(
    sites: int | None, columns: tuple[str, ...], rank_at: Sequence[int], known_at: dict[str, int]
) -> StructuralRank:
    count = len(rank_at) if sites is None else min(sites, len(rank_at))
    return StructuralRank(
        columns=columns,
        rank=rank_at[count - 1] if rank_at else 0,
        limit=rank_at[-1] if rank_at else 0,
        identified=frozenset(c for c in columns if c in known_at and known_at[c] <= count),
        needed=tuple(known_at.get(c) for c in columns),
    )


def _between(
    design: Design, shape: Shape, pooled: bool, beside: Beside, plain: StructuralRank, most: StructuralRank
) -> StructuralRank:
    """The rank where it rests on covariances along the paths, which may be tied.

    It is between ``plain``, that without such covariances, which can be had whatever is tied, and ``most``, that with
    covariances that nothing ties.
    """
    levels = {"persons", "sites"} if pooled else {"persons"}
    excepted = design.unobserved or any(d.kind == "correlated" for d in design.declarations)
    if beside.levels >= levels and beside.everywhere(design) and not excepted:
        return plain  # no node is linked to another but by effects of which each is apart from all before it
    from identcheck.derive.jointly.draws import draw_sites
    from identcheck.derive.jointly.reading import tied_sites

    tied = tied_sites(design, shape[0], shape[1], beside, pooled)
    if tied is None:
        return replace(plain, cut_short=True)
    if not tied.demanding:
        return most
    drawn = draw_sites(tied, 1 if pooled else len(plain.columns) + 1)
    if drawn is None:
        return replace(plain, cut_short=True)
    found = _grow(drawn * (len(plain.columns) + 1) if pooled else drawn, shape, pooled)
    return _result(design.sites, plain.columns, *found)


def _own_arrows(
    design: Design,
    regressors: Sequence[str],
    arms: Sequence[str],
    intercepts: Sequence[str],
    held: Sequence[Edge],
) -> bool:
    """Whether every arm moves every regressor by an arrow of its own that may differ between sites.

    Each compliance then has a term that occurs in no other, so the rows are in general position: with n
    columns the rank is the lesser of n and the number of rows, and fewer than n rows determine no column.
    With several arms that is said only where there is no intercept.
    """
    if not arms or (intercepts and len(arms) > 1):
        return False
    edges = design.causal.edges
    return all(
        (arm, u) in edges and design.varies(arm, u) != "none" and (arm, u) not in held
        for arm in arms
        for u in regressors
    )


def _grow(
    sites: Sites | Sequence[dict[str, dict[str, int]]], shape: Shape, pooled: bool
) -> tuple[list[int], dict[str, int]]:
    """The rank with 1, 2, ... sites, and the number at which each column is first identified.

    Sites are drawn alike, so once one more adds nothing to the rows no further one will; the last number
    then stands for all that follow.
    """
    regressors, arms, intercepts = shape
    columns = (*intercepts, *regressors)
    span = Span(len(columns))
    rank_at: list[int] = []
    known_at: dict[str, int] = {}
    sums = [[0] * len(columns) for _ in arms]
    for count in range(1, len(columns) + 2):
        effects = sites[count - 1]
        rows = [
            [int(arm == a) for a in intercepts] + [effects[arm].get(u, 0) for u in regressors] for arm in arms
        ]
        if pooled:
            span = Span(len(columns))
            rows = sums = [
                [x + y for x, y in zip(*pair, strict=True)] for pair in zip(sums, rows, strict=True)
            ]
        for row in rows:
            span.add(row)
        rank_at.append(span.rank)
        for place, column in enumerate(columns):
            if column not in known_at and span.determines(place):  # (R_u): theory, equation (12.1)
                known_at[column] = count
        if not pooled and (span.rank == len(columns) or rank_at[-2:-1] == [span.rank]):
            break
    return rank_at, known_at


def independent_columns(
    design: Design,
    regressors: tuple[str, ...],
    arms: tuple[str, ...],
    intercepts: tuple[str, ...] = (),
    pooled: bool = False,
    held: tuple[Edge, ...] = (),
) -> tuple[str, ...]:
    """A largest set of columns that are independent in general position, the identified ones among them."""
    shape = (pooled, held)
    whole = structural_rank(design, regressors, arms, intercepts, *shape)
    kept: list[str] = []
    for column in sorted(whole.columns, key=lambda c: c not in whole.identified):
        chosen = [c for c in whole.columns if c in kept or c == column]
        some = [tuple(c for c in columns if c in chosen) for columns in (regressors, intercepts)]
        part = structural_rank(design, some[0], arms, some[1], *shape)
        if part.rank == len(chosen):
            kept.append(column)
    return tuple(c for c in whole.columns if c in kept)
