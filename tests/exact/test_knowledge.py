"""What declarations imply, against brute force: all that is claimed is true, all that is not can be false."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations, product
from math import prod
from random import Random

import networkx as nx
import pytest

from identcheck import (
    Design,
    InvalidQuestionError,
    Population,
    Site,
    Strategy,
    correlated,
    independent,
    normal,
    uncorrelated,
)
from identcheck.decide.identification import check, default_estimands
from identcheck.decide.population.declared import holds
from identcheck.derive import knowledge
from identcheck.derive.paths import numbered
from identcheck.derive.rank import structural_rank
from identcheck.describe.declarations import LEVELS, Declaration
from identcheck.symbols.notation import E_s
from tests.drawn import CHAIN, FIGURE_1, FIGURE_2, PARALLEL, drawn

Edge = tuple[str, str]

STAR = "T -> {M1 M2} -> Y"
EDGES = [("T", "M1"), ("T", "M2"), ("M1", "Y"), ("M2", "Y")]


def star(rule: str, declarations: Iterable[Declaration] = ()) -> Design:
    """Four arrows, all of which vary over the same."""
    return drawn(STAR, dict.fromkeys(["T -> {M1 M2} -> Y"], rule), declarations=declarations)


def known_independent(design: Design, level: str, a: Iterable[Edge], b: Iterable[Edge], **means: bool):
    return knowledge.known_independent(design, level, numbered(design, a), numbered(design, b), **means)


def known_zero(design: Design, level: str, edges: Iterable[Edge]):
    return knowledge.known_zero(design, level, numbered(design, edges))


def known_product(design: Design, level: str, s: Iterable[Edge], r: Iterable[Edge]):
    return knowledge.known_product(design, level, numbered(design, s), numbered(design, r))


def subsets(edges: Sequence[Edge], least: int = 1) -> Iterator[frozenset[Edge]]:
    for size in range(least, len(edges) + 1):
        yield from map(frozenset, combinations(edges, size))


def disjoint(edges: Sequence[Edge]) -> Iterator[tuple[frozenset[Edge], frozenset[Edge]]]:
    """Every two sets of arrows that share none and are not empty."""
    for places in product((0, 1, 2), repeat=len(edges)):
        a, b = (frozenset(e for e, p in zip(edges, places, strict=True) if p == k) for k in (1, 2))
        if a and b:
            yield a, b


# -- brute force -------------------------------------------------------------------


def factorises(pairs: list[tuple[object, object]]) -> bool:
    """Whether the joint frequency of every two values is the product of their frequencies."""
    lefts, rights = {a for a, _ in pairs}, {b for _, b in pairs}
    return all(
        pairs.count((a, b)) * len(pairs) == sum(x == a for x, _ in pairs) * sum(y == b for _, y in pairs)
        for a in lefts
        for b in rights
    )


def values(person: dict[Edge, int], edges: Iterable[Edge]) -> tuple[int, ...]:
    return tuple(person[e] for e in sorted(edges))


def says(persons: list[dict[Edge, int]], edges: Iterable[Edge]) -> tuple:
    """All that a site says of some coefficients: every combination, with its share."""
    rows = [values(person, edges) for person in persons]
    return tuple(sorted((row, Fraction(rows.count(row), len(rows))) for row in set(rows)))


def is_independent(world: list[list[dict]], level: str, a: Iterable[Edge], b: Iterable[Edge]) -> bool:
    if level == "sites":
        return factorises([(says(site, a), says(site, b)) for site in world])
    return all(factorises([(values(p, a), values(p, b)) for p in site]) for site in world)


def central(rows: list[list[Fraction]]) -> Fraction:
    columns = list(zip(*rows, strict=True))
    means = [Fraction(sum(column), len(rows)) for column in columns]
    return sum(
        prod((x - m for x, m in zip(row, means, strict=True)), start=Fraction(1)) for row in rows
    ) / len(rows)


def moments(world: list[list[dict]], level: str, edges: Iterable[Edge]) -> list[Fraction]:
    """The joint central moment: in each site, or the one of the site means."""
    chosen = sorted(edges)
    if level == "persons":
        return [central([[Fraction(p[e]) for e in chosen] for p in site]) for site in world]
    return [central([[Fraction(sum(p[e] for p in site), len(site)) for e in chosen] for site in world])]


# -- independence: claimed if and only if it follows -------------------------------


def parity(design: Design, tied: frozenset[Edge], level: str) -> Population:
    """Fair coins, all independent but that an even number of the tied ones are heads."""
    edges = sorted(design.causal.edges)
    rows = [dict(zip(edges, coins, strict=True)) for coins in product((0, 1), repeat=len(edges))]
    rows = [row for row in rows if sum(row[e] for e in tied) % 2 == 0]
    return Population(design, [Site(rows)] if level == "persons" else [Site([row]) for row in rows])


@pytest.mark.parametrize("number", range(12))
@pytest.mark.parametrize("level", LEVELS)
def test_independence_follows_or_a_population_denies_it(level: str, number: int) -> None:
    """Geiger, Paz and Pearl: what does not follow fails where some coins have even parity."""
    random = Random(f"parity {number}")
    statements = [random.choice(list(disjoint(EDGES))) for _ in range(random.choice([1, 2, 3, 4]))]
    declared = [independent(a, b, level) for a, b in statements]
    design = star(level, declared)
    for a, b in disjoint(EDGES):
        used = known_independent(design, level, a, b)
        ties = [
            tied
            for tied in subsets(EDGES, 2)
            if tied <= a | b
            and tied & a
            and tied & b
            and not any(tied <= p | q and tied & p and tied & q for p, q in statements)
        ]
        assert (used is None) == bool(ties)
        assert used is None or (set(used) <= set(declared) and used)
        for tied in ties[:2]:
            denied = parity(design, tied, level)
            assert all(holds(denied, d) for d in declared)
            assert not holds(denied, independent(a, b, level))


# -- random worlds: everything that is claimed is true -----------------------------


def random_world(random: Random, design: Design) -> list[list[dict[Edge, int]]]:
    """Blocks of coefficients that are independent of one another: between sites, and perhaps within them."""
    edges = sorted(design.causal.edges)
    random.shuffle(edges)
    cut = sorted(random.sample(range(1, len(edges)), random.choice([1, 1, 2])))
    blocks = [edges[i:j] for i, j in zip([0, *cut], [*cut, len(edges)], strict=True)]
    kinds = {e: random.choice(["persons", "persons", "sites"]) for e in edges}
    variants = [[_block(random, block, kinds) for _ in range(2)] for block in blocks]
    crossed = random.random() < 0.6
    return [
        [dict(item for part in row for item in part.items()) for row in _joined(random, chosen, crossed)]
        for chosen in product(*variants)
    ]


def _block(random: Random, edges: Sequence[Edge], kinds: dict[Edge, str]) -> list[dict[Edge, int]]:
    same = {e: random.choice([-1, 1, 2]) for e in edges}
    return [
        {e: random.choice([-1, 1, 2]) if kinds[e] == "persons" else same[e] for e in edges} for _ in range(2)
    ]


def _joined(random: Random, parts: Sequence[list[dict]], crossed: bool) -> list[tuple[dict, ...]]:
    """Persons with every combination, or with each part dealt out at random."""
    if crossed:
        return list(product(*parts))
    return list(zip(*(random.sample(part, len(part)) for part in parts), strict=True))


def true_declarations(random: Random, edges: Sequence[Edge], world: list[list[dict]]) -> list[Declaration]:
    """Some of what can truly be declared of a world."""
    found = []
    for level in LEVELS:
        found += [independent(a, b, level) for a, b in disjoint(edges) if is_independent(world, level, a, b)]
        for a, b in combinations(edges, 2):
            zero = not any(moments(world, level, [a, b]))
            found.append((uncorrelated if zero else correlated)(a, b, level))
    return random.sample(found, min(len(found), random.choice([1, 2, 3, 5, 8])))


WORLDS = 40


def known_world(number: int, arrows: str) -> tuple[Random, Design, list[list[dict]]]:
    random = Random(f"declared {number} {arrows}")
    plain = drawn(arrows)
    world = random_world(random, plain)
    return random, plain.declaring(*true_declarations(random, sorted(plain.causal.edges), world)), world


@pytest.mark.parametrize("arrows", [PARALLEL, FIGURE_2])
def test_what_is_claimed_of_random_worlds_is_true(arrows: str) -> None:
    claims = 0
    for number in range(WORLDS):
        _, design, world = known_world(number, arrows)
        edges = sorted(design.causal.edges)
        population = Population(design, [Site(site) for site in world])
        assert all(holds(population, d) for d in design.declarations)
        for level in LEVELS:
            for a, b in disjoint(edges):
                if known_independent(design, level, a, b):
                    assert is_independent(world, level, a, b)
                    claims += 1
                if known_product(design, level, a, b):
                    apart = zip(moments(world, level, a), moments(world, level, b), strict=True)
                    assert moments(world, level, a | b) == [x * y for x, y in apart]
                    claims += 1
            for chosen in subsets(edges, 2):
                if known_zero(design, level, chosen):
                    assert not any(moments(world, level, chosen))
                    claims += 1
    assert claims > 300


def is_exact(population: Population, strategy: Strategy) -> bool:
    """Whether the regression has a solution here; then it is the average effect."""
    try:
        biases = [population.evaluate(bias) for bias in strategy.bias().values()]
    except InvalidQuestionError:  # the compliances have no rank
        return False
    assert not any(biases)
    return bool(biases)


def mean_independent(pairs: list[tuple[tuple[Fraction, ...], Fraction]]) -> bool:
    """Whether the average of the second is the same at every value of the first."""
    by_value: dict[tuple[Fraction, ...], list[Fraction]] = {}
    for given, value in pairs:
        by_value.setdefault(given, []).append(value)
    return len({sum(v) / len(v) for v in by_value.values()}) == 1


@pytest.mark.parametrize(
    "arrows", [PARALLEL, FIGURE_1, FIGURE_2, CHAIN, "{T1 T2} -> M -> Y", "T -> M -> Y; T -> Y"]
)
def test_every_condition_that_declarations_meet_is_met(arrows: str) -> None:
    met: set[str] = set()
    for number in range(WORLDS):
        _, design, world = known_world(number, arrows)
        population = Population(design, [Site(site) for site in world])
        sites = range(len(world))
        result = check(design)
        for strategy in {s for e in default_estimands(design) for s in result[e].strategies}:
            implied = all(c.implied or c.kind == "rank" for c in strategy.conditions)
            if implied and strategy.regressors and isinstance(strategy, Strategy):
                met.add("exact" if is_exact(population, strategy) else "no rank")
            for c in strategy.conditions:
                if not c.declared:
                    continue
                met.add(f"{c.kind} {type(c).__name__} {c.regression.pooled}")
                assert c.implied.startswith("declared: ")
                assert all(str(d) in c.implied for d in c.declared)
                if c.kind == "within":
                    assert not any(population.evaluate(item, s) for item in c.covariances for s in sites)
                elif c.kind == "product":
                    where = sites if c.regression.site_by_site else [None]
                    assert not any(population.evaluate(item, s) for item in c.exact for s in where)
                elif c.regression.pooled:
                    assert not any(population.evaluate(item) for item in c.moments())
                else:
                    given = [tuple(population.evaluate(r, s) for r in c.compliances) for s in sites]
                    subject = [population.evaluate(c.subject, s) for s in sites]
                    assert mean_independent(list(zip(given, subject, strict=True)))
    assert {"within Within False", "between Between False"} <= met or arrows == CHAIN
    assert "exact" in met or arrows in (PARALLEL, FIGURE_1)  # few draws declare enough for two regressors
    assert "between Bypass False" in met or arrows != "T -> M -> Y; T -> Y"
    assert "between Between True" in met or arrows != "{T1 T2} -> M -> Y"


# -- normal coefficients: Isserlis -------------------------------------------------


def hafnian(items: Sequence[Edge], covariance: dict[frozenset[Edge], int]) -> int:
    """The joint central moment of jointly normal coefficients: the sum over all ways to pair them."""
    if not items:
        return 1
    first, *rest = items
    return sum(
        covariance[frozenset({first, other})] * hafnian([e for e in rest if e != other], covariance)
        for other in rest
    )


@pytest.mark.parametrize("level", LEVELS)
def test_normal_moments_vanish_as_isserlis_says_and_no_others(level: str) -> None:
    """Primes as covariances: what is not known to vanish, or to be a product, is not."""
    primes = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47]
    for number in range(15):
        random = Random(f"normal {number}")
        graph = nx.DiGraph([("T", "M1"), ("T", "M2"), ("T", "M3"), ("M1", "Y"), ("M2", "Y"), ("M3", "Y")])
        edges = sorted(graph.edges)
        pairs = [frozenset(pair) for pair in combinations(edges, 2)]
        zero = [pair for pair in pairs if random.random() < 0.5]
        covariance = {pair: 0 if pair in zero else p for pair, p in zip(pairs, primes, strict=True)}
        declared = [normal(level), *(uncorrelated(*sorted(pair), level) for pair in zero)]
        design = Design(graph, treatment="T", outcome="Y", declarations=declared)
        for chosen in subsets(edges, 2):
            known = known_zero(design, level, chosen) is not None
            assert known == (hafnian(sorted(chosen), covariance) == 0)
        for a, b in random.sample(list(disjoint(edges)), 80):
            whole, one, other = (hafnian(sorted(c), covariance) for c in (a | b, a, b))
            assert (known_product(design, level, a, b) is not None) == (whole == one * other)
            apart = all(frozenset({x, y}) in zero for x in a for y in b)
            means = known_independent(design, level, a, b, means=True) is not None
            assert means == apart
            if level == "sites":
                assert known_independent(design, level, a, b) is None  # the means say nothing of variances


# -- the two levels ----------------------------------------------------------------


def test_what_two_coefficients_say_together_is_more_than_each_says_alone() -> None:
    """Mixing fails between sites: how b and c move together within a site may depend on a."""
    a, b, c = ("T", "M"), ("M", "N"), ("N", "Y")
    declared = [independent(a, b, "sites"), independent([a, b], c, "sites")]
    design = drawn("T -> M -> N -> Y", declarations=declared)
    assert known_independent(design, "sites", {a}, {b, c}) is None
    assert set(known_independent(design, "sites", {a}, {b, c}, means=True) or ()) == set(declared)

    sites = [Site([{a: s, b: x, c: s * x} for x in (-1, 1)]) for s in (-1, 1)]
    denied = Population(design, sites)
    assert all(holds(denied, d) for d in declared)
    assert not holds(denied, independent(a, [b, c], "sites"))
    effect = denied.design.notation.effect("M", "Y", ())
    assert [denied.evaluate(E_s(effect), s) for s in (0, 1)] == [-1, 1]  # moves with the compliance

    within = independent(b, c, "persons")
    assert set(known_independent(design.declaring(within), "sites", {a}, {b, c}) or ()) == {*declared, within}
    still = drawn("T -> M -> N -> Y", {"M -> N": "sites"}, declarations=declared)
    assert set(known_independent(still, "sites", {a}, {b, c}) or ()) == set(declared)


def test_arrows_that_do_not_vary_drop_out() -> None:
    design = drawn(FIGURE_2, {"V -> NP": "sites", "NP -> Y": "none"})
    assert known_independent(design, "persons", {("V", "NP")}, {("T", "V")}) == ()
    assert known_independent(design, "sites", {("V", "NP")}, {("T", "V")}) is None
    assert known_independent(design, "sites", {("NP", "Y")}, {("T", "V")}) == ()
    assert known_zero(design, "persons", [("V", "NP"), ("T", "V")]) == ()
    assert known_product(design, "sites", [("NP", "Y")], [("T", "V")]) == ()
    assert known_zero(design, "sites", []) is None  # the empty moment is 1
    assert known_zero(design, "sites", [("T", "V")]) == ()
    one_site = drawn(FIGURE_2, sites=1)
    assert known_independent(one_site, "sites", {("V", "NP")}, {("T", "V")}) == ()


def test_an_arrow_is_not_independent_of_itself() -> None:
    design = drawn(FIGURE_2, declarations=[independent("T -> V", "V -> NP -> Y", "sites")])
    assert known_independent(design, "sites", [("T", "V")], [("T", "V"), ("V", "NP")]) is None
    assert known_product(design, "sites", [("T", "V")], [("T", "V")]) is None


# -- rank --------------------------------------------------------------------------

TWO_ARMS = "{T1 T2} -> V -> NP -> Y; V -> Y"


@pytest.mark.parametrize(
    ("declared", "rank"),
    [
        ([], 2),
        ([independent("T1 -> V", "V -> NP", "persons")], 2),
        ([independent(["T1 -> V", "T2 -> V"], "V -> NP", "persons")], 1),
        ([uncorrelated(f"{arm} -> V", "V -> NP", "persons") for arm in ("T1", "T2")], 1),
        ([independent(["T1 -> V", "T2 -> V"], "V -> NP", "sites")], 2),
        ([normal("persons")], 2),
    ],
)
def test_rank_within_a_site_takes_a_covariance_that_may_be_there(declared, rank) -> None:
    """One site, two arms: NP's compliance differs from a multiple of V's only by Cov_s of the arms."""
    design = drawn(TWO_ARMS, {"V -> NP": "persons"}, sites=1, declarations=declared)
    found = structural_rank(design, ("V", "NP"), ("T1", "T2"))
    assert found.rank == rank


def test_a_table_that_another_thread_begins_anew_is_still_read_to_the_end(monkeypatch):
    a, b, c, d = EDGES
    said = [
        independent([a, c], [b, d], "persons"),
        independent(a, c, "persons"),
        independent(b, d, "persons"),
    ]
    asked = (([a, b], [c, d]), ([a], [c]), ([b], [d]))
    right = [known_independent(star("persons", said), "persons", *sides) for sides in asked]
    for first in (1, 2):
        design = star("persons", said)
        known_independent(design, "persons", *asked[first])  # kept
        way = knowledge._way_apart

        def elsewhere(*args, design=design, way=way):
            with monkeypatch.context() as patch:
                patch.setattr(knowledge, "MOST_KEPT", 0)
                patch.setattr(knowledge, "_way_apart", way)
                if args[2].bit_count() == 1:  # a part, when what is known of the other part was found
                    known_independent(design, "persons", *asked[0][::-1])
            return way(*args)

        with monkeypatch.context() as patch:
            patch.setattr(knowledge, "_way_apart", elsewhere)
            assert set(known_independent(design, "persons", *asked[0])) == set(right[0]) == set(said)
