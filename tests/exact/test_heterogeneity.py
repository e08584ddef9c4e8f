"""The graph of heterogeneity against populations that obey it: separated means independent, exactly (theory section 14)."""

from __future__ import annotations

from itertools import chain, combinations, pairwise
from random import Random

import networkx as nx
import pytest

import identcheck as ic
from identcheck.derive.heterogeneity import (
    Demand,
    columns,
    common_causes,
    heterogeneity,
    open_route,
    separated,
    separators,
    terms_for,
)
from identcheck.derive.heterogeneity.separation import in_cells
from identcheck.errors.limits import MODERATORS
from tests.drawn import drawn
from tests.exact.heterogeneous import Drawn, independent_between, independent_within, random_heterogeneous
from tests.tools import often

ASK = {"persons": independent_within, "sites": independent_between}


def subsets(names):
    return map(frozenset, chain.from_iterable(combinations(names, n) for n in range(len(names) + 1)))


def random_question(random):
    """A design and a question about it: level, two bundles without a common arrow, what is given, what else makes cells.

    One bundle may hold modifiers, as the rest of Z; those of persons make cells then.
    """
    design = random_heterogeneous(random)
    edges = list(design.causal.edges)
    random.shuffle(edges)
    cut = random.randint(1, len(edges) - 1)
    level = random.choice(("persons", "sites"))
    names = [m.name for m in design.modifiers if level == "sites" or m.level == "persons"]
    given = random.choice(list(subsets(names)))
    cells, rest = frozenset(), frozenset()
    if level == "sites" and random.random() < 0.3:
        rest = random.choice(list(subsets(set(names) - given)))
        cells = frozenset(m.name for m in design.modifiers if m.level == "persons" and m.name in rest | given)
    return design, level, frozenset(edges[:cut]), frozenset(edges[cut : cut + 2]) | rest, given, cells


@pytest.mark.parametrize("part", range(4))
def test_separated_bundles_are_independent_in_every_population(part):
    """On 1,000 random graphs with something drawn on both sides."""
    random, found = Random(f"separated {part}"), 0
    while found < often(90, 250):
        design, *question = random_question(random)
        level, one, other, *_ = question
        moved = {edge for modifier in design.modifiers for edge in (*modifier.of, modifier.name)}
        if not (one & moved and other & moved) or not separated(design, *question):
            continue
        found += 1

        assert ASK[level](Drawn(design, random), *question[1:]), (design, *question)


def test_bundles_that_are_not_separated_depend_on_each_other_in_some_population():
    random, found = Random("not separated"), 0
    while found < often(25, 80):
        design, *question = random_question(random)
        in_one_site = design.sites == 1 and question[-1]  # with cells of one site no way need be complete
        if in_one_site or any(m.balanced for m in design.modifiers) or separated(design, *question):
            continue
        found += 1

        tries = (ASK[question[0]](Drawn(design, random), *question[1:]) for _ in range(60))
        assert not all(tries), (design, *question)


def test_a_way_is_open_exactly_where_bundles_are_not_separated():
    """Breadth-first search of this package against the d-separation of networkx."""
    random = Random("ways")
    for _ in range(often(1200, 3000)):
        design, *question = random_question(random)
        level, one, other, given, cells = question
        way = open_route(design, *question)

        assert (way is None) == separated(design, *question)
        if way is not None:
            graph = heterogeneity(design, level, in_cells(design, level, given, cells))
            assert way.nodes[0] in one
            assert way.nodes[-1] in other
            assert len(set(way.nodes)) == len(way.nodes)
            for step in pairwise(way.nodes):
                assert graph.has_edge(*step) or graph.has_edge(*step[::-1])
            assert all(name in str(way) for name in way.modifiers)
            if not given and not cells and other <= set(design.causal.edges):
                assert set(way.modifiers) & set(common_causes(design, level, one, other))


def test_the_least_sets_are_all_and_only_those_of_which_no_part_is_enough():
    random, many = Random("least sets"), 0
    for _ in range(often(600, 1500)):
        design, level, one, other, *_ = random_question(random)
        demands = [Demand(level, one, other)]
        if random.random() < 0.5:
            demands.append(Demand("persons", one, other))
        among = random.sample([m.name for m in design.modifiers], random.randint(0, len(design.modifiers)))
        meeting = [z for z in subsets(among) if all(separated(design, *d, z) for d in demands)]
        least = {z for z in meeting if not any(other < z for other in meeting)}

        found = separators(design, demands, among)

        assert found.complete
        assert set(found.sets) == least
        assert [columns(design, z) for z in found.sets] == sorted(columns(design, z) for z in found.sets)
        many += len(least) > 1
    assert many > often(4, 10)


def test_of_one_pair_of_bundles_networkx_finds_one_of_the_least_sets():
    random, tried = Random("networkx"), 0
    while tried < 200:
        design, _, one, other, *_ = random_question(random)
        if not other <= set(design.causal.edges) or any(m.balanced for m in design.modifiers):
            continue  # the graph then depends on the set
        graph = heterogeneity(design, "sites")
        left, right = ({e for e in side if e in graph} for side in (one, other))
        if not left or not right:
            continue
        tried += 1
        names = {m.name for m in design.modifiers if m.name in graph}
        theirs = nx.find_minimal_d_separator(graph, left, right, restricted=names)

        ours = separators(design, [Demand("sites", one, other)], names)
        assert frozenset(theirs) in ours.sets if theirs is not None else not ours.sets


def test_beyond_the_limit_one_least_set_is_found_and_it_is_said():
    arrows = [f"T -> M{k}" for k in range(6)] + [f"M{k} -> Y" for k in range(6)]
    design = drawn(
        "; ".join(arrows),
        modifiers={f"Z{k}": ["T -> M1", f"M{k % 6} -> Y"] for k in range(MODERATORS.most + 1)},
    )
    up, down = (
        {e for e in design.causal.edges if side(e)} for side in (lambda e: e[0] == "T", lambda e: e[1] == "Y")
    )
    demand = Demand("sites", frozenset(up), frozenset(down))

    found = separators(design, [demand])

    assert found.sets == (frozenset(m.name for m in design.modifiers),)
    assert not found.complete
    assert separators(design, [demand], ["Z1", "Z2"]).complete


FIGURE = "T -> {hours income} -> Y"
UP, DOWN = [("T", "hours"), ("T", "income")], [("hours", "Y"), ("income", "Y")]
BOTH = ["T -> hours", "income -> Y"]


def test_the_paper_s_example_names_its_way():
    design = drawn(FIGURE, modifiers={"wages": {"of": BOTH, "causes": "size", "measured": False}, "size": []})

    assert str(open_route(design, "sites", UP, DOWN)) == "wages => T -> hours and wages => income -> Y"
    assert open_route(design, "persons", UP, DOWN) is None  # within a site wages are the same
    assert separated(design, "sites", UP, DOWN, ["wages"])
    assert not separated(design, "sites", UP, DOWN, ["size"])
    assert separators(design, [Demand("sites", frozenset(UP), frozenset(DOWN))]).sets == ()
    assert common_causes(design, "sites", UP, DOWN) == ("size", "wages")


def test_a_longer_way_and_one_that_is_opened_by_what_is_held_fixed():
    design = drawn(
        FIGURE,
        modifiers={
            "rain": "T -> hours",
            "fog": "hours -> Y",
            "K": {"of": "income -> Y", "causes": ["rain", "fog"]},
        },
    )
    assert str(open_route(design, "sites", UP, DOWN)) == "rain => T -> hours and rain -> K => income -> Y"
    assert separated(design, "sites", [("T", "hours")], [("hours", "Y")])
    opened = open_route(design, "sites", [("T", "hours")], [("hours", "Y")], ["K"])
    assert (
        str(opened)
        == "rain => T -> hours and rain -> K and fog -> K and fog => hours -> Y, with K held fixed"
    )
    assert opened.modifiers == ("rain", "K", "fog")


def test_what_does_not_vary_has_no_cause():
    varies = {"T -> hours": "none", "T -> income": "sites"}
    design = drawn(FIGURE, varies, modifiers={"sex": {"of": [*BOTH, "T -> income"], "level": "persons"}})

    assert separated(design, "sites", UP, DOWN)


def test_a_balanced_characteristic_acts_within_sites_only_until_cells_are_made():
    said = {"level": "persons", "balanced": True}
    design = drawn(FIGURE, modifiers={"sex": {"of": BOTH, **said}, "age": {"of": "T -> income", **said}})

    assert separated(design, "sites", UP, DOWN)
    assert not separated(design, "persons", UP, DOWN)
    assert not separated(design, "sites", UP, DOWN, ["age"])
    assert separated(design, "sites", UP, DOWN, ["age", "sex"])


def test_with_one_site_only_persons_and_cells_differ():
    design = drawn(FIGURE, sites=1, modifiers={"wages": BOTH, "sex": {"of": BOTH, "level": "persons"}})

    assert separated(design, "sites", UP, DOWN)
    assert not separated(design, "persons", UP, DOWN)
    assert separated(design, "persons", UP, DOWN, ["sex"])
    assert separated(design, "sites", UP, DOWN, ["sex"])
    cells = drawn(FIGURE, sites=1, modifiers={"sex": {"of": "T -> hours", "level": "persons"}})
    assert separated(
        cells, "sites", DOWN, [*UP, "sex"], (), ["sex"]
    )  # sex may add rank: two rows of one site
    assert terms_for(cells, DOWN, UP, ["sex"]) == set()
    assert terms_for(design, DOWN, UP, ["sex"]) == {"sex"}


def test_columns_of_saturated_terms():
    design = drawn(
        FIGURE,
        modifiers=[
            ic.Modifier("b", BOTH, scale="binary"),
            ic.Modifier("c", BOTH, scale="categorical", levels=3),
            ic.Modifier("x", BOTH),
        ],
    )
    asked = ([], ["b"], ["c"], ["x"], ["b", "c"], ["b", "c", "x"])
    assert [columns(design, names) for names in asked] == [0, 1, 2, 1, 5, 11]


def test_terms_of_an_effect_are_those_that_say_of_it_what_all_say():
    """Z2 moves a compliance only; Z1 causes it, so Z2 has no terms in the effect that Z1 moves, but Z1 has."""
    design = drawn(
        FIGURE,
        modifiers={"Z1": BOTH, "Z2": {"of": "T -> income", "causes": "Z1"}, "Z3": "hours -> Y"},
    )
    assert terms_for(design, [("income", "Y")], UP, ["Z1", "Z2"]) == {"Z1"}
    assert terms_for(design, [("hours", "Y")], UP, ["Z1", "Z2", "Z3"]) == {"Z3"}
    assert terms_for(design, [("hours", "Y")], UP, ["Z1", "Z2"]) == set()


def test_a_shared_arrow_is_no_independence_and_unknown_names_are_told():
    design = drawn(FIGURE, modifiers={"wages": BOTH})

    assert not separated(design, "sites", UP, UP)
    assert str(open_route(design, "sites", UP[:1], UP)) == "T -> hours on both sides"
    with pytest.raises(ic.UnknownVariableError, match="wages"):
        separated(design, "sites", UP, DOWN, ["wage"])
