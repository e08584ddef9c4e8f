"""Mediated parts (theory section 16) against sums over paths, persons and sites, none of the engine's.

A part is defined here by its paths: those from the arm to the outcome on which its mediator is the last measured node.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from math import prod
from random import Random

import networkx as nx
import pytest

from identcheck import Design, average, check, direct, itt, mediated, normal, path, total, uncorrelated
from identcheck.decide.estimands import Estimand, last_mediators
from identcheck.decide.findings import Finding, Verdict
from identcheck.decide.strategies import Composed
from identcheck.errors import UnknownEstimandError
from tests.drawn import FIGURE_1, FIGURE_2, PARALLEL, drawn
from tests.exact.obliging import Enumerated, asked_by, limit, meets, obliging, truth
from tests.exact.questions import design_of
from tests.exact.recomputed import faults
from tests.exact.worlds import population, random_world
from tests.tools import often

DESIGNS, PROVED = often(250, 500), often(100, 500)


@cache
def design(number: int) -> Design:
    """A random design of up to four mediators: arms, hidden nodes, exclusion violated, few sites."""
    return design_of("parts", number, most=4)[1]


def parts_of(design: Design, arm: str) -> list[Estimand]:
    """The parts that one arm's effect divides into, the bypass last."""
    several = len(design.treatments) > 1
    found = [mediated(m, arm if several else None) for m in last_mediators(design, arm)]
    return [*found, mediated(arm)]


def sums(design: Design, world: Enumerated, arm: str) -> dict[str, Fraction]:
    """The part of each last measured node, or of none (the arm itself), path by path."""
    measured = set(design.mediators) - design.unobserved
    found: dict[str, Fraction] = {}
    for nodes in nx.all_simple_paths(design.causal, arm, design.outcome):
        last = next((node for node in reversed(nodes) if node in measured), arm)
        edges = list(itertools.pairwise(nodes))
        along = [[prod((p[e] for e in edges), start=Fraction(1)) for p in site] for site in world.persons]
        found[last] = found.get(last, Fraction(0)) + world.everyone(along)
    return found


def unplanned(random: Random, design: Design) -> Enumerated:
    world = random_world(random, design, design.sites or random.randint(2, 4), persons=[1, 2, 3])
    return Enumerated(world.graph, world.weights, world.persons)


class TestAddingUp:
    def test_parts_add_up_to_the_whole(self):
        """16.1 in populations without any pattern; and no path of the whole has another last mediator."""
        seen: Counter[str] = Counter()
        for number in range(DESIGNS):
            made = design(number)
            world = unplanned(Random(f"adding up {number}"), made)
            result = check(made, prove=False)
            for arm in made.treatments:
                by_path = sums(made, world, arm)
                whole = result[itt(arm if len(made.treatments) > 1 else None)]
                found = {e.nodes[0]: truth(world, result[e].target) for e in parts_of(made, arm)}
                assert {m: x for m, x in found.items() if m in by_path} == by_path, (number, arm)
                assert not any(x for m, x in found.items() if m not in by_path)
                assert sum(found.values()) == truth(world, whole.target)
                seen["parts"] += len(by_path)
                seen["bypass"] += arm in by_path
                seen["hidden"] += bool(made.unobserved)
        assert min(seen.values()) > 100, seen

    def test_the_default_effects_have_every_part_that_is_not_zero(self):
        for number in range(DESIGNS):
            made = design(number)
            result = check(made, prove=False)
            asked = [f.estimand for f in result.findings if f.estimand.kind == "mediated"]
            for arm in made.treatments:
                expected = [e for e in parts_of(made, arm) if not result[e].zero]
                mine = [e for e in asked if arm in (e.arm, *e.nodes) or len(made.treatments) == 1]
                assert mine == expected, (number, arm)


def identified(finding: Finding) -> Iterator[Composed]:
    for strategy in finding.strategies:
        if not finding.missing_for(strategy) and strategy.regressors:
            yield strategy


class TestIdentified:
    @pytest.mark.parametrize("chunk", range(5))
    def test_what_is_identified_is_the_limit(self, chunk: int):
        """Random numerals; the populations meet what the strategy asks and leave all else to chance."""
        seen: Counter[str] = Counter()
        for number in range(chunk * DESIGNS // 5, (chunk + 1) * DESIGNS // 5):
            made, random = design(number), Random(f"part {number}")
            numerals = [n for n in made.numerals if random.random() < 0.95]
            result = check(made, numerals, prove=False)
            for asked in itertools.chain.from_iterable(parts_of(made, arm) for arm in made.treatments):
                finding = result[asked]
                for strategy in identified(finding):
                    every = asked_by(strategy)
                    wanted = [one for one, condition in every if not condition.implied]
                    for _ in range(6):
                        world = obliging(random, made, wanted, random.choice([0, 0.3, 0.6]))
                        found = limit(world, strategy)
                        if found is not None:
                            break
                    if found is None:
                        seen["open"] += 1
                        continue
                    assert all(
                        meets(world, one)
                        for one, _ in every
                        if one.kind in ("within", "between", "bypass", "product")
                    )
                    assert found == truth(world, finding.target), (number, made, asked, strategy.name)
                    seen["all"] += 1
                    seen["not zero"] += found != 0
        assert seen["open"] < 0.02 * seen["all"], seen
        assert seen["not zero"] > 0.9 * seen["all"] > 50, seen

    def test_refused_where_it_should_be(self):
        """With the own pair of the part left out, populations that meet the rest break the estimate."""
        broken: Counter[str] = Counter()
        for number in range(DESIGNS // 5):
            made, random = design(number), Random(f"broken {number}")
            for asked in parts_of(made, made.treatments[0])[:-1]:
                finding = check(made, "all", prove=False)[asked]
                best = finding.best
                if not isinstance(best, Composed) or len(best.parts) != 2 or best.pooled:
                    continue
                slope = best.parts[1]
                for kind in ("within", "between"):
                    every = [(one, c) for one, c in asked_by(best) if not c.implied]
                    rest = [one for one, c in every if (one.kind, one.subject) != (kind, slope.column)]
                    if len(rest) == len(every):
                        continue
                    for _ in range(4):
                        world = obliging(random, made, rest, 0)
                        found = limit(world, best)
                        if found is not None and found != truth(world, finding.target):
                            broken[kind] += 1
                            break
        assert min(broken["within"], broken["between"]) > 20, broken


class TestNotIdentified:
    @pytest.mark.parametrize("chunk", range(5))
    def test_every_pair_of_worlds_is_one(self, chunk: int):
        """Of random designs under all numerals and under none: recomputed from persons; and none is UNDECIDED."""
        seen: Counter[str] = Counter()
        for number in range(chunk * PROVED // 5, (chunk + 1) * PROVED // 5):
            made = design(number)
            for granted in ("all", ()):
                result = check(made, granted)
                for asked in itertools.chain.from_iterable(parts_of(made, arm) for arm in made.treatments):
                    finding = result[asked]
                    assert finding.verdict is not Verdict.UNDECIDED, (number, made, asked)
                    seen[f"{granted} {finding.verdict}"] += 1
                    if finding.verdict in (Verdict.IDENTIFIED,):
                        continue
                    witness = finding.witness()
                    seen[f"{granted} {finding.verdict} without"] += witness is None
                    if witness is not None:
                        assert witness.verify()
                        assert not faults(finding, witness), (number, made, asked)
        assert seen["() conditional without"] <= 0.03 * seen["() conditional"], seen
        assert seen["all conditional without"] <= 0.25 * seen["all conditional"], seen


class TestSameQuestion:
    def test_one_verdict_however_it_is_asked(self):
        """A part whose paths are one path, or all that avoid some nodes, has the verdict of those."""
        seen = 0
        for number in range(DESIGNS):
            made = design(number)
            result = check(made, "all")
            for asked in itertools.chain.from_iterable(parts_of(made, arm) for arm in made.treatments):
                finding = result[asked]
                plain = finding.target.plain(made)
                if plain is None or finding.target.last is None:
                    continue
                other = result[average(plain.source, plain.target, sorted(plain.avoiding))]
                assert {finding.verdict, other.verdict} != {Verdict.IDENTIFIED, Verdict.NOT_IDENTIFIED}
                assert other.verdict is not Verdict.IDENTIFIED or finding.verdict is Verdict.IDENTIFIED
                seen += 1
        assert seen > often(100, 200)


class TestSection16:
    """What the theory says of parts, and what it says would be wrong."""

    @staticmethod
    def first(world: Enumerated, m: str, others: list[str]) -> Fraction:
        """The part by FIRST mediator: the direct effect of treatment on it times its total effect, person by person."""
        direct_, whole = world.effect("T", m, others), world.effect(m, "Y")
        both = zip(direct_, whole, strict=True)
        return world.everyone([[a * b for a, b in zip(*site, strict=True)] for site in both])

    def test_parts_by_first_mediator_are_not_identified_by_the_nine(self):
        """Figure 1: the total effect of M2 is, its first part is not: two populations that meet the nine show it."""
        made = drawn(FIGURE_1, sites=4)
        result = check(made, "all")
        assert result[total("M2", "Y")].verdict is Verdict.IDENTIFIED
        wanted = [one for one, _ in asked_by(result[total("M2", "Y")].best)]
        compliances = [(1, 2), (2, 1), (1, 1), (3, 2)]  # gamma_1s, gamma_2s
        worlds = []
        for h in (Fraction(1), Fraction(3)):  # lambda; what it adds to M2, the arrow T -> M2 takes away
            sites = [
                (
                    {
                        ("T", "M1"): g1,
                        ("T", "M2"): g2 - h * g1,
                        ("M1", "M2"): h,
                        ("M1", "Y"): 2,
                        ("M2", "Y"): 5,
                    },
                )
                for g1, g2 in compliances
            ]
            worlds.append(Enumerated(made.graph, (1,) * len(sites), tuple(sites)))
        one, other = worlds
        for world in worlds:
            assert all(meets(world, each) for each in wanted if each.kind in ("within", "between"))
        for node in ("M1", "M2", "Y"):
            assert one.site_effects("T", node) == other.site_effects("T", node)
        assert self.first(one, "M2", ["M1"]) != self.first(other, "M2", ["M1"])
        for m in ("M1", "M2"):
            target = result[mediated(m)].target
            assert truth(one, target) == truth(other, target)

    def test_the_product_of_averages_is_not_the_part_where_they_covary(self):
        """Cov(gamma_ms, delta_ms) and E Cov_s are in (16.1), and each breaks contrast times slope."""
        made = drawn(PARALLEL)
        target = check(made)[mediated("M1")].target
        edges = {("T", "M2"): 1, ("M2", "Y"): 1}
        between = [({("T", "M1"): x, ("M1", "Y"): x, **edges},) for x in (1, 3)]
        within = [tuple({("T", "M1"): x, ("M1", "Y"): x, **edges} for x in (1, 3))]
        for sites in (between, within):
            world = Enumerated(made.graph, (1,) * len(sites), tuple(sites))
            mean = world.everyone(world.effect("T", "M1")) * world.everyone(world.effect("M1", "Y"))
            assert (truth(world, target), mean) == (5, 4)

    def test_the_last_observed_mediator_where_a_parent_is_hidden(self):
        """M1 -> x -> Y with x hidden: its paths are those of M1, and those that T opens itself are the bypass."""
        made = drawn("T -> {M1 x} -> Y; M1 -> x", unobserved=["x"], sites=6)
        result = check(made)
        asked = [f.estimand for f in result.findings if f.estimand.kind == "mediated"]
        assert asked == [mediated("M1"), mediated("T")]
        world = unplanned(Random("hidden"), made)
        x = world.effect("M1", "x")
        assert x == [[p["M1", "x"] for p in site] for site in world.persons]
        part = [
            [p["T", "M1"] * (p["M1", "Y"] + p["M1", "x"] * p["x", "Y"]) for p in site]
            for site in world.persons
        ]
        assert truth(world, result[mediated("M1")].target) == world.everyone(part)
        with pytest.raises(UnknownEstimandError, match="not measured"):
            result[mediated("x")]

    def test_one_mediator_is_all_of_it(self):
        """Then the part is the whole, by (i) and (viii) alone; with a bypass it is not."""
        alone = check(drawn("T -> M -> Y", sites=5))
        assert alone[mediated("M")].verdict is Verdict.IDENTIFIED
        assert alone[mediated("M")].rests_on == alone[itt()].rests_on
        assert alone[mediated("T")].zero
        bypassed = check(drawn("T -> M -> Y; T -> Y", sites=5), "all")
        assert bypassed[mediated("M")].verdict is bypassed[mediated("T")].verdict is Verdict.CONDITIONAL

    def test_an_effect_that_ends_before_the_outcome_has_no_part(self):
        chain = check(drawn("T -> M1 -> M2 -> Y", sites=5))
        assert chain[mediated("M1")].zero
        assert chain[mediated("M1")].rests_on == ("v",)
        assert "only through M2" in chain[mediated("M1")].reason
        assert chain[mediated("M2")].verdict is Verdict.IDENTIFIED

    def test_a_bypass_of_one_of_several_arms(self):
        """Slopes come from the other arm's rows; the arm's own pairs, (vi) and (vii), make its parts and its bypass."""
        made = drawn("{T1 T2} -> {M1 M2} -> Y; T2 -> Y")
        result = check(made, "all")
        for asked in (mediated("M1", "T2"), mediated("T2"), direct("T2", "Y")):
            assert result[asked].verdict is Verdict.IDENTIFIED, asked
        lacking = check(made, ["vi", "ix"])[mediated("M1", "T2")]
        assert {c.assumption for c in lacking.missing} == {"vii"}
        assert lacking.witness().verify()

    def test_a_direct_effect_past_an_unmeasured_mediator_is_no_bypass(self):
        """Past measured mediators T2 also runs through the hidden M1: the whole less the part of M2 has this in it."""
        arrows = "{T1 T2} -> M1 -> Y; T2 -> M2 -> Y; T2 -> Y"
        made = drawn(arrows, {arrows: "sites"}, unobserved="M1")
        declared = [uncorrelated(*pair, "sites") for pair in itertools.combinations(made.graph.edges, 2)]
        result = check(made, ["ix", normal("sites"), *declared])
        assert result[direct("T2", "Y")].verdict is Verdict.NOT_IDENTIFIED
        assert result[average("T2", "Y", avoiding=["M2"])].verdict is Verdict.IDENTIFIED

    def test_shares(self):
        made = drawn(FIGURE_2, sites=4)
        result = check(made)
        world = unplanned(Random("shares"), made)
        people = population(made, world)
        shares = [result[mediated(m)].share for m in ("V", "NP")]
        assert sum(share.value(people) for share in shares) == 1
        assert result[itt()].share is None
        assert "near 0" in str(shares[0])
        nothing = Enumerated(world.graph, (1,), ((dict.fromkeys(made.graph.edges, 0),),))
        assert shares[0].value(population(made, nothing)) is None


class TestAsking:
    result = check(drawn(FIGURE_1, sites=5))

    @pytest.mark.parametrize("text", ["mediated M1", "mediated(M1)", 'mediated("M1")'])
    def test_as_text(self, text: str):
        assert self.result[text].estimand == mediated("M1")
        assert str(self.result[text].estimand) == "mediated(M1)"

    @pytest.mark.parametrize(
        "text",
        ["indirect M2", "indirect effect of T on Y through M2", "nie M2", "NIE(M2)", "natural indirect effect M2",
         "proportion mediated M2", "mediated share M2", "acme M2"],
    )  # fmt: skip
    def test_other_names_point_to_it(self, text: str):
        with pytest.raises(UnknownEstimandError, match="mediated M2"):
            self.result[text]
        assert text not in self.result

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("proportion mediated", "ask for 'mediated grades'"),
            ("nie", "ask for 'mediated grades'"),
            ("indirect effect of offer on income", "ask for 'mediated grades'"),
            ("indirect M1", "ask for 'mediated grades'"),
            (
                "nde",
                "past every mediator is 'mediated offer' of the treatment offer (the bypass)",
            ),
        ],
    )
    def test_without_a_mediator_they_name_the_first_of_the_design(self, text: str, said: str):
        made = check(
            Design(
                nx.DiGraph([("offer", "grades"), ("grades", "income")]), treatment="offer", outcome="income"
            )
        )
        with pytest.raises(UnknownEstimandError) as caught:
            made[text]
        assert said in str(caught.value)

    def test_a_node_of_such_a_name_is_no_trap(self):
        made = check(drawn("T -> indirect -> Y; T -> M -> Y; indirect -> M"))
        assert made["total indirect Y"].estimand == total("indirect", "Y")
        assert made["mediated indirect"].estimand == mediated("indirect")

    @pytest.mark.parametrize(("asked", "said"), [
        (mediated("Y"), "is the outcome"),
        (mediated("M1", "M2"), "no arm"),
        (Estimand("mediated", ("M1", "M2")), "one mediator"),
    ])  # fmt: skip
    def test_what_is_no_part(self, asked: Estimand, said: str):
        with pytest.raises(UnknownEstimandError, match=said):
            self.result[asked]

    def test_an_arm_is_named_where_there_are_several(self):
        several = check(drawn("{T1 T2} -> {M1 M2} -> Y"))
        with pytest.raises(UnknownEstimandError, match="several arms"):
            several["mediated M1"]
        assert several["mediated M1 arm=T2"].estimand == mediated("M1", "T2")

    def test_a_path_of_its_own_is_the_same_question(self):
        every = check(drawn(FIGURE_1, sites=5), "all")
        assert every[path("T", "M1", "Y")].verdict is every[mediated("M1")].verdict
