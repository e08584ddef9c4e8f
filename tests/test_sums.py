"""Sums and differences of effects: how they are written and read, and when they are identified."""

from __future__ import annotations

import pytest

import identcheck as ic
from identcheck import Verdict
from identcheck.decide.estimands import parse
from identcheck.errors import UnknownEstimandError
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
