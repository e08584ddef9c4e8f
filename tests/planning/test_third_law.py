"""The two laws of effects with third moments: equal up to the third moment, different in the fourth."""

from __future__ import annotations

from itertools import combinations_with_replacement
from pathlib import Path

import numpy as np
import pytest

import identcheck as ic
from identcheck import Arrow, Plan
from identcheck.plan.closed.draws import Effects
from tests.drawn import drawn

COVARIANCE = np.array([[1.0, 0.2, 0.0], [0.2, 0.5, 0.1], [0.0, 0.1, 0.8]])
CASES = {
    "one": {(0, 0, 0): 0.4},
    "two": {(0, 0, 1): 0.1},
    "two, the other way": {(0, 1, 1): 0.08},
    "three": {(0, 1, 2): 0.1},
}


@pytest.mark.parametrize("law", ["signs", "quadratic"])
@pytest.mark.parametrize("case", CASES)
def test_both_laws_have_the_stated_moments_and_no_other_third_moment(law: str, case: str) -> None:
    """A million draws: every covariance and third moment within 5 Monte Carlo errors."""
    thirds, count = CASES[case], 1_000_000
    effects = Effects(np.zeros(3), COVARIANCE, thirds, law)
    rng = np.random.default_rng(1)
    x = np.array(effects.drawn(rng, rng.standard_normal((effects.normals, count))))
    for size in (1, 2, 3):
        for places in combinations_with_replacement(range(3), size):
            product = x[list(places)].prod(axis=0)
            expected = {1: 0.0, 2: COVARIANCE[places[0], places[-1]], 3: thirds.get(places, 0.0)}[size]
            assert abs(product.mean() - expected) < 5 * product.std() / np.sqrt(count), places


def test_the_laws_differ_in_fourth_moments() -> None:
    """b of a, a and b: two values by signs; with long tails by squares."""
    fourth = {}
    for law in ("signs", "quadratic"):
        effects = Effects(np.zeros(2), np.eye(2), {(0, 0, 1): 0.9 if law == "signs" else 0.8}, law)
        rng = np.random.default_rng(1)
        x = np.array(effects.drawn(rng, rng.standard_normal((effects.normals, 200_000))))
        fourth[law] = float((x[1] ** 4).mean())
    assert fourth["quadratic"] > 4 > 2 > fourth["signs"]


@pytest.mark.parametrize("law", ["signs", "quadratic"])
def test_closed_forms_have_the_error_of_trials_drawn_from_the_same_law(law: str) -> None:
    design = drawn("T -> M -> Y", sites=60)
    plan = Plan(
        sites=60, persons=400, arrows={"T -> M": Arrow(0.5, 0.5), "M -> Y": Arrow(0.2, 0.2)},
        third_between={"T -> M ~ T -> M ~ M -> Y": 0.6}, third_law=law,
    )  # fmt: skip
    closed = ic.diagnose(design, plan, ["direct M Y"]).effects[0]
    row = ic.simulate(design, plan, 4000, 2, estimands=["direct M Y"], estimators=["2SLS"]).row("direct M Y")
    assert row["sd"].value == pytest.approx(closed.se, rel=0.06)
    assert row["bias"].value == pytest.approx(closed.bias, abs=0.01)


def test_the_law_is_a_field_of_a_plan_and_of_its_file(tmp_path: Path) -> None:
    assert Plan().third_law == "signs"
    file = tmp_path / "trial.toml"
    file.write_text(ic.dumps(drawn("T -> M -> Y"), "toml") + '\n[plan]\nthird_law = "quadratic"\n')
    assert Plan.from_toml(file).third_law == "quadratic"
    for wrong in ("cubic", 2, ["signs"]):
        with pytest.raises(ic.InvalidPlanError, match="it is 'signs' or 'quadratic'"):
            Plan(third_law=wrong)  # type: ignore[arg-type]
