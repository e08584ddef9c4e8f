"""Which strategies are listed, in which order, within which limits; and what the short cuts leave out."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import combinations
from random import Random

import networkx as nx
import pytest

from identcheck import Design, Verdict, average, check, direct, independent, path, total
from identcheck.decide.conditions import Bypass
from identcheck.decide.estimands import resolve
from identcheck.decide.identification import default_estimands
from identcheck.decide.lacking import least_lacking, meets_all
from identcheck.decide.population.linear import null_vectors, rank, solve
from identcheck.decide.strategies import Composed, find_strategies
from identcheck.decide.strategies.by_site import site_by_site
from identcheck.decide.strategies.composition import compositions
from identcheck.decide.strategies.search import Search, easiest
from tests.drawn import drawn
from tests.exact.moderated import random_design as modified_design
from tests.exact.worlds import random_design

FIGURE_1 = "T -> {M1 M2} -> Y; M1 -> M2"
FIGURE_2 = "T -> V -> NP -> Y; V -> Y"


def search(arrows: str, asked, varies=None, **more) -> Search:
    design = drawn(arrows, varies or {}, **more)
    return find_strategies(design, resolve(design, asked))


def names(found: Search) -> list[str]:
    return [strategy.name for strategy in found.strategies]


def random_designs(count: int, purpose: str):
    for number in range(count):
        random = Random(f"{purpose} {number}")
        yield random_design(random, sites=random.choice([None, None, 1, 2, 4]))


class TestWhatIsListed:
    def test_two_routes_to_the_total_effect_of_m1(self):
        """Footnote 4 and the intercept on M1 alone: other conditions, the same effect."""
        found = search(FIGURE_1, total("M1", "Y"))
        single, composed = found.strategies
        assert single.regressors == ("M1",)
        assert single.intercept
        assert isinstance(composed, Composed)
        assert {part.outcome for part in composed.parts} == {"M2", "Y"}
        bypasses = [[c.phrase for c in s.conditions if isinstance(c, Bypass)] for s in found.strategies]
        assert bypasses == [
            ["the effect of T on Y that does not run through M1 (the bypass, T -> M2 -> Y)"],
            ["the direct effect of T on M2 (the bypass, T -> M2)"],
        ]
        assert [c.kind for c in composed.conditions].count("product") == 1

    def test_a_path_as_a_difference_needs_no_product(self):
        finding = check(drawn(FIGURE_2), "all")[path("V", "NP", "Y")]
        assert finding.verdict is Verdict.IDENTIFIED
        assert finding.best.name.startswith(
            "composed: the total effect of V on Y less the direct effect of V on Y"
        )
        assert not any(c.kind == "product" for c in finding.best.conditions)

    def test_compliance_times_effect_is_licensed_by_the_regression(self):
        finding = check(drawn(FIGURE_1), "all")[path("T", "M1", "Y")]
        assert finding.verdict is Verdict.IDENTIFIED
        assert {c.kind for c in finding.best.conditions} == {"cut", "within", "between", "rank"}

    def test_no_composition_where_one_regression_will_do(self):
        for asked in (direct("M1", "Y"), total("M2", "Y")):
            assert not any(isinstance(s, Composed) for s in search(FIGURE_1, asked).strategies)

    def test_what_is_declared_takes_no_composition_away(self):
        """It meets the bypass of a regression whose numerals are not granted; the composition is met as before."""
        design = drawn(
            "T0 -> {M0 M1} -> Y; T1 -> M1; T2 -> M0",
            {"T0 -> M0": "none", "T1 -> M1": "sites", "M0 -> Y": "sites"},
            sites=2,
        )
        known = independent(("T0", "M1"), [("T0", "M0"), ("M0", "Y")], "sites")
        asked = average("T0", "Y", avoiding=["M1"])
        for grants in (["vii", "everywhere"], ["vii", "everywhere", known]):
            found = check(design, grants)[asked]
            assert found.verdict is Verdict.IDENTIFIED
            assert isinstance(found.best, Composed)
            assert found.best.site_by_site

    def test_a_bypass_by_choice_comes_last_and_decides_nothing(self):
        arrows = "T -> {M1 M2 M3} -> Y"
        finding = check(drawn(arrows, sites=5), "all")[direct("M1", "Y")]
        assert len(finding.by_choice) == 3
        assert finding.strategies[-3:] == finding.by_choice
        assert finding.best not in finding.by_choice
        few = check(drawn(arrows, sites=2), "all")[direct("M1", "Y")]
        assert few.verdict is Verdict.NOT_IDENTIFIED
        assert few.strategies == ()
        assert few.by_choice

    def test_a_bypass_by_choice_that_is_declared_away_identifies(self):
        design = drawn("T -> {M1 M2 M3} -> Y", sites=2)
        known = independent([("T", "M2"), ("M2", "Y"), ("T", "M3"), ("M3", "Y")], ("T", "M1"), "sites")
        finding = check(design, ["vi", "vii", "ix", known])[direct("M1", "Y")]
        assert finding.verdict is Verdict.IDENTIFIED
        assert finding.best in finding.by_choice

    def test_arms_with_a_bypass_are_left_out_where_the_others_do(self):
        found = search("{T1 T2} -> {M1 M2} -> Y; T1 -> Y", direct("M1", "Y"))
        assert [s.arms for s in found.strategies if not s.pooled] == [("T2",)]
        found = search("T1 -> {M1 Y}; T2 -> M1; T3 -> Y; M1 -> Y", direct("M1", "Y"))
        assert found.strategies[0].arms == ("T2",)

    def test_an_arm_whose_bypass_is_constant_stays(self):
        found = search("{T1 T2} -> M1 -> Y; T1 -> Y", direct("M1", "Y"), {"T1 -> Y": "none"})
        assert found.strategies[0].arms == ("T1", "T2")
        assert found.strategies[0].regression.intercepts == ("T1",)


class TestOrder:
    def test_no_bypass_before_a_bypass(self):
        """Over random designs: open bypasses never become fewer down the list; no two are alike."""
        seen = Counter()
        for design in random_designs(60, "order"):
            for asked in default_estimands(design):
                found = find_strategies(design, resolve(design, asked))
                for listed in (found.strategies, found.by_choice):
                    open_ = [
                        sum(isinstance(c, Bypass) and not c.implied for c in s.conditions) for s in listed
                    ]
                    assert open_ == sorted(open_), (design, asked)
                    assert len(set(listed)) == len(listed)
                    seen["several"] += len(listed) > 1
        assert seen["several"] > 50

    def test_the_pooled_variant_follows_its_regression(self):
        first, second, third = search("T -> M -> Y", direct("M", "Y")).strategies
        assert (first.pooled, second.pooled) == (False, True)
        assert third.site_by_site


class TestShortCuts:
    def test_a_settled_search_has_nothing_better(self):
        """Where the verdict is given without compositions, none of them could have met its conditions."""
        seen = Counter()
        for number in range(80):
            random = Random(f"settled {number}")
            drawn_ = random_design(random, sites=random.choice([None, 2, 4]))
            graph = nx.DiGraph(drawn_.causal.edges)
            design = Design(graph, treatment=list(drawn_.treatments), outcome="Y", sites=drawn_.sites)
            inside = (*design.mediators, "Y")
            asked = [average(u, v, random.sample(inside, 1)) for u in inside for v in inside if u != v]
            reachable = (a for a in asked if nx.has_path(graph, *a.nodes))
            for estimand in (*default_estimands(design), *reachable):
                found = find_strategies(design, resolve(design, estimand))
                assert not found.settled(frozenset(design.numerals))  # a product may be granted
                for granted in map(frozenset, (["vi", "ix"], ["vii", "ix"], ["vi", "vii"])):
                    if not found.settled(granted):
                        continue
                    best = least_lacking(found.regressions, granted)
                    every = (*found.strategies, *found.by_choice)
                    assert not meets_all(best, granted)  # nothing implies (vi) or (vii) here
                    assert not any(meets_all(s, granted) for s in every), (design, estimand)
                    seen[granted] += 1
        assert min(seen.values()) > 50, seen

    def test_what_is_compared_with_nothing_lacks_least(self):
        """The regression, or the strategy, that is taken since no other is left is the one that a comparison finds."""
        seen = Counter()
        for number in range(400):
            random = Random(f"alone {number}")
            kind = random.choice([{}, {"bypass": True}, {"arms": True}])
            design = modified_design(random, **kind) if number % 2 else random_design(random)
            granted = frozenset(
                random.choice(
                    [(), ("vi", "vii"), design.numerals, (*design.numerals, "everywhere"), ("bypass",)]
                )
            )
            for asked in default_estimands(design):
                found = find_strategies(design, resolve(design, asked), granted)
                if found.alone is not None:
                    assert found.alone == least_lacking(found.regressions, granted), (design, asked)
                if found.sole is not None:
                    assert found.sole == least_lacking(found.strategies, granted), (design, asked)
                seen["regression"] += found.alone is not None and len(found.regressions) > 1
                seen["part" if asked.kind == "mediated" else "strategy"] += found.sole is not None
        assert min(seen.values()) > 50, seen

    def test_two_bypasses_are_more_than_one(self, monkeypatch):
        """Where compositions are not looked for since each asks for two bypasses, it does; and none of them would be chosen."""
        seen = Counter()
        for number in range(80):
            random = Random(f"bypassed {number}")
            design = self.dense(random)
            granted = random.choice(
                [design.numerals, ("vi", "vii"), (*design.numerals, "shared"), ("bypass", "ix")]
            )
            inside = (*design.mediators, "Y")
            more = [average(u, v, random.sample(inside, 1)) for u, v in combinations(inside, 2)]
            reached = [a for a in more if nx.has_path(design.causal, *a.nodes)]
            quick = check(design, granted, prove=False)
            chosen = {a: quick[a].best for a in (*default_estimands(design), *reached)}
            with monkeypatch.context() as patched:
                patched.setattr(Search, "bypassed_twice", False)
                slow = check(replaced(design), granted, prove=False)
                assert chosen == {a: slow[a].best for a in chosen}, design
            for asked in chosen:
                found = quick[asked].search
                if not (isinstance(found, Search) and found.bypassed_twice):
                    continue
                for some in self.composed(found):
                    bypasses = [c for c in some.conditions if isinstance(c, Bypass) and not c.implied]
                    assert len({*bypasses}) > 1, (design, asked, some.name)
                    seen["compositions"] += 1
                seen["left out"] += "strategies" not in vars(found)
        assert min(seen.values()) > 200, seen

    def dense(self, random: Random) -> Design:
        mediators = [f"M{k}" for k in range(random.choice([2, 3, 4, 5]))]
        arms, density = random.choice([["T"], ["T"], ["T1", "T2"]]), random.choice([0.6, 0.9, 1.0])
        graph = nx.DiGraph((arm, m) for arm in arms for m in mediators if random.random() < 0.9)
        graph.add_edges_from((arm, mediators[0]) for arm in arms)
        graph.add_edges_from(e for e in combinations([*mediators, "Y"], 2) if random.random() < density)
        graph.add_edges_from((arms[0], m) for m in mediators if not graph.in_degree(m))
        graph.add_edges_from((m, "Y") for m in mediators if not graph.out_degree(m))
        return Design(graph, treatment=arms, outcome="Y", sites=random.choice([None, 12, 3]))

    def composed(self, found: Search):
        """Everything that can be composed, however much it asks for."""
        design, target = found.design, found.target
        choices = [
            lambda part: easiest(design, part, found.granted),
            lambda part: next(iter(site_by_site(design, part)), None),
        ]
        made, _ = compositions(design, target, choices)
        return [c for c in made if len(c.terms) + len(c.terms[0].factors) > 2]


def replaced(design: Design) -> Design:
    """The same design, of which nothing is known yet."""
    return Design(design.graph, treatment=list(design.treatments), outcome="Y", sites=design.sites)


class TestLimits:
    def complete(self, p: int) -> Design:
        mediators = [f"M{k}" for k in range(1, p + 1)]
        graph = nx.DiGraph([("T", m) for m in mediators] + [(m, "Y") for m in mediators])
        graph.add_edges_from((a, b) for i, a in enumerate(mediators) for b in mediators[i + 1 :])
        return Design(graph, treatment="T", outcome="Y")

    def test_are_stated(self):
        result = check(self.complete(9), "all")
        assert "no composition" in result[total("M1", "Y")].note
        assert "measured mediators to an intercept were not tried" in result[direct("M9", "Y")].note
        assert check(self.complete(4), "all")[direct("M2", "Y")].note == ""

    def test_many_dispensable_regressors(self):
        chain = " -> ".join(["T", *(f"M{k}" for k in range(1, 12)), "Y"])
        finding = check(drawn(chain), "all")[total("M11", "Y")]
        assert finding.verdict is Verdict.IDENTIFIED
        assert "one least set were tried" in finding.note


class TestLinear:
    @pytest.mark.parametrize("seed", range(20))
    def test_null_space_and_solutions(self, seed):
        random = Random(seed)
        rows = [[random.randint(-2, 2) for _ in range(5)] for _ in range(random.randint(1, 6))]
        basis = null_vectors(rows, 5)
        assert len(basis) == 5 - rank(rows)
        assert rank(basis) == len(basis)
        for vector in basis:
            assert all(sum(a * x for a, x in zip(row, vector, strict=True)) == 0 for row in rows)
        wanted = [Fraction(random.randint(-3, 3), 2) for _ in range(5)]
        right = [sum(a * x for a, x in zip(row, wanted, strict=True)) for row in rows]
        found = solve(rows, right, 5)
        assert [sum(a * x for a, x in zip(row, found, strict=True)) for row in rows] == right
        outside = [*rows, [2 * a for a in rows[0]]]
        assert solve(outside, [*right, 2 * right[0] + 1], 5) is None
