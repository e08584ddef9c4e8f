"""The rules about what is declared, as they are stated: every declaration, path and moment is gone through.

Written for small designs, to compare with; each answers with the declarations used, the first that do, or None.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import combinations, pairwise, product

import networkx as nx

from identcheck import Design
from identcheck.describe.declarations import Declaration

Edge = tuple[str, str]
Edges = frozenset[Edge]
Used = tuple[Declaration, ...] | None
Ends = tuple[str, str, frozenset[str]]


def joined(parts: Iterable[Used]) -> Used:
    """All that the parts use; None where one is not known."""
    every = list(parts)
    return None if None in every else tuple(dict.fromkeys(d for part in every for d in part))


class Rules:
    """What follows from what one design declares."""

    def __init__(self, design: Design, most: int = 2_000) -> None:
        self.design = design
        self.most = most

    def of(self, kind: str, level: str) -> list[Declaration]:
        return [d for d in self.design.declarations if (d.kind, d.level) == (kind, level)]

    def moving(self, level: str, edges: Iterable[Edge]) -> Edges:
        rules = {"persons": ("persons",), "sites": ("persons", "sites") if self.design.sites != 1 else ()}
        return frozenset(e for e in edges if self.design.varies(*e) in rules[level])

    def covering(self, level: str, edges: Edges) -> list[tuple[Declaration, Edges, Edges]]:
        every = ((d, edges & d.left, edges & d.right) for d in self.of("independent", level))
        return [(d, p, q) for d, p, q in every if p and q and p | q == edges]

    def independent(
        self, level: str, one: Iterable[Edge], other: Iterable[Edge], means: bool = False
    ) -> Used:
        return self.apart(level, self.moving(level, one), self.moving(level, other), means)

    @cache  # noqa: B019  # the rules of a small design
    def apart(self, level: str, a: Edges, b: Edges, means: bool) -> Used:
        whole = level == "sites" and not means
        if not a or not b:
            return ()
        if a & b:
            return None
        for d, p, q in sorted(self.covering(level, a | b), key=lambda way: way[1] not in (a, b)):
            parts = [self.independent(level, a & side, b & side, means) for side in (p, q)]
            if whole:
                parts += [self.independent("persons", side & p, side & q) for side in (a, b)]
            if None not in parts:
                return joined([(d,), *parts])
        normal = self.of("normal", level)[:1]
        if not normal or (whole and self.moving("persons", a | b)):
            return None
        pairs = product(sorted(a), sorted(b))
        return joined([tuple(normal), *(self.pair(level, frozenset(pair)) for pair in pairs)])

    def pair(self, level: str, edges: Edges) -> Used:
        said = [d for d in self.of("uncorrelated", level) if d.edges == edges]
        said += [d for d, _, _ in self.covering(level, edges)]
        return tuple(said[:1]) or None

    def zero(self, level: str, edges: Iterable[Edge]) -> Used:
        return self.vanishing(level, frozenset(edges))

    @cache  # noqa: B019
    def vanishing(self, level: str, chosen: Edges) -> Used:
        if not chosen:
            return None
        if self.moving(level, chosen) != chosen or len(chosen) == 1:
            return ()
        if len(chosen) == 2:
            return self.pair(level, chosen)
        for d, p, q in self.covering(level, chosen):
            for part in (p, q):
                used = self.zero(level, part)
                if used is not None:
                    return joined([(d,), used])
        normal = tuple(self.of("normal", level)[:1])
        return joined([normal, self.unpaired(level, chosen, frozenset())]) if normal else None

    def unpaired(self, level: str, s: Edges, r: Edges) -> Used:
        """Every pairing (one with a pair from S to R, where R has arrows) has a covariance of zero; of at most ten."""
        edges = sorted(s | r)
        if len(edges) % 2:
            return ()
        if len(edges) > 10:
            return None
        zeros: dict[Declaration, None] = {}

        def left(rest: list[Edge], crossed: bool) -> bool:
            if not rest:
                return crossed
            for other in rest[1:]:
                zero = self.pair(level, frozenset({rest[0], other}))
                zeros.update(dict.fromkeys(zero or ()))
                onward = [e for e in rest[1:] if e != other]
                if zero is None and left(onward, crossed or (rest[0] in s) != (other in s)):
                    return True
            return False

        return None if left(edges, not r) else tuple(zeros)

    def product(self, level: str, s: Iterable[Edge], r: Iterable[Edge]) -> Used:
        return self.multiplied(level, frozenset(s), frozenset(r))

    @cache  # noqa: B019
    def multiplied(self, level: str, s: Edges, r: Edges) -> Used:
        if s & r:
            return None
        if not s or not r or self.moving(level, s | r) != s | r:
            return ()
        used = self.independent(level, s, r, True)
        if used is not None:
            return used
        whole = self.zero(level, s | r)
        factor = next((f for f in (self.zero(level, s), self.zero(level, r)) if f is not None), None)
        if whole is not None and factor is not None:
            return joined([whole, factor])
        for d, p, q in self.covering(level, s | r):
            parts = [self.product(level, s & side, r & side) for side in (p, q)]
            if None not in parts:
                return joined([(d,), *parts])
        normal = tuple(self.of("normal", level)[:1])
        return joined([normal, self.unpaired(level, s, r)]) if normal else None

    # -- conditions ----------------------------------------------------------------

    def paths(self, ends: Ends) -> list[Edges]:
        """In topological order, as sets of arrows."""
        start, end, avoiding = ends
        order = self.design.order
        routes = nx.all_simple_paths(self.design.causal, start, end)
        kept = [tuple(route) for route in routes if not set(route[1:-1]) & avoiding]
        return [frozenset(pairwise(route)) for route in sorted(kept, key=lambda r: [order[n] for n in r])]

    def bundle(self, ends: Ends) -> Edges:
        return frozenset().union(*self.paths(ends))

    def limited(self, items: Iterable[Used]) -> Iterator[Used]:
        for count, item in enumerate(items):
            if count == self.most:
                yield None
            yield item

    def within(self, arms: Iterable[str], effect: Ends) -> Used:
        """The bundles of arrows of every arm, or all of the ladder; the order of which may be any."""
        sides = [((arm, effect[0], frozenset()), effect) for arm in arms]
        bundles = joined(self.independent("persons", *map(self.bundle, pair)) for pair in sides)
        if bundles is not None:
            return bundles
        ladder = [pair for ends in sides for pair in product(*map(self.chains, ends))]
        return None if len(ladder) > self.most else joined(self.product("persons", *pair) for pair in ladder)

    def chains(self, ends: Ends) -> set[Edges]:
        return {
            frozenset(some) for path in self.paths(ends) for some in subsets(self.moving("persons", path), 1)
        }

    def means_along(self, path: Edges) -> Used:
        chosen = subsets(self.moving("persons", path), 2)
        return joined(self.limited(self.zero("persons", edges) for edges in chosen))

    def mean_independent(self, effect: Ends, compliances: Iterable[Ends]) -> Used:
        above = frozenset().union(*map(self.bundle, compliances))
        below, upstream = self.paths(effect), [p for ends in compliances for p in self.paths(ends)]
        if len(below) > self.most:
            return self.independent("sites", above, self.bundle(effect))
        used = joined(self.independent("sites", above, path) for path in below)
        if used is not None or len(upstream) > self.most:
            return used
        means = [self.independent("sites", above, path, True) for path in below]
        return joined([*means, *map(self.means_along, (*below, *upstream))])

    def site_uncorrelated(self, compliance: Ends, effect: Ends) -> Used:
        above, below = self.paths(compliance), self.paths(effect)
        if max(len(above), len(below)) > self.most:
            return self.independent("sites", self.bundle(compliance), self.bundle(effect))
        return joined(self.two_paths(p, q) for p, q in product(above, below))

    def two_paths(self, p: Edges, q: Edges) -> Used:
        used = self.independent("sites", p, q)
        if used is not None:
            return used
        pairs = product(*(list(subsets(self.moving("sites", side), 1)) for side in (p, q)))
        products = self.limited(self.product("sites", *pair) for pair in pairs)
        return joined([self.means_along(p), self.means_along(q), *products])


def subsets(edges: Iterable[Edge], least: int) -> Iterator[tuple[Edge, ...]]:
    ordered = sorted(edges)
    for size in range(least, len(ordered) + 1):
        yield from combinations(ordered, size)
