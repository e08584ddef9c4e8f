"""Every witness holds when it is worked out again from its persons, whatever is declared of the design."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from random import Random

import pytest

from identcheck import (
    Design,
    Population,
    Site,
    Verdict,
    Witness,
    check,
    correlated,
    direct,
    independent,
    normal,
    total,
    uncorrelated,
)
from identcheck.decide.identification import Finding
from identcheck.describe.declarations import Declaration
from identcheck.errors import InvalidDesignError
from tests.drawn import FIGURE_1, PARALLEL, drawn
from tests.exact import recomputed
from tests.exact.worlds import random_design

MANY = 20
KINDS = ("none", "independent", "uncorrelated", "correlated", "normal", "mixed")

HIDDEN = "T -> M1 -> M2 -> Y; T -> M2; M1 -> Y"
HIDDEN_VARIES = {"T -> M1": "sites", "M1 -> M2": "sites", "M1 -> Y": "none", "M2 -> Y": "sites"}


def declarations(random: Random, design: Design, kind: str) -> list[Declaration]:
    """One to three random declarations of a kind; "mixed" stands for any."""
    edges = sorted(design.causal.edges)
    found = []
    for _ in range(random.choice([1, 1, 2, 3]) if len(edges) > 1 and kind != "none" else 0):
        chosen = random.choice(KINDS[1:5]) if kind == "mixed" else kind
        level = random.choice(["persons", "sites"])
        if chosen == "normal":
            found.append(normal(level))
        elif chosen == "independent":
            some = random.sample(edges, random.randint(2, min(4, len(edges))))
            cut = random.randint(1, len(some) - 1)
            found.append(independent(some[:cut], some[cut:], level))
        else:
            make = uncorrelated if chosen == "uncorrelated" else correlated
            found.append(make(*random.sample(edges, 2), level))
    return found


def declared_designs(kind: str, many: int) -> Iterator[tuple[Design, Random]]:
    """Random designs of one to three mediators and one to six sites, or any number, with random declarations."""
    number = found = 0
    while found < many:
        number += 1
        random = Random(f"recomputed {kind} {number}")
        design = random_design(random, sites=random.choice([None, 1, 2, 2, 3, 4, 5, 6]))
        if len(design.mediators) > 3:
            continue
        try:
            yield design.declaring(*declarations(random, design, kind)), random
            found += 1
        except InvalidDesignError:
            continue  # contradictory


@cache
def findings(kind: str) -> tuple[Finding, ...]:
    """Of designs with all granted, or any of the numerals."""
    found: list[Finding] = []
    for design, random in declared_designs(kind, MANY):
        some = random.sample(list(design.numerals), random.randint(0, len(design.numerals)))
        found += check(design, "all" if random.random() < 0.6 else some).findings
    return tuple(found)


@pytest.mark.parametrize("kind", KINDS)
def test_every_witness_holds(kind: str):
    seen = Counter()
    for finding in findings(kind):
        witness = finding.witness()
        if witness is not None:
            assert witness.verify()
            assert recomputed.faults(finding, witness) == []
            seen["exact" if witness.exact else "drawn"] += 1
    assert seen["exact"] > 2 * MANY
    assert seen["drawn"] < seen["exact"] / 3 or kind == "normal"


@pytest.mark.parametrize("kind", KINDS)
def test_declarations_do_not_turn_the_search_off(kind: str):
    """Mostly there are two worlds. The rest has an answer in each site by itself, or arrows that no world here lets vary so."""
    seen = Counter((f.verdict, f.witness() is not None) for f in findings(kind))
    assert seen[Verdict.NOT_IDENTIFIED, True] > 5 * seen[Verdict.UNDECIDED, False], seen
    assert seen[Verdict.CONDITIONAL, True] > 2 * seen[Verdict.CONDITIONAL, False], seen


class TestSharedArrows:
    """Only the regressor whose own effect holds the shared arrow is exempt from (vii)."""

    def test_the_other_regressors_keep_it(self):
        """T -> M1 -> Y is a bypass, and T -> M1 -> M2 the way to the regressor: M2 -> Y holds no shared arrow."""
        finding = check(drawn(HIDDEN, HIDDEN_VARIES, unobserved=["M1"]), "all")[total("M2", "Y")]
        assert finding.verdict is Verdict.CONDITIONAL
        assert {c.kind for c in finding.missing} == {"between"}
        witness = finding.witness()
        assert [c.kind for c in witness.granted] == ["between", "rank"]
        assert recomputed.faults(finding, witness) == []

    def test_worlds_that_break_it_are_found_out(self):
        """The contrasts are equal and the effects differ, but M2's effect goes with treatment's effect on M2."""
        design = drawn(HIDDEN, HIDDEN_VARIES, unobserved=["M1"])
        finding = check(design, "all")[total("M2", "Y")]

        def world(*sites: tuple[int, int, int]) -> Population:
            fixed = {("M1", "M2"): 1, ("M1", "Y"): 1}
            return Population(
                design,
                [Site([fixed | {("T", "M1"): a, ("T", "M2"): b, ("M2", "Y"): d}]) for a, b, d in sites],
            )

        first, second = world((1, 0, 2), (2, 0, 2)), world((0, 1, 3), (0, 2, 3))
        good = replace(finding.witness(), first=first, second=second)
        assert good.verify()
        tilted = world((1, 0, 2), (0, 2, 3))
        assert first.observed() == tilted.observed()
        assert not replace(good, second=tilted).verify()
        assert any(
            "between fails" in text for text in recomputed.faults(finding, replace(good, second=tilted))
        )

    def test_no_exemption_where_the_shared_arrow_is_the_same_everywhere(self):
        """M1 -> x -> {Y, M2}: the arrow M1 -> x is inside M1's effect and on the way to M2."""
        design = drawn("T -> M1 -> x -> Y; x -> M2 -> Y; T -> M2", unobserved=["x"])
        finding = check(design, "vii")[direct("M2", "Y")]
        of_m1 = next(
            c
            for s in finding.strategies
            for c in s.conditions
            if c.kind == "between" and getattr(c, "regressor", "") == "M1" and c.shared
        )
        assert ("M1", "x") in of_m1.shared
        base = dict.fromkeys(design.causal.edges, 1)

        def world(*changes: dict[tuple[str, str], int]) -> Population:
            return Population(design, [Site([base | change]) for change in changes])

        goes_along = {("T", "M1"): 2, ("x", "Y"): 3}
        witness = Witness(
            world({}, goes_along), world({}, goes_along), finding.estimand, finding.target, (of_m1,)
        )
        assert list(recomputed.broken(witness.first, of_m1))
        differs = world({}, goes_along | {("M1", "x"): 2})
        assert not list(recomputed.broken(differs, of_m1))


class TestVerify:
    """A witness is found out that breaks a declaration; zeros in the first site hide nothing."""

    def pair(
        self, first: Sequence[tuple[int, ...]], second: Sequence[tuple[int, ...]], known: Declaration
    ) -> Witness:
        """Worlds of T -> M1 -> Y, T -> M2 -> Y and T -> Y by their arrows, one site each."""
        design = drawn("T -> {M1 M2} -> Y; T -> Y", declarations=[known])
        edges = [("T", "M1"), ("T", "M2"), ("T", "Y"), ("M1", "Y"), ("M2", "Y")]
        finding = check(design)[direct("M1", "Y")]

        def world(sites: Sequence[tuple[int, ...]]) -> Population:
            return Population(design, [Site([dict(zip(edges, site, strict=True))]) for site in sites])

        return Witness(world(first), world(second), finding.estimand, finding.target)

    FIRST = ((0, 1, 0, 1, 1), (1, 1, 0, 1, 1), (2, 1, 0, 1, 1))
    SECOND = ((0, 1, 0, 2, 1), (1, 1, -1, 2, 1), (2, 1, -2, 2, 1))

    @pytest.mark.parametrize("make", [independent, uncorrelated])
    def test_arrows_that_move_together(self, make):
        witness = self.pair(self.FIRST, self.SECOND, make("T -> M1", "T -> Y", "sites"))
        assert witness.first.observed() == witness.second.observed()
        assert not witness.verify()
        assert self.pair(self.FIRST, self.SECOND, make("T -> M1", "T -> M2", "sites")).verify()

    def test_correlated_is_to_be_so_in_both(self):
        assert not self.pair(self.FIRST, self.SECOND, correlated("T -> M1", "T -> Y", "sites")).verify()

    def test_zero_covariance_is_not_independence(self):
        first = [(a, b, 0, 1, 1) for a, b in ((-1, 1), (0, 0), (1, 1))]
        second = [(a, b, -a, 2, 1) for a, b, *_ in first]
        assert self.pair(first, second, uncorrelated("T -> M1", "T -> M2", "sites")).verify()
        assert not self.pair(first, second, independent("T -> M1", "T -> M2", "sites")).verify()

    def test_normal_populations_are_recomputed(self):
        """Another function, another covariance, and a site that is none of the population are found out."""
        design = drawn(FIGURE_1, declarations=[normal("sites")], sites=5)
        finding = check(design, "all")[total("M1", "Y")]
        witness = finding.witness()
        assert not witness.exact
        assert witness.verify()
        assert recomputed.faults(finding, witness) == []
        normals = witness.drawn
        rows = [(edge, tuple(x + 1 for x in row)) for edge, row in normals.functions]
        singular = tuple(tuple(Fraction(1) for _ in row) for row in normals.covariance)
        for broken in (replace(normals, functions=tuple(rows)), replace(normals, covariance=singular)):
            assert not replace(witness, drawn=broken).verify()
        assert not replace(witness, drawn=None).verify()
        moved = [Site(site.persons, site.weight) for site in witness.second.sites]
        moved[0] = Site([dict(moved[0].persons[0]) | {("T", "M2"): 99}], moved[0].weight)
        assert not replace(witness, second=Population(design, moved)).verify()

    def test_independent_arrows_are_crossed(self):
        known = independent("T -> M1", "T -> M2", "sites")
        finding = check(drawn(PARALLEL, declarations=[known], sites=4))[direct("M1", "Y")]
        witness = finding.witness()
        assert witness.exact
        assert recomputed.faults(finding, witness) == []
