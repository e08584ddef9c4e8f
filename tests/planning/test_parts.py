"""Parts of an intent-to-treat effect under a plan: standard errors, bias and shares against simulated trials."""

from __future__ import annotations

import numpy as np
import pytest

from identcheck import Plan, diagnose, itt, mediated, path, simulate
from identcheck.plan.inputs.plan import Arrow
from tests.drawn import FIGURE_1, FIGURE_2, drawn

REPS = 4000
CASES = [
    (FIGURE_1, Plan(sites=60, persons=200)),
    (FIGURE_1, Plan(sites=30, persons=1000, variation=0.3)),
    (FIGURE_2, Plan(sites=60, persons=300)),
    (f"{FIGURE_1}; T -> Y", Plan(sites=60, persons=200)),
    ("{T1 T2} -> {M1 M2} -> Y; M1 -> M2", Plan(sites=40, persons=300)),
]


@pytest.mark.parametrize("case", range(len(CASES)))
def test_standard_errors_and_bias_are_those_of_simulated_trials(case: int) -> None:
    """Within 6% (10% with 30 sites) and four Monte Carlo errors of 4,000 trials."""
    arrows, plan = CASES[case]
    design = drawn(arrows)
    numbers = diagnose(design, plan)
    asked = [e.question.estimand for e in numbers.effects if e.question.estimand.kind == "mediated"]
    assert len(asked) >= 2
    found = simulate(design, plan, REPS, seed=5, estimands=asked)
    for estimand in asked:
        effect, row = numbers[estimand], found.row(estimand)
        sd, bias = row["sd"], row["bias"]
        assert effect.se == pytest.approx(
            sd.value, abs=(0.1 if case == 1 else 0.06) * sd.value + 4 * sd.error
        )
        assert effect.bias == pytest.approx(bias.value, abs=0.002 + 4 * bias.error + 0.05 * sd.value)
        assert effect.power is not None
        assert effect.detectable is not None


def test_true_values_add_up_to_the_whole() -> None:
    """Correlated effects included: compliance and effect of a mediator, between sites and within."""
    design = drawn(f"{FIGURE_1}; T -> Y")
    edges = {edge: Arrow(0.4, 0.3, 0.2) for edge in design.causal.edges}
    plan = Plan(arrows=edges, between={"T -> M1 ~ M1 -> Y": 0.4}, within={"T -> M2 ~ M2 -> Y": 0.3})
    numbers = diagnose(design, plan, [itt(), mediated("M1"), mediated("M2"), mediated("T")])
    whole, *parts = (effect.question.target for effect in numbers.effects)
    assert sum(parts) == pytest.approx(whole)
    # E[gamma] delta + Cov(gamma, delta) + E Cov_s, and for M2 the whole compliance through M1
    assert parts[0] == pytest.approx(0.4 * 0.4 + 0.4 * 0.3 * 0.3)
    assert parts[1] == pytest.approx(0.4 * 0.4 + 0.3 * 0.2 * 0.2 + 0.4**3)
    assert parts[2] == pytest.approx(0.4)


class TestShare:
    design = drawn(FIGURE_1)
    plan = Plan(sites=60, persons=400)

    def test_the_interval_is_that_of_simulated_trials(self) -> None:
        asked = [mediated("M1"), mediated("M2"), itt()]
        numbers = diagnose(self.design, self.plan)
        found = simulate(self.design, self.plan, REPS, seed=3, estimands=asked)
        draws = {e: found.draws[e, found.row(e).estimator] for e in asked}
        for part in asked[:2]:
            effect = numbers[part]
            ratio = draws[part] / draws[itt()]
            low, middle, high = np.quantile(ratio, [0.025, 0.5, 0.975])
            assert effect.share == pytest.approx(middle, abs=0.02)
            assert effect.share_low < effect.share < effect.share_high
            assert effect.share_high - effect.share_low == pytest.approx(high - low, rel=0.15)

    def test_none_where_the_whole_is_near_zero(self) -> None:
        opposed = {"T -> {M1 M2}": Arrow(0.5, 0.3), "M1 -> Y": Arrow(0.2, 0.1), "M2 -> Y": Arrow(-0.2, 0.1)}
        numbers = diagnose(drawn("T -> {M1 M2} -> Y"), Plan(sites=60, persons=400, arrows=opposed))
        for m in ("M1", "M2"):
            assert numbers[mediated(m)].se is not None
            assert numbers[mediated(m)].share is None

    def test_of_parts_alone(self) -> None:
        numbers = diagnose(self.design, self.plan, [path("T", "M1", "Y"), itt(), mediated("M1")])
        assert [effect.share is not None for effect in numbers.effects] == [False, False, True]
        (table,) = (t for t in numbers.all_tables if t.key == "parts")
        assert [row[0] for row in table.rows] == ["mediated(M1)"]
