"""The questions of a plan: true values by two routes, and graphs with many paths."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

import identcheck as ic
from identcheck import (
    InvalidQuestionError,
    Plan,
    check,
    diagnose,
    direct,
    path,
    sensitivity,
    simulate,
    total,
)
from identcheck.decide.conditions.base import condition_names
from identcheck.decide.findings import Finding
from identcheck.formats import load
from identcheck.plan.closed import questions as module
from identcheck.plan.closed.questions import Question, questions
from identcheck.plan.inputs.anticipate import anticipate
from tests.drawn import drawn
from tests.planning.trials import SERIAL, designed

TA, AY = ("T", "A"), ("A", "Y")


def complete(count: int) -> list[tuple[str, str]]:
    mediators = [f"M{k}" for k in range(count)]
    return [*combinations(["T", *mediators], 2), *((m, "Y") for m in mediators)]


def test_true_values_count_what_moves_together() -> None:
    at = anticipate(designed(SERIAL, 30), Plan(between={(TA, AY): 0.5}))
    found = {
        q.estimand: q.target for q in questions(at, [path("T", "A", "Y"), direct("A", "Y"), total("A", "Y")])
    }
    assert found[path("T", "A", "Y")] == pytest.approx(0.5 * 0.2 + 0.5 * 0.2 * 0.2)
    assert found[direct("A", "Y")] == pytest.approx(0.2)
    assert found[total("A", "Y")] == pytest.approx(0.2 + 0.3 * 0.2)


def test_the_route_along_averages_agrees_with_the_polynomials(monkeypatch: pytest.MonkeyPatch) -> None:
    at = anticipate(designed(complete(5), 30), Plan())
    exact = [q.target for q in questions(at)]
    monkeypatch.setattr(module, "MOST_PATHS", 0)
    assert [q.target for q in questions(at)] == pytest.approx(exact)


def test_a_graph_with_thousands_of_paths_can_be_simulated() -> None:
    design = designed(complete(12), 30)
    asked = [total("M0", "Y"), direct("M3", "Y")]
    found = simulate(design, Plan(), 20, estimands=asked, estimators=["2SLS"])
    assert len(found.rows) > 0
    related = Plan(between={(("T", "M0"), ("M0", "M1")): 0.3})
    with pytest.raises(InvalidQuestionError, match="2048 paths"):
        simulate(design, related, 20, estimands=asked)


CASES = Path(__file__).parent.parent / "cases"
DESIGNS = {
    **{name: lambda name=name: load(CASES / f"{name}.toml") for name in ("literacy", "voucher")},
    "serial": lambda: designed(SERIAL, 30),
    "complete": lambda: designed(complete(4), 30),
    "bypass": lambda: designed([("T", "A"), ("T", "Y"), ("A", "B"), ("T", "B"), ("A", "Y"), ("B", "Y")], 30),
}


def _same(question: Question, finding: Finding) -> bool:
    """Whether both rest on one strategy; their designs may state other numbers of sites."""
    column = getattr(finding.best, "column", "")
    return (str(question.strategy), question.column) == (str(finding.best), column)


@pytest.mark.parametrize("granted", [(), "all", ("vi", "vii", "bypass")])
@pytest.mark.parametrize("name", sorted(DESIGNS))
def test_a_plan_follows_the_strategy_that_the_verdict_rests_on(name: str, granted: tuple[str, ...]) -> None:
    design = DESIGNS[name]()
    result = check(design, granted)
    diagnosis = diagnose(design, None, assume=granted)
    for finding in result.findings:
        found = [e.question for e in diagnosis.effects if e.question.estimand == finding.estimand]
        assert all(_same(question, finding) for question in found), finding.estimand
    moved = sensitivity(design, None, assume=granted)
    assert moved.effects
    assert all(_same(effect.question, result[effect.question.estimand]) for effect in moved.effects)


@pytest.mark.parametrize("assume", [(), ("vi", "vii", "ix"), "all"])
def test_the_strategy_is_the_one_of_the_verdict(assume) -> None:
    """The case voucher, where a regression with an intercept and a composition compete."""
    voucher, asked = load(CASES / "voucher.toml"), "total insured distress"
    effect = diagnose(voucher, None, [asked], assume=assume)[asked]
    assert effect.question.strategy.name == check(voucher, assume)[asked].best.name
    assert effect.se is not None


def test_what_is_shown_of_a_plan_and_of_a_check_counts_what_is_printed():
    assert repr(ic.Plan(sites=20, clusters=10, persons_per_cluster=40)) == (
        "<Plan: sites 20, clusters 10 of 40, numbers for 0 arrows>"
    )
    assert "persons default" in repr(ic.Plan(sites=20))
    result = ic.check(drawn("T -> {A B} -> Y"))
    assert repr(result) == "<Identification: 3 identified, 2 conditional>"
    assert "5 effects, granting nothing: 3 identified, 2 conditional" in str(result)


def test_numerals_stand_in_their_order_before_the_rest():
    moved = ic.Modifier("w", ("T -> A", "A -> Y"))
    finding = ic.check(drawn("T -> {A B} -> Y; T -> Y", modifiers=[moved]))["direct A Y"]
    assert condition_names(finding.missing) == "(vi), (vii), (ix), (xi) and the bypass"
