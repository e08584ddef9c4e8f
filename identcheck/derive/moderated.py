"""The structural rank of a regression with moderators: compliances and their products with the terms h(Z) (theory section 14).

Rows are sites, or cells where a moderator is a characteristic of persons. Sites are spread over the categories of what is
measured of them as evenly as can be: in turn, and such that each adds what it can to the rank where all columns can be had so
with fewer sites. All else is in general position (see ``general_position``).
The populations are those in which everybody in a row is alike, so that the rank can be had beside whatever is asked of
covariances within rows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise, product
from math import prod
from random import Random

from identcheck.basics.once import once
from identcheck.derive.general_position import BITS, PRIME, Span
from identcheck.derive.heterogeneity import Term, separated
from identcheck.derive.rank import StructuralRank
from identcheck.describe.design import Design
from identcheck.describe.modifiers import Modifier

__all__ = ["moderated_rank"]

Edge = tuple[str, str]
Values = Mapping[str, int]


@once
def moderated_rank(
    design: Design,
    regressors: tuple[str, ...],
    arms: tuple[str, ...],
    intercepts: tuple[str, ...],
    moderators: tuple[str, ...],
    terms: tuple[tuple[Term, ...], ...],
    held: tuple[Edge, ...] = (),
) -> StructuralRank:
    """The generic rank of the matrix of a regression with moderators.

    A column of the result stands for a compliance and all its products: it is identified where every one of these is.

    Args:
        design: the design.
        regressors: the mediators W.
        arms: the arms whose rows are used.
        intercepts: the arms that have an intercept of their own.
        moderators: Z.
        terms: for every intercept, then every regressor, the terms of h that stand beside it.
        held: edges that some other condition demands to be the same in all sites.
    """
    columns = (*intercepts, *regressors)
    rows = _rows(design, arms, moderators, held)
    ends = list(accumulate((1 + len(each) for each in terms), initial=0))
    distinct: dict[Term, int] = {}
    entries = [
        (place, distinct.setdefault(term, len(distinct)))
        for place, each in enumerate(terms)
        for term in ((), *each)
    ]
    unknown = {column: range(*span) for column, span in zip(columns, pairwise(ends), strict=True)}
    span, rank_at, known_at = Span(ends[-1]), [0], dict[str, int]()

    def add(span: Span, number: int) -> Span:
        for values, effects in rows.of_site(number):
            level = [_level(term, values) for term in distinct]
            for arm in arms:
                heads = [int(arm == a) for a in intercepts] + [effects[arm].get(u, 0) for u in regressors]
                span.add([heads[place] * level[term] % PRIME for place, term in entries])
        return span

    while span.rank < ends[-1] and not rows.exhausted(rank_at):
        add(span, len(rank_at) - 1)
        new = span.rank > rank_at[-1]
        rank_at.append(span.rank)
        for column in (
            [c for c, places in unknown.items() if all(map(span.determines, places))] if new else []
        ):
            known_at[column] = len(rank_at) - 1
            del unknown[column]
    if span.rank == ends[-1]:
        fewer = _fewest(Span(ends[-1]), add, rows.strata, len(rank_at) - 1)
        rank_at[fewer:] = [span.rank]
        known_at = {column: min(number, fewer) for column, number in known_at.items()}
    count = len(rank_at) - 1 if design.sites is None else min(design.sites, len(rank_at) - 1)
    lost = ends[-1] - len(columns)
    return StructuralRank(
        columns=columns,
        rank=max(0, rank_at[count] - lost),
        limit=max(0, rank_at[-1] - lost),
        identified=frozenset(c for c, number in known_at.items() if number <= count),
        needed=tuple(known_at.get(c) for c in columns),
    )


def _fewest(span: Span, add: Callable[[Span, int], Span], strata: int, enough: int) -> int:
    """How many sites it takes until all columns are determined, if of each round of categories the one is next that adds most.

    Args:
        span: of no rows.
        add: adds the rows of a site, by number; in turn, one of each combination of categories.
        strata: how many combinations there are.
        enough: how many sites it takes in turn.
    """
    left: list[int] = []
    for count in range(enough):
        if span.rank == span.width:
            return count
        left = left or list(range(count, count + strata))
        tried = {number: add(span.copy(), number) for number in left}
        chosen = max(left, key=lambda number: tried[number].rank)
        span = tried[chosen]
        left.remove(chosen)
    return enough


def _level(term: Term, values: Values) -> int:
    """The value of a term of h, by which a compliance is multiplied; 1 for that of the compliance itself."""
    return prod(int(values[name] == category) if category else values[name] for name, category in term)


@once
def _rows(
    design: Design, arms: tuple[str, ...], moderators: tuple[str, ...], held: tuple[Edge, ...]
) -> _Rows:
    """The rows, the same for every regression with these moderators."""
    return _Rows(design, arms, moderators, frozenset(held))


class _Rows:
    """Rows in general position, site by site.

    Where each row is a site, a compliance that every arm's own arrow makes differ may take any value, whatever the others are.
    """

    def __init__(
        self, design: Design, arms: Sequence[str], moderators: Collection[str], held: frozenset[Edge]
    ) -> None:
        self.design, self.arms, self.random = design, arms, Random("identcheck")
        chosen = [m for m in design.modifiers if m.name in moderators]
        self.of_sites = [m for m in chosen if m.level == "sites"]
        self.of_persons = [m for m in chosen if m.level == "persons"]
        self.combined = list(product(*(_categories(m) for m in self.of_sites)))
        edges = [edge for edge in design.causal.edges if edge[1] != design.outcome]
        rules = {e: "none" if e in held else design.varies(*e) for e in edges}
        by_site = {e: None for e in edges if rules[e] != "none" and design.sites != 1}
        own = {} if self.of_persons else by_site
        self.free = frozenset(m for m in design.mediators if all((arm, m) in own for arm in arms))
        self.alike = {edge: self._value() for edge in edges if edge[1] not in self.free}
        self.by_site = [edge for edge in by_site if edge in self.alike]
        self.by_cell: dict[tuple[Edge, tuple[int, ...]], int] = {}
        given = {m.name for m in self.of_persons}
        drawn = dict.fromkeys(
            e for m in design.modifiers for e in m.of if given and rules.get(e) == "persons"
        )
        self.moved = [e for e in drawn if not separated(design, "persons", {e}, given)]
        self.parents = [(m, [(p, (p, m)) for p in design.causal.predecessors(m)]) for m in design.mediators]
        self.drawn: list[list[tuple[Values, dict[str, dict[str, int]]]]] = []

    @property
    def strata(self) -> int:
        """How many combinations of categories sites have."""
        return len(self.combined)

    def exhausted(self, rank_at: Sequence[int]) -> bool:
        """Whether further sites add nothing: one more of every combination of categories has not."""
        if self.design.sites == 1:
            return len(rank_at) > 1
        return len(rank_at) > 1 + self.strata and rank_at[-1] == rank_at[-2 - self.strata]

    def of_site(self, number: int) -> Sequence[tuple[Values, dict[str, dict[str, int]]]]:
        """For each cell of a site the moderators' values, and the effects of each arm on each mediator."""
        while len(self.drawn) <= number:
            self.drawn.append(list(self._draw(len(self.drawn))))
        return self.drawn[number]

    def _draw(self, number: int) -> Iterator[tuple[Values, dict[str, dict[str, int]]]]:
        stratum = self.combined[number % self.strata]
        fixed = dict(zip((m.name for m in self.of_sites), stratum, strict=True))
        fixed |= {m.name: self._value() for m in self.of_sites if m.scale == "continuous"}
        draw = self.random.getrandbits
        site = {edge: 1 + draw(BITS) for edge in self.by_site}
        for cell in product(*(_categories(m, SEVERAL) for m in self.of_persons)):
            values = fixed | dict(zip((m.name for m in self.of_persons), cell, strict=True))
            yield values, self._effects(self.alike | site | {e: self._moved(e, cell) for e in self.moved})

    def _moved(self, edge: Edge, cell: tuple[int, ...]) -> int:
        """The mean in a cell of a coefficient that moves with persons' characteristics; of one site by these alone."""
        if self.design.sites != 1:
            return self._value()
        return self.by_cell.setdefault((edge, cell), self._value())

    def _effects(self, values: Mapping[Edge, int]) -> dict[str, dict[str, int]]:
        found, draw, free = {}, self.random.getrandbits, self.free
        for arm in self.arms:
            reach = {arm: 1}
            for node, arrows in self.parents:  # theory, equation (6.1), arrow by arrow
                if node in free:
                    reach[node] = 1 + draw(BITS)
                elif effect := sum(reach[p] * values[e] for p, e in arrows if p in reach) % PRIME:
                    reach[node] = effect
            found[arm] = {node: effect for node, effect in reach.items() if node != arm}
        return found

    def _value(self) -> int:
        return 1 + self.random.getrandbits(BITS)


SEVERAL = 5
"""So many values of a continuous characteristic of persons a site has here."""


def _categories(modifier: Modifier, several: int = 1) -> list[int]:
    """The values that rows have of a modifier; one, of a site's continuous one, that is drawn for each site."""
    if modifier.scale == "continuous":
        return [3 * value + 2 for value in range(several)]
    return list(range(modifier.terms + 1))
