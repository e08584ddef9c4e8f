"""Worlds made for designs in which no single idle arm, or no single arrow that differs between persons, leaves an effect open."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from math import prod
from random import Random

import networkx as nx
import pytest

from identcheck import (
    Design,
    Verdict,
    check,
    correlated,
    direct,
    independent,
    mediated,
    path,
    total,
    uncorrelated,
)
from identcheck.decide.witness.covarying import spread_for
from identcheck.decide.witness.unnoticed import change_beside, drawn_change, hiding
from identcheck.decide.witness.world import World
from identcheck.describe.declarations import Declaration
from tests.exact import recomputed

NUMBERS = 500


def design(arrows: str, arms: Iterable[str], sites: int | None = None, known: Iterable[Declaration] = ()):
    """A design from arrows such as "T1>M1=n": "n" the same for everyone, "s" in a site, else free."""
    graph = nx.DiGraph()
    for text in arrows.split():
        ends, _, rule = text.partition("=")
        a, b = ends.split(">")
        graph.add_edge(a, b, varies={"n": "none", "s": "sites", "": "persons"}[rule])
    return Design(graph, treatment=list(arms), outcome="Y", sites=sites).declaring(*known)


def arrow(text: str) -> tuple[str, str]:
    a, b = text.split(">")
    return a, b


def correlation(one: str, other: str, level: str) -> Declaration:
    return correlated(arrow(one), arrow(other), level)


ALL_IDLE = "T1>M1=n T2>M1=s M1>Y=s"
IN_TURN = "T1>M2=n T2>M2 T3>M1 M1>M2=n M1>Y=n M2>Y=s"
CASES = {
    "arms idle in the same site": (ALL_IDLE, 2, 3, (), "vi,vii", direct("M1", "Y")),
    "arms idle in turn": (IN_TURN, 3, None, (), "ix", direct("M1", "Y")),
    "a part of one arm": (IN_TURN, 3, None, (), "ix", mediated("M2", arm="T3")),
    "unrelated compliances": (
        "T1>M1 T2>M1 T3>M1 M1>Y",
        3,
        4,
        (uncorrelated(arrow("T1>M1"), arrow("T2>M1"), "persons"),),
        "vii,ix",
        direct("M1", "Y"),
    ),
    "ranks by persons alone": (
        "T1>M1 T2>M3 T3>M2 T3>M3 T4>M1 M1>M2 M1>M3 M1>Y M2>M3 M3>Y",
        4,
        None,
        (),
        "vii,ix",
        direct("M1", "M3"),
    ),
    "idle between mediators": (
        "T1>M1 M1>M2 M2>Y",
        1,
        None,
        tuple(independent([arrow("M2>Y")], [arrow("T1>M1")], level) for level in ("persons", "sites")),
        "vi,ix",
        direct("M2", "Y"),
    ),
    "correlated, both arms idle": (
        "T1>M1=s T2>M1=s M1>Y=s",
        2,
        None,
        (correlation("M1>Y", "T2>M1", "sites"),),
        "vi,vii",  # with (ix) of its rows T1 gives the effect
        direct("M1", "Y"),
    ),
    "correlated with a bypass": (
        "T1>M1 T1>M2 T1>M3 T1>Y M1>M4 M2>Y M3>M4 M4>Y",
        1,
        30,
        (
            correlation("M2>Y", "T1>Y", "sites"),
            correlation("M3>M4", "T1>M1", "persons"),
            correlation("M3>M4", "T1>M2", "persons"),
        ),
        "vi,vii,ix",
        direct("M2", "Y"),
    ),
    "an arm that does the same in all sites, hidden by an effect": (
        "T1>M1 T1>M2=n T1>M3 T1>M4 T2>M2 T2>M3=n T2>M4=n T3>M1=n T3>M2 T3>M3=n T3>M4 T4>M1=n T4>M2=n T4>M3=n T4>M4=n "
        "M1>M2 M1>M3=n M1>M4 M1>Y=n M2>M4=n M2>Y=n M3>M4 M3>Y M4>Y",
        4,
        30,
        (),
        "vi,ix",
        direct("M2", "Y"),
    ),
    "covariances within sites make up for it": (
        "T1>M1 T1>M2=s T1>M3=s T1>M4=n M1>M2 M1>Y M2>M3=s M2>M4=s M2>Y M3>M4=s M3>Y M4>Y=s",
        1,
        5,
        (),
        "vii,ix",
        direct("M4", "Y"),
    ),
    "covariances in one arm, own arrows in the other": (
        "T1>M1=n T1>M2 T1>M3=n T1>M4 T2>M1=n T2>M3=n T2>M4 M1>M2 M1>M3 M1>M4=n M1>Y M2>M3=s M2>M4=s M3>M4 M3>Y M4>Y=n",
        2,
        9,
        (),
        "vii,ix",
        direct("M4", "Y"),
    ),
    "correlated and exempt path by path": (
        "T1>M1 T1>M2 T1>M3 M1>M2 M1>M3 M1>Y M2>M3 M2>Y M3>Y",
        1,
        None,
        (correlation("M1>Y", "T1>M3", "sites"),),
        "vii,ix",
        total("M2", "Y"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_granted_does_not_suffice(name: str):
    arrows, arms, sites, known, granted, asked = CASES[name]
    made = design(arrows, [f"T{k}" for k in range(1, arms + 1)], sites, known)
    finding = check(made, granted)[asked]
    assert finding.verdict is Verdict.CONDITIONAL
    witness = finding.witness()
    assert witness is not None
    assert witness.verify()
    assert recomputed.faults(finding, witness) == []


def drawn(number: int) -> tuple[World, Random]:
    """A world of one to four mediators and one to three arms, one person in each of two to four sites."""
    random = Random(f"made {number}")
    p, arms = random.randint(1, 4), [f"T{k}" for k in range(1, random.randint(1, 3) + 1)]
    nodes = [*(f"M{k}" for k in range(1, p + 1)), "Y"]
    arrows = {*pairwise(nodes), *((arm, random.choice(nodes[:-1])) for arm in arms), (arms[0], "M1")}
    arrows |= {(a, b) for i, a in enumerate(nodes) for b in nodes[i + 1 :] if random.random() < 0.4}
    arrows |= {(arm, m) for arm in arms for m in nodes if random.random() < 0.4}
    graph = nx.DiGraph()
    for edge in sorted(arrows):
        graph.add_edge(*edge, varies=random.choice(["none", "sites", "persons"]))
    made = Design(graph, treatment=arms, outcome="Y")
    shared = {e: random.randint(0, 3) for e in sorted(arrows)}
    moving = [e for e in sorted(arrows) if made.varies(*e) != "none"]
    sites = [shared | {e: random.randint(0, 3) for e in moving} for _ in range(random.randint(2, 4))]
    return World.of_means(made, sites), random


def test_a_change_is_not_seen_where_compliances_are_made_for_it():
    """Every contrast in the node is the same before and after, with what an arm's own arrow may make up for; by enumeration."""
    hidden = beside = 0
    for number in range(NUMBERS):
        world, random = drawn(number)
        node = random.choice([n for n in ("M2", "M3", "M4", "Y") if n in world.parents])
        arms = world.design.treatments
        first = random.sample(arms, random.randint(0, len(arms) - 1))  # those that are left as they are
        change = change_beside(world, node, first, random) if first else drawn_change(world, node, random)
        made = hiding(world, node, change, random, [arm for arm in arms if arm not in first])
        beside += bool(first) and any(any(each.values()) for each in change)
        for arm in arms:
            own = world.design.causal.has_edge(arm, node)
            if own and world.design.varies(arm, node) != "none":
                continue
            shown = [
                sum(
                    by * recomputed.mean(recomputed.effects(site, recomputed.routes(world.design, arm, u)))
                    for u, by in each.items()
                )
                for site, each in zip(made.kinds.sites, change, strict=True)
            ]
            assert len({*shown}) == 1  # one arrow, the same for everyone, may take it up
            assert own or shown[0] == 0
            hidden += any(any(each.values()) for each in change)
        assert not made._problems  # arrows that cannot vary do not
        alike = [u for u in change[0] if world.design.varies(u, node) == "none"]
        assert all(len({each[u] for each in change}) == 1 for u in alike)
        assert all(
            value == old[0][edge]
            for new, old in zip(made.sites, world.sites, strict=True)
            for edge, value in new[0].items()
            if edge[0] not in arms
        )
    assert hidden > NUMBERS // 2
    assert beside > NUMBERS // 5


def test_covariances_make_up_for_a_change():
    """Of persons made for it: with the first gaining more from one mediator and the second less, no contrast changes."""
    seen = 0
    for number in range(NUMBERS):
        world, random = drawn(number)
        means = World.of_means(world.design, [site[0] for site in world.sites])
        for made, node, gains in spread_worlds(means, random):
            seen += any(any(gain.values()) for gain in gains)
            after = [
                [
                    p | {(w, node): p[w, node] + by for w, by in g.items()}
                    for p, g in zip(site, gains, strict=True)
                ]
                for site in made.sites
            ]
            own = [a for a in world.design.treatments if world.design.causal.has_edge(a, node)]
            for arm in world.design.treatments:
                ways = recomputed.routes(world.design, arm, node)
                moved = [
                    sum(value(p, ways) for p in new) - sum(value(p, ways) for p in old)
                    for new, old in zip(after, made.sites, strict=True)
                ]
                assert not any(moved) or (
                    arm in own and (len({*moved}) == 1 or free(world.design, arm, node))
                )
            for new, old in zip(
                made.sites, world.sites, strict=True
            ):  # who is alike in the mean stays so, but for own arrows
                moved_edges = {e for e in old[0] if sum(p[e] for p in new) != 2 * old[0][e]}
                assert all(e[0] in world.design.treatments for e in moved_edges)
            assert not made._problems
    assert seen > NUMBERS // 4


def spread_worlds(means: World, random: Random):
    """A world made for a change in each node, where the arms that it is not made for are all made up for by own arrows."""
    for node in ("M3", "Y"):
        able = [
            u
            for u in means.parents.get(node, ())
            if u[0] == "M" and means.design.varies(u, node) == "persons"
        ]
        for u in able[:1]:
            arrows = [
                e for e in sorted(means.design.causal.in_edges(u)) if means.design.varies(*e) == "persons"
            ]
            if arrows and (found := spread_for(means, node, u, arrows, random)) is not None:
                yield found.world, node, found.gains


def value(person: dict, ways: Iterable[Iterable[tuple[str, str]]]):
    return sum(prod(person[e] for e in way) for way in ways)


def free(made: Design, arm: str, node: str) -> bool:
    return made.varies(arm, node) != "none"


def test_not_identified_where_an_effect_is_correlated_with_its_own_compliance():
    """With all granted that can be: T1's effect on M2 goes with that of M2 on Y, which hides another effect on Y."""
    known = (correlation("M1>M3", "M1>Y", "persons"), correlation("M2>Y", "T1>M2", "persons"))
    made = design("T1>M1 T1>M2 M1>M3 M1>Y M2>Y M3>Y", ["T1"], 4, known)
    for asked in (direct("M3", "Y"), path("M1", "M3", "Y"), mediated("M3")):
        finding = check(made)[asked]
        assert finding.verdict is Verdict.NOT_IDENTIFIED
        witness = finding.witness()
        assert witness.verify()
        assert recomputed.faults(finding, witness) == []
