"""The nearest possible value that a message names is possible, and what lies a little beyond it is not."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import assume, given, strategies as st

from identcheck import Arrow, InvalidPlanError, Plan, Sizes
from identcheck.plan.inputs.anticipate import anticipate, resolved
from identcheck.plan.inputs.persons import most_spread, spread_sizes
from identcheck.plan.inputs.possible import completed, impossible_correlations, impossible_thirds, normal_part
from tests.drawn import drawn

DESIGN = drawn("T -> {M1 M2 M3} -> Y")
BEYOND = 0.002
NEAREST = re.compile(r"the nearest possible value is (-?[\d.e-]+)$")
FACTOR = re.compile(r"in the same proportions are ([\d.e-]+) times as large$")

hundredths = st.integers(-100, 100).map(lambda n: n / 100)


def is_possible(matrix: np.ndarray) -> bool:
    """By another route than eigenvalues: a Cholesky factor exists of the matrix and a little more."""
    try:
        np.linalg.cholesky(matrix + 1e-7 * np.eye(len(matrix)))
    except np.linalg.LinAlgError:
        return False
    return True


@st.composite
def symmetric(draw: st.DrawFn, least: int = 3, most: int = 5) -> np.ndarray:
    size = draw(st.integers(least, most))
    matrix = np.eye(size)
    for i in range(size):
        for j in range(i):
            matrix[i, j] = matrix[j, i] = draw(hundredths)
    return matrix


def changed(matrix: np.ndarray, i: int, j: int, value: float) -> np.ndarray:
    found = matrix.copy()
    found[i, j] = found[j, i] = value
    return found


class TestCorrelations:
    @given(symmetric())
    def test_each_mend_mends_and_is_the_nearest(self, matrix):
        pairs = {(i, j): (i, j) for j in range(len(matrix)) for i in range(j)}
        problems = list(impossible_correlations(matrix, pairs, "correlations"))

        assert bool(problems) == (np.linalg.eigvalsh(matrix)[0] < -1e-9)
        for name, problem in problems:
            if name is None:
                factor = float(FACTOR.search(problem)[1])
                assert is_possible(np.eye(len(matrix)) * (1 - factor) + factor * matrix)
                beyond = factor + BEYOND
                assert not is_possible(np.eye(len(matrix)) * (1 - beyond) + beyond * matrix)
            else:
                nearest, value = float(NEAREST.search(problem)[1]), matrix[name]
                assert is_possible(changed(matrix, *name, nearest))
                beyond = nearest + (BEYOND if value > nearest else -BEYOND)
                assert not is_possible(changed(matrix, *name, beyond))

    @given(symmetric(), st.data())
    def test_what_is_not_stated_gives_way_to_what_is(self, matrix, data):
        last = len(matrix) - 1
        linked = data.draw(st.lists(st.sampled_from(range(last)), unique=True))
        known = [*linked, last]
        assume(np.linalg.eigvalsh(matrix[:last, :last])[0] > 1e-6)
        assume(np.linalg.eigvalsh(matrix[np.ix_(known, known)])[0] > 1e-6)
        wanted = {i: 0.3 for i in range(last) if i not in linked}

        found = completed(matrix, linked, wanted)

        assert is_possible(found)
        for i in linked:
            assert found[i, last] == matrix[i, last]
        assert (found[:last, :last] == matrix[:last, :last]).all()
        as_wanted = matrix.copy()
        as_wanted[list(wanted), last] = as_wanted[last, list(wanted)] = 0.3
        if is_possible(as_wanted - 1e-6 * np.eye(len(matrix))):
            assert (found == as_wanted).all()

    def test_the_default_confounding_never_makes_a_plan_impossible(self):
        plan = Plan(confounding={"M1 ~ M2": -1, "M1 ~ Y": 0.9})

        found = anticipate(DESIGN, plan)

        assert found.residual[0, 1] == -1
        assert found.residual[1, 3] == pytest.approx(-0.9)
        assert [each.default for each in found.inputs if each.name.endswith("M2 and Y")] == [True]


@st.composite
def stated_plans(draw: st.DrawFn) -> Plan:
    arrows = [f"T -> M{i}" for i in (1, 2, 3)] + [f"M{i} -> Y" for i in (1, 2, 3)]
    nodes = ["M1", "M2", "M3", "Y"]
    pairs = [(a, b) for i, a in enumerate(arrows) for b in arrows[:i]]
    between = draw(st.dictionaries(st.sampled_from(pairs), hundredths, max_size=5))
    linked = [(a, b) for i, a in enumerate(nodes) for b in nodes[:i]]
    confounding = draw(st.dictionaries(st.sampled_from(linked), hundredths, max_size=6))
    return Plan(between=between, confounding=confounding)


class TestPlans:
    @given(stated_plans())
    def test_a_mend_of_correlations_across_sites_leaves_no_problem(self, plan):
        plan = plan.but(confounding={})
        for path, problem in resolved(DESIGN, plan)[1].found:
            if match := NEAREST.search(problem):
                (pair,) = Plan(between={path[1]: 0}).between
                better = plan.but(between={**plan.between, pair: float(match[1])})
                assert resolved(DESIGN, better)[1].found == []

    @given(stated_plans())
    def test_what_is_accepted_has_covariance_matrices(self, plan):
        try:
            found = anticipate(DESIGN, plan)
        except InvalidPlanError:
            return
        for matrix in (found.between, found.within, found.residual):
            assert is_possible(matrix)

    @pytest.mark.parametrize("one_sided", [False, True])
    @given(
        mean=st.integers(0, 100).map(lambda n: n / 100),
        spreads=st.tuples(*[st.integers(0, 10).map(lambda n: n / 10)] * 2),
    )
    def test_spread_of_an_effect_on_a_binary_variable(self, one_sided, mean, spreads):
        design = drawn("T -> M -> Y", scales={"M": "binary"})
        graph = design.graph.copy()
        if one_sided:
            graph.edges["T", "M"]["noncompliance"] = "one-sided"
        design = type(design)(graph, treatment="T", outcome="Y", scales={"T": "binary", "M": "binary"})

        def problems(factor: float) -> list[str]:
            between, within = (factor * spread for spread in spreads)
            arrow = Arrow(mean=mean, between=between, within=within)
            return [text for _, text in resolved(design, Plan(arrows={"T -> M": arrow}))[1].found]

        room = (mean if one_sided else 1) - mean**2
        found = problems(1.0)
        assert bool(found) == (spreads[0] ** 2 + spreads[1] ** 2 > room + 1e-9)
        if found:
            factor = float(FACTOR.search(found[0])[1])
            assert problems(factor) == []
            assert problems(factor + BEYOND) != []

    @given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
    def test_shares_of_arms(self, first, second):
        design = drawn("{T1 T2} -> M -> Y")
        plan = Plan.unchecked({"persons": 10_000_000, "treated": {"T1": first, "T2": second}})
        found = [text for _, text in resolved(design, plan)[1].found]

        if first + second >= 1:
            factor = float(FACTOR.search(found[0])[1])
            assert factor * (first + second) < 1 <= (factor + BEYOND) * (first + second)


TRIPLES = [(0, 0, 0), (1, 1, 1), (0, 0, 1), (0, 1, 1), (0, 1, 2), (2, 2, 2), (0, 2, 2)]


class TestThirdMoments:
    @given(
        symmetric(3, 4), st.dictionaries(st.sampled_from(TRIPLES), st.sampled_from([-1, -0.3, 0.1, 0.5, 2]))
    )
    def test_the_factor_leaves_a_covariance_matrix(self, matrix, thirds):
        assume(np.linalg.eigvalsh(matrix)[0] > 0.01)
        sd = np.arange(1, len(matrix) + 1)
        covariance = matrix * np.outer(sd, sd)
        moments = {k: v * float(np.prod(sd[list(k)])) for k, v in thirds.items()}
        problems = list(impossible_thirds(covariance, moments))

        def left(factor: float) -> np.ndarray:
            rest = normal_part(covariance, {k: factor * v for k, v in moments.items()})
            return rest / np.outer(sd, sd)

        assert bool(problems) == (not is_possible(left(1.0)))
        if problems:
            match = FACTOR.search(problems[0])
            factor = float(match[1])
            assert is_possible(left(factor))
            assert not is_possible(left(factor + BEYOND))


class TestSizes:
    @given(st.integers(1, 60), st.integers(10, 300), st.floats(0, 4))
    def test_mean_and_spread_are_as_asked(self, count, mean, cv):
        least = 4
        most = most_spread(count, mean, least)
        sizes = spread_sizes(count, mean, min(cv, most), least)

        assert len(sizes) == count
        assert sizes.min() >= least
        assert sizes.sum() == count * mean
        assert sizes.std() / sizes.mean() == pytest.approx(min(cv, most), abs=0.6 / mean)

    def test_the_largest_spread_has_all_others_at_the_least(self):
        assert sorted(spread_sizes(4, 40, most_spread(4, 40, 4), 4).tolist()) == [4, 4, 4, 148]

    def test_the_named_spread_is_accepted(self):
        with pytest.raises(InvalidPlanError) as caught:
            anticipate(DESIGN, Plan(sites=7, persons=Sizes(30, 5)))
        nearest = float(NEAREST.search(caught.value.problems[0])[1])

        assert anticipate(DESIGN, Plan(sites=7, persons=Sizes(30, nearest))).sizes.mean() == 30
        with pytest.raises(InvalidPlanError):
            anticipate(DESIGN, Plan(sites=7, persons=Sizes(30, nearest + BEYOND)))
