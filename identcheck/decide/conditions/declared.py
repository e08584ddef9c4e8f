"""When declarations meet a condition, or contradict it, and which ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import chain, combinations, islice, product

from identcheck.derive.knowledge import Used, known_independent, known_product, known_zero, moving, together
from identcheck.derive.paths import count_paths, edges_between, edges_of, paths
from identcheck.describe.declarations import Declaration, Edge
from identcheck.describe.design import Design

__all__ = [
    "MOST_ITEMS",
    "Ends",
    "contradicted",
    "mean_independent",
    "site_uncorrelated",
]

MOST_ITEMS = 2_000
"""Moments, or pairs of paths, beyond this number are not gone through: nothing is claimed of them."""

Ends = tuple[str, str, frozenset[str]]
"""An effect: where its paths start and end, and the nodes that they avoid."""

Paths = tuple[frozenset[Edge], ...]


@lru_cache(maxsize=10_000)
def mean_independent(design: Design, effect: Ends, compliances: tuple[Ends, ...]) -> Used:
    """Whether the site average of an effect is mean-independent of some compliances, all together.

    The average is a sum over paths, so it is enough to know it of each path. What a site says of the arrows
    on the path is then to be independent of what it says of all arrows upstream; or, where the average along
    every path is the product of its arrows' site means, the means of the ones of the means of the others.
    """
    below = _paths(design, (effect,))
    above = frozenset(e for ends in compliances for e in edges_between(design, *ends))
    if below is None:
        return known_independent(design, "sites", above, edges_between(design, *effect))
    used = together(known_independent(design, "sites", above, path) for path in below)
    if used is not None:
        return used
    upstream = _paths(design, compliances)
    if upstream is None:
        return None
    means = (known_independent(design, "sites", above, path, means=True) for path in below)
    return together(chain(means, (_only_means(design, path) for path in (*below, *upstream))))


@lru_cache(maxsize=10_000)
def site_uncorrelated(design: Design, compliance: Ends, effect: Ends) -> Used:
    """Whether the covariance over sites of a site-average compliance and a site-average effect is zero.

    It is the sum over pairs of paths (theory, equation (8.2)); each vanishes if the paths are independent between sites, or
    if both averages are products of site means and mu(S + R) = mu(S) mu(R) for the means of arrows S and R on them.
    """
    above, below = _paths(design, (compliance,)), _paths(design, (effect,))
    if above is None or below is None:
        sides = (edges_between(design, *ends) for ends in (compliance, effect))
        return known_independent(design, "sites", *sides)
    return together(_pair_uncorrelated(design, p, q) for p, q in product(above, below))


def _pair_uncorrelated(design: Design, p: frozenset[Edge], q: frozenset[Edge]) -> Used:
    used = known_independent(design, "sites", p, q)
    if used is not None:
        return used
    pairs = product(_subsets(moving(design, "sites", p), 1), _subsets(moving(design, "sites", q), 1))
    products = _limited(pairs, lambda pair: known_product(design, "sites", *pair))
    return together(chain((_only_means(design, path) for path in (p, q)), products))


def _only_means(design: Design, path: frozenset[Edge]) -> Used:
    """Whether the site average along a path is the product of the site means of its arrows."""
    chosen = _subsets(moving(design, "persons", path), 2)
    return together(_limited(chosen, lambda edges: known_zero(design, "persons", edges)))


def _limited(items: Iterable[tuple[object, ...]], known: Callable[..., Used]) -> Iterator[Used]:
    """What is known of each item; None after the most that are gone through."""
    iterator = iter(items)
    for item in islice(iterator, MOST_ITEMS):
        yield known(item)
    if next(iterator, None) is not None:
        yield None


def _subsets(edges: Iterable[Edge], least: int) -> Iterator[tuple[Edge, ...]]:
    ordered = sorted(edges)
    for size in range(least, len(ordered) + 1):
        yield from combinations(ordered, size)


def _paths(design: Design, effects: Iterable[Ends]) -> Paths | None:
    """The paths of some effects, as sets of arrows; None where there are too many to list."""
    effects = tuple(effects)
    if sum(count_paths(design, *ends) for ends in effects) > MOST_ITEMS:
        return None
    return tuple(frozenset(edges_of(path)) for ends in effects for path in paths(design, *ends))


def contradicted(design: Design, level: str, one: Ends, other: Ends) -> Declaration | None:
    """The declaration that two effects of single arrows are correlated at a level; None for other effects."""
    correlated = [d for d in design.declarations if d.kind == "correlated" and d.level == level]
    if not correlated:
        return None
    edges = edges_between(design, *one), edges_between(design, *other)
    single = all(len(found) == 1 for found in edges)
    return next((d for d in correlated if single and d.edges == {*edges[0], *edges[1]}), None)
