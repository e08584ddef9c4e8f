"""Effects in short labels: where mediators interact, no two questions are called alike."""

from __future__ import annotations

import pytest

import identcheck as ic
from identcheck.report.sections.questions import question
from tests.drawn import FIGURE_1, PARALLEL, drawn


@pytest.mark.parametrize("arrows", [PARALLEL, FIGURE_1])
@pytest.mark.parametrize("pair", [("M1", "M2"), ("M1", "M1"), ("M2", "M2")])
def test_no_two_effects_are_called_alike(arrows, pair):
    result = ic.check(drawn(arrows, interactions=[pair]), prove=False)
    held = result[ic.at(ic.direct(pair[0], "Y"), {pair[1]: 2})]
    named = {}
    for finding in (*result.findings, held):
        target = finding.target
        meant = target.source, target.target, target.inner, bool(target.depends_on), target.held, target.last
        named.setdefault(question(finding), set()).add(meant)
    assert all(len(effects) == 1 for effects in named.values()), named


def test_where_the_other_is_0_and_with_the_interaction():
    result = ic.check(drawn(PARALLEL, interactions=[("M1", "M2")]), prove=False)
    assert question(result["direct M1 Y"]) == "M1 → Y where M2 is 0"
    assert question(result["total M1 Y"]) == "M1 → Y, interactions included"
    assert question(result["direct M1 Y at M2=2"]) == "M1 → Y where M2 is 2"


def test_a_part_is_called_by_what_it_goes_through():
    """Not by what it avoids: with M1 -> M2 what goes through M2 last goes through M1 as well."""
    result = ic.check(drawn(FIGURE_1), prove=False)
    assert question(result["mediated M1"]) == "T → Y, through M1 last"
    assert question(result["mediated M2"]) == "T → Y, through M2"
