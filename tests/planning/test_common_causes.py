"""The default correlation of two mediators' disturbances follows the graph."""

from __future__ import annotations

import numpy as np
import pytest

from identcheck import Plan, anticipate, diagnose
from tests.drawn import drawn

GRAPH = "T -> {M1 M2 M3} -> Y; C -> {M1 M2 Y}"


def correlation(graph: str, one: str, other: str, plan: Plan | None = None, **options) -> float:
    found = anticipate(drawn(graph, **options), plan)
    i, j = found.position[one], found.position[other]
    return float(found.residual[i, j] / np.sqrt(found.residual[i, i] * found.residual[j, j]))


@pytest.mark.parametrize("options", [{}, {"unobserved": ["C"]}])
def test_a_common_cause_gives_the_correlation_of_mediators_with_the_outcome(options):
    assert correlation(GRAPH, "M1", "M2", **options) == pytest.approx(0.3)
    assert correlation(GRAPH, "M1", "Y", **options) == pytest.approx(0.3)
    assert correlation(GRAPH, "M1", "M3", **options) == 0.0


def test_the_cause_may_be_remote_but_not_behind_a_mediator():
    assert correlation("T -> {M1 M2} -> Y; C -> D -> M1; C -> M2", "M1", "M2") == pytest.approx(0.3)
    assert correlation("T -> M1 -> M2 -> Y; M1 -> Y; C -> M1", "M1", "M2") == 0.0


def test_a_cause_that_is_not_drawn_counts_too():
    assert correlation("T -> {M1 M2} -> Y", "M1", "M2", confounded=[("M1", "M2")]) == pytest.approx(0.3)


def test_what_is_stated_stands():
    stated = Plan(confounding={"M1 ~ M2": -0.1})
    assert correlation(GRAPH, "M1", "M2", stated) == pytest.approx(-0.1)
    without = anticipate(drawn(GRAPH), Plan(residuals={"M1": 0.0}))
    assert not without.residual[without.position["M1"]].any()


def test_the_reason_is_its_source():
    inputs = anticipate(drawn(GRAPH, labels={"C": "family poverty"})).inputs
    (pair,) = [item for item in inputs if item.name == "correlation of the disturbances of M1 and M2"]
    assert pair.default
    assert pair.source.startswith("family poverty acts on both in the graph; size: no source")


def test_it_biases_the_effect_of_one_mediator_on_another():
    graph = "T -> {M1 M2}; M1 -> M2; {M1 M2} -> Y"
    with_cause = diagnose(drawn(f"{graph}; C -> {{M1 M2}}"), Plan(), ["direct M1 M2"]).effects[0]
    without = diagnose(drawn(graph), Plan(), ["direct M1 M2"]).effects[0]
    assert abs(without.budget.persons) < 1e-9
    assert with_cause.budget.persons > 0.01


@pytest.mark.parametrize("leaves", [3, 8, 20])
def test_correlations_are_possible_together(leaves):
    """A mediator with a common cause with each of many others, which have none with one another."""
    names = [f"A{i}" for i in range(leaves)]
    causes = "; ".join(f"C{i} -> {{M A{i}}}" for i in range(leaves))
    found = anticipate(drawn(f"T -> {{M {' '.join(names)}}} -> Y; {causes}"))
    assert np.linalg.eigvalsh(found.residual)[0] >= -1e-9
    value = found.residual[found.position["M"], found.position["A0"]]
    assert 0 < value <= 0.3
    assert (value == pytest.approx(0.3)) == (leaves < 10)


def test_beside_stated_correlations_it_is_lowered():
    stated = Plan(confounding={"M1 ~ Y": 0.9, "M2 ~ Y": -0.3, "M1 ~ M3": 0.9, "M2 ~ M3": -0.3})
    found = anticipate(drawn(GRAPH), stated)
    assert np.linalg.eigvalsh(found.residual)[0] >= -1e-9
