"""A pair of worlds for each condition that is missing, and what such worlds leave open of an effect."""

from __future__ import annotations

import pytest

import identcheck as ic
from identcheck.decide.population.meeting import exempt, meets
from identcheck.decide.witness.extent import between
from identcheck.errors import InvalidQuestionError
from tests.drawn import CHAIN, FIGURE_1, FIGURE_2, PARALLEL, drawn
from tests.terminal import flat

DESIGNS = {
    "figure 1": drawn(FIGURE_1, sites=9),
    "figure 2": drawn(FIGURE_2, sites=5),
    "parallel": drawn(PARALLEL, sites=4),
    "chain": drawn(CHAIN, sites=5),
    "one mediator": drawn("T -> M -> Y", sites=6),
    "one site": drawn("T -> M -> Y", sites=1),
    "doubted exclusion": drawn(FIGURE_1 + "; T -> Y", sites=9),
    "hidden": drawn("T -> {P H}; P -> D; H -> D; {P H D} -> Y", unobserved=["H"], sites=30),
    "two arms": drawn("T1 -> {A B}; T2 -> A; A -> B; {A B} -> Y", sites=6),
}
NOT_FOUND = ("two arms", "mediated", "T2", "vii")
"""Parts of an arm whose slopes come from other arms' rows too: for these no worlds are found without (vii)."""

CASES = [
    (name, str(finding.estimand), missing)
    for name, design in DESIGNS.items()
    for finding in ic.check(design).findings
    for missing in dict.fromkeys(c.assumption for c in finding.missing)
    if (name, finding.estimand.kind, finding.estimand.arm, missing) != NOT_FOUND
]


@pytest.mark.parametrize(("name", "effect", "missing"), CASES)
def test_every_missing_condition_has_its_worlds(name, effect, missing):
    """They give the same data and differ; all else that the strategy asks holds in both, and what is missing not in both."""
    finding = ic.check(DESIGNS[name])[effect]
    witness = finding.witness_without(missing)
    assert witness is not None
    assert witness.verify()
    first, second = witness.values
    assert first != second
    worlds = (witness.first, witness.second)
    assert worlds[0].observed() == worlds[1].observed()
    conditions = finding.best.conditions
    others = [
        c for c in conditions if c.assumption != missing and not (missing == "shared" and c.key == "bypass")
    ]
    assert all(meets(world, c) or exempt(world, c) for world in worlds for c in others)
    assert not all(meets(world, c) for world in worlds for c in conditions if c.assumption == missing)


def test_what_is_granted_is_among_the_others():
    finding = ic.check(DESIGNS["figure 1"], "all")["total M1 Y"]
    witness = finding.witness_without("(bypass)")
    assert {c.assumption for c in witness.granted} == {"vi", "vii", "ix", "product"}
    assert finding.witness_without("bypass") is not None


@pytest.mark.parametrize("name", ["xx", "ii", "bypass", "viii", ""])
def test_a_condition_it_does_not_have(name):
    with pytest.raises(InvalidQuestionError, match=r"has no condition .* it has vi, vii and ix"):
        ic.check(DESIGNS["figure 1"])["direct M1 Y"].witness_without(name)


def test_none_where_a_declaration_meets_it():
    known = [ic.independent(f"T -> {m}", f"{m} -> Y", "persons") for m in ("M1", "M2")]
    finding = ic.check(drawn(PARALLEL, sites=4), known)["direct M1 Y"]
    assert finding.witness_without("vi") is None
    assert finding.witness_without("vii") is not None


class TestLeftOpen:
    """What the data leave open is said by worlds with the same data, each verified."""

    HIDDEN = "T -> {P H}; P -> D; H -> D; {P H D} -> Y"

    @pytest.mark.parametrize(
        ("effect", "left"),
        [
            ("direct H Y", "whether there is any such effect, its direction and its size"),
            ("compliance H", "its direction and its size"),
        ],
    )
    def test_an_unmeasured_mediator(self, effect, left):
        finding = ic.check(drawn(self.HIDDEN, unobserved=["H"], sites=30), "all")[effect]
        assert finding.verdict is ic.Verdict.NOT_IDENTIFIED
        assert finding.leaves_open == left
        assert f"The data leave open {left}." in flat(str(finding))
        assert "neither the direction nor the size" in finding.reason

    def test_none_of_what_is_identified(self):
        assert ic.check(drawn(FIGURE_1, sites=9), "all")["direct M1 Y"].leaves_open == ""

    def test_a_world_without_the_effect_is_one_with_the_same_data(self):
        """The world between the two in which the effect is zero, made by hand, gives the same data too."""
        witness = ic.check(drawn(FIGURE_1, sites=9), "all")["total M1 Y"].witness()
        first, second = witness.values
        share = first / (first - second)
        middle = between(witness, share)
        assert middle.values == (first, 0)
        assert middle.verify()
        assert middle.second.observed() == witness.first.observed()
