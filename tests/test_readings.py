"""What a regression asks of the graph of heterogeneity."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from random import Random

from identcheck.derive.heterogeneity import Demand, moved_bundles, open_route, readings, separated
from tests.drawn import drawn
from tests.exact.moderated import random_design

T1, T2, ONE, TWO, ACROSS, PAST = ("T", "M1"), ("T", "M2"), ("M1", "Y"), ("M2", "Y"), ("M1", "M2"), ("T", "Y")


def asked(design, *regression, **said):
    return [
        (reading.kind, reading.about, reading.demand) for reading in readings(design, *regression, **said)
    ]


def demand(level, inside, above):
    return Demand(level, frozenset(inside), frozenset(above))


def test_each_effect_is_held_against_its_own_way_within_sites_and_all_between():
    design = drawn("T -> {M1 M2} -> Y; M1 -> M2")

    assert asked(design, "Y", ("M1", "M2"), ("T",)) == [
        ("within", "M1", demand("persons", [ONE], [T1])),
        ("within", "M2", demand("persons", [TWO], [T1, T2, ACROSS])),
        ("between", "M1", demand("sites", [ONE], [T1, T2, ACROSS])),
        ("between", "M2", demand("sites", [TWO], [T1, T2, ACROSS])),
    ]


def test_a_bypass_is_held_against_all_compliances():
    design = drawn("T -> {M1 M2} -> Y; T -> Y")

    assert asked(design, "Y", ("M1", "M2"), ("T",), ("T",))[-1] == (
        "bypass",
        "T",
        demand("sites", [PAST], [T1, T2]),
    )


def test_an_arm_s_bypass_is_held_against_its_own_compliances():
    design = drawn("T1 -> {M1 Y}; T2 -> M1 -> Y")

    assert asked(design, "Y", ("M1",), ("T1", "T2"), ("T1",))[-1] == (
        "bypass",
        "T1",
        demand("sites", [("T1", "Y")], [("T1", "M1")]),
    )


def test_shared_arrows_are_left_out_between_sites_and_stay_within():
    design = drawn("T -> M1 -> x -> Y; x -> M2 -> Y; T -> M2", unobserved=["x"])
    found = asked(design, "Y", ("M1", "M2"), ("T",))

    assert found[0] == ("within", "M1", demand("persons", [("M1", "x"), ("x", "Y")], [T1]))
    assert found[2] == ("between", "M1", demand("sites", [("x", "Y")], [T1, T2, ("x", "M2")]))


def test_pooled_only_the_own_compliance_matters():
    design = drawn("{T1 T2} -> {M1 M2} -> Y")
    found = asked(design, "Y", ("M1", "M2"), ("T1", "T2"), pooled=True)

    assert found[2] == ("between", "M1", demand("sites", [ONE], [("T1", "M1"), ("T2", "M1")]))


def test_arrows_that_no_cause_moves_change_no_answer():
    """The bundles without them: the same is separated, given whatever is measured, and by the same way it is not."""
    seen = Counter()
    for number in range(600):
        random = Random(f"moved bundles {number}")
        kind = random.choice([{}, {"bypass": True}, {"arms": True}, {"sites": 1}])
        design = random_design(random, modifiers=(2, 4), **kind)
        inner = random.sample(design.mediators, random.randint(1, len(design.mediators)))
        arms = tuple(random.sample(design.treatments, random.randint(1, len(design.treatments))))
        shape = ("Y", tuple(sorted(inner)), arms, arms[: random.randint(0, 1)], random.random() < 0.2)
        names = [modifier.name for modifier in design.modifiers]
        kept = moved_bundles(design, *shape)
        assert list(kept) == [(kind, about) for kind, about, _ in asked(design, *shape)]
        for kind, about, whole in asked(design, *shape):
            part = kept[kind, about]
            for size in range(len(names) + 1):
                for given in combinations(names, size):
                    found = separated(design, *whole, given)
                    assert separated(design, *part, given) == found
                    if not found:
                        assert open_route(design, *part, given) == open_route(design, *whole, given)
                    seen[found] += 1
            seen["smaller"] += part != whole
    assert min(seen.values()) > 60, seen
