"""What declarations meet is met, and what they identify is the limit: populations first, true declarations of them then.

Sites and persons stand in grids; a coefficient depends on rows, on columns, on both or on their parity, and for
persons on rows in one half of the sites and on columns in the other. So there are coefficients that are independent
in pairs and not together, and such that are alike everywhere but move together in some sites only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from random import Random

import networkx as nx

from identcheck import correlated, independent, uncorrelated
from identcheck.decide.identification import check
from identcheck.decide.strategies import Composed
from identcheck.describe.declarations import Declaration
from identcheck.describe.design import Design
from identcheck.errors import InvalidDesignError
from tests.exact.obliging import (
    PERSON_RULES,
    SITE_RULES,
    Enumerated,
    Layout,
    Maker,
    asked_by,
    limit,
    meets,
    truth,
)
from tests.exact.questions import design_of, questions
from tests.exact.worlds import Edge

DESIGNS = 120
LAYOUTS = (Layout(2, 2, 2, 2), Layout(3, 2, 2, 1), Layout(2, 2, 1, 1), Layout(2, 3, 2, 2), Layout(4, 1, 2, 2))


def planned(random: Random, design: Design) -> Enumerated:
    """A population with some independence in it: what leads to the outcome leans to columns, the rest to rows."""
    crowd = random.choice(LAYOUTS)
    if design.sites:
        h = 2 if design.sites % 2 == 0 else 1
        crowd = Layout(design.sites // h, h, crowd.a, crowd.b)
    usable = [rule for rule in PERSON_RULES if crowd.a == crowd.b or rule not in ("twist", "either")]
    rules: dict[Edge, tuple[str, str]] = {}
    for edge in design.graph.edges:
        level, last, lean = design.varies(*edge), edge[1] == design.outcome, random.random() < 0.6
        site = ("h" if last else "g") if lean else random.choice(SITE_RULES["sites"])
        person = ("b" if last else "a") if lean else random.choice(usable)
        rules[edge] = ("none" if level == "none" else site, person if level == "persons" else "none")
    return Maker(random, design, crowd, rules, []).make()


def independent_in(world: Enumerated, a: Sequence[Edge], b: Sequence[Edge], level: str) -> bool:
    """By the definition in the documents."""
    if level == "persons":
        pairs = [[(values(p, a), values(p, b), 1) for p in site] for site in world.persons]
        return all(map(factorises, pairs))
    sites = zip(world.persons, world.weights, strict=True)
    return factorises([(says(site, a), says(site, b), weight) for site, weight in sites])


def values(person: dict, edges: Sequence[Edge]) -> tuple:
    return tuple(person[e] for e in edges)


def says(site: Sequence[dict], edges: Sequence[Edge]) -> frozenset:
    counts = Counter(values(person, edges) for person in site)
    return frozenset((value, Fraction(count, len(site))) for value, count in counts.items())


def factorises(items: list[tuple[object, object, int]]) -> bool:
    whole = sum(weight for *_, weight in items)
    joint: Counter = Counter()
    left: Counter = Counter()
    right: Counter = Counter()
    for a, b, weight in items:
        joint[a, b] += weight
        left[a] += weight
        right[b] += weight
    return all(joint[a, b] * whole == left[a] * right[b] for a in left for b in right)


def true_declarations(random: Random, design: Design, world: Enumerated) -> Iterator[Declaration]:
    """Independences, mostly of what is above a node and what is below, and covariances; all true."""
    edges = sorted(design.graph.edges)
    for _ in range(6):
        level = random.choice(["persons", "sites"])
        if random.random() < 0.75:
            node = random.choice(design.mediators)
            above = [e for e in edges if nx.has_path(design.graph, e[1], node)]
            below = [e for e in edges if e not in above]
            a, b = ([e for e in side if random.random() < 0.8] for side in (above, below))
            while a and b and not independent_in(world, a, b, level):
                longer = a if len(a) >= len(b) else b
                longer.remove(random.choice(longer))
            if a and b:
                yield independent(a, b, level)
        elif len(edges) > 1:
            a, b = random.sample(edges, 2)
            columns = [[[person[e] for person in site] for site in world.persons] for e in (a, b)]
            within = level == "persons"
            zero = not any(world.within(*columns) if within else [world.between(*map(world.within, columns))])
            yield (uncorrelated if zero else correlated)(a, b, level)


def test_what_true_declarations_meet_is_met_and_what_they_identify_is_the_limit():
    """Every condition said to hold, or not to; every strategy whose conditions are declared, or granted and met."""
    seen: Counter[str] = Counter()
    for number in range(DESIGNS):
        random, design = design_of("declared", number, most=4)
        world = planned(random, design)
        declared = list(true_declarations(random, design, world))
        numerals = ["vi" if design.single else "ix", *(n for n in design.numerals if random.random() < 0.3)]
        try:
            result = check(design, [*numerals, *declared])
        except InvalidDesignError:  # such as a correlation of an arrow that does not vary
            continue
        for asked in questions(random, result.design, 8):
            finding = result[asked]
            for strategy in (*finding.strategies, *finding.ruled_out):
                every = asked_by(strategy)
                for one, condition in every:
                    told = (number, design, declared, asked, strategy.name, condition.statement)
                    if condition.implied:
                        assert meets(world, one), told
                        seen["declared"] += bool(condition.declared)
                    if condition.violated and one.kind in ("within", "between", "bypass"):
                        assert not meets(world, one), told
                        seen["contradicted"] += 1
                if finding.missing_for(strategy) or not strategy.regressors:
                    continue
                granted = [one for one, c in every if not c.implied and one.kind not in ("cut", "rank")]
                found = limit(world, strategy) if all(meets(world, one) for one in granted) else None
                if found is not None:
                    assert found == truth(world, finding.target), (
                        number,
                        design,
                        declared,
                        asked,
                        strategy.name,
                    )
                    seen["identified"] += 1
                    seen["by declarations"] += any(c.declared for c in strategy.conditions)
                    seen["composed"] += isinstance(strategy, Composed)
    assert seen["declared"] > DESIGNS / 2, seen
    assert seen["by declarations"] > DESIGNS / 12, seen
