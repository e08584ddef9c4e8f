"""Sums and differences of effects: how they are written and read, and when they are identified."""

from __future__ import annotations

import pytest

import identcheck as ic
from identcheck import Verdict
from identcheck.decide.estimands import parse
from identcheck.decide.identification import primary_findings
from identcheck.decide.primary import expected_direction
from identcheck.errors import InvalidDesignError, UnknownEstimandError
from tests.drawn import FIGURE_1, drawn

BOTH = ic.difference(ic.direct("M1", "Y"), ic.direct("M2", "Y"))


def test_what_is_printed_is_read_again() -> None:
    nested = ic.difference(ic.plus(BOTH, ic.itt()), ic.average("M1", "Y", avoiding=["M2"]))
    for asked in (BOTH, nested, ic.plus("direct M1 Y", "mediated M2", "itt")):
        assert parse(str(asked)) == asked
    assert parse('difference(direct("a, b", Y), direct(M2, Y))').of[0].nodes == ("a, b", "Y")


def test_signs_of_what_is_added() -> None:
    asked = ic.difference(ic.itt(), ic.difference(ic.plus("total M1 Y", "total M2 Y"), "direct M1 Y"))
    assert [sign for sign, _ in asked.signed] == [1, -1, -1, 1]
    assert ic.itt().signed == ((1, ic.itt()),)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: ic.plus("itt"),
        lambda: ic.difference("itt", 3),
        lambda: parse("difference(itt)"),
        lambda: parse("difference(itt, itt, itt)"),
        lambda: parse("plus(direct M1, itt)"),
        lambda: parse("plus(" * 30),
        lambda: parse("plus(" * 30 + "itt" + ", itt)" * 30),
        lambda: ic.Estimand("direct", ("M1", "Y"), of=(ic.itt(), ic.itt())),
    ],
)
def test_what_is_no_sum_is_an_error(wrong) -> None:
    with pytest.raises(UnknownEstimandError):
        ic.check(drawn(FIGURE_1))[wrong()]


def test_identified_where_each_effect_is() -> None:
    design = drawn(FIGURE_1)
    assert ic.check(design, "all").combined(BOTH).verdict is Verdict.IDENTIFIED
    found = ic.check(design).combined("difference(direct M1 Y, direct M2 Y)")
    assert found.verdict is Verdict.CONDITIONAL
    assert "(vi)" in found.reason
    assert (
        ic.check(design, ["iii", "iv", "vi", "vii", "viii", "ix"]).combined(BOTH).verdict
        is Verdict.IDENTIFIED
    )


def test_effects_that_are_not_identified_leave_their_sum_undecided() -> None:
    """Through a mediator that is not measured there is no regression; whether the sum has one is not looked into."""
    design = drawn("T -> {M1 M2} -> Y", unobserved=["M2"])
    found = ic.check(design, "all").combined(ic.plus("direct M1 Y", "direct M2 Y"))
    assert found.verdict is Verdict.UNDECIDED
    assert "direct(M2, Y)" in found.reason


def test_other_questions_are_asked_one_by_one() -> None:
    with pytest.raises(UnknownEstimandError, match="combined"):
        ic.check(drawn(FIGURE_1))[BOTH]


@pytest.mark.parametrize(
    ("text", "signs", "effects"),
    [
        ("direct(M1, Y) - direct(M2, Y)", [1, -1], ["direct(M1, Y)", "direct(M2, Y)"]),
        ("direct M1 Y - direct M2 Y", [1, -1], ["direct(M1, Y)", "direct(M2, Y)"]),
        ("itt - mediated M1 - mediated(M2)", [1, -1, -1], ["itt()", "mediated(M1)", "mediated(M2)"]),
        (
            "total M1 Y + total M2 Y - itt",
            [1, 1, -1],
            ["total(M1, Y)", "total(M2, Y)", "itt()"],
        ),
        (
            "plus(direct(M1, Y) - direct(M2, Y), itt)",
            [1, -1, 1],
            ["direct(M1, Y)", "direct(M2, Y)", "itt()"],
        ),
    ],
)
def test_signs_between_effects_are_read(text: str, signs: list[int], effects: list[str]) -> None:
    found = parse(text)
    assert [sign for sign, _ in found.signed] == signs
    assert [str(effect) for _, effect in found.signed] == effects
    assert parse(str(found)) == found


def test_a_sign_in_a_name_is_no_sum() -> None:
    assert parse("direct(a - b, Y)").nodes == ("a - b", "Y")
    assert parse('direct("a - direct b", Y)').nodes == ("a - direct b", "Y")
    assert parse("direct a-b Y").nodes == ("a-b", "Y")


TOML = """
graph = "T -> M1 -> Y; T -> M2 -> Y"
treatment = "T"
outcome = "Y"
sites = 40
primary = ["direct(M1, Y) - direct(M2, Y)", "itt()"]

[rules.direction]
"direct(M1, Y) - direct(M2, Y)" = "positive"

[plan]
persons = 200
"""


def test_a_difference_may_be_primary() -> None:
    """It is read and written, answered first with its effects, planned by default, and one hypothesis of the pre-registration."""
    design = ic.Design.from_text(TOML, format="toml")
    assert ic.Design.from_text(ic.dumps(design, "toml"), format="toml") == design
    result = ic.check(design, "all")
    assert [str(f.estimand) for f in primary_findings(result)] == ["direct(M1, Y)", "direct(M2, Y)", "itt()"]
    assert expected_direction(design, BOTH) == "positive"
    assert "difference(direct(M1, Y), direct(M2, Y)) *: identified" in str(result)
    numbers = ic.diagnose(design, ic.Plan(persons=200))
    joint = numbers.joint(["direct M1 Y", "direct M2 Y"])
    assert numbers[BOTH].se == pytest.approx(joint.se([1, -1]))
    told = result.render("text", plan=ic.Plan(persons=200), document="preregistration")
    assert "M1 → Y, less M2 → Y" in told
    assert "2 primary effects" in told


def test_a_difference_of_what_is_not_there_is_an_error() -> None:
    with pytest.raises(InvalidDesignError, match="no variable 'M3'"):
        ic.Design.from_text(TOML.replace("direct(M2, Y)", "direct(M3, Y)"), format="toml")
