"""One more cause of two effects: which pairs of arrows are found to be dangerous, against every pair drawn by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from random import Random

import pytest

import identcheck as ic
from identcheck.decide.common_causes import common_causes_tried
from identcheck.decide.comparison.effects import RANK
from identcheck.decide.identification import distinct
from tests.drawn import FIGURE_2, drawn
from tests.exact.worlds import random_design
from tests.tools import often


def by_hand(result, pair):
    """The default effects whose verdicts are worse with an unmeasured modifier of two arrows, nothing left out."""
    design = result.design
    level = "persons" if design.sites == 1 else "sites"
    added = (*design.modifiers, ic.Modifier("one more", pair, level=level, measured=False))
    again = ic.check(
        ic.Design(design.graph, **design._said() | {"modifiers": added}), result.granted, prove=False
    )
    return {
        str(f.estimand)
        for f in distinct(result.findings)
        if RANK[again[f.estimand].verdict] > RANK[f.verdict] and f.best is not None
    }


@pytest.mark.parametrize("part", range(4))
def test_every_pair_of_random_designs(part):
    for number in range(often(4, 10)):
        random = Random(f"one more cause {part} {number}")
        sites = random.choice([None, 1, 3, 12])
        result = ic.check(
            random_design(random, sites=sites), random.choice(["all", ["vi", "vii"], ()]), prove=False
        )
        found = result.robustness(most=10_000)
        said = {frozenset(c.arrows): {str(b.before.estimand) for b in c.broken} for c in found.causes}
        enough = ("persons",) if sites == 1 else ("persons", "sites")
        moving = [edge for edge in result.design.causal.edges if result.design.varies(*edge) in enough]
        for pair in combinations(moving, 2):
            assert said.get(frozenset(pair), set()) == by_hand(result, pair), (result.design, pair)
        assert found.causes_untried == 0


def test_the_most_dangerous_pair():
    result = ic.check(drawn(FIGURE_2, sites=5), "all")
    found = result.robustness()

    assert str(found.dangerous("total V Y")) == "T -> V and V -> Y"
    assert [len(c.broken) for c in found.causes] == sorted(
        (len(c.broken) for c in found.causes), reverse=True
    )
    assert found.dangerous("itt") is None
    text = " ".join(str(found).split())
    assert "Effects that one more common cause would break" in text
    assert (
        "total(V, Y) 3 pairs of arrows; the most dangerous: T -> V and V -> Y. It would make it "
        "conditional on compliance in every site" in text
    )


def test_what_is_declared_independent_has_no_such_cause():
    said = [ic.independent("T -> M", "M -> Y", "sites"), ic.independent("T -> M", "M -> Y", "persons")]
    result = ic.check(drawn("T -> M -> Y", sites=5, declarations=said), "all")

    assert result.robustness().causes == ()


def test_those_not_tried_are_counted():
    result = ic.check(drawn(FIGURE_2, sites=5), "all")
    causes, untried = common_causes_tried(result, 1)

    assert len(causes) == 1
    assert untried > 1
    said = str(replace(result.robustness(), causes=causes, causes_untried=untried))
    assert f"Not tried: {untried} more pairs" in said


def test_one_site_has_causes_of_persons():
    found = ic.check(drawn("T -> M -> Y", sites=1), "all").robustness()

    assert [c.level for c in found.causes] == ["persons"]
    assert "A characteristic of persons that is not measured" in " ".join(str(found).split())
