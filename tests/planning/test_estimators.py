"""The estimators against others' implementations, on the persons of one simulated trial."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from linearmodels.iv import IV2SLS, IVLIML
from scipy.linalg import eigh

from identcheck.plan.closed.estimators import least
from identcheck.plan.inputs.anticipated import Anticipated
from identcheck.plan.simulation.estimators import ESTIMATORS, Equation, Fit
from identcheck.plan.simulation.first_stage import strength_of
from identcheck.plan.simulation.moments import Moments
from identcheck.plan.simulation.persons import Persons
from identcheck.plan.simulation.scores import variances
from identcheck.plan.simulation.small_matrices import inverse, least_eigenvalue
from tests.planning.trials import ARMS, SINGLE, one_trial

CASES = pytest.mark.parametrize("at", [SINGLE, ARMS], ids=["one arm", "two arms"])
INTERCEPTS = pytest.mark.parametrize("intercept", [False, True], ids=["origin", "intercept"])


def equation(at: Anticipated, intercept: bool = False) -> Equation:
    arms = at.design.treatments
    return Equation("Y", ("A", "B"), arms, arms if intercept else ())


def fit(name: str, moments: Moments, about: Equation) -> Fit:
    found = ESTIMATORS[name](moments, about)
    assert found is not None
    return found


def theirs(model: type, at: Anticipated, table: pd.DataFrame, intercept: bool) -> object:
    """The fit of linearmodels: site dummies (and arms) exogenous, site-by-arm instruments."""
    arms, sites = at.design.treatments, range(at.sites)
    exogenous = [f"site{s}" for s in sites] + (list(arms) if intercept else [])
    instruments = [f"{arm}{s}" for arm in arms for s in list(sites)[1 if intercept else 0 :]]
    return model(table["Y"], table[exogenous], table[["A", "B"]], table[instruments])


def stacked(at: Anticipated, data: Persons) -> tuple[np.ndarray, np.ndarray]:
    """Site contrasts by arm, each row turned so that least squares of the rows is the weighted regression."""
    rows, owners = [], []
    for s in range(at.sites):
        cells = [
            data.values[:, 0, (data.site == s) & (data.arm == t)].mean(axis=1)
            for t in range(data.counts.shape[1])
        ]
        contrasts = np.array(cells[1:]) - cells[0]
        shares = data.counts[s, 1:] / data.counts[s].sum()
        weights = data.counts[s].sum() * (np.diag(shares) - np.outer(shares, shares))
        values, vectors = np.linalg.eigh(weights)
        half = vectors @ np.diag(np.sqrt(values)) @ vectors.T
        rows.append(half @ np.column_stack([np.eye(len(shares)), contrasts]))
        owners += [s] * len(shares)
    return np.vstack(rows), np.array(owners)


@CASES
@INTERCEPTS
def test_two_stage_least_squares_is_the_weighted_regression_of_site_effects(
    at: Anticipated, intercept: bool
) -> None:
    data, moments, table = one_trial(at)
    found = fit("2SLS", moments, equation(at, intercept))
    rows, owners = stacked(at, data)
    arms = len(at.design.treatments)
    x = rows[:, :-1] if intercept else rows[:, arms:-1]
    slopes, *_ = np.linalg.lstsq(x, rows[:, -1], rcond=None)
    np.testing.assert_allclose(found.values[:, 0], slopes, rtol=0, atol=1e-10)
    other = theirs(IV2SLS, at, table, intercept).fit().params  # type: ignore[attr-defined]
    np.testing.assert_allclose(found.values[-2:, 0], other[["A", "B"]], rtol=0, atol=1e-10)
    bread = np.linalg.inv(x.T @ x)
    scores = x * (rows[:, -1] - x @ slopes)[:, None]
    by_site = np.array([scores[owners == s].sum(axis=0) for s in range(at.sites)])
    sites, columns = by_site.shape
    sandwich = sites / (sites - columns) * bread @ by_site.T @ by_site @ bread
    ours = [square[0] for square in variances(moments, [(each, columns) for each in found.influence])]
    np.testing.assert_allclose(ours, np.diag(sandwich), rtol=1e-9)


@CASES
@INTERCEPTS
def test_liml_is_that_of_linearmodels(at: Anticipated, intercept: bool) -> None:
    _, moments, table = one_trial(at)
    found = fit("LIML", moments, equation(at, intercept))
    other = theirs(IVLIML, at, table, intercept).fit().params  # type: ignore[attr-defined]
    np.testing.assert_allclose(found.values[-2:, 0], other[["A", "B"]], rtol=0, atol=1e-8)


@CASES
def test_ordinary_least_squares_is_that_of_persons_with_site_dummies(at: Anticipated) -> None:
    _, moments, table = one_trial(at)
    found = fit("OLS", moments, equation(at))
    names = ["A", "B", *(f"site{s}" for s in range(at.sites))]
    x, y = table[names].to_numpy(), table["Y"].to_numpy()
    slopes, left, *_ = np.linalg.lstsq(x, y, rcond=None)
    errors = np.sqrt(np.diag(np.linalg.inv(x.T @ x)) * left / (len(y) - x.shape[1]))
    np.testing.assert_allclose(found.values[:, 0], slopes[:2], rtol=0, atol=1e-10)
    assert found.errors is not None
    np.testing.assert_allclose(found.errors[:, 0], errors[:2], rtol=1e-9)


def test_the_pooled_estimator_has_the_arms_for_instruments() -> None:
    _, moments, table = one_trial(ARMS)
    found = fit("pooled", moments, equation(ARMS))
    sites = [f"site{s}" for s in range(ARMS.sites)]
    other = IV2SLS(table["Y"], table[sites], table[["A", "B"]], table[["S", "T"]]).fit().params
    np.testing.assert_allclose(found.values[:, 0], other[["A", "B"]], rtol=0, atol=1e-9)
    assert ESTIMATORS["pooled"](one_trial(SINGLE)[1], equation(SINGLE)) is None


def test_the_moment_correction_takes_the_variance_of_cell_means_away() -> None:
    data, moments, _ = one_trial(SINGLE)
    found = fit("moment-corrected", moments, equation(SINGLE))
    rows, _ = stacked(SINGLE, data)
    whole = rows[:, 1:].T @ rows[:, 1:]
    persons = [data.values[:, 0, data.arm == t] for t in (0, 1)]
    cells = [data.site[data.arm == t] for t in (0, 1)]
    for values, sites, t in zip(persons, cells, (0, 1), strict=True):
        apart = values - np.array([values[:, sites == s].mean(axis=1) for s in sites]).T
        inside = apart @ apart.T / (values.shape[1] - SINGLE.sites)
        for s in range(SINGLE.sites):
            control, treated = data.counts[s]
            weight = control * treated / (control + treated)
            whole -= weight * inside / data.counts[s, t]
    np.testing.assert_allclose(found.values[:, 0], np.linalg.solve(whole[:2, :2], whole[:2, 2]), rtol=1e-9)


@CASES
@INTERCEPTS
def test_f_is_that_of_the_first_stage(at: Anticipated, intercept: bool) -> None:
    """Sums of squares of regressions among persons; the conditional F from the residual of the other mediator."""
    _, moments, table = one_trial(at)
    found = strength_of(moments, equation(at, intercept))
    arms, sites = at.design.treatments, range(at.sites)
    base = table[[f"site{s}" for s in sites] + (list(arms) if intercept else [])].to_numpy()
    extra = table[[f"{arm}{s}" for arm in arms for s in list(sites)[1 if intercept else 0 :]]].to_numpy()
    full = np.hstack([base, extra])

    def squares(x: np.ndarray, y: np.ndarray) -> float:
        return float(((y - x @ np.linalg.lstsq(x, y, rcond=None)[0]) ** 2).sum())

    def predicted(y: np.ndarray) -> np.ndarray:
        return full @ np.linalg.lstsq(full, y, rcond=None)[0]

    below = len(table) - full.shape[1]
    columns = {name: table[name].to_numpy() for name in "AB"}
    for k, (own, other) in enumerate((("A", "B"), ("B", "A"))):
        y = columns[own]
        plain = (squares(base, y) - squares(full, y)) / extra.shape[1] / (squares(full, y) / below)
        assert found.plain[k, 0] == pytest.approx(plain, rel=1e-9)
        stage = np.column_stack([predicted(columns[other]), base])
        left = y - columns[other] * np.linalg.lstsq(stage, y, rcond=None)[0][0]
        above = (squares(base, left) - squares(full, left)) / (extra.shape[1] - 1)
        assert found.conditional[k, 0] == pytest.approx(above / (squares(full, left) / below), rel=1e-9)


def test_estimates_of_many_trials_are_those_of_each() -> None:
    from identcheck.plan.simulation.contrasts import Contrasts
    from identcheck.plan.simulation.moments import moments_of
    from identcheck.plan.simulation.rows import rows_of
    from identcheck.plan.simulation.trials import draw_contrasts

    drawn = draw_contrasts(ARMS, np.random.default_rng(1), 5)
    rows = rows_of(ARMS, ARMS.design.treatments, drawn.nodes)
    together = moments_of(drawn, rows)
    for r in range(5):
        one = Contrasts(
            drawn.nodes,
            drawn.effects[:, :, [r]],
            drawn.counts,
            drawn.scatter[..., [r]],
            drawn.freedom,
            drawn.people,
        )
        alone = moments_of(one, rows)
        for name in ESTIMATORS:
            pair = [fit(name, moments, equation(ARMS)).values for moments in (together, alone)]
            np.testing.assert_allclose(pair[0][:, r], pair[1][:, 0], rtol=1e-9)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7])
def test_the_least_root_and_the_inverse_are_those_of_lapack(count: int) -> None:
    rng = np.random.default_rng(count)
    halves = rng.standard_normal((2, count, count + 1, 50))
    matrix, metric = (np.einsum("ikr,jkr->ijr", half, half) for half in halves)
    found = least_eigenvalue(matrix, metric)
    inverted = inverse(matrix)
    for r in range(50):
        exact = eigh(matrix[..., r], metric[..., r], eigvals_only=True)[0]
        assert found[r] == pytest.approx(exact, rel=1e-8)
        np.testing.assert_allclose(inverted[..., r] @ matrix[..., r], np.eye(count), atol=1e-6)


def test_the_least_root_is_found_beside_others_that_equal_it_and_where_it_is_zero() -> None:
    rng = np.random.default_rng(9)
    metric = np.einsum("ikr,jkr->ijr", *[rng.standard_normal((4, 6, 40))] * 2)
    apart = np.linalg.cholesky(metric.transpose(2, 0, 1)) @ np.linalg.qr(rng.standard_normal((40, 4, 4)))[0]
    for roots, near in (
        ((3, 3, 5, 9), 1e-8),
        ((3, 3.00001, 3.1, 900), 1e-8),
        ((0, 1, 2, 3), 1e-8),
        ((2, 2, 2, 2), 1e-7),
    ):
        matrix = (apart * np.array(roots, dtype=float) @ apart.transpose(0, 2, 1)).transpose(1, 2, 0)
        np.testing.assert_allclose(least_eigenvalue(matrix, metric), roots[0], rtol=near, atol=1e-9)
    assert np.isnan(least_eigenvalue(metric, -metric)).all()


def test_a_singular_matrix_has_no_inverse() -> None:
    assert np.isnan(inverse(np.ones((2, 2, 1)))).all()
    assert np.isnan(inverse(-np.ones((1, 1, 1)))).all()


@pytest.mark.parametrize("near", [2, 3, 40, 999, 1000])
def test_the_least_number_that_is_enough_is_found_wherever_the_search_begins(near: int) -> None:
    for exact in (2, 3, 39, 40, 500, 999, 1000):
        assert least(2, 1000, exact.__le__, lambda: near) == exact
    assert least(2, 1000, (1001).__le__, lambda: near) is None
