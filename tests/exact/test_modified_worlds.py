"""Two worlds for a design with modifiers, verified from their persons by code that shares nothing with the engine.

Each world is a population with a column for every modifier: that of the drawn cause as the witness says it, every other one
beside it in all combinations. In both the contrasts, and their joint distribution with what is measured of modifiers, are the
same; the effect is not; and of every node's equation the effects are independent of what is upstream wherever the drawn graph
holds them apart.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction
from itertools import pairwise
from math import prod
from random import Random

import networkx as nx
import pytest

from identcheck import Design, Modifier, Verdict, check, correlated, normal
from identcheck.decide.witness.common_cause import substitutes
from identcheck.derive.paths import paths
from tests.exact.moderated import random_design, ways_of


def mean(design, persons, u, v, avoiding=()):
    each = [
        sum(prod(Fraction(p[e]) for e in pairwise(way)) for way in paths(design, u, v, avoiding))
        for p in persons
    ]
    return sum(each) / Fraction(len(each))


def effect(population, target):
    ways, total = ways_of(population.design, target), sum(Fraction(s.weight) for s in population.sites)
    found = Fraction(0)
    for site, persons in zip(population.sites, population.persons, strict=True):
        each = [sum(prod(Fraction(p[e]) for e in pairwise(way)) for way in ways) for p in persons]
        found += Fraction(site.weight) / total * sum(each) / Fraction(len(each))
    return found


def contrasts(population):
    design = population.design
    seen = [n for n in (*design.mediators, design.outcome) if n not in design.unobserved]
    return [
        tuple(mean(design, persons, arm, n) for arm in design.treatments for n in seen)
        for persons in population.persons
    ]


def drawn_graph(design, level):
    """The graph of heterogeneity from its definition: what acts at a level, and what varies there."""
    graph = nx.DiGraph()
    for edge in design.causal.edges:
        varies = design.varies(*edge)
        if varies == "persons" or (varies == "sites" and level == "sites"):
            graph.add_node(edge)
    acting = [
        m
        for m in design.modifiers
        if (m.level == "sites" and level == "sites")
        or (m.level == "persons" and (level == "persons" or not m.balanced))
    ]
    for m in acting:
        graph.add_node(m.name)
    for m in acting:
        graph.add_edges_from((c, m.name) for c in m.causes if c in graph)
        for edge in m.of:
            if edge in graph and (m.level == "sites" or design.varies(*edge) == "persons"):
                graph.add_edge(m.name, edge)
    return graph


def joined(design, level, one, other):
    """Whether a drawn cause moves two arrows: nothing being held fixed, an ancestor in common."""
    graph = drawn_graph(design, level)
    if one not in graph or other not in graph:
        return False
    above = [nx.ancestors(graph, edge) | {edge} for edge in (one, other)]
    return bool(above[0] & above[1])


def upstream(design, node):
    """Arrows on ways from an arm to a parent of a node through what is measured or not."""
    graph = design.causal
    parents = set(graph.predecessors(node)) - set(design.treatments)
    found = set()
    for parent in parents:
        for arm in design.treatments:
            for way in nx.all_simple_paths(graph, arm, parent):
                found.update(pairwise(way))
    return found


def independent(rows):
    """Whether weighted rows, two values each, factor exactly."""
    total = sum(w for w, *_ in rows)
    table, one, other = Counter(), Counter(), Counter()
    for w, a, b in rows:
        table[a, b] += w
        one[a] += w
        other[b] += w
    return all(table[a, b] * total == one[a] * other[b] for a in one for b in other)


def spread(persons, edges):
    counts = Counter(tuple(Fraction(p[e]) for e in edges) for p in persons)
    return frozenset((v, Fraction(n, len(persons))) for v, n in counts.items())


def obeys(population):
    design = population.design
    for node in (*(m for m in design.mediators if m not in design.unobserved), design.outcome):
        if any(parent in design.unobserved for parent in design.causal.predecessors(node)):
            continue
        into = [e for e in design.causal.in_edges(node) if e[0] not in design.treatments]
        for edge in into:
            above = upstream(design, node)
            apart = sorted(e for e in above if not joined(design, "sites", edge, e))
            rows = [
                (Fraction(site.weight), spread(persons, [edge]), spread(persons, apart))
                for site, persons in zip(population.sites, population.persons, strict=True)
            ]
            if not independent(rows):
                return False
            within = sorted(e for e in above if not joined(design, "persons", edge, e))
            for persons in population.persons:
                each = [(1, p[edge], tuple(p[e] for e in within)) for p in persons]
                if not independent(each):
                    return False
    return True


def function_of_cause(witness):
    """Whether, in both worlds, a cause stays within its level, and effects that it moves are functions of it and of an own part.

    An own part tells nothing of any other arrow, arms' arrows into mediators among them, where the cause is the same. What an
    arm does may differ for reasons of its own beside the cause: nothing is said of compliances among one another.
    """
    design = witness.first.design
    for name, values in witness.modifiers.items():
        (modifier,) = (m for m in design.modifiers if m.name == name)
        assert not modifier.measured
        assert modifier.scale == "continuous" or len({v for s in values for v in s}) <= 1 + modifier.terms
        assert not modifier.balanced or len({spread([{0: v} for v in s], [0]) for s in values}) == 1
        for site in values:
            assert modifier.level == "persons" or len(set(site)) == 1
        graph = drawn_graph(design, modifier.level)
        hidden = graph.subgraph(
            n for n in graph if not any(m.name == n and m.measured for m in design.modifiers)
        )
        moved = [e for e in nx.descendants(hidden, name) if isinstance(e, tuple)]
        for edge in (e for e in moved if e[0] not in design.treatments):
            for world in (witness.first, witness.second):
                if not (function_of(world, values, edge) or part_of_its_own(world, values, edge)):
                    return False
    return True


def function_of(world, values, edge):
    known = {}
    return all(
        known.setdefault(value, person[edge]) == person[edge]
        for site, persons in zip(values, world.persons, strict=True)
        for value, person in zip(site, persons, strict=True)
    )


def part_of_its_own(world, values, edge):
    """What a site says of an arrow against what it says of all others, where the cause has the same mix; and alike in all."""
    design = world.design
    others = sorted(
        e for e in design.causal.edges if e != edge and not (e[0] in design.treatments and e[1] == "Y")
    )
    rows, found = defaultdict(list), defaultdict(lambda: defaultdict(Counter))
    for site, said, persons in zip(world.sites, values, world.persons, strict=True):
        each = [{**p, "cause": v} for p, v in zip(persons, said, strict=True)]
        mix, weight = spread(each, ["cause"]), Fraction(site.weight)
        rows[mix].append((weight, function(each, [edge]), function(each, others)))
        for value, part in function(each, [edge]):
            found[value][mix][part] += weight
    alike = all(
        len(
            {
                frozenset((part, w / sum(parts.values())) for part, w in parts.items())
                for parts in mixes.values()
            }
        )
        == 1
        for mixes in found.values()
    )
    return alike and all(map(independent, rows.values()))


def function(persons, edges):
    """What arrows are, by the value of the cause."""
    return frozenset((p["cause"], *(Fraction(p[e]) for e in edges)) for p in persons)


@pytest.mark.parametrize("part", range(3))
def test_each_pair_is_one(part):
    pairs = named = 0
    for number in range(70):
        random = Random(f"modified worlds {part} {number}")
        kind = random.choice([{}, {"bypass": True}, {"arms": True}, {"sites": 1}, {"sites": 4}])
        design = random_design(random, modifiers=(1, 3), **kind)
        for finding in check(design, frozenset({*design.numerals})).findings:
            if finding.verdict is not Verdict.NOT_IDENTIFIED:
                continue
            witness = finding.witness()
            first, second = witness.first, witness.second
            assert contrasts(first) == contrasts(second)
            assert [s.weight for s in first.sites] == [s.weight for s in second.sites]
            assert effect(first, finding.target) != effect(second, finding.target)
            assert obeys(first)
            assert obeys(second), (design, finding.estimand)
            assert function_of_cause(witness)
            pairs += 1
            named += bool(witness.modifiers)
    assert pairs > 25
    assert named > 6


CHAIN = [("T", "M1"), ("M1", "M2"), ("M2", "Y")]
PARALLEL = [("T", "M1"), ("T", "M2"), ("M1", "Y"), ("M2", "Y")]
THREE = [*PARALLEL, ("T", "M3"), ("M3", "Y")]


@pytest.mark.parametrize(
    ("edges", "level", "scale", "products"),
    [
        (CHAIN, "persons", "binary", ()),
        (CHAIN, "persons", "continuous", ()),
        (PARALLEL, "sites", "binary", ()),
        (PARALLEL, "persons", "binary", ()),
        (THREE, "sites", "continuous", ()),
        (PARALLEL, "sites", "binary", [("M1", "M2")]),
    ],
)
def test_a_cause_of_one_compliance_and_the_effect_of_another(edges, level, scale, products):
    """It leaves no effect of the regression, and two worlds show it (theory section 14)."""
    cause = Modifier("z", [("T", "M1"), ("M2", "Y")], measured=False, level=level, scale=scale)
    design = Design(
        nx.DiGraph(edges), treatment="T", outcome="Y", sites=20, modifiers=[cause], interactions=products
    )
    found = check(design, "all")["direct M2 Y"]
    assert found.verdict is Verdict.NOT_IDENTIFIED
    witness = found.witness()
    assert witness.verify()
    assert witness.causes == ("z",)
    assert contrasts(witness.first) == contrasts(witness.second)
    assert effect(witness.first, found.target) != effect(witness.second, found.target)
    assert function_of_cause(witness)
    assert products or (obeys(witness.first) and obeys(witness.second))


SITES, PERSONS = "sites", "persons"
COMPENSATED = [
    # a cause of effects alone: what the arms do is in proportion where it has to be
    ("T>M1 T>M2 T>M3 M1>M2 M2>Y M3>Y", {"z": (SITES, "M1>M2 M2>Y M3>Y")}, "direct M2 Y"),
    ("T>M1 T>M2 T>M3 M1>Y M2>M3 M3>Y", {"z": (SITES, "M1>Y M2>M3 M3>Y")}, "direct M1 Y"),
    ("T>M1 M1>M2 M2>M3 M1>Y M3>Y", {"z": (SITES, "M1>M2 M2>M3 M1>Y")}, "direct M1 Y"),
    ("T>M1 T>M3 M1>M2 M1>M3 M1>Y M2>M3 M2>Y M3>Y", {"z": (SITES, "M1>M2 M2>Y")}, "direct M2 Y"),
    # idle where the cause switches it off
    ("T>M1 M1>M2 M1>Y M2>Y", {"z": (SITES, "T>M1 M1>Y")}, "direct M1 Y"),
    ("T>M1 M1>M2 M1>Y M2>Y", {"z": (PERSONS, "T>M1 M1>Y M1>M2")}, "total M1 Y"),
    ("T>M1 M1>M2 M1>Y M2>M3 M3>Y T>Y", {"z": (PERSONS, "T>M1 M3>Y")}, "direct M3 Y"),
    # an arrow with a part of its own beside what the cause does to it
    ("T>M1 M1>M2 M1>M3 M1>Y M2>M3 M2>Y M3>Y", {"z": (SITES, "T>M1 M1>M2 M1>M3")}, "path M1 M2 M3"),
    ("T>M1 T>M2 T>M3 M1>M3 M1>Y M2>Y M3>Y", {"z": (PERSONS, "M1>M3 M3>Y")}, "direct M2 Y"),
    ("T>M1 T>M3 M1>M2 M1>M3 M2>M3 M3>Y", {"z": (PERSONS, "M1>M2 M3>Y")}, "direct M3 Y"),
]


def arrows(text):
    return [tuple(arrow.split(">")) for arrow in text.split()]


@pytest.mark.parametrize(("edges", "causes", "asked"), COMPENSATED)
@pytest.mark.parametrize("scale", ["binary", "continuous"])
def test_a_cause_of_effects_that_make_up_for_one_another(edges, causes, asked, scale):
    """Changes of effects by an unmeasured cause cancel in every contrast, with full rank, and with all that is granted."""
    made = [
        Modifier(name, arrows(of), measured=False, level=level, scale=scale)
        for name, (level, of) in causes.items()
    ]
    design = Design(nx.DiGraph(arrows(edges)), treatment="T", outcome="Y", modifiers=made)
    found = check(design, "all")[asked]
    assert found.verdict is Verdict.NOT_IDENTIFIED
    witness = found.witness()
    assert witness.verify()
    assert contrasts(witness.first) == contrasts(witness.second)
    assert effect(witness.first, found.target) != effect(witness.second, found.target)
    for world in (witness.first, witness.second):
        assert obeys(world)
        assert world_rank(world, design) == len(regressors(design, "Y")) or found.target.target != "Y"
    assert function_of_cause(witness)


CAUSE = Modifier("z", [("M1", "M2"), ("M2", "Y")], measured=False)
FIGURE = [("T", "M1"), ("T", "M2"), ("M1", "M2"), ("M1", "Y"), ("M2", "Y")]
NEVER = [
    [
        correlated(("T", "M1"), ("M1", "Y"), "sites")
    ],  # the cause moves neither, and each has a part of its own
    [correlated(("T", "M1"), ("M1", "M2"), "sites")],
    [normal("sites"), correlated(("T", "M1"), ("T", "M2"), "sites")],
    [normal("sites")],
]


@pytest.mark.parametrize("declared", NEVER)
def test_no_world_is_looked_for_that_cannot_obey_what_is_declared(declared):
    """Such searches found nothing, after thousands of worlds: what stands for the design declares all that it does."""
    some = Design(
        nx.DiGraph(FIGURE), treatment="T", outcome="Y", sites=20, modifiers=[CAUSE], declarations=declared
    )
    tried = substitutes(some)
    assert all({*declared} <= {*one.design.declarations} for one in tried)
    assert not any(one.moved for one in tried)


def test_worlds_are_made_by_a_cause_where_that_correlates_what_is_declared_so():
    pairs = [(("M1", "M2"), ("M2", "Y")), (("T", "M1"), ("T", "M2"))]
    for pair in pairs:
        some = Design(
            nx.DiGraph(FIGURE),
            treatment="T",
            outcome="Y",
            sites=20,
            modifiers=[CAUSE],
            declarations=[correlated(*pair, "sites")],
        )
        assert any(one.moved for one in substitutes(some))


def regressors(design, node):
    return [m for m in design.mediators if design.causal.has_edge(m, node)]


def world_rank(population, design):
    """The rank of the outcome's own equation, by elimination in fractions."""
    rows = [
        [mean(design, persons, "T", m) for m in regressors(design, "Y")] for persons in population.persons
    ]
    rank = 0
    for column in range(len(rows[0])):
        pivot = next((r for r in rows[rank:] if r[column]), None)
        if pivot is not None:
            rows.remove(pivot)
            rows.insert(rank, pivot)
            rows[rank + 1 :] = [
                [x - r[column] / pivot[column] * p for x, p in zip(r, pivot, strict=True)]
                for r in rows[rank + 1 :]
            ]
            rank += 1
    return rank
