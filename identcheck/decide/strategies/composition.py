"""How an effect can be put together from effects that have regressions of their own (theory section 7).

Three ways to sort its paths, each an identity of path products; for the first see theory, equation (7.3):

- by joints: X is a set of nodes on the way; every path is cut at the X-nodes it meets, so the effect is the sum
  over sequences of joints of the products of the effects that avoid X;
- by taking away: the effect that avoids m is the effect that may pass m, less (effect on m) times (effect of m);
- by inclusion and exclusion: the effect along one path u -> a -> b -> v is a signed sum of the effects that avoid
  all but some of a, b.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, pairwise, product
from typing import TYPE_CHECKING

import networkx as nx

from identcheck.decide.estimands import Target
from identcheck.decide.strategies.composed import Composed
from identcheck.decide.strategies.factors import Factor, Term
from identcheck.derive.paths import count_paths, inner_nodes, reaches
from identcheck.derive.routes import routes_of
from identcheck.describe.design import Design
from identcheck.errors.limits import COMPOSED_TERMS, JOINTS

if TYPE_CHECKING:
    from identcheck.decide.strategies.strategy import Strategy

__all__ = ["compositions"]


Sign = int | Fraction
Product = tuple[Sign, tuple[Target, ...]]


def compositions(
    design: Design, target: Target, choices: Sequence[Callable[[Target], Strategy | None]]
) -> tuple[tuple[Composed, ...], str]:
    """Every composed strategy for a target, and what was not tried.

    Args:
        design: the design.
        target: the effect.
        choices: each gives the least demanding regression of one sort for an effect, or None where it has none.
    """
    if target.weighted:
        return tuple(c for choose in choices for c in _at_levels(design, target, choose)), ""
    found: dict[Composed, None] = {}
    sortings = list(_sortings(design, target))
    for choose, products in product(choices, sortings):
        if terms := _terms(products or [], choose):
            found[Composed(target, terms)] = None
    notes = []
    if None in sortings:
        notes.append(
            f"compositions of more than {COMPOSED_TERMS.most} products were not tried for {target.source} and "
            f"{target.target}"
        )
    if len(target.inner) > JOINTS.most:
        notes.append(
            f"of the {2 ** len(target.inner)} ways to cut the paths from {target.source} to {target.target} at nodes on "
            "them, the cuts at one node and at all were tried"
        )
    return tuple(found), "; ".join(notes)


def _terms(products: list[Product], choose: Callable[[Target], Strategy | None]) -> tuple[Term, ...]:
    """The products, each effect with its regression; none where an effect has none.

    The last effect is looked at first: it is the one that most ways to sort the paths have in common.
    """
    factors: dict[Target, Factor] = {}
    for target in reversed([target for _, targets in products for target in targets]):
        strategy = choose(target)
        if strategy is None:
            return ()
        factors[target] = Factor(target, strategy)
    return tuple(Term(sign, tuple(map(factors.__getitem__, targets))) for sign, targets in products)


def _sortings(design: Design, target: Target) -> Iterator[list[Product] | None]:
    """The ways to write the effect; None for one with too many products."""
    for joints in _joint_sets(target):
        yield _by_joints(design, target, joints)
    if target.route is not None:
        yield _by_inclusion(design, target)
    else:
        yield from _by_taking_away(design, target)


def _at_levels(
    design: Design, target: Target, choose: Callable[[Target], Strategy | None]
) -> tuple[Composed, ...]:
    """The coefficient of the arrow, and those of the products with mediators that are held, each with its weight.

    All of the arrow's own regression, as far as it has them.
    """
    own = _between(design, target.source, target.target, target.avoiding)
    first = choose(own)
    terms = [] if first is None else [Term(1, (Factor(own, first),))]
    for weight, q in target.weighted:
        one = _between(design, q, target.target, frozenset(design.mediators) - {q})
        with_it = first is not None and q in first.whole.determined and q in first.regressors
        strategy = replace(first, column=q) if first is not None and with_it else choose(one)
        terms += [] if strategy is None else [Term(weight, (Factor(one, strategy),))]
    return (Composed(target, tuple(terms)),) if len(terms) == 1 + len(target.weighted) else ()


def _joint_sets(target: Target) -> Iterator[frozenset[str]]:
    inner = target.route[1:-1] if target.route is not None else tuple(sorted(target.inner))
    few = len(inner) <= JOINTS.most
    sizes: Iterable[int] = range(1, len(inner) + 1) if few else sorted({1, len(inner)})
    for size in sizes:
        yield from map(frozenset, combinations(inner, size))


def _by_joints(design: Design, target: Target, joints: frozenset[str]) -> list[Product] | None:
    if target.route is not None:
        stops = [n for n in target.route if n in joints or n in (target.source, target.target)]
        places = [target.route.index(n) for n in stops]
        pieces = [target.route[a : b + 1] for a, b in pairwise(places)]
        return [(1, tuple(_along(design, piece) for piece in pieces))]
    steps = _joint_graph(design, target, joints)
    if target.source not in steps or target.target not in steps:
        return []
    if _count(steps, target) > COMPOSED_TERMS.most:
        return None
    routes = map(tuple, nx.all_simple_paths(steps, target.source, target.target))
    return [
        (1, tuple(steps.edges[a, b]["target"] for a, b in pairwise(route)))
        for route in sorted(routes, key=lambda route: (len(route), route))
    ]


def _joint_graph(design: Design, target: Target, joints: frozenset[str]) -> nx.DiGraph[str]:
    """The joints and both ends, an edge where an effect leads on that avoids the joints."""
    stops = sorted({target.source, target.target, *joints}, key=design.order.__getitem__)
    steps: nx.DiGraph[str] = nx.DiGraph()
    for a, b in combinations(stops, 2):
        banned = (target.avoiding | joints) - {a, b}
        if reaches(design, a, b, banned):
            steps.add_edge(a, b, target=_between(design, a, b, banned))
    return steps


def _count(steps: nx.DiGraph[str], target: Target) -> int:
    counts = {target.source: 1}
    for node in nx.topological_sort(steps):
        if node != target.source:
            counts[node] = sum(counts.get(p, 0) for p in steps.predecessors(node))
    return counts.get(target.target, 0)


def _by_inclusion(design: Design, target: Target) -> list[Product] | None:
    assert target.route is not None
    inner = target.route[1:-1]
    if 2 ** len(inner) > COMPOSED_TERMS.most:
        return None
    others = frozenset(design.mediators) - set(target.route)
    products: list[Product] = []
    for size in range(len(inner), -1, -1):
        for kept in combinations(inner, size):
            banned = others | (set(inner) - set(kept))
            if reaches(design, target.source, target.target, banned):
                sign = (-1) ** (len(inner) - size)
                products.append((sign, (_between(design, target.source, target.target, banned),)))
    return products


def _by_taking_away(design: Design, target: Target) -> Iterator[list[Product]]:
    source, end = target.source, target.target
    dropped = inner_nodes(design, source, end) & target.avoiding
    routes = routes_of(design)
    every = routes.mask(target.avoiding)
    for m in sorted(dropped, key=design.order.__getitem__):
        banned, shut = target.avoiding - {m}, every & ~(1 << routes.number[m])
        if reaches(design, source, m, shut) and reaches(design, m, end, shut):
            ends = ((source, end), (source, m), (m, end))
            whole, before, after = (Target(u, v, banned, inner_nodes(design, u, v, shut)) for u, v in ends)
            yield [(1, (whole,)), (-1, (before, after))]


def _between(design: Design, u: str, v: str, banned: frozenset[str]) -> Target:
    return Target(u, v, banned, inner_nodes(design, u, v, banned))


def _along(design: Design, route: tuple[str, ...]) -> Target:
    others = frozenset(design.mediators) - set(route)
    target = Target(route[0], route[-1], others, frozenset(route[1:-1]), route)
    if count_paths(design, route[0], route[-1], others) == 1:  # the only path: no need to name it
        return replace(target, route=None)
    return target
