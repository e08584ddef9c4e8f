"""Bias formulas against the regression itself: limit less target, by equality (theory section 9)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

import sympy

from identcheck.derive.bias import pooled_bias, regression_bias, solve
from tests.exact.oracle import Regression, solve as gauss, value_at
from tests.exact.worlds import MANY, Case, cases


def random_regression(case: Case, *, intercepts: bool = True) -> Regression:
    """Any later node on any one to three other mediators, some arms, some of them with an intercept."""
    random, design = case.random, case.design
    v = random.choice([*design.mediators, *[design.outcome] * 3])
    others = [m for m in design.mediators if m != v] or [design.mediators[0]]
    v = design.outcome if v == others[0] else v
    ordered = random.sample(others, random.randint(1, min(3, len(others))))
    arms = random.sample(design.treatments, random.randint(1, len(design.treatments)))
    chosen = random.sample(arms, random.choice([0, 0, 1, len(arms)])) if intercepts else []
    return Regression(v, tuple(ordered), tuple(arms), tuple(chosen))


def values(case: Case, emitted: Iterable[sympy.Expr]) -> list[Fraction]:
    """The value of each expression, its moments by the population."""
    known: dict[sympy.Expr, Fraction] = {}
    return [value_at(expr, case.population.evaluate, known) for expr in emitted]


class TestRegressionBias:
    def test_is_the_limit_less_the_target(self):
        """For random outcome, regressors, arms and intercepts, every coefficient, by equality."""

        seen = Counter()
        for case in cases(MANY + MANY // 2):
            reg = random_regression(case)
            limit = reg.limit(case.world)
            if None in limit:
                seen["singular"] += 1
                continue
            expected = [b - t for b, t in zip(limit, reg.targets(case.world), strict=True)]
            emitted = regression_bias(case.design, reg.outcome, reg.regressors, reg.arms, reg.intercepts)
            found = values(case, emitted)
            assert expected == found, (case, reg)
            seen["regular"] += 1
            seen["biased"] += any(expected)
            seen["unbiased by structure"] += not any(emitted)
            seen["with intercept"] += bool(reg.intercepts)
            seen["several arms"] += len(reg.arms) > 1
            seen["several regressors"] += len(reg.regressors) > 1
        assert seen["regular"] >= MANY
        assert min(seen.values()) >= MANY / 20, seen

    def test_order_of_regressors_and_arms_permutes_the_entries(self):
        """The bias of a coefficient does not depend on where its regressor is listed."""

        compared = 0
        for case in cases(100):
            reg = random_regression(case)
            if len(reg.regressors) < 2 or None in reg.limit(case.world):
                continue
            compared += 1
            first = regression_bias(case.design, reg.outcome, reg.regressors, reg.arms, reg.intercepts)
            again = regression_bias(
                case.design, reg.outcome, reg.regressors[::-1], reg.arms[::-1], reg.intercepts[::-1]
            )
            found = values(case, first)
            count = len(reg.intercepts)
            turned = values(case, again)
            assert found == turned[:count][::-1] + turned[count:][::-1], (case, reg)
        assert compared > 20


class TestPooledBias:
    def test_is_the_limit_less_the_target(self):
        """Average over sites, solve over arms: every coefficient, by equality."""

        seen = Counter()
        for case in cases(2 * MANY + MANY // 2):
            reg = random_regression(case, intercepts=False)
            reg = Regression(reg.outcome, reg.regressors[: len(reg.arms)], reg.arms)
            limit = reg.pooled_limit(case.world)
            if None in limit:
                seen["singular"] += 1
                continue
            expected = [b - t for b, t in zip(limit, reg.targets(case.world), strict=True)]
            emitted = pooled_bias(case.design, reg.outcome, reg.regressors, reg.arms)
            assert expected == values(case, emitted), (case, reg)
            seen["regular"] += 1
            seen["biased"] += any(expected)
            seen["more arms than regressors"] += len(reg.arms) > len(reg.regressors)
            seen["several regressors"] += len(reg.regressors) > 1
        assert seen["regular"] >= MANY
        assert min(seen.values()) >= MANY / 10, seen

    def test_one_arm_one_mediator_is_the_papers_ratio(self):
        """[Cov(gamma, delta) + E Cov_s] / gamma: covariances only, no third moments."""

        for case in cases(100):
            design = case.design
            (bias,) = pooled_bias(design, design.outcome, design.mediators[:1], design.treatments[:1])
            assert "mu(" not in str(bias)


class TestSolve:
    """Cramer's rule, against elimination."""

    def test_agrees_with_elimination(self):
        """Random matrices of one to five rows, zeros among them; the expressions are plain quotients."""

        regular = 0
        for case in cases(200):
            random = case.random
            size = random.randint(1, 5)
            matrix = [[random.randint(-2, 2) for _ in range(size)] for _ in range(size)]
            right = [random.randint(-3, 3) for _ in range(size)]
            expected = gauss(matrix, right)
            if expected is None:
                continue
            found = solve([[sympy.Integer(x) for x in row] for row in matrix], [*map(sympy.Integer, right)])
            assert [sympy.Rational(x.numerator, x.denominator) for x in expected] == found
            regular += 1
        assert regular > 100

    def test_right_side_of_zeros_needs_no_division(self):
        """Nothing left out, nothing biased: 0 without a determinant."""

        x = sympy.Symbol("x")

        assert solve([[x, x], [x, x]], [sympy.Integer(0)] * 2) == [0, 0]
