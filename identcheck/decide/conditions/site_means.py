"""When the site average along paths is the product of the site means of their arrows, and by which declarations."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations

from identcheck.basics.once import once
from identcheck.derive.declared import Said, said_of
from identcheck.derive.knowledge import Used, known_independent, known_zero, together
from identcheck.derive.paths import Edge, edge_set, edges_in
from identcheck.derive.routes import bits
from identcheck.describe.design import Design

__all__ = ["MOST_ITEMS", "Ends", "as_means", "may_be_means", "only_means", "placed", "subsets"]

MOST_ITEMS = 2_000
"""Moments, or paths, beyond this number are not gone through: only whole bundles of arrows are looked at."""

Ends = tuple[str, str, frozenset[str]]
"""An effect: where its paths start and end, and the nodes that they avoid."""


def placed(design: Design, ends: Ends) -> list[tuple[int, Edge]]:
    """The arrows of an effect in topological order, each with its number."""
    numbers = edge_set(design, *ends)
    return list(zip(bits(numbers), edges_in(design, numbers), strict=True))


def _joint(design: Design, ends: Ends) -> tuple[dict[int, int], int]:
    """Of each arrow that varies within sites those that follow it on some path, and the most that are on one path."""
    moving = said_of(design, "persons").moving
    after: dict[str, tuple[int, int]] = {}
    joint: dict[int, int] = {}
    for place, (a, b) in reversed(placed(design, ends)):
        following, length = after.get(b, (0, 0))
        if moving >> place & 1:
            joint[place] = following
            following, length = following | 1 << place, length + 1
        before = after.get(a, (0, 0))
        after[a] = before[0] | following, max(before[1], length)
    return joint, after.get(ends[0], (0, 0))[1]


def may_be_means(design: Design, ends: Ends) -> bool:
    """Whether no path is too long for :func:`only_means`, or has two arrows whose covariance within sites may not be zero."""
    said = said_of(design, "persons")
    joint, longest = _joint(design, ends)
    if any(following & ~said.zero[place] for place, following in joint.items()):
        return False
    return said.normal is not None or _count_joint(longest) <= MOST_ITEMS


def as_means(design: Design, above: int, below: int, every: tuple[Ends, ...]) -> Used:
    """Whether two bundles of arrows have independent site means, and no path of the effects says more than these.

    The latter is known of normal coefficients that are uncorrelated within sites where they are on one path: no list of
    paths is needed.
    """
    said = said_of(design, "persons")
    if said.normal is None:
        return None
    joint = [
        (1 << i | 1 << j)
        for ends in every
        for i, after in _joint(design, ends)[0].items()
        for j in bits(after)
    ]
    normal = [(said.normal,)] if joint else []
    means = known_independent(design, "sites", above, below, means=True)
    return together(chain([means], map(said.zero_covariance, joint), normal))


@once
def only_means(design: Design, path: int) -> Used:
    """Whether the site average along a path is the product of the site means of its arrows.

    Of normal coefficients, none of which an independence separates from another, all moments vanish if the covariances do.
    """
    said = said_of(design, "persons")
    path &= said.moving
    if said.normal is not None and not said.any_apart(path, path):
        pairs = (said.zero_covariance(pair) for pair in map(sum, combinations(said.in_order(path), 2)))
        return together(chain(pairs, [(said.normal,)] if path.bit_count() > 2 else ()))
    if _count_joint(path.bit_count()) > MOST_ITEMS:
        return None
    return together(known_zero(design, "persons", edges) for edges in subsets(said, path, 2))


def _count_joint(arrows: int) -> int:
    """How many sets of at least two arrows there are of so many."""
    return (1 << arrows) - arrows - 1


def subsets(said: Said, edges: int, least: int) -> Iterator[int]:
    """The sets of at least so many arrows among some, the smallest first."""
    ordered = said.in_order(edges)
    for size in range(least, len(ordered) + 1):
        yield from map(sum, combinations(ordered, size))
