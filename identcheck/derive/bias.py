"""What a regression on site effects converges to when its conditions fail (theory section 9).

With x_s the regressors of a row (site s, one arm), Q = E[x x'] and e_s the part of r_vs that the regression
leaves out, the limit of the coefficients less their targets is

    plim b - E[d] = Q^{-1} E[ x ( x'(d_s - E d) + e_s ) ]

(theory, equation (9.1)), and every expectation is written in named moments over sites. Averages are under the site weights; with
several arms the rows of the arms count equally, so sums over arms stand on both sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property, lru_cache

from identcheck.derive.moments import covariance, mean, mean_effect, within_covariance
from identcheck.describe.design import Design
from identcheck.symbols.algebra import Expr, add, number

__all__ = ["pooled_bias", "regression_bias", "site_by_site_bias", "solve"]

Matrix = list[list[Expr]]


@lru_cache(maxsize=1000)
def regression_bias(
    design: Design,
    outcome: str,
    regressors: tuple[str, ...],
    arms: tuple[str, ...],
    intercepts: tuple[str, ...],
    kept: tuple[str, ...] | None = None,
) -> tuple[Expr, ...]:
    """The asymptotic bias of each coefficient: intercepts first, then regressors.

    Args:
        design: the design.
        outcome: the node v whose site effects are regressed.
        regressors: W.
        arms: the arms whose rows are used.
        intercepts: those of them with an intercept of their own.
        kept: independent columns to solve for, where the others depend on them; None for all. A coefficient
            that the matrix determines (R_u) is the same either way.

    Returns:
        One expression for each kept column, in moments over sites; 0 where the graph and ``varies`` leave
        nothing that could fail.

    Source: theory, equations (9.1) and (9.2); with one mediator equation (9.3).
    """
    chosen = (*intercepts, *regressors) if kept is None else kept
    rows = [_Row(design, outcome, regressors, arm, arm in intercepts) for arm in arms]
    return _limits(rows, [[row.arm == c if c in intercepts else c for c in chosen] for row in rows])


def pooled_bias(
    design: Design,
    outcome: str,
    regressors: tuple[str, ...],
    arms: tuple[str, ...],
    kept: tuple[str, ...] | None = None,
) -> tuple[Expr, ...]:
    """The bias of the pooled estimator: average over sites, then solve over arms (one row an arm).

    For one arm and one mediator: [Cov(gamma_s, delta_s) + E Cov_s(Gamma, Delta)] / gamma.

    Source: theory, equation (9.4).
    """
    chosen = regressors if kept is None else kept
    rows = [_AverageRow(design, outcome, regressors, arm, False) for arm in arms]
    if len(arms) == len(chosen) == 1:
        return (rows[0].left_out / mean(rows[0].compliance(chosen[0])),)
    return _limits(rows, [list(chosen) for _ in rows])


def site_by_site_bias(
    design: Design, outcome: str, regressors: tuple[str, ...], arms: tuple[str, ...]
) -> tuple[Expr, ...]:
    """How far off each site's own solution is there, of the equations of its arms by least squares; averaged, the bias.

    For one arm and one mediator: Cov_s(Gamma, Delta) / gamma_s.

    Source: theory, equation (9.6).
    """
    rows = [_Row(design, outcome, regressors, arm, False) for arm in arms]
    matrix = [[row.compliance(u) for u in regressors] for row in rows]
    left_out = [add(row.bypass, *row.within) for row in rows]
    if len(rows) > len(regressors):  # the normal equations of one site
        across = list(zip(*matrix, strict=True))
        left_out = [_dot(column, left_out) for column in across]
        matrix = [[_dot(one, other) for other in across] for one in across]
    return tuple(solve(matrix, left_out))


def _dot(one: Sequence[Expr], other: Sequence[Expr]) -> Expr:
    return add(*(a * b for a, b in zip(one, other, strict=True)))


def _limits(rows: Sequence[_Row], columns: Sequence[Sequence[str | bool]]) -> tuple[Expr, ...]:
    """Q^{-1} h, both summed over the rows of the arms: theory, equation (9.1); False is a column that is 0 in a row."""
    size = len(columns[0])
    gram: Matrix = [[number(0)] * size for _ in range(size)]
    numerator = [number(0)] * size
    for row, entries in zip(rows, columns, strict=True):
        used = [(place, entry) for place, entry in enumerate(entries) if entry is not False]
        for j, left in used:
            numerator[j] += row.numerator(left)
            for k, right in used:
                gram[j][k] += row.product(left, right)
    return tuple(solve(gram, numerator))


class _Row:
    """The moments of the rows of one arm: x holds 1 (written True) and the compliances r_u."""

    def __init__(
        self, design: Design, outcome: str, regressors: Sequence[str], arm: str, centred: bool
    ) -> None:
        self.design = design
        self.outcome = outcome
        self.regressors = regressors
        self.arm = arm
        others = {u: frozenset(regressors) - {u} for u in regressors}
        self.effects = {u: mean_effect(design, u, outcome, others[u]) for u in regressors}
        self.within = [within_covariance(design, arm, u, outcome, others[u]) for u in regressors]
        self.bypass = mean_effect(design, arm, outcome, regressors)
        self.centred = centred

    def compliance(self, u: str) -> Expr:
        """r_us, the total effect of the arm on u in site s."""
        return mean_effect(self.design, self.arm, u)

    def product(self, left: str | bool, right: str | bool) -> Expr:
        """E[x_j x_k], an entry of Q: theory, equation (9.2)."""
        if left is True or right is True:
            other = right if left is True else left
            return number(1) if other is True else mean(self.compliance(str(other)))
        a, b = self.compliance(str(left)), self.compliance(str(right))
        return mean(a) * mean(b) + covariance(self.design, a, b)

    def numerator(self, column: str | bool) -> Expr:
        """E[x_j (x'(d - E d) + e)], an entry of h in theory, equation (9.1); e: covariances within sites, and the bypass."""
        x = None if column is True else self.compliance(str(column))
        terms = [self._effect_term(x, u) for u in self.regressors]
        terms += [self._mean_product(x, extra) for extra in self.within]
        if self.centred:
            terms.append(covariance(self.design, x, self.bypass) if x is not None else number(0))
        else:
            terms.append(self._mean_product(x, self.bypass))
        return add(*terms)

    def _effect_term(self, x: Expr | None, u: str) -> Expr:
        """E[x_j r_u (d_u - E d_u)]: theory, equation (9.2)."""
        r, d = self.compliance(u), self.effects[u]
        if x is None:
            return covariance(self.design, r, d)
        return (
            mean(x) * covariance(self.design, r, d)
            + mean(r) * covariance(self.design, x, d)
            + covariance(self.design, x, r, d)
        )

    def _mean_product(self, x: Expr | None, extra: Expr) -> Expr:
        if x is None or extra.is_number:
            return mean(extra) if x is None else mean(x) * extra
        return mean(x) * mean(extra) + covariance(self.design, x, extra)


class _AverageRow(_Row):
    """An arm's averages over sites as one row: theory, equations (7.2) and (9.4)."""

    @cached_property
    def left_out(self) -> Expr:
        return super().numerator(True)

    def product(self, left: str | bool, right: str | bool) -> Expr:
        return mean(self.compliance(str(left))) * mean(self.compliance(str(right)))

    def numerator(self, column: str | bool) -> Expr:
        return mean(self.compliance(str(column))) * self.left_out


def solve(matrix: Matrix, right: Sequence[Expr]) -> list[Expr]:
    """Cramer's rule without expansion: each entry a quotient of two determinants, nested by minors."""
    size = len(matrix)
    if all(entry == 0 for entry in right):
        return [number(0)] * size
    bottom = _determinant(tuple(map(tuple, matrix)))
    solved = []
    for place in range(size):
        replaced = tuple(
            tuple(right[i] if j == place else matrix[i][j] for j in range(size)) for i in range(size)
        )
        solved.append(_determinant(replaced) / bottom)
    return solved


def _determinant(matrix: tuple[tuple[Expr, ...], ...]) -> Expr:
    size = len(matrix)

    @cache
    def minor(row: int, columns: tuple[int, ...]) -> Expr:
        if row == size:
            return number(1)
        return add(
            *(
                (-1) ** place * matrix[row][column] * minor(row + 1, columns[:place] + columns[place + 1 :])
                for place, column in enumerate(columns)
                if matrix[row][column] != 0
            )
        )

    return minor(0, tuple(range(size)))
