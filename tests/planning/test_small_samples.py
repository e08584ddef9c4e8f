"""CR2, CR3, Satterthwaite's degrees and the restricted wild bootstrap: against matrices written out, one regression at a time."""

from __future__ import annotations

import numpy as np
import pytest

import identcheck as ic
from identcheck.errors import InvalidPlanError, InvalidQuestionError
from identcheck.plan.closed.outlook import outlooks
from identcheck.plan.closed.warnings import off_size, untested
from identcheck.plan.small_samples import CR2, CR3, WEBB, Leverage, wild_p
from tests.drawn import drawn

SITES, COLUMNS, MANY = 7, 2, 3


def regressions(rows: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(rows)
    x = rng.exponential(size=(MANY, SITES, rows, COLUMNS)) + 0.3
    if rows == 2:
        x[:, 3, 1] = 0.0  # a site with one row
    y = rng.standard_normal((MANY, SITES, rows)) * (x[..., 0] > 0)
    return x, y


def fitted(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """By trial: V, coefficients and residuals."""
    found = []
    for one, own in zip(x, y, strict=True):
        whole = one.reshape(-1, COLUMNS)
        v = np.linalg.inv(whole.T @ whole)
        b = v @ whole.T @ own.reshape(-1)
        found.append((v, b, (own.reshape(-1) - whole @ b).reshape(own.shape)))
    v, b, e = map(np.array, zip(*found, strict=True))
    return v, b, e


def power(matrix: np.ndarray, exponent: float) -> np.ndarray:
    values, vectors = np.linalg.eigh(matrix)
    return vectors @ np.diag(values**exponent) @ vectors.T


@pytest.mark.parametrize("rows", [1, 2])
@pytest.mark.parametrize("exponent", [CR2, CR3])
def test_what_sites_add(rows: int, exponent: float) -> None:
    x, y = regressions(rows)
    v, _, e = fitted(x, y)
    found = Leverage(x, v).changes(e, exponent)
    for r in range(MANY):
        for s in range(SITES):
            damp = power(np.eye(rows) - x[r, s] @ v[r] @ x[r, s].T, exponent)
            np.testing.assert_allclose(found[r, s], v[r] @ x[r, s].T @ damp @ e[r, s], rtol=1e-10)


@pytest.mark.parametrize("rows", [1, 2])
def test_cr3_is_what_leaving_a_site_out_does(rows: int) -> None:
    x, y = regressions(rows)
    v, b, e = fitted(x, y)
    found = Leverage(x, v).changes(e, CR3)
    for s in range(SITES):
        kept = [t for t in range(SITES) if t != s]
        without = fitted(x[:, kept], y[:, kept])[1]
        np.testing.assert_allclose(found[:, s], b - without, rtol=1e-9)


@pytest.mark.parametrize("rows", [1, 2])
def test_satterthwaite_by_the_matrix_of_all_rows(rows: int) -> None:
    x, y = regressions(rows)
    v, _, _ = fitted(x, y)
    c = np.array([1.0, -0.4])
    found = Leverage(x, v).degrees(c)
    for r in range(MANY):
        whole = x[r].reshape(-1, COLUMNS)
        left = np.eye(len(whole)) - whole @ v[r] @ whole.T
        parts = []
        for s in range(SITES):
            own = slice(s * rows, (s + 1) * rows)
            parts.append(c @ v[r] @ x[r, s].T @ power(left[own, own], CR2) @ left[own])
        gram = np.array(parts) @ np.array(parts).T
        assert found[r] == pytest.approx(np.trace(gram) ** 2 / (gram**2).sum(), rel=1e-9)


@pytest.mark.parametrize("rows", [1, 2])
def test_the_bootstrap_by_regressions_on_each_draw(rows: int) -> None:
    x, y = regressions(rows)
    v, b, e = fitted(x, y)
    draws, value = 40, 0.1
    signs = np.random.default_rng(2).choice(WEBB, size=(MANY, SITES, draws))
    found = wild_p(x, v, e, b[:, 0], 0, value, signs)
    for r in range(MANY):
        whole, own = x[r].reshape(-1, COLUMNS), y[r].reshape(-1)
        other = whole[:, 1:]
        slope = np.linalg.lstsq(other, own - value * whole[:, 0], rcond=None)[0]
        fixed = value * whole[:, 0] + other @ slope

        def t(outcome: np.ndarray, whole: np.ndarray = whole, r: int = r) -> float:
            coefficient = v[r] @ whole.T @ outcome
            left = (outcome - whole @ coefficient).reshape(SITES, rows)
            scores = np.array([x[r, s].T @ left[s] for s in range(SITES)])
            meat = v[r] @ scores.T @ scores @ v[r]
            return float(abs(coefficient[0] - value) / np.sqrt(meat[0, 0]))

        ts = [t(fixed + (own - fixed) * np.repeat(signs[r, :, k], rows)) for k in range(draws)]
        assert found[r] == np.mean(np.array(ts) >= t(own) * (1 - 1e-12))


FEW = drawn("T -> {A B} -> Y", sites=6)
PLAN = ic.Plan(persons=200, arrows={"T -> {A B}": ic.Arrow(0.5, 0.4)})


def test_simulate_prints_the_size_of_each_test_with_its_error() -> None:
    """At 6 sites CR1 with K - P degrees rejects far too often, the others at most at their level (2,000 trials: error .005)."""
    found = ic.simulate(
        FEW, PLAN, 2000, 1, estimands=["direct A Y"], tests=["bootstrap", "CR1", "CR2", "CR3"]
    )
    sizes = {row.test: row.measures["size"] for row in found.sizes}
    assert list(sizes) == ["CR1", "CR2", "CR3", "bootstrap"]
    assert sizes["CR1"].value == pytest.approx(1 - found.row("direct A Y")["coverage"].value)
    assert sizes["CR1"].value > 0.11
    assert all(sizes[kind].value < 0.05 + 3 * sizes[kind].error for kind in ("CR2", "CR3", "bootstrap"))
    assert all(
        each.error == pytest.approx((each.value * (1 - each.value) / 2000) ** 0.5) for each in sizes.values()
    )
    assert found.tables[-1].key == "tests"


def test_asking_for_tests_leaves_all_other_numbers_alone() -> None:
    plain, more = (ic.simulate(FEW, PLAN, 100, 1, tests=tests) for tests in ((), ["CR2", "bootstrap"]))
    assert plain.table == more.table
    assert [table.key for table in plain.tables] == ["simulation", "strength"]


def test_with_several_arms_and_by_persons() -> None:
    design = drawn("T1 -> {A B}; T2 -> {A B}; {A B} -> Y", sites=8)
    found = ic.simulate(design, ic.Plan(persons=60), 40, 1, level="persons", tests="CR2")
    assert {row.test for row in found.sizes} == {"CR2"}
    assert all(row.measures["degrees"].value < 15 for row in found.sizes)


def test_a_test_that_there_is_not() -> None:
    with pytest.raises(InvalidQuestionError, match=r"there is no test 'CR4'.*did you mean"):
        ic.simulate(FEW, PLAN, 10, tests=["CR4"])


# -- in closed form ---------------------------------------------------------------------


@pytest.mark.parametrize("sites", [6, 10, 20, 40])
def test_degrees_and_size_in_closed_form_are_those_of_simulated_trials(sites: int) -> None:
    """Degrees of CR2 within 5%, sizes of CR1 within .02, others .015, power within .035 (2,000 trials: error at most .011)."""
    plan = PLAN.but(sites=sites)
    found = ic.simulate(FEW, plan, 2000, 1, estimands=["direct A Y"], tests=["CR1", "CR2", "CR3"])
    simulated = {row.test: row.measures for row in found.sizes}
    prospect = {
        kind: ic.diagnose(FEW, plan.but(test=kind))["direct A Y"].prospect
        for kind in ("CR1", "CR2", "CR3", "bootstrap")
    }
    assert prospect["CR1"].degrees == sites - 2
    assert prospect["CR2"].degrees == pytest.approx(simulated["CR2"]["degrees"].value, rel=0.05)
    for kind, within in (("CR1", 0.02), ("CR2", 0.015), ("CR3", 0.015)):
        assert prospect[kind].size == pytest.approx(simulated[kind]["size"].value, abs=within)
        assert prospect[kind].power_with_bias == pytest.approx(simulated[kind]["power"].value, abs=0.035)
    assert prospect["CR2"].power < prospect["CR1"].power
    assert prospect["bootstrap"].power == prospect["CR2"].power


def test_the_plan_warns_where_the_stated_test_is_off_size() -> None:
    def said(plan: ic.Plan) -> str:
        diagnosis = ic.diagnose(FEW, plan)
        return off_size(diagnosis.anticipated, outlooks(diagnosis))

    assert "With 6 sites the stated test of direct(" in said(PLAN)
    assert "a true hypothesis in 13% of trials" in said(PLAN)
    assert not said(PLAN.but(test="CR2"))
    assert not said(PLAN.but(sites=60))


def test_where_sites_are_too_few_for_a_test_the_plan_says_what_can_be_asked_of_them() -> None:
    def said(plan: ic.Plan) -> str:
        diagnosis = ic.diagnose(drawn("T -> M -> Y", sites=20), plan)
        told = outlooks(diagnosis)
        assert {o.power is None for o in told} == {bool(untested(diagnosis.anticipated, told))}
        return untested(diagnosis.anticipated, told)

    assert "There is no test of 3 effects: it compares sites, and there is 1." in said(ic.Plan(sites=1))
    assert not said(ic.Plan(sites=1, sites_are="population"))
    assert not said(ic.Plan(sites=5))


def test_a_kind_of_test_that_no_plan_has() -> None:
    with pytest.raises(InvalidPlanError, match=r"test is 'CR5'.*it is one of 'CR1', 'CR2'"):
        ic.Plan(test="CR5")  # type: ignore[arg-type]
