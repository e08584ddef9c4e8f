"""Who takes a treatment up, and who does without being offered it, give the offer's effect and the SD within arms."""

from __future__ import annotations

import math
import random
import statistics
from pathlib import Path
from typing import Any

import numpy as np
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
    alike = {"crossover": 0.1, "between": 0.0}
    arrows = {"T1 -> M": ic.Arrow(takeup=0.5, **alike), "T2 -> M": ic.Arrow(takeup=0.7, **alike)}
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
        ("T -> M -> Y", {"M": "binary"}, "T -> M", {"takeup": 0.9, "between": 0.4}, r"at most 0\.299"),
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


SHARES = [0.30, 0.55, 0.42, 0.70, 0.61, 0.38]
CROSSED = [0.02, 0.10, 0.00, 0.05, 0.08, 0.04]


def in_six(graph: str = "T -> M -> Y") -> ic.Design:
    return drawn(graph, sites=6, scales={"M": "binary"})


@pytest.mark.parametrize("sites_are", ["sample", "population"])
def test_shares_by_site_give_mean_spread_and_sd_within_arms(sites_are: Any) -> None:
    arrow = ic.Arrow(takeup=SHARES, crossover=CROSSED)
    at = anticipate(in_six(), ic.Plan(arrows={"T -> M": arrow}, sites_are=sites_are))
    effects = [t - c for t, c in zip(SHARES, CROSSED, strict=True)]
    spread = statistics.variance if sites_are == "sample" else statistics.pvariance
    place = at.place["T", "M"]
    assert at.mean[place] == pytest.approx(statistics.mean(effects))
    assert at.between[place, place] == pytest.approx(spread(effects))
    within = [p * (1 - p) for p in (*SHARES, *CROSSED)]
    assert at.residual[0, 0] == pytest.approx(statistics.mean(within))


def test_sds_in_place_of_shares_by_site() -> None:
    """Their squares add up for the effect, and come off p (1 - p) within arms of sites."""
    arrow = ic.Arrow(takeup=0.5, takeup_sd=0.12, crossover=0.1, crossover_sd=0.05)
    at = anticipate(in_six(), ic.Plan(arrows={"T -> M": arrow}))
    assert at.between[0, 0] == pytest.approx(0.12**2 + 0.05**2)
    assert at.residual[0, 0] == pytest.approx((0.5 * 0.5 - 0.12**2 + 0.1 * 0.9 - 0.05**2) / 2)


def test_an_sd_of_the_effect_comes_off_as_that_of_the_take_up_does() -> None:
    """Stated, or the usual one, which is in SDs of the variable itself."""
    by_takeup = anticipate(in_six(), ic.Plan(arrows={"T -> M": ic.Arrow(takeup=0.5, takeup_sd=0.12)}))
    stated = anticipate(in_six(), ic.Plan(arrows={"T -> M": ic.Arrow(takeup=0.5, between=0.12)}))
    assert stated.residual[0, 0] == pytest.approx(by_takeup.residual[0, 0])
    usual = anticipate(in_six(), ic.Plan(arrows={"T -> M": ic.Arrow(takeup=0.5)}))
    sd = math.sqrt(usual.between[0, 0])
    assert sd == pytest.approx(0.2 * math.sqrt(usual.residual[0, 0]))
    assert usual.residual[0, 0] == pytest.approx((0.5 * 0.5 - sd**2) / 2)


@pytest.mark.parametrize("by", ["take-up", "prevalence"])
def test_the_first_stage_where_take_up_differs_between_sites(by: str) -> None:
    """2,000 trials in ten sites of 40 persons, counted one by one, take-up .6 with SD .2, crossover .2: the mean F within 4%."""
    rng = np.random.default_rng(6)
    arrow = ic.Arrow(takeup=0.6, crossover=0.2, between=0.2) if by == "take-up" else ic.Arrow(0.4, 0.2)
    plan = ic.Plan(
        sites=10, persons=40, arrows={"T -> M": arrow}, prevalence={} if by == "take-up" else {"M": 0.4}
    )
    (instruments,) = ic.diagnose(drawn("T -> M -> Y", scales={"M": "binary"}), plan).instruments
    shares = 0.6 + 0.2 * np.sign(rng.standard_normal((2000, 10)))
    means = rng.binomial(20, np.stack([np.full_like(shares, 0.2), shares])) / 20
    explained = 10 * ((means[1] - means[0]) ** 2).mean(axis=1)
    found = explained / ((means * (1 - means)).mean(axis=(0, 2)) * 20 / 19)
    assert instruments.strengths[0].f == pytest.approx(found.mean(), rel=0.04)


def test_arms_that_share_their_controls_are_related_by_them() -> None:
    design = in_six("T1 -> M; T2 -> M; M -> Y")
    other = [0.5, 0.52, 0.66, 0.8, 0.58, 0.71]
    listed = {
        "T1 -> M": ic.Arrow(takeup=SHARES, crossover=CROSSED),
        "T2 -> M": ic.Arrow(takeup=other, crossover=CROSSED),
    }
    at = anticipate(design, ic.Plan(arrows=listed))
    one, two = at.place["T1", "M"], at.place["T2", "M"]
    effects = [[t - c for t, c in zip(each, CROSSED, strict=True)] for each in (SHARES, other)]
    assert at.between[one, two] == pytest.approx(statistics.covariance(*effects))
    spreads = {
        "T1 -> M": ic.Arrow(takeup=0.5, takeup_sd=0.1, crossover=0.1, crossover_sd=0.06),
        "T2 -> M": ic.Arrow(takeup=0.6, takeup_sd=0.12, crossover=0.1, crossover_sd=0.06),
    }
    at = anticipate(design, ic.Plan(arrows=spreads))
    assert at.between[one, two] == pytest.approx(0.06**2)
    stated = anticipate(design, ic.Plan(arrows=spreads, between={"T1 -> M ~ T2 -> M": 0.5}))
    assert stated.between[one, two] == pytest.approx(0.5 * math.hypot(0.1, 0.06) * math.hypot(0.12, 0.06))


def test_the_first_stage_is_that_of_persons_who_take_it_up_by_these_shares() -> None:
    """600 trials in six sites of 60 persons, counted one by one: the mean F of the six instruments, within 5%."""
    draw = random.Random(4)
    plan = ic.Plan(
        persons=60, sites_are="population", arrows={"T -> M": ic.Arrow(takeup=SHARES, crossover=CROSSED)}
    )
    (instruments,) = ic.diagnose(in_six(), plan).instruments
    found = []
    for _ in range(600):
        explained = scatter = 0.0
        for taken, crossed in zip(SHARES, CROSSED, strict=True):
            arms = [[float(draw.random() < p) for _ in range(30)] for p in (crossed, taken)]
            means = [statistics.mean(arm) for arm in arms]
            explained += 15 * (means[1] - means[0]) ** 2
            scatter += sum((x - mean) ** 2 for arm, mean in zip(arms, means, strict=True) for x in arm)
        found.append((explained / 6) / (scatter / (6 * 58)))
    assert instruments.strengths[0].f == pytest.approx(statistics.mean(found), rel=0.05)


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"takeup": SHARES, "between": 0.1}, "state one of the two"),
        ({"takeup": SHARES[:4]}, "lists 4 sites, but there are 6"),
        ({"takeup": SHARES, "takeup_sd": 0.1}, "leave takeup_sd out"),
        ({"takeup": 0.02, "takeup_sd": 0.3}, "at most 0.139"),
        ({"mean": 0.5, "takeup_sd": 0.3}, "a takeup_sd and no takeup"),
        ({"takeup": [0.5, 1.5, 0.2, 0.2, 0.2, 0.2]}, "in site 2 is 1.5"),
    ],
)
def test_shares_by_site_that_do_not_fit_are_refused(said: dict[str, Any], problem: str) -> None:
    with pytest.raises(ic.InvalidPlanError, match=problem):
        anticipate(in_six(), ic.Plan(arrows={"T -> M": ic.Arrow(**said)}))


def test_shares_by_site_travel_in_files(tmp_path: Path) -> None:
    file = tmp_path / "trial.toml"
    numbers = f'"T -> M" = {{ takeup = {SHARES}, crossover = 0.05, crossover_sd = 0.02 }}'
    file.write_text(ic.dumps(in_six(), "toml") + f"\n[plan.arrows]\n{numbers}\n")
    arrow = ic.Plan.from_toml(file).arrows["T", "M"]
    assert arrow.takeup == tuple(SHARES)
    assert arrow.crossover_sd == 0.02
