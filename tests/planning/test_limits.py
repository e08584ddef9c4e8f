"""Limits of regressions: against the symbolic bias, the paper's formulas, and what each cause should add."""

from __future__ import annotations

import math

import numpy as np
import pytest

import identcheck as ic
from identcheck import Arrow, Plan, anticipate, diagnose
from identcheck.decide.strategies import Strategy
from identcheck.plan.closed.estimators import Estimators
from identcheck.plan.closed.questions import questions
from identcheck.plan.inputs.fields import changed
from identcheck.plan.sensitivity.strategies import moves_of
from tests.drawn import FIGURE_1, FIGURE_2, PARALLEL, drawn
from tests.exact.questions import design_of
from tests.planning.expression_values import value_of
from tests.planning.plans import random_plan

T, Y = ("T", "M"), ("M", "Y")


def endless(plan: Plan) -> Plan:
    """The same with so many persons and sites that sampling error is nothing."""
    return plan.but(persons=10_000_000, sites=100_000)


@pytest.mark.parametrize("number", range(60))
def test_the_bias_is_the_symbolic_one(number: int) -> None:
    """Strategy.bias() with the plan's moments put in, without sampling error: one arm, as arms weigh differently."""
    random, design = design_of("planned bias", number, most=3)
    at = anticipate(design.with_sites(None), endless(random_plan(random, design)))
    estimators = Estimators(at)
    for question in questions(at, None, estimators.products):
        strategy = question.strategy
        if not isinstance(strategy, Strategy) or not strategy.regressors or len(strategy.arms) > 1:
            continue
        limits = estimators.limits(strategy.regression)
        if np.linalg.cond(limits.moments[:-1, :-1]) > 1e6:  # arrows that the plan lets vary nowhere
            continue
        budget = estimators.budget(strategy.regression, question.column, question.target)
        expected = value_of(estimators.products, strategy.column_bias())
        assert budget.between + budget.within + budget.bypass == pytest.approx(expected, rel=1e-3, abs=2e-4)


def one(persons: int, sd: float, rho: float, sites: int = 50) -> tuple[ic.Design, Plan]:
    """One mediator: mean compliance 0.5, effect SD 0.2, ordinary regression biased by 0.3."""
    arrows = {T: Arrow(0.5, sd), Y: Arrow(0.2, 0.2)}
    design = drawn("T -> M -> Y")
    return design, Plan(
        sites=sites, persons=persons, arrows=arrows, between={(T, Y): rho}, confounding={("M", "Y"): 0.3}
    )


@pytest.mark.parametrize(
    ("persons", "sd", "rho", "f", "bias"),
    [(100, 0.5, 0.5, 13.5, 0.112), (40, 0.5, 0.5, 6.0, 0.131), (100, 1.0, -0.5, 32.25, -0.065)],
)
def test_known_points(persons: int, sd: float, rho: float, f: float, bias: float) -> None:
    design, plan = one(persons, sd, rho)
    numbers = diagnose(design, plan)
    assert numbers.instruments[0].strengths[0].f == pytest.approx(f)
    assert numbers[ic.direct("M", "Y")].bias == pytest.approx(bias, abs=1e-3)


@pytest.mark.parametrize("cv", [0.5, 1.0, 2.0])
def test_one_mediator_by_the_formulas(cv: float) -> None:
    """Bias 2 rho sd CV / (1 + CV^2) against rho sd CV for the pooled ratio (theory sections 9 and 11)."""
    design, plan = one(10_000_000, 0.5 * cv, 0.4, sites=100_000)
    effect = diagnose(design, plan)[ic.direct("M", "Y")]
    assert effect.bias == pytest.approx(2 * 0.4 * 0.2 * cv / (1 + cv**2), abs=1e-5)
    assert effect.pooled is not None
    assert effect.pooled.bias == pytest.approx(0.4 * 0.2 * cv, abs=1e-5)


@pytest.mark.parametrize(
    ("arrows", "means", "sds"), [("T -> M -> Y", (0.5,), (0.4,)), (PARALLEL, (0.5, 0.3), (0.4, 0.6))]
)
def test_the_standard_error_is_the_planning_formula(arrows: str, means: tuple, sds: tuple) -> None:
    """Theory section 11, compliances normal and (vii) holding, up to the factor for coefficients fitted."""
    design, sites, persons, spread = drawn(arrows), 400, 100, 0.2
    plan = Plan(sites=sites, persons=persons, treated=0.5)
    mediators = design.mediators
    plan = plan.but(
        arrows={("T", m): Arrow(g, s) for m, g, s in zip(mediators, means, sds, strict=True)}
        | {(m, "Y"): Arrow(0.2, spread) for m in mediators}
    )
    numbers = diagnose(design, plan)
    w, g = persons / 4, np.array(means)
    p = np.outer(g, g) + np.diag(np.square(sds)) + np.eye(len(g)) / w
    omega = np.eye(len(g)) * spread**2
    limit = numbers.estimators.precision(numbers.instruments[0].regression).at().limit
    off = limit - 0.2  # sampling error pulls toward ordinary regression, so residuals are about the limit
    error = 1 + len(g) * spread**2 + off @ off - 2 * 0.3 * off.sum()
    inverse = np.linalg.inv(p)
    expected = (np.trace(omega @ p) + error / w) * inverse + 2 * omega
    expected = (expected - 2 * (g @ omega @ g) * inverse @ np.outer(g, g) @ inverse) / sites
    for place, m in enumerate(mediators):
        se = numbers[ic.direct(m, "Y")].se
        assert se == pytest.approx(math.sqrt(expected[place, place]), rel=0.04)


def test_strong_alone_and_weak_together() -> None:
    """Two compliances that move together: each has a large F, and neither a large conditional one."""
    t1, t2 = ("T", "M1"), ("T", "M2")
    arrows = {
        t1: Arrow(0.6, 0.6),
        t2: Arrow(0.6, 0.6),
        ("M1", "Y"): Arrow(0.2, 0.1),
        ("M2", "Y"): Arrow(0.2, 0.1),
    }
    numbers = diagnose(drawn(PARALLEL), Plan(sites=200, persons=120, arrows=arrows, between={(t1, t2): 0.95}))
    for strength in numbers.instruments[0].strengths:
        assert strength.f == pytest.approx(1 + 30 * 0.72, rel=0.01)
        assert strength.conditional < 3
        assert strength.verdict == "weak beside the others"
    assert numbers.instruments[0].matrix.correlation[0][1] == pytest.approx(0.95)


class TestCauses:
    """Each cause of bias by itself."""

    def test_nothing_fails(self) -> None:
        budget = diagnose(*one(10_000_000, 0.5, 0.0, 100_000))[ic.direct("M", "Y")].budget
        assert budget is not None
        assert budget.total == pytest.approx(0, abs=1e-6)

    def test_exclusion(self) -> None:
        """A direct effect of 0.05 moves the estimate by 0.05 g / (g^2 + t)."""
        design, plan = one(10_000_000, 0.5, 0.0, 100_000)
        budget = diagnose(design, plan.but(suspected={("T", "Y"): Arrow(0.05)}))[ic.direct("M", "Y")].budget
        assert budget is not None
        assert budget.bypass == pytest.approx(0.05 * 0.5 / 0.5, abs=1e-6)
        assert budget.total == pytest.approx(budget.bypass, abs=1e-6)

    def test_wrongly_parallel(self) -> None:
        """The total effect of M1 is taken for its direct one: off by lambda times the effect of M2."""
        arrows = {("M2", "Y"): Arrow(0.3, 0.0)}
        plan = endless(Plan(arrows=arrows, suspected={("M1", "M2"): Arrow(0.4)}))
        numbers = diagnose(drawn(PARALLEL), plan)
        total, direct = numbers[ic.total("M1", "Y")], numbers[ic.direct("M1", "Y")]
        assert total.budget is not None
        assert direct.budget is not None
        assert total.budget.left_out == pytest.approx(-0.12)
        assert direct.budget.left_out == pytest.approx(0.0)

    def test_within_sites(self) -> None:
        """Cov_s = c everywhere moves the estimate by c g / (g^2 + t), and the pooled ratio by c / g."""
        design, plan = one(10_000_000, 0.5, 0.0, 100_000)
        arrows = {T: Arrow(0.5, 0.5, 0.3), Y: Arrow(0.2, 0.2, 0.4)}
        effect = diagnose(design, plan.but(arrows=arrows, within={(T, Y): 0.5}))[ic.direct("M", "Y")]
        assert effect.budget is not None
        assert effect.budget.within == pytest.approx(0.06 * 0.5 / 0.5, abs=1e-6)
        assert effect.pooled is not None
        assert effect.pooled.bias == pytest.approx(0.06 / 0.5, abs=1e-5)

    def test_few_persons(self) -> None:
        """(OLS bias) / F where the rest holds."""
        budget = diagnose(*one(100, 0.5, 0.0, 100_000))[ic.direct("M", "Y")].budget
        assert budget is not None
        assert budget.persons == pytest.approx(0.3 / 13.5)


class TestMoves:
    """The slope of each condition's moments is what changing the plan by as much brings about."""

    @pytest.mark.parametrize(
        "arrows", ["T -> M1 -> Y", PARALLEL, FIGURE_1, FIGURE_2.replace("NP", "M2").replace("V", "M1")]
    )
    @pytest.mark.parametrize("level", ["between", "within"])
    def test_correlations(self, arrows: str, level: str) -> None:
        design = drawn(arrows)
        edges = {e: Arrow(0.3 + 0.1 * i, 0.3, 0.25) for i, e in enumerate(design.causal.edges)}
        plan = Plan(sites=40, persons=80, arrows=edges)
        plain = self._biases(design, plan, level)
        for pair in self._pairs(design):
            other = self._biases(design, plan.but(**{level: {pair: 0.2}}), level)
            for estimand, (bias, moves) in plain.items():
                wanted = ("vi",) if level == "within" else ("vii", "")
                planned = {m.quantity: m.planned for m in other[estimand][1]}
                gain = sum(
                    m.slope * (planned.get(m.quantity, 0.0) - m.planned) for m in moves if m.numeral in wanted
                )
                assert other[estimand][0] - bias == pytest.approx(gain, abs=1e-9)

    def _pairs(self, design: ic.Design) -> list[tuple]:
        ups = [e for e in design.causal.edges if e[0] == "T"]
        return [(up, down) for up in ups for down in design.causal.edges if down[1] == "Y"]

    def _biases(self, design: ic.Design, plan: Plan, level: str) -> dict:
        estimators = Estimators(anticipate(design, plan))
        found = {}
        for question in questions(estimators.anticipated, None, estimators.products):
            if isinstance(question.strategy, Strategy) and question.strategy.regressors:
                budget = estimators.budget(question.strategy.regression, question.column, question.target)
                bias = budget.within if level == "within" else budget.between + budget.bypass
                found[question.estimand] = bias, moves_of(estimators, question)
        return found

    def test_one_mediator(self) -> None:
        """The slopes are 2 g, 1 (third moment), and g over g^2 + t."""
        design, plan = one(10_000_000, 0.5, 0.0)
        (effect,) = ic.sensitivity(design, plan, threshold=0.1).effects
        slopes = {move.quantity: move.slope for move in effect.moves}
        assert slopes["Cov(γ_s, δ_s)"] == pytest.approx(2 * 0.5 * (0.5 * 0.2) / 0.5, rel=1e-5)
        assert slopes["μ(γ_s, γ_s, δ_s)"] == pytest.approx((0.5 * 0.5 * 0.2) / 0.5, rel=1e-5)
        assert slopes["Cov_s(Γ, Δ)"] == pytest.approx(0.5 * (0.5 * 0.2) / 0.5, rel=1e-5)
        assert slopes["effect of T on Y past M"] == pytest.approx(0.5 / 0.5, rel=1e-5)
        assert effect.robustness == pytest.approx(0.1 / 0.2, rel=1e-5)
        assert effect.joint_robustness == effect.robustness

    def test_every_condition_has_its_line(self) -> None:
        """In Figure 1 the direct effect of M2 rests on every moment of the paper's section 5."""
        (effect,) = ic.sensitivity(drawn(FIGURE_1), Plan(), [ic.direct("M2", "Y")]).effects
        quantities = {move.quantity for move in effect.moves}
        assert {
            "Cov_s(Γ*_2, Δ_2)", "Cov_s(Λ_12, Δ_2)", "Cov_s(Γ_1, Δ_2)", "μ_s(Γ_1, Λ_12, Δ_2)", "Cov_s(Γ_1, Δ_1)",
            "Cov(γ_1s, δ_1s)", "Cov(γ_1s, δ_2s)", "Cov(γ_2s, δ_1s)", "Cov(γ_2s, δ_2s)",
        } <= quantities  # fmt: skip

    def test_third_moments(self) -> None:
        design, plan = one(10_000_000, 0.5, 0.0)
        skewed = diagnose(design, plan.but(third_between={(T, T, Y): 0.3}))[ic.direct("M", "Y")].budget
        (effect,) = ic.sensitivity(design, plan).effects
        (move,) = (m for m in effect.moves if m.quantity == "μ(γ_s, γ_s, δ_s)")
        assert skewed is not None
        assert skewed.between == pytest.approx(0.3 * move.slope)


def test_contours_agree_with_the_diagnosis_and_leave_out_the_impossible() -> None:
    design, plan = one(100, 0.5, 0.5)
    found = ic.contour(
        design,
        plan,
        ic.direct("M", "Y"),
        ("between.T -> M ~ M -> Y", [0.5, 1.5]),
        ("arrows.T -> M.cv", [1.0, 2.0]),
    )
    assert found.bias[0, 0] == pytest.approx(diagnose(design, plan)[ic.direct("M", "Y")].bias)
    assert np.isnan(found.bias[:, 1]).all()
    assert found.target[1, 0] == pytest.approx(0.2)
    with pytest.raises(ic.InvalidPlanError, match="nearest possible value is 1"):
        ic.contour(design, plan, ic.direct("M", "Y"), ("between.T -> M ~ M -> Y", [1.5]), ("persons", [50]))


@pytest.mark.parametrize("pair", ["T -> M1 ~ M1 -> Y", "T -> M2 ~ M2 -> Y", "M1 -> M2 ~ M2 -> Y"])
@pytest.mark.parametrize("level", ["within", "between"])
@pytest.mark.parametrize("arrows", [FIGURE_1, f"{FIGURE_1}; T -> Y"])
def test_moves_of_a_part_are_what_changing_the_plan_does(arrows: str, level: str, pair: str) -> None:
    """The slope moves, and so does the part itself: its compliance and its effect are then related."""
    design = drawn(arrows)
    known = {edge: Arrow(0.5, 0.3, 0.2) for edge in design.causal.edges}
    plan = Plan(sites=100_000, persons=10_000_000, arrows=known)
    for asked in (ic.mediated("M1"), ic.mediated("M2")):
        changed = plan.but(**{level: {pair: 0.02}})
        before, after = (ic.sensitivity(design, p, [asked]).effects[0] for p in (plan, changed))
        planned = {(m.numeral, m.quantity): m.planned for m in before.moves}
        gain = sum(m.slope * (m.planned - planned[m.numeral, m.quantity]) for m in after.moves)
        bias = [diagnose(design, p, [asked]).effects[0].bias for p in (plan, changed)]
        assert bias[1] - bias[0] == pytest.approx(gain, rel=0.05, abs=2e-5)


def test_what_is_not_identified_says_so() -> None:
    numbers = diagnose(drawn("T -> {M1 M2 M3} -> Y", sites=2), Plan())
    assert numbers[ic.direct("M1", "Y")].bias is None
    precision = next(table for table in numbers.tables if table.key == "precision")
    assert not any("direct(M1, Y)" in row for row in precision.rows)
    assert precision.note.startswith("No numbers for direct(M1, Y), ")
    assert precision.note.count("direct(M1, Y)") == 1


def test_needed_sites_and_persons_give_the_power() -> None:
    design, plan = one(100, 0.5, 0.0)
    effect = diagnose(design, plan)[ic.direct("M", "Y")]
    assert effect.sites is not None
    assert effect.persons is not None
    for change in ({"sites": effect.sites}, {"persons": effect.persons}):
        enough = diagnose(design, plan.but(**change))[ic.direct("M", "Y")]
        short = diagnose(design, plan.but(**{k: v - 1 for k, v in change.items()}))[ic.direct("M", "Y")]
        assert enough.power is not None
        assert short.power is not None
        assert enough.power >= 0.8 > short.power


def test_unequal_sites_count_for_less() -> None:
    design, plan = one(100, 0.5, 0.0)
    spread = diagnose(design, plan.but(persons=ic.Sizes(100, 0.8)))[ic.direct("M", "Y")].se
    alike = diagnose(design, plan)[ic.direct("M", "Y")].se
    assert spread is not None
    assert alike is not None
    assert spread > 1.05 * alike


@pytest.mark.parametrize("pair", ["M1 -> M2 ~ M2 -> M3", "M2 -> M3 ~ M3 -> Y"])
@pytest.mark.parametrize("level", ["within", "between"])
def test_moves_of_a_composed_effect_are_what_changing_the_plan_does(level: str, pair: str) -> None:
    """A path of three arrows among three mediators: the parts' conditions and the products add up."""
    design = drawn("T -> {M1 M2 M3} -> Y; M1 -> {M2 M3}; M2 -> M3")
    arrows = {edge: Arrow(0.5, 0.3, 0.2) for edge in design.causal.edges}
    plan = Plan(sites=100_000, persons=10_000_000, arrows=arrows)
    asked = [ic.path("M1", "M2", "M3", "Y")]
    (effect,) = ic.sensitivity(design, plan, asked).effects
    assert not isinstance(effect.question.strategy, Strategy)
    assert any(m.unit == "correlation over all persons" for m in effect.moves)
    changed = plan.but(**{level: {pair: 0.02}})
    (after,) = ic.sensitivity(design, changed, asked).effects
    known = {(m.numeral, m.quantity): m.planned for m in effect.moves}
    gain = sum(m.slope * (m.planned - known[m.numeral, m.quantity]) for m in after.moves)
    bias = [diagnose(design, p, asked).effects[0].bias for p in (plan, changed)]
    assert bias[1] - bias[0] == pytest.approx(gain, rel=0.05, abs=2e-5)


def test_every_strategy_of_an_effect_can_be_compared() -> None:
    """The direct effect of M2 in Figure 1: on both mediators, or on M2 with the bypass in an intercept; limits differ."""
    design = drawn(FIGURE_1)
    several = diagnose(design, Plan(), [ic.direct("M2", "Y")], alternatives=True)
    names = [e.question.strategy.name for e in several.effects]
    assert len(names) == len(set(names)) > 1
    assert several[ic.direct("M2", "Y")].bias == diagnose(design, Plan())[ic.direct("M2", "Y")].bias
    for table in several.tables:
        if table.key in ("bias", "precision"):
            assert {row[1] for row in table.rows} >= {"Y on M1 and M2", "Y on M2, with an intercept"}
    for effect, row in zip(several.effects, simulated_rows(design, several), strict=False):
        assert effect.bias == pytest.approx(row["bias"].value, abs=0.01 + 4 * row["bias"].error)


def simulated_rows(design: ic.Design, several: ic.Diagnosis) -> list:
    found = ic.simulate(design, Plan(), 2000, seed=2, estimands=[several.effects[0].question.estimand])
    return [found.row(several.effects[0].question.estimand)]


def test_what_a_plan_cannot_determine_is_said_for_that_effect_alone() -> None:
    arrows = {"T -> {M1 M2}": Arrow(0.5, 0.0), "{M1 M2} -> Y": Arrow(0.2, 0.1)}
    plan = Plan(sites=20, persons=50, arrows=arrows, residuals={"M1": 0.0, "M2": 0.0}, confounding={})
    numbers = diagnose(drawn(PARALLEL), plan)
    assert "do not differ enough" in numbers[ic.direct("M1", "Y")].question.reason
    assert numbers[ic.itt()].se is not None


class TestFewSites:
    """Where there is no test between sites, no power is made up."""

    @pytest.mark.parametrize("sites", [1, 2])
    def test_no_degrees_of_freedom(self, sites: int) -> None:
        numbers = diagnose(drawn(PARALLEL), Plan(sites=sites, persons=500))
        for effect in numbers.effects:
            if sites == 1 or effect.question.estimand.kind == "direct":
                assert effect.power is None
                assert effect.detectable is None


def test_persons_needed_are_an_average_that_a_plan_can_state() -> None:
    """Sites of unequal size that weigh alike: the answer put into the plan gives the power; and it fits every arm."""
    design, plan = drawn("T -> M1 -> Y", weights="sites"), Plan(sites=30, persons=ic.Sizes(100, 0.8))
    needed = diagnose(design, plan)[ic.itt()].persons
    assert needed is not None
    power = diagnose(design, plan.but(persons=ic.Sizes(needed, 0.8)))[ic.itt()].power
    assert power == pytest.approx(0.8, abs=0.02)
    few = diagnose(drawn("T -> M1 -> Y"), Plan(treated=0.05))[ic.compliance("M1")].persons
    assert few is not None
    assert few >= 20


def test_a_grid_of_persons_keeps_their_spread() -> None:
    plan = Plan(persons=ic.Sizes(60, 0.5))
    assert changed(plan, "persons", 100).persons == ic.Sizes(100, 0.5)


def test_a_threshold_is_a_number() -> None:
    with pytest.raises(ic.InvalidQuestionError, match="threshold is nan"):
        ic.sensitivity(drawn("T -> M -> Y"), threshold=math.nan)


def test_defaults_of_zero_are_listed() -> None:
    names = {i.name: i for i in anticipate(drawn(FIGURE_1), Plan(units={"M1": "hours"})).inputs}
    for name in (
        "correlations of the disturbances of mediators",
        "correlations across sites",
        "third moments across sites",
    ):
        assert names[name].value == "0"
        assert names[name].default
    assert "no source" in names["residual SD of M1"].source
    assert "no source" in names["SD across sites of M1 -> Y"].source
    assert names["SD across sites of T -> M1"].source.startswith("Weiss")


def test_sensitivity_names_what_no_numeral_grants_and_gives_the_planned_bias() -> None:
    design = drawn("T -> {M Y}; M -> Y")
    plan = ic.Plan(arrows={"T -> M": ic.Arrow(0.5, 0.2), "M -> Y": ic.Arrow(0.2, 0.1)}, sites=30)
    found = ic.sensitivity(design, plan, ["direct M Y"], threshold=0.05)
    assert found["direct M Y"].bias == pytest.approx(ic.diagnose(design, plan)["direct M Y"].bias)
    robustness, conditions = found.tables
    assert "a true effect of 0.05 would" in robustness.title
    assert "threshold" not in robustness.keys
    named = {row[conditions.keys.index("assumption")] for row in conditions.rows}
    assert "bypass" in named
    assert "none" not in named
