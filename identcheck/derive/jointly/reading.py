"""From conditions to ties: which means of products are tied to which, path by path."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import product
from math import prod

from identcheck.derive.apart import apart_at
from identcheck.derive.heterogeneity import separated
from identcheck.derive.jointly.beside import Beside, Ends
from identcheck.derive.jointly.ties import Edge, Edges, Monomial, Term, Tie, Tied, by_size, reduced_sum
from identcheck.derive.knowledge import moving, splits
from identcheck.derive.paths import count_paths, edge_set, edges_in, edges_of, numbered, paths, reaches
from identcheck.describe.design import Design
from identcheck.errors.limits import TIED_PRODUCTS

__all__ = ["tied_sites"]


def tied_sites(
    design: Design, regressors: Sequence[str], arms: Sequence[str], beside: Beside, pooled: bool
) -> Tied | None:
    """What ties the products of coefficients that the compliances are made of; None where they are too many."""
    held = frozenset(beside.held)
    reader = Reader(design, held, beside, pooled)
    ends: list[Ends] = [(arm, u, frozenset()) for arm in arms for u in regressors]
    if sum(count_paths(design, *pair) for pair in ends) > TIED_PRODUCTS.most:
        return None
    cells = {(arm, u): [reader.read(p) for p in paths(design, arm, u)] for arm in arms for u in regressors}
    try:
        ties = dict.fromkeys(reader.ties(beside))
    except TooManyError:
        return None
    return Tied(design, cells, tuple(ties), reader.vary, held, pooled)


class TooManyError(Exception):
    """More pairs of paths than are gone through."""


class Reader:
    """Paths as products of constants and of coefficients that vary, cut where these are known or granted to be apart."""

    def __init__(self, design: Design, held: Edges, beside: Beside, pooled: bool) -> None:
        self.design = design
        self.beside = beside
        self.pooled = pooled
        level = "sites" if pooled else "persons"
        self.vary = moving(design, level, design.causal.edges)
        if (
            pooled
        ):  # what is held does not differ between sites, but where it does within them it still varies
            self.vary -= held - moving(design, "persons", held)
        self.levels = ("persons", "sites") if pooled else ("persons",)
        self.known: dict[Edges, Monomial] = {}
        self.count = 0

    def read(self, path: tuple[str, ...]) -> tuple[tuple[Edge, ...], Monomial]:
        """The constant arrows of a path and the rest as a product of means."""
        edges = edges_of(path)
        return tuple(e for e in edges if e not in self.vary), self.cut(frozenset(edges) & self.vary)

    def cut(self, edges: Edges) -> Monomial:
        """The parts of a set of arrows that are known or granted to be apart, none of which can be cut further."""
        if len(edges) < 2:
            return (edges,) if edges else ()
        if edges not in self.known:
            parts = next(splits(self.design, self.levels, edges), None) or self._granted_apart(edges)
            found = (edges,) if parts is None else (*self.cut(parts[0]), *self.cut(parts[1]))
            self.known[edges] = tuple(sorted(found, key=by_size))
        return self.known[edges]

    def _granted_apart(self, edges: Edges) -> tuple[Edges, Edges] | None:
        """The parts above and below a measured node, if what is granted of a later node's equations keeps them apart."""
        design, last = self.design, max((b for _, b in edges), key=self.design.order.__getitem__)
        if not any(v == last or reaches(design, last, v) for v in self.beside.granted):
            return None
        whole = numbered(design, edges)
        for w in design.observed_mediators:
            below = whole & edge_set(design, w, design.outcome)
            above = whole & ~below
            if above and below and apart_at(design, w, above, below, self.levels):
                up, down = (frozenset(edges_in(design, side)) for side in (above, below))
                if self._covered(up, down, self.beside.levels):
                    return up, down
        return None

    def ties(self, beside: Beside) -> Iterator[Tie]:
        """Every sum that must vanish, none twice in a row and none that does by itself."""
        for equation in beside.equations:
            if equation.pooled and not self.pooled:
                continue
            others = frozenset(equation.regressors)
            for u in equation.regressors:
                down = self._paths((u, equation.outcome, others - {u}))
                for arm in equation.arms:
                    yield from self._tie([self._paths((arm, u, frozenset())), down])
        for factors in beside.products:
            yield from self._tie([self._paths(ends) for ends in factors])
        if not any(d.kind == "correlated" for d in self.design.declarations):
            return  # all that is granted is granted path by path
        for node in sorted(beside.granted, key=self.design.order.__getitem__):
            yield from self._granted(node, beside.levels)

    def _granted(self, node: str, levels: frozenset[str]) -> Iterator[Tie]:
        """The conditions of a node's equations on whatever regressors.

        The effects that avoid this set of regressors or that are sums along chains of measured nodes, and since every
        set is meant, the compliance is uncorrelated with the product along each chain.
        """
        design = self.design
        for u in design.observed_mediators:
            if u == node or not reaches(design, u, node):
                continue
            chains: dict[frozenset[str], list[tuple[str, ...]]] = defaultdict(list)
            for path in self._paths((u, node, frozenset())):
                chains[frozenset(path) - design.unobserved].append(path)
            for arm in design.treatments:
                up = self._paths((arm, u, frozenset()))
                for down in chains.values():
                    above, below = (frozenset(e for p in side for e in edges_of(p)) for side in (up, down))
                    apart = not self._declared_correlated(up, down) and not self._drawn_joined(above, below)
                    if apart and self._covered(above, below, levels):
                        yield from self._tie([up, down])

    def _declared_correlated(self, up: list[tuple[str, ...]], down: list[tuple[str, ...]]) -> bool:
        """Whether a declaration says that the covariance is not zero, so that it cannot be granted."""
        if len(up) != 1 or len(down) != 1 or len(up[0]) != 2 or len(down[0]) != 2:
            return False
        pair = frozenset({up[0], down[0]})
        return any(
            d.kind == "correlated" and d.level in self.levels and d.edges == pair
            for d in self.design.declarations
        )

    def _drawn_joined(self, up: Edges, down: Edges) -> bool:
        """Whether a drawn cause moves both sides, so that nothing grants that they are unrelated (theory section 14)."""
        return bool(self.design.modifiers) and not all(
            separated(self.design, level, up, down) for level in self.levels
        )

    def _covered(self, up: Edges, down: Edges, levels: frozenset[str]) -> bool:
        """Whether what is granted keeps two sets of arrows apart over all that the means are over."""
        return all(
            level in levels or not all(moving(self.design, level, side & self.vary) for side in (up, down))
            for level in self.levels
        )

    def _paths(self, ends: Ends) -> list[tuple[str, ...]]:
        if not isinstance(ends[-1], frozenset):
            return [ends]
        start, end, avoiding = ends
        self._counted(count_paths(self.design, start, end, avoiding))
        return list(paths(self.design, start, end, avoiding))

    def _counted(self, more: int) -> None:
        self.count += more
        if self.count > 10 * TIED_PRODUCTS.most:
            raise TooManyError

    def _tie(self, factors: Sequence[list[tuple[str, ...]]]) -> Iterator[Tie]:
        """The mean of a product of sums over paths, less the product of their means: theory, equations (7.4) and (8.2)."""
        number = prod(map(len, factors))
        if number > TIED_PRODUCTS.most:
            raise TooManyError
        self._counted(number)
        terms = []
        for chosen in product(*factors):
            edges = [e for path in chosen for e in edges_of(path)]
            whole = self.cut(frozenset(edges) & self.vary)
            apart = (self.cut(frozenset(edges_of(path)) & self.vary) for path in chosen)
            parts = tuple(sorted((m for cut in apart for m in cut), key=by_size))
            if whole != parts:
                terms.append(Term(tuple(e for e in edges if e not in self.vary), whole, parts))
        if terms:
            yield reduced_sum(terms)
