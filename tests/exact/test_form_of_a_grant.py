"""FORM OF A GRANT (theory section 12): (vi) and (vii) along every upstream path, against populations made without the engine.

A population in which every arrow varies by itself, or with those that no bundle keeps it apart from, meets both. Its bundles are
read off the graph by networkx and checked as joint distributions, and what the engine calls identified is estimated in it, in
fractions. Witnesses are gone through the same way, from their persons.
"""

from __future__ import annotations

import itertools
from collections import Counter
from fractions import Fraction
from random import Random

import networkx as nx
import pytest

import identcheck as ic
from identcheck.decide.strategies import Composed
from tests.drawn import FIGURE_1, FIGURE_2, drawn
from tests.exact.obliging import Enumerated, limit, truth
from tests.exact.questions import design_of, questions
from tests.tools import often

Edge = tuple[str, str]
Bundles = tuple[str, frozenset[Edge], frozenset[Edge]]
DESIGNS = often(160, 500)
WITNESSED = often(50, 150)


# -- what is granted, read off the graph ------------------------------------------------


def on_ways(graph: nx.DiGraph, u: str, v: str, avoiding: frozenset[str] = frozenset()) -> frozenset[Edge]:
    kept = graph.subgraph(set(graph) - (avoiding - {u, v}))
    if u not in kept or v not in kept:
        return frozenset()
    after, before = nx.descendants(kept, u) | {u}, nx.ancestors(kept, v) | {v}
    return frozenset(e for e in kept.edges if e[0] in after and e[1] in before)


def bundles(design: ic.Design, levels: frozenset[str]) -> set[Bundles]:
    """For every node, set of regressors and regressor: arrows upstream, arrows of its effect, those in both left out."""
    graph = nx.DiGraph(design.causal)
    measured = [m for m in design.mediators if m not in design.unobserved]
    found: set[Bundles] = set()
    for v in (*measured, design.outcome):
        before = [m for m in measured if m != v and nx.has_path(graph, m, v)]
        for size in range(1, len(before) + 1):
            for chosen in itertools.combinations(before, size):
                ups = {
                    w: frozenset().union(*(on_ways(graph, a, w) for a in design.treatments)) for w in chosen
                }
                for u in chosen:
                    down = on_ways(graph, u, v, frozenset(chosen) - {u})
                    whole = frozenset().union(*ups.values())
                    if "persons" in levels:
                        found.add(("persons", ups[u], down))
                    if "sites" in levels and design.sites != 1:
                        found.add(("sites", whole - down, down - whole))
    return found


def factorises(pairs: list[tuple[object, object, Fraction]]) -> bool:
    joint: Counter = Counter()
    left: Counter = Counter()
    right: Counter = Counter()
    for a, b, w in pairs:
        joint[a, b] += w
        left[a] += w
        right[b] += w
    total = sum(left.values())
    return all(joint[a, b] * total == left[a] * right[b] for a in left for b in right)


def said(site: ic.Site, edges: list[Edge]) -> frozenset:
    counts = Counter(tuple(Fraction(p[e]) for e in edges) for p in site.persons)
    return frozenset((values, Fraction(n, len(site.persons))) for values, n in counts.items())


def holds(sites: list[ic.Site], one: Bundles) -> bool:
    level, up, down = one[0], sorted(one[1]), sorted(one[2])
    if level == "sites":
        return factorises([(said(s, up), said(s, down), Fraction(s.weight)) for s in sites])
    return all(
        factorises([(tuple(p[e] for e in up), tuple(p[e] for e in down), Fraction(1)) for p in s.persons])
        for s in sites
    )


def broken(world: ic.Population, levels: frozenset[str]) -> list[Bundles]:
    """The bundles of what is granted that are not independent in a population."""
    edges, sites = list(world.design.causal.edges), list(world.sites)
    vary = {
        "sites": {e for e in edges if len({said(s, [e]) for s in sites}) > 1},
        "persons": {e for e in edges if any(len({p[e] for p in s.persons}) > 1 for s in sites)},
    }
    shown = {
        (level, up & vary[level], down & vary[level]) for level, up, down in bundles(world.design, levels)
    }
    return [one for one in shown if one[1] and one[2] and not holds(sites, one)]


# -- populations that meet it -------------------------------------------------------------


def granting(random: Random, design: ic.Design) -> Enumerated:
    """What the arms do in rows, other arrows crossed with these and with one another; within sites likewise for some arrows."""
    graph = nx.DiGraph(design.graph)
    fixed = {e: random.choice([1, 2, 3, -1]) for e in graph.edges}
    free = [e for e in sorted(graph.edges) if design.sites != 1 and design.varies(*e) != "none"]
    rows = [e for e in free if e[0] in design.treatments]
    inner = [e for e in free if e not in rows]
    ups = [{e: random.choice([-7, -3, 2, 5, 11, 4]) for e in rows} for _ in range(4 if rows else 1)]
    ways = [
        [
            {
                e: random.choice([-7, -2, 3]),
            },
            {e: random.choice([5, 1, 11])},
        ]
        for e in inner
    ]
    if 4 * 2 ** len(ways) > 1024:
        random.shuffle(ways)
        ways = ways[:8]
    moving = [e for e in sorted(graph.edges) if design.varies(*e) == "persons"]
    chosen = random.sample(moving, min(2, len(moving)))
    persons = [
        dict(zip(chosen, signs, strict=True)) for signs in itertools.product((1, -1), repeat=len(chosen))
    ]
    sites = []
    for parts in itertools.product(ups, *ways):
        site = dict(fixed)
        for part in parts:
            site |= part
        sites.append(tuple(site | {e: site[e] + more for e, more in person.items()} for person in persons))
    return Enumerated(graph, (1,) * len(sites), tuple(sites))


def estimated(random: Random, design: ic.Design, strategy: ic.Strategy) -> tuple[Enumerated, Fraction] | None:
    """A population that meets what is granted and in which the strategy has a number, with the number."""
    for _ in range(4):
        world = granting(random, design)
        found = limit(world, strategy)
        if found is not None:
            return world, found
    return None


def as_population(design: ic.Design, world: Enumerated) -> ic.Population:
    sites = [
        ic.Site([{e: Fraction(x) for e, x in p.items() if e in design.causal.edges} for p in site])
        for site in world.persons
    ]
    return ic.Population(design, sites)


def along(design: ic.Design) -> list[ic.Estimand]:
    """Paths over measured nodes between mediators."""
    measured = [m for m in design.mediators if m not in design.unobserved]
    pairs = itertools.combinations((*measured, design.outcome), 2)
    ways = (w for pair in pairs for w in nx.all_simple_paths(design.causal, *pair) if len(w) > 2)
    return [ic.path(*way) for way in itertools.islice(ways, 8)]


def licensed(strategy: Composed) -> bool:
    return any(c.kind == "product" and not c.implied for c in strategy.conditions)


BOTH = frozenset({"persons", "sites"})


class TestWhatIsIdentified:
    def test_by_a_product_that_the_grant_licenses_is_the_estimand(self):
        """500 random designs: where a composition has every condition by numerals, the product of averages is exact."""
        seen: Counter[str] = Counter()
        for number in range(DESIGNS):
            random, design = design_of("form of a grant", number, most=4)
            result = ic.check(design, "all")
            for asked in (*along(design), *questions(random, design, 3)):
                finding = result[asked]
                for strategy in finding.strategies if finding.best is not None else ():
                    if (
                        isinstance(strategy, Composed)
                        and not finding.missing_for(strategy)
                        and licensed(strategy)
                    ):
                        seen[self.shown(random, finding, strategy, seen["exact"])] += 1
        assert seen["exact"] > often(18, 60), seen
        assert seen["exact, and the grant is met"] > often(12, 40), seen
        assert seen["no rank"] < seen["exact"] / 4, seen

    def shown(self, random: Random, finding: ic.Finding, strategy: Composed, count: int) -> str:
        design = finding.design
        found = estimated(random, design, strategy)
        if found is None:
            return "no rank"
        world, number = found
        assert number == truth(world, finding.target), (design, finding.estimand, strategy.name)
        if design.sites != 1:
            lacking = frozenset(design.numerals) - {"vii"}
            assert not all(c.met(lacking) for c in strategy.conditions)
        if count % 8 or len(world.persons) > 128:
            return "exact"
        assert broken(as_population(design, world), BOTH) == []
        return "exact, and the grant is met"

    def test_a_product_is_not_licensed_by_one_numeral(self):
        """Factors that move together within sites, or between them: (vi), or (vii), is broken and the product misses."""
        design = drawn("T -> A -> B -> C -> Y; A -> {C Y}; B -> Y")
        asked = ic.path("A", "B", "Y")
        strategy = next(s for s in ic.check(design, "all")[asked].strategies if isinstance(s, Composed))
        graph = nx.DiGraph(design.graph)
        base = dict.fromkeys(graph.edges, 1) | {("B", "C"): 2}
        for level in ("persons", "sites"):
            sites = []
            for t, (x, y) in itertools.product((1, 2, 5), ((1, 1), (3, 4))):
                alike = base | {("T", "A"): t}
                one, other = (
                    alike | {("A", "B"): x, ("B", "Y"): y},
                    alike | {("A", "B"): 4 - x, ("B", "Y"): 5 - y},
                )
                sites.append((one, other) if level == "persons" else (one,))
            world = Enumerated(graph, (1,) * len(sites), tuple(sites))
            assert {b[0] for b in broken(as_population(design, world), BOTH)} == {level}
            assert limit(world, strategy) != truth(world, ic.check(design)[asked].target)
        for missing in ("vi", "vii"):
            granted = [n for n in design.numerals if n != missing]
            assert ic.check(design, granted)[asked].verdict is ic.Verdict.CONDITIONAL


class TestWitnesses:
    @pytest.mark.parametrize("granted", ["all", "vi,vii", "vii,ix", "vi,ix"])
    def test_meet_the_grant_in_its_form(self, granted: str):
        """Conditional: what was granted; not identified: all that can be. From raw persons, for every regression there is."""
        seen: Counter[str] = Counter()
        names = {"all": {"vi", "vii"}}.get(granted, set(granted.split(",")))
        for number in range(WITNESSED):
            random, design = design_of("grant and worlds", number, most=4)
            if design.single:
                continue
            result = ic.check(design, granted)
            for asked in questions(random, design, 4):
                finding = result[asked]
                witness = finding.witness()
                if witness is None:
                    continue
                everything = finding.verdict is ic.Verdict.NOT_IDENTIFIED
                levels = {"persons"} if everything or "vi" in names else set()
                levels |= {"sites"} if everything or "vii" in names else set()
                assert witness.verify()
                for world in (witness.first, witness.second):
                    assert broken(world, frozenset(levels)) == [], (number, design, asked)
                seen[finding.verdict.value] += 1
                seen["varies below"] += any(
                    len({said(s, [e]) for s in witness.first.sites}) > 1
                    for e in design.causal.edges
                    if e[0] not in design.treatments
                )
        assert seen["conditional"] > often(12, 40) or granted == "all", seen
        assert seen["not identified"] > often(6, 20), seen
        assert seen["varies below"] > often(0, 3), seen


class TestTable:
    """What the form changes in the paper's figures, one by one; the rest of the table is in ``tests/paper/test_verdicts.py``."""

    def test_figure_1_path(self):
        """The total effect of M1, and the path through M2: what is missing is T -> M2 against the compliance of M1."""
        result = ic.check(drawn(FIGURE_1, sites=9), "all")
        for asked in (ic.total("M1", "Y"), ic.path("M1", "M2", "Y"), ic.direct("M1", "M2")):
            (missing,) = result[asked].missing
            assert missing.key == "bypass"
            assert missing.effect[:2] == ("T", "M2")

    @pytest.mark.parametrize("kind", [ic.uncorrelated, ic.independent])
    def test_the_bypass_is_a_covariance(self, kind):
        """Declared to be zero, or implied by independence: the total effect is identified by the nine."""
        known = kind("T -> M1", "T -> M2", "sites")
        design = drawn(FIGURE_1, {"T -> M1": "sites", "T -> M2": "sites"}, sites=9).declaring(known)
        for asked in (ic.total("M1", "Y"), ic.path("M1", "M2", "Y"), ic.direct("M1", "M2")):
            finding = ic.check(design, "all")[asked]
            assert finding.verdict is ic.Verdict.IDENTIFIED
            assert finding.declared == (known,)

    def test_figure_2_is_as_before(self):
        result = ic.check(drawn(FIGURE_2, sites=9), "all")
        for asked in ("direct V Y", "direct NP Y", "direct V NP", "total V Y", "path V NP Y"):
            assert result[asked].verdict is ic.Verdict.IDENTIFIED

    def test_a_shared_arrow_stays_a_condition(self):
        hidden = drawn("T -> {M1 M2} -> Y; M1 -> x -> Y; x -> M2", unobserved=["x"], sites=9)
        finding = ic.check(hidden, "all")["total M2 Y"]
        assert [c.key for c in finding.missing] == ["shared"]

    def test_a_hidden_node_on_the_way_licenses_nothing(self):
        """T -> M1 -> x -> M2 -> Y: the product is cut at M2, never at x; what goes around M2 from x is in its bypass."""
        design = drawn("T -> M1 -> x -> M2 -> Y; x -> Y; T -> M2", unobserved=["x"], sites=9)
        for finding in ic.check(design, "all"):
            for strategy in finding.strategies:
                for c in strategy.conditions:
                    if c.kind == "product" and c.licence:
                        for _, factors in c.products:
                            assert all(f[0].source not in design.unobserved for f in factors[1:])

    def test_ranks_hold_in_populations_that_meet_all_that_is_granted(self):
        """Theory section 7, JOINTLY: a rank that lives on a covariance that (vi) makes zero is none."""
        arrows = "T1 -> M1; T2 -> M1; M1 -> {M2 Y}; M2 -> Y"
        design = drawn(arrows, {"M2 -> Y": "none"}, sites=1)
        for granted in ("all", ["vi", "vii", "ix", "product"]):
            assert ic.check(design, granted)["path M1 M2 Y"].verdict is ic.Verdict.NOT_IDENTIFIED

    def test_a_declared_correlation_bars_the_grant(self):
        """(vii) of M2 is not granted path by path: the verdict names it as missing, and the reason says why."""
        known = ic.correlated("M1 -> M2", "M2 -> Y", "sites")
        design = drawn("T -> {M1 M2}; M1 -> M2; M2 -> Y", sites=9).declaring(known)
        finding = ic.check(design, "all")["direct M2 Y"]
        assert finding.verdict is ic.Verdict.CONDITIONAL
        assert "vii" in {c.assumption for c in finding.missing}
        assert "(vii) is not granted path by path" in finding.reason


class TestByName:
    """What no numeral grants can be granted by name."""

    def test_end_to_end(self):
        design = drawn(
            FIGURE_1,
            sites=9,
            justifications={"bypass": "Offices differ.", "vi": "Known.", "vii": "By lot.", "ix": "So."},
        )
        asked = ic.total("M1", "Y")
        for granted in (["vi", "vii", "ix", "bypass"], "all,bypass", "justified"):
            finding = ic.check(design, granted)[asked]
            assert finding.verdict is ic.Verdict.IDENTIFIED
            assert "bypass" in finding.rests_on
        assert ic.check(design, ["vi", "ix", "bypass"])[asked].verdict is ic.Verdict.CONDITIONAL
