"""Sites in general position among those that meet what must hold beside a rank (theory section 7, JOINTLY).

Site averages of effects are sums of means of products of coefficients. Where nothing is demanded, the mean of a product
is a number of its own; what is declared, and the conditions of regressions, tie some of them to others, such as
E_s[A B] = E_s[A] E_s[B]. Taken node by node in topological order, what is demanded of the products that end in an
arrow into a node is linear in these, those that end earlier being known. So a solution is drawn from a prime field as
sites in general position are (``general``), and a rank computed with it is exact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, product
from math import prod
from random import Random
from typing import TypeVar

from identcheck.design import Design
from identcheck.general import PRIME
from identcheck.knowledge import moving, splits
from identcheck.limits import TIED_PRODUCTS
from identcheck.paths import count_paths, edges_of, paths, reaches

__all__ = ["NOTHING", "Beside", "Ends", "Equation", "Tied", "draw_sites", "tied_sites"]

Edge = tuple[str, str]
Edges = frozenset[Edge]
Ends = tuple[str, str, frozenset[str]] | tuple[str, ...]
Monomial = tuple[Edges, ...]  # sets of arrows, the mean of the product of each; several are multiplied
Row = dict[Edges, int]
Key = TypeVar("Key", Edge, Edges)
Item = TypeVar("Item")


@dataclass(frozen=True)
class Equation:
    """The equation of a node: compliance with each regressor is uncorrelated with the regressor's effect.

    Where it is pooled, only over all persons of all sites, not in each site.
    """

    outcome: str
    regressors: tuple[str, ...]
    arms: tuple[str, ...]
    pooled: bool = False


@dataclass(frozen=True)
class Beside:
    """What a rank is to hold beside.

    Attributes:
        equations: those whose conditions on compliances and effects are needed anyway.
        products: products of effects, the mean of each of which is the product of the means.
        held: arrows that are to have the same mean in all sites.
        granted: nodes for whose equations, on whatever regressors, these conditions are granted.
        levels: at which levels they are: "persons" (vi), "sites" (vii).
    """

    equations: tuple[Equation, ...] = ()
    products: tuple[tuple[Ends, ...], ...] = ()
    held: tuple[Edge, ...] = ()
    granted: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()

    def granting(self, design: Design, levels: frozenset[str]) -> Beside:
        """The same and what is granted of every regression at some levels."""
        return replace(self, granted=_measured(design) if levels else frozenset(), levels=levels)

    def reduced(self) -> list[Callable[[Beside], Beside]]:
        """Ways to ask for less: everything of a kind at first, then one thing at a time."""
        return [
            lambda b: replace(b, products=()),
            lambda b: replace(b, held=()),
            lambda b: replace(b, equations=()),
            *(lambda b, x=x: replace(b, products=_without(b.products, x)) for x in self.products),
            *(lambda b, x=x: replace(b, held=_without(b.held, x)) for x in self.held),
            *(lambda b, x=x: replace(b, equations=_without(b.equations, x)) for x in self.equations),
        ]

    def everywhere(self, design: Design) -> bool:
        """Whether what is granted is granted for the equations of every node."""
        return self.granted >= _measured(design)


NOTHING = Beside()


def _without(items: tuple[Item, ...], one: Item) -> tuple[Item, ...]:
    return tuple(item for item in items if item != one)


def _measured(design: Design) -> frozenset[str]:
    """The nodes that may have an equation."""
    return frozenset({*design.observed_mediators, design.outcome})


@dataclass(frozen=True)
class _Term:
    """The mean of a product of coefficients, less the product of means that it is to equal."""

    constants: tuple[Edge, ...]
    whole: Monomial
    parts: Monomial


_Tie = tuple[_Term, ...]


@dataclass(frozen=True)
class Tied:
    """The products of coefficients that a matrix is made of, and what ties them.

    Attributes:
        design: the design.
        cells: for each arm and regressor the paths: constant arrows, and the product of those that vary.
        ties: sums that must vanish.
        vary: arrows that vary among the persons that the means are over.
        held: arrows whose mean is the same in all sites.
        pooled: whether means are over all persons of all sites, not over those of a site.
    """

    design: Design
    cells: dict[tuple[str, str], list[tuple[tuple[Edge, ...], Monomial]]]
    ties: tuple[_Tie, ...]
    vary: Edges
    held: Edges
    pooled: bool

    @cached_property
    def steps(self) -> list[tuple[int, list[Edges], list[_Tie]]]:
        """Node by node its place, the products that end there and the ties that ask something of these."""
        found: dict[int, tuple[set[Edges], list[_Tie]]] = defaultdict(lambda: (set(), []))
        used = {m for paths in self.cells.values() for _, whole in paths for m in whole}
        for tie in self.ties:
            members = {m for term in tie for m in (*term.whole, *term.parts)}
            found[max(map(self._end, members))][1].append(tie)
            used |= members
        if _normal(self.design, self.pooled):
            used |= {frozenset(some) for m in used for n in range(1, len(m)) for some in combinations(m, n)}
        for member in used:
            found[self._end(member)][0].add(member)
        return [(n, sorted(found[n][0], key=_size), found[n][1]) for n in sorted(found)]

    def _end(self, member: Edges) -> int:
        return max(self.design.order[b] for _, b in member)

    @property
    def demanding(self) -> bool:
        """Whether anything ties the means of products along the paths."""
        cut = any(len(whole) > 1 for routes in self.cells.values() for _, whole in routes)
        return bool(cut or self.ties or self.held or _normal(self.design, self.pooled))

    def stricter(self, node: int) -> Tied | None:
        """Where what ends at a node has no solution: what ends earlier is zero by itself; None if that is so already.

        Each sum is then cut in two. With many sums this may ask for a little more than is necessary.
        """
        ties: dict[_Tie, None] = {}
        for tie in self.ties:
            last = [term for term in tie if max(map(self._end, (*term.whole, *term.parts))) >= node]
            rest = [term for term in tie if term not in last]
            ties.update((_reduced(some), None) for some in (last, rest) if some)
        return replace(self, ties=tuple(ties)) if ties.keys() != set(self.ties) else None


def tied_sites(
    design: Design, regressors: Sequence[str], arms: Sequence[str], beside: Beside, pooled: bool
) -> Tied | None:
    """What ties the products of coefficients that the compliances are made of; None where they are too many."""
    held = frozenset(beside.held)
    reader = _Reader(design, held, pooled)
    ends: list[Ends] = [(arm, u, frozenset()) for arm in arms for u in regressors]
    if sum(count_paths(design, *pair) for pair in ends) > TIED_PRODUCTS.most:
        return None
    cells = {(arm, u): [reader.read(p) for p in paths(design, arm, u)] for arm in arms for u in regressors}
    try:
        ties = dict.fromkeys(reader.ties(beside))
    except _TooManyError:
        return None
    return Tied(design, cells, tuple(ties), reader.vary, held, pooled)


class _TooManyError(Exception):
    """More pairs of paths than are gone through."""


class _Reader:
    """Paths as products of constants and of coefficients that vary, cut where these are known to be apart."""

    def __init__(self, design: Design, held: Edges, pooled: bool) -> None:
        self.design = design
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
        """The parts of a set of arrows that are known to be apart, none of which can be cut further."""
        if len(edges) < 2:
            return (edges,) if edges else ()
        if edges not in self.known:
            parts = next(splits(self.design, self.levels, edges), None)
            found = (edges,) if parts is None else (*self.cut(parts[0]), *self.cut(parts[1]))
            self.known[edges] = tuple(sorted(found, key=_size))
        return self.known[edges]

    def ties(self, beside: Beside) -> Iterator[_Tie]:
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
        for node in sorted(beside.granted, key=self.design.order.__getitem__):
            yield from self._granted(node, beside.levels)

    def _granted(self, node: str, levels: frozenset[str]) -> Iterator[_Tie]:
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
                    if not self._declared_correlated(up, down) and self._covered(up, down, levels):
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

    def _covered(
        self, up: Iterable[tuple[str, ...]], down: Iterable[tuple[str, ...]], levels: frozenset[str]
    ) -> bool:
        """Whether the covariance over all that the means are over is zero by what is granted."""
        sides = [frozenset(e for path in side for e in edges_of(path)) & self.vary for side in (up, down)]
        return all(
            level in levels or not all(moving(self.design, level, side) for side in sides)
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
            raise _TooManyError

    def _tie(self, factors: Sequence[list[tuple[str, ...]]]) -> Iterator[_Tie]:
        """The mean of a product of sums over paths, less the product of their means."""
        number = prod(map(len, factors))
        if number > TIED_PRODUCTS.most:
            raise _TooManyError
        self._counted(number)
        terms = []
        for chosen in product(*factors):
            edges = [e for path in chosen for e in edges_of(path)]
            whole = self.cut(frozenset(edges) & self.vary)
            apart = (self.cut(frozenset(edges_of(path)) & self.vary) for path in chosen)
            parts = tuple(sorted((m for cut in apart for m in cut), key=_size))
            if whole != parts:
                terms.append(_Term(tuple(e for e in edges if e not in self.vary), whole, parts))
        if terms:
            yield _reduced(terms)


def _reduced(terms: Sequence[_Term]) -> _Tie:
    """The sum without what is a factor of all of it: none of it is zero."""
    sides = [side for term in terms for side in (term.whole, term.parts)]
    common = set(sides[0]).intersection(*sides[1:])
    steady = set(terms[0].constants).intersection(*(term.constants for term in terms))

    def rest(side: Monomial) -> Monomial:
        return tuple(member for member in side if member not in common)

    return tuple(
        _Term(tuple(e for e in term.constants if e not in steady), rest(term.whole), rest(term.parts))
        for term in terms
    )


def _size(edges: Edges) -> tuple[int, list[Edge]]:
    return len(edges), sorted(edges)


def _normal(design: Design, pooled: bool) -> bool:
    """Whether the coefficients of the persons of a site are declared jointly normal."""
    return not pooled and any(d.kind == "normal" and d.level == "persons" for d in design.declarations)


def draw_sites(tied: Tied, count: int) -> list[dict[str, dict[str, int]]] | None:
    """So many sites in which no effect of an arrow is zero on average; None where none were found."""
    left: Tied | None = tied
    while left is not None:
        try:
            sites = _Sites(left)
            return [sites.draw() for _ in range(count)]
        except _NoSolutionError as problem:
            left = left.stricter(problem.node)
    return None


class _NoSolutionError(Exception):
    """What ends at a node has no solution in which no mean of a single coefficient is zero."""

    def __init__(self, node: int) -> None:
        self.node = node
        super().__init__(node)


class _Sites:
    """Sites drawn one after another."""

    def __init__(self, tied: Tied) -> None:
        self.tied = tied
        self.random = Random("identcheck")
        design = tied.design
        shared = {e for e in design.causal.edges if design.varies(*e) == "none" or e in tied.held}
        self.shared = {e: self._value() for e in sorted(shared)}
        self.by_site = [e for e in design.causal.edges if e not in shared and e not in tied.vary]

    def draw(self) -> dict[str, dict[str, int]]:
        """The effect of each arm on each regressor in one more site."""
        constants = {e: self._value() for e in self.by_site} | self.shared
        means: dict[Edges, int] = {}
        for node, members, ties in self.tied.steps:
            solved = self._solve(members, self._rows(members, ties, constants, means))
            if solved is None or any(len(m) == 1 and not x for m, x in solved.items()):
                raise _NoSolutionError(node)
            means |= solved
        found: dict[str, dict[str, int]] = {arm: {} for arm in self.tied.design.treatments}
        for (arm, u), routes in self.tied.cells.items():
            total = sum(_product(constants, steady) * _product(means, whole) for steady, whole in routes)
            if total % PRIME:
                found[arm][u] = total % PRIME
        return found

    def _rows(
        self,
        members: Sequence[Edges],
        ties: Iterable[_Tie],
        constants: dict[Edge, int],
        means: dict[Edges, int],
    ) -> Iterator[tuple[Row, int]]:
        """Linear equations in the members, each with its right side."""
        new = frozenset(members)
        for tie in ties:
            row: Row = defaultdict(int)
            right = 0
            for term in tie:
                factor = _product(constants, term.constants)
                for sign, monomial in ((1, term.whole), (-1, term.parts)):
                    known = sign * factor * _product(means, (m for m in monomial if m not in new))
                    unknown = [m for m in monomial if m in new]
                    if unknown:
                        row[unknown[0]] += known
                    else:
                        right -= known
            yield row, right
        for member in members:
            if len(member) == 1 and member & self.tied.held and not self.tied.pooled:
                yield {member: 1}, constants[next(iter(member))]
            elif _normal(self.tied.design, self.tied.pooled):
                if len(member) > 2:
                    yield self._isserlis(member, means), 0
                elif next(splits(self.tied.design, ("persons",), member), None) is not None:
                    one, last = sorted(member, key=lambda edge: self.tied.design.order[edge[1]])
                    yield {member: 1, frozenset({last}): -means[frozenset({one})]}, 0

    def _isserlis(self, member: Edges, means: dict[Edges, int]) -> Row:
        """E[x R] = E[x] E[R] + sum of Cov(x, y) E[R less y] over y in R, for jointly normal x and R."""
        order = self.tied.design.order
        last = max(member, key=lambda edge: order[edge[1]])
        rest = member - {last}
        row: Row = defaultdict(int)
        row[member] = 1
        row[frozenset({last})] -= means[rest]
        for other in rest:
            left = means[rest - {other}]
            row[frozenset({last, other})] -= left
            row[frozenset({last})] += left * means[frozenset({other})]
        return row

    def _solve(self, members: Sequence[Edges], rows: Iterable[tuple[Row, int]]) -> dict[Edges, int] | None:
        """A solution at random; None where there is none."""
        done: dict[Edges, tuple[Row, int]] = {}
        for raw, right in rows:
            row = {m: x % PRIME for m, x in raw.items() if x % PRIME}
            for pivot in [m for m in row if m in done]:
                right = _less(row, right, row[pivot], *done[pivot])
            if not row:
                if right % PRIME:
                    return None
                continue
            lead = max(row, key=_size)
            scale = pow(row[lead], -1, PRIME)
            fresh, value = {m: x * scale % PRIME for m, x in row.items()}, right * scale % PRIME
            for pivot, (other, was) in done.items():
                if lead in other:
                    done[pivot] = other, _less(other, was, other[lead], fresh, value)
            done[lead] = fresh, value
        found = {m: self._value() for m in members if m not in done}
        for pivot, (row, right) in done.items():
            found[pivot] = (right - sum(x * found[m] for m, x in row.items() if m != pivot)) % PRIME
        return found

    def _value(self) -> int:
        return self.random.randrange(1, PRIME)


def _less(row: Row, right: int, factor: int, other: Row, value: int) -> int:
    """Take a multiple of one equation from another, in place; the new right side."""
    for m, x in other.items():
        left = (row.get(m, 0) - factor * x) % PRIME
        if left:
            row[m] = left
        else:
            row.pop(m, None)
    return (right - factor * value) % PRIME


def _product(values: Mapping[Key, int], keys: Iterable[Key]) -> int:
    found = 1
    for key in keys:
        found = found * values[key] % PRIME
    return found
