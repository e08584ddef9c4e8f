"""Tests of the scatter of site effects: what they look for, their size and power, and what is said of both."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from identcheck import Arrow, Modifier, Plan, Rules, diagnose, falsification
from identcheck.errors import InvalidQuestionError
from tests.drawn import PARALLEL, drawn

T, Y = "T -> M", "M -> Y"


def plan(cv: float, rho: float, **more: object) -> Plan:
    """One mediator of mean compliance 0.5, an effect of SD 0.2, many persons."""
    arrows = {T: Arrow(0.5, 0.5 * cv), Y: Arrow(0.2, 0.2)}
    return Plan(sites=60, persons=2000, arrows=arrows, between={f"{T} ~ {Y}": rho}).but(**more)


@pytest.mark.parametrize("cv", [0.5, 1.0, 2.0])
def test_the_signals_are_those_of_theory(cv: float) -> None:
    """Intercept C (1 - 1/CV^2), curvature C/t, bias 2 rho sd CV/(1 + CV^2): blind at CV = 1, where the bias peaks."""
    (signal,) = falsification(drawn("T -> M -> Y"), plan(cv, 0.5), reps=2).signals
    covariance, variance = 0.5 * 0.5 * cv * 0.2, (0.5 * cv) ** 2
    assert signal.intercept == pytest.approx(covariance * (1 - 1 / cv**2), abs=1e-12)
    assert signal.curvature == pytest.approx(covariance / variance)
    assert signal.bias == pytest.approx(2 * 0.5 * 0.2 * cv / (1 + cv**2))


def shares(design, stated: Plan, reps: int = 1500) -> dict[tuple[str, str], float]:
    found = falsification(design, stated, reps=reps, seed=3).rejections
    return {(r.test, r.world): r.share.value for r in found if r.share is not None}


@pytest.fixture(scope="module")
def at_one() -> dict[tuple[str, str], float]:
    """Rejection shares where the bias is largest, at CV = 1."""
    return shares(drawn("T -> M -> Y"), plan(1.0, 0.5))


class TestOneMediator:
    def test_size_where_the_assumptions_hold(self, at_one: dict) -> None:
        for test in ("intercept", "curvature"):
            assert at_one[test, "independent"] == pytest.approx(0.05, abs=0.05)
            assert at_one[test, "uniform"] == pytest.approx(0.05, abs=0.03)

    def test_the_curvature_test_sees_what_the_intercept_test_does_not(self, at_one: dict) -> None:
        assert at_one["curvature", "planned"] > 0.5
        assert at_one["intercept", "planned"] < 0.1

    def test_informative_are_tests_with_more_power_than_size(self) -> None:
        """At CV = 1 the intercept test is blind, and Q rejects whether or not anything fails."""
        found = falsification(drawn("T -> M -> Y"), plan(1.0, 0.5), reps=400, seed=3).informative
        assert [item.test for item in found] == ["curvature"]
        assert all(item.world == "planned" and item.share.value > 0.5 for item in found)

    def test_q_rejects_mere_heterogeneity(self, at_one: dict) -> None:
        assert at_one["heterogeneity Q", "independent"] > 0.95
        assert at_one["heterogeneity Q", "uniform"] == pytest.approx(0.05, abs=0.025)

    def test_the_intercept_test_sees_a_direct_effect_of_treatment(self) -> None:
        found = shares(drawn("T -> M -> Y"), plan(1.0, 0.0, suspected={"T -> Y": Arrow(0.2)}))
        assert found["intercept", "planned"] > 0.8
        assert found["intercept", "independent"] < 0.1

    def test_error_in_compliances_makes_no_intercept(self) -> None:
        """Few persons flatten the line: a test that took no notice of it would reject more often."""
        stated = plan(0.3, 0.0, persons=40, sites=400)
        assert shares(drawn("T -> M -> Y"), stated, 400)["intercept", "uniform"] < 0.09

    def test_the_curvature_test_sees_it_too_where_it_is_the_same_everywhere(self) -> None:
        """Line and curve pass through the origin: what shifts the scatter is taken for a bend."""
        found = shares(drawn("T -> M -> Y"), plan(0.5, 0.0, suspected={"T -> Y": Arrow(0.2)}))
        assert found["curvature", "planned"] > found["curvature", "independent"] + 0.2


def test_two_mediators_are_tested_for_three_curvatures() -> None:
    design = drawn(PARALLEL)
    arrows = {"T -> {M1 M2}": Arrow(0.5, 0.5), "{M1 M2} -> Y": Arrow(0.2, 0.2)}
    found = shares(design, Plan(sites=80, persons=1000, arrows=arrows, between={"T -> M1 ~ M1 -> Y": 0.7}))
    assert found["curvature", "planned"] > 0.4 > 0.08 > found["curvature", "independent"]


def test_at_least_one_rejects_as_often_as_the_rule_lets_it() -> None:
    """Two tests: where nothing fails the family rejects in about .05 with Holm; without adjustment more often."""
    holm = falsification(drawn("T -> M -> Y"), plan(1.0, 0.5), reps=1000, seed=3)
    free = falsification(drawn("T -> M -> Y", rules=Rules(tests="none")), plan(1.0, 0.5), reps=1000, seed=3)
    (one, other) = ({item.world: item for item in found.joint} for found in (holm, free))
    assert one["independent"].number == 2
    assert one["independent"].share.value == pytest.approx(0.05, abs=0.03)
    assert other["independent"].share.value > one["independent"].share.value
    single = {(r.test, r.world): r.share.value for r in free.rejections}
    assert other["planned"].share.value >= single["curvature", "planned"]
    last = holm.tables[0].records()[-1]
    assert (last["test"], last["planned"]) == ("at least one of 2", one["planned"].share.value)


def test_two_arms_are_tested_together() -> None:
    design = drawn("T1 -> M; T2 -> M; M -> Y")
    found = falsification(design, Plan(sites=40, persons=300), reps=300)
    assert {s.arm for s in found.signals} == {"T1", "T2"}
    assert all(r.share is not None for r in found.rejections)
    assert {r.test for r in found.rejections} == {"intercept", "curvature", "pooled", "heterogeneity Q"}


def test_too_few_sites_are_named() -> None:
    found = falsification(drawn(PARALLEL), Plan(sites=5, persons=300), reps=50)
    rows = {(row[1]): row for row in found.tables[0].rows}
    assert rows["curvature"][-1] == "needs 7 sites"
    assert rows["curvature"][2] is None


def test_the_same_seed_gives_the_same_shares_and_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    one = falsification(drawn("T -> M -> Y"), reps=300, seed=4, progress=lambda *now: told.append(now))
    other = falsification(drawn("T -> M -> Y"), reps=300, seed=4)
    assert one.rejections == other.rejections
    assert told[-1] == (900, 900)
    assert falsification(drawn("T -> M -> Y"), reps=300, seed=5).rejections != one.rejections


def test_bad_numbers_are_named_together() -> None:
    with pytest.raises(InvalidQuestionError) as error:
        falsification(drawn("T -> M -> Y"), reps=0, seed=-1)
    assert len(error.value.problems) == 2


def test_the_world_where_the_assumptions_hold_keeps_correlated_compliances() -> None:
    """(vii) says nothing of compliances among themselves: their correlation, and their skewness, stay."""
    pair = ("T -> M1 ~ T -> M2", "T -> M1 ~ M1 -> Y")
    arrows = {"T -> {M1 M2}": Arrow(0.5, 0.5), "{M1 M2} -> Y": Arrow(0.2, 0.2)}
    stated = Plan(sites=40, persons=100, arrows=arrows, between={pair[0]: 0.9, pair[1]: 0.2})
    apart = stated.but(between={pair[1]: 0.2})
    one, other = (
        {
            (r.test, r.world): r.share.value
            for r in falsification(drawn(PARALLEL), p, 400).rejections
            if r.share
        }
        for p in (stated, apart)
    )
    assert one["intercept", "independent"] != other["intercept", "independent"]
    alone = falsification(drawn(PARALLEL), stated.but(between={pair[0]: 0.9}), 400).rejections
    same = {(r.test, r.world): r.share.value for r in alone if r.share}
    assert one["curvature", "independent"] == same["curvature", "independent"]


def test_where_nothing_can_be_tested_it_is_said() -> None:
    same = {"T -> M1": "none", "T -> M2": "none"}
    (table,) = falsification(drawn(PARALLEL, varies=same), Plan(sites=30), 20).tables
    assert "Nothing was tested" in table.note


class TestArmThatMayBypass:
    """An arm with an arrow of its own to the outcome has an intercept in the regression; a bend still shows."""

    DESIGN = "T -> M -> Y; T -> Y"

    def test_power_and_size(self) -> None:
        stated = plan(1.0, 0.6, arrows={T: Arrow(0.5, 0.5), Y: Arrow(0.2, 0.2), "T -> Y": Arrow(0.3, 0.05)})
        found = shares(drawn(self.DESIGN), stated)
        assert {test for test, _ in found} == {"curvature", "heterogeneity Q"}
        assert found["curvature", "planned"] > 0.4
        for test, world in (
            ("curvature", "independent"),
            ("curvature", "uniform"),
            ("heterogeneity Q", "uniform"),
        ):
            assert found[test, world] == pytest.approx(0.05, abs=0.03)

    def test_nothing_is_wrong_where_the_bypass_goes_with_effects_of_mediators(self) -> None:
        """Where it goes with compliance, which the regression supposes it not to, the worlds of the size do without that."""
        arrows = {T: Arrow(0.5, 0.5), Y: Arrow(0.2, 0.2), "T -> Y": Arrow(0.3, 0.2)}
        kept, gone = {f"{Y} ~ T -> Y": 0.6}, {f"{T} ~ T -> Y": 0.6}
        with_bypass = shares(drawn(self.DESIGN), plan(1.0, 0.0, arrows=arrows, between=kept))
        without = shares(drawn(self.DESIGN), plan(1.0, 0.0, arrows=arrows, between=gone), 300)
        plain = shares(drawn(self.DESIGN), plan(1.0, 0.0, arrows=arrows), 300)
        assert with_bypass["curvature", "independent"] == pytest.approx(0.05, abs=0.03)
        assert without["curvature", "independent"] == plain["curvature", "independent"]

    def test_it_is_said_of_which_arm_nothing_is_tested(self) -> None:
        found = falsification(drawn(self.DESIGN), Plan(sites=30), 20)
        assert "Of T the graph does not claim exclusion (ii)" in found.tables[0].note
        assert [signal.intercept for signal in found.signals] == [None]

    def test_the_signal_is_the_bend_beside_an_intercept(self) -> None:
        stated = plan(1.0, 0.5, arrows={T: Arrow(0.5, 0.5), Y: Arrow(0.2, 0.2), "T -> Y": Arrow(0.3)})
        (signal,) = falsification(drawn(self.DESIGN), stated, reps=2).signals
        assert signal.curvature == pytest.approx(0.5 * 0.5 * 0.2 / 0.5**2)


# -- given modifiers --------------------------------------------------------------------

HELD = Modifier("Z", ["T -> M", "M -> Y"])
MOVED = Plan(
    sites=40,
    persons=200,
    arrows={T: Arrow(0.5, 0.3), Y: Arrow(0.3, 0.15)},
    modifiers={"Z": {T: 0.6, Y: 0.6}},
    suspected={"T -> Y": Arrow(0.1)},
)


def p_of_an_intercept(y: np.ndarray, g: np.ndarray, own: np.ndarray) -> float:
    """Beside the columns g, corrected for their sampling covariance with y, (K, 1 + P, 1 + P); errors CR3."""
    sites, width = g.shape
    x = np.column_stack([g, np.ones(sites)])
    gram, right = x.T @ x, x.T @ y
    gram[:width, :width] -= own[:, 1:, 1:].sum(axis=0)
    right[:width] -= own[:, 1:, 0].sum(axis=0)
    b = np.linalg.solve(gram, right)
    leverage = np.einsum("ka,ab,kb->k", x, np.linalg.inv(x.T @ x), x)
    adds = x * (y - x @ b)[:, None]
    adds[:, :width] -= own[:, 1:, 0] - own[:, 1:, 1:] @ b[:width]
    moved = (adds / (1 - leverage)[:, None]) @ np.linalg.inv(gram)[width]
    f = b[width] ** 2 / ((sites - 1) / sites * (moved**2).sum())
    return float(stats.f.sf(f, 1, sites - width - 1))


def test_power_given_a_modifier_is_that_of_trials_drawn_by_other_code() -> None:
    """The regression with the product of compliance and modifier is tested, and no other (error of the difference .024)."""
    rng, sites, persons, found = np.random.default_rng(4), 40, 200, []
    covariance = np.array([[1.0, 0.0], [0.0, 1.0]])
    for _ in range(800):
        z, a, b = rng.standard_normal((3, sites))
        compliance, effect = 0.5 + 0.3 * (0.6 * z + 0.8 * a), 0.3 + 0.15 * (0.6 * z + 0.8 * b)
        # the disturbances of M and Y correlate .3, what is left of Y having SD 1
        covariance[0, 1] = covariance[1, 0] = 0.3
        noise = rng.standard_normal((sites, 2)) @ np.linalg.cholesky(covariance).T * np.sqrt(4 / persons)
        m = compliance + noise[:, 0]
        y = effect * m + 0.1 + noise[:, 1]
        joint = np.empty((sites, 2, 2))
        joint[:, 1, 1] = covariance[0, 0]
        joint[:, 0, 1] = joint[:, 1, 0] = effect + covariance[0, 1]
        joint[:, 0, 0] = effect**2 + 2 * effect * covariance[0, 1] + 1
        pooled = joint.mean(axis=0) * 4 / persons
        levels = np.column_stack([np.ones(sites), np.ones(sites), z])
        own = pooled[np.ix_([0, 1, 1], [0, 1, 1])] * levels[:, :, None] * levels[:, None, :]
        found.append(p_of_an_intercept(y, np.column_stack([m, m * z]), own) < 0.05)
    done = falsification(drawn(f"{T} -> Y", modifiers=[HELD]), MOVED, 1000, 3, assume="all")
    shares_ = {(r.test, r.world): r.share.value for r in done.rejections}
    assert {r.regression.moderators for r in done.rejections} == {("Z",)}
    assert {test for test, _ in shares_} == {"intercept", "curvature"}
    assert shares_["intercept", "planned"] == pytest.approx(np.mean(found), abs=0.07)
    assert 0.3 < np.mean(found) < 0.8
    assert shares_["intercept", "independent"] == pytest.approx(0.05, abs=0.03)


def test_given_the_modifier_nothing_is_wrong_and_the_tests_keep_their_level() -> None:
    done = falsification(drawn(T + " -> Y", modifiers=[HELD]), MOVED.but(suspected={}), 1000, 3, assume="all")
    given = {r.test: r.share.value for r in done.rejections if r.world == "planned"}
    assert max(given.values()) < 0.08
    assert "Y on M, given Z" in done.tables[0].note
    assert "signals" not in {table.key for table in done.tables}


def test_what_holds_characteristics_of_persons_fixed_is_said_not_to_be_simulated() -> None:
    held = Modifier("V", ["T -> M", "M -> Y"], level="persons", scale="binary")
    arrows = {T: Arrow(0.5, 0.3, 0.3), Y: Arrow(0.3, 0.15, 0.15)}
    stated = Plan(sites=40, persons=200, arrows=arrows, modifiers={"V": {T: 0.5, Y: 0.5}})
    done = falsification(drawn(T + " -> Y", modifiers=[held]), stated, 2, assume="all")
    assert not done.rejections
    assert [reg.moderators for reg in done.untested] == [("V",)]
    assert "Not simulated: the tests of Y on M, given V" in done.tables[0].note


def test_effects_in_sds_are_the_same_trial_as_in_units() -> None:
    """A world without differences takes the means over; it took them for SDs once more."""
    design = drawn(T + " -> Y")
    in_sds = Plan(
        sites=40,
        persons=200,
        standardized=True,
        sds={"Y": 15.0},
        arrows={T: Arrow(0.5, 0.3), Y: Arrow(0.3, 0.1)},
    )
    found = falsification(design, in_sds, 200, 1)
    at = found.anticipated
    in_units = Plan(
        sites=40,
        persons=200,
        residuals={"M": 1.0, "Y": float(np.sqrt(at.residual[1, 1]))},
        arrows={T: Arrow(0.5, 0.3), Y: Arrow(4.5, 1.5)},
    )
    for one, other in zip(found.rejections, falsification(design, in_units, 200, 1).rejections, strict=True):
        assert one.share.value == pytest.approx(other.share.value, abs=0.02), (one.test, one.world)


def test_a_binary_mediator_beside_effects_in_sds_counts_in_its_own_steps() -> None:
    design = drawn(T + " -> Y", scales={"M": "binary"})
    arrows = {T: Arrow(takeup=0.55, crossover=0.05), Y: Arrow(0.3)}
    at = diagnose(design, Plan(sites=40, standardized=True, sds={"Y": 15.0}, arrows=arrows)).anticipated
    np.testing.assert_allclose(at.mean, [0.5, 4.5])
    assert at.residual[0, 0] < 0.25
