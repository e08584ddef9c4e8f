"""Sites drawn from a prime field that meet the ties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import TypeVar

from identcheck.derive.general_position import BITS, PRIME
from identcheck.derive.jointly.ties import Edge, Edges, Tie, Tied, by_size, is_normal
from identcheck.derive.knowledge import splits

__all__ = ["draw_sites"]

Row = dict[Edges, int]
Key = TypeVar("Key", Edge, Edges)


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
        ties: Iterable[Tie],
        constants: dict[Edge, int],
        means: dict[Edges, int],
    ) -> Iterator[tuple[Row, int]]:
        """Linear equations in the members, each with its right side: the ties, and what holds of normal coefficients."""
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
            elif is_normal(self.tied.design, self.tied.pooled):
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
            lead = max(row, key=by_size)
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
        return 1 + self.random.getrandbits(BITS)


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
