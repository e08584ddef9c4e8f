"""Site by site in simulated trials: a mean of ratios, against trials drawn by other code."""

from __future__ import annotations

import math

import numpy as np
import pytest

import identcheck as ic
from identcheck import Arrow, Plan
from tests.drawn import drawn

GRANTED = ["iii", "iv", "vi", "viii", "everywhere"]
REPS = 3000


def test_a_mean_of_ratios() -> None:
    """Median and spread within 4 Monte Carlo errors of those of means of ratios of differences of means."""
    sites, persons = 20, 100
    plan = Plan(sites=sites, persons=persons, arrows={"T -> M": Arrow(1.0, 0.15), "M -> Y": Arrow(0.3, 0.2)},
                confounding={"M ~ Y": 0.4})  # fmt: skip
    simulated = ic.simulate(drawn("T -> M -> Y"), plan, REPS, 2, estimands=["direct M Y"], assume=GRANTED)
    row = simulated.row("direct M Y", "site by site")
    rng = np.random.default_rng(3)
    gamma, delta = (
        1 + 0.15 * rng.standard_normal((REPS, sites)),
        0.3 + 0.2 * rng.standard_normal((REPS, sites)),
    )
    rest = math.sqrt(4 / persons) * rng.standard_normal((2, REPS, sites))
    moved = gamma + rest[0]
    outcome = delta * moved + 0.4 * rest[0] + math.sqrt(1 - 0.16) * rest[1]
    estimates = (outcome / moved).mean(axis=1)
    low, middle, high = np.quantile(estimates, [0.25, 0.5, 0.75])
    error = estimates.std() * 1.253 / math.sqrt(REPS)
    assert row["median_bias"].value == pytest.approx(
        middle - 0.3, abs=4 * math.hypot(error, row["median_bias"].error)
    )
    assert row["spread"].value == pytest.approx((high - low) / 1.349, rel=0.1)
    assert 0.9 < row["coverage"].value < 0.99


def test_two_arms_solved_in_each_site() -> None:
    """Without sampling error to speak of every site's solution is its effects: the average over sites is theirs."""
    arrows = {"T1 -> M1": Arrow(1.0, 0.1), "T1 -> M2": Arrow(0.2, 0.1), "T2 -> M1": Arrow(0.1, 0.1), "T2 -> M2": Arrow(1, 0.1),
              "{M1 M2} -> Y": Arrow(0.3, 0.2)}  # fmt: skip
    plan = Plan(sites=25, persons=1_000_000, arrows=arrows, between={"T1 -> M1 ~ M1 -> Y": 0.9})
    design = drawn("{T1 T2} -> {M1 M2} -> Y")
    simulated = ic.simulate(design, plan, 1000, 1, estimands=["direct M1 Y"], assume=GRANTED)
    row, over_sites = simulated.row("direct M1 Y", "site by site"), simulated.row("direct M1 Y", "2SLS")
    assert not row.own
    assert row["spread"].value == pytest.approx(0.2 / 5, rel=0.12)
    assert abs(row["median_bias"].value) < 4 * row["median_bias"].error
    assert over_sites["bias"].value > 5 * over_sites["bias"].error
    assert row.record()["bias"] is None
    assert "average of ratios" in simulated.table.note


def test_asked_for_where_no_verdict_rests_on_it_there_is_nothing() -> None:
    found = ic.simulate(
        drawn("T -> M -> Y"), Plan(sites=20), 20, estimands=["direct M Y"], estimators=["site by site"]
    )
    assert not found.rows


@pytest.mark.parametrize("level", ["sites", "persons"])
def test_a_simulation_does_not_refer_to_itself(level):
    """Of what is not simulated because each site is solved by itself it says nothing that simulate would have."""
    every = ("T1 -> A", "T1 -> B", "T2 -> A", "T2 -> B", "A -> Y", "B -> Y")
    moved = ic.Modifier("w", every, measured=False)
    arrows = "{T1 T2} -> {A B} -> Y"
    design = drawn(arrows, treatment=["T1", "T2"], sites=12, modifiers=[moved], works_everywhere=True)
    plan = Plan(sites=12, persons=60, sites_are="population")
    found = ic.simulate(design, plan, 5, level=level, assume=["v", "vi", "everywhere"])
    left_out = found.table.note.partition("Not simulated: ")[2]
    assert "strategies solve each site by itself" in left_out
    assert "simulate has" not in found.table.note
