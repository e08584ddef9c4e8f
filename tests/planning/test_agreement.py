"""Closed forms against simulated trials, for every kind of design: bias, standard error, F and conditional F.

The Monte Carlo error of each simulated number is known; a closed form may be off by 4 of them and by the stated
accuracy: 0.01 in bias, 10% in standard error and 2% in F, from 50 sites on. ``benchmarks/closed_forms.py`` does the
same over a larger grid, down to 10 sites.
"""

from __future__ import annotations

from functools import cache

import pytest

from identcheck import Arrow, Design, Modifier, Plan, Sizes, diagnose, simulate
from identcheck.decide.strategies import Strategy
from identcheck.plan.closed.diagnosis import Diagnosis
from identcheck.plan.simulation.result import Simulation
from tests.drawn import FIGURE_1, FIGURE_2, PARALLEL, drawn

CORRELATED = {"T -> M1 ~ M1 -> Y": 0.4}
STRONG = {"T -> {M1 M2}": Arrow(0.5, 0.4)}
VARYING = {
    "T -> {M1 M2}": Arrow(0.5, 0.4, 0.4),
    "{M1 M2} -> Y": Arrow(0.2, 0.2, 0.3),
    "M1 -> M2": Arrow(0.3, 0.2, 0.3),
}
THREE = "T -> {M1 M2 M3} -> Y"
CASES: dict[str, tuple[Design, Plan]] = {
    "one mediator": (drawn("T -> M1 -> Y"), Plan(sites=200, persons=100, between=CORRELATED)),
    "parallel": (drawn(PARALLEL), Plan(sites=50, persons=100, arrows=STRONG, between=CORRELATED)),
    "Figure 1": (drawn(FIGURE_1), Plan(sites=50, persons=100, arrows=STRONG, between=CORRELATED)),
    "Figure 2": (drawn(FIGURE_2), Plan(sites=100, persons=200, arrows={"T -> V": Arrow(0.5, 0.4)})),
    "three, parallel": (drawn(THREE), Plan(sites=100, persons=100, arrows={"T -> {M1 M2 M3}": Arrow(0.5, 0.5)})),
    "three, not parallel": (drawn(f"{THREE}; M1 -> M2 -> M3"), Plan(sites=100, persons=150, between=CORRELATED)),
    "two arms": (
        drawn("T1 -> {M1 M2}; T2 -> {M1 M2}; {M1 M2} -> Y"),
        Plan(sites=60, persons=150, treated={"T1": 0.3, "T2": 0.2}, between={"T1 -> M1 ~ M1 -> Y": 0.4}),
    ),
    "an arm left out": (drawn("T1 -> {M Y}; T2 -> M; M -> Y"), Plan(sites=60, persons=150)),
    "not measured": (
        drawn("T -> M1 -> X -> Y; M1 -> Y; T -> M2 -> Y", unobserved=["X"]),
        Plan(sites=60, persons=150),
    ),
    "equal weights, unequal sites": (
        drawn(PARALLEL, weights="sites"),
        Plan(sites=60, persons=Sizes(150, 0.5), arrows=STRONG, between=CORRELATED),
    ),
    "precision weights, unequal sites": (drawn(PARALLEL), Plan(sites=60, persons=Sizes(150, 0.8), arrows=STRONG)),
    "intercept": (drawn("T -> {M1 Y}; M1 -> Y"), Plan(sites=60, persons=150, between={"T -> M1 ~ T -> Y": 0.3})),
    "suspected arrows": (
        drawn(PARALLEL),
        Plan(sites=60, persons=150, arrows=STRONG, suspected={"M1 -> M2": Arrow(0.4), "T -> Y": Arrow(0.05, 0.1)}),
    ),
    "third moments": (
        drawn(PARALLEL),
        Plan(sites=80, persons=150, arrows=STRONG, third_between={"T -> M1 ~ T -> M1 ~ M1 -> Y": 0.4}),
    ),
    "within sites": (
        drawn(FIGURE_1),
        Plan(
            sites=60,
            persons=150,
            arrows=VARYING,
            within={"T -> M1 ~ M1 -> M2": 0.5, "T -> M2 ~ M2 -> Y": 0.3},
            third_within={"T -> M1 ~ M1 -> M2 ~ M2 -> Y": 0.1},
        ),
    ),
    "modifiers of sites and persons": (
        drawn(
            FIGURE_1,
            modifiers=[
                Modifier("wages", ["T -> M1", "M1 -> Y"]),
                Modifier("motive", ["T -> M2", "M2 -> Y"], level="persons", causes="wages", measured=False),
            ],
        ),
        Plan(
            sites=60,
            persons=150,
            arrows=VARYING,
            modifiers={
                "wages": {"T -> M1": 0.7, "M1 -> Y": 0.6, "motive": 0.5},
                "motive": {"T -> M2": 0.5, "M2 -> Y": 0.5, "icc": 0.1},
            },
        ),
    ),
    "unequal shares, effects that vary": (
        drawn("T -> M1 -> Y"),
        Plan(sites=60, persons=150, treated=0.3, arrows={"T -> M1": Arrow(0.5, 0.4, 1.0), "M1 -> Y": Arrow(0.2, 0.2, 0.8)}),
    ),
}  # fmt: skip


@cache
def both(case: str) -> tuple[Diagnosis, Simulation]:
    """The closed forms and the simulated trials of a case."""
    design, plan = CASES[case]
    return diagnose(design, plan), simulate(design, plan, reps=2000, seed=5)


@pytest.mark.parametrize("case", CASES)
def test_closed_forms_agree_with_simulation(case: str) -> None:
    numbers, simulated = both(case)
    compared = 0
    for effect in numbers.effects:
        if not isinstance(effect.question.strategy, Strategy):
            continue
        row = simulated.row(effect.question.estimand)
        bias, spread = row["bias"], row["sd"]
        assert effect.bias == pytest.approx(bias.value, abs=0.01 + 4 * bias.error), effect.question.estimand
        assert effect.se == pytest.approx(spread.value, rel=0.1 + 4 * spread.error / spread.value)
        compared += 1
    assert compared >= 3


@pytest.mark.parametrize(
    "case",
    ["one mediator", "parallel", "Figure 1", "Figure 2", "three, parallel", "intercept", "an arm left out"],
)
def test_strength_agrees_with_simulation(case: str) -> None:
    numbers, trials = both(case)
    simulated = {(s.regression, s.regressor): s for s in trials.strengths}
    parts = (p for q in (e.question for e in numbers.effects) if q.strategy for p in q.strategy.parts)
    names = {part.regression: part.name for part in reversed([*parts])}
    assert numbers.instruments
    for item in numbers.instruments:
        for strength in item.strengths:
            found = simulated[names[item.regression], strength.regressor]
            for closed, drawn_ in ((strength.f, found.plain), (strength.conditional, found.conditional)):
                assert drawn_ is not None
                assert closed == pytest.approx(drawn_.value, rel=0.02 + 4 * drawn_.error / drawn_.value)
