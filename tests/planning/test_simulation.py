"""simulate(): the issue's known points, Monte Carlo errors, reproducibility, what cannot be asked."""

from __future__ import annotations

import math

import numpy as np
import pytest

from identcheck import (
    Arrow,
    InvalidPlanError,
    InvalidQuestionError,
    Plan,
    Simulation,
    compliance,
    direct,
    itt,
    mediated,
    path,
    simulate,
    total,
)
from identcheck.plan.inputs.anticipated import Anticipated
from identcheck.plan.simulation import memory
from identcheck.plan.simulation.measures import interquartile, measures_of, median_of, share_of
from tests.planning.trials import ONE, PARALLEL, SERIAL, designed, one_mediator


def run(at: Anticipated, reps: int, **settings: object) -> Simulation:
    return simulate(at.design, at.plan, reps, **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("persons", "cv", "rho", "strength", "bias"),
    [(100, 1.0, 0.5, 13.5, 0.112), (40, 1.0, 0.5, 6.0, 0.13), (100, 2.0, -0.5, 32.25, -0.066)],
)
def test_the_known_points_of_one_mediator(
    persons: int, cv: float, rho: float, strength: float, bias: float
) -> None:
    found = run(one_mediator(50, persons, cv, rho), 20_000, estimators=["2SLS"])
    row = found.row(direct("M", "Y"))
    assert row["bias"].error < 0.001
    assert (
        abs(row["bias"].value - bias) < 0.0015 + 3 * row["bias"].error
    )  # the points are stated to 0.001 or so
    (line,) = found.strengths
    assert line.plain is not None
    assert line.plain.value == pytest.approx(line.conditional.value, rel=1e-12)
    assert abs(line.plain.value - strength) < 0.05 + 3 * line.plain.error


def test_both_levels_agree_on_every_estimator() -> None:
    plan = Plan(
        persons=60,
        arrows={
            ("T", "A"): Arrow(0.6, 0.5, 0.3),
            ("T", "B"): Arrow(0.4, 0.5),
            ("A", "Y"): Arrow(0.3, 0.1, 0.3),
        },
        between={(("T", "A"), ("A", "Y")): 0.4},
        within={(("T", "A"), ("A", "Y")): 0.4},
    )
    both = [
        simulate(designed(PARALLEL, 20), plan, 2500, seed=n, level=n_level)
        for n, n_level in enumerate(("sites", "persons"))
    ]
    compared = 0
    for left in both[0].rows:
        right = both[1].row(left.estimand, left.estimator)
        assert left.target == right.target
        keys = ["median_bias", "spread", "coverage", "power"]
        keys += ["bias", "sd"] if left.estimator in ("2SLS", "OLS", "contrast") else []
        for key in [key for key in keys if left.measures[key] is not None]:
            one, other = left[key], right[key]
            assert abs(one.value - other.value) <= 4.5 * math.hypot(one.error, other.error), (left, key)
            compared += 1
    assert compared > 60


def test_a_correction_for_moments_removes_the_bias_of_few_persons() -> None:
    found = run(one_mediator(200, 40, 1.0, 0.0), 2000)
    assert found.row(direct("M", "Y"))["bias"].value > 0.04
    for name in ("moment-corrected", "pooled"):
        assert abs(found.row(direct("M", "Y"), name)["median_bias"].value) < 0.01


def test_confidence_intervals_cover_where_nothing_biases() -> None:
    found = run(one_mediator(100, 2000, 1.0, 0.0), 4000)
    for name in ("2SLS", "pooled", "moment-corrected", "LIML"):
        row = found.row(direct("M", "Y"), name)
        assert (
            abs(row["coverage"].value - 0.95) < 0.025
        )  # clustered variances are a little small at 100 sites
        assert row["standard_error"].value == pytest.approx(row["spread"].value, rel=0.1)


def test_where_there_is_no_mean_the_median_stands_for_it() -> None:
    """Of the estimates themselves, by numpy; the table leaves mean and SD of LIML empty, and says why."""
    found = run(one_mediator(60, 200, 0.5, 0.0), 800)
    effect = direct("M", "Y")
    for name in ("LIML", "2SLS"):
        draws = found.draws[found.row(effect).estimand, name]
        low, middle, high = np.quantile(draws[np.isfinite(draws)], [0.25, 0.5, 0.75])
        row = found.row(effect, name)
        assert row["median"].value == pytest.approx(middle, abs=1e-9)
        assert row["quartile_range"].value == pytest.approx(high - low, abs=1e-9)
    shown = {r["estimator"]: r for r in found.table.records() if r["estimand"] == "direct(M, Y)"}
    assert shown["LIML"]["mean"] is shown["LIML"]["sd"] is None
    assert shown["LIML"]["median"] is not None
    assert "no mean and no variance" in found.table.note


def test_an_intercept_tolerates_an_arrow_around_the_mediator() -> None:
    plan = Plan(
        persons=2000,
        arrows={("T", "M"): Arrow(0.5, 0.5)},
        suspected={("T", "Y"): Arrow(0.3, 0.0)},
    )
    found = simulate(designed(ONE, 50), plan, 500, estimands=[direct("M", "Y"), itt()])
    assert found.row(direct("M", "Y"))["bias"].value > 0.2
    assert abs(found.row(direct("M", "Y"), "2SLS with intercept")["bias"].value) < 0.02
    assert found.row(itt()).target == pytest.approx(0.5 * 0.2 + 0.3)


def test_every_effect_has_a_row_or_a_reason() -> None:
    found = simulate(designed(SERIAL, 40), Plan(), 20)
    assert {row.estimand for row in found.rows} == {
        *(direct("A", "Y"), total("A", "Y"), direct("B", "Y"), direct("A", "B")),
        *(compliance("A"), compliance("B"), itt(), mediated("A"), mediated("B")),
    }
    assert found.row(total("A", "Y")).estimator == "2SLS with intercept"
    few = simulate(designed(PARALLEL, 1), Plan(persons=100), 20)
    assert {q.estimand for q in few.unanswered} == {
        direct("A", "Y"),
        direct("B", "Y"),
        mediated("A"),
        mediated("B"),
    }
    assert all(question.reason for question in few.unanswered)
    assert "Not simulated" in few.table.note
    assert few.row(itt()).measures["coverage"] is None  # one site has no standard error by sites


def test_a_composed_effect_has_its_standard_error_by_the_delta_method() -> None:
    asked = [path("T", "A", "B", "Y"), path("T", "A", "Y")]
    found = simulate(designed(SERIAL, 200), Plan(persons=3000, variation=0.3), 1000, estimands=asked)
    for estimand in asked:
        row = found.row(estimand)
        assert row.estimator == "2SLS"
        assert abs(row["bias"].value) < 0.01
        assert row["standard_error"].value == pytest.approx(row["sd"].value, rel=0.1)
        assert found.row(estimand, "OLS").measures["coverage"] is None


def test_the_same_seed_gives_the_same_trials() -> None:
    at = one_mediator(20, 30, 1.0, 0.3)
    for level in ("sites", "persons"):
        one, two, three = (run(at, 300, seed=seed, level=level) for seed in (4, 4, 5))
        assert one.table.rows == two.table.rows
        assert one.strength.rows == two.strength.rows
        assert one.table.rows != three.table.rows
        key = (direct("M", "Y"), "2SLS")
        np.testing.assert_array_equal(one.draws[key], two.draws[key])
    longer = run(at, 5000, seed=4)
    np.testing.assert_array_equal(longer.draws[key][:2048], run(at, 4100, seed=4).draws[key][:2048])


def test_batches_side_by_side_give_what_they_give_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at = one_mediator(20, 30, 1.0, 0.3)
    two = run(at, 7000, seed=4)
    monkeypatch.setattr(memory, "AT_ONCE", 1)
    one = run(at, 7000, seed=4)
    assert one.table.rows == two.table.rows
    assert all(np.array_equal(one.draws[key], two.draws[key], equal_nan=True) for key in one.draws)


def test_progress_is_told_and_an_interruption_goes_through() -> None:
    told: list[tuple[int, int]] = []
    run(one_mediator(10, 30, 1.0, 0.0), 5000, progress=lambda done, total: told.append((done, total)))
    assert told == [(2048, 5000), (4096, 5000), (5000, 5000)]

    def stop(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(one_mediator(10, 30, 1.0, 0.0), 5000, progress=stop)


def test_everything_wrong_with_the_settings_is_said_at_once() -> None:
    with pytest.raises(InvalidQuestionError) as error:
        simulate(designed(ONE), None, 0, -1, level="site", estimators=["2sls", "LIML"])
    text = str(error.value)
    assert "4 problems" in text
    assert "did you mean 'sites'?" in text
    assert "did you mean '2SLS'?" in text


def test_sites_too_small_for_persons_can_be_simulated_by_their_effects() -> None:
    plan = Plan(persons=4, treated=0.3)
    with pytest.raises(InvalidPlanError, match="too few for somebody in every arm"):
        simulate(designed(ONE, 10), plan.but(persons=5, treated=0.9), 10, level="persons")
    assert simulate(designed(ONE, 10), plan, 10).reps == 10


@pytest.mark.parametrize("shape", ["normal", "skewed"])
def test_monte_carlo_errors_are_the_spread_of_repeated_simulations(shape: str) -> None:
    rng = np.random.default_rng(8)
    draws = rng.standard_normal((3000, 400)) if shape == "normal" else rng.standard_exponential((3000, 400))
    draws = np.sort(draws + 0.3, axis=1)
    every = [
        measures_of(row, 0.5) | {"median": median_of(row), "quartiles": interquartile(row)} for row in draws
    ]
    for measure in ("mean", "bias", "sd", "rmse", "median", "quartiles"):
        found = [measures[measure] for measures in every]
        values = np.array([m.value for m in found if m is not None])
        errors = np.array([m.error for m in found if m is not None])
        assert len(values) == len(draws)
        assert np.sqrt((errors**2).mean()) == pytest.approx(values.std(), rel=0.12), measure
    row = draws[0]
    plain = {
        "mean": row.mean() + 0.5,
        "bias": row.mean(),
        "sd": row.std(ddof=1),
        "rmse": np.sqrt((row**2).mean()),
    }
    assert {key: m.value for key, m in measures_of(row, 0.5).items() if m is not None} == pytest.approx(plain)
    share = share_of(np.arange(100) < 20)
    assert share is not None
    assert (share.value, share.error) == (0.2, pytest.approx(0.04))
