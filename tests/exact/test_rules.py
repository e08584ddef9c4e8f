"""What follows from declarations, and which of them are named, against the rules gone through one by one."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from random import Random

import networkx as nx
import pytest

import identcheck.decide.conditions.declared as conditions
from identcheck import Design, InvalidDesignError, correlated, independent, normal, uncorrelated
from identcheck.decide.conditions import Regression, Within, site_means
from identcheck.derive.declared import said_of
from identcheck.derive.knowledge import known_independent, known_product, known_zero, splits
from identcheck.derive.paths import edge_set, numbered
from identcheck.describe.declarations import LEVELS, Declaration
from tests.exact.rules import Rules

Edge = tuple[str, str]


def graph(random: Random, arms: list[str], mediators: int) -> nx.DiGraph:
    """Arrows at random, each varying over something."""
    names = [f"M{k}" for k in range(mediators)]
    random.shuffle(names)
    density = random.choice([0.5, 0.8, 1.0])
    found = nx.DiGraph((arm, random.choice(names)) for arm in arms)
    found.add_edges_from(e for e in combinations([*names, "Y"], 2) if random.random() < density)
    found.add_edges_from((arm, m) for arm in arms for m in names if random.random() < density)
    found.add_edges_from((m, "Y") for m in names if m not in found or not found.out_degree(m))
    found.add_edges_from((arms[0], m) for m in names if not found.in_degree(m))
    kinds = random.choice([["persons"], ["sites"], ["persons", "persons", "sites", "none"]])
    nx.set_edge_attributes(found, {e: random.choice(kinds) for e in sorted(found.edges)}, "varies")
    return found


def said(random: Random, edges: list[Edge]) -> list[Declaration]:
    """A few declarations, or many; some that cut all arrows in two, so that several may be used for the same."""
    found: list[Declaration] = []
    levels = random.choice([LEVELS, LEVELS, ("persons",), ("sites",)])
    style = random.choice(["pairs", "cuts", "each", "ends", "any"])
    for _ in range(random.choice([1, 2, 4, 8, 16])):
        level, some = random.choice(levels), random.sample(edges, len(edges))
        kind = random.random()
        if style == "pairs" or (style == "any" and kind < 0.4):
            found.append(random.choice([uncorrelated, uncorrelated, independent])(*some[:2], level))
        elif style == "each":
            found.append(independent([some[0]], some[1:], level))
        elif style == "ends":
            last = random.choice([["Y"], sorted({b for _, b in edges if b != "Y"})[:1]])
            ending = [e for e in edges if e[1] in last]
            found.append(independent(ending, [e for e in edges if e not in ending], level))
        elif style == "any" and kind < 0.5:
            found.append(correlated(*some[:2], level))
        else:
            size = len(edges) if style == "cuts" else random.randint(2, len(edges))
            cut = random.randint(1, size - 1)
            found.append(independent(some[:cut], some[cut:size], level))
    if style == "pairs" and random.random() < 0.5:  # all but a few pairs
        found = [uncorrelated(a, b, k) for a, b in combinations(edges, 2) for k in levels]
        found = random.sample(found, max(1, len(found) - random.choice([0, 1, 3])))
    found += [normal(level) for level in levels if random.random() < 0.4]
    random.shuffle(found)
    return list(dict.fromkeys(found))


def declared(number: int) -> tuple[Random, Design]:
    """A design of at most three mediators with random declarations."""
    for attempt in range(100):
        random = Random(f"rules {number} {attempt}")
        arms = random.choice([["T"], ["T"], ["T1", "T2"]])
        drawn = graph(random, arms, random.choice([1, 2, 3]))
        try:
            sites = random.choice([None, None, 1])
            plain = Design(drawn, treatment=arms, outcome="Y", sites=sites)
            return random, plain.declaring(*said(random, sorted(plain.causal.edges)))
        except InvalidDesignError:
            continue
    raise AssertionError


@pytest.mark.parametrize("start", range(0, 240, 40))
def test_sets_of_arrows(start: int) -> None:
    """Independence, moments and products of any sets: the same is known, by the same declarations, in the same order."""
    known = Counter()
    for number in range(start, start + 40):
        random, design = declared(number)
        rules, edges = Rules(design), sorted(design.causal.edges)
        for _ in range(60):
            chosen = random.sample(edges, random.randint(1, len(edges)))
            cut = random.randint(0, len(chosen))
            a, b = frozenset(chosen[:cut]), frozenset(chosen[cut:])
            s, r = numbered(design, a), numbered(design, b)
            level, means = random.choice(LEVELS), random.random() < 0.5
            both = known_independent(design, level, s, r, means=means), rules.independent(level, a, b, means)
            assert both[0] == both[1]
            known["independent"] += bool(both[0])
            both = known_zero(design, level, s | r), rules.zero(level, chosen)
            assert both[0] == both[1]
            known["zero"] += bool(both[0])
            both = known_product(design, level, s, r), rules.product(level, a, b)
            assert both[0] == both[1]
            known["product"] += bool(both[0])
            moving = rules.moving(level, chosen)
            ways = [(p, q) for _, p, q in rules.covering(level, moving)]
            apart = [way for way in ways if rules.independent(level, *way) is not None]
            if len(moving) == 2 and rules.pair(level, moving):
                apart.append(tuple(frozenset({e}) for e in sorted(moving)))
            assert list(splits(design, (level,), moving)) == apart
    assert min(known[kind] for kind in ("independent", "zero", "product")) > 50


def regressions(random: Random, design: Design) -> list[Regression]:
    """Of a random node on random mediators."""
    nodes = [*design.mediators, design.outcome]
    found = []
    for _ in range(4):
        outcome = random.choice(nodes)
        others = [m for m in design.mediators if m != outcome]
        some = random.sample(others, random.randint(0, len(others)))
        found += [Regression(design, outcome, tuple(some), design.treatments)] if some else []
    return found


@pytest.mark.parametrize("most", [2_000, 6])
@pytest.mark.parametrize("start", range(0, 900, 150))
def test_conditions(start: int, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths and moments: the same conditions are met, by the same declarations; beyond the limit at least the same."""
    for module in (conditions, site_means):
        monkeypatch.setattr(module, "MOST_ITEMS", most)
    met = Counter()

    def same(kind: str, now: tuple | None, gone_through: tuple | None, ordered: bool = True) -> None:
        met[kind] += bool(now)
        if most == 6 and kind == "uncorrelated" and now and gone_through:
            return  # of many pairs the bundles may be known by other declarations
        if most == 6 and kind == "mean" and gone_through is None:
            return  # of many paths the bundles of normal coefficients may be known
        if not ordered and now and gone_through:
            now, gone_through = sorted(now, key=str), sorted(gone_through, key=str)
        assert now == gone_through

    for number in range(start, start + 150):
        random, design = declared(number)
        rules = Rules(design, most)
        for reg in regressions(random, design):
            for u in reg.regressors:
                condition = Within(reg, u)
                if condition.varying_arms:
                    same(
                        "within", condition.declared or None, rules.within(reg.arms, condition.effect), False
                    )
                above = tuple((arm, w, frozenset()) for arm in reg.arms for w in reg.regressors)
                effect = condition.effect
                now = conditions.mean_independent(design, effect, above)
                same("mean", now, rules.mean_independent(effect, above))
                now = conditions.site_uncorrelated(design, above[0], effect)
                same("uncorrelated", now, rules.site_uncorrelated(above[0], effect))
    assert min(met[kind] for kind in ("within", "mean", "uncorrelated")) > 5


@pytest.mark.parametrize("start", range(0, 200, 50))
def test_normal_bundles(start: int) -> None:
    """What is known of bundles of normal coefficients without their paths is known of all pairs of their paths."""
    met = 0
    for number in range(start, start + 50):
        random, design = declared(number)
        design = _only(design, tuple(d for d in design.declarations if d.kind != "correlated"))
        edges = sorted(design.causal.edges)
        few = random.random() < 0.5  # a pair or two are left out
        pairs = [uncorrelated(a, b, level) for a, b in combinations(edges, 2) for level in LEVELS]
        pairs = random.sample(pairs, len(pairs) - min(len(pairs), few * random.randint(1, 2)))
        design = design.declaring(*pairs, *(normal(level) for level in LEVELS))
        rules = Rules(design)
        for u in design.mediators:
            ends = (design.treatments[0], u, frozenset[str]()), (u, design.outcome, frozenset[str]())
            above, below = (edge_set(design, *e) for e in ends)
            moving = said_of(design, "sites").moving
            used = site_means.as_means(design, above & moving, below & moving, ends)
            assert used is None or rules.site_uncorrelated(*ends) is not None
            assert used is None or rules.mean_independent(ends[1], ends[:1]) is not None
            met += bool(used)
            if used:  # nothing else is needed
                alone = Rules(_only(design, used))
                assert alone.site_uncorrelated(*ends) is not None
    assert met > 10


def _only(design: Design, used: tuple[Declaration, ...]) -> Design:
    """The design with some of its declarations alone."""
    drawn = nx.DiGraph(design.graph)
    return Design(drawn, treatment=design.treatments, outcome=design.outcome, sites=design.sites).declaring(
        *used
    )
