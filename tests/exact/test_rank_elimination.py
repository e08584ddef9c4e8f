"""The quick ways of structural rank against plain elimination: one regression, one draw at a time."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from random import Random

import networkx as nx

from identcheck.derive.rank import structural_rank
from identcheck.describe.design import Design
from tests.exact.worlds import case, random_design

FIELD = (1 << 89) - 1  # another prime field than the engine's
Edge = tuple[str, str]


def rank(rows: list[list[int]]) -> int:
    """The rank over the prime field, column by column."""
    rows, found = [list(row) for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        at = next((i for i in range(found, len(rows)) if rows[i][column]), None)
        if at is None:
            continue
        rows[found], rows[at] = rows[at], rows[found]
        for i in range(found + 1, len(rows)):
            factor = rows[i][column] * pow(rows[found][column], -1, FIELD)
            rows[i] = [(x - factor * y) % FIELD for x, y in zip(rows[i], rows[found], strict=True)]
        found += 1
    return found


class Shape:
    """A regression drawn at random, and its matrix in populations in general position."""

    def __init__(self, random: Random, design: Design, own: bool = False) -> None:
        self.random, self.design = random, design
        self.arms = tuple(random.sample(design.treatments, random.randint(1, len(design.treatments))))
        self.regressors = tuple(random.sample(design.mediators, random.randint(1, len(design.mediators))))
        self.intercepts = tuple(random.sample(self.arms, random.choice([0, 0, 1, len(self.arms)])))
        self.pooled = not own and not self.intercepts and random.random() < 0.3
        self.held = tuple(random.sample(sorted(design.causal.edges), random.choice([0, 0, 1, 2])))
        self.persons = random.random() < 0.8
        self.columns = (*self.intercepts, *self.regressors)

    def structural(self):
        return structural_rank(
            self.design, self.regressors, self.arms, self.intercepts, self.pooled, self.held, self.persons
        )

    def varies(self, edge: Edge) -> str:
        return "none" if edge in self.held else self.design.varies(*edge)

    def sites(self, count: int) -> list[list[list[int]]]:
        """For each site, the row of each arm."""
        graph = self.design.causal
        crowd = len(self.columns) if self.persons and len(self.arms) > 1 else 1
        everywhere = {e: self.random.randrange(FIELD) for e in graph.edges}
        found = []
        for _ in range(count):
            here = {
                e: x if self.varies(e) == "none" else self.random.randrange(FIELD)
                for e, x in everywhere.items()
            }
            sums = [[0] * len(self.columns) for _ in self.arms]
            for _ in range(crowd):
                own = {
                    e: self.random.randrange(FIELD) if self.varies(e) == "persons" else x
                    for e, x in here.items()
                }
                for place, arm in enumerate(self.arms):
                    reach = dict.fromkeys(graph, 0) | {arm: 1}
                    for node in self.design.mediators:
                        reach[node] = sum(reach[p] * own[p, node] for p in graph.predecessors(node)) % FIELD
                    row = [int(arm == c) if c in self.intercepts else reach[c] for c in self.columns]
                    sums[place] = [x + y for x, y in zip(sums[place], row, strict=True)]
            found.append(sums)  # sums, not means: the scale of a row does not matter
        return found

    def rows(self, sites: list[list[list[int]]]) -> list[list[int]]:
        if self.pooled:
            return [[sum(column) for column in zip(*same, strict=True)] for same in zip(*sites, strict=True)]
        return [row for site in sites for row in site]

    def check(self) -> tuple[int, list[int | None]]:
        """Rank and needed sites by trying every number of sites up to one more than there are columns."""
        width, found, needed = len(self.columns), self.structural(), {}
        most, ranks = width + 1, []
        everything = self.sites(most)
        for count in range(1, most + 1):
            rows = self.rows(everything[:count])
            ranks.append(rank(rows))
            for j, column in enumerate(self.columns):
                unit = [int(i == j) for i in range(width)]
                if rank([*rows, unit]) == ranks[-1]:
                    needed.setdefault(column, count)
        count = min(self.design.sites or most, most)
        assert found.columns == self.columns
        assert (found.rank, found.limit) == (ranks[count - 1], ranks[-1])
        assert found.needed == tuple(needed.get(c) for c in self.columns)
        assert found.identified == {c for c, least in needed.items() if least <= count}
        return found.rank, list(found.needed)


def test_any_regression():
    """Random designs, arms, intercepts, pooled or not, edges held, with persons or without."""
    seen = Counter()
    for number in range(150):
        random = Random(f"rank {number}")
        design = case(number).design
        if len(design.causal.edges) < 2:
            continue
        shape = Shape(random, design)
        known, needed = shape.check()
        seen[known == len(shape.columns), len(shape.arms) > 1] += 1
        seen["never"] += None in needed
    assert min(seen.values()) > 5, seen


def test_arrows_of_their_own_put_rows_in_general_position():
    """Every arm -> mediator there and varying: n columns take n rows, an intercept being a column."""
    for number in range(100):
        random = Random(f"own arrows {number}")
        base = random_design(random, sites=random.choice([None, 1, 2, 3]))
        graph = nx.DiGraph(base.graph)
        for arm in base.treatments:
            for m in base.mediators:
                graph.add_edge(arm, m, varies=random.choice(["persons", "sites"]))
        design = Design(graph, treatment=list(base.treatments), outcome="Y", sites=base.sites)
        shape = Shape(random, design, own=True)
        _, needed = shape.check()
        moved = [edge for edge in shape.held if edge[0] in shape.arms and edge[1] in shape.regressors]
        if not moved and (len(shape.arms) == 1 or not shape.intercepts):
            assert needed == [-(-len(shape.columns) // len(shape.arms))] * len(shape.columns)


def test_a_complete_graph_of_fifty():
    """Fifty mediators with an intercept take 51 sites, and their draws are not needed to see it."""
    mediators = [f"M{k}" for k in range(1, 51)]
    graph = nx.DiGraph(combinations(["T", *mediators], 2))
    graph.add_edges_from((m, "Y") for m in mediators)
    design = Design(graph, treatment="T", outcome="Y", sites=50)

    assert structural_rank(design, tuple(mediators), ("T",)).full
    assert structural_rank(design, tuple(mediators), ("T",), ("T",)).sites_for_all == 51
