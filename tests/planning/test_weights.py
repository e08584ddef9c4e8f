"""Sites that count once each, however many persons they have."""

from __future__ import annotations

import numpy as np

from identcheck import Design, Plan, Sizes, direct, simulate
from identcheck.plan.inputs.anticipate import anticipate
from identcheck.plan.simulation.estimators import ESTIMATORS, Equation
from identcheck.plan.simulation.first_stage import strength_of
from identcheck.plan.simulation.moments import moments_of
from identcheck.plan.simulation.persons import PersonLevel, contrasts_of
from identcheck.plan.simulation.rows import rows_of
from tests.planning.trials import PARALLEL, designed

EQUATION = Equation("Y", ("A", "B"), ("T",), ())


def weighted(weights: str) -> Design:
    return Design(designed(PARALLEL).graph, treatment="T", outcome="Y", sites=9, weights=weights)


def test_the_regression_gives_every_site_the_same_weight() -> None:
    at = anticipate(weighted("sites"), Plan(persons=Sizes(60, 0.6)))
    drawn = contrasts_of(PersonLevel(at).persons(np.random.default_rng(1), 3))
    moments = moments_of(drawn, rows_of(at, ("T",), drawn.nodes))
    for r in range(3):
        x, y = drawn.effects[0, :2, r].T, drawn.effects[0, 2, r]
        slopes = np.linalg.lstsq(x, y, rcond=None)[0]
        found = ESTIMATORS["2SLS"](moments, EQUATION)
        assert found is not None
        np.testing.assert_allclose(found.values[:, r], slopes, atol=1e-10)
    assert (
        ESTIMATORS["LIML"](moments, EQUATION) is None
    )  # it is that of two-stage least squares' weights alone


def test_strength_and_ordinary_regression_are_those_of_persons_whatever_the_weights() -> None:
    found = []
    for weights in ("sites", "precision"):
        at = anticipate(weighted(weights), Plan(persons=Sizes(60, 0.6)))
        drawn = contrasts_of(PersonLevel(at).persons(np.random.default_rng(1), 3))
        moments = moments_of(drawn, rows_of(at, ("T",), drawn.nodes))
        fit = ESTIMATORS["OLS"](moments, EQUATION)
        assert fit is not None
        found.append((fit.values, strength_of(moments, EQUATION).conditional))
    for left, right in zip(*found, strict=True):
        np.testing.assert_allclose(left, right, rtol=1e-9)


def test_equal_sites_are_weighted_alike_either_way() -> None:
    one, two = (simulate(weighted(weights), Plan(), 50, 2) for weights in ("sites", "precision"))
    np.testing.assert_allclose(
        one.draws[direct("A", "Y"), "LIML"], two.draws[direct("A", "Y"), "LIML"], rtol=1e-9
    )
