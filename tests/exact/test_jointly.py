"""What is granted can hold together: wherever an effect is identified, a population shows it (theory section 7, JOINTLY).

For every identified effect a population is made that meets what is granted of every regression there is, not of the one
in question alone, and in which the rank holds; there the regression gives the effect. And where a rank is said to be
excluded by what is granted, no population that meets the rest has it. Nothing here is the engine's: populations solve
linear equations (``obliging``), or are those in which every arrow varies by itself.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from random import Random

import networkx as nx
import pytest

from identcheck import check, direct, path, total
from identcheck.decide.conditions import Rank
from identcheck.decide.identification import Finding, Verdict
from identcheck.decide.strategies import Composed, Strategy
from identcheck.describe.design import Design
from tests.drawn import drawn
from tests.exact.obliging import (
    Asked,
    Enumerated,
    Layout,
    Maker,
    coefficient,
    limit,
    meets,
    regression_of,
    truth,
)
from tests.exact.oracle import Regression
from tests.exact.questions import questions

DESIGNS = 120
TRIES = 4


def several_arms(number: int) -> tuple[Random, Design]:
    """A random design, mostly of two or three arms and one or two sites, some of it hidden."""
    random = Random(f"jointly {number}")
    funnel = (
        random.random() < 0.5
    )  # all arms act on one mediator only, often a hidden one, which moves several
    arms = random.choice([["T1", "T2"], ["T1", "T2", "T3"], *([] if funnel else [["T"], ["T1", "T2"]])])
    mediators = [f"M{k}" for k in range(1, random.choice([2, 3, 3, 3, 4]) + 1)]
    edges = [
        e for e in itertools.combinations([*mediators, "Y"], 2) if random.random() < random.choice([0.5, 0.8])
    ]
    for arm in arms:
        edges += [
            (arm, m)
            for m in (mediators[:1] if funnel else random.sample(mediators, random.choice([1, 1, 2])))
        ]
    edges += [(mediators[0], m) for m in mediators[1:3] if funnel]
    for place, m in enumerate(mediators):
        if not any(b == m for _, b in edges):
            edges.append((random.choice([*arms, *mediators[:place]]), m))
        if not any(a == m for a, _ in edges):
            edges.append((m, random.choice([*mediators[place + 1 :], "Y"])))
    kinds = random.choice(
        [["persons"], ["persons"], ["persons", "none"], ["persons", "persons", "sites", "none"]]
    )
    graph = nx.DiGraph()
    for edge in dict.fromkeys(edges):
        graph.add_edge(*edge, varies=random.choice(kinds))
    likely = random.choice([0, 0.1, 0.4])
    hidden = [m for m in mediators if random.random() < (0.5 if funnel and m == mediators[0] else likely)]
    sites = random.choice([1, 1, 1, 2, 2, 3])
    return random, Design(graph, treatment=arms, outcome="Y", sites=sites, unobserved=hidden)


def everywhere(design: Design, kind: str) -> list[Asked]:
    """The conditions of a kind of every regression of a measured node on measured mediators."""
    measured = [m for m in design.mediators if m not in design.unobserved]
    found: dict[Asked, None] = {}
    for v in (*measured, design.outcome):
        before = [m for m in measured if m != v and nx.has_path(design.causal, m, v)]
        for size in range(1, len(before) + 1):
            for chosen in itertools.combinations(before, size):
                arms = tuple(
                    a for a in design.treatments if any(nx.has_path(design.causal, a, u) for u in chosen)
                )
                reg = Regression(v, chosen, arms, ())
                found.update((Asked(kind, reg, False, u), None) for u in chosen)
    return list(found)


def shares_an_arrow(design: Design, reg: Regression) -> bool:
    """Whether an arrow that may differ between sites leads to a regressor and is in some regressor's effect."""
    graph = nx.DiGraph(design.causal)

    def on_ways(u: str, v: str, avoiding: Sequence[str]) -> set[tuple[str, str]]:
        kept = graph.subgraph(set(graph) - (set(avoiding) - {u, v}))
        return {e for way in nx.all_simple_paths(kept, u, v) for e in itertools.pairwise(way)}

    above = {e for arm in reg.arms for u in reg.regressors for e in on_ways(arm, u, ())}
    below = {e for u in reg.regressors for e in on_ways(u, reg.outcome, reg.regressors)}
    return any(design.varies(*edge) != "none" for edge in above & below)


# -- two kinds of population -----------------------------------------------------------


def crossed(random: Random, design: Design) -> Enumerated:
    """Everyone in a site alike; what the arms do in rows, every arrow between mediators in a dimension of its own."""
    graph = nx.DiGraph(design.graph)
    free = [e for e in sorted(graph.edges) if design.sites != 1 and design.varies(*e) != "none"]
    rows = [e for e in free if e[0] in design.treatments]
    last = [e for e in free if e not in rows and e[1] == design.outcome]
    groups = [last, *([e] for e in free if e not in rows and e not in last)]
    fixed = {e: random.choice([1, 2, 3, -1]) for e in graph.edges}

    def drawn_for(edges: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
        return {e: random.choice([-7, -3, -2, 1, 2, 3, 5, 11]) for e in edges}

    ups = [drawn_for(rows) for _ in range(4 if rows else 1)]
    dimensions = [[drawn_for(group) for _ in range(2)] for group in groups if group]
    sites = []
    for up, *others in itertools.product(ups, *dimensions):
        person = fixed | up
        for values in others:
            person = person | values
        sites.append((person,))
    return Enumerated(graph, (1,) * len(sites), tuple(sites))


def moving_together(random: Random, design: Design, asked: Sequence[Asked], persons: int = 14) -> Enumerated:
    """One population of the design's sites that meets what is asked, its persons otherwise left to chance."""
    rules = {}
    for edge in design.graph.edges:
        level = design.varies(*edge)
        rules[edge] = ("none" if level == "none" else "gh", "ab" if level == "persons" else "none")
    return Maker(random, design, Layout(design.sites or 2, 1, persons, 1), rules, asked).make()


def idle(world: Enumerated) -> bool:
    """Whether an arrow does nothing on average in some site: then it is as if the graph were another."""
    return any(not sum(p[edge] for p in site) for site in world.persons for edge in site[0])


def holds_at(random: Random, world: Enumerated, strategy: Strategy | Composed, count: int) -> bool:
    """Whether some of the population's sites, as many as the design has, have the rank."""
    for _ in range(20):
        chosen = random.sample(range(len(world.persons)), min(count, len(world.persons)))
        some = Enumerated(world.graph, (1,) * len(chosen), tuple(world.persons[s] for s in chosen))
        parts = [part for part in strategy.parts if part.regressors and not part.pooled]
        if all(coefficient(some, regression_of(p), False, p.column) is not None for p in parts):
            return True
    return False


# -- the check ----------------------------------------------------------------------------


def shown(random: Random, design: Design, finding: Finding, strategy: Strategy | Composed) -> str:
    """By which population the strategy is shown to identify, "" if by none; asserts that it then gives the effect."""
    within, between = everywhere(design, "within"), everywhere(design, "between")
    for _ in range(TRIES):
        world = crossed(random, design)
        if holds_at(random, world, strategy, design.sites or 4):
            found = limit(world, strategy)
            if found is not None:
                assert all(
                    meets(world, one) for one in between if not shares_an_arrow(design, one.regression)
                )
                assert found == truth(world, finding.target), (design, finding.estimand, strategy.name)
                return "crossed"
    for _ in range(TRIES):
        world = moving_together(random, design, within)
        found = limit(world, strategy)
        if found is not None and not idle(world):
            assert all(meets(world, one) for one in within)
            if design.sites == 1:
                assert found == truth(world, finding.target), (design, finding.estimand, strategy.name)
            return "moving together"
    return ""


def examined(numbers: Iterator[int]) -> Counter[str]:
    """How many identified effects were shown to be, by what; and how many excluded ranks never held."""
    seen: Counter[str] = Counter()
    for number in numbers:
        random, design = several_arms(number)
        result = check(design, "all")
        for asked in questions(random, design, 8):
            finding = result[asked]
            seen[finding.verdict.value] += 1
            for strategy in finding.strategies if finding.verdict is Verdict.IDENTIFIED else ():
                if strategy.regressors and not finding.missing_for(strategy):
                    how = shown(random, design, finding, strategy)
                    assert how, (number, design, asked, strategy)
                    seen[how] += 1
                    seen["composed"] += isinstance(strategy, Composed)
                    seen["pooled"] += strategy.pooled
            excluded = [part for s in finding.ruled_out for part in s.parts if any(
                isinstance(c, Rank) and c.contradicts for c in part.conditions
            )]  # fmt: skip
            for part in dict.fromkeys(excluded):
                seen["excluded"] += 1
                if design.sites == 1:
                    for _ in range(TRIES):
                        world = moving_together(random, design, everywhere(design, "within"))
                        if not idle(world):
                            open_ = coefficient(world, regression_of(part), part.pooled, part.column)
                            assert open_ is None, (number, design, asked, part)
                            seen["never held"] += 1
            witness = finding.witness() if finding.verdict is Verdict.NOT_IDENTIFIED else None
            if excluded and witness is not None:
                assert witness.verify()
                for side in (witness.first, witness.second):
                    world = Enumerated(
                        design.graph, (1,) * len(side.sites), tuple(tuple(s.persons) for s in side.sites)
                    )
                    assert all(meets(world, one) for one in everywhere(design, "within"))
                seen["witness"] += 1
    return seen


V_TO_Y_CONSTANT = "{T1 T2} -> M1 -> {M2 Y}; M2 -> Y"


@pytest.mark.parametrize("asked", [path("M1", "M2", "Y"), direct("M2", "Y"), direct("M1", "Y")])
@pytest.mark.parametrize("grants", ["all", "vi", ["vi", "ix"]])
def test_a_rank_that_lives_on_covariances_cannot_be_granted_beside_what_makes_them_zero(
    asked, grants
) -> None:
    """r_2l = r_1l lambda + Cov(Gamma_1l, Lambda), and (vi) for M2's own equation makes the covariance zero."""
    design = drawn(V_TO_Y_CONSTANT, {"M2 -> Y": "none"}, sites=1)
    finding = check(design, grants)[asked]
    assert finding.verdict is Verdict.NOT_IDENTIFIED
    assert (
        "(ix) for the equation of Y on M1 and M2 cannot hold beside (vi) for the equation of M2"
        in finding.reason
    )
    witness = finding.witness()
    assert witness is not None
    assert witness.verify()
    for side in (witness.first, witness.second):
        world = Enumerated(design.graph, (1,), tuple(tuple(site.persons) for site in side.sites))
        assert all(meets(world, one) for one in everywhere(design, "within"))


def test_by_themselves_its_conditions_can_be_met() -> None:
    """Without a grant for M2's equation the regression of Y is a way, and its own conditions are what is missing."""
    design = drawn(V_TO_Y_CONSTANT, {"M2 -> Y": "none"}, sites=1)
    finding = check(design)[direct("M2", "Y")]
    assert finding.verdict is Verdict.CONDITIONAL
    assert {c.kind for c in finding.missing} == {"within", "rank"}
    assert check(design)[path("M1", "M2", "Y")].verdict is Verdict.NOT_IDENTIFIED  # needs both equations


def test_what_cannot_hold_together_is_said() -> None:
    design = drawn(V_TO_Y_CONSTANT, {"M2 -> Y": "none"}, sites=1)
    result = check(design, "all")
    (sentence,) = result.contradictions
    assert sentence.startswith(
        "(ix) for the equation of Y on M1 and M2 cannot hold beside (vi) for the equation of M2"
    )
    for format in ("text", "markdown", "html", "latex", "json"):
        assert "Not all of this can hold together" in " ".join(result.render(format).split()), format
    assert check(drawn(V_TO_Y_CONSTANT, sites=2), "all").contradictions == ()
    assert result[total("M1", "Y")].verdict is Verdict.IDENTIFIED


def test_another_arm_is_no_remedy_where_what_is_granted_undoes_it() -> None:
    """With one arm more of the same kind the matrix has rank 1 still; an arrow of its own into M2 helps."""
    design = drawn("T1 -> M1 -> {M2 Y}; M2 -> Y", {"M2 -> Y": "none"}, sites=1)
    for asked in (path("M1", "M2", "Y"), direct("M2", "Y")):
        changes = [mend.change for mend in check(design, "all").mends(asked)]
        arms = [change for change in changes if change.startswith("another arm")]
        assert all("directly" in change for change in arms), arms
        assert arms


def test_a_pooled_rank_that_lives_on_covariances_between_sites() -> None:
    """x hidden: averaged over sites the compliances differ by covariances only, which M2's equation makes zero."""
    arrows = "{T1 T2} -> M1 -> x -> {Y M2}; M2 -> Y"
    result = check(drawn(arrows, sites=4, unobserved=["x"]), "all")
    finding = result[direct("M2", "Y")]
    assert not any(s.pooled and not finding.missing_for(s) for s in finding.strategies)
    assert finding.verdict is not Verdict.IDENTIFIED
    one = check(drawn(arrows, sites=4, unobserved=["x"]))[direct("M2", "Y")]
    assert any(s.pooled for s in one.strategies) or one.verdict is Verdict.CONDITIONAL


def test_covariances_that_nothing_granted_touches_still_give_a_rank() -> None:
    """A hidden node is no regressor, so no (vi) is about it, and its children may be told apart by how it is moved."""
    design = drawn("{T1 T2} -> H -> {A B} -> Y", sites=1, unobserved=["H"])
    random = Random("hidden")
    finding = check(design, "all")[direct("A", "Y")]
    assert finding.verdict is Verdict.IDENTIFIED
    assert shown(random, design, finding, finding.best) == "moving together"


def test_every_identified_effect_has_a_population_that_meets_all_that_is_granted() -> None:
    seen = examined(iter(range(DESIGNS)))
    assert seen["crossed"] > DESIGNS, seen
    assert min(seen[kind] for kind in ("composed", "pooled", "never held")) > 5, seen
    assert seen["moving together"], seen


if __name__ == "__main__":
    import sys

    first, last = map(int, sys.argv[1:])
    print(examined(iter(range(first, last))))
