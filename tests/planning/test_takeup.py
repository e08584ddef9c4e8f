"""Who takes a treatment up, and who does without being offered it, give the offer's effect and the SD within arms."""

from __future__ import annotations

import random
import statistics
from pathlib import Path
from typing import Any

import pytest

import identcheck as ic
from identcheck.plan.inputs.anticipate import anticipate
from tests.drawn import drawn

VOUCHER = ic.Arrow(takeup=0.48, crossover=0.03, between=0.0, source="a pilot")


def trial(graph: str = "T -> M -> Y", **scales: str) -> ic.Design:
    return drawn(graph, sites=40, scales=scales or {"M": "binary"})


def told(plan: ic.Plan, design: ic.Design | None = None) -> dict[str, Any]:
    return {item.name: item for item in anticipate(design or trial(), plan).inputs}


def test_mean_and_sd_are_those_of_persons_counted_one_by_one() -> None:
    at = anticipate(trial(), ic.Plan(arrows={"T -> M": VOUCHER}))
    treated, control = [1] * 48 + [0] * 52, [1] * 3 + [0] * 97
    assert at.mean[at.place["T", "M"]] == pytest.approx(statistics.mean(treated) - statistics.mean(control))
    assert at.residual[0, 0] == pytest.approx(
        (statistics.pvariance(treated) + statistics.pvariance(control)) / 2
    )


def test_the_standard_error_of_compliance_is_that_of_drawn_persons() -> None:
    """1,000 trials of 5 sites of 40 persons: the SD of the average difference, Monte Carlo error 2.2 percent."""
    draw = random.Random(20)
    plan = ic.Plan(sites=5, persons=40, arrows={"T -> M": VOUCHER})
    effect = ic.diagnose(drawn("T -> M -> Y", scales={"M": "binary"}), plan)[ic.compliance("M")]
    found = []
    for _ in range(1000):
        treated = sum(draw.random() < 0.48 for _ in range(100)) / 100
        found.append(treated - sum(draw.random() < 0.03 for _ in range(100)) / 100)
    assert effect.se == pytest.approx(statistics.stdev(found), rel=0.08)


def test_the_numbers_and_what_they_rescale_are_told() -> None:
    names = told(ic.Plan(arrows={"T -> M": VOUCHER}))
    assert (names["take-up of T -> M"].value, names["take-up of T -> M"].source) == ("0.48", "a pilot")
    assert names["mean of T -> M"].source == "take-up less crossover"
    assert "crossover" in names["residual SD of M"].source
    assert "residual SD of M" in names["mean of M -> Y"].source
    assert (
        told(ic.Plan(arrows={"T -> M": ic.Arrow(takeup=0.5)}))["crossover of T -> M"].source
        == "not stated, and taken to be 0"
    )


def test_several_arms_share_the_crossover_of_control() -> None:
    design = drawn("T1 -> M; T2 -> M; M -> Y", scales={"M": "binary"})
    arrows = {"T1 -> M": ic.Arrow(takeup=0.5, crossover=0.1), "T2 -> M": ic.Arrow(takeup=0.7, crossover=0.1)}
    at = anticipate(design, ic.Plan(arrows=arrows))
    assert at.residual[0, 0] == pytest.approx((0.1 * 0.9 + 0.5 * 0.5 + 0.7 * 0.3) / 3)
    with pytest.raises(ic.InvalidPlanError, match="same control persons"):
        anticipate(design, ic.Plan(arrows=arrows | {"T2 -> M": ic.Arrow(takeup=0.7)}))


@pytest.mark.parametrize(
    ("graph", "scales", "edge", "said", "problem"),
    [
        ("T -> M -> Y", {"M": "binary"}, "T -> M", {"takeup": 0.4, "mean": 0.3}, "state one of the two"),
        ("T -> M -> Y", {"M": "binary"}, "T -> M", {"crossover": 0.4}, "state its takeup too"),
        ("T -> M -> Y", {"Y": "binary"}, "T -> M", {"takeup": 0.4}, "not said to be binary"),
        ("T -> M -> Y", {"M": "binary"}, "M -> Y", {"takeup": 0.4}, "is no arm"),
        ("T -> {A M} -> Y; A -> M", {"M": "binary"}, "T -> M", {"takeup": 0.4}, "A also acts on M"),
        ("T -> M -> Y", {"M": "binary"}, "T -> M", {"takeup": 1.4}, "lies between 0 and 1"),
    ],
)
def test_what_does_not_fit_is_refused(
    graph: str, scales: dict[str, str], edge: str, said: dict[str, float], problem: str
) -> None:
    with pytest.raises(ic.InvalidPlanError, match=problem):
        anticipate(drawn(graph, scales=scales), ic.Plan(arrows={edge: ic.Arrow(**said)}))


def test_one_sided_noncompliance_has_no_crossover() -> None:
    graph = trial().graph.copy()
    graph.edges["T", "M"]["noncompliance"] = "one-sided"
    design = ic.Design(graph, treatment="T", outcome="Y", scales={"T": "binary", "M": "binary"})
    with pytest.raises(ic.InvalidPlanError, match="one-sided"):
        anticipate(design, ic.Plan(arrows={"T -> M": ic.Arrow(takeup=0.4, crossover=0.1)}))


def test_it_travels_in_files_and_can_be_varied(tmp_path: Path) -> None:
    file = tmp_path / "trial.toml"
    table = '\n[plan.arrows]\n"T -> M" = { takeup = 0.48, crossover = 0.03, source = "a pilot" }\n'
    file.write_text(ic.dumps(trial(), "toml") + table)
    plan = ic.Plan.from_toml(file)
    assert plan.arrows["T", "M"] == ic.Arrow(takeup=0.48, crossover=0.03, source="a pilot")
    grid = ic.sweep(trial(), plan, {"arrows.T -> M.takeup": [0.3, 0.6]}, reps=20)
    assert len(grid.to_frame()) >= 2
