"""Worlds share what is worked out: nothing that is taken over from another may differ from what is worked out anew."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from math import prod
from random import Random

import networkx as nx
import pytest
import sympy

from identcheck import Design, Population, Site, check, direct
from identcheck.decide.estimands import resolve
from identcheck.decide.obstacles import obstacle
from identcheck.decide.population.linear import Echelon, covariance, uncorrelated
from identcheck.decide.population.meeting import arrows_read, exempt, meets
from identcheck.decide.primary import default_estimands
from identcheck.decide.witness import firsts
from identcheck.decide.witness.drawing import _chosen, _settled, _Ways
from identcheck.decide.witness.drawn import NormalSites, covariance_of, varying
from identcheck.decide.witness.firsts import _may_keep_rank, _moving, ended_after, keeps_rank, within_limits
from identcheck.decide.witness.world import World
from identcheck.derive.paths import numbered
from identcheck.errors.limits import FIRST_WORLDS, WORLD_COEFFICIENTS
from tests.exact.worlds import random_design


def draw(random: Random) -> Fraction | int:
    return random.choice([random.randint(-3, 3), Fraction(random.randint(-5, 5), random.randint(1, 3))])


def world(design: Design, random: Random) -> World:
    """Two persons in each of one or several sites, who differ wherever arrows may."""
    sites: list[list[dict[tuple[str, str], Fraction | int]]] = []
    count = 1 if design.sites == 1 else random.randint(2, 3)
    alike = {e: draw(random) for e in design.causal.edges}
    for _ in range(count):
        here = alike | {e: draw(random) for e in alike if design.varies(*e) != "none"}
        own = [e for e in alike if design.varies(*e) == "persons"]
        sites.append([here | {e: draw(random) for e in own} for _ in range(2)])
    return World(design, sites)


def moved(first: World, random: Random) -> World:
    """The same with a few arrows changed, for everyone in a site alike."""
    edges = random.sample(sorted(first.design.causal.edges), random.randint(1, 2))
    by = {e: draw(random) for e in edges}
    return first.moved(
        {(s, i, e): by[e] for s, site in enumerate(first.sites) for i in range(len(site)) for e in edges}
    )


def anew(one: World) -> Population:
    return Population(one.design, [Site(site) for site in one.sites])


def designs(count: int) -> list[tuple[Random, Design]]:
    randoms = (Random(f"worlds {n}") for n in itertools.count())
    found = ((random, random_design(random, sites=random.choice([None, 1, 2, 4, 5]))) for random in randoms)
    return list(itertools.islice((x for x in found if len(x[1].mediators) <= 4), count))


class TestTakenOver:
    @pytest.mark.parametrize(("random", "design"), designs(30))
    def test_path_sums_are_those_of_the_enumerated_paths(self, random, design):
        first = world(design, random)
        nodes = [*design.treatments, *design.mediators, design.outcome]
        for one in (first, moved(first, random), moved(moved(first, random), random)):
            for u, v in itertools.combinations(nodes, 2):
                avoiding = frozenset(random.sample(nodes, random.randint(0, len(nodes)))) - {u, v}
                graph = design.causal.subgraph(set(nodes) - avoiding)
                paths = [list(itertools.pairwise(p)) for p in nx.all_simple_paths(graph, u, v)]
                for s, site in enumerate(one.sites):
                    for i, person in enumerate(site):
                        expected = sum(prod(person[e] for e in path) for path in paths)
                        assert one.effect(s, i, u, v, avoiding) == expected

    def test_conditions_hold_where_they_do_in_a_population_made_anew(self):
        told = taken = 0
        for random, design in designs(60):
            first = world(design, random)
            conditions = {c for f in check(design).findings for s in f.strategies for c in s.conditions}
            for c in sorted(conditions, key=str):
                meets(first.kinds, c)
                second = moved(first, random)
                expected = meets(anew(second), c), exempt(anew(second), c)
                assert (meets(second.kinds, c), exempt(second.kinds, c)) == expected
                told += not expected[0]
                taken += not arrows_read(c) & numbered(design, second.flows.differing)
        assert told > 50
        assert taken > 50

    def test_what_a_condition_does_not_read_never_matters(self):
        """Where the arrows that it reads stay as they are, it holds in both worlds or in neither."""
        for random, design in designs(60):
            first = world(design, random)
            for c in {c for f in check(design).findings for s in f.strategies for c in s.conditions}:
                others = [e for e in design.causal.edges if not arrows_read(c) & numbered(design, [e])]
                by = {e: draw(random) for e in others}
                sites = [[person | by for person in site] for site in first.sites]
                assert meets(anew(World(design, sites)), c) == meets(anew(first), c)

    @pytest.mark.parametrize("each_once", [False, True])
    def test_repeated_sites_count_as_if_each_were_written_out(self, each_once):
        for random, design in designs(40):
            if design.sites in (None, 1):
                continue
            one = world(design, random)
            if len(one.sites) > (design.sites or 0):
                continue
            short = one.population(each_once)
            whole = Population(design, [Site(list(s.persons), s.weight) for s in short.sites])
            assert short.observed() == whole.observed()
            ends = design.treatments[0], design.outcome
            assert short.effect(*ends) == whole.effect(*ends)
            for c in {c for f in check(design).findings for s in f.strategies for c in s.conditions}:
                assert meets(short, c) == meets(whole, c)


class TestRank:
    def test_no_world_that_keeps_a_rank_is_passed_over(self):
        """Worlds are seen to lack a rank by which arrows differ and how many sites there are; never one that has it."""
        seen = Counter()
        for number in range(400):
            random = Random(f"rank of worlds {number}")
            design = random_design(random, sites=random.choice([None, 1, 2, 4, 6]))
            edges = sorted(design.causal.edges)
            still = {e: draw(random) for e in random.sample(edges, random.randint(0, len(edges)))}
            first = world(design, random)
            for sites in (first.sites, [[site[0]] for site in first.sites] * 2):
                one = World(design, [[person | still for person in site] for site in sites])
                for asked in default_estimands(design):
                    target = resolve(design, asked)
                    kept = keeps_rank(one, target)
                    possible = _may_keep_rank(design, target, _moving(one), len(one.sites))
                    assert possible or not kept, (design, asked)
                    assert _may_keep_rank(design, target, _moving(one)) or not kept
                    seen["kept" if kept else "possible" if possible else "passed over"] += 1
        assert min(seen.values()) > 200, seen


class TestLinear:
    @pytest.mark.parametrize("seed", range(40))
    def test_the_form_is_that_of_the_space_in_whatever_order_rows_come(self, seed):
        random = Random(seed)
        height, width = random.randint(1, 6), random.randint(1, 6)
        rows = [[draw(random) * random.randint(0, 1) for _ in range(width)] for _ in range(height)]
        form, other = Echelon(width, rows), Echelon(width, random.sample(rows, height))
        ones = [
            {p: {k: Fraction(x, r[p]) for k, x in r.items()} for p, r in f.rows.items()}
            for f in (form, other)
        ]
        assert ones[0] == ones[1]
        reduced, pivots = sympy.Matrix(height, width, [sympy.Rational(x) for row in rows for x in row]).rref()
        assert sorted(form.rows) == list(pivots)
        for place, pivot in enumerate(pivots):
            assert {k: x for k, x in enumerate(reduced.row(place)) if x} == ones[0][pivot]
        row = [draw(random) for _ in range(width)]
        longer = form.copy()
        longer.add(row)
        assert form.spans(row) == (len(longer.rows) == len(form.rows))

    @pytest.mark.parametrize("seed", range(40))
    def test_uncorrelated_is_a_covariance_of_zero(self, seed):
        random = Random(seed)
        x, y = ([random.randint(0, 1) for _ in range(4)] for _ in range(2))
        for weights in (None, [Fraction(random.randint(1, 3), 2) for _ in x]):
            assert uncorrelated(x, y, weights) == (covariance(x, y, weights) == 0)


class TestNormal:
    @pytest.mark.parametrize("seed", range(40))
    def test_functions_are_chosen_as_from_all_combinations(self, seed):
        random = Random(seed)
        arrows = [("T", m) for m in "ABC"]
        ways = [
            (e, [tuple(Fraction(random.randint(-1, 1)) for _ in range(4)) for _ in range(3)]) for e in arrows
        ]
        unit = tuple(tuple(Fraction(i == j) for j in range(3)) for i in range(3))
        rules = {
            frozenset(p): random.random() < 0.5
            for p in random.sample([*itertools.combinations(arrows, 2)], 2)
        }
        expected = [
            tuple(zip(arrows, rows, strict=True))
            for rows in itertools.product(*(rows for _, rows in ways))
            if all(
                bool(covariance_of(unit, rows[arrows.index(a)], rows[arrows.index(b)])) == rule
                for (a, b), rule in ((tuple(pair), rule) for pair, rule in rules.items())
            )
        ]
        chosen = _chosen(arrows, _Given(dict(ways)), rules, unit)
        assert [found for found in chosen if found is not None] == expected

    @pytest.mark.parametrize("seed", range(40))
    def test_functions_that_others_settle_give_the_same_data_and_no_others_do(self, seed):
        """Against the definition, ``NormalSites.same_data``, for any functions of the arrows that are free."""
        random = Random(f"settled {seed}")
        arms, nodes = ["T1", "T2"][: random.randint(1, 2)], ["A", "B", "C", "Y"]
        graph = nx.DiGraph([(a, m) for a in arms for m in "ABC"] + [*itertools.combinations(nodes, 2)])
        hidden, pair = random.choice(["A", "B", "C"]), random.choice([(), [("T1", "C")]])
        design = Design(graph, treatment=arms, outcome="Y", unobserved=[hidden], confounded=pair)
        own = [e for e in design.causal.edges if e[0] in arms]
        plain = {e: random.randint(1, 4) for e in design.causal.edges}
        shown = [plain | {e: random.randint(1, 9) for e in own} for _ in range(3)]
        scaled = [
            {e: x * 2 if e[1] == hidden else Fraction(x, 2) if e[0] == hidden else x for e, x in p.items()}
            for p in shown
        ]
        first, second = (World.of_means(design, sites).kinds for sites in (shown, scaled))
        arrows, after = varying(first), varying(second)
        unit = tuple(tuple(Fraction(i == j) for j in arrows) for i in arrows)

        def drawn():
            return tuple(Fraction(random.randint(-3, 3)) for _ in (0, *arrows))

        def same(functions):
            return NormalSites(arrows, unit, tuple(functions.items())).same_data(first, second)

        settled = _settled(first, second, arrows, after)
        if settled is None:  # there are none
            as_scaled = {
                e: tuple(Fraction(a == e) * (1 + (e[1] == hidden)) for a in (0, *arrows)) for e in after
            }
            assert not any(map(same, [as_scaled, *({e: drawn() for e in after} for _ in range(5))]))
            return
        ways, known = _Ways(first, second, arrows, settled), {}
        for edge in sorted(after, key=lambda e: e in settled):
            known[edge] = ways._sum(edge, known) if edge in settled else drawn()
        assert settled
        assert same(known)
        for edge in settled:
            assert not same(known | {edge: (*known[edge][:-1], known[edge][-1] + 1)})


class _Given:
    def __init__(self, ways):
        self.ways = ways

    def of(self, edge, _before):
        return self.ways[edge]


class TestEnded:
    def test_that_a_search_was_ended_early_is_said(self, monkeypatch):
        graph = nx.DiGraph([("T", "A"), ("T", "B"), ("A", "B"), ("A", "Y"), ("B", "Y")])
        design = Design(graph, treatment="T", outcome="Y", sites=4, unobserved=["A"])
        world = World.of_means(design, [dict.fromkeys(design.causal.edges, 1)])
        target = resolve(design, direct("B", "Y"))
        assert len([*within_limits([world] * 100, design, target, (), True)]) == FIRST_WORLDS.most
        assert ended_after(design, target, (), True) == 0
        monkeypatch.setattr(firsts, "WORLD_COEFFICIENTS", replace(WORLD_COEFFICIENTS, most=5 * 6 * 2))
        assert len([*within_limits([world] * 100, design, target, (), True)]) == 3
        assert ended_after(design, target, (), True) == 3
        assert obstacle(design, target, (), settled=False, pending=False, ended=3).endswith(
            "the search was ended after 3 first worlds, which are large"
        )
