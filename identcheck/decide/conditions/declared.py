"""When declarations meet a condition, or contradict it, and which ones.

Most conditions are not met, so each question first asks what is necessary and cheap: a set of arrows on one side that is
unrelated to one on the other has every arrow of the one unrelated to every arrow of the other. Only where all pairs of
arrows pass are paths and moments gone through one by one, as many as ``MOST_ITEMS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial, reduce
from itertools import chain, product
from operator import or_

from identcheck.basics.once import once
from identcheck.decide.conditions.site_means import (
    MOST_ITEMS,
    Ends,
    as_means,
    may_be_means,
    only_means,
    placed,
    subsets,
)
from identcheck.derive.counting import count_chains
from identcheck.derive.declared import Said, said_of
from identcheck.derive.knowledge import Used, known_independent, known_product, together
from identcheck.derive.paths import Edge, count_paths, edge_set, numbered, path_sets
from identcheck.describe.declarations import Declaration
from identcheck.describe.design import Design

__all__ = ["Ends", "contradicted", "mean_independent", "site_uncorrelated", "within_uncorrelated"]

Chain = tuple[Edge, ...]


def within_uncorrelated(
    design: Design, arms: Iterable[str], effect: Ends, ladder: Iterable[tuple[Chain, Chain]]
) -> Used:
    """Whether some arms' compliances with a node are uncorrelated, within every site, with an effect of that node.

    So they are where each arm's upstream arrows are independent of the downstream ones, or mu(S + R) = mu(S) mu(R) for
    all of the ladder (theory, equation (8.4)).

    Args:
        design: the design and what it declares.
        arms: the arms.
        effect: the effect of the node.
        ladder: the arrows S and R of each moment, arm by arm.
    """
    said = said_of(design, "persons")
    above = [edge_set(design, arm, effect[0]) & said.moving for arm in arms]
    below = edge_set(design, *effect) & said.moving
    if not said.all_zero(reduce(or_, above), below):
        return None
    bundles = together(known_independent(design, "persons", some, below) for some in above)
    if bundles is not None:
        return bundles
    tops = sum(sum(count_chains(design, arm, effect[0]).values()) for arm in arms)
    if tops * sum(count_chains(design, *effect).values()) > MOST_ITEMS:
        return None
    numbers = ((numbered(design, s), numbered(design, r)) for s, r in ladder)
    return together(known_product(design, "persons", s, r) for s, r in numbers)


@once
def mean_independent(design: Design, effect: Ends, compliances: tuple[Ends, ...]) -> Used:
    """Whether the site average of an effect is mean-independent of some compliances, all together.

    The average is a sum over paths, so it is enough to know it of each path. What a site says of the arrows
    on the path is then to be independent of what it says of all arrows upstream; or, where the average along
    every path is the product of its arrows' site means, the means of the ones of the means of the others.
    """
    said = said_of(design, "sites")
    above = reduce(or_, (edge_set(design, *ends) for ends in compliances), 0) & said.moving
    below = edge_set(design, *effect) & said.moving
    if count_paths(design, *effect) > MOST_ITEMS:
        used = known_independent(design, "sites", above, below)
        return as_means(design, above, below, (effect, *compliances)) if used is None else used
    if not said.all_apart(above, below, True):
        return None
    used = _of_each_path(design, said, above, effect)
    if used is not None:
        return used
    every = (effect, *compliances)
    if sum(count_paths(design, *ends) for ends in compliances) > MOST_ITEMS:
        return as_means(design, above, below, every)
    if not all(may_be_means(design, ends) for ends in every):
        return None
    means = (
        known_independent(design, "sites", above, path, means=True) for path in path_sets(design, *effect)
    )
    paths = (path for ends in every for path in path_sets(design, *ends))
    return together(chain(means, (only_means(design, path) for path in paths)))


def _of_each_path(design: Design, said: Said, above: int, effect: Ends) -> Used:
    """Whether all arrows upstream are independent between sites of those on each path, one by one."""
    below = edge_set(design, *effect) & said.moving
    if not said.all_apart(above, below, False):
        return None
    alone = _by_one(said, above, below, lambda side: not above & ~side, partial(_has_path, design, effect))
    if alone is not None:
        return alone
    return together(known_independent(design, "sites", above, path) for path in path_sets(design, *effect))


@once
def site_uncorrelated(design: Design, compliance: Ends, effect: Ends) -> Used:
    """Whether the covariance over sites of a site-average compliance and a site-average effect is zero.

    It is the sum over pairs of paths (theory, equation (8.2)); each vanishes if the paths are independent between sites, or
    if both averages are products of site means and mu(S + R) = mu(S) mu(R) for the means of arrows S and R on them.
    Of more than ``MOST_ITEMS`` pairs it is enough to know the bundles to be independent, or their site means if they are all.
    """
    said = said_of(design, "sites")
    above, below = (edge_set(design, *ends) & said.moving for ends in (compliance, effect))
    if not above or not below:
        return ()
    if not said.all_zero(above, below):
        return None
    counts = [count_paths(design, *ends) for ends in (compliance, effect)]
    bundles = known_independent(design, "sites", above, below)
    if bundles is None and counts[0] * counts[1] > MOST_ITEMS:
        bundles = as_means(design, above, below, (compliance, effect))
        if bundles is not None:
            return bundles
    if max(counts) > MOST_ITEMS:
        return bundles
    if bundles is not None:
        some = (partial(_has_path, design, ends) for ends in (compliance, effect))
        alone = _by_one(said, above, below, *some)
        if alone is not None or counts[0] * counts[1] > MOST_ITEMS:
            return bundles if alone is None else alone
    upper, lower = ([p & said.moving for p in path_sets(design, *ends)] for ends in (compliance, effect))
    if _pair_uncorrelated(design, *(max(some, key=int.bit_count) for some in (upper, lower))) is None:
        return None  # the longest paths ask for most
    return together(_pair_uncorrelated(design, p, q) for p, q in product(upper, lower))


def _by_one(
    said: Said, above: int, below: int, some_above: Callable[[int], bool], some_below: Callable[[int], bool]
) -> Used:
    """The one declaration by which all pairs of sets of arrows are independent; None where it takes several.

    An independence that has the one set on one side and the other on the other is used before all others. So where the
    first one that does that for some pair does it for all, it alone is used.

    Args:
        said: what is declared between sites.
        above: all arrows of the sets above, none of which is constant.
        below: those of the sets below.
        some_above: whether one of the sets above is inside some arrows, and not empty.
        some_below: the same of those below.
    """
    for declaration, left, right in said.independent:
        for p, q in ((left, right), (right, left)):
            if above & p and below & q and some_above(p) and some_below(q):
                return None if above & ~p or below & ~q else (declaration,)
    return None


def _has_path(design: Design, ends: Ends, inside: int) -> bool:
    """Whether a path has all its arrows that differ between sites inside some, and has one of these."""
    moving = said_of(design, "sites").moving
    still, moved = {ends[0]}, set()
    for place, (a, b) in placed(design, ends):
        own = moving >> place & 1
        if not own or inside >> place & 1:
            if a in moved or (own and a in still):
                moved.add(b)
            if not own and a in still:
                still.add(b)
    return ends[1] in moved


def _pair_uncorrelated(design: Design, p: int, q: int) -> Used:
    """Whether it is of one path and another, by the arrows on them.

    Of normal means it is enough to ask of the paths as they are, where no independence separates arrows of the two: what
    is known of two such sets is what is known of all their pairs, and by the same declarations.
    """
    used = known_independent(design, "sites", p, q)
    if used is not None:
        return used
    said = said_of(design, "sites")
    products: Iterable[Used]
    if said.normal is not None and not said.any_apart(p, q):
        products = (known_independent(design, "sites", p, q, means=True),)
    elif ((1 << p.bit_count()) - 1) * ((1 << q.bit_count()) - 1) > MOST_ITEMS:
        return None
    else:
        pairs = product(subsets(said, p, 1), subsets(said, q, 1))
        products = (known_product(design, "sites", *pair) for pair in pairs)
    return together(chain((only_means(design, path) for path in (p, q)), products))


def contradicted(design: Design, level: str, one: Ends, other: Ends) -> Declaration | None:
    """The declaration that two effects of single arrows are correlated at a level; None for other effects."""
    correlated = said_of(design, level).correlated
    if not correlated:
        return None
    edges = edge_set(design, *one), edge_set(design, *other)
    if any(found.bit_count() != 1 for found in edges):
        return None
    return next((d for pair, d in correlated if pair == edges[0] | edges[1]), None)
