"""The questions of a plan: true values by two routes, and graphs with many paths."""

from __future__ import annotations

from itertools import combinations

import pytest

from identcheck import InvalidQuestionError, Plan, direct, path, simulate, total
from identcheck.plan import anticipate
from identcheck.plan.closed import questions as module
from identcheck.plan.closed.questions import questions
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
