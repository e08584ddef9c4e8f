"""Path products against (I - A)^{-1}, and against paths listed by networkx (theory section 6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import combinations, pairwise, permutations
from random import Random

import networkx as nx
import pytest
import sympy
from hypothesis import given, settings

from identcheck.derive.paths import (
    count_paths,
    edges_between,
    effect,
    effect_symbol,
    inner_nodes,
    paths,
    reaches,
)
from identcheck.describe.design import Design
from identcheck.errors import IdentcheckError, InvalidDesignError, UnknownVariableError
from tests.exact.oracle import ONE, ZERO, Coefficients, effects_on, value_at
from tests.exact.worlds import MANY, cases, designs

FIGURE_1 = nx.DiGraph([("T", "M1"), ("T", "M2"), ("M1", "M2"), ("M1", "Y"), ("M2", "Y")])


def figure_1() -> Design:
    return Design(FIGURE_1, treatment="T", outcome="Y")


def numbers(design: Design, person: Coefficients) -> Callable[[sympy.Symbol], Fraction]:
    """The coefficients of a person under the design's symbols."""
    return {design.notation.edge(u, v): x for (u, v), x in person.items()}.__getitem__


def listed_paths(design: Design, u: str, v: str, avoiding: frozenset[str]) -> set[tuple[str, ...]]:
    """The paths by networkx' enumeration, those with a banned inner node dropped."""
    if u == v:
        return {(u,)}
    found = nx.all_simple_paths(design.graph, u, v)
    return {tuple(path) for path in found if not avoiding & set(path[1:-1])}


def subsets(random: Random, nodes: tuple[str, ...], most: int) -> Iterator[frozenset[str]]:
    """Every subset of the nodes, or so many of them at random."""
    every = [frozenset(c) for size in range(len(nodes) + 1) for c in combinations(nodes, size)]
    yield from every if len(every) <= most else random.sample(every, most)


class TestEffect:
    def test_is_the_inverse_for_every_pair_of_nodes(self):
        """effect(u, v) is the entry (u, v) of (I - A)^{-1}, person by person."""

        for case in cases():
            person = case.random.choice(case.random.choice(case.world.persons))
            values, nodes = numbers(case.design, person), list(case.design.graph)
            for v in nodes:
                for u, expected in effects_on(nodes, person, v).items():
                    assert expected == value_at(effect(case.design, u, v), values), (case, u, v)

    @given(designs())
    @settings(max_examples=MANY)
    def test_is_what_sympy_makes_of_the_sum(self, design):
        """Built in sympy's own order: summing the products anew gives the same terms in the same places."""

        symbol = design.notation.edge
        for u, v in permutations(design.graph, 2):
            found = effect(design, u, v)
            routes = listed_paths(design, u, v, frozenset())
            made = sympy.Add(*(sympy.Mul(*(symbol(*edge) for edge in pairwise(route))) for route in routes))
            assert found == made
            assert [term.args for term in found.args] == [term.args for term in made.args]
            assert found.is_commutative
            assert hash(found) == hash(made)

    def test_avoiding_is_the_inverse_without_those_nodes(self):
        """Dropping paths through Z is deleting the nodes Z, whatever Z."""

        for case in cases():
            random, design = case.random, case.design
            person = random.choice(random.choice(case.world.persons))
            values = numbers(design, person)
            for _ in range(6):
                u, v = random.sample(list(design.graph), 2)
                avoiding = set(random.sample(design.mediators, random.randint(1, len(design.mediators))))
                nodes = [node for node in design.graph if node in {u, v} or node not in avoiding]
                expected = effects_on(nodes, person, v)[u]
                assert expected == value_at(effect(design, u, v, avoiding), values), (case, u, v, avoiding)

    def test_of_a_node_on_itself_is_one(self):
        """The empty path has product 1, and nothing leads upstream."""

        design = figure_1()

        assert [effect(design, "M1", "M1"), effect(design, "Y", "M1")] == [1, 0]

    def test_unknown_name_is_told_with_the_nearest(self):
        """A name that is no node raises, wherever it stands."""

        for u, v, avoiding in (("m2", "Y", ()), ("T", "m2", ()), ("T", "Y", ("m2",))):
            with pytest.raises(UnknownVariableError, match="did you mean 'M2'"):
                effect(figure_1(), u, v, avoiding)

    def test_avoiding_may_be_any_iterable(self):
        """A generator of nodes to avoid counts like a tuple of them."""

        assert effect(figure_1(), "T", "Y", ["M1"]) == effect(figure_1(), "T", "Y", iter(["M1"]))

    def test_of_a_baseline_node_is_no_crash(self):
        """What is fixed before treatment has no effect to ask for; the error is identcheck's own."""

        graph = nx.DiGraph(FIGURE_1)
        graph.add_edge("C", "M1")
        design = Design(graph, treatment="T", outcome="Y")

        with pytest.raises(IdentcheckError, match="C"):
            effect(design, "C", "Y")


class TestPaths:
    @given(designs())
    @settings(max_examples=MANY)
    def test_are_those_of_networkx(self, design):
        """paths, count_paths, reaches, inner_nodes and edges_between agree with plain enumeration."""

        random = Random(len(design.graph.edges))
        for u, v in permutations(design.graph, 2):
            for avoiding in subsets(random, design.mediators, 2):
                expected = listed_paths(design, u, v, avoiding)
                edges = {edge for path in expected for edge in pairwise(path)}
                found = list(paths(design, u, v, avoiding))
                assert len(found) == len(set(found)) == count_paths(design, u, v, avoiding)
                assert expected == set(found)
                assert bool(expected) == reaches(design, u, v, avoiding)
                assert {node for path in expected for node in path[1:-1]} == inner_nodes(
                    design, u, v, avoiding
                )
                assert edges == set(edges_between(design, u, v, avoiding))

    def test_are_counted_without_listing_them(self):
        """A complete graph of 60 mediators has 2^60 paths, counted at once."""

        mediators = [f"M{k}" for k in range(1, 61)]
        ordered = ["T", *mediators, "Y"]
        design = Design(nx.DiGraph(combinations(ordered, 2)), treatment="T", outcome="Y")

        assert count_paths(design, "T", "Y") == 2**60


class TestEffectSymbol:
    @given(designs())
    @settings(max_examples=MANY)
    def test_is_canonical(self, design):
        """Between two nodes, equal sets of paths have equal symbols and different sets different ones."""

        random = Random(len(design.graph.edges))
        for u, v in permutations(design.graph, 2):
            by_paths = defaultdict(set)
            for avoiding in subsets(random, design.mediators, 4):
                surviving = frozenset(listed_paths(design, u, v, avoiding))
                by_paths[surviving].add(effect_symbol(design, u, v, avoiding))
            symbols = [symbol for (symbol,) in by_paths.values()]
            assert len(symbols) == len(set(symbols))

    @given(designs())
    @settings(max_examples=MANY)
    def test_names_are_as_distinct_as_symbols(self, design):
        """No two effects of one design are written alike."""

        written = defaultdict(set)
        for u, v in permutations(design.graph, 2):
            for avoiding in ((), *((m,) for m in design.mediators), design.mediators):
                symbol = effect_symbol(design, u, v, avoiding)
                written[str(symbol)].add(symbol)
        assert all(len(symbols) == 1 for symbols in written.values())

    def test_is_a_number_where_no_symbol_is_needed(self):
        """0 without a path, 1 for a node on itself, the edge's own coefficient where only it is left."""

        design = figure_1()

        assert effect_symbol(design, "Y", "T") == 0
        assert effect_symbol(design, "M1", "M1") == 1
        assert effect_symbol(design, "M1", "Y", ["M2"]) is design.notation.edge("M1", "Y")
        assert effect_symbol(design, "M1", "Y") != design.notation.edge("M1", "Y")

    def test_names_that_collide_are_refused(self):
        """Nodes 'M1' and '1' would both be subscript 1, so that Gamma_1 would mean two effects."""

        with pytest.raises(InvalidDesignError, match="symbol"):
            Design(nx.DiGraph([("T", "M1"), ("M1", "1"), ("1", "Y")]), treatment="T", outcome="Y")


class TestDecomposition:
    """(10'): split every path from an arm at the last W-node on it."""

    def test_holds_for_every_person_node_and_set(self):
        """effect(T, v) = Theta_W + sum over W of Gamma_u D_u."""

        checked = 0
        for case in cases():
            random, design = case.random, case.design
            person = random.choice(random.choice(case.world.persons))
            values = numbers(design, person)
            known = {}

            def at(u, v, avoiding=(), design=design, values=values, known=known):
                key = u, v, frozenset(avoiding)
                if key not in known:
                    known[key] = value_at(effect(design, *key), values)
                return known[key]

            for v in (*design.mediators, design.outcome):
                others = tuple(m for m in design.mediators if m != v)
                for chosen in subsets(random, others, 8):
                    for arm in design.treatments:
                        products = [at(arm, u) * at(u, v, chosen - {u}) for u in chosen]
                        left = at(arm, v)
                        assert left == at(arm, v, chosen) + sum(products, ZERO), (case, arm, v, chosen)
                        checked += bool(products)
        assert checked > 10 * MANY

    def test_bypass_vanishes_only_where_the_set_cuts(self):
        """Theta_W is the number 0 iff W cuts every path; with all coefficients 1 it is a count."""

        for case in cases():
            design = case.design
            ones = dict.fromkeys(design.graph.edges, ONE)
            for arm in design.treatments:
                for chosen in subsets(case.random, design.mediators, 8):
                    nodes = [node for node in design.graph if node not in chosen]
                    count = effects_on(nodes, ones, design.outcome)[arm]
                    theta = effect_symbol(design, arm, design.outcome, chosen)
                    assert (theta == 0) == (count == 0), (case, arm, chosen)
                    assert count == count_paths(design, arm, design.outcome, chosen)
