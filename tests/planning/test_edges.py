"""Numbers at the edge of what there is: answered, or refused with a reason; never a warning or a foreign error.

Warnings are errors in these tests, so that a division by 0 in numpy fails them.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest

from identcheck import (
    Arrow,
    Design,
    InvalidPlanError,
    Plan,
    Sizes,
    check,
    diagnose,
    direct,
    falsification,
    sensitivity,
    simulate,
)
from identcheck.plan.inputs.problems import LEAST_LIKELY
from tests.drawn import FIGURE_1, drawn

GRAPHS = {"one": "T -> M -> Y", "bypass": "T -> M -> Y; T -> Y", "two": FIGURE_1}
SMALL = (0.0, 5e-324, 1e-160, LEAST_LIKELY, 1e-6)


def plans(design: Design) -> dict[str, dict[str, Any]]:
    edges, nodes = list(design.causal.edges), [*design.mediators, design.outcome]
    found = {
        "defaults": {},
        "one person": {"persons": 1},
        "two": {"persons": 2},
        "four": {"persons": 4},
    }
    found["spread"] = {"persons": Sizes(1000, 3.0)}
    for value in (*SMALL, 1.0, 1e6):
        still = {edge: Arrow(value, 0, 0) for edge in edges}
        found |= {
            f"residuals {value}": {"residuals": dict.fromkeys(nodes, value)},
            f"residual of Y {value}": {"residuals": {"Y": value}},
            f"means {value}": {"arrows": {edge: Arrow(value) for edge in edges}},
            f"first mean {value}": {"arrows": {edges[0]: Arrow(value)}},
            f"across {value}": {"arrows": {edge: Arrow(between=value) for edge in edges}},
            f"within {value}": {"arrows": {edge: Arrow(within=value) for edge in edges}},
            f"all {value}": {"arrows": {e: Arrow(value, value, value) for e in edges}},
            f"still {value}": {"arrows": still, "residuals": dict.fromkeys(nodes, 0)},
            f"variation {value}": {"variation": value},
        }
    for value in (*SMALL, 0.5, 1 - LEAST_LIKELY, math.nextafter(1, 0), 1.0):
        found |= {f"alpha {value}": {"alpha": value}, f"power {value}": {"power": value}}
        found[f"treated {value}"] = {"treated": value, "persons": 5000}
    for value in (-1.0, 1.0, math.nextafter(1, 0), 1e-300):
        pair = {(edges[0], edges[1]): value}
        found[f"correlated {value}"] = {"between": pair}
        found[f"confounded {value}"] = {"confounding": {("M" if "M" in nodes else "M1", "Y"): value}}
        found[f"skewed {value}"] = {"third_between": {(edges[0], edges[0], edges[1]): value}}
    return found


@pytest.mark.parametrize(("graph", "sites"), [("one", 1), ("one", 20), ("bypass", 2), ("two", 3)])
def test_every_number_is_answered_or_refused(graph: str, sites: int) -> None:
    design = drawn(GRAPHS[graph], sites=sites)
    result = check(design, "all")
    refused = []
    for name, said in plans(design).items():
        try:
            plan = Plan(**said)
            tables = [*diagnose(design, plan).tables, *sensitivity(design, plan).tables]
            tables += simulate(design, plan, 8, 1).tables
            tables += falsification(design, plan, 4).tables
            assert all(table.text() for table in tables)
            assert graph != "one" or result.render("text", plan)
        except InvalidPlanError:
            refused.append(name)
    assert not {"defaults", "residual of Y 0.0", "means 1.0", "alpha 1e-06", "confounded 1.0"} & set(refused)


@pytest.mark.parametrize("format", ["text", "markdown", "latex", "html", "json"])
@pytest.mark.parametrize("plan", [Plan(persons=100), Plan(persons=100, residuals={"Y": 0})])
@pytest.mark.parametrize("sites", [1, 2])
def test_few_sites_have_every_report(format: str, plan: Plan, sites: int) -> None:
    result = check(drawn("T -> M -> Y", sites=sites), "all")
    assert result.render(format, plan)


def test_a_picture_of_power_says_that_there_is_no_test() -> None:
    made = check(drawn("T -> M -> Y", sites=1)).render("html", Plan(persons=100), full=True)
    assert "with the plan there is no test, as there are too few sites" in made
    assert "None" not in made


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"alpha": 1e-300}, "alpha: alpha is 1e-300, nearer to 0 than 1e-09; write 0.01"),
        ({"alpha": math.nextafter(1, 0)}, "is 0.9999999999999999, nearer to 1 than 1e-09; write 0.99"),
        ({"treated": 5e-324}, "share treated is 4.94066e-324, nearer to 0 than 1e-09; write 0.01"),
        (
            {"residuals": {"M": 1e-160}},
            "residual SD of M is 1e-160, nearer to 0 than 1e-09; write 0, or a number of at least 1e-09 in size",
        ),
        ({"arrows": {("T", "M"): Arrow(-1e-200)}}, "mean of T -> M is -1e-200, nearer to 0 than 1e-09"),
    ],
)
def test_what_is_almost_nothing_is_refused_with_what_to_write(said: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidPlanError) as error:
        Plan(**said)
    assert words in str(error.value)


def test_without_any_variation_the_estimate_is_the_effect() -> None:
    """No residuals and effects alike for all: 2SLS is exact, and has no standard error to divide by."""
    design = drawn("T -> M -> Y", sites=10)
    still = {("T", "M"): Arrow(0.5, 0.25, 0), ("M", "Y"): Arrow(0.75, 0, 0)}
    plan = Plan(arrows=still, residuals={"M": 0, "Y": 0})
    found = diagnose(design, plan)[direct("M", "Y")]
    assert found.se == pytest.approx(0, abs=1e-6)  # the root of what rounding leaves
    assert found.bias == pytest.approx(0, abs=1e-9)
    row = simulate(design, plan, 10, 1).row(direct("M", "Y"))
    assert row["mean"].value == pytest.approx(0.75)
    tried = [found for found in falsification(design, plan, 5).rejections if found.test == "heterogeneity Q"]
    assert tried
    assert {found.share for found in tried} == {None}


def test_fractions_are_numbers_of_a_plan() -> None:
    exact = Plan(alpha=Fraction(1, 20), power=Fraction(4, 5), treated=Fraction(1, 2))
    design = drawn("T -> M -> Y", sites=20)
    assert diagnose(design, exact).tables[1:] == diagnose(design, Plan(treated=0.5)).tables[1:]
    assert simulate(design, exact, 5, 1).table.rows == simulate(design, Plan(treated=0.5), 5, 1).table.rows
