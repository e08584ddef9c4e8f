"""Standard error, power and sites needed of sums and differences, against trials drawn by other code."""

from __future__ import annotations

import math

import pytest

import identcheck as ic
from tests.drawn import FIGURE_1, drawn
from tests.planning.held_trials import Setting, run
from tests.terminal import file, run as command

REPS = 1500
ARROWS = {
    ("T", "M1"): (0.5, 0.4, ()),
    ("T", "M2"): (0.4, 0.4, ()),
    ("M1", "Y"): (0.3, 0.1, ()),
    ("M2", "Y"): (0.1, 0.2, ()),
}
SERIAL = ARROWS | {("M1", "M2"): (0.3, 0.1, ())}
DIFFERENCE = ic.difference("direct M1 Y", "direct M2 Y")
SUM = ic.plus("direct M1 Y", "direct M2 Y")


@pytest.mark.parametrize(
    "setting",
    [Setting(ARROWS), Setting(SERIAL, sites=30, persons=200), Setting(SERIAL, sites=80, persons=60)],
)
def test_sums_of_coefficients_of_one_regression(setting: Setting) -> None:
    """Bias within 0.01 and SE within 6%, each beside 4 Monte Carlo errors; what both share makes the two very unlike."""
    design, plan = setting.described()
    numbers = ic.diagnose(design, plan, [DIFFERENCE, SUM])
    found = run(setting, REPS, held=False).estimates
    for asked, sign in ((DIFFERENCE, -1), (SUM, 1)):
        effect, drawn_ = numbers[asked], found["M1"] + sign * found["M2"]
        spread = drawn_.std(ddof=1)
        target = 0.3 + sign * 0.1
        assert effect.question.target == pytest.approx(target)
        assert effect.bias == pytest.approx(drawn_.mean() - target, abs=0.01 + 4 * spread / math.sqrt(REPS))
        assert effect.se == pytest.approx(spread, rel=0.06 + 4 / math.sqrt(2 * REPS))
        assert effect.budget.total == pytest.approx(effect.bias)
    assert numbers[DIFFERENCE].se > 1.5 * numbers[SUM].se


def test_simulate_has_errors_of_sums_over_regressions_with_other_rows() -> None:
    """One effect by the rows of both arms, the other by those of one: coverage as of the sum's own spread (error .012)."""
    design = drawn("T1 -> A -> Y; T2 -> B -> Y; T1 -> B", sites=30)
    arrows = {
        "T1 -> {A B}": ic.Arrow(0.4, 0.3),
        "T2 -> B": ic.Arrow(0.4, 0.3),
        "{A B} -> Y": ic.Arrow(0.2, 0.1),
    }
    asked = ic.difference("direct A Y", "direct B Y")
    plan = ic.Plan(persons=300, arrows=arrows)
    (effect,) = ic.diagnose(design, plan, [asked], assume="all").effects
    assert len({part.regression.arms for part in effect.question.strategy.parts}) == 2
    row = ic.simulate(design, plan, 1500, 1, estimands=[asked], assume="all", estimators=["2SLS"]).rows[0]
    assert row["sd"].value == pytest.approx(effect.se, rel=0.1)
    assert row["coverage"].value == pytest.approx(effect.prospect.coverage, abs=0.03)
    assert row["power"].value == pytest.approx(effect.prospect.power_with_bias, abs=0.04)


def test_of_one_effect_less_itself_nothing_is_left() -> None:
    design, plan = Setting(ARROWS).described()
    (effect,) = ic.diagnose(design, plan, [ic.difference("itt", "itt")]).effects
    assert effect.se == pytest.approx(0, abs=1e-9)
    assert effect.bias == pytest.approx(0, abs=1e-12)


def test_sums_of_what_is_composed_agree_with_simulation() -> None:
    design, plan = (
        drawn(FIGURE_1),
        ic.Plan(sites=50, persons=150, arrows={"T -> {M1 M2}": ic.Arrow(0.5, 0.4)}),
    )
    asked = [
        ic.difference("total M1 Y", "direct M1 Y"),
        ic.plus("mediated M1", "mediated M2"),
        ic.difference("itt", "compliance M1"),
    ]
    numbers = ic.diagnose(design, plan, asked)
    simulated = ic.simulate(design, plan, 3000, seed=4, estimands=asked, estimators=["2SLS"])
    for each in asked:
        effect, row = numbers[each], simulated.row(each)
        assert effect.bias == pytest.approx(row["bias"].value, abs=0.01 + 4 * row["bias"].error)
        assert effect.se == pytest.approx(row["sd"].value, rel=0.06 + 4 * row["sd"].error / row["sd"].value)
        assert row["coverage"].value == pytest.approx(
            effect.prospect.coverage, abs=0.06
        )  # of products within 0.06 only


def test_one_that_has_no_regression_says_which() -> None:
    design = drawn("T -> {M1 M2} -> Y", unobserved=["M2"])
    (effect,) = ic.diagnose(design, ic.Plan(sites=40), [ic.plus("direct M1 Y", "direct M2 Y")]).effects
    assert effect.se is None
    assert effect.question.reason.startswith("direct(M2, Y):")


def test_an_effect_that_is_zero_by_the_graph_adds_nothing() -> None:
    design, plan = drawn("T -> {M1 M2} -> Y"), ic.Plan(sites=40, persons=200)
    numbers = ic.diagnose(design, plan, [ic.plus("direct M1 Y", "direct M1 M2"), "direct M1 Y"])
    assert numbers.effects[0].se == pytest.approx(numbers.effects[1].se)


def test_on_the_command_line() -> None:
    text = "difference(direct M1 Y, direct M2 Y)"
    path = file(
        "graph = 'T -> {M1 M2} -> Y'\ntreatment = 'T'\noutcome = 'Y'\nsites = 40\n[plan]\npersons = 200\n"
    )
    planned = command("plan", path, "-t", text)
    assert "difference(direct(M1, Y), direct(M2, Y))" in " ".join(planned.output.split())
    assert command("simulate", path, "-t", text, "-n", "20").exit_code == 0
    checked = command("check", path, "-t", text)
    assert checked.exit_code == 1
    assert "conditional" in checked.output
    assert command("check", path, "-t", text, "-a", "all").exit_code == 0
