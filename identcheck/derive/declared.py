"""What is declared of the coefficients at one level, arrow by arrow, for quick answers about sets of arrows.

A set of arrows is one number, as in ``paths.edge_set``. A set of declared independences is one number too: the
independences are numbered in the order in which they are declared.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import and_

from identcheck.basics.once import once
from identcheck.derive.paths import numbered
from identcheck.derive.routes import bits, routes_of
from identcheck.describe.declarations import Declaration
from identcheck.describe.design import Design

__all__ = ["Said", "said_of"]

Sides = tuple[int, int, int]
"""The independences that have every arrow of a set on the left, on the right, and on one side or the other."""


class Said:
    """What is declared at one level.

    Attributes:
        level: "persons" or "sites".
        moving: the arrows that may vary at the level.
        within: those of them that may vary from person to person within a site.
        normal: the declaration that the coefficients are jointly normal, or None.
        apart: for each arrow, those that an independence has on the other side.
        zero: for each arrow, those with which it has a covariance that is declared zero, or is by an independence.
        correlated: the pairs of arrows that are declared correlated.
        vanishing: for sets of arrows whether their moment is known to be zero, as far as that was asked.
        independences: the same of two sets of arrows and whether they are known to be independent; the last asked.
    """

    def __init__(self, design: Design, level: str) -> None:
        routes = routes_of(design)
        self.level = level
        self.edges = routes.edges
        self.within = routes.varying["persons"]
        self.moving = routes.varying[level] if level == "persons" or design.sites != 1 else 0
        self.normal: Declaration | None = None
        self.independent: list[tuple[Declaration, int, int]] = []
        self.uncorrelated: dict[int, Declaration] = {}
        self.correlated: list[tuple[int, Declaration]] = []
        self.left, self.right, self.apart = ([0] * len(self.edges) for _ in range(3))
        self.vanishing: dict[int, tuple[Declaration, ...] | None] = {}
        self.independences: dict[tuple[int, int, bool], tuple[Declaration, ...] | None] = {}
        for declaration in design.declarations:
            if declaration.level == level:
                self._add(design, declaration)
        self.zero = list(self.apart)
        for pair in self.uncorrelated:
            for i in bits(pair):
                self.zero[i] |= pair & ~(1 << i)
        self.apart_means = self.zero if self.normal else self.apart
        self.apart_whole = self._apart_whole() if self.normal and level == "sites" else self.apart_means

    def _add(self, design: Design, declaration: Declaration) -> None:
        left, right = (numbered(design, side) for side in (declaration.left, declaration.right))
        if declaration.kind == "normal":
            self.normal = self.normal or declaration
        elif declaration.kind == "independent":
            own = 1 << len(self.independent)
            self.independent.append((declaration, left, right))
            for here, there, side in ((left, right, self.left), (right, left, self.right)):
                for i in bits(here):
                    side[i] |= own
                    self.apart[i] |= there
        elif declaration.kind == "correlated":
            self.correlated.append((left | right, declaration))
        elif left and right:
            self.uncorrelated.setdefault(left | right, declaration)

    def _apart_whole(self) -> list[int]:
        """With site means that are normal: two arrows that do not vary within sites say no more than their means."""
        still = ~self.within
        return [
            apart | (zero & still if still >> i & 1 else 0)
            for i, (apart, zero) in enumerate(zip(self.apart, self.zero, strict=True))
        ]

    def all_apart(self, a: int, b: int, means: bool) -> bool:
        """Whether every arrow of one set is known to be independent of every arrow of the other.

        Args:
            a: one set.
            b: the other.
            means: whether of site means alone is asked, or at the level of persons.
        """
        relation = self.apart_means if means else self.apart_whole
        return all(not b & ~relation[i] for i in bits(a))

    def any_apart(self, a: int, b: int) -> bool:
        """Whether a declared independence has an arrow of one set on one side and one of the other on the other."""
        return any(b & self.apart[i] for i in bits(a))

    def all_zero(self, a: int, b: int) -> bool:
        """Whether every arrow of one set is known to have covariance zero with every arrow of the other."""
        return all(not b & ~self.zero[i] for i in bits(a))

    def splitting(self, a: int, b: int = 0) -> Iterator[tuple[Declaration, int, int]]:
        """The independences that split two sets of arrows together into two parts, neither empty, and their sides.

        Those whose parts are the two sets come first, the rest as they are declared.
        """
        left, right, named = _sides(self, a)
        other_left, other_right, other_named = _sides(self, b)
        ways = named & other_named & ~(left & other_left) & ~(right & other_right)
        exactly = ways & (left & other_right | right & other_left)
        for some in (exactly, ways & ~exactly):
            for i in bits(some):
                yield self.independent[i]

    def zero_covariance(self, pair: int) -> tuple[Declaration, ...] | None:
        """A declared covariance of zero, or an independence that says so of the pair."""
        found = self.uncorrelated.get(pair)
        if found is None:
            found = next((declaration for declaration, _, _ in self.splitting(pair)), None)
        return None if found is None else (found,)

    def in_order(self, edges: int) -> list[int]:
        """The arrows of a set, each as a set of its own, by name."""
        return [1 << i for i in sorted(bits(edges), key=self.edges.__getitem__)]


@once
def _sides(said: Said, edges: int) -> Sides:
    sides = [(said.left[i], said.right[i]) for i in bits(edges)]
    whole = (1 << len(said.independent)) - 1
    left = reduce(and_, (x for x, _ in sides), whole)
    right = reduce(and_, (y for _, y in sides), whole)
    return left, right, reduce(and_, (x | y for x, y in sides), whole)


@once
def said_of(design: Design, level: str) -> Said:
    """What is declared of a design at one level, put in order when first asked for."""
    return Said(design, level)
